/* The half of row_checks.h that is about arrays. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "row_checks.h"

/* ---- What is tried ---- */

/* Shapes that stretch in each axis, and in axes that others do not have; few entries, as
 * every one of them is differentiated by. */
static const shape array_shapes[] = {
    {.rank = 2, .size = {1, 1}},
    {.rank = 2, .size = {3, 1}},
    {.rank = 2, .size = {1, 2}},
    {.rank = 2, .size = {3, 2}},
    {.rank = 2, .size = {2, 2}},
    {.rank = 3, .size = {2, 3, 2}},
    {.rank = 3, .size = {2, 1, 1}},
    {.rank = 4, .size = {2, 1, 3, 1}},
    {.rank = 3, .size = {1, 3, 2}},
    {.rank = 3, .size = {2, 2, 2}},
    {.rank = 2, .size = {3, 3}},
    /* Two of two: only beside operands that decide the shape. */
    {.rank = 2, .size = {4, 2}},
    {.rank = 2, .size = {2, 4}},
};
enum { ARRAY_SHAPES = sizeof array_shapes / sizeof *array_shapes };
enum { PLAIN_SHAPES = ARRAY_SHAPES - 2 };

/* What operands are whose values decide the shape: numbers, of which shape rules take
 * those that make sense. */
static const double fixed_values[] = {1, 2, 3, 4, 0.5, -1, 0.1};
enum { FIXED_VALUES = sizeof fixed_values / sizeof *fixed_values };

/* Parts for rows that take any number of operands: how high and wide each is, in order,
 * and what they fill together. Those of one row are equally high. */
enum { MAX_PARTS = 6, MAX_ENTRIES = 64 };
static const struct {
    size_t height, width;
    size_t count;
    size_t parts[MAX_PARTS][2];
} layouts[] = {
    {1, 1, 1, {{1, 1}}},
    {3, 1, 3, {{1, 1}, {1, 1}, {1, 1}}},
    {1, 3, 2, {{1, 1}, {1, 2}}},
    {3, 3, 3, {{2, 1}, {2, 2}, {1, 3}}},
    {3, 4, 6, {{1, 1}, {1, 2}, {1, 1}, {2, 1}, {2, 2}, {2, 1}}},
    {4, 2, 4, {{1, 2}, {2, 1}, {2, 1}, {1, 2}}},
};
enum { LAYOUTS = sizeof layouts / sizeof *layouts };

/* Operands that are places: the operand, and whose entries along which axis they number,
 * or the operand whose value says how many there are. */
enum { BY_VALUE = SHAPE_MAX_RANK, BY_ROW, BY_COLUMN };
static const struct {
    op_id op;
    size_t operand, of, axis;
} places[] = {
    {OP_GATHER, 1, 0, BY_ROW},   {OP_GATHER, 2, 0, BY_COLUMN}, {OP_PLACE, 2, 1, BY_ROW},
    {OP_PLACE, 3, 1, BY_COLUMN}, {OP_ONEHOT, 0, 1, BY_VALUE},  {OP_PAGE, 1, 0, 0},
    {OP_ONPAGE, 2, 1, 0},
};

size_t row_broadcast_index(const shape *narrow, const shape *wide, size_t at)
{
    size_t index = 0, step = 1;
    for (int from_end = 1; from_end <= narrow->rank; from_end++) {
        size_t size = wide->size[wide->rank - from_end];
        size_t own = narrow->size[narrow->rank - from_end];
        index += own == 1 ? 0 : at % size * step;
        step *= own;
        at /= size;
    }
    return index;
}

/* One application on leaves, in a graph of its own:
 *
 *     out = op(operands…)      total = sum(weight .* out .* out)
 *
 * squared, so that operations that only move entries have second derivatives too. */
typedef struct array_trial {
    op_id op;
    fixture *f;
    row_verdict *verdict;
    bool hurry;
    dice dice;
    size_t count;
    shape shapes[MAX_PARTS];
    double entries[MAX_PARTS][MAX_ENTRIES]; /* of the operands */
    node_id leaves[MAX_PARTS];
    shape result;
    node_id out, total;
    char words[160]; /* "PLUS of 3×1, 1×2" */
} array_trial;

