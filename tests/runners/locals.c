/* Reads the program's own reports back and checks that they are true.
 *
 * Every local gradient is printed as a formula. Here the formula is given to the program
 * again, as an expression, with every node of the report as a variable. An elementwise
 * formula must have the value that is shown with it; a rule that moves the gradient, such
 * as `upstream*x'`, must give what is shown as downstream. Then the arithmetic of the
 * report is checked: downstream = upstream .* local on every elementwise edge, summed
 * where the operand was stretched, what arrives at a node is the sum of what was sent
 * there, and each gradient is the sum of its terms.
 *
 * The arguments are programs: files ending in .ad, or .txt files with one program a line.
 */
#include "arrays.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double TOLERANCE = 1e-10;

static const char *program;

/* ---- looking things up in a report ---- */

static double member_number(const json_t *object, const char *key)
{
    double x;
    return json_to_number(json_object_get(object, key), &x) ? x : NAN;
}

static bool has(const json_t *object, const char *key)
{
    return json_object_get(object, key) != NULL;
}

static const json_t *node_by_id(const json_t *grad, double id)
{
    size_t i;
    json_t *node;
    json_array_foreach(json_object_get(grad, "nodes"), i, node)
    {
        if (member_number(node, "id") == id)
            return node;
    }
    return NULL;
}

static const json_t *node_by_name(const json_t *grad, const char *name)
{
    size_t i;
    json_t *node;
    json_array_foreach(json_object_get(grad, "nodes"), i, node)
    {
        if (strcmp(json_text(node, "name"), name) == 0)
            return node;
    }
    return NULL;
}

static const char *name_of(const json_t *node)
{
    return node ? json_text(node, "name") : "?";
}

static const json_t *formula_value(const json_t *edge)
{
    return json_object_get(json_object_get(edge, "local"), "value");
}

static void text_print_edge(text *t, const json_t *grad, const json_t *edge)
{
    text_print(t, "∂%s/∂%s", name_of(node_by_id(grad, member_number(edge, "from"))),
               name_of(node_by_id(grad, member_number(edge, "to"))));
}

/* Compares the number or array in `shown` with what it should be. */
static void compare(text *why, const char *what, const array *expected,
                    const json_t *shown)
{
    array found = array_from_json(shown);
    text remark = {0};
    if (!expected->entries || !found.entries) {
        text_print(why, "%s: no array, but ", what);
        json_describe(why, shown);
        text_print(why, "\n");
    } else if (!arrays_agree(expected, &found, TOLERANCE, &remark)) {
        text_print(why, "%s: %s\n", what, remark.bytes);
    }
    text_free(&remark);
    array_free(&found);
}

/* ---- formulas ---- */

static bool is_identifier(const char *name)
{
    if (!*name || isdigit((unsigned char)*name))
        return false;
    for (; *name; name++)
        if (!isalnum((unsigned char)*name) && *name != '_' && (unsigned char)*name < 0x80)
            return false;
    return true;
}

static bool is_predefined(const char *name)
{
    const char *words[] = {"pi", "π", "e", "inf", "nan"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(name, words[i]) == 0)
            return true;
    return false;
}

static void define(text *statements, const char *name, const json_t *value)
{
    text_print(statements, "%s = ", name);
    text_print_literal(statements, value);
    text_print(statements, "\n");
}

/* Statements that give every node of the report its value. */
static void define_nodes(const json_t *grad, text *statements, text *why)
{
    size_t i;
    json_t *node;
    json_array_foreach(json_object_get(grad, "nodes"), i, node)
    {
        const char *name = name_of(node);
        bool literal = strcmp(json_text(node, "kind"), "const") == 0 &&
                       (!is_identifier(name) || is_predefined(name));
        if (literal)
            continue;
        if (!is_identifier(name))
            text_print(why, "a node is named %s\n", name);
        else if (node_by_name(grad, name) != node)
            text_print(why, "two nodes are named %s\n", name);
        else
            define(statements, name, json_object_get(node, "value"));
    }
}

/* The statement before the formula of `edge`: a rule without a value of its own may name
 * the upstream. */
static void set_up(strings *setups, const json_t *grad, const json_t *edge)
{
    text setup = {0};
    if (!formula_value(edge)) {
        const json_t *from = node_by_id(grad, member_number(edge, "from"));
        define(&setup, "upstream", json_object_get(from, "upstream"));
    }
    strings_add(setups, text_string(&setup));
    text_free(&setup);
}

