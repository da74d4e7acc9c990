#include "syntax/token.h"

#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "base/unicode.h"
#include "graph/operation.h"

bool token_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

bool token_is_space(char c)
{
    return c == '\n' || token_is_blank(c);
}

size_t token_skip_space(const char *text, size_t at)
{
    while (token_is_space(text[at]))
        at++;
    return at;
}

size_t token_quote_end(const char *text, size_t length, size_t at)
{
    const char *closing = memchr(text + at + 1, '"', length - at - 1);
    return closing == NULL ? length : (size_t)(closing - text) + 1;
}

size_t token_line_end(const char *text, size_t length, size_t at)
{
    const char *newline = memchr(text + at, '\n', length - at);
    return newline == NULL ? length : (size_t)(newline - text);
}

/* ---- Tokens ---- */

size_t token_word_length(const char *text, size_t length)
{
    size_t end = 0;
    int32_t point = 0;
    for (;;) {
        size_t bytes = unicode_decode(text + end, length - end, &point);
        if (bytes == 0 || !unicode_continues_name(point))
            return end;
        end += bytes;
    }
}

size_t token_name_length(const char *text, size_t length)
{
    int32_t point = 0;
    bool begins = unicode_decode(text, length, &point) > 0 && unicode_begins_name(point);
    return begins ? token_word_length(text, length) : 0;
}

/* The bytes of the sign at `text`: one character, or two that are an operator. */
static size_t sign_length(const char *text, size_t length)
{
    int32_t point;
    if (length >= 2 && op_find(FORM_INFIX, text, 2) != OP_NONE)
        return 2;
    return unicode_decode(text, length, &point);
}

span token_at(const char *text, size_t length, size_t at)
{
    size_t end = at + token_word_length(text + at, length - at);
    bool number = at < length && number_is_digit(text[at]);
    if (number && end + 1 < length && text[end] == '.' && number_is_digit(text[end + 1]))
        end += 1 + token_word_length(text + end + 1, length - end - 1);
    if (end == at && at < length)
        end += sign_length(text + at, length - at);
    return (span){(uint32_t)at, (uint32_t)end};
}

bool token_ends_operand(const char *text, span token)
{
    static const char *const ends[] = {")", "]", "'", "\"", "²", "³", "ᵀ"};
    int32_t point = 0;
    unicode_decode(text + token.begin, token.end - token.begin, &point);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (strncmp(text + token.begin, ends[i], strlen(ends[i])) == 0)
            return true;
    return unicode_continues_name(point);
}

span token_before(const char *text, size_t length, size_t at)
{
    span last = {0, 0};
    size_t next = 0;
    while (next < at) {
        if (token_is_space(text[next])) {
            next++;
            continue;
        }
        last = token_at(text, length, next);
        next = last.end > next ? last.end : next + 1;
    }
    return last;
}

size_t token_operand_end(const char *text, size_t length, size_t at)
{
    size_t end = at < length && text[at] == '(' ? at : token_at(text, length, at).end;
    int depth = 0;
    while (end < length && (depth > 0 || text[end] == '(')) {
        depth += (text[end] == '(') - (text[end] == ')');
        end++;
    }
    return end;
}

size_t token_rest_end(const char *text, size_t length, size_t at)
{
    size_t end = at;
    int depth = 0;
    while (end < length) {
        char c = text[end];
        depth += (c == '(' || c == '[') - (c == ')' || c == ']');
        if (depth < 0 || (depth == 0 && c == ','))
            break;
        end++;
    }
    while (end > at && token_is_space(text[end - 1]))
        end--;
    return end;
}

/* ---- Pieces for messages ---- */

const char *token_numerator(arena *a, const char *text, size_t begin, size_t end)
{
    const char *excerpt = token_excerpt(a, text + begin, end - begin);
    bool bare =
        !number_is_digit(text[begin]) && token_operand_end(text, end, begin) == end;
    return bare ? excerpt : format_in(a, "(%s)", excerpt);
}

/* Bytes of the first `count` characters. */
static size_t bytes_of(const char *bytes, size_t length, size_t count)
{
    size_t end = 0;
    while (end < length && unicode_count(bytes, end + 1) <= count)
        end++;
    return end;
}

const char *token_excerpt(arena *a, const char *bytes, size_t length)
{
    enum { MOST = 32, HEAD = 20, TAIL = 10 };
    size_t characters = unicode_count(bytes, length);
    if (characters <= MOST)
        return copy_in(a, bytes, length);
    size_t head = bytes_of(bytes, length, HEAD);
    size_t tail = length;
    for (size_t left = TAIL; left > 0; left--) {
        tail--;
        while (unicode_is_tail(bytes[tail]))
            tail--;
    }
    return format_in(a, "%.*s…%s", (int)head, bytes,
                     copy_in(a, bytes + tail, length - tail));
}
