/* run.h: the state of one parse, shared by the machine and its helpers.
 *
 * A parse keeps its own stack of frames (no recursion in C), a stack of values, and a
 * pool from which everything short-lived is taken. Values stay lazy as long as possible:
 * a matched string is only a span of the input, a tree is made of nodes in the pool. They
 * become heap blocks when a function of the user is to see them, or at the end.
 *
 * A parse that succeeds never looks at messages. Only the farthest position of a failure
 * is kept; if the parse fails, it is run a second time to collect what was expected
 * there. */

#ifndef NABLA_MPC_RUN_H
#define NABLA_MPC_RUN_H

#include "internal.h"

/* ---- Memory ---- */

typedef struct mpc_chunk mpc_chunk;

/* Memory that is freed all at once. The first bytes come from a block of the owner. */
typedef struct {
    char *free;
    char *end;
    mpc_chunk *chunks;
    size_t next_size; /* of the next chunk */
} mpc_pool;

void *mpc_pool_grow(mpc_pool *pool, size_t size);
void mpc_pool_free(mpc_pool *pool);

/* `size` bytes, aligned for pointers, or NULL. */
static inline void *mpc_pool_alloc(mpc_pool *pool, size_t size)
{
    size_t rounded = (size + 7) & ~(size_t)7;
    if (rounded >= size && (size_t)(pool->end - pool->free) >= rounded) {
        void *block = pool->free;
        pool->free += rounded;
        return block;
    }
    return mpc_pool_grow(pool, size);
}

/* ---- Trees ---- */

/* A tag is a chain of pieces, each chain made once per parse: `expr|`, `term|`, `regex`.
 */
typedef struct mpc_tag {
    const char *piece;
    size_t length;        /* of the piece */
    size_t total;         /* of the whole chain */
    struct mpc_tag *rest; /* NULL at the last piece */
    struct mpc_tag *more; /* the last chain made of this one by a piece before it */
    struct mpc_tag *link; /* next in the same bucket */
    char *packed;         /* its text in the block that is being packed */
    struct mpc_tag *next_packed;
} mpc_tag;

/* A node of a tree under construction, kept small because a parse makes very many. The
 * position follows from `place`, where NULL means the zero position; only a node that
 * came from the user has a `state` instead. */
typedef struct mpc_tree {
    mpc_tag *tag;
    union {
        const char *place;
        const mpc_state_t *state;
    } at;
    const char *text;
    struct mpc_tree **children;
    uint32_t length; /* of the text */
    uint32_t n : 31; /* children */
    uint32_t has_state : 1;
} mpc_tree;

typedef struct {
    mpc_tag **buckets;
    size_t capacity; /* a power of two */
    size_t count;
} mpc_tags;

/* ---- Values ---- */

typedef enum {
    V_NONE,    /* NULL */
    V_SPAN,    /* a string, as a part of the input */
    V_PLACE,   /* a position, from mpc_state */
    V_TREE,    /* a tree in the pool */
    V_CHILD,   /* the same, to be a child of the next fold as it is */
    V_SEVERAL, /* no value: the children are on the stack already */
    V_STRING,  /* a heap block that `free` destroys */
    V_AST,     /* a tree on the heap */
    V_USER     /* a pointer of the user's */
} mpc_value_kind;

/* Fits into two registers. */
typedef struct {
    mpc_value_kind kind;
    uint32_t length; /* of a span */
    union {
        const char *start; /* of a span; the place of V_PLACE */
        mpc_tree *tree;
        void *pointer;
    } as;
} mpc_value;

/* ---- The machine ---- */

/* A parser that is being run. */
typedef struct {
    const mpc_parser_t *p;
    const char *start; /* where it began */
    const char *mark;  /* where the present iteration began */
    size_t base;       /* its first value on the stack of values */
    int index;     /* the parser inside that is running, or the number of iterations */
    unsigned ends; /* count of matched ends of input when the iteration began */
    bool is_referenced; /* by a rule of a grammar: the tree gets the name as a tag */
} mpc_frame;

/* What a failing parser reports. Not yet in the list, because an enclosing repetition may
 * put a prefix before it. */
typedef struct {
    const char *text;
    bool is_failure;
} mpc_report;

typedef struct mpc_memo mpc_memo;

enum {
    RUN_FRAMES = 96,
    RUN_VALUES = 96,
    RUN_POOL = 8192,
    RUN_TAGS = 128,
};

typedef struct mpc_run {
    const char *begin;
    const char *end;
    const char *at;       /* the position */
    const char *farthest; /* of all failures that count */
    int hidden;           /* inside this many parsers whose failures do not count */
    unsigned ends;        /* matched ends of input, counted */
    const char *hard;     /* message of a failure of the whole parse */
    const char *hard_at;
    mpc_value value; /* result of the parser that has just succeeded */

    mpc_frame *frames;
    size_t depth;
    size_t frame_capacity;
    mpc_value *values;
    size_t value_count;
    size_t value_capacity;

    const mpc_parser_t *next; /* the parser to run next */
    long calls;               /* of rules */
    long enough_calls;        /* when to look whether they are too many */
    mpc_memo *memo; /* results by parser and position; NULL until it is needed */

    bool explain;      /* second run: collect what was expected at `farthest` */
    mpc_report report; /* of the parser that has just failed */
    const char **expected;
    size_t expected_count;
    size_t expected_capacity;
    const char *failure; /* first message at `farthest` */

    const char **lines; /* starts of all lines, made when first needed */
    size_t line_count;
    size_t line; /* of the last question for a position */

    mpc_pool pool;
    mpc_tags tags;

    mpc_frame first_frames[RUN_FRAMES];
    mpc_value first_values[RUN_VALUES];
    mpc_tag *first_tags[RUN_TAGS];
    _Alignas(8) char first_pool[RUN_POOL];
} mpc_run;

