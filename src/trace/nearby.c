#include "trace/nearby.h"

#include <math.h>
#include <string.h>

#include "build/rules.h"
#include "trace/vary.h"

/* ---- Leaves that can be varied ---- */

static bool is_listed(const nearby_leaves *list, node_id n)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i] == n)
            return true;
    return false;
}

/* Per reached node whether its value decides a shape or a place somewhere above. */
static const bool *find_rigid(builder *b, const node_list *reached)
{
    const graph *g = b->graph;
    bool *rigid = ARENA_ARRAY(b->arena, bool, reached->count + 1);
    for (size_t i = reached->count; i-- > 0;) {
        node_id n = reached->nodes[i];
        const operation *row = op_row(graph_op(g, n));
        for (size_t k = 0; k < graph_arity(g, n); k++) {
            bool fixes = k < OP_MAX_OPERANDS && (row->flat[k] || row->fixed[k]);
            bool *operand = &rigid[node_list_find(reached, graph_operand(g, n, k))];
            *operand = *operand || rigid[i] || fixes;
        }
    }
    return rigid;
}

void nearby_find_leaves(builder *b, node_id root, bool params_only, nearby_leaves *found)
{
    const graph *g = b->graph;
    node_list reached = graph_reach_values(b->graph, b->arena, root, 0);
    const bool *rigid = find_rigid(b, &reached);
    for (size_t i = 0; i < reached.count; i++) {
        node_id n = reached.nodes[i];
        if (graph_op(g, n) != OP_LEAF || rigid[i] || is_listed(found, n))
            continue;
        leaf_kind kind = graph_leaf_kind(g, n);
        if (kind == LEAF_PARAM || (kind == LEAF_INPUT && !params_only))
            array_push(b->arena, found, n);
    }
}

void nearby_add_variable(builder *b, node_id variable, nearby_leaves *found)
{
    if (graph_op(b->graph, variable) != OP_LEAF)
        nearby_find_leaves(b, variable, false, found);
    else if (!is_listed(found, variable))
        array_push(b->arena, found, variable);
}

/* ---- Branches ---- */

/* Whether the result of an operation is constant but for jumps: comparisons, floor. */
static bool is_step(op_id op, size_t arity)
{
    const operation *row = op_row(op);
    for (size_t k = 0; k < arity && k < OP_MAX_OPERANDS; k++)
        if (!row->flat[k] && (row->local[k] == NULL || strcmp(row->local[k], "0") != 0))
            return false;
    return arity > 0;
}

static void watch_steps(builder *b, node_id root, node_id lowest, nearby_leaves *watched)
{
    node_list reached = graph_reach(b->graph, b->arena, root, lowest);
    for (size_t i = 0; i < reached.count; i++) {
        node_id n = reached.nodes[i];
        if (is_step(graph_op(b->graph, n), graph_arity(b->graph, n)))
            array_push(b->arena, watched, n);
    }
}

/* The slopes at the kinks that `root` has are branches too: of relu(z), z > 0. */
static void watch_kinks(builder *b, node_id root, nearby_leaves *watched)
{
    node_list reached = graph_reach(b->graph, b->arena, root, 0);
    for (size_t i = 0; i < reached.count; i++) {
        op_id op = graph_op(b->graph, reached.nodes[i]);
        if (op_row(op)->kink.when == NULL)
            continue;
        for (size_t k = 0; k < graph_arity(b->graph, reached.nodes[i]); k++) {
            node_id end = (node_id)b->graph->nodes.count;
            if (rules_is_local(op, k))
                watch_steps(b, rules_slope(b, reached.nodes[i], k), end, watched);
        }
    }
}

/* ---- Points ---- */

/* Random numbers of our own, so that those of `seed` go on undisturbed.
 *
 * source  Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014) */
static double next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* Which way and how far an entry goes, in units of its size: 0.3 to 1, up or down. */
static double next_direction(uint64_t *state)
{
    double u = 2 * next_random(state) - 1;
    return copysign(0.3 + 0.7 * fabs(u), u);
}

typedef struct trial {
    builder *b;
    variation variation;
    const node_id *by;
    size_t by_count;
    const double **here; /* per leaf: its entries at this point */
    double **there;      /* … and at another one */
    double **direction;
    nearby_leaves targets; /* both sides, then what shows the branches */
    const precision *precision;
    uint64_t random;
} trial;

static size_t entries_of(const trial *t, size_t leaf)
{
    return shape_count(graph_shape(t->b->graph, t->by[leaf]));
}

