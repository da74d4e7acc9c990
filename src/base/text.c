#include "base/text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

void text_init(text_buffer *t, arena *a)
{
    *t = (text_buffer){.arena = a};
}

static void reserve(text_buffer *t, size_t more)
{
    t->bytes = array_room(t->arena, t->bytes, t->length + more + 1, &t->capacity, 1);
}

void text_add_bytes(text_buffer *t, const char *bytes, size_t length)
{
    reserve(t, length);
    memcpy(t->bytes + t->length, bytes, length);
    t->length += length;
    t->bytes[t->length] = '\0';
}

void text_add(text_buffer *t, const char *bytes)
{
    text_add_bytes(t, bytes, strlen(bytes));
}

void text_add_char(text_buffer *t, char c)
{
    text_add_bytes(t, &c, 1);
}

void text_repeat(text_buffer *t, char c, int times)
{
    for (int i = 0; i < times; i++)
        text_add_char(t, c);
}

void text_format_list(text_buffer *t, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): every caller has started it */
    int length = vsnprintf(NULL, 0, format, arguments);
    assert(length >= 0);
    reserve(t, (size_t)length);
    vsnprintf(t->bytes + t->length, (size_t)length + 1, format, again);
    va_end(again);
    t->length += (size_t)length;
}

void text_format(text_buffer *t, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_format_list(t, format, arguments);
    va_end(arguments);
}

const char *text_string(const text_buffer *t)
{
    return t->bytes == NULL ? "" : t->bytes;
}

const char *format_in(arena *a, const char *format, ...)
{
    text_buffer t;
    text_init(&t, a);
    va_list arguments;
    va_start(arguments, format);
    text_format_list(&t, format, arguments);
    va_end(arguments);
    return text_string(&t);
}

char *copy_in(arena *a, const char *bytes, size_t length)
{
    char *copy = arena_alloc(a, length + 1);
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

void text_add_listed(text_buffer *t, size_t i, size_t count, const char *item)
{
    if (i > 0)
        text_add(t, i + 1 == count ? " and " : ", ");
    text_add(t, item);
}
