/* Factorizations and what is computed from them: residuals, determinants known by other
 * means, and what interrupts leave. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "matrices.h"
#include "tensor/blas.h"
#include "tensor/factor.h"

/* ---- Solving ---- */

/* |A x - b| <= 8 n u |A| |x| in the maximum norm, which elimination with partial pivoting
 * keeps whatever the condition: b is that of a matrix close to A. */
static void check_column(const double *m, size_t n, bool transposed, const double *x,
                         const double *b, size_t columns)
{
    double worst = 0, norm = 0, size = 0;
    for (size_t i = 0; i < n; i++) {
        long double rest = -b[i * columns];
        double row = 0;
        for (size_t k = 0; k < n; k++) {
            double entry = transposed ? m[k * n + i] : m[i * n + k];
            rest += (long double)entry * x[k * columns];
            row += fabs(entry);
        }
        worst = fmax(worst, fabs((double)rest));
        norm = fmax(norm, row);
        size = fmax(size, fabs(x[i * columns]));
    }
    if (worst <= 8 * (double)n * DBL_EPSILON * norm * size)
        return;
    fail_msg("%zux%zu%s: |A x - b| is %g, |A| %g, |x| %g", n, n, transposed ? "'" : "",
             worst, norm, size);
}

static void check_solutions(place *p, const double *m, size_t n, size_t columns)
{
    factorization *f = factor_make(&p->arena, m, n);
    double *b = ARENA_ARRAY(&p->arena, double, n *columns);
    double *x = ARENA_ARRAY(&p->arena, double, n *columns);
    for (size_t i = 0; i < n * columns; i++)
        b[i] = dice_between(&p->dice, -1, 1);
    for (int transposed = 0; transposed < 2; transposed++) {
        memcpy(x, b, n * columns * sizeof *x);
        factor_solve(&p->limits, f, transposed, x, columns);
        /* Of many columns the first, the last, and some between. */
        for (size_t j = 0; j<columns; j += columns> 8 ? columns / 4 : 1)
            check_column(m, n, transposed, x + j, b + j, columns);
        check_column(m, n, transposed, x + columns - 1, b + columns - 1, columns);
    }
}

typedef double *matrix_maker(place *p, size_t n);

static void try_solving(void)
{
    static matrix_maker *const makers[] = {random_matrix, badly_scaled_matrix,
                                           permutation_matrix, lower_matrix,
                                           upper_matrix};
    for (size_t n = 1; n <= 200; n = n == 70 ? 200 : n + 1)
        for (size_t k = 0; k < sizeof makers / sizeof *makers; k++) {
            if (k > 0 && n > 20 && n % 8 != 0)
                continue;
            place p;
            open_place(&p);
            double *m = makers[k](&p, n);
            for (size_t columns = 1; columns <= n + 3; columns += n + 2)
                check_solutions(&p, m, n, columns);
            close_place(&p);
        }
}

static void test_residuals_are_small(void **state)
{
    (void)state;
    both_ways(try_solving);
}

/* Beyond one slab: several calls of the library make up factorization and solution. */
static void test_systems_of_several_slabs(void **state)
{
    (void)state;
    enum { N = 520, MANY = 1 << 20 };
    place p;
    open_place(&p);
    double *m = random_matrix(&p, N);
    blas_cut(0x1p22);
    p.limits.fail_poll = MANY;
    check_solutions(&p, m, N, 45);
    assert_true(MANY - p.limits.fail_poll > 24);
    blas_cut(0);
    close_place(&p);
}

/* ---- Singular or not ---- */

static bool is_singular(place *p, const double *m, size_t n)
{
    return factor_is_singular(factor_make(&p->arena, m, n));
}

