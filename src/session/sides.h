/* The two sides of a check. */
#ifndef NABLA_SESSION_SIDES_H
#define NABLA_SESSION_SIDES_H

#include "session/session.h"

/* ∂of/∂by */
typedef struct gradient {
    tree of;
    symbol by;
} gradient;

typedef ARRAY(gradient) gradients;

/* CLAIM == EXPR, or the other way round. */
typedef struct sides {
    tree claim, right;
    bool is_gradient;    /* what is right is one, or made of some */
    bool bare;           /* it is one, and that alone */
    gradients gradients; /* … these */
} sides;

/* Whether the expression has two sides. */
bool sides_exist(const tree *expression);

/* The side that is the claim, a part of the expression. */
tree sides_claim(nabla *n, const tree *expression);

/* Tells which of the sides is the claim. False with a diagnostic where it contains the
 * very gradient that it is compared with. */
bool sides_of(nabla *n, const tree *expression, sides *found);

/* What an entry is taken of, or a transpose, however deep. */
tree sides_inner(nabla *n, tree side);

#endif
