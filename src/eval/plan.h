/* A plan: what it takes to compute some nodes of a graph, found out once and run as often
 * as their leaves get new values. What nothing needs is dropped, equal nodes are computed
 * once, memory is used again when the last one who reads it is done. Numbers are computed
 * by a flat list of steps on a flat array; runs of elementwise operations on arrays go
 * over blocks that stay in the cache; transposes are left to the products.
 *
 * run.h computes the same node by node, and keeps what reports show. */
#ifndef NABLA_EVAL_PLAN_H
#define NABLA_EVAL_PLAN_H

#include "eval/run.h"

typedef struct plan plan;

/* The plan for `results`; lives in `a`, with all the memory that its runs need. The graph
 * is not looked at afterwards, but for the entries of its constants. Escapes at limits.
 */
plan *plan_make(arena *a, const graph *g, const node_id *results, size_t count);

/* Computes the results from the values that the leaves have now, which must stay where
 * they are until the results have been read. From the third run on it allocates nothing.
 * Escapes at limits; the plan can be run again then. False where a value does not fit its
 * operation. */
bool plan_run(plan *p, leaf_values *leaf, const void *owner);

/* Why the last run failed. */
const char *plan_problem(const plan *p);

/* The value of results[i], good until the next run. */
tensor plan_result(const plan *p, size_t i);

/* Computes node `n` of a run as run_compute does. Where arrays are large a plan is made
 * for it, once in a run: it is several times as fast and takes less memory, but what `n`
 * needs is not kept. */
bool plan_compute(run *r, node_id n);

#endif
