/* The syntax tree of one expression: an array in postorder, so that every walk is a loop
 * and evaluation order is array order. The root is the last node; the children of a node
 * end right before it. */
#ifndef NABLA_SYNTAX_TREE_H
#define NABLA_SYNTAX_TREE_H

#include "base/diagnostic.h"
#include "base/symbol.h"
#include "graph/operation.h"

typedef enum tree_kind {
    TREE_NUMBER,    /* a literal */
    TREE_NAME,      /* a variable or predefined name */
    TREE_OPERATION, /* an operator with its operands */
    TREE_CALL,      /* name(arguments) */
    TREE_PARTIAL,   /* ∂(child)/∂name, one node per variable differentiated by */
    TREE_MATRIX,    /* [a, b; c, d]: a child per entry, row by row */
    TREE_INDEX,     /* a[i, j]: the indexed, then its places */
    TREE_RANGE,     /* i:j inside an index */
    TREE_ALL,       /* : inside an index */
    TREE_END,       /* end inside an index */
    TREE_TEXT,      /* "text": a path */
    TREE_VALUE,     /* what was drawn, read or shown before; prints as it was written */
    TREE_VERBATIM,  /* text that is printed as it stands; only in trees to be printed */
} tree_kind;

typedef struct tree_node {
    uint8_t kind;    /* tree_kind */
    uint8_t rank;    /* TREE_VERBATIM: op_rank of its text */
    uint16_t op;     /* TREE_OPERATION: the first row of that spelling */
    uint32_t arity;  /* children */
    uint32_t size;   /* nodes in this subtree, itself included */
    bool juxtaposed; /* a product written without a sign */
    bool begins_row; /* the first entry of a row of a TREE_MATRIX */
    bool nested;   /* TREE_MATRIX: rows were brackets of their own, so one row is a row */
    bool stacked;  /* TREE_MATRIX: its entries are layers of a stack */
    uint32_t rows; /* TREE_MATRIX: how many */
    symbol keyword; /* TREE_CALL: of the last argument, as in axis=1; NULL: it has none */
    span where;     /* in the statement's text, operands included */
    union {
        double number;       /* TREE_NUMBER */
        symbol name;         /* TREE_NAME, TREE_CALL, TREE_PARTIAL */
        const char *text;    /* TREE_VERBATIM, TREE_TEXT */
        const tensor *value; /* TREE_VALUE */
        struct {
            uint32_t back;  /* TREE_END: nodes back to the root of what is indexed */
            uint32_t place; /* its axis from the last, 1: columns; 0: the only one */
        } end;
    } as;
    const char
        *literal; /* TREE_NUMBER, TREE_VALUE: as written; NULL: made from its value */
} tree_node;

typedef struct tree {
    tree_node *nodes;
    size_t count;
} tree;

/* A tree under construction: nodes are pushed in postorder. */
typedef struct tree_writer {
    arena *arena;
    ARRAY(tree_node) nodes;
} tree_writer;

/* Pushes a node above the last `arity` subtrees. */
void tree_push(tree_writer *w, tree_node n);

/* What was pushed, as a tree. */
tree tree_written(const tree_writer *w);

/* The subtree whose root is node `at`. */
tree tree_part(const tree *t, size_t at);

/* The positions of the children of node `at`, in order; `children` has room for its
 * arity. */
void tree_children(const tree *t, size_t at, size_t *children);

/* A copy in another arena, with the literals. */
tree tree_copy(arena *a, const tree *t);

#endif
