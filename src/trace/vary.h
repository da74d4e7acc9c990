/* Values of nodes at other points: some leaves are given other entries than the session
 * gives them, which does not notice. */
#ifndef NABLA_TRACE_VARY_H
#define NABLA_TRACE_VARY_H

#include "eval/plan.h"

/* A leaf with entries of its own. */
typedef struct varied_leaf {
    int32_t number; /* by which its owner knows it */
    double *entries;
} varied_leaf;

typedef struct variation {
    const run *base; /* whose values the other leaves keep */
    arena *arena;
    ARRAY(varied_leaf) leaves;
    plan *plan;
} variation;

/* To compute these targets; nothing is varied yet. Lives as long as `a`. Escapes at
 * limits. */
variation vary_start(arena *a, const run *base, const node_id *targets, size_t count);

/* Entries for a leaf, to be changed at will. They begin as those of `like`, or, where
 * that is NULL, as those the leaf has. */
double *vary_leaf(variation *v, node_id leaf, const double *like);

/* Computes the targets at the point that the entries make. Escapes at limits. False where
 * a value does not fit its operation. */
bool vary_compute(const variation *v);

/* The value of targets[i], until the next computation. */
tensor vary_value(const variation *v, size_t i);

/* Why the last computation failed. */
const char *vary_problem(const variation *v);

#endif
