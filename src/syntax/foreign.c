#include "syntax/foreign.h"

#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "base/unicode.h"
#include "syntax/token.h"

/* ---- The place ---- */

const char *place_excerpt(const place *p, size_t begin, size_t end)
{
    return token_excerpt(p->why->arena, p->text + begin, end - begin);
}

bool place_explain(const place *p, size_t begin, size_t end, const char *message,
                   const char *hint)
{
    diagnose(p->why, DIAGNOSTIC_SYNTAX, (span){(uint32_t)begin, (uint32_t)end}, "%s",
             message);
    diagnose_hint(p->why, "%s", hint);
    return true;
}

static bool begins_with(const place *p, size_t at, const char *prefix)
{
    return strncmp(p->text + at, prefix, strlen(prefix)) == 0;
}

static bool begins_name(const place *p, size_t at)
{
    return token_name_length(p->text + at, p->length - at) > 0;
}

static span before(const place *p)
{
    return token_before(p->text, p->length, p->at);
}

static size_t operand_end(const place *p, size_t at)
{
    return token_operand_end(p->text, p->length, at);
}

bool place_is_behind_operand(const place *p)
{
    span last = before(p);
    return last.end > last.begin && token_ends_operand(p->text, last);
}

/* ---- Points ---- */

/* np.exp(x), x.sum() */
static bool explain_method(const place *p, span owner)
{
    arena *a = p->why->arena;
    size_t name = p->at + 1, end = operand_end(p, name);
    bool empty = begins_with(p, end - 2, "()");
    const char *hint = empty
                           ? format_in(a, "write %s(%s)", place_excerpt(p, name, end - 2),
                                       place_excerpt(p, owner.begin, owner.end))
                           : format_in(a, "write %s", place_excerpt(p, name, end));
    return place_explain(p, owner.begin, end,
                         empty ? "functions stand before their argument here"
                               : "functions stand alone here, without a module",
                         hint);
}

/* 5. or 5.x */
static bool explain_bare_point(const place *p, span number)
{
    arena *a = p->why->arena;
    const char *digits = place_excerpt(p, number.begin, p->at);
    if (!begins_name(p, p->at + 1))
        return place_explain(p, number.begin, p->at + 1,
                             "digits are missing behind the point",
                             format_in(a, "write %s.0", digits));
    size_t end = operand_end(p, p->at + 1);
    const char *factor = place_excerpt(p, p->at + 1, end);
    return place_explain(
        p, number.begin, p->at + 1, "digits are missing behind the point",
        format_in(a, "write %s.0*%s or %s.0%s", digits, factor, digits, factor));
}

static bool explain_dots(const place *p, size_t length)
{
    return place_explain(
        p, p->at, p->at + length, "no dots are needed to go on in the next line",
        "a line goes on behind an operator, or inside brackets: leave the dots out");
}

static bool explain_point(const place *p)
{
    if (begins_with(p, p->at, ".."))
        return explain_dots(p, strspn(p->text + p->at, "."));
    span last = before(p);
    if (last.end != p->at || last.end == last.begin)
        return false;
    if (begins_name(p, last.begin) && begins_name(p, p->at + 1))
        return explain_method(p, last);
    bool number = strspn(p->text + last.begin, "0123456789") == last.end - last.begin;
    return number && explain_bare_point(p, last);
}

/* ---- Signs in pairs ---- */

/* |x|, or a doubled sign of logic */
static bool explain_bar(const place *p)
{
    if (p->text[p->at + 1] == '|')
        return place_explain(p, p->at, p->at + 2, "|| is not an operator here",
                             "write or");
    const char *closing = strchr(p->text + p->at + 1, '|');
    size_t end = closing == NULL ? p->length : (size_t)(closing - p->text);
    return place_explain(
        p, p->at, closing == NULL ? p->at + 1 : end + 1,
        "bars are not an absolute value here",
        format_in(p->why->arena, "write abs(%s)", place_excerpt(p, p->at + 1, end)));
}

static bool explain_text(const place *p, const char *closing)
{
    size_t begin = p->at + token_at(p->text, p->length, p->at).end - p->at;
    const char *found = strstr(p->text + begin, closing);
    size_t end = found == NULL ? begin : (size_t)(found - p->text) + strlen(closing);
    return place_explain(p, p->at, end, "there are no strings here, values are numbers",
                         "a name stands without quotes");
}

