/* See row_checks.h. */
#include "row_checks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "session/session.h"

static const char *const operand_names[OP_MAX_OPERANDS] = {"a", "b", "c", "d"};

/* Where branches, zeros and signs show: beside the sample points these are tried too. */
static const double special[] = {-1.5, 0, 0.7};
enum { SPECIAL_COUNT = sizeof special / sizeof *special };

/* ---- Verdicts ---- */

size_t row_failures(const row_verdict *v)
{
    size_t count = 0;
    for (size_t i = 0; i < ROW_PROPERTIES; i++)
        count += v->failed[i];
    return count;
}

void row_record(row_verdict *v, row_property property, bool fine, const char *format, ...)
{
    if (fine) {
        v->passed[property]++;
        return;
    }
    v->failed[property]++;
    if (v->first_failure[0] != '\0')
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(v->first_failure, sizeof v->first_failure, format, arguments);
    va_end(arguments);
}

/* "a = 1, b = 2" */
typedef struct place {
    char text[100];
} place;

static place place_of(const row_trial *t, const double *point)
{
    place p = {""};
    size_t length = 0;
    for (size_t k = 0; k < t->arity; k++)
        length += (size_t)snprintf(p.text + length, sizeof p.text - length, "%s%s = %g",
                                   k == 0 ? "" : ", ", operand_names[k], point[k]);
    return p;
}

/* ---- A program for the row ---- */

static bool write_expression(row_trial *t)
{
    const operation *row = t->row;
    char *to = t->expression;
    size_t room = sizeof t->expression;
    static const char *const arguments[] = {"", "a", "a, b", "a, b, c", "a, b, c, d"};
    switch (row->form) {
    case FORM_CALL:
        snprintf(to, room, "%s(%s)", row->spelling, arguments[row->arity]);
        return true;
    case FORM_INFIX:
        snprintf(to, room, "a %s b", row->spelling);
        return true;
    case FORM_PREFIX:
        snprintf(to, room, "%s a", row->spelling);
        return true;
    case FORM_POSTFIX:
        snprintf(to, room, "a%s", row->spelling);
        return true;
    case FORM_CONSTANT:
        snprintf(to, room, "%s", row->spelling);
        return true;
    case FORM_NONE:
        snprintf(to, room, "a"); /* `out = a` makes a copy */
        return t->op == OP_COPY;
    }
    return false;
}

/* The operation that `out` came to: several rows may share a spelling. */
static bool is_reached(const row_trial *t)
{
    nabla *n = t->talk.nabla;
    const name *out = names_known(&n->names, symbol_of(&n->symbols, "out"), false);
    return out != NULL && out->built.root != NODE_NONE &&
           graph_op(&n->graph, out->built.root) == t->op;
}

/* ga = ∂out/∂a, gab = ∂ga/∂b and so on, so that their nodes are built once. */
static void define_derivatives(row_trial *t)
{
    for (size_t k = 0; k < t->arity; k++) {
        const char *first = operand_names[k];
        char source[80];
        snprintf(source, sizeof source, "g%s = ∂out/∂%s", first, first);
        talk_run(&t->talk, source);
        for (size_t l = 0; l < t->arity; l++) {
            const char *second = operand_names[l];
            snprintf(source, sizeof source, "g%s%s = ∂g%s/∂%s", first, second, first,
                     second);
            talk_run(&t->talk, source);
        }
    }
}

bool row_has_no_gradient(const operation *row, size_t k)
{
    return row->shape_only[k] || row->flat[k] || row->fixed[k];
}

bool row_has_fixed(const operation *row)
{
    for (size_t k = 0; k < row->arity; k++)
        if (row->fixed[k])
            return true;
    return false;
}

static bool takes_numbers(const operation *row, size_t count)
{
    shape numbers[OP_MAX_OPERANDS], result;
    for (size_t k = 0; k < count; k++)
        numbers[k] = shape_number();
    return row->arity == count && !row_has_fixed(row) &&
           shapes_fit(row->shape, numbers, count, &result);
}

