/* From the text of a statement to its parts, expressions as syntax trees. */
#ifndef NABLA_SYNTAX_PARSE_H
#define NABLA_SYNTAX_PARSE_H

#include "graph/graph.h"
#include "syntax/grammar.h"
#include "syntax/tree.h"

typedef struct named_span {
    symbol name;
    span where;
} named_span;

typedef ARRAY(named_span) named_spans;

/* What commands, variables and functions there are, as far as that decides how a text is
 * read. */
typedef struct command_words {
    void *owner;
    bool (*is_command)(const void *owner, const char *word, size_t length);
    bool (*takes_words)(const void *owner, symbol word); /* rather than an expression */
    const char *(*similar_command)(const void *owner, const char *word);
    bool (*is_variable)(const void *owner, const char *word, size_t length);
    bool (*is_function)(void *owner, const char *word, size_t length);
} command_words;

/* What a text is parsed with. */
typedef struct parser {
    grammar *grammar;
    symbols *names;
    arena *arena;               /* the statement's */
    const command_words *words; /* NULL: nothing but expressions is parsed */
    diagnostic *why;
    const char *text;       /* what is being parsed */
    named_spans parameters; /* of the function that is being defined; what `at` binds */
} parser;

typedef enum statement_kind {
    STATEMENT_EXPRESSION,
    STATEMENT_DEFINITION, /* name = expression */
    STATEMENT_FUNCTION,   /* name(parameters) = expression */
    STATEMENT_ASSIGNMENT, /* name := expression, += and the like */
    STATEMENT_COMMAND,
} statement_kind;

typedef struct binding {
    named_span target;
    tree value;
} binding;

typedef struct statement {
    statement_kind kind;
    const char *text;  /* what was parsed: the comments in it are blanked */
    named_span target; /* the name defined, or the command's word */
    bool declared;     /* a kind of leaf was written */
    leaf_kind leaf;    /* which */
    bool has_index;    /* entries of the target are assigned: */
    tree indexed;      /* target[i, j] */
    op_id update;      /* STATEMENT_ASSIGNMENT: OP_PLUS for `+=`, OP_NONE for `:=` */
    bool has_expression;
    tree expression;
    span expression_where; /* brackets around the whole included */
    named_spans parameters;
    named_spans words; /* of a command that takes words */
    named_spans wrt;
    ARRAY(binding) at;
} statement;

/* False with a diagnostic where the text is no statement. */
bool parse_statement(parser *p, const char *text, statement *parsed);

/* An expression alone: rules, prelude bodies. */
bool parse_expression(parser *p, const char *text, tree *parsed);

#endif
