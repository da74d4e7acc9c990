/* Compares the program with the arrays of tests/reference/{matrix,operations}.txt, which
 * the scripts beside them made with mpmath: values, gradients and second derivatives.
 *
 * A row has five fields between tabs: expression, statements, question, shape and value,
 * the last two as JSON. The first row of each expression has the statements that all its
 * questions need, the others leave them empty. Each expression is one run of the program
 * and one test. */
#include "arrays.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const double TOLERANCE = 1e-10;

enum { EXPRESSION, STATEMENTS, QUESTION, SHAPE, VALUE };

static const char *program;

/* ---- comparing ---- */

static void print_shape(text *t, const json_t *shape)
{
    for (size_t i = 0; i < json_array_size(shape); i++)
        text_print(t, "%s%g", i > 0 ? "," : "[",
                   json_number_value(json_array_get(shape, i)));
    text_print(t, json_array_size(shape) > 0 ? "]" : "none");
}

static void compare_answer(const row *r, const json_t *answer, text *remarks)
{
    json_t *shape = json_field(r->field[SHAPE]);
    json_t *value = json_field(r->field[VALUE]);
    const json_t *got = json_object_get(answer, "shape");
    text remark = {0};
    if (strcmp(json_text(answer, "type"), "value") != 0) {
        json_describe(&remark, answer);
    } else if (!json_equal(shape, got)) {
        text_print(&remark, "expected the shape %s, got ", r->field[SHAPE]);
        print_shape(&remark, got);
    } else {
        json_arrays_agree(value, json_object_get(answer, "value"), TOLERANCE, &remark);
    }
    if (remark.length > 0)
        text_print(remarks, "%s: %s\n", r->field[QUESTION], remark.bytes);
    text_free(&remark);
    json_decref(shape);
    json_decref(value);
}

/* The rows from `first` to before `end` are the questions about one expression. */
static void test_expression(const table *t, size_t first, size_t end)
{
    const row *top = &t->rows[first];
    strings setups = {0};
    strings questions = {0};
    for (size_t i = first; i < end; i++) {
        strings_add(&setups, "");
        strings_add(&questions, t->rows[i].field[QUESTION]);
    }
    json_t *answers = ask(program, top->field[STATEMENTS], 0, &setups, &questions);
    text remarks = {0};
    for (size_t i = first; i < end; i++)
        compare_answer(&t->rows[i], json_array_get(answers, i - first), &remarks);
    tap(remarks.length == 0, "%s, %zu arrays", top->field[EXPRESSION], end - first);
    if (remarks.length > 0)
        text_print(&remarks, "after: %s\n", top->field[STATEMENTS]);
    tap_remarks(text_string(&remarks));
    text_free(&remarks);
    json_decref(answers);
    strings_free(&setups);
    strings_free(&questions);
}

static void test_table(const char *path)
{
    text whole = {0};
    if (!text_read(&whole, path))
        give_up("cannot read %s: %s", path, strerror(errno));
    table t = split_table(path, &whole);
    if (t.count == 0)
        give_up("%s has no rows", path);
    for (size_t first = 0; first < t.count;) {
        size_t end = first + 1;
        while (end < t.count && !t.rows[end].field[STATEMENTS][0])
            end++;
        test_expression(&t, first, end);
        first = end;
    }
    free(t.rows);
    text_free(&whole);
}

int main(int argc, char **argv)
{
    const char *patterns[] = {"tests/reference/matrix.txt",
                              "tests/reference/operations.txt", NULL};
    return run_files(argc, argv, &program, patterns, test_table);
}
