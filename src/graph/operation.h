/* The operation table: everything that is known of an operation stands in its one row of
 * operations.def. From the row come the parser's operators and their ranks, evaluation,
 * the derivative rules, the words of the reports, help, and the tests.
 *
 * A derivative rule is text in the nabla language. In it `a`, `b`, `c` are the operands,
 * `out` is the result. A `local` rule is an elementwise slope; what flows down is
 * upstream .* local. A `pull` rule, where entries mix, says what flows down outright,
 * with `up` for the upstream. */
#ifndef NABLA_GRAPH_OPERATION_H
#define NABLA_GRAPH_OPERATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diagnostic.h"
#include "tensor/arrays.h"
#include "tensor/kernels.h"

/* How an operation is written. */
typedef enum op_form {
    FORM_NONE,     /* it cannot be written: leaves, constants, copies */
    FORM_CALL,     /* name(a, b) */
    FORM_INFIX,    /* a + b */
    FORM_PREFIX,   /* -a */
    FORM_POSTFIX,  /* a' */
    FORM_CONSTANT, /* a predefined name: pi */
} op_form;

/* How tightly operators bind, loosest first. */
typedef enum op_rank {
    RANK_NONE,
    RANK_OR,
    RANK_AND,
    RANK_NOT,
    RANK_COMPARISON,
    RANK_SUM,
    RANK_PRODUCT,
    RANK_SIGN,
    RANK_JUXTAPOSITION, /* 2x: a product without a sign, above unary minus */
    RANK_POWER,
    RANK_POSTFIX,
    RANK_ATOM,
} op_rank;

enum { OP_MAX_OPERANDS = 4, OP_MAX_ALIASES = 4 };

/* Operands whose result is wanted. Entries are there for operands that the row calls
 * `fixed`: their values decide the shape. */
typedef struct shape_call {
    const tensor *operands;
    size_t count;
    shape result;
    const char *problem;  /* set where more is to be said than that shapes do not fit: a
                             value makes no sense as a size, an axis is lacking, … */
    diagnostic_kind kind; /* of the problem */
    const double *value;  /* that it is about, or NULL */
    bool too_large;       /* set where no memory could hold the result */
} shape_call;

/* Whether operands of these shapes fit, and the shape of the result. */
typedef bool shape_rule(shape_call *call);

/* The rows. */
typedef enum op_id {
#define OP(id, ...) OP_##id,
#include "graph/operations.def"
#undef OP
    OP_COUNT
} op_id;

/* Which entries of the result depend on which of an operand. */
typedef enum op_links {
    LINKS_SAME,    /* on the same one, where axes of size 1 stretch or are summed over */
    LINKS_PRODUCT, /* row i of a matrix product on row i of a, column j on column j of b
                    */
    LINKS_LINE,    /* on all of the same line: vector, column or row */
    LINKS_ALL,     /* on all of the same matrix */
    LINKS_MOVES,   /* on those that were moved there or added up, with slope 1 */
} op_links;

/* Where the slope of an operation jumps, and what nabla takes there. */
typedef struct op_kink {
    const char *when;                  /* condition in terms of a, b, c */
    const char *adds[OP_MAX_OPERANDS]; /* slope added to `local` where it holds */
    const char *says;                  /* the choice, in words */
} op_kink;

typedef struct op_interval {
    double low, high;
} op_interval;

typedef struct operation {
    const char *name; /* the row's */
    op_form form;
    op_rank rank;
    const char *spelling;
    const char *alias[OP_MAX_ALIASES]; /* other spellings */
    size_t arity;                      /* the most operands it takes */
    const char *keyword; /* the last operand may be given as keyword=…, and must where it
                            is not optional */
    const char *optional; /* the last operand where it is left out */
    double constant;      /* value of a FORM_CONSTANT */
    shape_rule *shape;
    kernel *kernel;      /* elementwise, … */
    kernel_id kernel_id; /* … the same, or … */
    op_id halves; /* … this, of halves, of these again, until one row or column is
                     left, or … */
    array_kernel *array; /* … on whole arrays */
    array_view *view;    /* where the result lies in an operand and need not be copied */
    const char *local[OP_MAX_OPERANDS]; /* slope per operand */
    const char *pull[OP_MAX_OPERANDS];  /* what flows down, where there is no `local` */
    const char *runs[OP_MAX_OPERANDS];  /* either, written so that it has a value where
                                           it is 0·log(0) and the like */
    bool shape_only[OP_MAX_OPERANDS];   /* an operand that gives its shape alone */
    bool flat[OP_MAX_OPERANDS];  /* its value matters, but has no gradient: places */
    bool fixed[OP_MAX_OPERANDS]; /* its value decides the shape; it has no gradient */
    op_links links;              /* which entries depend on which of an operand */
    op_kink kink;
    op_interval sample[OP_MAX_OPERANDS]; /* where tests sample it; kinks stay outside */
    const char *says;    /* how the gradient passes, in one line: %a, %b …, %out */
    const char *example; /* lines that help runs; NULL: of an elementwise operation at
                            its samples */
    const char *latex;   /* the same signs; NULL: its spelling, as a name or sign */
    /* Why a pull rule is so (%a, %b …, %out); of a column; of a number. */
    const char *reason[OP_MAX_OPERANDS];
    const char *vector_reason[OP_MAX_OPERANDS];
    const char *number_reason[OP_MAX_OPERANDS];
    op_id undotted; /* .* becomes * where all operands are numbers */
    bool right;     /* right associative */
} operation;

