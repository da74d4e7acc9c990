/* The command table. */
#include <string.h>

#include "base/nearest.h"
#include "session/session.h"

static bool command_quit(nabla *n, const statement *s)
{
    (void)s;
    n->now.quit = true;
    return true;
}

static const command table[] = {
    {.word = "forward",
     .perform = command_forward,
     .usage = "forward EXPRESSION [at NAME=VALUE, …]"},
    {.word = "grad",
     .perform = command_grad,
     .usage = "grad EXPRESSION [wrt NAME, …] [at NAME=VALUE, …]"},
    {.word = "∇",
     .perform = command_grad,
     .usage = "∇EXPRESSION, the same as grad EXPRESSION"},
    {.word = "set",
     .perform = command_set,
     .usage = "set [OPTION [VALUE]]",
     .takes_words = true},
    {.word = "seed",
     .perform = command_seed,
     .usage = "seed NUMBER",
     .takes_words = true},
    {.word = "quit", .perform = command_quit, .usage = "quit", .takes_words = true},
    {.word = "exit", .perform = command_quit, .usage = "exit", .takes_words = true},
};

const command *command_find(const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strlen(table[i].word) == length && memcmp(table[i].word, word, length) == 0)
            return &table[i];
    return NULL;
}

const char *command_similar(const char *word)
{
    nearest search = nearest_start(word);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        nearest_offer(&search, table[i].word);
    return search.best;
}
