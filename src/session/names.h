/* The names of a session and what they stand for, over the append-only graph:
 *
 * - A definition is kept as a tree; its nodes are a cache, built when they are asked for.
 * - A new value of a leaf changes values only. A new shape, kind or definition drops the
 *   cached nodes of everything that uses the name.
 * - A cached definition has only cached names below it, so dropping stops at the first
 *   name without a cache.
 *
 * Variables and functions of one spelling are different names. */
#ifndef NABLA_SESSION_NAMES_H
#define NABLA_SESSION_NAMES_H

#include "build/build.h"

typedef struct name name;

/* One name in the definition of another, linked into the list of who uses it. */
typedef struct use {
    name *user, *used;
    struct use *next, *previous;
} use;

typedef enum meaning_kind {
    MEANING_LEAF,
    MEANING_DEFINITION,
    MEANING_FUNCTION,
} meaning_kind;

/* What a name stands for. It is replaced as a whole. */
typedef struct meaning {
    arena arena; /* of all that is in it */
    meaning_kind kind;
    leaf_kind leaf;    /* MEANING_LEAF */
    tensor value;      /* MEANING_LEAF */
    bool row_literal;  /* MEANING_LEAF: it was written [1, 2, 3] */
    tree body;         /* MEANING_DEFINITION */
    function function; /* MEANING_FUNCTION */
    use *uses;         /* names in the body, in order of appearance, each once */
    size_t use_count;
} meaning;

/* Nodes that were built for a definition, with what lives as long as they do. */
typedef struct built {
    node_id root; /* NODE_NONE: nothing is cached */
    size_t nodes; /* how many were appended */
    arena arena;
} built;

struct name {
    symbol spelling;
    bool is_function;
    int32_t number;   /* in the table, and of its leaf in the graph */
    meaning *meaning; /* NULL: it has only been mentioned */
    use *used_by;
    built built;
    struct trail *trail; /* where its value comes from, see guard.h; or NULL */
    bool incomplete;     /* known to follow a name without a value */
    bool decides_shape;  /* its value decided a shape: a change of it is one of shape */
    bool follows_variables; /* a function: as the last evaluation found */
    unsigned recorded;      /* the last undo step that has a meaning of it */
    unsigned visited;       /* the last walk that came by */
    name *walk_next;        /* the next on the list of such a walk */
};

typedef struct names {
    arena *arena;
    ARRAY(name *) all;
    name **slots; /* by spelling and kind */
    size_t capacity;
    unsigned walk; /* counts walks over `visited`: one must end before another begins */
    size_t dead_nodes; /* in the graph, of dropped caches */
} names;

void names_init(names *table, arena *a);

/* The name, made where it is new; or NULL for names_known. */
name *names_get(names *table, symbol spelling, bool is_function);
name *names_known(const names *table, symbol spelling, bool is_function);

/* A meaning in an arena of its own. Until it is given to a name it belongs to `owner`,
 * an arena whose end discards it. */
typedef struct pending_meaning {
    meaning *meaning;
    built built; /* nodes of a definition that was built already */
} pending_meaning;

pending_meaning *pending_start(arena *owner, meaning_kind kind);

/* Lists the names in the body: variables and functions, parameters left out. */
void pending_list_uses(pending_meaning *p, names *table, name *user, const tree *body);

/* Gives the name another meaning, NULL for none, and returns the one before, which is the
 * caller's then. Allocates nothing. */
meaning *names_replace(names *table, name *n, meaning *next);

/* The same with a meaning that is pending, whose nodes become the cache. */
meaning *names_commit(names *table, name *n, pending_meaning *p);

/* The circle that the new meaning of `n` would close: names from `n` on, each using the
 * next, the last one using `n`. 0 where it closes none. In `a`. */
size_t names_circle(names *table, arena *a, name *n, const meaning *next, name ***circle);

/* Exchanges a meaning for a while, without freeing the old one, which is returned. */
meaning *names_exchange(names *table, name *n, meaning *next);

void meaning_free(meaning *m);

/* The memory it takes. */
size_t meaning_bytes(const meaning *m);

/* Drops the cache of one name. */
void names_drop_cache(names *table, name *n);

/* Forgets the names but the first `count`: those that were only mentioned by what is
 * undone. */
void names_forget(names *table, size_t count);

/* Frees the meanings and caches of all names. */
void names_free(names *table);

#endif
