/* Names without a value, and circles: what was probably meant. */
#include <string.h>

#include "base/nearest.h"
#include "base/number.h"
#include "base/unicode.h"
#include "session/session.h"
#include "syntax/token.h"

/* ---- Functions ---- */

static const function *user_function(const nabla *n, symbol spelling)
{
    const name *found = names_known(&n->names, spelling, true);
    return found == NULL || found->meaning == NULL ? NULL : &found->meaning->function;
}

bool hint_is_function(nabla *n, symbol spelling)
{
    return user_function(n, spelling) != NULL || scope_is_predefined(n, spelling);
}

/* "f(u)" */
static const char *call_text(nabla *n, symbol spelling)
{
    const function *f = user_function(n, spelling);
    const char *predefined = f == NULL ? n->scope.similar_function(n, spelling) : NULL;
    if (predefined != NULL)
        return predefined;
    text_buffer t;
    text_init(&t, &n->work);
    if (f != NULL)
        session_signature(&t, spelling, f->parameters, f->count);
    else
        text_format(&t, "%s(…)", spelling);
    return text_string(&t);
}

/* ---- One missing name ---- */

/* A name without a value that the expression mentions at `where`. */
typedef struct mention {
    nabla *n;
    const tree *expression;
    span where;
    symbol name;
} mention;

/* The variable that the name itself is differentiated by, or NULL. */
static symbol differentiated_by(const mention *m)
{
    for (size_t i = 0; i + 1 < m->expression->count; i++) {
        const tree_node *child = &m->expression->nodes[i], *root = child + 1;
        if (child->kind == TREE_NAME && child->as.name == m->name &&
            root->kind == TREE_PARTIAL)
            return root->as.name;
    }
    return NULL;
}

/* f, where f is a function */
static bool hint_function(const mention *m)
{
    diagnostic *why = &m->n->now.why;
    if (!hint_is_function(m->n, m->name))
        return false;
    const function *f = user_function(m->n, m->name);
    symbol by = differentiated_by(m);
    if (by == NULL)
        diagnose_hint(why, "%s is a function, call it: %s", m->name,
                      call_text(m->n, m->name));
    else if (f == NULL || f->count == 1)
        diagnose_hint(why, "%s is a function, its derivative is ∂%s(%s)/∂%s", m->name,
                      m->name, by, by);
    else
        diagnose_hint(why, "%s is a function, its derivative is ∂%s/∂%s", m->name,
                      call_text(m->n, m->name), by);
    return true;
}

