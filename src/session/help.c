#include "session/help.h"

#include <string.h>

#include "base/nearest.h"

/* ---- What there is help on ---- */

/* Whether a row is the first one of its spelling, so that it stands in lists. */
static bool is_first_of_spelling(op_id id)
{
    const operation *row = op_row(id);
    if (row->form == FORM_NONE)
        return false;
    for (op_id before = OP_NONE; before < id; before++)
        if (op_row(before)->form != FORM_NONE &&
            strcmp(op_row(before)->spelling, row->spelling) == 0)
            return false;
    return true;
}

static const char *operation_name(size_t *i)
{
    for (op_id id = OP_NONE; id < OP_COUNT; id++)
        if (is_first_of_spelling(id) && (*i)-- == 0)
            return op_row(id)->spelling;
    return NULL;
}

/* Functions of several numbers of arguments stand side by side in the prelude. */
static const char *prelude_name(nabla *n, size_t *i)
{
    for (size_t k = 0; k < prelude_count(n); k++) {
        const char *name_here = prelude_at(n, k)->name;
        bool again = k > 0 && prelude_at(n, k - 1)->name == name_here;
        if (!again && (*i)-- == 0)
            return name_here;
    }
    return NULL;
}

const char *help_name(nabla *n, size_t i)
{
    if (i < topic_count())
        return topic_at(i)->name;
    i -= topic_count();
    if (i < command_count())
        return command_at(i)->form.word;
    i -= command_count();
    if (i < option_count())
        return option_at(i)->name;
    i -= option_count();
    const char *found = operation_name(&i);
    if (found == NULL)
        found = prelude_name(n, &i);
    return found != NULL ? found : draw_name(i);
}

/* ---- Lists ---- */

/* Words side by side, wrapped like words. */
static void join(text_buffer *t, const char *word)
{
    text_format(t, "%s%s", t->length == 0 ? "" : " ", word);
}

static void add_commands(page *p, bool summaries)
{
    text_buffer words;
    text_init(&words, p->arena);
    for (size_t i = 0; i < command_count(); i++) {
        const command *c = command_at(i);
        if (c->same_as != NULL)
            continue;
        join(&words, c->form.word);
        if (summaries)
            page_add_entry(p, c->form.word, c->summary);
    }
    if (!summaries)
        page_add_entry(p, "commands", text_string(&words));
}

static void add_options(page *p, bool summaries)
{
    text_buffer words;
    text_init(&words, p->arena);
    for (size_t i = 0; i < option_count(); i++) {
        join(&words, option_at(i)->name);
        if (summaries)
            page_add_entry(p, option_at(i)->name, option_at(i)->summary);
    }
    if (!summaries)
        page_add_entry(p, "options", text_string(&words));
}

static void add_topics(page *p, bool summaries)
{
    text_buffer words;
    text_init(&words, p->arena);
    for (size_t i = 0; i < topic_count(); i++) {
        const topic *t = topic_at(i);
        text_format(&words, "%s%s", i == 0 ? "" : ", ", t->name);
        if (summaries)
            page_add_entry(p, t->name, t->summary);
    }
    if (!summaries)
        page_add_entry(p, "topics", text_string(&words));
}

static bool is_listed(op_id id, bool calls)
{
    op_form form = op_row(id)->form;
    return (form == FORM_CALL) == calls && form != FORM_CONSTANT &&
           is_first_of_spelling(id);
}

static const char *operations_of(arena *a, bool calls)
{
    text_buffer words;
    text_init(&words, a);
    for (op_id id = OP_NONE; id < OP_COUNT; id++)
        if (is_listed(id, calls))
            join(&words, op_row(id)->spelling);
    return text_string(&words);
}

static void add_operators(page *p)
{
    for (op_id id = OP_NONE; id < OP_COUNT; id++)
        if (is_listed(id, false))
            page_add_entry(p, op_row(id)->spelling, op_row(id)->says);
}

static void add_functions(nabla *n, page *p)
{
    text_buffer words;
    text_init(&words, p->arena);
    size_t i = 0, left;
    const char *found;
    while (left = i++, (found = prelude_name(n, &left)) != NULL)
        join(&words, found);
    page_add_entry(p, "built in", operations_of(p->arena, true));
    page_add_entry(p, "composed", text_string(&words));
    text_init(&words, p->arena);
    for (i = 0; (found = draw_name(i)) != NULL; i++)
        join(&words, found);
    page_add_entry(p, "once", text_string(&words));
}

/* help alone: one screen. */
static void add_overview(page *p)
{
    page_add(
        p, PAGE_WORDS,
        "nabla shows how gradients flow. Type mathematics: = defines, := assigns now, an "
        "expression shows its value, and a command shows how it came about.");
    page_add(p, PAGE_CODE,
             "f = (x + y)*max(y, z)    a definition: it follows x, y and z\n"
             "x = 1; y = 2; z = 0;     values; behind ; nothing is shown\n"
             "grad f                   the backward pass, node by node\n"
             "∂f/∂y                    a gradient, as part of any expression");
    add_commands(p, false);
    add_options(p, false);
    page_add_entry(p, "operators", operations_of(p->arena, false));
    page_add_entry(p, "functions", "help functions lists them");
    add_topics(p, false);
    page_add(p, PAGE_WORDS,
             "help WORD explains any of them, with an example: help grad, help *, help "
             "softmax, help shapes. help commands lists them with what they do.");
}

