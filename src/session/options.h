/* The options of a session: one row per option, with all that is said of it. */
#ifndef NABLA_SESSION_OPTIONS_H
#define NABLA_SESSION_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "nabla.h"

/* An option with two choices is a bool of the session, true for the first one; the others
 * say how they read, and how a value is taken. */
typedef struct option {
    const char *name;
    const char *values;         /* what it takes, in words */
    const char *const *choices; /* each of them, then NULL; NULL: a number */
    const char *summary;        /* in a line of help */
    const char *help;           /* more of it, or NULL */
    size_t place, also;         /* of two choices: where the bool is, and its copy */
    const char *(*read)(nabla *n);
    bool (*write)(nabla *n, const char *value); /* false: it takes no such value */
    bool starts_program;                        /* so a sandbox refuses it */
} option;

size_t option_count(void);
const option *option_at(size_t i);

/* The option of that name, or NULL. */
const option *option_find(const char *spelling);

/* Its present value, as `set` takes it; lives as long as the statement. */
const char *option_value(nabla *n, const option *o);

#endif
