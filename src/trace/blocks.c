/* Calls of the prelude as one node each: see tracing.h. */
#include <stdlib.h>

#include "base/unicode.h"
#include "build/formula.h"
#include "build/fraction.h"
#include "trace/tracing.h"

/* ---- Finding them ---- */

/* The outermost call that the user has not written, or NULL: what it calls in turn is not
 * shown either. */
static const call_group *call_of(const graph *g, node_id n)
{
    const call_group *within = graph_op(g, n) == OP_CONST ? NULL : graph_group_of(g, n);
    while (within != NULL && within->outer != NULL && within->outer->predefined)
        within = within->outer;
    return within != NULL && within->predefined ? within : NULL;
}

/* The nodes of a call follow each other. */
static void add_member(tracer *t, size_t at)
{
    const call_group *call = call_of(t->graph, t->reached.nodes[at]);
    if (call == NULL)
        return;
    size_t count = t->blocks.count;
    if (count == 0 || t->blocks.items[count - 1].call != call)
        array_push(t->arena, &t->blocks, ((block){.call = call, .first = at}));
    block *last = &t->blocks.items[t->blocks.count - 1];
    last->members++;
    last->last = at;
    last->whole = last->whole || t->reached.nodes[at] == call->result;
    t->member_of[at] = t->blocks.count - 1;
}

/* A derivative uses what is inside a call too; then the call is shown with all its nodes.
 */
static void open_used_blocks(tracer *t)
{
    for (size_t i = 0; i < t->reached.count; i++) {
        node_id n = t->reached.nodes[i];
        for (size_t k = 0; k < graph_arity(t->graph, n); k++) {
            node_id operand = graph_operand(t->graph, n, k);
            size_t within = t->member_of[node_list_find(&t->reached, operand)];
            if (within != NOT_TRACED && within != t->member_of[i] &&
                t->blocks.items[within].call->result != operand)
                t->blocks.items[within].whole = false;
        }
    }
}

void tracing_find_blocks(tracer *t)
{
    t->member_of = ARENA_ARRAY(t->arena, size_t, t->reached.count + 1);
    for (size_t i = 0; i <= t->reached.count; i++)
        t->member_of[i] = NOT_TRACED;
    if (!t->request->collapsed)
        return;
    for (size_t i = 0; i < t->reached.count; i++)
        add_member(t, i);
    open_used_blocks(t);
}

block *tracing_block(const tracer *t, node_id n)
{
    size_t within = t->member_of[node_list_find(&t->reached, n)];
    if (within == NOT_TRACED || !t->blocks.items[within].whole)
        return NULL;
    return &t->blocks.items[within];
}

static bool is_argument(const tracer *t, const block *of, node_id n)
{
    return graph_op(t->graph, n) != OP_CONST && tracing_block(t, n) != of;
}

static int ascending(const void *a, const void *b)
{
    node_id p = *(const node_id *)a, q = *(const node_id *)b;
    return (p > q) - (p < q);
}

node_list tracing_arguments(const tracer *t, const block *of)
{
    ARRAY(node_id) found = {0};
    for (size_t i = of->first; i <= of->last; i++) {
        node_id n = t->reached.nodes[i];
        for (size_t k = 0; k < graph_arity(t->graph, n); k++) {
            node_id operand = graph_operand(t->graph, n, k);
            if (tracing_block(t, n) == of && is_argument(t, of, operand))
                array_push(t->arena, &found, operand);
        }
    }
    node_list distinct = {.nodes = found.items};
    if (found.count > 0)
        qsort(found.items, found.count, sizeof *found.items, ascending);
    for (size_t i = 0; i < found.count; i++)
        if (i == 0 || found.items[i] != found.items[i - 1])
            distinct.nodes[distinct.count++] = found.items[i];
    return distinct;
}

/* ---- Their edges ---- */

/* What flows down to `to` from all nodes of the block; without entries where nothing
 * does. The edges of a block follow each other. */
static tensor downstream_of(const tracer *t, const backward *pass, size_t first,
                            const block *of, node_id to)
{
    tensor sum = {*graph_shape(t->graph, to), NULL};
    size_t count = shape_count(&sum.shape);
    node_id lowest = t->reached.nodes[of->first];
    double *entries = NULL;
    for (size_t i = first; i < pass->edges.count; i++) {
        const backward_edge *edge = &pass->edges.items[i];
        if (edge->from < lowest)
            break;
        if (edge->to != to || tracing_block(t, edge->from) != of)
            continue;
        if (entries == NULL)
            entries = ARENA_ARRAY(t->arena, double, count);
        tensor part = run_value(t->run, edge->downstream);
        for (size_t k = 0; k < count; k++)
            entries[k] += part.entries[k];
    }
    sum.entries = entries;
    return sum;
}

