/* eval: plans compute what the run computes node by node, on random graphs over the whole
 * operation table, and allocate nothing when they run again.
 *
 * The program is linked with -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc, so that the
 * functions below see every allocation. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "eval/plan.h"
#include "support.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static size_t allocations;

void *__wrap_malloc(size_t size)
{
    allocations++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    allocations++;
    return __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    allocations++;
    return __real_realloc(old, size);
}

/* ---- Comparing ---- */

static const double *entries_of_leaf(const void *owner, int32_t number)
{
    return ((const fixture *)owner)->leaf_entries[number];
}

/* Both compute, and agree to `tolerance`. Prints the first entry that differs. */
static bool plan_agrees(fixture *f, const plan *p, const node_id *results, size_t count,
                        double tolerance)
{
    arena scratch;
    arena_init(&scratch, &f->limits, 1 << 14);
    run r;
    run_init(&r, &f->graph, &scratch, entries_of_leaf, f);
    bool fine = run_compute(&r, results, count);
    for (size_t i = 0; fine && i < count; i++) {
        tensor wanted = run_value(&r, results[i]), got = plan_result(p, i);
        fine = shape_equal(&wanted.shape, &got.shape);
        for (size_t at = 0; fine && at < shape_count(&wanted.shape); at++)
            if (!numbers_agree(got.entries[at], wanted.entries[at], tolerance)) {
                print_error("result %zu (%s), entry %zu is %.17g, wanted %.17g\n", i,
                            op_row(graph_op(&f->graph, results[i]))->name, at,
                            got.entries[at], wanted.entries[at]);
                fine = false;
            }
    }
    arena_empty(&scratch);
    return fine;
}

static void check_results(fixture *f, const node_id *results, size_t count,
                          double tolerance)
{
    plan *p = plan_make(&f->arena, &f->graph, results, count);
    for (int i = 0; i < 2; i++) {
        assert_true(plan_run(p, entries_of_leaf, f));
        assert_true(plan_agrees(f, p, results, count, tolerance));
    }
}

/* The value of an expression and its gradient by each of `count` leaves. */
static void check_gradients(fixture *f, const char *text, const node_id *leaves,
                            size_t count)
{
    node_id results[1 + FIXTURE_ROOM];
    results[0] = fixture_build(f, text);
    differentiate_all(&f->builder, results[0], leaves, count, results + 1);
    check_results(f, results, 1 + count, 1e-13);
}

/* ---- Random graphs ---- */

enum { MOST_NODES = 24, MOST_TRIES = 400, LEAVES = 6 };

typedef struct trial {
    fixture f;
    dice dice;
    const shape *shapes; /* of leaves */
    size_t shape_count;
    bool smooth; /* without operations that jump */
    double most; /* how large entries may be */
    double tolerance;
    node_id leaves[LEAVES];
    node_id nodes[LEAVES + MOST_NODES]; /* the leaves among them */
    size_t count;
} trial;

static void fill_uniform(dice *d, double *entries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        entries[i] = dice_between(d, -2, 2);
}

static void draw_leaves(trial *t)
{
    fixture *f = &t->f;
    for (size_t i = 0; i < LEAVES; i++) {
        const shape *s = &t->shapes[dice_below(&t->dice, t->shape_count)];
        double *entries = ARENA_ARRAY(&f->arena, double, shape_count(s));
        fill_uniform(&t->dice, entries, shape_count(s));
        char name[2] = {(char)('a' + i), '\0'};
        t->leaves[i] = t->nodes[i] = fixture_array(f, name, s, entries);
    }
    t->count = LEAVES;
}

/* A constant number or column for an operand that decides a shape or gives places. */
static node_id draw_constant(trial *t)
{
    static const double values[] = {1, 2, 3, 0.5, 4};
    fixture *f = &t->f;
    bool column = dice_below(&t->dice, 3) == 0;
    shape s = {.rank = 2, .size = {column ? 2 : 1, 1}};
    double entries[2] = {values[dice_below(&t->dice, 5)],
                         values[dice_below(&t->dice, 5)]};
    return graph_constant(&f->graph, tensor_copy(&f->arena, &s, entries), NULL,
                          RANK_ATOM);
}

