/* Ranges and indices as nodes. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "build/building.h"
#include "build/resolve.h"

static bool complain(const building *g, diagnostic_kind kind, const char *message)
{
    return diagnose(g->b->why, kind, building_span(g), "%s%s", building_place(g),
                    message);
}

static const tree_node *node_at_hand(const building *g)
{
    const frame *f = building_top(g);
    return &f->expression.nodes[f->at];
}

/* Takes the last `count` built nodes off; they stay where they are until the next push.
 */
static const node_id *take(building *g, size_t count)
{
    assert(g->nodes.count >= count);
    g->nodes.count -= count;
    return g->nodes.items + g->nodes.count;
}

static void put(building *g, node_id n)
{
    array_push(g->b->arena, &g->nodes, n);
}

static const shape *shape_of(const building *g, node_id n)
{
    return graph_shape(g->b->graph, n);
}

/* ---- Places ---- */

/* Places `from` to `to` as a column of constants. */
static node_id places(building *g, size_t from, size_t to, const char *written)
{
    size_t count = to - from + 1;
    double *entries = ARENA_ARRAY(g->b->keep, double, count);
    for (size_t i = 0; i < count; i++)
        entries[i] = (double)(from + i);
    tensor column = {{.rank = 2, .size = {count, 1}}, entries};
    return graph_constant(g->b->graph, column, written, RANK_ATOM);
}

static bool place_number(building *g, node_id n, double *place)
{
    tensor value;
    misfit why;
    if (!resolve_fixed(g->b, n, &value, &why))
        return complain(g, why.kind, why.problem);
    if (!shape_is_number(&value.shape))
        return complain(g, DIAGNOSTIC_SHAPE, "the ends of a range are numbers");
    *place = value.entries[0];
    if (!(*place >= 1) || *place != trunc(*place))
        return complain(g, DIAGNOSTIC_DOMAIN,
                        "places count from 1 and are whole numbers");
    return true;
}

bool building_range(building *g)
{
    const node_id *ends = take(g, 2);
    node_id first = ends[0], last = ends[1];
    double from = 0, to = 0;
    if (!place_number(g, first, &from) || !place_number(g, last, &to))
        return false;
    if (to < from)
        return complain(g, DIAGNOSTIC_DOMAIN,
                        format_in(g->b->arena, "the range %.6g:%.6g is empty", from, to));
    const char *written = format_in(g->b->keep, "%zu:%zu", (size_t)from, (size_t)to);
    put(g, places(g, (size_t)from, (size_t)to, written));
    return true;
}

void building_end(building *g)
{
    const frame *f = building_top(g);
    const tree_node *n = node_at_hand(g);
    const shape *s = shape_of(g, f->made[f->at - n->as.end.back]);
    int place = (int)n->as.end.place;
    if (place == 0)
        place = s->size[0] == 1 ? 1 : 2;
    size_t size =
        place > s->rank ? 1 : s->size[s->rank - place]; /* the index complains */
    put(g, places(g, size, size, "end"));
}

/* ---- Indices ---- */

static bool complain_one_index(const building *g, const shape *s)
{
    const frame *f = building_top(g);
    size_t children[2];
    tree_children(&f->expression, f->at, children);
    const char *place = building_text(g, f, children[1], PRINT_TIGHT);
    const char *a = building_text(g, f, children[0], PRINT_TIGHT);
    if (a == NULL || building_rank(f, children[0]) < RANK_POSTFIX)
        a = "A";
    diagnose(g->b->why, DIAGNOSTIC_SHAPE, building_span(g),
             "%sone index does not tell the entry of a %s %s", building_place(g),
             shape_text(g->b->arena, s), s->rank > 2 ? "stack" : "matrix");
    if (s->rank > 2)
        return diagnose_hint(
            g->b->why, "%s[k,%s:,:] is a layer of it, %s[i,j] picks from each matrix", a,
            s->rank > 3 ? ":," : "", a);
    if (f->expression.nodes[children[1]].kind == TREE_ALL)
        return diagnose_hint(g->b->why, "vec(%s) is one column of all entries", a);
    if (place == NULL)
        place = "i";
    return diagnose_hint(g->b->why,
                         "%s[%s,:] picks from the rows, %s[:,%s] from the columns", a,
                         place, a, place);
}

