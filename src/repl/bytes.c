#include "repl/bytes.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(bytes *b, size_t more)
{
    size_t wanted = b->count + more + 1;
    if (wanted <= b->capacity)
        return true;
    size_t capacity = 2 * b->capacity > wanted ? 2 * b->capacity : wanted;
    char *larger = realloc(b->items, capacity);
    if (larger == NULL) {
        b->failed = true;
        return false;
    }
    b->items = larger;
    b->capacity = capacity;
    return true;
}

void bytes_add(bytes *b, const char *items, size_t count)
{
    if (!reserve(b, count))
        return;
    memcpy(b->items + b->count, items, count);
    b->count += count;
    b->items[b->count] = '\0';
}

void bytes_add_text(bytes *b, const char *text)
{
    bytes_add(b, text, strlen(text));
}

void bytes_format(bytes *b, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int count = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (count > 0 && reserve(b, (size_t)count)) {
        vsnprintf(b->items + b->count, (size_t)count + 1, format, again);
        b->count += (size_t)count;
    }
    va_end(again);
}

void bytes_clear(bytes *b)
{
    b->count = 0;
    b->failed = false;
}

void bytes_free(bytes *b)
{
    free(b->items);
    *b = (bytes){0};
}

bool bytes_read(bytes *into, FILE *file)
{
    char part[1 << 14];
    size_t count = 0;
    do {
        bytes_add(into, part, count);
        count = fread(part, 1, sizeof part, file);
    } while (count > 0 && !into->failed);
    return !ferror(file) && !into->failed;
}

bool bytes_read_file(bytes *into, const char *path, bool *missing)
{
    FILE *file = fopen(path, "rb");
    *missing = file == NULL && errno == ENOENT;
    if (file == NULL)
        return *missing;
    bool read = bytes_read(into, file);
    int reason = errno;
    fclose(file);
    errno = reason;
    return read;
}
