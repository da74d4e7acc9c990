/* Commands: a word, what it is about, and clauses in any order. What words there are, and
 * which clauses each takes, comes in through command_words. */
#ifndef NABLA_SYNTAX_COMMAND_H
#define NABLA_SYNTAX_COMMAND_H

#include "syntax/parse.h"

/* Whether the text is a command: its first word is one, and is not used as a variable. */
bool command_begins(const char *text, const command_words *words,
                    const command_form **form);

/* False with a diagnostic. */
bool command_parse(parser *p, const char *text, const command_form *form,
                   statement *parsed);

/* The word that a clause begins with. */
const char *command_clause_word(clause c);

/* Whether the command has that clause; and the one that it has of that word, or
 * CLAUSE_COUNT. */
bool command_takes(const command_form *form, clause c);
clause command_clause(const command_form *form, const char *word, size_t length);

/* ---- parse.c ---- */

/* The text by one of the start rules; NULL with a diagnostic. */
const mpc_ast_t *parse_by(parser *p, grammar_rule rule, const char *text);

/* Makes a node of rule `run` the expression of the statement. */
bool parse_run(parser *p, const mpc_ast_t *run, statement *parsed);

/* `=` or an update like `+=`, but not `==`. */
bool parse_begins_assignment(const char *at);

#endif
