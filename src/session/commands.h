/* The command table: one row per command, with all that is said of it. Parsing, help,
 * completion, the manual pages and the tests go by the rows. */
#ifndef NABLA_SESSION_COMMANDS_H
#define NABLA_SESSION_COMMANDS_H

#include "nabla.h"
#include "syntax/parse.h"

typedef struct command {
    command_form form; /* its word, its usage, and how the rest is read */
    bool (*perform)(nabla *n, const statement *s);
    const char *summary; /* what it shows or does, in a line of help */
    const char *help;    /* paragraphs; NULL where the summary says it all */
    const char *example; /* statements that help runs */
    bool graded;         /* it may stand in a file that is graded */
    const char *same_as; /* the word that it is another spelling of; has no help then */
} command;

/* The rows, in the order in which help lists them. */
size_t command_count(void);
const command *command_at(size_t i);

/* The command of that word, or NULL. */
const command *command_find(const char *word, size_t length);

/* A command with a word like that, or NULL. */
const char *command_similar(const char *word);

#endif
