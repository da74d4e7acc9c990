/* Products of matrices: both ways of computing them against plain sums. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "tensor/blas.h"
#include "tensor/product.h"
#include "tensor/product_kernels.h"

/* ---- Operands ---- */

/* Exactly as large as they are, so that sanitizers see a step beyond. */
static double *new_entries(size_t count)
{
    double *entries = malloc(count * sizeof *entries);
    assert_non_null(entries);
    return entries;
}

typedef struct operands {
    product_sizes sizes;
    size_t a_count, b_count, out_count;
    double *a, *b, *out;
} operands;

static void open_operands(operands *o, product_sizes sizes)
{
    *o = (operands){sizes,
                    sizes.rows * sizes.inner,
                    sizes.inner * sizes.columns,
                    sizes.rows * sizes.columns,
                    NULL,
                    NULL,
                    NULL};
    o->a = new_entries(o->a_count);
    o->b = new_entries(o->b_count);
    o->out = new_entries(o->out_count);
    for (size_t i = 0; i < o->out_count; i++)
        o->out[i] = NAN; /* to be overwritten */
}

static void close_operands(operands *o)
{
    free(o->a);
    free(o->b);
    free(o->out);
}

static double a_entry(const operands *o, size_t i, size_t k)
{
    const product_sizes *s = &o->sizes;
    return o->a[s->a_transposed ? k * s->rows + i : i * s->inner + k];
}

static double b_entry(const operands *o, size_t k, size_t j)
{
    const product_sizes *s = &o->sizes;
    return o->b[s->b_transposed ? j * s->inner + k : k * s->columns + j];
}

static void fill(dice *d, double *entries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        entries[i] = dice_between(d, -1, 1);
}

/* Small integers: their products and sums are exact. */
static void fill_whole(dice *d, double *entries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        entries[i] = (double)dice_below(d, 9) - 4;
}

/* Runs a test with the library and without. */
static void both_ways(void (*test)(void))
{
    test();
    blas_use(false);
    assert_false(blas_available());
    test();
    blas_use(true);
}

static void compute(operands *o)
{
    limits l = {.fail_allocation = 1}; /* it allocates nothing */
    product_compute(&l, &o->sizes, o->a, o->b, o->out);
    assert_int_equal(l.fail_allocation, 1);
    assert_int_equal(l.memory_used, 0);
}

static void each_flag(product_sizes sizes, void (*check)(product_sizes))
{
    for (int flags = 0; flags < 4; flags++) {
        sizes.a_transposed = (flags & 1) != 0;
        sizes.b_transposed = (flags & 2) != 0;
        check(sizes);
    }
}

/* ---- The library ---- */

static bool library_is_loaded(void)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    assert_non_null(maps);
    char line[4096];
    bool found = false;
    while (!found && fgets(line, sizeof line, maps) != NULL)
        found = strstr(line, "libopenblas") != NULL;
    fclose(maps);
    return found;
}

static void check_sum(product_sizes sizes)
{
    operands o;
    open_operands(&o, sizes);
    memset(o.a, 0, o.a_count * sizeof *o.a);
    memset(o.b, 0, o.b_count * sizeof *o.b);
    compute(&o);
    for (size_t i = 0; i < o.out_count; i++)
        assert_same_number(o.out[i], 0);
    close_operands(&o);
}

/* Comes first, as what is loaded stays. */
static void test_loads_for_large_products_only(void **state)
{
    (void)state;
    each_flag((product_sizes){.rows = 64, .inner = 64, .columns = 64}, check_sum);
    each_flag((product_sizes){.rows = 1, .inner = 2048, .columns = 2048}, check_sum);
    assert_false(library_is_loaded());
    const char *variable = getenv("OPENBLAS_CORETYPE");
    each_flag((product_sizes){.rows = 64, .inner = 64, .columns = 65}, check_sum);
    assert_true(library_is_loaded());
    assert_true(blas_available());
    if (variable == NULL)
        assert_null(getenv("OPENBLAS_CORETYPE"));
    else
        assert_string_equal(getenv("OPENBLAS_CORETYPE"), variable);
}

/* ---- Against plain sums ---- */

static void check_random(product_sizes sizes)
{
    dice d = {sizes.rows * 1000003 + sizes.inner * 1009 + sizes.columns};
    operands o;
    open_operands(&o, sizes);
    fill(&d, o.a, o.a_count);
    fill(&d, o.b, o.b_count);
    compute(&o);
    for (size_t i = 0; i < sizes.rows; i++)
        for (size_t j = 0; j < sizes.columns; j++) {
            long double sum = 0, magnitude = 0;
            for (size_t k = 0; k < sizes.inner; k++) {
                long double term = (long double)a_entry(&o, i, k) * b_entry(&o, k, j);
                sum += term;
                magnitude += fabsl(term);
            }
            double allowed = (double)magnitude * (double)sizes.inner * DBL_EPSILON;
            if (fabs(o.out[i * sizes.columns + j] - (double)sum) <= allowed)
                continue;
            fail_msg("%zux%zux%zu%s%s: entry %zu,%zu is %.17g, wanted %.17Lg", sizes.rows,
                     sizes.inner, sizes.columns, sizes.a_transposed ? "'" : "",
                     sizes.b_transposed ? " '" : "", i, j, o.out[i * sizes.columns + j],
                     sum);
        }
    close_operands(&o);
}

