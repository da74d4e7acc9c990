/* Spellings of other languages, and signs that were pasted: each is answered with the one
 * to use. */
#ifndef NABLA_SYNTAX_FOREIGN_H
#define NABLA_SYNTAX_FOREIGN_H

#include "base/diagnostic.h"

/* A mistake at hand: the text, and where it went wrong. */
typedef struct place {
    diagnostic *why;
    const char *text;
    size_t length;
    size_t at;
} place;

/* Part of the text for a message; long parts are elided. */
const char *place_excerpt(const place *p, size_t begin, size_t end);

/* Fills the diagnostic, about the text from `begin` to `end`. Always true, as an
 * explanation was found. */
bool place_explain(const place *p, size_t begin, size_t end, const char *message,
                   const char *hint);

/* Whether the token that begins before `at` ends an operand. */
bool place_is_behind_operand(const place *p);

/* False where the spelling is none that is known of elsewhere. */
bool foreign_explain(const place *p);

#endif
