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

/* What may stand behind the expression of a command, in any order. Their words name
 * nothing inside a command that takes them, and are free elsewhere. */
typedef enum clause {
    CLAUSE_WRT,    /* wrt NAME, … */
    CLAUSE_AT,     /* at NAME=VALUE, … */
    CLAUSE_WITHIN, /* within EXPRESSION */
    CLAUSE_COUNT,
} clause;

#define TAKES(clause) (1u << (clause))

/* How what stands behind the word of a command is read. */
typedef struct command_form {
    const char *word;
    const char *usage;
    bool takes_words; /* words rather than an expression with clauses */
    unsigned clauses; /* TAKES(…) of each that it has */
    bool labelled;    /* before the expression there may be a "label": or, of a check that
                         counts, a "label" 2 points: */
} command_form;

/* What commands, variables and functions there are, as far as that decides how a text is
 * read. */
typedef struct command_words {
    void *owner;
    const command_form *(*command)(const void *owner, const char *word, size_t length);
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
    named_spans words;          /* of a command that takes words */
    span clauses[CLAUSE_COUNT]; /* where the word of each stands; empty: nowhere */
    named_spans wrt;
    ARRAY(binding) at;
    tree within;
    symbol label;  /* or NULL */
    double points; /* behind the label; nan where there are none */
} statement;

/* False with a diagnostic where the text is no statement. */
bool parse_statement(parser *p, const char *text, statement *parsed);

/* An expression alone: rules, prelude bodies. */
bool parse_expression(parser *p, const char *text, tree *parsed);

#endif