static void try_singular(void)
{
    place p;
    open_place(&p);
    static const size_t sizes[] = {1, 2, 3, 5, 10, 63, 64, 100, 200};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        size_t n = sizes[k];
        assert_true(is_singular(&p, new_matrix(&p, n), n));
        assert_true(is_singular(&p, matrix_of_rank(&p, n, n - 1), n));
        assert_true(is_singular(&p, matrix_of_rank(&p, n, n / 2), n));
        assert_false(is_singular(&p, random_matrix(&p, n), n));
        assert_false(is_singular(&p, permutation_matrix(&p, n), n));
        double *m = permutation_matrix(&p, n);
        double *last = m + n * (n - 1);
        for (size_t j = 0; j < n; j++)
            last[j] *= 1e-14; /* condition 1e14 where n > 1 */
        assert_false(is_singular(&p, m, n));
        for (size_t j = 0; j < n; j++)
            last[j] *= 1e-2;
        assert_int_equal(is_singular(&p, m, n), n > 1);
        for (size_t i = 0; i < n * n; i++)
            m[i] = ldexp(m[i], -600); /* which changes nothing */
        assert_int_equal(is_singular(&p, m, n), n > 1);
    }
    close_place(&p);
}

static void test_singular_matrices(void **state)
{
    (void)state;
    both_ways(try_singular);
}

/* Ones on the diagonal and 10^7 in all of the first row: condition 10^14 by columns, but
 * n^2 times that by rows. */
static void try_norms(void)
{
    static const size_t sizes[] = {50, 100};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        size_t n = sizes[k];
        place p;
        open_place(&p);
        double *m = new_matrix(&p, n), *turned = new_matrix(&p, n);
        for (size_t i = 0; i < n; i++) {
            m[i] = turned[i * n] = 1e7;
            m[i * n + i] = turned[i * n + i] = 1;
        }
        assert_false(is_singular(&p, m, n));
        assert_true(is_singular(&p, turned, n));
        close_place(&p);
    }
}

static void test_condition_is_in_the_1_norm(void **state)
{
    (void)state;
    both_ways(try_norms);
}

/* 1/(i + j + 1): condition 3.5e13 for n = 10 in the 1-norm, 1.2e15 for 11. */
static void test_hilbert_matrices(void **state)
{
    (void)state;
    place p;
    open_place(&p);
    for (size_t n = 2; n <= 14; n++) {
        double *m = new_matrix(&p, n);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                m[i * n + j] = 1 / (double)(i + j + 1);
        assert_int_equal(is_singular(&p, m, n), n >= 11);
    }
    close_place(&p);
}

static void try_nan(void)
{
    place p;
    open_place(&p);
    static const size_t sizes[] = {1, 2, 5, 70};
    static const double specials[] = {NAN, INFINITY, -INFINITY};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        for (size_t s = 0; s < 3; s++) {
            size_t n = sizes[k];
            double *m = random_matrix(&p, n), *b = new_matrix(&p, n);
            m[n * n / 2] = specials[s];
            factorization *f = factor_make(&p.arena, m, n);
            assert_false(factor_is_singular(f));
            if (!isnan(specials[s]) && n > 1)
                continue;
            double sign;
            for (size_t i = 0; i < n; i++)
                b[i] = 1;
            factor_solve(&p.limits, f, false, b, 1);
            double log_determinant = factor_log_determinant(f, &sign);
            if (n == 1 && !isnan(specials[s])) {
                assert_same_number(factor_determinant(f), specials[s]);
                assert_same_number(sign, specials[s] > 0 ? 1 : -1);
                assert_same_number(log_determinant, INFINITY);
                assert_close(b[0], 0, 0);
                continue;
            }
            assert_true(isnan(factor_determinant(f)));
            assert_true(isnan(log_determinant) && isnan(sign));
            assert_true(isnan(b[0]));
        }
    close_place(&p);
}

static void test_nan_and_infinity(void **state)
{
    (void)state;
    both_ways(try_nan);
}

/* ---- Cholesky ---- */

static void check_cholesky(size_t n)
{
    place p;
    open_place(&p);
    double *root, *m = positive_matrix(&p, n, &root), *out = new_matrix(&p, n);
    /* What is added above the diagonal and taken away below does not matter. */
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            m[i * n + j] += 0.25;
            m[j * n + i] -= 0.25;
        }
    assert_true(factor_cholesky(&p.limits, m, n, out));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            if (j > i)
                assert_same_number(out[i * n + j], 0);
            else
                assert_close(out[i * n + j], root[i * n + j], 1e-13);
    assert_true(factor_cholesky(&p.limits, m, n, m)); /* in place */
    assert_memory_equal(m, out, n * n * sizeof *m);
    close_place(&p);
}

