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

/* Where a node begins in the text: its first leaf. */
static uint32_t begin_of(const mpc_ast_t *part)
{
    while (part->children_num > 0)
        part = part->children[0];
    return (uint32_t)part->state.pos;
}

/* The text of an operand, for messages about what is missing before it. */
static span operand_span(const mpc_ast_t *part)
{
    uint32_t begin = begin_of(part);
    while (part->children_num > 0)
        part = part->children[part->children_num - 1];
    return (span){begin, leaf_span(part).end};
}

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

static bool climb_part(climber *c, size_t base, const mpc_ast_t *part, const char *tag,
                       bool *operand_expected)
{
    if (tag_after(tag, "prefix") != NULL || tag_after(tag, "infix") != NULL) {
        bool prefix = tag_after(tag, "prefix") != NULL;
        op_id op = op_find(prefix ? FORM_PREFIX : FORM_INFIX, part->contents,
                           strlen(part->contents));
        waiting next = {.op = op, .where = leaf_span(part)};
        if (!prefix && !write_tighter(c, base, &next))
            return false;
        array_push(c->p->arena, &c->operators, next);
        *operand_expected = true;
        return true;
    }
    if (tag_after(tag, "postfix") != NULL) {
        write_power(c, part);
        return true;
    }
    tag = tag_after(tag, "operand");
    if (!*operand_expected && !juxtapose(c, base, operand_span(part), tag))
        return false;
    span where;
    if (!climber_operand(c, part, tag, &where))
        return false;
    climber_push(c, where, climber_is_number(tag));
    *operand_expected = false;
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
    if (c->p->words == NULL || i + 2 >= run->children_num ||
        tag_after(run->children[i + 1]->tag, "infix") == NULL ||
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

bool climber_run(climber *c, const mpc_ast_t *run, const char *tag)
{
    const char *rest = tag_after(tag, "run");
    assert(rest != NULL);
    size_t base = c->operators.count;
    bool operand_expected = true;
    if (strcmp(rest, ">") != 0) {
        if (!climb_part(c, base, run, rest, &operand_expected))
            return false;
    }
    for (int i = 0; strcmp(rest, ">") == 0 && i < run->children_num; i++) {
        const mpc_ast_t *part = run->children[i];
        if (operand_expected && write_leibniz(c, run, i)) {
            operand_expected = false;
            i += 2;
        } else if (!climb_part(c, base, part, part->tag, &operand_expected)) {
            return false;
        }
    }
    while (c->operators.count > base)
        write_operator(c);
    return true;
}

bool climb_run(parser *p, const mpc_ast_t *run, tree *parsed, span *where)
{
    climber c = {.p = p, .tree = {.arena = p->arena}};
    if (!climber_inner(&c, run, where))
        return false;
    *parsed = tree_written(&c.tree);
    return true;
}