/* The value of a formula is the local gradient that is shown, where need be stretched to
 * its shape (1 for a column of ones). A rule gives the downstream, where need be summed
 * over the matrices of a stack that share the operand. */
static void check_formula(const json_t *edge, const json_t *answer, text *remark)
{
    const json_t *local = formula_value(edge);
    array shown = array_from_json(local ? local : json_object_get(edge, "downstream"));
    array found = array_from_json(json_object_get(answer, "value"));
    if (!shown.entries || !found.entries) {
        text_print(remark, "evaluates to ");
        json_describe(remark, answer);
    } else if (local ? array_stretches(&found, &shown)
                     : array_stretches(&shown, &found)) {
        array fitted = array_zeros_like(&shown);
        array_add(&fitted, &found);
        arrays_agree(&shown, &fitted, TOLERANCE, remark);
        array_free(&fitted);
    } else {
        arrays_agree(&shown, &found, TOLERANCE, remark);
    }
    array_free(&shown);
    array_free(&found);
}

static void check_formulas(const json_t *grad, const char *title)
{
    const json_t *edges = json_object_get(grad, "edges");
    text statements = {0};
    text why = {0};
    strings setups = {0};
    strings questions = {0};
    define_nodes(grad, &statements, &why);
    size_t i;
    json_t *edge;
    json_array_foreach(edges, i, edge)
    {
        set_up(&setups, grad, edge);
        strings_add(&questions, json_text(json_object_get(edge, "local"), "formula"));
    }
    json_t *answers = ask(program, text_string(&statements), 0, &setups, &questions);
    json_array_foreach(edges, i, edge)
    {
        text remark = {0};
        check_formula(edge, json_array_get(answers, i), &remark);
        if (remark.length > 0) {
            text_print_edge(&why, grad, edge);
            text_print(&why, ", %s: %s\n", questions.items[i], remark.bytes);
        }
        text_free(&remark);
    }
    tap(why.length == 0, "%s: %zu local formulas evaluate to what is shown", title,
        json_array_size(edges));
    tap_remarks(text_string(&why));
    json_decref(answers);
    strings_free(&questions);
    strings_free(&setups);
    text_free(&statements);
    text_free(&why);
}

/* ---- arithmetic ---- */

/* downstream = upstream .* local, summed to the shape of the operand. */
static void check_product(const json_t *edge, const json_t *from, const json_t *to,
                          const char *what, text *why)
{
    array upstream = array_from_json(json_object_get(from, "upstream"));
    array local = array_from_json(formula_value(edge));
    array operand = array_from_json(json_object_get(to, "value"));
    if (upstream.entries && local.entries && operand.entries &&
        array_same_shape(&local, &upstream) && array_stretches(&operand, &local)) {
        array downstream = array_zeros_like(&operand);
        array_add_product(&downstream, &upstream, &local);
        compare(why, what, &downstream, json_object_get(edge, "downstream"));
        array_free(&downstream);
    } else {
        text_print(why, "%s: upstream, local and operand do not fit\n", what);
    }
    array_free(&upstream);
    array_free(&local);
    array_free(&operand);
}

/* An edge joins two nodes as the consumer's args say, and multiplies unless it has a rule
 * of its own. */
static void check_edge(const json_t *grad, const json_t *edge, text *why)
{
    const json_t *from = node_by_id(grad, member_number(edge, "from"));
    const json_t *to = node_by_id(grad, member_number(edge, "to"));
    text what = {0};
    text_print_edge(&what, grad, edge);
    size_t arg = (size_t)member_number(edge, "arg");
    const json_t *operand = json_array_get(json_object_get(from, "args"), arg - 1);
    if (!from || !to || !operand || json_number_value(operand) != member_number(to, "id"))
        text_print(why, "%s: arg %zu does not lead there\n", what.bytes, arg);
    if (formula_value(edge))
        check_product(edge, from, to, what.bytes, why);
    text_free(&what);
}

static bool is_root(const json_t *grad, const json_t *node)
{
    const json_t *nodes = json_object_get(grad, "nodes");
    return node == json_array_get(nodes, json_array_size(nodes) - 1);
}

/* Zeros in the shape of `value`, to which the gradient of `node` is added up; the
 * backward pass begins with 1 at the root, which is a number. */
static array begin_sum(const json_t *grad, const json_t *node, const json_t *value)
{
    array shape = array_from_json(value);
    array sum = {0};
    if (shape.entries)
        sum = array_zeros_like(&shape);
    if (sum.entries && is_root(grad, node))
        sum.entries[0] = 1;
    array_free(&shape);
    return sum;
}

