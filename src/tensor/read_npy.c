#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "tensor/read_parts.h"

static const char npy_magic[] = "\x93NUMPY";
static const size_t magic_bytes = sizeof npy_magic - 1;

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
    int exponent = (int)(bits >> 10 & 0x1F), fraction = (int)(bits & 0x3FF);
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
    if (h->at == h->end || !number_is_digit(*h->at))
        return false;
    *size = 0;
    for (; h->at < h->end && number_is_digit(*h->at); h->at++) {
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

/* Finds the header, and leaves `at` where the entries begin. */
static bool find_header(const char **at, const char *end, npy_header *h,
                        read_problem *why)
{
    const unsigned char *version = (const unsigned char *)*at + magic_bytes;
    size_t left = (size_t)(end - *at) - magic_bytes;
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
    const char *begin = *at + magic_bytes + 2 + size_bytes;
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

bool is_npy(const char *bytes, const char *end)
{
    return begins_with(bytes, end, npy_magic, magic_bytes);
}

bool read_npy(arena *a, const char *bytes, const char *end, tensor *out,
              read_problem *why)
{
    const char *at = bytes;
    npy_header h = {.at = NULL};
    if (!find_header(&at, end, &h, why))
        return false;
    if (!take_header(&h))
        return fail_without_place(why, h.is_record
                                           ? "an array of records cannot be read; save "
                                             "one of its fields"
                                           : "the .npy header is damaged");
    const npy_type *type = find_type(a, &h, why);
    shape s = shape_number();
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
