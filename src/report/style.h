/* How text reports look: colours, signs, digits. Colour only repeats what words and
 * places say already. */
#ifndef NABLA_REPORT_STYLE_H
#define NABLA_REPORT_STYLE_H

#include "base/text.h"
#include "tensor/tensor.h"

typedef enum ink {
    INK_PLAIN,
    INK_FLOW,  /* upstream and downstream: red */
    INK_LOCAL, /* local gradients: blue */
    INK_VALUE, /* values of the forward pass: green */
    INK_NOTE,  /* remarks: dim */
    INK_ERROR, /* the word error: bold red */
} ink;

typedef struct style {
    bool color;
    bool unicode;
    int width;   /* columns of the screen; 0: 80 */
    int digits;  /* significant digits of numbers in text */
    bool expand; /* calls of the prelude are shown with all their nodes */
    bool bar;    /* gradients of the result are x̄ rather than ∂L/∂x */
} style;

/* Our own words with their signs, ∂ → × and the like; in a style without Unicode spelled
 * in ASCII: d -> x. */
const char *style_words(arena *a, const style *s, const char *words);

/* Adds formatted text in a colour. */
void style_add(text_buffer *t, const style *s, ink color, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Spaces up to column `column` of the current line, at least two of them. */
void style_tab(text_buffer *t, size_t column);

/* The columns of the screen. */
size_t style_width(const style *s);

/* The column that the text has come to on its last line. */
size_t style_column(const text_buffer *t);

/* A value as input that reads back; of many entries the first ones. */
const char *style_value(arena *a, const style *s, tensor value);

/* The same with as many entries as there is room for in so many columns, one at least. */
const char *style_value_within(arena *a, const style *s, tensor value, size_t room);

#endif
