/* A report on a trace under way: what its lines share. trace_text.c writes what is the
 * same for numbers and arrays, and the lines of numbers; array_text.c those of arrays. */
#ifndef NABLA_REPORT_SHEET_H
#define NABLA_REPORT_SHEET_H

#include "report/report.h"

typedef struct sheet {
    text_buffer *t;
    const style *s;
    const trace *shown;
    bool tables; /* matrices that are too wide for a line are tables, however large */
    bool arrays; /* some node is no number: shapes are shown, and values below rules */
    size_t name_width;
    size_t shape_width;
    size_t formula_column; /* where the second column begins */
    size_t local_column;
    size_t downstream_column; /* of arrays, on a wide screen; else 0 */
} sheet;

/* The gradient of the result by a node, as the notation has it: "∂f/∂x" or "x̄". */
const char *sheet_gradient(const sheet *sh, const char *by);
const char *sheet_shape(const sheet *sh, tensor value);
/* Where the formulas of arrays begin: behind names and shapes. */
size_t sheet_formula_begin(const sheet *sh);
/* A formula; where it was shortened, with the sign for that as the style writes it. */
const char *sheet_formula(const sheet *sh, const char *formula);
/* A sign as the style writes it. */
const char *sheet_sign(const sheet *sh, const char *unicode);

/* "v1  3×1  W * x    [0.1, 0.9, 0.1]" */
void sheet_array_line(const sheet *sh, const trace_node *n);

/* An edge between arrays: the slope, or the rule that pulls the upstream down, with its
 * sizes, its value, what flows down, and why. */
void sheet_array_edge(const sheet *sh, const trace_edge *edge);

/* How wide what such a line has in its second column is: sizes, or the slope's value. */
size_t sheet_array_middle_width(const sheet *sh, const trace_edge *edge);

/* A gradient behind its label, "∂f/∂x = ", with the terms where there are several. */
void sheet_array_gradient(const sheet *sh, const char *label, const trace_term *terms,
                          size_t count, tensor value);

/* Words, dim, from a column on, broken between words where the line ends. */
void sheet_add_words(const sheet *sh, size_t column, const char *words);

#endif