static void try_cholesky(void)
{
    for (size_t n = 1; n <= 200; n = n < 10 ? n + 1 : n < 70 ? n + 12 : n + 130)
        check_cholesky(n);
    check_cholesky(64);
}

static void test_cholesky(void **state)
{
    (void)state;
    both_ways(try_cholesky);
    blas_cut(0x1p22);
    check_cholesky(520);
    blas_cut(0);
}

static bool is_positive_definite(place *p, const double *m, size_t n)
{
    return factor_cholesky(&p->limits, m, n, new_matrix(p, n));
}

static void try_not_positive(void)
{
    static const size_t sizes[] = {1, 2, 3, 30, 70, 200};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        size_t n = sizes[k], middle = n / 2 * (n + 1);
        place p;
        open_place(&p);
        double *root, *m = positive_matrix(&p, n, &root);
        static const double wrong[] = {0, -1, NAN, -INFINITY};
        double right = m[middle];
        for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++) {
            m[middle] = wrong[w];
            assert_false(is_positive_definite(&p, m, n));
        }
        m[middle] = right;
        assert_true(is_positive_definite(&p, m, n));
        if (n > 1) {
            m[n] = NAN;
            assert_false(is_positive_definite(&p, m, n));
            m[n] = 10; /* 2x2 minor below 0 */
            assert_false(is_positive_definite(&p, m, n));
        }
        close_place(&p);
    }
}

static void test_not_positive_definite(void **state)
{
    (void)state;
    both_ways(try_not_positive);
    place p;
    open_place(&p);
    assert_true(
        is_positive_definite(&p, (double[]){1.7e308, 1e308, 1.6e308, 1.7e308}, 2));
    assert_false(is_positive_definite(&p, (double[]){1, 2, 2, 4}, 2)); /* rank 1 */
    close_place(&p);
}

/* ---- The cache ---- */

static void transpose_into(const double *m, size_t n, double *out)
{
    for (size_t i = 0; i < n * n; i++)
        out[i] = m[i % n * n + i / n];
}

static void test_cache_recognizes_matrices(void **state)
{
    (void)state;
    place p;
    open_place(&p);
    factor_cache cache = {0};
    enum { N = 4 };
    double *first = random_matrix(&p, N), *second = random_matrix(&p, N);
    double copy[N * N], turned[N * N];
    memcpy(copy, first, sizeof copy);
    transpose_into(first, N, turned);
    bool transposed = true;
    const factorization *f = factor_cached(&cache, &p.arena, first, N, &transposed);
    assert_false(transposed);
    assert_int_equal(cache.made, 1);
    assert_ptr_equal(factor_cached(&cache, &p.arena, copy, N, &transposed), f);
    assert_false(transposed);
    assert_ptr_equal(factor_cached(&cache, &p.arena, turned, N, &transposed), f);
    assert_true(transposed);
    assert_int_equal(cache.made, 1);
    const factorization *g = factor_cached(&cache, &p.arena, second, N, &transposed);
    assert_false(transposed);
    assert_true(f != g);
    assert_int_equal(cache.made, 2);
    assert_ptr_equal(factor_cached(&cache, &p.arena, first, N, &transposed), f);
    assert_ptr_equal(factor_cached(&cache, &p.arena, second, N, &transposed), g);
    assert_int_equal(cache.made, 2);
    assert_same_number(factor_determinant(f), determinant_of(&p, first, N));
    assert_same_number(factor_determinant(g), determinant_of(&p, second, N));
    close_place(&p);
}

