/* Reverse mode: the backward pass as more graph. From the root down, each node's adjoint
 * (the gradient of the root with respect to it) is the sum of what flows down from the
 * nodes that use it: upstream .* local.
 *
 * Source: Linnainmaa (1970); Griewank and Walther, "Evaluating Derivatives" (2008),
 * ch. 3. */
#ifndef NABLA_BUILD_DIFFERENTIATE_H
#define NABLA_BUILD_DIFFERENTIATE_H

#include "build/rules.h"

/* One edge of the graph, walked backward. */
typedef struct backward_edge {
    node_id from;       /* the consumer */
    node_id to;         /* its operand … */
    size_t operand;     /* … with this index */
    bool is_local;      /* it has a slope; else its rule pulls the upstream down */
    node_id local;      /* where is_local: the slope */
    node_id pulled;     /* where not: what the rule made, of the operand's shape */
    node_id downstream; /* upstream .* local, summed over where the operand stretched */
} backward_edge;

typedef struct backward {
    node_id root;
    node_list reached;  /* the nodes that the root needs, from the lowest of `wrt` up */
    node_id *adjoint;   /* per such node; NODE_NONE where nothing was asked for */
    bool plain;         /* by rules in their plain form: what reports show */
    bool adjoints_only; /* no edges are listed */
    ARRAY(backward_edge) edges; /* in the order in which they were walked */
} backward;

/* Appends the adjoints of the nodes between `root`, a number, and `wrt`. Only edges that
 * lead to one of `wrt` are walked. The arrays are in the builder's working memory. */
void differentiate(builder *b, node_id root, const node_id *wrt, size_t count,
                   backward *pass);

/* The same for any root, from the adjoint `seed` of its shape, and without walking on
 * from any of `wrt`: what flows down to each of them past the others. `plain`: by the
 * rules in their plain form. */
void differentiate_between(builder *b, node_id root, node_id seed, const node_id *wrt,
                           size_t count, bool plain, backward *pass);

/* The adjoint of a node, or NODE_NONE. */
node_id backward_adjoint(const backward *pass, node_id n);

/* The gradients alone, without a list of the edges: the adjoints of `wrt`, zero where
 * root does not depend on them. */
void differentiate_all(builder *b, node_id root, const node_id *wrt, size_t count,
                       node_id *gradients);
node_id differentiate_by(builder *b, node_id root, node_id wrt);

#endif
