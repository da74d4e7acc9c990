/* Undoing statements: a log of what each of them has replaced.
 *
 * Meanings are replaced as a whole, so a step keeps the ones before, and a copy of
 * nothing. A statement that changes more than `ans`, or than the place of the random
 * numbers, makes a step; those two go back with the step before. A load makes one step,
 * to which those of the file's statements are joined. The log is bounded in depth and
 * bytes, and gives way before a statement runs out of memory: the oldest steps go first.
 */
#ifndef NABLA_SESSION_UNDO_H
#define NABLA_SESSION_UNDO_H

#include "nabla.h"
#include "report/style.h"
#include "session/names.h"

/* What `set` changes besides the styles. */
typedef struct preferences {
    bool reveal;  /* failed checks tell the right value */
    bool pager;   /* long results at a prompt go through a pager */
    bool preview; /* a prompt shows what a statement would come to */
} preferences;

typedef struct settings {
    style results, messages;
    preferences preferences;
} settings;

/* A meaning that was replaced. */
typedef struct replaced {
    name *name;
    meaning *before;   /* NULL: it had none */
    unsigned recorded; /* the step before that has one of the name */
} replaced;

typedef struct undo_step {
    struct undo_step *older, *newer;
    unsigned number; /* counts all steps of the session, from 1 */
    bool joined;     /* of a file's statement: goes with the step before it */
    bool coarse;     /* of a load: not every statement of the file has its own step */
    arena arena;     /* of all that is in it but the meanings */
    size_t bytes;
    const char *text; /* the statement */
    ARRAY(replaced) replaced;
    settings *settings; /* as they were; NULL: they did not change */
    void *random;       /* where the random numbers stood; NULL: none was drawn */
} undo_step;

typedef struct undo_log {
    undo_step *newest, *oldest;
    undo_step *unit; /* the newest one that is not joined */
    size_t count;    /* of steps that are not joined */
    size_t bytes, unit_bytes;
    unsigned last_number;
    bool held; /* nothing may be dropped now */
} undo_log;

/* The settings as they are. */
settings undo_settings(const nabla *n);

void undo_open(nabla *n);
void undo_close(nabla *n);

/* Forgets all steps. */
void undo_forget(nabla *n);

/* Remembers where the random numbers stand, before the running statement draws. */
void undo_keep_random(nabla *n);

/* Makes room for what the commit of the running statement will replace. */
void undo_prepare(nabla *n);

/* The commit: takes what a name stood for before. Allocates nothing. */
void undo_record(nabla *n, name *changed, meaning *before);

/* The end of a commit. Allocates nothing. */
void undo_settle(nabla *n);

/* Takes as many steps back as `undo` asked for. Allocates nothing. */
void undo_perform(nabla *n);

/* Takes back what the running statement has changed before it failed. */
void undo_roll_back(nabla *n);

bool command_undo(nabla *n, const statement *s);
bool command_reset(nabla *n, const statement *s);

#endif
