#include "graph/operation.h"

#include <math.h>
#include <string.h>

static const operation table[OP_COUNT] = {
#define OP(id, ...) [OP_##id] = {.name = #id, __VA_ARGS__},
#include "graph/operations.def"
#undef OP
};

const operation *op_row(op_id id)
{
    return &table[id];
}

static bool is_spelled(const char *candidate, const char *spelling, size_t length)
{
    return strncmp(candidate, spelling, length) == 0 && candidate[length] == '\0';
}

static bool row_is_spelled(const operation *row, const char *spelling, size_t length)
{
    if (is_spelled(row->spelling, spelling, length))
        return true;
    for (size_t i = 0; i < OP_MAX_ALIASES && row->alias[i] != NULL; i++)
        if (is_spelled(row->alias[i], spelling, length))
            return true;
    return false;
}

static op_id find_from(op_id first, op_form form, const char *spelling, size_t length)
{
    for (op_id id = first; id < OP_COUNT; id++)
        if (table[id].form == form && row_is_spelled(&table[id], spelling, length))
            return id;
    return OP_NONE;
}

op_id op_find(op_form form, const char *spelling, size_t length)
{
    return find_from(OP_NONE, form, spelling, length);
}

op_id op_constant(const char *name)
{
    return op_find(FORM_CONSTANT, name, strlen(name));
}

op_id op_next_alike(op_id id)
{
    const char *spelling = table[id].spelling;
    return find_from(id + 1, table[id].form, spelling, strlen(spelling));
}

bool op_takes(op_id id, size_t count)
{
    size_t least = table[id].arity - (table[id].optional != NULL ? 1 : 0);
    return count >= least && count <= table[id].arity;
}

bool shape_elementwise(const shape *operands, size_t count, shape *result)
{
    *result = operands[0];
    for (size_t k = 1; k < count; k++)
        if (!shape_broadcast(result, &operands[k], result))
            return false;
    return true;
}

bool shape_scaled(const shape *operands, size_t count, shape *result)
{
    bool one_number = shape_is_number(&operands[0]) || shape_is_number(&operands[1]);
    return one_number && shape_elementwise(operands, count, result);
}

bool shape_over_number(const shape *operands, size_t count, shape *result)
{
    (void)count;
    *result = operands[0];
    return shape_is_number(&operands[1]);
}

bool shape_numbers(const shape *operands, size_t count, shape *result)
{
    *result = shape_number();
    for (size_t k = 0; k < count; k++)
        if (!shape_is_number(&operands[k]))
            return false;
    return true;
}

bool shape_transposed(const shape *operands, size_t count, shape *result)
{
    (void)count;
    const shape *s = &operands[0];
    *result = *s;
    result->size[s->rank - 2] = s->size[s->rank - 1];
    result->size[s->rank - 1] = s->size[s->rank - 2];
    return true;
}

bool shape_total(const shape *operands, size_t count, shape *result)
{
    (void)operands;
    (void)count;
    *result = shape_number();
    return true;
}

bool shape_like_expanded(const shape *operands, size_t count, shape *result)
{
    (void)count;
    return shape_broadcast(&operands[0], &operands[1], result) &&
           shape_equal(result, &operands[1]);
}

bool shape_like_collected(const shape *operands, size_t count, shape *result)
{
    (void)count;
    shape both;
    *result = operands[1];
    return shape_broadcast(&operands[0], &operands[1], &both) &&
           shape_equal(&both, &operands[0]);
}

bool shape_gathered(const shape *operands, size_t count, shape *result)
{
    (void)count;
    *result = (shape){.rank = 2,
                      .size = {shape_count(&operands[1]), shape_count(&operands[2])}};
    return operands[0].rank == 2;
}

bool shape_placed(const shape *operands, size_t count, shape *result)
{
    (void)count;
    *result = operands[1];
    return operands[0].rank == 2 && operands[1].rank == 2 &&
           operands[0].size[0] == shape_count(&operands[2]) &&
           operands[0].size[1] == shape_count(&operands[3]);
}
