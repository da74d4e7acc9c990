/* syntax: cutting text into statements, and expressions from text to trees and back. */
#include <string.h>

#include "base/text.h"
#include "support.h"
#include "syntax/print.h"
#include "syntax/split.h"

/* ---- The splitter ---- */

typedef struct bench {
    limits limits;
    arena arena;
    diagnostic why;
    splitter splitter;
} bench;

static void bench_open(bench *b, const char *source)
{
    *b = (bench){0};
    arena_init(&b->arena, &b->limits, 4096);
    b->why.arena = &b->arena;
    splitter_init(&b->splitter, source, strlen(source));
}

static void bench_close(bench *b)
{
    arena_empty(&b->arena);
}

/* Asserts that `source` consists of these statements, each as it is to be parsed. */
static void assert_statements(const char *source, const char *const *wanted, size_t count)
{
    bench b;
    bench_open(&b, source);
    statement_text found;
    for (size_t i = 0; i < count; i++) {
        assert_true(splitter_next(&b.splitter, &b.arena, &found, &b.why));
        assert_null(b.why.message);
        assert_string_equal(found.text, wanted[i]);
        assert_int_equal(found.length, strlen(wanted[i]));
    }
    assert_false(splitter_next(&b.splitter, &b.arena, &found, &b.why));
    bench_close(&b);
}

#define ASSERT_STATEMENTS(source, ...)                                                   \
    do {                                                                                 \
        static const char *const wanted_[] = {__VA_ARGS__};                              \
        assert_statements((source), wanted_, sizeof wanted_ / sizeof *wanted_);          \
    } while (0)

static void test_statements_end_at_newlines_and_semicolons(void **state)
{
    (void)state;
    ASSERT_STATEMENTS("a = 1", "a = 1");
    ASSERT_STATEMENTS("a = 1\nb = 2\n", "a = 1", "b = 2");
    ASSERT_STATEMENTS("a = 1; b = 2;c", "a = 1", "b = 2", "c");
    ASSERT_STATEMENTS("\n\n  a  \n\n;;\n b\t\n", "a", "b");
    ASSERT_STATEMENTS("a\r\nb\r\n", "a", "b");
    assert_statements("", NULL, 0);
    assert_statements(" \n;# nothing\n\t;", NULL, 0);
}

static void test_comments_are_blanked(void **state)
{
    (void)state;
    ASSERT_STATEMENTS("a # b; c\nd", "a", "d");
    ASSERT_STATEMENTS("# first\na", "a");
    ASSERT_STATEMENTS("(a + # inside\n b)", "(a +         \n b)"); /* same positions */
    ASSERT_STATEMENTS("a +# more\nb", "a +      \nb");
}

static void test_statements_go_on_in_brackets(void **state)
{
    (void)state;
    ASSERT_STATEMENTS("f(a,\n  b)\nc", "f(a,\n  b)", "c");
    ASSERT_STATEMENTS("(a\n+ b)\nc", "(a\n+ b)", "c");
    ASSERT_STATEMENTS("[1, 2;\n 3, 4]; x", "[1, 2;\n 3, 4]", "x");
    ASSERT_STATEMENTS("((a)\n)", "((a)\n)");
}

static void test_statements_go_on_behind_operators(void **state)
{
    (void)state;
    ASSERT_STATEMENTS("a +\nb", "a +\nb");
    ASSERT_STATEMENTS("a =\n\n  1\nb", "a =\n\n  1", "b");
    ASSERT_STATEMENTS("a ≤\nb", "a ≤\nb");
    ASSERT_STATEMENTS("a and\nb", "a and\nb");
    ASSERT_STATEMENTS("grad f wrt x,\n y", "grad f wrt x,\n y");
    ASSERT_STATEMENTS("band\nb", "band", "b"); /* a name that ends like `and` */
    ASSERT_STATEMENTS("a\n+ b", "a", "+ b");   /* an operator in front does not help */
}

