/* See factor.h.
 *
 * Elimination with complete pivoting gives M = P L D U Q, with permutations P and Q, a
 * diagonal D, and triangles L and U with ones on their diagonals and no entry above 1 in
 * size: well-conditioned whatever M is. The matrix of cofactors is multiplicative,
 * cof(A B) = cof(A) cof(B), and cof(A) = det(A) A^-T where A is regular, so that
 *
 *     cof M = det(P) det(Q) P L^-T cof(D) U^-T Q
 *
 * where cof(D) is diagonal: the products of all pivots but one, which need no division.
 * For the derivative, M + t E = P L (D + t X) U Q with X = L^-1 P' E Q' U^-1; only
 * cof(D + t X) depends on t, and its derivative has the products of all pivots but two.
 */
#include <math.h>
#include <string.h>

#include "tensor/factor.h"
#include "tensor/loops.h"
#include "tensor/triangle.h"

/* ---- Numbers that neither overflow nor underflow ---- */

/* mantissa * 2^exponent */
typedef struct scaled {
    double mantissa;
    int exponent;
} scaled;

static scaled scaled_times(scaled s, double by)
{
    int shift = 0, carry = 0;
    double mantissa = frexp(s.mantissa * frexp(by, &shift), &carry);
    return (scaled){mantissa, isfinite(mantissa) ? s.exponent + shift + carry : 0};
}

static double scaled_product(scaled a, scaled b, scaled c, double by)
{
    scaled whole = scaled_times(a, by);
    return ldexp(whole.mantissa * b.mantissa * c.mantissa,
                 whole.exponent + b.exponent + c.exponent);
}

/* ---- M = P L D U Q ---- */

typedef struct elimination {
    size_t n;
    double *ldu;            /* D on the diagonal, L below it, U above */
    size_t *rows, *columns; /* (L D U)_ij = M_rows[i],columns[j] */
    bool odd;               /* det(P) det(Q) is -1 */
    scaled *before, *after; /* products of the first i pivots, and of those from i on */
} elimination;

static void swap_places(size_t *places, size_t i, size_t j)
{
    size_t moved = places[i];
    places[i] = places[j];
    places[j] = moved;
}

/* Brings the largest entry of the rest to its corner (k, k). */
static void bring_pivot(elimination *e, size_t k)
{
    size_t n = e->n, row = k, column = k;
    double largest = -1;
    for (size_t i = k; i < n; i++)
        for (size_t j = k; j < n; j++) {
            double size = fabs(e->ldu[i * n + j]);
            if (size > largest) {
                largest = size;
                row = i;
                column = j;
            }
        }
    if (row != k) {
        row_swap(e->ldu + k * n, e->ldu + row * n, n);
        swap_places(e->rows, k, row);
        e->odd = !e->odd;
    }
    if (column != k) {
        for (size_t i = 0; i < n; i++)
            row_swap(e->ldu + i * n + k, e->ldu + i * n + column, 1);
        swap_places(e->columns, k, column);
        e->odd = !e->odd;
    }
}

static void clear_below(elimination *e, size_t k)
{
    size_t n = e->n;
    double *row = e->ldu + k * n;
    if (row[k] == 0)
        return; /* all that is left is 0 */
    for (size_t i = k + 1; i < n; i++) {
        double *below = e->ldu + i * n;
        below[k] /= row[k];
        row_subtract(below + k + 1, below[k], row + k + 1, n - k - 1);
    }
    for (size_t j = k + 1; j < n; j++)
        row[j] /= row[k];
}

static void multiply_pivots(elimination *e)
{
    size_t n = e->n;
    e->before[0] = e->after[n] = (scaled){1, 0};
    for (size_t i = 0; i < n; i++)
        e->before[i + 1] = scaled_times(e->before[i], e->ldu[i * n + i]);
    for (size_t i = n; i-- > 0;)
        e->after[i] = scaled_times(e->after[i + 1], e->ldu[i * n + i]);
}

