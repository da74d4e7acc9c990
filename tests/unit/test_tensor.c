/* tensor: shapes, arrays, and the kernels against libm and plain formulas, above all
 * where they are special: 0, infinity, nan, huge, tiny. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "support.h"
#include "tensor/arrays.h"
#include "tensor/broadcast.h"

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

/* ---- Broadcasting ---- */

/* Of every rank, with stretching axes in all places; few enough to try all pairs. */
static const shape some_shapes[] = {
    {.rank = 2, .size = {1, 1}},       {.rank = 2, .size = {3, 1}},
    {.rank = 2, .size = {1, 4}},       {.rank = 2, .size = {3, 4}},
    {.rank = 3, .size = {1, 1, 1}},    {.rank = 3, .size = {2, 1, 4}},
    {.rank = 3, .size = {2, 3, 1}},    {.rank = 3, .size = {2, 3, 4}},
    {.rank = 4, .size = {5, 1, 3, 4}}, {.rank = 4, .size = {5, 2, 1, 1}},
    {.rank = 4, .size = {1, 2, 3, 4}}, {.rank = 4, .size = {5, 2, 3, 4}},
};
enum { SOME_SHAPES = sizeof some_shapes / sizeof *some_shapes };

enum { ROOM = 120 }; /* entries of the largest of them */

static void fill(dice *d, double *entries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        entries[i] = dice_between(d, -1, 1);
}

static double product(const double *one, const double *other, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += one[i] * other[i];
    return sum;
}

static void test_shapes_broadcast(void **state)
{
    (void)state;
    static const struct {
        shape a, b, both;
    } table[] = {
        {{2, {1, 1}}, {2, {1, 1}}, {2, {1, 1}}},
        {{2, {3, 1}}, {2, {1, 4}}, {2, {3, 4}}},
        {{2, {3, 4}}, {2, {1, 4}}, {2, {3, 4}}},
        {{3, {2, 3, 1}}, {2, {1, 4}}, {3, {2, 3, 4}}},
        {{2, {1, 1}}, {3, {1, 1, 1}}, {3, {1, 1, 1}}},
        {{4, {5, 1, 3, 1}}, {3, {2, 1, 4}}, {4, {5, 2, 3, 4}}},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        shape both;
        assert_true(shape_broadcast(&table[i].a, &table[i].b, &both));
        assert_true(shape_equal(&both, &table[i].both));
        assert_true(shape_broadcast(&table[i].b, &table[i].a, &both));
        assert_true(shape_equal(&both, &table[i].both));
    }
    static const shape misfits[][2] = {{{2, {3, 1}}, {2, {2, 1}}},
                                       {{2, {3, 4}}, {2, {4, 3}}},
                                       {{3, {2, 3, 4}}, {2, {2, 4}}},
                                       {{4, {5, 2, 3, 4}}, {3, {5, 3, 4}}}};
    for (size_t i = 0; i < sizeof misfits / sizeof *misfits; i++) {
        shape both;
        assert_false(shape_broadcast(&misfits[i][0], &misfits[i][1], &both));
        assert_false(shape_broadcast(&misfits[i][1], &misfits[i][0], &both));
    }
}

/* The result may be written over an operand. */
static void test_shapes_broadcast_in_place(void **state)
{
    (void)state;
    shape row = {2, {1, 4}}, stack = {3, {2, 3, 1}}, wanted = {3, {2, 3, 4}};
    shape first = row, second = row;
    assert_true(shape_broadcast(&first, &stack, &first));
    assert_true(shape_equal(&first, &wanted));
    assert_true(shape_broadcast(&stack, &second, &second));
    assert_true(shape_equal(&second, &wanted));
}

static void test_expand_by_hand(void **state)
{
    (void)state;
    static const double numbers[] = {1, 2, 3, 4, 5, 6};
    const tensor column = {{2, {2, 1}}, numbers}, row = {{2, {1, 2}}, numbers};
    const tensor stack = {{3, {2, 1, 3}}, numbers};
    const shape matrix = {2, {2, 2}}, wide = {4, {1, 2, 2, 3}}, pair = {3, {2, 2, 1}};
    double out[12];
    broadcast_expand(&column, &matrix, out);
    assert_memory_equal(out, ((double[]){1, 1, 2, 2}), 4 * sizeof *out);
    broadcast_expand(&row, &matrix, out);
    assert_memory_equal(out, ((double[]){1, 2, 1, 2}), 4 * sizeof *out);
    broadcast_expand(&column, &pair, out);
    assert_memory_equal(out, ((double[]){1, 2, 1, 2}), 4 * sizeof *out);
    broadcast_expand(&stack, &wide, out);
    assert_memory_equal(out, ((double[]){1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6}),
                        12 * sizeof *out);
}

