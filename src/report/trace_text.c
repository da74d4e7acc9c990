/* The forward and backward pass as text. */
#include <string.h>

#include "base/unicode.h"
#include "report/sheet.h"

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static const char *value_of(const sheet *sh, tensor value)
{
    return style_value(sh->t->arena, sh->s, value);
}

const char *sheet_sign(const sheet *sh, const char *unicode)
{
    return style_words(sh->t->arena, sh->s, unicode);
}

size_t sheet_formula_begin(const sheet *sh)
{
    return 6 + sh->name_width + sh->shape_width; /* two blanks before each of the three */
}

const char *sheet_formula(const sheet *sh, const char *formula)
{
    bool shortened = strstr(formula, "…") != NULL;
    return shortened ? style_words(sh->t->arena, sh->s, formula) : formula;
}

/* "∂v2/∂x", how a node changes with another one. */
static const char *derivative_text(const sheet *sh, const char *of, const char *by)
{
    const char *d = sheet_sign(sh, "∂");
    return format_in(sh->t->arena, "%s%s/%s%s", d, of, d, by);
}

static const char *root_name(const sheet *sh)
{
    return sh->shown->nodes.items[sh->shown->root].name;
}

const char *sheet_gradient(const sheet *sh, const char *by)
{
    arena *a = sh->t->arena;
    return style_words(a, sh->s,
                       trace_gradient_name(a, sh->shown->notation, root_name(sh), by));
}

const char *sheet_shape(const sheet *sh, tensor value)
{
    return style_words(sh->t->arena, sh->s, shape_text(sh->t->arena, &value.shape));
}

/* ---- Forward ---- */

/* Literals are written where they are used, unless one is all there is. */
static bool is_shown(const sheet *sh, size_t i)
{
    return !sh->shown->nodes.items[i].literal || i == sh->shown->root;
}

static void measure(sheet *sh)
{
    enum { FORMULA_LEAST = 18, FORMULA_MOST = 40, BESIDE_ARRAYS = 24, GAP = 2 };
    size_t formula = FORMULA_LEAST;
    for (size_t i = 0; i < sh->shown->nodes.count; i++) {
        const trace_node *n = &sh->shown->nodes.items[i];
        if (!is_shown(sh, i))
            continue;
        sh->name_width = larger(sh->name_width, unicode_text_width(n->name));
        sh->shape_width =
            larger(sh->shape_width, unicode_text_width(sheet_shape(sh, n->value)));
        sh->arrays = sh->arrays || !shape_is_number(&n->value.shape);
        if (n->formula != NULL)
            formula =
                larger(formula, smaller(unicode_text_width(n->formula), FORMULA_MOST));
    }
    if (sh->arrays)
        sh->formula_column =
            sheet_formula_begin(sh) +
            smaller(formula, larger(BESIDE_ARRAYS, style_width(sh->s) / 4)) + GAP;
    else
        sh->formula_column = GAP + sh->name_width + strlen(" = ") + formula + GAP;
}

static void add_forward_line(const sheet *sh, const trace_node *n)
{
    text_buffer *t = sh->t;
    const char *value = value_of(sh, n->value);
    text_format(t, "  %s%*s = ", n->name,
                (int)(sh->name_width - unicode_text_width(n->name)), "");
    if (n->formula == NULL) {
        style_add(t, sh->s, INK_VALUE, "%s", value);
        style_tab(t, sh->formula_column);
        text_add(t, n->kind);
    } else {
        text_add(t, sheet_formula(sh, n->formula));
        style_tab(t, sh->formula_column);
        text_add(t, "= ");
        style_add(t, sh->s, INK_VALUE, "%s", value);
    }
    text_add_char(t, '\n');
}

static void add_forward(const sheet *sh)
{
    text_add(sh->t, "Forward\n");
    for (size_t i = 0; i < sh->shown->nodes.count; i++)
        if (is_shown(sh, i))
            (sh->arrays ? sheet_array_line
                        : add_forward_line)(sh, &sh->shown->nodes.items[i]);
}

void report_forward_text(text_buffer *t, const style *s, const trace *shown)
{
    sheet sh = {.t = t, .s = s, .shown = shown};
    measure(&sh);
    add_forward(&sh);
}

/* ---- Backward ---- */

