/* What is needed, and which nodes have the same value: see planning.h. */
#include <string.h>

#include "eval/planning.h"

enum { POLL_EVERY = 1024 };

static void poll(const planning *pl, node_id n)
{
    if (n % POLL_EVERY == 0)
        limits_poll(pl->work->limits);
}

static void mark_operands(planning *pl, node_id n, node_id *lowest)
{
    const graph *g = pl->graph;
    for (size_t k = 0; k < graph_arity(g, n); k++) {
        if (!plan_reads(pl, n, k))
            continue;
        node_id operand = graph_operand(g, n, k);
        pl->state[operand] = NODE_NEEDED;
        *lowest = operand < *lowest ? operand : *lowest;
    }
}

/* A loop down. */
static void mark(planning *pl, const node_id *results, size_t count)
{
    const node *nodes = pl->graph->nodes.items;
    int32_t *state = pl->state;
    node_id lowest = INT32_MAX;
    for (size_t i = 0; i < count; i++) {
        state[results[i]] = NODE_NEEDED;
        lowest = results[i] < lowest ? results[i] : lowest;
    }
    for (node_id n = pl->highest; n >= lowest; n--) {
        const node *at = &nodes[n];
        poll(pl, n);
        if (state[n] == NODE_UNNEEDED)
            continue;
        if (!plan_is_common(pl, at)) {
            mark_operands(pl, n, &lowest);
            continue;
        }
        node_id first = at->operand[0], last = at->operand[at->arity - 1];
        state[first] = state[last] = NODE_NEEDED;
        first = first < last ? first : last;
        lowest = first < lowest ? first : lowest;
    }
    pl->lowest = lowest;
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

/* 0, 1, or more than 1. */
static void count_use(planning *pl, node_id n)
{
    if (pl->has_arrays)
        pl->used[n] = true;
}

static void merge_node(planning *pl, recent *r, node_id n)
{
    node_id same = find_same(pl, r, n);
    operand_form form;
    if (same != n)
        pl->state[n] = plan_stands_for(same);
    for (size_t k = 0; same == n && k < graph_arity(pl->graph, n); k++)
        if (plan_reads(pl, n, k))
            count_use(pl, plan_operand(pl, n, k, &form));
}

/* ---- Equal numbers ---- */

/* What merge_node does, for a common node of which copies are to be found: functions,
 * that is. Sums and products are computed in less time than it takes to compare them. */
static void merge_function(planning *pl, recent *r, node_id n)
{
    const node *at = &pl->graph->nodes.items[n];
    uint32_t id = pl->kernels[at->op];
    node_id a = plan_same(pl, at->operand[0]);
    node_id b = plan_same(pl, at->operand[at->arity - 1]);
    uint64_t operands = (uint64_t)(uint32_t)a << 32 | (uint32_t)b;
    struct recent_number *found = &r->numbers[slot_of(mix(operands, id))];
    if (id == KERNEL_copy)
        pl->state[n] = plan_stands_for(a);
    else if (found->operands == operands && found->kernel_id == id)
        pl->state[n] = plan_stands_for(found->node);
    else
        *found = (struct recent_number){operands, id, n};
}

static inline bool is_function(kernel_id id)
{
    return id >= KERNEL_pow || id == KERNEL_copy;
}

/* A loop up. */
static void merge(planning *pl)
{
    recent r = {0};
    const node *nodes = pl->graph->nodes.items;
    for (node_id n = pl->lowest; n <= pl->highest; n++) {
        const node *at = &nodes[n];
        bool common = plan_is_common(pl, at);
        poll(pl, n);
        if (common && !is_function(pl->kernels[at->op]))
            continue;
        if (pl->has_arrays && pl->state[n] == NODE_UNNEEDED)
            continue;
        if (common)
            merge_function(pl, &r, n);
        else
            merge_node(pl, &r, n);
    }
}

/* Where there are arrays it pays to know what is needed. Numbers that are not are passed
 * by when steps are written, as no one asks for them. */
void plan_merge(planning *pl, const node_id *results, size_t count)
{
    if (pl->has_arrays)
        mark(pl, results, count);
    merge(pl);
    for (size_t i = 0; i < count; i++)
        count_use(pl, plan_same(pl, results[i]));
}
