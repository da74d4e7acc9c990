/* report: the renderers, from result structs that are made by hand. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/unicode.h"
#include "report/location.h"
#include "report/report.h"
#include "support.h"

static const style plain = {.unicode = true, .digits = 6};
static const style ascii = {.digits = 6};
static const style colored = {.color = true, .unicode = true, .digits = 6};

/* Text in an arena, to be rendered into. */
typedef struct bench {
    limits limits;
    arena arena;
    text_buffer text;
} bench;

static void bench_open(bench *b)
{
    *b = (bench){0};
    arena_init(&b->arena, &b->limits, 4096);
    text_init(&b->text, &b->arena);
}

static void bench_close(bench *b)
{
    arena_empty(&b->arena);
}

/* What was rendered, which must be one line that is one JSON object. */
static json_t *rendered_object(const bench *b)
{
    const char *text = text_string(&b->text);
    const char *newline = strchr(text, '\n');
    if (newline == NULL || newline[1] != '\0')
        fail_msg("not one line: %s", text);
    json_error_t why;
    json_t *object =
        json_loads(text, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &why);
    if (object == NULL)
        fail_msg("%s: %s", why.text, text);
    return object;
}

static const char *string_at(const json_t *object, const char *key)
{
    const char *found = json_string_value(json_object_get(object, key));
    if (found == NULL)
        fail_msg("no string at %s", key);
    return found;
}

static double number_at(const json_t *object, const char *key)
{
    double value;
    if (!json_to_number(json_object_get(object, key), &value))
        fail_msg("no number at %s", key);
    return value;
}

static tensor number(arena *a, double value)
{
    return tensor_number(a, value);
}

/* ---- Values ---- */

static void assert_shape(const json_t *object, const shape *s)
{
    const json_t *sizes = json_object_get(object, "shape");
    assert_int_equal(json_array_size(sizes), s->rank);
    for (int axis = 0; axis < s->rank; axis++)
        assert_true(json_number_value(json_array_get(sizes, (size_t)axis)) ==
                    (double)s->size[axis]);
}

/* Compares nested arrays with the entries, row by row; returns how many it has seen. */
static size_t assert_entries(const json_t *nested, const shape *s, int axis,
                             const double *entries)
{
    if (axis == s->rank) {
        double value;
        assert_true(json_to_number(nested, &value));
        assert_same_number(value, entries[0]);
        return 1;
    }
    assert_true(json_is_array(nested));
    assert_int_equal(json_array_size(nested), s->size[axis]);
    size_t seen = 0;
    for (size_t i = 0; i < s->size[axis]; i++)
        seen += assert_entries(json_array_get(nested, i), s, axis + 1, entries + seen);
    return seen;
}

static void test_arrays_are_nested_row_by_row(void **state)
{
    (void)state;
    static const shape shapes[] = {
        {.rank = 2, .size = {2, 3}},    {.rank = 3, .size = {2, 2, 2}},
        {.rank = 2, .size = {3, 1}},    {.rank = 2, .size = {1, 3}},
        {.rank = 3, .size = {1, 1, 1}}, {.rank = 4, .size = {2, 1, 3, 2}},
    };
    static const double entries[] = {1, -2.5, NAN, 1e300, INFINITY, 6,
                                     7, 0.1,  9,   10,    11,       12};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        bench b;
        bench_open(&b);
        report_value_json(&b.text, "A", (tensor){shapes[i], entries});
        json_t *object = rendered_object(&b);
        assert_string_equal(string_at(object, "type"), "value");
        assert_string_equal(string_at(object, "expr"), "A");
        assert_shape(object, &shapes[i]);
        size_t seen =
            assert_entries(json_object_get(object, "value"), &shapes[i], 0, entries);
        assert_int_equal(seen, shape_count(&shapes[i]));
        json_decref(object);
        bench_close(&b);
    }
}

static void test_the_text_of_nested_arrays(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    static const double entries[] = {1, 2, 3, 4, 5, 6, 7, 8};
    report_value_json(&b.text, "A", (tensor){{.rank = 2, .size = {2, 3}}, entries});
    report_value_json(&b.text, "B", (tensor){{.rank = 3, .size = {2, 2, 2}}, entries});
    const char *wanted = "{\"type\":\"value\",\"expr\":\"A\",\"shape\":[2,3],"
                         "\"value\":[[1,2,3],[4,5,6]]}\n"
                         "{\"type\":\"value\",\"expr\":\"B\",\"shape\":[2,2,2],"
                         "\"value\":[[[1,2],[3,4]],[[5,6],[7,8]]]}\n";
    assert_string_equal(text_string(&b.text), wanted);
    bench_close(&b);
}

