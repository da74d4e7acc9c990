#include "trace/slope.h"

#include <float.h>
#include <math.h>

/* The points around 0 that a sample has values at, in steps. */
enum { POINTS = 7, MIDDLE = 3, SECANTS = POINTS - 1 };
static const double places[POINTS] = {-4, -2, -1, 0, 1, 2, 4};

typedef struct sample {
    double step;
    double at[POINTS], value[POINTS];
} sample;

static sample take_sample(slope_function *f, void *owner, double at, double value,
                          double step)
{
    sample s = {.step = step};
    for (int i = 0; i < POINTS; i++) {
        s.at[i] = at + places[i] * step;
        s.value[i] = i == MIDDLE ? value : f(owner, s.at[i]);
    }
    return s;
}

static double secant(const sample *s, int from, int to)
{
    return (s->value[to] - s->value[from]) / (s->at[to] - s->at[from]);
}

/* What rounding of the values does to a difference quotient. */
static double rounding(const sample *s)
{
    double largest = 0;
    for (int i = 0; i < POINTS; i++)
        largest = fmax(largest, fabs(s->value[i])); /* passes over nan */
    return 4 * DBL_EPSILON * largest / s->step;
}

/* ---- Both sides ---- */

/* Central differences over 1, 2 and 4 steps, extrapolated to none. */
static numeric_slope central(const sample *s)
{
    double one = secant(s, MIDDLE - 1, MIDDLE + 1);
    double two = secant(s, MIDDLE - 2, MIDDLE + 2);
    double four = secant(s, MIDDLE - 3, MIDDLE + 3);
    double better = (4 * one - two) / 3;
    double best = (64 * one - 20 * two + four) / 45;
    return (numeric_slope){.slope = best,
                           .expected = fabs(best - better) + rounding(s),
                           .step = s->step,
                           .left = secant(s, MIDDLE - 1, MIDDLE),
                           .right = secant(s, MIDDLE, MIDDLE + 1)};
}

static bool has_settled(const numeric_slope *found, const sample *s)
{
    enum { NOISE = 10 };
    return found->expected <= NOISE * rounding(s) + 1e-9 * fabs(found->slope);
}

/* How far the numbers from `from` up to `to` are apart. */
static double spread(const double *numbers, int from, int to)
{
    double least = INFINITY, most = -INFINITY;
    for (int i = from; i < to; i++) {
        least = fmin(least, numbers[i]);
        most = fmax(most, numbers[i]);
    }
    return most - least;
}

static double mean(const double *numbers, int from, int to)
{
    double sum = 0;
    for (int i = from; i < to; i++)
        sum += numbers[i];
    return sum / (to - from);
}

/* Whether the secants have one value up to some point and another from there on, which
 * may be inside the secant between. */
static bool has_kink(const sample *s, double *left, double *right)
{
    enum { AT_LEAST = 2, NOISE = 100 };
    double secants[SECANTS];
    for (int i = 0; i < SECANTS; i++)
        secants[i] = secant(s, i, i + 1);
    double noise = NOISE * rounding(s) + 1e-6 * fabs(mean(secants, 0, SECANTS));
    for (int end = AT_LEAST; end <= SECANTS - AT_LEAST; end++)
        for (int begin = end; begin <= end + 1 && begin <= SECANTS - AT_LEAST; begin++) {
            *left = mean(secants, 0, end);
            *right = mean(secants, begin, SECANTS);
            double apart = fabs(*right - *left);
            double within =
                fmax(spread(secants, 0, end), spread(secants, begin, SECANTS));
            if (apart > noise && within < 0.05 * apart)
                return true;
        }
    return false;
}

/* Whether the value at the middle, or those right beside it, lie apart from the others,
 * which are close together on each side. */
static bool has_jump(const sample *s, double *left, double *right)
{
    enum { STEEP = 100 };
    double outer[4] = {secant(s, 0, 1), secant(s, 1, 2), secant(s, 4, 5),
                       secant(s, 5, 6)};
    double across = fmax(fabs(secant(s, 2, 3)), fabs(secant(s, 3, 4)));
    double flat = 0;
    for (int i = 0; i < 4; i++)
        flat = fmax(flat, fabs(outer[i]));
    *left = outer[1];
    *right = outer[2];
    return isfinite(across) && across > STEEP * (flat + rounding(s));
}

/* ---- One side ---- */