static bool jumps(const operation *row)
{
    static const char *const names[] = {"FLOOR", "CEIL",   "ROUND",   "MOD",  "SIGN",
                                        "LESS",  "ARGMAX", "GREATER", "EQUAL"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(row->name, names[i], strlen(names[i])) == 0)
            return true;
    return strncmp(row->name, "NOT", 3) == 0;
}

static bool is_tried(const trial *t, const operation *row)
{
    return row->shape != NULL && row->arity > 0 &&
           (row->kernel != NULL || row->array != NULL) && !(t->smooth && jumps(row));
}

/* Whether the run computes it, and its entries are of a size that rounding errors do not
 * grow by. */
static bool is_good(trial *t, node_id n)
{
    if (!run_compute(&t->f.run, &n, 1))
        return false;
    tensor value = run_value(&t->f.run, n);
    for (size_t i = 0; i < shape_count(&value.shape); i++)
        if (!(fabs(value.entries[i]) <= t->most))
            return false;
    return shape_count(&value.shape) <= 4096;
}

/* Tries to append an operation on what is there. */
static bool append_random(trial *t)
{
    graph *g = &t->f.graph;
    op_id op = (op_id)dice_below(&t->dice, OP_COUNT);
    const operation *row = op_row(op);
    if (!is_tried(t, row))
        return false;
    graph_mark here = graph_here(g);
    node_id operands[OP_MAX_OPERANDS];
    tensor values[OP_MAX_OPERANDS];
    for (size_t k = 0; k < row->arity; k++) {
        bool is_fixed = row->fixed[k] || row->flat[k] || dice_below(&t->dice, 12) == 0;
        operands[k] =
            is_fixed ? draw_constant(t) : t->nodes[dice_below(&t->dice, t->count)];
        const constant *c = graph_constant_of(g, operands[k]);
        values[k] = (tensor){*graph_shape(g, operands[k]),
                             row->fixed[k] ? c->value.entries : NULL};
    }
    shape result;
    if (operands_fit(row->shape, values, row->arity, &result)) {
        node_id n = graph_append(g, op, operands, row->arity, &result);
        if (is_good(t, n)) {
            t->nodes[t->count++] = n;
            return true;
        }
        run_forget(&t->f.run, (node_id)here.nodes);
    }
    graph_cut(g, here);
    return false;
}

/* The sum of all entries of the last nodes, as one number. */
static node_id total_of(trial *t)
{
    graph *g = &t->f.graph;
    const shape number = shape_number();
    node_id total = NODE_NONE;
    for (size_t i = t->count - 4; i < t->count; i++) {
        node_id sum = graph_append(g, OP_SUM, &t->nodes[i], 1, &number);
        total = total == NODE_NONE
                    ? sum
                    : graph_append(g, OP_PLUS, (node_id[]){total, sum}, 2, &number);
    }
    return total;
}

/* Some of the nodes, a total and its gradients. False where those are too large. */
static bool check_trial(trial *t)
{
    enum { ASKED = 5 };
    node_id results[ASKED + 1 + LEAVES];
    for (size_t i = 0; i < ASKED; i++)
        results[i] = t->nodes[dice_below(&t->dice, t->count)];
    node_id total = results[ASKED] = total_of(t);
    differentiate_all(&t->f.builder, total, t->leaves, LEAVES, results + ASKED + 1);
    for (size_t i = ASKED; i < ASKED + 1 + LEAVES; i++)
        if (!is_good(t, results[i]))
            return false;
    check_results(&t->f, results, ASKED + 1 + LEAVES, t->tolerance);
    return true;
}

