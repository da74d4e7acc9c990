#include "trace/trace.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "build/formula.h"
#include "tensor/broadcast.h"
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
            if (leaf == (leaves == 1) && (within == NULL || within->result == n))
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

static const char *constant_name(const tracer *t, node_id n)
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
    static const char *const kinds[] = {"input", "param", "const"};
    return kinds[graph_leaf_kind(g, n)];
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
        described->says = op_row(graph_op(t->graph, call->result))->says;
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
    described->says = row->says;
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
        described->name = described->literal ? constant_name(t, n) : t->names[i];
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

static tracer trace_start(const trace_request *request, trace *made)
{
    builder *b = request->builder;
    *made = (trace){.of = request->of};
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

/* What runs: the slope, or what is pulled down. */
static node_id rule_node(const backward_edge *edge)
{
    return edge->is_local ? edge->local : edge->pulled;
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
        want(t, &targets, rule_node(edge));
        want(t, &targets, t->plain[i].plain);
        want(t, &targets, t->plain[i].kink);
    }
    for (size_t i = 0; i < t->made->nodes.count; i++) {
        want(t, &targets, t->nodes[i]);
        want(t, &targets, backward_adjoint(pass, t->nodes[i]));
    }
    return run_compute(t->run, targets.items, targets.count);
}

static bool same_entries(tensor a, tensor b)
{
    if (!shape_equal(&a.shape, &b.shape))
        return false;
    size_t count = shape_count(&a.shape);
    for (size_t i = 0; i < count; i++)
        if (a.entries[i] != b.entries[i] && !(isnan(a.entries[i]) && isnan(b.entries[i])))
            return false;
    return true;
}

static bool any_entry(tensor mask)
{
    size_t count = shape_count(&mask.shape);
    for (size_t i = 0; i < count; i++)
        if (mask.entries[i] != 0)
            return true;
    return false;
}

/* Whether the plain form is what prints at this point: the part of the kink, or a guard,
 * changes nothing. */
static bool is_shown_plain(const tracer *t, const backward_edge *edge, node_id plain)
{
    return plain != NODE_NONE &&
           same_entries(run_value(t->run, plain), run_value(t->run, rule_node(edge)));
}

/* The condition of a kink as an equation: a = 0. */
static const char *kink_text(const tracer *t, node_id kink)
{
    assert(graph_op(t->graph, kink) == OP_EQUAL);
    const char *sides[2];
    for (size_t k = 0; k < 2; k++)
        sides[k] = formula_of(t->arena, t->graph, graph_operand(t->graph, kink, k),
                              tracing_name, t);
    return format_in(t->arena, "%s = %s", sides[0], sides[1]);
}

/* The slope in the shape of the consumer. */
static tensor local_value(const tracer *t, const backward_edge *edge)
{
    tensor value = run_value(t->run, edge->local);
    const shape *wide = graph_shape(t->graph, edge->from);
    if (shape_equal(&value.shape, wide))
        return value;
    double *entries = ARENA_ARRAY(t->arena, double, shape_count(wide));
    broadcast_expand(&value, wide, entries);
    return (tensor){*wide, entries};
}

/* Names for printing a rule that pulls: the upstream's node by a name of its own. */
typedef struct upstream_name {
    const tracer *t;
    node_id upstream;
    const char *name;
} upstream_name;

static const char *name_with_upstream(const void *owner, node_id n)
{
    const upstream_name *names = owner;
    return n == names->upstream ? names->name : tracing_name(names->t, n);
}

static const char *rule_text(const upstream_name *names, node_id rule)
{
    const tracer *t = names->t;
    bool named = name_with_upstream(names, rule) != NULL;
    return (named ? formula_of : formula_of_node)(t->arena, t->graph, rule,
                                                  name_with_upstream, names);
}

/* The sizes of a matrix product: (3×1)(1×2) = 3×2. */
static const char *sizes_of(const tracer *t, node_id rule)
{
    op_id op = graph_op(t->graph, rule);
    if (op != OP_MATMUL && op != OP_AT && op != OP_SCALE)
        return NULL;
    const char *sizes[3];
    for (size_t k = 0; k < 3; k++)
        sizes[k] = shape_text(
            t->arena,
            graph_shape(t->graph, k == 2 ? rule : graph_operand(t->graph, rule, k)));
    return format_in(t->arena, "(%s)(%s) = %s", sizes[0], sizes[1], sizes[2]);
}

void tracing_describe_rule(const tracer *t, node_id rule, node_id upstream,
                           trace_edge *described)
{
    upstream_name names = {t, upstream, "upstream"};
    described->formula = rule_text(&names, rule);
    names.name = format_in(t->arena, "∂%s/∂%s", t->made->nodes.items[t->made->root].name,
                           t->made->nodes.items[described->from].name);
    described->rule = rule_text(&names, rule);
    described->sizes = sizes_of(t, rule);
}

/* ---- Reasons ---- */

static const char *shown_name(const tracer *t, node_id n)
{
    const char *name = tracing_name(t, n);
    return name != NULL ? name : constant_name(t, n);
}

