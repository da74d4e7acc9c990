/* A claim of homework: whether it is right, and what is wrong with it. */
#ifndef NABLA_TRACE_CLAIM_H
#define NABLA_TRACE_CLAIM_H

#include "syntax/digits.h"
#include "trace/nearby.h"

/* What a wrong claim is, in the order in which ties are settled. */
typedef enum diagnosis {
    DIAGNOSIS_NONE,
    DIAGNOSIS_LAYOUT,        /* the right numbers in another shape */
    DIAGNOSIS_FORWARD_VALUE, /* about a value that is no gradient */
    DIAGNOSIS_SHAPE,
    DIAGNOSIS_ONLY_HERE, /* right at the present values alone */
    DIAGNOSIS_ROUNDING,  /* close, but not to the digits written */
    DIAGNOSIS_UNKNOWN,
} diagnosis;

/* "layout", "forward-value" … as in JSON; NULL for none. */
const char *diagnosis_name(diagnosis d);

/* A claim to be checked. Both sides have been built. */
typedef struct claim_request {
    builder *builder;
    node_id claimed, right;
    bool is_gradient;             /* what is right is a gradient */
    const literal_digits *digits; /* of the claim */
    const tensor *half_units;     /* its half_units, computed; NULL where it has none */
    bool has_within;
    double within;
    bool varies;       /* it names variables: it is tried nearby too, where these … */
    const node_id *by; /* … have other values */
    size_t by_count;
} claim_request;

typedef struct claim_check {
    const char *label;   /* or NULL */
    const char *lead;    /* what text begins with, to tell checks apart; or NULL */
    const char *claim;   /* as written */
    const char *against; /* what it is compared with, as written */
    bool ok;
    comparison here;
    nearby nearby;
    literal_digits digits;
    bool has_within;
    double within;
    diagnosis diagnosis;
    diagnosis also; /* another that fits, or none */
    unsigned hints; /* that are given in place of the right value; 0: it is told */
} claim_check;

/* Fills in all but the texts. False where a value does not fit its operation; the
 * builder's run knows the problem. */
bool claim_judge(const claim_request *request, claim_check *made);

#endif