/* The index of the rule for operand `k`; where there is any number of them they share
 * one. */
static size_t rule_of(const operation *row, size_t k)
{
    return row->arity == 0 ? 0 : k;
}

static bool is_hurry_over(const array_trial *t)
{
    return t->hurry && row_failures(t->verdict) > 0;
}

/* Whether operand `k` are places; `size` is how many there are to choose from. */
static bool is_places(const array_trial *t, size_t k, size_t *size)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (places[i].op == t->op && places[i].operand == k) {
            size_t of = places[i].of, axis = places[i].axis;
            const shape *s = &t->shapes[of];
            if (axis == BY_VALUE)
                *size = (size_t)t->entries[of][0];
            else
                *size = s->size[axis == BY_ROW      ? s->rank - 2
                                : axis == BY_COLUMN ? s->rank - 1
                                                    : (int)axis];
            return true;
        }
    return false;
}

static op_interval interval_of(const array_trial *t, size_t k)
{
    const operation *row = op_row(t->op);
    op_interval in = row->sample[rule_of(row, k)];
    return in.low < in.high ? in : (op_interval){-2, 2};
}

/* Whether the first operand is to be a matrix that has an inverse and a factor: with a
 * dominant diagonal. */
static bool is_regular(op_id op)
{
    static const op_id ops[] = {OP_LOGDET,    OP_INV,      OP_SOLVE,
                                OP_BACKSLASH, OP_CHOLESKY, OP_COFACTOR_ALONG};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (ops[i] == op)
            return true;
    return false;
}

static void strengthen_diagonal(array_trial *t)
{
    enum { MORE_THAN_A_ROW = 5 };
    size_t n = shape_columns(&t->shapes[0]), count = shape_count(&t->shapes[0]);
    for (size_t i = 0; i < count; i++)
        if (i % n == i / n % n)
            t->entries[0][i] += MORE_THAN_A_ROW;
}

/* Its entries, but for those that were chosen with the shapes. */
static void draw_operand(array_trial *t, size_t k)
{
    if (op_row(t->op)->fixed[rule_of(op_row(t->op), k)])
        return;
    size_t size, count = shape_count(&t->shapes[k]);
    op_interval in = interval_of(t, k);
    double margin = 0.15 * (in.high - in.low);
    bool numbered = is_places(t, k, &size);
    for (size_t i = 0; i < count; i++)
        t->entries[k][i] =
            numbered ? (double)(1 + dice_below(&t->dice, size))
                     : dice_between(&t->dice, in.low + margin, in.high - margin);
    if (k == 0 && is_regular(t->op))
        strengthen_diagonal(t);
}

static node_id array_leaf(array_trial *t, const shape *s, const double *entries)
{
    fixture *f = t->f;
    assert_true(f->leaf_count < FIXTURE_ROOM);
    f->leaf_entries[f->leaf_count] = entries;
    return graph_leaf(&f->graph, (int32_t)f->leaf_count++, LEAF_INPUT, s);
}

/* A leaf of random weights in the shape of a node. */
static node_id array_weights(array_trial *t, node_id like)
{
    const shape *s = graph_shape(&t->f->graph, like);
    size_t count = shape_count(s);
    double *entries = ARENA_ARRAY(&t->f->arena, double, count);
    for (size_t i = 0; i < count; i++)
        entries[i] = dice_between(&t->dice, 0.5, 1.5);
    return array_leaf(t, s, entries);
}

/* Appended as it stands, without being simplified. */
static node_id array_append(array_trial *t, op_id op, node_id a, node_id b)
{
    graph *g = &t->f->graph;
    node_id operands[2] = {a, b};
    size_t count = b == NODE_NONE ? 1 : 2;
    shape shapes[2] = {*graph_shape(g, a), *graph_shape(g, b == NODE_NONE ? a : b)};
    shape result;
    assert_true(shapes_fit(op_row(op)->shape, shapes, count, &result));
    return graph_append(g, op, operands, count, &result);
}

