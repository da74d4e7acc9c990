/* Determinants, cofactors and their derivatives: against expansion along a row, against
 * what is known, against differences. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "matrices.h"
#include "tensor/factor.h"
#include "tensor/product.h"

/* ---- Minors ---- */

enum { LARGEST_EXPANDED = 8 };

/* Determinants and how fast they change along a direction: the part with e of the
 * determinant of M + e D, where e e = 0. */
typedef struct dual {
    long double value, slope;
} dual;

/* By expansion along the first row. */
static dual dual_determinant(const dual *m, size_t n)
{
    if (n == 0)
        return (dual){1, 0};
    dual sum = {0, 0}, minor[LARGEST_EXPANDED * LARGEST_EXPANDED];
    for (size_t j = 0; j < n; j++) {
        dual *next = minor;
        for (size_t r = 1; r < n; r++)
            for (size_t c = 0; c < n; c++)
                if (c != j)
                    *next++ = m[r * n + c];
        dual inner = dual_determinant(minor, n - 1);
        long double sign = j % 2 == 0 ? 1 : -1;
        sum.value += sign * m[j].value * inner.value;
        sum.slope += sign * (m[j].slope * inner.value + m[j].value * inner.slope);
    }
    return sum;
}

/* ---- Determinants ---- */

static long double determinant_by_minors(const double *m, size_t n)
{
    dual wide[LARGEST_EXPANDED * LARGEST_EXPANDED];
    for (size_t i = 0; i < n * n; i++)
        wide[i] = (dual){m[i], 0};
    return dual_determinant(wide, n).value;
}

static void test_determinants_by_hand(void **state)
{
    (void)state;
    place p;
    open_place(&p);
    assert_same_number(determinant_of(&p, (double[]){-7}, 1), -7);
    assert_same_number(determinant_of(&p, (double[]){0}, 1), 0);
    assert_same_number(determinant_of(&p, (double[]){0.1}, 1), 0.1);
    assert_same_number(determinant_of(&p, (double[]){1, 2, 3, 4}, 2), -2);
    assert_same_number(determinant_of(&p, (double[]){0, 1, 1, 0}, 2), -1);
    assert_same_number(determinant_of(&p, (double[]){1, 2, 3, 4, 5, 6, 7, 8, 9}, 3), 0);
    assert_same_number(determinant_of(&p, (double[]){2, 0, 1, 1, 3, 2, 1, 1, 4}, 3), 18);
    assert_same_number(
        determinant_of(&p, (double[]){0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 4, 5, 0, 0, 0}, 4),
        -120);
    close_place(&p);
}

/* Integers up to 9 in size: exact, 0 included. */
static void test_determinants_of_integers(void **state)
{
    (void)state;
    place p;
    open_place(&p);
    for (size_t n = 1; n <= 6; n++)
        for (int trial = 0; trial < 100; trial++) {
            double *m = new_matrix(&p, n);
            for (size_t i = 0; i < n * n; i++)
                m[i] = (double)dice_below(&p.dice, 19) - 9;
            if (n > 1 && trial % 4 == 0) /* the last row is the sum of two others */
                for (size_t j = 0; j < n; j++)
                    m[(n - 1) * n + j] = m[j] + m[(n - 2) * n + j];
            double wanted = (double)determinant_by_minors(m, n), sign;
            factorization *f = factor_make(&p.arena, m, n);
            assert_same_number(factor_determinant(f), wanted == 0 ? 0 : wanted);
            double log_determinant = factor_log_determinant(f, &sign);
            assert_same_number(log_determinant, log(fabs(wanted)));
            assert_same_number(sign, wanted > 0 ? 1 : wanted < 0 ? -1 : 0);
            assert_int_equal(factor_is_singular(f), wanted == 0);
        }
    close_place(&p);
}

/* [F(k+1), F(k); F(k), F(k-1)] for Fibonacci numbers has determinant ±1: exact as long as
 * that is certain, and not made an integer beyond. */
static void test_determinants_are_rounded_where_certain(void **state)
{
    (void)state;
    place p;
    open_place(&p);
    double one = 1, two = 1;
    for (int k = 2; k <= 36; k++) {
        double three = one + two,
               det = determinant_of(&p, (double[]){three, two, two, one}, 2);
        if (k < 36)
            assert_same_number(det, k % 2 == 0 ? 1 : -1);
        else
            assert_true(det != round(det) && fabs(det - 1) < 0.1);
        one = two;
        two = three;
    }
    close_place(&p);
}