static void test_collect_by_hand(void **state)
{
    (void)state;
    static const double numbers[] = {1, 2, 3, 4, 5, 6, 7, 8};
    const tensor matrix = {{2, {2, 3}}, numbers}, stack = {{3, {2, 2, 2}}, numbers};
    const shape column = {2, {2, 1}}, row = {2, {1, 3}}, number = shape_number();
    const shape pair = {3, {2, 1, 1}};
    double out[3];
    broadcast_collect(&matrix, &column, out);
    assert_memory_equal(out, ((double[]){6, 15}), 2 * sizeof *out);
    broadcast_collect(&matrix, &row, out);
    assert_memory_equal(out, ((double[]){5, 7, 9}), 3 * sizeof *out);
    broadcast_collect(&matrix, &number, out);
    assert_same_number(*out, 21);
    broadcast_collect(&stack, &column, out);
    assert_memory_equal(out, ((double[]){14, 22}), 2 * sizeof *out);
    broadcast_collect(&stack, &pair, out);
    assert_memory_equal(out, ((double[]){10, 26}), 2 * sizeof *out);
}

/* <expand(a), b> = <a, collect(b)> for all a and b. */
static void test_collect_is_the_transpose_of_expand(void **state)
{
    (void)state;
    dice d = {1};
    size_t pairs = 0;
    for (size_t i = 0; i < SOME_SHAPES; i++)
        for (size_t j = 0; j < SOME_SHAPES; j++) {
            const shape *narrow = &some_shapes[i], *wide = &some_shapes[j];
            shape both;
            if (!shape_broadcast(narrow, wide, &both) || !shape_equal(&both, wide))
                continue;
            double a[ROOM], b[ROOM], expanded[ROOM], collected[ROOM];
            size_t few = shape_count(narrow), many = shape_count(wide);
            fill(&d, a, few);
            fill(&d, b, many);
            fill(&d, collected, few); /* what was there does not count */
            broadcast_expand(&(tensor){*narrow, a}, wide, expanded);
            broadcast_collect(&(tensor){*wide, b}, narrow, collected);
            assert_close(product(expanded, b, many), product(a, collected, few), 1e-12);
            pairs++;
        }
    assert_true(pairs > SOME_SHAPES);
}

/* ---- Operations on arrays ---- */

/* Applies one; what it says where a value does not fit, or NULL. */
static const char *apply_array(arena *a, array_kernel *k, const tensor *operands,
                               size_t count, const shape *result, double *out)
{
    array_call call = {.scratch = a,
                       .operands = operands,
                       .count = count,
                       .result = *result,
                       .out = out};
    bool fine = k(&call);
    assert_int_equal(fine, call.problem == NULL);
    return call.problem;
}

static void test_transpose_moves_the_last_two_axes(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, 1024);
    dice d = {2};
    for (size_t i = 0; i < SOME_SHAPES; i++) {
        shape s = some_shapes[i], turned = s;
        size_t rows = s.size[s.rank - 2], columns = s.size[s.rank - 1];
        turned.size[s.rank - 2] = columns;
        turned.size[s.rank - 1] = rows;
        double entries[ROOM], once[ROOM], twice[ROOM];
        size_t count = shape_count(&s);
        fill(&d, entries, count);
        tensor from = {s, entries}, between = {turned, once};
        assert_null(apply_array(&a, array_transpose, &from, 1, &turned, once));
        for (size_t at = 0; at < count; at++) {
            size_t matrix = at / (rows * columns), inside = at % (rows * columns);
            size_t row = inside / columns, column = inside % columns;
            assert_same_number(once[matrix * rows * columns + column * rows + row],
                               entries[at]);
        }
        assert_null(apply_array(&a, array_transpose, &between, 1, &s, twice));
        assert_memory_equal(twice, entries, count * sizeof *twice);
    }
    arena_empty(&a);
}

static void test_blocks_fill_row_by_row(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, 1024);
    static const double numbers[] = {1, 2, 3, 4, 5, 6};
    const tensor parts[] = {{{2, {2, 1}}, numbers},
                            {{2, {2, 2}}, numbers + 2},
                            {{2, {1, 1}}, numbers},
                            {{2, {1, 2}}, numbers + 4}};
    const shape result = {2, {3, 3}};
    double out[9];
    assert_null(apply_array(&a, array_block, parts, 4, &result, out));
    assert_memory_equal(out, ((double[]){1, 3, 4, 2, 5, 6, 1, 5, 6}), sizeof out);
    arena_empty(&a);
}

