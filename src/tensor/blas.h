/* Products and factorizations of large matrices by OpenBLAS, which is loaded when they
 * are first wanted: the only file that knows it. Where it is missing, product.c and
 * factor.c do without, more slowly.
 *
 * Loading takes 2 ms, twice what nabla needs to start: callers ask only when their own
 * code would take a good part of that. Which code computes a result thus depends on its
 * size alone, and what was computed before does not change its last digits.
 *
 * Matrices are stored row by row; `stride` is the distance from one row to the next.
 * Long computations are cut into slabs of some 50 ms on a slow machine, with a poll
 * before each. What they write to is half done on escape. No size may exceed
 * BLAS_MAX_SIZE. */
#ifndef NABLA_TENSOR_BLAS_H
#define NABLA_TENSOR_BLAS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/limits.h"
#include "tensor/triangle.h"

enum { BLAS_MAX_SIZE = INT_MAX };

/* Whether OpenBLAS is there. The first call loads it, so a sandbox calls it before it
 * locks. The other functions may only be called after it has said yes.
 *
 * Loading starts a thread for each further processor. They are born with all signals
 * blocked, so that Ctrl-C reaches the main thread. */
bool blas_available(void);

/* For tests: false makes the library missing until true brings it back. */
void blas_use(bool use);

/* For tests: how many multiplications make a slab, so that small problems have several;
 * 0 restores what it was. */
void blas_cut(double multiplications);

typedef struct blas_product {
    size_t rows, inner, columns;
    const double *a, *b; /* rows×inner and inner×columns as they enter the product */
    size_t a_stride, b_stride;
    bool a_transposed, b_transposed; /* stored as inner×rows, as columns×inner */
    double scale;
} blas_product;

/* out = scale A B, or out += scale A B where `add` is set. */
void blas_multiply(limits *l, const blas_product *p, bool add, double *out,
                   size_t out_stride);

/* out = M x for a rows×columns matrix, or M' x where `transposed` is set. It pays where
 * memory can be read faster by several processors. */
void blas_multiply_vector(limits *l, const double *matrix, size_t rows, size_t columns,
                          bool transposed, const double *x, double *out);

/* Solves T X = B in place, B n×columns. */
void blas_solve_triangle(limits *l, const triangle *t, double *b, size_t columns);

/* LU factorization with partial pivoting, in place: A = (L U)' Q, where the lower
 * triangle of the result is U', the upper one L' with ones for a diagonal, and Q
 * exchanges columns k and swaps[k] - 1 of what is before it, for k from n - 1 down to 0.
 * That is how LAPACK's factorization of A' reads row by row. Zero pivots are left
 * standing. Entries are finite, and not so large that they cease to be.
 *
 * source  LAPACK dgetrf; blocks as in Golub, Van Loan, "Matrix Computations" (4th
 *         edition), section 3.4 */
void blas_factorize(limits *l, double *matrix, size_t n, int *swaps);

/* An estimate, mostly exact, of 1 / (|A| |A^-1|) in the 1-norm, from the result of
 * blas_factorize and the norm of A, which is finite. `work` has 4 n entries, `places` n.
 * In one piece, as it takes some n^2 operations.
 *
 * source  LAPACK dgecon; Higham, "FORTRAN codes for estimating the one-norm" (1988) */
double blas_reciprocal_condition(const double *factors, size_t n, double norm,
                                 double *work, int *places);

/* L with L L' = A in place, from and into the lower triangle; the upper one is not read
 * and undefined afterwards. False where A is not positive definite; a nan may go
 * unnoticed but shows on the diagonal of L.
 *
 * source  LAPACK dpotrf; blocks as in Golub, Van Loan, section 4.2 */
bool blas_cholesky(limits *l, double *matrix, size_t n);

#endif
