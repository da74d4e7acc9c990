#include "build/building.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "build/differentiate.h"
#include "build/resolve.h"
#include "build/simplify.h"
#include "syntax/print.h"

frame *building_top(const building *g)
{
    return &g->frames.items[g->frames.count - 1];
}

/* Where a mistake at hand is reported: in the text of the statement. */
span building_span(const building *g)
{
    if (g->b->reported != NULL)
        return *g->b->reported;
    const frame *bottom = &g->frames.items[0];
    return bottom->expression.nodes[bottom->at].where;
}

/* "in f: " for mistakes in the body of a function. */
const char *building_place(const building *g)
{
    const function *callee = building_top(g)->callee;
    return callee == NULL ? "" : format_in(g->b->arena, "in %s: ", callee->name);
}

/* ---- Constant parts ---- */

bool building_parameter(const frame *f, symbol name, size_t *index)
{
    for (size_t i = 0; f->callee != NULL && i < f->callee->count; i++)
        if (f->callee->parameters[i].name == name) {
            *index = i;
            return true;
        }
    return false;
}

const function *building_user_function(const building *g, const frame *f, symbol name)
{
    if (f->callee != NULL && f->callee->predefined)
        return NULL;
    return g->b->scope->function(g->b->scope->owner, name);
}

static bool names_variable(const building *g, const frame *f, const tree_node *n)
{
    size_t index;
    const scope *s = g->b->scope;
    switch ((tree_kind)n->kind) {
    case TREE_NAME:
        return building_parameter(f, n->as.name, &index) ||
               s->variable(s->owner, n->as.name) != NODE_NONE ||
               op_constant(n->as.name) == OP_NONE;
    case TREE_PARTIAL:
    case TREE_ALL:
    case TREE_END:
        return true; /* they depend on what is around them */
    case TREE_CALL: {
        const function *called = building_user_function(g, f, n->as.name);
        return called != NULL && s->follows_variables(s->owner, called);
    }
    case TREE_NUMBER:
    case TREE_OPERATION:
    case TREE_MATRIX:
    case TREE_INDEX:
    case TREE_RANGE:
    case TREE_TEXT:
    case TREE_VALUE:
    case TREE_VERBATIM:
        return false;
    }
    return false;
}

static void find_parts(const building *g, frame *f)
{
    const tree *t = &f->expression;
    f->parts = ARENA_ARRAY(g->b->arena, part, t->count);
    f->part_begins = ARENA_ARRAY(g->b->arena, bool, t->count);
    f->made = ARENA_ARRAY(g->b->arena, node_id, t->count);
    for (size_t i = 0; i < t->count; i++) {
        const tree_node *n = &t->nodes[i];
        bool variable = names_variable(g, f, n);
        size_t child = i;
        for (size_t k = 0; k < n->arity; k++) {
            child = k == 0 ? i - 1 : child - t->nodes[child].size;
            variable = variable || f->parts[child] == PART_VARIABLE;
        }
        f->parts[i] = variable ? PART_VARIABLE : PART_ROOT;
        child = i;
        for (size_t k = 0; k < n->arity && !variable; k++) {
            child = k == 0 ? i - 1 : child - t->nodes[child].size;
            f->parts[child] = PART_INNER;
        }
    }
    for (size_t i = 0; i < t->count; i++)
        if (f->parts[i] == PART_ROOT)
            f->part_begins[i + 1 - t->nodes[i].size] = true;
}

void building_push_frame(building *g, frame f)
{
    find_parts(g, &f);
    array_push(g->b->arena, &g->frames, f);
}

/* Replaces the nodes of a constant part by one constant with its value and text. */
static bool settle_part(building *g, const frame *f, node_id *root)
{
    builder *b = g->b;
    const tree_node *n = &f->expression.nodes[f->at];
    if (n->arity == 0 && n->kind != TREE_CALL)
        return true; /* a literal or predefined name is one constant already */
    if (!run_compute(b->run, root, 1))
        return diagnose(b->why, DIAGNOSTIC_DOMAIN, building_span(g), "%s%s",
                        building_place(g), b->run->problem);
    tensor computed = run_value(b->run, *root);
    tensor value = tensor_copy(b->keep, &computed.shape, computed.entries);
    graph_cut(b->graph, f->part_begin);
    run_forget(b->run, (node_id)f->part_begin.nodes);
    tree whole = tree_part(&f->expression, f->at);
    *root = graph_constant(b->graph, value, formula_text(b->keep, &whole, PRINT_TIGHT),
                           formula_rank(n));
    return true;
}

/* ---- Operations ---- */

static void build_halves(building *g, op_id op, const node_id *operands)
{
    call_group *opened = building_open_group(g, true);
    building_halves(g, op, operands);
    building_close_group(g, opened, g->nodes.items[g->nodes.count - 1]);
}

/* What the user wrote is kept as written, what the prelude adds is simplified. */
static node_id operation_node(const building *g, op_id op, const node_id *operands,
                              size_t count, const shape *s)
{
    graph *to = g->b->graph;
    const function *callee = building_top(g)->callee;
    if (callee != NULL && callee->predefined) {
        node_id simplified = simplify_resolved(g->b, op, operands, count, s);
        if (shape_equal(graph_shape(to, simplified), s))
            return simplified;
    }
    return graph_append(to, op, operands, count, s);
}

