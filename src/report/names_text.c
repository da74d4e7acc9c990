/* The names of a session: a line for each, or all that there is to say of one. */
#include <string.h>

#include "base/unicode.h"
#include "report/report.h"

enum { GAP = 2 };

static const char *shape_of(text_buffer *t, const style *s, const name_entry *e)
{
    if (!e->has_value)
        return "";
    return style_words(t->arena, s, shape_text(t->arena, &e->value.shape));
}

/* "f(u)" */
static const char *signature_of(const name_entry *e)
{
    return e->signature != NULL ? e->signature : e->name;
}

/* The text, its end left out where it takes more columns than there are. */
static const char *fitted(arena *a, const style *s, const char *text, size_t room)
{
    size_t length = strlen(text), end = 0;
    if (unicode_width(text, length) <= room)
        return text;
    const char *rest = style_words(a, s, "…");
    while (end < length) {
        int32_t point;
        size_t next = end + unicode_decode(text + end, length - end, &point);
        if (unicode_width(text, next) + unicode_text_width(rest) > room)
            break;
        end = next;
    }
    return format_in(a, "%.*s%s", (int)end, text, rest);
}

/* What a name is, "(x + y)*z", and its value, both in the rest of the line. */
static void add_definition(text_buffer *t, const style *s, const name_entry *e)
{
    enum { LEAST = 20 };
    size_t at = style_column(t), width = style_width(s);
    size_t room = width > at + LEAST ? width - at : LEAST;
    if (e->definition != NULL) {
        const char *shown = fitted(t->arena, s, e->definition, room);
        text_add(t, shown);
        if (shown != e->definition)
            return;
        if (e->missing != NULL) {
            style_tab(t, 0);
            style_add(t, s, INK_NOTE, "%s no value yet", e->missing);
        }
        if (!e->has_value)
            return;
        text_add(t, " = ");
        size_t used = unicode_text_width(e->definition) + 3;
        room = room > used + LEAST ? room - used : LEAST;
    }
    style_add(t, s, INK_VALUE, "%s", style_value_within(t->arena, s, e->value, room));
}

void report_names_text(text_buffer *t, const style *s, const name_entry *entries,
                       size_t count)
{
    size_t names = 0, kinds = 0, shapes = 0;
    for (size_t i = 0; i < count; i++) {
        size_t width = unicode_text_width(signature_of(&entries[i]));
        size_t kind = unicode_text_width(entries[i].kind_words);
        size_t size = unicode_text_width(shape_of(t, s, &entries[i]));
        names = width > names ? width : names;
        kinds = kind > kinds ? kind : kinds;
        shapes = size > shapes ? size : shapes;
    }
    for (size_t i = 0; i < count; i++) {
        const name_entry *e = &entries[i];
        text_add(t, signature_of(e));
        style_tab(t, names + GAP);
        style_add(t, s, INK_NOTE, "%s", e->kind_words);
        style_tab(t, names + kinds + GAP + GAP);
        text_add(t, shape_of(t, s, e));
        style_tab(t, names + kinds + GAP + GAP + (shapes > 0 ? shapes + GAP : 0));
        add_definition(t, s, e);
        text_add_char(t, '\n');
    }
}

static void add_list(text_buffer *t, const char *label, const char *list)
{
    if (list != NULL)
        text_format(t, "  %-10s%s\n", label, list);
}

void report_name_text(text_buffer *t, const style *s, const name_entry *e)
{
    if (e->definition != NULL)
        text_format(t, "%s = %s\n", signature_of(e), e->definition);
    if (e->has_value)
        report_value_text(t, s, e->name, e->value);
    text_format(t, "  %-10s%s", "kind", e->kind_words);
    if (e->has_value)
        text_format(t, ", %s", shape_of(t, s, e));
    text_add_char(t, '\n');
    if (e->missing != NULL)
        text_format(t, "  %-10s%s no value yet\n", "", e->missing);
    add_list(t, "follows", e->follows);
    add_list(t, "used by", e->used_by);
}
