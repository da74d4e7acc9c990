#include "report/location.h"

#include <string.h>

#include "base/unicode.h"

static size_t at_most(size_t value, size_t bound)
{
    return value < bound ? value : bound;
}

void origin_advance(origin *where, size_t begin)
{
    for (size_t i = where->begin; i < begin; i++)
        if (where->source[i] == '\n') {
            where->line++;
            where->line_begin = i + 1;
        }
    where->begin = begin;
}

location location_of(const origin *where, span part)
{
    const char *source = where->source;
    origin at = *where;
    origin_advance(&at, at_most(where->begin + part.begin, where->length));
    location l = {.line = at.line, .line_begin = at.line_begin, .begin = at.begin};
    const char *newline = memchr(source + l.begin, '\n', where->length - l.begin);
    l.line_end = newline == NULL ? where->length : (size_t)(newline - source);
    if (l.line_end > l.line_begin && source[l.line_end - 1] == '\r')
        l.line_end--;
    l.end = at_most(where->begin + part.end, l.line_end);
    if (l.end < l.begin)
        l.end = l.begin;
    if (l.line_begin == 0)
        l.line_begin = at_most(unicode_mark(source, where->length), l.begin);
    l.column = 1 + unicode_count(source + l.line_begin, l.begin - l.line_begin);
    l.end_column = l.column + unicode_count(source + l.begin, l.end - l.begin);
    if (l.end_column == l.column)
        l.end_column++;
    return l;
}
