/* load: the statements of a file, one by one. */
#include <string.h>
#include <sys/stat.h>

#include "session/session.h"

enum { LOAD_BLOCK = 1 << 12, DEEPEST = 50 };

static void loading_free(loading *l)
{
    limits *used = l->arena.limits;
    arena_empty(&l->arena);
    limits_release(used, l, sizeof *l);
}

static void discard(void *held)
{
    loading_free(held);
}

/* Whether the file is under way already: a script, or a file that it loads. */
static bool is_under_way(const nabla *n, const struct stat *file)
{
    const origin *outermost = &n->source;
    for (const loading *l = n->loading; l != NULL; l = l->outer) {
        if (l->device == file->st_dev && l->inode == file->st_ino)
            return true;
        outermost = &l->source;
    }
    struct stat script;
    return outermost->file != NULL && stat(outermost->file, &script) == 0 &&
           script.st_dev == file->st_dev && script.st_ino == file->st_ino;
}

static size_t depth_of(const nabla *n)
{
    size_t depth = 0;
    for (const loading *l = n->loading; l != NULL; l = l->outer)
        depth++;
    return depth;
}

static bool may_load(nabla *n, const statement *s, const char *path, struct stat *file)
{
    span where = s->words.items[0].where;
    if (stat(path, file) != 0)
        return true; /* reading it will tell why */
    if (is_under_way(n, file))
        return diagnose(&n->now.why, DIAGNOSTIC_CIRCULAR, where, "%s loads itself", path);
    if (depth_of(n) == DEEPEST)
        return diagnose(&n->now.why, DIAGNOSTIC_LIMIT, where,
                        "files load each other %d deep here", DEEPEST);
    return true;
}

bool command_load(nabla *n, const statement *s)
{
    const char *operand = file_operand(n, s);
    if (operand == NULL)
        return false;
    span where = s->words.items[0].where;
    const char *path = file_path(n, operand, false, "load", where);
    struct stat file = {0};
    if (path == NULL || !may_load(n, s, path, &file))
        return false;
    void **held = arena_defer(&n->work, discard);
    loading *l = limits_allocate(&n->limits, sizeof *l);
    arena_init(&l->arena, &n->limits, LOAD_BLOCK);
    *held = l;
    l->path = copy_in(&l->arena, path, strlen(path));
    l->device = file.st_dev;
    l->inode = file.st_ino;
    l->bytes = file_bytes(n, &l->arena, path, where, &l->length);
    if (l->bytes == NULL)
        return false;
    n->now.loads = l;
    n->now.loads_held = held;
    n->now.lasting = true;
    return true;
}

void load_begin(nabla *n)
{
    loading *l = n->now.loads;
    *n->now.loads_held = NULL;
    l->outer = n->loading;
    l->source = n->source;
    l->splitter = n->splitter;
    l->prompting = n->prompting;
    l->step = n->now.step->number;
    n->loading = l;
    n->source =
        (origin){.file = l->path, .source = l->bytes, .length = l->length, .line = 1};
    splitter_init(&n->splitter, l->bytes, l->length);
    n->prompting = false;
}

void load_end(nabla *n)
{
    loading *l = n->loading;
    n->source = l->source;
    n->splitter = l->splitter;
    n->prompting = l->prompting;
    n->loading = l->outer;
    loading_free(l);
}

void load_break_off(nabla *n)
{
    while (n->loading != NULL)
        load_end(n);
}
