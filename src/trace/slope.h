/* The slope of a function of one number by central differences: what a gradient is
 * compared with. It knows how far it can be trusted, and sees kinks.
 *
 * Source: Richardson, "The deferred approach to the limit" (1927); Ridders, "Accurate
 * computation of F'(x) and F'(x) F''(x)" (1982), for taking smaller steps where the
 * extrapolations disagree. */
#ifndef NABLA_TRACE_SLOPE_H
#define NABLA_TRACE_SLOPE_H

#include <stdbool.h>

/* The function; nan where it has no value. */
typedef double slope_function(void *owner, double at);

typedef enum slope_kind {
    SLOPE_SMOOTH,
    SLOPE_KINK,  /* its slope jumps within the step */
    SLOPE_JUMP,  /* it jumps itself, where it was asked for */
    SLOPE_SIDED, /* it has values on one side only */
    SLOPE_NONE,  /* it has no slope: no value there, or none nearby */
} slope_kind;

typedef struct numeric_slope {
    slope_kind kind;
    double slope;
    double expected;    /* the error to be expected of it */
    double step;        /* from the point to the nearest one that was used */
    double left, right; /* the slopes to either side: they differ at a kink */
} numeric_slope;

/* The slope at `at`. Steps of about 1e-4, relative where |at| > 1, and smaller ones while
 * the result does not settle. */
numeric_slope slope_estimate(slope_function *f, void *owner, double at);

/* How far another slope is from it: at a kink 0 where that lies between the slopes of
 * both sides, any of which is a subgradient. */
double slope_error(const numeric_slope *s, double other);

/* Whether another slope agrees with it, in view of the error to be expected. Gradients
 * are about as large as `scale`. */
bool slope_agrees(const numeric_slope *s, double other, double scale);

#endif
