/* The prompt, as far as it needs no terminal. */
#include "support.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "repl/complete.h"
#include "repl/history.h"
#include "repl/pasted.h"

/* ---- Pasted text ---- */

static void assert_cleaned(const char *pasted, const char *wanted)
{
    bytes into = {0};
    pasted_clean(&into, pasted, strlen(pasted));
    assert_string_equal(into.items == NULL ? "" : into.items, wanted);
    bytes_free(&into);
}

static void prompts_are_stripped(void **state)
{
    (void)state;
    assert_cleaned("x = 1\ny = x\n", "x = 1\ny = x\n");
    assert_cleaned("nabla> x = 1\nnabla> y = x\n", "x = 1\ny = x\n");
    assert_cleaned(">>> x = 1\n>>> x", "x = 1\nx");
    assert_cleaned("nabla> f = (x +\n  ...> 2)*x\nnabla> f", "f = (x +\n2)*x\nf");
    assert_cleaned("nabla>\nnabla> x", "\nx");
    assert_cleaned("", "");
    assert_cleaned("\n\n", "");
}

static void results_in_a_copied_session_are_left_out(void **state)
{
    (void)state;
    assert_cleaned("$ nabla\n"
                   "nabla> f = (x + y) * max(y, z)\n"
                   "f(x, y, z)                       x, y, z have no value yet\n"
                   "nabla> x = 1; y = 2; z = 0;\n"
                   "nabla> f\n"
                   "f = 6\n",
                   "f = (x + y) * max(y, z)\nx = 1; y = 2; z = 0;\nf\n");
    /* What goes on with a statement is no result, with or without a prompt. */
    assert_cleaned("nabla> A = [1, 2\n3, 4]\nA = [1, 2; 3, 4]\n", "A = [1, 2\n3, 4]\n");
    /* A script is no session, whatever stands further below. */
    assert_cleaned("x = 1\nnabla> y = 2\nz = 3\n", "x = 1\ny = 2\nz = 3\n");
}

static void assert_units(const char *text, const char *const *wanted)
{
    size_t length = strlen(text), at = 0;
    for (; *wanted != NULL; wanted++) {
        size_t unit = pasted_unit(text + at, length - at);
        assert_int_equal(unit, strlen(*wanted));
        assert_memory_equal(text + at, *wanted, unit);
        at += unit;
    }
    assert_int_equal(at, length);
}

static void lines_are_cut_into_units(void **state)
{
    (void)state;
    const char *const lines[] = {"x = 1; y = 2\n", "\nz = [1\n2]\n", "x +\ny", NULL};
    assert_units("x = 1; y = 2\n\nz = [1\n2]\nx +\ny", lines);
    const char *const one[] = {"x\n\n\n", NULL};
    assert_units("x\n\n\n", one);
    const char *const open[] = {"x = (1\n\n2", NULL};
    assert_units("x = (1\n\n2", open);
    assert_true(pasted_has_units("x\ny", 3));
    assert_false(pasted_has_units("x\n", 2));
    assert_false(pasted_has_units("", 0));
}

/* ---- Completion ---- */

/* Where the word begins, and all words, in order: "4 a b". */
static void assert_completed(nabla *n, const char *text, const char *wanted)
{
    completion c;
    bytes found = {0};
    complete_text(&c, n, text, strlen(text));
    bytes_format(&found, "%zu", c.begin);
    for (size_t i = 0; i < c.count; i++)
        bytes_format(&found, " %s", c.items[i].word);
    assert_string_equal(found.items, wanted);
    bytes_free(&found);
    complete_free(&c);
}

static void words_become_signs(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    nabla *n = t.nabla;
    assert_completed(n, "\\partial", "0 ∂");
    assert_completed(n, "x*\\alpha", "2 α");
    assert_completed(n, "A \\odot", "2 ⊙");
    assert_completed(n, "\\nabla", "0 ∇");
    assert_completed(n, "\\nab", "0 ∇");
    assert_completed(n, "x^2", "1 ²");
    assert_completed(n, "ŷ\\_1", "2 ₁");
    assert_completed(n, "\\eta", "0 η");
    assert_completed(n, "\\p", "0 \\partial \\prime \\pi \\phi \\psi");
    assert_completed(n, "\\le", "0 ≤");
    assert_completed(n, "x^4", "3");
    /* What is no such word is a name behind an operator. */
    assert_completed(n, "A\\transpo", "2 transpose");
    talk_close(&t);
}

