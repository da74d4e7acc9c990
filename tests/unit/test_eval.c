/* eval: running a graph forward, and only as far as it is asked. */
#include <math.h>

#include "support.h"

static void test_values_in_order(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    fixture_leaf(&f, "x", 1, LEAF_INPUT);
    fixture_leaf(&f, "y", 2, LEAF_INPUT);
    fixture_leaf(&f, "z", 0, LEAF_INPUT);
    assert_same_number(fixture_number(&f, fixture_build(&f, "(x + y)*max(y, z)")), 6);
    assert_same_number(fixture_number(&f, fixture_build(&f, "x - y/4")), 0.5);
    assert_same_number(fixture_number(&f, fixture_build(&f, "x/z")), INFINITY);
    assert_same_number(fixture_number(&f, fixture_build(&f, "where(z, x, y)")), 2);
    fixture_close(&f);
}

static void test_only_what_is_needed_is_computed(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    fixture_leaf(&f, "x", 3, LEAF_INPUT);
    node_id unasked = fixture_build(&f, "sin(x)");
    node_id asked = fixture_build(&f, "x*x");
    node_id later = fixture_build(&f, "cos(x)");
    assert_true(run_compute(&f.run, &asked, 1));
    assert_same_number(run_number(&f.run, asked), 9);
    assert_null(f.run.values[unasked]);
    assert_null(f.run.values[later]);
    assert_true(run_compute(&f.run, &unasked, 1)); /* below what is there already */
    assert_same_number(run_number(&f.run, unasked), sin(3));
    assert_null(f.run.values[later]);
    fixture_close(&f);
}

static void test_several_targets(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    fixture_leaf(&f, "x", 3, LEAF_INPUT);
    node_id targets[] = {fixture_build(&f, "x + 1"), fixture_build(&f, "x*2"),
                         fixture_build(&f, "x - 1")};
    node_id shuffled[] = {targets[2], targets[0], targets[1], targets[0]};
    assert_true(run_compute(&f.run, shuffled, 4));
    assert_same_number(run_number(&f.run, targets[0]), 4);
    assert_same_number(run_number(&f.run, targets[1]), 6);
    assert_same_number(run_number(&f.run, targets[2]), 2);
    assert_true(run_compute(&f.run, shuffled, 0)); /* nothing asked */
    fixture_close(&f);
}

static void test_computed_values_stay(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    fixture_leaf(&f, "x", 3, LEAF_INPUT);
    node_id inner = fixture_build(&f, "x*x");
    fixture_name(&f, "h", inner);
    assert_true(run_compute(&f.run, &inner, 1));
    const double *before = run_value(&f.run, inner).entries;
    assert_same_number(fixture_number(&f, fixture_build(&f, "h + 1")), 10);
    assert_ptr_equal(run_value(&f.run, inner).entries, before);
    fixture_close(&f);
}

static void test_forgotten_nodes_are_computed_anew(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    node_id x = fixture_leaf(&f, "x", 3, LEAF_INPUT);
    graph_mark here = graph_here(&f.graph);
    node_id first = fixture_build(&f, "x + 1");
    assert_same_number(fixture_number(&f, first), 4);
    graph_cut(&f.graph, here);
    run_forget(&f.run, (node_id)here.nodes);
    node_id second = fixture_build(&f, "x*5");
    assert_int_equal(second, first);                    /* the id is used again … */
    assert_same_number(fixture_number(&f, second), 15); /* … and its value is not */
    assert_same_number(run_number(&f.run, x), 3);
    run_forget(&f.run, 1000000); /* beyond what is known: nothing to do */
    fixture_close(&f);
}

static void test_arrays_entry_by_entry(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    shape s = {.rank = 2, .size = {2, 3}};
    static const double a[] = {1, 2, 3, 4, 5, 6}, b[] = {6, 5, 4, 3, 2, NAN};
    fixture_array(&f, "a", &s, a);
    fixture_array(&f, "b", &s, b);
    node_id n = fixture_build(&f, "a .* b - a");
    assert_true(run_compute(&f.run, &n, 1));
    tensor value = run_value(&f.run, n);
    assert_true(shape_equal(&value.shape, &s));
    for (size_t i = 0; i < 6; i++)
        assert_same_number(value.entries[i], a[i] * b[i] - a[i]);
    fixture_close(&f);
}

static void test_operands_broadcast(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    static const shape column = {2, {2, 1}}, row = {2, {1, 3}}, stack = {3, {2, 1, 1}};
    static const double numbers[] = {1, 2, 3};
    fixture_array(&f, "u", &column, numbers);
    fixture_array(&f, "v", &row, numbers);
    fixture_array(&f, "w", &stack, numbers);
    assert_null(f.note);
    node_id n = fixture_build(&f, "10*w + u .* v");
    assert_non_null(f.note); /* u and v both stretch */
    assert_true(run_compute(&f.run, &n, 1));
    tensor value = run_value(&f.run, n);
    assert_true(shape_equal(&value.shape, &(shape){3, {2, 2, 3}}));
    assert_memory_equal(value.entries,
                        ((double[]){11, 12, 13, 12, 14, 16, 21, 22, 23, 22, 24, 26}),
                        12 * sizeof(double));
    fixture_close(&f);
}

