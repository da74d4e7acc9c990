/* Files that statements name: data to read, sessions to load and to save. */
#ifndef NABLA_SESSION_FILES_H
#define NABLA_SESSION_FILES_H

#include <sys/types.h>

#include "nabla.h"
#include "report/report.h"
#include "syntax/parse.h"
#include "syntax/split.h"

/* ---- files.c ---- */

/* The path of a file that a statement names at `where`: beside the file that the
 * statement is in. NULL with a diagnostic where a sandbox forbids it: it lets only files
 * beside the script be read, and none be written. `verb` is what the statement does, for
 * messages. */
const char *file_path(nabla *n, const char *written, bool writes, const char *verb,
                      span where);

/* All bytes of a file, in `keep`; NULL with a diagnostic at `where`. */
char *file_bytes(nabla *n, arena *keep, const char *path, span where, size_t *length);

/* Replaces a file at once: whatever happens meanwhile, there is the old one or the new
 * one, whole. False with a diagnostic at `where`. */
bool file_replace(nabla *n, const char *path, const char *bytes, size_t length,
                  span where);

/* The path in the one pair of quotes behind a command; NULL with a diagnostic. */
const char *file_operand(nabla *n, const statement *s);

/* ---- load.c ---- */

/* A file that is being loaded. Its statements run one by one, like those around the load.
 */
typedef struct loading {
    struct loading *outer; /* the file that loads it; NULL: none */
    arena arena;           /* of the path and the bytes */
    const char *path;
    const char *bytes;
    size_t length;
    dev_t device; /* which file it is, whatever its name */
    ino_t inode;
    unsigned step; /* the undo step of the load */
    origin source; /* what goes on behind it */
    splitter splitter;
    bool prompting;
} loading;

bool command_load(nabla *n, const statement *s);

/* The commit of a load: the next statement is the first one of the file. */
void load_begin(nabla *n);

/* The end of the file: what loaded it goes on. */
void load_end(nabla *n);

/* Ends all files. */
void load_break_off(nabla *n);

#endif