/* Whether an earlier row with the same spelling takes the numbers. */
static bool is_behind_another(op_id op)
{
    const operation *row = op_row(op);
    if (row->form == FORM_NONE)
        return false;
    op_id id = op_find(row->form, row->spelling, strlen(row->spelling));
    for (; id != OP_NONE && id != op; id = op_next_alike(id))
        if (takes_numbers(op_row(id), row->arity))
            return true;
    return false;
}

/* Rows that take no numbers at all. */
static bool needs_stack(op_id op)
{
    return op == OP_PAGE || op == OP_ONPAGE;
}

bool row_is_beyond_numbers(op_id op)
{
    const operation *row = op_row(op);
    if (row->halves != OP_NONE)
        return true;
    if (row->array == NULL)
        return false;
    bool sampled = false;
    for (size_t k = 0; k < row->arity; k++)
        sampled = sampled || row->sample[k].low < row->sample[k].high;
    return !sampled || row_has_fixed(row) || needs_stack(op) || is_behind_another(op);
}

bool row_trial_open(row_trial *t, op_id op, row_verdict *verdict)
{
    *t = (row_trial){
        .op = op, .row = op_row(op), .arity = op_row(op)->arity, .verdict = verdict};
    talk_open(&t->talk, true);
    if (row_is_beyond_numbers(op) || !write_expression(t))
        return false;
    char source[200];
    snprintf(source, sizeof source,
             "a = 1.25; b = 1.5; c = 1.75; d = 2; up = 1\nout = %s", t->expression);
    if (talk_run(&t->talk, source) != NABLA_FINE)
        return false;
    if (t->row->form == FORM_CONSTANT)
        return true;
    double value;
    talk_number(&t->talk, "out", &value);
    if (!is_reached(t))
        return false;
    define_derivatives(t);
    return true;
}

void row_trial_close(row_trial *t)
{
    talk_close(&t->talk);
}

double row_at(row_trial *t, const double *point, const char *expression)
{
    char source[800];
    size_t length = 0;
    for (size_t k = 0; k < t->arity; k++)
        length += (size_t)snprintf(source + length, sizeof source - length,
                                   "%s := %.17g\n", operand_names[k], point[k]);
    snprintf(source + length, sizeof source - length, "%s", expression);
    double value;
    talk_number(&t->talk, source, &value);
    return value;
}

/* ---- Points ---- */

/* The i-th number of the van der Corput sequence in (0, 1). */
static double scattered(size_t i, size_t base)
{
    double value = 0, digit = 1;
    for (i++; i > 0; i /= base) {
        digit /= (double)base;
        value += digit * (double)(i % base);
    }
    return value;
}

void row_sample(const operation *row, size_t i, double point[OP_MAX_OPERANDS])
{
    static const size_t bases[OP_MAX_OPERANDS] = {2, 3, 5, 7};
    for (size_t k = 0; k < row->arity; k++) {
        op_interval in = row->sample[k];
        point[k] = in.low + (in.high - in.low) * (0.15 + 0.7 * scattered(i, bases[k]));
    }
}

bool row_grid(const double *values, size_t count, size_t arity, size_t i,
              double point[OP_MAX_OPERANDS])
{
    for (size_t k = 0; k < arity; k++) {
        point[k] = values[i % count];
        i /= count;
    }
    return i == 0;
}

/* ---- Differences ---- */

/* What differences say of a function at a point, along a direction. */
typedef struct differences {
    bool smooth;        /* they converge, and no slope jumps here */
    bool one_sided;     /* the slopes to both sides exist */
    double slope;       /* where smooth */
    double left, right; /* slopes to both sides, where they exist */
} differences;

enum { LEVELS = 5 };

static double moved(row_trial *t, const double *point, const double *direction, double by,
                    const char *expression)
{
    double there[OP_MAX_OPERANDS];
    for (size_t k = 0; k < t->arity; k++)
        there[k] = point[k] + by * direction[k];
    return row_at(t, there, expression);
}

