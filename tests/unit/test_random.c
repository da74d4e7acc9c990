/* tensor/random: the numbers of known seeds, and statistics of many. Seeds are fixed, so
 * that a test which passes once always does; bounds are some 5 standard deviations. */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "support.h"
#include "tensor/random.h"

enum { MANY = 1000000 };

static random_source *source_of(unsigned long seed)
{
    random_source *source = random_open();
    assert_non_null(source);
    random_seed(source, seed);
    return source;
}

static double *room_for(size_t n)
{
    double *room = malloc(n * sizeof *room);
    assert_non_null(room);
    return room;
}

/* ---- Seeds ---- */

/* The first five, wherever this runs. Uniform numbers and integers are those of
 * numpy.random.seed(42) with rand(5), randint(0, 10, 5), randint(-2**53, 2**53 + 1, 5).
 */
static void test_first_numbers_of_seed_42(void **state)
{
    (void)state;
    static const double uniform[] = {0x1.7f8771e5f51ecp-2, 0x1.e6c4068bbd654p-1,
                                     0x1.76c7e8f1e6751p-1, 0x1.32835d6632cbp-1,
                                     0x1.3f86b37222184p-3};
    static const double normal[] = {-0x1.9f5df03d117aap-1, 0x1.17b1c59cf5417p+0,
                                    -0x1.df81c65a5d342p+0, -0x1.2bd3ecedd01a2p-3,
                                    -0x1.a759152cf95e1p+0};
    static const double digits[] = {6, 3, 7, 4, 6};
    static const double wide[] = {8365459559542132, -1418456163091043, -5606684701387845,
                                  -3392083466949800, -5068540191727142};
    double out[5];
    random_source *source = source_of(42);
    random_uniform(source, out, 5);
    assert_memory_equal(out, uniform, sizeof out);
    random_seed(source, 42);
    random_normal(source, out, 5);
    assert_memory_equal(out, normal, sizeof out);
    random_seed(source, 42);
    assert_true(random_integers(source, 0, 9, out, 5));
    assert_memory_equal(out, digits, sizeof out);
    random_seed(source, 42);
    assert_true(random_integers(source, -0x1p53, 0x1p53, out, 5));
    assert_memory_equal(out, wide, sizeof out);
    random_close(source);
}

/* Source: the C++ standard, [rand.predef], says what the 10000th draw of mt19937 is. */
static void test_it_is_the_mersenne_twister(void **state)
{
    (void)state;
    random_source *source = source_of(5489);
    double *out = room_for(10000);
    assert_true(random_integers(source, 0, UINT32_MAX, out, 10000));
    assert_same_number(out[9999], 4123659995);
    free(out);
    random_close(source);
}

static void test_which_seeds_are_the_same(void **state)
{
    (void)state;
    static const struct {
        unsigned long a, b;
        bool same;
    } seeds[] = {{0, 4357, true}, {42, 42, true}, {42, 43, false}, {1, 0, false}};
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        random_source *a = source_of(seeds[i].a), *b = source_of(seeds[i].b);
        double p, q;
        random_uniform(a, &p, 1);
        random_uniform(b, &q, 1);
        assert_int_equal(p == q, seeds[i].same);
        random_close(a);
        random_close(b);
    }
}

static void test_unseeded_sources_differ(void **state)
{
    (void)state;
    double first[8];
    for (size_t i = 0; i < 8; i++) {
        random_source *source = random_open();
        assert_non_null(source);
        random_uniform(source, &first[i], 1);
        random_close(source);
        for (size_t k = 0; k < i; k++)
            assert_true(first[k] != first[i]);
    }
    random_close(NULL);
}

