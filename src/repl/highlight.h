/* What is marked on a line besides its classes. */
#ifndef NABLA_REPL_HIGHLIGHT_H
#define NABLA_REPL_HIGHLIGHT_H

#include <stddef.h>

/* Finds the bracket at the cursor, or right before it, and the one that matches it; both
 * 0 where there is none. `classes` has the nabla_class of each byte. */
void highlight_brackets(const char *text, size_t length, const unsigned char *classes,
                        size_t cursor, size_t bracket[2]);

#endif