/* Extrapolates estimates at steps h, h/2, h/4 … to 0. `order` is the exponent of the
 * first error term, `next` how much it grows from term to term. `error` is how far the
 * last two estimates are apart. Source: Ridders, "Accurate computation of F'(x)" (1982).
 */
static double extrapolate(double *estimates, int order, int next, double *error)
{
    double factor = pow(2, order);
    for (size_t column = 1; column < LEVELS; column++) {
        for (size_t i = LEVELS - 1; i >= column; i--)
            estimates[i] += (estimates[i] - estimates[i - 1]) / (factor - 1);
        factor *= pow(2, next);
    }
    *error = fabs(estimates[LEVELS - 1] - estimates[LEVELS - 2]);
    return estimates[LEVELS - 1];
}

static differences measure(row_trial *t, const double *point, const double *direction,
                           double step, const char *expression)
{
    double central[LEVELS], left[LEVELS], right[LEVELS];
    double here = row_at(t, point, expression);
    for (size_t i = 0; i < LEVELS; i++, step /= 2) {
        double above = moved(t, point, direction, step, expression);
        double below = moved(t, point, direction, -step, expression);
        central[i] = (above - below) / (2 * step);
        right[i] = (above - here) / step;
        left[i] = (here - below) / step;
    }
    double error, left_error, right_error;
    differences d = {.slope = extrapolate(central, 2, 2, &error),
                     .left = extrapolate(left, 1, 1, &left_error),
                     .right = extrapolate(right, 1, 1, &right_error)};
    double scale = fmax(1, fabs(d.slope));
    d.one_sided = left_error < 1e-4 * scale && right_error < 1e-4 * scale;
    d.smooth =
        error < 1e-7 * scale && d.one_sided && fabs(d.left - d.right) < 1e-3 * scale;
    return d;
}

/* Steps that stay inside the samples. */
static double sample_step(const operation *row, size_t k)
{
    return 0.1 * (row->sample[k].high - row->sample[k].low);
}

/* Compares the derivative by operand `k` of `function` with its differences, where these
 * are smooth. */
static void compare(row_trial *t, row_property property, const double *point, size_t k,
                    double step, const char *of, const char *derivative)
{
    double direction[OP_MAX_OPERANDS] = {0};
    direction[k] = 1;
    differences d = measure(t, point, direction, step, of);
    if (!d.smooth)
        return;
    double tolerance =
        property == ROW_SECOND ? ROW_SECOND_TOLERANCE : ROW_GRADIENT_TOLERANCE;
    double got = row_at(t, point, derivative);
    row_record(t->verdict, property, numbers_agree(got, d.slope, tolerance),
               "out = %s at %s: %s is %.12g, by differences of %s it is %.12g",
               t->expression, place_of(t, point).text, derivative, got, of, d.slope);
}

static void compare_everywhere(row_trial *t, row_property property, size_t k, bool hurry,
                               const char *of, const char *derivative)
{
    double point[OP_MAX_OPERANDS] = {0};
    for (size_t i = 0; i < ROW_SAMPLES; i++) {
        if (hurry && row_failures(t->verdict) > 0)
            return;
        row_sample(t->row, i, point);
        compare(t, property, point, k, sample_step(t->row, k), of, derivative);
    }
    for (size_t i = 0; row_grid(special, SPECIAL_COUNT, t->arity, i, point); i++) {
        if (hurry && row_failures(t->verdict) > 0)
            return;
        compare(t, property, point, k, 0.1, of, derivative);
    }
}

void row_check_gradient(row_trial *t, bool hurry)
{
    for (size_t k = 0; k < t->arity; k++) {
        char gradient[8];
        snprintf(gradient, sizeof gradient, "g%s", operand_names[k]);
        compare_everywhere(t, ROW_GRADIENT, k, hurry, "out", gradient);
    }
}

