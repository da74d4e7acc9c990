/* The file of what was typed: $XDG_STATE_HOME/nabla/history, or
 * ~/.local/state/nabla/history.
 *
 * It has an entry a line; the further lines of a statement of several begin with a tab.
 * Sessions at the same time add to one file: each takes a lock, reads what stands there
 * now, adds its own, and puts a new file in place by a rename. So there is a whole file
 * at every moment, and the next session knows what all others have typed. */
#ifndef NABLA_REPL_HISTORY_H
#define NABLA_REPL_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "repl/bytes.h"

/* Entries that are kept, the last ones. */
enum { HISTORY_MOST = 5000 };

typedef struct history {
    char *path;    /* NULL: nothing is kept */
    bytes pending; /* entries as they stand in the file, not written yet */
    bytes text;    /* of the file as it was read first */
    size_t at;     /* in it: where history_next goes on */
    bool is_new;   /* there was no file: nabla was never used here */
} history;

/* Finds the file and reads it. A file that is no text is moved aside; `problem` then gets
 * a sentence about it, as when the folder cannot be made. */
void history_open(history *h, bytes *problem);

/* The entries that were there, oldest first, one by one; `entry` is overwritten. False
 * behind the last. */
bool history_next(history *h, bytes *entry);

/* Adds what was typed, without a newline at its end. It goes to the file with
 * history_save. */
void history_add(history *h, const char *entry);

/* False where the file cannot be written; nothing is kept from then on. */
bool history_save(history *h, bytes *problem);

void history_close(history *h);

#endif
