#include "session/names.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

enum { MEANING_BLOCK = 512, BUILT_BLOCK = 256 };

void names_init(names *table, arena *a)
{
    *table = (names){.arena = a};
}

/* ---- The table ---- */

static size_t hash_of(symbol spelling, bool is_function)
{
    return (size_t)((uintptr_t)spelling * 0x9E3779B97F4A7C15u >> 16) + is_function;
}

static name **slot_of(name **slots, size_t capacity, symbol spelling, bool is_function)
{
    size_t i = hash_of(spelling, is_function) & (capacity - 1);
    while (slots[i] != NULL &&
           !(slots[i]->spelling == spelling && slots[i]->is_function == is_function))
        i = (i + 1) & (capacity - 1);
    return &slots[i];
}

static void grow(names *table)
{
    size_t capacity = table->capacity == 0 ? 64 : 2 * table->capacity;
    name **slots = ARENA_ARRAY(table->arena, name *, capacity);
    for (size_t i = 0; i < table->all.count; i++) {
        name *n = table->all.items[i];
        *slot_of(slots, capacity, n->spelling, n->is_function) = n;
    }
    table->slots = slots;
    table->capacity = capacity;
}

name *names_known(const names *table, symbol spelling, bool is_function)
{
    if (table->capacity == 0)
        return NULL;
    return *slot_of(table->slots, table->capacity, spelling, is_function);
}

name *names_get(names *table, symbol spelling, bool is_function)
{
    if (2 * table->all.count >= table->capacity)
        grow(table);
    name **slot = slot_of(table->slots, table->capacity, spelling, is_function);
    if (*slot != NULL)
        return *slot;
    name *n = ARENA_NEW(table->arena, name);
    *n = (name){.spelling = spelling,
                .is_function = is_function,
                .number = (int32_t)table->all.count,
                .built = {.root = NODE_NONE}};
    arena_init(&n->built.arena, table->arena->limits, BUILT_BLOCK);
    array_push(table->arena, &table->all, n);
    return *slot = n;
}

/* ---- Meanings ---- */

void meaning_free(meaning *m)
{
    limits *l = m->arena.limits;
    arena_empty(&m->arena);
    limits_release(l, m, sizeof *m);
}

size_t meaning_bytes(const meaning *m)
{
    return arena_bytes(&m->arena) + sizeof *m;
}

static void discard(void *resource)
{
    pending_meaning *p = resource;
    arena_empty(&p->built.arena);
    if (p->meaning != NULL)
        meaning_free(p->meaning);
}

pending_meaning *pending_start(arena *owner, meaning_kind kind)
{
    limits *l = owner->limits;
    pending_meaning *p = ARENA_NEW(owner, pending_meaning);
    p->built.root = NODE_NONE;
    arena_init(&p->built.arena, l, BUILT_BLOCK);
    *arena_defer(owner, discard) = p;
    p->meaning = limits_allocate(l, sizeof *p->meaning);
    p->meaning->kind = kind;
    arena_init(&p->meaning->arena, l, MEANING_BLOCK);
    return p;
}

static bool is_parameter(const meaning *m, symbol spelling)
{
    for (size_t i = 0; i < m->function.count; i++)
        if (m->function.parameters[i].name == spelling)
            return true;
    return false;
}

/* Lists a name once: `visited` tells whether it is there already. */
static void list_use(meaning *m, names *table, size_t *capacity, name *user, name *used)
{
    if (used->visited == table->walk)
        return;
    used->visited = table->walk;
    m->uses = array_room(&m->arena, m->uses, m->use_count + 1, capacity, sizeof *m->uses);
    m->uses[m->use_count++] = (use){.user = user, .used = used};
}

void pending_list_uses(pending_meaning *p, names *table, name *user, const tree *body)
{
    meaning *m = p->meaning;
    size_t capacity = 0;
    table->walk++;
    for (size_t i = 0; i < body->count; i++) {
        const tree_node *n = &body->nodes[i];
        bool call = n->kind == TREE_CALL;
        if (!call && n->kind != TREE_NAME && n->kind != TREE_PARTIAL)
            continue;
        if (!call && is_parameter(m, n->as.name))
            continue;
        list_use(m, table, &capacity, user, names_get(table, n->as.name, call));
    }
}

/* ---- Who uses whom ---- */

static void link_uses(meaning *m)
{
    for (size_t i = 0; i < m->use_count; i++) {
        use *u = &m->uses[i];
        u->previous = NULL;
        u->next = u->used->used_by;
        if (u->next != NULL)
            u->next->previous = u;
        u->used->used_by = u;
    }
}

