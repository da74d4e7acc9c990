#include "tensor/read.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/unicode.h"

enum { BYTES_PER_POLL = 1 << 18, QUOTED_CHARACTERS = 40 };

static bool begins_with(const char *at, const char *end, const char *prefix,
                        size_t length)
{
    return (size_t)(end - at) >= length && memcmp(at, prefix, length) == 0;
}

/* What is in the file, to be quoted in a message: short, and UTF-8 without control
 * characters, or NULL. */
static const char *quotable(arena *a, const char *from, const char *to)
{
    size_t length = (size_t)(to - from);
    if (length == 0 || unicode_first_invalid(from, length) < length)
        return NULL;
    size_t characters = 0;
    for (const char *at = from; at < to; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7F)
            return NULL;
        bool begins = ((unsigned char)*at & 0xC0) != 0x80;
        if (begins && characters++ == QUOTED_CHARACTERS)
            return format_in(a, "%.*s…", (int)(at - from), from);
    }
    return copy_in(a, from, length);
}

/* ---- Numbers in decimal ---- */

/* Correctly rounded means: the double nearest to the decimal, as strtod has it. That is
 * easy where everything is exact but the last step. */

typedef struct decimal {
    uint64_t digits;  /* of the mantissa, as a whole number */
    int64_t exponent; /* of ten, to be applied to that */
    bool dropped;     /* digits that are not 0 did not fit */
} decimal;

enum { EXACT_TENS = 22, EXACT_FIVES = 27 };

/* All of these are exact: 10^22 = 2^22 * 5^22, and 5^22 < 2^53. */
static const double tens[EXACT_TENS + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes in the digits at `at`; `place` is -1 behind the point. */
static const char *scan_digits(const char *at, const char *end, int place, decimal *d)
{
    const uint64_t full = UINT64_C(1000000000000000000);
    for (; at < end && is_digit(*at); at++) {
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
    if (at == end || !is_digit(*at))
        return NULL;
    const int64_t huge = INT64_C(1000000000000000); /* no mantissa is as long as that */
    for (; at < end && is_digit(*at); at++)
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
 * at        the mantissa, which has one digit at least that is not 0
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
    exponent = exponent > beyond ? beyond : exponent < -beyond ? -beyond : exponent;
    snprintf(text + count, sizeof text - count, "e%d", (int)exponent);
    return strtod(text, NULL);
}

/* By arithmetic, where that is exact but for one rounding; false elsewhere. */
static bool decimal_fast(const decimal *d, double *value)
{
    int64_t e = d->exponent;
    if (d->digits == 0) {
        *value = 0;
        return true;
    }
    if (d->dropped)
        return false;
    if (FLT_EVAL_METHOD == 0 && d->digits <= UINT64_C(1) << DBL_MANT_DIG &&
        e >= -EXACT_TENS && e <= EXACT_TENS) {
        double digits = (double)d->digits;
        *value = e < 0 ? digits / tens[-e] : digits * tens[e];
        return true;
    }
    return false;
}

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

/* The longest number at `at`: where it ends, or NULL where there is none. */
static const char *scan_number(const char *at, const char *end, double *value)
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
        if (at != NULL && !decimal_fast(&d, value))
            *value = decimal_plain(from, mantissa_end, exponent);
    }
    if (negative)
        *value = -*value;
    return at;
}

/* ---- Tables: lines and fields ---- */

enum { BLANKS = ' ' }; /* the separator that is any run of blanks */

typedef struct table {
    arena *arena;
    const char *at, *end;   /* what is still to be read */
    const char *line_begin; /* of the line in which `at` is */
    size_t line;            /* its number */
    const char *poll_at;    /* limits are looked at when `at` gets here */
    char separator;         /* ; , tab or BLANKS */
    read_problem *why;
} table;

static void poll_now_and_then(table *t)
{
    if (t->at < t->poll_at)
        return;
    limits_poll(t->arena->limits);
    t->poll_at = t->end - t->at > BYTES_PER_POLL ? t->at + BYTES_PER_POLL : t->end;
}

