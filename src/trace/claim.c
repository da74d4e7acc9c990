#include "trace/claim.h"

#include <math.h>

const char *diagnosis_name(diagnosis d)
{
    static const char *const names[] = {
        [DIAGNOSIS_NONE] = NULL,
        [DIAGNOSIS_LAYOUT] = "layout",
        [DIAGNOSIS_FORWARD_VALUE] = "forward-value",
        [DIAGNOSIS_SHAPE] = "shape",
        [DIAGNOSIS_ONLY_HERE] = "only-here",
        [DIAGNOSIS_ROUNDING] = "rounding",
        [DIAGNOSIS_UNKNOWN] = "unknown",
    };
    return names[d];
}

static precision precision_here(const claim_request *request)
{
    precision p = precision_of_expression();
    p.has_within = request->has_within;
    p.within = request->within;
    if (request->half_units != NULL)
        p.half_units = request->half_units->entries;
    return p;
}

/* Elsewhere numbers in the claim prove nothing. The two sides may round differently
 * there, which matters little: what is right by luck is far off. */
static precision precision_nearby(const claim_request *request)
{
    enum { LOOSER = 100 };
    precision p = precision_here(request);
    p.relative *= LOOSER;
    p.least *= LOOSER;
    if (request->half_units == NULL)
        return p;
    size_t count = shape_count(&request->half_units->shape);
    double *half_units = ARENA_ARRAY(request->builder->arena, double, count);
    for (size_t i = 0; i < count; i++)
        half_units[i] = p.half_units[i] < 0 ? -1 : INFINITY;
    p.half_units = half_units;
    return p;
}

/* ---- What is wrong ---- */

/* The right entries in the shape of the claim: row by row, or column by column. */
static tensor laid_out(arena *a, tensor right, const shape *like, bool by_columns)
{
    size_t count = shape_count(like);
    size_t rows = shape_rows(&right.shape), columns = shape_columns(&right.shape);
    double *entries = ARENA_ARRAY(a, double, count);
    for (size_t i = 0; i < count; i++)
        entries[i] = right.entries[by_columns ? i % rows * columns + i / rows : i];
    return (tensor){*like, entries};
}

/* Whether a row or column has the right numbers, those of a matrix one after another. */
static bool is_layout(arena *a, const comparison *c, const precision *p)
{
    const shape *claimed = &c->claimed.shape;
    if (!shape_is_vector(claimed) || c->right.shape.rank != 2 ||
        shape_count(claimed) != shape_count(&c->right.shape))
        return false;
    for (int by_columns = 0; by_columns < 2; by_columns++) {
        tensor right = laid_out(a, c->right, claimed, by_columns != 0);
        comparison flat = compare_values(a, c->claimed, right, p);
        if (compare_agrees(&flat))
            return true;
    }
    return false;
}

/* Whether entries that differ were written with decimals, and are close. */
static bool is_rounding(const comparison *c, const precision *p)
{
    const double close = 0.02;
    if (p->half_units == NULL || p->has_within)
        return false;
    for (size_t i = 0; i < shape_count(&c->right.shape); i++) {
        double right = c->right.entries[i];
        bool near = fabs(c->claimed.entries[i] - right) <= close * fabs(right);
        if (c->differs[i] && !(near && p->half_units[i] > 0))
            return false;
    }
    return true;
}

static void diagnose_claim(const claim_request *request, const precision *p,
                           claim_check *made)
{
    const comparison *c = &made->here;
    diagnosis other = request->is_gradient ? DIAGNOSIS_UNKNOWN : DIAGNOSIS_FORWARD_VALUE;
    if (!c->same_shape)
        made->diagnosis = request->is_gradient && is_layout(request->builder->arena, c, p)
                              ? DIAGNOSIS_LAYOUT
                              : DIAGNOSIS_SHAPE;
    else if (made->nearby.failed)
        made->diagnosis = DIAGNOSIS_ONLY_HERE;
    else
        made->diagnosis = is_rounding(c, p) ? DIAGNOSIS_ROUNDING : other;
    if (other == DIAGNOSIS_FORWARD_VALUE && made->diagnosis != other)
        made->also = other;
}

bool claim_judge(const claim_request *request, claim_check *made)
{
    builder *b = request->builder;
    node_id sides[2] = {request->claimed, request->right};
    if (!run_compute(b->run, sides, 2))
        return false;
    precision here = precision_here(request), elsewhere = precision_nearby(request);
    made->digits = *request->digits;
    made->has_within = request->has_within;
    made->within = request->within;
    made->here = compare_values(b->arena, run_value(b->run, request->claimed),
                                run_value(b->run, request->right), &here);
    bool agrees = compare_agrees(&made->here);
    if (agrees && request->varies)
        made->nearby = nearby_try(b, request->claimed, request->right, request->by,
                                  request->by_count, &elsewhere);
    made->ok = agrees && !made->nearby.failed;
    if (!made->ok)
        diagnose_claim(request, &here, made);
    return true;
}
