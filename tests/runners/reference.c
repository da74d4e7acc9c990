/* Compares the program with the numbers of tests/reference, which make_reference.py made
 * from mpmath and SymPy.
 *
 * A table of functions (first column `expression`) gives one test for each expression and
 * property: value, first and second derivatives, at all points of the table. The table of
 * examples (first column `file`) runs each file of examples/ and compares its report,
 * then asks for each quantity by itself. */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double TOLERANCE = 1e-10;

enum { FIRST_PROPERTY = 3, PROPERTIES = 6 };

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
    json_t *answers = ask(program, definition.bytes, &setups, &questions);
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

static const json_t *by_name(const json_t *array, const char *name)
{
    size_t i;
    json_t *object;
    json_array_foreach(array, i, object)
    {
        if (strcmp(json_text(object, "name"), name) == 0)
            return object;
    }
    return NULL;
}

/* When the report has `key` of the object called `name` in `list`, compares it. */
static void compare_entry(const json_t *grad, const char *list, const char *name,
                          const char *key, double expected, size_t *compared, text *why)
{
    const json_t *entry =
        json_object_get(by_name(json_object_get(grad, list), name), key);
    double got;
    if (!entry)
        return;
    (*compared)++;
    if (!json_to_number(entry, &got) || !numbers_agree(expected, got, TOLERANCE)) {
        text_print(why, "%s of %s in %s: expected %.17g, got ", key, name, list,
                   expected);
        json_describe(why, entry);
        text_print(why, "\n");
    }
}

/* `question` is a name (its value is compared), ∂L/∂x (the gradient, and what arrives at
 * the node x), or a second derivative, which is in no report. */
static void compare_with_report(const json_t *grad, const char *question, double expected,
                                size_t *compared, text *why)
{
    const char *second = strstr(question + 1, "∂");
    if (!second) {
        compare_entry(grad, "nodes", question, "value", expected, compared, why);
    } else if (!strchr(question, '(')) {
        const char *name = second + strlen("∂");
        compare_entry(grad, "gradients", name, "value", expected, compared, why);
        compare_entry(grad, "nodes", name, "upstream", expected, compared, why);
    }
}

static void test_report(const table *t, size_t first, size_t end, const text *source)
{
    const char *file = t->rows[first].field[0];
    text why = {0};
    size_t compared = 0;
    outcome o = run_json(program, source);
    json_t *printed = json_lines(&o.out, &why);
    size_t i;
    json_t *object;
    json_array_foreach(printed, i, object)
    {
        const char *type = json_text(object, "type");
        if (strcmp(type, "error") == 0) {
            json_describe(&why, object);
            text_print(&why, "\n");
        }
        if (strcmp(type, "grad") != 0)
            continue;
        for (size_t r = first; r < end; r++)
            compare_with_report(object, t->rows[r].field[1], number(t->rows[r].field[2]),
                                &compared, &why);
    }
    if (compared == 0)
        text_print(&why, "it prints no gradient report\n");
    if (o.status != 0)
        text_print(&why, "exit status %d\n", o.status);
    tap(why.length == 0, "%s: %s prints the reference numbers", t->name, file);
    tap_remarks(text_string(&why));
    json_decref(printed);
    outcome_free(&o);
    text_free(&why);
}

/* `definitions` is the example without the statements that print. */
static void test_questions(const table *t, size_t first, size_t end,
                           const char *definitions)
{
    strings setups = {0};
    strings questions = {0};
    for (size_t r = first; r < end; r++) {
        strings_add(&setups, "");
        strings_add(&questions, t->rows[r].field[1]);
    }
    json_t *answers = ask(program, definitions, &setups, &questions);
    for (size_t r = first; r < end; r++) {
        text remark = {0};
        bool ok = answer_agrees(json_array_get(answers, r - first),
                                number(t->rows[r].field[2]), &remark);
        tap(ok, "%s: %s %s", t->name, t->rows[r].field[0], t->rows[r].field[1]);
        tap_remarks(text_string(&remark));
        text_free(&remark);
    }
    json_decref(answers);
    strings_free(&setups);
    strings_free(&questions);
}

/* The lines of `source` that define something, so have a = sign. */
static void keep_definitions(text *definitions, const char *source)
{
    while (*source) {
        size_t length = strcspn(source, "\n");
        size_t code = strcspn(source, "#\n");
        if (memchr(source, '=', code))
            text_print(definitions, "%.*s\n", (int)length, source);
        source += length + (source[length] == '\n');
    }
}

static void test_example(const table *t, size_t first, size_t end)
{
    text path = {0};
    text source = {0};
    text definitions = {0};
    text_print(&path, "examples/%s", t->rows[first].field[0]);
    if (!text_read(&source, path.bytes))
        give_up("cannot read %s", path.bytes);
    test_report(t, first, end, &source);
    keep_definitions(&definitions, text_string(&source));
    test_questions(t, first, end, text_string(&definitions));
    text_free(&definitions);
    text_free(&source);
    text_free(&path);
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
    free(t.rows);
    text_free(&whole);
}

int main(int argc, char **argv)
{
    char *path = program_under_test(argc, argv);
    program = path;
    const char *patterns[] = {"tests/reference/*.tsv", NULL};
    strings files = files_or_default(argc, argv, 2, patterns);
    for (size_t i = 0; i < files.count; i++)
        test_table(files.items[i]);
    strings_free(&files);
    free(path);
    return tap_finish();
}
