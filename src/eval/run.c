#include "eval/run.h"

#include <assert.h>
#include <stdlib.h>
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

/* The arrays over all nodes live as long as the graph, and what a statement leaves in
 * them is taken out by the list of what it touched: so a statement takes time by what it
 * needs, not by how large the graph is. */
static void make_room(run *r)
{
    size_t count = r->graph->nodes.count;
    if (count <= r->known)
        return;
    arena *keep = r->graph->arena;
    size_t wanted = count < 2 * r->known ? 2 * r->known : count;
    r->values = arena_grow(keep, r->values, r->known * sizeof *r->values,
                           limits_product(keep->limits, wanted, sizeof *r->values));
    r->uses = arena_grow(keep, r->uses, r->known * sizeof *r->uses,
                         limits_product(keep->limits, wanted, sizeof *r->uses));
    memset(r->values + r->known, 0, (wanted - r->known) * sizeof *r->values);
    r->known = wanted;
}

/* Of a node without one. */
static void set_value(run *r, node_id n, const double *entries, uint32_t uses)
{
    array_push(r->graph->arena, &r->touched, n);
    r->values[n] = entries;
    r->uses[n] = uses;
    r->end = n < r->end ? r->end : n + 1;
}

static void need(run *r, node_id n, uint32_t uses)
{
    if (r->values[n] == NULL) {
        set_value(r, n, needed, uses);
        r->needed += graph_is_scalar(r->graph, n);
    } else if (r->uses[n] != STAYS) {
        r->uses[n]++;
    }
}

/* Whether the kernel looks at the entries of operand `k`, and not just at its shape. */
static bool reads(const run *r, node_id n, size_t k)
{
    return k >= OP_MAX_OPERANDS || !op_row(graph_op(r->graph, n))->shape_only[k];
}

/* Marks what the targets need and has no value yet: what is touched from `first` on. */
static void mark(run *r, const node_id *targets, size_t count, size_t first)
{
    r->needed = 0;
    for (size_t i = 0; i < count; i++) {
        need(r, targets[i], STAYS);
        r->uses[targets[i]] = STAYS;
    }
    for (size_t i = first; i < r->touched.count; i++) {
        node_id n = r->touched.items[i];
        for (size_t k = 0; k < graph_arity(r->graph, n); k++)
            if (reads(r, n, k))
                need(r, graph_operand(r->graph, n, k), 1);
    }
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
    set_value(r, n, entries, STAYS);
}

void run_forget(run *r, node_id from)
{
    if (from >= r->end)
        return;
    memset(r->values + from, 0, (size_t)(r->end - from) * sizeof *r->values);
    r->end = from;
    while (r->touched.count > 0 && r->touched.items[r->touched.count - 1] >= from)
        r->touched.count--; /* those before may stay on the list */
}

/* Takes the values of nodes that were touched out again. */
static void clear_touched(run *r, size_t first)
{
    for (size_t i = first; i < r->touched.count; i++)
        r->values[r->touched.items[i]] = NULL;
    r->touched.count = first;
}

void run_start(run *r)
{
    clear_touched(r, 0);
    r->end = 0;
    r->idle = (run_blocks){0};
    r->factors = (factor_cache){0};
    r->problem = r->note = NULL;
}

static int ascending(const void *a, const void *b)
{
    node_id p = *(const node_id *)a, q = *(const node_id *)b;
    return (p > q) - (p < q);
}

/* Computes a node that was marked. */
static bool compute_marked(run *r, node_id n)
{
    if (n % POLL_EVERY == 0)
        limits_poll(r->arena->limits);
    if (r->values[n] == needed)
        r->values[n] = compute(r, n);
    return r->problem == NULL;
}

/* All that was marked, operands first: in one loop up the graph, or, where that would
 * pass much else, up the sorted list. */
static bool compute_all(run *r, node_id *marked, size_t count)
{
    enum { DENSE = 8 }; /* one in so many */
    node_id low = INT32_MAX, high = NODE_NONE;
    for (size_t i = 0; i < count; i++) {
        low = marked[i] < low ? marked[i] : low;
        high = marked[i] > high ? marked[i] : high;
    }
    bool fine = true;
    if (count > 0 && (size_t)(high - low) / DENSE < count) {
        for (node_id n = low; n <= high && fine; n++)
            fine = compute_marked(r, n);
        return fine;
    }
    if (count > 1)
        qsort(marked, count, sizeof *marked, ascending);
    for (size_t i = 0; i < count && fine; i++)
        fine = compute_marked(r, marked[i]);
    return fine;
}

bool run_compute(run *r, const node_id *targets, size_t count)
{
    r->problem = NULL;
    make_room(r);
    size_t first = r->touched.count;
    mark(r, targets, count, first);
    r->numbers = ARENA_ARRAY(r->arena, double, r->needed);
    size_t marked = r->touched.count - first;
    if (marked == 0 || compute_all(r, r->touched.items + first, marked))
        return true;
    clear_touched(r, first); /* marks of what was not reached too */
    return false;
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
