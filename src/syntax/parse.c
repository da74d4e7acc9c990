#include "syntax/parse.h"

#include <string.h>

#include "base/text.h"
#include "syntax/climb.h"
#include "syntax/explain.h"
#include "syntax/token.h"

/* ---- Which kind of statement ---- */

static const char *skip_space(const char *at)
{
    return at + token_skip_space(at, 0);
}

/* `=` or an update like `+=`, but not `==`. */
static bool begins_assignment(const char *at)
{
    if (*at != '\0' && strchr(":+-*/", *at) != NULL && at[1] == '=')
        return at[2] != '=';
    return at[0] == '=' && at[1] != '=';
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

/* The bytes of the command's word, 0 where the text is no command: its first word must be
 * one, and not be used as a variable. */
static size_t command_length(const char *text, const command_words *words)
{
    static const char nabla_sign[] = "∇";
    if (strncmp(text, nabla_sign, strlen(nabla_sign)) == 0)
        return strlen(nabla_sign);
    size_t length = token_name_length(text, strlen(text));
    if (!words->is_command(words->owner, text, length))
        return 0;
    const char *next = skip_space(text + length);
    if (begins_assignment(next))
        return 0;
    if (*next == '(' && begins_assignment(skip_space(skip_brackets(next))))
        return 0; /* grad(u) = … tries to define a function */
    bool like_variable = *next == '\0' || begins_infix(next);
    bool variable = like_variable && words->is_variable(words->owner, text, length);
    return variable ? 0 : length;
}

/* Whether a clause of a command begins at `at`, behind something else: the = in it
 * assigns nothing. */
static bool begins_clause(const char *text, const char *at)
{
    size_t length = strncmp(at, "at", 2) == 0 ? 2 : strncmp(at, "wrt", 3) == 0 ? 3 : 0;
    if (length == 0 || at == text || !(token_is_space(at[-1]) || at[-1] == ')'))
        return false;
    return token_is_space(at[length]) && !begins_assignment(skip_space(at + length));
}

/* Whether an assignment sign stands outside brackets. */
static bool has_assignment(const char *text)
{
    int depth = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (depth == 0 && begins_clause(text, at))
            return false;
        if (*at == '(' || *at == '[')
            depth++;
        else if (*at == ')' || *at == ']')
            depth--;
        else if (depth == 0 && *at == '=' && at > text &&
                 strchr("=<>!", at[-1]) == NULL && at[1] != '=')
            return true;
    }
    return false;
}

/* ---- Parts of statements ---- */

/* What the parser library made of a text; goes with the statement's arena. */
typedef struct parsed_text {
    mpc_ast_t *ast;
    mpc_err_t *error;
    limits *limits;
    size_t charged;
} parsed_text;

static void release_parsed(void *resource)
{
    parsed_text *made = resource;
    mpc_ast_delete(made->ast);
    mpc_err_delete(made->error);
    limits_credit(made->limits, made->charged);
}

/* Room for what the library needs per byte of text, which it does not count itself:
 * measured, 180 bytes for an expression of one-letter names. */
static parsed_text *begin_parse(parser *p, const char *text)
{
    enum { BYTES_PER_BYTE = 200 };
    limits *l = p->arena->limits;
    parsed_text *made = ARENA_NEW(p->arena, parsed_text);
    void **held = arena_defer(p->arena, release_parsed);
    size_t charged = limits_product(l, strlen(text), BYTES_PER_BYTE);
    limits_charge(l, charged);
    *made = (parsed_text){.limits = l, .charged = charged};
    *held = made;
    return made;
}

/* The text by one of the start rules; NULL with a diagnostic. */
static const mpc_ast_t *parse_by(parser *p, grammar_rule rule, const char *text)
{
    parsed_text *made = begin_parse(p, text);
    mpc_result_t result;
    p->text = text;
    if (grammar_parse(p->grammar, rule, text, &result))
        return made->ast = result.output;
    made->error = result.error;
    explain_error(p->why, text, rule, result.error);
    return NULL;
}

static bool read_target(parser *p, const mpc_ast_t *target, const char *tag,
                        statement *parsed)
{
    if (strcmp(tag, ">") != 0) {
        parsed->target = leaf_name(p, target);
        return true;
    }
    parsed->target = leaf_name(p, target->children[0]);
    if (tag_after(target->children[1]->tag, "index") != NULL) {
        parsed->has_index = true;
        return climb_indexed(p, target->children[0], target->children[1],
                             &parsed->indexed);
    }
    parsed->kind = STATEMENT_FUNCTION;
    const mpc_ast_t *parameters = target->children[1];
    for (int i = 1; i + 1 < parameters->children_num; i += 2) {
        named_span parameter = leaf_name(p, parameters->children[i]);
        for (size_t k = 0; k < parsed->parameters.count; k++)
            if (parsed->parameters.items[k].name == parameter.name)
                return diagnose(p->why, DIAGNOSTIC_SYNTAX, parameter.where,
                                "two parameters are named %s", parameter.name);
        array_push(p->arena, &parsed->parameters, parameter);
    }
    p->parameters = parsed->parameters;
    return true;
}