static void test_numbers_are_no_arrays(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } table[] = {{0.1, "\"value\":0.1}"},
                 {3, "\"value\":3}"},
                 {NAN, "\"value\":\"nan\"}"},
                 {INFINITY, "\"value\":\"inf\"}"},
                 {-INFINITY, "\"value\":\"-inf\"}"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        bench b;
        bench_open(&b);
        report_value_json(&b.text, "x", number(&b.arena, table[i].value));
        assert_non_null(strstr(text_string(&b.text), table[i].text));
        json_t *object = rendered_object(&b);
        assert_same_number(number_at(object, "value"), table[i].value);
        json_decref(object);
        bench_close(&b);
    }
}

static void test_any_string_comes_back(void **state)
{
    (void)state;
    static const char *const texts[] = {"\"quoted\"", "back\\slash", "two\nlines\ttab\r",
                                        "∂L/∂ŷ",      "\x01\x1F",    ""};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        bench b;
        bench_open(&b);
        report_value_json(&b.text, texts[i], number(&b.arena, 1));
        json_t *object = rendered_object(&b);
        assert_string_equal(string_at(object, "expr"), texts[i]);
        json_decref(object);
        bench_close(&b);
    }
}

static void test_values_as_text(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    report_value_text(&b.text, &plain, "f", number(&b.arena, 1.0 / 3));
    report_value_text(&b.text, &plain, NULL, number(&b.arena, 1e-7));
    style two = plain;
    two.digits = 2;
    report_value_text(&b.text, &two, "f", number(&b.arena, 1.0 / 3));
    assert_string_equal(text_string(&b.text), "f = 0.333333\n1e-7\nf = 0.33\n");
    bench_close(&b);
}

/* Of a table with more than 20 rows the rest is counted, unless that is one. */
static void test_long_tables_are_cut(void **state)
{
    (void)state;
    static double entries[2 * 22];
    for (size_t rows = 21; rows <= 22; rows++) {
        bench b;
        bench_open(&b);
        shape s = {.rank = 2, .size = {rows, 2}};
        report_value_text(&b.text, &plain, NULL, (tensor){s, entries});
        bool counted = strstr(text_string(&b.text), "… 2 more rows\n") != NULL;
        assert_int_equal(counted, rows == 22);
        assert_int_equal(strstr(text_string(&b.text), "more") != NULL, rows == 22);
        bench_close(&b);
    }
}

/* ---- Traces ---- */

/* f = x*x at x = 3, by hand. */
typedef struct example {
    trace trace;
    trace_node nodes[2];
    trace_edge edges[2];
    trace_gradient gradient;
    trace_term terms[2];
} example;

static const size_t args[] = {0, 0};

static void make_example(example *e, arena *a)
{
    tensor three = number(a, 3), one = number(a, 1);
    *e = (example){
        .terms = {{"f", three}, {"f", three}},
        .nodes = {{.name = "x",
                   .kind = "input",
                   .value = three,
                   .has_upstream = true,
                   .upstream = number(a, 6),
                   .term_count = 2},
                  {.name = "f",
                   .kind = "compute",
                   .op = "*",
                   .formula = "x * x",
                   .says = "* switches",
                   .args = args,
                   .arg_count = 2,
                   .value = number(a, 9),
                   .has_upstream = true,
                   .upstream = one}},
        .edges = {{.from = 1,
                   .to = 0,
                   .arg = 0,
                   .is_local = true,
                   .formula = "x",
                   .local = three,
                   .downstream = three},
                  {.from = 1,
                   .to = 0,
                   .arg = 1,
                   .is_local = true,
                   .formula = "x",
                   .local = three,
                   .downstream = three,
                   .kink = "x = 3",
                   .kink_says = "it is made up"}},
        .gradient = {.name = "x",
                     .kind = "input",
                     .value = number(a, 6),
                     .term_count = 2},
    };
    e->nodes[0].terms = e->gradient.terms = e->terms;
    e->trace = (trace){.of = "f", .root = 1};
    e->trace.nodes.items = e->nodes;
    e->trace.nodes.count = 2;
    e->trace.edges.items = e->edges;
    e->trace.edges.count = 2;
    e->trace.gradients.items = &e->gradient;
    e->trace.gradients.count = 1;
}