static void test_gather_and_place_by_hand(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, 1024);
    static const double numbers[] = {1, 2, 3, 4, 5, 6}, rows[] = {2, 2, 1},
                        columns[] = {3, 1};
    const shape matrix = {2, {2, 3}}, picked = {2, {3, 2}};
    const tensor from = {matrix, numbers}, i = {{2, {3, 1}}, rows},
                 j = {{2, {1, 2}}, columns}, added = {picked, numbers};
    double out[6];
    assert_null(apply_array(&a, array_gather, (tensor[]){from, i, j}, 3, &picked, out));
    assert_memory_equal(out, ((double[]){6, 4, 6, 4, 3, 1}), sizeof out);
    assert_null(
        apply_array(&a, array_place, (tensor[]){added, from, i, j}, 4, &matrix, out));
    assert_memory_equal(out, ((double[]){6, 0, 5, 6, 0, 4}), sizeof out);
    arena_empty(&a);
}

/* <gather(a, i, j), b> = <a, place(b, a, i, j)> for all a and b. */
static void test_place_is_the_transpose_of_gather(void **state)
{
    (void)state;
    limits l = {0};
    arena scratch;
    arena_init(&scratch, &l, 1024);
    dice d = {3};
    for (int turn = 0; turn < 50; turn++) {
        shape s = {2, {1 + dice_below(&d, 5), 1 + dice_below(&d, 5)}};
        shape picked = {2, {1 + dice_below(&d, 5), 1 + dice_below(&d, 5)}};
        double a[25], b[25], rows[5], columns[5], gathered[25], placed[25];
        fill(&d, a, shape_count(&s));
        fill(&d, b, shape_count(&picked));
        for (size_t k = 0; k < picked.size[0]; k++)
            rows[k] = (double)(1 + dice_below(&d, s.size[0]));
        for (size_t k = 0; k < picked.size[1]; k++)
            columns[k] = (double)(1 + dice_below(&d, s.size[1]));
        tensor from = {s, a}, i = {{2, {picked.size[0], 1}}, rows},
               j = {{2, {picked.size[1], 1}}, columns}, added = {picked, b};
        assert_null(apply_array(&scratch, array_gather, (tensor[]){from, i, j}, 3,
                                &picked, gathered));
        assert_null(apply_array(&scratch, array_place, (tensor[]){added, from, i, j}, 4,
                                &s, placed));
        assert_close(product(gathered, b, shape_count(&picked)),
                     product(a, placed, shape_count(&s)), 1e-12);
    }
    arena_empty(&scratch);
}

static void test_places_out_of_range(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, 1024);
    static const double numbers[] = {1, 2, 3, 4, 5, 6}, one = 1;
    static const double bad[] = {0, -1, 1.5, 4, 1e300, INFINITY, -INFINITY, NAN};
    const shape number = shape_number(), matrix = {2, {3, 2}};
    const tensor from = {matrix, numbers}, fine = {number, &one};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        const tensor wrong = {number, &bad[k]};
        double out[6];
        const char *row =
            apply_array(&a, array_gather, (tensor[]){from, wrong, fine}, 3, &number, out);
        const char *column =
            apply_array(&a, array_gather, (tensor[]){from, fine, wrong}, 3, &number, out);
        assert_non_null(strstr(row, "row"));
        assert_non_null(strstr(row, "1 to 3"));
        assert_non_null(strstr(column, "column"));
        assert_non_null(strstr(column, "1 to 2"));
        assert_string_equal(row, apply_array(&a, array_place,
                                             (tensor[]){fine, from, wrong, fine}, 4,
                                             &matrix, out));
        assert_string_equal(column, apply_array(&a, array_place,
                                                (tensor[]){fine, from, fine, wrong}, 4,
                                                &matrix, out));
    }
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
        cmocka_unit_test(test_shapes_broadcast),
        cmocka_unit_test(test_shapes_broadcast_in_place),
        cmocka_unit_test(test_expand_by_hand),
        cmocka_unit_test(test_collect_by_hand),
        cmocka_unit_test(test_collect_is_the_transpose_of_expand),
        cmocka_unit_test(test_transpose_moves_the_last_two_axes),
        cmocka_unit_test(test_blocks_fill_row_by_row),
        cmocka_unit_test(test_gather_and_place_by_hand),
        cmocka_unit_test(test_place_is_the_transpose_of_gather),
        cmocka_unit_test(test_places_out_of_range),
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
