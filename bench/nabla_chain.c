/* The chain as nodes appended by hand, without text. Variant 0 is all of it from an empty
 * graph on, 1 is the same plan run again; 2, 3 and 4 end after appending, differentiating
 * and planning. */
#include <stdlib.h>
#include <string.h>

#include "chain.h"
#include "eval/plan.h"
#include "nabla_side.h"

enum { ALL, AGAIN, APPEND, DIFFERENTIATE, PLAN };

typedef struct chain {
    size_t steps, variant;
    double at[CHAIN_INPUTS];
    arena parsed; /* grammar and rules, which a session has but once */
    symbols symbols;
    diagnostic why;
    rules *rules;
    arena arena; /* the rest */
    graph graph;
    node_id inputs[CHAIN_INPUTS];
    node_id results[1 + CHAIN_INPUTS];
    plan *plan;
} chain;

static const double *leaf_entries(const void *owner, int32_t number)
{
    const chain *c = owner;
    return &c->at[number];
}

static node_id append(graph *g, op_id op, node_id a, node_id b)
{
    return graph_append_number(g, op, (node_id[]){a, b}, b == NODE_NONE ? 1 : 2);
}

/* Returns the sum of all. */
static node_id append_chain(chain *c)
{
    graph *g = &c->graph;
    const shape number = shape_number();
    node_id v[CHAIN_INPUTS], total = NODE_NONE;
    for (size_t i = 0; i < CHAIN_INPUTS; i++) {
        v[i] = c->inputs[i] = graph_leaf(g, (int32_t)i, LEAF_INPUT, &number);
        total = i == 0 ? v[i] : append(g, OP_PLUS, total, v[i]);
    }
    node_id half = graph_constant(g, tensor_number(&c->arena, 0.5), NULL, RANK_ATOM);
    for (size_t i = 0; i < c->steps; i++) {
        node_id cosine = append(g, OP_COS, v[2], NODE_NONE);
        node_id product = append(g, OP_SCALE, cosine, v[1]);
        node_id next = append(g, OP_PLUS, product, append(g, OP_SCALE, half, v[0]));
        total = append(g, OP_PLUS, total, next);
        v[0] = v[1];
        v[1] = v[2];
        v[2] = next;
    }
    return total;
}

static void build(chain *c)
{
    arena_init(&c->arena, &nabla_limits, 1 << 14);
    graph_init(&c->graph, &c->arena);
    c->results[0] = append_chain(c);
    if (c->variant == APPEND)
        return;
    builder b = {.graph = &c->graph,
                 .rules = c->rules,
                 .arena = &c->arena,
                 .keep = &c->arena,
                 .why = &c->why};
    differentiate_all(&b, c->results[0], c->inputs, CHAIN_INPUTS, c->results + 1);
    if (c->variant != DIFFERENTIATE)
        c->plan = plan_make(&c->arena, &c->graph, c->results, 1 + CHAIN_INPUTS);
}

static void chain_run(void *state)
{
    chain *c = state;
    if (c->variant != AGAIN) {
        arena_empty(&c->arena);
        build(c);
    }
    if (c->variant == ALL || c->variant == AGAIN)
        plan_run(c->plan, leaf_entries, c);
    c->at[0] += 1e-9; /* the next run has other inputs */
}

static void *chain_open(size_t n, size_t variant)
{
    chain *c = side_room(1, sizeof *c);
    c->steps = n / CHAIN_OPERATIONS;
    c->variant = variant;
    memcpy(c->at, chain_inputs, sizeof c->at);
    arena_init(&c->parsed, &nabla_limits, 1 << 16);
    symbols_init(&c->symbols, &c->parsed);
    c->why.arena = &c->parsed;
    c->rules = rules_new(&c->parsed, (parser){.grammar = grammar_define(&c->parsed),
                                              .names = &c->symbols,
                                              .arena = &c->parsed,
                                              .why = &c->why});
    arena_init(&c->arena, &nabla_limits, 1 << 14);
    if (variant == AGAIN)
        build(c);
    return c;
}

static double chain_check(void *state)
{
    chain *c = state;
    if (c->variant > AGAIN)
        return 0;
    double gradient[CHAIN_INPUTS];
    for (size_t i = 0; i < CHAIN_INPUTS; i++)
        gradient[i] = plan_result(c->plan, 1 + i).entries[0];
    return plan_result(c->plan, 0).entries[0] + side_weigh(gradient, CHAIN_INPUTS);
}

static void chain_close(void *state)
{
    chain *c = state;
    arena_empty(&c->arena);
    arena_empty(&c->parsed);
    free(c);
}

const workload nabla_chain = {"chain", chain_open, chain_run, chain_check, chain_close};
