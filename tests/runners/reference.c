/* Compares the program with the numbers of tests/reference, which the scripts there made
 * from mpmath and SymPy.
 *
 * A table of functions (first column `expression`) gives one test for each expression and
 * property: value, first and second derivatives, at all points of the table. The table of
 * examples (first column `file`) has numbers and arrays as JSON. Each file of examples/
 * is run, its reports are compared, and so is every value that it prints; then each
 * quantity is asked for by itself. */
#include "arrays.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double TOLERANCE = 1e-10;

/* The columns of a table of functions, after expression and arguments, and of examples.
 */
enum { FIRST_PROPERTY = 3, PROPERTIES = 6 };
enum { FILE_NAME, QUESTION, VALUE };

/* How the six numbers of a row are asked for, and what they are called. */
static const struct {
    const char *question;
    const char *name;
} PROPERTY[PROPERTIES] = {
    {"f", "value"},
    {"∂f/∂a", "∂/∂a"},
    {"∂f/∂b", "∂/∂b"},
    {"∂(∂f/∂a)/∂a", "∂²/∂a²"},
    {"∂(∂f/∂a)/∂b", "∂²/∂a∂b"},
    {"∂(∂f/∂b)/∂b", "∂²/∂b²"},
};

/* What was found out about one expression: how many points of each property were
 * compared, and a remark for each that disagrees. */
typedef struct {
    size_t compared[PROPERTIES];
    text remarks[PROPERTIES];
} findings;

/* One number that is to be compared: which row, which property. */
typedef struct {
    const row *at;
    int property;
} target;

static const char *program;

/* ---- rows ---- */

static double number(const char *field)
{
    char *end;
    double x = strtod(field, &end);
    if (end == field || *end)
        give_up("not a number: %s", field);
    return x;
}

/* The rows from `first` on that share its first field. */
static size_t same_group(const table *t, size_t first)
{
    size_t end = first;
    while (end < t->count && strcmp(t->rows[end].field[0], t->rows[first].field[0]) == 0)
        end++;
    return end;
}

/* Whether `answer` is a value that agrees; otherwise a remark says what it is. */
static bool answer_agrees(const json_t *answer, double expected, text *remark)
{
    double got;
    if (json_to_number(json_object_get(answer, "value"), &got)) {
        if (numbers_agree(expected, got, TOLERANCE))
            return true;
        text_print(remark, "expected %.17g, got %.17g", expected, got);
        return false;
    }
    text_print(remark, "expected %.17g, got ", expected);
    json_describe(remark, answer);
    return false;
}

/* ---- functions ---- */

static void compare_answers(const target *targets, const json_t *answers, findings *found)
{
    for (size_t i = 0; i < json_array_size(answers); i++) {
        int property = targets[i].property;
        const char *const *field = targets[i].at->field;
        text remark = {0};
        found->compared[property]++;
        if (!answer_agrees(json_array_get(answers, i),
                           number(field[FIRST_PROPERTY + property]), &remark))
            text_print(&found->remarks[property], "a = %s%s%s: %s\n", field[1],
                       field[2][0] ? ", b = " : "", field[2], remark.bytes);
        text_free(&remark);
    }
}

static void report_findings(const table *t, const char *expression, findings *found)
{
    for (int p = 0; p < PROPERTIES; p++) {
        if (found->compared[p] > 0)
            tap(found->remarks[p].length == 0, "%s: %s %s at %zu points", t->name,
                expression, PROPERTY[p].name, found->compared[p]);
        tap_remarks(text_string(&found->remarks[p]));
        text_free(&found->remarks[p]);
    }
}

