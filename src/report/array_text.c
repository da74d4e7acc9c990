/* The lines of arrays in reports: see sheet.h. */
#include <string.h>

#include "base/unicode.h"
#include "report/sheet.h"

enum { TABLE_ROWS = 10 };

static void begin_line(const sheet *sh, size_t column)
{
    while (sh->t->length > 0 && sh->t->bytes[sh->t->length - 1] == ' ')
        sh->t->length--;
    text_add_char(sh->t, '\n');
    text_repeat(sh->t, ' ', (int)column);
}

/* ---- Values ---- */

/* Where what does not fit behind a formula goes on. */
static size_t deep_column(const sheet *sh)
{
    enum { BELOW_A_NAME = 8 };
    return sh->local_column > 0 ? sh->local_column : BELOW_A_NAME;
}

static bool fits(const sheet *sh, size_t column, size_t wanted)
{
    return column + wanted <= style_width(sh->s);
}

/* Begins a line where something so wide fits, as far to the right as it does. */
static void begin_fitting_line(const sheet *sh, size_t wanted)
{
    begin_line(sh, fits(sh, sh->formula_column, wanted) ? sh->formula_column
                                                        : deep_column(sh));
}

/* The label alone: in the second column of this line where that is free, else on a line
 * of its own. */
static void place_label(const sheet *sh, const char *label)
{
    if (style_column(sh->t) + 2 <= sh->formula_column &&
        fits(sh, sh->formula_column, unicode_text_width(label)))
        style_tab(sh->t, sh->formula_column);
    else if (label[0] != '\0')
        begin_line(sh, deep_column(sh));
    text_add(sh->t, label);
}

/* The value as a table below its label. */
static void place_table(const sheet *sh, const char *label, ink color, tensor value)
{
    place_label(sh, label);
    begin_line(sh, 0);
    report_table(sh->t, sh->s, color, value, deep_column(sh), TABLE_ROWS);
    sh->t->length--; /* the caller ends the last line */
}

/* As much of a value as there is room for, behind its label. */
static void place_part(const sheet *sh, const char *label, ink color, tensor value)
{
    enum { LITTLE = 24 };
    text_buffer *t = sh->t;
    size_t at = style_column(t) + 2, least = unicode_text_width(label) + LITTLE;
    if (fits(sh, at > sh->formula_column ? at : sh->formula_column, least))
        style_tab(t, sh->formula_column);
    else
        begin_fitting_line(sh, least);
    text_add(t, label);
    style_add(
        t, sh->s, color, "%s",
        style_value_within(t->arena, sh->s, value, style_width(sh->s) - style_column(t)));
}

static bool is_small(tensor value)
{
    enum { SMALL = 8 };
    return shape_count(&value.shape) <= SMALL;
}

/* Whether a value with its label is too wide for a line, and becomes a table. */
static bool is_table(const sheet *sh, const char *label, tensor value)
{
    enum { SHORT = 8 };
    arena *a = sh->t->arena;
    size_t wanted =
        unicode_text_width(label) + unicode_text_width(style_value(a, sh->s, value));
    if (fits(sh, deep_column(sh), wanted) || value.shape.rank != 2 ||
        shape_is_vector(&value.shape))
        return false;
    return (sh->tables && !is_small(value)) ||
           report_table_fits(a, sh->s, value, deep_column(sh), SHORT);
}

/* Adds a value behind its label where both fit: on this line, in the second column or the
 * third, else on the next. What is too wide becomes a table or has a line of its own
 * where it is small, of the rest there is as much as there is room for. */