static void test_a_semicolon_silences(void **state)
{
    (void)state;
    bench b;
    bench_open(&b, "a = 1; b = 2\nc = 3 ;");
    static const bool wanted[] = {true, false, true};
    for (size_t i = 0; i < 3; i++) {
        statement_text found;
        assert_true(splitter_next(&b.splitter, &b.arena, &found, &b.why));
        assert_int_equal(found.silenced, wanted[i]);
    }
    bench_close(&b);
}

static void test_statements_know_where_they_begin(void **state)
{
    (void)state;
    bench b;
    bench_open(&b, "  a\n# remark\n  é; b");
    static const size_t begins[] = {2, 15, 19};
    for (size_t i = 0; i < 3; i++) {
        statement_text found;
        assert_true(splitter_next(&b.splitter, &b.arena, &found, &b.why));
        assert_int_equal(found.begin, begins[i]);
    }
    bench_close(&b);
}

static void test_bracket_mistakes(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        diagnostic_kind kind;
        uint32_t begin, end;
    } table[] = {
        {"a)", DIAGNOSTIC_SYNTAX, 1, 2},       {"(a]", DIAGNOSTIC_SYNTAX, 2, 3},
        {"(a + (b)", DIAGNOSTIC_SYNTAX, 0, 1}, {"a + [b", DIAGNOSTIC_SYNTAX, 4, 5},
        {"a\xFF", DIAGNOSTIC_SYNTAX, 1, 2},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        bench b;
        bench_open(&b, table[i].source);
        statement_text found;
        assert_true(splitter_next(&b.splitter, &b.arena, &found, &b.why));
        assert_non_null(b.why.message);
        assert_int_equal(b.why.kind, table[i].kind);
        assert_int_equal(b.why.where.begin, table[i].begin);
        assert_int_equal(b.why.where.end, table[i].end);
        bench_close(&b);
    }
}

static void test_the_line_after_a_mistake_is_found(void **state)
{
    (void)state;
    bench b;
    bench_open(&b, "a) + 1\nb");
    statement_text found;
    assert_true(splitter_next(&b.splitter, &b.arena, &found, &b.why));
    assert_non_null(b.why.message);
    b.why.message = NULL;
    assert_true(splitter_next(&b.splitter, &b.arena, &found, &b.why));
    assert_null(b.why.message);
    assert_string_equal(found.text, "b");
    bench_close(&b);
}

static void fill_brackets(char *source, size_t depth)
{
    memset(source, '(', depth);
    source[depth] = '1';
    memset(source + depth + 1, ')', depth);
    source[2 * depth + 1] = '\0';
}

static void test_nesting_is_limited(void **state)
{
    (void)state;
    static char source[2 * MAX_OPEN_BRACKETS + 8];
    for (size_t over = 0; over < 2; over++) {
        fill_brackets(source, MAX_OPEN_BRACKETS + over);
        bench b;
        bench_open(&b, source);
        statement_text found;
        assert_true(splitter_next(&b.splitter, &b.arena, &found, &b.why));
        assert_int_equal(b.why.message != NULL, over);
        if (over > 0)
            assert_int_equal(b.why.kind, DIAGNOSTIC_LIMIT);
        bench_close(&b);
    }
}

static void test_unfinished_input(void **state)
{
    (void)state;
    static const char *const unfinished[] = {
        "(",      "a +",  "f(a,",    "a = ",     "[1, 2",    "a and",
        "a\nb *", "(a\n", "a + # c", "a; b = (", "a = # x\n"};
    static const char *const finished[] = {"",   "a",      "a + b", "(a)", "a # (",
                                           "a)", "a = 1;", "(a]",   "a\n", "band"};
    for (size_t i = 0; i < sizeof unfinished / sizeof *unfinished; i++)
        if (!splitter_is_unfinished(unfinished[i], strlen(unfinished[i])))
            fail_msg("%s is unfinished", unfinished[i]);
    for (size_t i = 0; i < sizeof finished / sizeof *finished; i++)
        if (splitter_is_unfinished(finished[i], strlen(finished[i])))
            fail_msg("%s is finished", finished[i]);
}

/* ---- Precedence ---- */