/* What `:` stands for along an axis, or the place itself. */
static node_id place_or_all(building *g, node_id place, size_t size)
{
    return place == NODE_NONE ? places(g, 1, size, ":") : place;
}

/* A mask says which entries, not where they stand. */
static bool is_mask(const building *g, node_id place)
{
    op_rank rank =
        place == NODE_NONE ? RANK_NONE : op_row(graph_op(g->b->graph, place))->rank;
    return rank >= RANK_OR && rank <= RANK_COMPARISON;
}

static bool complain_mask(const building *g)
{
    complain(g, DIAGNOSTIC_SHAPE, "an index counts places, a mask of 0 and 1 does not");
    return diagnose_hint(g->b->why, "multiply by the mask: sum((x > 2).*x)");
}

static bool complain_places(building *g, const shape *s, size_t count)
{
    if (s->rank == 2) {
        complain(g, DIAGNOSTIC_SHAPE, "a matrix has two indices, rows and columns");
        return diagnose_hint(g->b->why, "a stack has one more for each axis before them");
    }
    return complain(
        g, DIAGNOSTIC_SHAPE,
        format_in(g->b->arena,
                  "a stack of rank %d has %d indices, or the last two alone, not %zu",
                  s->rank, s->rank, count));
}

/* ---- Layers ---- */

/* The places in front of rows and columns, and how each was written. */
typedef struct layers {
    node_id places[SHAPE_MAX_RANK];
    bool number[SHAPE_MAX_RANK]; /* it drops its axis */
    size_t count;
} layers;

static node_id layer(building *g, node_id stack, node_id place)
{
    const shape *s = shape_of(g, stack);
    shape below = {.rank = s->rank - 1};
    memcpy(below.size, s->size + 1, (size_t)below.rank * sizeof *below.size);
    node_id operands[2] = {stack, place};
    return graph_append(g->b->graph, OP_PAGE, operands, 2, &below);
}

static bool pick_layers(building *g, const layers *at, size_t axis, node_id *picked);

/* A place for each layer that a range, `:` or a vector picks. */
static bool stack_layers(building *g, const layers *at, size_t axis, node_id *picked)
{
    node_id list = place_or_all(g, at->places[axis], shape_of(g, *picked)->size[0]);
    tensor which;
    misfit why;
    if (!resolve_fixed(g->b, list, &which, &why))
        return complain(g, why.kind, why.problem);
    size_t count = shape_count(&which.shape);
    node_id *parts = ARENA_ARRAY(g->b->arena, node_id, count);
    for (size_t k = 0; k < count; k++) {
        double *entry = ARENA_NEW(g->b->keep, double);
        *entry = which.entries[k];
        node_id place = graph_constant(g->b->graph, (tensor){shape_number(), entry},
                                       format_in(g->b->keep, "%.17g", *entry), RANK_ATOM);
        parts[k] = layer(g, *picked, place);
        if (!pick_layers(g, at, axis + 1, &parts[k]))
            return false;
    }
    const shape *below = shape_of(g, parts[0]);
    shape s = {.rank = below->rank + 1, .size = {count}};
    memcpy(s.size + 1, below->size, (size_t)below->rank * sizeof *s.size);
    *picked = graph_append(g->b->graph, OP_STACK, parts, count, &s);
    return true;
}

/* What the places of this axis and those behind it pick; recursion is as deep as stacks
 * have axes. */
static bool pick_layers(building *g, const layers *at, size_t axis, node_id *picked)
{
    size_t last = at->count;
    while (last > axis && at->places[last - 1] == NODE_NONE)
        last--;
    if (axis == last)
        return true; /* : : : */
    if (!at->number[axis])
        return stack_layers(g, at, axis, picked);
    *picked = layer(g, *picked, at->places[axis]);
    return pick_layers(g, at, axis + 1, picked);
}

/* The places of the index at hand that stand in front of rows and columns. */
static layers layers_at_hand(const building *g, const node_id *given, size_t count)
{
    const frame *f = building_top(g);
    layers at = {.count = count};
    size_t children[SHAPE_MAX_RANK + 1];
    tree_children(&f->expression, f->at, children);
    for (size_t k = 0; k < count; k++) {
        at.places[k] = given[k];
        at.number[k] = given[k] != NODE_NONE && shape_is_number(shape_of(g, given[k])) &&
                       f->expression.nodes[children[k + 1]].kind != TREE_RANGE;
    }
    return at;
}