bool building_operation(building *g, op_id first, size_t count)
{
    node_id operands[OP_MAX_OPERANDS];
    g->nodes.count -= count;
    memcpy(operands, g->nodes.items + g->nodes.count, count * sizeof *operands);
    shape s;
    misfit why;
    op_id op = resolve_operation(g->b, first, operands, &count, &s, &why);
    if (op == OP_NONE && why.kind == DIAGNOSTIC_DOMAIN)
        return diagnose(g->b->why, why.kind, building_span(g), "%s%s", building_place(g),
                        why.problem);
    if (op == OP_NONE)
        return building_complain_operands(g, first, &why, operands, count);
    if (op_row(op)->kernel != NULL && count > 1)
        building_note_stretch(g, op, operands, count, &s);
    if (op_row(op)->halves != OP_NONE) {
        build_halves(g, op, operands);
        return true;
    }
    array_push(g->b->arena, &g->nodes, operation_node(g, op, operands, count, &s));
    return true;
}

/* ---- Names and derivatives ---- */

static node_id node_of_name(building *g, symbol name)
{
    const frame *f = building_top(g);
    size_t index;
    if (building_parameter(f, name, &index))
        return f->arguments[index];
    if (f->callee != NULL && f->callee->predefined)
        return NODE_NONE; /* the prelude does not see the user's variables */
    return g->b->scope->variable(g->b->scope->owner, name);
}

static bool build_name(building *g, symbol name)
{
    node_id n = node_of_name(g, name);
    op_id op = n == NODE_NONE ? op_constant(name) : OP_NONE;
    if (op != OP_NONE) {
        tensor value = {shape_number(), &op_row(op)->constant};
        n = graph_constant(g->b->graph, value, name, RANK_ATOM);
    }
    if (n == NODE_NONE)
        return diagnose(g->b->why, DIAGNOSTIC_NAME, building_span(g), "%s%s has no value",
                        building_place(g), name);
    array_push(g->b->arena, &g->nodes, n);
    return true;
}

static bool complain_numerator(const building *g, node_id numerator, symbol by)
{
    const frame *f = building_top(g);
    diagnose(g->b->why, DIAGNOSTIC_SHAPE, building_span(g),
             "%sonly a number has a gradient, this is %s", building_place(g),
             shape_text(g->b->arena, graph_shape(g->b->graph, numerator)));
    const char *text = building_text(g, f, f->at - 1, PRINT_TIGHT);
    return text != NULL &&
           diagnose_hint(g->b->why, "∂sum(%s)/∂%s takes all entries together", text, by);
}

static bool build_partial(building *g, symbol name)
{
    builder *b = g->b;
    node_id *numerator = &g->nodes.items[g->nodes.count - 1];
    node_id by = node_of_name(g, name);
    if (by == NODE_NONE)
        return diagnose(b->why, DIAGNOSTIC_NAME, building_span(g),
                        "%s%s has no value to differentiate by", building_place(g), name);
    if (!shape_is_number(graph_shape(b->graph, *numerator)))
        return complain_numerator(g, *numerator, name);
    node_id derivative = differentiate_by(b, *numerator, by);
    g->nodes.items[g->nodes.count - 1] = derivative;
    return true;
}

/* ---- The loop ---- */

static bool build_node(building *g, bool *entered)
{
    const frame *f = building_top(g);
    const tree_node *n = &f->expression.nodes[f->at];
    switch ((tree_kind)n->kind) {
    case TREE_NUMBER: {
        tensor value = {shape_number(), &n->as.number};
        array_push(g->b->arena, &g->nodes,
                   graph_constant(g->b->graph, value, n->literal, RANK_ATOM));
        return true;
    }
    case TREE_VALUE:
        array_push(g->b->arena, &g->nodes,
                   graph_constant(g->b->graph, *n->as.value, n->literal, RANK_ATOM));
        return true;
    case TREE_TEXT:
        diagnose(g->b->why, DIAGNOSTIC_SYNTAX, building_span(g),
                 "there are no strings here, values are numbers");
        return diagnose_hint(g->b->why, "a name stands without quotes");
    case TREE_NAME:
        return build_name(g, n->as.name);
    case TREE_OPERATION:
        return building_operation(g, (op_id)n->op, n->arity);
    case TREE_CALL:
        return building_call(g, n, entered);
    case TREE_PARTIAL:
        return build_partial(g, n->as.name);
    case TREE_MATRIX:
        return building_matrix(g);
    case TREE_RANGE:
        return building_range(g);
    case TREE_INDEX:
        return building_index(g);
    case TREE_END:
        building_end(g);
        return true;
    case TREE_ALL: /* the index knows what it stands for */
        array_push(g->b->arena, &g->nodes, NODE_NONE);
        return true;
    case TREE_VERBATIM:
        break;
    }
    assert(n->kind != TREE_VERBATIM); /* those are only printed */
    return false;
}

/* Behind a tree node: settles a constant part, leaves finished bodies. */
static bool finish_node(building *g)
{
    for (;;) {
        frame *f = building_top(g);
        node_id *made = &g->nodes.items[g->nodes.count - 1];
        if (f->parts[f->at] == PART_ROOT && !settle_part(g, f, made))
            return false;
        f->made[f->at] = *made;
        f->at++;
        if (f->at < f->expression.count)
            return true;
        if (f->callee != NULL)
            building_close_group(g, f->group, *made);
        g->frames.count--;
        if (g->frames.count == 0)
            return true;
    }
}

bool building_finish(building *g)
{
    while (g->frames.count > 0) {
        limits_poll(g->b->arena->limits);
        frame *f = building_top(g);
        if (f->part_begins[f->at])
            f->part_begin = graph_here(g->b->graph);
        bool entered = false;
        if (!build_node(g, &entered))
            return false;
        if (!entered && !finish_node(g))
            return false;
    }
    return true;
}

bool build_tree(builder *b, const tree *expression, node_id *root)
{
    building g = {.b = b};
    building_push_frame(&g, (frame){.expression = *expression});
    if (!building_finish(&g))
        return false;
    *root = g.nodes.items[0];
    return true;
}
