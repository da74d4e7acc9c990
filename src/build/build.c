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

static bool is_parameter(const frame *f, symbol name, size_t *index)
{
    for (size_t i = 0; f->callee != NULL && i < f->callee->count; i++)
        if (f->callee->parameters[i].name == name) {
            *index = i;
            return true;
        }
    return false;
}

/* The user's function of that name, as far as the code at hand sees it. */
static const function *user_function(const building *g, const frame *f, symbol name)
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
        return is_parameter(f, n->as.name, &index) ||
               s->variable(s->owner, n->as.name) != NODE_NONE ||
               op_constant(n->as.name) == OP_NONE;
    case TREE_PARTIAL:
    case TREE_ALL:
    case TREE_END:
        return true; /* they depend on what is around them */
    case TREE_CALL: {
        const function *called = user_function(g, f, n->as.name);
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

/* ---- Texts ---- */

/* Text of part of the frame's expression, with the arguments of its call in the places of
 * the parameters. NULL where that gets long: calls of calls would double it each time. */
static const char *part_text(const building *g, const frame *f, size_t at,
                             print_style style)
{
    enum { LONG = 80 };
    arena *a = g->b->arena;
    tree written = tree_part(&f->expression, at);
    if (written.count > LONG)
        return NULL;
    tree filled = {ARENA_ARRAY(a, tree_node, written.count), written.count};
    for (size_t i = 0; i < written.count; i++) {
        tree_node *n = &filled.nodes[i];
        *n = written.nodes[i];
        size_t index;
        if (n->kind != TREE_NAME || !is_parameter(f, n->as.name, &index))
            continue;
        const char *argument = f->argument_texts[index];
        if (argument == NULL)
            return NULL;
        *n = (tree_node){.kind = TREE_VERBATIM,
                         .rank = (uint8_t)f->argument_ranks[index],
                         .size = 1,
                         .as.text = argument};
    }
    const char *text = formula_text(a, &filled, style);
    return strlen(text) > LONG ? NULL : text;
}

/* How tightly that text binds. */
static op_rank part_rank(const frame *f, size_t at)
{
    const tree_node *n = &f->expression.nodes[at];
    size_t index;
    bool parameter = n->kind == TREE_NAME && is_parameter(f, n->as.name, &index);
    return parameter ? f->argument_ranks[index] : formula_rank(n);
}

/* What the nodes of a call are grouped under: the call as text. */
static const char *group_text(const building *g, const frame *caller)
{
    const char *text = part_text(g, caller, caller->at, PRINT_TIGHT);
    if (text != NULL)
        return copy_in(g->b->keep, text, strlen(text));
    return format_in(g->b->keep, "%s(…)", caller->expression.nodes[caller->at].as.name);
}

const char *building_text(const building *g, size_t at, print_style style)
{
    return part_text(g, building_top(g), at, style);
}

op_rank building_rank(const building *g, size_t at)
{
    return part_rank(building_top(g), at);
}

/* Groups the nodes of the call at hand, until the group before, which is returned, is
 * entered again. */
static const call_group *open_group(const building *g, bool predefined)
{
    builder *b = g->b;
    call_group *opened = ARENA_NEW(b->keep, call_group);
    opened->text = group_text(g, building_top(g));
    opened->predefined = predefined;
    opened->outer = graph_enter_group(b->graph, opened);
    return opened->outer;
}

/* ---- Operations ---- */

static bool complain_arity(building *g, const char *name, size_t wanted, size_t found)
{
    return diagnose(g->b->why, DIAGNOSTIC_USAGE, building_span(g),
                    "%s%s takes %zu argument%s, here it has %zu", building_place(g), name,
                    wanted, wanted == 1 ? "" : "s", found);
}

/* 3×1 with 1×3 makes 3×3, which is rarely meant. */
static void note_double_stretch(building *g, op_id op, const node_id *operands,
                                size_t count, const shape *result)
{
    builder *b = g->b;
    if (op_row(op)->kernel == NULL || count != 2)
        return;
    const shape *first = graph_shape(b->graph, operands[0]);
    const shape *second = graph_shape(b->graph, operands[1]);
    if (!shape_equal(first, result) && !shape_equal(second, result))
        b->scope->note(
            b->scope->owner,
            format_in(b->arena, "%s stretches both operands: %s with %s makes %s",
                      op_row(op)->spelling, shape_text(b->arena, first),
                      shape_text(b->arena, second), shape_text(b->arena, result)));
}

static void build_halves(building *g, op_id op, node_id a, const shape *result)
{
    const call_group *outer = open_group(g, true);
    building_halves(g, op, a, result);
    graph_enter_group(g->b->graph, outer);
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

static bool build_operation(building *g, op_id first, size_t count)
{
    node_id operands[OP_MAX_OPERANDS];
    g->nodes.count -= count;
    memcpy(operands, g->nodes.items + g->nodes.count, count * sizeof *operands);
    shape s;
    misfit why;
    op_id op = resolve_operation(g->b, first, operands, &count, &s, &why);
    if (op == OP_NONE && why.kind == DIAGNOSTIC_SHAPE)
        return building_complain_shapes(g, first, why.problem, operands, count);
    if (op == OP_NONE)
        return diagnose(g->b->why, why.kind, building_span(g), "%s%s", building_place(g),
                        why.problem);
    note_double_stretch(g, op, operands, count, &s);
    if (op_row(op)->halves != OP_NONE) {
        build_halves(g, op, operands[0], &s);
        return true;
    }
    array_push(g->b->arena, &g->nodes, operation_node(g, op, operands, count, &s));
    return true;
}

/* ---- Calls ---- */

/* Whether the body differentiates by a parameter, which then needs a node of its own. */
static bool is_differentiated_by(const tree *body, symbol name)
{
    for (size_t i = 0; i < body->count; i++)
        if (body->nodes[i].kind == TREE_PARTIAL && body->nodes[i].as.name == name)
            return true;
    return false;
}

static node_id copy_of(builder *b, node_id n)
{
    return graph_append(b->graph, OP_COPY, &n, 1, graph_shape(b->graph, n));
}

static void push_frame(building *g, frame f)
{
    find_parts(g, &f);
    array_push(g->b->arena, &g->frames, f);
}

static bool enter_call(building *g, const function *callee, size_t count)
{
    builder *b = g->b;
    const frame *caller = building_top(g);
    node_id *arguments = ARENA_ARRAY(b->arena, node_id, count + 1);
    const char **texts = ARENA_ARRAY(b->arena, const char *, count + 1);
    op_rank *ranks = ARENA_ARRAY(b->arena, op_rank, count + 1);
    size_t *children = ARENA_ARRAY(b->arena, size_t, count + 1);
    tree_children(&caller->expression, caller->at, children);
    const call_group *outer = open_group(g, callee->predefined);
    g->nodes.count -= count;
    for (size_t k = 0; k < count; k++) {
        arguments[k] = g->nodes.items[g->nodes.count + k];
        texts[k] = part_text(g, caller, children[k], PRINT_TIGHT);
        ranks[k] = part_rank(caller, children[k]);
        if (is_differentiated_by(&callee->body, callee->parameters[k].name))
            arguments[k] = copy_of(b, arguments[k]);
    }
    push_frame(g, (frame){.expression = callee->body,
                          .callee = callee,
                          .arguments = arguments,
                          .argument_texts = texts,
                          .argument_ranks = ranks,
                          .outer_group = outer});
    return true;
}

static bool is_printing(symbol name)
{
    static const char *const names[] = {"print", "println", "printf", "disp", "echo"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* The only argument of the call at hand as text; NULL where there are more, or where it
 * is long. */
static const char *argument_text(const building *g)
{
    const frame *f = building_top(g);
    return f->expression.nodes[f->at].arity == 1 ? part_text(g, f, f->at - 1, PRINT_TIGHT)
                                                 : NULL;
}

/* The way out where no function has that name, or NULL. */
static const char *hint_of_function(building *g, symbol name)
{
    const scope *s = g->b->scope;
    const char *argument = argument_text(g);
    size_t index;
    if (is_printing(name))
        return format_in(g->b->arena, "an expression shows itself, write %s",
                         argument == NULL ? "it alone" : argument);
    if (is_parameter(building_top(g), name, &index) || s->is_variable(s->owner, name))
        return format_in(g->b->arena, "%s is a variable, a product is written %s*(%s)",
                         name, name, argument == NULL ? "…" : argument);
    const char *similar = s->similar_function(s->owner, name);
    return similar == NULL ? NULL : format_in(g->b->arena, "did you mean %s?", similar);
}

static bool complain_function(building *g, symbol name)
{
    diagnose(g->b->why, DIAGNOSTIC_NAME, building_span(g), "%sno function %s",
             building_place(g), name);
    const char *hint = hint_of_function(g, name);
    return hint == NULL ? false : diagnose_hint(g->b->why, "%s", hint);
}

/* The name of the last parameter of a function of the prelude, as it is the only one that
 * may be written keyword=…; "" where there is none. */
static symbol keyword_of(const function *f)
{
    return f->predefined && f->count > 0 ? f->parameters[f->count - 1].name : "";
}

/* Whether a function takes the call. An axis must be written axis=…, so that max(A, 1)
 * means one thing only. */
static bool function_takes(const function *f, const tree_node *call)
{
    if (f == NULL || f->count != call->arity)
        return false;
    return call->keyword == NULL ? strcmp(keyword_of(f), "axis") != 0
                                 : strcmp(keyword_of(f), call->keyword) == 0;
}

/* How many arguments the function takes of which the last is keyword=…; 0: there is none
 * of that name. */
static size_t count_with(const building *g, symbol name, const char *keyword)
{
    enum { MOST = 4 };
    const scope *s = g->b->scope;
    for (size_t count = 1; count <= MOST; count++) {
        const function *f = s->predefined(s->owner, name, count);
        bool predefined = f != NULL && f->count == count;
        if (op_called(name, count, keyword) != OP_NONE ||
            (predefined && strcmp(keyword_of(f), keyword) == 0))
            return count;
    }
    return 0;
}

/* `takes` is how many arguments there could be without a keyword. */
static bool complain_call(building *g, const tree_node *call, size_t takes)
{
    symbol name = call->as.name;
    if (call->keyword == NULL) {
        complain_arity(g, name, takes, call->arity);
        return count_with(g, name, "axis") == call->arity &&
               diagnose_hint(g->b->why, "an axis is written axis=1 or axis=2");
    }
    size_t with = count_with(g, name, call->keyword);
    if (with > 0)
        return diagnose(g->b->why, DIAGNOSTIC_USAGE, building_span(g),
                        "%s%s takes %zu arguments with %s=…, here it has %u",
                        building_place(g), name, with, call->keyword, call->arity);
    return diagnose(g->b->why, DIAGNOSTIC_NAME, building_span(g),
                    "%s%s has no argument named %s", building_place(g), name,
                    call->keyword);
}

/* How many arguments a function, or else an operation, takes without a keyword. */
static size_t most_without_keyword(const function *f, op_id op)
{
    if (f == NULL)
        return op_row(op)->arity;
    return f->count - (strcmp(keyword_of(f), "axis") == 0);
}

/* A call of the user's function, an operation or a function of the prelude, in that
 * order. The frame stays at its call until the body of a function has been built. */
static bool build_call(building *g, const tree_node *n, bool *entered)
{
    const scope *s = g->b->scope;
    const function *callee = user_function(g, building_top(g), n->as.name);
    op_id op = callee != NULL ? OP_NONE : op_called(n->as.name, n->arity, n->keyword);
    if (op != OP_NONE)
        return build_operation(g, op, n->arity);
    if (callee == NULL)
        callee = s->predefined(s->owner, n->as.name, n->arity);
    op_id alike = op_find(FORM_CALL, n->as.name, strlen(n->as.name));
    if (callee == NULL && alike == OP_NONE)
        return complain_function(g, n->as.name);
    if (!function_takes(callee, n))
        return complain_call(g, n, most_without_keyword(callee, alike));
    *entered = true;
    return enter_call(g, callee, n->arity);
}

/* ---- Names and derivatives ---- */

static node_id node_of_name(building *g, symbol name)
{
    const frame *f = building_top(g);
    size_t index;
    if (is_parameter(f, name, &index))
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

static bool build_partial(building *g, symbol name)
{
    builder *b = g->b;
    node_id *numerator = &g->nodes.items[g->nodes.count - 1];
    node_id by = node_of_name(g, name);
    if (by == NODE_NONE)
        return diagnose(b->why, DIAGNOSTIC_NAME, building_span(g),
                        "%s%s has no value to differentiate by", building_place(g), name);
    if (!shape_is_number(graph_shape(b->graph, *numerator)))
        return diagnose(b->why, DIAGNOSTIC_SHAPE, building_span(g),
                        "%sonly a number has a gradient, this is %s", building_place(g),
                        shape_text(b->arena, graph_shape(b->graph, *numerator)));
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
        return build_operation(g, (op_id)n->op, n->arity);
    case TREE_CALL:
        return build_call(g, n, entered);
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
            graph_enter_group(g->b->graph, f->outer_group);
        g->frames.count--;
        if (g->frames.count == 0)
            return true;
    }
}

bool build_tree(builder *b, const tree *expression, node_id *root)
{
    building g = {.b = b};
    push_frame(&g, (frame){.expression = *expression});
    while (g.frames.count > 0) {
        limits_poll(b->arena->limits);
        frame *f = building_top(&g);
        if (f->part_begins[f->at])
            f->part_begin = graph_here(b->graph);
        bool entered = false;
        if (!build_node(&g, &entered))
            return false;
        if (!entered && !finish_node(&g))
            return false;
    }
    *root = g.nodes.items[0];
    return true;
}