/* ---- An index ---- */

/* Rows and columns of each matrix. */
static node_id gather(building *g, node_id from, node_id rows, node_id columns)
{
    shape s = *shape_of(g, from);
    node_id operands[3] = {from, place_or_all(g, rows, shape_rows(&s)),
                           place_or_all(g, columns, shape_columns(&s))};
    s.size[s.rank - 2] = shape_count(shape_of(g, operands[1]));
    s.size[s.rank - 1] = shape_count(shape_of(g, operands[2]));
    return graph_append(g->b->graph, OP_GATHER, operands, 3, &s);
}

/* x[2] of a vector */
static bool index_vector(building *g, node_id from, node_id place)
{
    const shape s = *shape_of(g, from);
    bool row = shape_rows(&s) == 1 && shape_columns(&s) > 1;
    if (s.rank > 2 || (!row && shape_columns(&s) > 1))
        return complain_one_index(g, &s);
    node_id only = places(g, 1, 1, "1");
    put(g, row ? gather(g, from, only, place) : gather(g, from, place, only));
    return true;
}

bool building_index(building *g)
{
    size_t count = node_at_hand(g)->arity - 1;
    const node_id *taken = take(g, count + 1);
    node_id from = taken[0], given[SHAPE_MAX_RANK];
    const shape s = *shape_of(g, from);
    if (count > 2 && count != (size_t)s.rank)
        return complain_places(g, &s, count);
    memcpy(given, taken + 1, count * sizeof *given);
    for (size_t k = 0; k < count; k++)
        if (is_mask(g, given[k]))
            return complain_mask(g);
    if (count == 1)
        return index_vector(g, from, given[0]);
    const layers at = layers_at_hand(g, given, count - 2);
    node_id picked = from, rows = given[count - 2], columns = given[count - 1];
    if (!pick_layers(g, &at, 0, &picked))
        return false;
    bool whole = picked != from && rows == NODE_NONE && columns == NODE_NONE;
    put(g, whole ? picked : gather(g, picked, rows, columns));
    return true;
}

/* ---- Halves ---- */

/* Rows, or columns, `from` to `to`. */
static node_id slice(building *g, node_id a, bool rows, size_t from, size_t to)
{
    shape s = *shape_of(g, a);
    const char *text = from == to ? format_in(g->b->keep, "%zu", from)
                                  : format_in(g->b->keep, "%zu:%zu", from, to);
    node_id picked = places(g, from, to, text);
    size_t across = rows ? shape_columns(&s) : shape_rows(&s);
    node_id all = places(g, 1, across, across == 1 ? "1" : ":");
    node_id operands[3] = {a, rows ? picked : all, rows ? all : picked};
    s.size[rows ? s.rank - 2 : s.rank - 1] = to - from + 1;
    return graph_append(g->b->graph, OP_GATHER, operands, 3, &s);
}

static node_id combine(building *g, op_id op, node_id a, node_id b)
{
    node_id operands[2] = {a, b};
    return a == NODE_NONE ? b
                          : graph_append(g->b->graph, op, operands, 2, shape_of(g, b));
}

static node_id as_column(building *g, node_id a)
{
    const shape *s = shape_of(g, a);
    if (s->rank == 2 && s->size[1] == 1)
        return a;
    shape column = {.rank = 2, .size = {shape_count(s), 1}};
    return graph_append(g->b->graph, OP_VEC, &a, 1, &column);
}

void building_halves(building *g, op_id op, const node_id *operands)
{
    const operation *row = op_row(op);
    bool whole = row->arity == 1;
    node_id at = whole ? as_column(g, operands[0]) : operands[0], odd = NODE_NONE;
    bool rows = whole || run_number(g->b->run, operands[1]) == 1; /* the axis is known */
    for (;;) {
        const shape *s = shape_of(g, at);
        size_t length = rows ? shape_rows(s) : shape_columns(s), half = length / 2;
        if (half == 0)
            break;
        if (length % 2 == 1)
            odd = combine(g, row->halves, odd, slice(g, at, rows, length, length));
        node_id first = slice(g, at, rows, 1, half);
        node_id second = slice(g, at, rows, half + 1, 2 * half);
        at = combine(g, row->halves, first, second);
    }
    put(g, combine(g, row->halves, odd, at));
}
