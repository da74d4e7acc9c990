/* Reads reports back as they are printed: the slope or rule of every edge, calls of the
 * prelude as one block included, which JSON shows with all their nodes.
 *
 * Each program of examples/, and each line of tests/reference/locals*.txt, is run on a
 * very wide screen with 17 digits, so that every edge is one line. Then each node gets
 * the value that the forward pass showed, and the formula of each edge is asked for: a
 * slope must have the value printed behind it and make the downstream of the upstream, a
 * rule must give the downstream.
 *
 * The arguments are files as above. */
#include "arrays.h"

#include <stdlib.h>
#include <string.h>

static const double TOLERANCE = 1e-10;

static const char *program;

/* An edge as printed; "" what it has not. */
typedef struct {
    char *to;      /* the operand's name */
    char *formula; /* with `upstream` for ∂f/∂v */
    char *local;   /* the value of a slope; "" for a rule */
    char *downstream;
    char *upstream;
    bool is_rule;
    bool is_elided; /* the formula is too long to be printed */
} edge;

/* A report under way. */
typedef struct {
    text preamble; /* a definition per node */
    edge *edges;
    size_t count;
    char *from;     /* the consumer at hand */
    char *upstream; /* what arrives at it */
    text why;
} report;

/* ---- lines ---- */

static char *copy(const char *from, size_t length)
{
    char *made = malloc(length + 1);
    if (!made)
        give_up("out of memory");
    memcpy(made, from, length);
    made[length] = '\0';
    return made;
}

static char *copy_all(const char *from)
{
    return copy(from, strlen(from));
}

/* Cuts a line where two blanks or more stand. */
static strings fields_of(const char *line)
{
    strings fields = {0};
    line += strspn(line, " ");
    while (*line) {
        const char *gap = strstr(line, "  ");
        size_t length = gap ? (size_t)(gap - line) : strlen(line);
        char *field = copy(line, length);
        strings_add(&fields, field);
        free(field);
        line += length;
        line += strspn(line, " ");
    }
    return fields;
}

/* Behind the last " = ", or all. */
static const char *behind_last(const char *field)
{
    const char *found = field;
    for (const char *at = field; (at = strstr(at, " = ")); at += strlen(" = "))
        found = at + strlen(" = ");
    return found;
}

static bool starts(const char *string, const char *with)
{
    return strncmp(string, with, strlen(with)) == 0;
}

static char *first_word(const char *line)
{
    line += strspn(line, " ");
    return copy(line, strcspn(line, " "));
}

/* ---- the forward pass ---- */

/* "x  = 1   input", "v1 = x + y   = 3" or "v1  3×1  W * x   [1, 2, 3]" */
static void read_node(report *r, const char *line)
{
    strings fields = fields_of(line);
    char *name = first_word(line);
    const char *last = fields.items[fields.count - 1];
    bool leaf = strcmp(last, "input") == 0 || strcmp(last, "param") == 0 ||
                strcmp(last, "const") == 0;
    const char *value = leaf ? behind_last(fields.items[fields.count - 2]) : last;
    if (starts(value, "= "))
        value += strlen("= ");
    text_print(&r->preamble, "%s = %s\n", name, value);
    free(name);
    strings_free(&fields);
}

/* ---- the backward pass ---- */

/* "f = v1 * v2   upstream ∂f/∂f = 1" */
static void read_consumer(report *r, const char *line)
{
    free(r->from);
    free(r->upstream);
    r->from = first_word(line);
    r->upstream = copy_all(behind_last(line));
}

/* The rule with `upstream` where it has ∂f/∂v of the consumer. */
static char *with_upstream(const report *r, const char *rule)
{
    text made = {0};
    while (*rule) {
        const char *end = strstr(rule, "/∂");
        if (starts(rule, "∂") && end && starts(end + strlen("/∂"), r->from)) {
            text_print(&made, "upstream");
            rule = end + strlen("/∂") + strlen(r->from);
        } else {
            text_add(&made, rule++, 1);
        }
    }
    char *copied = copy_all(text_string(&made));
    text_free(&made);
    return copied;
}

/* "∂f/∂v1 = v2 = 2" of numbers, or "v2" with "= [1, 2]" in a field of its own, or
 * without, where it is a number everywhere. */
static void read_slope(edge *e, const char *field, const char *next)
{
    const char *formula = field, *derivative = strstr(field, " = ");
    if (starts(field, "∂") && derivative)
        formula = derivative + strlen(" = ");
    const char *value = behind_last(formula);
    size_t length = strlen(formula);
    if (value != formula)
        length = (size_t)(value - formula) - strlen(" = ");
    else if (next && starts(next, "= "))
        value = next + strlen("= ");
    e->formula = copy(formula, length);
    e->local = copy_all(value);
}

/* "→ v1  local v2   = [1, 2]  downstream ∂f/∂v .* local = [2, 4]" or
 * "→ W  ∂f/∂v * x'   (2×1)(1×2) = 2×2, the shape of W  downstream [1, 2; 3, 4]" */