static void place(const sheet *sh, const char *label, ink color, tensor value)
{
    text_buffer *t = sh->t;
    const char *whole = style_value(t->arena, sh->s, value);
    size_t wanted = unicode_text_width(label) + unicode_text_width(whole),
           at = style_column(t) + 2;
    size_t behind = at > sh->formula_column ? at : sh->formula_column;
    if (at > sh->formula_column && at <= sh->downstream_column &&
        fits(sh, sh->downstream_column, wanted))
        behind = sh->downstream_column;
    if (fits(sh, behind, wanted)) {
        style_tab(t, behind);
    } else if (fits(sh, deep_column(sh), wanted)) {
        begin_fitting_line(sh, wanted);
    } else if (is_table(sh, label, value)) {
        place_table(sh, label, color, value);
        return;
    } else if (!is_small(value)) {
        place_part(sh, label, color, value);
        return;
    } else {
        place_label(sh, label);
        begin_line(sh, deep_column(sh) + 2);
        label = "";
    }
    style_add(t, sh->s, INK_PLAIN, "%s", label);
    style_add(t, sh->s, color, "%s", whole);
}

void sheet_array_line(const sheet *sh, const trace_node *n)
{
    text_buffer *t = sh->t;
    text_format(t, "  %s", n->name);
    style_tab(t, 4 + sh->name_width);
    text_add(t, sheet_shape(sh, n->value));
    style_tab(t, sheet_formula_begin(sh));
    text_add(t, n->formula == NULL ? n->kind : sheet_formula(sh, n->formula));
    place(sh, "", INK_VALUE, n->value);
    text_add_char(t, '\n');
}

/* ---- Gradients ---- */

/* All terms in one line, or NULL where that would be long. */
static const char *short_sum(const sheet *sh, const trace_term *terms, size_t count)
{
    text_buffer sum;
    text_init(&sum, sh->t->arena);
    for (size_t i = 0; i < count; i++) {
        text_format(&sum, "%s%s (via %s)", i == 0 ? "" : " + ",
                    style_value(sh->t->arena, sh->s, terms[i].value), terms[i].via);
        if (unicode_text_width(text_string(&sum)) > style_width(sh->s))
            return NULL;
    }
    return text_string(&sum);
}

/* A line for each term. */
static void add_terms(const sheet *sh, const trace_term *terms, size_t count)
{
    enum { MOST = 6 };
    sheet below = *sh;
    below.formula_column = deep_column(sh);
    below.tables = false;
    for (size_t i = 0; i < count; i++) {
        begin_line(sh, 0);
        if (i == MOST && count > MOST + 1) {
            style_tab(sh->t, below.formula_column);
            text_format(sh->t, "+ %s %zu more", sheet_sign(sh, "…"), count - MOST);
            return;
        }
        const char *sign = i == 0 ? "= " : "+ ";
        const char *via = format_in(sh->t->arena, "  (via %s)", terms[i].via);
        style narrow = *sh->s;
        narrow.width = (int)(style_width(sh->s) - unicode_text_width(via));
        below.s = &narrow;
        if (is_table(&below, sign, terms[i].value)) {
            place_table(&below, format_in(sh->t->arena, "%s%s", sign, via + 2), INK_FLOW,
                        terms[i].value);
            continue;
        }
        place(&below, sign, INK_FLOW, terms[i].value);
        text_add(sh->t, via);
    }
}

void sheet_array_gradient(const sheet *sh, const char *label, const trace_term *terms,
                          size_t count, tensor value)
{
    text_buffer *t = sh->t;
    size_t own = unicode_text_width(style_value(t->arena, sh->s, value));
    const char *sum = count < 2 ? NULL : short_sum(sh, terms, count);
    const char *whole = sum == NULL ? NULL : format_in(t->arena, "%s%s = ", label, sum);
    bool one_line =
        whole != NULL && fits(sh, deep_column(sh), unicode_text_width(whole) + own);
    place(sh, one_line ? whole : label, INK_FLOW, value);
    if (count > 1 && !one_line)
        add_terms(sh, terms, count);
}

/* ---- Edges ---- */

/* How many bytes of the words fit into so many columns, up to a space or the end; one
 * word at least. */
static size_t fitting_words(const char *words, size_t room)
{
    size_t fitting = strcspn(words, " "), at = fitting;
    while (words[at] == ' ') {
        at += 1 + strcspn(words + at + 1, " ");
        if (unicode_width(words, at) > room)
            return fitting;
        fitting = at;
    }
    return fitting;
}

