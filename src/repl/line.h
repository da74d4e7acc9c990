/* Reading from a terminal with GNU readline: the only file that knows it. */
#ifndef NABLA_REPL_LINE_H
#define NABLA_REPL_LINE_H

#include <signal.h>
#include <stdbool.h>

#include "nabla.h"

typedef enum line_end {
    LINE_ENTERED,
    LINE_DROPPED, /* Ctrl-C */
    LINE_CLOSED,  /* Ctrl-D, or the terminal has gone */
} line_end;

/* Prepares the terminal. Ctrl-C sets `interrupted`. With colours, what is typed is
 * highlighted, where the terminal can do that. */
void line_open(nabla *n, volatile sig_atomic_t *interrupted, bool colored);

/* Whether what is read at a time is a statement of all its lines, and not one line. */
bool line_has_lines(void);

/* Reads behind a prompt: the first one, or that of `further` lines of a statement. Of
 * LINE_ENTERED, `text` is to be freed. Where several statements were pasted, they are no
 * longer on the screen if line_has_lines: line_show shows each as if it had been typed.
 */
line_end line_read(bool further, char **text);
void line_show(const char *statement);

/* The columns of the window. */
int line_columns(void);

/* Adds a statement to what the arrow keys bring back. */
void line_remember(const char *statement);

#endif
