#include "build/resolve.h"

#include <stdlib.h>

#include "base/text.h"

/* The value of an optional operand that was left out. */
static node_id optional_operand(builder *b, const operation *row)
{
    tensor value = tensor_number(b->keep, strtod(row->optional, NULL));
    return graph_constant(b->graph, value, row->optional, RANK_ATOM);
}

bool resolve_fixed(builder *b, node_id n, tensor *value, misfit *why)
{
    if (!run_compute(b->run, &n, 1)) {
        *why = (misfit){DIAGNOSTIC_DOMAIN, b->run->problem};
        return false;
    }
    *value = run_value(b->run, n);
    node_list followed = graph_reach_values(b->graph, b->arena, n, 0);
    for (size_t i = 0; i < followed.count; i++)
        if (graph_op(b->graph, followed.nodes[i]) == OP_LEAF)
            b->scope->decides_shape(b->scope->owner,
                                    graph_operand(b->graph, followed.nodes[i], 0));
    return true;
}

static const char *problem_text(arena *a, const shape_call *call)
{
    return call->value == NULL
               ? call->problem
               : format_in(a, "%s, here it is %.6g", call->problem, *call->value);
}

/* Whether the row takes the operands, completed by the optional one. */
static bool takes(builder *b, const operation *row, const node_id *operands, size_t count,
                  shape *result, misfit *why)
{
    tensor values[OP_MAX_OPERANDS];
    double optional = row->optional == NULL ? 0 : strtod(row->optional, NULL);
    for (size_t k = 0; k < count; k++) {
        values[k] = (tensor){*graph_shape(b->graph, operands[k]), NULL};
        if (row->fixed[k] && !resolve_fixed(b, operands[k], &values[k], why))
            return false;
    }
    if (count < row->arity)
        values[count] = (tensor){shape_number(), &optional};
    shape_call call = {.operands = values, .count = row->arity};
    bool fine = row->shape(&call);
    if (call.too_large)
        limits_out_of_memory(b->arena->limits);
    if (call.problem != NULL)
        *why = (misfit){call.kind, problem_text(b->arena, &call)};
    *result = call.result;
    return fine;
}

op_id resolve_operation(builder *b, op_id first, node_id *operands, size_t *count,
                        shape *result, misfit *why)
{
    *why = (misfit){DIAGNOSTIC_SHAPE, NULL};
    for (op_id op = first; op != OP_NONE; op = op_next_alike(op)) {
        const operation *row = op_row(op);
        if (!op_takes(op, *count, op_keyword(first)) ||
            !takes(b, row, operands, *count, result, why))
            continue;
        if (*count < row->arity)
            operands[(*count)++] = optional_operand(b, row);
        return op;
    }
    return OP_NONE;
}
