/* The computation graph, which is the Wengert list: an array of nodes in which operands
 * come before what uses them. So forward is a loop up the array and backward a loop down,
 * and nothing recurses. A node never changes; what a statement appended and nobody kept
 * is cut off the end.
 *
 * Numbers are not in it (eval/run.h computes them), but for constants.
 *
 * Source: Wengert, "A simple automatic derivative evaluation program" (1964). */
#ifndef NABLA_GRAPH_GRAPH_H
#define NABLA_GRAPH_GRAPH_H

#include <assert.h>

#include "base/arena.h"
#include "graph/operation.h"
#include "tensor/tensor.h"

typedef int32_t node_id;
enum { NODE_NONE = -1 };

/* What a leaf is for; constants are given no gradient. */
typedef enum leaf_kind {
    LEAF_INPUT,
    LEAF_PARAM,
    LEAF_CONST,
} leaf_kind;

/* "input", "param", "const" */
const char *leaf_kind_word(leaf_kind kind);

enum { NODE_MANY = 3 };

typedef struct node {
    uint16_t op;    /* op_id */
    uint16_t arity; /* operands in use; NODE_MANY: more than two */
    int32_t shape;  /* index of the interned shape; 0: a number */
    /* Up to two operands; of more, operand[0] is where they begin in `more` and
     * operand[1] how many they are. Of a constant, operand[0] is its index in
     * `constants`; of a leaf, the number by which its owner knows it, and operand[1] its
     * leaf_kind. */
    node_id operand[2];
} node;

/* A node whose value is fixed: a literal, a part without variables, a folded rule. */
typedef struct constant {
    tensor value;
    const char *text; /* as written; NULL: made by a rule, to be printed from its value */
    op_rank rank;     /* of `text`, to know when it needs parentheses */
} constant;

/* A call of a function, whose nodes belong together. */
typedef struct call_group {
    const char *text;               /* the call, with its arguments */
    const struct call_group *outer; /* the call that it is part of, or NULL */
    bool predefined;                /* of a function that the user has not written */
    node_id result;                 /* the node that it came to */
} call_group;

/* Nodes from `first` on belong to a group, up to the next mark. */
typedef struct group_mark {
    node_id first;
    const call_group *group; /* the innermost; NULL: none */
} group_mark;

/* Nodes in ascending order. */
typedef struct node_list {
    node_id *nodes;
    size_t count;
    node_id first;
    size_t extent; /* from `first` on so many have a place in `index`; 0: they lie too far
                      apart for that */
    uint32_t *index; /* where each stands in the list, `count` where it does not; NULL:
                        the list has them all */
} node_list;

/* A node that a variable stands for. */
typedef struct name_mark {
    node_id node;
    const char *name;
} name_mark;

typedef struct graph {
    arena *arena;
    ARRAY(node) nodes;
    ARRAY(node_id) more;
    ARRAY(constant) constants;
    ARRAY(group_mark) groups;
    ARRAY(name_mark) names;
    ARRAY(shape) shapes;
    ARRAY(uint32_t) visited; /* per node: the last graph_reach that came by */
    uint32_t walk;           /* counts them */
} graph;

/* How long the arrays are, to cut back to. */
typedef struct graph_mark {
    size_t nodes, more, constants, groups, names;
} graph_mark;

void graph_init(graph *g, arena *a);

graph_mark graph_here(const graph *g);
void graph_cut(graph *g, graph_mark mark);

/* Appends an operation on earlier nodes; `s` is the shape of its result. */
node_id graph_append(graph *g, op_id op, const node_id *operands, size_t count,
                     const shape *s);

/* Appends a constant. `value` and `text` must live as long as the node. */
node_id graph_constant(graph *g, tensor value, const char *text, op_rank rank);

/* Appends a leaf, known to its owner by `number`. */
node_id graph_leaf(graph *g, int32_t number, leaf_kind kind, const shape *s);
leaf_kind graph_leaf_kind(const graph *g, node_id n);

/* Names node `n`, which comes behind all that have names. */
void graph_name(graph *g, node_id n, const char *name);

/* The name of node `n`, or NULL. */
const char *graph_name_of(const graph *g, node_id n);

/* Nodes appended from now on belong to `entered`, which lives as long as they do; returns
 * the group before. */
const call_group *graph_enter_group(graph *g, const call_group *entered);

