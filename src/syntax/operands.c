#include "syntax/climber.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/unicode.h"

const char *tag_after(const char *tag, const char *rule)
{
    size_t length = strlen(rule);
    if (strncmp(tag, rule, length) != 0 || tag[length] != '|')
        return NULL;
    return tag + length + 1;
}

span leaf_span(const mpc_ast_t *leaf)
{
    size_t begin = (size_t)leaf->state.pos;
    return (span){(uint32_t)begin, (uint32_t)(begin + strlen(leaf->contents))};
}

named_span leaf_name(parser *p, const mpc_ast_t *leaf)
{
    size_t length;
    const char *composed =
        unicode_compose(p->arena, leaf->contents, strlen(leaf->contents), &length);
    return (named_span){symbol_intern(p->names, composed, length), leaf_span(leaf)};
}

/* Where a node begins in the text: its first leaf. */
static uint32_t begin_of(const mpc_ast_t *part)
{
    while (part->children_num > 0)
        part = part->children[0];
    return (uint32_t)part->state.pos;
}

span part_span(const mpc_ast_t *part)
{
    uint32_t begin = begin_of(part);
    while (part->children_num > 0)
        part = part->children[part->children_num - 1];
    return (span){begin, leaf_span(part).end};
}

span span_join(span a, span b)
{
    return (span){a.begin, b.end};
}

/* ---- Operands ---- */

static span number_operand(climber *c, const mpc_ast_t *leaf)
{
    span where = leaf_span(leaf);
    size_t length = where.end - where.begin;
    char *literal = arena_alloc(c->p->arena, length + 1);
    memcpy(literal, leaf->contents, length);
    tree_push(&c->tree, (tree_node){.kind = TREE_NUMBER,
                                    .where = where,
                                    .as.number = strtod(literal, NULL),
                                    .literal = literal});
    return where;
}

/* A part with a run in it leaves that run's extent on the stack; this takes it off. */
bool climber_inner(climber *c, const mpc_ast_t *run, span *where)
{
    if (!climber_run(c, run, run->tag))
        return false;
    *where = climber_pop(c).where;
    return true;
}

static bool group_operand(climber *c, const mpc_ast_t *group, span *where)
{
    if (!climber_inner(c, group->children[1], where))
        return false;
    *where = span_join(leaf_span(group->children[0]), leaf_span(group->children[2]));
    return true;
}

/* diff(L, W) is written as ∂L/∂W is; what was written last is the W. */
static bool write_diff(climber *c, uint32_t count, span where)
{
    const tree_node *by =
        count == 2 ? &c->tree.nodes.items[c->tree.nodes.count - 1] : NULL;
    if (by == NULL || by->kind != TREE_NAME) {
        diagnose(
            c->p->why, DIAGNOSTIC_USAGE, where,
            "diff takes what is differentiated and the name it is differentiated by");
        return diagnose_hint(c->p->why, "write diff(f, x), the derivative of f by x");
    }
    symbol name = by->as.name;
    c->tree.nodes.count--;
    tree_push(
        &c->tree,
        (tree_node){.kind = TREE_PARTIAL, .arity = 1, .where = where, .as.name = name});
    return true;
}

/* An argument, which may be keyword=value; `keyword` is that of the one before. */
static bool call_argument(climber *c, const mpc_ast_t *argument, const char *tag,
                          symbol *keyword)
{
    symbol before = *keyword;
    bool named = strcmp(tag, ">") == 0;
    span where;
    if (named)
        *keyword = leaf_name(c->p, argument->children[0]->children[0]).name;
    if (named ? !climber_inner(c, argument->children[1], &where)
              : !climber_run(c, argument, tag))
        return false;
    if (!named)
        where = climber_pop(c).where;
    if (before == NULL)
        return true;
    return diagnose(c->p->why, DIAGNOSTIC_SYNTAX, where, "nothing comes behind %s=…",
                    before);
}

static bool call_operand(climber *c, const mpc_ast_t *call, span *where)
{
    const mpc_ast_t *arguments = call->children[1];
    named_span name = leaf_name(c->p, call->children[0]);
    uint32_t count = 0;
    symbol keyword = NULL;
    for (int i = 0; i < arguments->children_num; i++) {
        const char *argument = tag_after(arguments->children[i]->tag, "argument");
        if (argument == NULL)
            continue;
        if (!call_argument(c, arguments->children[i], argument, &keyword))
            return false;
        count++;
    }
    const mpc_ast_t *closing = arguments->children[arguments->children_num - 1];
    *where = span_join(name.where, leaf_span(closing));
    if (strcmp(name.name, "diff") == 0)
        return write_diff(c, count, *where);
    tree_push(&c->tree, (tree_node){.kind = TREE_CALL,
                                    .arity = count,
                                    .where = *where,
                                    .keyword = keyword,
                                    .as.name = name.name});
    return true;
}

