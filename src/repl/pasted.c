#include "repl/pasted.h"

#include <string.h>

#include "nabla.h"

static size_t line_end(const char *text, size_t length, size_t at)
{
    const char *newline = memchr(text + at, '\n', length - at);
    return newline == NULL ? length : (size_t)(newline - text) + 1;
}

static bool is_blank(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (strchr(" \t\r\n", text[i]) == NULL)
            return false;
    return true;
}

/* ---- Prompts ---- */

/* The bytes of the prompt that the line begins with. What copied it may have left out the
 * space at the end of a line. */
static size_t prompt_bytes(const char *line, size_t length, const char *prompt)
{
    size_t count = strlen(prompt), least = count - 1;
    if (length < least || memcmp(line, prompt, least) != 0)
        return 0;
    if (length > least && line[least] == ' ')
        return count;
    return is_blank(line + least, length - least) ? least : 0;
}

/* A prompt that a statement begins behind. */
static size_t first_prompt(const char *line, size_t length)
{
    size_t own = prompt_bytes(line, length, "nabla> ");
    return own > 0 ? own : prompt_bytes(line, length, ">>> ");
}

/* One that it goes on behind. */
static size_t next_prompt(const char *line, size_t length)
{
    return prompt_bytes(line, length, "  ...> ");
}

/* What is known of the text that is being pasted. */
typedef struct cleaning {
    bytes *into;
    size_t statement; /* in `into`: where the one begins that may be unfinished */
    bool copied;      /* it is a session, prompts and what was printed */
} cleaning;

static bool is_unfinished(const cleaning *c)
{
    size_t length = c->into->count - c->statement;
    return length > 0 && nabla_is_unfinished(c->into->items + c->statement, length);
}

static void clean_line(cleaning *c, const char *line, size_t length)
{
    size_t first = first_prompt(line, length), next = next_prompt(line, length);
    bool unfinished = is_unfinished(c);
    c->copied = c->copied || (first > 0 && c->into->count == c->statement);
    if (c->copied && first + next == 0 && !unfinished)
        return; /* what was printed */
    if (first > 0 || !unfinished)
        c->statement = c->into->count;
    bytes_add(c->into, line + first + next, length - first - next);
}

/* Whether a line says how a session was begun, or nothing. */
static bool is_before_session(const char *line, size_t length)
{
    static const char start[] = "$ nabla";
    size_t count = strlen(start);
    if (length < count || memcmp(line, start, count) != 0)
        count = 0;
    return is_blank(line + count, length - count);
}

void pasted_clean(bytes *into, const char *text, size_t length)
{
    cleaning c = {into, into->count, false};
    size_t at = 0;
    while (at < length && is_before_session(text + at, line_end(text, length, at) - at))
        at = line_end(text, length, at);
    for (size_t end; at < length; at = end) {
        end = line_end(text, length, at);
        clean_line(&c, text + at, end - at);
    }
}

/* ---- Units ---- */

size_t pasted_unit(const char *text, size_t length)
{
    size_t begin = 0;
    while (begin < length) {
        size_t end = line_end(text, length, begin);
        if (!is_blank(text + begin, end - begin))
            break;
        begin = end;
    }
    size_t end = begin;
    do
        end = end < length ? line_end(text, length, end) : length;
    while (end < length && nabla_is_unfinished(text + begin, end - begin));
    return is_blank(text + end, length - end) ? length : end;
}

bool pasted_has_units(const char *text, size_t length)
{
    return pasted_unit(text, length) < length;
}
