/* Stretching arrays to a larger shape, and summing them back to a smaller one. Axes are
 * aligned from the last one; an axis of size 1, or one that is missing, stretches. */
#ifndef NABLA_TENSOR_BROADCAST_H
#define NABLA_TENSOR_BROADCAST_H

#include "tensor/tensor.h"

/* Fills `out`, of shape `wide`, with the entries of `a`, whose shape broadcasts to it. */
void broadcast_expand(const tensor *a, const shape *wide, double *out);

/* The same for `count` entries of the wide array from entry `from` on. */
void broadcast_part(const tensor *a, const shape *wide, size_t from, size_t count,
                    double *out);

/* Sums the entries of `a` into `out`, of shape `narrow`, which broadcasts to that of `a`:
 * the transpose of broadcast_expand. */
void broadcast_collect(const tensor *a, const shape *narrow, double *out);

#endif