static void read_edge(report *r, const char *line)
{
    strings fields = fields_of(strstr(line, "→") + strlen("→"));
    const char *last = fields.items[fields.count - 1];
    if (fields.count < 3 || !starts(last, "downstream ")) {
        text_print(&r->why, "an edge that is not read: %s\n", line);
        strings_free(&fields);
        return;
    }
    edge e = {.to = copy_all(fields.items[0]), .upstream = copy_all(r->upstream)};
    const char *value = behind_last(last);
    e.downstream = copy_all(value == last ? last + strlen("downstream ") : value);
    const char *what = fields.items[1];
    e.is_rule = !starts(what, "local ");
    if (e.is_rule) {
        e.formula = with_upstream(r, what);
        e.local = copy_all("");
    } else {
        read_slope(&e, what + strlen("local "), fields.items[2]);
    }
    e.is_elided = strcmp(e.formula, "…") == 0;
    r->edges = realloc(r->edges, (r->count + 1) * sizeof *r->edges);
    if (!r->edges)
        give_up("out of memory");
    r->edges[r->count++] = e;
    strings_free(&fields);
}

/* ---- what was read, asked for ---- */

enum { QUESTIONS = 4 };

static void set_up(strings *setups, strings *questions, const edge *e)
{
    text setup = {0};
    text_print(&setup, "upstream = %s\n", e->upstream);
    const char *asked[QUESTIONS] = {e->is_elided ? "0" : e->formula,
                                    e->is_rule ? "1" : e->local, e->downstream,
                                    e->upstream};
    for (size_t i = 0; i < QUESTIONS; i++) {
        strings_add(setups, text_string(&setup));
        strings_add(questions, asked[i]);
    }
    text_free(&setup);
}

static array answer(const json_t *answers, size_t i)
{
    return array_from_json(json_object_get(json_array_get(answers, i), "value"));
}

/* `found`, where need be stretched to the shape of `shown`, or summed to it. */
static void compare(const char *what, const array *shown, const array *found, text *why)
{
    if (!shown->entries || !found->entries ||
        !(array_stretches(found, shown) || array_stretches(shown, found))) {
        text_print(why, "%s: no fitting array", what);
        return;
    }
    array fitted = array_zeros_like(shown);
    array_add(&fitted, found);
    arrays_agree(shown, &fitted, TOLERANCE, why);
    array_free(&fitted);
}

static void check_edge(const edge *e, const json_t *answers, size_t first, text *why)
{
    array value[QUESTIONS];
    text remark = {0};
    for (size_t i = 0; i < QUESTIONS; i++)
        value[i] = answer(answers, first + i);
    if (!e->is_elided)
        compare(e->is_rule ? "rule" : "slope", &value[e->is_rule ? 2 : 1], &value[0],
                &remark);
    if (!e->is_rule && remark.length == 0) {
        array product = array_zeros_like(&value[2]);
        array_add_product(&product, &value[3], &value[1]);
        arrays_agree(&value[2], &product, TOLERANCE, &remark);
        array_free(&product);
    }
    if (remark.length > 0)
        text_print(why, "→ %s, %s: %s\n", e->to, e->formula, remark.bytes);
    for (size_t i = 0; i < QUESTIONS; i++)
        array_free(&value[i]);
    text_free(&remark);
}

/* `whole`: no formula may be left out. */
static void finish_report(report *r, const char *title, bool whole)
{
    strings setups = {0}, questions = {0};
    for (size_t i = 0; i < r->count; i++) {
        set_up(&setups, &questions, &r->edges[i]);
        if (whole && r->edges[i].is_elided)
            text_print(&r->why, "→ %s: the formula is left out\n", r->edges[i].to);
    }
    json_t *answers = ask(program, text_string(&r->preamble), 0, &setups, &questions);
    for (size_t i = 0; i < r->count; i++)
        check_edge(&r->edges[i], answers, i * QUESTIONS, &r->why);
    tap(r->why.length == 0 && r->count > 0, "%s: %zu edges read back", title, r->count);
    tap_remarks(text_string(&r->why));
    json_decref(answers);
    strings_free(&setups);
    strings_free(&questions);
    for (size_t i = 0; i < r->count; i++) {
        edge *e = &r->edges[i];
        free(e->to), free(e->formula), free(e->local);
        free(e->downstream), free(e->upstream);
    }
    free(r->edges);
    free(r->from);
    free(r->upstream);
    text_free(&r->preamble);
    text_free(&r->why);
    *r = (report){0};
}

/* ---- programs ---- */

static void read_line(report *r, const char *line, bool backward)
{
    bool indented = starts(line, "  ") && line[2] != ' ';
    if (!backward && indented)
        read_node(r, line);
    else if (indented)
        read_consumer(r, line);
    else if (backward && strstr(line, "→"))
        read_edge(r, line);
}

static void check_program(const text *source, const char *title, bool whole)
{
    strings arguments = {0};
    text input = {0};
    report r = {0};
    text_print(&input, "set width 1000\nset digits 17\n");
    text_add(&input, text_string(source), source->length);
    strings_add(&arguments, program);
    strings_add(&arguments, "-");
    outcome o = run_program(&arguments, NULL, &input);
    enum { OUTSIDE, FORWARD, BACKWARD } part = OUTSIDE;
    char *rest = NULL;
    for (char *line = o.out.bytes ? strtok_r(o.out.bytes, "\n", &rest) : NULL; line;
         line = strtok_r(NULL, "\n", &rest)) {
        if (strcmp(line, "Forward") == 0) {
            part = FORWARD;
        } else if (starts(line, "Backward")) {
            part = BACKWARD;
        } else if (starts(line, "Gradient of ")) {
            if (part == BACKWARD)
                finish_report(&r, title, whole);
            part = OUTSIDE;
        } else if (part != OUTSIDE) {
            read_line(&r, line, part == BACKWARD);
        }
    }
    outcome_free(&o);
    text_free(&input);
    strings_free(&arguments);
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