/* Sets the problem; always false. */
static bool fail_at(table *t, const char *where, const char *message)
{
    t->why->line = t->line;
    t->why->column = unicode_count(t->line_begin, (size_t)(where - t->line_begin)) + 1;
    t->why->message = message;
    return false;
}

static bool at_line_end(const table *t)
{
    if (t->at == t->end || *t->at == '\n' || *t->at == '#')
        return true;
    return *t->at == '\r' && (t->at + 1 == t->end || t->at[1] == '\n');
}

static void skip_blanks(table *t)
{
    while (t->at < t->end && (*t->at == ' ' || (*t->at == '\t' && t->separator != '\t')))
        t->at++;
}

static void skip_line(table *t)
{
    const char *newline = memchr(t->at, '\n', (size_t)(t->end - t->at));
    t->at = newline == NULL ? t->end : newline + 1;
    t->line++;
    t->line_begin = t->at;
}

/* Goes to the first line from here on that has more than blanks and comments. */
static bool find_row(table *t)
{
    while (t->at < t->end) {
        poll_now_and_then(t);
        while (t->at < t->end && (*t->at == ' ' || *t->at == '\t'))
            t->at++;
        if (!at_line_end(t)) {
            t->at = t->line_begin;
            return true;
        }
        skip_line(t);
    }
    return false;
}

/* Goes from the beginning of a field to what ends it, blanks before that included. */
static void skip_field(table *t)
{
    if (t->at < t->end && *t->at == '"') {
        do
            t->at++;
        while (t->at < t->end && *t->at != '"' && *t->at != '\n');
        if (t->at < t->end && *t->at == '"')
            t->at++;
    }
    while (!at_line_end(t) && *t->at != t->separator &&
           !(t->separator == BLANKS && *t->at == '\t'))
        t->at++;
}

/* The number at the beginning of the field at `at`: where it ends, or NULL. */
static const char *number_in_field(const table *t, double *value)
{
    if (t->at == t->end || *t->at != '"')
        return scan_number(t->at, t->end, value);
    table inside = *t;
    inside.separator = BLANKS;
    inside.at++;
    skip_blanks(&inside);
    inside.at = scan_number(inside.at, inside.end, value);
    if (inside.at == NULL)
        return NULL;
    skip_blanks(&inside);
    return inside.at < inside.end && *inside.at == '"' ? inside.at + 1 : NULL;
}

/* Takes the field that begins at `at`, and the blanks behind it. False, and nothing is
 * taken, when the field is no number. */
static bool take_number(table *t, double *value)
{
    const char *from = t->at, *to = number_in_field(t, value);
    if (to == NULL)
        return false;
    t->at = to;
    skip_blanks(t);
    if (at_line_end(t) || *t->at == t->separator ||
        (t->separator == BLANKS && t->at > to))
        return true;
    t->at = from;
    return false;
}

/* Goes from the end of a field to the next one; false at the end of the line. */
static bool take_separator(table *t)
{
    if (at_line_end(t))
        return false;
    if (t->separator != BLANKS)
        t->at++;
    skip_blanks(t);
    return true;
}

/* ---- Tables: what the first lines tell ---- */

/* The separator of the line at `at`: the first of these that comes after its first field.
 * Tabs at the ends of a line are mere blanks. */
static char separator_of(const table *t)
{
    static const char candidates[] = {';', ',', '\t'};
    table line = *t;
    line.separator = BLANKS;
    skip_blanks(&line);
    for (size_t i = 0; i < sizeof candidates; i++) {
        table look = line;
        look.separator = candidates[i];
        skip_field(&look);
        look.separator = BLANKS;
        skip_blanks(&look);
        if (!at_line_end(&look))
            return candidates[i];
    }
    return BLANKS;
}

typedef struct line_fields {
    size_t count;
    size_t numbers; /* those that are numbers */
    size_t empty;
} line_fields;

/* The fields of the line at `at`. */
static line_fields fields_of_line(const table *t)
{
    table line = *t;
    line_fields fields = {0};
    skip_blanks(&line);
    do {
        poll_now_and_then(&line);
        const char *from = line.at;
        double number;
        if (take_number(&line, &number)) {
            fields.numbers++;
        } else {
            skip_field(&line);
            fields.empty += line.at == from;
            skip_blanks(&line);
        }
        fields.count++;
    } while (take_separator(&line));
    return fields;
}