static void test_expression(const table *t, size_t first, size_t end)
{
    strings setups = {0};
    strings questions = {0};
    target *targets = calloc((end - first) * PROPERTIES, sizeof *targets);
    if (!targets)
        give_up("out of memory");
    for (const row *r = t->rows + first; r < t->rows + end; r++) {
        text setup = {0};
        text_print(&setup, "a = %s", r->field[1]);
        if (r->field[2][0])
            text_print(&setup, "; b = %s", r->field[2]);
        for (int p = 0; p < PROPERTIES; p++) {
            if (!r->field[FIRST_PROPERTY + p][0])
                continue;
            targets[questions.count] = (target){r, p};
            strings_add(&setups, setup.bytes);
            strings_add(&questions, PROPERTY[p].question);
        }
        text_free(&setup);
    }
    const char *expression = t->rows[first].field[0];
    text definition = {0};
    text_print(&definition, "f = %s", expression);
    json_t *answers = ask(program, definition.bytes, 0, &setups, &questions);
    findings found = {0};
    compare_answers(targets, answers, &found);
    report_findings(t, expression, &found);
    json_decref(answers);
    text_free(&definition);
    free(targets);
    strings_free(&setups);
    strings_free(&questions);
}

/* ---- examples ---- */

static const json_t *by_name(const json_t *list, const char *name)
{
    size_t i;
    json_t *object;
    json_array_foreach(list, i, object)
    {
        if (strcmp(json_text(object, "name"), name) == 0)
            return object;
    }
    return NULL;
}

/* Whether `got` is the number or array of the field; otherwise a remark ends the line. */
static bool field_agrees(const char *field, const json_t *got, text *remark)
{
    json_t *expected = json_field(field);
    bool ok = json_arrays_agree(expected, got, TOLERANCE, remark);
    if (!ok)
        text_print(remark, "\n");
    json_decref(expected);
    return ok;
}

/* When the report has `key` of the object called `name` in `list`, compares it. */
static void compare_entry(const json_t *grad, const char *list, const char *name,
                          const char *key, const char *field, size_t *compared, text *why)
{
    const json_t *entry =
        json_object_get(by_name(json_object_get(grad, list), name), key);
    text remark = {0};
    if (!entry)
        return;
    (*compared)++;
    if (!field_agrees(field, entry, &remark))
        text_print(why, "%s of %s in %s: %s", key, name, list, remark.bytes);
    text_free(&remark);
}

/* The question of `r` is a name, whose value is compared, or ∂L/∂x: the gradient, and
 * what arrives at the node x, when this is the report of L. Others are in no report. */
static void compare_with_report(const json_t *grad, const row *r, size_t *compared,
                                text *why)
{
    const char *question = r->field[QUESTION];
    const char *by = strstr(question, "/∂");
    if (!by) {
        compare_entry(grad, "nodes", question, "value", r->field[VALUE], compared, why);
        return;
    }
    text of = {0};
    text_print(&of, "∂%s", json_text(grad, "of"));
    const char *name = by + strlen("/∂");
    if (of.length == (size_t)(by - question) &&
        strncmp(of.bytes, question, of.length) == 0) {
        compare_entry(grad, "gradients", name, "value", r->field[VALUE], compared, why);
        compare_entry(grad, "nodes", name, "upstream", r->field[VALUE], compared, why);
    }
    text_free(&of);
}

/* A line of an example that is an expression: its text is the question of a row. */
static void compare_printed(const table *t, size_t first, size_t end,
                            const json_t *object, text *why)
{
    const char *expression = json_text(object, "expr");
    size_t r = first;
    while (r < end && strcmp(t->rows[r].field[QUESTION], expression) != 0)
        r++;
    text remark = {0};
    if (r == end)
        text_print(why, "%s is printed, but not in the table\n", expression);
    else if (!field_agrees(t->rows[r].field[VALUE], json_object_get(object, "value"),
                           &remark))
        text_print(why, "%s: %s", expression, remark.bytes);
    text_free(&remark);
}

