/* What there is to say of a claim, in sentences that text, JSON and TAP share. */
#include <string.h>

#include "base/number.h"
#include "report/check.h"

const char *report_number(arena *a, double value, int digits)
{
    text_buffer t;
    text_init(&t, a);
    number_write(&t, value, digits);
    return text_string(&t);
}

void report_distinct(arena *a, const style *s, double mine, double its,
                     const char *texts[2])
{
    enum { EXACT = 17 };
    int digits = s->digits;
    do {
        texts[0] = report_number(a, mine, digits);
        texts[1] = report_number(a, its, digits);
    } while (strcmp(texts[0], texts[1]) == 0 && mine != its && digits++ < EXACT);
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
    const char *texts[2];
    report_distinct(a, s, here->claimed.entries[0], here->right.entries[0], texts);
    return format_in(a, "yours %s, right %s", texts[0], texts[1]);
}

/* Where a claim that is right here is wrong. */
static const char *counterexample(arena *a, const style *s, const nearby *n,
                                  bool of_value)
{
    text_buffer t;
    text_init(&t, a);
    text_add(&t, "at ");
    for (size_t i = 0; i < n->point.count; i++)
        text_format(&t, "%s%s = %s", i == 0 ? "" : ", ", n->point.items[i].name,
                    style_value(a, s, n->point.items[i].value));
    text_format(&t, " yours is %s, right is %s", style_value(a, s, n->there.claimed),
                style_value(a, s, n->there.right));
    if (of_value)
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
        return counterexample(a, s, &c->nearby, c->also == DIAGNOSIS_FORWARD_VALUE);
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

static void add_entries(text_buffer *t, const style *s, const comparison *c)
{
    enum { FEW = 4 };
    size_t shown = 0;
    for (size_t i = 0; i < shape_count(&c->right.shape) && shown < FEW; i++) {
        const char *texts[2];
        if (!c->differs[i])
            continue;
        report_distinct(t->arena, s, c->claimed.entries[i], c->right.entries[i], texts);
        text_format(t, "; %s yours %s, right %s",
                    shape_place_text(t->arena, &c->right.shape, i), texts[0], texts[1]);
        shown++;
    }
    if (shown < c->differ)
        text_add(t, "; …");
}

const char *report_claim_detail(arena *a, const style *s, const claim_check *c)
{
    text_buffer t;
    text_init(&t, a);
    text_add(&t, report_claim_verdict(a, s, c));
    if (c->ok)
        return text_string(&t);
    if (c->here.same_shape && shape_count(&c->here.right.shape) > 1)
        add_entries(&t, s, &c->here);
    const char *reason = report_claim_reason(a, s, c);
    if (reason != NULL)
        text_format(&t, "; %s", reason);
    return text_string(&t);
}
