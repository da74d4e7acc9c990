#include "trace/gradcheck.h"

#include <math.h>

#include "trace/vary.h"

/* ---- Kinks that were hit ---- */

/* Per reached node whether a kink was hit on a way to it from the root. */
static bool *find_kinks(builder *b, const backward *pass, bool *fine)
{
    size_t count = pass->edges.count;
    node_id *conditions = ARENA_ARRAY(b->arena, node_id, count);
    ARRAY(node_id) targets = {0};
    for (size_t i = 0; i < count; i++) {
        conditions[i] = rules_kink(b, pass->edges.items[i].from);
        if (conditions[i] != NODE_NONE)
            array_push(b->arena, &targets, conditions[i]);
    }
    *fine = run_compute(b->run, targets.items, targets.count);
    bool *hit = ARENA_ARRAY(b->arena, bool, pass->reached.count + 1);
    for (size_t i = 0; i < count && *fine; i++) {
        const backward_edge *edge = &pass->edges.items[i];
        bool *below = &hit[node_list_find(&pass->reached, edge->to)];
        *below = *below || hit[node_list_find(&pass->reached, edge->from)];
        if (conditions[i] == NODE_NONE)
            continue;
        tensor condition = run_value(b->run, conditions[i]);
        for (size_t k = 0; k < shape_count(&condition.shape); k++)
            *below = *below || condition.entries[k] != 0;
    }
    return hit;
}

/* ---- Definitions as variables ---- */

/* What no leaf of the session has for a number. */
enum { CUT_FREE = -1 };

/* The root on a leaf in the place of the node `cut`: the nodes between are copied. */
static node_id on_leaf(builder *b, node_id root, node_id cut, node_id *leaf)
{
    graph *g = b->graph;
    node_list reached = graph_reach(g, b->arena, root, cut);
    node_id *copies = ARENA_ARRAY(b->arena, node_id, reached.count + 1);
    shape s = *graph_shape(g, cut);
    *leaf = graph_leaf(g, CUT_FREE, LEAF_INPUT, &s);
    for (size_t i = 0; i < reached.count; i++) {
        node_id n = reached.nodes[i];
        size_t arity = graph_arity(g, n);
        node_id *operands = ARENA_ARRAY(b->arena, node_id, arity);
        bool differs = false;
        for (size_t k = 0; k < arity; k++) {
            node_id operand = graph_operand(g, n, k);
            size_t at = node_list_find(&reached, operand);
            operands[k] = at == reached.count ? operand : copies[at];
            differs = differs || operands[k] != operand;
        }
        s = *graph_shape(g, n);
        copies[i] = n == cut ? *leaf : n;
        if (n != cut && differs)
            copies[i] = graph_append(g, graph_op(g, n), operands, arity, &s);
    }
    size_t at = node_list_find(&reached, root);
    return copies[at];
}

/* ---- One variable ---- */

/* The root as a function of one entry of a variable. */
typedef struct entry_function {
    const variation *variation; /* its target is the root */
    double *entry;
    const char *problem; /* the last one, or NULL */
} entry_function;

static double value_at(void *owner, double at)
{
    entry_function *f = owner;
    double before = *f->entry;
    *f->entry = at;
    bool fine = vary_compute(f->variation);
    *f->entry = before;
    if (!fine)
        f->problem = vary_problem(f->variation);
    return fine ? vary_value(f->variation, 0).entries[0] : NAN;
}

static double largest_of(tensor t)
{
    double largest = 0;
    for (size_t i = 0; i < shape_count(&t.shape); i++)
        largest = fmax(largest, fabs(t.entries[i]));
    return largest;
}

/* The i-th entry to try of a variable with `count`, of which `tried` are: all, or some
 * that lie scattered, each once. */
static size_t entry_to_try(size_t i, size_t count, size_t tried)
{
    return tried == count ? i : (size_t)((double)i * (double)count / (double)tried);
}

/* How many entries of a variable to try: all, but some where that would take long. */
static size_t count_to_try(builder *b, node_id root, size_t count)
{
    enum { SOME = 100, ENTRIES_IN_A_WHILE = 30000000 };
    node_list reached = graph_reach(b->graph, b->arena, root, 0);
    size_t entries = 1;
    for (size_t i = 0; i < reached.count; i++)
        entries += shape_count(graph_shape(b->graph, reached.nodes[i]));
    return count <= SOME || count <= ENTRIES_IN_A_WHILE / entries ? count : SOME;
}

