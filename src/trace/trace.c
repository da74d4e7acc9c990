#include "trace/trace.h"

#include <string.h>

#include "base/text.h"
#include "base/unicode.h"
#include "build/formula.h"
#include "trace/tracing.h"

/* ---- Which nodes ---- */

static void take(tracer *t, size_t at)
{
    trace *made = t->made;
    t->index[at] = made->nodes.count;
    t->nodes[made->nodes.count] = t->reached.nodes[at];
    array_push(t->arena, &made->nodes, ((trace_node){0}));
}

/* Numbers the nodes: leaves first, then in the order of evaluation; of a block the result
 * alone, and no literals. */
static void number_nodes(tracer *t)
{
    for (int leaves = 1; leaves >= 0; leaves--)
        for (size_t i = 0; i < t->reached.count; i++) {
            node_id n = t->reached.nodes[i];
            const block *within = tracing_block(t, n);
            bool leaf = graph_op(t->graph, n) == OP_LEAF;
            t->index[i] = leaf == (leaves == 1) ? NOT_TRACED : t->index[i];
            if (leaf == (leaves == 1) && (within == NULL || within->call->result == n))
                take(t, i);
        }
}

size_t tracing_index(const tracer *t, node_id n)
{
    size_t at = node_list_find(&t->reached, n);
    return at == t->reached.count ? NOT_TRACED : t->index[at];
}

const char *tracing_name(const void *owner, node_id n)
{
    const tracer *t = owner;
    size_t index = tracing_index(t, n);
    return index == NOT_TRACED ? NULL : t->names[index];
}

/* ---- What they are called ---- */

static const char *next_name(const tracer *t, size_t *number)
{
    for (;;) {
        const char *name = format_in(t->arena, "v%zu", ++*number);
        if (!t->request->name_in_use(t->request->owner, name))
            return name;
    }
}

const char *tracing_constant(const tracer *t, node_id n)
{
    const constant *c = graph_constant_of(t->graph, n);
    return c->text != NULL ? c->text : formula_of(t->arena, t->graph, n, tracing_name, t);
}

static void name_nodes(tracer *t)
{
    size_t count = t->made->nodes.count, number = 0;
    t->names = ARENA_ARRAY(t->arena, const char *, count);
    for (size_t i = 0; i < count; i++) {
        node_id n = t->nodes[i];
        const char *name = graph_name_of(t->graph, n);
        if (name == NULL)
            name = graph_op(t->graph, n) == OP_CONST ? NULL : next_name(t, &number);
        t->names[i] = name;
    }
}

/* ---- What they compute ---- */

static const char *kind_name(const graph *g, node_id n)
{
    op_id op = graph_op(g, n);
    if (op == OP_CONST)
        return "const";
    if (op != OP_LEAF)
        return "compute";
    return leaf_kind_word(graph_leaf_kind(g, n));
}

/* A block's result stands for the call. */
static void describe_call(const tracer *t, const block *call, trace_node *described)
{
    node_list arguments = tracing_arguments(t, call);
    size_t *args = ARENA_ARRAY(t->arena, size_t, arguments.count);
    for (size_t k = 0; k < arguments.count; k++)
        args[k] = tracing_index(t, arguments.nodes[k]);
    described->op = call->call->text;
    described->formula = call->call->text;
    described->args = args;
    described->arg_count = arguments.count;
    described->inner_nodes = call->members;
    if (call->members == 1)
        described->says = op_row(graph_op(t->graph, call->call->result))->says;
}

static void describe_operation(const tracer *t, node_id n, trace_node *described)
{
    const graph *g = t->graph;
    const operation *row = op_row(graph_op(g, n));
    size_t arity = graph_arity(g, n);
    size_t *args = ARENA_ARRAY(t->arena, size_t, arity);
    for (size_t k = 0; k < arity; k++)
        args[k] = tracing_index(t, graph_operand(g, n, k));
    described->op = row->spelling != NULL ? row->spelling : "=";
    described->says = row->says == NULL ? NULL : tracing_words(t, row->says, n, 0);
    described->args = args;
    described->arg_count = arity;
    described->formula = formula_of_node(t->arena, g, n, tracing_name, t);
}

