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

bool op_is_mask(op_id id)
{
    return table[id].rank >= RANK_OR && table[id].rank <= RANK_COMPARISON;
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

const char *op_keyword(op_id id)
{
    return table[id].optional == NULL ? table[id].keyword : NULL;
}

bool op_takes(op_id id, size_t count, const char *keyword)
{
    const operation *row = &table[id];
    if (keyword != NULL)
        return row->keyword != NULL && strcmp(row->keyword, keyword) == 0 &&
               count == row->arity;
    size_t least = row->arity - (row->optional != NULL ? 1 : 0);
    return op_keyword(id) == NULL && count >= least && count <= row->arity;
}

op_id op_called(const char *name, size_t count, const char *keyword)
{
    op_id id = op_find(FORM_CALL, name, strlen(name));
    while (id != OP_NONE && !op_takes(id, count, keyword))
        id = op_next_alike(id);
    return id;
}
