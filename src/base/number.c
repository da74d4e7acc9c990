#include "base/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUND_TRIP_DIGITS = 17, ROOM = 40 };

bool number_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes the zeros and the plus sign out of an exponent: 1e-07 is 1e-7. */
static void shorten_exponent(char *number)
{
    char *exponent = strchr(number, 'e');
    if (exponent == NULL)
        return;
    char *to = exponent + 1;
    const char *from = to;
    if (*from == '-')
        *to++ = *from;
    from += strspn(from, "+-0");
    memmove(to, from, strlen(from) + 1);
}

static bool write_special(text_buffer *t, double value)
{
    if (isnan(value))
        text_add(t, "nan");
    else if (isinf(value))
        text_add(t, value > 0 ? "inf" : "-inf");
    else if (value == 0)
        text_add(t, "0");
    else if (value == trunc(value) && fabs(value) < 1e15)
        text_format(t, "%.0f", value);
    else
        return false;
    return true;
}

void number_write_exact(text_buffer *t, double value)
{
    if (write_special(t, value))
        return;
    char number[ROOM];
    /* Fifteen digits always read back as written, trailing zeros are not printed; only
     * denormal numbers, which have fewer digits, may do with less. */
    int digits = fabs(value) < DBL_MIN ? 1 : DBL_DIG;
    for (; digits <= ROUND_TRIP_DIGITS; digits++) {
        snprintf(number, sizeof number, "%.*g", digits, value);
        if (strtod(number, NULL) == value)
            break;
    }
    shorten_exponent(number);
    text_add(t, number);
}

void number_write(text_buffer *t, double value, int digits)
{
    if (write_special(t, value))
        return;
    char number[ROOM];
    snprintf(number, sizeof number, "%.*g", digits, value);
    shorten_exponent(number);
    text_add(t, number);
}

const char *number_text(arena *a, double value, int digits)
{
    text_buffer t;
    text_init(&t, a);
    number_write(&t, value, digits);
    return text_string(&t);
}
