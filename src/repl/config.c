#include "repl/config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "repl/user_files.h"

/* Its mistake has been reported with line and column. */
static void move_aside(const char *path)
{
    bytes aside = {0};
    if (user_file_move_aside(path, &aside))
        fprintf(stderr, "nabla: the config file has a mistake; it is now %s\n",
                aside.items);
    bytes_free(&aside);
}

void config_run(nabla *n)
{
    bytes path = {0}, source = {0};
    bool missing = true, found = user_folder(&path, "XDG_CONFIG_HOME", ".config");
    bytes_add_text(&path, "/config.ad");
    if (found && !path.failed && !bytes_read_file(&source, path.items, &missing))
        fprintf(stderr, "nabla: the config file cannot be read: %s: %s\n", path.items,
                strerror(errno));
    else if (!missing && source.count > 0 &&
             nabla_configure(n, path.items, source.items, source.count) == NABLA_ERROR)
        move_aside(path.items);
    bytes_free(&source);
    bytes_free(&path);
}