static void run_trials(size_t trials, const shape *shapes, size_t count, bool smooth,
                       double tolerance)
{
    size_t checked = 0;
    for (size_t i = 0; checked < trials; i++) {
        trial t = {.dice = {i + 1},
                   .shapes = shapes,
                   .shape_count = count,
                   .smooth = smooth,
                   .most = 50,
                   .tolerance = tolerance};
        fixture_open(&t.f);
        draw_leaves(&t);
        for (size_t k = 0; k < MOST_TRIES && t.count < LEAVES + MOST_NODES; k++)
            append_random(&t);
        if (t.count >= LEAVES + 4)
            checked += check_trial(&t);
        fixture_close(&t.f);
    }
}

static void test_random_graphs_of_numbers(void **state)
{
    (void)state;
    static const shape number[] = {{.rank = 2, .size = {1, 1}}};
    run_trials(400, number, 1, false, 1e-13);
}

static void test_random_graphs_of_small_arrays(void **state)
{
    (void)state;
    static const shape shapes[] = {
        {.rank = 2, .size = {1, 1}},       {.rank = 2, .size = {3, 1}},
        {.rank = 2, .size = {1, 3}},       {.rank = 2, .size = {3, 3}},
        {.rank = 2, .size = {2, 3}},       {.rank = 3, .size = {2, 3, 3}},
        {.rank = 3, .size = {2, 1, 3}},    {.rank = 4, .size = {2, 2, 3, 3}},
        {.rank = 4, .size = {2, 1, 1, 3}},
    };
    run_trials(1500, shapes, sizeof shapes / sizeof *shapes, false, 1e-13);
}

/* Some of them larger than a block. Sums of thousands of terms, added in another order,
 * may cancel. */
static void test_random_graphs_of_larger_arrays(void **state)
{
    (void)state;
    static const shape shapes[] = {
        {.rank = 2, .size = {1, 1}},   {.rank = 2, .size = {37, 29}},
        {.rank = 2, .size = {1, 29}},  {.rank = 2, .size = {37, 1}},
        {.rank = 2, .size = {600, 1}}, {.rank = 3, .size = {3, 37, 29}},
    };
    run_trials(40, shapes, sizeof shapes / sizeof *shapes, true, 1e-12);
}

/* Large enough for several threads: the values are right, and the same in every run. */
static void test_arrays_for_several_threads(void **state)
{
    (void)state;
    enum { ROWS = 600, COLUMNS = 500, COUNT = ROWS * COLUMNS };
    static double a[COUNT], row[COLUMNS];
    fixture f;
    fixture_open(&f);
    dice d = {11};
    fill_uniform(&d, a, COUNT);
    fill_uniform(&d, row, COLUMNS);
    node_id leaves[] = {
        fixture_array(&f, "A", &(shape){.rank = 2, .size = {ROWS, COLUMNS}}, a),
        fixture_array(&f, "r", &(shape){.rank = 2, .size = {1, COLUMNS}}, row)};
    node_id results[4];
    results[0] = fixture_build(&f, "sum(tanh(A).*exp(-A.^2) + r) + mean(A.*r)");
    results[3] = fixture_build(&f, "A.*r - sin(A)");
    differentiate_all(&f.builder, results[0], leaves, 2, results + 1);
    plan *p = plan_make(&f.arena, &f.graph, results, 4);
    assert_true(plan_run(p, entries_of_leaf, &f));
    assert_true(plan_agrees(&f, p, results, 4, 1e-12));
    double total = plan_result(p, 0).entries[0];
    tensor gradient = plan_result(p, 1);
    tensor before = tensor_copy(&f.arena, &gradient.shape, gradient.entries);
    for (int i = 0; i < 5; i++) {
        assert_true(plan_run(p, entries_of_leaf, &f));
        assert_same_number(plan_result(p, 0).entries[0], total);
        assert_memory_equal(plan_result(p, 1).entries, before.entries, sizeof a);
    }
    fixture_close(&f);
}

