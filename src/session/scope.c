/* What names mean to the builder. */
#include <string.h>

#include "base/nearest.h"
#include "session/session.h"

static node_id variable_node(void *owner, symbol spelling)
{
    const nabla *n = owner;
    const name *found = names_known(&n->names, spelling, false);
    return found == NULL ? NODE_NONE : found->built.root;
}

static const function *predefined(void *owner, symbol spelling, size_t count)
{
    return prelude_find(owner, spelling, count);
}

static const function *function_of(void *owner, symbol spelling)
{
    const nabla *n = owner;
    const name *found = names_known(&n->names, spelling, true);
    return found == NULL || found->meaning == NULL ? NULL : &found->meaning->function;
}

bool scope_is_variable(const name *used)
{
    return !used->is_function &&
           (used->meaning != NULL || op_constant(used->spelling) == OP_NONE);
}

bool scope_has_variables(nabla *n, const meaning *m)
{
    ARRAY(const meaning *) open = {0};
    n->names.walk++;
    array_push(&n->work, &open, m);
    while (open.count > 0) {
        const meaning *at = open.items[--open.count];
        for (size_t i = 0; i < at->use_count; i++) {
            name *used = at->uses[i].used;
            if (scope_is_variable(used))
                return true;
            if (used->visited == n->names.walk || used->meaning == NULL)
                continue;
            used->visited = n->names.walk;
            array_push(&n->work, &open, (const meaning *)used->meaning);
        }
    }
    return false;
}

static void note(void *owner, const char *message)
{
    session_note(owner, "%s", message);
}

static void decides_shape(void *owner, int32_t leaf)
{
    nabla *n = owner;
    n->names.all.items[leaf]->decides_shape = true;
}

static bool follows_variables(void *owner, const function *f)
{
    const nabla *n = owner;
    return names_known(&n->names, f->name, true)->follows_variables;
}

static bool is_drawn(const char *spelling)
{
    for (size_t i = 0; draw_name(i) != NULL; i++)
        if (strcmp(draw_name(i), spelling) == 0)
            return true;
    return false;
}

bool scope_is_predefined(nabla *n, symbol spelling)
{
    return op_find(FORM_CALL, spelling, strlen(spelling)) != OP_NONE ||
           prelude_find(n, spelling, 0) != NULL || is_drawn(spelling);
}

void session_signature(text_buffer *t, const char *spelling, const named_span *parameters,
                       size_t count)
{
    text_format(t, "%s(", spelling);
    for (size_t k = 0; k < count; k++) {
        text_add(t, k == 0 ? "" : ", ");
        if (parameters != NULL)
            text_add(t, parameters[k].name);
        else
            text_add_char(t, (char)('a' + k));
    }
    text_add_char(t, ')');
}

bool scope_has_variable(const nabla *n, const char *spelling, size_t length)
{
    symbol known = symbol_known(&n->symbols, spelling, length);
    const name *found = known == NULL ? NULL : names_known(&n->names, known, false);
    return found != NULL && found->meaning != NULL;
}

bool scope_has_value(const nabla *n, const char *spelling, size_t length)
{
    return scope_has_variable(n, spelling, length) ||
           op_find(FORM_CONSTANT, spelling, length) != OP_NONE;
}

static bool has_meaning(void *owner, symbol spelling)
{
    return scope_has_variable(owner, spelling, strlen(spelling));
}

static const char *similar_function(void *owner, symbol wanted)
{
    nabla *n = owner;
    nearest search = nearest_start(wanted);
    for (op_id id = OP_NONE; id < OP_COUNT; id++)
        if (op_row(id)->form == FORM_CALL)
            nearest_offer(&search, op_row(id)->spelling);
    for (size_t i = 0; i < n->names.all.count; i++) {
        const name *known = n->names.all.items[i];
        if (known->is_function && known->meaning != NULL)
            nearest_offer(&search, known->spelling);
    }
    for (size_t i = 0; i < prelude_count(n); i++)
        nearest_offer(&search, prelude_at(n, i)->name);
    if (search.best == NULL)
        return NULL;
    symbol best = symbol_of(&n->symbols, search.best);
    const function *f = function_of(n, best);
    if (f == NULL)
        f = prelude_find(n, best, 0);
    op_id op = op_find(FORM_CALL, search.best, strlen(search.best));
    text_buffer t;
    text_init(&t, &n->work);
    if (f != NULL)
        session_signature(&t, f->name, f->parameters, f->count);
    else
        session_signature(&t, search.best, NULL, op_row(op)->arity);
    return text_string(&t);
}

void scope_open(nabla *n)
{
    n->scope = (scope){.owner = n,
                       .variable = variable_node,
                       .function = function_of,
                       .predefined = predefined,
                       .note = note,
                       .decides_shape = decides_shape,
                       .follows_variables = follows_variables,
                       .is_variable = has_meaning,
                       .similar_function = similar_function};
}
