/* Checks of one row of the operation table that need to know nothing but the row: they
 * write a program that uses the operation, and compare the derivatives that nabla gives
 * with differences of its values. Used by test_operations.c, and by mutate.c, which
 * breaks the rules first. */
#ifndef NABLA_UNIT_ROW_CHECKS_H
#define NABLA_UNIT_ROW_CHECKS_H

#include "support.h"

typedef enum row_property {
    ROW_FIELDS,   /* what must be there is there, rules parse */
    ROW_VALUE,    /* the value is that of an independent formula */
    ROW_GRADIENT, /* first derivatives are those of the values */
    ROW_SECOND,   /* second derivatives are those of the first */
    ROW_KINK, /* at a kink: the slope that the row promises, a possible one, and said */
    ROW_RUNS, /* `runs` is `local` at ordinary points, and defined beyond them */
    ROW_PROPERTIES,
} row_property;

/* What came of the checks. */
typedef struct row_verdict {
    size_t passed[ROW_PROPERTIES];
    size_t failed[ROW_PROPERTIES];
    char first_failure[400]; /* "" where nothing failed */
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

/* Whether the row says of no operand what numbers to try: one on whole arrays, some of
 * which are places. */
bool row_is_beyond_numbers(const operation *row);

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

#endif
