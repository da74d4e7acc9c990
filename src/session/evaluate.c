/* Expressions of a statement: their nodes and values, and those of the definitions that
 * they use. */
#include <stdarg.h>
#include <string.h>

#include "eval/plan.h"
#include "session/session.h"

parser session_parser(nabla *n)
{
    if (n->grammar == NULL)
        n->grammar = grammar_define(&n->arena);
    return (parser){.grammar = n->grammar,
                    .names = &n->symbols,
                    .arena = &n->work,
                    .why = &n->now.why};
}

builder session_builder(nabla *n, arena *keep, const span *reported)
{
    if (n->rules == NULL) {
        parser p = session_parser(n);
        n->rules = rules_new(&n->arena, p);
    }
    return (builder){.graph = &n->graph,
                     .run = &n->run,
                     .rules = n->rules,
                     .scope = &n->scope,
                     .arena = &n->work,
                     .keep = keep,
                     .why = &n->now.why,
                     .reported = reported};
}

const char *session_slice(nabla *n, span part)
{
    return copy_in(&n->work, n->now.text.written + part.begin, part.end - part.begin);
}

void session_note(nabla *n, const char *format, ...)
{
    text_buffer message;
    text_init(&message, &n->work);
    va_list arguments;
    va_start(arguments, format);
    text_format_list(&message, format, arguments);
    va_end(arguments);
    if (n->options.json)
        report_note_json(&n->now.results, &n->now.origin, text_string(&message));
    else
        report_note_text(&n->now.messages, &n->style, &n->now.origin,
                         text_string(&message));
}

/* ---- The nodes of names ---- */

static bool is_predefined(const name *n)
{
    return !n->is_function && op_constant(n->spelling) != OP_NONE;
}

/* Whether a variable was mentioned but never given a value. */
static bool lacks_value(const name *n)
{
    return n->meaning == NULL && !n->is_function && !is_predefined(n);
}

/* Notes that the statement is going to build nodes for a name; they are forgotten again
 * where it fails or breaks off. */
static void begin_nodes(nabla *n, name *cached)
{
    array_push(&n->work, &n->now.cached, cached);
}

static void keep_nodes(nabla *n, name *cached, size_t before)
{
    cached->built.nodes = n->graph.nodes.count - before;
    n->now.kept = graph_here(&n->graph);
}

static void build_leaf(nabla *n, name *leaf)
{
    const meaning *m = leaf->meaning;
    size_t before = n->graph.nodes.count;
    begin_nodes(n, leaf);
    node_id root = graph_leaf(&n->graph, leaf->number, m->leaf, &m->value.shape);
    graph_name(&n->graph, root, leaf->spelling);
    leaf->built.root = root;
    keep_nodes(n, leaf, before);
}

/* A definition has a node of its own, also where it only names another one. */
static node_id own_node(nabla *n, node_id root, size_t before)
{
    bool own = (size_t)root >= before && graph_op(&n->graph, root) != OP_CONST;
    if (own)
        return root;
    return graph_append(&n->graph, OP_COPY, &root, 1, graph_shape(&n->graph, root));
}

/* Builds a tree as the definition of `spelling`. */
static bool build_named(nabla *n, const tree *body, symbol spelling, const span *reported,
                        built *made)
{
    builder b = session_builder(n, &made->arena, reported);
    size_t before = n->graph.nodes.count;
    node_id root;
    if (!build_tree(&b, body, &root))
        return false;
    root = own_node(n, root, before);
    graph_name(&n->graph, root, spelling);
    made->root = root;
    made->nodes = n->graph.nodes.count - before;
    return true;
}

static bool build_definition(nabla *n, name *defined, span where)
{
    size_t before = n->graph.nodes.count;
    begin_nodes(n, defined);
    if (!build_named(n, &defined->meaning->body, defined->spelling, &where,
                     &defined->built)) {
        n->now.why.message = format_in(&n->work, "in the definition of %s: %s",
                                       defined->spelling, n->now.why.message);
        return false;
    }
    keep_nodes(n, defined, before);
    return true;
}

/* ---- In the order in which they need each other ---- */

/* A name on the way down through what a meaning uses. */
typedef struct step {
    const meaning *meaning;
    name *name; /* NULL: the meaning that the walk began with */
    size_t next_use;
    bool complete; /* nothing below lacks a value so far */
    bool follows_variables;
} step;

typedef struct walk {
    nabla *n;
    ARRAY(step) way;
    ARRAY(name *) missing;
} walk;

static void enter(walk *w, const meaning *m, name *entered)
{
    array_push(&w->n->work, &w->way, ((step){m, entered, 0, true, false}));
}

/* Looks at a name that is used: builds a leaf, enters a definition or function. */
static void meet(walk *w, step *top, name *used)
{
    nabla *n = w->n;
    bool seen = used->visited == n->names.walk;
    used->visited = n->names.walk;
    if (scope_is_variable(used) || (seen && used->follows_variables))
        top->follows_variables = true;
    if (used->built.root != NODE_NONE)
        return;
    if (lacks_value(used) || (seen && used->incomplete))
        top->complete = false;
    if (lacks_value(used) && !seen)
        array_push(&n->work, &w->missing, used);
    if (used->meaning == NULL)
        return;
    if (used->meaning->kind == MEANING_LEAF)
        build_leaf(n, used);
    else if (!seen)
        enter(w, used->meaning, used);
}

