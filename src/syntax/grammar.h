/* The grammar as parsers: grammar/nabla.grammar, with the operators of the operation
 * table and the Unicode rule for names added. */
#ifndef NABLA_SYNTAX_GRAMMAR_H
#define NABLA_SYNTAX_GRAMMAR_H

#include <stdbool.h>

#include "base/arena.h"
#include "mpc/mpc.h"

/* Start rules. */
typedef enum grammar_rule {
    GRAMMAR_EXPRESSION,
    GRAMMAR_DEFINITION,
    GRAMMAR_SUBJECT, /* what a command is about */
    GRAMMAR_WRT,     /* clauses of commands: */
    GRAMMAR_AT,
    GRAMMAR_WITHIN,
} grammar_rule;

typedef struct grammar grammar;

/* Defines the parsers; they go with the arena. */
grammar *grammar_define(arena *a);

/* Parses the whole text by a start rule, as mpc_parse does. The caller deletes the tree
 * (NULL is possible) or the error. */
bool grammar_parse(const grammar *g, grammar_rule rule, const char *text,
                   mpc_result_t *result);

/* Words that name nothing. */
bool grammar_is_reserved(const char *word, size_t length);

#endif
