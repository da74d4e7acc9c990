/* Definitions, functions and assignments: a statement prepares a meaning, which its name
 * takes when the statement has succeeded. */
#include <string.h>

#include "session/session.h"
#include "syntax/print.h"
#include "syntax/token.h"

void session_change(nabla *n, name *target, pending_meaning *p)
{
    array_push(&n->work, &n->now.changes, ((change){.name = target, .pending = p}));
}

/* Where a mistake that concerns the whole statement is reported. */
static span whole(const statement *s)
{
    return (span){s->target.where.begin, (uint32_t)strlen(s->text)};
}

/* ---- What a prompt shows ---- */

static void echo_value(nabla *n, const char *spelling, tensor value)
{
    if (!n->prompting || n->now.text.silenced)
        return;
    if (n->options.json)
        report_value_json(&n->now.results, spelling, value);
    else
        report_value_text(&n->now.results, &n->style, spelling, value);
}

static void echo_incomplete(nabla *n, const char *spelling, const meaning *m)
{
    if (!n->prompting || n->now.text.silenced || n->options.json)
        return;
    enum { NOTE_COLUMN = 33 };
    size_t count;
    const char *missing = evaluate_missing(n, m, &count);
    text_format(&n->now.results, "%s(%s)", spelling, missing);
    style_tab(&n->now.results, NOTE_COLUMN);
    style_add(&n->now.results, &n->style, INK_NOTE, "%s %s no value yet", missing,
              count == 1 ? "has" : "have");
    text_add_char(&n->now.results, '\n');
}

/* ---- Notes ---- */

/* Says so when a name hides a predefined one. */
static void note_hidden_name(nabla *n, const name *target)
{
    const char *spelling = target->spelling;
    if (target->meaning != NULL)
        return;
    if (!target->is_function && op_constant(spelling) != OP_NONE)
        session_note(n, "%s is now a variable of yours, no longer the predefined number",
                     spelling);
    else if (scope_is_predefined(n, spelling))
        session_note(n,
                     target->is_function
                         ? "%s is now your function, no longer the predefined one"
                         : "%s is a variable now; %s(…) is still the function",
                     spelling, spelling);
}

/* A misspelt function is worth a note before there are values to notice it with. */
static void note_unknown_functions(nabla *n, const meaning *m)
{
    for (size_t i = 0; i < m->use_count; i++) {
        const name *used = m->uses[i].used;
        if (!used->is_function || used->meaning != NULL ||
            scope_is_predefined(n, used->spelling))
            continue;
        const char *similar = n->scope.similar_function(n, used->spelling);
        if (similar != NULL)
            session_note(n, "no function %s yet; did you mean %s?", used->spelling,
                         similar);
        else
            session_note(n, "no function %s yet", used->spelling);
    }
}

/* ---- Circles ---- */

static bool complain_circle(nabla *n, const statement *s, name **circle, size_t count)
{
    diagnostic *why = &n->now.why;
    const char *first = circle[0]->spelling;
    if (count == 1) {
        diagnose(why, DIAGNOSTIC_CIRCULAR, whole(s), "%s is defined by itself", first);
        if (circle[0]->is_function)
            return diagnose_hint(why, "a function cannot call itself");
        span right = s->expression_where;
        return diagnose_hint(
            why, "%s := %s assigns the new value now", first,
            token_excerpt(&n->work, s->text + right.begin, right.end - right.begin));
    }
    return hint_circle(n, whole(s), circle, count);
}

static bool is_free_of_circles(nabla *n, const statement *s, name *target,
                               const meaning *m)
{
    name **circle;
    size_t count = names_circle(&n->names, &n->work, target, m, &circle);
    return count == 0 || complain_circle(n, s, circle, count);
}

/* ---- Leaves ---- */

/* Makes the meaning a leaf with the present value of `expression`. */
static pending_meaning *make_leaf(nabla *n, const tree *expression, leaf_kind kind)
{
    tensor value;
    if (!evaluate_value(n, expression, &value))
        return NULL;
    pending_meaning *leaf = pending_start(&n->work, MEANING_LEAF);
    meaning *m = leaf->meaning;
    m->leaf = kind;
    m->row_literal = note_is_row_literal(expression);
    m->value = tensor_copy(&m->arena, &value.shape, value.entries);
    return leaf;
}

