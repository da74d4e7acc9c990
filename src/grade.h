/* nabla --grade REF.ad STUDENT.ad…: each student's file in a session of its own. */
#ifndef NABLA_GRADE_H
#define NABLA_GRADE_H

#include "nabla.h"

/* Exit statuses of the program besides 0, whether it grades or not. */
enum {
    EXIT_FAILED_CHECK = 1,
    EXIT_ERROR = 2,
    EXIT_WRONG_OPTIONS = 64,
};

typedef enum grade_format {
    GRADE_TEXT,
    GRADE_JSON,
    GRADE_CSV,
    GRADE_TAP,
} grade_format;

typedef struct grade_request {
    nabla_options options; /* of the sessions; limits are set where there are none */
    const char *reference;
    char **files;
    int count;
    grade_format format;
} grade_request;

/* Grades, and prints the results. Returns an exit status: 0 where all checks passed, 1
 * where one failed, 2 where the reference is wrong or there was no end. */
int grade(const grade_request *request);

#endif
