#include "build/rules.h"

#include <assert.h>
#include <string.h>

enum { NAME_OUT = OP_MAX_OPERANDS, NAME_COUNT };

/* The texts of one operation as trees; a tree without nodes: not parsed yet. */
typedef struct templates {
    tree local[OP_MAX_OPERANDS];
    tree runs[OP_MAX_OPERANDS];
    tree kink_when;
    tree kink_adds[OP_MAX_OPERANDS];
} templates;

struct rules {
    arena *arena;
    parser parser;
    symbol names[NAME_COUNT]; /* a, b, c, out */
    templates of[OP_COUNT];
};

rules *rules_new(arena *a, parser p)
{
    rules *r = ARENA_NEW(a, rules);
    r->arena = a;
    r->parser = p;
    static const char *const names[NAME_COUNT] = {"a", "b", "c", "out"};
    for (size_t i = 0; i < NAME_COUNT; i++)
        r->names[i] = symbol_of(p.names, names[i]);
    return r;
}

/* Calls in a rule are operations, so each is looked up once. */
static void resolve_calls(const tree *t)
{
    for (size_t i = 0; i < t->count; i++) {
        tree_node *n = &t->nodes[i];
        if (n->kind != TREE_CALL)
            continue;
        op_id op = op_find(FORM_CALL, n->as.name, strlen(n->as.name));
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

static node_id bound_name(const builder *b, symbol name, node_id of)
{
    const rules *r = b->rules;
    if (name == r->names[NAME_OUT])
        return of;
    for (size_t k = 0; k < graph_arity(b->graph, of); k++)
        if (name == r->names[k])
            return graph_operand(b->graph, of, k);
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

/* Appends a template with the operands of node `of` in the places of a, b and c. */
static node_id instantiate(builder *b, const tree *t, node_id of)
{
    node_id *stack = ARENA_ARRAY(b->arena, node_id, t->count);
    size_t top = 0;
    for (size_t i = 0; i < t->count; i++) {
        const tree_node *n = &t->nodes[i];
        node_id made = n->kind == TREE_NAME ? bound_name(b, n->as.name, of) : NODE_NONE;
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

slope rules_slope(builder *b, node_id n, size_t k)
{
    op_id op = graph_op(b->graph, n);
    const operation *row = op_row(op);
    templates *t = &b->rules->of[op];
    assert(row->local[k] != NULL);
    node_id smooth =
        instantiate(b, template_of(b->rules, &t->local[k], row->local[k]), n);
    slope made = {smooth, smooth, NODE_NONE};
    if (row->runs[k] != NULL)
        made.whole = instantiate(b, template_of(b->rules, &t->runs[k], row->runs[k]), n);
    if (row->kink.when != NULL) {
        const tree *when = template_of(b->rules, &t->kink_when, row->kink.when);
        made.kink = instantiate(b, when, n);
        const tree *adds = template_of(b->rules, &t->kink_adds[k], row->kink.adds[k]);
        node_id added[2] = {instantiate(b, adds, n), made.kink};
        node_id sum[2] = {made.whole, simplify_apply(b, OP_TIMES, added, 2)};
        made.whole = simplify_apply(b, OP_PLUS, sum, 2);
    }
    return made;
}
