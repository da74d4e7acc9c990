/* The kernels of kernels.h by vector instructions, where the processor has them: AVX-512,
 * or AVX2. Functions such as exp come from libmvec, the vector part of glibc's libm,
 * which is loaded when the first array is computed; where it is missing, as on other
 * machines, kernels.h does all.
 *
 * Arithmetic, comparisons and choices give the same bits. Functions are within 4 units in
 * the last place of kernels.h (measured, with the same nan, infinities and signed zeros),
 * and give the same for the same entry wherever it stands in an array.
 *
 * source  libmvec: sourceware.org/glibc/wiki/libmvec. Measured here, exp takes 1.0 ns by
 *         AVX-512 and 1.3 by AVX2, and 5.3 by libm; tanh 2.0, 2.9 and 14.9 */
#ifndef NABLA_TENSOR_VECTOR_H
#define NABLA_TENSOR_VECTOR_H

#include "tensor/kernels.h"

/* Arrays of so many entries are worth it. Smaller ones have the values of libm, as
 * numbers do. */
enum { VECTOR_FROM = 64 };

/* The kernel for an array of `count` entries, of which it may be given some at a time. */
kernel *vector_kernel(kernel_id id, size_t count);

#endif