/* A curly quote: a pasted transpose, or text. */
static bool explain_curly(const place *p)
{
    static const char quote[] = "’";
    span last = before(p);
    if (begins_with(p, p->at, quote) && place_is_behind_operand(p))
        return place_explain(p, p->at, p->at + strlen(quote),
                             "the sign ’ is not used here",
                             format_in(p->why->arena, "the transpose is written %s'",
                                       place_excerpt(p, last.begin, last.end)));
    return explain_text(p, begins_with(p, p->at, "‘") ? quote : "”");
}

static bool explain_slashes(const place *p)
{
    size_t begin = p->at > 0 && p->text[p->at - 1] == '/' ? p->at - 1 : p->at;
    if (!begins_with(p, begin, "//"))
        return false;
    return place_explain(p, begin, begin + 2, "// is not used here",
                         "a comment begins with #; a whole quotient is floor(a/b)");
}

/* x ^= 2 */
static bool explain_update(const place *p)
{
    static const char *const signs[] = {"^=", "**=", ".*=", "./=", ".^="};
    size_t i = 0, count = sizeof signs / sizeof *signs;
    while (i < count && !begins_with(p, p->at, signs[i]))
        i++;
    if (i == count)
        return false;
    size_t end = p->at + strlen(signs[i]);
    size_t value = token_skip_space(p->text, end);
    size_t left = token_rest_end(p->text, p->at, 0);
    bool single = operand_end(p, value) == p->length;
    const char *target = place_excerpt(p, 0, left);
    arena *a = p->why->arena;
    return place_explain(
        p, p->at, end, format_in(a, "%s is not an assignment here", signs[i]),
        format_in(a, single ? "write %s := %s%.*s%s" : "write %s := %s%.*s(%s)", target,
                  target, (int)strlen(signs[i]) - 1, signs[i],
                  place_excerpt(p, value, p->length)));
}

/* ---- Derivatives ---- */

/* Behind the ∂x or ∂x² at `at`. */
static size_t by_end(const place *p, size_t at)
{
    size_t end = at + strlen("∂");
    end += token_name_length(p->text + end, p->length - end);
    if (begins_with(p, end, "²") || begins_with(p, end, "³"))
        end += strlen("²");
    return end;
}

/* ∂/∂x f */
static bool explain_detached(const place *p)
{
    const char *sign = NULL;
    for (size_t i = 0; i < p->at; i++)
        if (begins_with(p, i, "∂"))
            sign = p->text + i;
    size_t below = token_skip_space(p->text, p->at + 1);
    if (sign == NULL || !begins_with(p, below, "∂"))
        return false;
    size_t begin = (size_t)(sign - p->text), order = begin + strlen("∂");
    size_t end = by_end(p, below);
    size_t operand = token_skip_space(p->text, end);
    size_t operand_to = token_rest_end(p->text, p->length, operand);
    arena *a = p->why->arena;
    const char *numerator =
        operand_to == operand ? "f" : token_numerator(a, p->text, operand, operand_to);
    return place_explain(
        p, begin, end, "what is differentiated stands above the fraction bar",
        format_in(a, "write ∂%s%s/%s", copy_in(a, p->text + order, p->at - order),
                  numerator, place_excerpt(p, below, end)));
}

/* ∂x*y/∂x: the numerator lacks its brackets */
static bool explain_bare_numerator(const place *p)
{
    span first = before(p);
    size_t sign = first.begin - strlen("∂");
    const char *bar = strstr(p->text + p->at, "/∂");
    if (first.begin < strlen("∂") || !begins_with(p, sign, "∂") || bar == NULL ||
        !begins_name(p, first.begin))
        return false;
    size_t end = (size_t)(bar - p->text);
    return place_explain(
        p, sign, by_end(p, end + 1),
        "what is differentiated stands in brackets, unless it is a name or a call",
        format_in(p->why->arena, "write ∂(%s)%s", place_excerpt(p, first.begin, end),
                  place_excerpt(p, end, by_end(p, end + 1))));
}

/* ∂f/dx or ∂f/x: the name below the bar lacks its sign */
static bool explain_unmatched(const place *p, span name)
{
    span bar = before(p);
    if (bar.end == bar.begin || p->text[bar.begin] != '/')
        return false;
    size_t sign = bar.begin;
    while (sign > 0 && !begins_with(p, sign, "∂"))
        sign--;
    if (!begins_with(p, sign, "∂"))
        return false;
    size_t by = name.begin;
    if (p->text[by] == 'd' && name.end - by > 1)
        by++;
    return place_explain(p, name.begin, name.end,
                         "the sign of the derivative is missing below the fraction bar",
                         format_in(p->why->arena, "write %s∂%s",
                                   place_excerpt(p, sign, bar.end),
                                   place_excerpt(p, by, name.end)));
}

