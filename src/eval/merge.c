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
    pl->has_arrays = pl->has_arrays || !graph_is_scalar(g, n);
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
static inline void count_use(uint8_t *uses)
{
    *uses = (uint8_t)(*uses << 1 | 1);
}

static void merge_node(planning *pl, recent *r, node_id n)
{
    node_id same = find_same(pl, r, n);
    operand_form form;
    if (same != n)
        pl->state[n] = plan_stands_for(same);
    for (size_t k = 0; same == n && k < graph_arity(pl->graph, n); k++)
        if (plan_reads(pl, n, k))
            count_use(&pl->uses[plan_operand(pl, n, k, &form)]);
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

static inline node_id same_of(const int32_t *state, node_id n)
{
    return state[n] < NODE_NEEDED ? plan_stands_for(state[n]) : n;
}

/* What merge_node does, for the common nodes from `n` on; returns the first that is not
 * one. Most of making a plan is spent here, and that two nodes are equal is so rare that
 * it is found out by a single branch. */
static node_id merge_numbers(planning *pl, recent *r, node_id n)
{
    const node *nodes = pl->graph->nodes.items;
    int32_t *state = pl->state;
    uint8_t *uses = pl->uses;
    for (node_id end = pl->highest; n <= end; n++) {
        const node *at = &nodes[n];
        if (state[n] == NODE_UNNEEDED)
            continue;
        if (!plan_is_common(pl, at))
            break;
        poll(pl, n);
        uint32_t id = pl->kernels[at->op];
        node_id a = same_of(state, at->operand[0]);
        node_id b = same_of(state, at->operand[at->arity - 1]);
        uint64_t operands = (uint64_t)(uint32_t)a << 32 | (uint32_t)b;
        struct recent_number *found = &r->numbers[slot_of(mix(operands, id))];
        if (id == KERNEL_copy) {
            state[n] = plan_stands_for(a);
        } else if (((found->operands ^ operands) | (found->kernel_id ^ id)) == 0) {
            state[n] = plan_stands_for(found->node);
        } else {
            *found = (struct recent_number){operands, id, n};
            count_use(&uses[a]);
            if (at->arity == 2)
                count_use(&uses[b]);
            if (id == KERNEL_sin || id == KERNEL_cos)
                find_twin(pl, n);
        }
    }
    return n;
}

/* A loop up. */
static void merge(planning *pl)
{
    recent r = {0};
    for (node_id n = pl->lowest; (n = merge_numbers(pl, &r, n)) <= pl->highest; n++)
        merge_node(pl, &r, n);
}

void plan_merge(planning *pl, const node_id *results, size_t count)
{
    mark(pl, results, count);
    merge(pl);
    for (size_t i = 0; i < count; i++)
        count_use(&pl->uses[plan_same(pl, results[i])]);
}
