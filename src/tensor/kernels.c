#include "tensor/kernels.h"

#include <math.h>

static double sign_of(double a)
{
    return a > 0 ? 1 : a < 0 ? -1 : a;
}

/* The larger of two; a nan in either is the result. */
static double larger(double a, double b)
{
    if (isnan(a) || isnan(b))
        return a + b;
    return a > b ? a : b;
}

/* Squares are most of all powers. */
static double power_of(double a, double b)
{
    return b == 2 ? a * a : pow(a, b);
}

/* 1/(1 + exp(-a)), by the form whose exponential does not overflow. */
static double sigmoid_of(double a)
{
    if (a >= 0)
        return 1 / (1 + exp(-a));
    double grown = exp(a);
    return grown / (1 + grown);
}

/* a Φ(a) with the normal distribution function Φ, by erfc so that the left tail keeps
 * its digits. Source: Hendrycks and Gimpel, "Gaussian Error Linear Units" (2016). */
static double gelu_of(double a)
{
    if (isinf(a))
        return a > 0 ? a : 0;
    return 0.5 * a * erfc(-a / sqrt(2.0));
}

static double silu_of(double a)
{
    if (isinf(a))
        return a > 0 ? a : 0;
    return a * sigmoid_of(a);
}

/* a - b*floor(a/b): the sign of b, as in Octave and NumPy. */
static double modulo(double a, double b)
{
    double rest = fmod(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

/* One loop per kernel; a, b and c in its expression are the i-th entries. */
#define DEFINE_KERNEL(name, expression)                                                  \
    void kernel_##name(size_t n, double *out, const double *const *operands)             \
    {                                                                                    \
        for (size_t i = 0; i < n; i++) {                                                 \
            out[i] = expression;                                                         \
        }                                                                                \
    }
#define a (operands[0][i])
#define b (operands[1][i])
#define c (operands[2][i])
KERNELS(DEFINE_KERNEL)
