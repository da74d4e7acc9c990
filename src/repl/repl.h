/* The prompt. */
#ifndef NABLA_REPL_REPL_H
#define NABLA_REPL_REPL_H

#include "nabla.h"

/* Reads statements from the terminal until its end or `quit`. */
nabla_status repl(nabla *n);

#endif