/* Draws all three kinds in pieces of that size; the three have n entries each. */
static void draw(random_source *source, double *out, size_t n, size_t piece)
{
    for (size_t at = 0; at < n; at += piece) {
        size_t count = piece < n - at ? piece : n - at;
        random_uniform(source, out + at, count);
    }
    for (size_t at = 0; at < n; at += piece) {
        size_t count = piece < n - at ? piece : n - at;
        random_normal(source, out + n + at, count);
    }
    for (size_t at = 0; at < n; at += piece) {
        size_t count = piece < n - at ? piece : n - at;
        assert_true(random_integers(source, 1, 6, out + 2 * n + at, count));
    }
}

static void test_pieces_and_other_sources_change_nothing(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    static const size_t pieces[] = {1, 7, 999, COUNT};
    double whole[3 * COUNT], again[3 * COUNT], other[3 * COUNT];
    random_source *source = source_of(1), *beside = source_of(2);
    draw(source, whole, COUNT, COUNT);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        random_seed(source, 1);
        draw(source, again, COUNT, pieces[i]);
        draw(beside, other, COUNT, pieces[i]);
        assert_memory_equal(again, whole, sizeof whole);
    }
    random_uniform(source, again, 0); /* draws nothing */
    random_close(source);
    random_close(beside);
}

/* ---- Uniform and normal numbers ---- */

static int compare(const void *a, const void *b)
{
    double p = *(const double *)a, q = *(const double *)b;
    return (p > q) - (p < q);
}

/* How far the n numbers are from what the distribution function says they should be, in
 * terms of the Kolmogorov distribution: more than 2.5 for one sample in 100,000. They are
 * sorted in place. */
static double kolmogorov(double *x, size_t n, double (*below)(double))
{
    qsort(x, n, sizeof *x, compare);
    double worst = 0;
    for (size_t i = 0; i < n; i++) {
        double share = below(x[i]);
        worst = fmax(worst, fmax((double)(i + 1) / (double)n - share,
                                 share - (double)i / (double)n));
    }
    return worst * sqrt((double)n);
}

static double same(double x)
{
    return x;
}

static double normal_below(double x)
{
    return 0.5 * erfc(-x * sqrt(0.5));
}

/* The mean of x^power. */
static double moment(const double *x, size_t n, int power)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += pow(x[i], power);
    return sum / (double)n;
}

static double correlation_of_neighbours(const double *x, size_t n)
{
    double mean = moment(x, n, 1), sum = 0, squares = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        sum += (x[i] - mean) * (x[i + 1] - mean);
        squares += (x[i] - mean) * (x[i] - mean);
    }
    return sum / squares;
}

static void test_uniform_numbers(void **state)
{
    (void)state;
    random_source *source = source_of(3);
    double *x = room_for(MANY);
    random_uniform(source, x, MANY);
    for (size_t i = 0; i < MANY; i++) {
        assert_true(x[i] >= 0 && x[i] < 1);
        assert_same_number(x[i] * 0x1p53, trunc(x[i] * 0x1p53));
    }
    assert_close(moment(x, MANY, 1), 0.5, 5 * sqrt(1.0 / 12 / MANY));
    assert_close(moment(x, MANY, 2), 1.0 / 3, 5 * sqrt(4.0 / 45 / MANY));
    assert_close(correlation_of_neighbours(x, MANY), 0, 5 / sqrt(MANY));
    assert_true(kolmogorov(x, MANY, same) < 2.5);
    free(x);
    random_close(source);
}

static void test_normal_numbers(void **state)
{
    (void)state;
    random_source *source = source_of(4);
    double *x = room_for(MANY);
    random_normal(source, x, MANY);
    /* The mean of x^k is (k-1)!! for even k, and its variance follows from that of 2k. */
    assert_close(moment(x, MANY, 1), 0, 5 * sqrt(1.0 / MANY));
    assert_close(moment(x, MANY, 2), 1, 5 * sqrt(2.0 / MANY));
    assert_close(moment(x, MANY, 3), 0, 5 * sqrt(15.0 / MANY));
    assert_close(moment(x, MANY, 4), 3, 5 * sqrt(96.0 / MANY));
    assert_close(correlation_of_neighbours(x, MANY), 0, 5 / sqrt(MANY));
    double beyond = 0;
    for (size_t i = 0; i < MANY; i++)
        beyond += fabs(x[i]) > 3.5; /* which the strips leave to the logarithm */
    double wanted = 2 * normal_below(-3.5) * MANY;
    assert_close(beyond, wanted, 5 / sqrt(wanted));
    assert_true(kolmogorov(x, MANY, normal_below) < 2.5);
    free(x);
    random_close(source);
}

