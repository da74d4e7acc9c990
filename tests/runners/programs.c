/* Runs the programs in tests/programs and compares what the program under test prints.
 *
 * tests/programs/README.md explains the case files. In short: a line `== title` opens a
 * case, plain lines are the statements, `=> {...}` is the next object that must be
 * printed,
 * `=> exit N` the exit status, `stdout: ...` and `stderr: ...` text that must occur. */
#include "support.h"

#include <dirent.h>
#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double TOLERANCE = 1e-10;

/* One program and what it has to do. `objects` holds an object for each `=> {...}` and
 * the string "..." for each `=> ...`. */
typedef struct {
    char *title;
    int line;
    text run;
    text statements;
    text stdin_text;
    bool has_stdin;
    strings file_names;
    strings file_texts;
    json_t *objects;
    strings in_stdout;
    strings in_stderr;
    int status; /* -1: 2 when an error object is expected, otherwise 0 */
} program_case;

/* Where lines that begin with `| ` go. */
typedef enum { TO_NOTHING, TO_FILE, TO_STDIN } target;

typedef struct {
    const char *file;
    int line;
    target to;
    text object; /* the `=>` object being read, which may go on over indented lines */
    program_case *now;
} reader;

static const char *program;
static char folder[] = "/tmp/nabla-programs-XXXXXX";

/* ---- expected against printed JSON ---- */

static bool matches(const json_t *want, const json_t *got, const char *path, text *why);

static bool differs(text *why, const char *path, const json_t *want, const json_t *got)
{
    char *expected = json_dumps(want, JSON_COMPACT | JSON_ENCODE_ANY);
    char *printed = got ? json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    text_print(why, "at %s: expected %s, got %s\n", path, expected,
               printed ? printed : "nothing");
    free(expected);
    free(printed);
    return false;
}

/* "~pattern" is an extended regular expression that is searched for, any case. */
static bool string_matches(const char *want, const char *got)
{
    if (want[0] != '~')
        return strcmp(want, got) == 0;
    regex_t pattern;
    if (regcomp(&pattern, want + 1, REG_EXTENDED | REG_NOSUB | REG_ICASE) != 0)
        give_up("bad pattern %s", want);
    bool found = regexec(&pattern, got, 0, NULL, 0) == 0;
    regfree(&pattern);
    return found;
}

/* ["...", a, b]: a and b fit two different entries, wherever they are. */
static bool array_contains(const json_t *want, const json_t *got, const char *path,
                           text *why)
{
    size_t count = json_array_size(got);
    bool *used = calloc(count + 1, sizeof *used);
    bool all = true;
    for (size_t i = 1; all && i < json_array_size(want); i++) {
        bool found = false;
        text ignored = {0};
        for (size_t j = 0; !found && j < count; j++) {
            if (!used[j] &&
                matches(json_array_get(want, i), json_array_get(got, j), "", &ignored))
                used[j] = found = true;
        }
        text_free(&ignored);
        all = found || differs(why, path, json_array_get(want, i), got);
    }
    free(used);
    return all;
}

static bool array_matches(const json_t *want, const json_t *got, const char *path,
                          text *why)
{
    const char *first = json_string_value(json_array_get(want, 0));
    if (first && strcmp(first, "...") == 0)
        return array_contains(want, got, path, why);
    if (json_array_size(want) != json_array_size(got))
        return differs(why, path, want, got);
    bool all = true;
    for (size_t i = 0; all && i < json_array_size(want); i++) {
        text inner = {0};
        text_print(&inner, "%s[%zu]", path, i);
        all = matches(json_array_get(want, i), json_array_get(got, i), inner.bytes, why);
        text_free(&inner);
    }
    return all;
}

/* "!only": true allows no other keys; "!absent": [...] lists keys that must not be there.
 */
static bool keys_allowed(const json_t *want, const json_t *got, const char *path,
                         text *why)
{
    size_t i;
    json_t *name;
    json_array_foreach(json_object_get(want, "!absent"), i, name)
    {
        if (json_object_get(got, json_string_value(name))) {
            text_print(why, "at %s: unexpected key %s\n", path, json_string_value(name));
            return false;
        }
    }
    if (!json_object_get(want, "!only"))
        return true;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)got, key, value)
    {
        if (!json_object_get(want, key)) {
            text_print(why, "at %s: unexpected key %s\n", path, key);
            return false;
        }
    }
    return true;
}

