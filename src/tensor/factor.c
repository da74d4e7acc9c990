#include "tensor/factor.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tensor/blas.h"
#include "tensor/loops.h"
#include "tensor/triangle.h"

/* Elimination works on the columns of A', which are the rows of A and lie in one piece:
 * S A' = L U with exchanges S, L with ones on its diagonal and entries up to 1 in size.
 * So `lu` holds U' in its lower triangle and L' above the diagonal, as LAPACK leaves it.
 */
struct factorization {
    size_t n;
    double *lu;
    int *swaps;        /* S exchanges k and swaps[k] - 1, for k = 0, 1, … */
    double mantissa;   /* determinant = mantissa * 2^exponent; the mantissa is 0, */
    int exponent;      /* nan, infinite, or 0.5 to 1 in size */
    double reciprocal; /* of the condition */
    double *columns;   /* room for computing the condition: COLUMNS n entries */
    int *places;       /* and n places */
};

enum { COLUMNS = 8 };

/* ---- Elimination ---- */

static size_t place_of_largest(const double *row, size_t from, size_t n)
{
    size_t place = from;
    for (size_t j = from + 1; j < n; j++)
        if (fabs(row[j]) > fabs(row[place]))
            place = j;
    return place;
}

static void swap_columns(double *matrix, size_t n, size_t one, size_t other)
{
    for (size_t i = 0; i < n; i++) {
        double moved = matrix[i * n + one];
        matrix[i * n + one] = matrix[i * n + other];
        matrix[i * n + other] = moved;
    }
}

/* What blas_factorize does. */
static void eliminate(limits *l, double *lu, size_t n, int *swaps)
{
    progress p = {l, 0};
    for (size_t k = 0; k < n; k++) {
        double *row = lu + k * n;
        size_t pivot = place_of_largest(row, k, n);
        swaps[k] = (int)pivot + 1;
        if (pivot != k)
            swap_columns(lu, n, k, pivot);
        if (row[k] == 0)
            continue; /* so are the entries after it */
        for (size_t j = k + 1; j < n; j++)
            row[j] /= row[k];
        for (size_t i = k + 1; i < n; i++)
            row_subtract(lu + i * n + k + 1, lu[i * n + k], row + k + 1, n - k - 1);
        progress_advance(&p, (n - k) * (n - k));
    }
}

/* ---- The determinant ---- */

/* mantissa * 2^exponent *= factor, which neither overflows nor underflows. */
static void scale_determinant(factorization *f, double by)
{
    int shift = 0, carry = 0;
    f->mantissa *= frexp(by, &shift);
    f->mantissa = frexp(f->mantissa, &carry);
    f->exponent = isfinite(f->mantissa) ? f->exponent + shift + carry : 0;
}

static void multiply_pivots(factorization *f)
{
    f->mantissa = 1;
    f->exponent = 0;
    for (size_t k = 0; k < f->n; k++) {
        double pivot = f->lu[k * f->n + k];
        scale_determinant(f, f->swaps[k] == (int)k + 1 ? pivot : -pivot);
    }
    if (f->mantissa == 0)
        f->mantissa = 0; /* not -0 */
}

static bool are_integers(const double *entries, size_t count)
{
    static const double shift = 0x1.8p52; /* beyond it there are only integers */
    for (size_t i = 0; i < count; i++)
        if (entries[i] + shift - shift != entries[i])
            return false;
    return true;
}

/* How far the product of the pivots may be from the determinant.
 *
 * The factors are those of a matrix A + E, where |E| <= g |U'| |L'| with g = n u: its
 * rows are as long as those of |U'| |L'|, times g. The determinant being linear in each
 * row, and at most the product of their lengths (Hadamard), E changes it by (1 + g)^n - 1
 * times the product of these lengths. Forming the product adds n u of it. Twice n (n + 1)
 * u also covers what has been left out.
 *
 * source  Higham, "Accuracy and Stability of Numerical Algorithms" (2002), theorem 9.3 */
static double determinant_error(const factorization *f)
{
    size_t n = f->n;
    double *lengths = f->columns; /* of the rows of L' */
    double product = 1;
    for (size_t k = 0; k < n; k++) {
        const double *row = f->lu + k * n;
        lengths[k] = sqrt(1 + row_dot(row + k + 1, row + k + 1, n - k - 1));
        double length = 0;
        for (size_t i = 0; i <= k; i++)
            length += fabs(row[i]) * lengths[i];
        product *= length;
    }
    return product * (double)(n * (n + 1)) * DBL_EPSILON;
}

