/* What is needed, and which nodes have the same value: see planning.h. */
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
    pl->same[n] = 1;
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
        if (pl->same[n] == 0)
            continue;
        if (!graph_is_scalar(g, n))
            pl->has_arrays = true;
        else if (pl->kernels[graph_op(g, n)] != KERNEL_NONE)
            pl->needed_numbers++;
        for (size_t k = 0; k < graph_arity(g, n); k++)
            if (plan_reads(pl, n, k))
                need(pl, graph_operand(g, n, k));
    }
}

/* ---- Operands ---- */

node_id plan_operand(const planning *pl, node_id n, size_t k, bool *transposed)
{
    const graph *g = pl->graph;
    node_id operand = plan_same(pl, graph_operand(g, n, k));
    *transposed = false;
    if (plan_is_elementwise(pl, n))
        while (graph_op(g, operand) == OP_EXPAND)
            operand = plan_same(pl, graph_operand(g, operand, 0));
    else if (op_row(graph_op(g, n))->array == array_product)
        while (graph_op(g, operand) == OP_TRANSPOSE) {
            operand = plan_same(pl, graph_operand(g, operand, 0));
            *transposed = !*transposed;
        }
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

/* The last nodes, by what they compute. */
enum { RECENT_BITS = 10 };
typedef node_id recent_nodes[1 << RECENT_BITS];

static uint64_t mix(uint64_t hash, uint64_t with)
{
    return (hash ^ with) * UINT64_C(0x9e3779b97f4a7c15);
}

/* Of a number, its bits. */
static uint64_t constant_bits(const constant *c)
{
    uint64_t bits = 0;
    if (shape_is_number(&c->value.shape))
        memcpy(&bits, c->value.entries, sizeof bits);
    else
        bits = (uint64_t)(uintptr_t)c->value.entries;
    return bits;
}

static size_t hash_of(const planning *pl, node_id n)
{
    const node *at = graph_at(pl->graph, n);
    uint64_t hash = mix(at->op, (uint64_t)at->shape);
    if (at->op == OP_CONST)
        hash = mix(hash, constant_bits(graph_constant_of(pl->graph, n)));
    for (size_t k = 0; k < at->arity; k++)
        if (plan_reads(pl, n, k))
            hash = mix(hash, (uint64_t)pl->same[graph_operand(pl->graph, n, k)]);
    return (size_t)(hash >> (64 - RECENT_BITS));
}

static bool are_equal(const planning *pl, node_id a, node_id b)
{
    const graph *g = pl->graph;
    const node *p = graph_at(g, a), *q = graph_at(g, b);
    if (p->op != q->op || p->shape != q->shape || p->arity != q->arity ||
        p->op == OP_LEAF)
        return false;
    if (p->op == OP_CONST)
        return constant_bits(graph_constant_of(g, a)) ==
               constant_bits(graph_constant_of(g, b));
    for (size_t k = 0; k < p->arity; k++) {
        node_id one = graph_operand(g, a, k), other = graph_operand(g, b, k);
        if (plan_reads(pl, a, k) ? pl->same[one] != pl->same[other]
                                 : !graph_same_shape(g, one, other))
            return false;
    }
    return true;
}

/* Node `n` itself where no recent one has its value. */
static node_id find_same(const planning *pl, recent_nodes recent, node_id n)
{
    const graph *g = pl->graph;
    if (pl->kernels[graph_op(g, n)] == KERNEL_copy &&
        graph_same_shape(g, n, graph_operand(g, n, 0)))
        return plan_same(pl, graph_operand(g, n, 0));
    node_id *slot = &recent[hash_of(pl, n)];
    if (*slot != 0 && are_equal(pl, *slot - 1, n))
        return *slot - 1;
    *slot = n + 1;
    return n;
}

static void count_use(planning *pl, node_id n)
{
    if (pl->uses[n] < 2)
        pl->uses[n]++;
}

static void count_operands(planning *pl, node_id n)
{
    bool transposed;
    for (size_t k = 0; k < graph_arity(pl->graph, n); k++)
        if (plan_reads(pl, n, k))
            count_use(pl, plan_operand(pl, n, k, &transposed));
}

/* Rules make the sine of what a cosine was taken of, which stands near its argument: both
 * together take little longer than one. */
static void find_twin(planning *pl, node_id n)
{
    enum { NEAR = 8 };
    const graph *g = pl->graph;
    op_id op = graph_op(g, n), other = op == OP_SIN ? OP_COS : OP_SIN;
    if ((op != OP_SIN && op != OP_COS) || !graph_is_scalar(g, n))
        return;
    node_id of = plan_same(pl, graph_operand(g, n, 0));
    for (node_id near = of + 1; near < n && near <= of + NEAR; near++) {
        if (graph_op(g, near) != other || pl->same[near] != near + 1 ||
            plan_same(pl, graph_operand(g, near, 0)) != of || pl->twin[near] != 0)
            continue;
        pl->twin[near] = n + 1;
        pl->twin[n] = near + 1;
        return;
    }
}

/* A loop up. */
static void merge(planning *pl)
{
    recent_nodes recent = {0};
    for (node_id n = pl->lowest; n <= pl->highest; n++) {
        poll(pl, n);
        if (pl->same[n] == 0)
            continue;
        node_id same = find_same(pl, recent, n);
        pl->same[n] = same + 1;
        if (same != n)
            continue;
        count_operands(pl, n);
        find_twin(pl, n);
    }
}

void plan_merge(planning *pl, const node_id *results, size_t count)
{
    mark(pl, results, count);
    merge(pl);
    for (size_t i = 0; i < count; i++)
        count_use(pl, plan_same(pl, results[i]));
}
