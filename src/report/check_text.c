/* Checks as text. */
#include "report/check.h"

#include <string.h>

#include "base/number.h"
#include "base/unicode.h"

/* ---- Tables ---- */

enum { COLUMNS_MOST = 8, COLUMN_GAP = 2, INDENT = 2 };

/* Rows of text whose columns are as wide as they need to be. */
typedef struct table {
    size_t columns;
    ARRAY(const char **) rows;
    size_t widths[COLUMNS_MOST];
} table;

static void table_add(arena *a, table *made, const char *const *cells)
{
    const char **row = ARENA_ARRAY(a, const char *, made->columns);
    memcpy(row, cells, made->columns * sizeof *row);
    for (size_t k = 0; k < made->columns; k++) {
        size_t width = unicode_text_width(row[k]);
        made->widths[k] = width > made->widths[k] ? width : made->widths[k];
    }
    array_push(a, &made->rows, row);
}

static void table_row(text_buffer *t, const style *s, const table *made, size_t i,
                      ink color)
{
    text_repeat(t, ' ', INDENT);
    for (size_t k = 0; k < made->columns; k++) {
        const char *cell = made->rows.items[i][k];
        bool last = k + 1 == made->columns;
        size_t pad = last ? 0 : made->widths[k] + COLUMN_GAP - unicode_text_width(cell);
        style_add(t, s, color, "%s", cell);
        text_repeat(t, ' ', (int)pad);
    }
    while (t->bytes[t->length - 1] == ' ')
        t->length--;
}

/* ---- A gradient against differences ---- */

/* An error: its size is what matters. */
static const char *size_text(arena *a, double value)
{
    return number_text(a, value, 1);
}

static const char *verdict_on(const gradcheck_variable *v)
{
    if (v->ok)
        return "ok";
    return v->there.kind == SLOPE_NONE ? "no value" : "differs";
}

static void add_variable(arena *a, const style *s, table *made,
                         const gradcheck_variable *v)
{
    if (!v->compared) {
        const char *nothing[] = {v->name, "", "", "", "", "", "", "not compared"};
        table_add(a, made, nothing);
        return;
    }
    const char *place = shape_place_text(a, &v->shape, v->worst);
    const char *cells[] = {format_in(a, "%s%s", v->name, place),
                           number_text(a, v->analytic, s->digits),
                           number_text(a, v->there.slope, s->digits),
                           size_text(a, v->abs_error),
                           size_text(a, v->rel_error),
                           size_text(a, v->there.expected),
                           size_text(a, v->there.step),
                           verdict_on(v)};
    table_add(a, made, cells);
}

static const char *remark_on(arena *a, const gradcheck_variable *v)
{
    if (v->unsteady != NULL)
        return format_in(a, "no value nearby: %s", v->unsteady);
    switch (v->there.kind) {
    case SLOPE_SMOOTH:
        break;
    case SLOPE_KINK:
        return format_in(a, "kink within the step: slope %s to the left, %s to the right",
                         number_text(a, v->there.left, 4),
                         number_text(a, v->there.right, 4));
    case SLOPE_JUMP:
        return "the value jumps here: compared with the slope on both sides";
    case SLOPE_SIDED:
        return "there are values on one side only: compared with the slope there";
    case SLOPE_NONE:
        return "there is no finite value to compare with";
    }
    if (v->kink)
        return "a kink was hit: the slope there is a choice";
    return NULL;
}

static const char *entries_text(arena *a, const gradcheck_variable *v)
{
    size_t count = shape_count(&v->shape);
    if (count == 1 || !v->compared)
        return NULL;
    if (v->tried < count)
        return format_in(a, "largest of %zu entries tried, of %zu", v->tried, count);
    return format_in(a, "largest of %zu entries", count);
}

/* A remark in brackets behind the line, or on a line of its own where it does not fit. */
static void add_remark(text_buffer *t, const style *s, const char *remark)
{
    if (remark == NULL)
        return;
    if (style_column(t) + COLUMN_GAP + 2 + unicode_text_width(remark) > style_width(s)) {
        text_add_char(t, '\n');
        text_repeat(t, ' ', 2 * INDENT);
    }
    style_add(t, s, INK_NOTE, "  (%s)", remark);
}

void report_gradcheck_text(text_buffer *t, const style *s, const gradcheck *shown)
{
    arena *a = t->arena;
    table made = {.columns = COLUMNS_MOST};
    if (shown->label != NULL)
        text_format(t, "  %s:\n", shown->label);
    const char *heads[] = {"variable", "analytic", "numeric", "error",
                           "relative", "expected", "h",       ""};
    table_add(a, &made, heads);
    for (size_t i = 0; i < shown->variables.count; i++)
        add_variable(a, s, &made, &shown->variables.items[i]);
    table_row(t, s, &made, 0, INK_NOTE);
    text_add_char(t, '\n');
    for (size_t i = 0; i < shown->variables.count; i++) {
        const gradcheck_variable *v = &shown->variables.items[i];
        table_row(t, s, &made, i + 1, v->ok ? INK_PLAIN : INK_ERROR);
        add_remark(t, s, entries_text(a, v));
        add_remark(t, s, remark_on(a, v));
        text_add_char(t, '\n');
    }
}

/* ---- Claims ---- */

/* The entries that differ, with both values. */
static void add_differing(text_buffer *t, const style *s, const claim_check *check)
{
    const comparison *c = &check->here;
    enum { SHOWN_MOST = 10 };
    arena *a = t->arena;
    table made = {.columns = 3};
    const char *heads[] = {"  entry", "yours", check->hints == 0 ? "right" : "hint"};
    table_add(a, &made, heads);
    for (size_t i = 0; i < shape_count(&c->right.shape); i++) {
        if (!c->differs[i] || made.rows.count > SHOWN_MOST)
            continue;
        const char *texts[2];
        report_claim_entry(a, s, check, i, texts);
        const char *place = shape_place_text(a, &c->right.shape, i);
        const char *cells[] = {format_in(a, "  %s", place), texts[0], texts[1]};
        table_add(a, &made, cells);
    }
    for (size_t i = 0; i < made.rows.count; i++) {
        table_row(t, s, &made, i, i == 0 ? INK_NOTE : INK_PLAIN);
        text_add_char(t, '\n');
    }
    if (made.rows.count <= c->differ)
        style_add(t, s, INK_NOTE, "    %s %zu more\n", style_words(a, s, "…"),
                  c->differ + 1 - made.rows.count);
}

void report_claim_text(text_buffer *t, const style *s, const claim_check *shown)
{
    arena *a = t->arena;
    text_add(t, "  ");
    style_add(t, s, shown->ok ? INK_VALUE : INK_ERROR, "%s",
              style_words(a, s, shown->ok ? "✓" : "✗"));
    if (shown->lead != NULL)
        text_format(t, " %s:", shown->lead);
    text_format(t, " %s\n", report_claim_verdict(a, s, shown));
    if (shown->ok)
        return;
    if (report_claim_has_entries(shown))
        add_differing(t, s, shown);
    const char *reason = report_claim_reason(a, s, shown);
    if (reason != NULL)
        text_format(t, "    %s (%s)\n", reason, diagnosis_name(shown->diagnosis));
}