/* ---- What is easily computed wrongly ---- */

static void open_arrays(fixture *f, node_id leaves[4])
{
    enum { ROWS = 20, COLUMNS = 7 };
    static double a[ROWS * COLUMNS], b[COLUMNS * ROWS], c[COLUMNS], x[1];
    dice d = {7};
    for (size_t i = 0; i < ROWS * COLUMNS; i++) {
        a[i] = dice_between(&d, -1, 1);
        b[i] = dice_between(&d, -1, 1);
        c[i % COLUMNS] = dice_between(&d, -1, 1);
    }
    x[0] = 0.3;
    fixture_open(f);
    leaves[0] = fixture_array(f, "A", &(shape){.rank = 2, .size = {ROWS, COLUMNS}}, a);
    leaves[1] = fixture_array(f, "B", &(shape){.rank = 2, .size = {COLUMNS, ROWS}}, b);
    leaves[2] = fixture_array(f, "c", &(shape){.rank = 2, .size = {COLUMNS, 1}}, c);
    leaves[3] = fixture_array(f, "x", &(shape){.rank = 2, .size = {1, 1}}, x);
}

static void test_formulas(void **state)
{
    (void)state;
    static const char *const formulas[] = {
        "sum(A*B)",
        "sum(tanh(A*B))",
        "sum((A*B)'*(A*B)) + sum(B*A)*x",
        "sum(A'*A*c)",
        "sum(A'*B' - (B*A)')",
        "c'*B*A*c",
        "sum((A*c)'*B')",
        "sum(tanh(A).*exp(-A.^2) + sigmoid(A))",
        "mean((tanh(A.*c' + x)*B - x).^2)",
        "sum(sum(A, axis=1).*c') + sum(mean(A, axis=2))*x",
        "sum(softmax(A, axis=2).*log_softmax(A, axis=2))",
        "sum(A[1:3, :]) + A[2, 3]*A[4, 1] + sum(A[:, 2]) + sum(c[2:4])*c[1]",
        "sum(reshape(c, 1, 7).*vec(c)') + sum([c, c*x; 1, x])",
        "sin(x)*cos(x) + sin(x)/cos(x*x) - cos(x)*sin(x*x)",
        "x - x*x*x + (x*x - 2*x)*x - -(x*x)",
        "norm(A*c)/numel(A) + max(A)*x + sum(max(A, x))",
        "sum(A.*sum(A)) + sum(exp(A - mean(A)))",
        "sum((A - sum(A)).*(A + sum(A.*A)))",
    };
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++) {
        fixture f;
        node_id leaves[4];
        open_arrays(&f, leaves);
        check_gradients(&f, formulas[i], leaves, 4);
        fixture_close(&f);
    }
}

/* Leaves, constants, views, the same node twice, one that only names another. */
static void test_anything_can_be_a_result(void **state)
{
    (void)state;
    fixture f;
    node_id leaves[4];
    open_arrays(&f, leaves);
    node_id results[] = {
        leaves[0],
        leaves[3],
        fixture_build(&f, "2"),
        fixture_build(&f, "[1, 2; 3, 4]"),
        fixture_build(&f, "+A"),
        fixture_build(&f, "+x"),
        fixture_build(&f, "A[2:3, :]"),
        fixture_build(&f, "c'"),
        fixture_build(&f, "c'"),
        fixture_build(&f, "x + 1"),
        fixture_build(&f, "c[2]"),
        leaves[3],
    };
    check_results(&f, results, sizeof results / sizeof *results, 0);
    fixture_close(&f);
}

static void test_a_plan_for_nothing(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    check_results(&f, NULL, 0, 0); /* of an empty graph */
    fixture_leaf(&f, "x", 1, LEAF_INPUT);
    check_results(&f, NULL, 0, 0);
    fixture_close(&f);
}

