/* Arrays from sizes, and entries in other places: see arrays.h. */

#include "base/text.h"
#include "tensor/arrays.h"

/* ---- From sizes ---- */

static bool fill(array_call *call, double value)
{
    size_t count = shape_count(&call->result);
    for (size_t i = 0; i < count; i++)
        call->out[i] = value;
    return true;
}

bool array_zeros(array_call *call)
{
    return fill(call, 0);
}

bool array_ones(array_call *call)
{
    return fill(call, 1);
}

bool array_eye(array_call *call)
{
    size_t n = call->result.size[0];
    fill(call, 0);
    for (size_t i = 0; i < n; i++)
        call->out[i * n + i] = 1;
    return true;
}

bool array_counted(array_call *call)
{
    double from = call->operands[0].entries[0], step = call->operands[2].entries[0];
    for (size_t i = 0; i < call->result.size[0]; i++)
        call->out[i] = from + (double)i * step;
    return true;
}

bool array_spaced(array_call *call)
{
    double from = call->operands[0].entries[0], to = call->operands[1].entries[0];
    size_t count = call->result.size[0];
    for (size_t i = 0; i < count; i++)
        call->out[i] =
            from + (to - from) * (double)i / (double)(count > 1 ? count - 1 : 1);
    if (count > 1)
        call->out[count - 1] = to;
    return true;
}

bool array_one_hot(array_call *call)
{
    const tensor *k = &call->operands[0];
    size_t places = shape_count(&k->shape);
    size_t classes = shape_count(&call->result) / places;
    fill(call, 0);
    for (size_t i = 0; i < places; i++) {
        double place = k->entries[i];
        if (!array_is_place(place, classes)) {
            call->problem = format_in(
                call->scratch, "there is no class %.6g, only 1 to %zu", place, classes);
            return false;
        }
        call->out[i * classes + (size_t)place - 1] = 1;
    }
    return true;
}

/* ---- Sizes ---- */

bool array_size(array_call *call)
{
    const shape *s = &call->operands[0].shape;
    for (int axis = 0; axis < s->rank; axis++)
        call->out[axis] = (double)s->size[axis];
    return true;
}

bool array_rows(array_call *call)
{
    const shape *s = &call->operands[0].shape;
    return fill(call, (double)shape_rows(s));
}

bool array_columns(array_call *call)
{
    const shape *s = &call->operands[0].shape;
    return fill(call, (double)shape_columns(s));
}

bool array_count(array_call *call)
{
    return fill(call, (double)shape_count(&call->operands[0].shape));
}

/* ---- Column by column ---- */

/* The offset of the i-th entry in column order of an array of matrices, stack by stack.
 */
static size_t column_order(const shape *s, size_t i)
{
    size_t rows = shape_rows(s), columns = shape_columns(s);
    size_t matrix = i / (rows * columns), within = i % (rows * columns);
    return matrix * rows * columns + within % rows * columns + within / rows;
}

bool array_reshape(array_call *call)
{
    const tensor *from = &call->operands[0];
    size_t count = shape_count(&call->result);
    for (size_t i = 0; i < count; i++)
        call->out[column_order(&call->result, i)] =
            from->entries[column_order(&from->shape, i)];
    return true;
}

/* ---- Copies ---- */

/* How the entries of a small matrix repeat in a large one. */
typedef enum pattern {
    PATTERN_TILES,  /* copies of the whole, side by side */
    PATTERN_BLOCKS, /* each entry as a block */
} pattern;

/* The row or column of the small matrix that belongs to `i` in the large one. */
static size_t partner(size_t i, size_t small, size_t large, pattern p)
{
    return p == PATTERN_TILES ? i % small : i / (large / small);
}

/* The offset in the small array that belongs to entry `i` of the large one; both are
 * stacks of as many matrices. */
static size_t partner_offset(const shape *small, const shape *large, size_t i, pattern p)
{
    int rank = large->rank;
    size_t rows = large->size[rank - 2], columns = large->size[rank - 1];
    size_t small_rows = small->size[rank - 2], small_columns = small->size[rank - 1];
    size_t matrix = i / (rows * columns), within = i % (rows * columns);
    size_t row = partner(within / columns, small_rows, rows, p);
    size_t column = partner(within % columns, small_columns, columns, p);
    return (matrix * small_rows + row) * small_columns + column;
}

static bool copy_out(array_call *call, pattern p)
{
    const tensor *small = &call->operands[0];
    size_t count = shape_count(&call->result);
    for (size_t i = 0; i < count; i++)
        call->out[i] = small->entries[partner_offset(&small->shape, &call->result, i, p)];
    return true;
}

static bool add_in(array_call *call, pattern p)
{
    const tensor *large = &call->operands[0];
    size_t count = shape_count(&large->shape);
    fill(call, 0);
    for (size_t i = 0; i < count; i++)
        call->out[partner_offset(&call->result, &large->shape, i, p)] +=
            large->entries[i];
    return true;
}

bool array_tile(array_call *call)
{
    return copy_out(call, PATTERN_TILES);
}

bool array_untile(array_call *call)
{
    return add_in(call, PATTERN_TILES);
}

bool array_repeat(array_call *call)
{
    return copy_out(call, PATTERN_BLOCKS);
}

bool array_blocksum(array_call *call)
{
    return add_in(call, PATTERN_BLOCKS);
}

/* ---- Diagonals ---- */

bool array_on_diagonal(array_call *call)
{
    size_t n = shape_columns(&call->result), count = shape_count(&call->result) / n;
    fill(call, 0);
    for (size_t i = 0; i < count; i++)
        call->out[i * n + i % n] = call->operands[0].entries[i];
    return true;
}

bool array_diagonal(array_call *call)
{
    const tensor *from = &call->operands[0];
    size_t rows = shape_rows(&from->shape), columns = shape_columns(&from->shape);
    size_t n = shape_rows(&call->result), count = shape_count(&call->result);
    for (size_t i = 0; i < count; i++)
        call->out[i] = from->entries[(i / n * rows + i % n) * columns + i % n];
    return true;
}

bool array_tril(array_call *call)
{
    const shape *s = &call->result;
    size_t rows = shape_rows(s), columns = shape_columns(s);
    size_t count = shape_count(s);
    for (size_t i = 0; i < count; i++) {
        size_t within = i % (rows * columns);
        bool kept = within % columns <= within / columns;
        call->out[i] = kept ? call->operands[0].entries[i] : 0;
    }
    return true;
}