/* Differences towards one side, extrapolated; without bound where they keep growing as
 * the step shrinks, as those of the square root do at 0. */
static numeric_slope one_sided(slope_function *f, void *owner, const sample *s, int side)
{
    const double tiny = 1e-6;
    double one = secant(s, MIDDLE, MIDDLE + side);
    double two = secant(s, MIDDLE, MIDDLE + 2 * side);
    double four = secant(s, MIDDLE, MIDDLE + 3 * side);
    double better = 2 * one - two;
    double best = (4 * better - (2 * two - four)) / 3;
    double middle = s->at[MIDDLE];
    double close = middle + side * tiny * s->step;
    double steepest = (f(owner, close) - s->value[MIDDLE]) / (close - middle);
    if (fabs(steepest) > 1.5 * fabs(one) + rounding(s) / tiny)
        best = copysign(INFINITY, steepest);
    double expected = isfinite(best) ? fabs(best - steepest) + rounding(s) : 0;
    return (numeric_slope){SLOPE_SIDED, best, expected, s->step, best, best};
}

static bool is_finite_on(const sample *s, int side)
{
    for (int i = 1; i <= MIDDLE; i++)
        if (!isfinite(s->value[MIDDLE + side * i]))
            return false;
    return true;
}

static numeric_slope without_center(slope_function *f, void *owner, const sample *s)
{
    static const numeric_slope none = {SLOPE_NONE, NAN, INFINITY, 0, NAN, NAN};
    if (!isfinite(s->value[MIDDLE]))
        return none;
    if (is_finite_on(s, 1))
        return one_sided(f, owner, s, 1);
    return is_finite_on(s, -1) ? one_sided(f, owner, s, -1) : none;
}

/* ---- The whole ---- */

/* Steps ever smaller, until one settles. */
typedef struct search {
    numeric_slope best, last;
    bool settled;
} search;

static search search_steps(slope_function *f, void *owner, const sample *first)
{
    const double smallest = 1e-9 * first->step;
    double at = first->at[MIDDLE];
    search all = {.best = central(first)};
    all.last = all.best;
    all.settled = has_settled(&all.best, first);
    for (double step = first->step / 10; !all.settled && step > smallest; step /= 10) {
        if (at + step == at)
            break;
        sample s = take_sample(f, owner, at, first->value[MIDDLE], step);
        all.last = central(&s);
        all.settled = has_settled(&all.last, &s);
        if (all.settled || !(all.last.expected >= all.best.expected))
            all.best = all.last;
    }
    return all;
}

/* What to make of differences that never settled. */
static numeric_slope unsettled(const search *all, const sample *first)
{
    enum { WITHOUT_BOUND = 1000 };
    numeric_slope found = all->best;
    double left, right;
    if (has_jump(first, &left, &right))
        return (numeric_slope){.kind = SLOPE_JUMP,
                               .slope = (left + right) / 2,
                               .expected = fabs(right - left) + rounding(first),
                               .step = first->step,
                               .left = left,
                               .right = right};
    if (fabs(all->last.slope) > WITHOUT_BOUND * fabs(central(first).slope))
        found.slope = copysign(INFINITY, all->last.slope);
    return found;
}

numeric_slope slope_estimate(slope_function *f, void *owner, double at)
{
    const double usual = 1e-4;
    sample first = take_sample(f, owner, at, f(owner, at), usual * fmax(1, fabs(at)));
    search all = search_steps(f, owner, &first);
    numeric_slope found = all.best;
    if (!isfinite(found.slope) || !isfinite(first.value[MIDDLE]))
        return without_center(f, owner, &first);
    if (has_kink(&first, &found.left, &found.right))
        found.kind = SLOPE_KINK;
    else if (!all.settled)
        found = unsettled(&all, &first);
    return found;
}

double slope_error(const numeric_slope *s, double other)
{
    double least = fmin(s->left, s->right), most = fmax(s->left, s->right);
    if (other == s->slope)
        return 0; /* both may be infinite */
    if (s->kind == SLOPE_KINK)
        return fmax(0, fmax(least - other, other - most));
    return fabs(other - s->slope);
}

bool slope_agrees(const numeric_slope *s, double other, double scale)
{
    enum { CARE = 10 };
    const double close = 1e-6, least_margin = 1e-12;
    double margin = CARE * s->expected + close * scale + least_margin;
    double error = slope_error(s, other);
    return s->kind != SLOPE_NONE && isfinite(error) && error <= margin;
}
