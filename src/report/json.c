/* Values, traces and mistakes as JSON: one object per line. */
#include "report/json_parts.h"
#include "report/location.h"
#include "report/report.h"

/* ---- Values ---- */

void report_value_json(text_buffer *t, const char *expression, tensor value)
{
    json_begin(t, "value");
    json_field(t, "expr", expression);
    json_shape(t, &value.shape);
    json_tensor(t, "value", value);
    json_end(t);
}

void report_words_json(text_buffer *t, const char *command, const char *words)
{
    json_begin(t, "text");
    json_field(t, "command", command);
    json_field(t, "text", words);
    json_end(t);
}

/* ---- Traces ---- */

static void add_node(text_buffer *t, const trace_node *n, size_t id)
{
    text_format(t, "{\"id\":%zu", id);
    json_field(t, "name", n->name);
    json_field(t, "kind", n->kind);
    if (n->op != NULL) {
        json_field(t, "op", n->op);
        text_add(t, ",\"args\":[");
        for (size_t k = 0; k < n->arg_count; k++)
            text_format(t, "%s%zu", k == 0 ? "" : ",", n->args[k] + 1);
        text_add_char(t, ']');
        json_field(t, "formula", n->formula);
    }
    json_optional(t, "group", n->group);
    json_shape(t, &n->value.shape);
    json_tensor(t, "value", n->value);
    if (n->has_upstream)
        json_tensor(t, "upstream", n->upstream);
    text_add_char(t, '}');
}

static void add_edge(text_buffer *t, const trace_edge *edge)
{
    text_format(t, "{\"from\":%zu,\"to\":%zu,\"arg\":%zu,\"local\":{\"formula\":",
                edge->from + 1, edge->to + 1, edge->arg + 1);
    json_string(t, edge->formula);
    if (edge->is_local)
        json_tensor(t, "value", edge->local);
    json_optional(t, "sizes", edge->sizes);
    text_add_char(t, '}');
    json_tensor(t, "downstream", edge->downstream);
    json_optional(t, "summed", edge->summed);
    json_optional(t, "reason", edge->reason);
    text_add_char(t, '}');
}

static void add_gradient(text_buffer *t, const trace_gradient *g)
{
    text_add(t, "{\"name\":");
    json_string(t, g->name);
    json_field(t, "kind", g->kind);
    json_shape(t, &g->value.shape);
    json_tensor(t, "value", g->value);
    text_add(t, ",\"terms\":[");
    for (size_t i = 0; i < g->term_count; i++) {
        text_add(t, i == 0 ? "{\"via\":" : ",{\"via\":");
        json_string(t, g->terms[i].via);
        json_tensor(t, "value", g->terms[i].value);
        text_add_char(t, '}');
    }
    text_add(t, "]}");
}

static void add_trace_head(text_buffer *t, const char *type, const trace *shown)
{
    json_begin(t, type);
    json_field(t, "of", shown->of);
    json_tensor(t, "value", shown->nodes.items[shown->root].value);
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
    json_end(t);
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
    json_end(t);
}

/* ---- Names ---- */

static void add_name(text_buffer *t, const name_entry *e)
{
    text_add(t, "{\"name\":");
    json_string(t, e->name);
    json_field(t, "kind", e->kind);
    if (e->has_value)
        json_shape(t, &e->value.shape);
    else
        text_add(t, ",\"shape\":null");
    if (e->definition != NULL)
        json_field(t, "definition", e->definition);
    else
        text_add(t, ",\"definition\":null");
    if (e->has_value)
        json_tensor(t, "value", e->value);
    else
        text_add(t, ",\"value\":null");
    json_optional(t, "signature", e->signature);
    text_add(t, ",\"used_by\":[");
    for (size_t i = 0; i < e->user_count; i++) {
        text_add(t, i == 0 ? "" : ",");
        json_string(t, e->users[i]);
    }
    text_add(t, "]}");
}

void report_names_json(text_buffer *t, const name_entry *entries, size_t count)
{
    json_begin(t, "show");
    text_add(t, ",\"names\":[");
    for (size_t i = 0; i < count; i++) {
        text_add(t, i == 0 ? "" : ",");
        add_name(t, &entries[i]);
    }
    text_add_char(t, ']');
    json_end(t);
}

/* ---- Mistakes and notes ---- */

void report_diagnostic_json(text_buffer *t, const origin *where, const diagnostic *d)
{
    location l = location_of(where, d->where);
    json_begin(t, "error");
    json_field(t, "kind", diagnostic_kind_name(d->kind));
    if (where->file != NULL)
        json_field(t, "file", where->file);
    text_format(t, ",\"line\":%zu,\"column\":%zu,\"end_column\":%zu", l.line, l.column,
                l.end_column);
    json_field(t, "message", d->message);
    if (d->hint != NULL)
        json_field(t, "hint", d->hint);
    json_end(t);
}

void report_note_json(text_buffer *t, const origin *where, const char *message)
{
    json_begin(t, "note");
    text_format(t, ",\"line\":%zu", location_of(where, (span){0, 0}).line);
    json_field(t, "message", message);
    json_end(t);
}
