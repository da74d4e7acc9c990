/* Where operands do not fit: what is said, and what would fit. */
#include <string.h>

#include "base/text.h"
#include "build/building.h"

/* An operation at hand that its operands do not fit. */
typedef struct mismatch {
    building *g;
    op_id op;
    const node_id *operands;
    size_t count;
    const char *texts[OP_MAX_OPERANDS]; /* as written; NULL where that is long */
    op_rank ranks[OP_MAX_OPERANDS];
} mismatch;

static const shape *shape_of(const mismatch *m, size_t k)
{
    return graph_shape(m->g->b->graph, m->operands[k]);
}

static const char *shape_words(const mismatch *m, const shape *s)
{
    return shape_text(m->g->b->arena, s);
}

/* ---- What is wrong ---- */

static const char *sizes_differ(const mismatch *m)
{
    size_t inner = shape_columns(shape_of(m, 0)), other = shape_rows(shape_of(m, 1));
    return inner == other ? "the stacks do not match"
                          : format_in(m->g->b->arena,
                                      "the inner sizes %zu and %zu differ", inner, other);
}

static const char *reason_of(const mismatch *m)
{
    const operation *row = op_row(m->op);
    arena *a = m->g->b->arena;
    if (m->op == OP_SCALE || m->op == OP_AT)
        return sizes_differ(m);
    if (m->op == OP_UNDER || m->op == OP_SOLVE)
        return "as many rows are needed on both sides";
    if (m->op == OP_DIVIDE)
        return "/ divides by a number";
    if (m->op == OP_POWER)
        return "^ is a power of numbers";
    if (row->kernel != NULL)
        return "the sizes do not match";
    return format_in(a, "%s does not take these shapes", row->spelling);
}

/* " (W is 2×3, x is 3×1)", each once, and without the operands that say sizes or axes. */
static const char *operand_shapes(const mismatch *m)
{
    static const char *const places[] = {"first", "second", "third", "fourth"};
    text_buffer list;
    text_init(&list, m->g->b->arena);
    for (size_t k = 0; k < m->count; k++) {
        const char *shape_here = shape_words(m, shape_of(m, k)), *text = m->texts[k];
        if (op_row(m->op)->fixed[k] || (k > 0 && text != NULL && m->texts[0] != NULL &&
                                        strcmp(text, m->texts[0]) == 0))
            continue;
        text_add(&list, list.length == 0 ? " (" : ", ");
        if (text != NULL && strcmp(text, shape_here) != 0)
            text_format(&list, "%s is %s", text, shape_here);
        else
            text_format(&list, "the %s operand is %s", places[k], shape_here);
    }
    text_add(&list, list.length == 0 ? "" : ")");
    return text_string(&list);
}

/* ---- What would fit ---- */

/* One way to write it: operands turned over or round, another operation. */
typedef struct proposal {
    op_id op;
    bool swapped, transposed[2];
    const char *name; /* what that is called, or NULL */
} proposal;

static const proposal instead_of_product[] = {
    {OP_SCALE, false, {true, false}, NULL},
    {OP_SCALE, false, {false, true}, NULL},
    {OP_SCALE, true, {false, false}, NULL},
    {OP_SCALE, false, {true, true}, NULL},
    {OP_TIMES, false, {false, false}, "entry by entry"},
};
static const proposal instead_of_at[] = {
    {OP_SCALE, false, {false, false}, "scaled"},
};
static const proposal instead_of_elementwise[] = {
    {OP_NONE, false, {false, true}, NULL},
    {OP_NONE, false, {true, false}, NULL},
};
static const proposal instead_of_times[] = {
    {OP_NONE, false, {false, true}, NULL},
    {OP_NONE, false, {true, false}, NULL},
    {OP_SCALE, false, {false, false}, "the matrix product"},
};
static const proposal instead_of_division[] = {
    {OP_OVER, false, {false, false}, "entry by entry"},
};
static const proposal instead_of_power[] = {
    {OP_DOT_POWER, false, {false, false}, "entry by entry"},
};
static const proposal instead_of_solution[] = {
    {OP_BACKSLASH, false, {false, true}, NULL},
    {OP_BACKSLASH, true, {false, false}, NULL},
};

static shape transposed_shape(const shape *s, bool transposed)
{
    shape turned = *s;
    if (transposed) {
        turned.size[s->rank - 2] = shape_columns(s);
        turned.size[s->rank - 1] = shape_rows(s);
    }
    return turned;
}

/* Whether the operands fit like that, and not by stretching both. */
static bool is_fitting(op_id first, const shape *shapes, shape *result)
{
    tensor operands[2] = {{shapes[0], NULL}, {shapes[1], NULL}};
    for (op_id op = first; op != OP_NONE; op = op_next_alike(op)) {
        shape_call call = {.operands = operands, .count = 2};
        if (!op_takes(op, 2, NULL) || !op_row(op)->shape(&call))
            continue;
        *result = call.result;
        return op_row(op)->kernel == NULL || shape_equal(result, &shapes[0]) ||
               shape_equal(result, &shapes[1]);
    }
    return false;
}

