/* Matrix literals as nodes: numbers side by side, blocks, layers of a stack. */
#include <string.h>

#include "base/text.h"
#include "build/building.h"

/* A literal at hand and its parts, which have been built. */
typedef struct literal {
    const building *g;
    const tree_node *node;
    const node_id *parts;
    size_t count;
    const shape *shapes; /* per part */
    const bool *begins;  /* per part: a row begins there */
} literal;

static bool all_numbers(const literal *l)
{
    for (size_t k = 0; k < l->count; k++)
        if (!shape_is_number(&l->shapes[k]))
            return false;
    return true;
}

static bool complain(const literal *l, const char *message)
{
    return diagnose(l->g->b->why, DIAGNOSTIC_SHAPE, building_span(l->g), "%s%s",
                    building_place(l->g), message);
}

/* ---- Blocks ---- */

/* The shape of blocks: parts of one row have one height, rows one width. Where they have
 * not, `why` says so. */
static bool lay_out(const literal *l, shape *made, const char **why)
{
    arena *a = l->g->b->arena;
    size_t height = 0, width = 0, row_height = 0, row_width = 0;
    for (size_t k = 0; k <= l->count; k++) {
        bool ends = k == l->count || (k > 0 && l->begins[k]);
        if (ends && height > 0 && row_width != width) {
            *why = format_in(a, "a row has %zu column%s, the rows above have %zu",
                             row_width, row_width == 1 ? "" : "s", width);
            return false;
        }
        if (ends) {
            width = row_width;
            height += row_height;
            row_width = 0;
        }
        if (k == l->count)
            break;
        if (row_width > 0 && l->shapes[k].size[0] != row_height) {
            *why = format_in(a, "parts side by side have %zu and %zu rows", row_height,
                             l->shapes[k].size[0]);
            return false;
        }
        row_height = l->shapes[k].size[0];
        row_width += l->shapes[k].size[1];
    }
    *made = (shape){.rank = 2, .size = {height, width}};
    return true;
}

/* ---- What would fit ---- */

enum { FEW = 4 }; /* parts, for a literal to be written again */

/* The literal as text with these rows, the `turned` part turned over, if that is one of
 * them; NULL where it is long. */
static const char *literal_text(const literal *l, size_t turned)
{
    const frame *f = building_top(l->g);
    size_t children[FEW];
    tree_children(&f->expression, f->at, children);
    tree_writer w = {.arena = l->g->b->arena};
    tree_node whole = *l->node;
    whole.rows = 0;
    for (size_t k = 0; k < l->count; k++) {
        const char *text = building_text(l->g, f, children[k], PRINT_TIGHT);
        if (text == NULL)
            return NULL;
        building_push_text(&w, text, building_rank(f, children[k]), k == turned);
        w.nodes.items[w.nodes.count - 1].begins_row = l->begins[k];
        whole.rows += l->begins[k];
    }
    tree_push(&w, whole);
    tree written = tree_written(&w);
    return formula_text(w.arena, &written, PRINT_TIGHT);
}

/* "[A; u'] fits (3×2)", or NULL. */
static const char *fitting_text(const literal *l, size_t turned)
{
    shape made;
    const char *ignored, *text;
    if (!lay_out(l, &made, &ignored) || (text = literal_text(l, turned)) == NULL)
        return NULL;
    arena *a = l->g->b->arena;
    return format_in(a, "%s fits (%s)", text, shape_text(a, &made));
}

/* With the last part turned over that then fits. */
static const char *turned_text(const literal *l)
{
    for (size_t k = l->count; k-- > 0;) {
        shape turned[FEW];
        memcpy(turned, l->shapes, l->count * sizeof *turned);
        turned[k].size[0] = l->shapes[k].size[1];
        turned[k].size[1] = l->shapes[k].size[0];
        literal tried = *l;
        tried.shapes = turned;
        const char *text = fitting_text(&tried, k);
        if (text != NULL)
            return text;
    }
    return NULL;
}