/* ---- Finding ---- */

static bool is_word(const char *wanted, const char *word)
{
    return word != NULL && strcmp(wanted, word) == 0;
}

static bool add_list(nabla *n, page *p, const char *wanted)
{
    if (is_word(wanted, "commands"))
        add_commands(p, true);
    else if (is_word(wanted, "options"))
        add_options(p, true);
    else if (is_word(wanted, "topics"))
        add_topics(p, true);
    else if (is_word(wanted, "operators"))
        add_operators(p);
    else if (is_word(wanted, "functions"))
        add_functions(n, p);
    else
        return false;
    return true;
}

static bool is_topic(const topic *t, const char *wanted)
{
    bool found = is_word(wanted, t->name);
    for (size_t i = 0; i < sizeof t->also / sizeof *t->also; i++)
        found = found || is_word(wanted, t->also[i]);
    return found;
}

static const command *command_of(const char *word)
{
    const command *found = command_find(word, strlen(word));
    if (found != NULL && found->same_as != NULL)
        found = command_find(found->same_as, strlen(found->same_as));
    return found;
}

/* A word may be several things at once: an option and a function. */
static bool add_pages(nabla *n, page *p, const char *wanted)
{
    bool found = add_list(n, p, wanted);
    const command *c = command_of(wanted);
    if (c != NULL)
        help_command(n, p, c, true);
    const option *o = option_find(wanted);
    if (o != NULL)
        help_option(n, p, o);
    for (size_t i = 0; i < topic_count(); i++)
        if (is_topic(topic_at(i), wanted)) {
            help_topic(n, p, topic_at(i));
            found = true;
        }
    bool operations = help_operation(n, p, wanted, true);
    bool prelude = help_prelude(n, p, wanted, true);
    bool drawn = help_drawn(n, p, wanted, true);
    return found || c != NULL || o != NULL || operations || prelude || drawn;
}

/* What is written otherwise than it is looked up: x² is x^2. */
static const char *looked_up(const char *words)
{
    bool power = strcmp(words, "²") == 0 || strcmp(words, "³") == 0;
    return power ? "^" : words;
}

/* The words behind help as one: "chain rule", in small letters, without quotes and
 * brackets around: help "shapes", help sin(x). */
static const char *wanted_words(nabla *n, const statement *s)
{
    text_buffer t;
    text_init(&t, &n->work);
    for (size_t i = 0; i < s->words.count; i++)
        text_format(&t, "%s%s", i == 0 ? "" : " ", s->words.items[i].name);
    char *words = copy_in(&n->work, text_string(&t), t.length);
    size_t length = t.length;
    if (length > 2 && words[0] == '"' && words[length - 1] == '"') {
        words[length - 1] = '\0';
        words++;
    }
    char *bracket = strchr(words, '(');
    if (bracket != NULL && bracket > words)
        *bracket = '\0';
    return words;
}

static const char *in_small_letters(arena *a, const char *words)
{
    char *small = copy_in(a, words, strlen(words));
    for (char *at = small; *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    return small;
}

static bool complain_unknown(nabla *n, const statement *s, const char *wanted)
{
    span where = {s->words.items[0].where.begin,
                  s->words.items[s->words.count - 1].where.end};
    diagnose(&n->now.why, DIAGNOSTIC_USAGE, where, "there is no help on %s", wanted);
    for (int is_function = 0; is_function < 2; is_function++) {
        symbol known = symbol_known(&n->symbols, wanted, strlen(wanted));
        const name *own =
            known == NULL ? NULL : names_known(&n->names, known, is_function != 0);
        if (own != NULL && own->meaning != NULL)
            return diagnose_hint(&n->now.why, "show %s tells what it stands for", wanted);
    }
    nearest search = nearest_start(wanted);
    const char *candidate;
    for (size_t i = 0; (candidate = help_name(n, i)) != NULL; i++)
        nearest_offer(&search, candidate);
    if (search.best != NULL)
        return diagnose_hint(&n->now.why, "did you mean help %s?", search.best);
    return diagnose_hint(&n->now.why, "help alone lists what there is");
}

bool command_help(nabla *n, const statement *s)
{
    page shown = {.arena = &n->work};
    if (s->words.count == 0) {
        add_overview(&shown);
    } else {
        const char *wanted = looked_up(wanted_words(n, s));
        if (!add_pages(n, &shown, wanted) &&
            !add_pages(n, &shown, in_small_letters(&n->work, wanted)))
            return complain_unknown(n, s, wanted);
    }
    text_buffer *t = &n->now.results;
    text_buffer text;
    text_init(&text, &n->work);
    report_page_text(n->options.json ? &text : t, &n->style, &shown);
    if (n->options.json)
        report_words_json(t, "help", text_string(&text));
    return true;
}
