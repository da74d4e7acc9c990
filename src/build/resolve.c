#include "build/resolve.h"

#include <stdlib.h>

/* The value of an optional operand that was left out. */
static node_id optional_operand(builder *b, const operation *row)
{
    tensor value = tensor_number(b->keep, strtod(row->optional, NULL));
    return graph_constant(b->graph, value, row->optional, RANK_ATOM);
}

op_id resolve_operation(builder *b, op_id first, node_id *operands, size_t *count,
                        shape *result)
{
    for (op_id op = first; op != OP_NONE; op = op_next_alike(op)) {
        const operation *row = op_row(op);
        if (!op_takes(op, *count))
            continue;
        shape shapes[OP_MAX_OPERANDS];
        for (size_t k = 0; k < *count; k++)
            shapes[k] = *graph_shape(b->graph, operands[k]);
        for (size_t k = *count; k < row->arity; k++)
            shapes[k] = shape_number(); /* what is optional is a number */
        if (!row->shape(shapes, row->arity, result))
            continue;
        if (*count < row->arity)
            operands[(*count)++] = optional_operand(b, row);
        return op;
    }
    return OP_NONE;
}