void sheet_add_words(const sheet *sh, size_t column, const char *words)
{
    size_t width = style_width(sh->s), room = width > column ? width - column : 1;
    while (*words != '\0') {
        size_t length = fitting_words(words, room);
        text_repeat(sh->t, ' ', (int)column);
        style_add(sh->t, sh->s, INK_NOTE, "%.*s", (int)length, words);
        text_add_char(sh->t, '\n');
        words += length + strspn(words + length, " ");
    }
}

/* Whether the slope is one number everywhere, as its formula says. */
static bool is_constant_slope(const sheet *sh, const trace_edge *edge)
{
    tensor first = {shape_number(), edge->local.entries};
    return strcmp(style_value(sh->t->arena, sh->s, first), edge->formula) == 0;
}

static void add_slope(const sheet *sh, const trace_edge *edge)
{
    const trace_node *from = &sh->shown->nodes.items[edge->from];
    bool one = strcmp(edge->formula, "1") == 0;
    style_add(sh->t, sh->s, INK_LOCAL, "local %s", sheet_formula(sh, edge->formula));
    if (!is_constant_slope(sh, edge))
        place(sh, "= ", INK_LOCAL, edge->local);
    const char *how = format_in(
        sh->t->arena, "downstream %s .* local = ", sheet_gradient(sh, from->name));
    if (shape_is_number(&from->value.shape) && shape_is_number(&edge->downstream.shape))
        how = format_in(
            sh->t->arena,
            "downstream %s %s %s = ", style_value(sh->t->arena, sh->s, from->upstream),
            sheet_sign(sh, "×"), style_value(sh->t->arena, sh->s, edge->local));
    place(sh, one ? "downstream " : how, INK_FLOW, edge->downstream);
}

/* "(3×1)(1×2) = 3×2, the shape of W"; where a sum follows, only that has the shape of the
 * operand. */
static const char *sizes_text(const sheet *sh, const trace_edge *edge)
{
    arena *a = sh->t->arena;
    const trace_node *to = &sh->shown->nodes.items[edge->to];
    const char *sizes = edge->sizes != NULL ? style_words(a, sh->s, edge->sizes)
                                            : sheet_shape(sh, to->value);
    return edge->summed != NULL ? sizes
                                : format_in(a, "%s, the shape of %s", sizes, to->name);
}

size_t sheet_array_middle_width(const sheet *sh, const trace_edge *edge)
{
    if (!edge->is_local)
        return unicode_text_width(sizes_text(sh, edge));
    return is_constant_slope(sh, edge)
               ? 0
               : strlen("= ") +
                     unicode_text_width(style_value(sh->t->arena, sh->s, edge->local));
}

static void add_rule(const sheet *sh, const trace_edge *edge)
{
    text_buffer *t = sh->t;
    style_add(t, sh->s, INK_LOCAL, "%s", style_words(t->arena, sh->s, edge->rule));
    const char *sizes = sizes_text(sh, edge);
    if (fits(sh, style_column(t) + 2, unicode_text_width(sizes)))
        style_tab(t, sh->formula_column);
    else
        begin_fitting_line(sh, unicode_text_width(sizes));
    text_add(t, sizes);
    place(sh, "downstream ", INK_FLOW, edge->downstream);
}

void sheet_array_edge(const sheet *sh, const trace_edge *edge)
{
    text_buffer *t = sh->t;
    text_format(t, "    %s %s", sheet_sign(sh, "→"),
                sh->shown->nodes.items[edge->to].name);
    style_tab(t, sh->local_column);
    if (edge->is_local)
        add_slope(sh, edge);
    else
        add_rule(sh, edge);
    text_add_char(t, '\n');
    if (edge->summed != NULL)
        sheet_add_words(sh, sh->local_column, style_words(t->arena, sh->s, edge->summed));
    if (edge->reason != NULL)
        sheet_add_words(sh, sh->local_column, edge->reason);
}
