#include "tensor/triangle.h"

#include "tensor/blas.h"
#include "tensor/loops.h"

static void divide_row(double *row, double divisor, size_t columns)
{
    for (size_t j = 0; j < columns; j++)
        row[j] /= divisor;
}

/* Row i of X is final when the rows before it are, in the order of substitution. Row i of
 * the stored triangle is read at that time: what it says about the rows before (T as
 * stored) or about those to come (T transposed). */
static void substitute(limits *l, const triangle *t, double *b, size_t columns)
{
    progress p = {l, 0};
    bool forward = t->upper == t->transposed;
    for (size_t step = 0; step < t->n; step++) {
        size_t i = forward ? step : t->n - 1 - step;
        const double *row = t->entries + i * t->stride;
        size_t first = t->upper ? i + 1 : 0, last = t->upper ? t->n : i;
        if (!t->transposed)
            for (size_t k = first; k < last; k++)
                row_subtract(b + i * columns, row[k], b + k * columns, columns);
        if (!t->unit)
            divide_row(b + i * columns, row[i], columns);
        if (t->transposed)
            for (size_t k = first; k < last; k++)
                row_subtract(b + k * columns, row[k], b + i * columns, columns);
        progress_advance(&p, (last - first) * columns);
    }
}

/* The same for one column, along the rows of T: as fast as they can be read. */
static void substitute_vector(limits *l, const triangle *t, double *x)
{
    progress p = {l, 0};
    bool forward = t->upper == t->transposed;
    for (size_t step = 0; step < t->n; step++) {
        size_t i = forward ? step : t->n - 1 - step;
        const double *row = t->entries + i * t->stride;
        size_t first = t->upper ? i + 1 : 0, count = t->upper ? t->n - 1 - i : i;
        if (!t->transposed)
            x[i] -= row_dot(row + first, x + first, count);
        if (!t->unit)
            x[i] /= row[i];
        if (t->transposed)
            row_subtract(x + first, x[i], row + first, count);
        progress_advance(&p, count);
    }
}

static bool wants_blas(size_t n, size_t columns)
{
    static const double blas_from = 2 * 64 * 64 * 64;
    return (double)n * (double)n * (double)columns > blas_from && n <= BLAS_MAX_SIZE &&
           columns <= BLAS_MAX_SIZE && blas_available();
}

void triangle_solve(limits *l, const triangle *t, double *b, size_t columns)
{
    if (columns == 1)
        substitute_vector(l, t, b);
    else if (wants_blas(t->n, columns))
        blas_solve_triangle(l, t, b, columns);
    else
        substitute(l, t, b, columns);
}