static void assert_listed(completion *c, size_t rows, size_t columns, const char *wanted)
{
    bytes list = {0};
    complete_list(&list, c, rows, columns, false);
    assert_string_equal(list.items, wanted);
    bytes_free(&list);
}

static void candidates_are_listed(void **state)
{
    (void)state;
    candidate functions[] = {{"d", "d(a)", "", "("},
                             {"c", "c(a)", "", "("},
                             {"c", "c(a)", "", "("},
                             {"a", "a(a)", "", "("},
                             {"b", "b(a)", "", "("}};
    completion c = {.items = functions, .count = 5};
    assert_listed(&c, 24, 16, "a(a)  c(a)\r\nb(a)  d(a)\r\n");
    c = (completion){.items = functions, .count = 4};
    assert_listed(&c, 24, 3, "a(\r\nb(\r\nc(\r\nd(\r\n");
    candidate words[] = {{"set", "set", "options of it", " "},
                         {"σ", "σ", "sigmoid", " "},
                         {"zz", "zz", "", ""}};
    c = (completion){.items = words, .count = 3};
    assert_listed(&c, 24, 14, "set  options \r\nσ    sigmoid\r\nzz\r\n");
    assert_listed(&c, 4, 40, "set  options of it\r\n… and 1 more\r\nzz\r\n");
    c = (completion){0};
    bytes none = {0};
    complete_list(&none, &c, 24, 80, false);
    assert_int_equal(none.count, 0);
}

/* ---- History ---- */

static char folder[] = "/tmp/nabla-history-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    return mkdtemp(folder) == NULL || setenv("XDG_STATE_HOME", folder, 1) != 0;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[160];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static void open_history(history *h)
{
    bytes problem = {0};
    history_open(h, &problem);
    assert_int_equal(problem.count, 0);
}

static void save_history(history *h)
{
    bytes problem = {0};
    assert_true(history_save(h, &problem));
    assert_int_equal(problem.count, 0);
}

/* Asks for the next entry. */
static void assert_next(history *h, const char *wanted)
{
    bytes entry = {0};
    if (wanted == NULL) {
        assert_false(history_next(h, &entry));
    } else {
        assert_true(history_next(h, &entry));
        assert_string_equal(entry.items, wanted);
    }
    bytes_free(&entry);
}

