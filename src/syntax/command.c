#include "syntax/command.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "syntax/climb.h"
#include "syntax/token.h"

/* ---- Whether it is one ---- */

static const char *skip_space(const char *at)
{
    return at + token_skip_space(at, 0);
}

static bool begins_infix(const char *at)
{
    for (size_t length = 3; length > 0; length--)
        if (strlen(at) >= length && op_find(FORM_INFIX, at, length) != OP_NONE)
            return true;
    return false;
}

/* Behind the bracket that opens at `at`. */
static const char *skip_brackets(const char *at)
{
    int depth = 0;
    do {
        depth += (*at == '(') - (*at == ')');
        at++;
    } while (depth > 0 && *at != '\0');
    return at;
}

bool command_begins(const char *text, const command_words *words,
                    const command_form **form)
{
    static const char nabla_sign[] = "∇";
    bool sign = strncmp(text, nabla_sign, strlen(nabla_sign)) == 0;
    size_t length = sign ? strlen(nabla_sign) : token_name_length(text, strlen(text));
    *form = words->command(words->owner, text, length);
    if (*form == NULL)
        return false;
    const char *next = skip_space(text + length);
    size_t sign_end = strcspn(next, "=") + 1;
    if (parse_begins_assignment(next) &&
        !((*form)->takes_words && next[sign_end] == '\0'))
        return false; /* but `help :=` asks about the sign */
    if (*next == '(' && parse_begins_assignment(skip_space(skip_brackets(next))))
        return false; /* grad(u) = … tries to define a function */
    bool like_variable = *next == '\0' || begins_infix(next);
    return !like_variable || !words->is_variable(words->owner, text, length);
}

/* ---- Clauses ---- */

static bool read_wrt(parser *p, const mpc_ast_t *wrt, statement *parsed)
{
    for (int i = 2; i + 1 < wrt->children_num; i += 2)
        array_push(p->arena, &parsed->wrt, leaf_name(p, wrt->children[i]));
    return true;
}

static bool read_at(parser *p, const mpc_ast_t *at, statement *parsed)
{
    for (int i = 2; i + 1 < at->children_num; i += 2) {
        const mpc_ast_t *part = at->children[i];
        binding bound = {.target = leaf_name(p, part->children[0])};
        span where;
        if (!climb_run(p, part->children[2], &bound.value, &where))
            return false;
        for (size_t k = 0; k < parsed->at.count; k++)
            if (parsed->at.items[k].target.name == bound.target.name)
                return diagnose(p->why, DIAGNOSTIC_USAGE, bound.target.where,
                                "%s is bound twice", bound.target.name);
        array_push(p->arena, &parsed->at, bound);
    }
    /* What is bound is known in the expression. */
    for (size_t k = 0; k < parsed->at.count; k++)
        array_push(p->arena, &p->parameters, parsed->at.items[k].target);
    return true;
}

static bool read_within(parser *p, const mpc_ast_t *within, statement *parsed)
{
    span where;
    return climb_run(p, within->children[2], &parsed->within, &where);
}

/* A clause is its word, the rule of the grammar for all of it, and what takes its parts
 * into the statement. */
typedef struct clause_row {
    const char *word;
    grammar_rule rule;
    bool (*read)(parser *p, const mpc_ast_t *parts, statement *parsed);
} clause_row;

static const clause_row clauses[CLAUSE_COUNT] = {
    [CLAUSE_WRT] = {"wrt", GRAMMAR_WRT, read_wrt},
    [CLAUSE_AT] = {"at", GRAMMAR_AT, read_at},
    [CLAUSE_WITHIN] = {"within", GRAMMAR_WITHIN, read_within},
};

const char *command_clause_word(clause c)
{
    return clauses[c].word;
}

bool command_takes(const command_form *form, clause c)
{
    return (form->clauses & TAKES(c)) != 0;
}

static clause clause_named(const char *word, size_t length)
{
    for (int c = 0; c < CLAUSE_COUNT; c++)
        if (strlen(clauses[c].word) == length &&
            memcmp(clauses[c].word, word, length) == 0)
            return (clause)c;
    return CLAUSE_COUNT;
}

clause command_clause(const command_form *form, const char *word, size_t length)
{
    clause c = clause_named(word, length);
    return c != CLAUSE_COUNT && command_takes(form, c) ? c : CLAUSE_COUNT;
}

/* ---- Cutting a command into parts ---- */

/* The text from its beginning to an end: the expression, or a clause. */
typedef struct part {
    clause clause; /* CLAUSE_COUNT: the expression */
    span where;
} part;

typedef ARRAY(part) parts;

/* The clause that the word begins, or CLAUSE_COUNT. Words that are reserved begin one
 * even where the command does not take it. */
static clause clause_begun(const command_form *form, const char *word, size_t length)
{
    clause c = clause_named(word, length);
    bool begins = c != CLAUSE_COUNT &&
                  (command_takes(form, c) || grammar_is_reserved(word, length));
    return begins ? c : CLAUSE_COUNT;
}

/* Whether a clause can begin at `at`, behind `last`: what stands there is complete, so
 * that another word would make no sense. A reserved word may also come first. */
static bool can_begin(const char *text, size_t at, span last)
{
    size_t length = token_name_length(text + at, strlen(text + at));
    if (last.begin == 0)
        return grammar_is_reserved(text + at, length);
    bool apart = last.end < at || strchr(")]\"", text[last.begin]) != NULL;
    return apart && token_ends_operand(text, last) &&
           !grammar_is_reserved(text + last.begin, last.end - last.begin);
}

