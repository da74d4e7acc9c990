#include "report/style.h"

#include <string.h>

#include "base/number.h"
#include "base/unicode.h"

const char *style_words(arena *a, const style *s, const char *words)
{
    static const char *const signs[][2] = {
        {"∂", "d"},  {"→", "->"},   {"×", "x"}, {"…", "..."}, {"∇", "grad "}, {"²", "^2"},
        {"³", "^3"}, {"√", "sqrt"}, {"ᵀ", "'"}, {"✓", "ok"},  {"✗", "wrong"}};
    if (s->unicode)
        return words;
    text_buffer t;
    text_init(&t, a);
    while (*words != '\0') {
        size_t i = 0, count = sizeof signs / sizeof *signs;
        while (i < count && strncmp(words, signs[i][0], strlen(signs[i][0])) != 0)
            i++;
        text_add_bytes(&t, i < count ? signs[i][1] : words,
                       i < count ? strlen(signs[i][1]) : 1);
        words += i < count ? strlen(signs[i][0]) : 1;
    }
    return text_string(&t);
}

static const char *ink_code(ink color)
{
    switch (color) {
    case INK_PLAIN:
        return "";
    case INK_FLOW:
        return "\033[31m";
    case INK_LOCAL:
        return "\033[34m";
    case INK_VALUE:
        return "\033[32m";
    case INK_NOTE:
        return "\033[2m";
    case INK_ERROR:
        return "\033[1;31m";
    }
    return "";
}

void style_add(text_buffer *t, const style *s, ink color, const char *format, ...)
{
    bool colored = s->color && color != INK_PLAIN;
    if (colored)
        text_add(t, ink_code(color));
    va_list arguments;
    va_start(arguments, format);
    text_format_list(t, format, arguments);
    va_end(arguments);
    if (colored)
        text_add(t, "\033[0m");
}

size_t style_width(const style *s)
{
    enum { USUAL = 80 };
    return s->width > 0 ? (size_t)s->width : USUAL;
}

/* Escape codes take no columns. */
size_t style_column(const text_buffer *t)
{
    size_t begin = t->length;
    while (begin > 0 && t->bytes[begin - 1] != '\n')
        begin--;
    size_t column = 0;
    while (begin < t->length) {
        const char *escape = memchr(t->bytes + begin, '\033', t->length - begin);
        size_t end = escape == NULL ? t->length : (size_t)(escape - t->bytes);
        column += unicode_width(t->bytes + begin, end - begin);
        if (escape == NULL)
            break;
        begin = end + strcspn(escape, "m") + 1;
    }
    return column;
}

void style_tab(text_buffer *t, size_t column)
{
    size_t at = style_column(t);
    text_format(t, "%*s", at + 2 > column ? 2 : (int)(column - at), "");
}

/* Of an array with many entries the first ones are shown. */
static size_t shown_entries(const shape *s)
{
    enum { MANY = 40, SHOWN = 12 };
    size_t count = shape_count(s);
    return count > MANY ? SHOWN : count;
}

static void add_rest(text_buffer *t, const style *s, const shape *whole, size_t shown)
{
    if (shown < shape_count(whole))
        text_format(t, ", %s", style_words(t->arena, s, "…"));
}

/* A matrix: entries joined by commas, rows by semicolons. */
static void add_rows(text_buffer *t, const style *s, tensor value, size_t shown)
{
    size_t columns = shape_columns(&value.shape);
    text_add_char(t, '[');
    for (size_t i = 0; i < shown; i++) {
        if (i > 0)
            text_add(t, columns > 1 && i % columns == 0 ? "; " : ", ");
        number_write(t, value.entries[i], s->digits);
    }
    add_rest(t, s, &value.shape, shown);
    text_add(t, shape_rows(&value.shape) == 1 ? "]'" : "]");
}

/* A stack: each row, matrix and so on in brackets of its own. */
static void add_nested(text_buffer *t, const style *s, tensor value, size_t shown)
{
    for (size_t i = 0; i < shown; i++) {
        if (i > 0)
            text_add(t, ", ");
        text_repeat(t, '[', shape_blocks_at(&value.shape, i));
        number_write(t, value.entries[i], s->digits);
        text_repeat(t, ']', shape_blocks_at(&value.shape, i + 1));
    }
    add_rest(t, s, &value.shape, shown);
    text_repeat(t, ']', value.shape.rank - shape_blocks_at(&value.shape, shown));
}

static const char *value_of(arena *a, const style *s, tensor value, size_t shown)
{
    text_buffer t;
    text_init(&t, a);
    if (shape_is_number(&value.shape))
        number_write(&t, value.entries[0], s->digits);
    else if (value.shape.rank > 2)
        add_nested(&t, s, value, shown);
    else
        add_rows(&t, s, value, shown);
    return text_string(&t);
}

const char *style_value(arena *a, const style *s, tensor value)
{
    return value_of(a, s, value, shown_entries(&value.shape));
}

const char *style_value_within(arena *a, const style *s, tensor value, size_t room)
{
    size_t shown = shown_entries(&value.shape);
    const char *text = value_of(a, s, value, shown);
    while (shown > 1 && unicode_text_width(text) > room)
        text = value_of(a, s, value, --shown);
    return text;
}
