/* See factor.h. */
#include <math.h>
#include <string.h>

#include "tensor/blas.h"
#include "tensor/factor.h"
#include "tensor/loops.h"

/* The lower triangle of (M + M')/2, zeros above. */
static void take_symmetric(const double *matrix, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double below = matrix[i * n + j], above = matrix[j * n + i];
            out[i * n + j] = below == above ? below : below / 2 + above / 2;
            if (j < i)
                out[j * n + i] = 0;
        }
}

/* Row by row: L_ij = (A_ij - Σ_k L_ik L_jk) / L_jj, and under a root where i = j. */
static bool take_roots(limits *l, double *lower, size_t n)
{
    progress p = {l, 0};
    for (size_t i = 0; i < n; i++) {
        double *row = lower + i * n;
        for (size_t j = 0; j < i; j++) {
            const double *above = lower + j * n;
            row[j] = (row[j] - row_dot(row, above, j)) / above[j];
            progress_advance(&p, j);
        }
        double square = row[i] - row_dot(row, row, i);
        if (!(square > 0))
            return false;
        row[i] = sqrt(square);
    }
    return true;
}

static bool take_roots_by_lapack(limits *l, double *lower, size_t n)
{
    if (!blas_cholesky(l, lower, n))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (isnan(lower[i * n + i]))
            return false;
        memset(lower + i * n + i + 1, 0, (n - i - 1) * sizeof *lower);
    }
    return true;
}

bool factor_cholesky(limits *l, const double *matrix, size_t n, double *out)
{
    enum { LAPACK_FROM = 64 };
    take_symmetric(matrix, n, out);
    if (n >= LAPACK_FROM && n <= BLAS_MAX_SIZE && blas_available())
        return take_roots_by_lapack(l, out, n);
    return take_roots(l, out, n);
}
