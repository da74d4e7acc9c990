/* Grading: the reference and a student's file share a session, in which the student can
 * neither change what belongs to the reference nor take a gradient from it. A name that
 * both define is two names. It is remembered where the value of every name comes from. */
#ifndef NABLA_SESSION_GUARD_H
#define NABLA_SESSION_GUARD_H

#include "session/sides.h"

/* Where the value of a name comes from: what its statements mention. It outlives
 * assignments, of which a leaf knows nothing. */
typedef struct trail {
    bool reference;   /* the name belongs to the reference */
    symbol own;       /* what the student's own name of that spelling is, or NULL */
    bool gradient;    /* there is a ∂ in its statement */
    tree literal;     /* what was written where that is a literal; else no nodes */
    ARRAY(name *) of; /* names that are mentioned */
} trail;

/* Whether a statement of the part that is run is passed over: checks while the reference
 * is set up, all else when its checks are run. */
bool guard_passes_over(nabla *n, const statement *s);

/* Gives names of the reference that a student's file defines anew names of their own,
 * which that file means from then on. */
void guard_rename(nabla *n, statement *s);

/* Whether the statement may be run. False with a diagnostic. */
bool guard_allows(nabla *n, const statement *s);

/* What is going to be the trail of the statement's target, seen before it is performed;
 * NULL where nothing is remembered. */
trail *guard_follow(nabla *n, const statement *s);

/* The statement was performed. */
void guard_remember(nabla *n, const statement *s, trail *followed);

/* From here on a student's file is run: what there is belongs to the reference. */
void guard_close(nabla *n);

/* Whether one side of a check of the reference, and not the other, names what is the
 * student's: that side is the claim. */
bool guard_is_claim(nabla *n, const tree *side, const tree *other);

/* Where a check of the reference asks for a name that both have, the student's is meant.
 */
void guard_take_own(nabla *n, const sides *both);

/* Whether the claim of a check takes the very value it is compared with from the
 * reference. False with a diagnostic where it does. */
bool guard_admits_claim(nabla *n, const sides *both);

/* Whether the claim is made of numbers of the student's own, or of what is right nothing
 * is known but its value: there is no formula to be tried elsewhere. */
bool guard_is_numeric(nabla *n, const sides *both);

/* The claim with what the student entered in the places of names, to see the digits. */
tree guard_written(nabla *n, const tree *claim);

#endif
