/* Drawing what is being typed: from the line, the cursor, the size of the window and the
 * colours to the bytes that bring the screen from the last drawing to this one.
 *
 * A drawing consists of rows: the prompt with the line, a continuation prompt with each
 * further line of a statement, and what is said about it, behind or below. A line that is
 * wider than the window goes on in the next row as terminals do it by themselves, so that
 * they can lay it out anew when the window changes. */
#ifndef NABLA_REPL_REDISPLAY_H
#define NABLA_REPL_REDISPLAY_H

#include "repl/bytes.h"

/* What is to be seen. */
typedef struct picture {
    const char *prompt; /* what stands in it between \001 and \002 takes no columns */
    const char *continuation; /* the same for further lines */
    const char *text;
    size_t length;
    size_t cursor;                /* in bytes */
    const unsigned char *classes; /* a nabla_class for each byte; NULL: no colours */
    size_t bracket[2];            /* two bytes that match, to be marked; equal: none do */
    size_t mistake[2];            /* the bytes that are underlined; equal: none */
    const char *remark;   /* shown dimmed behind the text or below; NULL: nothing */
    size_t rows, columns; /* of the window */
} picture;

/* What stands on the screen, and where the cursor is in it. All zero: nothing does, and
 * the cursor is where a drawing may begin. */
typedef struct drawn {
    size_t rows;
    size_t cursor_row; /* from the first row on the screen */
    size_t first;   /* which row of the drawing that is, of one taller than the window */
    size_t columns; /* of the window then */
} drawn;

/* Adds what draws the picture in place of the last one. Of a picture that is taller than
 * the window it shows the rows around the cursor. */
void redisplay_draw(bytes *out, const picture *p, drawn *d);

/* The same, but draws all of it and ends below it, at the beginning of a row. */
void redisplay_finish(bytes *out, const picture *p, drawn *d);

/* Moves to the beginning of the last row that was drawn, and forgets the drawing. */
void redisplay_leave(bytes *out, drawn *d);

/* Removes what was drawn. */
void redisplay_erase(bytes *out, drawn *d);

#endif
