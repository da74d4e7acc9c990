#include "build/differentiate.h"

#include <assert.h>

enum { POLL_EVERY = 1024 };

/* Which nodes depend on one of `wrt`: a loop up. */
static bool *find_active(builder *b, node_id root, const node_id *wrt, size_t count)
{
    const graph *g = b->graph;
    bool *active = ARENA_ARRAY(b->arena, bool, (size_t)root + 1);
    node_id lowest = root;
    for (size_t i = 0; i < count; i++) {
        if (wrt[i] > root)
            continue;
        active[wrt[i]] = true;
        if (wrt[i] < lowest)
            lowest = wrt[i];
    }
    for (node_id n = lowest; n <= root; n++)
        for (size_t k = 0; k < graph_arity(g, n) && !active[n]; k++)
            active[n] = active[graph_operand(g, n, k)];
    return active;
}

/* Adds what flows down an edge to the adjoint of its operand. */
static void add_downstream(builder *b, backward *pass, node_id to, node_id downstream)
{
    node_id before = pass->adjoint[to];
    node_id sum[2] = {before, downstream};
    pass->adjoint[to] =
        before == NODE_NONE ? downstream : simplify_apply(b, OP_PLUS, sum, 2);
}

static void walk_edge(builder *b, backward *pass, node_id from, size_t k)
{
    node_id to = graph_operand(b->graph, from, k);
    slope local = rules_slope(b, from, k);
    node_id factors[2] = {pass->adjoint[from], local.whole};
    node_id downstream = simplify_apply(b, OP_TIMES, factors, 2);
    array_push(b->arena, &pass->edges, ((backward_edge){from, to, k, local, downstream}));
    add_downstream(b, pass, to, downstream);
}

void differentiate(builder *b, node_id root, const node_id *wrt, size_t count,
                   backward *pass)
{
    assert(shape_is_number(graph_shape(b->graph, root)));
    *pass = (backward){.root = root};
    pass->adjoint = ARENA_ARRAY(b->arena, node_id, (size_t)root + 1);
    for (node_id n = 0; n <= root; n++)
        pass->adjoint[n] = NODE_NONE;
    bool *active = find_active(b, root, wrt, count);
    if (!active[root])
        return;
    pass->adjoint[root] = simplify_number(b, 1);
    for (node_id n = root; n >= 0; n--) {
        if (n % POLL_EVERY == 0)
            limits_poll(b->arena->limits);
        if (pass->adjoint[n] == NODE_NONE)
            continue;
        for (size_t k = 0; k < graph_arity(b->graph, n); k++)
            if (active[graph_operand(b->graph, n, k)])
                walk_edge(b, pass, n, k);
    }
}

node_id differentiate_by(builder *b, node_id root, node_id wrt)
{
    backward pass;
    differentiate(b, root, &wrt, 1, &pass);
    if (wrt > root || pass.adjoint[wrt] == NODE_NONE)
        return simplify_number(b, 0);
    return pass.adjoint[wrt];
}