/* ---- Signs of mathematics that are not on every keyboard ---- */

static bool explain_root(const place *p)
{
    size_t operand = token_skip_space(p->text, p->at + strlen("√"));
    size_t end = operand_end(p, operand);
    bool bracket = p->text[operand] == '(';
    return place_explain(p, p->at, end, "a root is written as a function here",
                         format_in(p->why->arena,
                                   bracket ? "write sqrt%s" : "write sqrt(%s)",
                                   place_excerpt(p, operand, end)));
}

/* x⁻¹ */
static bool explain_negative_power(const place *p)
{
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴",
                                         "⁵", "⁶", "⁷", "⁸", "⁹"};
    text_buffer number;
    text_init(&number, p->why->arena);
    size_t end = p->at + strlen("⁻");
    for (size_t i = 0; i < 10;) {
        if (begins_with(p, end, digits[i])) {
            text_add_char(&number, (char)('0' + i));
            end += strlen(digits[i]);
            i = 0;
        } else {
            i++;
        }
    }
    span last = before(p);
    bool named = last.end == p->at && begins_name(p, last.begin);
    return place_explain(p, p->at, end, "a power with a sign is not written raised here",
                         format_in(p->why->arena, "write %s^(-%s)",
                                   named ? place_excerpt(p, last.begin, last.end) : "",
                                   number.length > 0 ? text_string(&number) : "1"));
}

static bool explain_nabla(const place *p)
{
    return place_explain(p, p->at, p->at + strlen("∇"),
                         "this is the command grad, which begins a statement",
                         "inside an expression write one derivative, ∂f/∂x");
}

