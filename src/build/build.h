/* From syntax trees to nodes of the graph. */
#ifndef NABLA_BUILD_BUILD_H
#define NABLA_BUILD_BUILD_H

#include "eval/run.h"
#include "syntax/parse.h"

/* A function of the user or the prelude. */
typedef struct function {
    symbol name;
    const named_span *parameters;
    size_t count;
    tree body;
    bool predefined; /* the prelude's: what it calls is predefined too */
} function;

/* How names reach the builder: it asks, the session answers. */
typedef struct scope {
    void *owner;
    /* The node of a variable, or NODE_NONE where it has none. */
    node_id (*variable)(void *owner, symbol name);
    /* The user's function of that name, or NULL. */
    const function *(*function)(void *owner, symbol name);
    /* The prelude's function of that name with `count` parameters, or with any number
     * where there is none with that; or NULL. */
    const function *(*predefined)(void *owner, symbol name, size_t count);
    /* A remark that is no mistake. */
    void (*note)(void *owner, const char *message);
    /* Told when the value of a leaf has decided a shape. */
    void (*decides_shape)(void *owner, int32_t leaf);
    /* Whether the function follows variables from outside its parameters. */
    bool (*follows_variables)(void *owner, const function *f);
    /* Whether a variable of that name has a meaning; its node may not have been built. */
    bool (*is_variable)(void *owner, symbol name);
    /* A function with a name like that, as "name(a, b)", or NULL. */
    const char *(*similar_function)(void *owner, symbol name);
} scope;

typedef struct rules rules;

/* A constant that a rule has made. */
typedef struct built_number {
    node_id node;
    const double *entries;
} built_number;

/* Where a part of a block begins. */
typedef struct built_part {
    node_id of;
    size_t operand, row, column;
} built_part;

enum { BUILD_NUMBERS = 8 };

/* One piece of building. The nodes it appends need `keep` for as long as they live, and
 * the trees that they are built from, function bodies included: constants point into
 * both. */
typedef struct builder {
    graph *graph;
    run *run; /* for parts without variables, which are computed at once */
    rules *rules;
    const scope *scope;
    arena *arena; /* working memory */
    arena *keep;  /* values and texts of constants, names of groups */
    diagnostic *why;
    built_number numbers[BUILD_NUMBERS]; /* the last ones, to be used again */
    size_t next_number;
    node_id shown;   /* nodes below this one have names in what is shown of others, so
                        what they compute is not looked into; 0: none have */
    built_part part; /* where the part of a block begins that was asked for last */
    const span *reported; /* where mistakes are reported; NULL: where they stand */
} builder;

/* Builds the expression; false with a diagnostic. */
bool build_tree(builder *b, const tree *expression, node_id *root);

#endif
