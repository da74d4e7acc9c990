/* tensor: shapes, arrays, and the kernels against libm and plain formulas, above all
 * where they are special: 0, infinity, nan, huge, tiny. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "support.h"

/* ---- Shapes and arrays ---- */

static void test_shape_of_a_number(void **state)
{
    (void)state;
    shape s = shape_number();
    assert_int_equal(s.rank, 2);
    assert_int_equal(shape_count(&s), 1);
    assert_true(shape_is_number(&s));
}

static void test_shape_counts_entries(void **state)
{
    (void)state;
    shape matrix = {.rank = 2, .size = {2, 3}};
    shape stack = {.rank = 3, .size = {4, 2, 3}};
    shape ones = {.rank = 3, .size = {1, 1, 1}};
    assert_int_equal(shape_count(&matrix), 6);
    assert_int_equal(shape_count(&stack), 24);
    assert_false(shape_is_number(&matrix));
    assert_false(shape_is_number(&ones)); /* a stack of one number is a stack */
}

static void test_shape_equality(void **state)
{
    (void)state;
    shape a = {.rank = 2, .size = {2, 3}};
    shape b = {.rank = 2, .size = {2, 3}};
    shape turned = {.rank = 2, .size = {3, 2}};
    shape stacked = {.rank = 3, .size = {2, 3, 1}};
    assert_true(shape_equal(&a, &b));
    assert_false(shape_equal(&a, &turned));
    assert_false(shape_equal(&a, &stacked));
    assert_false(shape_equal(&stacked, &a));
}

static void test_shape_as_text(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, 1024);
    shape number = shape_number();
    shape stack = {.rank = 4, .size = {10, 2, 3, 4}};
    assert_string_equal(shape_text(&a, &number), "1×1");
    assert_string_equal(shape_text(&a, &stack), "10×2×3×4");
    arena_empty(&a);
}

static void test_tensor_copies_are_independent(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, 1024);
    shape s = {.rank = 2, .size = {2, 3}};
    double entries[] = {1, 2, 3, 4, 5, 6};
    tensor copy = tensor_copy(&a, &s, entries);
    memset(entries, 0, sizeof entries);
    for (size_t i = 0; i < 6; i++)
        assert_same_number(copy.entries[i], (double)(i + 1));
    assert_true(shape_equal(&copy.shape, &s));
    tensor number = tensor_number(&a, 2.5);
    assert_true(shape_is_number(&number.shape));
    assert_same_number(number.entries[0], 2.5);
    arena_empty(&a);
}

/* ---- Kernels ---- */

static double call1(kernel *k, double a)
{
    double out = 0;
    const double *operands[] = {&a};
    k(1, &out, operands);
    return out;
}

static double call2(kernel *k, double a, double b)
{
    double out = 0;
    const double *operands[] = {&a, &b};
    k(1, &out, operands);
    return out;
}

static double call3(kernel *k, double a, double b, double c)
{
    double out = 0;
    const double *operands[] = {&a, &b, &c};
    k(1, &out, operands);
    return out;
}

static const double points[] = {
    0,        -0.0,      1,       -1,    0.5,    -0.5,    2.5,     -2.5,         1.5,
    -3,       1e-300,    -1e-300, 1e300, -1e300, DBL_MIN, DBL_MAX, DBL_TRUE_MIN, -DBL_MAX,
    INFINITY, -INFINITY, NAN,     700,   -700};
enum { POINTS = sizeof points / sizeof *points };

static double negative(double a)
{
    return -a;
}

static double same(double a)
{
    return a;
}

static double square(double a)
{
    return a * a;
}

static double is_zero(double a)
{
    return a == 0 ? 1 : 0;
}

static void test_kernels_that_are_in_libm(void **state)
{
    (void)state;
    static const struct {
        kernel *k;
        double (*f)(double);
    } table[] = {
        {kernel_copy, same},     {kernel_negative, negative}, {kernel_not, is_zero},
        {kernel_exp, exp},       {kernel_log, log},           {kernel_log2, log2},
        {kernel_log10, log10},   {kernel_log1p, log1p},       {kernel_expm1, expm1},
        {kernel_sqrt, sqrt},     {kernel_abs, fabs},          {kernel_floor, floor},
        {kernel_ceil, ceil},     {kernel_round, round},       {kernel_sin, sin},
        {kernel_cos, cos},       {kernel_tan, tan},           {kernel_asin, asin},
        {kernel_acos, acos},     {kernel_atan, atan},         {kernel_sinh, sinh},
        {kernel_cosh, cosh},     {kernel_tanh, tanh},         {kernel_erf, erf},
        {kernel_square, square},
    };
    for (size_t t = 0; t < sizeof table / sizeof *table; t++)
        for (size_t i = 0; i < POINTS; i++)
            assert_close(call1(table[t].k, points[i]), table[t].f(points[i]), 1e-15);
}

