/* From the text of a statement to its parts, expressions as syntax trees. */
#ifndef NABLA_SYNTAX_PARSE_H
#define NABLA_SYNTAX_PARSE_H

#include "graph/graph.h"
#include "syntax/grammar.h"
#include "syntax/tree.h"

/* What a text is parsed with. */
typedef struct parser {
    grammar *grammar; /* defined when first needed */
    symbols *names;
    arena *arena;     /* the statement's */
    const char *text; /* what is being parsed */
    diagnostic *why;
} parser;

typedef enum statement_kind {
    STATEMENT_EXPRESSION,
    STATEMENT_DEFINITION, /* name = expression */
    STATEMENT_FUNCTION,   /* name(parameters) = expression */
    STATEMENT_ASSIGNMENT, /* name := expression, += and the like */
    STATEMENT_COMMAND,
} statement_kind;

typedef struct named_span {
    symbol name;
    span where;
} named_span;

typedef struct binding {
    named_span target;
    tree value;
} binding;

typedef struct statement {
    statement_kind kind;
    const char *text;      /* as written, blanked comments included */
    named_span target;     /* the name defined, or the command's word */
    bool declared;         /* a kind of leaf was written */
    leaf_kind leaf;        /* which */
    op_id update;          /* STATEMENT_ASSIGNMENT: OP_PLUS for `+=`, OP_NONE for `:=` */
    bool has_expression;
    tree expression;
    span expression_where; /* brackets around the whole included */
    ARRAY(named_span) parameters;
    ARRAY(named_span) wrt;
    ARRAY(binding) at;
} statement;

/* How the words of commands are known. */
typedef struct command_words {
    const void *owner;
    bool (*is_command)(const void *owner, const char *word, size_t length);
    bool (*is_variable)(const void *owner, const char *word, size_t length);
} command_words;

/* The grammar must be defined. False with a diagnostic where the text is no statement. */
bool parse_statement(parser *p, const char *text, const command_words *words,
                     statement *parsed);

/* An expression alone: rules, prelude bodies. */
bool parse_expression(parser *p, const char *text, tree *parsed);

#endif