/* Writes a tree with every operation in brackets and its name in front: what it means,
 * beyond doubt. Parts wait on a stack of texts, as the tree is in postorder. */
static const char *spelled_out(arena *a, const tree *t)
{
    const char **stack = ARENA_ARRAY(a, const char *, t->count);
    size_t top = 0;
    for (size_t i = 0; i < t->count; i++) {
        const tree_node *n = &t->nodes[i];
        text_buffer text;
        text_init(&text, a);
        switch ((tree_kind)n->kind) {
        case TREE_NUMBER:
            text_format(&text, "%g", n->as.number);
            break;
        case TREE_NAME:
            text_add(&text, n->as.name);
            break;
        case TREE_VERBATIM:
            text_add(&text, n->as.text);
            break;
        case TREE_TEXT:
            text_format(&text, "(text: %s", n->as.text);
            break;
        case TREE_VALUE:
            text_format(&text, "(value: %s", n->literal);
            break;
        case TREE_OPERATION:
            text_format(&text, "(%s%s", op_row((op_id)n->op)->name,
                        n->juxtaposed ? "!" : "");
            break;
        case TREE_CALL:
            text_format(&text, "(%s:", n->as.name);
            break;
        case TREE_PARTIAL:
            text_format(&text, "(∂%s", n->as.name);
            break;
        case TREE_MATRIX:
            text_format(&text, "(%ux%s", n->rows, n->nested ? "nested" : "matrix");
            break;
        case TREE_INDEX:
            text_add(&text, "(index");
            break;
        case TREE_RANGE:
            text_add(&text, "(range");
            break;
        case TREE_ALL:
            text_add(&text, ":");
            break;
        case TREE_END:
            text_format(&text, "end%u", n->as.end.place);
            break;
        }
        top -= n->arity;
        for (size_t k = 0; k < n->arity; k++)
            text_format(&text, " %s", stack[top + k]);
        text_add(&text, text.length > 0 && text_string(&text)[0] == '(' ? ")" : "");
        stack[top++] = text_string(&text);
    }
    assert_int_equal(top, 1);
    return stack[0];
}

typedef struct reading {
    const char *text, *meaning;
} reading;

static void check_readings(const reading *table, size_t count)
{
    fixture f;
    fixture_open(&f);
    for (size_t i = 0; i < count; i++) {
        tree parsed = fixture_parse(&f, table[i].text);
        const char *meaning = spelled_out(&f.arena, &parsed);
        if (strcmp(meaning, table[i].meaning) != 0)
            fail_msg("%s is read as %s, wanted %s", table[i].text, meaning,
                     table[i].meaning);
    }
    fixture_close(&f);
}

