/* Compares the text that people see with tests/transcripts.
 *
 *     # a remark
 *     $ nabla session.ad
 *     < x = 3
 *     < grad x^2
 *     Forward
 *     ...
 *
 * A line `$ nabla ...` is a command. The `< ` lines after it are the program: the file
 * session.ad, and standard input too when an argument is `-`. The lines up to the next
 * command are what must be printed, standard output first, then standard error; a line
 * `...` stands for any text. Runs of white space count as one blank, and numbers are
 * compared by value. */
#include "support.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The reports show six digits. */
static const double TOLERANCE = 1e-6;

static const char *program;
static char folder[] = "/tmp/nabla-transcripts-XXXXXX";

typedef struct {
    text command;
    text input;
    strings pieces; /* the expected text, cut at each `...` */
    bool starts_open;
    bool ends_open;
    int line;
} transcript;

/* ---- comparing text ---- */

/* The number at `at`, when one begins there: a digit that does not go on a name. */
static const char *after_number(const char *start, const char *at, double *number)
{
    if (!isdigit((unsigned char)*at))
        return NULL;
    if (at > start) {
        unsigned char before = (unsigned char)at[-1];
        if (isalnum(before) || before == '_' || before >= 0x80)
            return NULL;
    }
    char *end;
    *number = strtod(at, &end);
    return end;
}

/* Where `want` ends when it is found at `got`, or NULL; *reached is as far as it fits. */
static const char *fits_at(const char *want, const char *all, const char *got,
                           const char **reached)
{
    const char *first = want;
    while (*want) {
        double expected;
        double printed;
        const char *want_end = after_number(first, want, &expected);
        const char *got_end = after_number(all, got, &printed);
        if (got > *reached)
            *reached = got;
        if (want_end && got_end) {
            double scale = fmax(fabs(expected), fabs(printed));
            if (fabs(expected - printed) > TOLERANCE * scale)
                return NULL;
            want = want_end;
            got = got_end;
        } else if (*want == *got) {
            want++;
            got++;
        } else {
            return NULL;
        }
    }
    return got;
}

/* Finds the pieces one after the other in `got`; reports how far that went. */
static bool pieces_fit(const transcript *t, const char *got, text *why)
{
    const char *at = got;
    const char *reached = got;
    for (size_t i = 0; i < t->pieces.count; i++) {
        text piece = {0};
        text_fold(&piece, t->pieces.items[i]);
        const char *end = NULL;
        bool anchored = i == 0 && !t->starts_open;
        bool last = i + 1 == t->pieces.count && !t->ends_open;
        for (const char *from = at; !end && (from == at || !anchored); from++) {
            end = fits_at(text_string(&piece), got, from, &reached);
            if (end && last && *end)
                end = NULL;
            if (!*from)
                break;
        }
        if (!end) {
            text_print(why, "expected: %s\nagrees up to: %.*s<here>%.40s\n",
                       text_string(&piece), (int)(reached - got), got, reached);
            text_free(&piece);
            return false;
        }
        text_free(&piece);
        at = *end == ' ' ? end + 1 : end;
    }
    return true;
}

/* ---- running ---- */

static void write_input(const text *input)
{
    text path = {0};
    text_print(&path, "%s/session.ad", folder);
    FILE *file = fopen(path.bytes, "wb");
    if (!file || fwrite(text_string(input), 1, input->length, file) != input->length ||
        fclose(file) != 0)
        give_up("cannot write %s: %s", path.bytes, strerror(errno));
    text_free(&path);
}

/* The words of `$ nabla a 'b c'`. */
static strings command_line(const char *words)
{
    strings argv = {0};
    strings_add(&argv, program);
    words += strspn(words, " ");
    words += strcspn(words, " ");
    while (*(words += strspn(words, " "))) {
        bool quoted = *words == '\'';
        words += quoted;
        size_t length = strcspn(words, quoted ? "'" : " ");
        text word = {0};
        text_add(&word, words, length);
        strings_add(&argv, word.bytes);
        text_free(&word);
        words += length + (quoted && words[length] == '\'');
    }
    return argv;
}

static void run_transcript(transcript *t, const char *file)
{
    write_input(&t->input);
    strings argv = command_line(t->command.bytes);
    outcome o = run_program(&argv, folder, &t->input);
    text both = {0};
    text folded = {0};
    text why = {0};
    text_print(&both, "%s\n%s", text_string(&o.out), text_string(&o.err));
    text_fold(&folded, both.bytes);
    bool ok = pieces_fit(t, text_string(&folded), &why);
    if (o.hung) {
        ok = false;
        text_print(&why, "still running after %d s\n", RUN_SECONDS);
    }
    tap(ok, "%s:%d %s", base_name(file), t->line, t->command.bytes);
    if (!ok) {
        tap_remarks(text_string(&why));
        tap_remarks("--- printed");
        tap_remarks(both.bytes);
    }
    text_free(&why);
    text_free(&folded);
    text_free(&both);
    outcome_free(&o);
    strings_free(&argv);
}

/* ---- reading ---- */

static void finish(transcript *t, text *piece, const char *file)
{
    if (t->command.length > 0) {
        text folded = {0};
        text_fold(&folded, text_string(piece));
        t->ends_open = t->pieces.count + t->starts_open > 0 && folded.length == 0;
        if (folded.length > 0 || t->pieces.count == 0)
            strings_add(&t->pieces, text_string(&folded));
        run_transcript(t, file);
        text_free(&folded);
    }
    text_free(&t->command);
    text_free(&t->input);
    text_clear(piece);
    strings_free(&t->pieces);
    *t = (transcript){0};
}

static void read_line(transcript *t, text *piece, const char *line, int number,
                      const char *file)
{
    if (strncmp(line, "$ ", 2) == 0) {
        finish(t, piece, file);
        text_print(&t->command, "%s", line + 2);
        t->line = number;
    } else if (t->command.length == 0 || strncmp(line, "# ", 2) == 0) {
        return;
    } else if (strncmp(line, "< ", 2) == 0) {
        text_print(&t->input, "%s\n", line + 2);
    } else if (strcmp(line, "...") == 0) {
        text folded = {0};
        text_fold(&folded, text_string(piece));
        if (folded.length > 0)
            strings_add(&t->pieces, folded.bytes);
        else if (t->pieces.count == 0)
            t->starts_open = true;
        text_free(&folded);
        text_clear(piece);
    } else {
        text_print(piece, "%s\n", line);
    }
}

static void run_file(const char *path)
{
    text whole = {0};
    if (!text_read(&whole, path))
        give_up("cannot read %s", path);
    transcript t = {0};
    text piece = {0};
    int number = 0;
    for (char *line = whole.bytes; line && *line;) {
        char *end = strchr(line, '\n');
        if (end)
            *end = '\0';
        read_line(&t, &piece, line, ++number, path);
        line = end ? end + 1 : NULL;
    }
    finish(&t, &piece, path);
    text_free(&piece);
    text_free(&whole);
}

int main(int argc, char **argv)
{
    const char *patterns[] = {"tests/transcripts/*.txt", NULL};
    if (!mkdtemp(folder))
        give_up("cannot make %s", folder);
    int status = run_files(argc, argv, &program, patterns, run_file);
    text session = {0};
    text_print(&session, "%s/session.ad", folder);
    unlink(session.bytes);
    rmdir(folder);
    text_free(&session);
    return status;
}