/* The determinant of integers is one: where the error is below a half, the nearest. If
 * that is 0, a pivot would be, had there been no rounding: the last one, which depends on
 * all the others. */
static void round_determinant(factorization *f)
{
    if (f->mantissa == 0 || !(determinant_error(f) < 0.5))
        return;
    double whole = round(ldexp(f->mantissa, f->exponent));
    f->mantissa = frexp(whole, &f->exponent);
    if (whole == 0)
        f->mantissa = f->lu[f->n * f->n - 1] = 0;
}

double factor_determinant(const factorization *f)
{
    return ldexp(f->mantissa, f->exponent);
}

double factor_log_determinant(const factorization *f, double *sign)
{
    static const double log_2 = 0.693147180559945309417232121458176568;
    *sign = f->mantissa > 0 ? 1 : f->mantissa < 0 ? -1 : fabs(f->mantissa);
    /* Near 1 the two parts would cancel. */
    if (abs(f->exponent) < DBL_MAX_EXP - 8)
        return log(fabs(ldexp(f->mantissa, f->exponent)));
    return log(fabs(f->mantissa)) + f->exponent * log_2;
}

/* ---- Solving ---- */

void factor_solve(limits *l, const factorization *f, bool transposed, double *b,
                  size_t columns)
{
    size_t n = f->n;
    triangle lower = {.entries = f->lu, .n = n, .stride = n, .transposed = transposed};
    triangle upper = lower;
    upper.upper = upper.unit = true;
    if (transposed) { /* A' = S' L U */
        for (size_t k = 0; k < n; k++)
            if (f->swaps[k] != (int)k + 1)
                row_swap(b + k * columns, b + (size_t)(f->swaps[k] - 1) * columns,
                         columns);
        triangle_solve(l, &upper, b, columns);
        triangle_solve(l, &lower, b, columns);
        return;
    }
    triangle_solve(l, &lower, b, columns); /* A = U' L' S */
    triangle_solve(l, &upper, b, columns);
    for (size_t k = n; k-- > 0;)
        if (f->swaps[k] != (int)k + 1)
            row_swap(b + k * columns, b + (size_t)(f->swaps[k] - 1) * columns, columns);
}

/* ---- The condition ---- */

/* nan where one is. */
static double larger(double a, double b)
{
    return isnan(a) || a > b ? a : b;
}

/* The largest sum of sizes in a column of a rows×columns matrix; `sums` has room for
 * them. nan where an entry is. */
static double largest_column(const double *matrix, size_t rows, size_t columns,
                             double *sums)
{
    memset(sums, 0, columns * sizeof *sums);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            sums[j] += fabs(matrix[i * columns + j]);
    double largest = 0;
    for (size_t j = 0; j < columns; j++)
        largest = larger(largest, sums[j]);
    return largest;
}

static double norm_of_inverse(limits *l, factorization *f)
{
    double largest = 0;
    for (size_t first = 0; first < f->n; first += COLUMNS) {
        size_t count = smaller_size(COLUMNS, f->n - first);
        memset(f->columns, 0, f->n * count * sizeof *f->columns);
        for (size_t j = 0; j < count; j++)
            f->columns[(first + j) * count + j] = 1;
        factor_solve(l, f, false, f->columns, count);
        double sums[COLUMNS];
        largest = larger(largest, largest_column(f->columns, f->n, count, sums));
    }
    return largest;
}

static bool has_zero_pivot(const factorization *f)
{
    return f->mantissa == 0;
}

/* 1 / (|A| |A^-1|), `norm` being |A|: at most 1, 0 where A has no inverse that is finite.
 */
static double reciprocal_condition(limits *l, factorization *f, double norm, bool lapack)
{
    if (!isfinite(norm))
        return NAN;
    if (has_zero_pivot(f))
        return 0;
    if (lapack)
        return blas_reciprocal_condition(f->lu, f->n, norm, f->columns, f->places);
    double reciprocal = 1 / norm / norm_of_inverse(l, f);
    return isnan(reciprocal) ? 0 : reciprocal;
}

