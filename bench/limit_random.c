/* The sums of elementwise expressions and their gradients. By hand that is one loop in
 * which each operation carries value and slope: as there is one x, going forward costs no
 * more than going backward. */
#include <math.h>
#include <stdlib.h>

#include "limit.h"

/* By other names, as gcc makes one call of sin and cos of the same argument, which there
 * is no vector function for. */
#define VECTOR(name) __attribute__((simd("notinbranch"), const)) double name(double x)
VECTOR(sine) __asm__("sin");
VECTOR(cosine) __asm__("cos");

typedef struct dual {
    double value, slope;
} dual;

#define FUNCTION(name, f, df)                                                            \
    static inline dual name(dual a)                                                      \
    {                                                                                    \
        double x = a.value, out = f;                                                     \
        (void)x;                                                                         \
        return (dual){out, a.slope * (df)};                                              \
    }

FUNCTION(TANH, tanh(x), 1 - out * out)
FUNCTION(SIGMOID, 1 / (1 + exp(-x)), out *(1 - out))
FUNCTION(SIN, sine(x), cosine(x))
FUNCTION(COS, cosine(x), -sine(x))
FUNCTION(ATAN, atan(x), 1 / (1 + x * x))
FUNCTION(SOFTPLUS, fmax(x, 0) + log(1 + exp(-fabs(x))), 1 / (1 + exp(-x)))
FUNCTION(EXP, exp(x), out)

static inline dual PLUS(dual a, dual b)
{
    return (dual){a.value + b.value, a.slope + b.slope};
}

static inline dual MINUS(dual a, dual b)
{
    return (dual){a.value - b.value, a.slope - b.slope};
}

static inline dual TIMES(dual a, dual b)
{
    return (dual){a.value * b.value, a.slope * b.value + a.value * b.slope};
}

#define NUMBER(x) ((dual){(x), 0})
#define X         ((dual){x[k], 1})

/* Returns the sum, and writes the gradient. */
typedef double expression(size_t n, const double *x, double *gradient);

#define EXPRESSION(i, text, by_hand)                                                     \
    static double expression_##i(size_t n, const double *restrict x,                     \
                                 double *restrict gradient)                              \
    {                                                                                    \
        double sum = 0;                                                                  \
        for (size_t k = 0; k < n; k++) {                                                 \
            dual out = by_hand;                                                          \
            sum += out.value;                                                            \
            gradient[k] = out.slope;                                                     \
        }                                                                                \
        return sum;                                                                      \
    }
#include "random_expressions.def"
#undef EXPRESSION

static expression *const expressions[] = {
#define EXPRESSION(i, text, by_hand) expression_##i,
#include "random_expressions.def"
#undef EXPRESSION
};

typedef struct random_state {
    size_t n;
    expression *compute;
    double *x, *gradient;
    double sum;
} random_state;

static void *random_open(size_t n, size_t variant)
{
    random_state *r = side_room(1, sizeof *r);
    r->n = n;
    r->compute = expressions[variant];
    r->x = side_room(n, sizeof(double));
    r->gradient = side_room(n, sizeof(double));
    side_fill(r->x, n, 0, 2);
    return r;
}

static void random_run(void *state)
{
    random_state *r = state;
    r->sum = r->compute(r->n, r->x, r->gradient);
}

static double random_check(void *state)
{
    const random_state *r = state;
    return r->sum + side_weigh(r->gradient, r->n);
}

static void random_close(void *state)
{
    random_state *r = state;
    free(r->x);
    free(r->gradient);
    free(r);
}

const workload limit_random = {"random", random_open, random_run, random_check,
                               random_close};
