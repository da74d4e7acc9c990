#include <math.h>
#include <string.h>

#include "session/help.h"
#include "syntax/embedded.h"
#include "syntax/print.h"

static void add_example(nabla *n, page *p, const char *lines)
{
    if (lines != NULL)
        page_add(p, PAGE_EXAMPLE, help_run(n, lines));
}

/* ---- Commands, options, topics ---- */

void help_command(nabla *n, page *p, const command *c, bool example)
{
    page_add(p, PAGE_HEADING, format_in(p->arena, "%s: %s", c->form.word, c->summary));
    page_add(p, PAGE_CODE, c->form.usage);
    if (c->help != NULL)
        page_add(p, PAGE_WORDS, c->help);
    if (example)
        add_example(n, p, c->example);
}

void help_option(nabla *n, page *p, const option *o)
{
    page_add(p, PAGE_CODE, format_in(p->arena, "set %s VALUE", o->name));
    page_add(p, PAGE_WORDS,
             format_in(p->arena, "%s: %s. Now it is %s.", o->summary, o->values,
                       option_value(n, o)));
    if (o->help != NULL)
        page_add(p, PAGE_WORDS, o->help);
}

void help_topic(nabla *n, page *p, const topic *t)
{
    page_add(p, PAGE_HEADING, format_in(p->arena, "%s: %s", t->name, t->summary));
    page_add(p, PAGE_WORDS, t->text);
    add_example(n, p, t->example);
}

/* ---- Operations ---- */

/* Words of the table, where %a, %b … are operands and %out is the result. */
static const char *filled(arena *a, const char *words)
{
    text_buffer t;
    text_init(&t, a);
    for (; *words != '\0'; words++)
        if (*words != '%')
            text_add_char(&t, *words);
    return text_string(&t);
}

static const char *infix_usage(arena *a, const operation *row)
{
    return format_in(a, row->rank == RANK_POWER ? "a%sb" : "a %s b", row->spelling);
}

/* "sum(a, axis=1)", "zeros(a[, b])": with the operands' letters. */
static const char *call_usage(arena *a, const operation *row)
{
    text_buffer t;
    text_init(&t, a);
    text_format(&t, "%s(", row->spelling);
    for (size_t k = 0; k < row->arity; k++) {
        bool last = k + 1 == row->arity;
        bool optional = last && row->optional != NULL;
        text_add(&t, optional ? "[" : "");
        text_add(&t, k == 0 ? "" : ", ");
        if (last && row->keyword != NULL)
            text_format(&t, "%s=1", row->keyword);
        else
            text_add_char(&t, (char)('a' + k));
        text_add(&t, optional ? "]" : "");
    }
    text_add_char(&t, ')');
    return text_string(&t);
}

static const char *usage_of(arena *a, const operation *row)
{
    switch (row->form) {
    case FORM_CALL:
        return call_usage(a, row);
    case FORM_INFIX:
        return infix_usage(a, row);
    case FORM_PREFIX:
        return format_in(a, strlen(row->spelling) > 1 ? "%s a" : "%sa", row->spelling);
    case FORM_POSTFIX:
        return format_in(a, "a%s", row->spelling);
    case FORM_CONSTANT:
    case FORM_NONE:
        return row->spelling;
    }
    return "";
}

/* "also written ln": what else the row may be spelled. */
static void add_aliases(text_buffer *t, const operation *row)
{
    for (size_t i = 0; i < OP_MAX_ALIASES && row->alias[i] != NULL; i++)
        text_format(t, "%s%s", i == 0 ? "    also written " : ", ", row->alias[i]);
}

