/* The prelude: grammar/prelude.ad, parsed when the first of its functions is asked for.
 */
#include <assert.h>
#include <string.h>

#include "session/session.h"
#include "syntax/embedded.h"

/* Keeps a function that was parsed for as long as the session lives. */
static void add_function(nabla *n, const statement *s)
{
    named_span *parameters = ARENA_ARRAY(&n->arena, named_span, s->parameters.count);
    memcpy(parameters, s->parameters.items, s->parameters.count * sizeof *parameters);
    function f = {.name = s->target.name,
                  .parameters = parameters,
                  .count = s->parameters.count,
                  .body = tree_copy(&n->arena, &s->expression),
                  .predefined = true};
    array_push(&n->arena, &n->prelude, f);
}

static const command_form *no_command(const void *owner, const char *word, size_t length)
{
    (void)owner;
    (void)word;
    (void)length;
    return NULL;
}

static bool no_variable(const void *owner, const char *word, size_t length)
{
    return no_command(owner, word, length) != NULL;
}

static bool no_function(void *owner, const char *word, size_t length)
{
    return no_variable(owner, word, length);
}

static void load(nabla *n)
{
    diagnostic why = {.arena = &n->work};
    const command_words words = {
        .command = no_command, .is_variable = no_variable, .is_function = no_function};
    parser p = session_parser(n);
    p.why = &why;
    p.words = &words;
    splitter source;
    statement_text text;
    splitter_init(&source, nabla_prelude_text, nabla_prelude_size);
    n->prelude.count = 0; /* of a load that a limit broke off */
    while (splitter_next(&source, &n->work, &text, &why)) {
        statement s;
        bool fine = parse_statement(&p, text.text, &s);
        assert(fine && s.kind == STATEMENT_FUNCTION);
        if (fine)
            add_function(n, &s);
    }
    n->prelude_loaded = true;
}

size_t prelude_count(nabla *n)
{
    if (!n->prelude_loaded)
        load(n);
    return n->prelude.count;
}

const function *prelude_at(nabla *n, size_t i)
{
    return &n->prelude.items[i];
}

const function *prelude_find(nabla *n, symbol spelling, size_t count)
{
    const function *found = NULL;
    for (size_t i = 0; i < prelude_count(n); i++) {
        const function *f = prelude_at(n, i);
        if (f->name != spelling)
            continue;
        if (f->count == count)
            return f;
        found = f;
    }
    return found;
}
