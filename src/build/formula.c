#include "build/formula.h"

#include <string.h>

#include "base/text.h"

/* A node on the way: it is written when its operands have been. */
typedef struct pending {
    node_id node;
    bool operands_written;
    bool part; /* of a stack */
} pending;

typedef struct formula_writer {
    const graph *graph;
    tree_writer tree;
    node_names *names;
    const void *owner;
    node_id spelled_out; /* this node's own name is not used; NODE_NONE: no such node */
    ARRAY(pending) stack;
} formula_writer;

static void write_verbatim(formula_writer *w, const char *text, op_rank rank)
{
    tree_push(&w->tree,
              (tree_node){.kind = TREE_VERBATIM, .rank = (uint8_t)rank, .as.text = text});
}

/* A matrix of numbers, also of one. */
static void write_entries(formula_writer *w, const double *entries, size_t rows,
                          size_t columns)
{
    for (size_t i = 0; i < rows * columns; i++)
        tree_push(&w->tree, (tree_node){.kind = TREE_NUMBER,
                                        .begins_row = i % columns == 0,
                                        .as.number = entries[i]});
    tree_push(&w->tree, (tree_node){.kind = TREE_MATRIX,
                                    .arity = (uint32_t)(rows * columns),
                                    .rows = (uint32_t)rows,
                                    .nested = true});
}

static void write_layers(formula_writer *w, size_t count)
{
    tree_push(&w->tree, (tree_node){.kind = TREE_MATRIX,
                                    .arity = (uint32_t)count,
                                    .rows = 1,
                                    .stacked = true});
}

static void write_array(formula_writer *w, tensor value)
{
    const shape *s = &value.shape;
    size_t rows = shape_rows(s), columns = shape_columns(s);
    size_t matrices = shape_count(s) / (rows * columns);
    for (size_t m = 0; m < matrices; m++) {
        write_entries(w, value.entries + m * rows * columns, rows, columns);
        if (s->rank == 4 && (m + 1) % s->size[1] == 0)
            write_layers(w, s->size[1]);
    }
    if (s->rank > 2)
        write_layers(w, s->size[0]);
}

/* `part`: as a part of a stack, where all is written by rows. */
static void write_constant(formula_writer *w, const constant *c, bool part)
{
    if (c->text != NULL && !part)
        write_verbatim(w, c->text, c->rank);
    else if (shape_is_number(&c->value.shape) && !part)
        tree_push(&w->tree,
                  (tree_node){.kind = TREE_NUMBER, .as.number = c->value.entries[0]});
    else
        write_array(w, c->value);
}

/* 0.5(y == z): a number times a comparison is an indicator. */
static bool is_indicator(const graph *g, node_id n)
{
    op_id op = graph_op(g, n);
    if (op != OP_SCALE && op != OP_TIMES)
        return false;
    const constant *factor = graph_constant_of(g, graph_operand(g, n, 0));
    const operation *mask = op_row(graph_op(g, graph_operand(g, n, 1)));
    return factor != NULL && factor->text == NULL && factor->value.entries[0] >= 0 &&
           mask->rank == RANK_COMPARISON;
}

static bool has_number_operands(const graph *g, node_id n)
{
    for (size_t k = 0; k < graph_arity(g, n); k++)
        if (!shape_is_number(graph_shape(g, graph_operand(g, n, k))))
            return false;
    return true;
}

/* A literal of the parts: rows end where the parts so far are as wide as the whole. */
static void write_block(formula_writer *w, node_id n)
{
    const graph *g = w->graph;
    size_t arity = graph_arity(g, n), width = graph_shape(g, n)->size[1], column = 0;
    size_t end = w->tree.nodes.count;
    uint32_t rows = 0;
    for (size_t k = arity; k-- > 0;) {
        column += graph_shape(g, graph_operand(g, n, k))->size[1];
        bool begins = column == width;
        w->tree.nodes.items[end - 1].begins_row = begins;
        column = begins ? 0 : column;
        rows += begins;
        end -= w->tree.nodes.items[end - 1].size;
    }
    /* A column of numbers is written as one row. */
    bool column_of_numbers = width == 1 && has_number_operands(g, n);
    end = w->tree.nodes.count;
    for (size_t k = arity; k-- > 0 && column_of_numbers;) {
        w->tree.nodes.items[end - 1].begins_row = k == 0;
        end -= w->tree.nodes.items[end - 1].size;
    }
    tree_push(&w->tree, (tree_node){.kind = TREE_MATRIX,
                                    .arity = (uint32_t)arity,
                                    .rows = column_of_numbers ? 1 : rows,
                                    .nested = !column_of_numbers && rows == 1 &&
                                              has_number_operands(g, n)});
}

/* Whether the last operand is the one that stands for an optional one left out. */
static bool has_default_operand(const graph *g, node_id n)
{
    const char *optional = op_row(graph_op(g, n))->optional;
    size_t arity = graph_arity(g, n);
    if (optional == NULL || arity == 0)
        return false;
    const constant *last = graph_constant_of(g, graph_operand(g, n, arity - 1));
    return last != NULL && last->text == optional;
}

/* x[2:3] of a column or row needs no place along the axis of size 1. Both places are
 * constants of one tree node then; the other one may be more. */