static node_id weighted_sum(array_trial *t, node_id of)
{
    node_id weighted = array_append(t, OP_TIMES, array_weights(t, of), of);
    return array_append(t, OP_SUM, weighted, NODE_NONE);
}

static void build_array_trial(array_trial *t)
{
    size_t length =
        (size_t)snprintf(t->words, sizeof t->words, "%s", op_row(t->op)->name);
    for (size_t k = 0; k < t->count; k++) {
        draw_operand(t, k);
        t->leaves[k] = array_leaf(t, &t->shapes[k], t->entries[k]);
        length += (size_t)snprintf(t->words + length, sizeof t->words - length, "%s%s",
                                   k == 0 ? " of " : ", ",
                                   shape_text(&t->f->arena, &t->shapes[k]));
    }
    t->out = graph_append(&t->f->graph, t->op, t->leaves, t->count, &t->result);
    t->total = weighted_sum(t, array_append(t, OP_TIMES, t->out, t->out));
}

/* Computes a node afresh, as operands may have changed; false where it cannot be. Copies
 * its entries to `out`. */
static bool array_compute(const array_trial *t, node_id n, double *out)
{
    limits l = {0};
    arena scratch;
    arena_init(&scratch, &l, 1 << 14);
    run r;
    run_init(&r, &t->f->graph, &scratch, t->f->run.leaf, t->f->run.owner);
    bool fine = run_compute(&r, &n, 1);
    if (fine)
        memcpy(out, run_value(&r, n).entries,
               shape_count(graph_shape(&t->f->graph, n)) * sizeof *out);
    arena_empty(&scratch);
    return fine;
}

static double array_number(const array_trial *t, node_id n)
{
    double value = NAN;
    array_compute(t, n, &value);
    return value;
}

/* ---- … their values ---- */

/* What the kernel makes of numbers alone. */
static double kernel_entry(const array_trial *t, size_t at)
{
    const double *numbers[OP_MAX_OPERANDS];
    for (size_t k = 0; k < t->count; k++)
        numbers[k] = &t->entries[k][row_broadcast_index(&t->shapes[k], &t->result, at)];
    double out;
    op_row(t->op)->kernel(1, &out, numbers);
    return out;
}

static void check_array_value(array_trial *t, array_formula *formula)
{
    bool elementwise = op_row(t->op)->kernel != NULL;
    tensor operands[MAX_PARTS];
    for (size_t k = 0; k < t->count; k++)
        operands[k] = (tensor){t->shapes[k], t->entries[k]};
    array_entry entry = {.shape = t->result, .operands = t->count};
    size_t count = shape_count(&t->result);
    double *got = ARENA_ARRAY(&t->f->arena, double, count);
    bool fine = array_compute(t, t->out, got);
    row_record(t->verdict, ROW_ARRAY_VALUE, fine, "%s has no value", t->words);
    for (; fine && (elementwise || formula != NULL) && entry.at < count; entry.at++) {
        double wanted =
            elementwise ? kernel_entry(t, entry.at) : formula(operands, &entry);
        row_record(t->verdict, ROW_ARRAY_VALUE,
                   numbers_agree(got[entry.at], wanted, elementwise ? 0 : 1e-14),
                   "%s: entry %zu is %.17g, wanted %.17g", t->words, entry.at + 1,
                   got[entry.at], wanted);
    }
}

/* ---- … what they depend on ---- */

/* Whether entries of two arrays belong to the same matrix, where leading axes stretch. */
static bool in_same_matrix(const shape *from, size_t entry, const shape *to, size_t at)
{
    shape narrow = *from, wide = *to;
    size_t of_from = shape_rows(from) * shape_columns(from);
    size_t of_to = shape_rows(to) * shape_columns(to);
    narrow.size[from->rank - 2] = narrow.size[from->rank - 1] = 1;
    wide.size[to->rank - 2] = wide.size[to->rank - 1] = 1;
    return row_broadcast_index(&narrow, &wide, at / of_to) == entry / of_from;
}

