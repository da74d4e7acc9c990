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
    uint8_t kind;  /* step_kind */
    uint8_t arity; /* STEP_OPERATION: how many it takes; STEP_OPERAND: which it is */
    uint16_t op;   /* STEP_OPERATION … */
    uint16_t of_numbers; /* … and what it comes to on numbers, see simplify.h */
    double number;       /* STEP_NUMBER */
} step;

enum { MOST_STEPS = 64 };

/* A template; without steps it has not been parsed yet. */
typedef struct template
{
    step *steps;
    size_t count;
    bool is_local; /* it is a slope */
}
template;

/* The texts of one operation. */
typedef struct templates {
    template plain[OP_MAX_OPERANDS];
    template running[OP_MAX_OPERANDS]; /* with care for 0·log(0), and the kink */
    template kink;                     /* where it is */
} templates;

struct rules {
    arena *arena;
    parser parser;
    rule_facts facts[OP_COUNT];
    templates of[OP_COUNT];
};

/* The index of the rule for operand `k`: all parts of a block share one. */
static size_t rule_index(const operation *row, size_t k)
{
    return row->arity == 0 ? 0 : k;
}

/* The plain text of a rule, of either kind. */
static const char *plain_text(const operation *row, size_t rule)
{
    return row->local[rule] != NULL ? row->local[rule] : row->pull[rule];
}

/* Whether operand `k` of that operation has a gradient. */
static bool has_gradient(op_id op, size_t k)
{
    const operation *row = op_row(op);
    size_t rule = rule_index(row, k);
    return rule < OP_MAX_OPERANDS && plain_text(row, rule) != NULL;
}

static rule_facts facts_of(op_id op)
{
    const operation *row = op_row(op);
    rule_facts facts = {.is_mask = op_is_mask(op)};
    for (size_t k = 0; k < RULES_OPERANDS; k++) {
        if (!has_gradient(op, k))
            continue;
        const char *slope = row->local[rule_index(row, k)];
        facts.gradients |= UINT32_C(1) << k;
        if (slope != NULL && strcmp(slope, "1") == 0 && rules_is_plain(op, k))
            facts.passes |= UINT32_C(1) << k;
    }
    return facts;
}

rules *rules_new(arena *a, parser p)
{
    rules *r = ARENA_NEW(a, rules);
    r->arena = a;
    r->parser = p;
    for (op_id op = 0; op < OP_COUNT; op++)
        r->facts[op] = facts_of(op);
    return r;
}

const rule_facts *rules_facts(const rules *r)
{
    return r->facts;
}

static step name_step(const char *name)
{
    static const struct {
        const char *name;
        uint8_t kind;
    } names[] = {{"out", STEP_OUT},
                 {"up", STEP_UP},
                 {"i", STEP_ROWS},
                 {"j", STEP_COLUMNS},
                 {"k", STEP_PART}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].name, name) == 0)
            return (step){.kind = (uint8_t)names[i].kind};
    if (name[1] == '\0' && name[0] >= 'a' && name[0] < 'a' + OP_MAX_OPERANDS)
        return (step){.kind = STEP_OPERAND, .arity = (uint8_t)(name[0] - 'a')};
    op_id op = op_constant(name);
    assert(op != OP_NONE);
    return (step){.kind = STEP_NUMBER, .number = op_row(op)->constant};
}

static step operation_step(op_id op, size_t arity)
{
    assert(op != OP_NONE);
    return (step){.kind = STEP_OPERATION,
                  .arity = (uint8_t)arity,
                  .op = (uint16_t)op,
                  .of_numbers = (uint16_t)simplify_op_of_numbers(op, arity)};
}

static step step_of(const tree_node *n)
{
    switch ((tree_kind)n->kind) {
    case TREE_NUMBER:
        return (step){.kind = STEP_NUMBER, .number = n->as.number};
    case TREE_NAME:
        return name_step(n->as.name);
    case TREE_CALL:
        return operation_step(op_called(n->as.name, n->arity, n->keyword), n->arity);
    case TREE_INDEX:
        return operation_step(OP_GATHER, n->arity);
    default:
        assert(n->kind == TREE_OPERATION);
        return operation_step((op_id)n->op, n->arity);
    }
}

static void add_step(template *t, step added)
{
    assert(t->count < MOST_STEPS);
    t->steps[t->count++] = added;
}