static bool object_matches(const json_t *want, const json_t *got, const char *path,
                           text *why)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)want, key, value)
    {
        if (key[0] == '!')
            continue;
        text inner = {0};
        text_print(&inner, "%s.%s", path, key);
        bool same = matches(value, json_object_get(got, key), inner.bytes, why);
        text_free(&inner);
        if (!same)
            return false;
    }
    return keys_allowed(want, got, path, why);
}

static bool matches(const json_t *want, const json_t *got, const char *path, text *why)
{
    bool same = false;
    if (json_is_object(want) && json_is_object(got))
        return object_matches(want, got, path, why);
    if (json_is_array(want) && json_is_array(got))
        return array_matches(want, got, path, why);
    if (json_is_string(want) && json_is_string(got))
        same = string_matches(json_string_value(want), json_string_value(got));
    else if (json_is_number(want) && json_is_number(got))
        same = numbers_agree(json_number_value(want), json_number_value(got), TOLERANCE);
    else if (want && got && json_typeof(want) == json_typeof(got))
        same = json_equal(want, got);
    return same || differs(why, path, want, got);
}

static bool is_gap(const json_t *want)
{
    return json_is_string(want);
}

/* Whether want[i..] describes got[j..]; a gap stands for any number of objects. */
static bool all_match(const json_t *want, size_t i, const json_t *got, size_t j,
                      text *why)
{
    if (i == json_array_size(want)) {
        if (j == json_array_size(got))
            return true;
        text_print(why, "unexpected: ");
        json_describe(why, json_array_get(got, j));
        text_print(why, "\n");
        return false;
    }
    const json_t *next = json_array_get(want, i);
    if (is_gap(next)) {
        for (size_t k = j; k <= json_array_size(got); k++)
            if (all_match(want, i + 1, got, k, why))
                return true;
        return false;
    }
    text path = {0};
    text_print(&path, "object %zu", j + 1);
    bool same = matches(next, json_array_get(got, j), path.bytes, why);
    text_free(&path);
    return same && all_match(want, i + 1, got, j + 1, why);
}

/* ---- running one case ---- */

static void write_file(const char *name, const char *bytes, size_t length)
{
    text path = {0};
    text_print(&path, "%s/%s", folder, name);
    FILE *file = fopen(path.bytes, "wb");
    if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
        give_up("cannot write %s: %s", path.bytes, strerror(errno));
    text_free(&path);
}

static void empty_folder(void)
{
    DIR *dir = opendir(folder);
    if (!dir)
        give_up("cannot open %s", folder);
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (entry->d_name[0] == '.')
            continue;
        text path = {0};
        text_print(&path, "%s/%s", folder, entry->d_name);
        unlink(path.bytes);
        text_free(&path);
    }
    closedir(dir);
}

/* The words of a `run:` line, 'quoted ones' kept whole; the first, nabla, is the program.
 */
static strings command_line(const char *words)
{
    strings argv = {0};
    strings_add(&argv, program);
    bool first = true;
    while (*(words += strspn(words, " "))) {
        bool quoted = *words == '\'';
        words += quoted;
        size_t length = strcspn(words, quoted ? "'" : " ");
        text word = {0};
        text_add(&word, words, length);
        if (!first)
            strings_add(&argv, word.bytes);
        first = false;
        text_free(&word);
        words += length + (quoted && words[length] == '\'');
    }
    return argv;
}

static bool has_word(const strings *argv, const char *word)
{
    for (size_t i = 1; i < argv->count; i++)
        if (strcmp(argv->items[i], word) == 0)
            return true;
    return false;
}

static bool expects_error(const json_t *objects)
{
    size_t i;
    json_t *object;
    json_array_foreach(objects, i, object)
    {
        if (strcmp(json_text(object, "type"), "error") == 0)
            return true;
    }
    return false;
}

/* Each expected piece occurs in `printed`, white space folded; an empty piece means that
 * nothing may be printed at all. */
static bool text_occurs(const strings *pieces, const text *printed, const char *where,
                        text *why)
{
    text folded = {0};
    text_fold(&folded, text_string(printed));
    bool all = true;
    for (size_t i = 0; i < pieces->count; i++) {
        text piece = {0};
        text_fold(&piece, pieces->items[i]);
        bool found = piece.length == 0
                         ? folded.length == 0
                         : strstr(text_string(&folded), piece.bytes) != NULL;
        if (!found)
            text_print(why, "not in %s: %s\n", where,
                       piece.length == 0 ? "(nothing)" : piece.bytes);
        all = all && found;
        text_free(&piece);
    }
    text_free(&folded);
    return all;
}

