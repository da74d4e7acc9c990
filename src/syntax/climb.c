#include "syntax/climb.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/text.h"
#include "base/unicode.h"

/* An operator that waits for its right operand. */
typedef struct waiting {
    op_id op;
    span where; /* of its sign; empty for a juxtaposition */
    bool juxtaposed;
} waiting;

/* An operand that was written: the text it covers. */
typedef struct extent {
    span where;
    bool plain_number; /* a literal, so that a name right behind it multiplies */
} extent;

typedef struct climber {
    parser *p;
    tree_writer tree;
    ARRAY(waiting) operators;
    ARRAY(extent) operands;
} climber;

const char *tag_after(const char *tag, const char *rule)
{
    size_t length = strlen(rule);
    if (strncmp(tag, rule, length) != 0 || tag[length] != '|')
        return NULL;
    return tag + length + 1;
}

span leaf_span(const mpc_ast_t *leaf)
{
    size_t begin = (size_t)leaf->state.pos;
    return (span){(uint32_t)begin, (uint32_t)(begin + strlen(leaf->contents))};
}

named_span leaf_name(parser *p, const mpc_ast_t *leaf)
{
    size_t length;
    const char *composed =
        unicode_compose(p->arena, leaf->contents, strlen(leaf->contents), &length);
    return (named_span){symbol_intern(p->names, composed, length), leaf_span(leaf)};
}

static span join(span a, span b)
{
    return (span){a.begin, b.end};
}

/* ---- Writing operations ---- */

static extent pop_operand(climber *c)
{
    assert(c->operands.count > 0);
    return c->operands.items[--c->operands.count];
}

static void push_operand(climber *c, span where, bool plain_number)
{
    array_push(c->p->arena, &c->operands, ((extent){where, plain_number}));
}

/* Writes the operator that waits on top. */
static void write_operator(climber *c)
{
    waiting top = c->operators.items[--c->operators.count];
    bool prefix = op_row(top.op)->form == FORM_PREFIX;
    span right = pop_operand(c).where;
    span where = join(prefix ? top.where : pop_operand(c).where, right);
    tree_push(&c->tree, (tree_node){.kind = TREE_OPERATION,
                                    .op = (uint16_t)top.op,
                                    .arity = prefix ? 1 : 2,
                                    .juxtaposed = top.juxtaposed,
                                    .where = where});
    push_operand(c, where, false);
}

static op_rank rank_of(const waiting *w)
{
    return w->juxtaposed ? RANK_JUXTAPOSITION : op_row(w->op)->rank;
}

