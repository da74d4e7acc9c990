/* How exactly literals are written: what a rounded number claims, and what it does not.
 */
#ifndef NABLA_SYNTAX_DIGITS_H
#define NABLA_SYNTAX_DIGITS_H

#include "syntax/tree.h"

/* What the literals in a tree tell. An entry is a number with its sign, alone or in a
 * matrix in brackets, which may be transposed. */
typedef struct literal_digits {
    bool any;   /* some entry is written as a number … */
    bool whole; /* … or all are: the tree is a literal */
    /* An expression in the tree's shape: half a unit of the last digit of entries with a
     * decimal point or exponent, nan for whole numbers, and something negative for
     * entries that are no literals. */
    tree half_units;
    /* Of the entries with a decimal point or exponent, if there are any: digits from the
     * first that is not 0, and digits behind the point. */
    size_t rounded;
    int fewest_digits, most_digits;
    int fewest_decimals, most_decimals;
} literal_digits;

literal_digits digits_of(arena *a, const tree *t);

#endif
