/* Elementwise operations on arrays of one shape, and the sums of such: block by block,
 * so that what one operation hands to the next is still in the cache. */
#include <stdlib.h>
#include <string.h>

#include "base/threads.h"
#include "eval/fused.h"
#include "tensor/vector.h"

/* Arrays of so many entries are worth several threads. */
enum { SHARED_FROM = 1 << 18 };

typedef struct writer {
    planning *pl;
    const node_group *group;
    shape shape;
    ARRAY(fused_op) ops; /* the last one first */
    ARRAY(lane) lanes;
    ARRAY(fused_total) totals;
    ARRAY(size_t) idle; /* blocks of room */
    size_t rooms;
    ARRAY(node_id) touched; /* nodes that have a lane */
} writer;

static int by_id(const void *a, const void *b)
{
    node_id p = *(const node_id *)a, q = *(const node_id *)b;
    return (p > q) - (p < q);
}

static bool is_member(const writer *w, node_id n)
{
    return bsearch(&n, w->group->members.items, w->group->members.count, sizeof n,
                   by_id) != NULL;
}

static lane make_lane(writer *w, node_id n)
{
    planning *pl = w->pl;
    bool inner = is_member(w, n) && plan_is_elementwise(pl, n);
    if (inner && !plan_is_asked(pl, n)) {
        size_t room = w->idle.count > 0 ? w->idle.items[--w->idle.count] : w->rooms++;
        return (lane){.kind = LANE_KEPT, .room = room};
    }
    lane made = {.where = plan_take(pl, n), .shape = *graph_shape(pl->graph, n)};
    made.kind = made.where.is_number                  ? LANE_NUMBER
                : shape_equal(&made.shape, &w->shape) ? LANE_STREAM
                                                      : LANE_STRETCH;
    if (made.kind != LANE_STREAM)
        made.room = w->rooms++;
    return made;
}

static size_t lane_of(writer *w, node_id n)
{
    planning *pl = w->pl;
    if (pl->lane[n] == 0) {
        lane made = make_lane(w, n);
        array_push(pl->work, &w->lanes, made);
        array_push(pl->work, &w->touched, n);
        pl->lane[n] = (uint32_t)w->lanes.count;
    }
    return pl->lane[n] - 1;
}

static void write_total(writer *w, node_id n)
{
    planning *pl = w->pl;
    operand_form form;
    node_id of = plan_operand(pl, n, 0, &form);
    bool mean = op_row(graph_op(pl->graph, n))->array == array_mean;
    array_push(pl->work, &w->totals,
               ((fused_total){.where = plan_take(pl, n),
                              .divisor = mean ? (double)shape_count(&w->shape) : 1}));
    fused_op op = {.arity = 1, .out = w->totals.count - 1, .in = {lane_of(w, of)}};
    array_push(pl->work, &w->ops, op);
}

static void write_operation(writer *w, node_id n)
{
    planning *pl = w->pl;
    kernel_id id = pl->kernels[graph_op(pl->graph, n)];
    fused_op op = {.arity = graph_arity(pl->graph, n), .out = lane_of(w, n)};
    if (w->lanes.items[op.out].kind == LANE_KEPT)
        array_push(pl->work, &w->idle, w->lanes.items[op.out].room);
    node_id operands[3] = {0};
    operand_form form;
    for (size_t k = 0; k < op.arity; k++)
        operands[k] = plan_operand(pl, n, k, &form);
    if (id == KERNEL_pow && graph_is_number(pl->graph, operands[1], 2)) {
        id = KERNEL_square;
        op.arity = 1;
    }
    op.kernel = vector_kernel(id, shape_count(&w->shape));
    for (size_t k = 0; k < op.arity; k++)
        op.in[k] = lane_of(w, operands[k]);
    array_push(pl->work, &w->ops, op);
}

/* Members that someone outside asked for keep their places up to here. */
static void end_group(writer *w)
{
    planning *pl = w->pl;
    for (size_t i = 0; i < w->group->members.count; i++)
        if (plan_is_asked(pl, w->group->members.items[i]))
            plan_release(pl, w->group->members.items[i]);
    for (size_t i = 0; i < w->touched.count; i++)
        pl->lane[w->touched.items[i]] = 0;
}

static void *keep(planning *pl, const void *items, size_t count, size_t size)
{
    void *kept = arena_alloc(pl->keep, limits_product(pl->keep->limits, count, size));
    if (count > 0)
        memcpy(kept, items, count * size);
    return kept;
}

static fused *finish(writer *w)
{
    planning *pl = w->pl;
    fused *f = ARENA_NEW(pl->keep, fused);
    *f = (fused){.shape = w->shape,
                 .count = shape_count(&w->shape),
                 .op_count = w->ops.count,
                 .lane_count = w->lanes.count,
                 .rooms = w->rooms,
                 .total_count = w->totals.count};
    f->parts = (f->count + PART - 1) / PART;
    f->threads = f->count < SHARED_FROM ? 1 : threads_count();
    f->ops = ARENA_ARRAY(pl->keep, fused_op, f->op_count);
    for (size_t i = 0; i < f->op_count; i++)
        f->ops[i] = w->ops.items[f->op_count - 1 - i];
    f->lanes = keep(pl, w->lanes.items, f->lane_count, sizeof *f->lanes);
    f->totals = keep(pl, w->totals.items, f->total_count, sizeof *f->totals);
    f->at = ARENA_ARRAY(pl->keep, double *, f->lane_count * f->threads);
    f->part_sums = ARENA_ARRAY(pl->keep, double, f->total_count * f->parts);
    if (f->rooms * f->threads * BLOCK > pl->room)
        pl->room = f->rooms * f->threads * BLOCK;
    return f;
}

void plan_fuse(planning *pl, const node_group *group)
{
    plan_end_numbers(pl);
    writer w = {.pl = pl, .group = group, .shape = pl->graph->shapes.items[group->shape]};
    for (size_t i = group->members.count; i-- > 0;) {
        node_id n = group->members.items[i];
        if (plan_is_asked(pl, n) && plan_is_total(pl, n))
            write_total(&w, n);
        else if (plan_is_asked(pl, n) || pl->lane[n] != 0)
            write_operation(&w, n);
    }
    end_group(&w);
    if (w.ops.count > 0)
        array_push(pl->keep, &pl->plan->steps, ((plan_step){.fused = finish(&w)}));
}