void row_check_second(row_trial *t, bool hurry)
{
    for (size_t k = 0; k < t->arity; k++)
        for (size_t l = 0; l < t->arity; l++) {
            char gradient[8], second[8];
            snprintf(gradient, sizeof gradient, "g%s", operand_names[k]);
            snprintf(second, sizeof second, "g%s%s", operand_names[k], operand_names[l]);
            compare_everywhere(t, ROW_SECOND, l, hurry, gradient, second);
        }
}

/* ---- Kinks ---- */

/* What stands in the row for the slope by operand `k` at the kink. */
static double promised_slope(row_trial *t, const double *point, size_t k)
{
    const operation *row = t->row;
    const char *plain = row->runs[k] != NULL ? row->runs[k] : row->local[k];
    char sum[400];
    snprintf(sum, sizeof sum, "(%s) + (%s)", plain,
             row->kink.adds[k] != NULL ? row->kink.adds[k] : "0");
    return row_at(t, point, sum);
}

/* A slope at a kink must lie between the slopes to its sides. */
static void check_possible(row_trial *t, const double *point, size_t k, double taken)
{
    double direction[OP_MAX_OPERANDS] = {0};
    direction[k] = 1;
    differences d = measure(t, point, direction, 0.1, "out");
    if (!d.one_sided)
        return;
    double low = fmin(d.left, d.right), high = fmax(d.left, d.right);
    row_record(t->verdict, ROW_KINK, taken >= low - 1e-7 && taken <= high + 1e-7,
               "out = %s at %s: slope %.12g by %s is not between %g and %g",
               t->expression, place_of(t, point).text, taken, operand_names[k], low,
               high);
}

/* The line of the JSON report, and the words of the text report, about the edge from out
 * to operand `k`. */
static void check_report(row_trial *t, const double *point, size_t k, double taken)
{
    bool shows = !numbers_agree(row_at(t, point, t->row->local[k]), taken, 1e-12);
    talk_run(&t->talk, "grad out");
    json_t *lines = talk_json(&t->talk);
    const json_t *edges = json_object_get(json_array_get(lines, 0), "edges");
    const json_t *edge = json_array_get(edges, k);
    const json_t *part = json_object_get(edge, "local");
    const char *formula = json_string_value(json_object_get(part, "formula"));
    char copy[400] = "";
    snprintf(copy, sizeof copy, "%s", formula == NULL ? "" : formula);
    double value;
    json_to_number(json_object_get(part, "value"), &value);
    json_decref(lines);
    row_record(t->verdict, ROW_KINK, numbers_agree(value, taken, 1e-12),
               "grad out, out = %s at %s: local %.12g by %s, wanted %.12g", t->expression,
               place_of(t, point).text, value, operand_names[k], taken);
    row_record(t->verdict, ROW_KINK, (strstr(copy, "==") != NULL) == shows,
               "grad out, out = %s at %s: local %s %s its kink", t->expression,
               place_of(t, point).text, copy, shows ? "does not show" : "shows");
    row_record(t->verdict, ROW_KINK, numbers_agree(row_at(t, point, copy), taken, 1e-12),
               "grad out, out = %s at %s: local %s is not %.12g", t->expression,
               place_of(t, point).text, copy, taken);
}

static void check_words(row_trial *t, const double *point)
{
    talk text;
    talk_open(&text, false);
    char source[300] = "set width 1000\n"; /* so that no sentence is broken */
    size_t length = strlen(source);
    for (size_t k = 0; k < t->arity; k++)
        length += (size_t)snprintf(source + length, sizeof source - length,
                                   "%s = %.17g\n", operand_names[k], point[k]);
    snprintf(source + length, sizeof source - length, "out = %s\ngrad out",
             t->expression);
    talk_run(&text, source);
    bool said = strstr(text.results, "kink: ") != NULL &&
                strstr(text.results, t->row->kink.says) != NULL;
    row_record(t->verdict, ROW_KINK, said,
               "grad out, out = %s at %s: no word of the kink", t->expression,
               place_of(t, point).text);
    talk_close(&text);
}

/* Along a direction that does not leave the kink the function is smooth, and there the
 * slopes, whatever was chosen, must add up to its slope. */