static void try_shapes(void)
{
    static const size_t shapes[][3] = {
        {1, 1, 1},     {1, 1, 5},     {5, 1, 1},      {1, 5, 1},      {2, 3, 4},
        {3, 3, 3},     {7, 8, 9},     {8, 8, 8},      {9, 7, 17},     {16, 1, 16},
        {1, 200, 300}, {300, 200, 1}, {200, 1, 300},  {1, 17, 3},     {3, 18, 1},
        {65, 130, 9},  {64, 128, 8},  {63, 64, 65},   {64, 64, 64},   {65, 64, 64},
        {64, 65, 64},  {64, 64, 65},  {67, 300, 71},  {129, 129, 3},  {2, 400, 400},
        {400, 2, 400}, {400, 400, 2}, {1, 5, 300000}, {1, 300000, 5}, {5, 300000, 1},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        each_flag((product_sizes){shapes[i][0], shapes[i][1], shapes[i][2], false, false},
                  check_random);
}

static void test_products_of_many_shapes(void **state)
{
    (void)state;
    both_ways(try_shapes);
}

/* ---- Infinities and nan ---- */

static void check_special(product_sizes sizes)
{
    static const double some[] = {0, 0, -0.0, 1, -2, INFINITY, -INFINITY, NAN};
    dice d = {7};
    operands o;
    open_operands(&o, sizes);
    /* Few special values among zeros and ones, or all results are nan. */
    for (size_t i = 0; i < o.a_count; i++)
        o.a[i] = dice_below(&d, o.a_count) < 4 ? some[dice_below(&d, 8)] : 0;
    for (size_t i = 0; i < o.b_count; i++)
        o.b[i] = dice_below(&d, o.b_count) < 4 ? some[dice_below(&d, 8)] : 1;
    o.a[o.a_count / 2] = INFINITY;
    o.b[o.b_count / 3] = -INFINITY;
    compute(&o);
    for (size_t i = 0; i < sizes.rows; i++)
        for (size_t j = 0; j < sizes.columns; j++) {
            double sum = 0;
            for (size_t k = 0; k < sizes.inner; k++)
                sum += a_entry(&o, i, k) * b_entry(&o, k, j);
            assert_close(o.out[i * sizes.columns + j], sum, 1e-12);
        }
    close_operands(&o);
}

static void try_special(void)
{
    static const size_t shapes[][3] = {{3, 3, 3},    {2, 5, 11},  {20, 30, 9},
                                       {80, 70, 60}, {1, 20, 30}, {30, 20, 1},
                                       {1, 50, 1}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        each_flag((product_sizes){shapes[i][0], shapes[i][1], shapes[i][2], false, false},
                  check_special);
}

static void test_zero_times_infinity_is_nan(void **state)
{
    (void)state;
    both_ways(try_special);
}

/* The library's product with vectors, which is wanted for large ones only. */
static void test_vectors_by_the_library(void **state)
{
    (void)state;
    enum { ROWS = 37, COLUMNS = 21 };
    static const double some[] = {0, -0.0, 1, -2, 3, INFINITY, -INFINITY, NAN};
    dice d = {9};
    limits l = {0};
    assert_true(blas_available());
    for (int trial = 0; trial < 100; trial++) {
        double m[ROWS * COLUMNS], x[ROWS], out[ROWS];
        for (size_t i = 0; i < (size_t)ROWS * COLUMNS; i++)
            m[i] = dice_below(&d, 200) == 0 ? some[dice_below(&d, 8)] : 0;
        for (size_t i = 0; i < ROWS; i++) {
            x[i] = dice_below(&d, 50) == 0 ? some[dice_below(&d, 8)] : 1;
            out[i] = NAN;
        }
        bool transposed = trial % 2 == 1;
        size_t height = transposed ? COLUMNS : ROWS, width = transposed ? ROWS : COLUMNS;
        blas_cut(trial % 3 == 0 ? 0x1p14 : 0);
        blas_multiply_vector(&l, m, ROWS, COLUMNS, transposed, x, out);
        for (size_t i = 0; i < height; i++) {
            double sum = 0;
            for (size_t k = 0; k < width; k++)
                sum += m[transposed ? k * COLUMNS + i : i * COLUMNS + k] * x[k];
            assert_close(out[i], sum, 1e-12);
        }
    }
    blas_cut(0);
}

/* ---- Slabs ---- */

static void multiply_vector(const operands *o, bool by_b, const double *x, double *out)
{
    size_t rows = by_b ? o->sizes.inner : o->sizes.rows;
    size_t columns = by_b ? o->sizes.columns : o->sizes.inner;
    for (size_t i = 0; i < rows; i++) {
        out[i] = 0;
        for (size_t k = 0; k < columns; k++)
            out[i] += (by_b ? b_entry(o, i, k) : a_entry(o, i, k)) * x[k];
    }
}

/* (A B) x = A (B x) for random x: all numbers are integers, so both are exact. A wrong
 * entry goes unnoticed with probability 1/9.
 *
 * source  Freivalds, "Probabilistic machines can use less running time" (1977) */
static void check_product_by_vectors(const operands *o)
{
    const product_sizes *s = &o->sizes;
    double *x = new_entries(s->columns), *bx = new_entries(s->inner);
    double *abx = new_entries(s->rows);
    dice d = {11};
    for (int trial = 0; trial < 2; trial++) {
        fill_whole(&d, x, s->columns);
        multiply_vector(o, true, x, bx);
        multiply_vector(o, false, bx, abx);
        for (size_t i = 0; i < s->rows; i++) {
            double sum = 0;
            for (size_t j = 0; j < s->columns; j++)
                sum += o->out[i * s->columns + j] * x[j];
            assert_same_number(sum, abx[i]);
        }
    }
    free(x);
    free(bx);
    free(abx);
}

static void check_slabs(product_sizes sizes)
{
    dice d = {5};
    operands o;
    open_operands(&o, sizes);
    fill_whole(&d, o.a, o.a_count);
    fill_whole(&d, o.b, o.b_count);
    enum { MANY = 1 << 30 };
    limits l = {.fail_poll = MANY};
    product_compute(&l, &sizes, o.a, o.b, o.out);
    assert_true(MANY - l.fail_poll >= 1);
    check_product_by_vectors(&o);
    close_operands(&o);
}

static void test_slabs_make_up_the_whole(void **state)
{
    (void)state;
    blas_cut(0x1p18);
    static const size_t shapes[][3] = {
        {110, 101, 103}, {33, 2001, 31}, {2100, 2001, 1}, {1, 2001, 2100}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        each_flag((product_sizes){shapes[i][0], shapes[i][1], shapes[i][2], false, false},
                  check_slabs);
    blas_cut(0);
}

static void test_slabs_of_our_own_loops(void **state)
{
    (void)state;
    blas_use(false);
    static const size_t shapes[][3] = {
        {210, 205, 203}, {1, 2900, 1500}, {1500, 2900, 1}, {1, 4200000, 1}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        each_flag((product_sizes){shapes[i][0], shapes[i][1], shapes[i][2], false, false},
                  check_slabs);
    blas_use(true);
}

static void test_products_by_other_vectors(void **state)
{
    product_use(&product_plain);
    test_products_of_many_shapes(state);
    test_zero_times_infinity_is_nan(state);
    test_slabs_of_our_own_loops(state);
#if defined __x86_64__
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        product_use(&product_avx2);
        test_products_of_many_shapes(state);
        test_zero_times_infinity_is_nan(state);
        test_slabs_of_our_own_loops(state);
    }
#endif
    product_use(NULL);
}

/* ---- Limits ---- */

/* Whether the poll of that number is made, and escapes. */
static bool escapes(operands *o, limits *l, size_t poll)
{
    jmp_buf escape;
    *l = (limits){.fail_poll = poll, .escape = &escape};
    if (setjmp(escape) != 0)
        return true;
    product_compute(l, &o->sizes, o->a, o->b, o->out);
    return false;
}

static void try_interrupts(product_sizes sizes)
{
    dice d = {3};
    operands o;
    open_operands(&o, sizes);
    fill_whole(&d, o.a, o.a_count);
    fill_whole(&d, o.b, o.b_count);
    limits l;
    size_t polls = 0;
    for (; escapes(&o, &l, polls + 1); polls++)
        assert_int_equal(l.reached, LIMIT_INTERRUPT);
    assert_in_range(polls, 1, 20);
    check_product_by_vectors(&o); /* of the last run, which nothing interrupted */
    close_operands(&o);
}

static void test_interrupted_products(void **state)
{
    (void)state;
    blas_cut(0x1p18);
    try_interrupts((product_sizes){110, 100, 103, false, true});
    blas_cut(0x1p26);
    try_interrupts((product_sizes){1, 2900, 1500, false, true});
    blas_cut(0);
    blas_use(false);
    try_interrupts((product_sizes){210, 205, 203, true, false});
    try_interrupts((product_sizes){1, 2900, 1500, false, true});
    blas_use(true);
}

static void test_small_products_do_not_poll(void **state)
{
    (void)state;
    operands o;
    open_operands(&o, (product_sizes){64, 64, 64, false, false});
    memset(o.a, 0, o.a_count * sizeof *o.a);
    memset(o.b, 0, o.b_count * sizeof *o.b);
    limits l;
    assert_false(escapes(&o, &l, 1));
    close_operands(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loads_for_large_products_only),
        cmocka_unit_test(test_products_of_many_shapes),
        cmocka_unit_test(test_zero_times_infinity_is_nan),
        cmocka_unit_test(test_vectors_by_the_library),
        cmocka_unit_test(test_slabs_make_up_the_whole),
        cmocka_unit_test(test_slabs_of_our_own_loops),
        cmocka_unit_test(test_products_by_other_vectors),
        cmocka_unit_test(test_interrupted_products),
        cmocka_unit_test(test_small_products_do_not_poll),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