static bool complain_chain(climber *c, const waiting *second)
{
    const waiting *first = &c->operators.items[c->operators.count - 1];
    diagnose(c->p->why, DIAGNOSTIC_SYNTAX, join(first->where, second->where),
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
static const char *slice(climber *c, span where)
{
    return copy_in(c->p->arena, c->p->text + where.begin, where.end - where.begin);
}

/* Whether the operand is a literal, which no number may stand before. */
static bool is_number(const char *tag)
{
    return tag_after(tag, "number") != NULL;
}

/* Two operands side by side: perhaps a word at the beginning or in between is misspelt.
 */
static bool complain_missing_operator(climber *c, span left, span right)
{
    diagnostic *why = c->p->why;
    const char *first = slice(c, left), *second = slice(c, right);
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
    if (!left->plain_number || left->where.end != right.begin || is_number(tag))
        return complain_missing_operator(c, left->where, right);
    span both = join(left->where, right);
    const char *first = slice(c, left->where);
    const char *second = slice(c, right);
    const waiting *before = operator_before(c, base);
    op_id op = before == NULL ? OP_NONE : before->op;
    if (op == OP_DIVIDE || op == OP_OVER) {
        const char *above =
            c->operands.count < 2
                ? "1"
                : slice(c, c->operands.items[c->operands.count - 2].where);
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

/* ---- Operands ---- */

static bool climb(climber *c, const mpc_ast_t *run, const char *tag);

static span number_operand(climber *c, const mpc_ast_t *leaf)
{
    span where = leaf_span(leaf);
    size_t length = where.end - where.begin;
    char *literal = arena_alloc(c->p->arena, length + 1);
    memcpy(literal, leaf->contents, length);
    tree_push(&c->tree, (tree_node){.kind = TREE_NUMBER,
                                    .where = where,
                                    .as.number = strtod(literal, NULL),
                                    .literal = literal});
    return where;
}

/* A part with a run in it leaves that run's extent on the stack; this takes it off. */
static bool inner_run(climber *c, const mpc_ast_t *run, span *where)
{
    if (!climb(c, run, run->tag))
        return false;
    *where = pop_operand(c).where;
    return true;
}

static bool group_operand(climber *c, const mpc_ast_t *group, span *where)
{
    if (!inner_run(c, group->children[1], where))
        return false;
    *where = join(leaf_span(group->children[0]), leaf_span(group->children[2]));
    return true;
}

/* diff(L, W) is written as ∂L/∂W is; what was written last is the W. */
static bool write_diff(climber *c, uint32_t count, span where)
{
    const tree_node *by =
        count == 2 ? &c->tree.nodes.items[c->tree.nodes.count - 1] : NULL;
    if (by == NULL || by->kind != TREE_NAME) {
        diagnose(
            c->p->why, DIAGNOSTIC_USAGE, where,
            "diff takes what is differentiated and the name it is differentiated by");
        return diagnose_hint(c->p->why, "diff(f, x) is ∂f/∂x");
    }
    symbol name = by->as.name;
    c->tree.nodes.count--;
    tree_push(
        &c->tree,
        (tree_node){.kind = TREE_PARTIAL, .arity = 1, .where = where, .as.name = name});
    return true;
}

static bool call_argument(climber *c, const mpc_ast_t *argument, const char *tag)
{
    if (strcmp(tag, ">") == 0) {
        named_span keyword = leaf_name(c->p, argument->children[0]->children[0]);
        return diagnose(c->p->why, DIAGNOSTIC_NAME, keyword.where,
                        "no function has an argument named %s", keyword.name);
    }
    if (!climb(c, argument, tag))
        return false;
    pop_operand(c);
    return true;
}

static bool call_operand(climber *c, const mpc_ast_t *call, span *where)
{
    const mpc_ast_t *arguments = call->children[1];
    named_span name = leaf_name(c->p, call->children[0]);
    uint32_t count = 0;
    for (int i = 0; i < arguments->children_num; i++) {
        const char *argument = tag_after(arguments->children[i]->tag, "argument");
        if (argument == NULL)
            continue;
        if (!call_argument(c, arguments->children[i], argument))
            return false;
        count++;
    }
    const mpc_ast_t *closing = arguments->children[arguments->children_num - 1];
    *where = join(name.where, leaf_span(closing));
    if (strcmp(name.name, "diff") == 0)
        return write_diff(c, count, *where);
    tree_push(&c->tree, (tree_node){.kind = TREE_CALL,
                                    .arity = count,
                                    .where = *where,
                                    .as.name = name.name});
    return true;
}

static bool named_operand(climber *c, const mpc_ast_t *named, const char *tag,
                          span *where)
{
    if (strcmp(tag, ">") == 0)
        return call_operand(c, named, where);
    named_span name = leaf_name(c->p, named);
    *where = name.where;
    tree_push(&c->tree,
              (tree_node){.kind = TREE_NAME, .where = name.where, .as.name = name.name});
    return true;
}

/* ² is 2, ³ is 3; no order is 1. */
static int order_of(const mpc_ast_t *leaf)
{
    if (tag_after(leaf->tag, "order") == NULL)
        return 1;
    return strcmp(leaf->contents, "²") == 0 ? 2 : 3;
}

static bool complain_order(climber *c, span where, const mpc_ast_t *partial)
{
    const mpc_ast_t *second = partial->children[1];
    bool above = tag_after(second->tag, "order") != NULL;
    diagnose(c->p->why, DIAGNOSTIC_SYNTAX, where,
             above ? "the orders above and below the fraction bar differ"
                   : "is this a second derivative, or the derivative by a square?");
    return diagnose_hint(c->p->why,
                         "the second derivative is written ∂²f/∂x², the first ∂f/∂x");
}

/* One `∂x` or `∂x²` below the bar: differentiates what was written by x, once or more. */
static int write_by(climber *c, const mpc_ast_t *by, span where)
{
    int times = by->children_num > 2 ? order_of(by->children[2]) : 1;
    symbol name = leaf_name(c->p, by->children[1]).name;
    for (int i = 0; i < times; i++)
        tree_push(&c->tree,
                  (tree_node){
                      .kind = TREE_PARTIAL, .arity = 1, .where = where, .as.name = name});
    return times;
}

static bool partial_operand(climber *c, const mpc_ast_t *partial, span *where)
{
    int at = 1;
    int order = order_of(partial->children[at]);
    if (tag_after(partial->children[at]->tag, "order") != NULL)
        at++;
    const mpc_ast_t *numerator = partial->children[at];
    const char *tag = tag_after(numerator->tag, "numerator");
    const char *named = tag_after(tag, "named");
    span inner;
    if (named != NULL
            ? !named_operand(c, numerator, strcmp(named, ">") == 0 ? named : tag, &inner)
            : !group_operand(c, numerator, &inner))
        return false;
    const mpc_ast_t *last = partial->children[partial->children_num - 1];
    const mpc_ast_t *end = last->children[last->children_num - 1];
    *where = join(leaf_span(partial->children[0]), leaf_span(end));
    int below = 0;
    for (int i = at + 2; i < partial->children_num; i++)
        below += write_by(c, partial->children[i], *where);
    return below == order || complain_order(c, *where, partial);
}

static bool write_operand(climber *c, const mpc_ast_t *operand, const char *tag,
                          span *where)
{
    const char *inner;
    if (tag_after(tag, "number") != NULL) {
        *where = number_operand(c, operand);
        return true;
    }
    if ((inner = tag_after(tag, "named")) != NULL)
        return named_operand(c, operand, inner, where);
    if (tag_after(tag, "group") != NULL)
        return group_operand(c, operand, where);
    return partial_operand(c, operand, where);
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
    push_operand(c, where, false);
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
    if (!write_operand(c, part, tag, &where))
        return false;
    push_operand(c, where, is_number(tag));
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
    span where = join(leaf_span(run->children[i]), leaf_span(run->children[i + 2]));
    tree_push(&c->tree, (tree_node){.kind = TREE_NAME, .where = where, .as.name = above});
    tree_push(
        &c->tree,
        (tree_node){.kind = TREE_PARTIAL, .arity = 1, .where = where, .as.name = below});
    push_operand(c, where, false);
    return true;
}

static bool climb(climber *c, const mpc_ast_t *run, const char *tag)
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
    if (!inner_run(&c, run, where))
        return false;
    *parsed = tree_written(&c.tree);
    return true;
}