static void describe_nodes(tracer *t)
{
    for (size_t i = 0; i < t->made->nodes.count; i++) {
        node_id n = t->nodes[i];
        trace_node *described = &t->made->nodes.items[i];
        described->literal = t->names[i] == NULL;
        described->name = described->literal ? tracing_constant(t, n) : t->names[i];
        described->kind = kind_name(t->graph, n);
        const call_group *within = graph_group_of(t->graph, n);
        described->group = within == NULL ? NULL : within->text;
        described->value = run_value(t->run, n);
        const block *call = tracing_block(t, n);
        if (call != NULL)
            describe_call(t, call, described);
        else if (graph_arity(t->graph, n) > 0)
            describe_operation(t, n, described);
    }
}

/* The bar stands above the first character, over what marks it has already. */
const char *trace_gradient_name(arena *a, trace_notation notation, const char *of,
                                const char *by)
{
    switch (notation) {
    case NOTATION_PARTIAL:
        break;
    case NOTATION_BAR: {
        size_t first = unicode_first_letter(by, strlen(by));
        const char *barred = format_in(a, "%.*s\u0304%s", (int)first, by, by + first);
        size_t length = strlen(barred);
        return unicode_compose(a, barred, length, &length);
    }
    case NOTATION_BAR_ASCII:
        return format_in(a, "%s_bar", by);
    }
    return format_in(a, "∂%s/∂%s", of, by);
}

static tracer trace_start(const trace_request *request, trace *made)
{
    builder *b = request->builder;
    *made = (trace){.of = request->of, .notation = request->notation};
    tracer t = {.request = request,
                .graph = b->graph,
                .arena = b->arena,
                .run = b->run,
                .made = made,
                .reached = graph_reach(b->graph, b->arena, request->root, 0)};
    t.index = ARENA_ARRAY(t.arena, size_t, t.reached.count);
    t.nodes = ARENA_ARRAY(t.arena, node_id, t.reached.count);
    tracing_find_blocks(&t);
    number_nodes(&t);
    name_nodes(&t);
    made->root = tracing_index(&t, request->root);
    return t;
}

bool trace_forward(const trace_request *request, trace *made)
{
    tracer t = trace_start(request, made);
    if (!run_compute(t.run, t.nodes, made->nodes.count))
        return false;
    describe_nodes(&t);
    return true;
}

/* ---- The backward pass ---- */

typedef ARRAY(node_id) target_list;

static void want(tracer *t, target_list *targets, node_id n)
{
    if (n != NODE_NONE)
        array_push(t->arena, targets, n);
}

static plain_rule plain_rule_of(const tracer *t, const backward *pass,
                                const backward_edge *edge)
{
    builder *b = t->request->builder;
    plain_rule rule = {NODE_NONE, rules_kink(b, edge->from)};
    if (!rules_is_plain(graph_op(t->graph, edge->from), edge->operand))
        rule.plain =
            rules_plain(b, edge->from, edge->operand, backward_adjoint(pass, edge->from));
    return rule;
}

static bool compute_backward(tracer *t, const backward *pass)
{
    target_list targets = {0};
    t->plain = ARENA_ARRAY(t->arena, plain_rule, pass->edges.count);
    for (size_t i = 0; i < pass->edges.count; i++) {
        const backward_edge *edge = &pass->edges.items[i];
        t->plain[i] = plain_rule_of(t, pass, edge);
        want(t, &targets, edge->downstream);
        want(t, &targets, tracing_rule(edge));
        want(t, &targets, t->plain[i].plain);
        want(t, &targets, t->plain[i].kink);
    }
    for (size_t i = 0; i < t->made->nodes.count; i++) {
        want(t, &targets, t->nodes[i]);
        want(t, &targets, backward_adjoint(pass, t->nodes[i]));
    }
    return run_compute(t->run, targets.items, targets.count);
}

