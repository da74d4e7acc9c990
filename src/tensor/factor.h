/* Factorizations of square matrices: what determinants, inverses, linear equations and
 * their gradients are computed from. Matrices are n×n, n at least 1, row by row. */
#ifndef NABLA_TENSOR_FACTOR_H
#define NABLA_TENSOR_FACTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* ---- Triangles: A = L U up to a permutation ---- */

/* A as the product of a lower triangle, an upper one and a permutation, by elimination
 * with partial pivoting; with its determinant and its condition.
 *
 * source  Golub, Van Loan, "Matrix Computations" (4th edition), section 3.4 */
typedef struct factorization factorization;

/* The factorization of a matrix; lives in `a`. Never fails: singular matrices have one
 * too, and those with nan or infinite entries have one with nan. Polls the limits of `a`
 * about every 50 ms. From 64×64 on by LAPACK where it is installed. */
factorization *factor_make(arena *a, const double *matrix, size_t n);

/* Whether results would have no correct digit: 1 / (|A| |A^-1|) in the 1-norm is below
 * 1e-15. False where an entry is nan or infinite; results are nan then. */
bool factor_is_singular(const factorization *f);

/* It overflows to infinity and underflows to 0 only where the determinant itself does;
 * else it is 0 only if a pivot is. That of a small matrix of small integers (up to
 * 7×7 of one digit) is exact. */
double factor_determinant(const factorization *f);

/* log|det A|, which does not overflow, and the sign of det A: -1, 0 (then it is -inf) or
 * 1; both nan where entries are. */
double factor_log_determinant(const factorization *f, double *sign);

/* Solves A X = B, or A' X = B where `transposed` is set, in place.
 *
 * b      n×columns, row by row
 *
 * Where A is singular, entries are huge, infinite or nan. Allocates nothing; polls `l`
 * about every 50 ms, and on escape `b` is half done. */
void factor_solve(limits *l, const factorization *f, bool transposed, double *b,
                  size_t columns);

/* ---- Remembering them ---- */

/* The last two factorizations, recognized by the entries of the matrix, so that a
 * determinant, an inverse and their gradients factorize it once. All zero is an empty
 * one. It has copies of its own in the arena given, always the same one: to be set to
 * zero when that is emptied. Memory is taken again for what comes next, so that it grows
 * with the largest matrix and not with their number. */
typedef struct factor_cache {
    struct factor_slot {
        size_t n;       /* 0: holds nothing */
        size_t room;    /* largest n that there is memory for */
        double *matrix; /* as given */
        factorization *factor;
    } slots[2];  /* the one used last comes first */
    size_t made; /* how many matrices have been factorized */
} factor_cache;

/* The factorization of a matrix or of its transpose (then *transposed is set): a
 * remembered one where all entries are the same, else made in `a` and remembered. It is
 * good until two other matrices have been factorized. Whether that of the transpose is
 * singular is judged by rows instead of columns. `c` may be NULL: nothing is
 * remembered. */
const factorization *factor_cached(factor_cache *c, arena *a, const double *matrix,
                                   size_t n, bool *transposed);

/* ---- Others ---- */

/* Lower L with L L' = (M + M')/2 and zeros above the diagonal.
 *
 * out    n×n; may be `matrix`
 * fails  false if (M + M')/2 is not positive definite or has nan; `out` is undefined then
 * source Golub, Van Loan, section 4.2
 *
 * Polls as factor_solve. */
bool factor_cholesky(limits *l, const double *matrix, size_t n, double *out);

/* The cofactors d det M / d M_ij, for singular matrices of any rank too: cof M = det(M)
 * M^-T where M is regular.
 *
 * a      for what is needed while computing
 * out    n×n; may be `matrix`
 * source Stewart, "On the adjugate matrix" (1998): it is multiplicative, so a product of
 *        well-conditioned matrices and a diagonal one gives it without division */
void factor_cofactors(arena *a, const double *matrix, size_t n, double *out);

/* How they change along a direction: d/dt cof(M + t D) at t = 0, for singular matrices of
 * any rank too. `out` may be `matrix` or `direction`. */
void factor_cofactors_along(arena *a, const double *matrix, const double *direction,
                            size_t n, double *out);

#endif