/* Whether by these links an entry of the result may depend on an entry of operand `k`. */
static bool is_linked(const array_trial *t, op_links links, size_t k, size_t entry,
                      size_t at)
{
    const shape *from = &t->shapes[k], *to = &t->result;
    size_t row = entry / shape_columns(from) % shape_rows(from);
    size_t column = entry % shape_columns(from);
    size_t to_row = at / shape_columns(to) % shape_rows(to);
    size_t to_column = at % shape_columns(to);
    switch (links) {
    case LINKS_SAME:
        return shape_count(from) > shape_count(to)
                   ? row_broadcast_index(to, from, entry) == at
                   : row_broadcast_index(from, to, at) == entry;
    case LINKS_PRODUCT:
        return in_same_matrix(from, entry, to, at) &&
               (k == 0 ? row == to_row : column == to_column);
    case LINKS_LINE:
        if (t->count == 1)
            return shape_is_vector(from);
        return in_same_matrix(from, entry, to, at) &&
               (t->entries[1][0] == 1 ? column == to_column : row == to_row);
    case LINKS_ALL:
        return in_same_matrix(from, entry, to, at);
    case LINKS_MOVES:
        return true;
    }
    return false;
}

/* Links of entries that do not stand at the same place. */
static bool is_across(op_links links)
{
    return links == LINKS_PRODUCT || links == LINKS_LINE || links == LINKS_ALL;
}

/* Counts a pair that the row links by what tighter links would say of it. */
static void count_beyond(array_trial *t, size_t k, size_t entry, size_t at, bool depends)
{
    static const op_links tighter[] = {LINKS_SAME, LINKS_PRODUCT, LINKS_LINE};
    for (size_t i = 0; i < sizeof tighter / sizeof *tighter; i++) {
        if (is_linked(t, tighter[i], k, entry, at))
            continue;
        t->verdict->linked_beyond[tighter[i]]++;
        t->verdict->depending_beyond[tighter[i]] += depends;
    }
}

/* Moves one entry after the other: what changes in the result is linked to it, and what
 * was moved there changes as much. */
static void check_links(array_trial *t)
{
    const operation *row = op_row(t->op);
    size_t count = shape_count(&t->result);
    double before[MAX_ENTRIES], after[MAX_ENTRIES];
    bool fine = count <= MAX_ENTRIES && array_compute(t, t->out, before);
    for (size_t k = 0; fine && k < t->count; k++) {
        if (row_has_no_gradient(row, rule_of(row, k)))
            continue;
        for (size_t entry = 0; entry < shape_count(&t->shapes[k]); entry++) {
            double step = 0.125, here = t->entries[k][entry];
            t->entries[k][entry] += step;
            array_compute(t, t->out, after);
            t->entries[k][entry] = here;
            for (size_t at = 0; at < count; at++) {
                double change = after[at] - before[at];
                bool linked = is_linked(t, row->links, k, entry, at);
                if (linked && is_across(row->links))
                    count_beyond(t, k, entry, at, change != 0);
                bool moved =
                    row->links != LINKS_MOVES || numbers_agree(change, step, 1e-12);
                row_record(
                    t->verdict, ROW_ARRAY_VALUE, change == 0 || (moved && linked),
                    "%s: entry %zu of operand %zu changes entry %zu by %g, against "
                    "its links",
                    t->words, entry + 1, k + 1, at + 1, change);
            }
        }
    }
}

/* ---- … and their derivatives ---- */

/* The derivative of `n`, a number, by an entry of an operand: differences at two steps,
 * of which the first error term is eliminated. */
static double array_difference(array_trial *t, node_id n, size_t k, size_t entry)
{
    double *moved_entry = &t->entries[k][entry], here = *moved_entry;
    op_interval in = interval_of(t, k);
    double step = 1e-3 * (in.high - in.low), slopes[2];
    for (size_t i = 0; i < 2; i++, step /= 2) {
        *moved_entry = here + step;
        double above = array_number(t, n), width = *moved_entry;
        *moved_entry = here - step;
        double below = array_number(t, n);
        width -= *moved_entry;
        slopes[i] = (above - below) / width;
    }
    *moved_entry = here;
    return (4 * slopes[1] - slopes[0]) / 3;
}