static bool named_operand(climber *c, const mpc_ast_t *named, const char *tag,
                          span *where)
{
    if (strcmp(tag, ">") == 0)
        return call_operand(c, named, where);
    named_span name = leaf_name(c->p, named);
    *where = name.where;
    tree_node n = {.kind = TREE_NAME, .where = name.where, .as.name = name.name};
    if (c->in_index && strcmp(name.name, "end") == 0) {
        n.kind = TREE_END;
        n.as.end.back = (uint32_t)(c->tree.nodes.count - c->indexed);
        n.as.end.place = c->place;
    }
    tree_push(&c->tree, n);
    return true;
}

/* ² is 2, ³ is 3; no order is 1. */
static int order_of(const mpc_ast_t *leaf)
{
    if (tag_after(leaf->tag, "order") == NULL)
        return 1;
    return strcmp(leaf->contents, "²") == 0 ? 2 : 3;
}

static bool complain_order(climber *c, span where, const mpc_ast_t *partial)
{
    const mpc_ast_t *second = partial->children[1];
    bool above = tag_after(second->tag, "order") != NULL;
    diagnose(c->p->why, DIAGNOSTIC_SYNTAX, where,
             above ? "the orders above and below the fraction bar differ"
                   : "is this a second derivative, or the derivative by a square?");
    return diagnose_hint(c->p->why,
                         "the second derivative is written ∂²f/∂x², the first ∂f/∂x");
}

/* One `∂x` or `∂x²` below the bar: differentiates what was written by x, once or more. */
static int write_by(climber *c, const mpc_ast_t *by, span where)
{
    int times = by->children_num > 2 ? order_of(by->children[2]) : 1;
    symbol name = leaf_name(c->p, by->children[1]).name;
    for (int i = 0; i < times; i++)
        tree_push(&c->tree,
                  (tree_node){
                      .kind = TREE_PARTIAL, .arity = 1, .where = where, .as.name = name});
    return times;
}

/* A name or call, perhaps indexed, or a parenthesis. */
static bool numerator_operand(climber *c, const mpc_ast_t *numerator)
{
    span inner;
    const char *tag = tag_after(numerator->tag, "numerator");
    const mpc_ast_t *last = numerator->children_num == 0
                                ? NULL
                                : numerator->children[numerator->children_num - 1];
    if (last != NULL && tag_after(last->tag, "index") != NULL) {
        const mpc_ast_t *indexed = numerator->children[0];
        if (!named_operand(c, indexed, tag_after(indexed->tag, "named"), &inner))
            return false;
        climber_push(c, inner, false);
        if (!climber_index(c, last))
            return false;
        climber_pop(c);
        return true;
    }
    const char *named = tag_after(tag, "named");
    return named != NULL ? named_operand(c, numerator,
                                         strcmp(named, ">") == 0 ? named : tag, &inner)
                         : group_operand(c, numerator, &inner);
}

static bool partial_operand(climber *c, const mpc_ast_t *partial, span *where)
{
    int at = 1;
    int order = order_of(partial->children[at]);
    if (tag_after(partial->children[at]->tag, "order") != NULL)
        at++;
    if (!numerator_operand(c, partial->children[at]))
        return false;
    const mpc_ast_t *last = partial->children[partial->children_num - 1];
    const mpc_ast_t *end = last->children[last->children_num - 1];
    *where = span_join(leaf_span(partial->children[0]), leaf_span(end));
    int below = 0;
    for (int i = at + 2; i < partial->children_num; i++)
        below += write_by(c, partial->children[i], *where);
    return below == order || complain_order(c, *where, partial);
}

static span text_operand(climber *c, const mpc_ast_t *leaf)
{
    span where = leaf_span(leaf);
    size_t length = where.end - where.begin - 2; /* without the quotes */
    tree_push(&c->tree,
              (tree_node){.kind = TREE_TEXT,
                          .where = where,
                          .as.text = copy_in(c->p->arena, leaf->contents + 1, length)});
    return where;
}

bool climber_operand(climber *c, const mpc_ast_t *operand, const char *tag, span *where)
{
    const char *inner;
    if (tag_after(tag, "number") != NULL) {
        *where = number_operand(c, operand);
        return true;
    }
    if ((inner = tag_after(tag, "named")) != NULL)
        return named_operand(c, operand, inner, where);
    if (tag_after(tag, "group") != NULL)
        return group_operand(c, operand, where);
    if (tag_after(tag, "matrix") != NULL)
        return climber_matrix(c, operand, where);
    if (tag_after(tag, "text") != NULL) {
        *where = text_operand(c, operand);
        return true;
    }
    return partial_operand(c, operand, where);
}

bool climber_is_number(const char *tag)
{
    return tag_after(tag, "number") != NULL;
}
