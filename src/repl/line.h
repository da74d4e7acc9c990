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

/* Prepares the terminal. Ctrl-C sets `interrupted`. */
void line_open(nabla *n, volatile sig_atomic_t *interrupted);

/* Reads a line behind a prompt; of LINE_ENTERED, `text` is to be freed. */
line_end line_read(const char *prompt, char **text);

/* Adds a statement to what the arrow keys bring back. */
void line_remember(const char *statement);

#endif
