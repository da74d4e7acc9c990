#include "grade.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "report/grades.h"

/* What a session may use, and a statement in it, unless options say else. */
enum { MEMORY_BUDGET = 1 << 30, SECONDS = 10 };

/* Grading under way. */
typedef struct grader {
    const grade_request *request;
    limits limits;
    arena arena;
    grades grades;
    char *reference; /* the text of it */
    size_t reference_length;
    nabla_part part;         /* that is being run */
    graded_student *student; /* whose file it is … */
    graded_student own; /* … and its own checks, which count where the reference has
                           none */
} grader;

/* ---- What the sessions say ---- */

static const char *kept(grader *g, const char *text)
{
    return text == NULL ? NULL : copy_in(&g->arena, text, strlen(text));
}

static void take_check(void *context, const nabla_check *check)
{
    grader *g = context;
    graded_student *s = g->part == NABLA_CHECKS ? g->student : &g->own;
    bool counts = g->part == NABLA_CHECKS && !isnan(check->points);
    graded_check taken = {
        .label = kept(g, check->label != NULL ? check->label : check->statement),
        .statement = kept(g, check->statement),
        .points = counts ? check->points : 1,
        .ok = check->ok,
        .detail = kept(g, check->detail),
        .diagnosis = kept(g, check->diagnosis)};
    array_push(&g->arena, &s->checks, taken);
}

/* What the reference says is said once. Of what a student's file says only the mistakes
 * are kept, a line each. */
static void take_output(void *context, nabla_stream stream, const char *bytes,
                        size_t length)
{
    static const char mark[] = "error: ";
    grader *g = context;
    if (g->part == NABLA_SETUP && stream == NABLA_MESSAGES &&
        g->grades.students.count == 0)
        fwrite(bytes, 1, length, stderr);
    if (g->part != NABLA_ANSWERS || stream != NABLA_MESSAGES)
        return;
    const char *text = copy_in(&g->arena, bytes, length);
    const char *found = strstr(text, mark);
    if (found == NULL)
        return;
    while (found > text && found[-1] != '\n')
        found--;
    const char *line = copy_in(&g->arena, found, strcspn(found, "\n"));
    array_push(&g->arena, &g->student->errors, line);
}

/* ---- One student ---- */

/* anna of submissions/anna.ad */
static const char *name_of(arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    const char *dot = strrchr(name, '.');
    return copy_in(a, name,
                   dot == NULL || dot == name ? strlen(name) : (size_t)(dot - name));
}

static nabla_status run_part(grader *g, nabla *n, nabla_part part, const char *file,
                             const char *text, size_t length)
{
    g->part = part;
    nabla_choose(n, part);
    return nabla_run(n, file, text, length);
}

static nabla_status run_answers(grader *g, nabla *n, const char *file)
{
    size_t length = 0;
    char *text = input_read(file, &length);
    if (text == NULL) {
        const char *line =
            format_in(&g->arena, "error: cannot read %s: %s", file, strerror(errno));
        array_push(&g->arena, &g->student->errors, line);
        return NABLA_FINE;
    }
    nabla_status status = run_part(g, n, NABLA_ANSWERS, file, text, length);
    free(text);
    return status;
}

/* The reference, the student's file on top of it, then the checks of the reference; false
 * where the reference is wrong or the user breaks off. */
static bool grade_file(grader *g, nabla *n, const char *file)
{
    const char *reference = g->request->reference;
    if (run_part(g, n, NABLA_SETUP, reference, g->reference, g->reference_length) ==
        NABLA_ERROR)
        return false;
    bool going = run_answers(g, n, file) != NABLA_INTERRUPTED &&
                 run_part(g, n, NABLA_CHECKS, reference, g->reference,
                          g->reference_length) != NABLA_INTERRUPTED;
    if (g->student->checks.count == 0)
        for (size_t i = 0; i < g->own.checks.count; i++)
            array_push(&g->arena, &g->student->checks, g->own.checks.items[i]);
    return going;
}

static bool grade_student(grader *g, const char *file)
{
    graded_student student = {.name = name_of(&g->arena, file), .file = file};
    g->student = &student;
    g->own = (graded_student){0};
    nabla_options options = g->request->options;
    options.json = options.tap = false; /* it is the grades that are printed */
    if (options.memory_budget == 0)
        options.memory_budget = MEMORY_BUDGET;
    if (options.time_budget == 0)
        options.time_budget = SECONDS;
    options.write = take_output;
    options.checked = take_check;
    options.context = g;
    options.student = student.name;
    nabla *n = nabla_open(&options);
    if (n == NULL)
        limits_out_of_memory(&g->limits);
    bool fine = grade_file(g, n, file);
    nabla_close(n);
    if (fine)
        array_push(&g->arena, &g->grades.students, student);
    return fine;
}

/* ---- All of them ---- */

static void print(grader *g)
{
    text_buffer t;
    text_init(&t, &g->arena);
    const nabla_options *options = &g->request->options;
    const style s = {.color = options->color_results,
                     .unicode = options->unicode,
                     .width = options->width,
                     .digits = 6};
    if (g->request->format == GRADE_JSON)
        report_grades_json(&t, &g->grades);
    else if (g->request->format == GRADE_CSV)
        report_grades_csv(&t, &g->grades);
    else if (g->request->format == GRADE_TAP)
        report_grades_tap(&t, &g->grades);
    else
        report_grades_text(&t, &s, &g->grades);
    fputs(text_string(&t), stdout);
}

static int exit_status(const grader *g)
{
    for (size_t i = 0; i < g->grades.students.count; i++) {
        const graded_student *s = &g->grades.students.items[i];
        for (size_t k = 0; k < s->checks.count; k++)
            if (!s->checks.items[k].ok)
                return EXIT_FAILED_CHECK;
        if (s->checks.count == 0)
            return EXIT_FAILED_CHECK; /* nothing was shown to be right */
    }
    return EXIT_SUCCESS;
}

static int grade_all(grader *g)
{
    for (int i = 0; i < g->request->count; i++)
        if (!grade_student(g, g->request->files[i]))
            return EXIT_ERROR;
    print(g);
    return exit_status(g);
}

int grade(const grade_request *request)
{
    grader g = {.request = request, .grades = {.reference = request->reference}};
    jmp_buf out_of_memory;
    arena_init(&g.arena, &g.limits, 1 << 16);
    g.limits.escape = &out_of_memory;
    g.reference = input_read(request->reference, &g.reference_length);
    if (g.reference == NULL) {
        fprintf(stderr, "nabla: cannot read %s: %s\n", request->reference,
                strerror(errno));
        return EXIT_ERROR;
    }
    int status = EXIT_ERROR;
    if (setjmp(out_of_memory) == 0)
        status = grade_all(&g);
    else
        fputs("nabla: there is not enough memory to grade\n", stderr);
    arena_empty(&g.arena);
    free(g.reference);
    return status;
}
