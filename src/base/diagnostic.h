/* The user's mistakes, as values: what was found, what was expected, and a way out. */
#ifndef NABLA_BASE_DIAGNOSTIC_H
#define NABLA_BASE_DIAGNOSTIC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/* Bytes [begin, end) of the text of a statement. */
typedef struct span {
    uint32_t begin, end;
} span;

/* The kinds that users may rely on, see diagnostic_kind_name. */
typedef enum diagnostic_kind {
    DIAGNOSTIC_SYNTAX,
    DIAGNOSTIC_NAME,
    DIAGNOSTIC_SHAPE,
    DIAGNOSTIC_DOMAIN,
    DIAGNOSTIC_CIRCULAR,
    DIAGNOSTIC_LIMIT,
    DIAGNOSTIC_FILE,
    DIAGNOSTIC_USAGE,
} diagnostic_kind;

/* One mistake. The first one found in a statement is kept; whoever meets it returns
 * false and its callers unwind. */
typedef struct diagnostic {
    arena *arena; /* of the strings: the statement's */
    diagnostic_kind kind;
    span where;
    const char *message; /* NULL while nothing is wrong */
    const char *hint;    /* a way out; NULL when none is known */
} diagnostic;

/* Fills `d` unless it is filled already. Always false, to be returned. */
bool diagnose(diagnostic *d, diagnostic_kind kind, span where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds the way out to the diagnostic just made. Always false. */
bool diagnose_hint(diagnostic *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "syntax", "name", … as in JSON. */
const char *diagnostic_kind_name(diagnostic_kind kind);

#endif
