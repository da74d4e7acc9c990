/* What can stand where the cursor is: found from the tokens before it, as the statement
 * is unfinished while it is typed. */
#include <string.h>

#include "base/number.h"
#include "session/help.h"
#include "session/options.h"
#include "session/session.h"
#include "syntax/command.h"
#include "syntax/print.h"
#include "syntax/token.h"

/* A statement up to the cursor. */
typedef struct place {
    nabla *n;
    const char *text;
    size_t length;
    size_t word;              /* where the word begins that is being typed */
    size_t depth;             /* brackets that are open */
    symbol called;            /* of the innermost one, the function; NULL: none */
    span last;                /* the token before the word; empty: none */
    const command_form *form; /* of a command, else NULL */
    clause clause;            /* that the word is in, else CLAUSE_COUNT */
    unsigned clauses;         /* that there are before it */
    bool quoted, comment;     /* the word is part of a text, of a comment */
    nabla_visitor *visit;
    void *context;
} place;

static void offer(const place *p, const char *word, const char *label, const char *about,
                  const char *behind)
{
    size_t typed = p->length - p->word;
    if (strncmp(word, p->text + p->word, typed) != 0)
        return;
    const nabla_candidate c = {word, label, about, behind};
    p->visit(p->context, &c);
}

/* ---- Where the cursor is ---- */

static clause clause_at(const place *p, size_t at, size_t length)
{
    bool none = p->form == NULL || p->depth > 0;
    return none ? CLAUSE_COUNT : command_clause(p->form, p->text + at, length);
}

typedef ARRAY(symbol) calls;

static void open_bracket(place *p, calls *open, size_t at)
{
    bool call = p->text[at] == '(' && p->last.end == at && p->last.end > p->last.begin &&
                token_name_length(p->text + p->last.begin, at - p->last.begin) > 0;
    symbol called =
        call ? copy_in(&p->n->work, p->text + p->last.begin, at - p->last.begin) : NULL;
    array_push(&p->n->work, open, called);
}

/* Looks at a sign; returns its bytes. */
static size_t pass_sign(place *p, calls *open, size_t at)
{
    char c = p->text[at];
    if (c == '(' || c == '[')
        open_bracket(p, open, at);
    else if ((c == ')' || c == ']') && open->count > 0)
        open->count--;
    p->depth = open->count;
    p->called = open->count > 0 ? open->items[open->count - 1] : NULL;
    size_t end = token_at(p->text, p->length, at).end;
    return end > at ? end - at : 1;
}

static size_t pass_quoted(place *p, size_t at)
{
    p->quoted = memchr(p->text + at + 1, '"', p->length - at - 1) == NULL;
    if (p->quoted)
        p->word = at + 1;
    return token_quote_end(p->text, p->length, at) - at;
}

static size_t pass_comment(place *p, size_t at)
{
    size_t end = token_line_end(p->text, p->length, at);
    p->comment = end == p->length;
    return end - at;
}

static void pass_word(place *p, size_t at, size_t length)
{
    clause c = clause_at(p, at, length);
    if (c == CLAUSE_COUNT)
        return;
    p->clause = c;
    p->clauses |= TAKES(c);
}

static void look(place *p)
{
    calls open = {0};
    for (size_t at = 0, used; at < p->length; at += used) {
        char c = p->text[at];
        size_t name_length = token_name_length(p->text + at, p->length - at);
        used = 1;
        if (token_is_space(c))
            continue;
        if (name_length > 0 && at + name_length == p->length) {
            p->word = at;
            return;
        }
        if (c == '"')
            used = pass_quoted(p, at);
        else if (c == '#')
            used = pass_comment(p, at);
        else if (name_length > 0)
            used = name_length;
        else if (!number_is_digit(c))
            used = pass_sign(p, &open, at);
        if (name_length > 0)
            pass_word(p, at, name_length);
        if (c != '#')
            p->last = (span){(uint32_t)at, (uint32_t)(at + used)};
    }
}

/* Whether what stands before the word is complete, so that no operand can follow. */
static bool is_behind_operand(const place *p)
{
    span last = p->last;
    bool any = last.end > last.begin;
    bool reserved =
        any && grammar_is_reserved(p->text + last.begin, last.end - last.begin);
    bool clause_word =
        any && clause_at(p, last.begin, last.end - last.begin) != CLAUSE_COUNT;
    bool command_word = p->form != NULL && last.begin == 0;
    bool factor = any && last.end == p->word && number_is_digit(p->text[last.begin]);
    return any && !reserved && !clause_word && !command_word && !factor &&
           token_ends_operand(p->text, last);
}

/* ---- Names and functions ---- */

