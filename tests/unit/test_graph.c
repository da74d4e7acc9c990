/* graph: nodes and what hangs on them, and cutting back; finding operations. */
#include <math.h>
#include <string.h>

#include "support.h"

static const shape number = {.rank = 2, .size = {1, 1}};
static const shape column = {.rank = 2, .size = {3, 1}};

/* A graph in an arena of its own. */
typedef struct bench {
    limits limits;
    arena arena;
    graph graph;
} bench;

static void bench_open(bench *b)
{
    *b = (bench){0};
    arena_init(&b->arena, &b->limits, 4096);
    graph_init(&b->graph, &b->arena);
}

static void bench_close(bench *b)
{
    arena_empty(&b->arena);
    assert_int_equal(b->limits.memory_used, 0);
}

static void test_append(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    graph *g = &b.graph;
    node_id x = graph_leaf(g, 7, LEAF_PARAM, &number);
    node_id y = graph_leaf(g, 9, LEAF_INPUT, &column);
    node_id sum = graph_append(g, OP_PLUS, (node_id[]){y, x}, 2, &column);
    node_id minus = graph_append(g, OP_NEGATIVE, (node_id[]){sum}, 1, &column);
    assert_int_equal(x, 0);
    assert_int_equal(minus, 3);
    assert_int_equal(graph_op(g, x), OP_LEAF);
    assert_int_equal(graph_operand(g, x, 0), 7);
    assert_int_equal(graph_leaf_kind(g, x), LEAF_PARAM);
    assert_int_equal(graph_leaf_kind(g, y), LEAF_INPUT);
    assert_int_equal(graph_arity(g, x), 0);
    assert_int_equal(graph_op(g, sum), OP_PLUS);
    assert_int_equal(graph_arity(g, sum), 2);
    assert_int_equal(graph_operand(g, sum, 0), y);
    assert_int_equal(graph_operand(g, sum, 1), x);
    assert_int_equal(graph_arity(g, minus), 1);
    assert_int_equal(graph_operand(g, minus, 0), sum);
    bench_close(&b);
}

static void test_more_than_two_operands(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    graph *g = &b.graph;
    node_id leaves[12];
    for (int32_t i = 0; i < 12; i++)
        leaves[i] = graph_leaf(g, i, LEAF_INPUT, &number);
    node_id three = graph_append(g, OP_WHERE, leaves, 3, &number);
    node_id many = graph_append(g, OP_WHERE, leaves, 12, &number);
    node_id again = graph_append(g, OP_WHERE, leaves + 4, 3, &number);
    assert_int_equal(graph_arity(g, three), 3);
    assert_int_equal(graph_arity(g, many), 12);
    for (size_t k = 0; k < 3; k++) {
        assert_int_equal(graph_operand(g, three, k), leaves[k]);
        assert_int_equal(graph_operand(g, again, k), leaves[k + 4]);
    }
    for (size_t k = 0; k < 12; k++)
        assert_int_equal(graph_operand(g, many, k), leaves[k]);
    bench_close(&b);
}

/* A literal of 256×256 entries is one node. */
static void test_very_many_operands(void **state)
{
    (void)state;
    enum { COUNT = 256 * 256 + 1 };
    bench b;
    bench_open(&b);
    node_id *leaves = ARENA_ARRAY(&b.arena, node_id, COUNT);
    for (int32_t i = 0; i < COUNT; i++)
        leaves[i] = graph_leaf(&b.graph, i, LEAF_INPUT, &number);
    node_id many = graph_append(&b.graph, OP_BLOCK, leaves, COUNT, &number);
    assert_int_equal(graph_arity(&b.graph, many), COUNT);
    assert_int_equal(graph_operand(&b.graph, many, COUNT - 1), leaves[COUNT - 1]);
    bench_close(&b);
}

static void test_shapes_are_interned(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    graph *g = &b.graph;
    for (int32_t i = 0; i < 100; i++) {
        shape s = {.rank = 2, .size = {(size_t)(i % 3) + 1, 1}};
        node_id n = graph_leaf(g, i, LEAF_INPUT, &s);
        assert_true(shape_equal(graph_shape(g, n), &s));
    }
    assert_int_equal(g->shapes.count, 3);
    bench_close(&b);
}