/* The operation with the operands as proposed, as text that can be typed. */
static const char *proposal_text(const mismatch *m, const proposal *p, op_id op)
{
    tree_writer w = {.arena = m->g->b->arena};
    for (size_t i = 0; i < 2; i++) {
        size_t k = p->swapped ? 1 - i : i;
        building_push_text(&w, m->texts[k], m->ranks[k], p->transposed[k]);
    }
    const operation *row = op_row(op);
    tree_push(&w,
              row->form == FORM_CALL
                  ? (tree_node){.kind = TREE_CALL, .arity = 2, .as.name = row->spelling}
                  : (tree_node){.kind = TREE_OPERATION, .op = (uint16_t)op, .arity = 2});
    tree written = tree_written(&w);
    return formula_text(w.arena, &written, PRINT_SPACED);
}

/* "W' * x fits (3×2 times 2×1 is 3×1)"; NULL where it does not. */
static const char *try_proposal(const mismatch *m, const proposal *p)
{
    op_id op = p->op == OP_NONE ? m->op : p->op;
    shape shapes[2], result;
    for (size_t i = 0; i < 2; i++) {
        size_t k = p->swapped ? 1 - i : i;
        shapes[i] = transposed_shape(shape_of(m, k), p->transposed[k]);
    }
    if (!is_fitting(op, shapes, &result))
        return NULL;
    arena *a = m->g->b->arena;
    const char *text = proposal_text(m, p, op), *made = shape_words(m, &result);
    bool dot = p->name == NULL && op == OP_SCALE && shape_is_number(&result);
    const char *name = dot ? "the dot product" : p->name;
    if (name != NULL)
        return format_in(a, "%s fits (%s, %s)", text, name, made);
    if (op == OP_SCALE)
        return format_in(a, "%s fits (%s times %s is %s)", text,
                         shape_words(m, &shapes[0]), shape_words(m, &shapes[1]), made);
    return format_in(a, "%s fits (%s with %s is %s)", text, shape_words(m, &shapes[0]),
                     shape_words(m, &shapes[1]), made);
}

/* More equations than unknowns: the solution with the smallest error. */
static const char *least_squares(const mismatch *m)
{
    const shape *s = shape_of(m, 0), *other = shape_of(m, 1);
    const char *first = m->texts[0], *second = m->texts[1];
    if (shape_rows(s) <= shape_columns(s) || shape_rows(s) != shape_rows(other) ||
        m->ranks[0] != RANK_ATOM || m->ranks[1] != RANK_ATOM)
        return NULL;
    return format_in(m->g->b->arena, "(%s'*%s) \\ (%s'*%s) comes nearest (least squares)",
                     first, first, first, second);
}

/* Powers of a square matrix, and division by one, as products and inverses. */
static const char *square_proposal(const mismatch *m)
{
    arena *a = m->g->b->arena;
    if (m->op == OP_UNDER)
        return least_squares(m);
    size_t divisor = m->op == OP_DIVIDE;
    const shape *s = shape_of(m, divisor), *other = shape_of(m, 0);
    const char *first = m->texts[0], *second = m->texts[1];
    if (shape_rows(s) != shape_columns(s) || shape_is_number(s) ||
        m->ranks[0] != RANK_ATOM)
        return NULL;
    if (m->op == OP_POWER && strcmp(second, "2") == 0)
        return format_in(a, "%s*%s fits (the matrix product, %s)", first, first,
                         shape_words(m, s));
    if (m->op == OP_POWER && strcmp(second, "-1") == 0)
        return format_in(a, "inv(%s) fits (the inverse, %s)", first, shape_words(m, s));
    if (m->op == OP_DIVIDE && shape_columns(other) == shape_rows(s))
        return format_in(a, "%s*inv(%s) fits (%s)", first, second, shape_words(m, other));
    return NULL;
}

static const proposal *proposals_of(const mismatch *m, size_t *count)
{
#define PROPOSALS(list) (*count = sizeof(list) / sizeof *(list), (list))
    if (m->op == OP_AT &&
        (shape_is_number(shape_of(m, 0)) || shape_is_number(shape_of(m, 1))))
        return PROPOSALS(instead_of_at);
    if (m->op == OP_SCALE || m->op == OP_AT)
        return PROPOSALS(instead_of_product);
    if (m->op == OP_DIVIDE)
        return PROPOSALS(instead_of_division);
    if (m->op == OP_POWER)
        return PROPOSALS(instead_of_power);
    if (m->op == OP_UNDER)
        return PROPOSALS(instead_of_solution);
    if (m->op == OP_TIMES)
        return PROPOSALS(instead_of_times);
    *count = 0;
    return op_row(m->op)->kernel == NULL ? NULL : PROPOSALS(instead_of_elementwise);
#undef PROPOSALS
}

