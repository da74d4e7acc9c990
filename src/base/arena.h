/* Memory by lifetime. Everything that is allocated belongs to an arena named after how
 * long it lives (a statement, a definition, the session), and goes when the arena is
 * emptied; nothing in it is freed singly. */
#ifndef NABLA_BASE_ARENA_H
#define NABLA_BASE_ARENA_H

#include <stddef.h>

#include "base/limits.h"

typedef struct arena_block arena_block;
typedef struct arena_release arena_release;

typedef struct arena {
    limits *limits;
    size_t block_bytes;      /* size of ordinary blocks */
    arena_block *blocks;     /* the one being filled comes first */
    arena_block *large;      /* allocations with a block of their own */
    arena_release *releases; /* what to call when the arena is emptied */
} arena;

/* An empty arena; allocates nothing yet. `block_bytes` suits what it will hold. */
void arena_init(arena *a, limits *l, size_t block_bytes);

/* `bytes` of zeroed memory, aligned for any type. Escapes when memory runs out. */
void *arena_alloc(arena *a, size_t bytes);

/* Makes an allocation larger, in place where possible; the added bytes are not zeroed.
 * `old` may be NULL. On escape the old allocation is as it was. */
void *arena_grow(arena *a, void *old, size_t old_bytes, size_t new_bytes);

/* A place for something that another library allocates: what stands in it when the arena
 * is emptied is released. It is made first and filled in then, as making it may escape.
 */
void **arena_defer(arena *a, void (*release)(void *resource));

/* The bytes of all its blocks. */
size_t arena_bytes(const arena *a);

/* Frees everything in it; the arena can be used again. */
void arena_empty(arena *a);

/* The same, but keeps memory for as much as was in it: where it is filled again and again
 * as before, nothing is allocated from the third time on. */
void arena_clear(arena *a);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, count)                                                      \
    ((type *)arena_alloc((a), limits_product((a)->limits, (count), sizeof(type))))

/* A growable array: ARRAY(int) numbers = {0}; array_push(a, &numbers, 3); */
#define ARRAY(type)                                                                      \
    struct {                                                                             \
        type *items;                                                                     \
        size_t count, capacity;                                                          \
    }

#define array_reserve(a, array, wanted)                                                  \
    ((wanted) <= (array)->capacity                                                       \
         ? (void)0                                                                       \
         : (void)((array)->items =                                                       \
                      array_room((a), (array)->items, (wanted), &(array)->capacity,      \
                                 sizeof((array)->items[0]))))

#define array_push(a, array, item)                                                       \
    (array_reserve((a), (array), (array)->count + 1),                                    \
     (void)((array)->items[(array)->count++] = (item)))

/* Room for `wanted` items of `size` bytes; grows by doubling. */
void *array_room(arena *a, void *items, size_t wanted, size_t *capacity, size_t size);

#endif
