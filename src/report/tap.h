/* Checks in the Test Anything Protocol, version 13. */
#ifndef NABLA_REPORT_TAP_H
#define NABLA_REPORT_TAP_H

#include "report/report.h"

/* How one check ended. */
typedef struct check_outcome {
    const char *label;     /* or NULL */
    const char *statement; /* the check, as written behind the word */
    bool ok;
    const char *detail;    /* in a sentence, or NULL */
    const char *diagnosis; /* or NULL */
} check_outcome;

void report_tap_version(text_buffer *t);

/* The line of a check, with its details as YAML where it failed. `where` may be NULL. */
void report_tap(text_buffer *t, const origin *where, size_t number,
                const check_outcome *o);

/* Other output as comments, a line each. */
void report_tap_comment(text_buffer *t, const char *text);

/* That no more checks come, as a mistake stopped the script. */
void report_tap_stopped(text_buffer *t, const origin *where, const diagnostic *why);

#endif
