/* Calls that would fit: with an operand turned over, or an axis, tried by building them.
 */
#include "base/text.h"
#include "build/building.h"
#include "build/simplify.h"

enum { MOST_ARGUMENTS = OP_MAX_OPERANDS + 1 };

/* A call as the user wrote it, and what its arguments have become. */
typedef struct attempt {
    tree_node call;
    size_t count;
    node_id arguments[MOST_ARGUMENTS];
    const char *texts[MOST_ARGUMENTS];
    op_rank ranks[MOST_ARGUMENTS];
} attempt;

/* The call at hand, or the outermost call of the prelude that it is inside of; false
 * where part of it is too long to be repeated. */
static bool read_call(const building *g, const node_id *operands, attempt *made)
{
    size_t inside = 0;
    while (inside < g->frames.count && (g->frames.items[inside].callee == NULL ||
                                        !g->frames.items[inside].callee->predefined))
        inside++;
    bool found = inside < g->frames.count;
    const frame *f = &g->frames.items[found ? inside - 1 : g->frames.count - 1];
    const tree_node *n = &f->expression.nodes[f->at];
    *made = (attempt){.call = *n, .count = n->arity};
    if (n->kind != TREE_CALL || n->arity >= MOST_ARGUMENTS)
        return false;
    size_t *children = ARENA_ARRAY(g->b->arena, size_t, made->count + 1);
    tree_children(&f->expression, f->at, children);
    for (size_t k = 0; k < made->count; k++) {
        made->arguments[k] = found ? g->frames.items[inside].arguments[k] : operands[k];
        made->texts[k] = building_text(g, f, children[k], PRINT_TIGHT);
        made->ranks[k] = building_rank(f, children[k]);
        if (made->texts[k] == NULL)
            return false;
    }
    return true;
}

/* Whether the call can be built, and does not stretch both operands of anything: it is
 * the body of a function of its arguments. What it appends goes with the statement. */
static bool builds(const building *g, const attempt *tried)
{
    static const symbol names[MOST_ARGUMENTS] = {"a", "b", "c", "d", "e"};
    diagnostic ignored = {.arena = g->b->arena};
    builder b = *g->b;
    b.why = &ignored;
    named_span parameters[MOST_ARGUMENTS];
    tree_writer w = {.arena = b.arena};
    for (size_t k = 0; k < tried->count; k++) {
        parameters[k] = (named_span){.name = names[k]};
        tree_push(&w, (tree_node){.kind = TREE_NAME, .as.name = names[k]});
    }
    tree_push(&w, tried->call);
    function body = {.name = "", .parameters = parameters, .count = tried->count};
    building trial = {.b = &b, .is_trial = true};
    building_push_frame(&trial, (frame){.expression = tree_written(&w),
                                        .callee = &body,
                                        .arguments = tried->arguments,
                                        .argument_texts = ARENA_ARRAY(
                                            b.arena, const char *, tried->count),
                                        .argument_ranks = tried->ranks,
                                        .group = ARENA_NEW(b.arena, call_group)});
    return building_finish(&trial) && !trial.stretched;
}

/* The call as text, with the `turned` operand turned over, if that is one of them. */
static const char *call_text(const building *g, const attempt *tried, size_t turned)
{
    tree_writer w = {.arena = g->b->arena};
    for (size_t k = 0; k < tried->count; k++)
        building_push_text(&w, tried->texts[k], tried->ranks[k], k == turned);
    tree_push(&w, tried->call);
    tree written = tree_written(&w);
    return formula_text(w.arena, &written, PRINT_TIGHT);
}

const char *building_turned_call(const building *g, const node_id *operands)
{
    attempt made;
    if (!read_call(g, operands, &made))
        return NULL;
    for (size_t k = made.count; k-- > 0;) {
        attempt tried = made;
        const shape *s = graph_shape(g->b->graph, made.arguments[k]);
        if (shape_is_number(s) || s->rank > 2)
            continue;
        tried.arguments[k] = simplify_apply(g->b, OP_TRANSPOSE, &made.arguments[k], 1);
        if (!builds(g, &tried))
            continue;
        tree_writer w = {.arena = g->b->arena};
        building_push_text(&w, made.texts[k], made.ranks[k], true);
        tree turned = tree_written(&w);
        return format_in(
            g->b->arena, "%s fits (%s is %s)", call_text(g, &made, k),
            formula_text(w.arena, &turned, PRINT_TIGHT),
            shape_text(w.arena, graph_shape(g->b->graph, tried.arguments[k])));
    }
    return NULL;
}

const char *building_call_with_axis(const building *g, const node_id *operands)
{
    static const char *const directions[] = {"down the columns", "along the rows"};
    attempt made;
    text_buffer hint;
    text_init(&hint, g->b->arena);
    if (!read_call(g, operands, &made) || made.count + 1 == MOST_ARGUMENTS)
        return NULL;
    if (made.call.keyword == NULL) {
        made.call.keyword = "axis";
        made.call.arity = (uint32_t)++made.count;
    }
    size_t last = made.count - 1;
    made.ranks[last] = RANK_ATOM;
    for (int axis = 1; axis <= 2; axis++) {
        made.arguments[last] = simplify_number(g->b, axis);
        made.texts[last] = axis == 1 ? "1" : "2";
        if (builds(g, &made))
            text_format(&hint, "%s%s fits (%s)", hint.length == 0 ? "" : "; ",
                        call_text(g, &made, made.count), directions[axis - 1]);
    }
    return hint.length == 0 ? NULL : text_string(&hint);
}