/* Where the expression names `wanted`; all of it where it does not. */
static span mention_of(const tree *expression, const name *wanted)
{
    for (size_t i = 0; i < expression->count; i++) {
        const tree_node *n = &expression->nodes[i];
        bool call = n->kind == TREE_CALL;
        bool names_it = call || n->kind == TREE_NAME || n->kind == TREE_PARTIAL;
        if (names_it && call == wanted->is_function && n->as.name == wanted->spelling)
            return n->where;
    }
    return expression->nodes[expression->count - 1].where;
}

/* Leaves a name when all it uses has been met. */
static bool leave(walk *w, const tree *expression)
{
    step done = w->way.items[--w->way.count];
    if (w->way.count > 0) {
        step *above = &w->way.items[w->way.count - 1];
        above->complete = above->complete && done.complete;
        above->follows_variables = above->follows_variables || done.follows_variables;
    }
    if (done.name == NULL)
        return true;
    done.name->incomplete = !done.complete;
    done.name->follows_variables = done.follows_variables;
    if (done.name->is_function || !done.complete)
        return true;
    const name *direct = w->way.count > 1 ? w->way.items[1].name : done.name;
    return build_definition(w->n, done.name, mention_of(expression, direct));
}

static const char *list_missing(const walk *w)
{
    text_buffer list;
    text_init(&list, &w->n->work);
    for (size_t i = 0; i < w->missing.count; i++)
        text_format(&list, "%s%s", i == 0 ? "" : ", ", w->missing.items[i]->spelling);
    return text_string(&list);
}

/* Where the expression names what has no value, or what follows such a name. */
static span mention_of_missing(const tree *expression, const meaning *m)
{
    for (size_t i = 0; i < m->use_count; i++)
        if (lacks_value(m->uses[i].used) || m->uses[i].used->incomplete)
            return mention_of(expression, m->uses[i].used);
    return expression->nodes[expression->count - 1].where;
}

static bool complain_missing(walk *w, const tree *expression, span where)
{
    bool alone = w->missing.count == 1;
    diagnose(&w->n->now.why, DIAGNOSTIC_NAME, where, "%s %s no value", list_missing(w),
             alone ? "has" : "have");
    hint_missing(w->n, expression, where, w->missing.items[0]->spelling, alone);
    return false;
}

/* Builds the nodes of all names that the meaning uses, and of those below. False with a
 * diagnostic that lists every name without a value. `expression` is where the names are
 * mentioned in the running statement. */
static bool build_uses(nabla *n, const meaning *m, const tree *expression)
{
    walk w = {.n = n};
    n->names.walk++;
    enter(&w, m, NULL);
    while (w.way.count > 0) {
        limits_poll(&n->limits);
        step *top = &w.way.items[w.way.count - 1];
        if (top->next_use < top->meaning->use_count)
            meet(&w, top, top->meaning->uses[top->next_use++].used);
        else if (!leave(&w, expression))
            return false;
    }
    return w.missing.count == 0 ||
           complain_missing(&w, expression, mention_of_missing(expression, m));
}

/* Walks down what has no nodes yet. With `all`, collects every name without a value; else
 * stops at the first one, or at a name known to follow one. */
static bool find_missing(nabla *n, const meaning *m, walk *w, bool all)
{
    n->names.walk++;
    enter(w, m, NULL);
    while (w->way.count > 0) {
        step *top = &w->way.items[w->way.count - 1];
        if (top->next_use == top->meaning->use_count) {
            w->way.count--;
            continue;
        }
        name *used = top->meaning->uses[top->next_use++].used;
        if (used->visited == n->names.walk || used->built.root != NODE_NONE)
            continue;
        used->visited = n->names.walk;
        if (lacks_value(used))
            array_push(&n->work, &w->missing, used);
        if (!all && (lacks_value(used) || used->incomplete))
            return true;
        if (used->meaning != NULL)
            enter(w, used->meaning, used);
    }
    return w->missing.count > 0;
}

bool evaluate_is_complete(nabla *n, const meaning *m)
{
    walk w = {.n = n};
    if (!find_missing(n, m, &w, false))
        return true;
    for (size_t i = 0; i < w.way.count; i++)
        if (w.way.items[i].name != NULL)
            w.way.items[i].name->incomplete = true;
    return false;
}

const char *evaluate_missing(nabla *n, const meaning *m, size_t *count)
{
    walk w = {.n = n};
    find_missing(n, m, &w, true);
    *count = w.missing.count;
    return list_missing(&w);
}

/* ---- Expressions of the statement ---- */

bool evaluate_definition(nabla *n, pending_meaning *p, symbol spelling)
{
    if (!build_uses(n, p->meaning, &p->meaning->body) ||
        !build_named(n, &p->meaning->body, spelling, NULL, &p->built))
        return false;
    n->now.kept = graph_here(&n->graph);
    return true;
}

bool evaluate_names(nabla *n, const tree *expression)
{
    pending_meaning *uses = pending_start(&n->work, MEANING_DEFINITION);
    pending_list_uses(uses, &n->names, NULL, expression);
    return build_uses(n, uses->meaning, expression);
}

bool evaluate_nodes(nabla *n, const tree *expression, node_id *root)
{
    if (!evaluate_names(n, expression))
        return false;
    builder b = session_builder(n, &n->work, NULL);
    return build_tree(&b, expression, root);
}

bool evaluate_run(nabla *n, node_id root, span where)
{
    return plan_compute(&n->run, root) ||
           diagnose(&n->now.why, DIAGNOSTIC_DOMAIN, where, "%s", n->run.problem);
}

bool evaluate_value(nabla *n, const tree *expression, tensor *value)
{
    node_id root;
    if (!evaluate_nodes(n, expression, &root))
        return false;
    if (!evaluate_run(n, root, expression->nodes[expression->count - 1].where))
        return false;
    *value = run_value(&n->run, root);
    return true;
}
