/* Every session that the documents show is run, and compared with what they say it
 * prints: numbers by value, runs of space as one blank.
 *
 * A session begins in a block of code with a line `nabla> …`, and goes on to the next
 * heading, or to a line `$ nabla`. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* Reports show six digits. */
static const double TOLERANCE = 1e-5;

typedef struct reading {
    const char *path;
    int line;      /* of the statement */
    bool in_block; /* of code */
    bool opened;
    talk talk;
    char typed[4096];     /* a statement; its lines as they come */
    char wanted[1 << 14]; /* what it should print */
    size_t statements;
} reading;

/* The word at `text`, in `length` bytes; where it is a number, its value. */
static size_t word_at(const char *text, double *number)
{
    size_t length = strcspn(text, " \n");
    char *end;
    *number = strtod(text, &end);
    if ((size_t)(end - text) != length)
        *number = NAN;
    return length;
}

static bool same_words(const char *a, const char *b)
{
    for (;;) {
        a += strspn(a, " \n");
        b += strspn(b, " \n");
        if (*a == '\0' || *b == '\0')
            return *a == *b;
        double x, y;
        size_t i = word_at(a, &x), j = word_at(b, &y);
        bool same = (i == j && memcmp(a, b, i) == 0) ||
                    fabs(x - y) <= TOLERANCE * fmax(fabs(x), fabs(y));
        if (!same)
            return false;
        a += i;
        b += j;
    }
}

static void close_session(reading *r)
{
    if (r->opened)
        talk_close(&r->talk);
    r->opened = false;
}

/* Runs the statement that was read, and compares what it prints. */
static void finish(reading *r)
{
    if (*r->typed == '\0')
        return;
    if (!r->opened)
        talk_open(&r->talk, false);
    r->opened = true;
    talk_type(&r->talk, r->typed);
    char printed[1 << 15];
    snprintf(printed, sizeof printed, "%s%s", r->talk.messages, r->talk.results);
    if (!same_words(printed, r->wanted))
        fail_msg("%s:%d: %s prints:\n%s\nThe text says:\n%s", r->path, r->line, r->typed,
                 printed, r->wanted);
    *r->typed = *r->wanted = '\0';
    r->statements++;
}

static void append(char *to, size_t room, const char *text)
{
    size_t length = strlen(to);
    assert_true(length + strlen(text) < room);
    strcpy(to + length, text);
}

static const char *behind(const char *line, const char *prefix)
{
    size_t length = strlen(prefix);
    return strncmp(line, prefix, length) == 0 ? line + length : NULL;
}

static void read_line(reading *r, const char *line, int number)
{
    const char *first = behind(line, "nabla> "), *more = behind(line, "  ...> ");
    if (behind(line, "```") != NULL) {
        finish(r);
        r->in_block = !r->in_block;
    } else if ((!r->in_block && line[0] == '#') || behind(line, "$ nabla") != NULL) {
        finish(r);
        close_session(r);
    } else if (r->in_block && first != NULL) {
        finish(r);
        r->line = number;
        append(r->typed, sizeof r->typed, first);
    } else if (r->in_block && more != NULL) {
        append(r->typed, sizeof r->typed, more);
    } else if (r->in_block && *r->typed != '\0') {
        append(r->wanted, sizeof r->wanted, line);
    }
}

static void read_document(const char *path, size_t least)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    static reading r;
    r = (reading){.path = path};
    char line[1024];
    for (int number = 1; fgets(line, sizeof line, file) != NULL; number++)
        read_line(&r, line, number);
    finish(&r);
    close_session(&r);
    fclose(file);
    assert_true(r.statements >= least);
}

static void test_the_readme(void **state)
{
    (void)state;
    read_document("README.md", 5);
}

static void test_the_tutorial(void **state)
{
    (void)state;
    read_document("docs/language.md", 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_readme),
        cmocka_unit_test(test_the_tutorial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