/* The infix operation with its operands turned over or round, or another operation: of
 * the ways to turn the first that fits, and all others. NULL where nothing does. */
static const char *other_ways(const mismatch *m)
{
    size_t count, found = 0;
    if (m->count != 2 || m->texts[0] == NULL || m->texts[1] == NULL)
        return NULL;
    const proposal *list = proposals_of(m, &count);
    text_buffer ways;
    text_init(&ways, m->g->b->arena);
    const char *square = square_proposal(m);
    if (square != NULL) {
        text_add(&ways, square);
        found++;
    }
    for (size_t i = 0; i < count; i++) {
        bool turned = list[i].name == NULL;
        const char *fitting = found > 0 && turned ? NULL : try_proposal(m, &list[i]);
        if (fitting != NULL)
            text_format(&ways, "%s%s", found++ == 0 ? "" : "; ", fitting);
    }
    return found == 0 ? NULL : text_string(&ways);
}

/* Where nothing fits: what would have to. */
static const char *what_is_needed(const mismatch *m)
{
    if (m->op == OP_SCALE || m->op == OP_AT)
        return "a product needs as many columns on the left as rows on the right";
    if (m->op == OP_SAME_SHAPE)
        return "nothing is stretched here: both have to have the same sizes";
    if (op_row(m->op)->kernel != NULL && m->count > 1 && m->op != OP_UNDER)
        return "each size has to be the same in both, or 1, which is stretched";
    return NULL;
}

static const char *what_fits(const mismatch *m)
{
    const function *callee = building_top(m->g)->callee;
    bool call = op_row(m->op)->form == FORM_CALL;
    if (!call && (callee == NULL || !callee->predefined))
        return other_ways(m);
    const char *turned = building_turned_call(m->g, m->operands);
    return turned != NULL ? turned : building_call_with_axis(m->g, m->operands);
}

/* What the user calls an argument of the prelude's function whose body is at hand: there
 * it may stand inside a call that only asks for its shape. */
static const char *argument_text(const frame *f, node_id operand)
{
    for (size_t i = 0; f->callee != NULL && i < f->callee->count; i++)
        if (f->callee->predefined && f->arguments[i] == operand)
            return f->argument_texts[i];
    return NULL;
}

static mismatch mismatch_at_hand(building *g, op_id op, const node_id *operands,
                                 size_t count)
{
    mismatch m = {.g = g, .op = op, .operands = operands, .count = count};
    const frame *f = building_top(g);
    size_t *children = ARENA_ARRAY(g->b->arena, size_t, count + 1);
    tree_children(&f->expression, f->at, children);
    bool written = f->expression.nodes[f->at].arity == count;
    for (size_t k = 0; k < count && written; k++) {
        m.texts[k] = argument_text(f, operands[k]);
        if (m.texts[k] == NULL)
            m.texts[k] = building_text(g, f, children[k], PRINT_TIGHT);
        m.ranks[k] = building_rank(f, children[k]);
    }
    return m;
}

bool building_complain_operands(building *g, op_id op, const misfit *why,
                                const node_id *operands, size_t count)
{
    if (g->is_trial)
        return false;
    mismatch m = mismatch_at_hand(g, op, operands, count);
    const frame *f = building_top(g);
    const char *whole = building_text(g, f, f->at, PRINT_SPACED);
    bool inside = f->callee != NULL && f->callee->predefined;
    diagnose(g->b->why, why->kind, building_span(g), "%s%s%s%s%s", building_place(g),
             whole == NULL || inside ? "" : whole, whole == NULL || inside ? "" : ": ",
             why->problem != NULL ? why->problem : reason_of(&m), operand_shapes(&m));
    const char *fitting = what_fits(&m);
    const char *hint = fitting != NULL ? fitting : what_is_needed(&m);
    return hint != NULL && diagnose_hint(g->b->why, "%s", hint);
}

/* 3×1 with 1×3 makes 3×3, which is rarely meant. */
void building_note_stretch(building *g, op_id op, const node_id *operands, size_t count,
                           const shape *result)
{
    builder *b = g->b;
    for (size_t k = 0; k < count; k++)
        if (shape_equal(graph_shape(b->graph, operands[k]), result))
            return;
    g->stretched = true;
    if (g->is_trial)
        return;
    text_buffer shapes;
    text_init(&shapes, b->arena);
    for (size_t k = 0; k < count; k++)
        text_format(&shapes, "%s%s", k == 0 ? "" : " with ",
                    shape_text(b->arena, graph_shape(b->graph, operands[k])));
    mismatch m = mismatch_at_hand(g, op, operands, count);
    const char *instead = what_fits(&m);
    b->scope->note(b->scope->owner,
                   format_in(b->arena, "%s stretches %s operands: %s makes %s%s%s",
                             op_row(op)->spelling, count == 2 ? "both" : "all",
                             text_string(&shapes), shape_text(b->arena, result),
                             instead == NULL ? "" : "; ",
                             instead == NULL ? "" : instead));
}
