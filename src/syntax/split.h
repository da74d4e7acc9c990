/* Cutting text into statements. A statement ends at a newline or `;` outside brackets,
 * unless an operator, `=` or `,` says that more is to come. */
#ifndef NABLA_SYNTAX_SPLIT_H
#define NABLA_SYNTAX_SPLIT_H

#include "base/diagnostic.h"

enum { MAX_OPEN_BRACKETS = 1000 };

typedef struct statement_text {
    size_t begin;        /* where it begins in the source, in bytes */
    size_t length;       /* without the `;`, comments behind it and space around it */
    const char *text;    /* terminated copy, comments in it blanked: same positions */
    const char *written; /* the original, in the source */
    bool silenced;       /* it ended with `;` */
    bool follows_line;   /* it begins a line, right below another one */
} statement_text;

typedef struct splitter {
    const char *source;
    size_t length;
    size_t at; /* where the next statement is looked for */
} splitter;

void splitter_init(splitter *s, const char *source, size_t length);

/* Finds the next statement that is not empty; false at the end of the source. Where
 * brackets do not match, or the bytes are no UTF-8, `why` is filled, its span relative to
 * the beginning of that statement, and the line is passed over. `copies` holds the text.
 */
bool splitter_next(splitter *s, arena *copies, statement_text *found, diagnostic *why);

/* Goes on behind the line in which a statement begins that was found to have a mistake.
 */
void splitter_skip_line(splitter *s, size_t begin);

/* Whether the source ends inside a statement. Allocates nothing. */
bool splitter_is_unfinished(const char *source, size_t length);

#endif