static void test_constants(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    graph *g = &b.graph;
    node_id leaf = graph_leaf(g, 0, LEAF_CONST, &number);
    node_id half = graph_constant(g, tensor_number(&b.arena, 0.5), "1/2", RANK_PRODUCT);
    double threes[] = {3, 3, 3};
    node_id block =
        graph_constant(g, tensor_copy(&b.arena, &column, threes), NULL, RANK_ATOM);
    assert_null(graph_constant_of(g, leaf));
    const constant *c = graph_constant_of(g, half);
    assert_non_null(c);
    assert_string_equal(c->text, "1/2");
    assert_int_equal(c->rank, RANK_PRODUCT);
    assert_same_number(c->value.entries[0], 0.5);
    assert_true(graph_is_number(g, half, 0.5));
    assert_false(graph_is_number(g, half, 0.25));
    assert_false(graph_is_number(g, leaf, 0));
    assert_false(graph_is_number(g, block, 3)); /* an array is no number */
    assert_true(shape_equal(graph_shape(g, block), &column));
    bench_close(&b);
}

static void test_names(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    graph *g = &b.graph;
    static const char *const names[] = {NULL, "a", NULL, NULL, "b", "c", NULL};
    for (int32_t i = 0; i < 7; i++) {
        node_id n = graph_leaf(g, i, LEAF_INPUT, &number);
        if (names[i] != NULL)
            graph_name(g, n, names[i]);
    }
    for (int32_t i = 0; i < 7; i++) {
        if (names[i] == NULL)
            assert_null(graph_name_of(g, i));
        else
            assert_string_equal(graph_name_of(g, i), names[i]);
    }
    bench_close(&b);
}

static void test_groups_nest(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    graph *g = &b.graph;
    static const call_group f = {.text = "f(x)"}, inner = {.text = "g(y)", .outer = &f};
    const call_group *wanted[6] = {NULL, &f, &inner, &f, NULL, NULL};
    graph_leaf(g, 0, LEAF_INPUT, &number);
    const call_group *outer = graph_enter_group(g, wanted[1]);
    assert_null(outer);
    graph_leaf(g, 1, LEAF_INPUT, &number);
    const call_group *middle = graph_enter_group(g, wanted[2]);
    assert_ptr_equal(middle, &f);
    graph_leaf(g, 2, LEAF_INPUT, &number);
    graph_enter_group(g, middle);
    graph_leaf(g, 3, LEAF_INPUT, &number);
    graph_enter_group(g, outer);
    graph_leaf(g, 4, LEAF_INPUT, &number);
    graph_leaf(g, 5, LEAF_INPUT, &number);
    for (int32_t i = 0; i < 6; i++)
        assert_ptr_equal(graph_group_of(g, i), wanted[i]);
    bench_close(&b);
}

static void test_an_empty_group_has_no_nodes(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    graph *g = &b.graph;
    graph_leaf(g, 0, LEAF_INPUT, &number);
    static const call_group empty = {.text = "f(x)"}; /* f(u) = u */
    const call_group *outer = graph_enter_group(g, &empty);
    graph_enter_group(g, outer);
    graph_leaf(g, 1, LEAF_INPUT, &number);
    assert_null(graph_group_of(g, 0));
    assert_null(graph_group_of(g, 1));
    bench_close(&b);
}

static void test_cut_takes_everything_back(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    graph *g = &b.graph;
    node_id x = graph_leaf(g, 0, LEAF_INPUT, &number);
    graph_name(g, x, "x");
    graph_mark here = graph_here(g);
    for (int round = 0; round < 3; round++) {
        static const call_group call = {.text = "f(x)"};
        graph_enter_group(g, &call);
        node_id two = graph_constant(g, tensor_number(&b.arena, 2), "2", RANK_ATOM);
        node_id chosen = graph_append(g, OP_WHERE, (node_id[]){x, two, x}, 3, &number);
        graph_name(g, chosen, "y");
        assert_int_equal(two, 1); /* the same ids each time */
        assert_int_equal(graph_operand(g, chosen, 1), two);
        assert_string_equal(graph_name_of(g, chosen), "y");
        assert_ptr_equal(graph_group_of(g, chosen), &call);
        graph_cut(g, here);
        assert_int_equal(g->nodes.count, 1);
        assert_int_equal(g->constants.count, 0);
        assert_int_equal(g->more.count, 0);
        assert_int_equal(g->names.count, 1);
        assert_int_equal(g->groups.count, 0);
    }
    assert_string_equal(graph_name_of(g, x), "x");
    bench_close(&b);
}

