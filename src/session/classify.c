/* What the parts of a text are, for colouring it while it is typed. The text may be
 * unfinished or wrong, so this goes by its tokens and not by the grammar. */
#include <string.h>

#include "base/number.h"
#include "base/unicode.h"
#include "session/options.h"
#include "session/session.h"
#include "syntax/command.h"
#include "syntax/token.h"

/* A name in the source. */
typedef struct mention {
    const char *text;
    size_t length;
} mention;

typedef ARRAY(mention) mentions;

/* Bytes at hand: a statement of the source, or a part of it. */
typedef struct part {
    nabla *n;
    const char *text;
    size_t length;
    unsigned char *classes;
    const command_form *form; /* of a command, else NULL */
    mentions *declared;       /* names that get a meaning in the source itself */
} part;

static void mark(const part *p, size_t begin, size_t end, nabla_class class)
{
    memset(p->classes + begin, (int)class, end - begin);
}

/* ---- Numbers ---- */

static size_t digits_end(const part *p, size_t at)
{
    while (at < p->length && number_is_digit(p->text[at]))
        at++;
    return at;
}

/* Behind the number at `at`; `at` where none begins. */
static size_t number_end(const part *p, size_t at)
{
    size_t end = digits_end(p, at);
    if (end < p->length && p->text[end] == '.') {
        size_t fraction = digits_end(p, end + 1);
        end = fraction > end + 1 || end > at ? fraction : end;
        if (fraction == end && fraction == at + 1)
            return at; /* a dot alone */
    }
    if (end == at || end == p->length || (p->text[end] | 0x20) != 'e')
        return end;
    size_t sign = end + 1 < p->length && strchr("+-", p->text[end + 1]) != NULL;
    size_t exponent = digits_end(p, end + 1 + sign);
    return exponent > end + 1 + sign ? exponent : end;
}

/* ---- Words ---- */

static bool has_function(nabla *n, const char *word, size_t length)
{
    symbol known = symbol_known(&n->symbols, word, length);
    return hint_is_function(n, known != NULL ? known : copy_in(&n->work, word, length));
}

static bool is_declared(const part *p, const char *word, size_t length)
{
    for (size_t i = 0; i < p->declared->count; i++) {
        const mention *m = &p->declared->items[i];
        if (m->length == length && memcmp(m->text, word, length) == 0)
            return true;
    }
    return false;
}

/* dL of dL/dW, where L is a name. */
static bool is_differential(const part *p, const char *word, size_t length)
{
    return length > 1 && word[0] == 'd' && scope_has_value(p->n, word + 1, length - 1);
}

static bool is_clause(const part *p, const char *word, size_t length)
{
    return p->form != NULL && command_clause(p->form, word, length) != CLAUSE_COUNT;
}

static nabla_class class_of_word(const part *p, size_t at, size_t length)
{
    const char *word = p->text + at;
    size_t next = at + length;
    while (next < p->length && token_is_blank(p->text[next]))
        next++;
    if (grammar_is_reserved(word, length) || is_clause(p, word, length))
        return NABLA_KEYWORD;
    bool declared = is_declared(p, word, length);
    if (!declared && next < p->length && p->text[next] == '(')
        return has_function(p->n, word, length) ? NABLA_FUNCTION : NABLA_UNKNOWN;
    bool known = declared || scope_has_value(p->n, word, length) ||
                 is_differential(p, word, length);
    return known ? NABLA_NAME : NABLA_UNKNOWN;
}

/* ---- What a statement declares ---- */

static void declare(const part *p, size_t begin, size_t end)
{
    array_push(&p->n->work, p->declared, ((mention){p->text + begin, end - begin}));
}

/* f(u, v) = …: the name and the parameters. */
static void declare_function(const part *p, size_t end_of_name)
{
    size_t open = token_skip_space(p->text, end_of_name);
    size_t at = open + 1;
    const char *closing =
        open < p->length ? memchr(p->text + open, ')', p->length - open) : NULL;
    if (closing == NULL || p->text[open] != '(')
        return;
    size_t close = (size_t)(closing - p->text);
    size_t equals = token_skip_space(p->text, close + 1);
    if (equals == p->length || !parse_begins_assignment(p->text + equals))
        return;
    declare(p, 0, end_of_name);
    while (at < close) {
        size_t length = token_name_length(p->text + at, close - at);
        if (length > 0)
            declare(p, at, at + length);
        at += length > 0 ? length : 1;
    }
}

