#include "trace/compare.h"

#include <math.h>

precision precision_of_expression(void)
{
    return (precision){.relative = 1e-9, .least = 1e-12};
}

double compare_largest(tensor t)
{
    double largest = 0;
    for (size_t i = 0; i < shape_count(&t.shape); i++)
        if (isfinite(t.entries[i]))
            largest = fmax(largest, fabs(t.entries[i]));
    return largest;
}

/* Half a unit of the entry with the coarsest digits; 0 where none has any. */
static double coarsest(const double *half_units, size_t count)
{
    double half_unit = 0;
    for (size_t i = 0; i < count; i++)
        half_unit = fmax(half_unit, half_units[i]); /* passes over nan */
    return half_unit;
}

/* How far entry `i` of a claim may be from the right one; `largest` is that of all. */
static double margin_of(const precision *p, size_t count, size_t i, double right,
                        double largest)
{
    const double literal_slack = 1e-9;
    const double *half_units = p->half_units;
    double half_unit = half_units == NULL ? -1 : half_units[i];
    if (half_unit == INFINITY)
        return INFINITY;
    if (p->has_within)
        return p->within * largest + p->least;
    if (half_units != NULL && isnan(half_unit))  /* a whole number: as coarse as … */
        half_unit = coarsest(half_units, count); /* … what is written beside it */
    if (half_unit > 0)
        return half_unit + literal_slack * fabs(right);
    return p->relative * largest + p->least;
}

static bool entries_agree(double claimed, double right, double margin)
{
    if (isnan(claimed) || isnan(right))
        return isnan(claimed) && isnan(right);
    return claimed == right || fabs(claimed - right) <= margin;
}

comparison compare_values(arena *a, tensor claimed, tensor right, const precision *p)
{
    comparison c = {.claimed = claimed,
                    .right = right,
                    .same_shape = shape_equal(&claimed.shape, &right.shape)};
    if (!c.same_shape)
        return c;
    size_t count = shape_count(&right.shape);
    double largest = compare_largest(right);
    c.differs = ARENA_ARRAY(a, bool, count);
    for (size_t i = 0; i < count; i++) {
        double mine = claimed.entries[i], its = right.entries[i];
        double margin = margin_of(p, count, i, its, largest);
        c.differs[i] = !entries_agree(mine, its, margin);
        c.differ += c.differs[i];
        double distance = mine == its ? 0 : fabs(mine - its);
        if (!(distance <= c.error) && !isnan(c.error) && !(isnan(mine) && isnan(its)))
            c.error = distance;
    }
    return c;
}

bool compare_agrees(const comparison *c)
{
    return c->same_shape && c->differ == 0;
}
