/* The forward and backward pass as text. */
#include <string.h>

#include "base/unicode.h"
#include "report/report.h"

/* What the lines of one report share. */
typedef struct sheet {
    text_buffer *t;
    const style *s;
    const trace *shown;
    bool arrays; /* some node is no number: shapes are shown, and values below rules */
    size_t name_width;
    size_t shape_width;
    size_t formula_column; /* where the second column begins */
    size_t local_column;
    size_t downstream_column;
} sheet;

static size_t width_of(const char *bytes)
{
    return unicode_width(bytes, strlen(bytes));
}

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

/* A sign as the style writes it. */
static const char *sign(const sheet *sh, const char *unicode)
{
    return style_words(sh->t->arena, sh->s, unicode);
}

/* "∂f/∂x" */
static const char *derivative(const sheet *sh, const char *of, const char *by)
{
    const char *d = sign(sh, "∂");
    return format_in(sh->t->arena, "%s%s/%s%s", d, of, d, by);
}

static const char *root_name(const sheet *sh)
{
    return sh->shown->nodes.items[sh->shown->root].name;
}

static const char *shape_of(const sheet *sh, const trace_node *n)
{
    return style_words(sh->t->arena, sh->s, shape_text(sh->t->arena, &n->value.shape));
}

/* ---- Forward ---- */

/* Literals are written where they are used, unless one is all there is. */
static bool is_shown(const sheet *sh, size_t i)
{
    return !sh->shown->nodes.items[i].literal || i == sh->shown->root;
}

static void measure(sheet *sh)
{
    enum { FORMULA_LEAST = 18, FORMULA_MOST = 40, GAP = 2 };
    size_t formula = FORMULA_LEAST;
    for (size_t i = 0; i < sh->shown->nodes.count; i++) {
        const trace_node *n = &sh->shown->nodes.items[i];
        if (!is_shown(sh, i))
            continue;
        sh->name_width = larger(sh->name_width, width_of(n->name));
        sh->shape_width = larger(sh->shape_width, width_of(shape_of(sh, n)));
        sh->arrays = sh->arrays || !shape_is_number(&n->value.shape);
        if (n->formula != NULL)
            formula = larger(formula, smaller(width_of(n->formula), FORMULA_MOST));
    }
    sh->formula_column = GAP + sh->name_width + strlen(" = ") + formula + GAP;
    if (sh->arrays)
        sh->formula_column += sh->shape_width;
}

/* "v1  3×1  W * x    [0.1, 0.9, 0.1]" */
static void add_array_line(const sheet *sh, const trace_node *n)
{
    text_buffer *t = sh->t;
    text_format(t, "  %s", n->name);
    style_tab(t, 4 + sh->name_width);
    text_add(t, shape_of(sh, n));
    style_tab(t, 6 + sh->name_width + sh->shape_width);
    text_add(t, n->formula == NULL ? n->kind : n->formula);
    style_tab(t, sh->formula_column);
    style_add(t, sh->s, INK_VALUE, "%s", value_of(sh, n->value));
    text_add_char(t, '\n');
}