/* The words of the table with the names of this node: %a, %b … are operands, %out is
 * the result. Of a row with any number of operands %a is the one at hand. */
static const char *with_names(const tracer *t, const char *words,
                              const backward_edge *edge)
{
    text_buffer filled;
    text_init(&filled, t->arena);
    bool any_number = op_row(graph_op(t->graph, edge->from))->arity == 0;
    for (const char *at = words; *at != '\0'; at++) {
        if (*at != '%') {
            text_add_char(&filled, *at);
        } else if (strncmp(at, "%out", strlen("%out")) == 0) {
            text_add(&filled, shown_name(t, edge->from));
            at += strlen("out");
        } else {
            size_t k = any_number ? edge->operand : (size_t)(*++at - 'a');
            at += any_number;
            text_add(&filled, shown_name(t, graph_operand(t->graph, edge->from, k)));
        }
    }
    return text_string(&filled);
}

static const char *reason_of(const tracer *t, const backward_edge *edge)
{
    const operation *row = op_row(graph_op(t->graph, edge->from));
    size_t k = row->arity == 0 ? 0 : edge->operand;
    const shape *s = graph_shape(t->graph, edge->from);
    bool column = s->rank == 2 && shape_columns(s) == 1 && row->vector_reason[k] != NULL;
    const char *words = column ? row->vector_reason[k] : row->reason[k];
    return words == NULL ? NULL : with_names(t, words, edge);
}

/* Which axes of `wide` an operand of shape `own` was stretched along, in words. */
static const char *stretched_axes(const tracer *t, const shape *own, const shape *wide)
{
    if (shape_is_number(own))
        return "all entries";
    bool rows = shape_rows(own) < shape_rows(wide);
    bool columns = shape_columns(own) < shape_columns(wide);
    size_t matrix = shape_rows(wide) * shape_columns(wide);
    size_t own_matrix = shape_rows(own) * shape_columns(own);
    bool stack = shape_count(own) / own_matrix < shape_count(wide) / matrix;
    const char *words[3];
    size_t count = 0, written = 0;
    if (rows)
        words[count++] = "the rows";
    if (columns)
        words[count++] = "the columns";
    if (stack)
        words[count++] = "the stack";
    text_buffer list;
    text_init(&list, t->arena);
    for (; written < count; written++)
        text_add_listed(&list, written, count, words[written]);
    return text_string(&list);
}

/* What broadcasting asks for in the backward pass. */
static const char *summed_of(const tracer *t, const backward_edge *edge)
{
    const shape *own = graph_shape(t->graph, edge->to);
    const shape *wide = graph_shape(t->graph, edge->is_local ? edge->from : edge->pulled);
    if (shape_count(wide) <= shape_count(own))
        return NULL;
    return format_in(t->arena, "summed over %s: %s (%s) was used in each of them",
                     stretched_axes(t, own, wide), shown_name(t, edge->to),
                     shape_text(t->arena, own));
}

/* The rule is instantiated again for any upstream, so that it shows where the upstream
 * goes also where that is 1. */
static void describe_rule(tracer *t, const backward_edge *edge, bool plain,
                          trace_edge *described)
{
    builder *b = t->request->builder;
    node_id upstream =
        graph_leaf(b->graph, NODE_NONE, LEAF_CONST, graph_shape(b->graph, edge->from));
    node_id rule =
        (plain ? rules_plain : rules_pull)(b, edge->from, edge->operand, upstream);
    tracing_describe_rule(t, rule, upstream, described);
}

static void describe_edge(tracer *t, const backward_edge *edge, const plain_rule *beside)
{
    trace_edge described = {.from = tracing_index(t, edge->from),
                            .to = tracing_index(t, edge->to),
                            .arg = edge->operand,
                            .is_local = edge->is_local,
                            .reason = reason_of(t, edge),
                            .summed = summed_of(t, edge),
                            .downstream = run_value(t->run, edge->downstream)};
    bool plain = is_shown_plain(t, edge, beside->plain);
    if (edge->is_local) {
        node_id shown = plain ? beside->plain : edge->local;
        described.formula = formula_of(t->arena, t->graph, shown, tracing_name, t);
        described.local = local_value(t, edge);
    } else {
        describe_rule(t, edge, plain, &described);
    }
    if (beside->kink != NODE_NONE && any_entry(run_value(t->run, beside->kink))) {
        described.kink = kink_text(t, beside->kink);
        described.kink_says = op_row(graph_op(t->graph, edge->from))->kink.says;
    }
    array_push(t->arena, &t->made->edges, described);
}

static bool describe_edges(tracer *t, const backward *pass)
{
    for (size_t i = 0; i < pass->edges.count; i++) {
        const backward_edge *edge = &pass->edges.items[i];
        block *call = tracing_block(t, edge->from);
        if (call == NULL)
            describe_edge(t, edge, &t->plain[i]);
        else if (!call->described && !tracing_describe_block(t, pass, call))
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
