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

/* That of a claim without digits: to 1e-9 of the largest entry, or 1e-12. */
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

/* The largest finite entry, without sign. */
double compare_largest(tensor t);

#endif