static void test_precedence(void **state)
{
    (void)state;
    static const reading table[] = {
        {"a + b*c", "(PLUS a (SCALE b c))"},
        {"a*b + c", "(PLUS (SCALE a b) c)"},
        {"a - b - c", "(MINUS (MINUS a b) c)"},
        {"a - (b - c)", "(MINUS a (MINUS b c))"},
        {"a/b/c", "(DIVIDE (DIVIDE a b) c)"},
        {"a*b/c", "(DIVIDE (SCALE a b) c)"},
        {"a/b*c", "(SCALE (DIVIDE a b) c)"},
        {"a .* b*c", "(SCALE (TIMES a b) c)"},
        {"a./b", "(OVER a b)"},
        {"a^b^c", "(POWER a (POWER b c))"},
        {"a.^b.^c", "(DOT_POWER a (DOT_POWER b c))"},
        {"a**b", "(POWER a b)"},
        {"(a^b)^c", "(POWER (POWER a b) c)"},
        {"-a^b", "(NEGATIVE (POWER a b))"},
        {"a^-b", "(POWER a (NEGATIVE b))"},
        {"a^-b^c", "(POWER a (NEGATIVE (POWER b c)))"},
        {"-a*b", "(SCALE (NEGATIVE a) b)"},
        {"a*-b", "(SCALE a (NEGATIVE b))"},
        {"--a", "(NEGATIVE (NEGATIVE a))"},
        {"+a - -b", "(MINUS (POSITIVE a) (NEGATIVE b))"},
        {"a − b", "(MINUS a b)"},
        {"2x", "(SCALE! 2 x)"},
        {"2x^2", "(SCALE! 2 (POWER x 2))"},
        {"-2x", "(NEGATIVE (SCALE! 2 x))"},
        {"2x*y", "(SCALE (SCALE! 2 x) y)"},
        {"a + 3(b + c)", "(PLUS a (SCALE! 3 (PLUS b c)))"},
        {"1(y > z)", "(SCALE! 1 (GREATER y z))"},
        {"2sin(x)", "(SCALE! 2 (sin: x))"},
        {"a < b + c", "(LESS a (PLUS b c))"},
        {"a ≤ b", "(LESS_EQUAL a b)"},
        {"a == b", "(EQUAL a b)"},
        {"not a < b", "(NOT (LESS a b))"},
        {"not a and b", "(AND (NOT a) b)"},
        {"a and b or c and d", "(OR (AND a b) (AND c d))"},
        {"a or b or c", "(OR (OR a b) c)"},
        {"a and not b", "(AND a (NOT b))"},
        {"x²", "(POWER x 2)"},
        {"-x²", "(NEGATIVE (POWER x 2))"},
        {"x¹⁰ + 1", "(PLUS (POWER x 10) 1)"},
        {"f(x, y + 1)", "(f: x (PLUS y 1))"},
        {"f(x)^2", "(POWER (f: x) 2)"},
        {"∂f/∂x", "(∂x f)"},
        {"∂f/∂x*2", "(SCALE (∂x f) 2)"},
        {"2*∂f/∂x", "(SCALE 2 (∂x f))"},
        {"∂f(x)/∂x", "(∂x (f: x))"},
        {"∂(a*b)/∂a", "(∂a (SCALE a b))"},
        {"∂(∂f/∂x)/∂y", "(∂y (∂x f))"},
        {"∂²f/∂x²", "(∂x (∂x f))"},
        {"∂²f/∂x∂y", "(∂y (∂x f))"},
        {"∂³f/∂x³", "(∂x (∂x (∂x f)))"},
        {"diff(a*b, a)", "(∂a (SCALE a b))"},
        {"1.5e-3 + .5", "(PLUS 0.0015 0.5)"},
        {"((a))", "a"},
        {"σ(x)", "(σ: x)"},
    };
    check_readings(table, sizeof table / sizeof *table);
}

static void test_brackets(void **state)
{
    (void)state;
    static const reading table[] = {
        {"[1]", "(1xmatrix 1)"},
        {"[1, 2, 3]", "(1xmatrix 1 2 3)"},
        {"[1 2 3]", "(1xmatrix 1 2 3)"},
        {"[1 -2]", "(1xmatrix 1 (NEGATIVE 2))"},
        {"[1 - 2]", "(1xmatrix (MINUS 1 2))"},
        {"[1-2]", "(1xmatrix (MINUS 1 2))"},
        {"[1, 2; 3, 4]", "(2xmatrix 1 2 3 4)"},
        {"[1 2\n-3 4]", "(2xmatrix 1 2 (NEGATIVE 3) 4)"},
        {"[a; b]", "(2xmatrix a b)"},
        {"[[1, 2], [3, 4]]", "(2xnested 1 2 3 4)"},
        {"[[1, 2, 3]]", "(1xnested 1 2 3)"},
        {"a'", "(TRANSPOSE a)"},
        {"a''", "(TRANSPOSE (TRANSPOSE a))"},
        {"aᵀ", "(TRANSPOSE a)"},
        {"a.T", "(TRANSPOSE a)"},
        {"-a'", "(NEGATIVE (TRANSPOSE a))"},
        {"a*b'", "(SCALE a (TRANSPOSE b))"},
        {"a'^2", "(POWER (TRANSPOSE a) 2)"},
        {"[1, 2]'", "(TRANSPOSE (1xmatrix 1 2))"},
        {"a[1]", "(index a 1)"},
        {"a[1, 2]", "(index a 1 2)"},
        {"a[:, end]", "(index a : end1)"},
        {"a[end, 1:end]", "(index a end2 (range 1 end1))"},
        {"a[end]", "(index a end0)"},
        {"a[end, :, end]", "(index a end3 : end1)"},
        {"a[end - 1]", "(index a (MINUS end0 1))"},
        {"a[i + 1:n]'", "(TRANSPOSE (index a (range (PLUS i 1) n)))"},
        {"a[1][2]", "(index (index a 1) 2)"},
        {"a[b[end], end]", "(index a (index b end0) end1)"},
        {"2a[1]^2", "(SCALE! 2 (POWER (index a 1) 2))"},
    };
    check_readings(table, sizeof table / sizeof *table);
}