static void entries_come_back(void **state)
{
    (void)state;
    history h;
    open_history(&h);
    assert_true(h.is_new);
    assert_next(&h, NULL);
    history_add(&h, "x = 1");
    history_add(&h, "f = (x +\n2)*\\alpha");
    history_add(&h, "\tindented");
    save_history(&h);
    history_close(&h);
    open_history(&h);
    assert_false(h.is_new);
    assert_next(&h, "x = 1");
    assert_next(&h, "f = (x +\n2)*\\alpha");
    assert_next(&h, "indented");
    assert_next(&h, NULL);
    history_close(&h);
    struct stat file;
    assert_int_equal(stat(in_folder("nabla/history"), &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
}

static void sessions_are_merged(void **state)
{
    (void)state;
    history a, b;
    open_history(&a);
    open_history(&b);
    history_add(&a, "a1");
    save_history(&a);
    history_add(&b, "b1");
    save_history(&b);
    history_add(&a, "a2");
    save_history(&a);
    history_close(&a);
    history_close(&b);
    open_history(&a);
    assert_next(&a, "a1");
    assert_next(&a, "b1");
    assert_next(&a, "a2");
    assert_next(&a, NULL);
    history_close(&a);
}

static void history_is_bounded(void **state)
{
    (void)state;
    history h;
    open_history(&h);
    char entry[32];
    for (int i = 0; i < HISTORY_MOST + 10; i++) {
        snprintf(entry, sizeof entry, "x = %d\n+ 1", i);
        history_add(&h, entry);
    }
    save_history(&h);
    history_close(&h);
    open_history(&h);
    assert_next(&h, "x = 10\n+ 1");
    bytes left = {0};
    int count = 1;
    while (history_next(&h, &left))
        count++;
    bytes_free(&left);
    assert_int_equal(count, HISTORY_MOST);
    history_close(&h);
}

/* Several writers at once, each killed at a random moment: every entry of a writer that
 * came to its end is there, and the file never is half of one. */
static void many_writers_lose_nothing(void **state)
{
    (void)state;
    enum { WRITERS = 4, ENTRIES = 25 };
    pid_t writers[WRITERS], victim;
    for (int w = 0; w < WRITERS; w++) {
        writers[w] = fork();
        if (writers[w] != 0)
            continue;
        history h;
        bytes problem = {0};
        history_open(&h, &problem);
        for (int i = 0; i < ENTRIES; i++) {
            char entry[32];
            snprintf(entry, sizeof entry, "w%d = %d", w, i);
            history_add(&h, entry);
            history_save(&h, &problem);
        }
        _exit(problem.count == 0 ? 0 : 1);
    }
    for (int round = 0; round < 20; round++) {
        victim = fork();
        if (victim == 0) {
            history h;
            bytes problem = {0};
            history_open(&h, &problem);
            for (;;) {
                history_add(&h, "victim");
                history_save(&h, &problem);
            }
        }
        nanosleep(&(struct timespec){.tv_nsec = 500000L * round}, NULL);
        kill(victim, SIGKILL);
        waitpid(victim, NULL, 0);
    }
    for (int w = 0; w < WRITERS; w++) {
        int status;
        waitpid(writers[w], &status, 0);
        assert_int_equal(status, 0);
    }
    history h;
    open_history(&h);
    bytes entry = {0};
    int next[WRITERS] = {0};
    while (history_next(&h, &entry)) {
        int w, i;
        if (strcmp(entry.items, "victim") == 0)
            continue;
        assert_int_equal(sscanf(entry.items, "w%d = %d", &w, &i), 2);
        assert_int_equal(i, next[w]++);
    }
    for (int w = 0; w < WRITERS; w++)
        assert_int_equal(next[w], ENTRIES);
    bytes_free(&entry);
    history_close(&h);
}

static void write_broken(const char *path)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fwrite("x = 1\n\0\xFF\n", 1, 9, file);
    fclose(file);
}

static void a_broken_file_is_moved_aside_and_reported_once(void **state)
{
    (void)state;
    history h;
    open_history(&h);
    history_close(&h);
    write_broken(in_folder("nabla/history"));
    bytes problem = {0};
    history_open(&h, &problem);
    assert_non_null(problem.items);
    assert_non_null(strstr(problem.items, "history.broken"));
    bytes_free(&problem);
    history_add(&h, "x = 2");
    save_history(&h);
    history_close(&h);
    assert_int_equal(access(in_folder("nabla/history.broken"), F_OK), 0);
    open_history(&h);
    assert_next(&h, "x = 2");
    history_close(&h);
    /* It may also break while the session goes on. */
    open_history(&h);
    write_broken(in_folder("nabla/history"));
    history_add(&h, "x = 3");
    assert_true(history_save(&h, &problem));
    assert_non_null(strstr(problem.items, "history.broken"));
    bytes_free(&problem);
    history_close(&h);
    open_history(&h);
    assert_next(&h, "x = 3");
    assert_next(&h, NULL);
    history_close(&h);
}

static void without_a_folder_nothing_is_kept(void **state)
{
    (void)state;
    setenv("XDG_STATE_HOME", "/dev/null", 1);
    history h;
    bytes problem = {0};
    history_open(&h, &problem);
    assert_non_null(strstr(problem.items, "no history is kept: /dev/null/nabla"));
    bytes_clear(&problem);
    history_add(&h, "x = 1");
    assert_true(history_save(&h, &problem));
    assert_int_equal(problem.count, 0);
    history_close(&h);
    bytes_free(&problem);
    unsetenv("XDG_STATE_HOME");
    unsetenv("HOME");
    open_history(&h);
    assert_null(h.path);
    history_close(&h);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prompts_are_stripped),
        cmocka_unit_test(results_in_a_copied_session_are_left_out),
        cmocka_unit_test(lines_are_cut_into_units),
        cmocka_unit_test(words_become_signs),
        cmocka_unit_test(candidates_are_listed),
        IN_FOLDER(entries_come_back),
        IN_FOLDER(sessions_are_merged),
        IN_FOLDER(history_is_bounded),
        IN_FOLDER(many_writers_lose_nothing),
        IN_FOLDER(a_broken_file_is_moved_aside_and_reported_once),
        IN_FOLDER(without_a_folder_nothing_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
