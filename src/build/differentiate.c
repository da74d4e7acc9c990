#include "build/differentiate.h"

#include <assert.h>

enum { POLL_EVERY = 1024 };

node_id backward_adjoint(const backward *pass, node_id n)
{
    size_t at = node_list_find(&pass->reached, n);
    return at == pass->reached.count ? NODE_NONE : pass->adjoint[at];
}

/* Which of the reached nodes depend on one of `wrt`: a loop up. */
static bool *find_active(builder *b, const node_list *reached, const node_id *wrt,
                         size_t count)
{
    const graph *g = b->graph;
    bool *active = ARENA_ARRAY(b->arena, bool, reached->count + 1);
    const rule_facts *facts = rules_facts(b->rules);
    for (size_t i = 0; i < count; i++)
        active[node_list_find(reached, wrt[i])] = true;
    active[reached->count] = false; /* stands for what was not reached */
    for (size_t i = 0; i < reached->count; i++) {
        size_t arity;
        const node_id *operands = graph_operands(g, reached->nodes[i], &arity);
        if (i % POLL_EVERY == 0)
            limits_poll(b->arena->limits);
        bool found = active[i];
        for (size_t k = 0; k < arity && !found; k++)
            found = active[node_list_find(reached, operands[k])] &&
                    rules_among(facts[graph_op(g, reached->nodes[i])].gradients, k);
        active[i] = found;
    }
    return active;
}

/* Adds what flows down an edge to the adjoint of its operand, the reached node `at`. */
static void add_downstream(builder *b, backward *pass, size_t at, node_id downstream)
{
    node_id before = pass->adjoint[at];
    pass->adjoint[at] = before == NODE_NONE
                            ? downstream
                            : simplify_pair(b, OP_PLUS, OP_PLUS, before, downstream);
}

/* Summed over the axes that were stretched, or stretched. */
static node_id reshape(builder *b, node_id n, node_id like)
{
    const shape *wanted = graph_shape(b->graph, like);
    const shape *own = graph_shape(b->graph, n);
    bool larger = own->rank > wanted->rank || shape_count(own) > shape_count(wanted);
    node_id operands[2] = {n, like};
    return simplify_apply(b, larger ? OP_COLLECT : OP_EXPAND, operands, 2);
}

/* `n` in the shape of `like`. */
static inline node_id fit(builder *b, node_id n, node_id like)
{
    return graph_same_shape(b->graph, n, like) ? n : reshape(b, n, like);
}

/* Walks down from the reached node `at` to its operand `k`; returns what flows down. */
static node_id walk_edge(builder *b, backward *pass, size_t at, size_t k, node_id to)
{
    node_id from = pass->reached.nodes[at], up = pass->adjoint[at];
    backward_edge edge = {.from = from,
                          .to = to,
                          .operand = k,
                          .is_local = rules_is_local(graph_op(b->graph, from), k),
                          .local = NODE_NONE,
                          .pulled = NODE_NONE};
    if (edge.is_local) {
        edge.local =
            pass->plain ? rules_plain(b, from, k, NODE_NONE) : rules_slope(b, from, k);
        edge.downstream =
            fit(b, simplify_pair(b, OP_TIMES, OP_SCALE, up, edge.local), to);
    } else {
        edge.pulled = (pass->plain ? rules_plain : rules_pull)(b, from, k, up);
        edge.downstream = fit(b, edge.pulled, to);
    }
    array_push(b->arena, &pass->edges, edge);
    return edge.downstream;
}

static node_id lowest_of(node_id root, const node_id *wrt, size_t count)
{
    node_id lowest = root;
    for (size_t i = 0; i < count; i++)
        if (wrt[i] < lowest)
            lowest = wrt[i];
    return lowest;
}

