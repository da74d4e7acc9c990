/* Making and running plans: see planning.h. */
#include "eval/planning.h"

enum { POLL_EVERY = 1024 };

/* ---- Making ---- */

static void release_arena(void *kept)
{
    arena_empty(kept);
}

/* An arena that goes with `keep`. */
static void open_arena(arena *a, arena *keep)
{
    enum { BLOCK_BYTES = 1 << 13 };
    arena_init(a, keep->limits, BLOCK_BYTES);
    *arena_defer(keep, release_arena) = a;
}

static void take_results(planning *pl, const node_id *results, size_t count)
{
    plan *p = pl->plan;
    p->results = ARENA_ARRAY(pl->keep, struct plan_result, count);
    for (size_t i = 0; i < count; i++)
        p->results[i] = (struct plan_result){*graph_shape(pl->graph, results[i]),
                                             plan_take(pl, plan_same(pl, results[i]))};
}

static void write_unit(planning *pl, int32_t unit)
{
    if (unit < 0)
        plan_fuse(pl, &pl->groups.items[~unit]);
    else if (plan_is_number(pl, unit))
        plan_number(pl, unit);
    else if (plan_is_asked(pl, unit))
        plan_array(pl, unit);
}

/* From the last to the first; where all are numbers they come in their own order. */
static void write_steps(planning *pl)
{
    for (size_t i = pl->units.count; i-- > 0;) {
        if (i % POLL_EVERY == 0)
            limits_poll(pl->work->limits);
        write_unit(pl, pl->units.items[i]);
    }
    node_id n = pl->has_arrays ? pl->lowest - 1 : pl->highest;
    for (; (n = plan_numbers(pl, n)) >= pl->lowest; n--) {
        op_id op = graph_op(pl->graph, n);
        if (plan_is_asked(pl, n) && op != OP_LEAF && op != OP_CONST)
            plan_array(pl, n);
    }
    plan_end_numbers(pl);
}

static void start(planning *pl, arena *keep, const graph *g, const node_id *results,
                  size_t count)
{
    *pl = (planning){
        .graph = g, .keep = keep, .plan = ARENA_NEW(keep, plan), .highest = NODE_NONE};
    pl->plan->limits = keep->limits;
    open_arena(&pl->plan->work, keep);
    open_arena(&pl->plan->scratch, keep);
    pl->work = &pl->plan->work;
    for (op_id op = 0; op < OP_COUNT; op++)
        pl->kernels[op] = (uint8_t)op_row(op)->kernel_id;
    for (size_t i = 0; i < count; i++)
        if (results[i] > pl->highest)
            pl->highest = results[i];
    size_t nodes = (size_t)pl->highest + 1;
    pl->state = ARENA_ARRAY(pl->work, int32_t, nodes);
    pl->twin = ARENA_ARRAY(pl->work, node_id, nodes);
    pl->has_arrays = g->shapes.count > 1; /* the first one is that of numbers */
    if (!pl->has_arrays)
        return;
    pl->used = ARENA_ARRAY(pl->work, bool, nodes);
    pl->views = ARENA_ARRAY(pl->work, node_view, nodes);
    pl->lane = ARENA_ARRAY(pl->work, uint32_t, nodes);
}

plan *plan_make(arena *a, const graph *g, const node_id *results, size_t count)
{
    planning pl;
    start(&pl, a, g, results, count);
    if (pl.has_arrays) {
        plan_merge(&pl, results, count);
        plan_schedule(&pl);
    }
    take_results(&pl, results, count);
    write_steps(&pl);
    plan_lay_out(&pl);
    arena_empty(pl.work);
    return pl.plan;
}

/* ---- Running ---- */

static void read_leaves(plan *p, leaf_values *leaf, const void *owner)
{
    for (size_t i = 0; i < p->leaves.count; i++) {
        const plan_leaf *l = &p->leaves.items[i];
        const double *entries = leaf(owner, l->number);
        if (l->place.is_number)
            p->numbers[l->place.index] = entries[0];
        else
            p->blocks.items[l->place.index].entries = (double *)entries;
    }
    for (size_t i = 0; i < p->views.count; i++) {
        const plan_view *v = &p->views.items[i];
        p->blocks.items[v->block].entries = p->blocks.items[v->whole].entries + v->offset;
    }
}

static bool run_step(plan *p, const plan_step *step)
{
    if (step->fused != NULL)
        fused_run(p, step->fused);
    else if (step->array != NULL)
        return array_step_run(p, step->array);
    else
        number_steps_run(p, step->begin, step->end);
    return true;
}

bool plan_run(plan *p, leaf_values *leaf, const void *owner)
{
    arena_clear(&p->scratch);
    p->factors = (factor_cache){0};
    p->problem = NULL;
    p->note = NULL;
    read_leaves(p, leaf, owner);
    for (size_t i = p->steps.count; i-- > 0;)
        if (!run_step(p, &p->steps.items[i]))
            return false;
    return true;
}

const char *plan_problem(const plan *p)
{
    return p->problem;
}

tensor plan_result(const plan *p, size_t i)
{
    return (tensor){p->results[i].shape, plan_entries(p, p->results[i].place)};
}

/* ---- For a run ---- */

static bool has_large_arrays(const graph *g)
{
    enum { LARGE = 1 << 14 };
    for (size_t i = 0; i < g->shapes.count; i++)
        if (shape_count(&g->shapes.items[i]) >= LARGE)
            return true;
    return false;
}

bool plan_compute(run *r, node_id n)
{
    if (r->planned || !has_large_arrays(r->graph))
        return run_compute(r, &n, 1);
    r->planned = true;
    plan *p = plan_make(r->arena, r->graph, &n, 1);
    bool fine = plan_run(p, r->leaf, r->owner);
    r->problem = p->problem;
    r->note = p->note != NULL ? p->note : r->note;
    if (fine)
        run_keep(r, n, plan_result(p, 0).entries);
    return fine;
}
