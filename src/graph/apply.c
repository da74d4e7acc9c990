#include "graph/apply.h"

#include "tensor/broadcast.h"

/* The entries of an operand, stretched where its shape is smaller than the result's. */
static const double *stretched(array_call *call, const tensor *operand)
{
    if (shape_equal(&operand->shape, &call->result))
        return operand->entries;
    double *wide = ARENA_ARRAY(call->scratch, double, shape_count(&call->result));
    broadcast_expand(operand, &call->result, wide);
    return wide;
}

bool apply_operation(op_id op, array_call *call)
{
    const operation *row = op_row(op);
    if (row->array != NULL)
        return row->array(call);
    const double *entries[OP_MAX_OPERANDS];
    for (size_t k = 0; k < call->count; k++)
        entries[k] = stretched(call, &call->operands[k]);
    row->kernel(shape_count(&call->result), call->out, entries);
    return true;
}
