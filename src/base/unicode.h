/* UTF-8, and what Unicode says of characters. The only file that knows utf8proc. */
#ifndef NABLA_BASE_UNICODE_H
#define NABLA_BASE_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Decodes the character at `text` into `point`; returns its bytes, or 0 where the text is
 * not UTF-8 or `length` is 0. */
size_t unicode_decode(const char *text, size_t length, int32_t *point);

/* Whether a byte of UTF-8 is part of a character that began before it. */
bool unicode_is_tail(char byte);

/* The offset of the first byte that is not UTF-8 or is zero, or `length`. */
size_t unicode_first_invalid(const char *text, size_t length);

/* What names consist of: letters of any script and `_`; then also digits, combining
 * marks, subscript digits and ′ (U+2032). ᵀ is no letter here, it transposes. */
bool unicode_begins_name(int32_t point);
bool unicode_continues_name(int32_t point);

/* Spaces of any width, marks without width, control characters. */
bool unicode_is_invisible(int32_t point);

/* The canonical composition (NFC) of a name, so that equal looks are equal bytes. Returns
 * `text` itself where nothing changes. */
const char *unicode_compose(arena *a, const char *text, size_t length, size_t *composed);

/* The bytes of the first character with the marks above and below it. */
size_t unicode_first_letter(const char *text, size_t length);

/* The bytes of the byte order mark that a text begins with, or 0. */
size_t unicode_mark(const char *text, size_t length);

/* Code points in `length` bytes of UTF-8. */
size_t unicode_count(const char *text, size_t length);

/* Columns that a text takes on a terminal; that one that is terminated does. */
size_t unicode_width(const char *text, size_t length);
size_t unicode_text_width(const char *text);

#endif
