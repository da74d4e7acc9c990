/* Values as text: what fits on a line as input that reads back, else an aligned table. */
#include <string.h>

#include "base/number.h"
#include "base/unicode.h"
#include "report/report.h"

enum { ROWS_MOST = 20, MATRICES_MOST = 4, GAP = 2 };

/* How wide column `j` of the shown rows is. */
static size_t column_width(arena *a, const style *s, tensor value, size_t j, size_t rows)
{
    size_t widest = 0, columns = shape_columns(&value.shape);
    for (size_t i = 0; i < rows; i++) {
        size_t width = strlen(number_text(a, value.entries[i * columns + j], s->digits));
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* How much of a matrix a table shows. */
typedef struct table_part {
    size_t rows, columns;
    size_t *widths; /* per column */
} table_part;

static table_part part_shown(arena *a, const style *s, tensor value, size_t column,
                             size_t rows_most)
{
    enum { REST = 3 }; /* "  …" */
    size_t rows = shape_rows(&value.shape), columns = shape_columns(&value.shape);
    bool cut = rows > rows_most + 1; /* one row more is as good as a line about it */
    table_part p = {.rows = cut ? rows_most : rows,
                    .widths = ARENA_ARRAY(a, size_t, columns)};
    for (size_t at = column; p.columns < columns; p.columns++) {
        size_t width = column_width(a, s, value, p.columns, p.rows);
        size_t rest = p.columns + 1 < columns ? REST : 0;
        if (p.columns > 0 && at + GAP + width + rest > style_width(s))
            break;
        p.widths[p.columns] = width;
        at += GAP + width;
    }
    return p;
}

bool report_table_fits(arena *a, const style *s, tensor value, size_t column,
                       size_t rows_most)
{
    table_part p = part_shown(a, s, value, column, rows_most);
    return p.rows == shape_rows(&value.shape) && p.columns == shape_columns(&value.shape);
}

void report_table(text_buffer *t, const style *s, ink color, tensor value, size_t column,
                  size_t rows_most)
{
    size_t rows = shape_rows(&value.shape), columns = shape_columns(&value.shape);
    table_part p = part_shown(t->arena, s, value, column, rows_most);
    for (size_t i = 0; i < p.rows; i++) {
        text_repeat(t, ' ', (int)column);
        for (size_t j = 0; j < p.columns; j++) {
            const char *entry =
                number_text(t->arena, value.entries[i * columns + j], s->digits);
            text_format(t, "%*s", (int)(GAP + p.widths[j] - strlen(entry)), "");
            style_add(t, s, color, "%s", entry);
        }
        if (p.columns < columns)
            text_format(t, "  %s", style_words(t->arena, s, "…"));
        text_add_char(t, '\n');
    }
    if (p.rows < rows) {
        text_repeat(t, ' ', (int)column);
        text_format(t, "  %s %zu more rows\n", style_words(t->arena, s, "…"),
                    rows - p.rows);
    }
}

static void add_tables(text_buffer *t, const style *s, const char *name, tensor value)
{
    const shape *whole = &value.shape;
    text_format(t, "%s%s%s\n", name == NULL ? "" : name, name == NULL ? "" : "  ",
                style_words(t->arena, s, shape_text(t->arena, whole)));
    size_t matrix = shape_rows(whole) * shape_columns(whole);
    size_t matrices = shape_count(whole) / matrix;
    for (size_t m = 0; m < matrices; m++) {
        if (m == MATRICES_MOST && matrices > MATRICES_MOST + 1) {
            text_format(t, "  %s %zu more matrices\n", style_words(t->arena, s, "…"),
                        matrices - MATRICES_MOST);
            return;
        }
        if (matrices > 1)
            text_format(t, "  matrix %zu of %zu\n", m + 1, matrices);
        shape one = {.rank = 2, .size = {shape_rows(whole), shape_columns(whole)}};
        report_table(t, s, INK_VALUE, (tensor){one, value.entries + m * matrix}, 0,
                     ROWS_MOST);
    }
}

void report_value_text(text_buffer *t, const style *s, const char *name, tensor value)
{
    enum { MANY = 40 };
    const char *line =
        shape_count(&value.shape) > MANY ? NULL : style_value(t->arena, s, value);
    bool fits = line != NULL &&
                unicode_text_width(line) + (name == NULL ? 0 : strlen(name) + 3) <=
                    style_width(s);
    if (!fits) {
        add_tables(t, s, name, value);
        return;
    }
    if (name != NULL)
        text_format(t, "%s = ", name);
    style_add(t, s, INK_VALUE, "%s", line);
    text_add_char(t, '\n');
}
