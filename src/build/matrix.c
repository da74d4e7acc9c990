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
    bool row = n->as.end.place == 2 || (n->as.end.place == 0 && s->size[0] == 1);
    size_t size = s->size[row ? s->rank - 1 : s->rank - 2];
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
            g->b->why,
            "%s[i,j] picks from each matrix of a stack, page(%s, k) is one of them", a,
            a);
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

bool building_index(building *g)
{
    size_t arity = node_at_hand(g)->arity;
    node_id operands[OP_MAX_OPERANDS] = {NODE_NONE, NODE_NONE, NODE_NONE};
    if (arity > 3) {
        complain(g, DIAGNOSTIC_SHAPE, "a matrix has two indices, rows and columns");
        return diagnose_hint(g->b->why, "page(S, k) is matrix k of a stack S, "
                                        "S[i,j] picks from each of its matrices");
    }
    memcpy(operands, take(g, arity), arity * sizeof *operands);
    if (is_mask(g, operands[1]) || is_mask(g, operands[2]))
        return complain_mask(g);
    const shape s = *shape_of(g, operands[0]);
    size_t rows = shape_rows(&s), columns = shape_columns(&s);
    if (arity == 2) {
        bool row = rows == 1 && columns > 1;
        if (s.rank > 2 || (!row && columns > 1))
            return complain_one_index(g, &s);
        size_t given = row ? 2 : 1;
        node_id place = place_or_all(g, operands[1], row ? columns : rows);
        operands[given] = place;
        operands[3 - given] = places(g, 1, 1, "1");
    } else {
        operands[1] = place_or_all(g, operands[1], rows);
        operands[2] = place_or_all(g, operands[2], columns);
    }
    shape result = s;
    result.size[s.rank - 2] = shape_count(shape_of(g, operands[1]));
    result.size[s.rank - 1] = shape_count(shape_of(g, operands[2]));
    put(g, graph_append(g->b->graph, OP_GATHER, operands, 3, &result));
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