static bool hint_spelling(const mention *m)
{
    static const char *const table[][2] = {
        {"Inf", "inf"}, {"INF", "inf"}, {"Infinity", "inf"}, {"infinity", "inf"},
        {"NaN", "nan"}, {"NAN", "nan"}, {"true", "1"},       {"True", "1"},
        {"TRUE", "1"},  {"false", "0"}, {"False", "0"},      {"FALSE", "0"},
        {"Pi", "pi"},   {"PI", "pi"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(m->name, table[i][0]) == 0) {
            diagnose_hint(&m->n->now.why, "write %s", table[i][1]);
            return true;
        }
    return false;
}

/* The digits right before the name: 2 of 2dy. */
static const char *factor_before(const mention *m)
{
    const char *text = m->n->now.text.text;
    size_t begin = m->where.begin;
    while (begin > 0 && (number_is_digit(text[begin - 1]) || text[begin - 1] == '.'))
        begin--;
    return copy_in(&m->n->work, text + begin, m->where.begin - begin);
}

/* dL/dw where dw is a name, 2dy/dx, and d/dx alone. */
static bool hint_derivative(const mention *m)
{
    const char *text = m->n->now.text.text;
    size_t bar = token_skip_space(text, m->where.end);
    size_t below = text[bar] == '/' ? token_skip_space(text, bar + 1) : 0;
    size_t length =
        below == 0 ? 0 : token_name_length(text + below, strlen(text + below));
    if (m->name[0] != 'd' || length < 2 || text[below] != 'd')
        return false;
    bool named = m->name[1] != '\0';
    int by = (int)length - 1;
    const char *factor = factor_before(m);
    bool divides = scope_has_value(m->n, text + below, length);
    if (divides && named)
        diagnose_hint(&m->n->now.why,
                      "%.*s is a variable of yours, so this divides by it; the "
                      "derivative is ∂%s/∂%.*s",
                      (int)length, text + below, m->name + 1, by, text + below + 1);
    else if (!divides && !named)
        diagnose_hint(&m->n->now.why, "a derivative is written ∂f/∂%.*s", by,
                      text + below + 1);
    else if (!divides && factor[0] != '\0')
        diagnose_hint(&m->n->now.why,
                      "a derivative behind a factor is written %s*∂%s/∂%.*s", factor,
                      m->name + 1, by, text + below + 1);
    else
        return false;
    return true;
}

/* dL/dw where dL is a name */
static bool hint_divisor(const mention *m)
{
    const char *text = m->n->now.text.text;
    span bar = token_before(text, strlen(text), m->where.begin);
    span above = token_before(text, strlen(text), bar.begin);
    size_t length = above.end - above.begin;
    if (m->name[0] != 'd' || m->name[1] == '\0' || text[bar.begin] != '/' || length < 2 ||
        text[above.begin] != 'd' || !scope_has_value(m->n, text + above.begin, length))
        return false;
    diagnose_hint(&m->n->now.why,
                  "%.*s is a variable of yours, so this divides it; the derivative is "
                  "∂%.*s/∂%s",
                  (int)length, text + above.begin, (int)length - 1,
                  text + above.begin + 1, m->name + 1);
    return true;
}

/* πr, where π and r have values */
static bool hint_product(const mention *m)
{
    enum { LONGEST = 40 };
    size_t length = strlen(m->name);
    for (size_t cut = 1; cut < length && length <= LONGEST; cut++) {
        int32_t point = 0;
        bool second = unicode_decode(m->name + cut, length - cut, &point) > 0 &&
                      unicode_begins_name(point);
        if (!second || !scope_has_value(m->n, m->name, cut) ||
            !scope_has_value(m->n, m->name + cut, length - cut))
            continue;
        diagnose_hint(&m->n->now.why, "a product is written %s%.*s*%s", factor_before(m),
                      (int)cut, m->name, m->name + cut);
        return true;
    }
    return false;
}

static const char *nearest_variable(const mention *m)
{
    const names *known = &m->n->names;
    nearest search = nearest_start(m->name);
    for (size_t i = 0; i < known->all.count; i++)
        if (!known->all.items[i]->is_function && known->all.items[i]->meaning != NULL)
            nearest_offer(&search, known->all.items[i]->spelling);
    return search.best;
}

void hint_missing(nabla *n, const tree *expression, span where, symbol missing,
                  bool alone)
{
    const mention m = {n, expression, where, missing};
    if (hint_function(&m) || hint_derivative(&m) || hint_divisor(&m) ||
        hint_spelling(&m) || hint_product(&m))
        return;
    const char *similar = nearest_variable(&m);
    if (similar != NULL)
        diagnose_hint(&n->now.why, "did you mean %s?", similar);
    else
        diagnose_hint(&n->now.why, "give %s one: %s = 1", alone ? "it" : "each", missing);
}

/* ---- Circles ---- */

static const char *circle_part(const name *part)
{
    return part->is_function ? "(…)" : "";
}

bool hint_circle(nabla *n, span where, name **circle, size_t count)
{
    diagnostic *why = &n->now.why;
    const char *variable = NULL;
    text_buffer chain;
    text_init(&chain, &n->work);
    for (size_t i = 0; i < count; i++) {
        const name *user = circle[i], *used = circle[(i + 1) % count];
        if (variable == NULL && !user->is_function)
            variable = user->spelling;
        text_format(&chain, "%s%s%s follows %s%s", i == 0 ? "" : ", ", user->spelling,
                    circle_part(user), used->spelling, circle_part(used));
    }
    diagnose(why, DIAGNOSTIC_CIRCULAR, where, "a circle of definitions: %s",
             text_string(&chain));
    if (variable == NULL)
        return diagnose_hint(why,
                             "a function cannot call itself, not through others either");
    return diagnose_hint(why, "%s := … assigns the present value instead", variable);
}
