/* Numbers as text. */
#ifndef NABLA_BASE_NUMBER_H
#define NABLA_BASE_NUMBER_H

#include "base/text.h"

bool number_is_digit(char c);

/* The shortest decimal that reads back as an equal double (-0 is 0); "nan", "inf",
 * "-inf". */
void number_write_exact(text_buffer *t, double value);

/* At most `digits` significant digits (1 to 17); a whole number below 1e15 in full. */
void number_write(text_buffer *t, double value, int digits);
const char *number_text(arena *a, double value, int digits);

#endif
