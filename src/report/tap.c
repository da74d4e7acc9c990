#include "report/tap.h"

#include <string.h>

#include "report/json_parts.h"
#include "report/location.h"

void report_tap_version(text_buffer *t)
{
    text_add(t, "TAP version 13\n");
}

/* A description is one line, in which # begins a directive. */
static void add_description(text_buffer *t, const char *text)
{
    bool space = false;
    for (; *text != '\0'; text++) {
        bool blank = *text == '\n' || *text == ' ' || *text == '\t';
        if (*text == '#')
            text_add_char(t, '\\');
        if (!blank)
            text_add_char(t, *text);
        else if (!space)
            text_add_char(t, ' ');
        space = blank;
    }
}

/* A string in JSON is one in YAML too. */
static void add_detail(text_buffer *t, const char *key, const char *value)
{
    if (value == NULL)
        return;
    text_format(t, "  %s: ", key);
    json_string(t, value);
    text_add_char(t, '\n');
}

void report_tap(text_buffer *t, const origin *where, size_t number,
                const check_outcome *o)
{
    text_format(t, "%s %zu - ", o->ok ? "ok" : "not ok", number);
    add_description(t, o->label != NULL ? o->label : o->statement);
    text_add_char(t, '\n');
    if (o->ok)
        return;
    text_add(t, "  ---\n");
    add_detail(t, "message", o->detail);
    add_detail(t, "diagnosis", o->diagnosis);
    add_detail(t, "check", o->statement);
    if (where != NULL) {
        add_detail(t, "file", where->file);
        text_format(t, "  line: %zu\n", location_of(where, (span){0, 0}).line);
    }
    text_add(t, "  ...\n");
}

void report_tap_comment(text_buffer *t, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        text_add(t, "# ");
        text_add_bytes(t, text, length);
        text_add_char(t, '\n');
        text += length + (text[length] == '\n');
    }
}

void report_tap_stopped(text_buffer *t, const origin *where, const diagnostic *why)
{
    text_add(t, "Bail out! ");
    if (where->file != NULL)
        text_format(t, "%s:", where->file);
    text_format(t, "%zu: ", location_of(where, why->where).line);
    add_description(t, why->message);
    text_add_char(t, '\n');
}
