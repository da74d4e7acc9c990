/* internal.h: what a parser is made of, shared by the files of this folder only.
 *
 * A parser is a small record, its definition, with a type and the parsers inside it. The
 * machine of engine.c walks these records directly; there is no compiled form, so a
 * parser can be redefined at any time between parses. What is worth knowing about a
 * definition before running it is worked out when it is made: the set of bytes it can
 * start with, and whether it may match nothing (first.c). */

#ifndef NABLA_MPC_INTERNAL_H
#define NABLA_MPC_INTERNAL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mpc.h"

/* Parsers inside each other during a parse; a build may set another limit. */
#ifndef MPC_MAX_DEPTH
#define MPC_MAX_DEPTH 20000
#endif

enum {
    MPC_MAX_NESTING = 500,   /* brackets inside each other in a regex or a grammar text */
    MPC_MAX_COUNT = 1000000, /* n of {n} */
    MPC_MAX_INPUT = INT_MAX, /* bytes, as nodes count their children in an int */
    MPC_MAX_NODES = 1 << 28, /* of a tree, as nodes have their index in an int */
};

extern const char mpc_text_no_memory[];

/* ---- Sets of bytes ---- */

typedef struct {
    uint64_t bits[4];
} mpc_set;

static inline bool mpc_set_has(const mpc_set *set, unsigned char c)
{
    return (set->bits[c >> 6] >> (c & 63)) & 1;
}

static inline void mpc_set_add(mpc_set *set, unsigned char c)
{
    set->bits[c >> 6] |= (uint64_t)1 << (c & 63);
}

void mpc_set_unite(mpc_set *set, const mpc_set *other);
void mpc_set_invert(mpc_set *set);
mpc_set mpc_set_of(const char *members);
mpc_set mpc_set_range(unsigned char first, unsigned char last);

extern const char mpc_white[]; /* the characters of white space */

/* ---- Definitions ---- */

/* The types up to P_LITERAL are leaves: they match at once, without parsers inside that
 * the machine would have to visit. */
typedef enum {
    P_UNDEFINED,
    P_PASS,
    P_FAIL,
    P_LIFT,
    P_LIFT_VALUE,
    P_ANCHOR,
    P_STATE,
    P_SOI,
    P_EOI,
    P_BLANK,
    P_ANY,
    P_CHAR,
    P_RANGE,
    P_ONEOF,
    P_NONEOF,
    P_SATISFY,
    P_STRING,
    P_REGEX,
    P_LITERAL,
    P_EXPECT,
    P_APPLY,
    P_APPLY_TO,
    P_CHECK,
    P_CHECK_WITH,
    P_NOT,
    P_MAYBE,
    P_MANY,
    P_MANY1,
    P_COUNT,
    P_SEPBY,
    P_OR,
    P_AND,
    P_REFERENCE,
    P_TAG,
    P_ADD_TAG,
    P_ROOT,
    P_PLACE
} mpc_type;

/* Folds that the machine does itself, without making heap blocks of the values. */
typedef enum {
    FOLD_USER,
    FOLD_NULL,
    FOLD_PICK,      /* one of the values, the others dropped */
    FOLD_PICK_FREE, /* one of the values, the others freed */
    FOLD_ALL_FREE,
    FOLD_STRING,
    FOLD_TREE
} mpc_fold_kind;

typedef struct mpc_regex mpc_regex;

typedef struct {
    uint8_t type;      /* an mpc_type */
    uint8_t fold_kind; /* an mpc_fold_kind */
    uint8_t pick;      /* the value that FOLD_PICK takes */
    bool may_be_empty; /* could succeed without consuming; if so, `first` is incomplete */
    bool skips_blank;  /* P_LITERAL: white space is skipped after it */
    int n;             /* parsers in `xs`, or the count of P_COUNT */
    mpc_parser_t *x;   /* the parser inside */
    mpc_parser_t **xs; /* the parsers inside P_OR, P_AND and P_SEPBY */
    mpc_set first;   /* bytes it can start with; for one-byte parsers, those it matches */
    char *text;      /* a literal, a set, a message, a description; owned */
    char *expected;  /* leaves: what to report instead of their own text; owned */
    const char *tag; /* a tag, or a piece of one; not owned */
    size_t text_length; /* of `text`, or of `tag` */
    mpc_dtor_t *dtors;  /* P_AND: destructors of all parsers but the last; owned */
    mpc_dtor_t dtor;
    void *data;
    mpc_regex *regex;
    union {
        int (*satisfy)(char);
        int (*anchor)(char, char);
        mpc_ctor_t lift;
        mpc_apply_t apply;
        mpc_apply_to_t apply_to;
        mpc_check_t check;
        mpc_check_with_t check_with;
        mpc_fold_t fold;
    } f;
} mpc_definition;

/* Pointers in the order they were added. */
typedef struct {
    void **items;
    size_t n;
    size_t capacity;
} mpc_list;

/* False without memory. */
bool mpc_list_add(mpc_list *list, void *item);
void mpc_list_free(mpc_list *list);

struct mpc_parser_t {
    mpc_definition def;
    mpc_parser_t *link; /* list of parsers still to be visited; needs no memory */

    /* Of retained parsers only: */
    bool retained;
    bool is_listed;     /* is in a list already */
    char *name;         /* with a bar after it: the piece of a tag */
    size_t name_length; /* without the bar */
    mpc_list users;     /* retained parsers that mention it, once for each time */
};