static void test_new_values_of_leaves(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    shape s = {.rank = 2, .size = {2, 1}};
    static const double first[] = {1, 2}, second[] = {3, -4};
    node_id leaf = fixture_array(&f, "v", &s, first);
    fixture_leaf(&f, "x", 2, LEAF_INPUT);
    node_id results[] = {fixture_build(&f, "sum(v.*v)*x"), leaf,
                         fixture_build(&f, "v[2:2]*x")};
    plan *p = plan_make(&f.arena, &f.graph, results, 3);
    assert_true(plan_run(p, entries_of_leaf, &f));
    assert_same_number(plan_result(p, 0).entries[0], 10);
    f.leaf_entries[0] = second;
    assert_true(plan_run(p, entries_of_leaf, &f));
    assert_same_number(plan_result(p, 0).entries[0], 50);
    assert_same_number(plan_result(p, 1).entries[1], -4);
    assert_same_number(plan_result(p, 2).entries[0], -8);
    f.leaf_entries[0] = first;
    assert_true(plan_run(p, entries_of_leaf, &f));
    assert_same_number(plan_result(p, 0).entries[0], 10);
    fixture_close(&f);
}

static void test_values_that_do_not_fit(void **state)
{
    (void)state;
    fixture f;
    node_id leaves[4];
    open_arrays(&f, leaves);
    node_id picked = fixture_build(&f, "c[x]");
    plan *p = plan_make(&f.arena, &f.graph, &picked, 1);
    static const double fitting = 3, beyond = 8;
    f.leaf_entries[3] = &fitting;
    assert_true(plan_run(p, entries_of_leaf, &f));
    assert_null(plan_problem(p));
    f.leaf_entries[3] = &beyond;
    assert_false(plan_run(p, entries_of_leaf, &f));
    assert_string_equal(plan_problem(p), "there is no row 8, only 1 to 7");
    f.leaf_entries[3] = &fitting;
    assert_true(plan_run(p, entries_of_leaf, &f));
    assert_same_number(plan_result(p, 0).entries[0], f.leaf_entries[2][2]);
    fixture_close(&f);
}

/* ---- For a run ---- */

static void test_large_arrays_of_a_run(void **state)
{
    (void)state;
    enum { COUNT = 1 << 15 };
    static double x[COUNT];
    fixture f;
    fixture_open(&f);
    dice d = {3};
    fill_uniform(&d, x, COUNT);
    fixture_array(&f, "x", &(shape){.rank = 2, .size = {COUNT, 1}}, x);
    node_id inner = fixture_build(&f, "tanh(x)");
    fixture_name(&f, "h", inner);
    node_id total = fixture_build(&f, "sum(h.*exp(-h.^2))");
    assert_true(plan_compute(&f.run, total));
    assert_null(f.run.values[inner]);
    double planned = run_number(&f.run, total);
    node_id twice = fixture_build(&f, "h + h"); /* goes on from what is known */
    assert_true(plan_compute(&f.run, twice));
    assert_non_null(f.run.values[twice]);
    double sum = 0;
    for (size_t i = 0; i < COUNT; i++)
        sum += tanh(x[i]) * exp(-tanh(x[i]) * tanh(x[i]));
    assert_close(planned, sum, 1e-12);
    assert_close(run_value(&f.run, twice).entries[7], 2 * tanh(x[7]), 1e-15);
    fixture_close(&f);
}

static void test_what_kernels_say_in_a_run(void **state)
{
    (void)state;
    enum { COUNT = 1 << 15 };
    static double x[COUNT];
    static const double a[] = {2, 1, 0, 2}, one = 1;
    fixture f;
    fixture_open(&f);
    fixture_array(&f, "x", &(shape){.rank = 2, .size = {COUNT, 1}}, x);
    fixture_array(&f, "A", &(shape){.rank = 2, .size = {2, 2}}, a);
    fixture_array(&f, "k", &(shape){.rank = 2, .size = {1, 1}}, &one);
    node_id n = fixture_build(&f, "sum(cholesky(A)) + sum(x)");
    assert_true(plan_compute(&f.run, n));
    assert_string_equal(f.run.note,
                        "the matrix is not symmetric, cholesky factors (A + A')/2");
    f.run.planned = false;
    n = fixture_build(&f, "x[k - 1] + sum(x)");
    assert_false(plan_compute(&f.run, n));
    assert_string_equal(f.run.problem, "there is no row 0, only 1 to 32768");
    fixture_close(&f);
}