static elimination eliminate(arena *a, const double *matrix, size_t n)
{
    size_t count = limits_product(a->limits, n, n);
    elimination e = {.n = n,
                     .ldu = ARENA_ARRAY(a, double, count),
                     .rows = ARENA_ARRAY(a, size_t, n),
                     .columns = ARENA_ARRAY(a, size_t, n),
                     .before = ARENA_ARRAY(a, scaled, n + 1),
                     .after = ARENA_ARRAY(a, scaled, n + 1)};
    memcpy(e.ldu, matrix, count * sizeof *matrix);
    for (size_t i = 0; i < n; i++)
        e.rows[i] = e.columns[i] = i;
    progress p = {a->limits, 0};
    for (size_t k = 0; k < n; k++) {
        bring_pivot(&e, k);
        clear_below(&e, k);
        progress_advance(&p, 2 * (n - k) * (n - k));
    }
    multiply_pivots(&e);
    return e;
}

/* ---- Between the triangles ---- */

static void transpose(double *matrix, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            row_swap(&matrix[i * n + j], &matrix[j * n + i], 1);
}

static void solve_lower(limits *l, const elimination *e, bool transposed, double *b)
{
    triangle lower = {.entries = e->ldu,
                      .n = e->n,
                      .stride = e->n,
                      .transposed = transposed,
                      .unit = true};
    triangle_solve(l, &lower, b, e->n);
}

static void solve_upper(limits *l, const elimination *e, bool transposed, double *b)
{
    triangle upper = {.entries = e->ldu,
                      .n = e->n,
                      .stride = e->n,
                      .upper = true,
                      .transposed = transposed,
                      .unit = true};
    triangle_solve(l, &upper, b, e->n);
}

/* out = det(P) det(Q) P L^-T C U^-T Q; C is overwritten. */
static void surround(limits *l, const elimination *e, double *c, double *out)
{
    size_t n = e->n;
    solve_lower(l, e, true, c);
    transpose(c, n); /* (C U^-T)' = U^-1 C' */
    solve_upper(l, e, false, c);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double entry = c[j * n + i];
            out[e->rows[i] * n + e->columns[j]] = e->odd ? -entry : entry;
        }
}

/* X' for X = L^-1 P' E Q' U^-1. */
static void bring_inside(limits *l, const elimination *e, const double *direction,
                         double *x)
{
    size_t n = e->n;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            x[i * n + j] = direction[e->rows[i] * n + e->columns[j]];
    solve_lower(l, e, false, x);
    transpose(x, n); /* (X U^-1)' = U^-T X' */
    solve_upper(l, e, true, x);
}

/* ---- Cofactors ---- */

void factor_cofactors(arena *a, const double *matrix, size_t n, double *out)
{
    elimination e = eliminate(a, matrix, n);
    double *c = ARENA_ARRAY(a, double, limits_product(a->limits, n, n));
    for (size_t i = 0; i < n; i++)
        c[i * n + i] = scaled_product(e.before[i], e.after[i + 1], (scaled){1, 0}, 1);
    surround(a->limits, &e, c, out);
}

/* The derivative of cof(D + t X), from X', in its place:
 *
 *     entry (i, i)   Σ_k X_kk times all pivots but i and k, over k ≠ i
 *     entry (i, j)   -X_ji times all pivots but i and j */
static void derive_inside(const elimination *e, double *x, double *diagonal)
{
    size_t n = e->n;
    memset(diagonal, 0, n * sizeof *diagonal);
    for (size_t i = 0; i < n; i++) {
        scaled between = {1, 0};
        for (size_t j = i + 1; j < n; j++) {
            scaled before = e->before[i], after = e->after[j + 1];
            double *above = &x[i * n + j], *below = &x[j * n + i];
            diagonal[i] += scaled_product(before, between, after, x[j * n + j]);
            diagonal[j] += scaled_product(before, between, after, x[i * n + i]);
            *above = -scaled_product(before, between, after, *above);
            *below = -scaled_product(before, between, after, *below);
            between = scaled_times(between, e->ldu[j * n + j]);
        }
    }
    for (size_t i = 0; i < n; i++)
        x[i * n + i] = diagonal[i];
}

void factor_cofactors_along(arena *a, const double *matrix, const double *direction,
                            size_t n, double *out)
{
    elimination e = eliminate(a, matrix, n);
    double *x = ARENA_ARRAY(a, double, limits_product(a->limits, n, n));
    bring_inside(a->limits, &e, direction, x);
    derive_inside(&e, x, ARENA_ARRAY(a, double, n));
    surround(a->limits, &e, x, out);
}