static size_t count_rows(const table *t)
{
    table rest = *t;
    size_t count = 0;
    for (; find_row(&rest); skip_line(&rest))
        count++;
    return count;
}

/* ---- Tables: rows ---- */

/* The field at `at` is no number. */
static bool fail_at_field(table *t)
{
    const char *from = t->at;
    skip_field(t);
    const char *to = t->at;
    while (to > from && (to[-1] == ' ' || to[-1] == '\t'))
        to--;
    if (to == from)
        return fail_at(t, from, "a number is missing");
    const char *field = quotable(t->arena, from, to);
    if (field == NULL)
        return fail_at(t, from, "this is no number");
    bool comma = is_digit(*from) && memchr(from, ',', (size_t)(to - from)) != NULL;
    return fail_at(t, from,
                   format_in(t->arena, "%s is no number%s", field,
                             comma ? "; decimals are written with a point" : ""));
}

/* Reads the line at `at` as `columns` numbers. */
static bool read_row(table *t, size_t columns, double *row)
{
    size_t count = 0;
    skip_blanks(t);
    do {
        poll_now_and_then(t);
        if (count == columns)
            return fail_at(t, t->at,
                           format_in(t->arena, "the rows above have %zu number%s",
                                     columns, columns == 1 ? "" : "s"));
        if (!take_number(t, &row[count]))
            return fail_at_field(t);
        count++;
    } while (take_separator(t));
    if (count == columns)
        return true;
    return fail_at(t, t->at,
                   format_in(t->arena, "only %zu number%s, the rows above have %zu",
                             count, count == 1 ? "" : "s", columns));
}

/* Numbers for that many rows, or, if that is less, for as many as the rest can hold: each
 * but the last is a character and a separator. Then some row is too short. */
static double *room_for_rows(const table *t, size_t rows, size_t columns)
{
    size_t most = (size_t)(t->end - t->at) / 2 + 1;
    size_t count =
        rows > most / columns ? most : limits_product(t->arena->limits, rows, columns);
    return ARENA_ARRAY(t->arena, double, count);
}

static bool read_rows(table *t, size_t columns, tensor *out)
{
    size_t rows = count_rows(t);
    double *entries = room_for_rows(t, rows, columns), *row = entries;
    for (; find_row(t); skip_line(t)) {
        if (!read_row(t, columns, row))
            return false;
        row += columns;
    }
    *out = (tensor){{.rank = 2, .size = {rows, columns}}, entries};
    return true;
}

static bool fail_without_place(read_problem *why, const char *message)
{
    why->message = message;
    return false;
}

static bool read_table(table *t, tensor *out)
{
    if (!find_row(t))
        return fail_without_place(t->why, "there are no numbers in it");
    t->separator = separator_of(t);
    line_fields first = fields_of_line(t);
    if (first.numbers == 0 && first.empty < first.count) {
        t->why->header_skipped = true;
        skip_line(t);
        if (!find_row(t))
            return fail_without_place(t->why,
                                      "there are no numbers in it, only a header");
        t->separator = separator_of(t);
        first = fields_of_line(t);
    }
    return read_rows(t, first.count, out);
}

/* ---- .npy: entries ---- */

static uint64_t little_endian(const unsigned char *at, size_t bytes)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < bytes; i++)
        bits |= (uint64_t)at[i] << 8 * i;
    return bits;
}

static double entry_b1(const unsigned char *at)
{
    return *at != 0;
}

static double entry_i1(const unsigned char *at)
{
    return (int8_t)*at;
}

static double entry_u1(const unsigned char *at)
{
    return *at;
}

static double entry_i2(const unsigned char *at)
{
    return (int16_t)little_endian(at, 2);
}

static double entry_u2(const unsigned char *at)
{
    return (uint16_t)little_endian(at, 2);
}

static double entry_i4(const unsigned char *at)
{
    return (int32_t)little_endian(at, 4);
}

static double entry_u4(const unsigned char *at)
{
    return (uint32_t)little_endian(at, 4);
}

static double entry_i8(const unsigned char *at)
{
    return (double)(int64_t)little_endian(at, 8);
}

