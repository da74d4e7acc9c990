#include "report/location.h"

#include <string.h>

#include "base/unicode.h"

static size_t at_most(size_t value, size_t bound)
{
    return value < bound ? value : bound;
}

location location_of(const origin *where, span part)
{
    const char *source = where->source;
    location l = {.line = 1};
    l.begin = at_most(where->begin + part.begin, where->length);
    for (size_t i = 0; i < l.begin; i++)
        if (source[i] == '\n') {
            l.line++;
            l.line_begin = i + 1;
        }
    const char *newline = memchr(source + l.begin, '\n', where->length - l.begin);
    l.line_end = newline == NULL ? where->length : (size_t)(newline - source);
    if (l.line_end > l.line_begin && source[l.line_end - 1] == '\r')
        l.line_end--;
    l.end = at_most(where->begin + part.end, l.line_end);
    if (l.end < l.begin)
        l.end = l.begin;
    l.column = 1 + unicode_count(source + l.line_begin, l.begin - l.line_begin);
    l.end_column = l.column + unicode_count(source + l.begin, l.end - l.begin);
    if (l.end_column == l.column)
        l.end_column++;
    return l;
}
