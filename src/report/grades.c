#include "report/grades.h"

#include <string.h>

#include "base/number.h"
#include "report/json_parts.h"
#include "report/tap.h"

double grades_points(const graded_student *s)
{
    double points = 0;
    for (size_t i = 0; i < s->checks.count; i++)
        points += s->checks.items[i].ok ? s->checks.items[i].points : 0;
    return points;
}

double grades_worth(const graded_student *s)
{
    double worth = 0;
    for (size_t i = 0; i < s->checks.count; i++)
        worth += s->checks.items[i].points;
    return worth;
}

static const char *points_text(arena *a, double points)
{
    enum { DIGITS = 6 };
    return number_text(a, points, DIGITS);
}

/* The checks of all students, by their labels, in the order in which they turn up. */
typedef ARRAY(const char *) label_list;

static label_list list_labels(arena *a, const grades *g)
{
    label_list labels = {0};
    for (size_t i = 0; i < g->students.count; i++)
        for (size_t k = 0; k < g->students.items[i].checks.count; k++) {
            const char *label = g->students.items[i].checks.items[k].label;
            size_t at = 0;
            while (at < labels.count && strcmp(labels.items[at], label) != 0)
                at++;
            if (at == labels.count)
                array_push(a, &labels, label);
        }
    return labels;
}

/* How many students pass all checks of that label, and how many have one. */
static size_t count_passed(const grades *g, const char *label, size_t *of)
{
    size_t passed = 0;
    *of = 0;
    for (size_t i = 0; i < g->students.count; i++) {
        const graded_student *s = &g->students.items[i];
        bool has = false, ok = true;
        for (size_t k = 0; k < s->checks.count; k++)
            if (strcmp(s->checks.items[k].label, label) == 0) {
                has = true;
                ok = ok && s->checks.items[k].ok;
            }
        *of += has;
        passed += has && ok;
    }
    return passed;
}

static double mean_points(const grades *g)
{
    double sum = 0;
    for (size_t i = 0; i < g->students.count; i++)
        sum += grades_points(&g->students.items[i]);
    return g->students.count == 0 ? 0 : sum / (double)g->students.count;
}

/* ---- Text ---- */

static void add_student(text_buffer *t, const style *s, const graded_student *of)
{
    arena *a = t->arena;
    text_format(t, "%s  %s of %s points\n", of->name, points_text(a, grades_points(of)),
                points_text(a, grades_worth(of)));
    for (size_t i = 0; i < of->checks.count; i++) {
        const graded_check *c = &of->checks.items[i];
        text_add(t, "  ");
        style_add(t, s, c->ok ? INK_VALUE : INK_ERROR, "%s",
                  style_words(a, s, c->ok ? "✓" : "✗"));
        text_format(t, " %s  %s of %s", c->label, points_text(a, c->ok ? c->points : 0),
                    points_text(a, c->points));
        if (!c->ok)
            text_format(t, "  %s", style_words(a, s, c->detail));
        if (!c->ok && c->diagnosis != NULL)
            text_format(t, " (%s)", c->diagnosis);
        text_add_char(t, '\n');
    }
    for (size_t i = 0; i < of->errors.count; i++)
        style_add(t, s, INK_NOTE, "  %s\n", style_words(a, s, of->errors.items[i]));
}

void report_grades_text(text_buffer *t, const style *s, const grades *shown)
{
    arena *a = t->arena;
    for (size_t i = 0; i < shown->students.count; i++) {
        add_student(t, s, &shown->students.items[i]);
        text_add_char(t, '\n');
    }
    size_t count = shown->students.count;
    text_format(t, "%zu student%s, %s points on average\n", count, count == 1 ? "" : "s",
                points_text(a, mean_points(shown)));
    label_list labels = list_labels(a, shown);
    for (size_t i = 0; i < labels.count; i++) {
        size_t of, passed = count_passed(shown, labels.items[i], &of);
        text_format(t, "  %s  right in %zu of %zu\n", labels.items[i], passed, of);
    }
}

/* ---- TAP ---- */

