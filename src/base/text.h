/* Text that grows: what printers and messages are written into. */
#ifndef NABLA_BASE_TEXT_H
#define NABLA_BASE_TEXT_H

#include <stdarg.h>

#include "base/arena.h"

typedef struct text_buffer {
    arena *arena;
    char *bytes; /* always terminated once something was added */
    size_t length;
    size_t capacity;
} text_buffer;

void text_init(text_buffer *t, arena *a);
void text_add(text_buffer *t, const char *bytes);
void text_add_bytes(text_buffer *t, const char *bytes, size_t length);
void text_add_char(text_buffer *t, char c);
void text_repeat(text_buffer *t, char c, int times);
void text_format(text_buffer *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void text_format_list(text_buffer *t, const char *format, va_list arguments);

/* The text so far; "" when nothing was added. Lives as long as the arena. */
const char *text_string(const text_buffer *t);

/* A formatted string in the arena. */
const char *format_in(arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A terminated copy of `length` bytes. */
char *copy_in(arena *a, const char *bytes, size_t length);

/* "a", "a and b", "a, b and c": adds item `i` of `count` with what goes before it. */
void text_add_listed(text_buffer *t, size_t i, size_t count, const char *item);

#endif