/* Whether so much fits into the line at hand behind what it has, from a column on. */
static bool fits(const sheet *sh, size_t column, const char *words)
{
    size_t begin = larger(style_column(sh->t) + 2, column);
    return begin + unicode_text_width(words) <= style_width(sh->s);
}

/* A part of a sum, with its sign: in a line of its own where it does not fit. */
static void add_part(const sheet *sh, size_t column, ink color, const char *sign,
                     const char *words)
{
    if (fits(sh, 0, format_in(sh->t->arena, "%s %s", sign, words))) {
        text_add_char(sh->t, ' ');
    } else {
        text_add_char(sh->t, '\n');
        style_tab(sh->t, column);
    }
    text_format(sh->t, "%s ", sign);
    style_add(sh->t, sh->s, color, "%s", words);
}

/* "∂f/∂x =" and behind it "3 (via v2) + 2 (via v1) = 5" */
static void add_sum(const sheet *sh, const trace_term *terms, size_t count, tensor value)
{
    enum { SHOWN = 6 };
    arena *a = sh->t->arena;
    size_t column = style_column(sh->t) - strlen("=");
    for (size_t i = 0; i < count && count > 1; i++) {
        if (i == SHOWN && count > SHOWN + 1) {
            add_part(sh, column, INK_PLAIN, "+",
                     format_in(a, "%s %zu more", sheet_sign(sh, "…"), count - SHOWN));
            break;
        }
        const char *term = value_of(sh, terms[i].value);
        bool minus = i > 0 && term[0] == '-';
        const char *words =
            format_in(a, "%s (via %s)", minus ? term + 1 : term, terms[i].via);
        if (i == 0)
            text_format(sh->t, " %s", words);
        else
            add_part(sh, column, INK_PLAIN, minus ? "-" : "+", words);
    }
    if (count > 1)
        add_part(sh, column, INK_FLOW, "=", value_of(sh, value));
    else
        style_add(sh->t, sh->s, INK_FLOW, " %s", value_of(sh, value));
}

/* "∂f/∂y = 5" behind other words, with the terms where there are several. */
static void add_gradient(const sheet *sh, const char *words, const char *by,
                         const trace_term *terms, size_t count, tensor value)
{
    const char *label = format_in(sh->t->arena, "%s%s =", words, sheet_gradient(sh, by));
    if (sh->arrays) {
        sheet_array_gradient(sh, format_in(sh->t->arena, "%s ", label), terms, count,
                             value);
        return;
    }
    text_add(sh->t, label);
    add_sum(sh, terms, count, value);
}

static const char *local_text(const sheet *sh, const trace_edge *edge)
{
    const trace_node *nodes = sh->shown->nodes.items;
    const char *value = value_of(sh, edge->local);
    const char *d = derivative_text(sh, nodes[edge->from].name, nodes[edge->to].name);
    return strcmp(edge->formula, value) == 0
               ? format_in(sh->t->arena, "%s = %s", d, value)
               : format_in(sh->t->arena, "%s = %s = %s", d,
                           sheet_formula(sh, edge->formula), value);
}

static void add_edge(const sheet *sh, const trace_edge *edge)
{
    text_buffer *t = sh->t;
    const trace_node *from = &sh->shown->nodes.items[edge->from];
    text_format(t, "    %s %s", sheet_sign(sh, "→"),
                sh->shown->nodes.items[edge->to].name);
    style_tab(t, sh->local_column);
    text_add(t, "local ");
    style_add(t, sh->s, INK_LOCAL, "%s", local_text(sh, edge));
    const char *flow = format_in(t->arena, "%s %s %s = %s", value_of(sh, from->upstream),
                                 sheet_sign(sh, "×"), value_of(sh, edge->local),
                                 value_of(sh, edge->downstream));
    const char *words = format_in(t->arena, "downstream %s", flow);
    size_t column = fits(sh, sh->downstream_column, words) ? sh->downstream_column : 0;
    if (!fits(sh, column, words)) {
        text_add_char(t, '\n');
        column = sh->local_column;
    }
    style_tab(t, column);
    text_add(t, "downstream ");
    style_add(t, sh->s, INK_FLOW, "%s", flow);
    text_add_char(t, '\n');
}

/* How wide the slope of an edge between arrays is, or its rule; 0: too wide for a column.
 */
