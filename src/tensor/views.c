/* Results that lie in an operand already: see arrays.h. */
#include "tensor/arrays.h"

const double *view_whole(const array_call *call)
{
    return call->operands[0].entries;
}

/* The entries of a row and of a column lie in the same order. */
const double *view_transposed(const array_call *call)
{
    return shape_is_vector(&call->result) ? call->operands[0].entries : NULL;
}

const double *view_columns(const array_call *call)
{
    bool lines =
        shape_is_vector(&call->result) && shape_is_vector(&call->operands[0].shape);
    return lines ? call->operands[0].entries : NULL;
}

/* Whether places follow each other, from `first` on, within 1 to `size`. */
static bool follow(const tensor *places, size_t size, size_t *first)
{
    size_t count = shape_count(&places->shape);
    double begin = places->entries[0];
    if (!array_is_place(begin, size) || !array_is_place(begin + (double)count - 1, size))
        return false;
    for (size_t k = 1; k < count; k++)
        if (places->entries[k] != begin + (double)k)
            return false;
    *first = (size_t)begin;
    return true;
}

const double *view_gathered(const array_call *call)
{
    const tensor *from = &call->operands[0];
    size_t rows = from->shape.size[0], columns = from->shape.size[1], row, column;
    if (from->shape.rank > 2 || !follow(&call->operands[1], rows, &row) ||
        !follow(&call->operands[2], columns, &column))
        return NULL;
    bool lie_together = call->result.size[0] == 1 || call->result.size[1] == columns;
    return lie_together ? from->entries + (row - 1) * columns + (column - 1) : NULL;
}

const double *view_page(const array_call *call)
{
    const tensor *stack = &call->operands[0];
    double place = call->operands[1].entries[0];
    if (!array_is_place(place, stack->shape.size[0]))
        return NULL;
    return stack->entries + ((size_t)place - 1) * shape_count(&call->result);
}
