/* Calls: which function is meant, its body as nodes, and the call as text. */
#include <string.h>

#include "base/text.h"
#include "build/building.h"

/* ---- Texts ---- */

const char *building_text(const building *g, const frame *f, size_t at, print_style style)
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
        if (n->kind != TREE_NAME || !building_parameter(f, n->as.name, &index))
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

op_rank building_rank(const frame *f, size_t at)
{
    const tree_node *n = &f->expression.nodes[at];
    size_t index;
    bool parameter = n->kind == TREE_NAME && building_parameter(f, n->as.name, &index);
    return parameter ? f->argument_ranks[index] : formula_rank(n);
}

/* What the nodes of a call are grouped under: the call as text. */
static const char *group_text(const building *g, const frame *caller)
{
    const char *text = building_text(g, caller, caller->at, PRINT_TIGHT);
    if (text != NULL)
        return copy_in(g->b->keep, text, strlen(text));
    return format_in(g->b->keep, "%s(…)", caller->expression.nodes[caller->at].as.name);
}

void building_push_text(tree_writer *w, const char *text, op_rank rank, bool turned)
{
    size_t length = strlen(text);
    bool undone = turned && rank == RANK_POSTFIX && text[length - 1] == '\'';
    tree_push(w, (tree_node){.kind = TREE_VERBATIM,
                             .rank = (uint8_t)rank,
                             .as.text = copy_in(w->arena, text, length - undone)});
    if (turned && !undone)
        tree_push(w, (tree_node){.kind = TREE_OPERATION, .op = OP_TRANSPOSE, .arity = 1});
}

call_group *building_open_group(const building *g, bool predefined)
{
    builder *b = g->b;
    call_group *opened = ARENA_NEW(b->keep, call_group);
    opened->text = group_text(g, building_top(g));
    opened->predefined = predefined;
    opened->result = NODE_NONE;
    opened->outer = graph_enter_group(b->graph, opened);
    return opened;
}

void building_close_group(const building *g, call_group *opened, node_id result)
{
    opened->result = result;
    graph_enter_group(g->b->graph, opened->outer);
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

static bool enter_call(building *g, const function *callee, size_t count)
{
    builder *b = g->b;
    const frame *caller = building_top(g);
    node_id *arguments = ARENA_ARRAY(b->arena, node_id, count + 1);
    const char **texts = ARENA_ARRAY(b->arena, const char *, count + 1);
    op_rank *ranks = ARENA_ARRAY(b->arena, op_rank, count + 1);
    size_t *children = ARENA_ARRAY(b->arena, size_t, count + 1);
    tree_children(&caller->expression, caller->at, children);
    call_group *opened = building_open_group(g, callee->predefined);
    g->nodes.count -= count;
    for (size_t k = 0; k < count; k++) {
        arguments[k] = g->nodes.items[g->nodes.count + k];
        texts[k] = building_text(g, caller, children[k], PRINT_TIGHT);
        ranks[k] = building_rank(caller, children[k]);
        if (is_differentiated_by(&callee->body, callee->parameters[k].name))
            arguments[k] = copy_of(b, arguments[k]);
    }
    building_push_frame(g, (frame){.expression = callee->body,
                                   .callee = callee,
                                   .arguments = arguments,
                                   .argument_texts = texts,
                                   .argument_ranks = ranks,
                                   .group = opened});
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
    return f->expression.nodes[f->at].arity == 1
               ? building_text(g, f, f->at - 1, PRINT_TIGHT)
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
    if (building_parameter(building_top(g), name, &index) ||
        s->is_variable(s->owner, name))
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

/* What the table and the prelude take under one name: at most so many arguments. */
enum { MOST_ARGUMENTS = 4 };

/* How many arguments the function takes of which the last is keyword=…; 0: there is none
 * of that name. */
static size_t count_with(const building *g, symbol name, const char *keyword)
{
    const scope *s = g->b->scope;
    for (size_t count = 1; count <= MOST_ARGUMENTS; count++) {
        const function *f = s->predefined(s->owner, name, count);
        bool predefined = f != NULL && f->count == count;
        if (op_called(name, count, keyword) != OP_NONE ||
            (predefined && strcmp(keyword_of(f), keyword) == 0))
            return count;
    }
    return 0;
}

/* How many arguments a function takes that is not the user's, none of them keyword=…:
 * "1 or 2". */
static const char *counts_without(const building *g, symbol name)
{
    const scope *s = g->b->scope;
    text_buffer counts;
    text_init(&counts, g->b->arena);
    for (uint32_t count = 1; count <= MOST_ARGUMENTS; count++) {
        const tree_node call = {.arity = count};
        if (op_called(name, count, NULL) != OP_NONE ||
            function_takes(s->predefined(s->owner, name, count), &call))
            text_format(&counts, "%s%u", counts.length == 0 ? "" : " or ", count);
    }
    return text_string(&counts);
}

static bool complain_arity(building *g, const tree_node *call, const function *own)
{
    const char *counts = own != NULL ? format_in(g->b->arena, "%zu", own->count)
                                     : counts_without(g, call->as.name);
    return diagnose(g->b->why, DIAGNOSTIC_USAGE, building_span(g),
                    "%s%s takes %s argument%s, here it has %u", building_place(g),
                    call->as.name, counts, strcmp(counts, "1") == 0 ? "" : "s",
                    call->arity);
}

static bool complain_call(building *g, const tree_node *call)
{
    symbol name = call->as.name;
    const function *own = building_user_function(g, building_top(g), name);
    if (call->keyword == NULL) {
        complain_arity(g, call, own);
        return own == NULL && call->arity > 0 &&
               count_with(g, name, "axis") == call->arity &&
               diagnose_hint(g->b->why, "an axis is written axis=1 or axis=2");
    }
    size_t with = own != NULL ? 0 : count_with(g, name, call->keyword);
    if (with > 0)
        return diagnose(g->b->why, DIAGNOSTIC_USAGE, building_span(g),
                        "%s%s takes %zu arguments with %s=…, here it has %u",
                        building_place(g), name, with, call->keyword, call->arity);
    diagnose(g->b->why, DIAGNOSTIC_NAME, building_span(g),
             "%s%s has no argument named %s", building_place(g), name, call->keyword);
    return own == NULL && count_with(g, name, "axis") > 0 &&
           diagnose_hint(g->b->why, "an axis is written axis=1 or axis=2");
}

bool building_call(building *g, const tree_node *n, bool *entered)
{
    const scope *s = g->b->scope;
    const function *callee = building_user_function(g, building_top(g), n->as.name);
    op_id op = callee != NULL ? OP_NONE : op_called(n->as.name, n->arity, n->keyword);
    if (op != OP_NONE)
        return building_operation(g, op, n->arity);
    if (callee == NULL)
        callee = s->predefined(s->owner, n->as.name, n->arity);
    if (callee == NULL && op_find(FORM_CALL, n->as.name, strlen(n->as.name)) == OP_NONE)
        return complain_function(g, n->as.name);
    if (!function_takes(callee, n))
        return complain_call(g, n);
    *entered = true;
    return enter_call(g, callee, n->arity);
}
