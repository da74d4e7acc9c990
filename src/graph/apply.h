/* Applying one operation to values: how the run and the folding of constants compute. */
#ifndef NABLA_GRAPH_APPLY_H
#define NABLA_GRAPH_APPLY_H

#include "graph/operation.h"

/* Computes `call->out`; `scratch` is working memory. Elementwise operations broadcast
 * their operands to the result's shape. False with a problem, see array_call. */
bool apply_operation(op_id op, array_call *call);

#endif
