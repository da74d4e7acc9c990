/* Two operands side by side where that is no product: what was meant? */
#include <string.h>

#include "base/nearest.h"
#include "base/text.h"
#include "syntax/climber.h"
#include "syntax/token.h"

const char *climber_slice(const climber *c, span where)
{
    return token_excerpt(c->p->arena, c->p->text + where.begin, where.end - where.begin);
}

static bool reads(const climber *c, span where, const char *wanted)
{
    size_t length = strlen(wanted);
    return where.end - where.begin == length &&
           memcmp(c->p->text + where.begin, wanted, length) == 0;
}

bool climber_has_meaning(const climber *c, const char *name, size_t length)
{
    const command_words *words = c->p->words;
    for (size_t i = 0; i < c->p->parameters.count; i++) {
        symbol known = c->p->parameters.items[i].name;
        if (strlen(known) == length && memcmp(known, name, length) == 0)
            return true;
    }
    return words->is_variable(words->owner, name, length);
}

/* The bytes of the name that the text at `where` begins with, if that is a function. */
static size_t function_length(const climber *c, span where)
{
    const command_words *words = c->p->words;
    const char *text = c->p->text + where.begin;
    size_t length = token_name_length(text, where.end - where.begin);
    bool function = words != NULL && length > 0 &&
                    words->is_function(words->owner, text, length) &&
                    !climber_has_meaning(c, text, length);
    return function ? length : 0;
}

/* The operand that was written before the last one. */
static span operand_before(const climber *c)
{
    return c->operands.count < 2 ? (span){0, 0}
                                 : c->operands.items[c->operands.count - 2].where;
}

static bool waits(const climber *c, op_rank rank)
{
    size_t count = c->operators.count;
    return count > 0 && op_row(c->operators.items[count - 1].op)->rank == rank;
}

/* ---- Functions without brackets ---- */

/* The operand at `right` in brackets; 2x goes together. */
static const char *in_brackets(const climber *c, span right)
{
    const char *text = c->p->text;
    size_t length = strlen(text);
    if (text[right.begin] == '(')
        return climber_slice(c, right);
    while (token_name_length(text + right.end, length - right.end) > 0)
        right.end = (uint32_t)token_operand_end(text, length, right.end);
    return format_in(c->p->arena, "(%s)", climber_slice(c, right));
}

static bool complain_application(climber *c, span function, span right,
                                 const char *exponent)
{
    diagnostic *why = c->p->why;
    const char *name = climber_slice(c, function);
    diagnose(why, DIAGNOSTIC_SYNTAX, span_join(function, right),
             exponent[0] == '\0' ? "the argument of %s stands in brackets"
                                 : "a power of %s stands behind its argument",
             name);
    return diagnose_hint(why, "write %s%s%s", name, in_brackets(c, right), exponent);
}

/* f'(x), where f is a function */
static bool complain_prime(climber *c, span function, span right)
{
    const char *name = climber_slice(c, function), *by = "x";
    span inside = {right.begin + 1, right.end - 1};
    const char *text = c->p->text + inside.begin;
    if (c->p->text[right.begin] == '(' &&
        token_name_length(text, inside.end - inside.begin) == inside.end - inside.begin)
        by = climber_slice(c, inside);
    diagnose(c->p->why, DIAGNOSTIC_SYNTAX, span_join(function, right),
             "the sign ' is the transpose, no derivative");
    return diagnose_hint(c->p->why, "the derivative is ∂%s(%s)/∂%s", name, by, by);
}

/* sin x, sin²(x), sin^2 x, f'(x) */
static bool complain_function(climber *c, span left, span right)
{
    arena *a = c->p->arena;
    const char *text = c->p->text;
    span base = operand_before(c);
    size_t length = waits(c, RANK_POWER) ? function_length(c, base) : 0;
    if (length > 0 && length == base.end - base.begin) {
        const char *exponent = format_in(a, "^%s", climber_slice(c, left));
        complain_application(c, base, right, exponent);
        return true;
    }
    length = function_length(c, left);
    if (length == 0)
        return false;
    span function = {left.begin, left.begin + (uint32_t)length};
    double power = 0;
    size_t end = function.end;
    size_t digits = climber_superscript(text + end, &power);
    if (function.end == left.end)
        complain_application(c, function, right, "");
    else if (text[end] == '\'' && end + 1 == left.end)
        complain_prime(c, function, right);
    else if (digits > 0 && end + digits == left.end)
        complain_application(c, function, right, format_in(a, "^%.0f", power));
    return c->p->why->message != NULL;
}

/* ---- Derivatives in other notations ---- */

/* Behind the dx at `at`, which ends before `end`; 0 where none stands there. */
static size_t by_end(const climber *c, size_t at, size_t end)
{
    const char *text = c->p->text;
    if (text[at] != 'd')
        return 0;
    size_t length = token_name_length(text + at, end - at);
    return length < 2 ? 0 : at + length;
}

/* d/dx f: what waits is d and a sign of division, dx was written last. */
static bool complain_detached(climber *c, span left, span right)
{
    const char *text = c->p->text;
    if (!waits(c, RANK_PRODUCT) || !reads(c, operand_before(c), "d") ||
        by_end(c, left.begin, left.end) != left.end)
        return false;
    size_t end = token_rest_end(text, strlen(text), right.begin);
    diagnose(c->p->why, DIAGNOSTIC_SYNTAX, span_join(operand_before(c), left),
             "what is differentiated stands above the fraction bar");
    diagnose_hint(c->p->why, "write ∂%s/∂%s",
                  token_numerator(c->p->arena, text, right.begin, end),
                  climber_slice(c, (span){left.begin + 1, left.end}));
    return true;
}