/* A new direction: large entries change by much, none by nothing. */
static void choose_direction(trial *t)
{
    for (size_t i = 0; i < t->by_count; i++) {
        tensor here = {*graph_shape(t->b->graph, t->by[i]), t->here[i]};
        double largest = compare_largest(here);
        double least = largest == 0 ? 1 : 0.1 * largest;
        for (size_t k = 0; k < entries_of(t, i); k++) {
            double size = isfinite(here.entries[k]) ? fabs(here.entries[k]) : 0;
            t->direction[i][k] = fmax(size, least) * next_direction(&t->random);
        }
    }
}

static void go(trial *t, double distance)
{
    for (size_t i = 0; i < t->by_count; i++)
        for (size_t k = 0; k < entries_of(t, i); k++)
            t->there[i][k] = t->here[i][k] + distance * t->direction[i][k];
}

static bool is_finite(tensor t)
{
    for (size_t i = 0; i < shape_count(&t.shape); i++)
        if (!isfinite(t.entries[i]))
            return false;
    return true;
}

static bool same_branches(const trial *t)
{
    for (size_t i = 2; i < t->targets.count; i++) {
        tensor here = run_value(t->b->run, t->targets.items[i]);
        tensor there = vary_value(&t->variation, i);
        for (size_t k = 0; k < shape_count(&here.shape); k++)
            if (here.entries[k] != there.entries[k])
                return false;
    }
    return true;
}

typedef enum outcome {
    OUTCOME_OPEN,
    OUTCOME_AGREES,
    OUTCOME_DIFFERS,
} outcome;

static tensor kept(arena *a, tensor t)
{
    return tensor_copy(a, &t.shape, t.entries);
}

/* The verdict on the point that was gone to. */
static outcome judge(trial *t, nearby *found)
{
    arena *a = t->b->arena;
    if (!vary_compute(&t->variation))
        return OUTCOME_OPEN;
    tensor claimed = vary_value(&t->variation, 0);
    tensor right = vary_value(&t->variation, 1);
    if (!is_finite(right) || !is_finite(claimed))
        return OUTCOME_OPEN;
    comparison c = compare_values(a, claimed, right, t->precision);
    if (compare_agrees(&c))
        return OUTCOME_AGREES;
    if (!same_branches(t))
        return OUTCOME_OPEN;
    c.claimed = kept(a, claimed);
    c.right = kept(a, right);
    found->there = c;
    return OUTCOME_DIFFERS;
}

static outcome try_direction(trial *t, nearby *found)
{
    static const double distances[] = {0.1, 0.02, 0.004, 0.0008};
    outcome end = OUTCOME_OPEN;
    choose_direction(t);
    for (size_t i = 0; i < 4 && end == OUTCOME_OPEN; i++) {
        limits_poll(t->b->arena->limits);
        go(t, distances[i]);
        end = judge(t, found);
    }
    return end;
}

static void keep_point(const trial *t, nearby *found)
{
    arena *a = t->b->arena;
    found->failed = true;
    for (size_t i = 0; i < t->by_count; i++) {
        tensor there = {*graph_shape(t->b->graph, t->by[i]), t->there[i]};
        nearby_leaf leaf = {graph_name_of(t->b->graph, t->by[i]), kept(a, there)};
        array_push(a, &found->point, leaf);
    }
}

static void start(trial *t)
{
    arena *a = t->b->arena;
    const run *r = t->b->run;
    t->variation = vary_start(a, r, t->targets.items, t->targets.count);
    t->here = ARENA_ARRAY(a, const double *, t->by_count);
    t->there = ARENA_ARRAY(a, double *, t->by_count);
    t->direction = ARENA_ARRAY(a, double *, t->by_count);
    for (size_t i = 0; i < t->by_count; i++) {
        t->here[i] = r->leaf(r->owner, graph_operand(t->b->graph, t->by[i], 0));
        t->there[i] = vary_leaf(&t->variation, t->by[i], NULL);
        t->direction[i] = ARENA_ARRAY(a, double, entries_of(t, i));
    }
}

nearby nearby_try(builder *b, node_id claimed, node_id right, const node_id *by,
                  size_t count, const precision *p)
{
    enum { POINTS = 5, TRIES = 12 };
    nearby found = {0};
    trial t = {.b = b, .by = by, .by_count = count, .precision = p, .random = 2};
    array_push(b->arena, &t.targets, claimed);
    array_push(b->arena, &t.targets, right);
    for (int side = 0; side < 2; side++) {
        node_id root = side == 0 ? claimed : right;
        watch_steps(b, root, 0, &t.targets);
        watch_kinks(b, root, &t.targets);
    }
    if (count == 0 || !run_compute(b->run, t.targets.items, t.targets.count))
        return found;
    start(&t);
    for (int i = 0; i < TRIES && found.agreed < POINTS && !found.failed; i++) {
        outcome end = try_direction(&t, &found);
        found.agreed += end == OUTCOME_AGREES;
        if (end == OUTCOME_DIFFERS)
            keep_point(&t, &found);
    }
    return found;
}