static bool read_becomes(parser *p, const mpc_ast_t *sign, statement *parsed)
{
    const char *text = sign->contents;
    if (strcmp(text, "=") == 0 && parsed->has_index) {
        span left = {0, leaf_span(sign).begin};
        diagnose(p->why, DIAGNOSTIC_SYNTAX, leaf_span(sign),
                 "= defines a name, an entry is assigned");
        return diagnose_hint(p->why, "write %s:= …",
                             token_excerpt(p->arena, p->text, left.end));
    }
    if (strcmp(text, "=") == 0)
        return true;
    if (parsed->kind == STATEMENT_FUNCTION || parsed->declared) {
        span left = {0, leaf_span(sign).begin};
        diagnose(p->why, DIAGNOSTIC_SYNTAX, leaf_span(sign), "%s assigns to a variable",
                 text);
        return diagnose_hint(p->why, "write %s= …",
                             token_excerpt(p->arena, p->text, left.end));
    }
    parsed->kind = STATEMENT_ASSIGNMENT;
    parsed->update = text[0] == ':' ? OP_NONE : op_find(FORM_INFIX, text, 1);
    return true;
}

static leaf_kind leaf_kind_of(const char *word)
{
    if (strcmp(word, "param") == 0)
        return LEAF_PARAM;
    return strcmp(word, "const") == 0 ? LEAF_CONST : LEAF_INPUT;
}

static bool read_expression(parser *p, const mpc_ast_t *run, statement *parsed)
{
    parsed->has_expression = true;
    return climb_run(p, run, &parsed->expression, &parsed->expression_where);
}

static bool read_definition_part(parser *p, const mpc_ast_t *part, statement *parsed)
{
    const char *target = tag_after(part->tag, "target");
    if (target != NULL)
        return read_target(p, part, target, parsed);
    if (tag_after(part->tag, "becomes") != NULL)
        return read_becomes(p, part, parsed);
    if (tag_after(part->tag, "run") != NULL)
        return read_expression(p, part, parsed);
    if (tag_after(part->tag, "kind") != NULL) {
        parsed->declared = true;
        parsed->leaf = leaf_kind_of(part->contents);
    }
    return true;
}

static bool parse_definition(parser *p, const char *text, statement *parsed)
{
    const mpc_ast_t *root = parse_by(p, GRAMMAR_DEFINITION, text);
    if (root == NULL)
        return false;
    parsed->kind = STATEMENT_DEFINITION;
    for (int i = 0; i < root->children_num; i++)
        if (!read_definition_part(p, root->children[i], parsed))
            return false;
    if (parsed->kind == STATEMENT_FUNCTION && parsed->declared)
        return diagnose(p->why, DIAGNOSTIC_SYNTAX, parsed->target.where,
                        "a function is neither param, input nor const");
    return true;
}

static bool read_at(parser *p, const mpc_ast_t *at, statement *parsed)
{
    for (int i = 1; i < at->children_num; i += 2) {
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
    return true;
}

static bool read_clause(parser *p, const mpc_ast_t *clause, statement *parsed)
{
    const char *tag = tag_after(clause->tag, "clause");
    if (tag_after(tag, "at") != NULL)
        return read_at(p, clause, parsed);
    for (int i = 1; i < clause->children_num; i += 2)
        array_push(p->arena, &parsed->wrt, leaf_name(p, clause->children[i]));
    return true;
}

/* What `at` binds is known in the expression before it. */
static void know_bound(parser *p, const mpc_ast_t *root)
{
    for (int i = 0; i < root->children_num; i++) {
        const mpc_ast_t *clause = root->children[i];
        const char *tag = tag_after(clause->tag, "clause");
        if (tag == NULL || tag_after(tag, "at") == NULL)
            continue;
        for (int k = 1; k < clause->children_num; k += 2)
            array_push(p->arena, &p->parameters,
                       leaf_name(p, clause->children[k]->children[0]));
    }
}

static bool parse_command(parser *p, const char *text, statement *parsed)
{
    const mpc_ast_t *root = parse_by(p, GRAMMAR_COMMAND, text);
    if (root == NULL)
        return false;
    know_bound(p, root);
    for (int i = 0; i < root->children_num; i++) {
        const mpc_ast_t *part = root->children[i];
        bool run = tag_after(part->tag, "run") != NULL;
        bool clause = tag_after(part->tag, "clause") != NULL;
        if ((run && !read_expression(p, part, parsed)) ||
            (clause && !read_clause(p, part, parsed)))
            return false;
    }
    return true;
}

/* The words behind a command like set, separated by space; quit() has none. */
static void parse_words(parser *p, const char *text, size_t length, statement *parsed)
{
    const char *at = skip_space(text + length);
    if (strcmp(at, "()") == 0)
        return;
    while (*at != '\0') {
        size_t word = 0;
        while (at[word] != '\0' && !token_is_space(at[word]))
            word++;
        size_t begin = (size_t)(at - text);
        named_span found = {symbol_intern(p->names, at, word),
                            {(uint32_t)begin, (uint32_t)(begin + word)}};
        array_push(p->arena, &parsed->words, found);
        at = skip_space(at + word);
    }
}

bool parse_expression(parser *p, const char *text, tree *parsed)
{
    span where;
    const mpc_ast_t *root = parse_by(p, GRAMMAR_EXPRESSION, text);
    return root != NULL && climb_run(p, root->children[1], parsed, &where);
}

bool parse_statement(parser *p, const char *text, statement *parsed)
{
    *parsed = (statement){.kind = STATEMENT_EXPRESSION, .text = text};
    size_t command = command_length(text, p->words);
    if (command > 0) {
        parsed->kind = STATEMENT_COMMAND;
        parsed->target =
            (named_span){symbol_intern(p->names, text, command), {0, (uint32_t)command}};
        if (!p->words->takes_words(p->words->owner, parsed->target.name))
            return parse_command(p, text, parsed);
        parse_words(p, text, command, parsed);
        return true;
    }
    if (has_assignment(text))
        return parse_definition(p, text, parsed);
    const mpc_ast_t *root = parse_by(p, GRAMMAR_EXPRESSION, text);
    return root != NULL && read_expression(p, root->children[1], parsed);
}