static double entry_u8(const unsigned char *at)
{
    return (double)little_endian(at, 8);
}

/* IEEE half precision: sign, 5 bits of exponent, 10 of fraction. */
static double entry_f2(const unsigned char *at)
{
    unsigned bits = (unsigned)little_endian(at, 2);
    int exponent = bits >> 10 & 0x1F, fraction = bits & 0x3FF;
    double size;
    if (exponent == 0x1F)
        size = fraction == 0 ? INFINITY : NAN;
    else if (exponent == 0)
        size = ldexp(fraction, -24);
    else
        size = ldexp(fraction + 0x400, exponent - 25);
    return bits >> 15 != 0 ? -size : size;
}

static double entry_f4(const unsigned char *at)
{
    uint32_t bits = (uint32_t)little_endian(at, 4);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static double entry_f8(const unsigned char *at)
{
    uint64_t bits = little_endian(at, 8);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Byte order < is little-endian; | is none, for types of one byte. */
typedef struct npy_type {
    const char *name;
    size_t bytes;
    double (*entry)(const unsigned char *at);
} npy_type;

static const npy_type npy_types[] = {
    {"|b1", 1, entry_b1}, {"|i1", 1, entry_i1}, {"|u1", 1, entry_u1},
    {"<b1", 1, entry_b1}, {"<i1", 1, entry_i1}, {"<u1", 1, entry_u1},
    {"<i2", 2, entry_i2}, {"<u2", 2, entry_u2}, {"<i4", 4, entry_i4},
    {"<u4", 4, entry_u4}, {"<i8", 8, entry_i8}, {"<u8", 8, entry_u8},
    {"<f2", 2, entry_f2}, {"<f4", 4, entry_f4}, {"<f8", 8, entry_f8},
};

/* ---- .npy: the header, a dictionary as Python writes it ---- */

typedef struct npy_header {
    const char *at, *end;              /* what is still to be read of it */
    const char *type_begin, *type_end; /* the text of descr */
    bool is_record;
    bool fortran_order, has_order;
    int rank; /* as stored; -1 before it is known, more than SHAPE_MAX_RANK means too many
               */
    size_t size[SHAPE_MAX_RANK];
} npy_header;

static void skip_space(npy_header *h)
{
    while (h->at < h->end && strchr(" \t\n\r", *h->at) != NULL && *h->at != '\0')
        h->at++;
}

/* Takes what comes next if it is that. */
static bool take(npy_header *h, const char *token)
{
    skip_space(h);
    size_t length = strlen(token);
    if (!begins_with(h->at, h->end, token, length))
        return false;
    h->at += length;
    return true;
}

static bool take_string(npy_header *h, const char **from, const char **to)
{
    skip_space(h);
    if (h->at == h->end || (*h->at != '\'' && *h->at != '"'))
        return false;
    char quote = *h->at++;
    const char *close = memchr(h->at, quote, (size_t)(h->end - h->at));
    if (close == NULL)
        return false;
    *from = h->at;
    *to = close;
    h->at = close + 1;
    return true;
}

/* A size; one that no array can have becomes SIZE_MAX. */
static bool take_size(npy_header *h, size_t *size)
{
    skip_space(h);
    if (h->at == h->end || !is_digit(*h->at))
        return false;
    *size = 0;
    for (; h->at < h->end && is_digit(*h->at); h->at++) {
        size_t digit = (size_t)(*h->at - '0');
        *size = *size > (SIZE_MAX - digit) / 10 ? SIZE_MAX : 10 * *size + digit;
    }
    take(h, "L"); /* as Python 2 wrote them */
    return true;
}

static bool take_shape(npy_header *h)
{
    if (!take(h, "("))
        return false;
    h->rank = 0;
    while (!take(h, ")")) {
        size_t size;
        if (!take_size(h, &size))
            return false;
        if (h->rank < SHAPE_MAX_RANK)
            h->size[h->rank] = size;
        if (h->rank <= SHAPE_MAX_RANK)
            h->rank++; /* and no further */
        if (!take(h, ",")) {
            if (!take(h, ")"))
                return false;
            break;
        }
    }
    return true;
}

/* The name of a type, or a list of named ones, which is left standing. */
static bool take_type(npy_header *h)
{
    h->is_record = take(h, "[");
    return !h->is_record && take_string(h, &h->type_begin, &h->type_end);
}

static bool take_order(npy_header *h)
{
    h->has_order = true;
    h->fortran_order = take(h, "True");
    return h->fortran_order || take(h, "False");
}

static bool take_entry(npy_header *h)
{
    if (take(h, "'descr'"))
        return take(h, ":") && take_type(h);
    if (take(h, "'fortran_order'"))
        return take(h, ":") && take_order(h);
    return take(h, "'shape'") && take(h, ":") && take_shape(h);
}

/* Keys in any order; false when the header is not as it should be. */
static bool take_header(npy_header *h)
{
    if (!take(h, "{"))
        return false;
    while (!take(h, "}")) {
        if (!take_entry(h))
            return false;
        if (!take(h, ",")) {
            if (!take(h, "}"))
                return false;
            break;
        }
    }
    skip_space(h);
    return h->at == h->end && h->type_begin != NULL && h->has_order && h->rank >= 0;
}

/* ---- .npy: the file ---- */

static const char npy_magic[] = "\x93NUMPY";
enum { NPY_MAGIC_BYTES = sizeof npy_magic - 1 };

/* Finds the header, and leaves `at` where the entries begin. */
static bool find_header(const char **at, const char *end, npy_header *h,
                        read_problem *why)
{
    const unsigned char *version = (const unsigned char *)*at + NPY_MAGIC_BYTES;
    size_t left = (size_t)(end - *at) - NPY_MAGIC_BYTES;
    if (left < 2)
        return fail_without_place(why, "the .npy header is cut off");
    if (version[0] < 1 || version[0] > 3)
        return fail_without_place(why, "this version of .npy is unknown; 1 to 3 are");
    size_t size_bytes = version[0] == 1 ? 2 : 4;
    if (left - 2 < size_bytes)
        return fail_without_place(why, "the .npy header is cut off");
    uint64_t header_bytes = little_endian(version + 2, size_bytes);
    left -= 2 + size_bytes;
    if (left < header_bytes)
        return fail_without_place(why, "the .npy header is cut off");
    const char *begin = *at + NPY_MAGIC_BYTES + 2 + size_bytes;
    *h = (npy_header){.at = begin, .end = begin + header_bytes, .rank = -1};
    *at = h->end;
    return true;
}

/* The type of that name, or NULL and why there is none. */
static const npy_type *find_type(arena *a, const npy_header *h, read_problem *why)
{
    size_t length = (size_t)(h->type_end - h->type_begin);
    for (size_t i = 0; i < sizeof npy_types / sizeof *npy_types; i++)
        if (strlen(npy_types[i].name) == length &&
            memcmp(npy_types[i].name, h->type_begin, length) == 0)
            return &npy_types[i];
    const char *name = quotable(a, h->type_begin, h->type_end);
    fail_without_place(why, format_in(a,
                                      "entries of type %s cannot be read; save "
                                      "array.astype('<f8')",
                                      name == NULL ? "?" : name));
    return NULL;
}

/* The shape that the array has here; false, and why, when it cannot be in `bytes`. */
static bool find_shape(arena *a, const npy_header *h, size_t entry_bytes, size_t bytes,
                       shape *s, read_problem *why)
{
    if (h->rank > SHAPE_MAX_RANK)
        return fail_without_place(why, "the array has more than 4 axes");
    *s = shape_number();
    if (h->rank > 2)
        s->rank = h->rank;
    for (int axis = 0; axis < h->rank; axis++) {
        s->size[axis] = h->size[axis];
        if (s->size[axis] == 0)
            return fail_without_place(why, "the array is empty");
    }
    /* Divided rather than multiplied: the sizes may be anything. */
    size_t fit = bytes / entry_bytes;
    for (int axis = 0; axis < s->rank; axis++)
        fit /= s->size[axis];
    if (fit == 0)
        return fail_without_place(
            why, format_in(a, "the file is cut off: too few bytes for a %s array",
                           shape_text(a, s)));
    if (shape_count(s) * entry_bytes < bytes)
        return fail_without_place(
            why, format_in(a,
                           "there are bytes behind the %s array; save each array in "
                           "a file of its own",
                           shape_text(a, s)));
    return true;
}

enum { ENTRIES_PER_POLL = 1 << 16 };

/* Entries as they stand in the file: the last index runs fastest. */
static void copy_entries(arena *a, const npy_type *type, const unsigned char *from,
                         const shape *s, double *entries)
{
    size_t count = shape_count(s);
    for (size_t i = 0; i < count; i++) {
        if (i % ENTRIES_PER_POLL == 0)
            limits_poll(a->limits);
        entries[i] = type->entry(from + i * type->bytes);
    }
}

/* The same where the first index runs fastest in the file. */
static void copy_entries_in_fortran_order(arena *a, const npy_type *type,
                                          const unsigned char *from, const shape *s,
                                          double *entries)
{
    size_t stride[SHAPE_MAX_RANK] = {0}; /* in `entries` */
    stride[s->rank - 1] = 1;
    for (int axis = s->rank - 1; axis > 0; axis--)
        stride[axis - 1] = stride[axis] * s->size[axis];
    size_t index[SHAPE_MAX_RANK] = {0}, to = 0, count = shape_count(s);
    for (size_t i = 0; i < count; i++) {
        if (i % ENTRIES_PER_POLL == 0)
            limits_poll(a->limits);
        entries[to] = type->entry(from + i * type->bytes);
        to += stride[0];
        index[0]++;
        for (int axis = 0; index[axis] == s->size[axis] && axis + 1 < s->rank; axis++) {
            to += stride[axis + 1] - stride[axis] * s->size[axis];
            index[axis] = 0;
            index[axis + 1]++;
        }
    }
}

static bool read_npy(arena *a, const char *bytes, size_t length, tensor *out,
                     read_problem *why)
{
    const char *at = bytes, *end = bytes + length;
    npy_header h;
    if (!find_header(&at, end, &h, why))
        return false;
    if (!take_header(&h))
        return fail_without_place(why, h.is_record
                                           ? "an array of records cannot be read; save "
                                             "one of its fields"
                                           : "the .npy header is damaged");
    const npy_type *type = find_type(a, &h, why);
    shape s;
    if (type == NULL || !find_shape(a, &h, type->bytes, (size_t)(end - at), &s, why))
        return false;
    double *entries = ARENA_ARRAY(a, double, shape_count(&s));
    const unsigned char *from = (const unsigned char *)at;
    if (h.fortran_order)
        copy_entries_in_fortran_order(a, type, from, &s, entries);
    else
        copy_entries(a, type, from, &s, entries);
    *out = (tensor){s, entries};
    return true;
}

/* ---- Which of the two ---- */

/* Files that come in place of a table, and what to do about it. */
static const char *other_kind(const char *bytes, const char *end)
{
    static const struct {
        const char *begin;
        size_t length;
        const char *message;
    } kinds[] = {
        {"\xFF\xFE", 2, "this is UTF-16; save it as UTF-8"},
        {"\xFE\xFF", 2, "this is UTF-16; save it as UTF-8"},
        {"PK\x03\x04", 4, "this is a zip archive; save .npz as .npy, .xlsx as .csv"},
        {"\x1F\x8B", 2, "this is compressed by gzip; unpack it first"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (begins_with(bytes, end, kinds[i].begin, kinds[i].length))
            return kinds[i].message;
    return NULL;
}

bool read_array(arena *a, const char *bytes, size_t length, tensor *out,
                read_problem *why)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    const size_t mark_bytes = sizeof byte_order_mark - 1;
    *why = (read_problem){0};
    if (length == 0)
        return fail_without_place(why, "the file is empty");
    const char *end = bytes + length;
    if (begins_with(bytes, end, npy_magic, NPY_MAGIC_BYTES))
        return read_npy(a, bytes, length, out, why);
    const char *kind = other_kind(bytes, end);
    if (kind != NULL)
        return fail_without_place(why, kind);
    if (begins_with(bytes, end, byte_order_mark, mark_bytes))
        bytes += mark_bytes;
    table t = {a, bytes, end, bytes, 1, bytes, BLANKS, why};
    return read_table(&t, out);
}
