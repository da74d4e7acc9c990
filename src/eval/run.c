#include "eval/run.h"

#include <assert.h>
#include <string.h>

#include "graph/apply.h"

enum { POLL_EVERY = 1024 };

void run_init(run *r, const graph *g, arena *a, leaf_values *leaf, const void *owner)
{
    *r = (run){.graph = g, .arena = a, .leaf = leaf, .owner = owner};
}

/* Marks nodes while a plan is made. */
static const double needed[1];

/* In place of a number of uses: the value stays. */
static const uint32_t STAYS = UINT32_MAX;

/* Values of so many entries are worth letting go. */
enum { LARGE = 4096 };

static void make_room(run *r)
{
    size_t count = r->graph->nodes.count;
    if (count <= r->known)
        return;
    r->values = arena_grow(r->arena, r->values, r->known * sizeof *r->values,
                           limits_product(r->arena->limits, count, sizeof *r->values));
    r->uses = arena_grow(r->arena, r->uses, r->known * sizeof *r->uses,
                         limits_product(r->arena->limits, count, sizeof *r->uses));
    memset(r->values + r->known, 0, (count - r->known) * sizeof *r->values);
    r->known = count;
}

static void need(run *r, node_id n, uint32_t uses, node_id *lowest)
{
    if (r->values[n] == NULL) {
        r->values[n] = needed;
        r->uses[n] = uses;
        r->needed += graph_is_scalar(r->graph, n);
        if (n < *lowest)
            *lowest = n;
    } else if (r->uses[n] != STAYS) {
        r->uses[n]++;
    }
}

/* Whether the kernel looks at the entries of operand `k`, and not just at its shape. */
static bool reads(const run *r, node_id n, size_t k)
{
    return k >= OP_MAX_OPERANDS || !op_row(graph_op(r->graph, n))->shape_only[k];
}

/* Marks what the targets need and has no value yet. Returns the lowest such node. */
static node_id mark(run *r, const node_id *targets, size_t count, node_id *highest)
{
    node_id lowest = INT32_MAX;
    *highest = NODE_NONE;
    r->needed = 0;
    for (size_t i = 0; i < count; i++) {
        need(r, targets[i], STAYS, &lowest);
        r->uses[targets[i]] = STAYS;
        if (targets[i] > *highest)
            *highest = targets[i];
    }
    for (node_id n = *highest; n >= lowest; n--) {
        if (r->values[n] != needed)
            continue;
        for (size_t k = 0; k < graph_arity(r->graph, n); k++)
            if (reads(r, n, k))
                need(r, graph_operand(r->graph, n, k), 1, &lowest);
    }
    return lowest;
}

/* ---- Blocks ---- */

/* Room for `count` entries: an idle block that is not much larger, or a new one. */
static double *take_block(run *r, size_t count)
{
    for (size_t i = 0; i < r->idle.count && count >= LARGE; i++) {
        run_block found = r->idle.items[i];
        if (found.count < count || found.count / 2 > count)
            continue;
        r->idle.items[i] = r->idle.items[--r->idle.count];
        return found.entries;
    }
    return ARENA_ARRAY(r->arena, double, count);
}

/* One node fewer has yet to be computed with operand `n`. */
static void use(run *r, node_id n)
{
    if (r->uses[n] == STAYS || --r->uses[n] > 0)
        return;
    run_block idle = {(double *)r->values[n], shape_count(graph_shape(r->graph, n))};
    r->values[n] = NULL;
    array_push(r->arena, &r->idle, idle);
}

static tensor value_of(const run *r, node_id n)
{
    return (tensor){*graph_shape(r->graph, n), r->values[n]};
}

/* The entries of an operation; NULL with a problem. */
static const double *apply(run *r, node_id n)
{
    const graph *g = r->graph;
    size_t arity = graph_arity(g, n);
    tensor few[OP_MAX_OPERANDS];
    tensor *operands =
        arity <= OP_MAX_OPERANDS ? few : ARENA_ARRAY(r->arena, tensor, arity);
    for (size_t k = 0; k < arity; k++)
        operands[k] = value_of(r, graph_operand(g, n, k));
    array_call call = {.scratch = r->arena,
                       .operands = operands,
                       .count = arity,
                       .result = *graph_shape(g, n),
                       .factors = &r->factors};
    array_view *view = op_row(graph_op(g, n))->view;
    size_t offset;
    if (view != NULL && view(&call, &offset)) {
        r->uses[n] = STAYS;
        r->uses[graph_operand(g, n, 0)] = STAYS;
        return operands[0].entries + offset;
    }
    size_t count = shape_count(&call.result);
    if (count < LARGE)
        r->uses[n] = STAYS;
    else
        limits_poll(r->arena->limits);
    call.out = take_block(r, count);
    bool fine = apply_operation(graph_op(g, n), &call);
    if (call.note != NULL)
        r->note = call.note;
    if (fine)
        return call.out;
    r->problem = call.problem;
    return NULL;
}

/* An elementwise operation whose result is a number has numbers for operands. */
static const double *apply_to_numbers(run *r, node_id n, kernel *of)
{
    const double *operands[OP_MAX_OPERANDS];
    size_t arity = graph_arity(r->graph, n);
    for (size_t k = 0; k < arity; k++)
        operands[k] = r->values[graph_operand(r->graph, n, k)];
    double *out = r->numbers++;
    of(1, out, operands);
    r->uses[n] = STAYS;
    return out;
}

static const double *compute(run *r, node_id n)
{
    op_id op = graph_op(r->graph, n);
    if (op == OP_CONST || op == OP_LEAF)
        r->uses[n] = STAYS;
    if (op == OP_CONST)
        return graph_constant_of(r->graph, n)->value.entries;
    if (op == OP_LEAF)
        return r->leaf(r->owner, graph_operand(r->graph, n, 0));
    kernel *elementwise = op_row(op)->kernel;
    bool numbers = elementwise != NULL && graph_is_scalar(r->graph, n);
    const double *entries = numbers ? apply_to_numbers(r, n, elementwise) : apply(r, n);
    for (size_t k = 0; entries != NULL && k < graph_arity(r->graph, n); k++)
        if (reads(r, n, k))
            use(r, graph_operand(r->graph, n, k));
    return entries;
}

void run_keep(run *r, node_id n, const double *entries)
{
    make_room(r);
    r->values[n] = entries;
    r->uses[n] = STAYS;
}

void run_forget(run *r, node_id from)
{
    if ((size_t)from < r->known)
        memset(r->values + from, 0, (r->known - (size_t)from) * sizeof *r->values);
}

bool run_compute(run *r, const node_id *targets, size_t count)
{
    r->problem = NULL;
    make_room(r);
    node_id highest;
    node_id lowest = mark(r, targets, count, &highest);
    r->numbers = ARENA_ARRAY(r->arena, double, r->needed);
    for (node_id n = lowest; n <= highest; n++) {
        if (n % POLL_EVERY == 0)
            limits_poll(r->arena->limits);
        if (r->values[n] == needed)
            r->values[n] = compute(r, n);
        if (r->problem != NULL) {
            run_forget(r, lowest); /* marks of what was not reached stay behind */
            return false;
        }
    }
    return true;
}

tensor run_value(const run *r, node_id n)
{
    assert((size_t)n < r->known && r->values[n] != NULL);
    return value_of(r, n);
}

double run_number(const run *r, node_id n)
{
    assert(shape_is_number(graph_shape(r->graph, n)));
    return r->values[n][0];
}
