#include "tensor/decimal.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/number.h"

/* The double nearest to a decimal, as strtod has it, is easy to find where all steps but
 * the last are exact. Nearly all numbers in files are of that kind. */

typedef struct decimal {
    uint64_t digits;  /* of the mantissa, as a whole number */
    int64_t exponent; /* of ten, to be applied to that */
    bool dropped;     /* digits that are not 0 did not fit */
} decimal;

enum { EXACT_TENS = 22, EXACT_FIVES = 27 };

/* Whole numbers up to this one are doubles. */
static const uint64_t MAX_EXACT = UINT64_C(1) << DBL_MANT_DIG;

/* All of these are exact: 10^22 = 2^22 * 5^22, and 5^22 < 2^53. */
static const double tens[EXACT_TENS + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* Takes in the digits at `at`; `place` is -1 behind the point. */
static const char *scan_digits(const char *at, const char *end, int place, decimal *d)
{
    const uint64_t full = UINT64_C(1000000000000000000);
    for (; at < end && number_is_digit(*at); at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (d->digits < full) {
            d->digits = 10 * d->digits + digit;
            d->exponent += place;
        } else {
            d->dropped |= digit != 0;
            d->exponent += 1 + place;
        }
    }
    return at;
}

/* The exponent at `at` if there is one; NULL if an e has no digits behind it. */
static const char *scan_exponent(const char *at, const char *end, int64_t *exponent)
{
    if (at == end || (*at != 'e' && *at != 'E'))
        return at;
    at++;
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    if (at == end || !number_is_digit(*at))
        return NULL;
    const int64_t huge = INT64_C(1000000000000000); /* no mantissa is as long as that */
    for (; at < end && number_is_digit(*at); at++)
        if (*exponent < huge)
            *exponent = 10 * *exponent + (*at - '0');
    if (negative)
        *exponent = -*exponent;
    return at;
}

/* By strtod, which sees a whole number and an exponent: no locale's point is in that. No
 * double, and nothing halfway between two, has more than 768 digits, so that what comes
 * after 800 only decides a tie, for which another 1 does as well.
 *
 * at        the mantissa
 * exponent  as written */
static double decimal_plain(const char *at, const char *end, int64_t exponent)
{
    enum { DIGITS = 800 };
    const int64_t beyond = 99999; /* everything is 0 or infinite there */
    char text[DIGITS + 32];
    size_t count = 0;
    bool more = false, fraction = false;
    for (; at < end; at++) {
        if (*at == '.') {
            fraction = true;
            continue;
        }
        exponent -= fraction;
        if (count == 0 && *at == '0')
            continue;
        if (count < DIGITS) {
            text[count++] = *at;
        } else {
            more |= *at != '0';
            exponent++;
        }
    }
    if (more) {
        text[count++] = '1';
        exponent--;
    }
    if (count == 0)
        text[count++] = '0';
    exponent = exponent > beyond ? beyond : exponent < -beyond ? -beyond : exponent;
    snprintf(text + count, sizeof text - count, "e%d", (int)exponent);
    return strtod(text, NULL);
}

/* The same where both the digits and the power of ten are doubles: their product or
 * quotient is rounded once. False elsewhere. */
static bool decimal_in_doubles(const decimal *d, double *value)
{
    int64_t e = d->exponent;
    if (FLT_EVAL_METHOD != 0 || d->dropped || d->digits > MAX_EXACT || e < -EXACT_TENS ||
        e > EXACT_TENS)
        return false;
    double digits = (double)d->digits;
    *value = e < 0 ? digits / tens[-e] : digits * tens[e];
    return true;
}

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 wide;

/* The same for more digits, 16 to 19 as programs write them, in whole numbers of 128 bits
 * that are rounded once, when made a double; the 2^e of 10^e = 2^e * 5^e is exact. */
static bool decimal_in_integers(const decimal *d, double *value)
{
    int e = (int)d->exponent;
    if (d->dropped || d->digits <= MAX_EXACT || d->exponent < -EXACT_FIVES ||
        d->exponent > EXACT_FIVES)
        return false;
    uint64_t five = 1; /* 5^27 < 2^63 */
    for (int i = 0; i < (e < 0 ? -e : e); i++)
        five *= 5;
    if (e >= 0) {
        *value = ldexp((double)((wide)d->digits * five), e);
        return true;
    }
    /* At least 2^(53 + 64 - 63), which is two bits more than a double keeps; a remainder
     * only matters when those two say exactly halfway, and then the last bit tells. */
    wide shifted = (wide)d->digits << 64, quotient = shifted / five;
    quotient |= shifted % five != 0;
    *value = ldexp((double)quotient, e - 64);
    return true;
}
#else
static bool decimal_in_integers(const decimal *d, double *value)
{
    (void)d;
    (void)value;
    return false;
}
#endif

/* nan, inf or infinity */
static const char *scan_word(const char *at, const char *end, double *value)
{
    static const struct {
        const char *word;
        size_t length;
        double value;
    } words[] = {{"nan", 3, NAN}, {"infinity", 8, INFINITY}, {"inf", 3, INFINITY}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if ((size_t)(end - at) >= words[i].length &&
            strncasecmp(at, words[i].word, words[i].length) == 0) {
            *value = words[i].value;
            return at + words[i].length;
        }
    return NULL;
}

const char *scan_number(const char *at, const char *end, double *value)
{
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    decimal d = {0};
    const char *from = at;
    at = scan_digits(at, end, 0, &d);
    size_t count = (size_t)(at - from);
    if (at < end && *at == '.') {
        const char *point = at;
        at = scan_digits(at + 1, end, -1, &d);
        count += (size_t)(at - point) - 1;
    }
    if (count == 0) {
        at = at == from ? scan_word(at, end, value) : NULL;
    } else {
        const char *mantissa_end = at;
        int64_t exponent = 0;
        at = scan_exponent(at, end, &exponent);
        d.exponent += exponent;
        if (at != NULL && !decimal_in_doubles(&d, value) &&
            !decimal_in_integers(&d, value))
            *value = decimal_plain(from, mantissa_end, exponent);
    }
    if (negative)
        *value = -*value;
    return at;
}