static const char *about_variable(const place *p, const name *variable)
{
    enum { ROOM = 40 };
    arena *a = &p->n->work;
    const meaning *m = variable->meaning;
    if (m->kind == MEANING_LEAF)
        return format_in(a, "= %s", style_value_within(a, &p->n->style, m->value, ROOM));
    text_buffer formula;
    text_init(&formula, a);
    print_formula(&formula, &m->body, PRINT_SPACED);
    return format_in(a, "= %s", token_excerpt(a, text_string(&formula), formula.length));
}

static void offer_variables(const place *p, const char *behind)
{
    for (size_t i = 0; i < p->n->names.all.count; i++) {
        const name *variable = p->n->names.all.items[i];
        if (!variable->is_function && variable->meaning != NULL)
            offer(p, variable->spelling, variable->spelling, about_variable(p, variable),
                  behind);
    }
}

static void offer_function(const place *p, const char *spelling,
                           const named_span *parameters, size_t count)
{
    text_buffer label;
    text_init(&label, &p->n->work);
    session_signature(&label, spelling, parameters, count);
    offer(p, spelling, text_string(&label), "", "(");
}

/* sum(a, axis=…): operands have letters, the last one may have a keyword. */
static void offer_operation(const place *p, const operation *row)
{
    arena *a = &p->n->work;
    named_span *parameters = ARENA_ARRAY(a, named_span, row->arity);
    for (size_t k = 0; k < row->arity; k++)
        parameters[k].name = format_in(a, "%c", (char)('a' + (int)k));
    if (row->keyword != NULL)
        parameters[row->arity - 1].name = format_in(a, "%s=…", row->keyword);
    offer_function(p, row->spelling, parameters, row->arity);
}

static void offer_functions(const place *p)
{
    nabla *n = p->n;
    for (op_id id = OP_NONE; id < OP_COUNT; id++)
        if (op_row(id)->form == FORM_CALL)
            offer_operation(p, op_row(id));
    for (size_t i = 0; i < prelude_count(n); i++) {
        const function *f = prelude_at(n, i);
        offer_function(p, f->name, f->parameters, f->count);
    }
    for (size_t i = 0; draw_name(i) != NULL; i++)
        offer(p, draw_name(i), format_in(&n->work, "%s(…)", draw_name(i)), "", "(");
    for (size_t i = 0; i < n->names.all.count; i++) {
        const name *own = n->names.all.items[i];
        if (own->is_function && own->meaning != NULL)
            offer_function(p, own->spelling, own->meaning->function.parameters,
                           own->meaning->function.count);
    }
}

static void offer_constants(const place *p)
{
    for (op_id id = OP_NONE; id < OP_COUNT; id++)
        if (op_row(id)->form == FORM_CONSTANT)
            offer(p, op_row(id)->spelling, op_row(id)->spelling, "a number", "");
}

/* axis= in a call of what takes it. */
static void offer_keywords(const place *p)
{
    if (p->called == NULL || p->text[p->last.begin] != ',')
        return;
    for (op_id id = op_find(FORM_CALL, p->called, strlen(p->called)); id != OP_NONE;
         id = op_next_alike(id))
        if (op_keyword(id) != NULL) {
            const char *word = format_in(&p->n->work, "%s=", op_keyword(id));
            offer(p, word, word, "", "");
        }
}

/* What an expression can go on with. Nothing typed yet, only what is the user's own. */
static void offer_operands(const place *p)
{
    offer_variables(p, "");
    if (p->word == p->length)
        return;
    offer_keywords(p);
    offer_constants(p);
    offer_functions(p);
    offer(p, "not", "not", "", " ");
}

/* ---- Commands ---- */

static void offer_commands(const place *p)
{
    for (size_t i = 0; i < command_count(); i++) {
        const command *c = command_at(i);
        const char *word = c->form.word;
        const char *about = c->same_as != NULL
                                ? format_in(&p->n->work, "the same as %s", c->same_as)
                                : c->summary;
        offer(p, word, word, about, strcmp(c->form.usage, word) == 0 ? "" : " ");
    }
}

static void offer_leaf_kinds(const place *p)
{
    offer(p, "param", "param", "a leaf that training may change", " ");
    offer(p, "input", "input", "a leaf", " ");
    offer(p, "const", "const", "a leaf without a gradient", " ");
}

static void offer_options(const place *p)
{
    for (size_t i = 0; i < option_count(); i++)
        offer(p, option_at(i)->name, option_at(i)->name, option_at(i)->summary, " ");
}

static void offer_help(const place *p)
{
    const char *found;
    for (size_t i = 0; (found = help_name(p->n, i)) != NULL; i++)
        offer(p, found, found, "", "");
}

