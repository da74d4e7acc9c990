/* A claimed value against the right one, entry by entry, each as exactly as it was
 * claimed. */
#ifndef NABLA_TRACE_COMPARE_H
#define NABLA_TRACE_COMPARE_H

#include "tensor/tensor.h"

/* How exactly a claim is to be met. */
typedef struct precision {
    bool has_within;          /* a tolerance was given, and is all that counts: … */
    double within;            /* … relative to the largest entry */
    const double *half_units; /* per entry as digits_of has them, or infinite where any
                                 number will do; NULL: an expression */
    double relative, least;   /* of what was not written as a number */
} precision;

/* What section 7 of the language contract asks of expressions. */
precision precision_of_expression(void);

typedef struct comparison {
    tensor claimed, right;
    bool same_shape; /* else nothing below means anything */
    bool *differs;   /* per entry */
    size_t differ;   /* how many do */
    double error;    /* the largest distance */
} comparison;

/* Compares; nothing is broadcast. In `a`. */
comparison compare_values(arena *a, tensor claimed, tensor right, const precision *p);

/* Whether every entry agrees. */
bool compare_agrees(const comparison *c);

/* How far entry `i` of a claim may be from the right one; `largest` is that of all. */
double precision_margin(const precision *p, size_t count, size_t i, double right,
                        double largest);

/* The largest finite entry, without sign. */
double compare_largest(tensor t);

#endif
