#include "syntax/climber.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/text.h"
#include "base/unicode.h"

/* ---- Writing operations ---- */

extent climber_pop(climber *c)
{
    assert(c->operands.count > 0);
    return c->operands.items[--c->operands.count];
}

void climber_push(climber *c, span where, bool plain_number)
{
    array_push(c->p->arena, &c->operands, ((extent){where, plain_number}));
}

/* Writes the operator that waits on top. */
static void write_operator(climber *c)
{
    waiting top = c->operators.items[--c->operators.count];
    bool prefix = op_row(top.op)->form == FORM_PREFIX;
    span right = climber_pop(c).where;
    span where = span_join(prefix ? top.where : climber_pop(c).where, right);
    tree_push(&c->tree, (tree_node){.kind = TREE_OPERATION,
                                    .op = (uint16_t)top.op,
                                    .arity = prefix ? 1 : 2,
                                    .juxtaposed = top.juxtaposed,
                                    .where = where});
    climber_push(c, where, false);
}

static op_rank rank_of(const waiting *w)
{
    return w->juxtaposed ? RANK_JUXTAPOSITION : op_row(w->op)->rank;
}

static bool complain_chain(climber *c, const waiting *second)
{
    const waiting *first = &c->operators.items[c->operators.count - 1];
    diagnose(c->p->why, DIAGNOSTIC_SYNTAX, span_join(first->where, second->where),
             "comparisons do not chain: a result of %s is 0 or 1",
             op_row(first->op)->spelling);
    return diagnose_hint(c->p->why, "join two comparisons with and: 1 < x and x < 3");
}

/* Writes the waiting operators that bind more tightly than `next`, from `base` up. */
static bool write_tighter(climber *c, size_t base, const waiting *next)
{
    op_rank rank = rank_of(next);
    while (c->operators.count > base) {
        const waiting *top = &c->operators.items[c->operators.count - 1];
        op_rank above = rank_of(top);
        if (above == rank && rank == RANK_COMPARISON)
            return complain_chain(c, next);
        bool first = above > rank || (above == rank && !op_row(next->op)->right);
        if (!first)
            break;
        write_operator(c);
    }
    return true;
}

/* ---- Juxtaposition ---- */

/* The infix operator whose right operand is being written, signs between left aside. */
static const waiting *operator_before(const climber *c, size_t base)
{
    size_t i = c->operators.count;
    while (i > base && op_row(c->operators.items[i - 1].op)->form == FORM_PREFIX)
        i--;
    return i > base ? &c->operators.items[i - 1] : NULL;
}

/* Some of the text, for messages. */
const char *climber_slice(climber *c, span where)
{
    return copy_in(c->p->arena, c->p->text + where.begin, where.end - where.begin);
}

/* Two operands side by side: perhaps a word at the beginning or in between is misspelt.
 */
