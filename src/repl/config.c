#include "repl/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/bytes.h"

/* A path that is not absolute counts as not set. */
static bool config_path(bytes *path)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (config != NULL && config[0] == '/')
        bytes_add_text(path, config);
    else if (home != NULL && home[0] == '/')
        bytes_format(path, "%s/.config", home);
    else
        return false;
    bytes_add_text(path, "/nabla/config.ad");
    return !path->failed;
}

/* Its mistake has been reported with line and column. */
static void move_aside(const char *path)
{
    bytes aside = {0};
    bytes_format(&aside, "%s.broken", path);
    if (!aside.failed && rename(path, aside.items) == 0)
        fprintf(stderr, "nabla: the config file has a mistake; it is now %s\n",
                aside.items);
    bytes_free(&aside);
}

void config_run(nabla *n)
{
    bytes path = {0}, source = {0};
    bool missing = true;
    if (config_path(&path) && !bytes_read_file(&source, path.items, &missing))
        fprintf(stderr, "nabla: the config file cannot be read: %s: %s\n", path.items,
                strerror(errno));
    else if (!missing && source.count > 0 &&
             nabla_configure(n, path.items, source.items, source.count) == NABLA_ERROR)
        move_aside(path.items);
    bytes_free(&source);
    bytes_free(&path);
}
