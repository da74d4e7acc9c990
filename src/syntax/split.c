#include "syntax/split.h"

#include <string.h>

#include "base/text.h"
#include "base/unicode.h"
#include "syntax/token.h"

/* What keeps a text from being a statement. */
typedef enum fault {
    FAULT_NONE,
    FAULT_NOT_TEXT,
    FAULT_TOO_DEEP,
    FAULT_UNOPENED,
    FAULT_MISMATCH,
} fault;

/* The state of one search: where each open bracket stands, and what came last. */
typedef struct scan {
    splitter *s;
    size_t begin; /* of the statement */
    size_t at;
    size_t last_end;   /* behind the last character that is no space */
    size_t last_begin; /* of the last token */
    size_t open_count;
    size_t open[MAX_OPEN_BRACKETS];
    fault fault;
} scan;

void splitter_init(splitter *s, const char *source, size_t length)
{
    *s = (splitter){.source = source, .length = length};
}

static size_t line_end(const splitter *s, size_t at)
{
    return token_line_end(s->source, s->length, at);
}

static bool begins_with(const splitter *s, size_t at, const char *prefix)
{
    size_t length = strlen(prefix);
    return s->length - at >= length && memcmp(s->source + at, prefix, length) == 0;
}

/* The bytes of the no-break space at `at`; 0 where none stands. */
static size_t no_break_length(const splitter *s, size_t at)
{
    static const char *const spaces[] = {"\u00A0", "\u2007", "\u202F"};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (begins_with(s, at, spaces[i]))
            return strlen(spaces[i]);
    return 0;
}

/* The bytes of a prompt that was pasted at the beginning of a line. */
static size_t prompt_length(const splitter *s, size_t at)
{
    static const char *const prompts[] = {"nabla> ", ">>> ", "  ...> ", "...> "};
    if (at > 0 && s->source[at - 1] != '\n')
        return 0;
    for (size_t i = 0; i < sizeof prompts / sizeof *prompts; i++)
        if (begins_with(s, at, prompts[i]))
            return strlen(prompts[i]);
    return 0;
}

/* The bytes at `at` that are nothing: space, a prompt, a mark. */
static size_t blank_length(const splitter *s, size_t at)
{
    size_t prompt = prompt_length(s, at);
    if (prompt > 0)
        return prompt;
    size_t mark = at == 0 ? unicode_mark(s->source, s->length) : 0;
    if (mark > 0)
        return mark;
    return token_is_blank(s->source[at]) ? 1 : no_break_length(s, at);
}

static size_t skip_blank(const splitter *s, size_t at)
{
    while (at < s->length) {
        char c = s->source[at];
        size_t blank = blank_length(s, at);
        if (c == '#')
            at = line_end(s, at);
        else if (blank > 0 || c == '\n' || c == ';')
            at += blank > 0 ? blank : 1;
        else
            break;
    }
    return at;
}

