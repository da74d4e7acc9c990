#include "base/arena.h"

#include <stdalign.h>
#include <string.h>

struct arena_block {
    arena_block *next;
    arena_block *previous; /* kept for large blocks only, to move them */
    size_t bytes;          /* of payload */
    size_t used;
    alignas(max_align_t) unsigned char payload[];
};

struct arena_release {
    arena_release *next;
    void (*release)(void *resource);
    void *resource;
};

enum { ALIGNMENT = alignof(max_align_t) };

static size_t round_up(limits *l, size_t bytes)
{
    return limits_product(l, (bytes + ALIGNMENT - 1) / ALIGNMENT, ALIGNMENT);
}

/* From this size on an allocation gets a block of its own, which can be resized. */
static size_t large_from(const arena *a)
{
    return a->block_bytes / 4;
}

void arena_init(arena *a, limits *l, size_t block_bytes)
{
    *a = (arena){.limits = l, .block_bytes = block_bytes};
}

static arena_block *block_new(arena *a, size_t bytes)
{
    arena_block *block = limits_allocate(a->limits, sizeof *block + bytes);
    block->bytes = bytes;
    return block;
}

static void large_link(arena *a, arena_block *block)
{
    block->next = a->large;
    if (block->next != NULL)
        block->next->previous = block;
    a->large = block;
}

void *arena_alloc(arena *a, size_t bytes)
{
    bytes = round_up(a->limits, bytes);
    if (bytes >= large_from(a)) {
        arena_block *block = block_new(a, bytes);
        block->used = bytes;
        large_link(a, block);
        return block->payload;
    }
    if (a->blocks == NULL || a->blocks->bytes - a->blocks->used < bytes) {
        arena_block *block = block_new(a, a->block_bytes);
        block->next = a->blocks;
        a->blocks = block;
    }
    void *memory = a->blocks->payload + a->blocks->used;
    a->blocks->used += bytes;
    return memory;
}

static void *large_resize(arena *a, void *old, size_t new_bytes)
{
    arena_block *block =
        (arena_block *)(void *)((unsigned char *)old - offsetof(arena_block, payload));
    block = limits_resize(a->limits, block, sizeof *block + block->bytes,
                          sizeof *block + new_bytes);
    block->bytes = block->used = new_bytes;
    if (block->previous != NULL)
        block->previous->next = block;
    else
        a->large = block;
    if (block->next != NULL)
        block->next->previous = block;
    return block->payload;
}

void *arena_grow(arena *a, void *old, size_t old_bytes, size_t new_bytes)
{
    size_t rounded = round_up(a->limits, new_bytes);
    if (old != NULL && round_up(a->limits, old_bytes) >= large_from(a))
        return large_resize(a, old, rounded);
    void *memory = arena_alloc(a, new_bytes);
    if (old != NULL)
        memcpy(memory, old, old_bytes);
    return memory;
}

void **arena_defer(arena *a, void (*release)(void *resource))
{
    arena_release *entry = ARENA_NEW(a, arena_release);
    *entry = (arena_release){a->releases, release, NULL};
    a->releases = entry;
    return &entry->resource;
}

static size_t bytes_of(const arena_block *block)
{
    size_t bytes = 0;
    for (; block != NULL; block = block->next)
        bytes += sizeof *block + block->bytes;
    return bytes;
}

size_t arena_bytes(const arena *a)
{
    return bytes_of(a->blocks) + bytes_of(a->large);
}

static void free_blocks(limits *l, arena_block *block)
{
    while (block != NULL) {
        arena_block *next = block->next;
        limits_release(l, block, sizeof *block + block->bytes);
        block = next;
    }
}

static void run_releases(arena *a)
{
    for (arena_release *entry = a->releases; entry != NULL; entry = entry->next)
        if (entry->resource != NULL)
            entry->release(entry->resource);
    a->releases = NULL;
}

void arena_empty(arena *a)
{
    run_releases(a);
    free_blocks(a->limits, a->blocks);
    free_blocks(a->limits, a->large);
    arena_init(a, a->limits, a->block_bytes);
}

static size_t bytes_used(const arena_block *block)
{
    size_t bytes = 0;
    for (; block != NULL; block = block->next)
        bytes += block->used;
    return bytes;
}

/* One block for all: then nothing in it is large. */
void arena_clear(arena *a)
{
    if (a->large == NULL && (a->blocks == NULL || a->blocks->next == NULL)) {
        run_releases(a);
        if (a->blocks != NULL) {
            memset(a->blocks->payload, 0, a->blocks->used);
            a->blocks->used = 0;
        }
        return;
    }
    size_t bytes = bytes_used(a->blocks) + bytes_used(a->large);
    arena_empty(a);
    a->block_bytes = 4 * bytes + ALIGNMENT;
}

void *array_room(arena *a, void *items, size_t wanted, size_t *capacity, size_t size)
{
    if (wanted <= *capacity)
        return items;
    size_t grown = *capacity < 8 ? 16 : 2 * *capacity;
    if (grown < wanted)
        grown = wanted;
    size_t bytes = limits_product(a->limits, grown, size);
    void *moved = arena_grow(a, items, *capacity * size, bytes);
    *capacity = grown;
    return moved;
}
