/* set: the options of a session. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "session/options.h"
#include "session/session.h"

static bool *bool_at(nabla *n, size_t place)
{
    return (bool *)((char *)n + place);
}

const char *option_value(nabla *n, const option *o)
{
    if (o->read != NULL)
        return o->read(n);
    return o->choices[*bool_at(n, o->place) ? 0 : 1];
}

bool nabla_is_on(nabla *n, const char *spelling)
{
    const option *o = option_find(spelling);
    return o != NULL && o->read == NULL && *bool_at(n, o->place);
}

static bool take_value(nabla *n, const option *o, const char *value)
{
    if (o->write != NULL)
        return o->write(n, value);
    bool first = strcmp(value, o->choices[0]) == 0;
    if (!first && strcmp(value, o->choices[1]) != 0)
        return false;
    *bool_at(n, o->place) = *bool_at(n, o->also) = first;
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
static const char *const notations[] = {"bar", "partial", NULL};

#define ON_OR_OFF .values = "on or off", .choices = on_or_off
#define IN_STYLES(member)                                                                \
    .place = offsetof(nabla, style.member), .also = offsetof(nabla, style_messages.member)
#define PREFERENCE(member)                                                               \
    .place = offsetof(nabla, preferences.member),                                        \
    .also = offsetof(nabla, preferences.member)
static const option options[] = {
    {.name = "digits",
     .values = "1 to 17",
     .summary = "significant digits of numbers in text",
     .help = "JSON has the shortest digits that read back equal, whatever this is.",
     .read = digits_read,
     .write = digits_write},
    {.name = "notation",
     .values = "partial or bar",
     .choices = notations,
     IN_STYLES(bar),
     .summary = "how reports write gradients",
     .help =
         "partial is ∂L/∂x; bar is x̄, as many lecture notes have it: the derivative of "
         "the result by x, whatever the result is called. What is typed is ∂L/∂x "
         "either way."},
    {.name = "reveal",
     ON_OR_OFF,
     PREFERENCE(reveal),
     .summary = "a failed check tells the right value",
     .help = "Off, it gives hints in steps, for homework."},
    {.name = "width",
     .values = "40 to 1000",
     .summary = "columns that reports may take",
     .help = "At a terminal it begins as the width of the screen, elsewhere as 80.",
     .read = width_read,
     .write = width_write},
    {.name = "color",
     ON_OR_OFF,
     IN_STYLES(color),
     .summary = "colours in text",
     .help = "Upstream and downstream are red, local gradients blue, values green. No "
             "colour says what words and places do not say already."},
    {.name = "unicode",
     ON_OR_OFF,
     IN_STYLES(unicode),
     .summary = "signs beyond ASCII in text",
     .help = "Off, ∂ is written d and → is written ->."},
    {.name = "expand",
     ON_OR_OFF,
     IN_STYLES(expand),
     .summary = "reports show the nodes inside calls such as mse",
     .help = "Off, such a call is one node, with the slopes of all of it."},
    {.name = "pager",
     ON_OR_OFF,
     PREFERENCE(pager),
     .starts_program = true,
     .summary = "what is longer than the screen goes through a pager",
     .help = "At the prompt only. The pager is the program that the environment variable "
             "PAGER names, or less. A script never pages."},
    {.name = "preview",
     ON_OR_OFF,
     PREFERENCE(preview),
     .summary = "what is typed is shown with its value before Enter",
     .help =
         "At the prompt only, where it takes next to no time. Nothing is done for it: "
         "no command runs, no random number is drawn. What is wrong is underlined."},
};
#undef ON_OR_OFF
#undef IN_STYLES
#undef PREFERENCE

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
    text_format(t, "%-8s %-7s %s (%s)\n", o->name, option_value(n, o), o->summary,
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
    if (o->starts_program && n->options.sandbox)
        return diagnose(&n->now.why, DIAGNOSTIC_USAGE, value->where,
                        "the sandbox starts no programs");
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
