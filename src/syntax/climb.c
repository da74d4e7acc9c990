#include "syntax/climber.h"

#include <assert.h>
#include <string.h>

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

/* Two operands without an operator between: a product where a number stands directly
 * before a name or bracket, else a mistake. */
static bool juxtapose(climber *c, size_t base, span right, const char *tag)
{
    const extent *left = &c->operands.items[c->operands.count - 1];
    if (!left->plain_number || left->where.end != right.begin || climber_is_number(tag))
        return climber_complain_apart(c, left->where, right);
    const waiting *before = operator_before(c, base);
    op_id op = before == NULL ? OP_NONE : before->op;
    if (op == OP_DIVIDE || op == OP_OVER)
        return climber_complain_below(c, left->where, right);
    if (op != OP_NONE && op_row(op)->rank == RANK_POWER)
        return climber_complain_exponent(c, left->where, right);
    waiting product = {.op = OP_SCALE, .juxtaposed = true};
    if (!write_tighter(c, base, &product))
        return false;
    array_push(c->p->arena, &c->operators, product);
    return true;
}

/* ---- The run ---- */

size_t climber_superscript(const char *text, double *value)
{
    static const char *const table[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    size_t length = 0;
    int digit = 0;
    *value = 0;
    while (digit < 10) {
        if (strncmp(text + length, table[digit], strlen(table[digit])) != 0) {
            digit++;
            continue;
        }
        *value = 10 * *value + digit;
        length += strlen(table[digit]);
        digit = 0;
    }
    return length;
}

static void write_power(climber *c, const mpc_ast_t *postfix)
{
    span where = leaf_span(postfix);
    double exponent;
    climber_superscript(postfix->contents, &exponent);
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

/* x^T, where T is no name: false, with a diagnostic. */
static bool is_no_transpose(climber *c, size_t base, const mpc_ast_t *part,
                            const char *tag)
{
    size_t count = c->operators.count;
    bool behind_power =
        count > base && op_row(c->operators.items[count - 1].op)->rank == RANK_POWER;
    const char *named = behind_power ? tag_after(tag, "named") : NULL;
    if (named == NULL || strcmp(named, ">") == 0 || strcmp(part->contents, "T") != 0 ||
        c->p->words == NULL || climber_has_meaning(c, "T", 1))
        return true;
    span left = c->operands.items[c->operands.count - 1].where;
    diagnose(c->p->why, DIAGNOSTIC_SYNTAX, span_join(left, leaf_span(part)),
             "T has no value, so this is no power");
    return diagnose_hint(c->p->why, "the transpose is written %s'",
                         climber_slice(c, left));
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
            return climber_complain_apart(
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
    if (at->operand_expected && !is_no_transpose(c, at->base, part, tag))
        return false;
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
    size_t length = strlen(whole.name);
    if (whole.name[0] != 'd' || length < 2 || climber_has_meaning(c, whole.name, length))
        return NULL;
    return symbol_intern(c->p->names, whole.name + 1, length - 1);
}

/* Whether part `i` of a run begins three that look like a / b. */
static bool begins_quotient(const climber *c, const mpc_ast_t *run, int i, int end)
{
    return c->p->words != NULL && i + 2 < end &&
           tag_after(run->children[i]->tag, "operand") != NULL &&
           tag_after(run->children[i + 1]->tag, "infix") != NULL &&
           strcmp(run->children[i + 1]->contents, "/") == 0 &&
           tag_after(run->children[i + 2]->tag, "operand") != NULL;
}

/* dL/dW, where neither is a name, is ∂L/∂W. False where the three parts are not that. */
static bool write_leibniz(climber *c, const mpc_ast_t *run, int i)
{
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
        bool quotient = at.operand_expected && begins_quotient(c, run, i, end);
        if (quotient && !climber_complain_differentials(c, part_span(part),
                                                        part_span(run->children[i + 2])))
            return false;
        if (quotient && write_leibniz(c, run, i)) {
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

bool climb_indexed(parser *p, const mpc_ast_t *name, const mpc_ast_t *index, tree *parsed)
{
    climber c = {.p = p, .tree = {.arena = p->arena}};
    named_span target = leaf_name(p, name);
    tree_push(
        &c.tree,
        (tree_node){.kind = TREE_NAME, .where = target.where, .as.name = target.name});
    climber_push(&c, target.where, false);
    if (!climber_index(&c, index))
        return false;
    *parsed = tree_written(&c.tree);
    return true;
}
