#include "repl/highlight.h"

#include <stdbool.h>
#include <string.h>

#include "nabla.h"

/* 1 for a bracket that opens, -1 for one that closes, else 0. */
static int direction(const char *text, const unsigned char *classes, size_t at)
{
    if (classes[at] != NABLA_BRACKET)
        return 0;
    return strchr("([", text[at]) != NULL ? 1 : -1;
}

/* Whether the bracket at `from` has one that matches. */
static bool find_match(const char *text, size_t length, const unsigned char *classes,
                       size_t from, size_t *match)
{
    int step = direction(text, classes, from), depth = 0;
    for (size_t at = from; at < length; at += (size_t)step) {
        depth += direction(text, classes, at);
        if (depth != 0)
            continue;
        *match = at;
        return true;
    }
    return false; /* before 0 comes SIZE_MAX */
}

void highlight_brackets(const char *text, size_t length, const unsigned char *classes,
                        size_t cursor, size_t bracket[2])
{
    bracket[0] = bracket[1] = 0;
    size_t at = cursor;
    if (at >= length || direction(text, classes, at) == 0)
        at = cursor > 0 ? cursor - 1 : length;
    size_t match;
    if (at >= length || direction(text, classes, at) == 0 ||
        !find_match(text, length, classes, at, &match))
        return;
    bracket[0] = at;
    bracket[1] = match;
}