void mpc_run_start(mpc_run *r, const char *text, size_t length);
void mpc_run_free(mpc_run *r);
/* Runs `p` at the beginning. True when it has succeeded, with the result in `r->value`.
 */
bool mpc_run_parser(mpc_run *r, const mpc_parser_t *p);
/* Prepares the second run. */
void mpc_run_again(mpc_run *r);

/* Ends the whole parse with a message. From then on every parser that is started fails,
 * so that the open ones end in the ordinary way and their values find their destructors.
 */
void mpc_run_stop(mpc_run *r, const char *message);
/* Pool memory; NULL stops the parse. */
void *mpc_run_alloc(mpc_run *r, size_t size);
/* Row and column of a place; NULL is the zero position. */
mpc_state_t mpc_run_locate(mpc_run *r, const char *place);

/* Matches a leaf at the position: sets the value and moves on, or reports a failure. */
bool mpc_leaf_match(mpc_run *r, const mpc_parser_t *p);
/* Skips white space. */
const char *mpc_skip_blank(const char *at, const char *end);

/* ---- Reports of failures (report.c) ---- */

/* Notes that something failed at `at`. */
static inline void mpc_note(mpc_run *r, const char *at)
{
    if (at > r->farthest && !r->hidden)
        r->farthest = at;
}

/* True if the text of a failure at `at` is wanted. */
static inline bool mpc_wanted(const mpc_run *r, const char *at)
{
    return r->explain && at == r->farthest && !r->hidden;
}

/* A failure at `at` that expected `text`, or that says `text`. */
void mpc_report_text(mpc_run *r, const char *at, const char *text);
void mpc_report_failure(mpc_run *r, const char *at, const char *text);
/* A failure of a leaf, with the text that belongs to its type. */
void mpc_report_leaf(mpc_run *r, const mpc_parser_t *p);
/* Puts what has just been reported into the list. */
void mpc_report_keep(mpc_run *r);
/* Puts `one or more of ` (n = 0) or `n of ` before what has just been reported. */
void mpc_report_prefix(mpc_run *r, int n);
/* A quoted text in the pool, between `before` and `after`; NULL without memory. */
const char *mpc_report_quote(mpc_run *r, const char *before, const char *text,
                             size_t length, const char *after);

/* ---- Values (value.c) ---- */

mpc_value mpc_value_span(const char *start, const char *end);
mpc_value mpc_value_user(void *pointer);
/* Makes a heap block of a value; false without memory. */
bool mpc_value_to_heap(mpc_run *r, mpc_value *v);
/* The pointer of a value that is on the heap. */
void *mpc_value_pointer(const mpc_value *v);
void mpc_value_destroy(mpc_run *r, mpc_value v, mpc_dtor_t dtor);
/* Folds the values from `base` on into `r->value`. `dtors` destroys all but the last,
 * should there be no memory. */
bool mpc_value_fold(mpc_run *r, const mpc_definition *def, size_t base);
/* The value as a tree; anything else than a tree becomes a leaf without tag. */
mpc_tree *mpc_value_tree(mpc_run *r, mpc_value v);

/* ---- Trees (tree.c, pack.c) ---- */

mpc_tree *mpc_tree_leaf(mpc_run *r, const char *tag, size_t tag_length, const char *text,
                        size_t length, const char *place);
mpc_tree *mpc_tree_add_tag(mpc_run *r, mpc_tree *t, const char *piece, size_t length);
mpc_tree *mpc_tree_set_tag(mpc_run *r, mpc_tree *t, const char *tag, size_t length);
mpc_tree *mpc_tree_add_root(mpc_run *r, mpc_tree *t);
mpc_tree *mpc_tree_set_place(mpc_run *r, mpc_tree *t, const char *place);
/* What a reference makes of the result of a rule: a tag added, then a root, then a place.
 */
mpc_tree *mpc_tree_refer(mpc_run *r, mpc_tree *t, const char *piece, size_t length,
                         const char *place);
/* The fold of section "trees" of README.md. */
bool mpc_tree_fold(mpc_run *r, mpc_value *values, size_t n, mpc_value *result);
/* Instead of folding the values from `base` on into a node that the next fold would
 * dissolve again, makes them its children. False, with nothing changed, if they are not
 * trees or the fold would not make such a node of them. */
bool mpc_tree_unfold(mpc_run *r, size_t base);

/* A copy of a tree in one block, for the end of a parse. */
mpc_ast_t *mpc_tree_pack(mpc_run *r, mpc_tree *t);
/* A copy of a tree as separate heap nodes, for functions of the user. */
mpc_ast_t *mpc_tree_export(mpc_run *r, mpc_tree *t);
/* A copy in the pool of a tree from the user, which is freed. */
mpc_tree *mpc_tree_import(mpc_run *r, mpc_ast_t *ast);

/* ---- Remembered results (memo.c) ---- */

/* Starts to remember results; without memory for it, nothing changes. */
void mpc_memo_start(mpc_run *r);
void mpc_memo_free(mpc_run *r);
/* True if the outcome of `p` here is known: then `*ok`, the value, the position and the
 * report are set. */
bool mpc_memo_find(mpc_run *r, const mpc_parser_t *p, bool *ok);
void mpc_memo_keep(mpc_run *r, const mpc_frame *f, bool ok);
#endif