/* Walks down from the reached node `at`. */
static void walk_edges(builder *b, backward *pass, const rule_facts *facts, size_t at,
                       const bool *active)
{
    node_id n = pass->reached.nodes[at];
    const rule_facts *own = &facts[graph_op(b->graph, n)];
    size_t arity;
    const node_id *operands = graph_operands(b->graph, n, &arity);
    node_id few[NODE_MANY] = {operands[0], operands[1]}; /* the graph may move */
    for (size_t k = 0; k < arity; k++) {
        node_id to = arity < NODE_MANY ? few[k] : graph_operand(b->graph, n, k);
        size_t below = node_list_find(&pass->reached, to);
        if (!active[below] || !rules_among(own->gradients, k))
            continue;
        node_id up = pass->adjoint[at], downstream;
        if (!pass->adjoints_only)
            downstream = walk_edge(b, pass, at, k, to);
        else if (rules_among(own->passes, k) && !facts[graph_op(b->graph, up)].is_mask)
            downstream = fit(b, up, to);
        else
            downstream = fit(b, rules_downstream(b, n, k, up), to);
        add_downstream(b, pass, below, downstream);
    }
}

/* Walks down from the root, which has its adjoint, to `wrt`; `stops` has what is not to
 * be left, or is NULL. */
static void walk_down(builder *b, backward *pass, const bool *active, const bool *stops)
{
    const rule_facts *facts = rules_facts(b->rules);
    for (size_t i = pass->reached.count; i-- > 0;) {
        if (i % POLL_EVERY == 0)
            limits_poll(b->arena->limits);
        if (pass->adjoint[i] != NODE_NONE && (stops == NULL || !stops[i]))
            walk_edges(b, pass, facts, i, active);
    }
}

/* Finds the nodes to walk to; which of them lead to one of `wrt`. */
static const bool *start(builder *b, node_id root, const node_id *wrt, size_t count,
                         backward *pass)
{
    *pass = (backward){.root = root};
    pass->reached = graph_reach(b->graph, b->arena, root, lowest_of(root, wrt, count));
    size_t reached = pass->reached.count;
    /* About two adjoint nodes a node: the array then grows once and not step by step. */
    array_reserve(b->graph->arena, &b->graph->nodes, b->graph->nodes.count + 2 * reached);
    pass->adjoint = ARENA_ARRAY(b->arena, node_id, reached);
    for (size_t i = 0; i < reached; i++)
        pass->adjoint[i] = NODE_NONE;
    return find_active(b, &pass->reached, wrt, count);
}

/* From the adjoint 1 of a number down to `wrt`. */
static void walk_from_number(builder *b, backward *pass, const bool *active)
{
    assert(shape_is_number(graph_shape(b->graph, pass->root)));
    if (!active[pass->reached.count - 1])
        return;
    pass->adjoint[pass->reached.count - 1] = simplify_number(b, 1);
    walk_down(b, pass, active, NULL);
}

void differentiate(builder *b, node_id root, const node_id *wrt, size_t count,
                   backward *pass)
{
    const bool *active = start(b, root, wrt, count, pass);
    walk_from_number(b, pass, active);
}

void differentiate_between(builder *b, node_id root, node_id seed, const node_id *wrt,
                           size_t count, bool plain, backward *pass)
{
    const bool *active = start(b, root, wrt, count, pass);
    pass->plain = plain;
    bool *stops = ARENA_ARRAY(b->arena, bool, pass->reached.count + 1);
    for (size_t i = 0; i < count; i++)
        stops[node_list_find(&pass->reached, wrt[i])] = true;
    pass->adjoint[pass->reached.count - 1] = seed;
    walk_down(b, pass, active, stops);
}

void differentiate_all(builder *b, node_id root, const node_id *wrt, size_t count,
                       node_id *gradients)
{
    backward pass;
    const bool *active = start(b, root, wrt, count, &pass);
    pass.adjoints_only = true;
    walk_from_number(b, &pass, active);
    for (size_t i = 0; i < count; i++) {
        node_id adjoint = backward_adjoint(&pass, wrt[i]);
        gradients[i] =
            adjoint != NODE_NONE ? adjoint : fit(b, simplify_number(b, 0), wrt[i]);
    }
}

node_id differentiate_by(builder *b, node_id root, node_id wrt)
{
    node_id gradient;
    differentiate_all(b, root, &wrt, 1, &gradient);
    return gradient;
}
