#include "trace/vary.h"

#include <string.h>

variation vary_start(arena *a, const run *base, const node_id *targets, size_t count)
{
    return (variation){
        .base = base, .arena = a, .plan = plan_make(a, base->graph, targets, count)};
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
    array_push(v->arena, &v->leaves, ((varied_leaf){number, entries}));
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

bool vary_compute(const variation *v)
{
    return plan_run(v->plan, leaf_entries, v);
}

tensor vary_value(const variation *v, size_t i)
{
    return plan_result(v->plan, i);
}

const char *vary_problem(const variation *v)
{
    return plan_problem(v->plan);
}