static bool judge(const program_case *c, const strings *argv, const outcome *o, text *why)
{
    if (o->hung) {
        text_print(why, "still running after %d s\n", RUN_SECONDS);
        return false;
    }
    bool ok = true;
    bool json = has_word(argv, "--json");
    if (json && c->in_stderr.count == 0 && o->err.length > 0) {
        text_print(why, "unexpected text on standard error\n");
        ok = false;
    }
    if (json) {
        json_t *got = json_lines(&o->out, why);
        ok = got && all_match(c->objects, 0, got, 0, why) && ok;
        json_decref(got);
    }
    ok = text_occurs(&c->in_stdout, &o->out, "standard output", why) && ok;
    ok = text_occurs(&c->in_stderr, &o->err, "standard error", why) && ok;
    int status = c->status >= 0 ? c->status : 2 * expects_error(c->objects);
    if (o->status != status) {
        text_print(why, "exit status %d, expected %d\n", o->status, status);
        ok = false;
    }
    return ok;
}

static void explain(const program_case *c, const outcome *o, const text *why)
{
    tap_remarks(text_string(why));
    tap_remarks("--- program");
    tap_remarks(text_string(&c->statements));
    tap_remarks("--- standard output");
    tap_remarks(text_string(&o->out));
    if (o->err.length > 0) {
        tap_remarks("--- standard error");
        tap_remarks(text_string(&o->err));
    }
}

static void run_case(const program_case *c, const char *file)
{
    empty_folder();
    write_file("case.ad", text_string(&c->statements), c->statements.length);
    for (size_t i = 0; i < c->file_names.count; i++)
        write_file(c->file_names.items[i], c->file_texts.items[i],
                   strlen(c->file_texts.items[i]));
    strings argv = command_line(c->run.length ? c->run.bytes : "nabla --json case.ad");
    const text nothing = {0};
    const text *input = c->has_stdin           ? &c->stdin_text
                        : has_word(&argv, "-") ? &c->statements
                                               : &nothing;
    outcome o = run_program(&argv, folder, input);
    text why = {0};
    bool ok = judge(c, &argv, &o, &why);
    tap(ok, "%s:%d %s", base_name(file), c->line, c->title);
    if (!ok)
        explain(c, &o, &why);
    text_free(&why);
    outcome_free(&o);
    strings_free(&argv);
}

/* ---- reading case files ---- */

static void case_free(program_case *c)
{
    free(c->title);
    text_free(&c->run);
    text_free(&c->statements);
    text_free(&c->stdin_text);
    strings_free(&c->file_names);
    strings_free(&c->file_texts);
    strings_free(&c->in_stdout);
    strings_free(&c->in_stderr);
    json_decref(c->objects);
    free(c);
}

