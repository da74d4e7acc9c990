/* Which row of the operation table an operator or call comes to. */
#ifndef NABLA_BUILD_RESOLVE_H
#define NABLA_BUILD_RESOLVE_H

#include "build/build.h"

/* The first row alike `first` that takes these operands, or OP_NONE. An optional operand
 * that was left out is added, so `operands` has room for OP_MAX_OPERANDS. */
op_id resolve_operation(builder *b, op_id first, node_id *operands, size_t *count,
                        shape *result);

#endif
