/* Results that lie in an operand already: see arrays.h. */
#include "tensor/arrays.h"

bool view_whole(const array_call *call, size_t *offset)
{
    (void)call;
    *offset = 0;
    return true;
}

/* The entries of a row and of a column lie in the same order. */
bool view_transposed(const array_call *call, size_t *offset)
{
    *offset = 0;
    return shape_is_vector(&call->result);
}

bool view_columns(const array_call *call, size_t *offset)
{
    *offset = 0;
    return shape_is_vector(&call->result) && shape_is_vector(&call->operands[0].shape);
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

bool view_gathered(const array_call *call, size_t *offset)
{
    const shape *from = &call->operands[0].shape;
    size_t rows = from->size[0], columns = from->size[1], row, column;
    if (from->rank > 2 || !follow(&call->operands[1], rows, &row) ||
        !follow(&call->operands[2], columns, &column))
        return false;
    *offset = (row - 1) * columns + (column - 1);
    return call->result.size[0] == 1 || call->result.size[1] == columns;
}

bool view_page(const array_call *call, size_t *offset)
{
    const shape *stack = &call->operands[0].shape;
    double place = call->operands[1].entries[0];
    if (!array_is_place(place, stack->size[0]))
        return false;
    *offset = ((size_t)place - 1) * shape_count(&call->result);
    return true;
}