/* ---- Memory, time ---- */

/* A network, and kernels that need working memory: an index and an inverse. */
static void test_kept_plans_allocate_nothing(void **state)
{
    (void)state;
    fixture f;
    node_id leaves[4], results[5];
    open_arrays(&f, leaves);
    results[0] = fixture_build(&f, "sum(tanh(A*B + x)'*(A*c - 1).^2) + sum(A[[1; 3; 2], "
                                   ":]) + sum(inv(B*A + 9*eye(7)))");
    differentiate_all(&f.builder, results[0], leaves, 4, results + 1);
    plan *p = plan_make(&f.arena, &f.graph, results, 5);
    for (int i = 0; i < 2; i++)
        assert_true(plan_run(p, entries_of_leaf, &f));
    assert_true(allocations > 0); /* they are counted */
    size_t before = allocations, used = f.limits.memory_used;
    for (int i = 0; i < 3; i++)
        assert_true(plan_run(p, entries_of_leaf, &f));
    assert_int_equal(allocations, before);
    assert_int_equal(f.limits.memory_used, used);
    assert_true(plan_agrees(&f, p, results, 5, 1e-13));
    fixture_close(&f);
}

/* In a chain a block is free again when the next one has been computed, and what only
 * the same group reads takes none. */
static void test_blocks_are_used_again(void **state)
{
    (void)state;
    enum { SIZE = 160, LENGTH = 40, MATRIX = SIZE * SIZE * sizeof(double) };
    static double a[SIZE * SIZE];
    fixture f;
    fixture_open(&f);
    node_id n = fixture_array(&f, "A", &(shape){.rank = 2, .size = {SIZE, SIZE}}, a);
    for (int i = 0; i < LENGTH; i++) {
        fixture_name(&f, "h", n);
        n = fixture_build(&f, "tanh(h*A.*h + exp(-h))");
    }
    size_t before = f.limits.memory_used;
    plan *p = plan_make(&f.arena, &f.graph, &n, 1);
    assert_in_range(f.limits.memory_used - before, 2 * MATRIX, 4 * MATRIX);
    assert_true(plan_run(p, entries_of_leaf, &f));
    fixture_close(&f);
}

/* Transposes are left to products, and stretched ones are not made. */
static void test_operands_are_read_as_they_lie(void **state)
{
    (void)state;
    enum { SIZE = 160, MATRIX = SIZE * SIZE * sizeof(double) };
    static double a[SIZE * SIZE];
    fixture f;
    fixture_open(&f);
    shape s = {.rank = 2, .size = {SIZE, SIZE}};
    node_id by[] = {fixture_array(&f, "A", &s, a), fixture_array(&f, "B", &s, a)};
    node_id gradients[2], total = fixture_build(&f, "sum(A*B)");
    differentiate_all(&f.builder, total, by, 2, gradients);
    size_t before = f.limits.memory_used;
    plan *p = plan_make(&f.arena, &f.graph, gradients, 2);
    assert_in_range(f.limits.memory_used - before, 2 * MATRIX, 3 * MATRIX);
    assert_true(plan_run(p, entries_of_leaf, &f));
    assert_true(plan_agrees(&f, p, gradients, 2, 1e-13));
    fixture_close(&f);
}

/* Whatever allocation fails while a plan is made and run: nothing leaks, and it can be
 * made again. */
