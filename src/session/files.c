#include "session/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "session/session.h"

const char *file_path(nabla *n, const char *written, bool writes, const char *verb,
                      span where)
{
    const char *script = n->source.file;
    const char *slash = script == NULL ? NULL : strrchr(script, '/');
    bool leaves = written[0] == '/' || strstr(written, "..") != NULL;
    if (n->options.sandbox && (writes || leaves)) {
        diagnose(&n->now.why, DIAGNOSTIC_FILE, where, "%s: the sandbox %s", verb,
                 writes ? "writes no files" : "reads only files beside the script");
        return NULL;
    }
    if (written[0] == '/' || slash == NULL)
        return written;
    return format_in(&n->work, "%.*s/%s", (int)(slash - script), script, written);
}

/* ---- Reading ---- */

static void close_file(void *file)
{
    fclose(file);
}

char *file_bytes(nabla *n, arena *keep, const char *path, span where, size_t *length)
{
    enum { PIECE = 1 << 16 };
    void **held = arena_defer(&n->work, close_file);
    FILE *file = fopen(path, "rb");
    *held = file;
    char *bytes = NULL;
    size_t room = 0;
    *length = 0;
    while (file != NULL && !ferror(file) && !feof(file)) {
        limits_poll(&n->limits);
        bytes = array_room(keep, bytes, *length + PIECE, &room, 1);
        *length += fread(bytes + *length, 1, room - *length, file);
    }
    if (file != NULL && !ferror(file))
        return bytes;
    diagnose(&n->now.why, DIAGNOSTIC_FILE, where, "cannot read %s: %s", path,
             strerror(errno));
    return NULL;
}

/* ---- Replacing ---- */

static bool complain_write(nabla *n, const char *path, span where)
{
    return diagnose(&n->now.why, DIAGNOSTIC_FILE, where, "cannot write %s: %s", path,
                    strerror(errno));
}

/* A symbolic link stays one: the file that it points to is replaced. */
static const char *real_path(nabla *n, const char *path)
{
    char *real = realpath(path, NULL);
    if (real == NULL)
        return path;
    const char *copy = copy_in(&n->work, real, strlen(real));
    free(real);
    return copy;
}

/* The directory of a path, with the slash; "" for the one that the program is in. */
static const char *directory_of(nabla *n, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? "" : copy_in(&n->work, path, (size_t)(slash + 1 - path));
}

/* The permissions of the file that is replaced, or those of any new file. */
static mode_t mode_of(const char *path)
{
    struct stat old;
    if (stat(path, &old) == 0)
        return old.st_mode & 07777;
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* Makes the new name in a directory last through a power failure; not all file systems
 * can. */
static void sync_directory(const char *directory)
{
    int opened = open(*directory == '\0' ? "." : directory, O_RDONLY | O_DIRECTORY);
    if (opened < 0)
        return;
    fsync(opened);
    close(opened);
}

bool file_replace(nabla *n, const char *path, const char *bytes, size_t length,
                  span where)
{
    path = real_path(n, path);
    const char *directory = directory_of(n, path);
    const char *pattern = format_in(&n->work, "%s.nabla-save-XXXXXX", directory);
    char *fresh = copy_in(&n->work, pattern, strlen(pattern));
    mode_t mode = mode_of(path);
    int file = mkstemp(fresh);
    if (file < 0)
        return complain_write(n, path, where);
    bool fine = file_write_all(file, bytes, length) && fchmod(file, mode) == 0 &&
                fsync(file) == 0;
    int reason = errno;
    fine = close(file) == 0 && fine;
    if (fine && rename(fresh, path) == 0) {
        sync_directory(directory);
        return true;
    }
    errno = fine ? errno : reason;
    complain_write(n, path, where);
    unlink(fresh);
    return false;
}

/* ---- What a command names ---- */

const char *file_operand(nabla *n, const statement *s)
{
    const char *word = s->target.name;
    const named_span *first = s->words.items;
    diagnostic *why = &n->now.why;
    if (s->words.count == 0) {
        diagnose(why, DIAGNOSTIC_USAGE, s->target.where, "%s which file?", word);
        diagnose_hint(why, "%s \"lesson.ad\"", word);
        return NULL;
    }
    size_t length = strlen(first->name);
    if (first->name[0] != '"') {
        diagnose(why, DIAGNOSTIC_USAGE, first->where, "the path stands in double quotes");
        diagnose_hint(why, "%s \"%s\"", word, first->name);
        return NULL;
    }
    bool whole = length > 2 && first->name[length - 1] == '"';
    if (!whole || s->words.count > 1) {
        span wrong = whole ? s->words.items[1].where : first->where;
        diagnose(why, DIAGNOSTIC_USAGE, wrong, "%s takes one path in double quotes",
                 word);
        return NULL;
    }
    return copy_in(&n->work, first->name + 1, length - 2);
}
