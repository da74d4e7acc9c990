#include "syntax/explain.h"

#include <string.h>

#include "base/unicode.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

span explain_token(const char *text, size_t at)
{
    size_t length = strlen(text);
    size_t end = at;
    while (end < length) {
        int32_t point = 0;
        size_t bytes = unicode_decode(text + end, length - end, &point);
        bool in_number = point == '.' && is_digit(text[at]);
        if (bytes == 0 || (!unicode_continues_name(point) && !in_number))
            break;
        end += bytes;
    }
    if (end == at && at < length) {
        int32_t point;
        end += unicode_decode(text + at, length - at, &point);
    }
    return (span){(uint32_t)at, (uint32_t)end};
}

/* The last token that ends at or before `at`. */
static span token_before(const char *text, size_t at)
{
    span last = {0, 0};
    size_t next = 0;
    while (next < at) {
        if (is_space(text[next])) {
            next++;
            continue;
        }
        last = explain_token(text, next);
        next = last.end > next ? last.end : next + 1;
    }
    return last;
}

static bool expects(const mpc_err_t *error, const char *what)
{
    for (int i = 0; i < error->expected_num; i++)
        if (strcmp(error->expected[i], what) == 0)
            return true;
    return false;
}

/* What could have stood at the place of the error, in words. */
static const char *expectation(const mpc_err_t *error)
{
    if (expects(error, "number"))
        return "a number, a name or ( was expected";
    if (expects(error, "operator"))
        return expects(error, "')'") ? "an operator or ) was expected"
                                     : "an operator or the end was expected";
    if (expects(error, "name"))
        return "a name was expected";
    return NULL;
}

static bool explain_reserved(diagnostic *why, const char *text, const mpc_err_t *error)
{
    span word = token_before(text, (size_t)error->state.pos);
    diagnose(why, DIAGNOSTIC_SYNTAX, word, "%.*s is a reserved word, it cannot name a value",
             (int)(word.end - word.begin), text + word.begin);
    return diagnose_hint(why, "use another name, such as %.*s_",
                         (int)(word.end - word.begin), text + word.begin);
}

bool explain_error(diagnostic *why, const char *text, const mpc_err_t *error)
{
    if (error->failure != NULL && strcmp(error->failure, "reserved word") == 0)
        return explain_reserved(why, text, error);
    if (error->failure != NULL)
        return diagnose(why, DIAGNOSTIC_LIMIT, (span){0, (uint32_t)strlen(text)}, "%s",
                        error->failure);
    size_t at = (size_t)error->state.pos;
    while (is_space(text[at]))
        at++;
    const char *expected = expectation(error);
    if (text[at] == '\0') {
        span last = token_before(text, at);
        return diagnose(why, DIAGNOSTIC_SYNTAX, last,
                        "the statement ends after %.*s%s%s", (int)(last.end - last.begin),
                        text + last.begin, expected == NULL ? "" : ", where ",
                        expected == NULL ? "" : expected);
    }
    span found = explain_token(text, at);
    return diagnose(why, DIAGNOSTIC_SYNTAX, found, "unexpected %.*s%s%s",
                    (int)(found.end - found.begin), text + found.begin,
                    expected == NULL ? "" : ": ", expected == NULL ? "" : expected);
}