/* Where the determinant is rounded to 0, the factorization has no inverse. */
static void test_singular_integers_have_no_solution(void **state)
{
    (void)state;
    place p;
    open_place(&p);
    factorization *f = factor_make(&p.arena, (double[]){1, 2, 3, 4, 5, 6, 7, 8, 9}, 3);
    for (int turn = 0; turn < 2; turn++) {
        double b[3] = {1, 0, 0};
        factor_solve(&p.limits, f, turn == 1, b, 1);
        assert_true(!isfinite(b[0] + b[1] + b[2]));
    }
    close_place(&p);
}

/* Integers too large for that: no more than rounding. */
static void test_determinants_of_large_integers(void **state)
{
    (void)state;
    place p;
    open_place(&p);
    for (size_t n = 1; n <= 7; n++)
        for (int trial = 0; trial < 20; trial++) {
            double *m = new_matrix(&p, n), scale = 1;
            for (size_t i = 0; i < n * n; i++)
                m[i] = floor(dice_between(&p.dice, -1e9, 1e9));
            for (size_t i = 0; i < n; i++)
                scale *= 1e9;
            assert_close(determinant_of(&p, m, n) / scale,
                         (double)(determinant_by_minors(m, n) / scale), 1e-13);
        }
    close_place(&p);
}

/* 2 on the diagonal and -1 beside it: n + 1. */
static double *second_difference(place *p, size_t n)
{
    double *m = new_matrix(p, n);
    for (size_t i = 0; i < n; i++) {
        m[i * n + i] = 2;
        if (i > 0)
            m[i * n + i - 1] = m[(i - 1) * n + i] = -1;
    }
    return m;
}

static void try_known_determinants(void)
{
    static const size_t sizes[] = {2, 10, 63, 64, 70, 200};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        size_t n = sizes[k];
        place p;
        open_place(&p);
        assert_close(determinant_of(&p, second_difference(&p, n), n), (double)(n + 1),
                     1e-11);
        double *turned = new_matrix(&p, n); /* e_2, e_3, …, e_n, e_1: n - 1 exchanges */
        for (size_t i = 0; i < n; i++)
            turned[i * n + (i + 1) % n] = 1;
        assert_same_number(determinant_of(&p, turned, n), n % 2 == 0 ? -1 : 1);
        assert_close(determinant_of(&p, lower_matrix(&p, n), n) * ldexp(1, -(int)n), 1,
                     1e-10);
        assert_same_number(determinant_of(&p, matrix_of_rank(&p, n, 0), n), 0);
        close_place(&p);
    }
}

static void test_known_determinants(void **state)
{
    (void)state;
    both_ways(try_known_determinants);
}

/* log|det| by plain elimination in long double. */
static double reference_log_determinant(const double *matrix, size_t n, double *sign)
{
    long double *m = malloc(n * n * sizeof *m), sum = 0;
    assert_non_null(m);
    for (size_t i = 0; i < n * n; i++)
        m[i] = matrix[i];
    *sign = 1;
    for (size_t k = 0; k < n; k++) {
        size_t pivot = k;
        for (size_t i = k; i < n; i++)
            if (fabsl(m[i * n + k]) > fabsl(m[pivot * n + k]))
                pivot = i;
        for (size_t j = k; j < n; j++) {
            long double moved = m[k * n + j];
            m[k * n + j] = m[pivot * n + j];
            m[pivot * n + j] = moved;
        }
        if ((pivot != k) != (m[k * n + k] < 0))
            *sign = -*sign;
        sum += logl(fabsl(m[k * n + k]));
        for (size_t i = k + 1; i < n; i++)
            for (size_t j = n; j-- > k;)
                m[i * n + j] -= m[i * n + k] / m[k * n + k] * m[k * n + j];
    }
    free(m);
    return (double)sum;
}

static void try_overflow(void)
{
    enum { N = 300 };
    for (int power = -20; power <= 20; power += 20) {
        place p;
        open_place(&p);
        double *m = random_matrix(&p, N), sign, wanted_sign;
        for (size_t i = 0; i < (size_t)N * N; i++)
            m[i] = ldexp(m[i], power);
        double wanted = reference_log_determinant(m, N, &wanted_sign);
        factorization *f = factor_make(&p.arena, m, N);
        assert_close(factor_log_determinant(f, &sign), wanted, 1e-13);
        assert_same_number(sign, wanted_sign);
        if (power > 0)
            assert_same_number(factor_determinant(f), wanted_sign * INFINITY);
        else if (power < 0)
            assert_close(factor_determinant(f), 0, 0);
        else
            assert_close(log(fabs(factor_determinant(f))), wanted, 1e-13);
        close_place(&p);
    }
}

