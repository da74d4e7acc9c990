/* set: the options of a session. */
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "session/options.h"
#include "session/session.h"

static bool *switch_of(const option *o, style *s)
{
    return (bool *)((char *)s + o->member);
}

const char *option_value(nabla *n, const option *o)
{
    if (o->read != NULL)
        return o->read(n);
    return *switch_of(o, &n->style) ? "on" : "off";
}

static bool take_value(nabla *n, const option *o, const char *value)
{
    if (o->write != NULL)
        return o->write(n, value);
    bool on = strcmp(value, "on") == 0;
    if (!on && strcmp(value, "off") != 0)
        return false;
    *switch_of(o, &n->style) = *switch_of(o, &n->style_messages) = on;
    return true;
}

/* A whole number from `least` to `most`. */
static bool read_number(const char *value, long least, long most, int *number)
{
    char *end;
    long read = strtol(value, &end, 10);
    *number = (int)read;
    return end != value && *end == '\0' && read >= least && read <= most;
}

static const char *digits_read(nabla *n)
{
    return format_in(&n->work, "%d", n->style.digits);
}

static bool digits_write(nabla *n, const char *value)
{
    enum { MOST = 17 };
    int digits;
    if (!read_number(value, 1, MOST, &digits))
        return false;
    n->style.digits = n->style_messages.digits = digits;
    return true;
}

static const char *width_read(nabla *n)
{
    return format_in(&n->work, "%zu", style_width(&n->style));
}

static bool width_write(nabla *n, const char *value)
{
    enum { LEAST = 40, MOST = 1000 };
    int width;
    if (!read_number(value, LEAST, MOST, &width))
        return false;
    n->style.width = n->style_messages.width = width;
    return true;
}

static const char *const on_or_off[] = {"on", "off", NULL};

#define SWITCH(of_style)                                                                 \
    .name = #of_style, .member = offsetof(style, of_style), .values = "on or off",       \
    .choices = on_or_off
static const option options[] = {
    {.name = "digits",
     .values = "1 to 17",
     .summary = "significant digits of numbers in text",
     .help = "JSON has the shortest digits that read back equal, whatever this is.",
     .read = digits_read,
     .write = digits_write},
    {.name = "width",
     .values = "40 to 1000",
     .summary = "columns that reports may take",
     .help = "At a terminal it begins as the width of the screen, elsewhere as 80.",
     .read = width_read,
     .write = width_write},
    {SWITCH(color), .summary = "colours in text",
     .help = "Upstream and downstream are red, local gradients blue, values green. No "
             "colour says what words and places do not say already."},
    {SWITCH(unicode), .summary = "signs beyond ASCII in text",
     .help = "Off, ∂ is written d and → is written ->."},
    {SWITCH(expand),
     .summary = "reports show what is inside calls of functions such as mse",
     .help = "Off, such a call is one node, with the slopes of all of it."},
};
#undef SWITCH

size_t option_count(void)
{
    return sizeof options / sizeof *options;
}

const option *option_at(size_t i)
{
    return &options[i];
}

const option *option_find(const char *spelling)
{
    for (size_t i = 0; i < option_count(); i++)
        if (strcmp(options[i].name, spelling) == 0)
            return &options[i];
    return NULL;
}

static void describe(text_buffer *t, nabla *n, const option *o)
{
    text_format(t, "%-8s %-4s %s (%s)\n", o->name, option_value(n, o), o->summary,
                o->values);
}

static bool complain_option(nabla *n, const named_span *word)
{
    nearest search = nearest_start(word->name);
    text_buffer list;
    text_init(&list, &n->work);
    for (size_t i = 0; i < option_count(); i++) {
        nearest_offer(&search, options[i].name);
        text_add_listed(&list, i, option_count(), options[i].name);
    }
    diagnose(&n->now.why, DIAGNOSTIC_USAGE, word->where, "there is no option %s",
             word->name);
    if (search.best != NULL)
        return diagnose_hint(&n->now.why, "did you mean %s?", search.best);
    return diagnose_hint(&n->now.why, "the options are %s", text_string(&list));
}

/* `set`, `set digits`: what the options are. */
static bool show_options(nabla *n, const option *one)
{
    text_buffer shown;
    text_init(&shown, &n->work);
    for (size_t i = 0; i < option_count(); i++)
        if (one == NULL || one == &options[i])
            describe(&shown, n, &options[i]);
    if (n->options.json)
        report_words_json(&n->now.results, "set", text_string(&shown));
    else
        text_add(&n->now.results, text_string(&shown));
    return true;
}

static bool write_option(nabla *n, const option *o, const named_span *value)
{
    if (n->options.json)
        report_words_json(&n->now.results, "set",
                          format_in(&n->work, "%s %s", o->name, value->name));
    n->now.sets = n->now.lasting = true;
    if (take_value(n, o, value->name))
        return true;
    return diagnose(&n->now.why, DIAGNOSTIC_USAGE, value->where, "%s takes %s, not %s",
                    o->name, o->values, value->name);
}

bool command_set(nabla *n, const statement *s)
{
    const named_span *words = s->words.items;
    if (s->words.count == 0)
        return show_options(n, NULL);
    const option *o = option_find(words[0].name);
    if (o == NULL)
        return complain_option(n, &words[0]);
    if (s->words.count > 2)
        return diagnose(&n->now.why, DIAGNOSTIC_USAGE, words[2].where,
                        "set takes an option and one value");
    return s->words.count == 1 ? show_options(n, o) : write_option(n, o, &words[1]);
}
