#include "repl/user_files.h"

#include <stdio.h>
#include <stdlib.h>

bool user_folder(bytes *path, const char *variable, const char *usual)
{
    const char *named = getenv(variable), *home = getenv("HOME");
    if (named != NULL && named[0] == '/')
        bytes_add_text(path, named);
    else if (home != NULL && home[0] == '/')
        bytes_format(path, "%s/%s", home, usual);
    else
        return false;
    bytes_add_text(path, "/nabla");
    return !path->failed;
}

bool user_file_move_aside(const char *path, bytes *aside)
{
    bytes_clear(aside);
    bytes_format(aside, "%s.broken", path);
    return !aside->failed && rename(path, aside->items) == 0;
}
