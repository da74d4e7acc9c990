/* Mistakes and notes as text. */
#include <string.h>

#include "base/unicode.h"
#include "report/location.h"
#include "report/report.h"

static void add_underline(text_buffer *t, const style *s, const location *l,
                          const char *source)
{
    int gutter = (int)strlen(format_in(t->arena, "%zu", l->line));
    text_format(t, "  %zu | %.*s\n", l->line, (int)(l->line_end - l->line_begin),
                source + l->line_begin);
    text_format(t, "  %*s | ", gutter, "");
    /* Tabs before the span stay tabs, so that the marks stand below what they mark. */
    const char *line = source + l->line_begin;
    for (size_t i = 0; i < l->begin - l->line_begin; i++)
        if (((unsigned char)line[i] & 0xC0) != 0x80)
            text_add_char(t, line[i] == '\t' ? '\t' : ' ');
    size_t width = unicode_width(source + l->begin, l->end - l->begin);
    for (size_t i = 0; i < width || i == 0; i++)
        style_add(t, s, INK_ERROR, "^");
    text_add_char(t, '\n');
}

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
        text_format(t, "  hint: %s\n", style_words(t->arena, s, d->hint));
}

void report_note_text(text_buffer *t, const style *s, const origin *where,
                      const char *message)
{
    if (where->file != NULL)
        text_format(t, "%s:%zu: ", where->file, location_of(where, (span){0, 0}).line);
    style_add(t, s, INK_NOTE, "note: %s", style_words(t->arena, s, message));
    text_add_char(t, '\n');
}
