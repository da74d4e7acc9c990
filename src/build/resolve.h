/* Which row of the operation table an operator or call comes to. */
#ifndef NABLA_BUILD_RESOLVE_H
#define NABLA_BUILD_RESOLVE_H

#include "build/build.h"

/* Why no row took the operands. */
typedef struct misfit {
    diagnostic_kind kind;
    const char *problem; /* NULL: the shapes do not fit */
} misfit;

/* The first row alike `first` that takes these operands, or OP_NONE with a misfit. An
 * optional operand that was left out is added, so `operands` has room for
 * OP_MAX_OPERANDS. */
op_id resolve_operation(builder *b, op_id first, node_id *operands, size_t *count,
                        shape *result, misfit *why);

/* The value of a node that decides a shape: it is computed now, and a change of a leaf
 * that it follows will be a change of shape. False with a misfit where it cannot be
 * computed. */
bool resolve_fixed(builder *b, node_id n, tensor *value, misfit *why);

#endif
