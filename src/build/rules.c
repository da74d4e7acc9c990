#include "build/rules.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"

enum {
    NAME_OUT = OP_MAX_OPERANDS,
    NAME_UP,
    NAME_ROWS,
    NAME_COLUMNS,
    NAME_NUMBER,
    NAME_COUNT
};

/* The texts of one operation as trees; a tree without nodes: not parsed yet. */
typedef struct templates {
    tree local[OP_MAX_OPERANDS];
    tree runs[OP_MAX_OPERANDS];
    tree pull[OP_MAX_OPERANDS];
    tree kink_when;
    tree kink_adds[OP_MAX_OPERANDS];
} templates;

struct rules {
    arena *arena;
    parser parser;
    symbol names[NAME_COUNT]; /* a, b, c, d, out, up, i, j, k */
    templates of[OP_COUNT];
};

rules *rules_new(arena *a, parser p)
{
    rules *r = ARENA_NEW(a, rules);
    r->arena = a;
    r->parser = p;
    static const char *const names[NAME_COUNT] = {"a",  "b", "c", "d", "out",
                                                  "up", "i", "j", "k"};
    for (size_t i = 0; i < NAME_COUNT; i++)
        r->names[i] = symbol_of(p.names, names[i]);
    return r;
}

/* Calls and indices in a rule are operations, so each is looked up once. */
static void resolve_calls(const tree *t)
{
    for (size_t i = 0; i < t->count; i++) {
        tree_node *n = &t->nodes[i];
        if (n->kind != TREE_CALL && n->kind != TREE_INDEX)
            continue;
        op_id op = n->kind == TREE_INDEX ? OP_GATHER
                                         : op_called(n->as.name, n->arity, n->keyword);
        assert(op != OP_NONE);
        n->kind = TREE_OPERATION;
        n->op = (uint16_t)op;
    }
}

static const tree *template_of(rules *r, tree *parsed, const char *rule)
{
    if (parsed->count == 0) {
        tree fresh;
        bool fine = parse_expression(&r->parser, rule, &fresh);
        assert(fine);
        (void)fine;
        resolve_calls(&fresh);
        *parsed = tree_copy(r->arena, &fresh);
    }
    return parsed;
}

/* What the names in a rule stand for at one node. */
typedef struct instance {
    node_id of;
    node_id up;     /* NODE_NONE in a local rule */
    size_t operand; /* whose rule it is */
} instance;

/* Places `from` + 1 to `from` + `count`, as a column of constants. */
static node_id places(builder *b, size_t from, size_t count)
{
    double *entries = ARENA_ARRAY(b->keep, double, count);
    for (size_t i = 0; i < count; i++)
        entries[i] = (double)(from + i + 1);
    tensor column = {{.rank = 2, .size = {count, 1}}, entries};
    const char *text = count == 1 ? format_in(b->keep, "%zu", from + 1)
                                  : format_in(b->keep, "%zu:%zu", from + 1, from + count);
    return graph_constant(b->graph, column, text, RANK_ATOM);
}

/* The rows or columns that a part has in a block: parts lie side by side, a new row of
 * them whenever the block is full wide. */
static node_id part_places(builder *b, const instance *at, bool rows)
{
    const graph *g = b->graph;
    size_t width = shape_columns(graph_shape(g, at->of)), row = 0, column = 0;
    for (size_t k = 0; k < at->operand; k++) {
        const shape *s = graph_shape(g, graph_operand(g, at->of, k));
        column += shape_columns(s);
        if (column == width) {
            column = 0;
            row += shape_rows(s);
        }
    }
    const shape *own = graph_shape(g, graph_operand(g, at->of, at->operand));
    return rows ? places(b, row, shape_rows(own)) : places(b, column, shape_columns(own));
}

static node_id bound_name(builder *b, symbol name, const instance *at)
{
    const rules *r = b->rules;
    if (name == r->names[NAME_OUT])
        return at->of;
    if (name == r->names[NAME_UP])
        return at->up;
    if (name == r->names[NAME_NUMBER])
        return places(b, at->operand, 1);
    if (name == r->names[NAME_ROWS] || name == r->names[NAME_COLUMNS])
        return part_places(b, at, name == r->names[NAME_ROWS]);
    for (size_t k = 0; k < OP_MAX_OPERANDS && k < graph_arity(b->graph, at->of); k++)
        if (name == r->names[k])
            return graph_operand(b->graph, at->of, k);
    return NODE_NONE;
}