/* With all parts below each other, or side by side. */
static const char *rearranged_text(const literal *l)
{
    static const bool below[FEW] = {true, true, true, true}, beside[FEW] = {true};
    literal tried = *l;
    tried.begins = below;
    const char *text = fitting_text(&tried, l->count);
    tried.begins = beside;
    return text != NULL ? text : fitting_text(&tried, l->count);
}

static const char *what_fits(const literal *l)
{
    if (l->count > FEW || all_numbers(l))
        return NULL;
    const char *turned = turned_text(l), *rearranged = rearranged_text(l);
    if (turned == NULL || rearranged == NULL)
        return turned != NULL ? turned : rearranged;
    return format_in(l->g->b->arena, "%s; %s", turned, rearranged);
}

static bool complain_blocks(const literal *l, const char *message)
{
    const frame *f = building_top(l->g);
    arena *a = l->g->b->arena;
    text_buffer shapes;
    text_init(&shapes, a);
    size_t children[FEW];
    if (l->count <= FEW)
        tree_children(&f->expression, f->at, children);
    for (size_t k = 0; k < l->count && l->count <= FEW; k++) {
        const char *text = building_text(l->g, f, children[k], PRINT_TIGHT);
        if (text != NULL && !shape_is_number(&l->shapes[k]))
            text_format(&shapes, "%s%s is %s", shapes.length == 0 ? " (" : ", ", text,
                        shape_text(a, &l->shapes[k]));
    }
    text_add(&shapes, shapes.length == 0 ? "" : ")");
    complain(l, format_in(a, "%s%s", message, text_string(&shapes)));
    const char *hint = what_fits(l);
    return hint != NULL && diagnose_hint(l->g->b->why, "%s", hint);
}

/* ---- Nodes ---- */

/* Matrices of one shape as layers. */
static bool build_stack(const literal *l, node_id *made)
{
    const shape *first = &l->shapes[0];
    if (first->rank == SHAPE_MAX_RANK)
        return complain(l, "brackets nest four deep at most");
    for (size_t k = 1; k < l->count; k++)
        if (!shape_equal(&l->shapes[k], first))
            return complain(l, "the matrices of a stack have one shape");
    shape s = {.rank = first->rank + 1, .size = {l->count}};
    for (int axis = 0; axis < first->rank; axis++)
        s.size[axis + 1] = first->size[axis];
    *made = graph_append(l->g->b->graph, OP_STACK, l->parts, l->count, &s);
    return true;
}

static bool build_blocks(const literal *l, node_id *made)
{
    shape s;
    const char *why = NULL;
    for (size_t k = 0; k < l->count; k++)
        if (l->shapes[k].rank != 2)
            return complain(l, "stacks of matrices do not make blocks");
    if (!lay_out(l, &s, &why))
        return complain_blocks(l, why);
    *made = l->count == 1
                ? l->parts[0]
                : graph_append(l->g->b->graph, OP_BLOCK, l->parts, l->count, &s);
    return true;
}

bool building_matrix(building *g)
{
    const frame *f = building_top(g);
    const tree_node *n = &f->expression.nodes[f->at];
    arena *a = g->b->arena;
    size_t count = n->arity;
    size_t *children = ARENA_ARRAY(a, size_t, count);
    shape *shapes = ARENA_ARRAY(a, shape, count);
    bool *begins = ARENA_ARRAY(a, bool, count);
    tree_children(&f->expression, f->at, children);
    g->nodes.count -= count;
    literal l = {g, n, g->nodes.items + g->nodes.count, count, shapes, begins};
    for (size_t k = 0; k < count; k++)
        shapes[k] = *graph_shape(g->b->graph, l.parts[k]);
    /* A row of numbers is a column. */
    bool column = n->rows == 1 && !n->nested && all_numbers(&l);
    for (size_t k = 0; k < count; k++)
        begins[k] = k == 0 || column || f->expression.nodes[children[k]].begins_row;
    node_id made = NODE_NONE;
    if (!(n->stacked ? build_stack : build_blocks)(&l, &made))
        return false;
    array_push(a, &g->nodes, made);
    return true;
}
