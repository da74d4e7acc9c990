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

/* Whether operands of these shapes fit, and the shape of the result. */
typedef bool shape_rule(const shape *operands, size_t count, shape *result);

/* The rows. */
typedef enum op_id {
#define OP(id, ...) OP_##id,
#include "graph/operations.def"
#undef OP
    OP_COUNT
} op_id;

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
    const char *optional;              /* the last operand where it is left out */
    double constant;                   /* value of a FORM_CONSTANT */
    shape_rule *shape;
    kernel *kernel;                     /* elementwise, or … */
    array_kernel *array;                /* … on whole arrays */
    const char *local[OP_MAX_OPERANDS]; /* slope per operand */
    const char *runs[OP_MAX_OPERANDS];  /* the same, written so that it has a value
                                           where `local` is 0·log(0) and the like */
    const char *pull[OP_MAX_OPERANDS];  /* what flows down, where there is no `local` */
    bool shape_only[OP_MAX_OPERANDS];   /* an operand that gives its shape or places alone
                                           and has no gradient */
    op_kink kink;
    op_interval sample[OP_MAX_OPERANDS]; /* where tests sample it; kinks stay outside */
    const char *says;                    /* how the gradient passes, in one line */
    op_id undotted;                      /* .* becomes * where all operands are numbers */
    bool right;                          /* right associative */
} operation;

const operation *op_row(op_id id);

/* The first row written like that (aliases count), or OP_NONE. Several rows may share a
 * spelling: op_next_alike gives the others, then OP_NONE. */
op_id op_find(op_form form, const char *spelling, size_t length);
op_id op_next_alike(op_id id);

/* The predefined constant of that name, or OP_NONE. */
op_id op_constant(const char *name);

/* True where a call with `count` arguments is possible. */
bool op_takes(op_id id, size_t count);

/* Shape rules. */
shape_rule shape_elementwise; /* operands broadcast */
shape_rule shape_scaled;      /* one of two is a number */
shape_rule shape_over_number; /* the second is a number */
shape_rule shape_numbers;     /* all are numbers */
shape_rule shape_transposed;
shape_rule shape_total;         /* a number, of anything */
shape_rule shape_like_expanded; /* of the second operand, to which the first broadcasts */
shape_rule
    shape_like_collected; /* of the second operand, which broadcasts to the first */
shape_rule shape_gathered;
shape_rule shape_placed;

#endif