static node_id constant_node(builder *b, const tree_node *n)
{
    if (n->kind == TREE_NUMBER)
        return simplify_number(b, n->as.number);
    op_id op = op_find(FORM_CONSTANT, n->as.name, strlen(n->as.name));
    assert(op != OP_NONE);
    return simplify_number(b, op_row(op)->constant);
}

/* Appends a template with the names in it bound. */
static node_id instantiate(builder *b, const tree *t, const instance *at)
{
    node_id *stack = ARENA_ARRAY(b->arena, node_id, t->count);
    size_t top = 0;
    for (size_t i = 0; i < t->count; i++) {
        const tree_node *n = &t->nodes[i];
        node_id made = n->kind == TREE_NAME ? bound_name(b, n->as.name, at) : NODE_NONE;
        if (n->kind == TREE_OPERATION) {
            top -= n->arity;
            made = simplify_apply(b, (op_id)n->op, stack + top, n->arity);
        } else if (made == NODE_NONE) {
            made = constant_node(b, n);
        }
        stack[top++] = made;
    }
    assert(top == 1);
    return stack[0];
}

/* An instance of one text of a row; `parsed` keeps its template. */
static node_id instance_of(builder *b, tree *parsed, const char *text, node_id n,
                           size_t k, node_id up)
{
    const instance at = {n, up, k};
    return instantiate(b, template_of(b->rules, parsed, text), &at);
}

/* The index of the rule for operand `k`: all parts of a block share one. */
static size_t rule_index(op_id op, size_t k)
{
    return op_row(op)->arity == 0 ? 0 : k;
}

node_id rules_plain(builder *b, node_id n, size_t k, node_id up)
{
    op_id op = graph_op(b->graph, n);
    const operation *row = op_row(op);
    templates *t = &b->rules->of[op];
    size_t rule = rule_index(op, k);
    if (rules_is_local(op, k))
        return instance_of(b, &t->local[rule], row->local[rule], n, k, NODE_NONE);
    return instance_of(b, &t->pull[rule], row->pull[rule], n, k, up);
}

/* The rule as it runs, but for a kink. */
static node_id running(builder *b, node_id n, size_t k, node_id up)
{
    op_id op = graph_op(b->graph, n);
    size_t rule = rule_index(op, k);
    const char *runs = op_row(op)->runs[rule];
    return runs == NULL ? rules_plain(b, n, k, up)
                        : instance_of(b, &b->rules->of[op].runs[rule], runs, n, k, up);
}

node_id rules_kink(builder *b, node_id n)
{
    op_id op = graph_op(b->graph, n);
    const char *when = op_row(op)->kink.when;
    return when == NULL
               ? NODE_NONE
               : instance_of(b, &b->rules->of[op].kink_when, when, n, 0, NODE_NONE);
}

node_id rules_slope(builder *b, node_id n, size_t k)
{
    op_id op = graph_op(b->graph, n);
    const op_kink *kink = &op_row(op)->kink;
    node_id smooth = running(b, n, k, NODE_NONE);
    if (kink->when == NULL)
        return smooth;
    node_id added[2] = {
        instance_of(b, &b->rules->of[op].kink_adds[k], kink->adds[k], n, k, NODE_NONE),
        rules_kink(b, n)};
    node_id sum[2] = {smooth, simplify_apply(b, OP_TIMES, added, 2)};
    return simplify_apply(b, OP_PLUS, sum, 2);
}

node_id rules_pull(builder *b, node_id n, size_t k, node_id up)
{
    return running(b, n, k, up);
}

bool rules_is_plain(op_id op, size_t k)
{
    return op_row(op)->runs[rule_index(op, k)] == NULL && op_row(op)->kink.when == NULL;
}

bool rules_is_local(op_id op, size_t k)
{
    return op_row(op)->local[rule_index(op, k)] != NULL;
}

bool rules_has_gradient(op_id op, size_t k)
{
    return rules_is_local(op, k) || op_row(op)->pull[rule_index(op, k)] != NULL;
}
