/* What the files share that make traces: trace.c describes all nodes, blocks.c makes one
 * node of each call of the prelude. */
#ifndef NABLA_TRACE_TRACING_H
#define NABLA_TRACE_TRACING_H

#include <stdint.h>

#include "trace/trace.h"

static const size_t NOT_TRACED = SIZE_MAX;

/* What is shown of a rule besides the rule itself. */
typedef struct plain_rule {
    node_id plain; /* its plain form; NODE_NONE where that is what runs */
    node_id kink;  /* the condition of a kink, or NODE_NONE */
} plain_rule;

/* What a call of the prelude has become: nodes of which one, the result, is shown. */
typedef struct block {
    const call_group *call;
    size_t first, last; /* its first and last member among the nodes reached */
    size_t members;     /* how many nodes */
    bool whole;         /* its result is reached, and nothing else of it used outside */
    bool described;     /* its edges have been */
} block;

/* A trace in the making. */
typedef struct tracer {
    const trace_request *request;
    const graph *graph;
    arena *arena;
    run *run;
    trace *made;
    node_list reached;  /* the nodes of the graph that are traced */
    size_t *index;      /* per node reached: its index in the trace */
    const char **names; /* per node of the trace */
    node_id *nodes;     /* per node of the trace: its id in the graph */
    plain_rule *plain;  /* per edge */
    size_t *member_of;  /* per node reached: its block, or NOT_TRACED */
    ARRAY(block) blocks;
} tracer;

/* The index of a node in the trace, or NOT_TRACED. */
size_t tracing_index(const tracer *t, node_id n);

/* The name of a node, or NULL where it is not traced or has none: `owner` is the tracer.
 */
const char *tracing_name(const void *owner, node_id n);

/* The text of a constant. */
const char *tracing_constant(const tracer *t, node_id n);

/* Words of the table with the names of a node: %a, %b … are its operands, %out is its
 * result. Of a row with any number of operands %a is the one given. */
const char *tracing_words(const tracer *t, const char *words, node_id n, size_t operand);

/* What runs on an edge: the slope, or what is pulled down. */
node_id tracing_rule(const backward_edge *edge);

/* Adds the edge to the trace. `beside` was computed with it. */
void tracing_describe_edge(tracer *t, const backward_edge *edge,
                           const plain_rule *beside);

/* Says of an edge that a kink was hit, where one was. */
void tracing_describe_kink(const tracer *t, const backward_edge *edge,
                           const plain_rule *beside, trace_edge *described);

/* Finds the calls of the prelude; none unless the request asks for them. */
void tracing_find_blocks(tracer *t);

/* The block that a node belongs to, or NULL. */
block *tracing_block(const tracer *t, node_id n);

/* The operands of the nodes of a block that do not belong to it: the arguments of the
 * call, in ascending order. */
node_list tracing_arguments(const tracer *t, const block *of);

/* Adds one edge for each argument of a block that the pass walked to: what flows down to
 * it, and the derived rule. `first` is the first of its edges in the pass. False where a
 * value does not fit its operation. */
bool tracing_describe_block(tracer *t, const backward *pass, size_t first,
                            const block *of);

/* A rule as it prints, with the upstream that it was made for by name: as `formula` and
 * as `rule` of the edge, with its sizes. */
void tracing_describe_rule(const tracer *t, node_id rule, node_id upstream,
                           trace_edge *described);

#endif
