#include "trace/vary.h"

#include <string.h>

static void release(void *scratch)
{
    arena_empty(scratch);
}

variation *vary_start(arena *a, const run *base)
{
    enum { SCRATCH_BLOCK = 1 << 14 };
    variation *v = ARENA_NEW(a, variation);
    v->base = base;
    v->arena = a;
    arena_init(&v->scratch, a->limits, SCRATCH_BLOCK);
    *arena_defer(a, release) = &v->scratch;
    return v;
}

double *vary_leaf(variation *v, node_id leaf, const double *like)
{
    const graph *g = v->base->graph;
    int32_t number = graph_operand(g, leaf, 0);
    size_t count = shape_count(graph_shape(g, leaf));
    double *entries = ARENA_ARRAY(v->arena, double, count);
    if (like == NULL)
        like = v->base->leaf(v->base->owner, number);
    memcpy(entries, like, count * sizeof *entries);
    array_push(v->arena, &v->leaves, ((varied_leaf){leaf, number, count, entries}));
    return entries;
}

static const double *leaf_entries(const void *owner, int32_t number)
{
    const variation *v = owner;
    for (size_t i = 0; i < v->leaves.count; i++)
        if (v->leaves.items[i].number == number)
            return v->leaves.items[i].entries;
    return v->base->leaf(v->base->owner, number);
}

bool vary_compute(variation *v, const node_id *targets, size_t count)
{
    arena_empty(&v->scratch);
    run_init(&v->run, v->base->graph, &v->scratch, leaf_entries, v);
    return run_compute(&v->run, targets, count);
}

tensor vary_value(const variation *v, node_id target)
{
    return run_value(&v->run, target);
}

const char *vary_problem(const variation *v)
{
    return v->run.problem;
}