/* d²f/dx², d^2f/dx^2: `order` is ² or ³, `right` begins with the f. */
static bool complain_higher(climber *c, span d, const char *order, span right)
{
    const char *text = c->p->text;
    size_t bar = token_skip_space(text, right.end);
    size_t by = text[bar] == '/' ? token_skip_space(text, bar + 1) : 0;
    size_t end = by == 0 ? 0 : by_end(c, by, strlen(text));
    if (end == 0)
        return false;
    diagnose(c->p->why, DIAGNOSTIC_SYNTAX, (span){d.begin, (uint32_t)end},
             "this is a derivative in another notation");
    diagnose_hint(c->p->why, "write ∂%s%s/∂%s%s", order, climber_slice(c, right),
                  climber_slice(c, (span){(uint32_t)by + 1, (uint32_t)end}), order);
    return true;
}

static bool complain_derivative(climber *c, span left, span right)
{
    span base = operand_before(c);
    bool power = waits(c, RANK_POWER) && reads(c, base, "d");
    if (reads(c, left, "d²") || (power && reads(c, left, "2")))
        return complain_higher(c, power ? base : left, "²", right);
    if (reads(c, left, "d³") || (power && reads(c, left, "3")))
        return complain_higher(c, power ? base : left, "³", right);
    return complain_detached(c, left, right);
}

/* ---- Anything else ---- */

/* Only plain numbers are entries by space alone. */
static bool complain_entries(climber *c, span left, span right)
{
    const char *first = climber_slice(c, left), *second = climber_slice(c, right);
    diagnose(c->p->why, DIAGNOSTIC_SYNTAX, right, "a comma is missing between %s and %s",
             first, second);
    return diagnose_hint(c->p->why, "space separates plain numbers only: write [a, b]");
}

bool climber_complain_apart(climber *c, span left, span right)
{
    diagnostic *why = c->p->why;
    if (c->in_matrix)
        return complain_entries(c, left, right);
    if (complain_derivative(c, left, right) || complain_function(c, left, right))
        return false;
    const char *first = climber_slice(c, left), *second = climber_slice(c, right);
    const char *command = NULL;
    if (left.begin == 0 && c->p->words != NULL)
        command = c->p->words->similar_command(c->p->words->owner, first);
    if (command != NULL) {
        diagnose(why, DIAGNOSTIC_SYNTAX, left, "there is no command %s", first);
        return diagnose_hint(why, "did you mean %s?", command);
    }
    diagnose(why, DIAGNOSTIC_SYNTAX, right, "an operator is missing between %s and %s",
             first, second);
    nearest search = nearest_start(second);
    nearest_offer(&search, "wrt");
    if (search.best != NULL)
        return diagnose_hint(why, "did you mean %s?", search.best);
    return diagnose_hint(why, "a product is written %s*%s", first, second);
}

bool climber_complain_below(climber *c, span left, span right)
{
    span before = operand_before(c);
    const char *above = before.end == 0 ? "1" : climber_slice(c, before);
    const char *first = climber_slice(c, left), *second = climber_slice(c, right);
    diagnose(c->p->why, DIAGNOSTIC_SYNTAX, span_join(left, right),
             "is %s%s all below the fraction bar, or only %s?", first, second, first);
    return diagnose_hint(c->p->why, "write %s/(%s*%s) or (%s/%s)*%s", above, first,
                         second, above, first, second);
}

bool climber_complain_exponent(climber *c, span left, span right)
{
    if (complain_derivative(c, left, right) || complain_function(c, left, right))
        return false;
    const char *first = climber_slice(c, left), *second = climber_slice(c, right);
    diagnose(c->p->why, DIAGNOSTIC_SYNTAX, span_join(left, right),
             "is %s%s all in the exponent, or only %s?", first, second, first);
    return diagnose_hint(c->p->why, "write ^(%s*%s) or ^%s*%s", first, second, first,
                         second);
}

/* ---- d(f)/dx ---- */

/* Whether the text is a call of a function that has no meaning and is named like dx. */
static bool is_differential_call(const climber *c, span call)
{
    const char *text = c->p->text + call.begin;
    const command_words *words = c->p->words;
    size_t length = token_name_length(text, call.end - call.begin);
    return text[0] == 'd' && length < call.end - call.begin &&
           !words->is_function(words->owner, text, length);
}

bool climber_complain_differentials(climber *c, span above, span below)
{
    arena *a = c->p->arena;
    const char *text = c->p->text;
    size_t by = by_end(c, below.begin, below.end);
    if (by == 0 || climber_has_meaning(c, text + below.begin, by - below.begin))
        return true;
    bool call_above = by == below.end && is_differential_call(c, above);
    bool call_below = reads(c, above, "d") && by < below.end &&
                      !climber_has_meaning(c, "d", 1) && is_differential_call(c, below);
    if (!call_above && !call_below)
        return true;
    size_t begin = token_skip_space(text, call_above ? above.begin + 1 : by);
    size_t end = call_above ? above.end : below.end;
    diagnose(c->p->why, DIAGNOSTIC_SYNTAX, span_join(above, below),
             "this is a derivative in another notation");
    return diagnose_hint(c->p->why, "write ∂%s/∂%s", token_numerator(a, text, begin, end),
                         climber_slice(c, (span){below.begin + 1, (uint32_t)by}));
}
