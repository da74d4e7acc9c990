/* Mistakes and notes as text. */
#include <string.h>

#include "base/unicode.h"
#include "report/location.h"
#include "report/report.h"

/* What is shown of a line: at most so many bytes around the mistake. */
typedef struct excerpt {
    size_t begin, end; /* in bytes of the source */
} excerpt;

/* Moves a byte offset to the beginning of its character. */
static size_t character_begin(const char *source, size_t at, size_t least)
{
    while (at > least && unicode_is_tail(source[at]))
        at--;
    return at;
}

static excerpt excerpt_of(const location *l, const char *source)
{
    enum { BEFORE = 60, MOST = 160 };
    excerpt e = {l->line_begin, l->line_end};
    if (e.end - e.begin <= MOST)
        return e;
    if (l->begin > e.begin + BEFORE)
        e.begin = character_begin(source, l->begin - BEFORE, e.begin);
    if (e.end > e.begin + MOST)
        e.end = character_begin(source, e.begin + MOST, e.begin);
    return e;
}

static void add_underline(text_buffer *t, const style *s, const location *l,
                          const char *source)
{
    excerpt e = excerpt_of(l, source);
    const char *dots = style_words(t->arena, s, "…");
    const char *before = e.begin > l->line_begin ? dots : "";
    const char *behind = e.end < l->line_end ? dots : "";
    int gutter = (int)strlen(format_in(t->arena, "%zu", l->line));
    text_format(t, "  %zu | %s%.*s%s\n", l->line, before, (int)(e.end - e.begin),
                source + e.begin, behind);
    text_format(t, "  %*s | %*s", gutter, "", (int)unicode_text_width(before), "");
    /* Tabs before the span stay tabs, so that the marks stand below what they mark. */
    for (size_t i = e.begin; i < l->begin; i++)
        if (source[i] == '\t')
            text_add_char(t, '\t');
        else if (!unicode_is_tail(source[i]))
            text_add_char(t, ' ');
    size_t end = l->end < e.end ? l->end : e.end;
    size_t width = end > l->begin ? unicode_width(source + l->begin, end - l->begin) : 0;
    char *marks = arena_alloc(t->arena, width + 2);
    memset(marks, '^', width > 0 ? width : 1);
    style_add(t, s, INK_ERROR, "%s", marks);
    text_add_char(t, '\n');
}

/* ---- Derivatives in ASCII ---- */

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* The bytes of the name or call that `text` begins with, or of its brackets. */
static size_t operand_length(const char *text)
{
    size_t end = strcspn(text, " ()[],;/*+-");
    int depth = 0;
    while (text[end] != '\0' && (depth > 0 || text[end] == '(')) {
        depth += (text[end] == '(') - (text[end] == ')');
        end++;
    }
    return end;
}

/* Reads the ² or ³ at `*text`; 1 where none stands there. */
static int read_order(const char **text)
{
    int order = begins_with(*text, "²") ? 2 : begins_with(*text, "³") ? 3 : 1;
    *text += order > 1 ? strlen("²") : 0;
    return order;
}

/* Adds the ∂f/∂x that `text` begins with as diff(f, x), which can be typed; returns its
 * bytes. 0 where it is no derivative. */
static size_t add_derivative(text_buffer *t, const char *text)
{
    static const char sign[] = "∂", bar[] = "/∂";
    const char *numerator = text + strlen(sign);
    if (!begins_with(text, sign))
        return 0;
    int order = read_order(&numerator);
    size_t length = operand_length(numerator);
    const char *by = numerator + length + strlen(bar);
    if (length == 0 || !begins_with(numerator + length, bar))
        return 0;
    const char *end = by;
    while (*end != '\0' && strchr(" ()[],;/*+-?", *end) == NULL &&
           !begins_with(end, "²") && !begins_with(end, "³"))
        end++;
    int width = (int)(end - by);
    if (*numerator == '(' && numerator[length - 1] == ')') {
        numerator++;
        length -= 2;
    }
    for (int i = 0; i < order; i++)
        text_add(t, "diff(");
    text_add_bytes(t, numerator, length);
    for (int i = 0; i < order; i++)
        text_format(t, ", %.*s)", width, by);
    read_order(&end);
    return (size_t)(end - text);
}

/* A hint as it can be typed in that style. */
static const char *hint_text(arena *a, const style *s, const char *hint)
{
    if (s->unicode)
        return hint;
    text_buffer t;
    text_init(&t, a);
    while (*hint != '\0') {
        size_t derivative = add_derivative(&t, hint);
        if (derivative == 0)
            text_add_char(&t, *hint);
        hint += derivative == 0 ? 1 : derivative;
    }
    return style_words(a, s, text_string(&t));
}

/* ---- Reports ---- */

void report_diagnostic_text(text_buffer *t, const style *s, const origin *where,
                            const diagnostic *d)
{
    location l = location_of(where, d->where);
    if (where->file != NULL)
        text_format(t, "%s:%zu:%zu: ", where->file, l.line, l.column);
    style_add(t, s, INK_ERROR, "error:");
    text_format(t, " %s\n", style_words(t->arena, s, d->message));
    if (where->length > 0)
        add_underline(t, s, &l, where->source);
    if (d->hint != NULL)
        text_format(t, "  hint: %s\n", hint_text(t->arena, s, d->hint));
}

void report_note_text(text_buffer *t, const style *s, const origin *where,
                      const char *message)
{
    if (where->file != NULL)
        text_format(t, "%s:%zu: ", where->file, location_of(where, (span){0, 0}).line);
    style_add(t, s, INK_NOTE, "note: %s", style_words(t->arena, s, message));
    text_add_char(t, '\n');
}
