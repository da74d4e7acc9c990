#include "build/simplify.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "build/resolve.h"
#include "graph/apply.h"

static bool is(const builder *b, node_id n, double value)
{
    return graph_is_number(b->graph, n, value);
}

/* 0, or zeros in the shape of something. */
static bool is_zero(const builder *b, node_id n)
{
    return is(b, n, 0) || (graph_op(b->graph, n) == OP_EXPAND &&
                           is(b, graph_operand(b->graph, n, 0), 0));
}

/* The constant of that value that this builder made before, if it is still there. */
static node_id made_number(const builder *b, double value)
{
    for (size_t i = 0; i < BUILD_NUMBERS; i++) {
        const double *entries = b->numbers[i].entries;
        node_id n = b->numbers[i].node;
        if (entries == NULL || entries[0] != value ||
            signbit(entries[0]) != signbit(value) || (size_t)n >= b->graph->nodes.count)
            continue;
        const constant *c = graph_constant_of(b->graph, n);
        if (c != NULL && c->value.entries == entries)
            return n;
    }
    return NODE_NONE;
}

node_id simplify_number(builder *b, double value)
{
    node_id made = made_number(b, value);
    if (made != NODE_NONE)
        return made;
    tensor number = tensor_number(b->keep, value);
    made = graph_constant(b->graph, number, NULL, value < 0 ? RANK_SIGN : RANK_ATOM);
    b->numbers[b->next_number++ % BUILD_NUMBERS] = (built_number){made, number.entries};
    return made;
}

/* Whether all operands are constants, or the only one matters by its shape alone. */
static bool are_constant(const builder *b, op_id op, const node_id *operands,
                         size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (graph_op(b->graph, operands[k]) != OP_CONST &&
            !(count == 1 && op_row(op)->shape_only[k]))
            return false;
    return true;
}

/* The operation without its dot, where that takes these operands too: 2*a rather than
 * 2.*a. */
static op_id without_dot(const builder *b, op_id op, const node_id *operands,
                         size_t count)
{
    op_id plain = op_row(op)->undotted;
    if (plain == OP_NONE)
        return op;
    tensor shapes[OP_MAX_OPERANDS];
    for (size_t k = 0; k < count; k++)
        shapes[k] = (tensor){*graph_shape(b->graph, operands[k]), NULL};
    shape_call call = {.operands = shapes, .count = count};
    return op_row(plain)->shape(&call) ? plain : op;
}

/* An operation on constants is computed now; NODE_NONE where that has to fail later, or
 * where what was written, or an operation, is shorter to read than the entries. */
static node_id fold(builder *b, op_id op, const node_id *operands, size_t count,
                    const shape *s)
{
    enum { READABLE = 9 };
    tensor values[OP_MAX_OPERANDS];
    if (shape_count(s) > READABLE)
        return NODE_NONE;
    for (size_t k = 0; k < count; k++) {
        const constant *c = graph_constant_of(b->graph, operands[k]);
        if (c != NULL && c->text != NULL && !shape_is_number(s))
            return NODE_NONE;
        values[k] = (tensor){*graph_shape(b->graph, operands[k]),
                             c == NULL ? NULL : c->value.entries};
    }
    array_call call = {
        .scratch = b->arena, .operands = values, .count = count, .result = *s};
    call.out = ARENA_ARRAY(b->keep, double, shape_count(s));
    if (!apply_operation(op, &call))
        return NODE_NONE;
    bool negative = shape_is_number(s) && call.out[0] < 0;
    return graph_constant(b->graph, (tensor){*s, call.out}, NULL,
                          negative ? RANK_SIGN : RANK_ATOM);
}

/* A 0/1 mask. 1(y > z) stays a product: that is how an indicator is written. */
static bool is_mask(const builder *b, node_id n)
{
    return op_is_mask(graph_op(b->graph, n));
}

/* What a node computes, where that may be looked into. */
static op_id made_by(const builder *b, node_id n)
{
    return n < b->shown ? OP_NONE : graph_op(b->graph, n);
}

static bool is_negative(const builder *b, node_id n)
{
    return made_by(b, n) == OP_NEGATIVE;
}

