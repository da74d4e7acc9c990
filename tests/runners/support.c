/* See support.h. */
#include "support.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- texts and lists ---- */

static void *must_have(void *memory)
{
    if (!memory)
        give_up("out of memory");
    return memory;
}

static void text_reserve(text *t, size_t more)
{
    if (t->length + more + 1 <= t->capacity)
        return;
    t->capacity = 2 * (t->length + more + 1);
    t->bytes = must_have(realloc(t->bytes, t->capacity));
}

void text_add(text *t, const char *bytes, size_t length)
{
    text_reserve(t, length);
    if (length > 0)
        memcpy(t->bytes + t->length, bytes, length);
    t->length += length;
    t->bytes[t->length] = '\0';
}

void text_print(text *t, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    if (length < 0)
        give_up("cannot format");
    text_reserve(t, (size_t)length);
    va_start(list, format);
    vsnprintf(t->bytes + t->length, (size_t)length + 1, format, list);
    va_end(list);
    t->length += (size_t)length;
}

void text_clear(text *t)
{
    t->length = 0;
    if (t->bytes)
        t->bytes[0] = '\0';
}

void text_free(text *t)
{
    free(t->bytes);
    *t = (text){0};
}

const char *text_string(const text *t)
{
    return t->bytes ? t->bytes : "";
}

bool text_read(text *t, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    char block[4096];
    size_t got;
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        text_add(t, block, got);
    bool ok = !ferror(file);
    fclose(file);
    return ok;
}

void text_fold(text *t, const char *from)
{
    bool gap = false;
    bool first = true;
    for (const char *c = from; *c; c++) {
        if (isspace((unsigned char)*c)) {
            gap = true;
            continue;
        }
        if (gap && !first)
            text_add(t, " ", 1);
        text_add(t, c, 1);
        gap = false;
        first = false;
    }
}

void strings_add(strings *list, const char *item)
{
    list->items =
        must_have(realloc(list->items, (list->count + 2) * sizeof *list->items));
    list->items[list->count++] = must_have(strdup(item));
    list->items[list->count] = NULL;
}

void strings_free(strings *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (strings){0};
}

const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* ---- running the program ---- */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The child's side of run_program: does not return. */
static _Noreturn void become(char *const argv[], const char *folder, int in, int out,
                             int err)
{
    dup2(in, 0);
    dup2(out, 1);
    dup2(err, 2);
    signal(SIGPIPE, SIG_DFL);
    if (folder && chdir(folder) != 0)
        _exit(126);
    execv(argv[0], argv);
    _exit(127);
}

static void open_pipe(int ends[2])
{
    if (pipe(ends) != 0)
        give_up("pipe: %s", strerror(errno));
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
}

static void close_end(struct pollfd *end)
{
    if (end->fd >= 0)
        close(end->fd);
    end->fd = -1;
}

/* Moves what is ready through the three pipes once: `sent` bytes of input are gone. */
static void move_bytes(struct pollfd ends[3], const text *input, size_t *sent, outcome *o)
{
    if (ends[0].revents) {
        ssize_t n = write(ends[0].fd, text_string(input) + *sent, input->length - *sent);
        if (n > 0)
            *sent += (size_t)n;
        if (n < 0 || *sent == input->length)
            close_end(&ends[0]);
    }
    text *to[3] = {NULL, &o->out, &o->err};
    for (int i = 1; i < 3; i++) {
        if (!ends[i].revents)
            continue;
        char block[65536];
        ssize_t n = read(ends[i].fd, block, sizeof block);
        if (n > 0)
            text_add(to[i], block, (size_t)n);
        else
            close_end(&ends[i]);
    }
}

/* Feeds and reads until the child has closed both outputs, or the time is up. */
static void converse(pid_t child, struct pollfd ends[3], const text *input, outcome *o)
{
    double deadline = now() + RUN_SECONDS;
    size_t sent = 0;
    if (input->length == 0)
        close_end(&ends[0]);
    while (ends[1].fd >= 0 || ends[2].fd >= 0) {
        double left = deadline - now();
        if (left <= 0) {
            o->hung = true;
            kill(child, SIGKILL);
            break;
        }
        if (poll(ends, 3, (int)(left * 1000) + 1) > 0)
            move_bytes(ends, input, &sent, o);
    }
    for (int i = 0; i < 3; i++)
        close_end(&ends[i]);
}