static void test_report(const table *t, size_t first, size_t end, const outcome *o,
                        const json_t *printed)
{
    text why = {0};
    size_t compared = 0;
    size_t i;
    json_t *object;
    json_array_foreach(printed, i, object)
    {
        const char *type = json_text(object, "type");
        if (strcmp(type, "error") == 0) {
            json_describe(&why, object);
            text_print(&why, "\n");
        }
        if (strcmp(type, "value") == 0)
            compare_printed(t, first, end, object, &why);
        for (size_t r = first; strcmp(type, "grad") == 0 && r < end; r++)
            compare_with_report(object, &t->rows[r], &compared, &why);
    }
    if (compared == 0)
        text_print(&why, "it prints no gradient report\n");
    if (o->status != 0)
        text_print(&why, "exit status %d\n", o->status);
    tap(why.length == 0, "%s: %s prints the reference numbers", t->name,
        t->rows[first].field[FILE_NAME]);
    tap_remarks(text_string(&why));
    text_free(&why);
}

/* Asks for every quantity after the example, which prints `printed` objects. */
static void test_questions(const table *t, size_t first, size_t end, const text *source,
                           size_t printed)
{
    strings setups = {0};
    strings questions = {0};
    for (size_t r = first; r < end; r++) {
        strings_add(&setups, "");
        strings_add(&questions, t->rows[r].field[QUESTION]);
    }
    json_t *answers = ask(program, text_string(source), printed, &setups, &questions);
    for (size_t r = first; r < end; r++) {
        const char *const *field = t->rows[r].field;
        const json_t *answer = json_array_get(answers, r - first);
        const json_t *value = json_object_get(answer, "value");
        text remark = {0};
        bool ok = field_agrees(field[VALUE], value ? value : answer, &remark);
        tap(ok, "%s: %s %s", t->name, field[FILE_NAME], field[QUESTION]);
        tap_remarks(text_string(&remark));
        text_free(&remark);
    }
    json_decref(answers);
    strings_free(&setups);
    strings_free(&questions);
}

/* How many objects came that are no notes, which `ask` passes over anyway. */
static size_t count_results(const json_t *printed)
{
    size_t count = 0;
    size_t i;
    json_t *object;
    json_array_foreach(printed, i, object) count +=
        strcmp(json_text(object, "type"), "note") != 0;
    return count;
}

static void test_example(const table *t, size_t first, size_t end)
{
    text path = {0};
    text source = {0};
    text why = {0};
    text_print(&path, "examples/%s", t->rows[first].field[FILE_NAME]);
    if (!text_read(&source, path.bytes))
        give_up("cannot read %s", path.bytes);
    outcome o = run_json(program, &source);
    json_t *printed = json_lines(&o.out, &why);
    tap_remarks(text_string(&why));
    test_report(t, first, end, &o, printed);
    test_questions(t, first, end, &source, count_results(printed));
    json_decref(printed);
    outcome_free(&o);
    text_free(&why);
    text_free(&source);
    text_free(&path);
}

/* A lesson whose numbers nobody checks would be found by its readers only. */
static void test_all_are_listed(const table *t)
{
    const char *patterns[] = {"examples/*.ad", NULL};
    strings files = files_like(patterns);
    text missing = {0};
    for (size_t i = 0; i < files.count; i++) {
        const char *name = base_name(files.items[i]);
        size_t r = 0;
        while (r < t->count && strcmp(t->rows[r].field[FILE_NAME], name) != 0)
            r++;
        if (r == t->count)
            text_print(&missing, "%s\n", name);
    }
    tap(missing.length == 0, "%s: each of %zu examples is there", t->name, files.count);
    tap_remarks(text_string(&missing));
    text_free(&missing);
    strings_free(&files);
}

static void test_table(const char *path)
{
    text whole = {0};
    if (!text_read(&whole, path))
        give_up("cannot read %s: %s", path, strerror(errno));
    bool examples = strstr(text_string(&whole), "\nfile\t") != NULL;
    table t = split_table(base_name(path), &whole);
    for (size_t first = 0; first < t.count;) {
        size_t end = same_group(&t, first);
        if (examples)
            test_example(&t, first, end);
        else
            test_expression(&t, first, end);
        first = end;
    }
    if (examples)
        test_all_are_listed(&t);
    free(t.rows);
    text_free(&whole);
}

int main(int argc, char **argv)
{
    const char *patterns[] = {"tests/reference/*.tsv", NULL};
    return run_files(argc, argv, &program, patterns, test_table);
}
