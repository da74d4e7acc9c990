/* Checks of one row of the operation table that need to know nothing but the row: they
 * write a program that uses the operation on numbers, build a graph that uses it on
 * arrays, and compare the derivatives that nabla gives with differences of its values.
 * Used by test_operations.c, and by mutate.c, which breaks the rules first. */
#ifndef NABLA_UNIT_ROW_CHECKS_H
#define NABLA_UNIT_ROW_CHECKS_H

#include "support.h"
#include "tensor/arrays.h"

/* How far derivatives may be from differences. */
#define ROW_GRADIENT_TOLERANCE 1e-7
#define ROW_SECOND_TOLERANCE   1e-6

typedef enum row_property {
    ROW_FIELDS,   /* what must be there is there, rules parse */
    ROW_VALUE,    /* the value is that of an independent formula */
    ROW_GRADIENT, /* first derivatives are those of the values */
    ROW_SECOND,   /* second derivatives are those of the first */
    ROW_KINK, /* at a kink: the slope that the row promises, a possible one, and said */
    ROW_RUNS, /* `runs` is `local` at ordinary points, and defined beyond them */
    ROW_ARRAY_VALUE,    /* on arrays: entry by entry what it is on numbers */
    ROW_ARRAY_GRADIENT, /* the derivatives by every entry */
    ROW_ARRAY_SECOND,   /* the derivatives of these */
    ROW_PROPERTIES,
} row_property;

/* What came of the checks. */
typedef struct row_verdict {
    size_t passed[ROW_PROPERTIES];
    size_t failed[ROW_PROPERTIES];
    char first_failure[400]; /* "" where nothing failed */
    uint64_t built;          /* a digest of the gradients that were built on arrays */
    /* Pairs of entries that the row links and that kind of links would not, and how many
     * of them depend on each other. */
    size_t linked_beyond[LINKS_MOVES + 1], depending_beyond[LINKS_MOVES + 1];
} row_verdict;

size_t row_failures(const row_verdict *v);

/* Counts one check. The words say what went wrong. */
void row_record(row_verdict *v, row_property property, bool fine, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A JSON session in which `out` is the operation applied to the leaves a, b, c, d. */
typedef struct row_trial {
    op_id op;
    const operation *row;
    size_t arity;
    char expression[80];
    talk talk;
    row_verdict *verdict;
} row_trial;

/* False where the row cannot be written, or numbers do not reach it. To be closed then
 * too. */
bool row_trial_open(row_trial *t, op_id op, row_verdict *verdict);
void row_trial_close(row_trial *t);

/* Whether the row says that an operand has no gradient. */
bool row_has_no_gradient(const operation *row, size_t k);

/* Whether values of some operand decide the shape. */
bool row_has_fixed(const operation *row);

/* Whether numbers do not reach a row on whole arrays: it says of no operand what numbers
 * to try, as they may be places; values of its operands decide shapes; it needs a
 * stack; numbers come to an earlier row with its spelling; or it is built of others. */
bool row_is_beyond_numbers(op_id op);

/* The i-th sample point of the row, inside its intervals. */
enum { ROW_SAMPLES = 4 };
void row_sample(const operation *row, size_t i, double point[OP_MAX_OPERANDS]);

/* The i-th point of the grid values^arity; false when there is none. */
bool row_grid(const double *values, size_t count, size_t arity, size_t i,
              double point[OP_MAX_OPERANDS]);

/* The value of an expression where the operands are `point`; nan where it fails. */
double row_at(row_trial *t, const double *point, const char *expression);

/* The checks. Each stops early when `first_failure` is there and `hurry` is set. */
void row_check_gradient(row_trial *t, bool hurry);
void row_check_second(row_trial *t, bool hurry);
void row_check_kink(row_trial *t);
void row_check_runs(row_trial *t);

/* An entry of the result of an operation on whole arrays, and what it should be by an
 * independent formula. */
typedef struct array_entry {
    shape shape; /* of the result */
    size_t at;
    size_t operands; /* how many there are */
} array_entry;

typedef double array_formula(const tensor *operands, const array_entry *of);

/* The same on arrays, for every row that computes: all combinations of some shapes that
 * its shape rule lets pass, ranks 2 to 4, and of some sizes where values decide the
 * shape, as nodes of a graph without a session. The values of a row on whole arrays are
 * compared with `formula` where there is one. */
void row_check_arrays(op_id op, array_formula *formula, row_verdict *v, bool hurry);

/* The entry of `narrow` that belongs to the entry `at` of an array of shape `wide`, to
 * which it broadcasts. */
size_t row_broadcast_index(const shape *narrow, const shape *wide, size_t at);

#endif