static void test_cache_misses_what_differs(void **state)
{
    (void)state;
    place p;
    open_place(&p);
    factor_cache cache = {0};
    enum { N = 3 };
    double m[N * N] = {4, 1, 0, 2, 5, 1, 0, 3, 6};
    bool transposed;
    for (size_t i = 0; i < (size_t)N * N; i++) {
        factor_cached(&cache, &p.arena, m, N, &transposed);
        m[i] += 0.5;
        const factorization *f = factor_cached(&cache, &p.arena, m, N, &transposed);
        assert_int_equal(cache.made, i + 2);
        assert_same_number(factor_determinant(f), determinant_of(&p, m, N));
    }
    size_t made = cache.made;
    m[2] = 0;
    factor_cached(&cache, &p.arena, m, N, &transposed);
    m[2] = -0.0;
    factor_cached(&cache, &p.arena, m, N, &transposed);
    m[2] = NAN;
    factor_cached(&cache, &p.arena, m, N, &transposed);
    assert_int_equal(cache.made, made + 3);
    factor_cached(&cache, &p.arena, m, N, &transposed); /* a nan is the same nan */
    assert_int_equal(cache.made, made + 3);
    factor_cached(&cache, &p.arena, m, 2, &transposed); /* part of it is another */
    assert_int_equal(cache.made, made + 4);
    close_place(&p);
}

/* The one that was used longest ago goes. */
static void test_cache_keeps_the_last_two(void **state)
{
    (void)state;
    place p;
    open_place(&p);
    factor_cache cache = {0};
    double *a = random_matrix(&p, 3), *b = random_matrix(&p, 3);
    double *c = random_matrix(&p, 3);
    const double *order[] = {a, b, a, c, a, c, b, c, a};
    static const size_t made[] = {1, 2, 2, 3, 3, 3, 4, 4, 5};
    bool transposed;
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        const factorization *f =
            factor_cached(&cache, &p.arena, order[i], 3, &transposed);
        assert_int_equal(cache.made, made[i]);
        assert_same_number(factor_determinant(f), determinant_of(&p, order[i], 3));
    }
    close_place(&p);
}

static void test_cache_takes_its_memory_again(void **state)
{
    (void)state;
    place p;
    open_place(&p);
    factor_cache cache = {0};
    bool transposed;
    size_t used = 0;
    for (size_t i = 0; i < 40; i++) {
        size_t n = i % 3 == 0 ? 90 : 20 + i;
        place other;
        open_place(&other);
        other.dice.state = i;
        double *m = random_matrix(&other, n);
        const factorization *f = factor_cached(&cache, &p.arena, m, n, &transposed);
        assert_same_number(factor_determinant(f), determinant_of(&other, m, n));
        close_place(&other);
        if (i == 4) /* both slots have held the largest */
            used = p.limits.memory_used;
    }
    assert_int_equal(cache.made, 40);
    assert_int_equal(p.limits.memory_used, used);
    close_place(&p);
}

static void test_without_a_cache(void **state)
{
    (void)state;
    place p;
    open_place(&p);
    bool transposed = true;
    const factorization *f =
        factor_cached(NULL, &p.arena, (double[]){3, 1, 1, 2}, 2, &transposed);
    assert_false(transposed);
    assert_same_number(factor_determinant(f), 5);
    close_place(&p);
}

/* ---- Limits ---- */

enum { LARGE = 310 };

/* Whether making a factorization through the cache runs into a limit. */
static bool makes_within(place *p, factor_cache *cache, const double *m,
                         size_t allocation, size_t poll)
{
    jmp_buf escape;
    bool transposed;
    p->limits.escape = &escape;
    p->limits.fail_allocation = allocation;
    p->limits.fail_poll = poll;
    bool escaped = setjmp(escape) != 0;
    if (!escaped)
        factor_cached(cache, &p->arena, m, LARGE, &transposed);
    p->limits.escape = NULL;
    p->limits.fail_allocation = p->limits.fail_poll = 0;
    return !escaped;
}

/* An interrupted factorization is not remembered, and those before it are as they were
 * or forgotten. */