/* Signs after which a statement goes on in the next line. */
static bool is_pending_sign(const char *text, size_t length)
{
    static const char *const signs[] = {"+", "-", "*", "/", "\\", "^", "@",
                                        "<", ">", "=", "≤", "≥",  "≠", "·",
                                        "⋅", "×", "∘", "⊙", "−",  ","};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (length == strlen(signs[i]) && memcmp(text, signs[i], length) == 0)
            return true;
    static const char *const words[] = {"and", "or", "not"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (length == strlen(words[i]) && memcmp(text, words[i], length) == 0)
            return true;
    return false;
}

/* The length of the token at `at`: a word with its digits, or one character. */
static size_t token_length(const splitter *s, size_t at)
{
    int32_t point;
    size_t word = token_word_length(s->source + at, s->length - at);
    return word > 0 ? word : unicode_decode(s->source + at, s->length - at, &point);
}

static bool is_unfinished(const scan *c)
{
    return c->last_end > c->last_begin &&
           is_pending_sign(c->s->source + c->last_begin, c->last_end - c->last_begin);
}

static span span_in(const scan *c, size_t begin, size_t end)
{
    return (span){(uint32_t)(begin - c->begin), (uint32_t)(end - c->begin)};
}

static bool open_bracket(scan *c)
{
    if (c->open_count == MAX_OPEN_BRACKETS) {
        c->fault = FAULT_TOO_DEEP;
        return false;
    }
    c->open[c->open_count++] = c->at;
    return true;
}

static bool close_bracket(scan *c, char closing)
{
    char wanted = closing == ')' ? '(' : '[';
    if (c->open_count == 0)
        c->fault = FAULT_UNOPENED;
    else if (c->s->source[c->open[c->open_count - 1]] != wanted)
        c->fault = FAULT_MISMATCH;
    else
        c->open_count--;
    return c->fault == FAULT_NONE;
}

/* Text in double quotes is one token, whatever is in it. */
static size_t quoted_length(const splitter *s, size_t at)
{
    size_t end = line_end(s, at);
    const char *closing = memchr(s->source + at + 1, '"', end - at - 1);
    return closing == NULL ? end - at : (size_t)(closing - s->source) + 1 - at;
}

/* Moves over one token. False at the end of the statement, or at a fault. */
static bool scan_token(scan *c)
{
    const splitter *s = c->s;
    char at = s->source[c->at];
    size_t blank = blank_length(s, c->at);
    if (blank > 0) {
        c->at += blank;
        return true;
    }
    if (at == '#') {
        c->at = line_end(s, c->at);
        return true;
    }
    if (at == '\n') {
        if (c->open_count == 0 && !is_unfinished(c))
            return false;
        c->at++;
        return true;
    }
    if (at == ';' && c->open_count == 0)
        return false;
    if ((at == '(' || at == '[') && !open_bracket(c))
        return false;
    if ((at == ')' || at == ']') && !close_bracket(c, at))
        return false;
    size_t length = at == '"' ? quoted_length(s, c->at) : token_length(s, c->at);
    if (length == 0 || at == '\0') {
        c->fault = FAULT_NOT_TEXT;
        return false;
    }
    c->last_begin = c->at;
    c->at += length;
    c->last_end = c->at;
    return true;
}

/* Makes spaces of what is not part of the statement: comments, pasted prompts, no-break
 * spaces. Positions stay what they are. */
static void blank_noise(const scan *c, char *copy, size_t length)
{
    bool quoted = false;
    for (size_t i = 0; i < length; i++) {
        size_t at = c->begin + i;
        size_t noise = i == 0 ? 0 : blank_length(c->s, at);
        if (copy[i] == '"' || copy[i] == '\n')
            quoted = copy[i] == '"' && !quoted;
        if (copy[i] == '#' && !quoted)
            noise = line_end(c->s, at) - at;
        if (noise > 1)
            memset(copy + i, ' ', noise);
        i += noise > 1 ? noise - 1 : 0;
    }
}

/* Whether only space stands between the beginning of a line and `at`, and the line before
 * ends something. */
static bool begins_next_line(const splitter *s, size_t at)
{
    while (at > 0 && token_is_blank(s->source[at - 1]))
        at--;
    return at > 1 && s->source[at - 1] == '\n' && s->source[at - 2] != '\n';
}

static char closing_of(char opening)
{
    return opening == '(' ? ')' : ']';
}

static bool complain_fault(const scan *c, diagnostic *why)
{
    if (c->fault == FAULT_NONE)
        return true;
    span here = span_in(c, c->at, c->at + 1);
    const char *source = c->s->source;
    char found = source[c->at];
    switch (c->fault) {
    case FAULT_NONE:
        break;
    case FAULT_NOT_TEXT:
        if (found == '\0')
            diagnose(why, DIAGNOSTIC_SYNTAX, here, "this is a NUL byte, no text");
        else
            diagnose(why, DIAGNOSTIC_SYNTAX, here, "this byte is no UTF-8 text: 0x%02X",
                     (unsigned char)found);
        return diagnose_hint(why, "save the text as UTF-8");
    case FAULT_TOO_DEEP:
        diagnose(why, DIAGNOSTIC_LIMIT, here, "more than %d brackets are open here",
                 MAX_OPEN_BRACKETS);
        return diagnose_hint(why, "give inner parts names of their own");
    case FAULT_UNOPENED:
        diagnose(why, DIAGNOSTIC_SYNTAX, here, "this %c closes no bracket", found);
        return diagnose_hint(why, "leave it out, or open it before with %c",
                             found == ')' ? '(' : '[');
    case FAULT_MISMATCH: {
        size_t opened = c->open[c->open_count - 1];
        diagnose(why, DIAGNOSTIC_SYNTAX, here, "this %c does not close the %c before it",
                 found, source[opened]);
        return diagnose_hint(why, "close that with %c first", closing_of(source[opened]));
    }
    }
    return false;
}

static bool complain_open(const scan *c, diagnostic *why)
{
    size_t opened = c->open[c->open_count - 1];
    char bracket = c->s->source[opened];
    size_t line = opened;
    while (line > 0 && c->s->source[line - 1] != '\n')
        line--;
    diagnose(why, DIAGNOSTIC_SYNTAX, span_in(c, opened, opened + 1),
             "the bracket %c opened at column %zu is still open", bracket,
             1 + unicode_count(c->s->source + line, opened - line));
    return diagnose_hint(why, "close it with %c", closing_of(bracket));
}

/* Whether `=`, `:=` or the like stands at `at`, with something behind it before `end`. */
static bool assigns(const splitter *s, size_t at, size_t end)
{
    size_t sign = at + (at < end && strchr(":+-*/", s->source[at]) != NULL);
    return sign + 1 < end && s->source[sign] == '=' && s->source[sign + 1] != '=';
}

/* Where the line at `at` ends if help is asked for in it: the word that is asked about
 * may be any sign, `help *`, `help [`. `at` where it is not. */
static size_t help_end(const splitter *s, size_t at)
{
    static const char word[] = "help";
    size_t next = at + strlen(word), line = line_end(s, at);
    if (!begins_with(s, at, word) || next == line || !token_is_blank(s->source[next]))
        return at;
    while (next < line && token_is_blank(s->source[next]))
        next++;
    size_t end = next;
    while (end < line && s->source[end] != ';' && s->source[end] != '#')
        end++;
    bool text = unicode_first_invalid(s->source + next, end - next) == end - next;
    bool asked = end > next && text && !assigns(s, next, end);
    return asked ? end : at;
}

/* Scans one statement; `c` is large, so the caller has it. */
static void scan_statement(scan *c, splitter *s)
{
    *c = (scan){.s = s, .begin = skip_blank(s, s->at)};
    c->at = c->last_begin = c->last_end = c->begin;
    size_t help = help_end(s, c->begin);
    if (help > c->begin) {
        c->at = c->last_end = help;
        while (token_is_blank(s->source[c->last_end - 1]))
            c->last_end--;
        return;
    }
    while (c->at < s->length && scan_token(c))
        continue;
}

static bool ended_early(const scan *c)
{
    return c->fault == FAULT_NONE && c->at == c->s->length &&
           (c->open_count > 0 || is_unfinished(c));
}

bool splitter_next(splitter *s, arena *copies, statement_text *found, diagnostic *why)
{
    scan c;
    scan_statement(&c, s);
    if (c.begin == s->length)
        return false;
    *found = (statement_text){.begin = c.begin, .written = s->source + c.begin};
    if (!complain_fault(&c, why)) {
        s->at = line_end(s, c.at);
        found->length = s->at - c.begin;
        return true;
    }
    found->length = c.last_end - c.begin;
    found->silenced = c.at < s->length && s->source[c.at] == ';';
    char *copy = copy_in(copies, s->source + c.begin, found->length);
    blank_noise(&c, copy, found->length);
    found->follows_line = begins_next_line(s, c.begin);
    found->text = copy;
    s->at = c.at;
    if (ended_early(&c) && c.open_count > 0)
        complain_open(&c, why);
    return true;
}

void splitter_skip_line(splitter *s, size_t begin)
{
    s->at = line_end(s, begin);
}

bool splitter_is_unfinished(const char *source, size_t length)
{
    splitter s;
    splitter_init(&s, source, length);
    scan c;
    do {
        scan_statement(&c, &s);
        s.at = c.fault == FAULT_NONE ? c.at : line_end(&s, c.at);
    } while (skip_blank(&s, s.at) < s.length);
    return ended_early(&c);
}
