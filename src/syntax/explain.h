/* Syntax errors in words of our own: what was found, what was expected there, and the way
 * to write what was probably meant. */
#ifndef NABLA_SYNTAX_EXPLAIN_H
#define NABLA_SYNTAX_EXPLAIN_H

#include "base/diagnostic.h"
#include "syntax/grammar.h"

/* Explains why `text` did not parse by that rule. Always false. */
bool explain_error(diagnostic *why, const char *text, grammar_rule rule,
                   const mpc_err_t *error);

#endif
