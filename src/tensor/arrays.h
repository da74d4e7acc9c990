/* Operations that move entries about or sum them. All are linear in the entries that they
 * read and write. */
#ifndef NABLA_TENSOR_ARRAYS_H
#define NABLA_TENSOR_ARRAYS_H

#include "tensor/tensor.h"

/* One application: operands whose shapes fit, by the shape rule of the operation, and
 * room for the result. */
typedef struct array_call {
    arena *scratch;
    const tensor *operands;
    size_t count;
    shape result;
    double *out;         /* shape_count(&result) entries */
    const char *problem; /* set where a value does not fit: an index out of range */
} array_call;

/* False with a problem; `out` is undefined then. */
typedef bool array_kernel(array_call *call);

/* (a, like): `a` stretched to the shape of `like`. */
array_kernel array_expand;

/* (a, like): `a` summed to the shape of the result, the transpose of array_expand. */
array_kernel array_collect;

/* (a): the last two axes swapped. */
array_kernel array_transpose;

/* (a, b, …): matrices side by side, a new row of them whenever the result is full wide.
 */
array_kernel array_block;

/* (a, i, j): rows i and columns j of a matrix, counted from 1. */
array_kernel array_gather;

/* (a, like, i, j): zeros like `like` with `a` added at rows i and columns j: the
 * transpose of array_gather. */
array_kernel array_place;

#endif
