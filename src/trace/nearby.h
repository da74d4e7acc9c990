/* Whether a claim is right, or only right here: it is tried at random points nearby. */
#ifndef NABLA_TRACE_NEARBY_H
#define NABLA_TRACE_NEARBY_H

#include "build/build.h"
#include "trace/compare.h"

/* A leaf with the value it was given. */
typedef struct nearby_leaf {
    const char *name;
    tensor value;
} nearby_leaf;

typedef struct nearby {
    size_t agreed;            /* at so many points the claim was right */
    bool failed;              /* at another one it was not: … */
    ARRAY(nearby_leaf) point; /* … this, */
    comparison there;         /* where both are so */
} nearby;

/* Tries the claim where the leaves `by` have other values. Points where something has no
 * value are passed over. Where a branch is taken differently than here (a comparison, the
 * kink of relu) closer points decide, so that what is right in a neighbourhood of this
 * point passes. Random, but the same points each time. */
nearby nearby_try(builder *b, node_id claimed, node_id right, const node_id *by,
                  size_t count, const precision *p);

typedef ARRAY(node_id) nearby_leaves;

/* Adds the leaves that a node follows by its value, and not as sizes or places in arrays:
 * the params, or the inputs too. */
void nearby_find_leaves(builder *b, node_id root, bool params_only, nearby_leaves *found);

/* Adds a variable: a leaf of any kind, or the inputs and params that a definition
 * follows.
 */
void nearby_add_variable(builder *b, node_id variable, nearby_leaves *found);

#endif