static void try_entry(entry_function *f, size_t i, double analytic, double scale,
                      bool kink_hit, gradcheck_variable *v)
{
    f->problem = NULL;
    numeric_slope numeric = slope_estimate(value_at, f, *f->entry);
    bool kink = numeric.kind == SLOPE_KINK || numeric.kind == SLOPE_JUMP;
    v->kink = v->kink || kink;
    if (numeric.kind == SLOPE_NONE && f->problem != NULL) {
        v->unsteady = f->problem; /* an index, or the like: nothing to compare with */
        return;
    }
    bool agrees = slope_agrees(&numeric, analytic, scale);
    v->kink = v->kink || (kink_hit && !agrees);
    v->ok = v->ok && (agrees || (kink_hit && numeric.kind != SLOPE_NONE));
    double error = slope_error(&numeric, analytic);
    if (v->compared && error <= v->abs_error)
        return;
    v->compared = true;
    v->abs_error = error;
    v->worst = i;
    v->analytic = analytic;
    v->there = numeric;
}

static gradcheck_variable check_variable(builder *b, node_id root, node_id by,
                                         tensor gradient, bool kink_hit)
{
    gradcheck_variable v = {
        .name = graph_name_of(b->graph, by), .shape = gradient.shape, .ok = true};
    const double *present = NULL;
    if (graph_op(b->graph, by) != OP_LEAF) {
        present = run_value(b->run, by).entries;
        root = on_leaf(b, root, by, &by);
    }
    variation varied = vary_start(b->arena, b->run, &root, 1);
    double *entries = vary_leaf(&varied, by, present);
    size_t count = shape_count(&gradient.shape);
    double scale = largest_of(gradient);
    v.tried = count_to_try(b, root, count);
    for (size_t i = 0; i < v.tried; i++) {
        limits_poll(b->arena->limits);
        size_t at = entry_to_try(i, count, v.tried);
        entry_function f = {&varied, &entries[at], NULL};
        try_entry(&f, at, gradient.entries[at], scale, kink_hit, &v);
    }
    scale = fmax(scale, fabs(v.there.slope)); /* passes over nan */
    v.rel_error = v.abs_error == 0 ? 0 : v.abs_error / scale;
    return v;
}

/* The gradient by a node of the pass. */
static tensor gradient_of(const builder *b, const backward *pass, node_id by)
{
    node_id adjoint = backward_adjoint(pass, by);
    if (adjoint != NODE_NONE)
        return run_value(b->run, adjoint);
    const shape *s = graph_shape(b->graph, by);
    return (tensor){*s, ARENA_ARRAY(b->arena, double, shape_count(s))};
}

/* Computes the gradients and the values of the variables. */
static bool compute(builder *b, const backward *pass, const node_id *wrt, size_t count)
{
    ARRAY(node_id) targets = {0};
    for (size_t i = 0; i < count; i++) {
        node_id adjoint = backward_adjoint(pass, wrt[i]);
        array_push(b->arena, &targets, wrt[i]);
        if (adjoint != NODE_NONE)
            array_push(b->arena, &targets, adjoint);
    }
    return run_compute(b->run, targets.items, targets.count);
}

bool gradcheck_all(builder *b, node_id root, const node_id *wrt, size_t count,
                   gradcheck *made)
{
    made->ok = true;
    backward pass;
    differentiate(b, root, wrt, count, &pass);
    bool fine;
    const bool *hit = find_kinks(b, &pass, &fine);
    if (!fine || !compute(b, &pass, wrt, count))
        return false;
    for (size_t i = 0; i < count; i++) {
        bool kink_hit = hit[node_list_find(&pass.reached, wrt[i])];
        gradcheck_variable v =
            check_variable(b, root, wrt[i], gradient_of(b, &pass, wrt[i]), kink_hit);
        made->ok = made->ok && v.ok;
        array_push(b->arena, &made->variables, v);
    }
    return true;
}