static size_t rule_width(const trace_edge *edge)
{
    enum { MOST = 28 };
    size_t width = edge->is_local ? strlen("local ") + unicode_text_width(edge->formula)
                                  : unicode_text_width(edge->rule);
    return width > MOST ? 0 : width;
}

/* Where a third column fits behind the second one, of arrays on a wide screen. */
static size_t array_downstream_column(const sheet *sh)
{
    enum { WIDE = 100, MOST = 40, GAP = 2 };
    size_t middle = 0;
    if (style_width(sh->s) < WIDE)
        return 0;
    for (size_t i = 0; i < sh->shown->edges.count; i++) {
        size_t width = sheet_array_middle_width(sh, &sh->shown->edges.items[i]);
        middle = width > MOST ? middle : larger(middle, width);
    }
    return sh->formula_column + middle + GAP;
}

/* Where the columns of the backward pass stand, so that all its edges line up. */
static void measure_edges(sheet *sh)
{
    enum { INDENT = 6, GAP = 2, DOWNSTREAM_LEAST = 44, DOWNSTREAM_MOST = 60 };
    size_t name = 0, local = 0, rule = 0;
    for (size_t i = 0; i < sh->shown->edges.count; i++) {
        const trace_edge *edge = &sh->shown->edges.items[i];
        name = larger(name, unicode_text_width(sh->shown->nodes.items[edge->to].name));
        if (!sh->arrays && edge->is_local)
            local = larger(local, unicode_text_width(local_text(sh, edge)));
        if (sh->arrays)
            rule = larger(rule, rule_width(edge));
    }
    sh->local_column = INDENT + name + GAP;
    sh->formula_column = larger(sh->formula_column, sh->local_column + rule + GAP);
    size_t behind = sh->local_column + strlen("local ") + local + GAP;
    sh->downstream_column =
        sh->arrays ? array_downstream_column(sh)
                   : smaller(larger(behind, DOWNSTREAM_LEAST), DOWNSTREAM_MOST);
}

/* "f = v1 * v2   upstream ∂f/∂f = 1" */
static void add_consumer(const sheet *sh, const trace_node *from)
{
    text_format(sh->t, "  %s = %s", from->name, sheet_formula(sh, from->formula));
    if (!sh->arrays)
        style_tab(sh->t, sh->formula_column);
    add_gradient(sh, "upstream ", from->name, from->terms, from->term_count,
                 from->upstream);
    text_add_char(sh->t, '\n');
}

/* What is to be said below the edges of a consumer: how it passes the upstream on, unless
 * each edge has said why. */
static void add_closing_words(const sheet *sh, const trace_node *from, bool reasoned,
                              bool summed)
{
    enum { COLUMN = 4 };
    if (from->inner_nodes > 1)
        sheet_add_words(sh, COLUMN,
                        format_in(sh->t->arena,
                                  "set expand on shows the %zu nodes of %.*s",
                                  from->inner_nodes, (int)strcspn(from->formula, "("),
                                  from->formula));
    else if (!reasoned && from->says != NULL)
        sheet_add_words(sh, COLUMN,
                        format_in(sh->t->arena, "%s%s", from->says,
                                  summed ? ", summed where it was stretched" : ""));
}

static void add_backward(const sheet *sh)
{
    const trace *shown = sh->shown;
    text_add(sh->t, "\nBackward");
    const char *rule =
        format_in(sh->t->arena, "downstream = upstream %s local", sheet_sign(sh, "×"));
    size_t column = sh->formula_column + strlen("upstream");
    style_tab(sh->t, fits(sh, column, rule) ? column : 0);
    style_add(sh->t, sh->s, INK_NOTE, "%s", rule);
    text_add_char(sh->t, '\n');
    bool summed = false;
    for (size_t i = 0; i < shown->edges.count; i++) {
        const trace_edge *edge = &shown->edges.items[i];
        const trace_node *from = &shown->nodes.items[edge->from];
        bool first = i == 0 || edge->from != shown->edges.items[i - 1].from;
        summed = edge->summed != NULL || (summed && !first);
        if (first)
            add_consumer(sh, from);
        if (sh->arrays || !edge->is_local)
            sheet_array_edge(sh, edge);
        else
            add_edge(sh, edge);
        if (edge->kink != NULL)
            sheet_add_words(
                sh, sh->local_column,
                format_in(sh->t->arena, "kink: %s, %s", edge->kink, edge->kink_says));
        bool last =
            i + 1 == shown->edges.count || shown->edges.items[i + 1].from != edge->from;
        if (last)
            add_closing_words(sh, from, edge->reason != NULL, summed);
    }
}