static node_id negate(builder *b, node_id n)
{
    return simplify_apply(b, OP_NEGATIVE, &n, 1);
}

/* A product of a constant number and something, or NODE_NONE; which operand is it? */
static node_id constant_factor(const builder *b, node_id product, node_id *rest)
{
    op_id op = made_by(b, product);
    if (op != OP_SCALE && op != OP_TIMES)
        return NODE_NONE;
    for (size_t k = 0; k < 2; k++) {
        node_id operand = graph_operand(b->graph, product, k);
        *rest = graph_operand(b->graph, product, 1 - k);
        if (graph_op(b->graph, operand) == OP_CONST && !is_mask(b, *rest) &&
            shape_is_number(graph_shape(b->graph, operand)))
            return operand;
    }
    return NODE_NONE;
}

/* 3*(2*a) is 6*a, and in a product nothing need be stretched to the shape of the other.
 */
static node_id simplify_factor(builder *b, node_id factor, node_id other, const shape *s)
{
    node_id rest;
    if (graph_op(b->graph, factor) == OP_EXPAND &&
        shape_equal(graph_shape(b->graph, other), s))
        return simplify_apply(b, OP_TIMES,
                              (node_id[]){graph_operand(b->graph, factor, 0), other}, 2);
    bool number = graph_op(b->graph, factor) == OP_CONST &&
                  shape_is_number(graph_shape(b->graph, factor));
    node_id inner = number ? constant_factor(b, other, &rest) : NODE_NONE;
    if (inner == NODE_NONE)
        return NODE_NONE;
    node_id both = simplify_apply(b, OP_TIMES, (node_id[]){factor, inner}, 2);
    return simplify_apply(b, OP_TIMES, (node_id[]){both, rest}, 2);
}

static node_id simplify_product(builder *b, const node_id *operands, const shape *s)
{
    for (size_t k = 0; k < 2; k++) {
        node_id other = operands[1 - k];
        if (is(b, operands[k], 0))
            return operands[k];
        if (is(b, operands[k], 1) && !is_mask(b, other))
            return other;
        if (is(b, operands[k], -1) && !is_mask(b, other))
            return negate(b, other);
        node_id simpler = simplify_factor(b, operands[k], other, s);
        if (simpler != NODE_NONE)
            return simpler;
    }
    return NODE_NONE;
}

/* a + (-b) is a - b, and a + (-2*b) is a - 2*b. */
static node_id simplify_sum(builder *b, const node_id *operands, const shape *s)
{
    for (size_t k = 0; k < 2; k++) {
        node_id other = operands[1 - k], rest;
        if (is_zero(b, operands[k]) && shape_equal(graph_shape(b->graph, other), s))
            return other;
        if (is_negative(b, operands[k]))
            return simplify_apply(
                b, OP_MINUS, (node_id[]){other, graph_operand(b->graph, operands[k], 0)},
                2);
        node_id factor = constant_factor(b, operands[k], &rest);
        if (factor == NODE_NONE ||
            !(graph_constant_of(b->graph, factor)->value.entries[0] < 0))
            continue;
        node_id positive = negate(b, factor);
        node_id product = simplify_apply(b, OP_TIMES, (node_id[]){positive, rest}, 2);
        return simplify_apply(b, OP_MINUS, (node_id[]){other, product}, 2);
    }
    return NODE_NONE;
}

/* a - (-b) is a + b. */
static node_id simplify_difference(builder *b, const node_id *operands, const shape *s)
{
    const graph *g = b->graph;
    if (is_zero(b, operands[1]) && shape_equal(graph_shape(g, operands[0]), s))
        return operands[0];
    if (is_zero(b, operands[0]) && shape_equal(graph_shape(g, operands[1]), s))
        return negate(b, operands[1]);
    if (!is_negative(b, operands[1]))
        return NODE_NONE;
    node_id opposite = graph_operand(b->graph, operands[1], 0);
    return simplify_apply(b, OP_PLUS, (node_id[]){operands[0], opposite}, 2);
}

