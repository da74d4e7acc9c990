#include "syntax/explain.h"

#include <string.h>

#include "base/text.h"
#include "base/unicode.h"
#include "graph/operation.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- Tokens ---- */

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

static bool begins_name(const char *at)
{
    int32_t point = 0;
    return unicode_decode(at, strlen(at), &point) > 0 && unicode_begins_name(point);
}

/* Where the operand at `at` ends: a token, with the bracket behind it. */
static size_t operand_end(const char *text, size_t at)
{
    size_t end = text[at] == '(' ? at : explain_token(text, at).end;
    int depth = 0;
    while (text[end] != '\0' && (depth > 0 || text[end] == '(')) {
        depth += (text[end] == '(') - (text[end] == ')');
        end++;
    }
    return end;
}

/* ---- Spellings of other languages ---- */

/* A mistake at hand: the text, and where it went wrong. */
typedef struct place {
    diagnostic *why;
    const char *text;
    size_t at;
} place;

static const char *slice(const place *p, size_t begin, size_t end)
{
    return copy_in(p->why->arena, p->text + begin, end - begin);
}

static bool explain(const place *p, size_t begin, size_t end, const char *message,
                    const char *hint)
{
    diagnose(p->why, DIAGNOSTIC_SYNTAX, (span){(uint32_t)begin, (uint32_t)end}, "%s",
             message);
    return diagnose_hint(p->why, "%s", hint);
}

/* np.exp(x) */
static void explain_dot(const place *p)
{
    span before = token_before(p->text, p->at);
    arena *a = p->why->arena;
    if (begins_name(p->text + before.begin) && begins_name(p->text + p->at + 1)) {
        size_t end = operand_end(p->text, p->at + 1);
        explain(p, before.begin, end, "functions stand alone here, without a module",
                format_in(a, "write %s", slice(p, p->at + 1, end)));
    } else if (is_digit(p->text[before.begin])) {
        explain(p, before.begin, p->at + 1, "digits are missing behind the point",
                format_in(a, "write %s.0", slice(p, before.begin, p->at)));
    }
}

/* |x|, or a doubled sign of logic */
static void explain_bar(const place *p)
{
    if (p->text[p->at + 1] == '|') {
        explain(p, p->at, p->at + 2, "|| is not an operator here", "write or");
        return;
    }
    const char *closing = strchr(p->text + p->at + 1, '|');
    size_t end = closing == NULL ? strlen(p->text) : (size_t)(closing - p->text);
    explain(p, p->at, closing == NULL ? p->at + 1 : end + 1,
            "bars are not an absolute value here",
            format_in(p->why->arena, "write abs(%s)", slice(p, p->at + 1, end)));
}

static void explain_root(const place *p)
{
    size_t operand = p->at + strlen("√");
    while (is_space(p->text[operand]))
        operand++;
    size_t end = operand_end(p->text, operand);
    bool bracket = p->text[operand] == '(';
    explain(p, p->at, end, "the sign √ is not used here",
            format_in(p->why->arena, bracket ? "write sqrt%s" : "write sqrt(%s)",
                      slice(p, operand, end)));
}

/* x'x: the sign itself belongs to matrices */
static void explain_quote(const place *p)
{
    span before = token_before(p->text, p->at);
    const char *left = slice(p, before.begin, before.end);
    size_t end = operand_end(p->text, p->at + 1);
    if (begins_name(p->text + p->at + 1))
        explain(
            p, before.begin, end, "a product needs its sign behind a transpose",
            format_in(p->why->arena, "write %s' * %s", left, slice(p, p->at + 1, end)));
}

static void explain_equal(const place *p)
{
    explain(p, p->at, p->at + 1, "= defines a name, it does not compare",
            "equality is written ==; a definition is a statement by itself, name = …");
}

static void explain_comma(const place *p)
{
    const char *rest = p->text + p->at + 1;
    const char *sign = strchr(rest, '=');
    if (sign != NULL && sign[1] != '=')
        explain(p, p->at, p->at + 1, "a comma does not end a statement",
                format_in(p->why->arena, "write ; between statements: %s;%s",
                          slice(p, 0, p->at), rest));
}