static void test_what_is_no_expression(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",        "+",         "a +",  "a b",        "2 x",    "(a",
        "a)",      "1 < x < 3", "1/2x", "2^3x",       "f(",     "f(a,)",
        "a + * b", "()",        "1.",   "∂f",         "∂f/∂x²", "∂²f/∂x",
        "and",     "a and",     "not",  "at",         "a ++",   "1..2",
        "a = b",   "diff(f)",   "∂/∂x", "diff(f, 2)", "$",      "a ? b",
    };
    fixture f;
    fixture_open(&f);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        tree parsed;
        f.why = (diagnostic){.arena = &f.arena};
        if (parse_expression(&f.parser, texts[i], &parsed))
            fail_msg("%s parses", texts[i]);
        assert_non_null(f.why.message);
        assert_true(f.why.where.begin <= f.why.where.end);
        assert_true(f.why.where.end <= strlen(texts[i]));
    }
    fixture_close(&f);
}

static void test_spans_cover_operations_with_their_operands(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    const char *text = "1 + (a*b) - f(c)^2";
    tree t = fixture_parse(&f, text);
    static const char *const wanted[] = {
        "1", "a",    "b", "a*b",    "1 + (a*b)",
        "c", "f(c)", "2", "f(c)^2", "1 + (a*b) - f(c)^2",
    };
    assert_int_equal(t.count, sizeof wanted / sizeof *wanted);
    for (size_t i = 0; i < t.count; i++) {
        span where = t.nodes[i].where;
        assert_string_equal(
            copy_in(&f.arena, text + where.begin, where.end - where.begin), wanted[i]);
    }
    fixture_close(&f);
}

/* ---- Trees ---- */

static void test_trees_are_in_postorder(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    tree t = fixture_parse(&f, "f(a, b + c, 1)*2");
    static const uint32_t sizes[] = {1, 1, 1, 3, 1, 6, 1, 8};
    assert_int_equal(t.count, 8);
    for (size_t i = 0; i < t.count; i++)
        assert_int_equal(t.nodes[i].size, sizes[i]);
    size_t children[3];
    tree_children(&t, 5, children);
    assert_int_equal(children[0], 0);
    assert_int_equal(children[1], 3);
    assert_int_equal(children[2], 4);
    tree part = tree_part(&t, 3);
    assert_int_equal(part.count, 3);
    assert_ptr_equal(part.nodes, t.nodes + 1);
    fixture_close(&f);
}

static void test_tree_copies_are_independent(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    arena other;
    arena_init(&other, &f.limits, 1024);
    tree t = fixture_parse(&f, "1.50*x");
    tree copy = tree_copy(&other, &t);
    t.nodes[0].as.number = 9;
    assert_same_number(copy.nodes[0].as.number, 1.5);
    assert_ptr_not_equal(copy.nodes[0].literal, t.nodes[0].literal);
    assert_string_equal(formula_text(&other, &copy, PRINT_TIGHT), "1.50*x");
    arena_empty(&other);
    fixture_close(&f);
}

/* ---- Printing ---- */