static void finish_object(reader *r)
{
    if (r->object.length == 0)
        return;
    json_error_t error;
    json_t *object = json_loads(r->object.bytes,
                                JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
    if (!object)
        give_up("%s:%d: %s in %s", r->file, r->line, error.text, r->object.bytes);
    json_array_append_new(r->now->objects, object);
    text_clear(&r->object);
}

static void finish_case(reader *r)
{
    if (!r->now)
        return;
    finish_object(r);
    run_case(r->now, r->file);
    case_free(r->now);
    r->now = NULL;
}

/* What follows `prefix` in `line` when it begins so, without leading blanks; else NULL.
 */
static const char *after(const char *line, const char *prefix)
{
    size_t length = strlen(prefix);
    if (strncmp(line, prefix, length) != 0)
        return NULL;
    return line + length + strspn(line + length, " ");
}

/* Adds `from` with {{300*(}} written out as 300 opening parentheses. */
static void add_repeated(text *to, const char *from)
{
    const char *open;
    while ((open = strstr(from, "{{"))) {
        text_add(to, from, (size_t)(open - from));
        char *star;
        long count = strtol(open + 2, &star, 10);
        const char *close = strstr(star, "}}");
        if (*star != '*' || !close)
            give_up("expected {{COUNT*TEXT}} in %s", from);
        for (long i = 0; i < count; i++)
            text_add(to, star + 1, (size_t)(close - star - 1));
        from = close + 2;
    }
    text_print(to, "%s", from);
}

/* Adds `from` with the escapes \n \r \t \\ and \xHH; nothing is added at the end. */
static void add_bytes(text *to, const char *from)
{
    for (; *from; from++) {
        char byte = *from;
        if (byte == '\\') {
            from++;
            const char *letter = strchr("nrt\\", *from);
            if (*from == 'x') {
                char digits[3] = {from[1], from[2], '\0'};
                byte = (char)strtol(digits, NULL, 16);
                from += 2;
            } else if (letter && *letter) {
                byte = "\n\r\t\\"[letter - "nrt\\"];
            } else {
                give_up("unknown escape \\%c", *from);
            }
        }
        text_add(to, &byte, 1);
    }
}

static void read_expectation(reader *r, const char *rest)
{
    const char *status = after(rest, "exit");
    if (status)
        r->now->status = (int)strtol(status, NULL, 10);
    else if (strcmp(rest, "...") == 0)
        json_array_append_new(r->now->objects, json_string("..."));
    else
        text_print(&r->object, "%s", rest);
}

/* A `| ` line goes to the file or standard input that was named last. */
static void read_piped(reader *r, const char *rest)
{
    if (r->to == TO_STDIN) {
        text_print(&r->now->stdin_text, "%s\n", rest);
        return;
    }
    if (r->to != TO_FILE)
        give_up("%s:%d: a | line without file: or stdin:", r->file, r->line);
    strings *texts = &r->now->file_texts;
    text whole = {0};
    text_print(&whole, "%s%s\n", texts->items[texts->count - 1], rest);
    free(texts->items[texts->count - 1]);
    texts->items[texts->count - 1] = whole.bytes;
}

static void open_case(reader *r, const char *title)
{
    finish_case(r);
    r->now = calloc(1, sizeof *r->now);
    if (!r->now)
        give_up("out of memory");
    r->now->title = strdup(title);
    r->now->line = r->line;
    r->now->objects = json_array();
    r->now->status = -1;
    r->to = TO_NOTHING;
}

static void read_line(reader *r, const char *line)
{
    const char *rest;
    if ((rest = after(line, "== "))) {
        open_case(r, rest);
        return;
    }
    if (!r->now) /* the words at the head of a file */
        return;
    if (r->object.length > 0 && strncmp(line, "   ", 3) == 0) {
        text_print(&r->object, "%s", line);
        return;
    }
    finish_object(r);
    program_case *c = r->now;
    if (line[0] == '\0' || after(line, "-- "))
        return;
    if ((rest = after(line, "=> ")))
        read_expectation(r, rest);
    else if ((rest = after(line, "stdout:")))
        strings_add(&c->in_stdout, rest);
    else if ((rest = after(line, "stderr:")))
        strings_add(&c->in_stderr, rest);
    else if ((rest = after(line, "run:")))
        text_print(&c->run, "%s", rest);
    else if ((rest = after(line, "bytes:")))
        add_bytes(&c->statements, rest);
    else if ((rest = after(line, "file:"))) {
        strings_add(&c->file_names, rest);
        strings_add(&c->file_texts, "");
        r->to = TO_FILE;
    } else if (after(line, "stdin:")) {
        c->has_stdin = true;
        r->to = TO_STDIN;
    } else if (strncmp(line, "| ", 2) == 0)
        read_piped(r, line + 2);
    else {
        add_repeated(&c->statements, line);
        text_add(&c->statements, "\n", 1);
    }
}

static void run_file(const char *path)
{
    text whole = {0};
    if (!text_read(&whole, path))
        give_up("cannot read %s", path);
    reader r = {.file = path};
    for (char *line = whole.bytes; line && *line;) {
        char *end = strchr(line, '\n');
        if (end)
            *end = '\0';
        r.line++;
        read_line(&r, line);
        line = end ? end + 1 : NULL;
    }
    finish_case(&r);
    text_free(&r.object);
    text_free(&whole);
}

int main(int argc, char **argv)
{
    const char *patterns[] = {"tests/programs/*.txt", NULL};
    if (!mkdtemp(folder))
        give_up("cannot make %s", folder);
    int status = run_files(argc, argv, &program, patterns, run_file);
    empty_folder();
    rmdir(folder);
    return status;
}
