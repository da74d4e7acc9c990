/* Appending adjoint nodes: what the rules say, without the zeros, the ones and the
 * arithmetic on constants. The user's own nodes are never simplified. */
#ifndef NABLA_BUILD_SIMPLIFY_H
#define NABLA_BUILD_SIMPLIFY_H

#include "build/build.h"

/* The node that computes `op` of the operands, an existing one where that is enough. */
node_id simplify_apply(builder *b, op_id op, const node_id *operands, size_t count);

/* The same where operands and result have been resolved: `s` is its shape, but what is
 * simpler may also be smaller, as 0 is for 0 .* a. */
node_id simplify_resolved(builder *b, op_id op, const node_id *operands, size_t count,
                          const shape *s);

/* A constant number. */
node_id simplify_number(builder *b, double value);

#endif