static bool complain_missing_operator(climber *c, span left, span right)
{
    diagnostic *why = c->p->why;
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

/* Two operands without an operator between: a product where a number stands directly
 * before a name or bracket, else a mistake. */
static bool juxtapose(climber *c, size_t base, span right, const char *tag)
{
    const extent *left = &c->operands.items[c->operands.count - 1];
    if (!left->plain_number || left->where.end != right.begin || climber_is_number(tag))
        return complain_missing_operator(c, left->where, right);
    span both = span_join(left->where, right);
    const char *first = climber_slice(c, left->where);
    const char *second = climber_slice(c, right);
    const waiting *before = operator_before(c, base);
    op_id op = before == NULL ? OP_NONE : before->op;
    if (op == OP_DIVIDE || op == OP_OVER) {
        const char *above =
            c->operands.count < 2
                ? "1"
                : climber_slice(c, c->operands.items[c->operands.count - 2].where);
        diagnose(c->p->why, DIAGNOSTIC_SYNTAX, both,
                 "is %s%s all below the fraction bar, or only %s?", first, second, first);
        return diagnose_hint(c->p->why, "write %s/(%s*%s) or (%s/%s)*%s", above, first,
                             second, above, first, second);
    }
    if (op != OP_NONE && op_row(op)->rank == RANK_POWER) {
        diagnose(c->p->why, DIAGNOSTIC_SYNTAX, both,
                 "is %s%s all in the exponent, or only %s?", first, second, first);
        return diagnose_hint(c->p->why, "write ^(%s*%s) or ^%s*%s", first, second, first,
                             second);
    }
    waiting product = {.op = OP_SCALE, .juxtaposed = true};
    if (!write_tighter(c, base, &product))
        return false;
    array_push(c->p->arena, &c->operators, product);
    return true;
}

/* ---- The run ---- */

/* The digits of a superscript as a number. */
static double superscript(const char *digits)
{
    static const char *const table[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    double value = 0;
    while (*digits != '\0') {
        int digit = 0;
        while (strncmp(digits, table[digit], strlen(table[digit])) != 0)
            digit++;
        value = 10 * value + digit;
        digits += strlen(table[digit]);
    }
    return value;
}

static void write_power(climber *c, const mpc_ast_t *postfix)
{
    span where = leaf_span(postfix);
    double exponent = superscript(postfix->contents);
    tree_push(&c->tree,
              (tree_node){.kind = TREE_NUMBER, .where = where, .as.number = exponent});
    climber_push(c, where, false);
    array_push(c->p->arena, &c->operators, ((waiting){.op = OP_POWER, .where = where}));
    write_operator(c);
}

static void write_transpose(climber *c, const mpc_ast_t *postfix)
{
    span where = span_join(climber_pop(c).where, leaf_span(postfix));
    op_id op = op_find(FORM_POSTFIX, postfix->contents, strlen(postfix->contents));
    tree_push(&c->tree, (tree_node){.kind = TREE_OPERATION,
                                    .op = (uint16_t)op,
                                    .arity = 1,
                                    .where = where});
    climber_push(c, where, false);
}

static bool climb_postfix(climber *c, const mpc_ast_t *part, const char *tag)
{
    if (tag_after(tag, "power") != NULL)
        write_power(c, part);
    else if (tag_after(tag, "transpose") != NULL)
        write_transpose(c, part);
    else
        return climber_index(c, part);
    return true;
}

/* What has been climbed of a run so far. */
typedef struct progress {
    size_t base; /* operators below this belong to brackets around */
    bool operand_expected;
    bool sign; /* the next part is a sign, though it was read as an operator */
} progress;

static bool climb_part(climber *c, progress *at, const mpc_ast_t *part, const char *tag)
{
    if (tag_after(tag, "prefix") != NULL || tag_after(tag, "infix") != NULL) {
        bool prefix = at->sign || tag_after(tag, "prefix") != NULL;
        op_id op = op_find(prefix ? FORM_PREFIX : FORM_INFIX, part->contents,
                           strlen(part->contents));
        waiting next = {.op = op, .where = leaf_span(part)};
        if (prefix && !at->operand_expected)
            return complain_missing_operator(
                c, c->operands.items[c->operands.count - 1].where, next.where);
        if (!prefix && !write_tighter(c, at->base, &next))
            return false;
        array_push(c->p->arena, &c->operators, next);
        at->operand_expected = true;
        at->sign = false;
        return true;
    }
    const char *postfix = tag_after(tag, "postfix");
    if (postfix != NULL)
        return climb_postfix(c, part, postfix);
    tag = tag_after(tag, "operand");
    if (!at->operand_expected && !juxtapose(c, at->base, part_span(part), tag))
        return false;
    span where;
    if (!climber_operand(c, part, tag, &where))
        return false;
    climber_push(c, where, climber_is_number(tag));
    at->operand_expected = false;
    return true;
}

/* ---- dL/dW ---- */

/* The name behind the d of an operand like dL, or NULL; names that have a meaning, and
 * parameters, are what they are. */
static symbol behind_d(climber *c, const mpc_ast_t *part)
{
    const char *tag = tag_after(part->tag, "operand");
    tag = tag == NULL ? NULL : tag_after(tag, "named");
    if (tag == NULL || strcmp(tag, ">") == 0)
        return NULL;
    named_span whole = leaf_name(c->p, part);
    const command_words *words = c->p->words;
    size_t length = strlen(whole.name);
    if (whole.name[0] != 'd' || length < 2 ||
        words->is_variable(words->owner, whole.name, length))
        return NULL;
    for (size_t i = 0; i < c->p->parameters.count; i++)
        if (c->p->parameters.items[i].name == whole.name)
            return NULL;
    return symbol_intern(c->p->names, whole.name + 1, length - 1);
}

/* dL/dW, where neither is a name, is ∂L/∂W. False where the three parts are not that. */
static bool write_leibniz(climber *c, const mpc_ast_t *run, int i)
{
    if (c->p->words == NULL || tag_after(run->children[i + 1]->tag, "infix") == NULL ||
        strcmp(run->children[i + 1]->contents, "/") != 0)
        return false;
    symbol above = behind_d(c, run->children[i]);
    symbol below = behind_d(c, run->children[i + 2]);
    if (above == NULL || below == NULL)
        return false;
    span where = span_join(leaf_span(run->children[i]), leaf_span(run->children[i + 2]));
    tree_push(&c->tree, (tree_node){.kind = TREE_NAME, .where = where, .as.name = above});
    tree_push(
        &c->tree,
        (tree_node){.kind = TREE_PARTIAL, .arity = 1, .where = where, .as.name = below});
    climber_push(c, where, false);
    return true;
}

bool climber_parts(climber *c, const mpc_ast_t *run, int from, int end, bool signed_first)
{
    progress at = {c->operators.count, true, signed_first};
    for (int i = from; i < end; i++) {
        const mpc_ast_t *part = run->children[i];
        if (at.operand_expected && i + 2 < end && write_leibniz(c, run, i)) {
            at.operand_expected = false;
            i += 2;
        } else if (!climb_part(c, &at, part, part->tag)) {
            return false;
        }
    }
    while (c->operators.count > at.base)
        write_operator(c);
    return true;
}

bool climber_run(climber *c, const mpc_ast_t *run, const char *tag)
{
    const char *rest = tag_after(tag, "run");
    assert(rest != NULL);
    if (strcmp(rest, ">") == 0)
        return climber_parts(c, run, 0, run->children_num, false);
    progress at = {c->operators.count, true, false};
    return climb_part(c, &at, run, rest);
}

bool climb_run(parser *p, const mpc_ast_t *run, tree *parsed, span *where)
{
    climber c = {.p = p, .tree = {.arena = p->arena}};
    if (!climber_inner(&c, run, where))
        return false;
    *parsed = tree_written(&c.tree);
    return true;
}