/* What flows down to operand k, or why nothing does. */
static void add_rule(page *p, const operation *row, size_t k)
{
    char letter = (char)('a' + k);
    const char *label = format_in(p->arena, "∂out/∂%c", letter);
    if (row->local[k] != NULL) {
        page_add_entry(p, label, row->local[k]);
    } else if (row->pull[k] != NULL) {
        label = format_in(p->arena, "down to %c", letter);
        page_add_entry(p, label, row->pull[k]);
    } else if (row->fixed[k]) {
        page_add_entry(p, label, "none: its value decides the shape");
    } else if (row->shape_only[k]) {
        page_add_entry(p, label, "none: only its shape counts");
    } else if (row->flat[k]) {
        page_add_entry(p, label, "none: it says which, and not how much");
    }
}

static void add_kink(page *p, const operation *row)
{
    if (row->kink.when == NULL)
        return;
    text_buffer t;
    text_init(&t, p->arena);
    text_format(&t, "where %s", row->kink.when);
    for (size_t k = 0; k < row->arity; k++) {
        const char *adds = row->kink.adds[k];
        if (adds != NULL && strcmp(adds, "0") != 0)
            text_format(&t, ", %s more for %c", adds, (char)('a' + k));
    }
    text_format(&t, ": %s", row->kink.says);
    page_add_entry(p, "kink", text_string(&t));
}

static void add_row(page *p, const operation *row)
{
    text_buffer usage;
    text_init(&usage, p->arena);
    text_add(&usage, usage_of(p->arena, row));
    add_aliases(&usage, row);
    page_add(p, PAGE_CODE, text_string(&usage));
    if (row->form == FORM_CONSTANT) {
        tensor value = {shape_number(), &row->constant};
        style digits = {.digits = 17};
        const char *what = isnan(row->constant)   ? "not a number, what has no value"
                           : isinf(row->constant) ? "infinity"
                                                  : style_value(p->arena, &digits, value);
        page_add(p, PAGE_WORDS,
                 format_in(p->arena, "%s: %s, unless you give the name a value.",
                           row->spelling, what));
        return;
    }
    if (row->says != NULL)
        page_add(p, PAGE_WORDS, format_in(p->arena, "%s.", filled(p->arena, row->says)));
    for (size_t k = 0; k < row->arity; k++)
        add_rule(p, row, k);
    if (row->halves != OP_NONE)
        page_add_entry(p, "∂out/∂a",
                       "out without that factor, as it is a product of halves");
    add_kink(p, row);
    for (size_t k = 0; k < row->arity; k++)
        if (row->reason[k] != NULL)
            page_add_entry(p, format_in(p->arena, "why, for %c", (char)('a' + k)),
                           filled(p->arena, row->reason[k]));
}

/* A number inside the interval that tests sample: the first plain one. */
static double sample_of(const operation *row, size_t k)
{
    static const double plain[2][6] = {{2, 0.5, 1.5, -1, 0.8, 2.5},
                                       {3, 1.5, 1, 0.7, 0.5, -1}};
    const op_interval *within = &row->sample[k];
    for (size_t i = 0; i < 6; i++)
        if (plain[k % 2][i] >= within->low && plain[k % 2][i] <= within->high)
            return plain[k % 2][i];
    return (within->low + within->high) / 2;
}

/* "x = 2; y = 3;" and "grad x.*y": of an elementwise operation. NULL where the row says
 * nothing of numbers to try it with. */
static const char *usual_example(arena *a, const operation *row)
{
    static const char *const letters[OP_MAX_OPERANDS] = {"x", "y", "z", "w"};
    if (row->kernel == NULL || row->arity == 0)
        return NULL;
    text_buffer t;
    text_init(&t, a);
    style digits = {.digits = 6};
    for (size_t k = 0; k < row->arity; k++) {
        double value = sample_of(row, k);
        tensor number = {shape_number(), &value};
        text_format(&t, "%s%s = %s;", k == 0 ? "" : " ", letters[k],
                    style_value(a, &digits, number));
    }
    text_add(&t, "\ngrad ");
    if (row->form == FORM_CALL) {
        text_format(&t, "%s(", row->spelling);
        for (size_t k = 0; k < row->arity; k++)
            text_format(&t, "%s%s", k == 0 ? "" : ", ", letters[k]);
        text_add_char(&t, ')');
    } else if (row->arity == 2) {
        text_format(&t, "x %s y", row->spelling);
    } else {
        text_format(&t, row->form == FORM_PREFIX ? "%s x" : "x%s", row->spelling);
    }
    return text_string(&t);
}