static void try_interrupted_cache(void)
{
    place p;
    open_place(&p);
    factor_cache cache = {0};
    double *old = random_matrix(&p, LARGE), *m = random_matrix(&p, LARGE);
    double wanted_old = determinant_of(&p, old, LARGE),
           wanted = determinant_of(&p, m, LARGE);
    bool transposed;
    factor_cached(&cache, &p.arena, old, LARGE, &transposed);
    size_t failures = 0;
    for (size_t k = 1; !makes_within(&p, &cache, m, k, 0); k++)
        failures++;
    assert_in_range(failures, 4, 10);
    assert_int_equal(cache.made, 2);
    cache.slots[0].n = 0; /* forget it */
    failures = 0;
    for (size_t k = 1; !makes_within(&p, &cache, m, 0, k); k++)
        failures++;
    assert_in_range(failures, 1, 30);
    assert_int_equal(cache.made, 3);
    const factorization *f = factor_cached(&cache, &p.arena, m, LARGE, &transposed);
    assert_same_number(factor_determinant(f), wanted);
    f = factor_cached(&cache, &p.arena, old, LARGE, &transposed);
    assert_same_number(factor_determinant(f), wanted_old);
    close_place(&p);
}

static void test_interrupted_factorizations(void **state)
{
    (void)state;
    both_ways(try_interrupted_cache);
}

typedef void computation(place *p, const double *m, double *out);

static void compute_solution(place *p, const double *m, double *out)
{
    factorization *f = factor_make(&p->arena, m, LARGE);
    for (size_t i = 0; i < (size_t)LARGE * LARGE; i++)
        out[i] = 1;
    factor_solve(&p->limits, f, true, out, LARGE);
}

static void compute_cholesky(place *p, const double *m, double *out)
{
    assert_true(factor_cholesky(&p->limits, m, LARGE, out));
}

static void compute_cofactors(place *p, const double *m, double *out)
{
    factor_cofactors(&p->arena, m, LARGE, out);
}

static void compute_cofactors_along(place *p, const double *m, double *out)
{
    factor_cofactors_along(&p->arena, m, m, LARGE, out);
}

static bool computes_within(place *p, computation *compute, const double *m, double *out,
                            size_t poll)
{
    jmp_buf escape;
    p->limits.escape = &escape;
    p->limits.fail_poll = poll;
    bool escaped = setjmp(escape) != 0;
    if (!escaped)
        compute(p, m, out);
    p->limits.escape = NULL;
    p->limits.fail_poll = 0;
    return !escaped;
}

static void try_interrupts(void)
{
    static computation *const computations[] = {
        compute_solution, compute_cholesky, compute_cofactors, compute_cofactors_along};
    /* In any of their parts; without the library and with it. */
    static const size_t fewest[2][4] = {{8, 1, 10, 16}, {3, 1, 6, 8}};
    for (size_t c = 0; c < sizeof computations / sizeof *computations; c++) {
        place p;
        open_place(&p);
        double *root, *m = positive_matrix(&p, LARGE, &root);
        double *wanted = new_matrix(&p, LARGE), *out = new_matrix(&p, LARGE);
        computations[c](&p, m, wanted);
        size_t failures = 0;
        while (!computes_within(&p, computations[c], m, out, failures + 1))
            failures++;
        assert_in_range(failures, fewest[blas_available()][c], 60);
        assert_memory_equal(out, wanted, sizeof(double) * LARGE * LARGE);
        close_place(&p);
    }
}

static void test_interrupted_computations(void **state)
{
    (void)state;
    both_ways(try_interrupts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_residuals_are_small),
        cmocka_unit_test(test_systems_of_several_slabs),
        cmocka_unit_test(test_singular_matrices),
        cmocka_unit_test(test_condition_is_in_the_1_norm),
        cmocka_unit_test(test_hilbert_matrices),
        cmocka_unit_test(test_nan_and_infinity),
        cmocka_unit_test(test_cholesky),
        cmocka_unit_test(test_not_positive_definite),
        cmocka_unit_test(test_cache_recognizes_matrices),
        cmocka_unit_test(test_cache_misses_what_differs),
        cmocka_unit_test(test_cache_keeps_the_last_two),
        cmocka_unit_test(test_cache_takes_its_memory_again),
        cmocka_unit_test(test_without_a_cache),
        cmocka_unit_test(test_interrupted_factorizations),
        cmocka_unit_test(test_interrupted_computations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
