/* The product of two matrices. */
#ifndef NABLA_TENSOR_PRODUCT_H
#define NABLA_TENSOR_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/limits.h"

typedef struct product_sizes {
    size_t rows, inner, columns;
    bool a_transposed, b_transposed;
} product_sizes;

/* out = A B: out[i][j] = Σ_k a[i][k] b[k][j].
 *
 * a      rows×inner, row by row; stored as inner×rows where a_transposed is set
 * b      inner×columns; stored as columns×inner where b_transposed is set
 * out    rows×columns, overwritten; overlaps neither
 *
 * Sums are IEEE's in some order of k: 0 * inf is nan also between many zeros. Nothing is
 * allocated. Polls `l` every 50 ms or more often; on escape `out` is half done.
 *
 * Up to 64×64×64 multiplications, or 2^22 with a vector, by loops of our own; beyond by
 * OpenBLAS where it is installed. */
void product_compute(limits *l, const product_sizes *s, const double *a, const double *b,
                     double *out);

#endif
