/* The results of grading: one row per student. */
#ifndef NABLA_REPORT_GRADES_H
#define NABLA_REPORT_GRADES_H

#include "report/style.h"

typedef struct graded_check {
    const char *label;     /* or the check where it has none */
    const char *statement; /* the check as written */
    double points;         /* that it is worth */
    bool ok;
    const char *detail;    /* why, in a sentence */
    const char *diagnosis; /* or NULL */
} graded_check;

typedef struct graded_student {
    const char *name;
    const char *file;
    ARRAY(graded_check) checks;
    ARRAY(const char *) errors; /* in the student's file, a line each */
} graded_student;

typedef struct grades {
    ARRAY(graded_student) students;
    const char *reference;
} grades;

/* What a student got, and could have got. */
double grades_points(const graded_student *s);
double grades_worth(const graded_student *s);

/* A test for each check of each student. */
void report_grades_tap(text_buffer *t, const grades *shown);

void report_grades_text(text_buffer *t, const style *s, const grades *shown);

/* An object per student, and one for all of them. */
void report_grades_json(text_buffer *t, const grades *shown);

/* A line per student behind a line of headings: points, all and per check. */
void report_grades_csv(text_buffer *t, const grades *shown);

#endif