/* Where the expression, which begins at `at` or behind, and each clause stand. */
static void cut(parser *p, const char *text, const command_form *form, size_t at,
                parts *found)
{
    size_t length = strlen(text);
    int depth = 0;
    span last = {0, (uint32_t)at};
    part open = {CLAUSE_COUNT, {(uint32_t)at, (uint32_t)at}};
    while ((at = token_skip_space(text, at)) < length) {
        span token = token_at(text, length, at);
        clause c = clause_begun(form, text + at, token.end - token.begin);
        if (c != CLAUSE_COUNT && depth == 0 && can_begin(text, at, last)) {
            array_push(p->arena, found, open);
            open = (part){c, token};
        }
        depth +=
            (text[at] == '(' || text[at] == '[') - (text[at] == ')' || text[at] == ']');
        if (text[at] == '"')
            token.end = (uint32_t)token_quote_end(text, length, at);
        last = token;
        open.where.end = token.end;
        at = token.end;
    }
    array_push(p->arena, found, open);
}

/* The part alone, where it stands: what goes before it is blanked. */
static const char *part_text(parser *p, const char *text, span where)
{
    char *copy = copy_in(p->arena, text, where.end);
    memset(copy, ' ', where.begin);
    return copy;
}

static bool read_clause(parser *p, const char *text, const command_form *form,
                        const part *clause_part, statement *parsed)
{
    const clause_row *row = &clauses[clause_part->clause];
    span word = {clause_part->where.begin,
                 clause_part->where.begin + (uint32_t)strlen(row->word)};
    if (!command_takes(form, clause_part->clause)) {
        diagnose(p->why, DIAGNOSTIC_USAGE, word, "%s takes no %s", form->word, row->word);
        return diagnose_hint(p->why, "%s", form->usage);
    }
    parsed->clauses[clause_part->clause] = word;
    const mpc_ast_t *made =
        parse_by(p, row->rule, part_text(p, text, clause_part->where));
    return made != NULL && row->read(p, made, parsed);
}

static bool complain_label(parser *p, const char *text, size_t begin, size_t at)
{
    span label = {(uint32_t)begin, (uint32_t)at};
    diagnose(p->why, DIAGNOSTIC_SYNTAX, label, "a label ends with a colon");
    return diagnose_hint(p->why, "%s: … or %s 2 points: …",
                         token_excerpt(p->arena, text + begin, at - begin),
                         token_excerpt(p->arena, text + begin, at - begin));
}

/* "1a": or "1a" 2 points: at `*at`, where it is a label, and moves on behind it. */
static bool read_label(parser *p, const char *text, size_t *at, statement *parsed)
{
    static const char word[] = "point";
    size_t begin = token_skip_space(text, *at);
    parsed->points = NAN;
    if (text[begin] != '"')
        return true;
    if (strchr(text + begin + 1, '"') == NULL)
        return diagnose(p->why, DIAGNOSTIC_SYNTAX,
                        (span){(uint32_t)begin, (uint32_t)begin + 1},
                        "the label that begins here has no closing \"");
    size_t end = token_quote_end(text, strlen(text), begin);
    size_t next = token_skip_space(text, end);
    if (number_is_digit(text[next])) {
        char *behind;
        parsed->points = strtod(text + next, &behind);
        next = token_skip_space(text, (size_t)(behind - text));
        if (strncmp(text + next, word, strlen(word)) != 0)
            return complain_label(p, text, begin, end);
        next += strlen(word);
        next = token_skip_space(text, next + (text[next] == 's'));
    }
    if (text[next] != ':')
        return complain_label(p, text, begin, end);
    parsed->label = symbol_intern(p->names, text + begin + 1, end - begin - 2);
    *at = next + 1;
    return true;
}

/* The clauses come before the expression, as `at` says what is known in it. */
static bool parse_clauses(parser *p, const char *text, const command_form *form,
                          statement *parsed)
{
    parts found = {0};
    size_t begin = strlen(form->word);
    if (form->labelled && !read_label(p, text, &begin, parsed))
        return false;
    cut(p, text, form, begin, &found);
    for (size_t i = 1; i < found.count; i++)
        if (!read_clause(p, text, form, &found.items[i], parsed))
            return false;
    span subject = found.items[0].where;
    if (subject.begin == subject.end)
        return true;
    const mpc_ast_t *made = parse_by(p, GRAMMAR_SUBJECT, part_text(p, text, subject));
    return made != NULL && parse_run(p, made->children[1], parsed);
}

/* ---- Words ---- */

/* The words behind a command like set, separated by space; one in double quotes may have
 * space in it. quit() has none. */
static void parse_words(parser *p, const char *text, size_t length, statement *parsed)
{
    size_t at = token_skip_space(text, length);
    if (strcmp(text + at, "()") == 0)
        return;
    while (text[at] != '\0') {
        size_t end = at;
        while (text[end] != '\0' && !token_is_space(text[end]))
            end = text[end] == '"' ? token_quote_end(text, strlen(text), end) : end + 1;
        named_span word = {symbol_intern(p->names, text + at, end - at),
                           {(uint32_t)at, (uint32_t)end}};
        array_push(p->arena, &parsed->words, word);
        at = token_skip_space(text, end);
    }
}

bool command_parse(parser *p, const char *text, const command_form *form,
                   statement *parsed)
{
    size_t length = strlen(form->word);
    parsed->kind = STATEMENT_COMMAND;
    parsed->target = (named_span){symbol_of(p->names, form->word), {0, (uint32_t)length}};
    if (!form->takes_words)
        return parse_clauses(p, text, form, parsed);
    parse_words(p, text, length, parsed);
    return true;
}
