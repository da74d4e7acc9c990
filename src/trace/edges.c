/* What is shown of an edge: the rule as it ran, its sizes, its reason, what was summed.
 * See tracing.h. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "build/formula.h"
#include "tensor/broadcast.h"
#include "trace/tracing.h"

node_id tracing_rule(const backward_edge *edge)
{
    return edge->is_local ? edge->local : edge->pulled;
}

/* ---- Which form of a rule ---- */

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
           same_entries(run_value(t->run, plain), run_value(t->run, tracing_rule(edge)));
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
    const trace_node *nodes = t->made->nodes.items;
    names.name =
        trace_gradient_name(t->arena, t->made->notation, nodes[t->made->root].name,
                            nodes[described->from].name);
    described->rule = rule_text(&names, rule);
    described->sizes = sizes_of(t, rule);
}

/* ---- Reasons ---- */

static const char *shown_name(const tracer *t, node_id n)
{
    const char *name = tracing_name(t, n);
    return name != NULL ? name : tracing_constant(t, n);
}

const char *tracing_words(const tracer *t, const char *words, node_id n, size_t operand)
{
    text_buffer filled;
    text_init(&filled, t->arena);
    bool any_number = op_row(graph_op(t->graph, n))->arity == 0;
    for (const char *at = words; *at != '\0'; at++) {
        if (*at != '%') {
            text_add_char(&filled, *at);
        } else if (strncmp(at, "%out", strlen("%out")) == 0) {
            text_add(&filled, shown_name(t, n));
            at += strlen("out");
        } else {
            size_t k = (size_t)(*++at - 'a');
            text_add(&filled,
                     shown_name(t, graph_operand(t->graph, n, any_number ? operand : k)));
        }
    }
    return text_string(&filled);
}

static const char *reason_of(const tracer *t, const backward_edge *edge)
{
    const operation *row = op_row(graph_op(t->graph, edge->from));
    size_t k = row->arity == 0 ? 0 : edge->operand;
    const shape *s = graph_shape(t->graph, edge->from);
    bool number = shape_is_number(s) && row->number_reason[k] != NULL;
    bool column = s->rank == 2 && shape_columns(s) == 1 && row->vector_reason[k] != NULL;
    const char *words = number   ? row->number_reason[k]
                        : column ? row->vector_reason[k]
                                 : row->reason[k];
    return words == NULL ? NULL : tracing_words(t, words, edge->from, edge->operand);
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

void tracing_describe_kink(const tracer *t, const backward_edge *edge,
                           const plain_rule *beside, trace_edge *described)
{
    if (beside->kink == NODE_NONE || !any_entry(run_value(t->run, beside->kink)))
        return;
    described->kink = kink_text(t, beside->kink);
    described->kink_says = op_row(graph_op(t->graph, edge->from))->kink.says;
}

void tracing_describe_edge(tracer *t, const backward_edge *edge, const plain_rule *beside)
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
    tracing_describe_kink(t, edge, beside, &described);
    array_push(t->arena, &t->made->edges, described);
}