static void test_grad_as_json(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    example e;
    make_example(&e, &b.arena);
    report_grad_json(&b.text, &e.trace);
    json_t *object = rendered_object(&b);
    assert_string_equal(string_at(object, "type"), "grad");
    assert_string_equal(string_at(object, "of"), "f");
    assert_same_number(number_at(object, "value"), 9);

    const json_t *nodes = json_object_get(object, "nodes");
    assert_int_equal(json_array_size(nodes), 2);
    const json_t *x = json_array_get(nodes, 0), *f = json_array_get(nodes, 1);
    assert_same_number(number_at(x, "id"), 1);
    assert_same_number(number_at(x, "upstream"), 6);
    assert_null(json_object_get(x, "op"));
    assert_null(json_object_get(x, "args"));
    assert_same_number(number_at(f, "id"), 2);
    assert_string_equal(string_at(f, "op"), "*");
    assert_string_equal(string_at(f, "formula"), "x * x");
    assert_int_equal(json_array_size(json_object_get(f, "args")), 2);
    assert_true(json_number_value(json_array_get(json_object_get(f, "args"), 1)) == 1);

    const json_t *edges = json_object_get(object, "edges");
    assert_int_equal(json_array_size(edges), 2);
    const json_t *second = json_array_get(edges, 1);
    assert_same_number(number_at(second, "from"), 2);
    assert_same_number(number_at(second, "to"), 1);
    assert_same_number(number_at(second, "arg"), 2);
    assert_same_number(number_at(second, "downstream"), 3);
    const json_t *local = json_object_get(second, "local");
    assert_string_equal(string_at(local, "formula"), "x");
    assert_same_number(number_at(local, "value"), 3);

    const json_t *gradients = json_object_get(object, "gradients");
    assert_int_equal(json_array_size(gradients), 1);
    const json_t *terms = json_object_get(json_array_get(gradients, 0), "terms");
    assert_int_equal(json_array_size(terms), 2);
    assert_string_equal(string_at(json_array_get(terms, 1), "via"), "f");
    json_decref(object);
    bench_close(&b);
}

static void test_forward_as_json_has_no_gradients(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    example e;
    make_example(&e, &b.arena);
    e.nodes[0].has_upstream = e.nodes[1].has_upstream = false;
    e.nodes[1].group = "sq(x)";
    report_forward_json(&b.text, &e.trace);
    json_t *object = rendered_object(&b);
    assert_string_equal(string_at(object, "type"), "forward");
    assert_null(json_object_get(object, "edges"));
    const json_t *f = json_array_get(json_object_get(object, "nodes"), 1);
    assert_null(json_object_get(f, "upstream"));
    assert_string_equal(string_at(f, "group"), "sq(x)");
    json_decref(object);
    bench_close(&b);
}

/* Asserts that the text has these pieces, in this order. */
static void assert_pieces(const char *text, const char *const *pieces, size_t count)
{
    const char *at = text;
    for (size_t i = 0; i < count; i++) {
        const char *found = strstr(at, pieces[i]);
        if (found == NULL)
            fail_msg("no %s in its place in:\n%s", pieces[i], text);
        at = found + strlen(pieces[i]);
    }
}

#define ASSERT_PIECES(text, ...)                                                         \
    do {                                                                                 \
        static const char *const pieces_[] = {__VA_ARGS__};                              \
        assert_pieces((text), pieces_, sizeof pieces_ / sizeof *pieces_);                \
    } while (0)

static void test_grad_as_text(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    example e;
    make_example(&e, &b.arena);
    report_grad_text(&b.text, &plain, &e.trace);
    ASSERT_PIECES(text_string(&b.text), "Forward\n", "  x = 3", "input\n", "  f = x * x",
                  "= 9\n", "\nBackward", "downstream = upstream × local\n", "  f = x * x",
                  "upstream ∂f/∂f = 1\n", "    → x", "local ∂f/∂x = x = 3",
                  "downstream 1 × 3 = 3\n", "    → x", "kink: x = 3, it is made up\n",
                  "    * switches\n", "\nGradient of f\n",
                  "  ∂f/∂x = 3 (via f) + 3 (via f) = 6", "x is used two times");
    bench_close(&b);
}

static void test_text_without_unicode_is_ascii(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    example e;
    make_example(&e, &b.arena);
    report_grad_text(&b.text, &ascii, &e.trace);
    for (const char *at = text_string(&b.text); *at != '\0'; at++)
        assert_true((unsigned char)*at < 0x80);
    ASSERT_PIECES(text_string(&b.text), "upstream x local", "-> x", "local df/dx = x = 3",
                  "1 x 3 = 3");
    bench_close(&b);
}

