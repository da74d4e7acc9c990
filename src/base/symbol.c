#include "base/symbol.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
static size_t hash_of(const char *text, size_t length)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
    return (size_t)hash;
}

void symbols_init(symbols *table, arena *a)
{
    *table = (symbols){.arena = a};
}

static bool is_text(symbol s, const char *text, size_t length)
{
    return strncmp(s, text, length) == 0 && s[length] == '\0';
}

static symbol *slot_of(symbol *slots, size_t capacity, const char *text, size_t length)
{
    size_t i = hash_of(text, length) & (capacity - 1);
    while (slots[i] != NULL && !is_text(slots[i], text, length))
        i = (i + 1) & (capacity - 1);
    return &slots[i];
}

static void grow(symbols *table)
{
    size_t capacity = table->capacity == 0 ? 128 : 2 * table->capacity;
    symbol *slots = ARENA_ARRAY(table->arena, symbol, capacity);
    for (size_t i = 0; i < table->capacity; i++) {
        symbol s = table->slots[i];
        if (s != NULL)
            *slot_of(slots, capacity, s, strlen(s)) = s;
    }
    table->slots = slots;
    table->capacity = capacity;
}

symbol symbol_intern(symbols *table, const char *text, size_t length)
{
    if (2 * table->count >= table->capacity)
        grow(table);
    symbol *slot = slot_of(table->slots, table->capacity, text, length);
    if (*slot == NULL) {
        char *copy = arena_alloc(table->arena, length + 1);
        memcpy(copy, text, length);
        *slot = copy;
        table->count++;
    }
    return *slot;
}

symbol symbol_known(const symbols *table, const char *text, size_t length)
{
    return table->capacity == 0 ? NULL
                                : *slot_of(table->slots, table->capacity, text, length);
}

symbol symbol_of(symbols *table, const char *text)
{
    return symbol_intern(table, text, strlen(text));
}
