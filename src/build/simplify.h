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

/* The same for numbers, of which most large graphs consist: an elementwise operation as
 * it is written for them, without its dot, and operands that are numbers. */
node_id simplify_numbers(builder *b, op_id op, const node_id *operands, size_t count);
op_id simplify_op_of_numbers(op_id op, size_t count); /* OP_NONE: it is no such one */

static inline bool simplify_are_numbers(const builder *b, const node_id *operands,
                                        size_t count)
{
    if (graph_is_all_numbers(b->graph))
        return true;
    for (size_t k = 0; k < count; k++)
        if (!graph_is_scalar(b->graph, operands[k]))
            return false;
    return true;
}

/* An operation on two nodes; `of_numbers` is what it comes to where both are numbers. */
static inline node_id simplify_pair(builder *b, op_id op, op_id of_numbers, node_id first,
                                    node_id second)
{
    node_id operands[2] = {first, second};
    return simplify_are_numbers(b, operands, 2)
               ? simplify_numbers(b, of_numbers, operands, 2)
               : simplify_apply(b, op, operands, 2);
}

/* A constant number. */
node_id simplify_number(builder *b, double value);

#endif