/* Colour only repeats what words say: without the escapes the text is the same. */
static void test_color_changes_no_words(void **state)
{
    (void)state;
    bench b, without;
    bench_open(&b);
    bench_open(&without);
    example e;
    make_example(&e, &b.arena);
    report_grad_text(&b.text, &colored, &e.trace);
    report_grad_text(&without.text, &plain, &e.trace);
    ASSERT_PIECES(text_string(&b.text), "\033[31m",
                  "\033[34m"); /* flow red, local blue */
    char *text = copy_in(&b.arena, text_string(&b.text), b.text.length);
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from == '\033')
            from += strcspn(from, "m");
        else
            *to++ = *from;
    }
    *to = '\0';
    assert_string_equal(text, text_string(&without.text));
    assert_null(strchr(text_string(&without.text), '\033'));
    bench_close(&without);
    bench_close(&b);
}

/* What flows down stands beside the sizes where the screen is wide, in one column. */
static void test_columns_line_up(void **state)
{
    (void)state;
    static const char source[] = "W = [1, 2; 3, 4; 5, 6]; x = [1, 2]; u = [1, -1, 2];"
                                 "s = u'*(W*x)\n grad s";
    talk t;
    talk_open(&t, false);
    talk_run(&t, "set width 120");
    talk_run(&t, source);
    ASSERT_PIECES(
        t.results, "\n    → v1  ∂s/∂s * v2'  ",
        "(1×1)(1×3) = 1×3, the shape of v1  downstream [", "\n    → v2  v1' * ∂s/∂s  ",
        "(3×1)(1×1) = 3×1, the shape of v2  downstream [", "\n    → u   (∂s/∂v1)'    ",
        "3×1, the shape of u                downstream [");
    talk_run(&t, "set width 60");
    talk_run(&t, source);
    ASSERT_PIECES(t.results, "\n    → v1  ∂s/∂s * v2'  ",
                  "(1×1)(1×3) = 1×3, the shape of v1\n                ",
                  "   downstream [5, 11, 17]'\n");
    talk_close(&t);
}

/* No line of a report on numbers is wider than the screen. */
static void test_lines_break_where_the_screen_ends(void **state)
{
    (void)state;
    static const char source[] =
        "x = 1.234567; y = -2.345678; L = log(x - y) + exp(x*y)/sqrt(x^2 + y^2) + "
        "sin(x)*cos(y) + x*y\n grad L";
    talk t;
    talk_open(&t, false);
    talk_run(&t, "set width 60");
    talk_run(&t, source);
    ASSERT_PIECES(t.results, "\n    → v11  local ∂v13/∂v11 = v12 = -0.699632\n",
                  "           downstream 1 × -0.699632 = -0.699632\n", "\n        + ",
                  " (via v1) = ", "\n           x feeds five nodes");
    for (const char *line = t.results; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        char *copy = strndup(line, length);
        if (unicode_text_width(copy) > 60)
            fail_msg("too wide: %s", copy);
        free(copy);
        line += length + (line[length] == '\n');
    }
    talk_close(&t);
}

static void test_long_sums_are_cut_in_text(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    example e;
    make_example(&e, &b.arena);
    enum { COUNT = 30 };
    static trace_term terms[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        terms[i] = (trace_term){"f", number(&b.arena, 1)};
    e.gradient.terms = terms;
    e.gradient.term_count = COUNT;
    report_grad_text(&b.text, &plain, &e.trace);
    assert_non_null(strstr(text_string(&b.text), "… 24 more"));
    text_init(&b.text, &b.arena);
    report_grad_json(&b.text, &e.trace); /* never there */
    json_t *object = rendered_object(&b);
    const json_t *gradient = json_array_get(json_object_get(object, "gradients"), 0);
    assert_int_equal(json_array_size(json_object_get(gradient, "terms")), COUNT);
    json_decref(object);
    bench_close(&b);
}

/* ---- Mistakes and notes ---- */

/* Where a statement begins in a source. */
static origin origin_at(const char *file, const char *source, size_t begin)
{
    origin where = {.file = file, .source = source, .length = strlen(source), .line = 1};
    origin_advance(&where, begin);
    return where;
}

static void test_locations_count_code_points(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        size_t begin;
        span part;
        size_t line, column, end_column;
    } table[] = {
        {"abc", 0, {0, 3}, 1, 1, 4},
        {"a\nbcd", 2, {1, 2}, 2, 2, 3},
        {"a\r\nbcd\r\n", 3, {0, 3}, 2, 1, 4},
        {"ŷ + é", 0, {3, 7}, 1, 3, 6},
        {"a +\n b", 0, {0, 6}, 1, 1, 4}, /* up to the end of its first line */
        {"", 0, {0, 0}, 1, 1, 2},        /* at least one column */
        {"ab", 0, {2, 2}, 1, 3, 4},
        {"ab", 0, {5, 9}, 1, 3, 4}, /* beyond the end */
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        origin where = origin_at("f.ad", table[i].source, table[i].begin);
        location l = location_of(&where, table[i].part);
        assert_int_equal(l.line, table[i].line);
        assert_int_equal(l.column, table[i].column);
        assert_int_equal(l.end_column, table[i].end_column);
    }
}

