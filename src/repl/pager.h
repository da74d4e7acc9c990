/* Text that is longer than the screen, through the pager of the user. */
#ifndef NABLA_REPL_PAGER_H
#define NABLA_REPL_PAGER_H

#include <stdbool.h>
#include <stddef.h>

/* Whether standard output is a terminal that has fewer rows than the text has lines. */
bool pager_is_wanted(const char *text, size_t length);

/* Shows the text by the program that PAGER names, else by `less -R`; no shell looks at
 * it. False where that program cannot be started. */
bool pager_show(const char *text, size_t length);

#endif
