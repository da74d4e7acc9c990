#include "repl/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/unicode.h"
#include "repl/user_files.h"

/* ---- Where it is ---- */

/* Makes a folder and those around it, for this user alone. */
static bool make_folder(char *path)
{
    for (char *slash = path + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        bool made = mkdir(path, 0700) == 0 || errno == EEXIST || errno == EROFS ||
                    errno == EACCES; /* it may be there all the same */
        *slash = '/';
        if (!made)
            return false;
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

/* ---- Reading ---- */

static bool is_text(const bytes *b)
{
    return unicode_first_invalid(b->items, b->count) == b->count;
}

/* Reads what the file has now, and moves it aside where that is no text. */
static bool read_or_move(history *h, bytes *into, bytes *problem)
{
    bool missing;
    bool read = bytes_read_file(into, h->path, &missing);
    if (!read && errno != EISDIR) {
        bytes_format(problem, "the history cannot be read: %s: %s", h->path,
                     strerror(errno));
        return false;
    }
    h->is_new = missing;
    if (read && (missing || is_text(into)))
        return true;
    bytes_clear(into);
    bytes aside = {0};
    bool moved = user_file_move_aside(h->path, &aside);
    bytes_format(problem,
                 moved ? "the history was no text any more; it is now %s, and a new one "
                         "begins"
                       : "the history is no text: %s",
                 moved ? aside.items : h->path);
    bytes_free(&aside);
    return moved;
}

static void keep_nothing(history *h)
{
    free(h->path);
    h->path = NULL;
}

void history_open(history *h, bytes *problem)
{
    *h = (history){.is_new = true};
    bytes path = {0};
    bool found = user_folder(&path, "XDG_STATE_HOME", ".local/state");
    bool made = found && make_folder(path.items);
    if (found && !made)
        bytes_format(problem, "no history is kept: %s: %s", path.items, strerror(errno));
    bytes_add_text(&path, "/history");
    if (!made || path.failed) {
        bytes_free(&path);
        return;
    }
    h->path = path.items;
    if (!read_or_move(h, &h->text, problem))
        keep_nothing(h);
}

/* The bytes of the entry at `at`, its last newline included. */
static size_t entry_length(const bytes *text, size_t at)
{
    size_t end = at;
    do {
        const char *newline = memchr(text->items + end, '\n', text->count - end);
        end = newline == NULL ? text->count : (size_t)(newline - text->items) + 1;
    } while (end < text->count && text->items[end] == '\t');
    return end - at;
}

/* An entry as it was typed: without the tabs and the last newline. */
static void unfold(bytes *entry, const char *folded, size_t length)
{
    bytes_clear(entry);
    while (length > 0 && folded[length - 1] == '\n')
        length--;
    for (size_t at = 0, end; at < length; at = end) {
        const char *newline = memchr(folded + at, '\n', length - at);
        end = newline == NULL ? length : (size_t)(newline - folded) + 1;
        size_t tab = folded[at] == '\t';
        bytes_add(entry, folded + at + tab, end - at - tab);
    }
}

bool history_next(history *h, bytes *entry)
{
    if (h->at >= h->text.count) {
        bytes_free(&h->text);
        return false;
    }
    size_t length = entry_length(&h->text, h->at);
    unfold(entry, h->text.items + h->at, length);
    h->at += length;
    return true;
}

/* ---- Writing ---- */

void history_add(history *h, const char *entry)
{
    size_t length = strlen(entry);
    if (h->path == NULL)
        return;
    size_t begin = strspn(entry, "\t"); /* a tab says that the entry goes on */
    for (size_t at = begin, end; at < length; at = end) {
        const char *newline = memchr(entry + at, '\n', length - at);
        end = newline == NULL ? length : (size_t)(newline - entry) + 1;
        if (at > begin)
            bytes_add_text(&h->pending, "\t");
        bytes_add(&h->pending, entry + at, end - at);
    }
    bytes_add_text(&h->pending, "\n");
}

/* Where the last HISTORY_MOST entries begin. */
static size_t begin_of_last(const bytes *text)
{
    size_t entries = 0;
    for (size_t at = 0; at < text->count; at += entry_length(text, at))
        entries++;
    size_t begin = 0;
    for (; entries > HISTORY_MOST; entries--)
        begin += entry_length(text, begin);
    return begin;
}

/* Puts the last entries of `text` in place of the file. */
static bool replace_file(const history *h, const bytes *text)
{
    bytes other = {0};
    bytes_format(&other, "%s.new", h->path);
    int file = other.failed ? -1 : open(other.items, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    size_t begin = begin_of_last(text);
    bool written =
        file >= 0 && file_write_all(file, text->items + begin, text->count - begin);
    written = file >= 0 && close(file) == 0 && written;
    bool placed = written && rename(other.items, h->path) == 0;
    bytes_free(&other);
    return placed;
}

/* Waits until no other session writes. Where files cannot be locked, goes on without. */
static int lock(const history *h)
{
    bytes path = {0};
    bytes_format(&path, "%s.lock", h->path);
    int file = path.failed ? -1 : open(path.items, O_RDWR | O_CREAT, 0600);
    bytes_free(&path);
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    while (file >= 0 && fcntl(file, F_SETLKW, &whole) < 0 && errno == EINTR)
        continue;
    return file;
}

bool history_save(history *h, bytes *problem)
{
    if (h->path == NULL || h->pending.count == 0)
        return true;
    int locked = lock(h);
    bytes text = {0};
    bool read = read_or_move(h, &text, problem);
    if (text.count > 0 && text.items[text.count - 1] != '\n')
        bytes_add_text(&text, "\n"); /* someone else has written to it */
    bytes_add(&text, h->pending.items, h->pending.count);
    bool kept = read && !text.failed && replace_file(h, &text);
    if (read && !kept)
        bytes_format(problem, "no history is kept from here on: %s: %s", h->path,
                     strerror(errno));
    bytes_free(&text);
    bytes_clear(&h->pending);
    if (locked >= 0)
        close(locked);
    if (!kept)
        keep_nothing(h);
    return kept;
}

void history_close(history *h)
{
    keep_nothing(h);
    bytes_free(&h->pending);
    bytes_free(&h->text);
}