const operation *op_row(op_id id);

/* The first row written like that (aliases count), or OP_NONE. Several rows may share a
 * spelling: op_next_alike gives the others, then OP_NONE. */
op_id op_find(op_form form, const char *spelling, size_t length);
op_id op_next_alike(op_id id);

/* Whether it computes a mask: 0 or 1 per entry. */
bool op_is_mask(op_id id);

/* The predefined constant of that name, or OP_NONE. */
op_id op_constant(const char *name);

/* True where a call with `count` arguments is possible, the last of which is written
 * keyword=… unless that is NULL. */
bool op_takes(op_id id, size_t count, const char *keyword);

/* The first row of that name that takes such a call, or OP_NONE. */
op_id op_called(const char *name, size_t count, const char *keyword);

/* The keyword that its last operand has to be written with, or NULL. */
const char *op_keyword(op_id id);

/* Shape rules. */
shape_rule shape_elementwise;   /* operands broadcast */
shape_rule shape_scaled;        /* one of two is a number */
shape_rule shape_over_number;   /* the second is a number */
shape_rule shape_under_number;  /* the first is a number */
shape_rule shape_numbers;       /* all are numbers */
shape_rule shape_transposed;    /* the last two axes swapped */
shape_rule shape_total;         /* a number, of anything */
shape_rule shape_like_expanded; /* of the second operand, to which the first broadcasts */
shape_rule
    shape_like_collected;  /* of the second operand, which broadcasts to the first */
shape_rule shape_gathered; /* (a, i, j): as many rows as i has entries, columns as j */
shape_rule shape_placed;   /* (a, like, i, j): of `like` */
shape_rule shape_sized;    /* (n, m): n×m; of one number n×1; of a column its sizes */
shape_rule shape_square;   /* (n): n×n */
shape_rule shape_reshaped; /* (a, n, m): n×m with as many entries as a */
shape_rule shape_column;   /* (a): all entries as a column */
shape_rule shape_ranked;   /* (a): a column with an entry per axis */
shape_rule shape_lower;    /* (a): of a, a matrix */
shape_rule shape_joined;   /* (a, b, axis): under each other or side by side */
shape_rule shape_page;     /* (a, k): a stack without its first axis */
shape_rule shape_onpage;   /* (a, like, k): of `like`, whose layers are like a */
shape_rule shape_tiled;    /* (a, n, m): n×m copies */
shape_rule shape_untiled;  /* the reverse */
shape_rule shape_counted;  /* (from, to, step): a column from:step:to */
shape_rule shape_spaced;   /* (from, to, n): a column of n */
shape_rule shape_one_hot;  /* (k, n): n×1 for a number, else a row per entry of k */
shape_rule shape_on_diagonal; /* (a): n×n of a vector of n */
shape_rule shape_diagonal;    /* (a): the column of the diagonal of a matrix */
shape_rule shape_product;     /* (a, b): of the matrix product; leading axes stretch */
shape_rule shape_solved;      /* (a, b): of b, where a is square */
shape_rule shape_of_square;   /* (a) or (a, b): of a, of square matrices of one shape */
shape_rule shape_in_square;   /* (a): a number for each square matrix */
shape_rule shape_reduced;     /* (a, axis): of a, with size 1 along the axis */
shape_rule shape_along;       /* (a, axis): of a */
shape_rule shape_line;        /* (a): of a, a vector; else an axis is lacking */
shape_rule shape_in_line;     /* (a): a number, of a vector; else an axis is lacking */
shape_rule shape_vector;      /* (a): of a, a vector */
shape_rule shape_alike;       /* (a, b): of both, which is one */

#endif