/* Answers a spelling of another language with the one to use. */
static bool explain_foreign(const place *p)
{
    const char *at = p->text + p->at;
    if (strncmp(at, "√", strlen("√")) == 0) {
        explain_root(p);
        return p->why->message != NULL;
    }
    switch (*at) {
    case '.':
        explain_dot(p);
        break;
    case '|':
        explain_bar(p);
        break;
    case '\'':
        explain_quote(p);
        break;
    case '=':
        explain_equal(p);
        break;
    case ',':
        explain_comma(p);
        break;
    case '&':
        explain(p, p->at, p->at + (at[1] == '&' ? 2 : 1), "& is not an operator here",
                "write and");
        break;
    case '!':
        explain(p, p->at, p->at + 1, "! is not an operator here", "write not");
        break;
    case '%':
        explain(p, p->at, p->at + 1, "% is not an operator here",
                "write mod(a, b) for the remainder, and # for a comment");
        break;
    case '{':
    case '}':
        explain(p, p->at, p->at + 1, "braces do not group here", "use ( and )");
        break;
    default:
        break;
    }
    return p->why->message != NULL;
}

/* ---- What was expected ---- */

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
    if (expects(error, "operator") && expects(error, "newline"))
        return "an operator or the end was expected";
    if (expects(error, "operator") && expects(error, "')'"))
        return "an operator or ) was expected";
    if (expects(error, "number"))
        return "a number, a name or ( was expected";
    if (expects(error, "name"))
        return "a name was expected";
    return NULL;
}

static bool explain_reserved(const place *p, span word)
{
    const char *spelling = slice(p, word.begin, word.end);
    return explain(p, word.begin, word.end,
                   format_in(p->why->arena,
                             "%s is a reserved word, it cannot name anything", spelling),
                   format_in(p->why->arena, "use another name, such as %s_", spelling));
}

static bool explain_end(const place *p, const char *expected)
{
    span last = token_before(p->text, p->at);
    return diagnose(p->why, DIAGNOSTIC_SYNTAX, last, "the statement ends after %s%s%s",
                    slice(p, last.begin, last.end), expected == NULL ? "" : ", where ",
                    expected == NULL ? "" : expected);
}

/* A line that goes on from the one before, which had ended already. */
static bool explain_line_begin(const place *p)
{
    span sign = explain_token(p->text, p->at);
    const char *spelling = slice(p, sign.begin, sign.end);
    return explain(p, sign.begin, sign.end,
                   format_in(p->why->arena, "no statement begins with %s", spelling),
                   format_in(p->why->arena,
                             "to go on from the line before, end that line with %s",
                             spelling));
}

bool explain_error(diagnostic *why, const char *text, const mpc_err_t *error)
{
    place p = {why, text, (size_t)error->state.pos};
    if (error->failure != NULL && strstr(error->failure, "recursion") == NULL)
        limits_out_of_memory(why->arena->limits);
    if (error->failure != NULL)
        return diagnose(why, DIAGNOSTIC_LIMIT, (span){0, (uint32_t)strlen(text)}, "%s",
                        error->failure);
    while (is_space(text[p.at]))
        p.at++;
    const char *expected = expectation(error);
    if (text[p.at] == '\0')
        return explain_end(&p, expected);
    if (explain_foreign(&p))
        return false;
    span found = explain_token(text, p.at);
    size_t length = found.end - found.begin;
    if (grammar_is_reserved(text + found.begin, length))
        return explain_reserved(&p, found);
    if (p.at == 0 && op_find(FORM_INFIX, text, length) != OP_NONE)
        return explain_line_begin(&p);
    return diagnose(why, DIAGNOSTIC_SYNTAX, found, "unexpected %s%s%s",
                    slice(&p, found.begin, found.end), expected == NULL ? "" : ": ",
                    expected == NULL ? "" : expected);
}
