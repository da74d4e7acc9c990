#include "graph/apply.h"

#include "tensor/broadcast.h"
#include "tensor/vector.h"

/* How many entries are computed at a time: their operands, stretched, stay in cache. */
enum { PART = 512 };

/* Entries `from` to `from` + `count` of an operand in the shape of the result. */
static const double *part_of(const array_call *call, size_t k, size_t from, size_t count,
                             double *room)
{
    const tensor *operand = &call->operands[k];
    if (shape_equal(&operand->shape, &call->result))
        return operand->entries + from;
    if (shape_count(&operand->shape) > 1)
        broadcast_part(operand, &call->result, from, count, room);
    else if (from == 0) /* the same for all parts */
        for (size_t i = 0; i < count; i++)
            room[i] = operand->entries[0];
    return room;
}

bool apply_operation(op_id op, array_call *call)
{
    const operation *row = op_row(op);
    if (row->array != NULL)
        return row->array(call);
    double room[OP_MAX_OPERANDS][PART];
    size_t all = shape_count(&call->result);
    kernel *compute = vector_kernel(row->kernel_id, all);
    for (size_t from = 0; from < all; from += PART) {
        size_t count = all - from < PART ? all - from : PART;
        const double *entries[OP_MAX_OPERANDS];
        for (size_t k = 0; k < call->count; k++)
            entries[k] = part_of(call, k, from, count, room[k]);
        compute(count, call->out + from, entries);
    }
    return true;
}