static void test_log_determinant_does_not_overflow(void **state)
{
    (void)state;
    both_ways(try_overflow);
}

/* Products that overflow and underflow on their way. */
static void test_determinant_of_huge_and_tiny_pivots(void **state)
{
    (void)state;
    enum { N = 6 };
    static const double diagonal[N] = {0x1p1000,   0x1p900,  0x3p-1074,
                                       -0x1p-1000, 0x1p1000, 0x1p-800};
    double m[N * N] = {0}, sign;
    for (size_t i = 0; i < N; i++)
        m[i * N + i] = diagonal[i];
    place p;
    open_place(&p);
    factorization *f = factor_make(&p.arena, m, N);
    assert_same_number(factor_determinant(f), -0x3p26);
    assert_close(factor_log_determinant(f, &sign), log(0x3p26), 1e-15);
    assert_same_number(sign, -1);
    /* Near 1 the logarithm is accurate too. */
    f = factor_make(&p.arena, (double[]){1 + 0x1p-40, 0, 0, 1}, 2);
    assert_true(fabs(factor_log_determinant(f, &sign) - 0x1p-40) < 0x1p-80);
    close_place(&p);
}

/* ---- Cofactors ---- */

/* Cofactor (i, j) of M + e D. */
static dual cofactor(const double *matrix, const double *direction, size_t n, size_t i,
                     size_t j)
{
    dual minor[LARGEST_EXPANDED * LARGEST_EXPANDED], *next = minor;
    for (size_t r = 0; r < n; r++)
        for (size_t c = 0; c < n; c++)
            if (r != i && c != j)
                *next++ = (dual){matrix[r * n + c], direction[r * n + c]};
    dual found = dual_determinant(minor, n - 1);
    return (i + j) % 2 == 0 ? found : (dual){-found.value, -found.slope};
}

static void check_cofactors(place *p, const double *m, size_t n)
{
    double *direction = random_matrix(p, n);
    double *cofactors = new_matrix(p, n), *along = new_matrix(p, n);
    factor_cofactors(&p->arena, m, n, cofactors);
    factor_cofactors_along(&p->arena, m, direction, n, along);
    /* A cofactor is a sum of (n - 1)! products of n - 1 entries. */
    double scale = tgamma((double)n) * pow(fmax(1, largest_size(m, n)), (double)n - 1);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            dual wanted = cofactor(m, direction, n, i, j);
            assert_close(cofactors[i * n + j] / scale, (double)wanted.value / scale,
                         4e-16 * (double)n);
            assert_close(along[i * n + j] / scale, (double)wanted.slope / scale,
                         4e-15 * (double)n);
        }
}

static void test_cofactors_are_minors(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 6; n++)
        for (int trial = 0; trial < 20; trial++) {
            place p;
            open_place(&p);
            check_cofactors(&p, random_matrix(&p, n), n);
            check_cofactors(&p, permutation_matrix(&p, n), n);
            for (size_t rank = 0; rank <= n; rank++)
                check_cofactors(&p, matrix_of_rank(&p, n, rank), n);
            close_place(&p);
        }
}

static void test_cofactors_by_hand(void **state)
{
    (void)state;
    place p;
    open_place(&p);
    double one[1], two[4];
    factor_cofactors(&p.arena, (double[]){5}, 1, one);
    assert_same_number(one[0], 1);
    factor_cofactors(&p.arena, (double[]){0}, 1, one);
    assert_same_number(one[0], 1);
    factor_cofactors_along(&p.arena, (double[]){5}, (double[]){3}, 1, one);
    assert_same_number(one[0], 0);
    /* Where the result takes the place of an operand, too. */
    memcpy(two, (double[]){1, 2, 3, 4}, sizeof two);
    factor_cofactors(&p.arena, two, 2, two);
    static const double wanted[4] = {4, -3, -2, 1}, turned[4] = {8, -7, -6, 5};
    for (size_t i = 0; i < 4; i++)
        assert_close(two[i], wanted[i], 1e-15);
    memcpy(two, (double[]){5, 6, 7, 8}, sizeof two);
    factor_cofactors_along(&p.arena, (double[4]){0}, two, 2, two);
    for (size_t i = 0; i < 4; i++)
        assert_close(two[i], turned[i], 1e-15);
    close_place(&p);
}

