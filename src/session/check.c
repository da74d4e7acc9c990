/* check: gradients against central differences, claims against what is right. */
#include <math.h>
#include <string.h>

#include "session/guard.h"
#include "syntax/token.h"

/* ---- A gradient ---- */

static bool check_gradient(nabla *n, const statement *s)
{
    builder b;
    trace_request request = {0};
    const node_id *wrt = NULL;
    if (!command_request(n, s, &b, &request, &wrt) ||
        !command_needs_number(n, s, request.root))
        return false;
    size_t count = s->wrt.count;
    if (count == 0)
        count = trace_default_wrt(&request, &wrt);
    if (count == 0)
        return diagnose(&n->now.why, DIAGNOSTIC_USAGE, s->expression_where,
                        "%s follows no variable, there is no gradient to check",
                        request.of);
    gradcheck made = {.label = s->label, .of = request.of};
    if (!gradcheck_all(&b, request.root, wrt, count, &made))
        return command_complain_value(n, s);
    outcome_gradcheck(n, &made);
    return true;
}

/* ---- A claim ---- */

/* Whether the expression compares or joins comparisons, but is no claim. */
static bool is_misshapen(const tree *expression)
{
    const tree_node *root = &expression->nodes[expression->count - 1];
    if (root->kind != TREE_OPERATION)
        return false;
    op_rank rank = op_row((op_id)root->op)->rank;
    return RANK_OR <= rank && rank <= RANK_COMPARISON;
}

static bool complain_claim(nabla *n, const statement *s)
{
    diagnose(&n->now.why, DIAGNOSTIC_USAGE, s->expression_where,
             "a check compares one claim with one value");
    return diagnose_hint(&n->now.why, "check CLAIM == EXPRESSION, one by one");
}

static bool names_variable(nabla *n, const tree *t)
{
    pending_meaning *uses = pending_start(&n->work, MEANING_DEFINITION);
    pending_list_uses(uses, &n->names, NULL, t);
    return scope_has_variables(n, uses->meaning);
}

/* The leaves to be given other values: those that the right side follows, or, where it is
 * a gradient, the variables it is taken by and the parameters. */
static bool find_varied(nabla *n, const sides *s, claim_request *request)
{
    nearby_leaves leaves = {0};
    builder *b = request->builder;
    nearby_find_leaves(b, request->right, s->is_gradient, &leaves);
    if (s->is_gradient)
        nearby_find_leaves(b, request->claimed, true, &leaves);
    for (size_t i = 0; i < s->gradients.count; i++) {
        tree_node only = {
            .kind = TREE_NAME, .size = 1, .as.name = s->gradients.items[i].by};
        tree by = {&only, 1};
        node_id root;
        if (!evaluate_nodes(n, &by, &root))
            return false;
        nearby_add_variable(b, root, &leaves);
    }
    request->by = leaves.items;
    request->by_count = leaves.count;
    return true;
}

/* What was written behind `within`. */
static bool read_within(nabla *n, const statement *s, claim_request *request)
{
    span where = s->clauses[CLAUSE_WITHIN];
    tensor value;
    request->has_within = where.begin < where.end;
    if (!request->has_within)
        return true;
    if (!evaluate_value(n, &s->within, &value))
        return false;
    request->within = value.entries[0];
    if (shape_is_number(&value.shape) && request->within >= 0)
        return true;
    diagnose(&n->now.why, DIAGNOSTIC_USAGE, where, "within takes a number, not negative");
    return diagnose_hint(&n->now.why, "within 1e-3");
}

static bool read_digits(nabla *n, const literal_digits *digits, claim_request *request)
{
    request->digits = digits;
    if (!digits->any)
        return true;
    tensor *half_units = ARENA_NEW(&n->work, tensor);
    request->half_units = half_units;
    return evaluate_value(n, &digits->half_units, half_units);
}

/* In grading the right side, too, may be a number as a student wrote it: then both are as
 * coarse as their digits together. */
