/* Interned strings: equal text has one address, so names compare as pointers. */
#ifndef NABLA_BASE_SYMBOL_H
#define NABLA_BASE_SYMBOL_H

#include "base/arena.h"

typedef const char *symbol;

typedef struct symbols {
    arena *arena; /* lives as long as the names do */
    symbol *slots;
    size_t capacity; /* of slots: a power of two, or 0 */
    size_t count;
} symbols;

void symbols_init(symbols *table, arena *a);

/* The one address of the `length` bytes at `text`. */
symbol symbol_intern(symbols *table, const char *text, size_t length);

/* The address where the bytes were interned before, or NULL. */
symbol symbol_known(const symbols *table, const char *text, size_t length);

/* symbol_intern for a terminated string. */
symbol symbol_of(symbols *table, const char *text);

#endif