/* A sign that has one spelling here. */
static bool explain_sign(const place *p)
{
    static const char *const table[][2] = {
        {"–", "-"},   {"—", "-"},   {"‐", "-"},    {"‑", "-"},       {"÷", "/"},
        {"∞", "inf"}, {"½", "1/2"}, {"¼", "1/4"},  {"¾", "3/4"},     {"⅓", "1/3"},
        {"⅔", "2/3"}, {"∧", "and"}, {"∨", "or"},   {"¬", "not"},     {"≔", ":="},
        {"←", "="},   {"∙", "*"},   {"•", "*"},    {"∗", "*"},       {"⋆", "*"},
        {"⊤", "'"},   {"∑", "sum"}, {"∏", "prod"}, {"‖", "norm(x)"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (begins_with(p, p->at, table[i][0]))
            return place_explain(
                p, p->at, p->at + strlen(table[i][0]),
                format_in(p->why->arena, "the sign %s is not used here", table[i][0]),
                format_in(p->why->arena, "write %s", table[i][1]));
    return false;
}

static bool explain_invisible(const place *p)
{
    int32_t point = 0;
    size_t bytes = unicode_decode(p->text + p->at, p->length - p->at, &point);
    if (bytes == 0 || !unicode_is_invisible(point))
        return false;
    return place_explain(p, p->at, p->at + bytes,
                         format_in(p->why->arena,
                                   "unexpected: the invisible character U+%04X",
                                   (unsigned)point),
                         "delete it; only plain spaces separate");
}

static bool explain_beyond_ascii(const place *p)
{
    static const struct {
        const char *sign;
        bool (*explain)(const place *p);
    } table[] = {
        {"√", explain_root},  {"⁻", explain_negative_power}, {"∇", explain_nabla},
        {"‘", explain_curly}, {"’", explain_curly},          {"“", explain_curly},
        {"”", explain_curly}, {"„", explain_curly},
    };
    if (begins_with(p, p->at, "…"))
        return explain_dots(p, strlen("…"));
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (begins_with(p, p->at, table[i].sign))
            return table[i].explain(p);
    return explain_sign(p) || explain_invisible(p);
}

/* ---- Statements ---- */

static bool explain_equal(const place *p)
{
    return place_explain(
        p, p->at, p->at + 1, "= defines a name, it does not compare",
        "equality is written ==; a definition is a statement by itself, name = …");
}

/* A comparison as other languages write it; the mistake is at one of its signs. */
static bool explain_comparison(const place *p)
{
    static const char *const table[][2] = {
        {"===", "=="}, {"~=", "!="}, {"<>", "!="}, {"=<", "<="}, {"=>", ">="},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t length = strlen(table[i][0]);
        for (size_t back = 0; back < length && back <= p->at; back++)
            if (begins_with(p, p->at - back, table[i][0]))
                return place_explain(
                    p, p->at - back, p->at - back + length,
                    format_in(p->why->arena, "%s is not an operator here", table[i][0]),
                    format_in(p->why->arena, "write %s", table[i][1]));
    }
    return false;
}

/* 1:3 outside an index */
static bool explain_colon(const place *p)
{
    span last = before(p);
    size_t next = token_skip_space(p->text, p->at + 1);
    if (!number_is_digit(p->text[last.begin]) || !number_is_digit(p->text[next]))
        return false;
    return place_explain(p, last.begin, operand_end(p, next),
                         "a colon stands between places, as in A[1:2, :]",
                         format_in(p->why->arena, "numbers in steps of 1: range(%s, %s)",
                                   place_excerpt(p, last.begin, last.end),
                                   place_excerpt(p, next, operand_end(p, next))));
}

/* Whether a bracket is open where the mistake is. */
static bool is_in_brackets(const place *p)
{
    int depth = 0;
    for (size_t i = 0; i < p->at; i++)
        depth += (p->text[i] == '(' || p->text[i] == '[') -
                 (p->text[i] == ')' || p->text[i] == ']');
    return depth > 0;
}

/* x = 3, y = 4 */
static bool explain_comma(const place *p)
{
    const char *sign = strchr(p->text + p->at, '=');
    bool clause = !begins_name(p, 0); /* what stands before it is blank then */
    if (sign == NULL || sign[1] == '=' || clause || is_in_brackets(p))
        return false;
    return place_explain(p, p->at, p->at + 1, "a comma does not end a statement",
                         format_in(p->why->arena, "write ; between statements: %s;%s",
                                   place_excerpt(p, 0, p->at),
                                   place_excerpt(p, p->at + 1, p->length)));
}

/* let x = 3 */
static bool explain_keyword(const place *p)
{
    static const char *const words[] = {"let", "var",   "val",   "def",
                                        "int", "float", "double"};
    span first = token_at(p->text, p->length, 0);
    if (token_skip_space(p->text, first.end) != p->at)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == first.end && begins_with(p, 0, words[i]))
            return place_explain(
                p, 0, first.end,
                format_in(p->why->arena, "a definition needs no %s", words[i]),
                format_in(p->why->arena, "write %s", place_excerpt(p, p->at, p->length)));
    return false;
}

/* [] and [1, 2,] */
static bool explain_bracket(const place *p)
{
    size_t before = p->at;
    while (before > 0 && token_is_space(p->text[before - 1]))
        before--;
    char last = '\0';
    if (before > 0)
        last = p->text[before - 1];
    if (last == '[')
        return place_explain(p, before - 1, p->at + 1, "no array is empty",
                             "zeros(2, 3) makes one with entries");
    if (last == ',' || last == ';')
        return place_explain(p, before - 1, before,
                             "an entry is missing behind this sign",
                             "leave the sign out, or add the entry");
    return false;
}

bool foreign_explain(const place *p)
{
    const char *at = p->text + p->at;
    if ((unsigned char)*at >= 0x80 && explain_beyond_ascii(p))
        return true;
    if (explain_update(p) || explain_comparison(p) || explain_bare_numerator(p))
        return true;
    if (begins_name(p, p->at))
        return explain_keyword(p) ||
               explain_unmatched(p, token_at(p->text, p->length, p->at));
    switch (*at) {
    case '.':
        return explain_point(p);
    case '|':
        return explain_bar(p);
    case '\'':
        return !place_is_behind_operand(p) && explain_text(p, "'");
    case '"':
        return explain_text(p, "\"");
    case '=':
        return explain_equal(p);
    case ',':
        return explain_comma(p);
    case '/':
        return explain_slashes(p) || explain_detached(p);
    case '&':
        return place_explain(p, p->at, p->at + (at[1] == '&' ? 2 : 1),
                             "& is not an operator here", "write and");
    case '!':
        return place_explain(p, p->at, p->at + 1, "! is not an operator here",
                             "write not");
    case '~':
        return place_explain(p, p->at, p->at + 1, "~ is not an operator here",
                             "write not");
    case ':':
        return explain_colon(p);
    case '%':
        return place_explain(p, p->at, p->at + 1, "% is not an operator here",
                             "write mod(a, b) for the remainder, and # for a comment");
    case ']':
        return explain_bracket(p);
    case '{':
    case '}':
        return place_explain(p, p->at, p->at + 1, "braces do not group here",
                             "( ) group, [ ] make arrays");
    default:
        return explain_invisible(p);
    }
}
