#include "base/unicode.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

enum {
    POINT_TRANSPOSE = 0x1D40, /* ᵀ */
    POINT_PRIME = 0x2032,     /* ′ */
    POINT_SUBSCRIPT_ZERO = 0x2080,
    POINT_SUBSCRIPT_NINE = 0x2089,
};

size_t unicode_decode(const char *text, size_t length, int32_t *point)
{
    utf8proc_int32_t decoded;
    utf8proc_ssize_t bytes = utf8proc_iterate((const utf8proc_uint8_t *)text,
                                              (utf8proc_ssize_t)length, &decoded);
    if (bytes <= 0)
        return 0;
    *point = decoded;
    return (size_t)bytes;
}

bool unicode_is_tail(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

size_t unicode_first_invalid(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        int32_t point;
        size_t bytes = unicode_decode(text + at, length - at, &point);
        if (bytes == 0 || point == 0)
            return at;
        at += bytes;
    }
    return length;
}

static bool is_ascii_letter(int32_t point)
{
    return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z');
}

bool unicode_begins_name(int32_t point)
{
    if (point < 0x80)
        return is_ascii_letter(point) || point == '_';
    if (point == POINT_TRANSPOSE)
        return false;
    utf8proc_category_t category = utf8proc_category(point);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

bool unicode_continues_name(int32_t point)
{
    if (point >= '0' && point <= '9')
        return true;
    if (point < 0x80 || unicode_begins_name(point))
        return unicode_begins_name(point);
    if (point == POINT_PRIME ||
        (point >= POINT_SUBSCRIPT_ZERO && point <= POINT_SUBSCRIPT_NINE))
        return true;
    utf8proc_category_t category = utf8proc_category(point);
    return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ND;
}

bool unicode_is_invisible(int32_t point)
{
    utf8proc_category_t category = utf8proc_category(point);
    return (category >= UTF8PROC_CATEGORY_ZS && category <= UTF8PROC_CATEGORY_CF);
}

static bool is_ascii(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

const char *unicode_compose(arena *a, const char *text, size_t length, size_t *composed)
{
    *composed = length;
    if (is_ascii(text, length))
        return text;
    void **held = arena_defer(a, free);
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t bytes =
        utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, &mapped,
                     UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (bytes < 0)
        return text;
    *held = mapped;
    *composed = (size_t)bytes;
    return (const char *)mapped;
}

size_t unicode_first_letter(const char *text, size_t length)
{
    int32_t point = 0;
    size_t end = unicode_decode(text, length, &point);
    for (size_t mark = end; mark > 0; end += mark) {
        mark = unicode_decode(text + end, length - end, &point);
        if (mark == 0 || utf8proc_category(point) != UTF8PROC_CATEGORY_MN)
            break;
    }
    return end;
}

size_t unicode_mark(const char *text, size_t length)
{
    static const char mark[] = "\xEF\xBB\xBF";
    size_t bytes = sizeof mark - 1;
    return length >= bytes && memcmp(text, mark, bytes) == 0 ? bytes : 0;
}

size_t unicode_count(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += !unicode_is_tail(text[i]);
    return count;
}

size_t unicode_width(const char *text, size_t length)
{
    size_t width = 0;
    size_t at = 0;
    while (at < length) {
        int32_t point;
        size_t bytes = unicode_decode(text + at, length - at, &point);
        if (bytes == 0)
            return width + (length - at);
        int columns = utf8proc_charwidth(point);
        width += columns > 0 ? (size_t)columns : 0;
        at += bytes;
    }
    return width;
}

size_t unicode_text_width(const char *text)
{
    return unicode_width(text, strlen(text));
}