static void test_printing(void **state)
{
    (void)state;
    static const struct {
        const char *text, *tight, *spaced;
    } table[] = {
        {"a+b", "a + b", "a + b"},
        {"a * b", "a*b", "a * b"},
        {"a*b+c", "a*b + c", "a*b + c"},
        {"(a)*(b)", "a*b", "a * b"},
        {"(a + b)*c", "(a + b)*c", "(a + b) * c"},
        {"a + (b + c)", "a + (b + c)", "a + (b + c)"},
        {"(a + b) + c", "a + b + c", "a + b + c"},
        {"a - (b - c)", "a - (b - c)", "a - (b - c)"},
        {"a/(b*c)", "a/(b*c)", "a / (b*c)"},
        {"e^(x^2)", "e^(x^2)", "e^(x^2)"},
        {"(a^b)^c", "(a^b)^c", "(a^b)^c"},
        {"-a^2", "-a^2", "-a^2"},
        {"(-a)^2", "(-a)^2", "(-a)^2"},
        {"2^-x", "2^-x", "2^-x"},
        {"a - (-b)", "a - (-b)", "a - (-b)"},
        {"2x", "2x", "2x"},
        {"2(a+b)", "2(a + b)", "2(a + b)"},
        {"0.50", "0.50", "0.50"},
        {"1e3", "1e3", "1e3"},
        {"f( a,b )", "f(a, b)", "f(a, b)"},
        {"∂(a*b)/∂a", "∂(a*b)/∂a", "∂(a*b)/∂a"},
        {"diff(f, x)", "∂f/∂x", "∂f/∂x"},
        {"not (a and b)", "not (a and b)", "not (a and b)"},
        {"(a<b) == c", "(a < b) == c", "(a < b) == c"},
        {"a ** b · c", "a^b*c", "a^b * c"},
    };
    fixture f;
    fixture_open(&f);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        tree t = fixture_parse(&f, table[i].text);
        assert_string_equal(formula_text(&f.arena, &t, PRINT_TIGHT), table[i].tight);
        assert_string_equal(formula_text(&f.arena, &t, PRINT_SPACED), table[i].spaced);
    }
    fixture_close(&f);
}

/* Prints and parses again; what comes back must mean the same. */
static void check_round_trip(fixture *f, const tree *t, print_style style)
{
    const char *printed = formula_text(&f->arena, t, style);
    tree again;
    f->why = (diagnostic){.arena = &f->arena};
    const char *meaning = spelled_out(&f->arena, t);
    if (!parse_expression(&f->parser, printed, &again))
        fail_msg("%s is printed %s: %s", meaning, printed, f->why.message);
    const char *meant = spelled_out(&f->arena, &again);
    if (strcmp(meaning, meant) != 0)
        fail_msg("%s is printed %s, which is %s", meaning, printed, meant);
}

static void test_round_trip_of_expressions(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "(x + y)*max(y, z)",
        "1/(1 + exp(-(w0*x0 + w1*x1 + w2)))",
        "e^(x^2)",
        "e^x^2",
        "(e^x)^2",
        "a - (b - (c - d)) - e",
        "a/(b/c)/d",
        "-(-a)",
        "-(a + b)*-c",
        "2^-x^-y",
        "2(x + 1)*(3)",
        "2x^2 + 3x - 1",
        "-2x",
        "(2x)^2",
        "3(-x)",
        "1(y > z) + 0.5(y == z)",
        "0.5(a and b)",
        "not not a",
        "not (a or b) and c",
        "(not a) == b",
        "a < (b < c)",
        "(a == b) + (c != d)",
        "-L/2",
        "x² + y³",
        "∂f/∂x + ∂(∂f/∂x)/∂y",
        "∂²f/∂x²*2",
        "(∂f/∂x)^2",
        "∂f(x, y)/∂x",
        "f(-x, 2y, a^b)",
        "a .* b ./ c .^ d",
        "1e-300*1E5 + .5",
        "ŷ - y₁·x̂",
        "where(a > 0 and b > 0, a, b)",
        "+a + +b",
        "a^(b*c)^d",
        "(a*b)^c",
        "a*(b/c)",
        "a*(b*c)",
    };
    fixture f;
    fixture_open(&f);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        tree parsed = fixture_parse(&f, texts[i]);
        check_round_trip(&f, &parsed, PRINT_TIGHT);
        check_round_trip(&f, &parsed, PRINT_SPACED);
    }
    fixture_close(&f);
}

