/* The renderers: from result structs to text and JSON. None of them computes anything,
 * and none looks at what operation it shows. */
#ifndef NABLA_REPORT_REPORT_H
#define NABLA_REPORT_REPORT_H

#include "base/diagnostic.h"
#include "report/style.h"
#include "trace/trace.h"

/* Where a statement stands in what was read, for messages. */
typedef struct origin {
    const char *file;   /* a path, "-e" or "-"; NULL: typed at the prompt */
    const char *source; /* all of the text, `length` bytes */
    size_t length;
    size_t begin;      /* of the statement, in bytes */
    size_t line;       /* that it begins in, from 1 */
    size_t line_begin; /* where that line begins, in bytes */
} origin;

/* Moves an origin on to the statement that begins at `begin`. */
void origin_advance(origin *where, size_t begin);

/* A value that was asked for. `expression` is as written; `name` is its variable's name
 * where the expression is just that, else NULL. */
void report_value_text(text_buffer *t, const style *s, const char *name, tensor value);
void report_value_json(text_buffer *t, const char *expression, tensor value);

/* A matrix as a table from a column on, its columns lined up: of many rows and columns
 * the first ones. */
void report_table(text_buffer *t, const style *s, ink color, tensor value, size_t column,
                  size_t rows_most);

/* Whether such a table would show all. */
bool report_table_fits(arena *a, const style *s, tensor value, size_t column,
                       size_t rows_most);

/* What a command like set has to say, in words. */
void report_words_json(text_buffer *t, const char *command, const char *words);

/* What is known of a name. */
typedef struct name_entry {
    const char *name;
    const char *signature;  /* "f(u)", of a function; else NULL */
    const char *kind;       /* as of nodes: input, param, const, compute; function */
    const char *kind_words; /* the same for people: a definition is called so */
    bool has_value;
    tensor value;
    const char *definition;   /* the formula; NULL: it is a leaf */
    const char *missing;      /* "x has", "x, y have"; NULL: nothing lacks a value */
    const char *follows;      /* "x, y"; NULL: nothing */
    const char *used_by;      /* likewise */
    const char *const *users; /* the same one by one */
    size_t user_count;
} name_entry;

/* A line for each, and all of one. */
void report_names_text(text_buffer *t, const style *s, const name_entry *entries,
                       size_t count);
void report_name_text(text_buffer *t, const style *s, const name_entry *entry);
void report_names_json(text_buffer *t, const name_entry *entries, size_t count);

/* The forward pass, and the backward pass below it. */
void report_forward_text(text_buffer *t, const style *s, const trace *shown);
void report_grad_text(text_buffer *t, const style *s, const trace *shown);
void report_forward_json(text_buffer *t, const trace *shown);
void report_grad_json(text_buffer *t, const trace *shown);

/* A mistake: FILE:LINE:COLUMN: error: …, the line with the columns underlined, the hint.
 */
void report_diagnostic_text(text_buffer *t, const style *s, const origin *where,
                            const diagnostic *d);
void report_diagnostic_json(text_buffer *t, const origin *where, const diagnostic *d);

/* Something worth knowing that is no mistake. */
void report_note_text(text_buffer *t, const style *s, const origin *where,
                      const char *message);
void report_note_json(text_buffer *t, const origin *where, const char *message);

#endif
