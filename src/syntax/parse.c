#include "syntax/parse.h"

#include <string.h>

#include "syntax/climb.h"
#include "syntax/command.h"
#include "syntax/explain.h"
#include "syntax/token.h"

/* ---- Which kind of statement ---- */

static const char *skip_space(const char *at)
{
    return at + token_skip_space(at, 0);
}

bool parse_begins_assignment(const char *at)
{
    if (*at != '\0' && strchr(":+-*/", *at) != NULL && at[1] == '=')
        return at[2] != '=';
    return at[0] == '=' && at[1] != '=';
}

/* Whether a clause of a command begins at `at`, behind something else: the = in it
 * assigns nothing. */
static bool begins_clause(const char *text, const char *at)
{
    size_t length = strncmp(at, "at", 2) == 0 ? 2 : strncmp(at, "wrt", 3) == 0 ? 3 : 0;
    if (length == 0 || at == text || !(token_is_space(at[-1]) || at[-1] == ')'))
        return false;
    return token_is_space(at[length]) &&
           !parse_begins_assignment(skip_space(at + length));
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

const mpc_ast_t *parse_by(parser *p, grammar_rule rule, const char *text)
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

/* Complains of the sign, and proposes `right` behind the text from `from` up to it. */
static bool complain_becomes(parser *p, const mpc_ast_t *sign, uint32_t from,
                             const char *right, const char *message)
{
    span where = leaf_span(sign);
    diagnose(p->why, DIAGNOSTIC_SYNTAX, where, "%s %s", sign->contents, message);
    return diagnose_hint(p->why, "write %s%s …",
                         token_excerpt(p->arena, p->text + from, where.begin - from),
                         right);
}

static bool read_becomes(parser *p, const mpc_ast_t *sign, statement *parsed)
{
    const char *text = sign->contents;
    uint32_t target = parsed->target.where.begin;
    if (strcmp(text, "=") == 0 && parsed->has_index)
        return complain_becomes(p, sign, target,
                                ":=", "defines a name, an entry is assigned");
    if (strcmp(text, "=") == 0)
        return true;
    if (parsed->declared && parsed->has_index)
        return complain_becomes(p, sign, target, text,
                                "assigns an entry, whose kind is that of its variable");
    if (parsed->kind == STATEMENT_FUNCTION || parsed->declared)
        return complain_becomes(p, sign, 0, "=", "assigns to a variable");
    parsed->kind = STATEMENT_ASSIGNMENT;
    parsed->update = text[0] == ':' ? OP_NONE : op_find(FORM_INFIX, text, 1);
    return true;
}

static leaf_kind leaf_kind_of(const char *word)
{
    leaf_kind kind = LEAF_INPUT;
    while (kind < LEAF_CONST && strcmp(word, leaf_kind_word(kind)) != 0)
        kind++;
    return kind;
}

bool parse_run(parser *p, const mpc_ast_t *run, statement *parsed)
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
        return parse_run(p, part, parsed);
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

bool parse_expression(parser *p, const char *text, tree *parsed)
{
    span where;
    const mpc_ast_t *root = parse_by(p, GRAMMAR_EXPRESSION, text);
    return root != NULL && climb_run(p, root->children[1], parsed, &where);
}

bool parse_statement(parser *p, const char *text, statement *parsed)
{
    *parsed = (statement){.kind = STATEMENT_EXPRESSION, .text = text};
    const command_form *form;
    if (command_begins(text, p->words, &form))
        return command_parse(p, text, form, parsed);
    if (has_assignment(text))
        return parse_definition(p, text, parsed);
    const mpc_ast_t *root = parse_by(p, GRAMMAR_EXPRESSION, text);
    return root != NULL && parse_run(p, root->children[1], parsed);
}