static bool define_leaf(nabla *n, const statement *s, name *target)
{
    leaf_kind kind = s->declared ? s->leaf : LEAF_INPUT;
    pending_meaning *leaf = make_leaf(n, &s->expression, kind);
    if (leaf == NULL)
        return false;
    if (n->now.drawn_by_names && !s->declared)
        session_note(n, "%s is a leaf: it is drawn once, and its variables were read now",
                     s->target.name);
    note_hidden_name(n, target);
    echo_value(n, target->spelling, leaf->meaning->value);
    session_change(n, target, leaf);
    return true;
}

/* How an array that was shown stands in a formula: with its entries where they are few.
 */
static const char *answer_text(nabla *n, tensor value)
{
    static const style digits = {.unicode = true, .digits = 15};
    const char *entries = style_value(&n->work, &digits, value);
    return strstr(entries, "…") == NULL ? entries : "ans";
}

/* In a definition `ans` is the value it has now, not a variable to follow. */
static void fix_answer(nabla *n, const tree *expression)
{
    symbol spelling = symbol_of(&n->symbols, "ans");
    const name *answer = names_known(&n->names, spelling, false);
    if (answer == NULL || answer->meaning == NULL ||
        answer->meaning->kind != MEANING_LEAF)
        return;
    const tensor *value = &answer->meaning->value;
    for (size_t i = 0; i < expression->count; i++) {
        tree_node *at = &expression->nodes[i];
        if (at->kind != TREE_NAME || at->as.name != spelling)
            continue;
        at->kind = shape_is_number(&value->shape) ? TREE_NUMBER : TREE_VALUE;
        if (at->kind == TREE_NUMBER) {
            at->as.number = value->entries[0];
        } else {
            at->as.value = value;
            at->literal = answer_text(n, *value);
        }
    }
}

/* ---- Definitions ---- */

static bool has_derivative(const tree *t)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->nodes[i].kind == TREE_PARTIAL)
            return true;
    return false;
}

/* A derivative may be left with shapes alone, but it follows what was differentiated. */
bool define_uses_only_shapes(nabla *n, const tree *body, node_id root, node_id own)
{
    if (has_derivative(body))
        return false;
    const graph *g = &n->graph;
    node_list nodes = graph_reach_values(&n->graph, &n->work, root, own);
    bool shapes = false;
    for (size_t i = 0; i < nodes.count; i++)
        for (size_t k = 0; k < graph_arity(g, nodes.nodes[i]); k++) {
            bool by_value = graph_uses_value(g, nodes.nodes[i], k);
            if (by_value && graph_operand(g, nodes.nodes[i], k) < own)
                return false;
            shapes = shapes || !by_value;
        }
    return shapes;
}

/* W = zeros(n, 2): variables that only give sizes do not make a definition. */
static bool make_leaf_of_sizes(nabla *n, const statement *s, pending_meaning **p)
{
    node_id root = (*p)->built.root;
    if (!evaluate_run(n, root, s->expression_where))
        return false;
    tensor value = run_value(&n->run, root);
    *p = pending_start(&n->work, MEANING_LEAF);
    (*p)->meaning->value =
        tensor_copy(&(*p)->meaning->arena, &value.shape, value.entries);
    session_note(n, "%s is a leaf: its variables only give sizes, and were read now",
                 s->target.name);
    echo_value(n, s->target.name, value);
    return true;
}

static bool check_definition(nabla *n, const statement *s, name *target,
                             pending_meaning **prepared)
{
    pending_meaning *p = *prepared;
    if (!evaluate_is_complete(n, p->meaning)) {
        note_unknown_functions(n, p->meaning);
        echo_incomplete(n, s->target.name, p->meaning);
        return true;
    }
    if (!evaluate_definition(n, p, target->spelling))
        return false;
    node_id own = (node_id)(n->graph.nodes.count - p->built.nodes);
    if (define_uses_only_shapes(n, &p->meaning->body, p->built.root, own))
        return make_leaf_of_sizes(n, s, prepared);
    if (n->prompting && !n->now.text.silenced) {
        if (!evaluate_run(n, p->built.root, s->expression_where))
            return false;
        echo_value(n, target->spelling, run_value(&n->run, p->built.root));
    }
    return true;
}

bool define_name(nabla *n, const statement *s)
{
    fix_answer(n, &s->expression);
    name *target = names_get(&n->names, s->target.name, false);
    pending_meaning *p = pending_start(&n->work, MEANING_DEFINITION);
    pending_list_uses(p, &n->names, target, &s->expression);
    if (s->declared || !scope_has_variables(n, p->meaning))
        return define_leaf(n, s, target);
    if (!is_free_of_circles(n, s, target, p->meaning))
        return false;
    p->meaning->body = tree_copy(&p->meaning->arena, &s->expression);
    note_hidden_name(n, target);
    if (!check_definition(n, s, target, &p))
        return false;
    session_change(n, target, p);
    return true;
}

