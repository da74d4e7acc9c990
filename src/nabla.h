/* libnabla: a session of the nabla language.
 *
 * nabla *n = nabla_open(&(nabla_options){.write = my_write, .unicode = true});
 * nabla_run(n, "lesson.ad", source, length);
 * nabla_close(n);
 *
 * The library neither prints nor exits: what there is to say goes to `write`. */
#ifndef NABLA_H
#define NABLA_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#define NABLA_VERSION "0.1.0"

typedef struct nabla nabla;

typedef enum nabla_stream {
    NABLA_RESULTS,  /* values and reports; as JSON, errors too */
    NABLA_MESSAGES, /* errors and notes */
} nabla_stream;

typedef void nabla_writer(void *context, nabla_stream stream, const char *bytes,
                          size_t length);

/* How a check ended. Good until the function it is told to returns. */
typedef struct nabla_check {
    const char *label;     /* or NULL */
    double points;         /* written behind the label; nan where there are none */
    const char *statement; /* what was checked, as written */
    bool ok;
    const char *detail;    /* why, in a sentence */
    const char *diagnosis; /* what is wrong, in a word; or NULL */
} nabla_check;

/* What is run of a source. A reference is set up, a student's file runs on top of it,
 * then the reference checks what the student has left. */
typedef enum nabla_part {
    NABLA_ALL,
    NABLA_SETUP,   /* all but checks */
    NABLA_ANSWERS, /* all, but what was there before is protected, and gradients are
                      forbidden; runs on behind errors */
    NABLA_CHECKS,  /* nothing but checks; runs on behind errors */
} nabla_part;

typedef struct nabla_options {
    nabla_writer *write;
    void (*checked)(void *context, const nabla_check *check); /* or NULL */
    void *context;                                            /* handed to both */
    bool json;    /* one JSON object per line instead of text */
    bool tap;     /* checks in the Test Anything Protocol, all else as comments in it */
    bool unicode; /* ∂ and → rather than d and -> */
    int width;    /* columns of the screen; 0: 80 */
    bool color_results;
    bool color_messages;
    const char *student;  /* what `seed student` seeds by; NULL: just that */
    bool allow_diff;      /* gradients are allowed in NABLA_ANSWERS too */
    bool sandbox;         /* read no files but those beside the script */
    bool keep_going;      /* run on behind an error */
    size_t memory_budget; /* bytes; 0: what the machine has */
    double time_budget;   /* seconds a statement may take; 0: no bound */
    /* Set from a signal handler to stop the running statement, which clears it; may be
     * NULL. */
    volatile sig_atomic_t *interrupted;
} nabla_options;

typedef enum nabla_status {
    NABLA_FINE,
    NABLA_ERROR,       /* there was an error in the input */
    NABLA_QUIT,        /* a statement asked to leave; there was no error */
    NABLA_INTERRUPTED, /* what was typed was stopped */
} nabla_status;

/* A new session, or NULL when there is no memory for one. */
nabla *nabla_open(const nabla_options *options);
void nabla_close(nabla *n);

/* Runs what was typed at a prompt: as nabla_run, but shows what definitions come to, runs
 * on behind errors, and does not count them: NABLA_FINE, NABLA_QUIT or
 * NABLA_INTERRUPTED. */
nabla_status nabla_type(nabla *n, const char *source, size_t length);

/* Runs the statements of a config file; undo does not reach behind it. */
nabla_status nabla_configure(nabla *n, const char *path, const char *source,
                             size_t length);

/* Whether a result that is longer than the screen should go through a pager: at a prompt,
 * where the option says so. */
bool nabla_wants_pager(const nabla *n);

/* Runs statements. `file` names the source in messages: a path, "-e", "-". Stops at the
 * first error unless told to keep going. */
nabla_status nabla_run(nabla *n, const char *file, const char *source, size_t length);

/* Reports that a file cannot be read, for what reason. Always NABLA_ERROR. */
nabla_status nabla_fail_file(nabla *n, const char *path, const char *reason);

/* Chooses what nabla_run runs from now on; NABLA_ALL in the beginning. */
void nabla_choose(nabla *n, nabla_part part);

/* When nothing more will be run: ends the output, which TAP asks for. */
void nabla_finish(nabla *n);

/* How many checks of what nabla_run ran have failed. */
size_t nabla_failed_checks(const nabla *n);

/* Whether the source ends inside a statement, so that a prompt should ask for more. */
bool nabla_is_unfinished(const char *source, size_t length);

/* The screen has another width. What `set width` has chosen stays. */
void nabla_resize(nabla *n, int columns);

/* ---- For prompts and editors: nothing here changes the session ---- */

/* Whether an option that `set` turns on and off is on. */
bool nabla_is_on(nabla *n, const char *option);

/* What a part of a text is. */
typedef enum nabla_class {
    NABLA_PLAIN,
    NABLA_NUMBER,
    NABLA_NAME,    /* of a variable or a predefined number, or being given a meaning */
    NABLA_UNKNOWN, /* a name or function without a meaning */
    NABLA_FUNCTION,
    NABLA_COMMAND,
    NABLA_KEYWORD,
    NABLA_OPERATOR,
    NABLA_BRACKET,
    NABLA_TEXT, /* in double quotes */
    NABLA_COMMENT,
} nabla_class;

/* Tells for each byte of a source, which may be unfinished or wrong, what it belongs to:
 * `classes` has room for `length`. */
void nabla_classify(nabla *n, const char *source, size_t length, unsigned char *classes);

/* Something that could stand where the cursor is. */
typedef struct nabla_candidate {
    const char *word;
    const char *label;  /* for a list: the signature of a function, or the word */
    const char *about;  /* what it is; may be "" */
    const char *behind; /* what is typed next: "(", "=", " " or "" */
} nabla_candidate;

typedef void nabla_visitor(void *context, const nabla_candidate *found);

/* Visits what could stand at the end of a source, where the cursor is, in place of the
 * word that is being typed there. Returns where that word begins. `file`: it is the name
 * of a file, which only the system knows. What is visited lives as long as the visit. */
size_t nabla_complete(nabla *n, const char *source, size_t length, nabla_visitor *visit,
                      void *context, bool *file);

enum { NABLA_PREVIEW_MOST = 240 };

/* What a statement would come to. */
typedef struct nabla_preview {
    char text[NABLA_PREVIEW_MOST]; /* "= 3", a shape, or what is wrong; "" for nothing */
    size_t begin, end; /* bytes of the source where it is wrong; equal: nowhere */
} nabla_preview;

/* Looks what a statement would come to, without doing it: nothing is drawn or read, no
 * command runs. What would take more than some milliseconds has its shape alone. Nothing
 * where the option `preview` is off, or the statement is unfinished. */
void nabla_look_ahead(nabla *n, const char *source, size_t length, nabla_preview *found);

#endif
