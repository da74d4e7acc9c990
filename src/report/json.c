/* All results as JSON: one object per line. Numbers 1×1 are plain numbers, arrays are
 * nested row by row, nan and the infinities are strings. */
#include <math.h>

#include "base/number.h"
#include "report/location.h"
#include "report/report.h"

/* ---- Pieces ---- */

static void add_string(text_buffer *t, const char *bytes)
{
    text_add_char(t, '"');
    for (; *bytes != '\0'; bytes++) {
        unsigned char c = (unsigned char)*bytes;
        if (c == '"' || c == '\\')
            text_format(t, "\\%c", c);
        else if (c == '\n')
            text_add(t, "\\n");
        else if (c < ' ')
            text_format(t, "\\u%04x", c);
        else
            text_add_char(t, *bytes);
    }
    text_add_char(t, '"');
}

/* ,"key":"value" */
static void add_field(text_buffer *t, const char *key, const char *value)
{
    text_format(t, ",\"%s\":", key);
    add_string(t, value);
}

static void add_number(text_buffer *t, double value)
{
    bool plain = isfinite(value);
    text_add(t, plain ? "" : "\"");
    number_write_exact(t, value);
    text_add(t, plain ? "" : "\"");
}

static void add_shape(text_buffer *t, const shape *s)
{
    text_add(t, ",\"shape\":[");
    for (int axis = 0; axis < s->rank; axis++)
        text_format(t, "%s%zu", axis == 0 ? "" : ",", s->size[axis]);
    text_add_char(t, ']');
}

static void add_entries(text_buffer *t, tensor value)
{
    size_t count = shape_count(&value.shape);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            text_add_char(t, ',');
        text_repeat(t, '[', shape_blocks_at(&value.shape, i));
        add_number(t, value.entries[i]);
        text_repeat(t, ']', shape_blocks_at(&value.shape, i + 1));
    }
}

static void add_tensor(text_buffer *t, const char *key, tensor value)
{
    text_format(t, ",\"%s\":", key);
    if (shape_is_number(&value.shape))
        add_number(t, value.entries[0]);
    else
        add_entries(t, value);
}

static void begin(text_buffer *t, const char *type)
{
    text_add(t, "{\"type\":");
    add_string(t, type);
}

static void end(text_buffer *t)
{
    text_add(t, "}\n");
}

/* ---- Values ---- */

void report_value_json(text_buffer *t, const char *expression, tensor value)
{
    begin(t, "value");
    add_field(t, "expr", expression);
    add_shape(t, &value.shape);
    add_tensor(t, "value", value);
    end(t);
}

void report_words_json(text_buffer *t, const char *command, const char *words)
{
    begin(t, "text");
    add_field(t, "command", command);
    add_field(t, "text", words);
    end(t);
}

/* ---- Traces ---- */

static void add_optional(text_buffer *t, const char *key, const char *value)
{
    if (value != NULL)
        add_field(t, key, value);
}

static void add_node(text_buffer *t, const trace_node *n, size_t id)
{
    text_format(t, "{\"id\":%zu", id);
    add_field(t, "name", n->name);
    add_field(t, "kind", n->kind);
    if (n->op != NULL) {
        add_field(t, "op", n->op);
        text_add(t, ",\"args\":[");
        for (size_t k = 0; k < n->arg_count; k++)
            text_format(t, "%s%zu", k == 0 ? "" : ",", n->args[k] + 1);
        text_add_char(t, ']');
        add_field(t, "formula", n->formula);
    }
    add_optional(t, "group", n->group);
    add_shape(t, &n->value.shape);
    add_tensor(t, "value", n->value);
    if (n->has_upstream)
        add_tensor(t, "upstream", n->upstream);
    text_add_char(t, '}');
}

static void add_edge(text_buffer *t, const trace_edge *edge)
{
    text_format(t, "{\"from\":%zu,\"to\":%zu,\"arg\":%zu,\"local\":{\"formula\":",
                edge->from + 1, edge->to + 1, edge->arg + 1);
    add_string(t, edge->formula);
    if (edge->is_local)
        add_tensor(t, "value", edge->local);
    add_optional(t, "sizes", edge->sizes);
    text_add_char(t, '}');
    add_tensor(t, "downstream", edge->downstream);
    add_optional(t, "summed", edge->summed);
    add_optional(t, "reason", edge->reason);
    text_add_char(t, '}');
}

static void add_gradient(text_buffer *t, const trace_gradient *g)
{
    text_add(t, "{\"name\":");
    add_string(t, g->name);
    add_field(t, "kind", g->kind);
    add_shape(t, &g->value.shape);
    add_tensor(t, "value", g->value);
    text_add(t, ",\"terms\":[");
    for (size_t i = 0; i < g->term_count; i++) {
        text_add(t, i == 0 ? "{\"via\":" : ",{\"via\":");
        add_string(t, g->terms[i].via);
        add_tensor(t, "value", g->terms[i].value);
        text_add_char(t, '}');
    }
    text_add(t, "]}");
}

static void add_trace_head(text_buffer *t, const char *type, const trace *shown)
{
    begin(t, type);
    add_field(t, "of", shown->of);
    add_tensor(t, "value", shown->nodes.items[shown->root].value);
    text_add(t, ",\"nodes\":[");
    for (size_t i = 0; i < shown->nodes.count; i++) {
        text_add(t, i == 0 ? "" : ",");
        add_node(t, &shown->nodes.items[i], i + 1);
    }
    text_add_char(t, ']');
}

void report_forward_json(text_buffer *t, const trace *shown)
{
    add_trace_head(t, "forward", shown);
    end(t);
}

void report_grad_json(text_buffer *t, const trace *shown)
{
    add_trace_head(t, "grad", shown);
    text_add(t, ",\"edges\":[");
    for (size_t i = 0; i < shown->edges.count; i++) {
        text_add(t, i == 0 ? "" : ",");
        add_edge(t, &shown->edges.items[i]);
    }
    text_add(t, "],\"gradients\":[");
    for (size_t i = 0; i < shown->gradients.count; i++) {
        text_add(t, i == 0 ? "" : ",");
        add_gradient(t, &shown->gradients.items[i]);
    }
    text_add_char(t, ']');
    end(t);
}

/* ---- Mistakes and notes ---- */

void report_diagnostic_json(text_buffer *t, const origin *where, const diagnostic *d)
{
    location l = location_of(where, d->where);
    begin(t, "error");
    add_field(t, "kind", diagnostic_kind_name(d->kind));
    if (where->file != NULL)
        add_field(t, "file", where->file);
    text_format(t, ",\"line\":%zu,\"column\":%zu,\"end_column\":%zu", l.line, l.column,
                l.end_column);
    add_field(t, "message", d->message);
    if (d->hint != NULL)
        add_field(t, "hint", d->hint);
    end(t);
}

void report_note_json(text_buffer *t, const origin *where, const char *message)
{
    begin(t, "note");
    text_format(t, ",\"line\":%zu", location_of(where, (span){0, 0}).line);
    add_field(t, "message", message);
    end(t);
}