/* Adds what a text pushes to a template that is being made. */
static void add_text(rules *r, template *t, const char *text)
{
    tree parsed;
    bool fine = parse_expression(&r->parser, text, &parsed);
    assert(fine);
    (void)fine;
    for (size_t i = 0; i < parsed.count; i++)
        add_step(t, step_of(&parsed.nodes[i]));
}

/* Makes the template of a text; where there is a kink, of text + adds .* when. */
static const template *template_of(rules *r, template *made, const char *text,
                                   const char *adds, const char *when)
{
    if (made->count > 0)
        return made;
    step room[MOST_STEPS];
    template fresh = {.steps = room};
    add_text(r, &fresh, text);
    if (when != NULL) {
        add_text(r, &fresh, adds);
        add_text(r, &fresh, when);
        add_step(&fresh, operation_step(OP_TIMES, 2));
        add_step(&fresh, operation_step(OP_PLUS, 2));
    }
    made->steps = ARENA_ARRAY(r->arena, step, fresh.count);
    memcpy(made->steps, room, fresh.count * sizeof *room);
    made->count = fresh.count;
    return made;
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
    switch ((step_kind)s->kind) {
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

static node_id apply_step(builder *b, const step *s, const node_id *operands)
{
    if (s->of_numbers != OP_NONE && simplify_are_numbers(b, operands, s->arity))
        return simplify_numbers(b, (op_id)s->of_numbers, operands, s->arity);
    return simplify_apply(b, (op_id)s->op, operands, s->arity);
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
            stack[top] = apply_step(b, s, stack + top);
        } else {
            stack[top] = stands_for(b, s, at);
        }
        top++;
    }
    assert(top == 1);
    return stack[0];
}

node_id rules_plain(builder *b, node_id n, size_t k, node_id up)
{
    op_id op = graph_op(b->graph, n);
    const operation *row = op_row(op);
    size_t rule = rule_index(row, k);
    template *made = &b->rules->of[op].plain[rule];
    const instance at = {n, up, k};
    return instantiate(b, template_of(b->rules, made, plain_text(row, rule), NULL, NULL),
                       &at);
}

static const template *make_running(rules *r, op_id op, size_t k, template *made)
{
    const operation *row = op_row(op);
    size_t rule = rule_index(row, k);
    const char *runs = row->runs[rule] != NULL ? row->runs[rule] : plain_text(row, rule);
    const char *when = row->local[rule] != NULL ? row->kink.when : NULL;
    made->is_local = row->local[rule] != NULL;
    return template_of(r, made, runs, row->kink.adds[rule], when);
}

/* The template of the rule as it runs. All parts of a block have the same one, which is
 * made for the first few and then taken in turn. */
static inline const template *running(rules *r, op_id op, size_t k)
{
    template *made = &r->of[op].running[k % OP_MAX_OPERANDS];
    return made->count > 0 ? made : make_running(r, op, k, made);
}

node_id rules_slope(builder *b, node_id n, size_t k)
{
    const instance at = {n, NODE_NONE, k};
    return instantiate(b, running(b->rules, graph_op(b->graph, n), k), &at);
}

node_id rules_pull(builder *b, node_id n, size_t k, node_id up)
{
    const instance at = {n, up, k};
    return instantiate(b, running(b->rules, graph_op(b->graph, n), k), &at);
}

node_id rules_downstream(builder *b, node_id n, size_t k, node_id up)
{
    const template *t = running(b->rules, graph_op(b->graph, n), k);
    const instance at = {n, up, k};
    bool partner = t->count == 1 && t->steps->kind == STEP_OPERAND;
    node_id made =
        partner ? graph_operand(b->graph, n, t->steps->arity) : instantiate(b, t, &at);
    return t->is_local ? simplify_pair(b, OP_TIMES, OP_SCALE, up, made) : made;
}

node_id rules_kink(builder *b, node_id n)
{
    op_id op = graph_op(b->graph, n);
    const char *when = op_row(op)->kink.when;
    if (when == NULL)
        return NODE_NONE;
    const instance at = {n, NODE_NONE, 0};
    template *made = &b->rules->of[op].kink;
    return instantiate(b, template_of(b->rules, made, when, NULL, NULL), &at);
}

bool rules_is_plain(op_id op, size_t k)
{
    return op_row(op)->runs[rule_index(op_row(op), k)] == NULL &&
           op_row(op)->kink.when == NULL;
}

bool rules_is_local(op_id op, size_t k)
{
    return op_row(op)->local[rule_index(op_row(op), k)] != NULL;
}