/* Compares the gradient of `n` by operand `k` with differences, entry by entry. An
 * operand that gives or decides a shape, or gives places, has none. */
static void compare_arrays(array_trial *t, row_property property, node_id n, size_t k,
                           node_id gradient, const char *what)
{
    const operation *row = op_row(t->op);
    const shape *s = graph_shape(&t->f->graph, gradient);
    bool shaped = shape_equal(s, &t->shapes[k]);
    row_record(t->verdict, property, shaped, "%s: %s by operand %zu is %s", t->words,
               what, k + 1, shape_text(&t->f->arena, s));
    double got[MAX_ENTRIES];
    bool fine = shaped && array_compute(t, gradient, got);
    row_record(t->verdict, property, fine, "%s: %s by operand %zu has no value", t->words,
               what, k + 1);
    double tolerance =
        property == ROW_ARRAY_SECOND ? ROW_SECOND_TOLERANCE : ROW_GRADIENT_TOLERANCE;
    for (size_t i = 0; fine && i < shape_count(&t->shapes[k]); i++) {
        bool none = row_has_no_gradient(row, rule_of(row, k));
        double wanted = none ? 0 : array_difference(t, n, k, i);
        row_record(t->verdict, property, numbers_agree(got[i], wanted, tolerance),
                   "%s: %s by entry %zu of operand %zu is %.12g, by differences %.12g",
                   t->words, what, i + 1, k + 1, got[i], wanted);
    }
}

static uint64_t mixed(uint64_t sum, uint64_t with)
{
    dice d = {sum ^ with};
    return dice_bits(&d);
}

/* Adds to the digest what a node computes: by which operations, of which leaves. */
static void digest(array_trial *t, node_id of)
{
    const graph *g = &t->f->graph;
    uint64_t *sums = ARENA_ARRAY(&t->f->arena, uint64_t, (size_t)of + 1);
    for (node_id n = 0; n <= of; n++) {
        sums[n] = mixed(graph_op(g, n), 0);
        if (graph_op(g, n) == OP_LEAF)
            sums[n] = mixed(sums[n], (uint64_t)graph_operand(g, n, 0));
        for (size_t k = 0; k < graph_arity(g, n); k++)
            sums[n] = mixed(sums[n], sums[graph_operand(g, n, k)]);
        const constant *c = graph_constant_of(g, n);
        for (size_t i = 0; c != NULL && i < shape_count(&c->value.shape); i++) {
            uint64_t bits;
            memcpy(&bits, &c->value.entries[i], sizeof bits);
            sums[n] = mixed(sums[n], bits);
        }
    }
    t->verdict->built = mixed(t->verdict->built, sums[of]);
}

static void check_array_derivatives(array_trial *t)
{
    for (size_t k = 0; k < t->count && !is_hurry_over(t); k++) {
        node_id gradient = differentiate_by(&t->f->builder, t->total, t->leaves[k]);
        digest(t, gradient);
        compare_arrays(t, ROW_ARRAY_GRADIENT, t->total, k, gradient, "the gradient");
        node_id sum = weighted_sum(t, gradient);
        for (size_t l = 0; l < t->count && !is_hurry_over(t); l++) {
            node_id second = differentiate_by(&t->f->builder, sum, t->leaves[l]);
            digest(t, second);
            char what[80];
            snprintf(what, sizeof what, "the derivative of the gradient by operand %zu",
                     k + 1);
            compare_arrays(t, ROW_ARRAY_SECOND, sum, l, second, what);
        }
    }
}