static void offer_choices(const place *p, const char *option_name)
{
    const option *o = option_find(option_name);
    for (size_t i = 0; o != NULL && o->choices != NULL && o->choices[i] != NULL; i++)
        offer(p, o->choices[i], o->choices[i], "", "");
}

/* What the usage of the command writes in capitals is what it takes. */
static bool takes(const place *p, const char *what)
{
    return strstr(p->form->usage, what) != NULL;
}

/* set OPTION VALUE, show NAME: the words behind a command. */
static void offer_words(const place *p)
{
    size_t begin = token_skip_space(p->text, strlen(p->form->word)), end = begin;
    while (end < p->word && !token_is_space(p->text[end]))
        end++;
    bool first = end == begin, second = token_skip_space(p->text, end) == p->word;
    if (takes(p, "OPTION") && first)
        offer_options(p);
    else if (takes(p, "OPTION") && second)
        offer_choices(p, copy_in(&p->n->work, p->text + begin, end - begin));
    else if (takes(p, "NAME"))
        offer_variables(p, "");
    else if (takes(p, "WORD") && first)
        offer_help(p);
}

static void offer_clauses(const place *p)
{
    for (int c = 0; p->form != NULL && c < CLAUSE_COUNT; c++)
        if (command_takes(p->form, (clause)c) && (p->clauses & TAKES(c)) == 0)
            offer(p, command_clause_word((clause)c), command_clause_word((clause)c), "",
                  " ");
}

/* What the usage says of the clause that the word is in: "NAME=VALUE, …] [wrt …". */
static const char *usage_of_clause(const place *p)
{
    const char *word = command_clause_word(p->clause);
    const char *usage = p->form == NULL ? NULL : strstr(p->form->usage, word);
    return usage == NULL ? "" : usage + token_skip_space(usage, strlen(word));
}

/* wrt x, y · at x=1, y=2: names, at the beginning and behind a comma. */
static bool offer_in_clause(const place *p)
{
    bool behind_comma = p->last.end > p->last.begin && p->text[p->last.begin] == ',';
    bool first = clause_at(p, p->last.begin, p->last.end - p->last.begin) == p->clause;
    const char *usage = usage_of_clause(p);
    static const char name_word[] = "NAME";
    if (p->depth > 0 || !(behind_comma || first) ||
        strncmp(usage, name_word, strlen(name_word)) != 0)
        return false;
    offer_variables(p, usage[strlen(name_word)] == '=' ? "=" : "");
    return true;
}

static void offer_behind_operand(const place *p)
{
    if (p->last.end == p->word)
        return; /* no space between them */
    if (p->depth == 0)
        offer_clauses(p);
    offer(p, "and", "and", "", " ");
    offer(p, "or", "or", "", " ");
}

static void offer_all(const place *p)
{
    if (p->word == 0) {
        offer_commands(p);
        offer_operands(p);
        if (p->word < p->length)
            offer_leaf_kinds(p);
    } else if (p->form != NULL && p->form->takes_words) {
        offer_words(p);
    } else if (is_behind_operand(p)) {
        offer_behind_operand(p);
    } else if (p->clause == CLAUSE_COUNT || !offer_in_clause(p)) {
        offer_operands(p);
    }
}

/* ---- The statement ---- */

typedef struct completing {
    const char *source;
    size_t length;
    size_t word;
    bool file;
    nabla_visitor *visit;
    void *context;
} completing;

/* Where the statement begins that the end of the source is in. */
static size_t statement_begin(nabla *n, const completing *c)
{
    splitter source;
    statement_text found = {0};
    splitter_init(&source, c->source, c->length);
    while (splitter_next(&source, &n->work, &found, &n->now.why))
        continue;
    size_t end = found.begin + found.length;
    for (size_t at = end; at < c->length; at++)
        if (c->source[at] == ';' || c->source[at] == '\n')
            return c->length;
    return found.begin;
}

static void complete(nabla *n, void *context)
{
    completing *c = context;
    size_t begin = statement_begin(n, c);
    const command_words words = run_words(n);
    place p = {.n = n,
               .text = copy_in(&n->work, c->source + begin, c->length - begin),
               .length = c->length - begin,
               .word = c->length - begin,
               .clause = CLAUSE_COUNT,
               .visit = c->visit,
               .context = c->context};
    if (!command_begins(p.text, &words, &p.form))
        p.form = NULL;
    look(&p);
    c->word = begin + p.word;
    c->file = p.quoted;
    if (!p.quoted && !p.comment)
        offer_all(&p);
}

size_t nabla_complete(nabla *n, const char *source, size_t length, nabla_visitor *visit,
                      void *context, bool *file)
{
    completing c = {source, length, length, false, visit, context};
    run_inquiry(n, complete, &c);
    *file = c.file;
    return c.word;
}