outcome run_program(const strings *argv, const char *folder, const text *input)
{
    int in[2];
    int out[2];
    int err[2];
    open_pipe(in);
    open_pipe(out);
    open_pipe(err);
    fcntl(in[1], F_SETFL, O_NONBLOCK);
    signal(SIGPIPE, SIG_IGN);
    fflush(stdout);

    pid_t child = fork();
    if (child < 0)
        give_up("fork: %s", strerror(errno));
    if (child == 0)
        become(argv->items, folder, in[0], out[1], err[1]);
    close(in[0]);
    close(out[1]);
    close(err[1]);

    outcome o = {0};
    struct pollfd ends[3] = {
        {in[1], POLLOUT, 0}, {out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
    converse(child, ends, input, &o);
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    o.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return o;
}

void outcome_free(outcome *o)
{
    text_free(&o->out);
    text_free(&o->err);
}

outcome run_json(const char *program, const text *input)
{
    strings argv = {0};
    strings_add(&argv, program);
    strings_add(&argv, "--json");
    strings_add(&argv, "-");
    outcome o = run_program(&argv, NULL, input);
    strings_free(&argv);
    return o;
}

/* ---- JSON ---- */

json_t *json_lines(const text *out, text *why)
{
    json_t *lines = json_array();
    const char *end = text_string(out) + out->length;
    for (const char *line = text_string(out); line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        size_t length = (size_t)((stop ? stop : end) - line);
        json_error_t error;
        json_t *object = json_loadb(
            line, length, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
        if (!json_is_object(object)) {
            text_print(why, "standard output is no JSON object per line: %.*s\n(%s)\n",
                       (int)length, line, object ? "not an object" : error.text);
            json_decref(object);
            json_decref(lines);
            return NULL;
        }
        json_array_append_new(lines, object);
        line += length + 1;
    }
    return lines;
}

json_t *json_field(const char *field)
{
    json_t *parsed = json_loads(field, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
    if (!parsed)
        give_up("not JSON: %s", field);
    return parsed;
}

bool json_to_number(const json_t *j, double *number)
{
    if (json_is_number(j)) {
        *number = json_number_value(j);
        return true;
    }
    const char *word = json_string_value(j);
    if (!word)
        return false;
    if (strcmp(word, "nan") == 0)
        *number = NAN;
    else if (strcmp(word, "inf") == 0)
        *number = INFINITY;
    else if (strcmp(word, "-inf") == 0)
        *number = -INFINITY;
    else
        return false;
    return true;
}

const char *json_text(const json_t *object, const char *key)
{
    const char *found = json_string_value(json_object_get(object, key));
    return found ? found : "";
}

void json_describe(text *t, const json_t *object)
{
    if (!object || json_is_null(object)) {
        text_print(t, "no answer");
        return;
    }
    if (strcmp(json_text(object, "type"), "error") == 0) {
        text_print(t, "%s error: %s", json_text(object, "kind"),
                   json_text(object, "message"));
        return;
    }
    char *dump = json_dumps(object, JSON_COMPACT | JSON_ENCODE_ANY);
    text_print(t, "%s", dump ? dump : "nothing");
    free(dump);
}

bool numbers_agree(double expected, double got, double tolerance)
{
    if (isnan(expected) || isnan(got))
        return isnan(expected) && isnan(got);
    if (isinf(expected) || isinf(got))
        return expected == got;
    return fabs(expected - got) <= tolerance * fmax(1, fabs(expected));
}

/* The program that puts the questions from `start` on. */
static void write_questions(text *t, const char *preamble, const strings *setups,
                            const strings *questions, size_t start)
{
    text_print(t, "%s\n", preamble);
    for (size_t i = start; i < questions->count; i++) {
        if (i == start || strcmp(setups->items[i], setups->items[i - 1]) != 0)
            text_print(t, "%s\n", setups->items[i]);
        text_print(t, "%s\n", questions->items[i]);
    }
}

/* Appends the answers among `printed`, up to the first error, but no more than `wanted`;
 * the first `skipped` objects are the preamble's. */
static void collect_answers(json_t *answers, const json_t *printed, size_t skipped,
                            size_t wanted)
{
    size_t i;
    json_t *object;
    json_array_foreach(printed, i, object)
    {
        const char *type = json_text(object, "type");
        bool is_error = strcmp(type, "error") == 0;
        if (strcmp(type, "note") == 0)
            continue;
        if (skipped > 0 && !is_error) {
            skipped--;
            continue;
        }
        if (wanted-- == 0)
            return;
        json_array_append(answers, object);
        if (is_error)
            return;
    }
}

json_t *ask(const char *program, const char *preamble, size_t printed,
            const strings *setups, const strings *questions)
{
    enum { PATIENCE = 20 }; /* after so many errors the rest gets no answer */
    json_t *answers = json_array();
    for (int run = 0; json_array_size(answers) < questions->count; run++) {
        size_t start = json_array_size(answers);
        if (run < PATIENCE) {
            text input = {0};
            text why = {0};
            write_questions(&input, preamble, setups, questions, start);
            outcome o = run_json(program, &input);
            json_t *lines = json_lines(&o.out, &why);
            collect_answers(answers, lines, printed, questions->count - start);
            if (o.hung)
                run = PATIENCE;
            json_decref(lines);
            outcome_free(&o);
            text_free(&why);
            text_free(&input);
        }
        if (json_array_size(answers) == start)
            json_array_append_new(answers, json_null());
    }
    return answers;
}

/* ---- TAP ---- */

enum { LONGEST_REMARK = 2000 }; /* the rest of a line is left out */

static int tests_run;
static int tests_failed;

void tap(bool ok, const char *format, ...)
{
    tests_run++;
    tests_failed += !ok;
    printf("%s %d - ", ok ? "ok" : "not ok", tests_run);
    va_list list;
    va_start(list, format);
    vprintf(format, list);
    va_end(list);
    putchar('\n');
}

void tap_remarks(const char *remarks)
{
    while (*remarks) {
        size_t length = strcspn(remarks, "\n");
        size_t shown = length < LONGEST_REMARK ? length : LONGEST_REMARK;
        printf("# %.*s%s\n", (int)shown, remarks, shown < length ? " [...]" : "");
        remarks += length + (remarks[length] == '\n');
    }
}

int tap_finish(void)
{
    printf("1..%d\n", tests_run);
    return tests_failed > 0;
}

void give_up(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fputs("Bail out! ", stdout);
    vprintf(format, list);
    va_end(list);
    putchar('\n');
    fflush(stdout);
    _exit(2);
}

/* ---- tables ---- */

static row split_row(char *line)
{
    row r;
    for (int i = 0; i < TABLE_COLUMNS; i++)
        r.field[i] = "";
    for (int i = 0; i < TABLE_COLUMNS && line; i++) {
        char *tab = strchr(line, '\t');
        if (tab)
            *tab = '\0';
        r.field[i] = line;
        line = tab ? tab + 1 : NULL;
    }
    return r;
}

table split_table(const char *name, text *whole)
{
    table t = {.name = name};
    bool header_seen = false;
    for (char *line = whole->bytes; line && *line;) {
        char *end = strchr(line, '\n');
        if (end)
            *end = '\0';
        if (line[0] != '#' && header_seen) {
            t.rows = realloc(t.rows, (t.count + 1) * sizeof *t.rows);
            if (!t.rows)
                give_up("out of memory");
            t.rows[t.count++] = split_row(line);
        }
        header_seen = header_seen || line[0] != '#';
        line = end ? end + 1 : NULL;
    }
    return t;
}

/* ---- the runner as a whole ---- */

/* argv[1] as an absolute path, to be freed. */
static char *program_under_test(int argc, char **argv)
{
    if (argc < 2)
        give_up("usage: %s PROGRAM [FILE...]", argv[0]);
    if (access(argv[1], X_OK) != 0)
        give_up("%s cannot be run", argv[1]);
    text path = {0};
    char here[4096];
    if (argv[1][0] != '/' && getcwd(here, sizeof here))
        text_print(&path, "%s/", here);
    text_print(&path, "%s", argv[1]);
    return path.bytes;
}

strings files_like(const char *patterns[])
{
    strings files = {0};
    for (size_t i = 0; patterns[i]; i++) {
        glob_t found;
        if (glob(patterns[i], 0, NULL, &found) != 0)
            continue;
        for (size_t j = 0; j < found.gl_pathc; j++)
            strings_add(&files, found.gl_pathv[j]);
        globfree(&found);
    }
    return files;
}

int run_files(int argc, char **argv, const char **program, const char *patterns[],
              void (*test)(const char *path))
{
    char *path = program_under_test(argc, argv);
    *program = path;
    strings files = {0};
    for (int i = 2; i < argc; i++)
        strings_add(&files, argv[i]);
    if (files.count == 0)
        files = files_like(patterns);
    if (files.count == 0)
        give_up("%s is not here", patterns[0]);
    for (size_t i = 0; i < files.count; i++)
        test(files.items[i]);
    strings_free(&files);
    *program = NULL;
    free(path);
    return tap_finish();
}

static void check_line(const char *line, size_t length, const char *file, int number,
                       void (*check)(const text *source, const char *title, bool whole))
{
    text source = {0}, title = {0};
    text_print(&source, "%.*s\n", (int)length, line);
    text_print(&title, "%s:%d %.*s", file, number, (int)length, line);
    check(&source, title.bytes, false);
    text_free(&source);
    text_free(&title);
}

void each_program(const char *path,
                  void (*check)(const text *source, const char *title, bool whole))
{
    text all = {0};
    if (!text_read(&all, path))
        give_up("cannot read %s: %s", path, strerror(errno));
    const char *dot = strrchr(path, '.'), *line = text_string(&all);
    bool whole = dot && strcmp(dot, ".ad") == 0;
    if (whole)
        check(&all, base_name(path), true);
    for (int number = 1; !whole && *line; number++) {
        size_t length = strcspn(line, "\n");
        if (length > 0 && line[0] != '#')
            check_line(line, length, base_name(path), number, check);
        line += length + (line[length] == '\n');
    }
    text_free(&all);
}
