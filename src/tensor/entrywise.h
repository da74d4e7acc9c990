/* What the expressions of kernels.h call on single entries. */
#ifndef NABLA_TENSOR_ENTRYWISE_H
#define NABLA_TENSOR_ENTRYWISE_H

#include <math.h>

static inline double sign_of(double a)
{
    return a > 0 ? 1 : a < 0 ? -1 : a;
}

/* The larger of two; a nan in either is the result. */
static inline double larger(double a, double b)
{
    if (isnan(a) || isnan(b))
        return a + b;
    return a > b ? a : b;
}

/* Squares are most of all powers. */
static inline double power_of(double a, double b)
{
    return b == 2 ? a * a : pow(a, b);
}

/* 1/(1 + exp(-a)), by the form whose exponential does not overflow. */
static inline double sigmoid_of(double a)
{
    if (a >= 0)
        return 1 / (1 + exp(-a));
    double grown = exp(a);
    return grown / (1 + grown);
}

/* a Φ(a) with the normal distribution function Φ, by erfc so that the left tail keeps
 * its digits. Source: Hendrycks and Gimpel, "Gaussian Error Linear Units" (2016). */
static inline double gelu_of(double a)
{
    if (isinf(a))
        return a > 0 ? a : 0;
    return 0.5 * a * erfc(-a / sqrt(2.0));
}

static inline double silu_of(double a)
{
    if (isinf(a))
        return a > 0 ? a : 0;
    return a * sigmoid_of(a);
}

/* a - b*floor(a/b): the sign of b, as in Octave and NumPy. */
static inline double modulo(double a, double b)
{
    double rest = fmod(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

#endif