/* An allocation that fails while a node is appended leaves the graph as it was. */
static void test_failures_leave_the_graph_whole(void **state)
{
    (void)state;
    static jmp_buf escape;
    bench b;
    bench_open(&b);
    graph *g = &b.graph;
    b.limits.escape = &escape;
    node_id leaf = graph_leaf(g, 0, LEAF_INPUT, &number);
    node_id operands[] = {leaf, leaf, leaf};
    volatile size_t failures = 0;
    for (volatile int i = 0; i < 3000; i++) {
        volatile size_t nodes = g->nodes.count;
        b.limits.fail_allocation = 1; /* strikes whenever an array has to grow */
        if (setjmp(escape) != 0) {
            failures++;
            assert_int_equal(g->nodes.count, nodes);
            graph_append(g, OP_WHERE, operands, 3, &number);
        } else {
            graph_append(g, OP_WHERE, operands, 3, &number);
        }
        node_id made = (node_id)g->nodes.count - 1;
        assert_int_equal(g->more.count, 3 * (size_t)made);
        assert_int_equal(graph_operand(g, made, 2), leaf);
    }
    b.limits.fail_allocation = 0;
    assert_true(failures > 0);
    bench_close(&b);
}

static void test_ten_thousand_nodes(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    graph *g = &b.graph;
    node_id at = graph_leaf(g, 0, LEAF_INPUT, &number);
    enum { COUNT = 10000 };
    for (int i = 0; i < COUNT; i++)
        at = graph_append(g, OP_SIN, (node_id[]){at}, 1, &number);
    assert_int_equal(at, COUNT);
    for (node_id n = at; n > 0; n--)
        assert_int_equal(graph_operand(g, n, 0), n - 1);
    assert_true(b.limits.memory_used < 4 * COUNT * sizeof(node));
    bench_close(&b);
}

/* ---- The operation table ---- */