static void add_forward_line(const sheet *sh, const trace_node *n)
{
    text_buffer *t = sh->t;
    const char *value = value_of(sh, n->value);
    text_format(t, "  %s%*s = ", n->name, (int)(sh->name_width - width_of(n->name)), "");
    if (n->formula == NULL) {
        style_add(t, sh->s, INK_VALUE, "%s", value);
        style_tab(t, sh->formula_column);
        text_add(t, n->kind);
    } else {
        text_add(t, n->formula);
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
            (sh->arrays ? add_array_line : add_forward_line)(sh,
                                                             &sh->shown->nodes.items[i]);
}

void report_forward_text(text_buffer *t, const style *s, const trace *shown)
{
    sheet sh = {.t = t, .s = s, .shown = shown};
    measure(&sh);
    add_forward(&sh);
}

/* ---- Backward ---- */

/* "3 (via v2) + 2 (via v1)" */
static const char *sum_of_terms(const sheet *sh, const trace_term *terms, size_t count)
{
    enum { SHOWN = 6 };
    text_buffer sum;
    text_init(&sum, sh->t->arena);
    for (size_t i = 0; i < count; i++) {
        if (i == SHOWN && count > SHOWN + 1) {
            text_format(&sum, " + %s %zu more", sign(sh, "…"), count - SHOWN);
            break;
        }
        const char *value = value_of(sh, terms[i].value);
        bool minus = i > 0 && value[0] == '-';
        text_format(&sum, "%s%s (via %s)",
                    i == 0  ? ""
                    : minus ? " - "
                            : " + ",
                    minus ? value + 1 : value, terms[i].via);
    }
    return text_string(&sum);
}

/* "∂f/∂y = 5", with the terms where there are several. */
static void add_gradient(const sheet *sh, const char *by, const trace_term *terms,
                         size_t count, tensor value)
{
    text_format(sh->t, "%s = ", derivative(sh, root_name(sh), by));
    if (count > 1)
        text_format(sh->t, "%s = ", sum_of_terms(sh, terms, count));
    style_add(sh->t, sh->s, INK_FLOW, "%s", value_of(sh, value));
}

static const char *local_text(const sheet *sh, const trace_edge *edge)
{
    const trace_node *nodes = sh->shown->nodes.items;
    const char *value = value_of(sh, edge->local);
    const char *d = derivative(sh, nodes[edge->from].name, nodes[edge->to].name);
    return strcmp(edge->formula, value) == 0
               ? format_in(sh->t->arena, "%s = %s", d, value)
               : format_in(sh->t->arena, "%s = %s = %s", d, edge->formula, value);
}

static void add_note(const sheet *sh, const char *note)
{
    style_add(sh->t, sh->s, INK_NOTE, "%s", note);
    text_add_char(sh->t, '\n');
}

static void add_edge(const sheet *sh, const trace_edge *edge)
{
    text_buffer *t = sh->t;
    const trace_node *from = &sh->shown->nodes.items[edge->from];
    text_format(t, "    %s %s", sign(sh, "→"), sh->shown->nodes.items[edge->to].name);
    style_tab(t, sh->local_column);
    text_add(t, "local ");
    style_add(t, sh->s, INK_LOCAL, "%s", local_text(sh, edge));
    style_tab(t, sh->downstream_column);
    text_add(t, "downstream ");
    style_add(t, sh->s, INK_FLOW, "%s %s %s = %s", value_of(sh, from->upstream),
              sign(sh, "×"), value_of(sh, edge->local), value_of(sh, edge->downstream));
    text_add_char(t, '\n');
}

/* An edge between arrays: the slope, or the rule that pulls the upstream down, its value,
 * and below it what flows down. */
static void add_array_edge(const sheet *sh, const trace_edge *edge)
{
    text_buffer *t = sh->t;
    const trace_node *from = &sh->shown->nodes.items[edge->from];
    const trace_node *to = &sh->shown->nodes.items[edge->to];
    text_format(t, "    %s %s", sign(sh, "→"), to->name);
    style_tab(t, sh->local_column);
    if (edge->is_local) {
        const char *value = value_of(sh, edge->local);
        style_add(t, sh->s, INK_LOCAL, "local %s", edge->formula);
        style_tab(t, sh->formula_column);
        style_add(t, sh->s, INK_LOCAL, "= %s", value);
    } else {
        style_add(t, sh->s, INK_LOCAL, "%s", style_words(t->arena, sh->s, edge->rule));
        style_tab(t, sh->formula_column);
        text_format(t, "%s, the shape of %s", shape_of(sh, to), to->name);
    }
    text_add_char(t, '\n');
    style_tab(t, sh->formula_column);
    text_add(t, "downstream ");
    if (edge->is_local)
        text_format(t, "%s .* local = ", derivative(sh, root_name(sh), from->name));
    style_add(t, sh->s, INK_FLOW, "%s", value_of(sh, edge->downstream));
    if (!shape_equal(&edge->downstream.shape, &edge->local.shape) && edge->is_local)
        text_format(t, ", summed to %s, the shape of %s", shape_of(sh, to), to->name);
    text_add_char(t, '\n');
}

/* Where the columns of the backward pass stand, so that all its edges line up. */
static void measure_edges(sheet *sh)
{
    enum { INDENT = 6, GAP = 2, DOWNSTREAM_LEAST = 44, DOWNSTREAM_MOST = 60 };
    size_t name = 0, local = 0;
    for (size_t i = 0; i < sh->shown->edges.count; i++) {
        const trace_edge *edge = &sh->shown->edges.items[i];
        name = larger(name, width_of(sh->shown->nodes.items[edge->to].name));
        if (!sh->arrays && edge->is_local)
            local = larger(local, width_of(local_text(sh, edge)));
    }
    sh->local_column = INDENT + name + GAP;
    size_t behind = sh->local_column + strlen("local ") + local + GAP;
    sh->downstream_column = smaller(larger(behind, DOWNSTREAM_LEAST), DOWNSTREAM_MOST);
}

static void add_backward(sheet *sh)
{
    const trace *shown = sh->shown;
    measure_edges(sh);
    text_add(sh->t, "\nBackward");
    style_tab(sh->t, sh->formula_column + strlen("upstream"));
    style_add(sh->t, sh->s, INK_NOTE, "downstream = upstream %s local", sign(sh, "×"));
    text_add_char(sh->t, '\n');
    for (size_t i = 0; i < shown->edges.count; i++) {
        const trace_edge *edge = &shown->edges.items[i];
        const trace_node *from = &shown->nodes.items[edge->from];
        if (i == 0 || edge->from != shown->edges.items[i - 1].from) {
            text_format(sh->t, "  %s = %s", from->name, from->formula);
            style_tab(sh->t, sh->formula_column);
            text_add(sh->t, "upstream ");
            add_gradient(sh, from->name, from->terms, from->term_count, from->upstream);
            text_add_char(sh->t, '\n');
        }
        if (sh->arrays || !edge->is_local)
            add_array_edge(sh, edge);
        else
            add_edge(sh, edge);
        if (edge->kink != NULL)
            add_note(sh, format_in(sh->t->arena, "      kink: %s, %s", edge->kink,
                                   edge->kink_says));
        bool last =
            i + 1 == shown->edges.count || shown->edges.items[i + 1].from != edge->from;
        if (last && from->inner_nodes > 1)
            add_note(sh, format_in(sh->t->arena, "    set expand on shows its %zu nodes",
                                   from->inner_nodes));
        else if (last && from->says != NULL)
            add_note(sh, format_in(sh->t->arena, "    %s", from->says));
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

static void add_gradients(const sheet *sh)
{
    text_buffer *t = sh->t;
    text_format(t, "\nGradient of %s\n", sh->shown->of);
    for (size_t i = 0; i < sh->shown->gradients.count; i++) {
        const trace_gradient *g = &sh->shown->gradients.items[i];
        text_add(t, "  ");
        add_gradient(sh, g->name, g->terms, g->term_count, g->value);
        if (g->term_count > 1) {
            style_tab(t, sh->downstream_column);
            style_add(t, sh->s, INK_NOTE, "%s", fan_out_note(sh, g));
        }
        text_add_char(t, '\n');
    }
    if (sh->shown->gradients.count == 0)
        text_format(t, "  %s follows no input: there is nothing to differentiate by\n",
                    sh->shown->of);
}

void report_grad_text(text_buffer *t, const style *s, const trace *shown)
{
    sheet sh = {.t = t, .s = s, .shown = shown};
    measure(&sh);
    add_forward(&sh);
    if (shown->edges.count > 0)
        add_backward(&sh);
    add_gradients(&sh);
}
