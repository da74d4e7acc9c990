/* The forward and backward pass as data: what every report shows and no report computes.
 * One entry per edge of the graph, so x*x has two. Node ids of the session never leave
 * it: the nodes of a trace are numbered 1 to n in evaluation order. */
#ifndef NABLA_TRACE_TRACE_H
#define NABLA_TRACE_TRACE_H

#include "build/differentiate.h"

/* How reports name the gradient of the result by a node. */
typedef enum trace_notation {
    NOTATION_PARTIAL,   /* ∂L/∂x */
    NOTATION_BAR,       /* x̄ */
    NOTATION_BAR_ASCII, /* x_bar */
} trace_notation;

const char *trace_gradient_name(arena *a, trace_notation notation, const char *of,
                                const char *by);

/* What flows down one edge into a node. */
typedef struct trace_term {
    const char *via; /* name of the consumer */
    tensor value;
} trace_term;

typedef struct trace_node {
    const char *name;    /* of a variable, v1, v2, … or a constant's text */
    const char *kind;    /* "input", "param", "const", "compute" */
    const char *op;      /* spelling of its operation; NULL for leaves and constants */
    const char *formula; /* "v1 * v2"; NULL for leaves and constants */
    const char *group;   /* the innermost function call it stems from, or NULL */
    size_t inner_nodes;  /* it stands for a call of so many nodes; 0: for itself */
    const char *says;    /* how its operation passes gradients, or NULL */
    bool literal;        /* a constant without a name of its own */
    const size_t *args;  /* indices of its operands */
    size_t arg_count;
    tensor value;
    bool has_upstream;       /* the backward pass reaches it */
    tensor upstream;         /* gradient of the root with respect to it */
    const trace_term *terms; /* what that is the sum of, in the order of the walk */
    size_t term_count;
} trace_node;

typedef struct trace_edge {
    size_t from, to;     /* indices of consumer and operand */
    size_t arg;          /* which operand of the consumer, from 0 */
    bool is_local;       /* it has a slope; else its rule pulls the upstream down */
    const char *formula; /* the slope that ran, as it prints at this point; or the rule,
                            with the upstream as `upstream` … */
    const char *rule;    /* … or by its name, "∂s/∂h" */
    const char *sizes;   /* "(3×1)(1×2) = 3×2" where the rule is a matrix product */
    const char *reason;  /* why the rule is so, or NULL */
    const char *summed;  /* over what the downstream was summed as the operand had been
                            stretched, and why; or NULL */
    tensor local;        /* where is_local: in the shape of the consumer */
    tensor downstream;
    const char *kink;      /* the condition of a kink that was hit, or NULL */
    const char *kink_says; /* what nabla takes there */
} trace_edge;

/* The gradient with respect to one variable, and what it is the sum of. */
typedef struct trace_gradient {
    const char *name;
    const char *kind;
    tensor value;
    const trace_term *terms;
    size_t term_count;
} trace_gradient;

typedef struct trace {
    const char *of; /* the expression as written */
    trace_notation notation;
    size_t root; /* index of its node */
    ARRAY(trace_node) nodes;
    ARRAY(trace_edge) edges;
    ARRAY(trace_gradient) gradients;
} trace;

/* What the trace of an expression is made from. */
typedef struct trace_request {
    builder *builder;
    const char *of;
    node_id root;
    bool collapsed; /* calls of the prelude become one node each */
    trace_notation notation;
    /* Whether a variable or function has that name: v1 is skipped then. */
    bool (*name_in_use)(const void *owner, const char *name);
    const void *owner;
} trace_request;

/* The forward pass: nodes and values. False where a value does not fit its operation; the
 * run knows the problem. */
bool trace_forward(const trace_request *request, trace *made);

/* Forward and backward, with respect to `wrt`; the nodes there have names. */
bool trace_gradients(const trace_request *request, const node_id *wrt, size_t count,
                     trace *made);

/* The leaves that a gradient is reported for by itself: inputs and params that the root
 * uses. Lives in the builder's working memory. */
size_t trace_default_wrt(const trace_request *request, const node_id **wrt);

#endif