/* The edges of one consumer follow each other. */
static size_t distinct_consumers(const trace_gradient *g)
{
    size_t distinct = 0;
    for (size_t i = 0; i < g->term_count; i++)
        distinct += i == 0 || strcmp(g->terms[i].via, g->terms[i - 1].via) != 0;
    return distinct;
}

static const char *count_word(arena *a, size_t count)
{
    static const char *const words[] = {"no",   "one",  "two", "three",
                                        "four", "five", "six"};
    return count < sizeof words / sizeof *words ? words[count]
                                                : format_in(a, "%zu", count);
}

static const char *fan_out_note(const sheet *sh, const trace_gradient *g)
{
    size_t consumers = distinct_consumers(g);
    const char *nodes = count_word(sh->t->arena, consumers);
    if (consumers == g->term_count)
        return format_in(sh->t->arena, "%s feeds %s nodes: their gradients add up",
                         g->name, nodes);
    return format_in(sh->t->arena, "%s is used %s times: the gradients add up", g->name,
                     count_word(sh->t->arena, g->term_count));
}

static void add_number_gradient(const sheet *sh, const trace_gradient *g)
{
    add_gradient(sh, "  ", g->name, g->terms, g->term_count, g->value);
    bool several = g->term_count > 1;
    const char *note = several ? fan_out_note(sh, g) : "";
    bool beside = fits(sh, sh->downstream_column, note);
    if (several && beside) {
        style_tab(sh->t, sh->downstream_column);
        style_add(sh->t, sh->s, INK_NOTE, "%s", note);
    }
    text_add_char(sh->t, '\n');
    if (several && !beside)
        sheet_add_words(sh, sh->local_column, note);
}

/* "∂s/∂W  3×2  [1, 2; …]" */
static void add_array_gradient(const sheet *sh, const trace_gradient *g)
{
    text_format(sh->t, "  %s", sheet_gradient(sh, g->name));
    style_tab(sh->t, sh->formula_column - sh->shape_width - 2);
    text_add(sh->t, sheet_shape(sh, g->value));
    sheet_array_gradient(sh, "", g->terms, g->term_count, g->value);
    text_add_char(sh->t, '\n');
    if (g->term_count > 1)
        sheet_add_words(sh, sh->local_column, fan_out_note(sh, g));
}

/* The columns of the last part of a report on arrays. */
static sheet gradient_sheet(const sheet *sh)
{
    sheet columns = *sh;
    size_t name = 0;
    for (size_t i = 0; i < sh->shown->gradients.count; i++) {
        const trace_gradient *g = &sh->shown->gradients.items[i];
        name = larger(name, unicode_text_width(sheet_gradient(sh, g->name)));
    }
    columns.formula_column = 2 + name + 2 + sh->shape_width + 2;
    columns.local_column = 8;
    columns.downstream_column = 0;
    columns.tables = true;
    return columns;
}

static void add_gradients(const sheet *sh)
{
    sheet columns = gradient_sheet(sh);
    text_format(sh->t, "\nGradient of %s\n", sh->shown->of);
    for (size_t i = 0; i < sh->shown->gradients.count; i++) {
        const trace_gradient *g = &sh->shown->gradients.items[i];
        if (sh->arrays)
            add_array_gradient(&columns, g);
        else
            add_number_gradient(sh, g);
    }
    if (sh->shown->gradients.count == 0)
        text_format(sh->t,
                    "  %s follows no input: there is nothing to differentiate by\n",
                    sh->shown->of);
}

void report_grad_text(text_buffer *t, const style *s, const trace *shown)
{
    sheet sh = {.t = t, .s = s, .shown = shown};
    measure(&sh);
    if (shown->edges.count > 0)
        measure_edges(&sh);
    add_forward(&sh);
    if (shown->edges.count > 0)
        add_backward(&sh);
    add_gradients(&sh);
}