void report_grades_tap(text_buffer *t, const grades *shown)
{
    size_t count = 0;
    report_tap_version(t);
    for (size_t i = 0; i < shown->students.count; i++) {
        const graded_student *s = &shown->students.items[i];
        for (size_t k = 0; k < s->checks.count; k++) {
            const graded_check *c = &s->checks.items[k];
            const char *label = format_in(t->arena, "%s: %s", s->name, c->label);
            check_outcome o = {label, c->statement, c->ok, c->detail, c->diagnosis};
            report_tap(t, NULL, ++count, &o);
        }
        for (size_t k = 0; k < s->errors.count; k++)
            report_tap_comment(t, s->errors.items[k]);
    }
    text_format(t, "1..%zu\n", count);
}

/* ---- JSON ---- */

static void add_check_json(text_buffer *t, const graded_check *c)
{
    text_add(t, "{\"label\":");
    json_string(t, c->label);
    json_flag(t, "ok", c->ok);
    json_quantity(t, "points", c->ok ? c->points : 0);
    json_quantity(t, "of", c->points);
    json_optional(t, "diagnosis", c->diagnosis);
    json_field(t, "detail", c->detail);
    text_add_char(t, '}');
}

static void add_student_json(text_buffer *t, const graded_student *s)
{
    json_begin(t, "grade");
    json_field(t, "student", s->name);
    json_field(t, "file", s->file);
    json_quantity(t, "points", grades_points(s));
    json_quantity(t, "of", grades_worth(s));
    text_add(t, ",\"checks\":[");
    for (size_t i = 0; i < s->checks.count; i++) {
        text_add(t, i == 0 ? "" : ",");
        add_check_json(t, &s->checks.items[i]);
    }
    text_add(t, "],\"errors\":[");
    for (size_t i = 0; i < s->errors.count; i++) {
        text_add(t, i == 0 ? "" : ",");
        json_string(t, s->errors.items[i]);
    }
    text_add_char(t, ']');
    json_end(t);
}

void report_grades_json(text_buffer *t, const grades *shown)
{
    for (size_t i = 0; i < shown->students.count; i++)
        add_student_json(t, &shown->students.items[i]);
    json_begin(t, "grades");
    json_field(t, "reference", shown->reference);
    json_quantity(t, "students", (double)shown->students.count);
    json_quantity(t, "mean", mean_points(shown));
    text_add(t, ",\"checks\":[");
    label_list labels = list_labels(t->arena, shown);
    for (size_t i = 0; i < labels.count; i++) {
        size_t of, passed = count_passed(shown, labels.items[i], &of);
        text_add(t, i == 0 ? "{\"label\":" : ",{\"label\":");
        json_string(t, labels.items[i]);
        text_format(t, ",\"right\":%zu,\"of\":%zu}", passed, of);
    }
    text_add_char(t, ']');
    json_end(t);
}

/* ---- CSV ---- */

/* A field; in quotes where it needs them, and never a formula to a spreadsheet. */
static void add_field(text_buffer *t, const char *field)
{
    bool formula = *field != '\0' && strchr("=+-@", *field) != NULL;
    if (strpbrk(field, ",\"\n\r") == NULL && !formula) {
        text_add(t, field);
        return;
    }
    text_add(t, formula ? "\"'" : "\"");
    for (; *field != '\0'; field++) {
        if (*field == '"')
            text_add_char(t, '"');
        text_add_char(t, *field);
    }
    text_add_char(t, '"');
}

/* The points for all checks of a label; an empty field where there is none. */
static void add_points(text_buffer *t, const graded_student *s, const char *label)
{
    double points = 0;
    bool has = false;
    for (size_t i = 0; i < s->checks.count; i++) {
        const graded_check *c = &s->checks.items[i];
        if (strcmp(c->label, label) != 0)
            continue;
        has = true;
        points += c->ok ? c->points : 0;
    }
    text_format(t, ",%s", has ? points_text(t->arena, points) : "");
}

void report_grades_csv(text_buffer *t, const grades *shown)
{
    label_list labels = list_labels(t->arena, shown);
    text_add(t, "student,points,of");
    for (size_t i = 0; i < labels.count; i++) {
        text_add_char(t, ',');
        add_field(t, labels.items[i]);
    }
    text_add(t, ",errors\n");
    for (size_t i = 0; i < shown->students.count; i++) {
        const graded_student *s = &shown->students.items[i];
        add_field(t, s->name);
        text_format(t, ",%s,%s", points_text(t->arena, grades_points(s)),
                    points_text(t->arena, grades_worth(s)));
        for (size_t k = 0; k < labels.count; k++)
            add_points(t, s, labels.items[k]);
        text_format(t, ",%zu\n", s->errors.count);
    }
}
