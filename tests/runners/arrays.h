/* Arrays of numbers for the runners, as they stand in JSON: nested arrays, and a plain
 * number where a matrix is 1×1. The runners calculate with them by themselves, so that
 * the program is not checked with its own arithmetic. */
#ifndef NABLA_TEST_ARRAYS_H
#define NABLA_TEST_ARRAYS_H

#include "support.h"

enum { MOST_AXES = 4 };

/* The entries stand row by row. A size counts from the last axis, as shapes align there:
 * size[MOST_AXES - 1] is the number of columns, and axes that are not there have size 1.
 */
typedef struct {
    int depth; /* of the brackets, 0 for a plain number */
    size_t size[MOST_AXES];
    double *entries; /* allocated; NULL: this is no array */
} array;

/* The array in `value`; without entries when that is none, or its rows differ in length.
 */
array array_from_json(const json_t *value);
void array_free(array *a);
/* An array of zeros with the shape of `like`. */
array array_zeros_like(const array *like);
/* Whether both have the same sizes, in the same number of brackets. */
bool array_same_shape(const array *a, const array *b);
/* Whether `a` can be stretched to the shape of `whole`: each size is the same or 1. */
bool array_stretches(const array *a, const array *whole);

/* Adds a .* b to `sum`. Each of the three may have axes of size 1: operands are stretched
 * along them, and `sum` collects what falls on the same entry. Their sizes must fit. */
void array_add_product(array *sum, const array *a, const array *b);
/* Adds `a` to `sum` likewise. */
void array_add(array *sum, const array *a);

/* Whether both have the same brackets, and entries that agree to within `tolerance` as
 * numbers_agree says. Otherwise a remark names the first difference. */
bool arrays_agree(const array *expected, const array *got, double tolerance,
                  text *remark);
/* The same for what is in two JSON values; anything else in `got` is described. */
bool json_arrays_agree(const json_t *expected, const json_t *got, double tolerance,
                       text *remark);

/* Prints the number or nested array in `value` as a literal of the language. */
void text_print_literal(text *t, const json_t *value);

#endif