static bool describe_edges(tracer *t, const backward *pass)
{
    for (size_t i = 0; i < pass->edges.count; i++) {
        const backward_edge *edge = &pass->edges.items[i];
        block *call = tracing_block(t, edge->from);
        if (call == NULL)
            tracing_describe_edge(t, edge, &t->plain[i]);
        else if (!call->described && !tracing_describe_block(t, pass, i, call))
            return false;
        if (call != NULL)
            call->described = true;
    }
    return true;
}

static tensor zeros_like(arena *a, const shape *s)
{
    return (tensor){*s, ARENA_ARRAY(a, double, shape_count(s))};
}

/* Hands every node the terms of its upstream: the edges sorted, by counting, by the
 * operand they lead to. */
static void describe_terms(tracer *t)
{
    trace *made = t->made;
    trace_term *terms = ARENA_ARRAY(t->arena, trace_term, made->edges.count);
    for (size_t i = 0; i < made->edges.count; i++)
        made->nodes.items[made->edges.items[i].to].term_count++;
    size_t begin = 0;
    for (size_t i = 0; i < made->nodes.count; i++) {
        trace_node *described = &made->nodes.items[i];
        described->terms = terms + begin;
        begin += described->term_count;
        described->term_count = 0;
    }
    for (size_t i = 0; i < made->edges.count; i++) {
        const trace_edge *edge = &made->edges.items[i];
        trace_node *to = &made->nodes.items[edge->to];
        size_t at = (size_t)(to->terms - terms) + to->term_count++;
        terms[at] = (trace_term){made->nodes.items[edge->from].name, edge->downstream};
    }
}

static void describe_upstreams(tracer *t, const backward *pass)
{
    describe_terms(t);
    for (size_t i = 0; i < t->made->nodes.count; i++) {
        node_id adjoint = backward_adjoint(pass, t->nodes[i]);
        trace_node *described = &t->made->nodes.items[i];
        described->has_upstream = adjoint != NODE_NONE;
        if (adjoint != NODE_NONE)
            described->upstream = run_value(t->run, adjoint);
    }
}

static void describe_gradient(tracer *t, node_id by)
{
    trace *made = t->made;
    trace_gradient described = {.name = graph_name_of(t->graph, by),
                                .kind = kind_name(t->graph, by)};
    size_t index = tracing_index(t, by);
    const trace_node *at = index == NOT_TRACED ? NULL : &made->nodes.items[index];
    if (at != NULL && at->has_upstream) {
        described.value = at->upstream;
        described.terms = at->terms;
        described.term_count = at->term_count;
    } else {
        described.value = zeros_like(t->arena, graph_shape(t->graph, by));
    }
    array_push(t->arena, &made->gradients, described);
}

bool trace_gradients(const trace_request *request, const node_id *wrt, size_t count,
                     trace *made)
{
    tracer t = trace_start(request, made);
    backward pass;
    request->builder->shown = (node_id)t.graph->nodes.count;
    differentiate(request->builder, request->root, wrt, count, &pass);
    if (!compute_backward(&t, &pass))
        return false;
    describe_nodes(&t);
    if (!describe_edges(&t, &pass))
        return false;
    describe_upstreams(&t, &pass);
    for (size_t i = 0; i < count; i++)
        describe_gradient(&t, wrt[i]);
    return true;
}

size_t trace_default_wrt(const trace_request *request, const node_id **wrt)
{
    const builder *b = request->builder;
    node_list reached = graph_reach(b->graph, b->arena, request->root, 0);
    size_t count = 0;
    for (size_t i = 0; i < reached.count; i++) {
        node_id n = reached.nodes[i];
        if (graph_op(b->graph, n) == OP_LEAF &&
            graph_leaf_kind(b->graph, n) != LEAF_CONST)
            reached.nodes[count++] = n;
    }
    *wrt = reached.nodes;
    return count;
}
