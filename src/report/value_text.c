/* Values as text: what fits on a line as input that reads back, else an aligned table. */
#include <string.h>

#include "base/number.h"
#include "base/unicode.h"
#include "report/report.h"

enum { LINE = 80, ROWS_MOST = 20, GAP = 2 };

static const char *entry_text(arena *a, const style *s, double entry)
{
    text_buffer t;
    text_init(&t, a);
    number_write(&t, entry, s->digits);
    return text_string(&t);
}

/* A matrix whose columns line up; of many rows and columns the first ones. */
static void add_table(text_buffer *t, const style *s, const shape *whole,
                      const double *entries)
{
    size_t rows = shape_rows(whole), columns = shape_columns(whole);
    size_t shown_rows = rows > ROWS_MOST ? ROWS_MOST : rows;
    size_t width = (size_t)s->digits + 7; /* sign, point and exponent beside the digits */
    size_t fitting = LINE / (width + GAP);
    size_t shown_columns = columns > fitting ? fitting : columns;
    for (size_t i = 0; i < shown_rows; i++) {
        for (size_t j = 0; j < shown_columns; j++) {
            const char *entry = entry_text(t->arena, s, entries[i * columns + j]);
            text_format(t, "%*s", (int)(GAP + width - strlen(entry)), "");
            style_add(t, s, INK_VALUE, "%s", entry);
        }
        if (shown_columns < columns)
            text_format(t, "  %s", style_words(t->arena, s, "…"));
        text_add_char(t, '\n');
    }
    if (shown_rows < rows)
        text_format(t, "  %s %zu more rows\n", style_words(t->arena, s, "…"),
                    rows - shown_rows);
}

static void add_tables(text_buffer *t, const style *s, const char *name, tensor value)
{
    const shape *whole = &value.shape;
    text_format(t, "%s%s%s\n", name == NULL ? "" : name, name == NULL ? "" : "  ",
                style_words(t->arena, s, shape_text(t->arena, whole)));
    size_t matrix = shape_rows(whole) * shape_columns(whole);
    size_t matrices = shape_count(whole) / matrix;
    for (size_t m = 0; m < matrices; m++) {
        if (matrices > 1)
            text_format(t, "  matrix %zu of %zu\n", m + 1, matrices);
        add_table(t, s, whole, value.entries + m * matrix);
    }
}

void report_value_text(text_buffer *t, const style *s, const char *name, tensor value)
{
    enum { MANY = 40 };
    const char *line =
        shape_count(&value.shape) > MANY ? NULL : style_value(t->arena, s, value);
    bool fits =
        line != NULL &&
        unicode_width(line, strlen(line)) + (name == NULL ? 0 : strlen(name) + 3) <= LINE;
    if (!fits) {
        add_tables(t, s, name, value);
        return;
    }
    if (name != NULL)
        text_format(t, "%s = ", name);
    style_add(t, s, INK_VALUE, "%s", line);
    text_add_char(t, '\n');
}
