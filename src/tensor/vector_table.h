/* Inside tensor: the kernels for each kind of vector. */
#ifndef NABLA_TENSOR_VECTOR_TABLE_H
#define NABLA_TENSOR_VECTOR_TABLE_H

#include <stdbool.h>

#include "tensor/vector.h"

/* Puts what there is for the processor's vectors into the table, by kernel_id. `library`
 * is libmvec, or NULL. */
void vector_fill_avx2(kernel **table, void *library);
void vector_fill_avx512(kernel **table, void *library);

#endif
