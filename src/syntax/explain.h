/* Syntax errors in words of our own: what was found, what was expected there, and the way
 * to write what was probably meant. */
#ifndef NABLA_SYNTAX_EXPLAIN_H
#define NABLA_SYNTAX_EXPLAIN_H

#include "base/diagnostic.h"
#include "syntax/grammar.h"

/* Explains why `text` did not parse. Always false. */
bool explain_error(diagnostic *why, const char *text, const mpc_err_t *error);

/* The token at `at`: a word, a number or one sign, in bytes. */
span explain_token(const char *text, size_t at);

#endif
