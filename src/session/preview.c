/* What a statement would come to: it runs as a transaction that is always rolled back,
 * within little time and memory. */
#include <string.h>

#include "base/unicode.h"
#include "session/session.h"

enum { MEMORY_MOST = 2 << 20, ENTRIES_MOST = 12, ROOM = 60 };
static const double SECONDS_MOST = 0.01;

typedef struct previewing {
    const char *source;
    size_t length;
    nabla_preview *found;
} previewing;

/* ---- What is found ---- */

static void say(nabla_preview *found, const char *text)
{
    size_t length = strlen(text), most = sizeof found->text - 1;
    length = length < most ? length : most;
    while (length > 0 && unicode_is_tail(text[length]))
        length--; /* no part of a character */
    memcpy(found->text, text, length);
    found->text[length] = '\0';
}

static void say_mistake(nabla *n, nabla_preview *found)
{
    const diagnostic *why = &n->now.why;
    found->begin = n->now.text.begin + why->where.begin;
    found->end = n->now.text.begin + why->where.end;
    say(found, why->hint == NULL
                   ? why->message
                   : format_in(&n->work, "%s; %s", why->message, why->hint));
}

/* Until the value is known, and where it takes too long or too much. */
static void say_shape(nabla *n, nabla_preview *found, const shape *s)
{
    if (!shape_is_number(s))
        say(found, style_words(&n->work, &n->style, shape_text(&n->work, s)));
}

static void say_value(nabla *n, nabla_preview *found, tensor value)
{
    if (shape_count(&value.shape) <= ENTRIES_MOST)
        say(found, format_in(&n->work, "= %s",
                             style_value_within(&n->work, &n->style, value, ROOM)));
    else
        say_shape(n, found, &value.shape);
}

static bool say_node(nabla *n, nabla_preview *found, node_id root, span where)
{
    say_shape(n, found, graph_shape(&n->graph, root));
    if (!evaluate_run(n, root, where))
        return false;
    say_value(n, found, run_value(&n->run, root));
    return true;
}

/* ---- Statements ---- */

/* A value that says nothing new: it stands there as it is. */
static bool is_literal(const tree *t)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->nodes[i].kind != TREE_NUMBER && t->nodes[i].kind != TREE_MATRIX)
            return false;
    return true;
}

static bool preview_expression(nabla *n, const statement *s, nabla_preview *found)
{
    node_id root;
    return evaluate_nodes(n, &s->expression, &root) &&
           say_node(n, found, root, s->expression_where);
}

/* What the name would stand for. */
static bool preview_meaning(nabla *n, const statement *s, nabla_preview *found)
{
    if (!run_statement(n, s))
        return false;
    if (n->now.changes.count == 0)
        return true;
    const pending_meaning *p = n->now.changes.items[0].pending;
    if (p->meaning->kind == MEANING_LEAF)
        say_value(n, found, p->meaning->value);
    bool has_nodes = p->meaning->kind == MEANING_DEFINITION && p->built.root != NODE_NONE;
    return !has_nodes || say_node(n, found, p->built.root, s->expression_where);
}

/* Commands are not run; their expression is only looked at where it stands alone. */
static bool preview_command(nabla *n, const statement *s)
{
    const command *c = command_find(s->target.name, strlen(s->target.name));
    node_id root;
    return !s->has_expression || c->form.labelled || s->at.count > 0 ||
           evaluate_nodes(n, &s->expression, &root);
}

static bool preview_statement(nabla *n, nabla_preview *found)
{
    statement s;
    if (n->now.why.message != NULL || !run_parse(n, &s))
        return false;
    bool literal = s.has_expression && s.update == OP_NONE && is_literal(&s.expression);
    if (literal || (s.has_expression && draw_has(n, &s.expression)))
        return true;
    switch (s.kind) {
    case STATEMENT_EXPRESSION:
        return preview_expression(n, &s, found);
    case STATEMENT_DEFINITION:
    case STATEMENT_FUNCTION:
    case STATEMENT_ASSIGNMENT:
        return preview_meaning(n, &s, found);
    case STATEMENT_COMMAND:
        return preview_command(n, &s);
    }
    return true;
}

/* Bounds what follows; what is made once for the session is made before. */
static void tighten_limits(nabla *n)
{
    prelude_count(n);
    session_builder(n, &n->work, NULL);
    size_t memory = n->limits.memory_used + MEMORY_MOST;
    if (n->limits.memory_budget == 0 || n->limits.memory_budget > memory)
        n->limits.memory_budget = memory;
    n->limits.time_budget = SECONDS_MOST;
    limits_start(&n->limits);
}

static void preview(nabla *n, void *context)
{
    const previewing *p = context;
    splitter source;
    statement_text more;
    diagnostic ignored = {.arena = &n->work};
    splitter_init(&source, p->source, p->length);
    if (!splitter_next(&source, &n->work, &n->now.text, &n->now.why) ||
        splitter_next(&source, &n->work, &more, &ignored))
        return; /* nothing, or more than one statement */
    tighten_limits(n);
    if (!preview_statement(n, p->found))
        say_mistake(n, p->found);
}

void nabla_look_ahead(nabla *n, const char *source, size_t length, nabla_preview *found)
{
    *found = (nabla_preview){0};
    if (!n->preferences.preview || nabla_is_unfinished(source, length))
        return;
    size_t memory_budget = n->limits.memory_budget;
    double time_budget = n->limits.time_budget;
    previewing p = {source, length, found};
    run_inquiry(n, preview, &p);
    n->limits.memory_budget = memory_budget;
    n->limits.time_budget = time_budget;
}
