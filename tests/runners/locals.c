/* Reads the program's own reports back and checks that they are true.
 *
 * Every local gradient is printed as a formula and a number. Here the formula is given to
 * the program again, as an expression, with every node of the report as a variable: its
 * value must be the number shown. Then the arithmetic of the report is checked:
 * downstream = upstream × local on every edge, what arrives at a node is the sum of what
 * was sent there, and each gradient is the sum of its terms.
 *
 * The arguments are programs: files ending in .ad, or .txt files with one program a line.
 */
#include "support.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
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

static void disagree(text *why, const char *what, double expected, double got)
{
    text_print(why, "%s: expected %.17g, got %.17g\n", what, expected, got);
}

static void compare(text *why, const char *what, double expected, double got)
{
    if (!numbers_agree(expected, got, TOLERANCE))
        disagree(why, what, expected, got);
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
            text_print(statements, "%s = %.17g\n", name, member_number(node, "value"));
    }
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
        strings_add(&setups, "");
        strings_add(&questions, json_text(json_object_get(edge, "local"), "formula"));
    }
    json_t *answers = ask(program, text_string(&statements), &setups, &questions);
    json_array_foreach(edges, i, edge)
    {
        const json_t *answer = json_array_get(answers, i);
        double shown = member_number(json_object_get(edge, "local"), "value");
        double got;
        bool ok = json_to_number(json_object_get(answer, "value"), &got) &&
                  numbers_agree(shown, got, TOLERANCE);
        if (ok)
            continue;
        text_print(&why, "∂%s/∂%s = %s is shown as %.17g, but evaluates to ",
                   name_of(node_by_id(grad, member_number(edge, "from"))),
                   name_of(node_by_id(grad, member_number(edge, "to"))),
                   json_text(json_object_get(edge, "local"), "formula"), shown);
        json_describe(&why, answer);
        text_print(&why, "\n");
    }
    tap(why.length == 0, "%s: %zu local formulas evaluate to their values", title,
        json_array_size(edges));
    tap_remarks(text_string(&why));
    json_decref(answers);
    strings_free(&questions);
    strings_free(&setups);
    text_free(&statements);
    text_free(&why);
}

/* ---- arithmetic ---- */

/* An edge joins two nodes as the consumer's args say, and multiplies. */
static void check_edge(const json_t *grad, const json_t *edge, text *why)
{
    const json_t *from = node_by_id(grad, member_number(edge, "from"));
    const json_t *to = node_by_id(grad, member_number(edge, "to"));
    text what = {0};
    text_print(&what, "edge %s to %s", name_of(from), name_of(to));
    size_t arg = (size_t)member_number(edge, "arg");
    const json_t *operand = json_array_get(json_object_get(from, "args"), arg - 1);
    if (!from || !to || !operand || json_number_value(operand) != member_number(to, "id"))
        text_print(why, "%s: arg %zu does not lead there\n", what.bytes, arg);
    double local = member_number(json_object_get(edge, "local"), "value");
    compare(why, what.bytes, member_number(from, "upstream") * local,
            member_number(edge, "downstream"));
    text_free(&what);
}

/* The sum of what the edges send to `node`, and how many there are. */
static double sum_of_downstream(const json_t *grad, const json_t *node, size_t *count)
{
    double sum = 0;
    size_t i;
    json_t *edge;
    *count = 0;
    json_array_foreach(json_object_get(grad, "edges"), i, edge)
    {
        if (member_number(edge, "to") == member_number(node, "id")) {
            sum += member_number(edge, "downstream");
            (*count)++;
        }
    }
    return sum;
}

static void check_node(const json_t *grad, const json_t *node, const json_t *root,
                       text *why)
{
    size_t count;
    double sum = sum_of_downstream(grad, node, &count);
    if (!has(node, "upstream") || (node != root && count == 0))
        return;
    text what = {0};
    text_print(&what, "upstream of %s", name_of(node));
    compare(why, what.bytes, node == root ? 1 + sum : sum,
            member_number(node, "upstream"));
    text_free(&what);
}

static void check_gradient(const json_t *grad, const json_t *gradient, const json_t *root,
                           text *why)
{
    const char *name = json_text(gradient, "name");
    const json_t *node = node_by_name(grad, name);
    const json_t *terms = json_object_get(gradient, "terms");
    double sum = node == root ? 1 : 0;
    size_t i;
    json_t *term;
    json_array_foreach(terms, i, term)
    {
        sum += member_number(term, "value");
        if (!node_by_name(grad, json_text(term, "via")))
            text_print(why, "∂/∂%s comes via %s, which is no node\n", name,
                       json_text(term, "via"));
    }
    text what = {0};
    text_print(&what, "∂/∂%s against the sum of its terms", name);
    compare(why, what.bytes, sum, member_number(gradient, "value"));
    text_free(&what);
    size_t edges = 0;
    if (node)
        sum_of_downstream(grad, node, &edges);
    if (!json_is_array(terms) || json_array_size(terms) != edges)
        text_print(why, "∂/∂%s has %zu terms, but %zu edges\n", name,
                   json_array_size(terms), edges);
}

static void check_arithmetic(const json_t *grad, const char *title)
{
    text why = {0};
    const json_t *nodes = json_object_get(grad, "nodes");
    const json_t *root = json_array_get(nodes, json_array_size(nodes) - 1);
    size_t i;
    json_t *item;
    compare(&why, "value of the last node", member_number(grad, "value"),
            member_number(root, "value"));
    json_array_foreach(json_object_get(grad, "edges"), i, item)
        check_edge(grad, item, &why);
    json_array_foreach(nodes, i, item) check_node(grad, item, root, &why);
    json_array_foreach(json_object_get(grad, "gradients"), i, item)
        check_gradient(grad, item, root, &why);
    tap(why.length == 0, "%s: downstream = upstream × local, and sums are sums", title);
    tap_remarks(text_string(&why));
    text_free(&why);
}

/* ---- programs ---- */

static void check_program(const text *source, const char *title)
{
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

/* One program a line; `#` begins a remark. */
static void check_lines(const text *whole, const char *file)
{
    int number = 0;
    const char *line = text_string(whole);
    while (*line) {
        size_t length = strcspn(line, "\n");
        number++;
        if (length > 0 && line[0] != '#') {
            text source = {0};
            text title = {0};
            text_print(&source, "%.*s\n", (int)length, line);
            text_print(&title, "%s:%d %.*s", file, number, (int)length, line);
            check_program(&source, title.bytes);
            text_free(&source);
            text_free(&title);
        }
        line += length + (line[length] == '\n');
    }
}

int main(int argc, char **argv)
{
    char *path = program_under_test(argc, argv);
    program = path;
    const char *patterns[] = {"examples/*.ad", "tests/reference/locals*.txt", NULL};
    strings files = files_or_default(argc, argv, 2, patterns);
    for (size_t i = 0; i < files.count; i++) {
        text whole = {0};
        if (!text_read(&whole, files.items[i]))
            give_up("cannot read %s", files.items[i]);
        const char *dot = strrchr(files.items[i], '.');
        if (dot && strcmp(dot, ".ad") == 0)
            check_program(&whole, base_name(files.items[i]));
        else
            check_lines(&whole, base_name(files.items[i]));
        text_free(&whole);
    }
    strings_free(&files);
    free(path);
    return tap_finish();
}
