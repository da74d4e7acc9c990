/* What the entries of operations on whole arrays should be, by formulas that share
 * nothing with the kernels: for entry after entry, without care for speed. */
#ifndef NABLA_UNIT_ARRAY_FORMULAS_H
#define NABLA_UNIT_ARRAY_FORMULAS_H

#include "row_checks.h"

/* The formula for the row of that name, or NULL; for products and linear algebra those of
 * matrix_formulas.c. */
array_formula *array_formula_for(const char *name);
array_formula *matrix_formula_for(const char *name);

/* The name of the i-th row that has one, NULL behind the last. */
const char *array_formula_name(size_t i);
const char *matrix_formula_name(size_t i);

#endif
