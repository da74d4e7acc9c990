#include <string.h>

#include "session/help.h"

/* A session of its own, whose output is collected. */
typedef struct scratch {
    text_buffer *to;
} scratch;

static void collect(void *context, nabla_stream stream, const char *bytes, size_t length)
{
    (void)stream;
    text_add_bytes(((scratch *)context)->to, bytes, length);
}

static void close_session(void *session)
{
    nabla_close(session);
}

/* Opened as the session that asks, but for what examples should not depend on. */
static nabla *open_scratch(nabla *n, scratch *s)
{
    enum { INDENT = 2 };
    nabla_options options = {.write = collect,
                             .context = s,
                             .unicode = n->style.unicode,
                             .width = (int)style_width(&n->style) - INDENT,
                             .sandbox = true,
                             .color_results = n->style.color,
                             .color_messages = n->style.color,
                             .time_budget = n->options.time_budget,
                             .interrupted = n->options.interrupted};
    void **held = arena_defer(&n->work, close_session);
    nabla *opened = nabla_open(&options);
    *held = opened;
    if (opened == NULL)
        limits_out_of_memory(&n->limits);
    return opened;
}

const char *help_run(nabla *n, const char *lines)
{
    text_buffer shown;
    text_init(&shown, &n->work);
    scratch s = {&shown};
    nabla *opened = open_scratch(n, &s);
    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");
        text_format(&shown, "nabla> %.*s\n", (int)length, lines);
        nabla_type(opened, lines, length);
        lines += length + (lines[length] == '\n');
    }
    return text_string(&shown);
}
