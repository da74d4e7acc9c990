/* Running a graph forward: the values of the nodes that are asked for, and of those they
 * need, in one loop up the array. Gradients are nodes too, so this is all that computes.
 */
#ifndef NABLA_EVAL_RUN_H
#define NABLA_EVAL_RUN_H

#include "graph/graph.h"

/* The entries of a leaf, known to its owner by `number`. */
typedef const double *leaf_values(const void *owner, int32_t number);

/* A block of entries whose values are no longer needed. */
typedef struct run_block {
    double *entries;
    size_t count;
} run_block;

typedef ARRAY(run_block) run_blocks;

/* Values of nodes. A large value that nobody asked for goes when all that needs it has
 * been computed, and its block is used again. */
typedef struct run {
    const graph *graph;
    arena *arena;
    leaf_values *leaf;
    const void *owner;
    size_t known;          /* nodes below this have an entry in `values` */
    const double **values; /* per node: its entries; NULL where not computed: … */
    uint32_t *uses; /* per node: how many nodes have yet to be computed with its value */
    ARRAY(node_id) touched; /* … but for these none is, … */
    node_id end;            /* … from here on none is */
    run_blocks idle;
    size_t needed;        /* how many numbers are to be computed … */
    double *numbers;      /* … and where the next one goes */
    factor_cache factors; /* of the matrices factorized last */
    const char *problem;  /* why a node could not be computed */
    const char *note;     /* the last thing that a node had to say, or NULL */
    bool planned;         /* plan_compute has made a plan */
} run;

void run_init(run *r, const graph *g, arena *a, leaf_values *leaf, const void *owner);

/* Drops all values, for the next statement: their arena was emptied. */
void run_start(run *r);

/* Computes what is missing of `targets` and what they need. Only the values of targets
 * are sure to stay. Escapes at limits. False where a value does not fit its operation,
 * with `problem` set. */
bool run_compute(run *r, const node_id *targets, size_t count);

/* Gives the run the value of a node; the entries live as long as it does. */
void run_keep(run *r, node_id n, const double *entries);

/* Drops the values of nodes from `from` on, whose ids are going to be used again. */
void run_forget(run *r, node_id from);

/* The value of a node that was computed; its entries belong to the run. */
tensor run_value(const run *r, node_id n);

/* The value of a node that is a number. */
double run_number(const run *r, node_id n);

#endif