static void check_along(row_trial *t, const double *point, const double *slopes)
{
    static const double choices[] = {0, 1, -1};
    double direction[OP_MAX_OPERANDS] = {0};
    for (size_t i = 1; row_grid(choices, 3, t->arity, i, direction); i++) {
        if (moved(t, point, direction, 0.1, t->row->kink.when) != 1 ||
            moved(t, point, direction, -0.1, t->row->kink.when) != 1)
            continue;
        differences d = measure(t, point, direction, 0.1, "out");
        double sum = 0;
        for (size_t k = 0; k < t->arity; k++)
            sum += direction[k] * slopes[k];
        row_record(t->verdict, ROW_KINK,
                   d.smooth && numbers_agree(sum, d.slope, ROW_GRADIENT_TOLERANCE),
                   "out = %s at %s: along the kink the slopes add up to %.12g, not %.12g",
                   t->expression, place_of(t, point).text, sum, d.slope);
    }
}

static void check_kink_at(row_trial *t, const double *point)
{
    double slopes[OP_MAX_OPERANDS] = {0};
    for (size_t k = 0; k < t->arity; k++) {
        char gradient[8];
        snprintf(gradient, sizeof gradient, "g%s", operand_names[k]);
        double wanted = promised_slope(t, point, k);
        slopes[k] = row_at(t, point, gradient);
        row_record(t->verdict, ROW_KINK, numbers_agree(slopes[k], wanted, 1e-12),
                   "out = %s at %s: slope %.12g by %s, the row says %.12g", t->expression,
                   place_of(t, point).text, slopes[k], operand_names[k], wanted);
        check_possible(t, point, k, slopes[k]);
        if (t->row->local[k] != NULL)
            check_report(t, point, k, slopes[k]);
    }
    check_along(t, point, slopes);
    check_words(t, point);
}

void row_check_kink(row_trial *t)
{
    const operation *row = t->row;
    if (row->kink.when == NULL)
        return;
    static const double candidates[] = {-1.5, -1, 0, 0.5, 0.7, 1, 2};
    enum { COUNT = sizeof candidates / sizeof *candidates };
    bool found = false;
    double point[OP_MAX_OPERANDS] = {0};
    for (size_t i = 0; row_grid(candidates, COUNT, t->arity, i, point); i++)
        if (row_at(t, point, row->kink.when) == 1) {
            found = true;
            check_kink_at(t, point);
        }
    row_record(t->verdict, ROW_KINK, found, "out = %s: %s holds at no point tried",
               t->expression, row->kink.when);
}

/* ---- Rules that are written twice ---- */

static void check_runs_of(row_trial *t, size_t k)
{
    const char *local = t->row->local[k] != NULL ? t->row->local[k] : t->row->pull[k];
    const char *runs = t->row->runs[k];
    double point[OP_MAX_OPERANDS] = {0};
    for (size_t i = 0; i < ROW_SAMPLES; i++) {
        row_sample(t->row, i, point);
        double shown = row_at(t, point, local), ran = row_at(t, point, runs);
        row_record(t->verdict, ROW_RUNS, numbers_agree(shown, ran, 1e-12),
                   "out = %s at %s: local %s is %.12g, but what runs, %s, is %.12g",
                   t->expression, place_of(t, point).text, local, shown, runs, ran);
    }
    bool worth_it = false;
    for (size_t i = 0; row_grid(special, SPECIAL_COUNT, t->arity, i, point); i++) {
        double shown = row_at(t, point, local), ran = row_at(t, point, runs);
        worth_it = worth_it || (!isfinite(shown) && isfinite(ran));
    }
    row_record(t->verdict, ROW_RUNS, worth_it,
               "out = %s: %s has a value nowhere that %s has none", t->expression, runs,
               local);
}

void row_check_runs(row_trial *t)
{
    for (size_t k = 0; k < t->arity; k++)
        if (t->row->runs[k] != NULL)
            check_runs_of(t, k);
}
