/* The files of grammar/ inside the program: scripts/embed turns each of them into a C
 * array when nabla is built, so that it needs no file of its own when it runs.
 *
 * Each text ends with a NUL; its size does not count it. */
#ifndef NABLA_SYNTAX_EMBEDDED_H
#define NABLA_SYNTAX_EMBEDDED_H

#include <stddef.h>

/* grammar/nabla.grammar: the grammar, in mpc's notation. */
extern const char nabla_grammar_text[];
extern const size_t nabla_grammar_size;

/* grammar/prelude.ad: what nabla defines in its own language. */
extern const char nabla_prelude_text[];
extern const size_t nabla_prelude_size;

#endif