static void test_mistakes_as_text_and_json(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const char *source = "x = 1\ny = 2\nŷ = x + nope*2\n";
    origin where = origin_at("lesson.ad", source, 12);
    diagnostic d = {.kind = DIAGNOSTIC_NAME,
                    .where = {9, 13},
                    .message = "nope has no value",
                    .hint = "give it \"one\""};
    report_diagnostic_text(&b.text, &plain, &where, &d);
    ASSERT_PIECES(text_string(&b.text),
                  "lesson.ad:3:9: ", "error: ", "nope has no value\n",
                  " | ŷ = x + nope*2\n", " |         ^^^^\n", "give it \"one\"");
    text_init(&b.text, &b.arena);
    report_diagnostic_json(&b.text, &where, &d);
    json_t *object = rendered_object(&b);
    assert_string_equal(string_at(object, "type"), "error");
    assert_string_equal(string_at(object, "kind"), "name");
    assert_string_equal(string_at(object, "file"), "lesson.ad");
    assert_same_number(number_at(object, "line"), 3);
    assert_same_number(number_at(object, "column"), 9);
    assert_same_number(number_at(object, "end_column"), 13);
    assert_string_equal(string_at(object, "message"), "nope has no value");
    assert_string_equal(string_at(object, "hint"), "give it \"one\"");
    json_decref(object);
    bench_close(&b);
}

static void test_mistakes_without_file_or_hint(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    origin where = origin_at(NULL, "x", 0);
    diagnostic d = {.kind = DIAGNOSTIC_LIMIT, .where = {0, 1}, .message = "too long"};
    report_diagnostic_json(&b.text, &where, &d);
    json_t *object = rendered_object(&b);
    assert_null(json_object_get(object, "file"));
    assert_null(json_object_get(object, "hint"));
    assert_string_equal(string_at(object, "kind"), "limit");
    json_decref(object);
    text_init(&b.text, &b.arena);
    report_diagnostic_text(&b.text, &plain, &where, &d);
    ASSERT_PIECES(text_string(&b.text), "error: ", "too long");
    bench_close(&b);
}

static void test_notes(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    origin where = origin_at("lesson.ad", "x\ny", 2);
    report_note_json(&b.text, &where, "a remark");
    json_t *object = rendered_object(&b);
    assert_string_equal(string_at(object, "type"), "note");
    assert_same_number(number_at(object, "line"), 2);
    assert_string_equal(string_at(object, "message"), "a remark");
    json_decref(object);
    text_init(&b.text, &b.arena);
    report_note_text(&b.text, &plain, &where, "a remark");
    ASSERT_PIECES(text_string(&b.text), "note: ", "a remark\n");
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arrays_are_nested_row_by_row),
        cmocka_unit_test(test_the_text_of_nested_arrays),
        cmocka_unit_test(test_numbers_are_no_arrays),
        cmocka_unit_test(test_any_string_comes_back),
        cmocka_unit_test(test_values_as_text),
        cmocka_unit_test(test_long_tables_are_cut),
        cmocka_unit_test(test_grad_as_json),
        cmocka_unit_test(test_forward_as_json_has_no_gradients),
        cmocka_unit_test(test_grad_as_text),
        cmocka_unit_test(test_text_without_unicode_is_ascii),
        cmocka_unit_test(test_color_changes_no_words),
        cmocka_unit_test(test_columns_line_up),
        cmocka_unit_test(test_lines_break_where_the_screen_ends),
        cmocka_unit_test(test_long_sums_are_cut_in_text),
        cmocka_unit_test(test_locations_count_code_points),
        cmocka_unit_test(test_mistakes_as_text_and_json),
        cmocka_unit_test(test_mistakes_without_file_or_hint),
        cmocka_unit_test(test_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
