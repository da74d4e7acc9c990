#include "graph/graph.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void graph_init(graph *g, arena *a)
{
    *g = (graph){.arena = a};
}

graph_mark graph_here(const graph *g)
{
    return (graph_mark){g->nodes.count, g->more.count, g->constants.count,
                        g->groups.count, g->names.count};
}

void graph_cut(graph *g, graph_mark mark)
{
    g->nodes.count = mark.nodes;
    g->more.count = mark.more;
    g->constants.count = mark.constants;
    g->groups.count = mark.groups;
    g->names.count = mark.names;
}

/* Few shapes occur in one session, and the last ones most: a search from the end. That of
 * numbers is always the first. */
static int32_t intern_shape(graph *g, const shape *s)
{
    if (g->shapes.count == 0)
        array_push(g->arena, &g->shapes, shape_number());
    if (s->rank == 2 && s->size[0] == 1 && s->size[1] == 1)
        return 0;
    for (size_t i = g->shapes.count; i-- > 0;)
        if (shape_equal(&g->shapes.items[i], s))
            return (int32_t)i;
    array_push(g->arena, &g->shapes, *s);
    return (int32_t)(g->shapes.count - 1);
}

static node_id push(graph *g, node n)
{
    if (g->nodes.count >= INT32_MAX)
        limits_out_of_memory(g->arena->limits);
    array_push(g->arena, &g->nodes, n);
    return (node_id)(g->nodes.count - 1);
}

node_id graph_append(graph *g, op_id op, const node_id *operands, size_t count,
                     const shape *s)
{
    node n = {.op = (uint16_t)op, .shape = intern_shape(g, s)};
    if (count < NODE_MANY) {
        n.arity = (uint16_t)count;
        memcpy(n.operand, operands, count * sizeof *operands);
        return push(g, n);
    }
    size_t begin = g->more.count;
    if (begin + count > INT32_MAX)
        limits_out_of_memory(g->arena->limits);
    array_reserve(g->arena, &g->more, begin + count);
    memcpy(g->more.items + begin, operands, count * sizeof *operands);
    n.arity = NODE_MANY;
    n.operand[0] = (node_id)begin;
    n.operand[1] = (node_id)count;
    node_id id = push(g, n);
    g->more.count = begin + count;
    return id;
}

node_id graph_constant(graph *g, tensor value, const char *text, op_rank rank)
{
    node n = {.op = OP_CONST,
              .shape = intern_shape(g, &value.shape),
              .operand = {(node_id)g->constants.count}};
    array_push(g->arena, &g->constants, ((constant){value, text, rank}));
    return push(g, n);
}

node_id graph_leaf(graph *g, int32_t number, leaf_kind kind, const shape *s)
{
    return push(g, (node){.op = OP_LEAF,
                          .shape = intern_shape(g, s),
                          .operand = {number, (node_id)kind}});
}

static const call_group *current_group(const graph *g)
{
    return g->groups.count == 0 ? NULL : g->groups.items[g->groups.count - 1].group;
}

const call_group *graph_enter_group(graph *g, const call_group *entered)
{
    const call_group *before = current_group(g);
    if (before != entered)
        array_push(g->arena, &g->groups,
                   ((group_mark){(node_id)g->nodes.count, entered}));
    return before;
}

const call_group *graph_group_of(const graph *g, node_id n)
{
    size_t low = 0, high = g->groups.count; /* marks before `low` begin at or before n */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (g->groups.items[middle].first <= n)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? NULL : g->groups.items[low - 1].group;
}

void graph_name(graph *g, node_id n, const char *name)
{
    assert(g->names.count == 0 || g->names.items[g->names.count - 1].node < n);
    array_push(g->arena, &g->names, ((name_mark){n, name}));
}

const char *graph_name_of(const graph *g, node_id n)
{
    size_t low = 0, high = g->names.count; /* marks before `low` are of nodes before n */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (g->names.items[middle].node < n)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < g->names.count && g->names.items[low].node == n;
    return found ? g->names.items[low].name : NULL;
}

leaf_kind graph_leaf_kind(const graph *g, node_id n)
{
    return (leaf_kind)graph_at(g, n)->operand[1];
}

static int ascending(const void *a, const void *b)
{
    node_id p = *(const node_id *)a, q = *(const node_id *)b;
    return (p > q) - (p < q);
}

bool graph_uses_value(const graph *g, node_id n, size_t k)
{
    const operation *row = op_row(graph_op(g, n));
    return k >= OP_MAX_OPERANDS || !(row->shape_only[k] || row->fixed[k]);
}

/* What was reached, in ascending order. Where most nodes from the lowest on are reached
 * they are collected in one loop, with an index; else they are sorted. */
static node_list in_order(const graph *g, arena *a, node_list found)
{
    enum { DENSE = 8 }; /* one in so many */
    node_id low = found.nodes[0], high = low;
    for (size_t i = 1; i < found.count; i++) {
        low = found.nodes[i] < low ? found.nodes[i] : low;
        high = found.nodes[i] > high ? found.nodes[i] : high;
    }
    size_t extent = (size_t)(high - low) + 1;
    if (extent / DENSE > found.count) {
        qsort(found.nodes, found.count, sizeof *found.nodes, ascending);
        return found;
    }
    found.first = low;
    found.extent = extent;
    found.index = ARENA_ARRAY(a, uint32_t, extent);
    size_t count = 0;
    for (size_t at = 0; at < extent; at++) {
        node_id n = low + (node_id)at;
        bool reached = g->visited.items[n] == g->walk;
        found.index[at] = reached ? (uint32_t)count : (uint32_t)found.count;
        if (reached)
            found.nodes[count++] = n;
    }
    return found;
}

static node_list reach(graph *g, arena *a, node_id root, node_id lowest, bool values_only)
{
    size_t known = g->visited.count;
    array_reserve(g->arena, &g->visited, g->nodes.count);
    if (known < g->nodes.count) {
        memset(g->visited.items + known, 0,
               (g->nodes.count - known) * sizeof *g->visited.items);
        g->visited.count = g->nodes.count;
    }
    g->walk++;
    ARRAY(node_id) found = {0};
    array_push(a, &found, root);
    g->visited.items[root] = g->walk;
    /* What was found and not looked at yet is the rest of the list. */
    for (size_t i = 0; i < found.count; i++) {
        node_id n = found.items[i];
        for (size_t k = 0; k < graph_arity(g, n); k++) {
            node_id operand = graph_operand(g, n, k);
            bool skipped = values_only && !graph_uses_value(g, n, k);
            if (skipped || operand < lowest || g->visited.items[operand] == g->walk)
                continue;
            g->visited.items[operand] = g->walk;
            array_push(a, &found, operand);
        }
    }
    return in_order(g, a, (node_list){.nodes = found.items, .count = found.count});
}

node_list graph_reach(graph *g, arena *a, node_id root, node_id lowest)
{
    return reach(g, a, root, lowest, false);
}

node_list graph_reach_values(graph *g, arena *a, node_id root, node_id lowest)
{
    return reach(g, a, root, lowest, true);
}

size_t node_list_find(const node_list *list, node_id n)
{
    if (list->index != NULL)
        return n < list->first || (size_t)(n - list->first) >= list->extent
                   ? list->count
                   : list->index[n - list->first];
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->nodes[middle] < n)
            low = middle + 1;
        else
            high = middle;
    }
    return low < list->count && list->nodes[low] == n ? low : list->count;
}

bool graph_is_number(const graph *g, node_id n, double value)
{
    const constant *c = graph_constant_of(g, n);
    return c != NULL && graph_at(g, n)->shape == 0 && c->value.entries[0] == value;
}
