/* The command table. */
#include <string.h>

#include "session/session.h"

static bool command_quit(nabla *n, const statement *s)
{
    (void)s;
    n->now.quit = true;
    return true;
}

static const command table[] = {
    {"forward", command_forward, "forward EXPRESSION [at NAME=VALUE, …]"},
    {"grad", command_grad, "grad EXPRESSION [wrt NAME, …] [at NAME=VALUE, …]"},
    {"∇", command_grad, "∇EXPRESSION, the same as grad EXPRESSION"},
    {"quit", command_quit, "quit"},
};

const command *command_find(const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strlen(table[i].word) == length && memcmp(table[i].word, word, length) == 0)
            return &table[i];
    return NULL;
}