/* ---- Random trees ---- */

static op_id random_operation(dice *d, op_form form)
{
    for (;;) {
        op_id op = (op_id)dice_below(d, OP_COUNT);
        if (op_row(op)->form == form)
            return op_find(form, op_row(op)->spelling, strlen(op_row(op)->spelling));
    }
}

static tree_node random_atom(fixture *f, dice *d)
{
    static const char *const names[] = {"x", "y1", "ŷ", "e", "pi", "long_name"};
    static const char *const literals[] = {"0", "1", "2.5", "1e3", ".5", "10.0"};
    static const double numbers[] = {0, 1, 2.5, 1e3, .5, 10};
    size_t i = dice_below(d, 6);
    if (dice_below(d, 2) == 0)
        return (tree_node){.kind = TREE_NAME,
                           .as.name = symbol_of(&f->symbols, names[i])};
    return (tree_node){
        .kind = TREE_NUMBER, .as.number = numbers[i], .literal = literals[i]};
}

/* A node above `left` finished subtrees, as far as there are enough of them. */
static tree_node random_inner(fixture *f, dice *d, size_t left)
{
    static const char *const functions[] = {"f", "max", "sin"};
    size_t choice = dice_below(d, 10);
    if (choice < 5 && left >= 2)
        return (tree_node){.kind = TREE_OPERATION,
                           .op = (uint16_t)random_operation(d, FORM_INFIX),
                           .arity = 2};
    if (choice < 7)
        return (tree_node){.kind = TREE_OPERATION,
                           .op = (uint16_t)random_operation(d, FORM_PREFIX),
                           .arity = 1};
    if (choice < 9)
        return (tree_node){.kind = TREE_CALL,
                           .arity = (uint32_t)(1 + dice_below(d, left < 3 ? left : 3)),
                           .as.name =
                               symbol_of(&f->symbols, functions[dice_below(d, 3)])};
    return (tree_node){
        .kind = TREE_PARTIAL, .arity = 1, .as.name = symbol_of(&f->symbols, "x")};
}

static tree random_tree(fixture *f, dice *d, size_t nodes)
{
    tree_writer w = {.arena = &f->arena};
    size_t open = 0; /* finished subtrees that nothing uses yet */
    while (w.nodes.count < nodes || open > 1) {
        bool atom = open == 0 || (w.nodes.count < nodes && dice_below(d, 2) == 0);
        tree_node n = atom ? random_atom(f, d) : random_inner(f, d, open);
        tree_push(&w, n);
        open = open - n.arity + 1;
    }
    return tree_written(&w);
}

static void test_round_trip_of_random_trees(void **state)
{
    (void)state;
    dice d = {7};
    for (int i = 0; i < 60; i++) {
        fixture f;
        fixture_open(&f);
        for (size_t k = 1; k <= 60; k++) {
            tree t = random_tree(&f, &d, 1 + k / 3);
            check_round_trip(&f, &t, k % 2 == 0 ? PRINT_TIGHT : PRINT_SPACED);
        }
        fixture_close(&f);
    }
}

/* Each bracket of a printed tree is needed: without any one pair, it means something else
 * or nothing. Only e^(x^2) has a pair for the reader. */
static void without(char *text, size_t open, size_t close)
{
    size_t length = strlen(text);
    memmove(text + close, text + close + 1, length - close);
    memmove(text + open, text + open + 1, length - 1 - open);
}

static size_t closing_of(const char *text, size_t open)
{
    int depth = 0;
    for (size_t i = open; text[i] != '\0'; i++) {
        depth += (text[i] == '(') - (text[i] == ')');
        if (depth == 0)
            return i;
    }
    return open;
}

static bool is_call_bracket(const char *text, size_t open)
{
    return open > 0 && strchr("fxn", text[open - 1]) != NULL; /* f, max, sin */
}