/* Names before `=`: what is defined, what `at` binds, keywords of arguments. */
static void declare_names(const part *p)
{
    size_t first = token_name_length(p->text, p->length);
    if (first > 0)
        declare_function(p, first);
    for (size_t at = 0; at < p->length;) {
        size_t length = token_name_length(p->text + at, p->length - at);
        size_t next = token_skip_space(p->text, at + length);
        if (length > 0 && next < p->length && parse_begins_assignment(p->text + next))
            declare(p, at, at + length);
        if (length == 0 && p->text[at] == '"')
            at = token_quote_end(p->text, p->length, at);
        else
            at += length > 0 ? length : 1;
    }
}

/* ---- Tokens ---- */

static size_t classify_token(const part *p, size_t at)
{
    char c = p->text[at];
    size_t end = number_end(p, at);
    nabla_class class = NABLA_NUMBER;
    if (c == '"') {
        end = token_quote_end(p->text, p->length, at);
        class = NABLA_TEXT;
    } else if (c == '#') {
        end = token_line_end(p->text, p->length, at);
        class = NABLA_COMMENT;
    } else if (end == at && token_name_length(p->text + at, p->length - at) > 0) {
        end = at + token_name_length(p->text + at, p->length - at);
        class = class_of_word(p, at, end - at);
    } else if (end == at) {
        int32_t point = 0;
        size_t bytes = unicode_decode(p->text + at, p->length - at, &point);
        end = at + (bytes > 0 ? bytes : 1);
        class = strchr("()[]", c) != NULL ? NABLA_BRACKET : NABLA_OPERATOR;
    }
    mark(p, at, end, class);
    return end;
}

/* set digits 8: the words are no names. */
static void classify_words(const part *p, size_t at)
{
    mark(p, at, p->length, NABLA_PLAIN);
    bool option_first = strstr(p->form->usage, "OPTION") != NULL;
    size_t begin = token_skip_space(p->text, at), end = begin;
    while (end < p->length && !token_is_space(p->text[end]))
        end++;
    const char *word = copy_in(&p->n->work, p->text + begin, end - begin);
    if (option_first && end > begin)
        mark(p, begin, end, option_find(word) != NULL ? NABLA_KEYWORD : NABLA_UNKNOWN);
}

static void classify_part(part *p)
{
    const command_words words = run_words(p->n);
    bool is_command = command_begins(p->text, &words, &p->form);
    size_t at = 0;
    if (is_command) {
        at = strlen(p->form->word);
        mark(p, 0, at, NABLA_COMMAND);
    } else {
        p->form = NULL;
    }
    if (is_command && p->form->takes_words) {
        classify_words(p, at);
        return;
    }
    declare_names(p);
    while (at < p->length)
        at = token_is_space(p->text[at]) ? at + 1 : classify_token(p, at);
}

/* ---- Statements ---- */

typedef struct coloring {
    const char *source;
    size_t length;
    unsigned char *classes;
} coloring;

/* Comments between statements; those inside are found with their tokens. */
static void classify_comments(const coloring *c, size_t begin, size_t end)
{
    for (size_t at = begin; at < end;) {
        size_t next = at + 1;
        if (c->source[at] == '#') {
            next = token_line_end(c->source, end, at);
            memset(c->classes + at, NABLA_COMMENT, next - at);
        }
        at = next;
    }
}

static void classify(nabla *n, void *context)
{
    const coloring *c = context;
    splitter source;
    statement_text found;
    splitter_init(&source, c->source, c->length);
    size_t end = 0;
    mentions declared = {0};
    while (splitter_next(&source, &n->work, &found, &n->now.why)) {
        classify_comments(c, end, found.begin);
        part p = {.n = n,
                  .text = copy_in(&n->work, found.written, found.length),
                  .length = found.length,
                  .classes = c->classes + found.begin,
                  .declared = &declared};
        size_t before = declared.count;
        classify_part(&p);
        /* What the statement is about keeps its meaning, what else it declares does not.
         */
        bool defines = declared.count > before && declared.items[before].text == p.text;
        declared.count = before + defines;
        end = found.begin + found.length;
    }
    classify_comments(c, end, c->length);
}

void nabla_classify(nabla *n, const char *source, size_t length, unsigned char *classes)
{
    memset(classes, NABLA_PLAIN, length);
    coloring c = {source, length, classes};
    if (!run_inquiry(n, classify, &c))
        memset(classes, NABLA_PLAIN, length);
}
