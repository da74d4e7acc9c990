/* Values: dense arrays of double, row by row. */
#ifndef NABLA_TENSOR_TENSOR_H
#define NABLA_TENSOR_TENSOR_H

#include "tensor/shape.h"

typedef struct tensor {
    shape shape;
    const double *entries; /* shape_count(&shape) of them */
} tensor;

/* A 1×1 tensor in `a`. */
tensor tensor_number(arena *a, double value);

/* A copy in `a` of `entries`, which are shape_count(s) numbers. */
tensor tensor_copy(arena *a, const shape *s, const double *entries);

#endif