/* ---- Functions ---- */

static void echo_function(nabla *n, const function *f)
{
    if (!n->prompting || n->now.text.silenced || n->options.json)
        return;
    session_signature(&n->now.results, f->name, f->parameters, f->count);
    text_add(&n->now.results, " = ");
    print_formula(&n->now.results, &f->body, PRINT_SPACED);
    text_add_char(&n->now.results, '\n');
}

bool define_function(nabla *n, const statement *s)
{
    const char *spelling = s->target.name;
    if (command_find(spelling, strlen(spelling)) != NULL) {
        diagnose(&n->now.why, DIAGNOSTIC_SYNTAX, s->target.where,
                 "%s is a command, a function cannot have its name", spelling);
        return diagnose_hint(&n->now.why, "use another name, such as %s_", spelling);
    }
    name *target = names_get(&n->names, spelling, true);
    pending_meaning *p = pending_start(&n->work, MEANING_FUNCTION);
    meaning *m = p->meaning;
    named_span *parameters = ARENA_ARRAY(&m->arena, named_span, s->parameters.count + 1);
    if (s->parameters.count > 0)
        memcpy(parameters, s->parameters.items, s->parameters.count * sizeof *parameters);
    fix_answer(n, &s->expression);
    m->function = (function){.name = spelling,
                             .parameters = parameters,
                             .count = s->parameters.count,
                             .body = tree_copy(&m->arena, &s->expression)};
    pending_list_uses(p, &n->names, target, &m->function.body);
    if (!is_free_of_circles(n, s, target, m))
        return false;
    note_hidden_name(n, target);
    note_unknown_functions(n, m);
    echo_function(n, &m->function);
    session_change(n, target, p);
    return true;
}

/* ---- Assignments ---- */

/* `x += y` as the tree of x + y. */
static tree updated(nabla *n, const statement *s)
{
    tree_writer w = {.arena = &n->work};
    tree_node target = {
        .kind = TREE_NAME, .where = s->target.where, .as.name = s->target.name};
    if (!s->has_index)
        tree_push(&w, target);
    for (size_t i = 0; i < s->indexed.count; i++)
        tree_push(&w, s->indexed.nodes[i]);
    for (size_t i = 0; i < s->expression.count; i++)
        tree_push(&w, s->expression.nodes[i]);
    tree_push(&w, (tree_node){.kind = TREE_OPERATION,
                              .op = (uint16_t)s->update,
                              .arity = 2,
                              .where = {s->target.where.begin, s->expression_where.end}});
    return tree_written(&w);
}

/* Whether a value can be written to what was picked: a number goes to each entry, a
 * matrix of its size to each matrix of a stack, and a vector also to a row or a column.
 */
static bool fits_into(const shape *value, const shape *picked)
{
    const shape matrix = {.rank = 2, .size = {shape_rows(picked), shape_columns(picked)}};
    bool turned = shape_is_vector(value) && shape_is_vector(&matrix) &&
                  shape_count(value) == shape_count(&matrix);
    return turned || shape_count(value) == 1 || shape_equal(value, &matrix) ||
           shape_equal(value, picked);
}

/* Where the picked entries stand in the leaf, from 0: what is indexed has the places of
 * its entries in their place. */
static bool find_entries(nabla *n, const statement *s, const tensor *whole,
                         tensor *places)
{
    size_t count = shape_count(&whole->shape);
    double *numbers = ARENA_ARRAY(&n->work, double, count);
    for (size_t i = 0; i < count; i++)
        numbers[i] = (double)i;
    tensor *numbered = ARENA_NEW(&n->work, tensor);
    *numbered = (tensor){whole->shape, numbers};
    tree indexed = tree_copy(&n->work, &s->indexed);
    indexed.nodes[0] = (tree_node){.kind = TREE_VALUE,
                                   .where = indexed.nodes[0].where,
                                   .size = indexed.nodes[0].size,
                                   .as.value = numbered,
                                   .literal = s->target.name};
    return evaluate_value(n, &indexed, places);
}