static bool is_written(const operation *row, const char *spelling)
{
    if (row->form == FORM_NONE || row->spelling == NULL)
        return false;
    bool found = strcmp(row->spelling, spelling) == 0;
    for (size_t i = 0; i < OP_MAX_ALIASES && row->alias[i] != NULL; i++)
        found = found || strcmp(row->alias[i], spelling) == 0;
    return found;
}

/* The example of the first row that has one. */
static const char *example_of(arena *a, const char *spelling)
{
    const char *usual = NULL;
    for (op_id id = OP_NONE; id < OP_COUNT; id++) {
        const operation *row = op_row(id);
        if (!is_written(row, spelling))
            continue;
        if (row->example != NULL)
            return row->example;
        if (usual == NULL)
            usual = usual_example(a, row);
    }
    return usual;
}

bool help_operation(nabla *n, page *p, const char *spelling, bool example)
{
    bool found = false;
    for (op_id id = OP_NONE; id < OP_COUNT; id++)
        if (is_written(op_row(id), spelling)) {
            add_row(p, op_row(id));
            found = true;
        }
    if (found && example)
        add_example(n, p, example_of(p->arena, spelling));
    return found;
}

/* ---- The prelude ---- */

/* The lines above a function in the prelude that begin with `sign`, joined by `joint`;
 * NULL where there are none. */
static const char *prelude_words(arena *a, const char *spelling, const char *sign,
                                 char joint)
{
    size_t length = strlen(spelling);
    text_buffer t;
    text_init(&t, a);
    for (const char *at = nabla_prelude_text; *at != '\0';) {
        size_t line = strcspn(at, "\n");
        if (strncmp(at, spelling, length) == 0 && at[length] == '(')
            return t.length == 0 ? NULL : text_string(&t);
        if (strncmp(at, sign, strlen(sign)) == 0) {
            if (t.length > 0)
                text_add_char(&t, joint);
            text_add_bytes(&t, at + strlen(sign), line - strlen(sign));
        } else if (at[0] != '#') {
            text_init(&t, a);
        }
        at += line + (at[line] == '\n');
    }
    return NULL;
}

bool help_prelude(nabla *n, page *p, const char *spelling, bool example)
{
    bool found = false;
    text_buffer usage;
    text_init(&usage, p->arena);
    for (size_t i = 0; i < prelude_count(n); i++) {
        const function *f = prelude_at(n, i);
        if (strcmp(f->name, spelling) != 0)
            continue;
        session_signature(&usage, f->name, f->parameters, f->count);
        text_add(&usage, " = ");
        print_formula(&usage, &f->body, PRINT_TIGHT);
        text_add_char(&usage, '\n');
        found = true;
    }
    if (!found)
        return false;
    page_add(p, PAGE_CODE, text_string(&usage));
    const char *words = prelude_words(p->arena, spelling, "#: ", ' ');
    if (words != NULL)
        page_add(p, PAGE_WORDS, words);
    if (example)
        add_example(n, p, prelude_words(p->arena, spelling, "#> ", '\n'));
    return true;
}

bool help_drawn(nabla *n, page *p, const char *spelling, bool example)
{
    for (size_t i = 0; draw_name(i) != NULL; i++) {
        const drawn_help *d = draw_help(i);
        if (strcmp(draw_name(i), spelling) != 0)
            continue;
        page_add(p, PAGE_CODE, d->usage);
        page_add(p, PAGE_WORDS, d->says);
        if (example)
            add_example(n, p, d->example);
        return true;
    }
    return false;
}
