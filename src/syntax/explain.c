#include "syntax/explain.h"

#include <string.h>

#include "base/text.h"
#include "graph/operation.h"
#include "syntax/foreign.h"
#include "syntax/token.h"

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
    if (expects(error, "'='"))
        return "= and a value were expected";
    return NULL;
}

/* ---- Reserved words ---- */

static bool is_word(const place *p, span word, const char *wanted)
{
    return word.end - word.begin == strlen(wanted) &&
           memcmp(p->text + word.begin, wanted, strlen(wanted)) == 0;
}

/* Where the expression begins: behind the sign of a definition. */
static size_t expression_begin(const place *p, grammar_rule rule)
{
    const char *sign = rule == GRAMMAR_DEFINITION ? strchr(p->text, '=') : NULL;
    size_t begin = sign == NULL ? 0 : (size_t)(sign - p->text) + 1;
    return token_skip_space(p->text, begin < p->at ? begin : 0);
}

/* Whether `word` stands like a clause: behind an operand, and not before =. */
static bool is_clause(const place *p, span word)
{
    span last = token_before(p->text, p->length, p->at);
    return (is_word(p, word, "at") || is_word(p, word, "wrt")) &&
           p->text[token_skip_space(p->text, word.end)] != '=' &&
           place_is_behind_operand(p) &&
           !grammar_is_reserved(p->text + last.begin, last.end - last.begin);
}

/* f at x=3: a clause behind what is no command */
static bool explain_clause(const place *p, span word, grammar_rule rule)
{
    bool command = rule != GRAMMAR_EXPRESSION && rule != GRAMMAR_DEFINITION;
    if (command || !is_clause(p, word))
        return false;
    arena *a = p->why->arena;
    const char *spelling = place_excerpt(p, word.begin, word.end);
    size_t begin = expression_begin(p, rule);
    size_t end = token_rest_end(p->text, p->at, begin);
    return place_explain(
        p, word.begin, word.end, format_in(a, "%s belongs to commands", spelling),
        format_in(a, "write %s %s %s", spelling[0] == 'a' ? "forward" : "grad",
                  place_excerpt(p, begin, end), place_excerpt(p, p->at, p->length)));
}

static bool explain_reserved(const place *p, span word)
{
    const char *spelling = place_excerpt(p, word.begin, word.end);
    return place_explain(
        p, word.begin, word.end,
        format_in(p->why->arena, "%s is a reserved word, it cannot name anything",
                  spelling),
        format_in(p->why->arena, "use another name, such as %s_", spelling));
}

/* param W: a declaration without a value */
static bool explain_declaration(const place *p, span word)
{
    size_t next = token_skip_space(p->text, word.end);
    size_t length = token_name_length(p->text + next, p->length - next);
    bool declares = is_word(p, word, "param") || is_word(p, word, "input") ||
                    is_word(p, word, "const");
    if (p->at > 0 || !declares || length == 0)
        return false;
    const char *spelling = place_excerpt(p, 0, next + length);
    return place_explain(p, 0, next + length,
                         format_in(p->why->arena, "%s lacks a value", spelling),
                         format_in(p->why->arena, "write %s = …", spelling));
}

/* param = 3: the word that begins the text was meant as a name */
static bool explain_kind_as_name(const place *p)
{
    span first = token_at(p->text, p->length, 0);
    return p->text[p->at] == '=' && token_skip_space(p->text, first.end) == p->at &&
           grammar_is_reserved(p->text, first.end) && explain_reserved(p, first);
}

/* ---- Beginnings and ends ---- */

static bool explain_end(const place *p, const char *expected)
{
    span last = token_before(p->text, p->length, p->at);
    diagnose(p->why, DIAGNOSTIC_SYNTAX, last, "the statement ends after %s%s%s",
             place_excerpt(p, last.begin, last.end), expected == NULL ? "" : ", where ",
             expected == NULL ? "" : expected);
    char sign = p->text[last.begin];
    bool doubled =
        (sign == '+' || sign == '-') && last.begin > 1 && p->text[last.begin - 1] == sign;
    bool differentiated =
        last.begin >= strlen("∂") &&
        memcmp(p->text + last.begin - strlen("∂"), "∂", strlen("∂")) == 0;
    if (differentiated)
        return diagnose_hint(p->why, "a derivative is written ∂%s/∂x",
                             place_excerpt(p, last.begin, last.end));
    if (!doubled)
        return false;
    return diagnose_hint(p->why, "write %s %c= 1",
                         place_excerpt(p, 0, token_rest_end(p->text, last.begin - 1, 0)),
                         sign);
}

/* A line that goes on from the one before, which had ended already; not `and = 3`, nor
 * `// words`. */
static bool explain_line_begin(const place *p, span sign)
{
    size_t length = sign.end - sign.begin;
    bool named = p->text[token_skip_space(p->text, sign.end)] == '=';
    bool doubled = p->text[sign.end] == p->text[sign.begin];
    if (p->at > 0 || doubled || op_find(FORM_INFIX, p->text, length) == OP_NONE ||
        (named && grammar_is_reserved(p->text, length)))
        return false;
    const char *spelling = place_excerpt(p, sign.begin, sign.end);
    return place_explain(
        p, sign.begin, sign.end,
        format_in(p->why->arena, "no statement begins with %s", spelling),
        format_in(p->why->arena, "to go on from the line before, end that line with %s",
                  spelling));
}

/* Mistakes that are known by their looks. */
static bool explain_known(const place *p, grammar_rule rule)
{
    span found = token_at(p->text, p->length, p->at);
    size_t length = found.end - found.begin;
    if (explain_kind_as_name(p) || explain_line_begin(p, found))
        return true;
    if (grammar_is_reserved(p->text + found.begin, length))
        return explain_clause(p, found, rule) || explain_declaration(p, found) ||
               explain_reserved(p, found);
    return foreign_explain(p);
}

bool explain_error(diagnostic *why, const char *text, grammar_rule rule,
                   const mpc_err_t *error)
{
    place p = {why, text, strlen(text), (size_t)error->state.pos};
    if (error->failure != NULL && strstr(error->failure, "recursion") == NULL)
        limits_out_of_memory(why->arena->limits);
    if (error->failure != NULL)
        return diagnose(why, DIAGNOSTIC_LIMIT, (span){0, (uint32_t)p.length}, "%s",
                        error->failure);
    p.at = token_skip_space(text, p.at);
    const char *expected = expectation(error);
    if (p.at == p.length)
        return explain_end(&p, expected);
    if (explain_known(&p, rule))
        return false;
    span found = token_at(text, p.length, p.at);
    return diagnose(why, DIAGNOSTIC_SYNTAX, found, "unexpected %s%s%s",
                    place_excerpt(&p, found.begin, found.end),
                    expected == NULL ? "" : ": ", expected == NULL ? "" : expected);
}