/* -(-a) is a, and -(2*a) is -2*a. */
static node_id simplify_negative(builder *b, node_id operand)
{
    if (is_negative(b, operand))
        return graph_operand(b->graph, operand, 0);
    node_id rest, factor = constant_factor(b, operand, &rest);
    if (factor == NODE_NONE)
        return NODE_NONE;
    node_id opposite = negate(b, factor);
    return simplify_apply(b, OP_TIMES, (node_id[]){opposite, rest}, 2);
}

static node_id simplify_quotient(const builder *b, const node_id *operands)
{
    if (is(b, operands[0], 0) || is(b, operands[1], 1))
        return operands[0];
    return NODE_NONE;
}

static node_id simplify_power(builder *b, const node_id *operands)
{
    if (is(b, operands[1], 1))
        return operands[0];
    return is(b, operands[1], 0) ? simplify_number(b, 1) : NODE_NONE;
}

static node_id simplify_conjunction(const builder *b, const node_id *operands)
{
    for (size_t k = 0; k < 2; k++)
        if (is(b, operands[k], 0))
            return operands[k];
    return NODE_NONE;
}

static node_id simplify_choice(const builder *b, const node_id *operands)
{
    const constant *condition = graph_constant_of(b->graph, operands[0]);
    if (condition == NULL || !shape_is_number(&condition->value.shape))
        return NODE_NONE;
    return condition->value.entries[0] != 0 ? operands[1] : operands[2];
}

/* What has the wanted shape already, with its entries in order. */
static node_id simplify_fitting(const builder *b, node_id operand, const shape *s)
{
    return shape_equal(graph_shape(b->graph, operand), s) ? operand : NODE_NONE;
}

/* Twice undoes itself, and a number stays what it is. */
static node_id simplify_transpose(const builder *b, node_id operand)
{
    if (made_by(b, operand) == OP_TRANSPOSE)
        return graph_operand(b->graph, operand, 0);
    return shape_is_number(graph_shape(b->graph, operand)) ? operand : NODE_NONE;
}

/* An existing node that has the value of the operation, or NODE_NONE. */
static node_id existing(builder *b, op_id op, const node_id *operands, const shape *s)
{
    switch ((int)op) {
    case OP_PLUS:
        return simplify_sum(b, operands, s);
    case OP_MINUS:
        return simplify_difference(b, operands, s);
    case OP_SCALE:
    case OP_TIMES:
        return simplify_product(b, operands, s);
    case OP_DIVIDE:
    case OP_OVER:
        return simplify_quotient(b, operands);
    case OP_POWER:
    case OP_DOT_POWER:
        return simplify_power(b, operands);
    case OP_AND:
        return simplify_conjunction(b, operands);
    case OP_WHERE:
        return simplify_choice(b, operands);
    case OP_NEGATIVE:
        return simplify_negative(b, operands[0]);
    case OP_TRANSPOSE:
        return simplify_transpose(b, operands[0]);
    case OP_EXPAND:
    case OP_COLLECT:
    case OP_SUM:
    case OP_SUM_AXIS:
    case OP_MEAN:
    case OP_MEAN_AXIS:
    case OP_VEC:
    case OP_RESHAPE:
        return simplify_fitting(b, operands[0], s);
    case OP_SAME_SHAPE:
    case OP_AS_VECTOR:
    case OP_AS_LINE:
        return operands[0];
    default:
        return NODE_NONE;
    }
}

node_id simplify_resolved(builder *b, op_id op, const node_id *operands, size_t count,
                          const shape *s)
{
    assert(op_row(op)->halves == OP_NONE);
    node_id found = are_constant(b, op, operands, count) ? fold(b, op, operands, count, s)
                                                         : NODE_NONE;
    if (found == NODE_NONE)
        found = existing(b, op, operands, s);
    return found != NODE_NONE ? found : graph_append(b->graph, op, operands, count, s);
}

/* The value of a constant number, or NULL. */
static inline const double *number_of(const graph *g, const node *at)
{
    return at->op == OP_CONST ? g->constants.items[at->operand[0]].value.entries : NULL;
}

static inline bool is_product(const node *at)
{
    return at->op == OP_SCALE || at->op == OP_TIMES;
}

/* Whether a product has a constant in it, or one below 0. */
static bool has_factor(const graph *g, const node *product, bool below_0)
{
    for (size_t k = 0; k < 2; k++) {
        const double *factor = number_of(g, &g->nodes.items[product->operand[k]]);
        if (factor != NULL && (!below_0 || !(*factor >= 0)))
            return true;
    }
    return false;
}