/* The leaf with some of its entries replaced. */
static pending_meaning *make_changed_leaf(nabla *n, const statement *s,
                                          const tree *expression, const name *target)
{
    const meaning *before = target->meaning;
    if (before == NULL || before->kind != MEANING_LEAF) {
        diagnose(&n->now.why, DIAGNOSTIC_NAME, s->target.where,
                 before == NULL ? "%s has no value to change entries of"
                                : "%s is a definition, its entries follow others",
                 target->spelling);
        return NULL;
    }
    tensor value, places;
    if (!evaluate_value(n, expression, &value) ||
        !find_entries(n, s, &before->value, &places))
        return NULL;
    if (!fits_into(&value.shape, &places.shape)) {
        diagnose(&n->now.why, DIAGNOSTIC_SHAPE, s->expression_where,
                 "%s does not fit into %s entries", shape_text(&n->work, &value.shape),
                 shape_text(&n->work, &places.shape));
        return NULL;
    }
    pending_meaning *leaf = pending_start(&n->work, MEANING_LEAF);
    meaning *m = leaf->meaning;
    m->leaf = before->leaf;
    size_t all = shape_count(&before->value.shape);
    double *entries = ARENA_ARRAY(&m->arena, double, all);
    memcpy(entries, before->value.entries, all * sizeof *entries);
    m->value = (tensor){before->value.shape, entries};
    size_t given = shape_count(&value.shape), count = shape_count(&places.shape);
    for (size_t k = 0; k < count; k++)
        entries[(size_t)places.entries[k]] = value.entries[k % given];
    return leaf;
}

bool define_assignment(nabla *n, const statement *s)
{
    name *target = names_get(&n->names, s->target.name, false);
    const meaning *before = target->meaning;
    tree expression = s->update == OP_NONE ? s->expression : updated(n, s);
    bool was_leaf = before != NULL && before->kind == MEANING_LEAF;
    leaf_kind kind = was_leaf ? before->leaf : LEAF_INPUT;
    pending_meaning *leaf = s->has_index ? make_changed_leaf(n, s, &expression, target)
                                         : make_leaf(n, &expression, kind);
    if (leaf == NULL)
        return false;
    if (before != NULL && !was_leaf)
        session_note(n, "%s was a definition, now it is a leaf with this value",
                     target->spelling);
    else
        note_hidden_name(n, target);
    echo_value(n, target->spelling, leaf->meaning->value);
    session_change(n, target, leaf);
    return true;
}

void define_answer(nabla *n, tensor value)
{
    pending_meaning *p = pending_start(&n->work, MEANING_LEAF);
    p->meaning->value = tensor_copy(&p->meaning->arena, &value.shape, value.entries);
    name *answer = names_get(&n->names, symbol_of(&n->symbols, "ans"), false);
    array_push(&n->work, &n->now.changes, ((change){answer, p, .is_answer = true}));
}

/* ---- Bindings for one statement ---- */

/* A name that was misspelt in `at` would change nothing. */
static void note_unused_binding(nabla *n, const statement *s, const name *target)
{
    bool used = target->meaning != NULL || target->used_by != NULL;
    for (size_t i = 0; i < s->expression.count && !used; i++)
        used = s->expression.nodes[i].kind == TREE_NAME &&
               s->expression.nodes[i].as.name == target->spelling;
    if (!used)
        session_note(n, "nothing here uses %s, which at binds", target->spelling);
}

static bool bind(nabla *n, const statement *s, const binding *b)
{
    name *target = names_get(&n->names, b->target.name, false);
    const meaning *before = target->meaning;
    note_unused_binding(n, s, target);
    bool was_leaf = before != NULL && before->kind == MEANING_LEAF;
    leaf_kind kind = was_leaf ? before->leaf : LEAF_INPUT;
    pending_meaning *leaf = make_leaf(n, &b->value, kind);
    if (leaf == NULL)
        return false;
    array_reserve(&n->work, &n->now.bound, n->now.bound.count + 1);
    meaning *old = names_exchange(&n->names, target, leaf->meaning);
    n->now.bound.items[n->now.bound.count++] = (bound){target, old};
    leaf->meaning = NULL;
    run_forget(&n->run, 0); /* it may have computed with the value before */
    return true;
}

bool define_bound(nabla *n, const statement *s)
{
    for (size_t i = 0; i < s->at.count; i++)
        if (!bind(n, s, &s->at.items[i]))
            return false;
    return true;
}

void define_release_bound(nabla *n)
{
    while (n->now.bound.count > 0) {
        bound b = n->now.bound.items[--n->now.bound.count];
        meaning_free(names_exchange(&n->names, b.name, b.before));
    }
}