static double sum_of(double a, double b)
{
    return a + b;
}

static double difference_of(double a, double b)
{
    return a - b;
}

static double product_of(double a, double b)
{
    return a * b;
}

static double quotient_of(double a, double b)
{
    return a / b;
}

static double maximum_of(double a, double b)
{
    return isnan(a) || isnan(b) ? NAN : fmax(a, b);
}

static double minimum_of(double a, double b)
{
    return isnan(a) || isnan(b) ? NAN : fmin(a, b);
}

static double less_of(double a, double b)
{
    return isless(a, b);
}

static double less_equal_of(double a, double b)
{
    return islessequal(a, b);
}

static double greater_of(double a, double b)
{
    return isgreater(a, b);
}

static double greater_equal_of(double a, double b)
{
    return isgreaterequal(a, b);
}

static double equal_of(double a, double b)
{
    return !isunordered(a, b) && !islessgreater(a, b);
}

static double not_equal_of(double a, double b)
{
    return isunordered(a, b) || islessgreater(a, b);
}

static double or_of(double a, double b)
{
    return fpclassify(a) != FP_ZERO || fpclassify(b) != FP_ZERO; /* nan is true */
}

static double and_of(double a, double b)
{
    return fpclassify(a) != FP_ZERO && fpclassify(b) != FP_ZERO;
}

static double xlogy_of(double a, double b)
{
    return a == 0 && !isnan(b) ? 0 : a * log(b);
}

static void test_kernels_of_two_operands(void **state)
{
    (void)state;
    static const struct {
        kernel *k;
        double (*f)(double, double);
    } table[] = {
        {kernel_plus, sum_of},
        {kernel_minus, difference_of},
        {kernel_times, product_of},
        {kernel_over, quotient_of},
        {kernel_pow, pow},
        {kernel_max, maximum_of},
        {kernel_min, minimum_of},
        {kernel_atan2, atan2},
        {kernel_hypot, hypot},
        {kernel_less, less_of},
        {kernel_less_equal, less_equal_of},
        {kernel_greater, greater_of},
        {kernel_greater_equal, greater_equal_of},
        {kernel_equal, equal_of},
        {kernel_not_equal, not_equal_of},
        {kernel_or, or_of},
        {kernel_and, and_of},
        {kernel_xlogy, xlogy_of},
    };
    for (size_t t = 0; t < sizeof table / sizeof *table; t++)
        for (size_t i = 0; i < POINTS; i++)
            for (size_t j = 0; j < POINTS; j++)
                assert_close(call2(table[t].k, points[i], points[j]),
                             table[t].f(points[i], points[j]), 1e-15);
}

static void test_where_takes_a_branch_whole(void **state)
{
    (void)state;
    assert_same_number(call3(kernel_where, 1, 2, NAN), 2);
    assert_same_number(call3(kernel_where, 0, NAN, 3), 3);
    assert_same_number(call3(kernel_where, -0.0, 2, 3), 3);
    assert_same_number(call3(kernel_where, NAN, 2, 3), 2); /* what is not 0 is true */
    assert_same_number(call3(kernel_where, -0.5, INFINITY, 3), INFINITY);
}

/* Kernels with a formula of their own: at ends, and by a plain formula between them. */
typedef struct special_value {
    double at, wanted;
} special_value;

#define CHECK_SPECIAL(k, ...)                                                            \
    do {                                                                                 \
        static const special_value table[] = {__VA_ARGS__};                              \
        for (size_t i_ = 0; i_ < sizeof table / sizeof *table; i_++)                     \
            assert_close(call1(k, table[i_].at), table[i_].wanted, 1e-15);               \
    } while (0)

static void test_sign(void **state)
{
    (void)state;
    CHECK_SPECIAL(kernel_sign, {2, 1}, {-0.1, -1}, {0, 0}, {INFINITY, 1}, {-INFINITY, -1},
                  {NAN, NAN}, {DBL_TRUE_MIN, 1});
}

static void test_sigmoid(void **state)
{
    (void)state;
    CHECK_SPECIAL(kernel_sigmoid, {0, 0.5}, {INFINITY, 1}, {-INFINITY, 0}, {NAN, NAN},
                  {1000, 1}, {-1000, 0});
    assert_true(call1(kernel_sigmoid, -700) > 0); /* the tail keeps its digits */
    assert_close(call1(kernel_sigmoid, -700) / exp(-700), 1, 1e-14);
    for (double a = -30; a < 30; a += 0.37)
        assert_close(call1(kernel_sigmoid, a), (double)(1 / (1 + expl(-a))), 1e-15);
}

static void test_softplus(void **state)
{
    (void)state;
    CHECK_SPECIAL(kernel_softplus, {0, 0.69314718055994531}, {INFINITY, INFINITY},
                  {-INFINITY, 0}, {NAN, NAN}, {1000, 1000}, {-1000, 0});
    assert_close(call1(kernel_softplus, -700) / exp(-700), 1, 1e-14);
    for (double a = -30; a < 30; a += 0.37)
        assert_close(call1(kernel_softplus, a), (double)log1pl(expl(a)), 1e-15);
}