/* ---- Integers ---- */

static void test_integers_are_equally_likely(void **state)
{
    (void)state;
    static const struct {
        double lo, hi;
    } ranges[] = {{0, 1}, {1, 6}, {-3, 3}, {0, 63}, {0, 64}, {-1000, -900}};
    random_source *source = source_of(5);
    double *x = room_for(MANY);
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        assert_true(random_integers(source, ranges[i].lo, ranges[i].hi, x, MANY));
        double counts[128] = {0};
        for (size_t k = 0; k < MANY; k++) {
            assert_true(x[k] >= ranges[i].lo && x[k] <= ranges[i].hi);
            assert_same_number(x[k], trunc(x[k]) + 0.0); /* and never -0 */
            counts[(int)(x[k] - ranges[i].lo)]++;
        }
        size_t sides = (size_t)(ranges[i].hi - ranges[i].lo) + 1;
        double wanted = (double)MANY / (double)sides, square = 0;
        for (size_t k = 0; k < sides; k++)
            square += (counts[k] - wanted) * (counts[k] - wanted) / wanted;
        double freedom = (double)sides - 1;
        assert_true(square < freedom + 5 * sqrt(2 * freedom) + 12);
    }
    free(x);
    random_close(source);
}

static void test_integers_of_one_and_of_all(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    double x[COUNT], least = INFINITY, most = -INFINITY;
    random_source *source = source_of(6);
    assert_true(random_integers(source, -7, -7, x, COUNT));
    for (size_t i = 0; i < COUNT; i++)
        assert_same_number(x[i], -7);
    assert_true(random_integers(source, -0x1p53, 0x1p53, x, COUNT));
    for (size_t i = 0; i < COUNT; i++) {
        assert_same_number(x[i], trunc(x[i]));
        least = fmin(least, x[i]);
        most = fmax(most, x[i]);
    }
    assert_true(least >= -0x1p53 && least < -0.98 * 0x1p53);
    assert_true(most <= 0x1p53 && most > 0.98 * 0x1p53);
    random_close(source);
}

static void test_integers_between_wrong_bounds(void **state)
{
    (void)state;
    static const struct {
        double lo, hi;
    } bounds[] = {
        {1, 0},        {0.5, 2},       {0, 1.5},        {NAN, 1},         {0, NAN},
        {0, INFINITY}, {-INFINITY, 0}, {0, 0x1p53 + 2}, {-0x1p53 - 2, 0}, {0, DBL_MAX},
    };
    random_source *source = source_of(7);
    double next, x = 17;
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
        assert_false(random_integers(source, bounds[i].lo, bounds[i].hi, &x, 1));
    assert_same_number(x, 17);
    random_uniform(source, &next, 1); /* nothing was drawn meanwhile */
    random_seed(source, 7);
    random_uniform(source, &x, 1);
    assert_same_number(next, x);
    random_close(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_numbers_of_seed_42),
        cmocka_unit_test(test_it_is_the_mersenne_twister),
        cmocka_unit_test(test_which_seeds_are_the_same),
        cmocka_unit_test(test_unseeded_sources_differ),
        cmocka_unit_test(test_pieces_and_other_sources_change_nothing),
        cmocka_unit_test(test_uniform_numbers),
        cmocka_unit_test(test_normal_numbers),
        cmocka_unit_test(test_integers_are_equally_likely),
        cmocka_unit_test(test_integers_of_one_and_of_all),
        cmocka_unit_test(test_integers_between_wrong_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