/* Adds the array at `key` of `object`; after one of another shape there is no sum. */
static void add_member(array *sum, const json_t *object, const char *key)
{
    array term = array_from_json(json_object_get(object, key));
    if (sum->entries && term.entries && array_same_shape(&term, sum))
        array_add(sum, &term);
    else
        array_free(sum);
    array_free(&term);
}

/* How many edges lead to `node`; what they send is added to `sum`, unless that is NULL.
 */
static size_t edges_to(const json_t *grad, const json_t *node, array *sum)
{
    size_t count = 0;
    size_t i;
    json_t *edge;
    json_array_foreach(json_object_get(grad, "edges"), i, edge)
    {
        if (member_number(edge, "to") != member_number(node, "id"))
            continue;
        count++;
        if (sum)
            add_member(sum, edge, "downstream");
    }
    return count;
}

static void check_node(const json_t *grad, const json_t *node, text *why)
{
    array sum = begin_sum(grad, node, json_object_get(node, "value"));
    size_t count = edges_to(grad, node, &sum);
    if (has(node, "upstream") && (is_root(grad, node) || count > 0)) {
        text what = {0};
        text_print(&what, "upstream of %s", name_of(node));
        compare(why, what.bytes, &sum, json_object_get(node, "upstream"));
        text_free(&what);
    }
    array_free(&sum);
}

static void check_gradient(const json_t *grad, const json_t *gradient, text *why)
{
    const char *name = json_text(gradient, "name");
    const json_t *node = node_by_name(grad, name);
    const json_t *terms = json_object_get(gradient, "terms");
    /* A variable that is named but not used is no node, and has zeros in its shape. */
    array sum = begin_sum(grad, node, json_object_get(node ? node : gradient, "value"));
    size_t i;
    json_t *term;
    json_array_foreach(terms, i, term)
    {
        add_member(&sum, term, "value");
        if (!node_by_name(grad, json_text(term, "via")))
            text_print(why, "∂/∂%s comes via %s, which is no node\n", name,
                       json_text(term, "via"));
    }
    text what = {0};
    text_print(&what, "∂/∂%s against the sum of its terms", name);
    compare(why, what.bytes, &sum, json_object_get(gradient, "value"));
    text_free(&what);
    array_free(&sum);
    size_t edges = node ? edges_to(grad, node, NULL) : 0;
    if (!json_is_array(terms) || json_array_size(terms) != edges)
        text_print(why, "∂/∂%s has %zu terms, but %zu edges\n", name,
                   json_array_size(terms), edges);
}

static void check_arithmetic(const json_t *grad, const char *title)
{
    text why = {0};
    const json_t *nodes = json_object_get(grad, "nodes");
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(grad, "edges"), i, item)
        check_edge(grad, item, &why);
    json_array_foreach(nodes, i, item)
    {
        check_node(grad, item, &why);
        if (is_root(grad, item))
            json_arrays_agree(json_object_get(item, "value"),
                              json_object_get(grad, "value"), TOLERANCE, &why);
    }
    json_array_foreach(json_object_get(grad, "gradients"), i, item)
        check_gradient(grad, item, &why);
    tap(why.length == 0, "%s: downstream = upstream × local, and sums are sums", title);
    tap_remarks(text_string(&why));
    text_free(&why);
}

/* ---- programs ---- */

static void check_program(const text *source, const char *title, bool whole)
{
    (void)whole;
    text why = {0};
    outcome o = run_json(program, source);
    json_t *printed = json_lines(&o.out, &why);
    size_t reports = 0;
    size_t i;
    json_t *object;
    json_array_foreach(printed, i, object)
    {
        if (strcmp(json_text(object, "type"), "error") == 0)
            json_describe(&why, object);
        if (strcmp(json_text(object, "type"), "grad") != 0)
            continue;
        reports++;
        check_formulas(object, title);
        check_arithmetic(object, title);
    }
    if (reports == 0 || why.length > 0) {
        tap(false, "%s: reports", title);
        tap_remarks(why.length > 0 ? why.bytes : "no gradient report was printed");
    }
    json_decref(printed);
    outcome_free(&o);
    text_free(&why);
}

static void check_file(const char *path)
{
    each_program(path, check_program);
}

int main(int argc, char **argv)
{
    const char *patterns[] = {"examples/*.ad", "tests/reference/locals*.txt", NULL};
    return run_files(argc, argv, &program, patterns, check_file);
}
