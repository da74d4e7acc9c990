/* tensor: kernels by vector instructions against those by libm. */
#include <math.h>
#include <string.h>

#include <dlfcn.h>

#include "support.h"
#include "tensor/vector_table.h"

enum { ENTRIES = 400 };

static const struct {
    kernel_id id;
    const char *name;
    kernel *plain;
} rows[] = {
#define ROW(name, operand_count, expression) {KERNEL_##name, #name, kernel_##name},
    KERNELS(ROW)
#undef ROW
};
enum { ROWS = sizeof rows / sizeof *rows };

/* Every vector set that this processor has: the tables of its kernels, NULL where there
 * is none. */
static size_t tables_here(kernel *tables[2][KERNEL_COUNT])
{
    size_t count = 0;
#if defined __x86_64__
    void *library = dlopen("libmvec.so.1", RTLD_LAZY | RTLD_LOCAL);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        vector_fill_avx2(tables[count++], library);
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
        vector_fill_avx512(tables[count++], library);
#endif
    (void)tables;
    return count;
}

/* All pairs of special values, then random ones of all sizes. */
static void fill_operands(double operands[3][ENTRIES])
{
    static const double special[] = {0,        -0.0,      1,     -1,     2,      0.5,
                                     INFINITY, -INFINITY, NAN,   5e-324, 1e-310, 1e308,
                                     -1e308,   -1e-310,   709.5, -745.2, 20};
    enum { SPECIAL = sizeof special / sizeof *special };
    dice d = {5};
    for (size_t i = 0; i < ENTRIES; i++) {
        double size = pow(10, dice_between(&d, -8, 3));
        bool is_special = i < SPECIAL * SPECIAL;
        operands[0][i] =
            is_special ? special[i / SPECIAL] : dice_between(&d, -1, 1) * size;
        operands[1][i] = is_special ? special[i % SPECIAL] : dice_between(&d, -3, 3);
        operands[2][i] = dice_between(&d, -1, 1);
    }
}

/* In units in the last place of what is wanted. */
static double distance(double got, double wanted)
{
    if (isnan(wanted) || isnan(got))
        return isnan(wanted) && isnan(got) ? 0 : INFINITY;
    if (got == wanted)
        return signbit(got) == signbit(wanted) ? 0 : INFINITY;
    double size = fabs(wanted);
    return isinf(size) ? INFINITY
                       : fabs(got - wanted) / (nextafter(size, INFINITY) - size);
}

static void check_row(size_t row, kernel *fast, double operands[3][ENTRIES])
{
    const double *from[3] = {operands[0], operands[1], operands[2]};
    double wanted[ENTRIES], got[ENTRIES + 1];
    rows[row].plain(ENTRIES, wanted, from);
    fast(ENTRIES, got, from);
    for (size_t i = 0; i < ENTRIES; i++) {
        if (distance(got[i], wanted[i]) <= 4)
            continue;
        print_error("%s of %g, %g, %g is %.17g, wanted %.17g\n", rows[row].name,
                    from[0][i], from[1][i], from[2][i], got[i], wanted[i]);
        fail();
    }
    /* Any number of entries from anywhere: the same, and nothing behind is touched. */
    for (size_t begin = 0; begin < 9; begin++)
        for (size_t count = 0; count < 20; count++) {
            const double *part[3] = {from[0] + begin, from[1] + begin, from[2] + begin};
            double few[21];
            few[count] = 42;
            fast(count, few, part);
            assert_memory_equal(few, got + begin, count * sizeof *few);
            assert_same_number(few[count], 42);
        }
    /* In place. */
    double own[ENTRIES];
    memcpy(own, operands[0], sizeof own);
    from[0] = own;
    fast(ENTRIES, own, from);
    assert_memory_equal(own, got, sizeof own);
}

static void test_they_agree_with_libm(void **state)
{
    (void)state;
    kernel *tables[2][KERNEL_COUNT] = {0};
    static double operands[3][ENTRIES];
    fill_operands(operands);
    size_t count = tables_here(tables);
    for (size_t t = 0; t < count; t++)
        for (size_t row = 0; row < ROWS; row++)
            if (tables[t][rows[row].id] != NULL)
                check_row(row, tables[t][rows[row].id], operands);
}

/* Arithmetic and comparisons are not rounded otherwise. */
static void test_arithmetic_is_the_same(void **state)
{
    (void)state;
    static const kernel_id same[] = {KERNEL_plus, KERNEL_times, KERNEL_over, KERNEL_sqrt,
                                     KERNEL_less, KERNEL_max,   KERNEL_where};
    static double operands[3][ENTRIES];
    fill_operands(operands);
    const double *from[3] = {operands[0], operands[1], operands[2]};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        double wanted[ENTRIES], got[ENTRIES];
        vector_kernel(same[i], 1)(ENTRIES, wanted, from);
        vector_kernel(same[i], ENTRIES)(ENTRIES, got, from);
        for (size_t k = 0; k < ENTRIES; k++)
            assert_same_number(got[k], wanted[k]);
    }
}

static void test_every_kernel_has_one(void **state)
{
    (void)state;
    for (size_t row = 0; row < ROWS; row++) {
        assert_ptr_equal(vector_kernel(rows[row].id, VECTOR_FROM - 1), rows[row].plain);
        assert_non_null(vector_kernel(rows[row].id, VECTOR_FROM));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_they_agree_with_libm),
        cmocka_unit_test(test_arithmetic_is_the_same),
        cmocka_unit_test(test_every_kernel_has_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
