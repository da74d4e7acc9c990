/* Derivative rules as templates. The text in the operation table is parsed when a rule is
 * first used; from then on an instance is appended to the graph with the user's nodes in
 * the places of a, b, c and out. */
#ifndef NABLA_BUILD_RULES_H
#define NABLA_BUILD_RULES_H

#include "build/simplify.h"

/* No rule is parsed yet; `p` will parse them, and the templates are kept in `a`. */
rules *rules_new(arena *a, parser p);

/* Appends the slope of node `n` with respect to operand `k`, which has a local rule. */
node_id rules_slope(builder *b, node_id n, size_t k);

/* Appends what flows down from node `n` with the upstream `up` to operand `k`, which has
 * a pull rule. */
node_id rules_pull(builder *b, node_id n, size_t k, node_id up);

/* Appends what flows down by either kind of rule. */
node_id rules_downstream(builder *b, node_id n, size_t k, node_id up);

/* Appends the plain form of either: without the part of a kink, or care for 0·log(0). It
 * is what reports show where it has the same value. A slope takes no `up`. */
node_id rules_plain(builder *b, node_id n, size_t k, node_id up);

/* Whether the rule that runs is the plain one. */
bool rules_is_plain(op_id op, size_t k);

/* Appends the condition of the kink of node `n`; NODE_NONE where it has none. */
node_id rules_kink(builder *b, node_id n);

/* Whether the gradient of operand `k` of that operation is by a slope. */
bool rules_is_local(op_id op, size_t k);

/* What is known of the rules of an operation without parsing them. */
typedef struct rule_facts {
    uint32_t gradients; /* its operands that have one, a bit each; the last bit stands for
                           all beyond */
    uint32_t passes;    /* the same for operands with slope 1 */
    bool is_mask;       /* it computes 0 or 1, and 1 times that is written as it is */
} rule_facts;

enum { RULES_OPERANDS = 32 };

/* Per operation. */
const rule_facts *rules_facts(const rules *r);

static inline bool rules_among(uint32_t operands, size_t k)
{
    return (operands >> (k < RULES_OPERANDS ? k : RULES_OPERANDS - 1) & 1) != 0;
}

#endif