/* A new unretained parser of this type, or `mpc_no_memory()`. */
mpc_parser_t *mpc_make(mpc_type type);
/* The same around one parser; frees `x` if there is no memory. */
mpc_parser_t *mpc_make_around(mpc_type type, mpc_parser_t *x);
/* The parser that stands for one that could not be allocated: it always fails. It is
 * shared and constant; nothing ever writes to it. */
mpc_parser_t *mpc_no_memory(void);
bool mpc_is_no_memory(const mpc_parser_t *p);
/* Frees an unfinished parser, and gives mpc_no_memory. */
mpc_parser_t *mpc_abandon(mpc_parser_t *p);
/* The parsers directly inside, and their number. */
mpc_parser_t **mpc_children(mpc_parser_t *p, int *n);
/* Puts the unretained ones of them in front of a list. */
mpc_parser_t *mpc_push_children(mpc_parser_t *p, mpc_parser_t *list);
/* mpc_define, except that a call of mpc_tighten must follow. */
void mpc_set_definition(mpc_parser_t *p, mpc_parser_t *a);

/* A copy of a string in a fresh block, or NULL. */
char *mpc_copy_text(const char *text);
char *mpc_copy_bytes(const char *bytes, size_t length);
/* The result of a printf call in a fresh block, or NULL. */
char *mpc_format(const char *fmt, va_list args);

/* A parser of `type` with a copy of `text`. */
mpc_parser_t *mpc_make_text(mpc_type type, const char *text);
/* A choice or sequence of the `n` parsers in `xs`, whose results are trees. */
mpc_parser_t *mpc_make_trees(mpc_type type, size_t n, void **xs);
/* Recognises the folds the machine can do itself. */
void mpc_set_fold(mpc_definition *def, mpc_fold_t f);

/* ---- First bytes (first.c) ---- */

/* Works out `first` and `may_be_empty` of a parser from those inside, assuming nothing of
 * retained ones. */
void mpc_set_first(mpc_parser_t *p);
/* The same for all unretained parsers inside as well. */
void mpc_set_first_inside(mpc_parser_t *p);
/* Notes that the definition of `user` mentions the retained parsers in it; false without
 * memory, with some of them noted. */
bool mpc_add_user(mpc_parser_t *user);
/* Forgets one mention, if there is one. */
void mpc_remove_user(mpc_parser_t *p, const mpc_parser_t *user);
/* Works out the sets of these rules, as far as they are retained parsers, and of all that
 * use them, from the definitions there are. */
void mpc_tighten(void **rules, size_t n);

/* ---- Regular expressions ---- */

struct mpc_run;

/* Compiles `length` bytes of source. Returns NULL when it is malformed, with the message
 * in a fresh block in `*why` (NULL if there was no memory for it). */
mpc_regex *mpc_regex_compile(const char *source, size_t length, int mode, char **why);
void mpc_regex_delete(mpc_regex *re);
mpc_regex *mpc_regex_copy(mpc_regex *re);
/* The bytes a match can start with; true if it may be empty. */
bool mpc_regex_first(const mpc_regex *re, mpc_set *first);
/* The end of the match at `at`, or NULL. Failures inside are noted in `r`. */
const char *mpc_regex_match(struct mpc_run *r, const mpc_regex *re, const char *at);
/* A parser from source text of the given length. */
mpc_parser_t *mpc_regex_parser(const char *source, size_t length, int mode);

/* ---- Grammars as text ---- */

/* A rule of a grammar that has been read but not yet defined. */
typedef struct {
    mpc_parser_t *target; /* the parser to define; NULL if it was not passed */
    mpc_parser_t *body;
    const char *at; /* its name in the text */
    size_t name_length;
} mpc_rule;

/* A rule that would call itself before anything has been consumed, or NULL. */
const mpc_rule *mpc_find_left_recursion(const mpc_rule *rules, size_t n);

/* ---- Strings of messages ---- */

/* A string that grows; `failed` once there was no memory. */
typedef struct {
    char *text;
    size_t length;
    size_t capacity;
    bool failed;
} mpc_buffer;

void mpc_buffer_add(mpc_buffer *b, const char *text);
void mpc_buffer_add_bytes(mpc_buffer *b, const char *bytes, size_t length);
void mpc_buffer_add_char(mpc_buffer *b, char c);
void mpc_buffer_add_number(mpc_buffer *b, long number);
/* The string in a fresh block, or NULL. */
char *mpc_buffer_finish(mpc_buffer *b);

/* ---- Errors ---- */

/* An error with a message of its own, or with a list. The copies are in one block;
 * without memory for it the constant error that says so. */
mpc_err_t *mpc_err_failure(const char *filename, mpc_state_t state, const char *failure);
mpc_err_t *mpc_err_expected(const char *filename, mpc_state_t state, char received,
                            const char *const *expected, size_t n);

/* What mpc_ast_t.state.term says of a node: 0 for a separate one, else flags and, above
 * them, its index in the block. */
enum {
    AST_IN_BLOCK = 1,     /* the node is part of a block */
    AST_OWN_TAG = 2,      /* its tag has been replaced */
    AST_OWN_CHILDREN = 4, /* its list of children has been replaced */
    AST_INDEX = 8,        /* index 1 */
};

/* A tree in one block, the root first. */
typedef struct {
    size_t count;
    size_t changed; /* nodes that own something */
    mpc_ast_t nodes[];
} mpc_ast_block;

/* mpc_ast_delete as a destructor of any value. */
void mpc_ast_dtor(mpc_val_t *x);

/* The text of a whole stream in a fresh block, with its length, or NULL. */
char *mpc_read_stream(FILE *f, size_t *length);
#endif