static void unlink_uses(meaning *m)
{
    for (size_t i = 0; i < m->use_count; i++) {
        use *u = &m->uses[i];
        if (u->previous != NULL)
            u->previous->next = u->next;
        else
            u->used->used_by = u->next;
        if (u->next != NULL)
            u->next->previous = u->previous;
    }
}

void names_drop_cache(names *table, name *n)
{
    table->dead_nodes += n->built.nodes;
    n->built.nodes = 0;
    n->built.root = NODE_NONE;
    arena_empty(&n->built.arena);
}

/* Whether a change below may concern users of `n`: it has a cache or is known to lack a
 * value; a function has neither and passes everything on. */
static bool passes_on(const name *n)
{
    return n->built.root != NODE_NONE || n->incomplete || n->is_function;
}

/* Drops what was cached above a name that changed. The list of names to visit runs
 * through the names themselves, so nothing is allocated. */
static void invalidate_users(names *table, name *changed)
{
    table->walk++;
    changed->walk_next = NULL;
    for (name *at = changed; at != NULL;) {
        name *rest = at->walk_next;
        for (const use *u = at->used_by; u != NULL; u = u->next) {
            name *user = u->user;
            if (user->visited == table->walk || !passes_on(user))
                continue;
            user->visited = table->walk;
            user->incomplete = false;
            names_drop_cache(table, user);
            user->walk_next = rest;
            rest = user;
        }
        at = rest;
    }
}

/* Whether dependents need not notice: a leaf with another value. */
static bool only_value_differs(const meaning *before, const meaning *after)
{
    return before != NULL && before->kind == MEANING_LEAF && after != NULL &&
           after->kind == MEANING_LEAF && before->leaf == after->leaf &&
           shape_equal(&before->value.shape, &after->value.shape);
}

meaning *names_exchange(names *table, name *n, meaning *next)
{
    meaning *before = n->meaning;
    n->meaning = next;
    if (only_value_differs(before, next) && !n->decides_shape)
        return before;
    n->decides_shape = false;
    names_drop_cache(table, n);
    n->incomplete = false;
    invalidate_users(table, n);
    return before;
}

meaning *names_replace(names *table, name *n, meaning *next)
{
    meaning *before = names_exchange(table, n, next);
    if (before != NULL)
        unlink_uses(before);
    if (next != NULL)
        link_uses(next);
    return before;
}

meaning *names_commit(names *table, name *n, pending_meaning *p)
{
    meaning *before = names_replace(table, n, p->meaning);
    p->meaning = NULL;
    if (p->built.root != NODE_NONE) {
        n->built = p->built;
        arena_init(&p->built.arena, p->built.arena.limits, BUILT_BLOCK);
        p->built.root = NODE_NONE;
    }
    return before;
}

/* ---- Circles ---- */

/* A name on the way from `n` down through what it uses. */
typedef struct step {
    const meaning *meaning;
    name *name;
    size_t next_use;
} step;

typedef ARRAY(step) path;

static size_t circle_of(const path *way, arena *a, name ***circle)
{
    *circle = ARENA_ARRAY(a, name *, way->count);
    for (size_t i = 0; i < way->count; i++)
        (*circle)[i] = way->items[i].name;
    return way->count;
}

static bool uses_itself(const name *n, const meaning *next)
{
    for (size_t i = 0; i < next->use_count; i++)
        if (next->uses[i].used == n)
            return true;
    return false;
}

size_t names_circle(names *table, arena *a, name *n, const meaning *next, name ***circle)
{
    if (n->used_by == NULL && !uses_itself(n, next))
        return 0;
    path way = {0};
    table->walk++;
    array_push(a, &way, ((step){next, n, 0}));
    while (way.count > 0) {
        step *top = &way.items[way.count - 1];
        if (top->meaning == NULL || top->next_use == top->meaning->use_count) {
            way.count--;
            continue;
        }
        name *used = top->meaning->uses[top->next_use++].used;
        if (used == n)
            return circle_of(&way, a, circle);
        if (used->visited == table->walk)
            continue;
        used->visited = table->walk;
        array_push(a, &way, ((step){used->meaning, used, 0}));
    }
    return 0;
}

void names_forget(names *table, size_t count)
{
    while (table->all.count > count) {
        const name *last = table->all.items[--table->all.count];
        assert(last->meaning == NULL && last->used_by == NULL);
        /* The last one that came: no other was placed behind it. */
        *slot_of(table->slots, table->capacity, last->spelling, last->is_function) = NULL;
    }
}

void names_free(names *table)
{
    for (size_t i = 0; i < table->all.count; i++) {
        name *n = table->all.items[i];
        arena_empty(&n->built.arena);
        if (n->meaning != NULL)
            meaning_free(n->meaning);
        n->meaning = NULL;
    }
}
