/* What the black-box runners share: a growing text, starting the program under test,
 * reading its JSON lines, comparing numbers, and reporting as TAP.
 *
 * A runner talks to the program only through its command line, standard input, standard
 * output, standard error and exit status, as a user would. */
#ifndef NABLA_TEST_SUPPORT_H
#define NABLA_TEST_SUPPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* A program that runs longer than this is killed, and has failed. */
enum { RUN_SECONDS = 20 };

/* Bytes that grow at the end. `bytes` always ends in a zero byte that `length` does not
 * count, so a text without zero bytes inside is a C string too. {0} is the empty text. */
typedef struct {
    char *bytes;
    size_t length;
    size_t capacity;
} text;

void text_add(text *t, const char *bytes, size_t length);
void text_print(text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3), nonnull(2)));
void text_clear(text *t);
void text_free(text *t);
/* The characters of `t`, "" while it is empty. */
const char *text_string(const text *t);
/* Adds the file at `path` to `t`; false when it cannot be read. */
bool text_read(text *t, const char *path);
/* Adds `from` with each run of white space as one blank, and none at either end. */
void text_fold(text *t, const char *from);

/* A list of strings that the list owns; `items[count]` is NULL, as execv wants it. */
typedef struct {
    char **items;
    size_t count;
} strings;

void strings_add(strings *list, const char *item);
void strings_free(strings *list);
/* Every file that fits one of `patterns`, the last of which is NULL. */
strings files_like(const char *patterns[]);

/* The base name of `path`, for titles. */
const char *base_name(const char *path);

/* What one run of the program left behind. `status` is its exit status, or 128 + the
 * number of the signal that ended it. */
typedef struct {
    text out;
    text err;
    int status;
    bool hung;
} outcome;

/* Runs argv[0] with `argv` in `folder` (NULL: here), `input` on its standard input. */
outcome run_program(const strings *argv, const char *folder, const text *input);
void outcome_free(outcome *o);

/* Runs `program --json -` on the statements in `input`; the usual way to ask questions.
 */
outcome run_json(const char *program, const text *input);

/* Asks the program to evaluate questions[i] where setups[i] holds, after `preamble`,
 * which itself prints `printed` objects. Runs it once when all goes well; after an error
 * it is started again with the next question. The result is an array of the objects that
 * answered: a value, an error, or null where nothing came. Notes are passed over. */
json_t *ask(const char *program, const char *preamble, size_t printed,
            const strings *setups, const strings *questions);

/* Standard output as an array with one object per line, or NULL and the reason in `why`.
 * Integers are read as reals, so that 1e300 may be written without an exponent. */
json_t *json_lines(const text *out, text *why);
/* The value in the field of a table; it is there, or the runner gives up. */
json_t *json_field(const char *field);
/* The number in `j`, where "nan", "inf" and "-inf" are numbers; false for anything else.
 */
bool json_to_number(const json_t *j, double *number);
/* The string at `key`, or "". */
const char *json_text(const json_t *object, const char *key);
/* The error object in one line, for diagnostics; else the object itself. */
void json_describe(text *t, const json_t *object);

/* Equal to within tolerance * max(1, |expected|); nan equals nan, inf equals inf. */
bool numbers_agree(double expected, double got, double tolerance);

/* TAP: one line for each test, the plan at the end. */
void tap(bool ok, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Each line of `remarks` as a TAP comment. */
void tap_remarks(const char *remarks);
/* Prints the plan; the exit status of the runner. */
int tap_finish(void);

/* A line of a table: the fields between the tabs, missing ones empty. */
enum { TABLE_COLUMNS = 9 };
typedef struct {
    const char *field[TABLE_COLUMNS];
} row;

typedef struct {
    const char *name; /* of the file, for messages */
    row *rows;        /* allocated */
    size_t count;
} table;

/* The rows of `whole` after remarks and the header; the fields point into it. */
table split_table(const char *name, text *whole);

/* The runner itself cannot go on: says why and exits with status 2. */
_Noreturn void give_up(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What a runner does: tests each file of its arguments from the second on, or else every
 * file that fits one of `patterns`; the first argument is the program under test, and
 * *program is its absolute path meanwhile. Returns the exit status. */
int run_files(int argc, char **argv, const char **program, const char *patterns[],
              void (*test)(const char *path));

/* Calls `check` with each program of a file: an `.ad` file is one, `whole`; of others
 * each line that is no remark. */
void each_program(const char *path,
                  void (*check)(const text *source, const char *title, bool whole));

#endif
