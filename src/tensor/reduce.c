/* Reductions along lines of entries, and what else looks at whole lines: see arrays.h. */
#include <math.h>

#include "tensor/arrays.h"
#include "tensor/loops.h"

/* The lines of an array: all entries in one, its columns, or its rows. Line k begins at
 * k / stride * (length * stride) + k % stride, its entries are `stride` apart. */
typedef struct lines {
    size_t count, length, stride;
} lines;

/* By the axis, the second operand: 1 for columns, 2 for rows, without one a single line.
 */
static lines lines_of(const array_call *call)
{
    const shape *s = &call->operands[0].shape;
    size_t count = shape_count(s);
    if (call->count == 1)
        return (lines){1, count, 1};
    bool down = call->operands[1].entries[0] == 1;
    size_t length = down ? shape_rows(s) : shape_columns(s);
    return (lines){count / length, length, down ? shape_columns(s) : 1};
}

static size_t line_begin(const lines *l, size_t k)
{
    return k / l->stride * (l->length * l->stride) + k % l->stride;
}

/* What becomes of one line. */
typedef double line_value(const double *line, const lines *l);

static bool reduce(array_call *call, line_value *value)
{
    lines l = lines_of(call);
    for (size_t k = 0; k < l.count; k++)
        call->out[k] = value(call->operands[0].entries + line_begin(&l, k), &l);
    return true;
}

static double mean_of(const double *line, const lines *l)
{
    if (l->stride == 1)
        return row_sum(line, l->length) / (double)l->length;
    double sum = 0;
    for (size_t i = 0; i < l->length; i++)
        sum += line[i * l->stride];
    return sum / (double)l->length;
}

bool array_mean(array_call *call)
{
    return reduce(call, mean_of);
}

/* ---- Extremes ---- */

/* The first place of the largest of sign*entry, or of a nan. */
static size_t place_of_most(const double *line, const lines *l, double sign)
{
    size_t most = 0;
    for (size_t i = 0; i < l->length; i++) {
        double entry = line[i * l->stride];
        if (isnan(entry))
            return i;
        if (sign * entry > sign * line[most * l->stride])
            most = i;
    }
    return most;
}

static double largest_of(const double *line, const lines *l)
{
    return line[place_of_most(line, l, 1) * l->stride];
}

static double smallest_of(const double *line, const lines *l)
{
    return line[place_of_most(line, l, -1) * l->stride];
}

static double where_largest_of(const double *line, const lines *l)
{
    return (double)place_of_most(line, l, 1) + 1;
}

static double where_smallest_of(const double *line, const lines *l)
{
    return (double)place_of_most(line, l, -1) + 1;
}

bool array_largest(array_call *call)
{
    return reduce(call, largest_of);
}

bool array_smallest(array_call *call)
{
    return reduce(call, smallest_of);
}

bool array_where_largest(array_call *call)
{
    return reduce(call, where_largest_of);
}

bool array_where_smallest(array_call *call)
{
    return reduce(call, where_smallest_of);
}

/* ---- Lengths ---- */

/* Divided by the largest entry first, so that no square overflows or vanishes. */
static double norm_of(const double *line, const lines *l)
{
    double most = 0, sum = 0;
    for (size_t i = 0; i < l->length; i++) {
        double size = fabs(line[i * l->stride]);
        if (isnan(size))
            return size;
        most = size > most ? size : most;
    }
    if (most == 0 || !isfinite(most))
        return most;
    for (size_t i = 0; i < l->length; i++)
        sum += line[i * l->stride] / most * (line[i * l->stride] / most);
    return most * sqrt(sum);
}

bool array_norm(array_call *call)
{
    return reduce(call, norm_of);
}

/* ---- Exponentials ---- */

/* sum of exp(entry - most): the largest term is 1, so nothing overflows.
 *
 * Source: Goodfellow, Bengio, Courville, "Deep Learning" (2016), section 4.1. */
static double sum_of_exponentials(const double *line, const lines *l, double most)
{
    double sum = 0;
    for (size_t i = 0; i < l->length; i++)
        sum += exp(line[i * l->stride] - most);
    return sum;
}

static double log_of_sum_of(const double *line, const lines *l)
{
    double most = largest_of(line, l);
    return isfinite(most) ? most + log(sum_of_exponentials(line, l, most)) : most;
}

bool array_logsumexp(array_call *call)
{
    return reduce(call, log_of_sum_of);
}

static bool share_out(array_call *call, bool logarithms)
{
    lines l = lines_of(call);
    for (size_t k = 0; k < l.count; k++) {
        const double *line = call->operands[0].entries + line_begin(&l, k);
        double *out = call->out + line_begin(&l, k);
        double most = largest_of(line, &l), sum = sum_of_exponentials(line, &l, most);
        double log_of_sum = log(sum);
        for (size_t i = 0; i < l.length; i++) {
            double below = line[i * l.stride] - most;
            out[i * l.stride] = logarithms ? below - log_of_sum : exp(below) / sum;
        }
    }
    return true;
}

bool array_softmax(array_call *call)
{
    return share_out(call, false);
}

bool array_log_softmax(array_call *call)
{
    return share_out(call, true);
}
