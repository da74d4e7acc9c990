/* Where values lie: see planning.h. */
#include "eval/planning.h"

/* Blocks of so many entries may also hold half as many. */
enum { LARGE = 4096 };

/* ---- Numbers ---- */

/* Leaves and constants are there from the beginning, so nothing else uses their places.
 */
uint32_t plan_place_number(planning *pl, node_id n)
{
    const graph *g = pl->graph;
    op_id op = graph_op(g, n);
    bool reusing = op != OP_CONST && op != OP_LEAF && pl->idle_numbers.count > 0;
    if (reusing)
        return pl->idle_numbers.items[--pl->idle_numbers.count];
    uint32_t index = plan_fresh_number(pl);
    if (op == OP_CONST)
        array_push(pl->keep, &pl->plan->constants,
                   ((plan_constant){graph_constant_of(g, n)->value.entries[0], index}));
    else if (op == OP_LEAF)
        array_push(pl->keep, &pl->plan->leaves,
                   ((plan_leaf){graph_operand(g, n, 0), {true, index}}));
    return index;
}

/* ---- Blocks ---- */

static uint32_t fresh_block(planning *pl, size_t count, const double *entries)
{
    /* Values of leaves and constants are never written to. */
    array_push(pl->keep, &pl->plan->blocks, ((plan_block){(double *)entries, count}));
    return (uint32_t)(pl->plan->blocks.count - 1);
}

static uint32_t idle_block(planning *pl, size_t count)
{
    for (size_t i = 0; i < pl->idle.count; i++) {
        idle_blocks *idle = &pl->idle.items[i];
        bool fits = idle->count == count ||
                    (count >= LARGE && idle->count > count && idle->count / 2 <= count);
        if (fits && idle->blocks.count > 0)
            return idle->blocks.items[--idle->blocks.count];
    }
    return fresh_block(pl, count, NULL);
}

static void give_back(planning *pl, uint32_t block)
{
    size_t i = 0, count = pl->plan->blocks.items[block].count;
    while (i < pl->idle.count && pl->idle.items[i].count != count)
        i++;
    if (i == pl->idle.count)
        array_push(pl->work, &pl->idle, ((idle_blocks){.count = count}));
    array_push(pl->work, &pl->idle.items[i].blocks, block);
}

/* What lies in another value keeps that for as long as it is read itself. */
static uint32_t place_view(planning *pl, node_id n)
{
    node_view view = pl->views[n];
    uint32_t whole = plan_take(pl, view.whole).index;
    uint32_t block = fresh_block(pl, shape_count(graph_shape(pl->graph, n)), NULL);
    array_push(pl->keep, &pl->plan->views, ((plan_view){block, whole, view.offset}));
    return block;
}

static uint32_t place_block(planning *pl, node_id n)
{
    const graph *g = pl->graph;
    size_t count = shape_count(graph_shape(g, n));
    op_id op = graph_op(g, n);
    if (op == OP_CONST)
        return fresh_block(pl, count, graph_constant_of(g, n)->value.entries);
    if (op == OP_LEAF) {
        uint32_t block = fresh_block(pl, count, NULL);
        array_push(pl->keep, &pl->plan->leaves,
                   ((plan_leaf){graph_operand(g, n, 0), {false, block}}));
        return block;
    }
    return pl->views[n].whole != n ? place_view(pl, n) : idle_block(pl, count);
}

value_place plan_take(planning *pl, node_id n)
{
    bool is_number = graph_is_scalar(pl->graph, n);
    if (is_number)
        plan_take_number(pl, n);
    else if (!plan_is_asked(pl, n))
        pl->state[n] = (int32_t)place_block(pl, n) + 1;
    return (value_place){is_number, plan_place(pl, n)};
}

void plan_release(planning *pl, node_id n)
{
    if (graph_is_scalar(pl->graph, n))
        plan_release_number(pl, n);
    else
        give_back(pl, plan_place(pl, n));
}

/* ---- Memory ---- */

/* In entries: blocks begin where the cache has a line. */
enum { LINE = 8 };

static size_t rounded(size_t count)
{
    return (count + LINE - 1) / LINE * LINE;
}

/* One piece for all, so that what is used together lies together. */
void plan_lay_out(planning *pl)
{
    plan *p = pl->plan;
    limits *l = pl->keep->limits;
    bool *lies_elsewhere = ARENA_ARRAY(pl->work, bool, p->blocks.count);
    for (size_t i = 0; i < p->views.count; i++)
        lies_elsewhere[p->views.items[i].block] = true;
    for (size_t i = 0; i < p->leaves.count; i++)
        if (!p->leaves.items[i].place.is_number)
            lies_elsewhere[p->leaves.items[i].place.index] = true;
    size_t all = rounded(p->number_count) + rounded(pl->room) + LINE;
    for (size_t i = 0; i < p->blocks.count; i++)
        if (!lies_elsewhere[i] && p->blocks.items[i].entries == NULL) {
            limits_product(l, all + p->blocks.items[i].count, sizeof(double));
            all += rounded(p->blocks.items[i].count);
        }
    double *memory = ARENA_ARRAY(pl->keep, double, all);
    size_t skipped = (uintptr_t)memory / sizeof(double) % LINE;
    p->numbers = memory + (skipped == 0 ? 0 : LINE - skipped);
    p->room = p->numbers + rounded(p->number_count);
    double *next = p->room + rounded(pl->room);
    for (size_t i = 0; i < p->blocks.count; i++)
        if (!lies_elsewhere[i] && p->blocks.items[i].entries == NULL) {
            p->blocks.items[i].entries = next;
            next += rounded(p->blocks.items[i].count);
        }
    for (size_t i = 0; i < p->constants.count; i++)
        p->numbers[p->constants.items[i].index] = p->constants.items[i].value;
}
