/* Bytes that grow: what the prompt draws, and what is read and written beside it. Where
 * memory ends, what is added is left out, and `failed` says so. */
#ifndef NABLA_REPL_BYTES_H
#define NABLA_REPL_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct bytes {
    char *items; /* terminated once something was added; to be freed with bytes_free */
    size_t count, capacity;
    bool failed;
} bytes;

void bytes_add(bytes *b, const char *items, size_t count);
void bytes_add_text(bytes *b, const char *text);
void bytes_format(bytes *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds the rest of a file; `items` is terminated even where that is nothing. False with
 * errno. */
bool bytes_read(bytes *into, FILE *file);

/* Adds all of a file. False where there is one that cannot be read, errno tells why; one
 * that is missing is empty. */
bool bytes_read_file(bytes *into, const char *path, bool *missing);

/* Forgets what was added, and keeps the room. */
void bytes_clear(bytes *b);
void bytes_free(bytes *b);

#endif