static uint32_t drop_only_place(formula_writer *w, node_id n)
{
    const graph *g = w->graph;
    const shape *s = graph_shape(g, graph_operand(g, n, 0));
    bool column = s->rank == 2 && s->size[1] == 1, row = s->rank == 2 && s->size[0] == 1;
    const constant *dropped =
        column || row ? graph_constant_of(g, graph_operand(g, n, column ? 2 : 1)) : NULL;
    tree_node *nodes = w->tree.nodes.items;
    size_t count = w->tree.nodes.count;
    if (dropped == NULL || dropped->text == NULL || strcmp(dropped->text, "1") != 0)
        return 0;
    if (!column && nodes[count - 1].size > 1)
        return 0;
    if (!column)
        nodes[count - 2] = nodes[count - 1];
    w->tree.nodes.count--;
    return 1;
}

/* Places outside an index: 1:3 is range(1, 3) there. */
static void write_ranges(formula_writer *w, node_id n)
{
    for (size_t back = 1; back <= 2; back++) {
        const constant *c =
            graph_constant_of(w->graph, graph_operand(w->graph, n, 4 - back));
        tree_node *at = &w->tree.nodes.items[w->tree.nodes.count - back];
        size_t count = c == NULL ? 0 : shape_count(&c->value.shape);
        if (count == 0 || at->kind != TREE_VERBATIM)
            return; /* a place that is followed: the ones before may be anywhere */
        arena *a = w->tree.arena;
        double first = c->value.entries[0], last = c->value.entries[count - 1];
        bool range = strchr(at->as.text, ':') != NULL;
        if (range)
            at->as.text = format_in(a, "range(%.0f, %.0f)", first, last);
        else if (strcmp(at->as.text, "end") == 0)
            at->as.text = format_in(a, "%.0f", last);
    }
}

static void write_operation(formula_writer *w, node_id n)
{
    op_id op = graph_op(w->graph, n);
    if (op_row(op)->undotted != OP_NONE && has_number_operands(w->graph, n))
        op = op_row(op)->undotted;
    const operation *row = op_row(op);
    if (op == OP_STACK) {
        write_layers(w, graph_arity(w->graph, n));
        return;
    }
    if (op == OP_BLOCK) {
        write_block(w, n);
        return;
    }
    tree_node made = {.kind = TREE_OPERATION,
                      .op = (uint16_t)op,
                      .arity = (uint32_t)graph_arity(w->graph, n),
                      .juxtaposed = is_indicator(w->graph, n)};
    if (op == OP_GATHER) {
        made.kind = TREE_INDEX;
        made.arity -= drop_only_place(w, n);
    }
    if (op == OP_PLACE)
        write_ranges(w, n);
    if (row->form == FORM_CALL) {
        made.kind = TREE_CALL;
        made.as.name = row->spelling;
        made.keyword = row->keyword;
        if (has_default_operand(w->graph, n)) {
            w->tree.nodes.count--; /* as it was not written */
            made.arity--;
            made.keyword = NULL;
        }
    }
    tree_push(&w->tree, made);
}

static const char *name_of(const formula_writer *w, node_id n)
{
    return n == w->spelled_out ? NULL : w->names(w->owner, n);
}

static bool is_unnamed_transpose(const formula_writer *w, node_id n)
{
    return graph_op(w->graph, n) == OP_TRANSPOSE && name_of(w, n) == NULL;
}

/* Turned over twice it is written as it was: a rule turns what a call turned before. */
static void push(formula_writer *w, node_id n, bool part)
{
    const graph *g = w->graph;
    while (is_unnamed_transpose(w, n) && is_unnamed_transpose(w, graph_operand(g, n, 0)))
        n = graph_operand(g, graph_operand(g, n, 0), 0);
    array_push(w->tree.arena, &w->stack, ((pending){n, false, part}));
}

/* Writes a node that has no operands to wait for; false where it has. */
static bool write_at_once(formula_writer *w, node_id n, bool part)
{
    const char *name = name_of(w, n);
    const constant *c = graph_constant_of(w->graph, n);
    bool derivative = name != NULL && strncmp(name, "∂", strlen("∂")) == 0;
    if (name != NULL) /* (∂s/∂v)' rather than ∂s/∂v' */
        write_verbatim(w, name, derivative ? RANK_JUXTAPOSITION : RANK_ATOM);
    else if (c != NULL)
        write_constant(w, c, part);
    else
        return false;
    return true;
}

static const char *write_formula(formula_writer *w, node_id root, print_style style)
{
    const graph *g = w->graph;
    push(w, root, false);
    while (w->stack.count > 0) {
        pending *top = &w->stack.items[w->stack.count - 1];
        node_id at = top->node;
        if (top->operands_written) {
            w->stack.count--;
            if (graph_op(g, at) != OP_COPY)
                write_operation(w, at);
            continue;
        }
        if (write_at_once(w, at, top->part)) {
            w->stack.count--;
            continue;
        }
        top->operands_written = true;
        for (size_t k = graph_arity(g, at); k-- > 0;)
            push(w, graph_operand(g, at, k), graph_op(g, at) == OP_STACK);
    }
    tree formula = tree_written(&w->tree);
    return formula_text(w->tree.arena, &formula, style);
}

const char *formula_of(arena *a, const graph *g, node_id n, node_names *names,
                       const void *owner)
{
    formula_writer w = {g, {.arena = a}, names, owner, NODE_NONE, {0}};
    return write_formula(&w, n, PRINT_TIGHT);
}

const char *formula_of_node(arena *a, const graph *g, node_id n, node_names *names,
                            const void *owner)
{
    formula_writer w = {g, {.arena = a}, names, owner, n, {0}};
    return write_formula(&w, n, PRINT_SPACED);
}
