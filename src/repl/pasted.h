/* Text of several lines: what was pasted, cut into what runs at a time. */
#ifndef NABLA_REPL_PASTED_H
#define NABLA_REPL_PASTED_H

#include "repl/bytes.h"

/* Adds pasted text without the prompts at the beginnings of its lines. Of a session that
 * was copied, which begins with a prompt, the lines without one are what was printed:
 * they are left out, unless they go on with a statement. */
void pasted_clean(bytes *into, const char *text, size_t length);

/* The bytes of the first lines that make a whole, with their newline: all of the text
 * where it has but one statement. Empty lines in front belong to them. */
size_t pasted_unit(const char *text, size_t length);

/* Whether there is more than one. */
bool pasted_has_units(const char *text, size_t length);

#endif
