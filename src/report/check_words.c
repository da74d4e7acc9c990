/* What there is to say of a claim, in sentences that text, JSON and TAP share. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "report/check.h"

void report_distinct(arena *a, const style *s, double mine, double its,
                     const char *texts[2])
{
    enum { EXACT = 17 };
    int digits = s->digits;
    do {
        texts[0] = number_text(a, mine, digits);
        texts[1] = number_text(a, its, digits);
    } while (strtod(texts[0], NULL) == strtod(texts[1], NULL) && mine != its &&
             digits++ < EXACT);
}

/* ---- Gradients ---- */

const char *report_gradcheck_detail(arena *a, const style *s, const gradcheck *shown)
{
    text_buffer t;
    text_init(&t, a);
    if (shown->ok)
        return "agrees with central differences";
    for (size_t i = 0; i < shown->variables.count; i++) {
        const gradcheck_variable *v = &shown->variables.items[i];
        const char *texts[2];
        if (v->ok)
            continue;
        report_distinct(a, s, v->analytic, v->there.slope, texts);
        text_format(&t, "%s%s%s: analytic %s, numeric %s", t.length == 0 ? "" : "; ",
                    v->name, shape_place_text(a, &v->shape, v->worst), texts[0],
                    texts[1]);
    }
    return text_string(&t);
}

/* ---- Right ---- */

/* "to the 2 digits written" */
static void add_digits(text_buffer *t, const literal_digits *d)
{
    bool digits = d->fewest_digits == d->most_digits;
    bool decimals = d->fewest_decimals == d->most_decimals && d->most_decimals > 0;
    int count = digits ? d->most_digits : d->most_decimals;
    if (digits || decimals)
        text_format(t, "to the %d %s%s written", count, digits ? "digit" : "decimal",
                    count == 1 ? "" : "s");
    else
        text_format(t, "to the %d to %d digits written", d->fewest_digits,
                    d->most_digits);
}

static const char *agreement(arena *a, const claim_check *c)
{
    text_buffer t;
    text_init(&t, a);
    bool points = c->nearby.agreed > 0;
    if (c->has_within)
        text_format(&t, "agrees within %g", c->within);
    else if (c->digits.any && c->digits.rounded > 0)
        add_digits(&t, &c->digits);
    else if (c->digits.whole)
        text_add(&t, "exactly");
    else
        text_add(&t, points ? "agrees here" : "agrees");
    if (points)
        text_format(&t, " and at %zu nearby point%s", c->nearby.agreed,
                    c->nearby.agreed == 1 ? "" : "s");
    return text_string(&t);
}

/* ---- Wrong ---- */

/* The power of ten at or below a number that is not 0. */
static const char *decade(arena *a, double value, int up)
{
    return number_text(a, pow(10, floor(log10(fabs(value))) + up), 1);
}

/* What is said in place of the right number: more each time. */
static const char *hint_at(arena *a, double mine, double right, unsigned hints)
{
    enum { SIZE_TOO = 3 };
    const char *first =
        fabs(mine) > fabs(right) ? "too large in size" : "too small in size";
    if (mine * right < 0)
        first = "the other sign";
    if (hints < SIZE_TOO || right == 0 || !isfinite(right))
        return first;
    return format_in(a, "%s, right is between %s and %s in size", first,
                     decade(a, right, 0), decade(a, right, 1));
}

void report_claim_entry(arena *a, const style *s, const claim_check *c, size_t i,
                        const char *texts[2])
{
    double mine = c->here.claimed.entries[i], right = c->here.right.entries[i];
    report_distinct(a, s, mine, right, texts);
    if (c->hints > 0)
        texts[1] = hint_at(a, mine, right, c->hints);
}

/* "yours -0.065, right -0.130377"; a hint in place of what is right, or neither. */
static const char *entry_words(arena *a, const style *s, const claim_check *c, size_t i)
{
    const char *texts[2];
    report_claim_entry(a, s, c, i, texts);
    return format_in(a, c->hints == 0 ? "yours %s, right %s" : "yours %s, %s", texts[0],
                     texts[1]);
}

bool report_claim_has_entries(const claim_check *c)
{
    return c->here.same_shape && c->here.differ > 0 && c->hints != 1 &&
           shape_count(&c->here.right.shape) > 1;
}

const char *report_claim_verdict(arena *a, const style *s, const claim_check *c)
{
    const comparison *here = &c->here;
    if (c->ok)
        return agreement(a, c);
    if (!here->same_shape)
        return style_words(a, s,
                           format_in(a, "yours is %s, right is %s",
                                     shape_text(a, &here->claimed.shape),
                                     shape_text(a, &here->right.shape)));
    if (c->nearby.failed)
        return "right at these values, but not in general";
    size_t count = shape_count(&here->right.shape);
    if (count > 1)
        return format_in(a, "%zu of %zu entries differ%s", here->differ, count,
                         here->differ == 1 ? "s" : "");
    return c->hints == 1 ? "not right yet" : entry_words(a, s, c, 0);
}

/* Where a claim that is right here is wrong. */
static const char *counterexample(arena *a, const style *s, const claim_check *c)
{
    const nearby *n = &c->nearby;
    text_buffer t;
    text_init(&t, a);
    text_add(&t, "at ");
    for (size_t i = 0; i < n->point.count; i++)
        text_format(&t, "%s%s = %s", i == 0 ? "" : ", ", n->point.items[i].name,
                    style_value(a, s, n->point.items[i].value));
    text_format(&t, " yours is %s", style_value(a, s, n->there.claimed));
    text_format(&t, c->hints == 0 ? ", right is %s" : ", which is wrong",
                style_value(a, s, n->there.right));
    if (c->also == DIAGNOSIS_FORWARD_VALUE)
        text_add(&t, "; inputs that stay as they are can be declared const");
    return text_string(&t);
}

const char *report_claim_reason(arena *a, const style *s, const claim_check *c)
{
    switch (c->diagnosis) {
    case DIAGNOSIS_LAYOUT:
        return "the numbers are right, but a gradient has the shape of its variable";
    case DIAGNOSIS_SHAPE:
        return "nothing is stretched in a check: both sides need the same shape";
    case DIAGNOSIS_ONLY_HERE:
        return counterexample(a, s, c);
    case DIAGNOSIS_ROUNDING:
        return "close, but wrong to the digits written: round once, at the end";
    case DIAGNOSIS_FORWARD_VALUE:
        return "the forward pass comes to another value";
    case DIAGNOSIS_NONE:
    case DIAGNOSIS_UNKNOWN:
        break;
    }
    return NULL;
}

static void add_entries(text_buffer *t, const style *s, const claim_check *c)
{
    enum { FEW = 4 };
    size_t shown = 0;
    for (size_t i = 0; i < shape_count(&c->here.right.shape) && shown < FEW; i++) {
        if (!c->here.differs[i])
            continue;
        text_format(t, "; %s %s", shape_place_text(t->arena, &c->here.right.shape, i),
                    entry_words(t->arena, s, c, i));
        shown++;
    }
    if (shown < c->here.differ)
        text_add(t, "; …");
}

const char *report_claim_detail(arena *a, const style *s, const claim_check *c)
{
    text_buffer t;
    text_init(&t, a);
    text_add(&t, report_claim_verdict(a, s, c));
    if (c->ok)
        return text_string(&t);
    if (report_claim_has_entries(c))
        add_entries(&t, s, c);
    const char *reason = report_claim_reason(a, s, c);
    if (reason != NULL)
        text_format(&t, "; %s", reason);
    return text_string(&t);
}
