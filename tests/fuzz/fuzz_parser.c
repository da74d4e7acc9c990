/* Expressions: what parses is printed, and what was printed must parse to the same text
 * again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "syntax/parse.h"
#include "syntax/print.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The expression as the printer writes it, or NULL where the text is none. */
static const char *printed(parser *p, const char *text)
{
    tree parsed;
    *p->why = (diagnostic){.arena = p->arena};
    if (!parse_expression(p, text, &parsed))
        return NULL;
    return formula_text(p->arena, &parsed, PRINT_TIGHT);
}

static void check(parser *p, const char *text)
{
    const char *once = printed(p, text);
    if (once == NULL)
        return;
    const char *twice = printed(p, once);
    if (twice == NULL || strcmp(once, twice) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    limits l = {0};
    arena a;
    symbols names;
    diagnostic why = {0};
    jmp_buf escape;
    l.escape = &escape;
    arena_init(&a, &l, 1 << 16);
    symbols_init(&names, &a);
    if (setjmp(escape) == 0) {
        parser p = {.names = &names, .arena = &a, .why = &why};
        p.grammar = grammar_define(&a);
        char *text = arena_alloc(&a, size + 1);
        if (size > 0)
            memcpy(text, data, size);
        check(&p, text);
    }
    arena_empty(&a);
    return 0;
}