/* M cof(M)' = det(M) I, and cof(M) = det(M) M^-T. */
static void try_large_cofactors(void)
{
    static const size_t sizes[] = {20, 90};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        size_t n = sizes[k];
        place p;
        open_place(&p);
        double *m = random_matrix(&p, n), *c = new_matrix(&p, n);
        double *product = new_matrix(&p, n);
        factor_cofactors(&p.arena, m, n, c);
        product_sizes sizes_of = {n, n, n, false, true};
        product_compute(&p.limits, &sizes_of, m, c, product);
        double det = determinant_of(&p, m, n), scale = largest_size(c, n);
        for (size_t i = 0; i < n * n; i++)
            assert_close(product[i] / scale, i % (n + 1) == 0 ? det / scale : 0, 1e-12);
        close_place(&p);
    }
}

static void test_cofactors_of_large_matrices(void **state)
{
    (void)state;
    both_ways(try_large_cofactors);
}

static void try_differences(void)
{
    static const size_t sizes[][2] = {{3, 3},  {5, 3},   {12, 12}, {12, 11}, {12, 10},
                                      {12, 9}, {70, 70}, {70, 69}, {70, 68}};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        size_t n = sizes[k][0];
        place p;
        open_place(&p);
        double *m = matrix_of_rank(&p, n, sizes[k][1]), *d = random_matrix(&p, n);
        double norm = largest_size(m, n), step = 1e-5;
        double *up = new_matrix(&p, n), *down = new_matrix(&p, n);
        double *along = new_matrix(&p, n);
        for (size_t i = 0; i < n * n; i++) {
            m[i] /= norm;
            up[i] = m[i] + step * d[i];
            down[i] = m[i] - step * d[i];
        }
        factor_cofactors_along(&p.arena, m, d, n, along);
        factor_cofactors(&p.arena, up, n, up);
        factor_cofactors(&p.arena, down, n, down);
        /* Cofactors of a rank below n - 2 are 0 to first order. */
        double scale = n - sizes[k][1] > 2 ? 1e-5 : largest_size(along, n);
        for (size_t i = 0; i < n * n; i++) {
            double difference = (up[i] - down[i]) / (2 * step);
            assert_close(along[i] / scale, difference / scale, 1e-5);
        }
        close_place(&p);
    }
}

static void test_cofactors_along_against_differences(void **state)
{
    (void)state;
    both_ways(try_differences);
}

/* Single pivots beyond the range of products, which cancel. */
static void test_cofactors_neither_overflow_nor_underflow(void **state)
{
    (void)state;
    place p;
    open_place(&p);
    enum { N = 5 };
    static const double diagonal[N] = {0x1p-600, 0x1p600, 0x1p900, 0x1p-900, 2};
    double m[N * N] = {0}, d[N * N] = {0}, out[N * N];
    for (size_t i = 0; i < N; i++)
        m[i * N + i] = diagonal[i];
    factor_cofactors(&p.arena, m, N, out);
    assert_same_number(out[0], 0x1p601);
    assert_same_number(out[4 * N + 4], 1);
    assert_same_number(out[2 * N + 2], 0x1p-899);
    d[0 * N + 1] = 3; /* reaches entry (2, 1) with all pivots but the first two */
    factor_cofactors_along(&p.arena, m, d, N, out);
    assert_same_number(out[1 * N + 0], -6);
    assert_close(out[0 * N + 1], 0, 0);
    close_place(&p);
}

static void test_cofactors_of_nan(void **state)
{
    (void)state;
    place p;
    open_place(&p);
    double *m = random_matrix(&p, 4), *out = new_matrix(&p, 4);
    m[6] = NAN;
    factor_cofactors(&p.arena, m, 4, out);
    assert_true(isnan(out[0]));
    factor_cofactors_along(&p.arena, m, m, 4, out);
    assert_true(isnan(out[0]));
    close_place(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_determinants_by_hand),
        cmocka_unit_test(test_determinants_of_integers),
        cmocka_unit_test(test_determinants_are_rounded_where_certain),
        cmocka_unit_test(test_singular_integers_have_no_solution),
        cmocka_unit_test(test_determinants_of_large_integers),
        cmocka_unit_test(test_known_determinants),
        cmocka_unit_test(test_log_determinant_does_not_overflow),
        cmocka_unit_test(test_determinant_of_huge_and_tiny_pivots),
        cmocka_unit_test(test_cofactors_are_minors),
        cmocka_unit_test(test_cofactors_by_hand),
        cmocka_unit_test(test_cofactors_of_large_matrices),
        cmocka_unit_test(test_cofactors_along_against_differences),
        cmocka_unit_test(test_cofactors_neither_overflow_nor_underflow),
        cmocka_unit_test(test_cofactors_of_nan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
