#include "repl/repl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char prompt[] = "nabla> ";
static const char continuation[] = "  ...> ";

/* What has been typed of a statement so far. */
typedef struct typed {
    char *bytes;
    size_t length;
} typed;

static bool add_line(typed *t, const char *line, size_t length)
{
    char *larger = realloc(t->bytes, t->length + length + 1);
    if (larger == NULL)
        return false;
    t->bytes = larger;
    memcpy(t->bytes + t->length, line, length + 1);
    t->length += length;
    return true;
}

/* Reads lines until they make a whole; an empty line submits what stands, Ctrl-C drops
 * it. False at the end of the input. */
static bool read_statement(typed *t, volatile sig_atomic_t *interrupted)
{
    char *line = NULL;
    size_t room = 0;
    t->length = 0;
    for (;;) {
        if (isatty(STDIN_FILENO))
            fputs(t->length == 0 ? prompt : continuation, stdout);
        fflush(stdout);
        errno = 0;
        ssize_t length = getline(&line, &room, stdin);
        if (length < 0 && errno == EINTR && *interrupted) {
            *interrupted = 0;
            t->length = 0;
            clearerr(stdin);
            putchar('\n');
            continue;
        }
        bool read = length >= 0 && add_line(t, line, (size_t)length);
        if (!read || line[0] == '\n' || !nabla_is_unfinished(t->bytes, t->length)) {
            free(line);
            return read || t->length > 0;
        }
    }
}

nabla_status repl(nabla *n, volatile sig_atomic_t *interrupted)
{
    typed t = {0};
    nabla_status status = NABLA_FINE;
    while (status != NABLA_QUIT && read_statement(&t, interrupted)) {
        *interrupted = 0;
        status = nabla_type(n, t.bytes, t.length);
    }
    if (status != NABLA_QUIT && isatty(STDIN_FILENO))
        putchar('\n');
    free(t.bytes);
    return status;
}
