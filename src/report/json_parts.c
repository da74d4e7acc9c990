#include "report/json_parts.h"

#include <math.h>

#include "base/number.h"

void json_string(text_buffer *t, const char *bytes)
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

void json_field(text_buffer *t, const char *key, const char *value)
{
    text_format(t, ",\"%s\":", key);
    json_string(t, value);
}

void json_optional(text_buffer *t, const char *key, const char *value)
{
    if (value != NULL)
        json_field(t, key, value);
}

static void json_number(text_buffer *t, double value)
{
    bool plain = isfinite(value);
    text_add(t, plain ? "" : "\"");
    number_write_exact(t, value);
    text_add(t, plain ? "" : "\"");
}

void json_flag(text_buffer *t, const char *key, bool value)
{
    text_format(t, ",\"%s\":%s", key, value ? "true" : "false");
}

void json_quantity(text_buffer *t, const char *key, double value)
{
    text_format(t, ",\"%s\":", key);
    json_number(t, value);
}

void json_shape(text_buffer *t, const shape *s)
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
        json_number(t, value.entries[i]);
        text_repeat(t, ']', shape_blocks_at(&value.shape, i + 1));
    }
}

void json_tensor(text_buffer *t, const char *key, tensor value)
{
    text_format(t, ",\"%s\":", key);
    if (shape_is_number(&value.shape))
        json_number(t, value.entries[0]);
    else
        add_entries(t, value);
}

void json_begin(text_buffer *t, const char *type)
{
    text_add(t, "{\"type\":");
    json_string(t, type);
}

void json_end(text_buffer *t)
{
    text_add(t, "}\n");
}