static void test_find_by_spelling(void **state)
{
    (void)state;
    static const struct {
        op_form form;
        const char *spelling;
        op_id op;
    } table[] = {
        {FORM_INFIX, "+", OP_PLUS},       {FORM_PREFIX, "+", OP_POSITIVE},
        {FORM_PREFIX, "-", OP_NEGATIVE},  {FORM_INFIX, "-", OP_MINUS},
        {FORM_INFIX, "**", OP_POWER},     {FORM_INFIX, "·", OP_SCALE},
        {FORM_INFIX, "≤", OP_LESS_EQUAL}, {FORM_CALL, "max", OP_MAX},
        {FORM_CALL, "ln", OP_LOG},        {FORM_CALL, "σ", OP_SIGMOID},
        {FORM_CONSTANT, "pi", OP_PI},     {FORM_CONSTANT, "π", OP_PI},
        {FORM_CALL, "pi", OP_NONE},       {FORM_CONSTANT, "max", OP_NONE},
        {FORM_CALL, "", OP_NONE},         {FORM_CALL, "maxi", OP_NONE},
        {FORM_CALL, "ma", OP_NONE},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_int_equal(
            op_find(table[i].form, table[i].spelling, strlen(table[i].spelling)),
            table[i].op);
    assert_int_equal(op_find(FORM_CALL, "max(x)", 3), OP_MAX); /* only so many bytes */
}

static void test_rows_know_how_many_operands_they_take(void **state)
{
    (void)state;
    assert_true(op_takes(OP_SIN, 1, NULL));
    assert_false(op_takes(OP_SIN, 0, NULL));
    assert_false(op_takes(OP_SIN, 2, NULL));
    assert_true(op_takes(OP_LEAKY_RELU, 1, NULL)); /* its last one is optional */
    assert_true(op_takes(OP_LEAKY_RELU, 2, NULL));
    assert_false(op_takes(OP_LEAKY_RELU, 3, NULL));
    assert_true(op_takes(OP_WHERE, 3, NULL));
    assert_false(op_takes(OP_WHERE, 3, "axis"));
    assert_true(op_takes(OP_CONCAT, 3, "axis"));
    assert_false(op_takes(OP_CONCAT, 2, "axis")); /* the keyword is the third */
    assert_true(op_takes(OP_CONCAT, 3, NULL)); /* it is optional, so it may be left out */
    assert_true(op_takes(OP_SUM_AXIS, 2, "axis"));
    assert_false(op_takes(OP_SUM_AXIS, 2, NULL));
    assert_false(op_takes(OP_SUM_AXIS, 2, "axes"));
}

static void test_calls_find_their_row(void **state)
{
    (void)state;
    assert_int_equal(op_called("max", 2, NULL), OP_MAX);
    assert_int_equal(op_called("max", 1, NULL), OP_LARGEST);
    assert_int_equal(op_called("max", 2, "axis"), OP_LARGEST_AXIS);
    assert_int_equal(op_called("max", 3, NULL), OP_NONE);
    assert_int_equal(op_called("sum", 2, NULL), OP_NONE);
    assert_int_equal(op_called("nothing", 1, NULL), OP_NONE);
    assert_null(op_keyword(OP_CONCAT));
    assert_string_equal(op_keyword(OP_SUM_AXIS), "axis");
}

static void test_rows_that_share_a_spelling_come_in_turn(void **state)
{
    (void)state;
    for (op_id op = OP_NONE; op < OP_COUNT; op++) {
        if (op_row(op)->form == FORM_NONE)
            continue;
        op_id next = op_next_alike(op);
        if (next == OP_NONE)
            continue;
        assert_true(next > op);
        assert_int_equal(op_row(next)->form, op_row(op)->form);
    }
    assert_int_equal(op_next_alike(OP_SIN), OP_NONE);
}

static void test_the_elementwise_shape_rule(void **state)
{
    (void)state;
    shape result;
    const shape row = {.rank = 2, .size = {1, 4}}, matrix = {.rank = 2, .size = {3, 4}};
    const shape longer = {.rank = 2, .size = {column.size[0] + 1, 1}};
    assert_true(shapes_fit(shape_elementwise, (shape[]){column, column}, 2, &result));
    assert_true(shape_equal(&result, &column));
    assert_true(shapes_fit(shape_elementwise, (shape[]){number}, 1, &result));
    assert_true(shape_equal(&result, &number));
    assert_true(shapes_fit(shape_elementwise, (shape[]){column, number}, 2, &result));
    assert_true(shape_equal(&result, &column));
    assert_true(
        shapes_fit(shape_elementwise, (shape[]){number, number, column}, 3, &result));
    assert_true(shape_equal(&result, &column));
    assert_true(shapes_fit(shape_elementwise, (shape[]){column, row}, 2, &result));
    assert_true(shape_equal(&result, &matrix));
    assert_false(shapes_fit(shape_elementwise, (shape[]){column, longer}, 2, &result));
    assert_false(
        shapes_fit(shape_elementwise, (shape[]){number, column, longer}, 3, &result));
}

/* Operands, and the shape of the result where the rule lets them pass. */
typedef struct shape_case {
    shape_rule *rule;
    size_t count;
    shape operands[OP_MAX_OPERANDS];
    shape result; /* rank 0: they do not fit */
} shape_case;

#define NUMBER                                                                           \
    {                                                                                    \
        2,                                                                               \
        {                                                                                \
            1, 1                                                                         \
        }                                                                                \
    }
#define COLUMN                                                                           \
    {                                                                                    \
        2,                                                                               \
        {                                                                                \
            3, 1                                                                         \
        }                                                                                \
    }
#define ROW                                                                              \
    {                                                                                    \
        2,                                                                               \
        {                                                                                \
            1, 4                                                                         \
        }                                                                                \
    }
#define MATRIX                                                                           \
    {                                                                                    \
        2,                                                                               \
        {                                                                                \
            3, 4                                                                         \
        }                                                                                \
    }
#define TURNED                                                                           \
    {                                                                                    \
        2,                                                                               \
        {                                                                                \
            4, 3                                                                         \
        }                                                                                \
    }
#define STACK                                                                            \
    {                                                                                    \
        3,                                                                               \
        {                                                                                \
            2, 3, 4                                                                      \
        }                                                                                \
    }
#define ONE_STACK                                                                        \
    {                                                                                    \
        3,                                                                               \
        {                                                                                \
            1, 1, 1                                                                      \
        }                                                                                \
    }
#define NONE                                                                             \
    {                                                                                    \
        0,                                                                               \
        {                                                                                \
            0                                                                            \
        }                                                                                \
    }

static void test_shape_rules(void **state)
{
    (void)state;
    static const shape_case table[] = {
        {shape_scaled, 2, {NUMBER, NUMBER}, NUMBER},
        {shape_scaled, 2, {NUMBER, MATRIX}, MATRIX},
        {shape_scaled, 2, {STACK, NUMBER}, STACK},
        {shape_scaled, 2, {MATRIX, MATRIX}, NONE},
        {shape_scaled, 2, {COLUMN, ROW}, NONE},
        {shape_scaled, 2, {ONE_STACK, MATRIX}, NONE}, /* a stack of one is no number */
        {shape_over_number, 2, {NUMBER, NUMBER}, NUMBER},
        {shape_over_number, 2, {STACK, NUMBER}, STACK},
        {shape_over_number, 2, {NUMBER, COLUMN}, NONE},
        {shape_over_number, 2, {COLUMN, COLUMN}, NONE},
        {shape_numbers, 2, {NUMBER, NUMBER}, NUMBER},
        {shape_numbers, 2, {NUMBER, COLUMN}, NONE},
        {shape_numbers, 2, {ONE_STACK, NUMBER}, NONE},
        {shape_transposed, 1, {NUMBER}, NUMBER},
        {shape_transposed, 1, {COLUMN}, {2, {1, 3}}},
        {shape_transposed, 1, {MATRIX}, TURNED},
        {shape_transposed, 1, {STACK}, {3, {2, 4, 3}}},
        {shape_transposed, 1, {{4, {5, 2, 3, 4}}}, {4, {5, 2, 4, 3}}},
        {shape_total, 1, {NUMBER}, NUMBER},
        {shape_total, 1, {STACK}, NUMBER},
        {shape_like_expanded, 2, {NUMBER, MATRIX}, MATRIX},
        {shape_like_expanded, 2, {COLUMN, MATRIX}, MATRIX},
        {shape_like_expanded, 2, {ROW, STACK}, STACK},
        {shape_like_expanded, 2, {MATRIX, MATRIX}, MATRIX},
        {shape_like_expanded, 2, {MATRIX, COLUMN}, NONE},
        {shape_like_expanded, 2, {ROW, COLUMN}, NONE},
        {shape_like_expanded, 2, {ONE_STACK, NUMBER}, NONE},
        {shape_like_expanded, 2, {MATRIX, TURNED}, NONE},
        {shape_like_collected, 2, {MATRIX, NUMBER}, NUMBER},
        {shape_like_collected, 2, {MATRIX, COLUMN}, COLUMN},
        {shape_like_collected, 2, {STACK, ROW}, ROW},
        {shape_like_collected, 2, {ONE_STACK, NUMBER}, NUMBER},
        {shape_like_collected, 2, {MATRIX, MATRIX}, MATRIX},
        {shape_like_collected, 2, {COLUMN, MATRIX}, NONE},
        {shape_like_collected, 2, {COLUMN, ROW}, NONE},
        {shape_like_collected, 2, {MATRIX, TURNED}, NONE},
        {shape_gathered, 3, {MATRIX, NUMBER, NUMBER}, NUMBER},
        {shape_gathered, 3, {MATRIX, COLUMN, ROW}, MATRIX},
        {shape_gathered, 3, {NUMBER, ROW, COLUMN}, TURNED},
        {shape_gathered, 3, {STACK, COLUMN, ROW}, STACK},
        {shape_placed, 4, {STACK, STACK, COLUMN, ROW}, STACK},
        {shape_placed, 4, {ONE_STACK, STACK, NUMBER, NUMBER}, NONE},
        {shape_placed, 4, {MATRIX, TURNED, COLUMN, ROW}, TURNED},
        {shape_placed, 4, {NUMBER, MATRIX, NUMBER, NUMBER}, MATRIX},
        {shape_placed, 4, {MATRIX, TURNED, ROW, COLUMN}, NONE},
        {shape_placed, 4, {STACK, MATRIX, COLUMN, ROW}, NONE},
        {shape_placed, 4, {MATRIX, STACK, COLUMN, ROW}, NONE},
        {shape_elementwise, 2, {STACK, ROW}, STACK},
        {shape_elementwise, 3, {COLUMN, ROW, {3, {2, 1, 1}}}, STACK},
        {shape_elementwise, 2, {STACK, TURNED}, NONE},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const shape_case *c = &table[i];
        shape result;
        bool fits = shapes_fit(c->rule, c->operands, c->count, &result);
        if (fits != (c->result.rank > 0))
            fail_msg("case %zu: it %s", i, fits ? "fits" : "does not fit");
        if (fits && !shape_equal(&result, &c->result))
            fail_msg("case %zu: rank %d, %zu entries", i, result.rank,
                     shape_count(&result));
    }
}

/* Operands whose values decide the shape stand behind the one that has but a shape. */
static void test_shapes_from_values(void **state)
{
    (void)state;
    static const struct {
        shape_rule *rule;
        shape first;      /* rank 0: there is none */
        size_t count;     /* of the fixed operands … */
        size_t height[3]; /* … which are columns of so many … */
        double entries[3][3];
        shape result; /* rank 0: they do not fit */
    } table[] = {
        {shape_sized, NONE, 1, {1}, {{3}}, COLUMN},
        {shape_sized, NONE, 2, {1, 1}, {{3}, {4}}, MATRIX},
        {shape_sized, NONE, 2, {2, 1}, {{3, 4}, {1}}, MATRIX},
        {shape_sized, NONE, 2, {3, 1}, {{2, 3, 4}, {1}}, STACK},
        {shape_sized, NONE, 2, {3, 1}, {{1, 0, 2}, {1}}, NONE},
        {shape_sized, NONE, 2, {1, 2}, {{3}, {1, 2}}, NONE},
        {shape_sized, NONE, 2, {1, 1}, {{3}, {0}}, NONE},
        {shape_sized, NONE, 2, {1, 1}, {{-3}, {1}}, NONE},
        {shape_sized, NONE, 2, {1, 1}, {{2.5}, {1}}, NONE},
        {shape_sized, NONE, 2, {1, 1}, {{NAN}, {1}}, NONE},
        {shape_sized, NONE, 2, {1, 1}, {{INFINITY}, {1}}, NONE},
        {shape_square, NONE, 1, {1}, {{2}}, {2, {2, 2}}},
        {shape_square, NONE, 1, {2}, {{2, 2}}, NONE},
        {shape_reshaped, MATRIX, 2, {1, 1}, {{4}, {3}}, TURNED},
        {shape_reshaped, MATRIX, 2, {2, 1}, {{4, 3}, {1}}, TURNED},
        {shape_reshaped, MATRIX, 2, {3, 1}, {{2, 3, 2}, {1}}, {3, {2, 3, 2}}},
        {shape_reshaped, MATRIX, 2, {1, 1}, {{2}, {2}}, NONE},
        {shape_tiled, MATRIX, 2, {1, 1}, {{1}, {2}}, {2, {3, 8}}},
        {shape_tiled, STACK, 2, {1, 1}, {{1}, {1}}, STACK},
        {shape_tiled, STACK, 2, {1, 1}, {{2}, {3}}, {3, {2, 6, 12}}},
        {shape_untiled, MATRIX, 2, {1, 1}, {{3}, {1}}, ROW},
        {shape_untiled, MATRIX, 2, {1, 1}, {{2}, {1}}, NONE},
        {shape_counted, NONE, 3, {1, 1, 1}, {{1}, {3}, {1}}, COLUMN},
        {shape_counted, NONE, 3, {1, 1, 1}, {{3}, {1}, {-1}}, COLUMN},
        {shape_counted, NONE, 3, {1, 1, 1}, {{0.1}, {0.3}, {0.1}}, COLUMN},
        {shape_counted, NONE, 3, {1, 1, 1}, {{3}, {1}, {1}}, NONE},
        {shape_counted, NONE, 3, {1, 1, 1}, {{1}, {3}, {0}}, NONE},
        {shape_counted, NONE, 3, {1, 2, 1}, {{1}, {3, 3}, {1}}, NONE},
        {shape_spaced, NONE, 3, {1, 1, 1}, {{0}, {1}, {3}}, COLUMN},
        {shape_one_hot, NUMBER, 1, {1}, {{3}}, COLUMN},
        {shape_one_hot, COLUMN, 1, {1}, {{4}}, MATRIX},
        {shape_one_hot, ROW, 1, {1}, {{3}}, TURNED},
        {shape_one_hot, MATRIX, 1, {1}, {{3}}, NONE},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        tensor operands[OP_MAX_OPERANDS];
        size_t count = 0;
        if (table[i].first.rank > 0)
            operands[count++] = (tensor){table[i].first, NULL};
        for (size_t k = 0; k < table[i].count; k++)
            operands[count++] =
                (tensor){{2, {table[i].height[k], 1}}, table[i].entries[k]};
        shape result;
        bool fits = operands_fit(table[i].rule, operands, count, &result);
        if (fits != (table[i].result.rank > 0))
            fail_msg("case %zu: it %s", i, fits ? "fits" : "does not fit");
        if (fits && !shape_equal(&result, &table[i].result))
            fail_msg("case %zu: rank %d, %zu entries", i, result.rank,
                     shape_count(&result));
    }
}

/* ---- Reaching ---- */

/* Marks what the root needs from `lowest` up, the plain way. */
static void need(const graph *g, node_id root, node_id lowest, bool *needed)
{
    needed[root] = true;
    for (node_id n = root; n >= 0; n--)
        for (size_t k = 0; needed[n] && k < graph_arity(g, n); k++)
            if (graph_operand(g, n, k) >= lowest)
                needed[graph_operand(g, n, k)] = true;
}

static void assert_reached(graph *g, arena *a, node_id root, node_id lowest)
{
    bool *needed = ARENA_ARRAY(a, bool, g->nodes.count);
    need(g, root, lowest, needed);
    node_list found = graph_reach(g, a, root, lowest);
    size_t listed = 0;
    for (node_id n = 0; (size_t)n < g->nodes.count; n++) {
        size_t at = node_list_find(&found, n);
        assert_int_equal(at, needed[n] ? listed : found.count);
        if (!needed[n])
            continue;
        assert_int_equal(found.nodes[listed], n);
        listed++;
    }
    assert_int_equal(listed, found.count);
}

/* Operands at most `far` behind make dense graphs, or graphs of few nodes far apart. */
static void test_reach_lists_what_is_needed(void **state)
{
    (void)state;
    enum { NODES = 3000, GRAPHS = 12 };
    dice d = {12};
    for (size_t round = 0; round < GRAPHS; round++) {
        bench b;
        bench_open(&b);
        size_t far = round % 2 == 0 ? 4 : NODES;
        graph_leaf(&b.graph, 0, LEAF_INPUT, &number);
        for (node_id n = 1; n < NODES; n++) {
            node_id operands[4];
            for (size_t k = 0; k < 4; k++) {
                size_t back = 1 + dice_below(&d, far);
                operands[k] = back > (size_t)n ? 0 : n - (node_id)back;
            }
            size_t count = round % 3 == 0 ? 1 : 1 + dice_below(&d, 2) * (round % 4);
            graph_append(&b.graph, OP_BLOCK, operands, count, &number);
        }
        for (size_t i = 0; i < 40; i++)
            assert_reached(&b.graph, &b.arena, (node_id)dice_below(&d, NODES),
                           (node_id)dice_below(&d, NODES));
        bench_close(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_append),
        cmocka_unit_test(test_more_than_two_operands),
        cmocka_unit_test(test_very_many_operands),
        cmocka_unit_test(test_shapes_are_interned),
        cmocka_unit_test(test_constants),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_groups_nest),
        cmocka_unit_test(test_an_empty_group_has_no_nodes),
        cmocka_unit_test(test_cut_takes_everything_back),
        cmocka_unit_test(test_failures_leave_the_graph_whole),
        cmocka_unit_test(test_ten_thousand_nodes),
        cmocka_unit_test(test_reach_lists_what_is_needed),
        cmocka_unit_test(test_find_by_spelling),
        cmocka_unit_test(test_rows_know_how_many_operands_they_take),
        cmocka_unit_test(test_calls_find_their_row),
        cmocka_unit_test(test_rows_that_share_a_spelling_come_in_turn),
        cmocka_unit_test(test_the_elementwise_shape_rule),
        cmocka_unit_test(test_shape_rules),
        cmocka_unit_test(test_shapes_from_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
