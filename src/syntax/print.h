/* The one printer of formulas: definitions, rules, reports, JSON. What it prints parses
 * back to the same tree, with no bracket that is not needed, but for powers of powers:
 * e^(x^2) reads better than e^x^2. */
#ifndef NABLA_SYNTAX_PRINT_H
#define NABLA_SYNTAX_PRINT_H

#include "base/text.h"
#include "syntax/tree.h"

typedef enum print_style {
    PRINT_TIGHT,  /* 2*x*exp(x^2): spaces around + - and comparisons only */
    PRINT_SPACED, /* v1 * v2: spaces around the outermost product too */
} print_style;

void print_formula(text_buffer *t, const tree *formula, print_style style);

/* The same as a string in `a`. */
const char *formula_text(arena *a, const tree *formula, print_style style);

/* How tightly the printed text of the node binds. */
op_rank formula_rank(const tree_node *root);

#endif
