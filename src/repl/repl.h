/* The prompt. */
#ifndef NABLA_REPL_REPL_H
#define NABLA_REPL_REPL_H

#include "nabla.h"

/* Reads statements from the terminal until its end or `quit`. Ctrl-C, which sets
 * `interrupted`, drops what has been typed of a statement. With colours, it is
 * highlighted while it is typed. */
nabla_status repl(nabla *n, volatile sig_atomic_t *interrupted, bool colored);

#endif