static void test_relu_and_its_relatives(void **state)
{
    (void)state;
    CHECK_SPECIAL(kernel_relu, {2, 2}, {-2, 0}, {0, 0}, {INFINITY, INFINITY},
                  {-INFINITY, 0}, {NAN, NAN});
    assert_close(call2(kernel_leaky_relu, -2, 0.01), -0.02, 1e-15);
    assert_close(call2(kernel_leaky_relu, 2, 0.01), 2, 1e-15);
    assert_close(call2(kernel_leaky_relu, NAN, 0.01), NAN, 0);
    assert_close(call2(kernel_elu, -1e-10, 1), -1e-10 + 5e-21, 1e-24);
    assert_close(call2(kernel_elu, -INFINITY, 2), -2, 1e-15);
    assert_close(call2(kernel_elu, 3, 2), 3, 1e-15);
    assert_close(call2(kernel_elu, NAN, 2), NAN, 0);
}

static void test_gelu_and_silu(void **state)
{
    (void)state;
    CHECK_SPECIAL(kernel_gelu, {0, 0}, {INFINITY, INFINITY}, {-INFINITY, 0}, {NAN, NAN},
                  {40, 40}, {-50, 0});
    CHECK_SPECIAL(kernel_silu, {0, 0}, {INFINITY, INFINITY}, {-INFINITY, 0}, {NAN, NAN},
                  {800, 800}, {-800, 0});
    for (double a = -8; a < 8; a += 0.37) {
        long double x = a;
        assert_close(call1(kernel_gelu, a), (double)(x / 2 * (1 + erfl(x / sqrtl(2)))),
                     1e-15);
        assert_close(call1(kernel_silu, a), (double)(x / (1 + expl(-x))), 1e-15);
    }
    double tail = call1(kernel_gelu, -20); /* a Φ(a) by its asymptotic series */
    double series = -exp(-200) / sqrt(2 * 3.14159265358979323846) *
                    (1 - 1 / 400.0 + 3 / 160000.0 - 15 / 6.4e7);
    assert_close(tail / series, 1, 1e-8);
}

static void test_mod_has_the_sign_of_the_divisor(void **state)
{
    (void)state;
    static const double table[][3] = {
        {7, 3, 1},        {-7, 3, 2},         {7, -3, -2},        {-7, -3, -1},
        {6, 3, 0},        {5.5, 2, 1.5},      {0, 3, 0},          {0x1p60, 3, 1},
        {3, INFINITY, 3}, {1, 0, NAN},        {INFINITY, 3, NAN}, {NAN, 3, NAN},
        {3, NAN, NAN},    {-3, 1e308, 1e308},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_close(call2(kernel_mod, table[i][0], table[i][1]), table[i][2], 1e-15);
}

/* Blocks: entries do not get mixed up, and `out` may be one of the operands. */
static void test_kernels_on_many_entries_in_place(void **state)
{
    (void)state;
    enum { COUNT = 1001 };
    static double a[COUNT], b[COUNT], c[COUNT], wanted[COUNT];
    for (op_id op = OP_NONE; op < OP_COUNT; op++) {
        const operation *row = op_row(op);
        if (row->kernel == NULL)
            continue;
        dice d = {op};
        for (size_t i = 0; i < COUNT; i++) {
            a[i] = dice_between(&d, -2, 2);
            b[i] = dice_between(&d, -2, 2);
            c[i] = dice_between(&d, -2, 2);
            wanted[i] = call3(row->kernel, a[i], b[i], c[i]);
        }
        const double *operands[] = {a, b, c};
        row->kernel(COUNT, a, operands);
        for (size_t i = 0; i < COUNT; i++)
            if (!numbers_agree(a[i], wanted[i], 1e-15))
                fail_msg("%s, entry %zu: %.17g, wanted %.17g", row->name, i, a[i],
                         wanted[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shape_of_a_number),
        cmocka_unit_test(test_shape_counts_entries),
        cmocka_unit_test(test_shape_equality),
        cmocka_unit_test(test_shape_as_text),
        cmocka_unit_test(test_tensor_copies_are_independent),
        cmocka_unit_test(test_kernels_that_are_in_libm),
        cmocka_unit_test(test_kernels_of_two_operands),
        cmocka_unit_test(test_where_takes_a_branch_whole),
        cmocka_unit_test(test_sign),
        cmocka_unit_test(test_sigmoid),
        cmocka_unit_test(test_softplus),
        cmocka_unit_test(test_relu_and_its_relatives),
        cmocka_unit_test(test_gelu_and_silu),
        cmocka_unit_test(test_mod_has_the_sign_of_the_divisor),
        cmocka_unit_test(test_kernels_on_many_entries_in_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
