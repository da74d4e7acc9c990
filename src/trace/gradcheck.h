/* The gradient that the backward pass gives against central differences, entry by entry.
 */
#ifndef NABLA_TRACE_GRADCHECK_H
#define NABLA_TRACE_GRADCHECK_H

#include "build/differentiate.h"
#include "trace/slope.h"

/* One variable, and its entry with the largest error. */
typedef struct gradcheck_variable {
    const char *name;
    shape shape;
    bool ok;          /* every entry agrees */
    bool kink;        /* the slope, or the function, jumps at some entry */
    bool compared;    /* some entry was: what follows means something */
    double abs_error; /* the largest; */
    double rel_error; /* that by the largest entry of the gradient */
    size_t worst;     /* where it is */
    double analytic;  /* both values there */
    numeric_slope there;
    size_t tried;         /* entries; there are too many others */
    const char *unsteady; /* why some entry has no values nearby, or NULL */
} gradcheck_variable;

typedef struct gradcheck {
    const char *label; /* or NULL */
    const char *of;    /* as written */
    bool ok;
    ARRAY(gradcheck_variable) variables;
} gradcheck;

/* Checks the number `root` by each of `wrt`: a leaf, or a definition, which is cut free.
 * The nodes there have names. Fills in all but the texts. False where a value does not
 * fit its operation; the builder's run knows the problem. */
bool gradcheck_all(builder *b, node_id root, const node_id *wrt, size_t count,
                   gradcheck *made);

#endif