/* A rule that has a guarded form has a value where all entries are 0 too. */
static void check_guards(array_trial *t)
{
    const operation *row = op_row(t->op);
    for (size_t k = 0; row->array != NULL && k < row->arity; k++) {
        if (row->runs[k] == NULL)
            continue;
        size_t count = shape_count(&t->shapes[k]);
        memset(t->entries[k], 0, count * sizeof *t->entries[k]);
        double got[MAX_ENTRIES];
        array_compute(t, differentiate_by(&t->f->builder, t->total, t->leaves[k]), got);
        for (size_t i = 0; i < count; i++)
            row_record(t->verdict, ROW_ARRAY_GRADIENT, isfinite(got[i]),
                       "%s: the gradient by entry %zu of operand %zu is %g at 0",
                       t->words, i + 1, k + 1, got[i]);
    }
}

static void check_array_case(array_trial *t, array_formula *formula)
{
    graph_mark begin = graph_here(&t->f->graph);
    t->f->leaf_count = 0;
    build_array_trial(t);
    check_array_value(t, formula);
    check_links(t);
    check_array_derivatives(t);
    check_guards(t);
    graph_cut(&t->f->graph, begin);
    run_forget(&t->f->run, (node_id)begin.nodes); /* it computed what decides shapes */
}

static void check_layouts(array_trial *t, array_formula *formula)
{
    for (size_t i = 0; i < LAYOUTS && !is_hurry_over(t); i++) {
        t->count = layouts[i].count;
        for (size_t k = 0; k < t->count; k++)
            t->shapes[k] = (shape){
                .rank = 2, .size = {layouts[i].parts[k][0], layouts[i].parts[k][1]}};
        t->result = (shape){.rank = 2, .size = {layouts[i].height, layouts[i].width}};
        check_array_case(t, formula);
    }
}

/* Layers of one shape: how many there are, for each shape that a stack may be made of. */
static void check_stacks(array_trial *t, array_formula *formula)
{
    enum { MOST = 3 };
    for (size_t i = 0; i < PLAIN_SHAPES * MOST && !is_hurry_over(t); i++) {
        const shape *layer = &array_shapes[i / MOST];
        if (layer->rank == SHAPE_MAX_RANK)
            continue;
        t->count = i % MOST + 1;
        t->result = (shape){.rank = layer->rank + 1, .size = {t->count}};
        for (int axis = 0; axis < layer->rank; axis++)
            t->result.size[axis + 1] = layer->size[axis];
        for (size_t k = 0; k < t->count; k++)
            t->shapes[k] = *layer;
        check_array_case(t, formula);
    }
}

/* The i-th combination of shapes, and of the values that decide shapes; false when there
 * is none. */
static bool choose_shapes(array_trial *t, size_t i)
{
    const operation *row = op_row(t->op);
    size_t shapes = row_has_fixed(row) ? ARRAY_SHAPES : PLAIN_SHAPES;
    for (size_t k = 0; k < t->count; k++) {
        size_t choices = row->fixed[k] ? FIXED_VALUES : shapes;
        t->shapes[k] = row->fixed[k] ? shape_number() : array_shapes[i % choices];
        if (row->fixed[k])
            t->entries[k][0] = fixed_values[i % choices];
        i /= choices;
    }
    return i == 0;
}

/* Asks the shape rule, which gets to see the entries of fixed operands alone. */
static bool fit_operands(array_trial *t)
{
    const operation *row = op_row(t->op);
    tensor operands[OP_MAX_OPERANDS];
    for (size_t k = 0; k < t->count; k++)
        operands[k] = (tensor){t->shapes[k], row->fixed[k] ? t->entries[k] : NULL};
    return operands_fit(row->shape, operands, t->count, &t->result);
}

void row_check_arrays(op_id op, array_formula *formula, row_verdict *v, bool hurry)
{
    const operation *row = op_row(op);
    if (row->kernel == NULL && row->array == NULL)
        return;
    fixture f;
    fixture_open(&f);
    array_trial t = {
        .op = op, .f = &f, .verdict = v, .hurry = hurry, .count = row->arity};
    if (row->array == array_stack)
        check_stacks(&t, formula);
    else if (row->arity == 0)
        check_layouts(&t, formula);
    else
        for (size_t i = 0; choose_shapes(&t, i) && !is_hurry_over(&t); i++)
            if (fit_operands(&t))
                check_array_case(&t, formula);
    fixture_close(&f);
}
