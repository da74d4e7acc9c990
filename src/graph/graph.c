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
        for (size_t k = 0; k < count; k++)
            n.operand[k] = operands[k];
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

const char *leaf_kind_word(leaf_kind kind)
{
    static const char *const words[] = {
        [LEAF_INPUT] = "input", [LEAF_PARAM] = "param", [LEAF_CONST] = "const"};
    return words[kind];
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

bool graph_uses_value(const graph *g, node_id n, size_t k)
{
    const operation *row = op_row(graph_op(g, n));
    return k >= OP_MAX_OPERANDS || !(row->shape_only[k] || row->fixed[k]);
}

/* ---- Reaching ---- */

/* One walk down from a root. */
typedef struct reaching {
    const graph *graph;
    uint32_t *visited; /* per node: the last walk that came by */
    uint32_t walk;
    node_id lowest;
    bool values_only;
} reaching;

/* Marks what `n` uses; returns how many nodes that are new, and lists them in `fresh`
 * unless that is NULL. */
static inline size_t mark_operands(const reaching *r, node_id n, node_id *fresh)
{
    size_t arity, count = 0;
    const node_id *operands = graph_operands(r->graph, n, &arity);
    uint32_t *visited = r->visited, walk = r->walk;
    for (size_t k = 0; k < arity; k++) {
        node_id operand = operands[k];
        if (operand < r->lowest || visited[operand] == walk ||
            (r->values_only && !graph_uses_value(r->graph, n, k)))
            continue;
        visited[operand] = walk;
        if (fresh != NULL)
            fresh[count] = operand;
        count++;
    }
    return count;
}

/* Marks what the root uses in one loop down. Returns how many nodes that are; 0 where
 * they lie so far apart that the loop would mostly pass by others. */
static size_t mark_dense(const reaching *r, node_id root)
{
    enum {
        SPARSE = 8,
        START = 64
    }; /* so many passed by for each one, and from then on */
    size_t count = 1, passed = 0;
    r->visited[root] = r->walk;
    for (node_id n = root; n >= r->lowest; n--) {
        if (r->visited[n] == r->walk)
            count += mark_operands(r, n, NULL);
        else if (++passed > START + SPARSE * count)
            return 0;
    }
    return count;
}

/* What has been marked from `low` to `high`, with an index. */
static node_list list_dense(const reaching *r, arena *a, node_id low, node_id high,
                            size_t count)
{
    while (r->visited[low] != r->walk)
        low++;
    node_list found = {.nodes = ARENA_ARRAY(a, node_id, count),
                       .count = count,
                       .first = low,
                       .extent = (size_t)(high - low) + 1};
    if (found.extent == count) { /* all of them */
        for (size_t i = 0; i < count; i++)
            found.nodes[i] = low + (node_id)i;
        return found;
    }
    found.index = ARENA_ARRAY(a, uint32_t, found.extent);
    size_t listed = 0;
    for (node_id n = low; n <= high; n++) {
        bool reached = r->visited[n] == r->walk;
        found.index[n - low] = (uint32_t)(reached ? listed : count);
        if (reached)
            found.nodes[listed++] = n;
    }
    assert(listed == count);
    return found;
}

static int ascending(const void *a, const void *b)
{
    node_id p = *(const node_id *)a, q = *(const node_id *)b;
    return (p > q) - (p < q);
}

/* Marks and lists where they lie far apart: takes time by how many they are. */
static node_list list_sparse(const reaching *r, arena *a, node_id root)
{
    ARRAY(node_id) found = {0};
    array_push(a, &found, root);
    r->visited[root] = r->walk;
    /* What was found and not looked at yet is the rest of the list. */
    for (size_t i = 0; i < found.count; i++) {
        node_id n = found.items[i];
        array_reserve(a, &found, found.count + graph_arity(r->graph, n));
        found.count += mark_operands(r, n, found.items + found.count);
    }
    qsort(found.items, found.count, sizeof *found.items, ascending);
    return (node_list){.nodes = found.items, .count = found.count};
}

static void make_marks(graph *g)
{
    size_t known = g->visited.count;
    if (known >= g->nodes.count)
        return;
    array_reserve(g->arena, &g->visited, g->nodes.count);
    memset(g->visited.items + known, 0,
           (g->nodes.count - known) * sizeof *g->visited.items);
    g->visited.count = g->nodes.count;
}

static node_list reach(graph *g, arena *a, node_id root, node_id lowest, bool values_only)
{
    make_marks(g);
    if (root < lowest)
        lowest = root;
    reaching r = {g, g->visited.items, ++g->walk, lowest, values_only};
    size_t count = mark_dense(&r, root);
    if (count > 0)
        return list_dense(&r, a, lowest, root, count);
    r.walk = ++g->walk;
    return list_sparse(&r, a, root);
}

node_list graph_reach(graph *g, arena *a, node_id root, node_id lowest)
{
    return reach(g, a, root, lowest, false);
}

node_list graph_reach_values(graph *g, arena *a, node_id root, node_id lowest)
{
    return reach(g, a, root, lowest, true);
}

size_t node_list_search(const node_list *list, node_id n)
{
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
