/* help: pages about commands, options, operators, functions and topics, each with an
 * example that is run when it is asked for. */
#ifndef NABLA_SESSION_HELP_H
#define NABLA_SESSION_HELP_H

#include "report/page.h"
#include "session/options.h"
#include "session/session.h"

/* ---- topics.c: what is no word of the language ---- */

typedef struct topic {
    const char *name;
    const char *also[14]; /* other words that it is found by */
    const char *summary;
    const char *text;    /* paragraphs */
    const char *example; /* statements, a line each, or NULL */
} topic;

size_t topic_count(void);
const topic *topic_at(size_t i);

/* ---- help_pages.c ---- */

/* Each of these adds its page. A page of its own begins with what is typed; in a list of
 * many the examples are left out. */
void help_command(nabla *n, page *p, const command *c, bool example);
void help_option(nabla *n, page *p, const option *o);
void help_topic(nabla *n, page *p, const topic *t);

/* The rows written like that, by spelling or alias, as one page. False: there is none. */
bool help_operation(nabla *n, page *p, const char *spelling, bool example);

/* The functions of the prelude of that name, or those drawn once. */
bool help_prelude(nabla *n, page *p, const char *spelling, bool example);
bool help_drawn(nabla *n, page *p, const char *spelling, bool example);

/* ---- help_example.c ---- */

/* Runs the lines as if they were typed in a session of their own: each behind the prompt,
 * and below it what it prints. */
const char *help_run(nabla *n, const char *lines);

/* ---- help.c ---- */

/* Everything there is help on, one by one, as it is typed behind help; NULL behind the
 * last. For completion, and for the test that asks for all of it. */
const char *help_name(nabla *n, size_t i);

bool command_help(nabla *n, const statement *s);

#endif