bool factor_is_singular(const factorization *f)
{
    static const double smallest = 1e-15;
    return f->reciprocal < smallest;
}

/* ---- Making one ---- */

/* LAPACK may lose its way among nan, so it gets finite matrices whose elimination stays
 * finite. */
static bool wants_lapack(size_t n, double norm)
{
    enum { LAPACK_FROM = 64 };
    return n >= LAPACK_FROM && n <= BLAS_MAX_SIZE && norm < 1e200 && blas_available();
}

static void factorize(limits *l, factorization *f, const double *matrix)
{
    size_t n = f->n;
    double norm = largest_column(matrix, n, n, f->columns);
    bool lapack = wants_lapack(n, norm);
    memcpy(f->lu, matrix, n * n * sizeof *f->lu);
    if (lapack)
        blas_factorize(l, f->lu, n, f->swaps);
    else
        eliminate(l, f->lu, n, f->swaps);
    multiply_pivots(f);
    if (!lapack && are_integers(matrix, n * n))
        round_determinant(f);
    f->reciprocal = reciprocal_condition(l, f, norm, lapack);
}

/* Room for n×n, where there has been room for old×old. */
static void make_room(arena *a, factorization *f, size_t old, size_t n)
{
    size_t entry = sizeof(double), count = limits_product(a->limits, n, n);
    f->lu =
        arena_grow(a, f->lu, old * old * entry, limits_product(a->limits, count, entry));
    f->columns = arena_grow(a, f->columns, COLUMNS * old * entry, COLUMNS * n * entry);
    f->swaps = arena_grow(a, f->swaps, old * sizeof(int), n * sizeof(int));
    f->places = arena_grow(a, f->places, old * sizeof(int), n * sizeof(int));
}

factorization *factor_make(arena *a, const double *matrix, size_t n)
{
    factorization *f = ARENA_NEW(a, factorization);
    make_room(a, f, 0, n);
    f->n = n;
    factorize(a->limits, f, matrix);
    return f;
}

/* ---- Remembering ---- */

static bool is_same(const double *a, const double *b, size_t n)
{
    return memcmp(a, b, n * n * sizeof *a) == 0;
}

/* 0 and -0 differ; a nan is the same as itself. */
static bool has_same_bits(double a, double b)
{
    uint64_t one, other;
    memcpy(&one, &a, sizeof one);
    memcpy(&other, &b, sizeof other);
    return one == other;
}

static bool is_transposed(const double *a, const double *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            if (!has_same_bits(a[i * n + j], b[j * n + i]))
                return false;
    return true;
}

static void use_first(factor_cache *c, int slot)
{
    if (slot == 0)
        return;
    struct factor_slot used = c->slots[1];
    c->slots[1] = c->slots[0];
    c->slots[0] = used;
}

/* On escape the slot holds nothing. */
static void fill_slot(arena *a, struct factor_slot *slot, const double *matrix, size_t n)
{
    slot->n = 0;
    if (slot->factor == NULL)
        slot->factor = ARENA_NEW(a, factorization);
    if (n > slot->room) {
        size_t entry = sizeof *matrix, count = limits_product(a->limits, n, n);
        slot->matrix = arena_grow(a, slot->matrix, slot->room * slot->room * entry,
                                  limits_product(a->limits, count, entry));
        make_room(a, slot->factor, slot->room, n);
        slot->room = n;
    }
    memcpy(slot->matrix, matrix, n * n * sizeof *matrix);
    slot->factor->n = n;
    factorize(a->limits, slot->factor, matrix);
    slot->n = n;
}

const factorization *factor_cached(factor_cache *c, arena *a, const double *matrix,
                                   size_t n, bool *transposed)
{
    *transposed = false;
    if (c == NULL)
        return factor_make(a, matrix, n);
    for (int slot = 0; slot < 2; slot++) {
        if (c->slots[slot].n != n)
            continue;
        if (!is_same(matrix, c->slots[slot].matrix, n)) {
            if (!is_transposed(matrix, c->slots[slot].matrix, n))
                continue;
            *transposed = true;
        }
        use_first(c, slot);
        return c->slots[0].factor;
    }
    fill_slot(a, &c->slots[1], matrix, n);
    use_first(c, 1);
    c->made++;
    return c->slots[0].factor;
}
