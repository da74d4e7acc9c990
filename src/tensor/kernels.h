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

/* The name of each and the expression that it computes, in terms of a, b and c. */
/* clang-format off */
#define KERNELS(X)                                                                       \
    X(copy, a)                                                                           \
    X(or, a != 0 || b != 0)                                                              \
    X(and, a != 0 && b != 0)                                                             \
    X(not, a == 0)                                                                       \
    X(less, a < b)                                                                       \
    X(less_equal, a <= b)                                                                \
    X(greater, a > b)                                                                    \
    X(greater_equal, a >= b)                                                             \
    X(equal, a == b)                                                                     \
    X(not_equal, a != b)                                                                 \
    X(plus, a + b)                                                                       \
    X(minus, a - b)                                                                      \
    X(times, a * b)                                                                       \
    X(over, a / b)                                                                       \
    X(under, b / a)                                                                      \
    X(negative, -a)                                                                      \
    X(pow, power_of(a, b))                                                               \
    X(exp, exp(a))                                                                       \
    X(log, log(a))                                                                       \
    X(log2, log2(a))                                                                     \
    X(log10, log10(a))                                                                   \
    X(log1p, log1p(a))                                                                   \
    X(expm1, expm1(a))                                                                   \
    X(sqrt, sqrt(a))                                                                     \
    X(abs, fabs(a))                                                                      \
    X(sign, sign_of(a))                                                                  \
    X(floor, floor(a))                                                                   \
    X(ceil, ceil(a))                                                                     \
    X(round, round(a))                                                                   \
    X(sin, sin(a))                                                                       \
    X(cos, cos(a))                                                                       \
    X(tan, tan(a))                                                                       \
    X(asin, asin(a))                                                                     \
    X(acos, acos(a))                                                                     \
    X(atan, atan(a))                                                                     \
    X(sinh, sinh(a))                                                                     \
    X(cosh, cosh(a))                                                                     \
    X(tanh, tanh(a))                                                                     \
    X(sigmoid, sigmoid_of(a))                                                            \
    X(relu, larger(a, 0))                                                                \
    X(leaky_relu, a > 0 ? a : b * a)                                                     \
    X(elu, a > 0 ? a : b * expm1(a))                                                     \
    X(gelu, gelu_of(a))                                                                  \
    X(softplus, larger(a, 0) + log1p(exp(-fabs(a))))                                     \
    X(silu, silu_of(a))                                                                  \
    X(erf, erf(a))                                                                       \
    X(square, a * a)                                                                      \
    X(max, larger(a, b))                                                                 \
    X(min, -larger(-a, -b))                                                              \
    X(atan2, atan2(a, b))                                                                \
    X(hypot, hypot(a, b))                                                                \
    X(mod, modulo(a, b))                                                                 \
    X(where, a != 0 ? b : c)                                                             \
    X(xlogy, a == 0 && !isnan(b) ? 0 : a * log(b))

/* clang-format on */
#define DECLARE_KERNEL(name, expression) kernel kernel_##name;
KERNELS(DECLARE_KERNEL)
#undef DECLARE_KERNEL

/* The same as numbers, for what computes single entries by a switch. */
#define NUMBER_KERNEL(name, expression) KERNEL_##name,
typedef enum kernel_id { KERNEL_NONE, KERNELS(NUMBER_KERNEL) KERNEL_COUNT } kernel_id;
#undef NUMBER_KERNEL

#endif
