/* What is needed where there are arrays, and which nodes have the same value: see
 * planning.h. */
#include <string.h>

#include "eval/planning.h"

enum { POLL_EVERY = 1024 };

static void poll(const planning *pl, node_id n)
{
    if (n % POLL_EVERY == 0)
        limits_poll(pl->work->limits);
}

static void need(planning *pl, node_id n)
{
    pl->state[n] = NODE_NEEDED;
    if (n < pl->lowest)
        pl->lowest = n;
}

/* A loop down. */
static void mark(planning *pl, const node_id *results, size_t count)
{
    const graph *g = pl->graph;
    pl->lowest = INT32_MAX;
    for (size_t i = 0; i < count; i++)
        need(pl, results[i]);
    for (node_id n = pl->highest; n >= pl->lowest; n--) {
        poll(pl, n);
        for (size_t k = 0; pl->state[n] == NODE_NEEDED && k < graph_arity(g, n); k++)
            if (plan_reads(pl, n, k))
                need(pl, graph_operand(g, n, k));
    }
}

/* ---- Operands ---- */

/* Whether a factor of a matrix product is a number, stretched. */
static bool is_uniform(const planning *pl, node_id product, size_t k)
{
    const graph *g = pl->graph;
    node_id factor = plan_same(pl, graph_operand(g, product, k));
    return graph_op(g, factor) == OP_EXPAND && graph_shape(g, factor)->rank == 2 &&
           graph_shape(g, product)->rank == 2 &&
           graph_is_scalar(g, graph_operand(g, factor, 0));
}

/* One of both factors may be uniform. */
static node_id factor_of(const planning *pl, node_id product, size_t k,
                         operand_form *form)
{
    const graph *g = pl->graph;
    node_id factor = plan_same(pl, graph_operand(g, product, k));
    if (is_uniform(pl, product, k) && (k == 0 || !is_uniform(pl, product, 0))) {
        *form = OPERAND_UNIFORM;
        return plan_same(pl, graph_operand(g, factor, 0));
    }
    while (graph_op(g, factor) == OP_TRANSPOSE) {
        factor = plan_same(pl, graph_operand(g, factor, 0));
        *form = *form == OPERAND_PLAIN ? OPERAND_TRANSPOSED : OPERAND_PLAIN;
    }
    return factor;
}

node_id plan_operand(const planning *pl, node_id n, size_t k, operand_form *form)
{
    const graph *g = pl->graph;
    *form = OPERAND_PLAIN;
    if (op_row(graph_op(g, n))->array == array_product)
        return factor_of(pl, n, k, form);
    node_id operand = plan_same(pl, graph_operand(g, n, k));
    if (plan_is_elementwise(pl, n))
        while (graph_op(g, operand) == OP_EXPAND)
            operand = plan_same(pl, graph_operand(g, operand, 0));
    return operand;
}

bool plan_is_view(const planning *pl, node_id n, size_t *offset)
{
    const graph *g = pl->graph;
    const operation *row = op_row(graph_op(g, n));
    tensor operands[OP_MAX_OPERANDS];
    size_t arity = graph_arity(g, n);
    if (row->view == NULL || graph_is_scalar(g, plan_same(pl, graph_operand(g, n, 0))))
        return false;
    for (size_t k = 0; k < arity; k++) {
        node_id operand = graph_operand(g, n, k);
        const constant *c = graph_constant_of(g, operand);
        if (k > 0 && c == NULL && plan_reads(pl, n, k))
            return false;
        operands[k] =
            (tensor){*graph_shape(g, operand), c == NULL ? NULL : c->value.entries};
    }
    array_call call = {
        .operands = operands, .count = arity, .result = *graph_shape(g, n)};
    return row->view(&call, offset);
}

/* ---- Equal nodes ---- */

/* The last nodes, by a hash of what they compute: 1 + the node; 0: none. */
enum { RECENT_BITS = 8 };
typedef node_id recent[1 << RECENT_BITS];

static uint64_t mix(uint64_t hash, uint64_t with)
{
    return (hash ^ with) * UINT64_C(0x9e3779b97f4a7c15);
}

/* Of a number, its bits. */
static uint64_t constant_bits(const constant *c)
{
    uint64_t bits = (uint64_t)(uintptr_t)c->value.entries;
    if (shape_is_number(&c->value.shape))
        memcpy(&bits, c->value.entries, sizeof bits);
    return bits;
}

static uint64_t hash_of(const planning *pl, node_id n)
{
    const node *at = graph_at(pl->graph, n);
    uint64_t hash = mix(at->op, (uint64_t)at->shape);
    if (at->op == OP_CONST)
        hash = mix(hash, constant_bits(graph_constant_of(pl->graph, n)));
    for (size_t k = 0; k < graph_arity(pl->graph, n); k++)
        if (plan_reads(pl, n, k))
            hash = mix(hash, (uint64_t)plan_same(pl, graph_operand(pl->graph, n, k)));
    return hash;
}

static bool are_equal(const planning *pl, node_id a, node_id b)
{
    const graph *g = pl->graph;
    const node *p = graph_at(g, a), *q = graph_at(g, b);
    size_t arity = graph_arity(g, a);
    if (p->op != q->op || p->shape != q->shape || arity != graph_arity(g, b) ||
        p->op == OP_LEAF)
        return false;
    if (p->op == OP_CONST)
        return constant_bits(graph_constant_of(g, a)) ==
               constant_bits(graph_constant_of(g, b));
    for (size_t k = 0; k < arity; k++) {
        node_id one = graph_operand(g, a, k), other = graph_operand(g, b, k);
        if (plan_reads(pl, a, k) ? plan_same(pl, one) != plan_same(pl, other)
                                 : !graph_same_shape(g, one, other))
            return false;
    }
    return true;
}

/* Node `n` itself where no recent one has its value. */
static node_id find_same(const planning *pl, recent r, node_id n)
{
    const graph *g = pl->graph;
    if (pl->kernels[graph_op(g, n)] == KERNEL_copy &&
        graph_same_shape(g, n, graph_operand(g, n, 0)))
        return plan_same(pl, graph_operand(g, n, 0));
    node_id *found = &r[hash_of(pl, n) >> (64 - RECENT_BITS)];
    if (*found != 0 && are_equal(pl, *found - 1, n))
        return *found - 1;
    *found = n + 1;
    return n;
}

static void merge_node(planning *pl, recent r, node_id n)
{
    node_id same = find_same(pl, r, n);
    operand_form form;
    if (same != n)
        pl->state[n] = plan_stands_for(same);
    for (size_t k = 0; same == n && k < graph_arity(pl->graph, n); k++)
        if (plan_reads(pl, n, k))
            pl->used[plan_operand(pl, n, k, &form)] = true;
}

/* A loop up. Numbers that are computed from numbers are compared when their steps are
 * written. */
static void merge(planning *pl)
{
    recent r = {0};
    for (node_id n = pl->lowest; n <= pl->highest; n++) {
        poll(pl, n);
        if (pl->state[n] == NODE_NEEDED && !plan_is_number(pl, n))
            merge_node(pl, r, n);
    }
}

void plan_merge(planning *pl, const node_id *results, size_t count)
{
    mark(pl, results, count);
    merge(pl);
    for (size_t i = 0; i < count; i++)
        pl->used[plan_same(pl, results[i])] = true;
}