/* Says of an edge of a block that a kink was hit inside: the last one. */
static void describe_kinks(const tracer *t, const backward *pass, size_t first,
                           const block *of, trace_edge *described)
{
    node_id lowest = t->reached.nodes[of->first];
    for (size_t i = first; i < pass->edges.count; i++) {
        const backward_edge *edge = &pass->edges.items[i];
        if (edge->from < lowest)
            break;
        if (tracing_block(t, edge->from) == of)
            tracing_describe_kink(t, edge, &t->plain[i], described);
    }
}

/* What flows down to each argument for that upstream; the walk inside a block. */
static node_id *derive(tracer *t, const block *of, node_list arguments, node_id upstream,
                       bool plain)
{
    backward inside;
    node_id *derived = ARENA_ARRAY(t->arena, node_id, arguments.count);
    differentiate_between(t->request->builder, of->call->result, upstream,
                          arguments.nodes, arguments.count, plain, &inside);
    for (size_t k = 0; k < arguments.count; k++)
        derived[k] = backward_adjoint(&inside, arguments.nodes[k]);
    return derived;
}

/* Whether the plain rules come to the same here. */
static bool is_plain_here(tracer *t, node_id plain, const tensor *downstream)
{
    if (!run_compute(t->run, &plain, 1))
        return false;
    tensor value = run_value(t->run, plain);
    for (size_t i = 0; i < shape_count(&value.shape); i++)
        if (!(value.entries[i] == downstream->entries[i]))
            return false;
    return true;
}

/* A formula that is too long to be read is left out. */
static const char *shortened(const char *formula)
{
    enum { READABLE = 72 };
    return unicode_text_width(formula) > READABLE ? "…" : formula;
}

/* Where the block is a number it has a slope by each argument, the derivative itself;
 * else a rule for any upstream. */
static bool describe_argument(tracer *t, node_id derived, node_id upstream, bool number,
                              trace_edge *edge)
{
    if (!number) {
        tracing_describe_rule(t, derived, upstream, edge);
        edge->formula = shortened(edge->formula);
        edge->rule = shortened(edge->rule);
        return true;
    }
    if (!run_compute(t->run, &derived, 1))
        return false;
    edge->is_local = true;
    edge->local = run_value(t->run, derived);
    node_id shown = fraction_of(t->request->builder, derived, tracing_name, t);
    edge->formula = shortened(formula_of(t->arena, t->graph, shown, tracing_name, t));
    return true;
}

bool tracing_describe_block(tracer *t, const backward *pass, size_t first,
                            const block *of)
{
    builder *b = t->request->builder;
    limits_poll(t->arena->limits);
    node_list arguments = tracing_arguments(t, of);
    const shape *s = graph_shape(t->graph, of->call->result);
    bool number = shape_is_number(s);
    node_id upstream =
        number ? simplify_number(b, 1) : graph_leaf(b->graph, NODE_NONE, LEAF_CONST, s);
    const node_id *guarded = derive(t, of, arguments, upstream, false);
    const node_id *plain = derive(t, of, arguments, upstream, true);
    const node_id *here =
        derive(t, of, arguments, backward_adjoint(pass, of->call->result), true);
    size_t before = t->made->edges.count;
    for (size_t k = 0; k < arguments.count; k++) {
        node_id to = arguments.nodes[k];
        trace_edge edge = {.from = tracing_index(t, of->call->result),
                           .to = tracing_index(t, to),
                           .arg = k,
                           .downstream = downstream_of(t, pass, first, of, to)};
        if (edge.downstream.entries == NULL)
            continue;
        bool is_plain = is_plain_here(t, here[k], &edge.downstream);
        if (!describe_argument(t, is_plain ? plain[k] : guarded[k], upstream, number,
                               &edge))
            return false;
        array_push(t->arena, &t->made->edges, edge);
    }
    if (t->made->edges.count > before)
        describe_kinks(t, pass, first, of,
                       &t->made->edges.items[t->made->edges.count - 1]);
    return true;
}
