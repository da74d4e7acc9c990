/* Values of nodes at other points: some leaves are given other entries than the session
 * gives them, which does not notice. */
#ifndef NABLA_TRACE_VARY_H
#define NABLA_TRACE_VARY_H

#include "eval/run.h"

/* A leaf with entries of its own. */
typedef struct varied_leaf {
    node_id leaf;
    int32_t number; /* by which its owner knows it */
    size_t count;
    double *entries;
} varied_leaf;

typedef struct variation {
    const run *base; /* whose values the other leaves keep */
    arena *arena;    /* of the entries */
    arena scratch;   /* of one computation */
    ARRAY(varied_leaf) leaves;
    run run;
} variation;

/* Nothing is varied yet. The variation lives as long as `a`. */
variation *vary_start(arena *a, const run *base);

/* Entries for a leaf, to be changed at will. They begin as those of `like`, or, where
 * that is NULL, as those the leaf has. */
double *vary_leaf(variation *v, node_id leaf, const double *like);

/* Computes targets at the point that the entries make. Escapes at limits. False where a
 * value does not fit its operation, as for run_compute. */
bool vary_compute(variation *v, const node_id *targets, size_t count);

/* The value of a target, until the next computation. */
tensor vary_value(const variation *v, node_id target);

/* Why the last computation failed. */
const char *vary_problem(const variation *v);

#endif