static bool add_digits(nabla *n, const tree *right, claim_request *request)
{
    tree written = guard_written(n, right);
    literal_digits digits = digits_of(&n->work, &written);
    tensor added;
    if (n->part != NABLA_CHECKS || !digits.whole || request->half_units == NULL)
        return true;
    if (!evaluate_value(n, &digits.half_units, &added))
        return false;
    const tensor *own = request->half_units;
    if (!shape_equal(&own->shape, &added.shape))
        return true;
    tensor *sum = ARENA_NEW(&n->work, tensor);
    double *entries = ARENA_ARRAY(&n->work, double, shape_count(&own->shape));
    for (size_t i = 0; i < shape_count(&own->shape); i++)
        entries[i] =
            added.entries[i] > 0
                ? added.entries[i] + fmax(0, own->entries[i]) /* passes over nan */
                : own->entries[i];
    *sum = (tensor){own->shape, entries};
    request->half_units = sum;
    return true;
}

/* Builds both sides, and reads how exactly the claim is meant. */
static bool build_sides(nabla *n, const statement *s, const sides *both,
                        literal_digits *digits, claim_request *request)
{
    if (!evaluate_names(n, &s->expression) ||
        (s->within.count > 0 && !evaluate_names(n, &s->within)))
        return false;
    tree written = guard_written(n, &both->claim);
    *digits = digits_of(&n->work, &written);
    return evaluate_nodes(n, &both->claim, &request->claimed) &&
           evaluate_nodes(n, &both->right, &request->right) &&
           read_within(n, s, request) && read_digits(n, digits, request) &&
           add_digits(n, &both->right, request);
}

static const char *side_text(nabla *n, const tree *side)
{
    return session_slice(n, side->nodes[side->count - 1].where);
}

/* In a script a check without a label begins with what it is about. */
static const char *in_a_line(nabla *n, const char *text)
{
    char *line = copy_in(&n->work, text, strlen(text));
    for (char *c = line; *c != '\0'; c++)
        if (*c == '\n')
            *c = ' ';
    return token_excerpt(&n->work, line, strlen(line));
}

/* How many hints to give in place of the right value: another one each time. */
static unsigned count_hints(nabla *n, const char *against)
{
    symbol key = symbol_of(&n->symbols, against);
    size_t at = 0;
    if (n->preferences.reveal)
        return 0;
    while (at < n->hinted.count && n->hinted.items[at].against != key)
        at++;
    if (at == n->hinted.count)
        array_push(&n->arena, &n->hinted, ((hinted){key, 0}));
    n->now.hinted = at + 1;
    return n->hinted.items[at].times + 1;
}

static bool check_claim(nabla *n, const statement *s)
{
    sides both;
    if (s->wrt.count > 0)
        return diagnose(&n->now.why, DIAGNOSTIC_USAGE, s->clauses[CLAUSE_WRT],
                        "a claim is compared as a whole: wrt restricts the variables of "
                        "check f");
    builder b = session_builder(n, &n->work, NULL);
    claim_request request = {.builder = &b};
    if (!define_bound(n, s) || !sides_of(n, &s->expression, &both))
        return false;
    literal_digits digits;
    guard_take_own(n, &both);
    if (!guard_admits_claim(n, &both) || !build_sides(n, s, &both, &digits, &request))
        return false;
    request.is_gradient = both.is_gradient;
    request.varies = names_variable(n, &both.claim) && !guard_is_numeric(n, &both);
    if (request.varies && !find_varied(n, &both, &request))
        return false;
    claim_check made = {.label = s->label,
                        .claim = side_text(n, &both.claim),
                        .against = side_text(n, &both.right)};
    made.lead = s->label;
    if (s->label == NULL && !n->prompting)
        made.lead = in_a_line(n, made.against);
    if (!claim_judge(&request, &made))
        return command_complain_value(n, s);
    if (!made.ok)
        made.hints = count_hints(n, made.against);
    outcome_claim(n, &made);
    return true;
}

bool command_is_check(const statement *s)
{
    return s->kind == STATEMENT_COMMAND && strcmp(s->target.name, "check") == 0;
}

bool command_check(nabla *n, const statement *s)
{
    if (!s->has_expression)
        return command_complain_usage(n, s);
    if (sides_exist(&s->expression))
        return check_claim(n, s);
    return is_misshapen(&s->expression) ? complain_claim(n, s) : check_gradient(n, s);
}
