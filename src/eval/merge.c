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
    pl->state[n] = NODE_NEEDED;
    if (n < pl->lowest)
        pl->lowest = n;
}

static void mark_operands(planning *pl, node_id n)
{
    if (!graph_is_scalar(pl->graph, n))
        pl->has_arrays = true;
    for (size_t k = 0; k < graph_arity(pl->graph, n); k++)
        if (plan_reads(pl, n, k))
            need(pl, graph_operand(pl->graph, n, k));
}

/* A loop down. */
static void mark(planning *pl, const node_id *results, size_t count)
{
    pl->lowest = INT32_MAX;
    for (size_t i = 0; i < count; i++)
        need(pl, results[i]);
    for (node_id n = pl->highest; n >= pl->lowest; n--) {
        const node *at = &pl->graph->nodes.items[n];
        poll(pl, n);
        if (pl->state[n] == NODE_UNNEEDED)
            continue;
        if (plan_is_common(pl, at)) {
            need(pl, at->operand[0]);
            if (at->arity == 2)
                need(pl, at->operand[1]);
        } else {
            mark_operands(pl, n);
        }
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

/* The last nodes, by a hash of what they compute. */
enum { RECENT_BITS = 8 };
typedef struct recent {
    node_id node[1 << RECENT_BITS]; /* 1 + the node; 0: none */
    struct recent_number {
        uint64_t operands; /* both: who stands for them */
        uint32_t kernel_id;
        node_id node;
    } numbers[1 << RECENT_BITS];
} recent;

static uint64_t mix(uint64_t hash, uint64_t with)
{
    return (hash ^ with) * UINT64_C(0x9e3779b97f4a7c15);
}

static size_t slot_of(uint64_t hash)
{
    return (size_t)(hash >> (64 - RECENT_BITS));
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
    for (size_t k = 0; k < at->arity; k++)
        if (plan_reads(pl, n, k))
            hash = mix(hash, (uint64_t)plan_same(pl, graph_operand(pl->graph, n, k)));
    return hash;
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
        if (plan_reads(pl, a, k) ? plan_same(pl, one) != plan_same(pl, other)
                                 : !graph_same_shape(g, one, other))
            return false;
    }
    return true;
}

/* Node `n` itself where no recent one has its value. */
static node_id find_same(const planning *pl, recent *r, node_id n)
{
    const graph *g = pl->graph;
    if (pl->kernels[graph_op(g, n)] == KERNEL_copy &&
        graph_same_shape(g, n, graph_operand(g, n, 0)))
        return plan_same(pl, graph_operand(g, n, 0));
    node_id *found = &r->node[slot_of(hash_of(pl, n))];
    if (*found != 0 && are_equal(pl, *found - 1, n))
        return *found - 1;
    *found = n + 1;
    return n;
}

static void count_use(planning *pl, node_id n)
{
    pl->uses[n] = (uint8_t)(pl->uses[n] + (pl->uses[n] < 2));
}

static void merge_node(planning *pl, recent *r, node_id n)
{
    node_id same = find_same(pl, r, n);
    bool transposed;
    if (same != n)
        pl->state[n] = plan_stands_for(same);
    for (size_t k = 0; same == n && k < graph_arity(pl->graph, n); k++)
        if (plan_reads(pl, n, k))
            count_use(pl, plan_operand(pl, n, k, &transposed));
}

/* ---- Equal numbers ---- */

/* Rules make the sine of what a cosine was taken of, which stands near its argument: both
 * together take little longer than one. */
static void find_twin(planning *pl, node_id n)
{
    enum { NEAR = 8 };
    const graph *g = pl->graph;
    op_id other = graph_op(g, n) == OP_SIN ? OP_COS : OP_SIN;
    node_id of = plan_same(pl, graph_operand(g, n, 0));
    for (node_id near = of + 1; near < n && near <= of + NEAR; near++) {
        if (graph_op(g, near) != other || !plan_is_own(pl, near) ||
            plan_same(pl, graph_operand(g, near, 0)) != of || pl->twin[near] != 0)
            continue;
        pl->twin[near] = n + 1;
        pl->twin[n] = near + 1;
        return;
    }
}

/* What merge_node does, for a common node. That two are equal is so rare that it is found
 * out by a single branch. */
static void merge_number(planning *pl, recent *r, node_id n)
{
    const node *at = &pl->graph->nodes.items[n];
    uint32_t id = pl->kernels[at->op];
    node_id a = plan_same(pl, at->operand[0]);
    node_id b = at->arity == 2 ? plan_same(pl, at->operand[1]) : NODE_NONE;
    uint64_t operands = (uint64_t)(uint32_t)a << 32 | (uint32_t)b;
    struct recent_number *found = &r->numbers[slot_of(mix(operands, id))];
    if (id == KERNEL_copy) {
        pl->state[n] = plan_stands_for(a);
    } else if (((found->operands ^ operands) | (found->kernel_id ^ id)) == 0) {
        pl->state[n] = plan_stands_for(found->node);
    } else {
        *found = (struct recent_number){operands, id, n};
        count_use(pl, a);
        if (b != NODE_NONE)
            count_use(pl, b);
        if (id == KERNEL_sin || id == KERNEL_cos)
            find_twin(pl, n);
    }
}

/* A loop up. */
static void merge(planning *pl)
{
    recent r = {0};
    for (node_id n = pl->lowest; n <= pl->highest; n++) {
        poll(pl, n);
        if (pl->state[n] == NODE_UNNEEDED)
            continue;
        if (plan_is_common(pl, &pl->graph->nodes.items[n]))
            merge_number(pl, &r, n);
        else
            merge_node(pl, &r, n);
    }
}

void plan_merge(planning *pl, const node_id *results, size_t count)
{
    mark(pl, results, count);
    merge(pl);
    for (size_t i = 0; i < count; i++)
        count_use(pl, plan_same(pl, results[i]));
}