static void test_running_out_of_memory(void **state)
{
    (void)state;
    fixture f;
    node_id leaves[4], results[2];
    open_arrays(&f, leaves);
    results[0] = fixture_build(&f, "sum(tanh(A*B + x)*(A*c)) + sum(A[[1; 3; 2], :])");
    results[1] = differentiate_by(&f.builder, results[0], leaves[0]);
    size_t used = f.limits.memory_used;
    bool reached = true;
    for (size_t k = 1; reached; k++) {
        arena a;
        arena_init(&a, &f.limits, 1 << 10);
        jmp_buf escape;
        f.limits.escape = &escape;
        f.limits.fail_allocation = k;
        reached = setjmp(escape) != 0;
        if (!reached) {
            plan *p = plan_make(&a, &f.graph, results, 2);
            assert_true(plan_run(p, entries_of_leaf, &f));
            f.limits.fail_allocation = 0;
            assert_true(plan_agrees(&f, p, results, 2, 1e-13));
        }
        arena_empty(&a);
        assert_int_equal(f.limits.memory_used, used);
    }
    fixture_close(&f);
}

/* An interrupted plan can be run again. */
static void test_interrupts(void **state)
{
    (void)state;
    fixture f;
    node_id leaves[4], results[2];
    open_arrays(&f, leaves);
    results[0] = fixture_build(&f, "sum(tanh(A*B + x)*(A*c)) + sum(exp(A))*x");
    results[1] = differentiate_by(&f.builder, results[0], leaves[0]);
    plan *p = plan_make(&f.arena, &f.graph, results, 2);
    volatile size_t polls = 0;
    for (size_t k = 1;; k++) {
        jmp_buf escape;
        f.limits.escape = &escape;
        f.limits.fail_poll = k;
        if (setjmp(escape) == 0) {
            assert_true(plan_run(p, entries_of_leaf, &f));
            break;
        }
        assert_int_equal(f.limits.reached, LIMIT_INTERRUPT);
        polls = k;
    }
    f.limits.fail_poll = 0;
    assert_true(polls > 2);
    assert_true(plan_agrees(&f, p, results, 2, 1e-13));
    fixture_close(&f);
}

/* Sums of numbers so long that nothing may recurse, and places have to be used again. */
static void test_long_chains(void **state)
{
    (void)state;
    enum { LENGTH = 200000 };
    fixture f;
    fixture_open(&f);
    graph *g = &f.graph;
    const shape number = shape_number();
    node_id x = fixture_leaf(&f, "x", 0.5, LEAF_INPUT), results[2] = {x};
    for (int i = 0; i < LENGTH; i++) {
        node_id cosine = graph_append(g, OP_COS, &results[0], 1, &number);
        results[0] = graph_append(g, OP_SCALE, (node_id[]){cosine, x}, 2, &number);
    }
    results[1] = differentiate_by(&f.builder, results[0], x);
    check_results(&f, results, 2, 1e-13);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_graphs_of_numbers),
        cmocka_unit_test(test_random_graphs_of_small_arrays),
        cmocka_unit_test(test_random_graphs_of_larger_arrays),
        cmocka_unit_test(test_arrays_for_several_threads),
        cmocka_unit_test(test_formulas),
        cmocka_unit_test(test_anything_can_be_a_result),
        cmocka_unit_test(test_a_plan_for_nothing),
        cmocka_unit_test(test_new_values_of_leaves),
        cmocka_unit_test(test_values_that_do_not_fit),
        cmocka_unit_test(test_large_arrays_of_a_run),
        cmocka_unit_test(test_what_kernels_say_in_a_run),
        cmocka_unit_test(test_kept_plans_allocate_nothing),
        cmocka_unit_test(test_blocks_are_used_again),
        cmocka_unit_test(test_operands_are_read_as_they_lie),
        cmocka_unit_test(test_running_out_of_memory),
        cmocka_unit_test(test_interrupts),
        cmocka_unit_test(test_long_chains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