static void test_values_that_do_not_fit(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    static const shape column = {2, {3, 1}};
    static const double numbers[] = {1, 2, 3};
    fixture_array(&f, "x", &column, numbers);
    fixture_leaf(&f, "k", 4, LEAF_INPUT);
    node_id n = fixture_build(&f, "1 + x[k]^2");
    assert_false(run_compute(&f.run, &n, 1));
    assert_string_equal(f.run.problem, "there is no row 4, only 1 to 3");
    fixture_close(&f);
}

/* Transposes of vectors, whole rows, parts of a row, layers: the entries lie in the
 * operand already. What is spread over it is copied. Where they differ, the values must
 * not. */
static void test_views_share_entries(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    static const double entries[] = {1, 2, 3, 4, 5, 6};
    fixture_array(&f, "A", &(shape){.rank = 2, .size = {3, 2}}, entries);
    fixture_array(&f, "u", &(shape){.rank = 2, .size = {6, 1}}, entries);
    fixture_array(&f, "S", &(shape){.rank = 3, .size = {3, 1, 2}}, entries);
    static const struct {
        const char *expression, *of;
        int offset; /* -1: no view */
        double first, last;
    } cases[] = {
        {"u'", "u", 0, 1, 6},
        {"A'", "A", -1, 1, 6},
        {"A[2:3, :]", "A", 2, 3, 6},
        {"A[2, :]", "A", 2, 3, 4},
        {"A[3, 2]", "A", 5, 6, 6},
        {"A[2:3, 1]", "A", -1, 3, 5},
        {"A[[3, 1], :]", "A", -1, 5, 2},
        {"u[2:4]", "u", 1, 2, 4},
        {"reshape(u', 6)", "u", 0, 1, 6},
        {"vec(A)", "A", -1, 1, 6},
        {"page(S, 2)", "S", 2, 3, 4},
        {"+A", "A", 0, 1, 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        node_id made = fixture_build(&f, cases[i].expression);
        node_id of = fixture_build(&f, cases[i].of);
        assert_true(run_compute(&f.run, (node_id[]){made, of}, 2));
        tensor value = run_value(&f.run, made), from = run_value(&f.run, of);
        assert_same_number(value.entries[0], cases[i].first);
        assert_same_number(value.entries[shape_count(&value.shape) - 1], cases[i].last);
        bool shared = value.entries >= from.entries && value.entries < from.entries + 6;
        assert_int_equal(shared, cases[i].offset >= 0);
        if (shared)
            assert_ptr_equal(value.entries, from.entries + cases[i].offset);
    }
    fixture_close(&f);
}

static void test_constants_and_leaves_are_not_copied(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    node_id x = fixture_leaf(&f, "x", 3, LEAF_INPUT);
    node_id two = fixture_build(&f, "2");
    node_id both[] = {x, two};
    assert_true(run_compute(&f.run, both, 2));
    assert_ptr_equal(run_value(&f.run, x).entries, f.leaf_entries[0]);
    assert_ptr_equal(run_value(&f.run, two).entries,
                     graph_constant_of(&f.graph, two)->value.entries);
    fixture_close(&f);
}

static void test_long_chains_are_polled(void **state)
{
    (void)state;
    static jmp_buf escape;
    fixture f;
    fixture_open(&f);
    node_id at = fixture_leaf(&f, "x", 1, LEAF_INPUT);
    shape number = shape_number();
    for (int i = 0; i < 100000; i++)
        at = graph_append(&f.graph, OP_COPY, &at, 1, &number);
    f.limits.escape = &escape;
    f.limits.fail_poll = 50;
    if (setjmp(escape) == 0) {
        assert_true(run_compute(&f.run, &at, 1));
        fail_msg("the run was not interrupted");
    }
    assert_int_equal(f.limits.reached, LIMIT_INTERRUPT);
    fixture_close(&f);
}

static void test_a_hundred_thousand_nodes(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    fixture_leaf(&f, "x", 0.5, LEAF_INPUT);
    node_id at = fixture_build(&f, "x + 0");
    shape number = shape_number();
    for (int i = 0; i < 100000; i++)
        at = graph_append(&f.graph, OP_NEGATIVE, &at, 1, &number);
    assert_same_number(fixture_number(&f, at), 0.5);
    fixture_close(&f);
}

/* ---- Memory ---- */

enum { MANY = 8192 };

/* A chain over a large leaf: values go when all that needs them has been computed, and
 * three blocks are enough however long it is. */
static void test_large_values_are_let_go(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    shape s = {.rank = 2, .size = {MANY, 1}};
    double *entries = ARENA_ARRAY(&f.arena, double, MANY);
    for (size_t i = 0; i < MANY; i++)
        entries[i] = (double)i / MANY;
    node_id at = fixture_array(&f, "a", &s, entries), first = NODE_NONE;
    for (int link = 0; link < 50; link++) {
        node_id operands[2] = {at, at};
        at = graph_append(&f.graph, OP_PLUS, operands, 2, &s);
        at = graph_append(&f.graph, OP_TANH, &at, 1, &s);
        first = first == NODE_NONE ? at : first;
    }
    size_t before = f.limits.memory_used;
    assert_true(run_compute(&f.run, &at, 1));
    assert_true(f.limits.memory_used - before < 4 * MANY * sizeof(double));
    assert_null(f.run.values[first]);
    double wanted = entries[MANY - 1];
    for (int link = 0; link < 50; link++)
        wanted = tanh(wanted + wanted);
    assert_same_number(run_value(&f.run, at).entries[MANY - 1], wanted);
    assert_true(run_compute(&f.run, &first, 1)); /* asked for, it is computed again */
    assert_same_number(run_value(&f.run, first).entries[1], tanh(2 * entries[1]));
    assert_same_number(run_value(&f.run, at).entries[MANY - 1], wanted); /* it stayed */
    fixture_close(&f);
}

/* What is seen through a view is not used for anything else. */
static void test_viewed_values_stay(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    shape s = {.rank = 2, .size = {MANY, 1}}, row = {.rank = 2, .size = {1, MANY}};
    double *entries = ARENA_ARRAY(&f.arena, double, MANY);
    for (size_t i = 0; i < MANY; i++)
        entries[i] = (double)i;
    node_id a = fixture_array(&f, "a", &s, entries);
    node_id twice = graph_append(&f.graph, OP_PLUS, (node_id[]){a, a}, 2, &s);
    node_id lying = graph_append(&f.graph, OP_TRANSPOSE, &twice, 1, &row);
    node_id other = graph_append(&f.graph, OP_NEGATIVE, &twice, 1, &s);
    node_id later = graph_append(&f.graph, OP_NEGATIVE, &other, 1, &s);
    node_id sum = graph_append(&f.graph, OP_PLUS, (node_id[]){later, a}, 2, &s);
    node_id targets[] = {lying, sum};
    assert_true(run_compute(&f.run, targets, 2));
    for (size_t i = 0; i < MANY; i += 1000) {
        assert_same_number(run_value(&f.run, lying).entries[i], 2 * entries[i]);
        assert_same_number(run_value(&f.run, sum).entries[i], 3 * entries[i]);
    }
    fixture_close(&f);
}

/* expand(x, a) needs the shape of a, not its value. */
static void test_shapes_need_no_values(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    fixture_leaf(&f, "x", 3, LEAF_INPUT);
    node_id big = fixture_build(&f, "sin(x)");
    node_id stretched = graph_append(&f.graph, OP_EXPAND, (node_id[]){0, big}, 2,
                                     graph_shape(&f.graph, big));
    assert_true(run_compute(&f.run, &stretched, 1));
    assert_null(f.run.values[big]);
    fixture_close(&f);
}

/* The determinant, the inverse, solutions and all their gradients factorize a matrix
 * once.
 */
static void test_a_matrix_is_factorized_once(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    shape s = {.rank = 2, .size = {3, 3}}, column = {.rank = 2, .size = {3, 1}};
    static const double a[] = {4, 1, 0, 1, 3, 1, 0, 2, 5}, b[] = {1, 2, 3};
    node_id by = fixture_array(&f, "A", &s, a);
    fixture_array(&f, "b", &column, b);
    node_id total = fixture_build(
        &f, "sum(inv(A)) + sum(solve(A, b)) + sum(A \\ b) + logdet(A) + det(A)");
    node_id gradient = differentiate_by(&f.builder, total, by);
    node_id targets[] = {total, gradient};
    assert_true(run_compute(&f.run, targets, 2));
    assert_int_equal(f.run.factors.made, 1);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_in_order),
        cmocka_unit_test(test_only_what_is_needed_is_computed),
        cmocka_unit_test(test_several_targets),
        cmocka_unit_test(test_computed_values_stay),
        cmocka_unit_test(test_forgotten_nodes_are_computed_anew),
        cmocka_unit_test(test_arrays_entry_by_entry),
        cmocka_unit_test(test_operands_broadcast),
        cmocka_unit_test(test_values_that_do_not_fit),
        cmocka_unit_test(test_views_share_entries),
        cmocka_unit_test(test_constants_and_leaves_are_not_copied),
        cmocka_unit_test(test_long_chains_are_polled),
        cmocka_unit_test(test_a_hundred_thousand_nodes),
        cmocka_unit_test(test_large_values_are_let_go),
        cmocka_unit_test(test_viewed_values_stay),
        cmocka_unit_test(test_shapes_need_no_values),
        cmocka_unit_test(test_a_matrix_is_factorized_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
