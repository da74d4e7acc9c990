#include "tensor/arrays.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "tensor/broadcast.h"

bool array_expand(array_call *call)
{
    broadcast_expand(&call->operands[0], &call->result, call->out);
    return true;
}

bool array_collect(array_call *call)
{
    broadcast_collect(&call->operands[0], &call->result, call->out);
    return true;
}

bool array_transpose(array_call *call)
{
    const shape *s = &call->result;
    size_t rows = shape_rows(s), columns = shape_columns(s);
    size_t matrices = shape_count(s) / (rows * columns);
    const double *from = call->operands[0].entries;
    double *out = call->out;
    for (size_t m = 0; m < matrices; m++, from += rows * columns, out += rows * columns)
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < columns; j++)
                out[i * columns + j] = from[j * rows + i];
    return true;
}

/* Copies a part, a matrix or one of each matrix of a stack, to its place in the result.
 */
static void put_part(array_call *call, const tensor *part, size_t row, size_t column)
{
    size_t rows = shape_rows(&part->shape), columns = shape_columns(&part->shape);
    size_t height = shape_rows(&call->result), width = shape_columns(&call->result);
    size_t lines = shape_count(&part->shape) / columns;
    for (size_t i = 0; i < lines; i++) {
        size_t to_row = i / rows * height + row + i % rows;
        memcpy(call->out + to_row * width + column, part->entries + i * columns,
               columns * sizeof *call->out);
    }
}

bool array_block(array_call *call)
{
    size_t row = 0, column = 0;
    for (size_t k = 0; k < call->count; k++) {
        const tensor *part = &call->operands[k];
        put_part(call, part, row, column);
        column += shape_columns(&part->shape);
        if (column == shape_columns(&call->result)) {
            column = 0;
            row += shape_rows(&part->shape);
        }
    }
    return true;
}

bool array_concat(array_call *call)
{
    array_call parts = *call;
    parts.count = 2; /* the result is as wide as they are, or as both together */
    return array_block(&parts);
}

bool array_stack(array_call *call)
{
    double *out = call->out;
    for (size_t k = 0; k < call->count; k++) {
        size_t count = shape_count(&call->operands[k].shape);
        memcpy(out, call->operands[k].entries, count * sizeof *out);
        out += count;
    }
    return true;
}

bool array_is_place(double place, size_t size)
{
    return place >= 1 && place <= (double)size && place == trunc(place);
}

/* Where layer `place` begins in a stack; false with a problem. */
static bool layer_offset(array_call *call, const shape *stack, double place,
                         size_t *offset)
{
    if (!array_is_place(place, stack->size[0])) {
        call->problem = format_in(call->scratch, "there is no layer %.6g, only 1 to %zu",
                                  place, stack->size[0]);
        return false;
    }
    *offset = ((size_t)place - 1) * (shape_count(stack) / stack->size[0]);
    return true;
}

bool array_page(array_call *call)
{
    size_t offset;
    const tensor *stack = &call->operands[0];
    if (!layer_offset(call, &stack->shape, call->operands[1].entries[0], &offset))
        return false;
    memcpy(call->out, stack->entries + offset,
           shape_count(&call->result) * sizeof *call->out);
    return true;
}

bool array_onpage(array_call *call)
{
    size_t offset;
    const tensor *layer = &call->operands[0];
    if (!layer_offset(call, &call->result, call->operands[2].entries[0], &offset))
        return false;
    memset(call->out, 0, shape_count(&call->result) * sizeof *call->out);
    memcpy(call->out + offset, layer->entries,
           shape_count(&layer->shape) * sizeof *call->out);
    return true;
}

/* Reads places, counted from 1, as offsets below `size`; NULL with a problem. */
static size_t *read_places(array_call *call, const tensor *places, size_t size,
                           const char *what)
{
    size_t count = shape_count(&places->shape);
    size_t *offsets = ARENA_ARRAY(call->scratch, size_t, count);
    for (size_t k = 0; k < count; k++) {
        double place = places->entries[k];
        if (!array_is_place(place, size)) {
            call->problem = format_in(call->scratch, "there is no %s %.6g, only 1 to %zu",
                                      what, place, size);
            return NULL;
        }
        offsets[k] = (size_t)place - 1;
    }
    return offsets;
}

/* Where rows and columns of a matrix, or of each of a stack, are picked or placed. */
typedef struct grid {
    const size_t *rows, *columns; /* offsets */
    size_t height, width;         /* how many of them */
    size_t matrix_columns, matrix_entries;
    size_t matrices;
} grid;

static bool read_grid(array_call *call, const shape *s, const tensor *rows,
                      const tensor *columns, grid *g)
{
    size_t matrix_rows = shape_rows(s), matrix_columns = shape_columns(s);
    g->rows = read_places(call, rows, matrix_rows, "row");
    g->columns =
        g->rows == NULL ? NULL : read_places(call, columns, matrix_columns, "column");
    g->height = shape_count(&rows->shape);
    g->width = shape_count(&columns->shape);
    g->matrix_columns = matrix_columns;
    g->matrix_entries = matrix_rows * matrix_columns;
    g->matrices = shape_count(s) / g->matrix_entries;
    return g->columns != NULL;
}

bool array_gather(array_call *call)
{
    const tensor *from = &call->operands[0];
    grid g;
    if (!read_grid(call, &from->shape, &call->operands[1], &call->operands[2], &g))
        return false;
    double *out = call->out;
    for (size_t m = 0; m < g.matrices; m++)
        for (size_t i = 0; i < g.height; i++) {
            const double *row =
                from->entries + m * g.matrix_entries + g.rows[i] * g.matrix_columns;
            for (size_t j = 0; j < g.width; j++)
                *out++ = row[g.columns[j]];
        }
    return true;
}

bool array_place(array_call *call)
{
    grid g;
    if (!read_grid(call, &call->result, &call->operands[2], &call->operands[3], &g))
        return false;
    memset(call->out, 0, shape_count(&call->result) * sizeof *call->out);
    const double *entry = call->operands[0].entries;
    for (size_t m = 0; m < g.matrices; m++)
        for (size_t i = 0; i < g.height; i++) {
            double *row = call->out + m * g.matrix_entries + g.rows[i] * g.matrix_columns;
            for (size_t j = 0; j < g.width; j++)
                row[g.columns[j]] += *entry++;
        }
    return true;
}
