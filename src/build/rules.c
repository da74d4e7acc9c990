#include "build/rules.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"

/* A rule ready to be instantiated: what it pushes on a stack of nodes, or takes off it.
 */
typedef enum step_kind {
    STEP_OPERAND,
    STEP_OUT,
    STEP_UP,
    STEP_NUMBER,
    STEP_ROWS,    /* i: the rows of a part in a block */
    STEP_COLUMNS, /* j */
    STEP_PART,    /* k: which part it is */
    STEP_OPERATION,
} step_kind;

typedef struct step {
    step_kind kind;
    op_id op;      /* STEP_OPERATION … */
    size_t arity;  /* … and how many operands it takes; STEP_OPERAND: which it is */
    double number; /* STEP_NUMBER */
} step;

enum { MOST_STEPS = 40 };

/* A template; without steps it has not been parsed yet. */
typedef struct template
{
    step *steps;
    size_t count;
}
template;

/* The texts of one operation. */
typedef struct templates {
    template local[OP_MAX_OPERANDS];
    template runs[OP_MAX_OPERANDS];
    template pull[OP_MAX_OPERANDS];
    template kink_when;
    template kink_adds[OP_MAX_OPERANDS];
} templates;

struct rules {
    arena *arena;
    parser parser;
    templates of[OP_COUNT];
};

rules *rules_new(arena *a, parser p)
{
    rules *r = ARENA_NEW(a, rules);
    r->arena = a;
    r->parser = p;
    return r;
}

static step name_step(const char *name)
{
    static const struct {
        const char *name;
        step_kind kind;
    } names[] = {{"out", STEP_OUT},
                 {"up", STEP_UP},
                 {"i", STEP_ROWS},
                 {"j", STEP_COLUMNS},
                 {"k", STEP_PART}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].name, name) == 0)
            return (step){.kind = names[i].kind};
    if (name[1] == '\0' && name[0] >= 'a' && name[0] < 'a' + OP_MAX_OPERANDS)
        return (step){.kind = STEP_OPERAND, .arity = (size_t)(name[0] - 'a')};
    op_id op = op_constant(name);
    assert(op != OP_NONE);
    return (step){.kind = STEP_NUMBER, .number = op_row(op)->constant};
}

static step step_of(const tree_node *n)
{
    switch ((tree_kind)n->kind) {
    case TREE_NUMBER:
        return (step){.kind = STEP_NUMBER, .number = n->as.number};
    case TREE_NAME:
        return name_step(n->as.name);
    case TREE_CALL:
        return (step){.kind = STEP_OPERATION,
                      .op = op_called(n->as.name, n->arity, n->keyword),
                      .arity = n->arity};
    case TREE_INDEX:
        return (step){.kind = STEP_OPERATION, .op = OP_GATHER, .arity = n->arity};
    default:
        assert(n->kind == TREE_OPERATION);
        return (step){.kind = STEP_OPERATION, .op = (op_id)n->op, .arity = n->arity};
    }
}

static const template *template_of(rules *r, template *parsed, const char *rule)
{
    if (parsed->count > 0)
        return parsed;
    tree fresh;
    bool fine = parse_expression(&r->parser, rule, &fresh);
    assert(fine && fresh.count <= MOST_STEPS);
    (void)fine;
    parsed->steps = ARENA_ARRAY(r->arena, step, fresh.count);
    for (size_t i = 0; i < fresh.count; i++) {
        parsed->steps[i] = step_of(&fresh.nodes[i]);
        assert(parsed->steps[i].kind != STEP_OPERATION || parsed->steps[i].op != OP_NONE);
    }
    parsed->count = fresh.count;
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
 * them whenever the block is full wide. Parts are asked for in order, so the walk goes on
 * from the last one. */
static node_id part_places(builder *b, const instance *at, bool rows)
{
    const graph *g = b->graph;
    size_t width = shape_columns(graph_shape(g, at->of));
    built_part *p = &b->part;
    if (p->of != at->of || p->operand > at->operand)
        *p = (built_part){.of = at->of};
    for (; p->operand < at->operand; p->operand++) {
        const shape *s = graph_shape(g, graph_operand(g, at->of, p->operand));
        p->column += shape_columns(s);
        if (p->column == width) {
            p->column = 0;
            p->row += shape_rows(s);
        }
    }
    const shape *own = graph_shape(g, graph_operand(g, at->of, at->operand));
    return rows ? places(b, p->row, shape_rows(own))
                : places(b, p->column, shape_columns(own));
}

/* What a step that takes nothing off the stack stands for. */
static node_id stands_for(builder *b, const step *s, const instance *at)
{
    switch (s->kind) {
    case STEP_OPERAND:
        return graph_operand(b->graph, at->of, s->arity);
    case STEP_OUT:
        return at->of;
    case STEP_UP:
        return at->up;
    case STEP_NUMBER:
        return simplify_number(b, s->number);
    case STEP_ROWS:
    case STEP_COLUMNS:
        return part_places(b, at, s->kind == STEP_ROWS);
    case STEP_PART:
        return places(b, at->operand, 1);
    case STEP_OPERATION:
        break;
    }
    return NODE_NONE;
}

/* Appends a template with the names in it bound. */
static node_id instantiate(builder *b, const template *t, const instance *at)
{
    node_id stack[MOST_STEPS];
    size_t top = 0;
    for (size_t i = 0; i < t->count; i++) {
        const step *s = &t->steps[i];
        if (s->kind == STEP_OPERATION) {
            top -= s->arity;
            stack[top] = simplify_apply(b, s->op, stack + top, s->arity);
        } else {
            stack[top] = stands_for(b, s, at);
        }
        top++;
    }
    assert(top == 1);
    return stack[0];
}

/* An instance of one text of a row; `parsed` keeps its template. */
static node_id instance_of(builder *b, template *parsed, const char *text, node_id n,
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