/* Whether a sum has nothing to take from this summand, or a product from this factor
 * beside `other`. */
static inline bool is_plain_summand(const graph *g, const node *at)
{
    const double *number = number_of(g, at);
    if (number != NULL)
        return *number != 0;
    return at->op != OP_NEGATIVE && !(is_product(at) && has_factor(g, at, true));
}

static inline bool is_plain_factor(const graph *g, const node *at, const node *other)
{
    const double *number = number_of(g, at);
    if (number != NULL)
        return fabs(*number) != 1 && *number != 0 &&
               !(is_product(other) && has_factor(g, other, false));
    return at->op != OP_EXPAND;
}

/* Whether an operation on numbers is as simple as can be: a quick look that spares most
 * of them the other ones. */
static inline bool is_simplest(const graph *g, op_id op, const node_id *operands,
                               size_t count)
{
    const node *a = &g->nodes.items[operands[0]];
    const node *b = &g->nodes.items[operands[count - 1]];
    if (a->op == OP_CONST && b->op == OP_CONST)
        return false;
    switch ((int)op) {
    case OP_PLUS:
        return is_plain_summand(g, a) && is_plain_summand(g, b);
    case OP_SCALE:
        return is_plain_factor(g, a, b) && is_plain_factor(g, b, a);
    case OP_NEGATIVE:
        return a->op != OP_NEGATIVE && !(is_product(a) && has_factor(g, a, false));
    case OP_MINUS: /* what else `existing` looks at */
    case OP_TIMES:
    case OP_DIVIDE:
    case OP_OVER:
    case OP_POWER:
    case OP_DOT_POWER:
    case OP_AND:
    case OP_SAME_SHAPE:
    case OP_AS_VECTOR:
    case OP_AS_LINE:
        return false;
    default:
        return count < NODE_MANY;
    }
}

/* fold for numbers: as of all numbers that rules make, there is one node of each. */
static node_id fold_numbers(builder *b, op_id op, const node_id *operands, size_t count)
{
    const double *values[OP_MAX_OPERANDS];
    for (size_t k = 0; k < count; k++)
        values[k] = graph_constant_of(b->graph, operands[k])->value.entries;
    double folded;
    op_row(op)->kernel(1, &folded, values);
    return simplify_number(b, folded);
}

/* Apart, so that the quick way is short. */
static __attribute__((noinline)) node_id
look_closer(builder *b, op_id op, const node_id *operands, size_t count)
{
    static const shape number = {.rank = 2, .size = {1, 1}};
    if (are_constant(b, op, operands, count))
        return fold_numbers(b, op, operands, count);
    node_id found = existing(b, op, operands, &number);
    return found != NODE_NONE ? found
                              : graph_append_number(b->graph, op, operands, count);
}

node_id simplify_numbers(builder *b, op_id op, const node_id *operands, size_t count)
{
    return is_simplest(b->graph, op, operands, count)
               ? graph_append_number(b->graph, op, operands, count)
               : look_closer(b, op, operands, count);
}

op_id simplify_op_of_numbers(op_id op, size_t count)
{
    const operation *row = op_row(op);
    if (row->kernel == NULL || row->arity != count)
        return OP_NONE;
    return row->undotted != OP_NONE ? row->undotted : op;
}

/* In rules what is smaller is as good, as operations stretch their operands, and what
 * flows down is fitted to the operand's shape at the end. */
node_id simplify_apply(builder *b, op_id op, const node_id *operands, size_t count)
{
    op_id of_numbers = simplify_op_of_numbers(op, count);
    if (of_numbers != OP_NONE && simplify_are_numbers(b, operands, count))
        return simplify_numbers(b, of_numbers, operands, count);
    op = without_dot(b, op, operands, count);
    node_id completed[OP_MAX_OPERANDS];
    memcpy(completed, operands, count * sizeof *operands);
    shape s;
    misfit why;
    op = resolve_operation(b, op, completed, &count, &s, &why);
    assert(op != OP_NONE);
    return simplify_resolved(b, op, completed, count, &s);
}
