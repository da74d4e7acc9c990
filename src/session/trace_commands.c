/* forward and grad. */
#include <string.h>

#include "session/session.h"

static bool name_in_use(const void *owner, const char *spelling)
{
    const nabla *n = owner;
    for (int is_function = 0; is_function < 2; is_function++) {
        symbol known = symbol_known(&n->symbols, spelling, strlen(spelling));
        const name *found =
            known == NULL ? NULL : names_known(&n->names, known, is_function != 0);
        if (found != NULL && (found->meaning != NULL || found->used_by != NULL))
            return true;
    }
    return false;
}

/* The nodes of the names behind wrt. They are looked for before the root is built, so
 * that a leaf that the root does not use has its node too. */
static bool nodes_wrt(nabla *n, const statement *s, const node_id **wrt)
{
    node_id *nodes = ARENA_ARRAY(&n->work, node_id, s->wrt.count);
    for (size_t i = 0; i < s->wrt.count; i++) {
        const named_span *by = &s->wrt.items[i];
        tree_node only = {
            .kind = TREE_NAME, .size = 1, .where = by->where, .as.name = by->name};
        tree expression = {&only, 1};
        nodes[i] = NODE_NONE;
        for (size_t k = 0; k < i; k++)
            if (s->wrt.items[k].name == by->name)
                return diagnose(&n->now.why, DIAGNOSTIC_USAGE, by->where,
                                "%s is named twice", by->name);
        if (!evaluate_nodes(n, &expression, &nodes[i]))
            return false;
        if (graph_op(&n->graph, nodes[i]) == OP_CONST)
            return diagnose(&n->now.why, DIAGNOSTIC_NAME, by->where,
                            "%s is a constant, nothing follows a change of it", by->name);
    }
    *wrt = nodes;
    return true;
}

static trace_notation notation_of(const nabla *n)
{
    if (!n->style.bar || n->options.json)
        return NOTATION_PARTIAL;
    return n->style.unicode ? NOTATION_BAR : NOTATION_BAR_ASCII;
}

bool command_request(nabla *n, const statement *s, builder *b, trace_request *made,
                     const node_id **wrt)
{
    if (!s->has_expression)
        return command_complain_usage(n, s);
    if (!define_bound(n, s) || !nodes_wrt(n, s, wrt))
        return false;
    node_id root = NODE_NONE;
    if (!evaluate_nodes(n, &s->expression, &root))
        return false;
    *b = session_builder(n, &n->work, NULL);
    *made = (trace_request){.builder = b,
                            .of = session_slice(n, s->expression_where),
                            .root = root,
                            .collapsed = !n->options.json && !n->style.expand,
                            .notation = notation_of(n),
                            .name_in_use = name_in_use,
                            .owner = n};
    return true;
}

bool command_complain_value(nabla *n, const statement *s)
{
    return diagnose(&n->now.why, DIAGNOSTIC_DOMAIN, s->expression_where, "%s",
                    n->run.problem);
}

bool command_needs_number(nabla *n, const statement *s, node_id root)
{
    const shape *found = graph_shape(&n->graph, root);
    if (shape_is_number(found))
        return true;
    const char *of = session_slice(n, s->expression_where);
    diagnose(&n->now.why, DIAGNOSTIC_SHAPE, s->expression_where,
             "only a number has a gradient, %s is %s", of, shape_text(&n->work, found));
    return diagnose_hint(&n->now.why, "%s sum(%s) takes all entries together",
                         s->target.name, of);
}

bool command_forward(nabla *n, const statement *s)
{
    builder b;
    trace_request request = {0};
    const node_id *wrt;
    if (!command_request(n, s, &b, &request, &wrt))
        return false;
    trace made;
    if (!trace_forward(&request, &made))
        return command_complain_value(n, s);
    if (n->options.json)
        report_forward_json(&n->now.results, &made);
    else
        report_forward_text(&n->now.results, &n->style, &made);
    return true;
}

bool command_grad(nabla *n, const statement *s)
{
    builder b;
    trace_request request = {0};
    const node_id *wrt = NULL;
    if (!command_request(n, s, &b, &request, &wrt))
        return false;
    if (!command_needs_number(n, s, request.root))
        return false;
    size_t count = s->wrt.count;
    if (count == 0)
        count = trace_default_wrt(&request, &wrt);
    trace made;
    if (!trace_gradients(&request, wrt, count, &made))
        return command_complain_value(n, s);
    if (n->options.json)
        report_grad_json(&n->now.results, &made);
    else
        report_grad_text(&n->now.results, &n->style, &made);
    return true;
}
