/* Elementwise kernels: out[i] = f(operands[0][i], operands[1][i], …) for i < n.
 *
 * n         how many entries; each operand and `out` has as many
 * out       may be one of the operands
 * operands  one pointer per operand
 *
 * They follow IEEE arithmetic: log(-1) is nan, 1/0 is inf, nothing fails. Results are
 * within a few units in the last place of the true value also for huge and tiny
 * arguments. */
#ifndef NABLA_TENSOR_KERNELS_H
#define NABLA_TENSOR_KERNELS_H

#include <stddef.h>

typedef void kernel(size_t n, double *out, const double *const *operands);

/* The name of each, how many operands it has, and the expression that it computes, in
 * terms of a, b and c. */
/* clang-format off */
#define KERNELS(X)                                                                       \
    X(copy, 1, a)                                                                        \
    X(or, 2, a != 0 || b != 0)                                                           \
    X(and, 2, a != 0 && b != 0)                                                          \
    X(not, 1, a == 0)                                                                    \
    X(less, 2, a < b)                                                                    \
    X(less_equal, 2, a <= b)                                                             \
    X(greater, 2, a > b)                                                                 \
    X(greater_equal, 2, a >= b)                                                          \
    X(equal, 2, a == b)                                                                  \
    X(not_equal, 2, a != b)                                                              \
    X(plus, 2, a + b)                                                                    \
    X(minus, 2, a - b)                                                                   \
    X(times, 2, a * b)                                                                   \
    X(over, 2, a / b)                                                                    \
    X(under, 2, b / a)                                                                   \
    X(negative, 1, -a)                                                                   \
    X(pow, 2, power_of(a, b))                                                            \
    X(exp, 1, exp(a))                                                                    \
    X(log, 1, log(a))                                                                    \
    X(log2, 1, log2(a))                                                                  \
    X(log10, 1, log10(a))                                                                \
    X(log1p, 1, log1p(a))                                                                \
    X(expm1, 1, expm1(a))                                                                \
    X(sqrt, 1, sqrt(a))                                                                  \
    X(abs, 1, fabs(a))                                                                   \
    X(sign, 1, sign_of(a))                                                               \
    X(floor, 1, floor(a))                                                                \
    X(ceil, 1, ceil(a))                                                                  \
    X(round, 1, round(a))                                                                \
    X(sin, 1, sin(a))                                                                    \
    X(cos, 1, cos(a))                                                                    \
    X(tan, 1, tan(a))                                                                    \
    X(asin, 1, asin(a))                                                                  \
    X(acos, 1, acos(a))                                                                  \
    X(atan, 1, atan(a))                                                                  \
    X(sinh, 1, sinh(a))                                                                  \
    X(cosh, 1, cosh(a))                                                                  \
    X(tanh, 1, tanh(a))                                                                  \
    X(sigmoid, 1, sigmoid_of(a))                                                         \
    X(relu, 1, larger(a, 0))                                                             \
    X(leaky_relu, 2, a > 0 ? a : b * a)                                                  \
    X(elu, 2, a > 0 ? a : b * expm1(a))                                                  \
    X(gelu, 1, gelu_of(a))                                                               \
    X(softplus, 1, larger(a, 0) + log1p(exp(-fabs(a))))                                  \
    X(silu, 1, silu_of(a))                                                               \
    X(erf, 1, erf(a))                                                                    \
    X(square, 1, a * a)                                                                  \
    X(max, 2, larger(a, b))                                                              \
    X(min, 2, -larger(-a, -b))                                                           \
    X(atan2, 2, atan2(a, b))                                                             \
    X(hypot, 2, hypot(a, b))                                                             \
    X(mod, 2, modulo(a, b))                                                              \
    X(where, 3, a != 0 ? b : c)                                                          \
    X(xlogy, 2, a == 0 && !isnan(b) ? 0 : a * log(b))

/* clang-format on */
#define DECLARE_KERNEL(name, operand_count, expression) kernel kernel_##name;
KERNELS(DECLARE_KERNEL)
#undef DECLARE_KERNEL

/* The same as numbers, for what computes single entries by a switch. */
#define NUMBER_KERNEL(name, operand_count, expression) KERNEL_##name,
typedef enum kernel_id { KERNEL_NONE, KERNELS(NUMBER_KERNEL) KERNEL_COUNT } kernel_id;
#undef NUMBER_KERNEL

#endif
