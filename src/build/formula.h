/* Back from nodes to a formula that can be printed: how reports say what a node
 * computes. */
#ifndef NABLA_BUILD_FORMULA_H
#define NABLA_BUILD_FORMULA_H

#include "graph/graph.h"
#include "syntax/print.h"

/* The name of a node, or NULL. */
typedef const char *node_names(const void *owner, node_id n);

/* The formula of node `n` down to nodes that have a name; its name where it has one. */
const char *formula_of(arena *a, const graph *g, node_id n, node_names *names,
                       const void *owner);

/* What the node itself computes of its operands, named or not: "v1 * v2". */
const char *formula_of_node(arena *a, const graph *g, node_id n, node_names *names,
                            const void *owner);

#endif
