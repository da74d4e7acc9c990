/* Linear equations with a triangular matrix. */
#ifndef NABLA_TENSOR_TRIANGLE_H
#define NABLA_TENSOR_TRIANGLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/limits.h"

/* One triangle of an n×n matrix that is stored row by row; the other may hold anything.
 */
typedef struct triangle {
    const double *entries;
    size_t n, stride; /* from one row to the next */
    bool upper;       /* which triangle is stored */
    bool transposed;  /* T' is meant */
    bool unit;        /* the diagonal counts as ones and is not read */
} triangle;

/* Solves T X = B in place, B n×columns and row by row. A zero on the diagonal gives
 * infinities and nan. Allocates nothing; polls `l` about every 50 ms, and on escape `b`
 * is half done. Large ones by OpenBLAS where it is installed. */
void triangle_solve(limits *l, const triangle *t, double *b, size_t columns);

#endif
