#include "tensor/read.h"

#include <string.h>

#include "base/text.h"
#include "base/unicode.h"
#include "tensor/read_parts.h"

enum { QUOTED_CHARACTERS = 40 };

bool begins_with(const char *at, const char *end, const char *prefix, size_t length)
{
    return (size_t)(end - at) >= length && memcmp(at, prefix, length) == 0;
}

const char *quotable(arena *a, const char *from, const char *to)
{
    size_t length = (size_t)(to - from);
    if (length == 0 || unicode_first_invalid(from, length) < length)
        return NULL;
    size_t characters = 0;
    for (const char *at = from; at < to; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7F)
            return NULL;
        bool begins = !unicode_is_tail(*at);
        if (begins && characters++ == QUOTED_CHARACTERS)
            return format_in(a, "%.*s…", (int)(at - from), from);
    }
    return copy_in(a, from, length);
}

bool fail_without_place(read_problem *why, const char *message)
{
    why->message = message;
    return false;
}

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
    *why = (read_problem){0};
    if (length == 0)
        return fail_without_place(why, "the file is empty");
    const char *end = bytes + length;
    if (is_npy(bytes, end))
        return read_npy(a, bytes, end, out, why);
    const char *kind = other_kind(bytes, end);
    if (kind != NULL)
        return fail_without_place(why, kind);
    bytes += unicode_mark(bytes, length);
    return read_table(a, bytes, end, out, why);
}