/* The innermost group that node `n` was appended in, or NULL. */
const call_group *graph_group_of(const graph *g, node_id n);

static inline const node *graph_at(const graph *g, node_id n)
{
    assert((size_t)n < g->nodes.count); /* nor is it negative */
    return &g->nodes.items[n];
}

static inline op_id graph_op(const graph *g, node_id n)
{
    return (op_id)graph_at(g, n)->op;
}

static inline size_t graph_arity(const graph *g, node_id n)
{
    const node *at = graph_at(g, n);
    return at->arity < NODE_MANY ? at->arity : (size_t)at->operand[1];
}

static inline node_id graph_operand(const graph *g, node_id n, size_t k)
{
    const node *at = graph_at(g, n);
    assert(at->op == OP_LEAF || k < graph_arity(g, n));
    const node_id *operands =
        at->arity < NODE_MANY ? at->operand : g->more.items + (size_t)at->operand[0];
    return operands[k];
}

/* All of them, good until a node is appended: for loops over what is known to be there.
 */
static inline const node_id *graph_operands(const graph *g, node_id n, size_t *count)
{
    const node *at = &g->nodes.items[n];
    bool few = at->arity < NODE_MANY;
    *count = few ? at->arity : (size_t)at->operand[1];
    return few ? at->operand : g->more.items + (size_t)at->operand[0];
}

/* Lives until a shape is appended that has not been there. */
static inline const shape *graph_shape(const graph *g, node_id n)
{
    return &g->shapes.items[graph_at(g, n)->shape];
}

/* Whether all nodes are numbers: for loops over many, so that they need not ask each. */
static inline bool graph_is_all_numbers(const graph *g)
{
    return g->shapes.count == 1;
}

/* Whether two nodes have one shape. */
static inline bool graph_same_shape(const graph *g, node_id a, node_id b)
{
    return graph_is_all_numbers(g) || graph_at(g, a)->shape == graph_at(g, b)->shape;
}

/* Whether it is 1×1. */
static inline bool graph_is_scalar(const graph *g, node_id n)
{
    return graph_at(g, n)->shape == 0; /* the shape that is interned first */
}

/* graph_append where the operands are numbers, and so is the result: that of most
 * operations in large graphs. */
static inline node_id graph_append_number(graph *g, op_id op, const node_id *operands,
                                          size_t count)
{
    size_t id = g->nodes.count;
    if (count - 1 >= NODE_MANY - 1 || id >= g->nodes.capacity || id >= INT32_MAX)
        return graph_append(g, op, operands, count, graph_shape(g, operands[0]));
    node *fresh = &g->nodes.items[id];
    fresh->op = (uint16_t)op;
    fresh->arity = (uint16_t)count;
    fresh->shape = 0;
    fresh->operand[0] = operands[0];
    fresh->operand[1] = operands[count - 1]; /* of one that is the same again */
    g->nodes.count = id + 1;
    return (node_id)id;
}

/* The nodes from `lowest` up that `root` needs, itself included, in `a`. Takes time by
 * how many they are, not by how large the graph is. */
node_list graph_reach(graph *g, arena *a, node_id root, node_id lowest);

/* The same without what gives nothing but its shape: the nodes whose values matter. */
node_list graph_reach_values(graph *g, arena *a, node_id root, node_id lowest);

/* Whether the value of operand `k` matters to node `n`, and not just its shape. */
bool graph_uses_value(const graph *g, node_id n, size_t k);

/* Where `n` stands in the list, or its count. */
size_t node_list_search(const node_list *list, node_id n);

static inline size_t node_list_find(const node_list *list, node_id n)
{
    if (list->extent == 0)
        return node_list_search(list, n);
    size_t at = (size_t)n - (size_t)list->first; /* huge where n is below */
    if (at >= list->extent)
        return list->count;
    return list->index == NULL ? at : list->index[at];
}

/* For a node whose op is OP_CONST, or NULL. */
static inline const constant *graph_constant_of(const graph *g, node_id n)
{
    const node *at = graph_at(g, n);
    return at->op == OP_CONST ? &g->constants.items[at->operand[0]] : NULL;
}

/* Whether `n` is the constant number `value`. */
static inline bool graph_is_number(const graph *g, node_id n, double value)
{
    const constant *c = graph_constant_of(g, n);
    return c != NULL && graph_is_scalar(g, n) && c->value.entries[0] == value;
}

#endif