static void check_brackets(fixture *f, const tree *t)
{
    const char *printed = formula_text(&f->arena, t, PRINT_TIGHT);
    const char *meaning = spelled_out(&f->arena, t);
    for (size_t i = 0; printed[i] != '\0'; i++) {
        if (printed[i] != '(' || is_call_bracket(printed, i))
            continue;
        bool power = i > 0 && printed[i - 1] == '^';
        char *shorter = copy_in(&f->arena, printed, strlen(printed));
        without(shorter, i, closing_of(printed, i));
        tree again;
        f->why = (diagnostic){.arena = &f->arena};
        if (!power && parse_expression(&f->parser, shorter, &again) &&
            strcmp(spelled_out(&f->arena, &again), meaning) == 0)
            fail_msg("%s could be printed %s", printed, shorter);
    }
}

/* Sums, products and powers of names; signs where the reader needs no bracket. */
static tree random_arithmetic(fixture *f, dice *d, size_t nodes)
{
    static const op_id operations[] = {OP_PLUS,  OP_MINUS,   OP_SCALE, OP_DIVIDE,
                                       OP_POWER, OP_GREATER, OP_AND,   OP_OR};
    tree_writer w = {.arena = &f->arena};
    size_t open = 0;
    while (w.nodes.count < nodes || open > 1) {
        bool atom = open < 2 || (w.nodes.count < nodes && dice_below(d, 2) == 0);
        tree_node n = {.kind = TREE_NAME, .as.name = symbol_of(&f->symbols, "a")};
        if (!atom)
            n = (tree_node){.kind = TREE_OPERATION,
                            .op = (uint16_t)operations[dice_below(d, 8)],
                            .arity = 2};
        tree_push(&w, n);
        open = open - n.arity + 1;
    }
    return tree_written(&w);
}

static void test_no_bracket_too_many(void **state)
{
    (void)state;
    dice d = {11};
    for (int i = 0; i < 20; i++) {
        fixture f;
        fixture_open(&f);
        for (size_t k = 0; k < 40; k++) {
            tree t = random_arithmetic(&f, &d, 3 + k / 4);
            check_brackets(&f, &t);
        }
        fixture_close(&f);
    }
}

static void test_long_sums_parse_and_print(void **state)
{
    (void)state;
    enum { TERMS = 20000 };
    fixture f;
    fixture_open(&f);
    text_buffer t;
    text_init(&t, &f.arena);
    for (int i = 0; i < TERMS; i++)
        text_add(&t, i == 0 ? "x" : " + x");
    tree parsed = fixture_parse(&f, text_string(&t));
    assert_int_equal(parsed.count, 2 * TERMS - 1);
    assert_string_equal(formula_text(&f.arena, &parsed, PRINT_TIGHT), text_string(&t));
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statements_end_at_newlines_and_semicolons),
        cmocka_unit_test(test_comments_are_blanked),
        cmocka_unit_test(test_statements_go_on_in_brackets),
        cmocka_unit_test(test_statements_go_on_behind_operators),
        cmocka_unit_test(test_a_semicolon_silences),
        cmocka_unit_test(test_statements_know_where_they_begin),
        cmocka_unit_test(test_bracket_mistakes),
        cmocka_unit_test(test_the_line_after_a_mistake_is_found),
        cmocka_unit_test(test_nesting_is_limited),
        cmocka_unit_test(test_unfinished_input),
        cmocka_unit_test(test_precedence),
        cmocka_unit_test(test_brackets),
        cmocka_unit_test(test_what_is_no_expression),
        cmocka_unit_test(test_spans_cover_operations_with_their_operands),
        cmocka_unit_test(test_trees_are_in_postorder),
        cmocka_unit_test(test_tree_copies_are_independent),
        cmocka_unit_test(test_printing),
        cmocka_unit_test(test_round_trip_of_expressions),
        cmocka_unit_test(test_round_trip_of_random_trees),
        cmocka_unit_test(test_no_bracket_too_many),
        cmocka_unit_test(test_long_sums_parse_and_print),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
