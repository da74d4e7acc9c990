/* The user's own files: where they are, and what becomes of a broken one. */
#ifndef NABLA_REPL_USER_FILES_H
#define NABLA_REPL_USER_FILES_H

#include "repl/bytes.h"

/* Adds the path of nabla's folder in the one that an environment variable names, or,
 * where that is not set, in `usual` below the user's home: "$XDG_STATE_HOME/nabla",
 * "/home/ada/.local/state/nabla". A path that is not absolute counts as not set. False
 * where there is none.
 *
 * source XDG Base Directory Specification */
bool user_folder(bytes *path, const char *variable, const char *usual);

/* Renames FILE to FILE.broken; `aside` becomes that path. False with errno. */
bool user_file_move_aside(const char *path, bytes *aside);

#endif
