/* What a session keeps: undo restores it exactly, save and load bring it back, and a file
 * that is being saved is never broken. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "session/session.h"
#include "support.h"

static char folder[] = "/tmp/nabla-state-XXXXXX";

/* ---- All of a session as text ---- */

static void print_leaf(FILE *to, const meaning *m)
{
    size_t count = shape_count(&m->value.shape);
    fprintf(to, " leaf %d rank %d %zux%zu", m->leaf, m->value.shape.rank,
            shape_rows(&m->value.shape), shape_columns(&m->value.shape));
    for (size_t i = 0; i < count; i++) {
        double entry = isnan(m->value.entries[i]) ? (double)NAN : m->value.entries[i];
        uint64_t bits;
        memcpy(&bits, &entry, sizeof bits);
        fprintf(to, " %llx", (unsigned long long)bits);
    }
}

static int compare_names(const void *a, const void *b)
{
    const name *x = *(name *const *)a, *y = *(name *const *)b;
    int order = strcmp(x->spelling, y->spelling);
    return order != 0 ? order : x->is_function - y->is_function;
}

/* Kinds, shapes and all bits of the values of all names, and who uses whom; of
 * definitions the value as JSON. With `texts`, also the formulas, which save may write
 * differently. */
static char *state_of(talk *t, bool texts)
{
    nabla *n = t->nabla;
    char *state;
    size_t length;
    FILE *to = open_memstream(&state, &length);
    size_t count = n->names.all.count;
    name **sorted = calloc(count + 1, sizeof *sorted);
    assert_non_null(sorted);
    if (count > 0)
        memcpy(sorted, n->names.all.items, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_names);
    for (size_t i = 0; i < count; i++) {
        const meaning *m = sorted[i]->meaning;
        if (m == NULL)
            continue;
        fprintf(to, "%s %d kind %d", sorted[i]->spelling, sorted[i]->is_function,
                m->kind);
        if (m->kind == MEANING_LEAF)
            print_leaf(to, m);
        fputc('\n', to);
        char show[80];
        snprintf(show, sizeof show, "show %s", sorted[i]->spelling);
        assert_int_equal(talk_run(t, show), NABLA_FINE);
        json_t *lines = talk_json(t);
        json_t *shown = json_object_get(json_array_get(lines, 0), "names");
        size_t at;
        json_t *entry;
        json_array_foreach(shown, at, entry)
        {
            json_object_del(entry, "used_by");
            if (!texts)
                json_object_del(entry, "definition");
            char *text = json_dumps(entry, JSON_SORT_KEYS);
            fprintf(to, "  %s\n", text);
            free(text);
        }
        json_decref(lines);
    }
    fprintf(to, "digits %d expand %d\n", n->style.digits, n->style.expand);
    random_position at =
        n->random == NULL ? (random_position){0} : random_tell(n->random);
    if (at.chosen)
        fprintf(to, "seed %lu %lu\n", at.seed, at.drawn);
    fclose(to);
    free(sorted);
    return state;
}

/* Where two texts differ first: the beginning of that line. */
static size_t first_difference(const char *a, const char *b)
{
    size_t at = 0, line = 0;
    for (; a[at] == b[at] && a[at] != '\0'; at++)
        if (a[at] == '\n')
            line = at + 1;
    return line;
}

static void assert_state(talk *t, const char *wanted, const char *after, bool texts)
{
    char *got = state_of(t, texts);
    size_t line = first_difference(got, wanted);
    if (strcmp(got, wanted) != 0)
        fail_msg("after %s: %.300s\n... wanted: %.300s", after, got + line,
                 wanted + line);
    free(got);
}

/* ---- Random statements ---- */

static const char *const variables[] = {"a", "b", "W", "q", "π", "e", "ŷ", "sum", "nan"};

static const char *variable(dice *d)
{
    return variables[dice_below(d, sizeof variables / sizeof *variables)];
}

/* Writes a statement that may change the session, may fail, may only show something. */
static void random_statement(dice *d, char *text, size_t room)
{
    static const char *const patterns[] = {
        "%s = %s + 1",
        "%s = %s .* 2 - sin(%s)",
        "%s = [1, 2; 3, 4]",
        "param %s = [0.1, -0.2, 1/3]",
        "const %s = %s",
        "%s = 0.1; %s := 1/0",
        "%s := %s + 0.1",
        "%s := -0*%s",
        "%s += 1/3",
        "%s[1] := %s",
        "%s[2, :] := [5, 6]",
        "%s(u) = u*%s",
        "%s(u, v) = u + v",
        "%s = k(%s)",
        "k(u) = u + %s",
        "k(u) = u/3",
        "%s = randn(2, 1)",
        "%s = rand() * %s",
        "%s = zeros(rows(%s))",
        "%s = ∂(%s^2)/∂%s",
        "%s",
        "%s + randn()",
        "grad %s",
        "forward %s at %s = 3",
        "seed %s",
        "seed 42",
        "set digits 3",
        "set digits 17",
        "set expand on",
        "reset",
        "load \"part.ad\"",
        "%s = 3; reset; %s = 4",
        "%s = ans + %s",
    };
    const char *pattern = patterns[dice_below(d, sizeof patterns / sizeof *patterns)];
    if (strncmp(pattern, "reset", 5) == 0 && dice_below(d, 4) > 0)
        pattern = "%s = %s"; /* less often, or there is never much to lose */
    const char *at = pattern;
    size_t length = 0;
    while (*at != '\0' && length + 10 < room) {
        if (at[0] == '%' && at[1] == 's') {
            length += (size_t)snprintf(text + length, room - length, "%s", variable(d));
            at += 2;
        } else {
            text[length++] = *at++;
        }
    }
    text[length] = '\0';
}

static void write_file(const char *spelling, const char *contents)
{
    FILE *file = fopen(spelling, "wb");
    assert_non_null(file);
    fputs(contents, file);
    assert_int_equal(fclose(file), 0);
}

static const char part[] = "a = [1, 2]\n"
                           "W := a*2\n"
                           "k(u) = u*a[1]\n"
                           "rand(2)\n"
                           "set digits 5\n"
                           "b = k(2)\n";

/* ---- Undo ---- */

/* Each of a thousand statements is undone and done again; at the end all that is kept is
 * undone step by step. */
static void test_undo_restores_exactly(void **state)
{
    (void)state;
    enum { STATEMENTS = 1000 };
    dice d = {20261127};
    talk t;
    talk_open(&t, true);
    write_file("part.ad", part);
    static char *before[2 * STATEMENTS]; /* each step, by how many there were then */
    size_t undone = 0, most = 0;
    for (size_t i = 0; i < STATEMENTS; i++) {
        char text[200];
        random_statement(&d, text, sizeof text);
        char *old = state_of(&t, true);
        size_t steps = t.nabla->undo.count;
        unsigned last = t.nabla->undo.last_number;
        talk_run(&t, text);
        size_t made = t.nabla->undo.count - steps;
        if (t.nabla->undo.last_number == last) {
            free(old);
            continue; /* it only showed something, or failed */
        }
        char *new = state_of(&t, true);
        char undo[40];
        snprintf(undo, sizeof undo, "undo %zu", made);
        assert_int_equal(talk_run(&t, undo), NABLA_FINE);
        assert_state(&t, old, text, true);
        assert_int_equal(t.nabla->undo.count, steps);
        talk_run(&t, text);
        if (strstr(text, "rand") == NULL || strstr(new, "seed") != NULL)
            assert_state(&t, new, text, true);
        free(new);
        for (size_t k = steps; k < steps + made; k++) {
            free(before[k]);
            before[k] = NULL;
        }
        before[steps] = old;
        undone++;
        most = steps + made > most ? steps + made : most;
    }
    assert_true(undone > STATEMENTS / 3);
    assert_true(most < 1000); /* or some would be gone */
    while (t.nabla->undo.count > 0) {
        assert_int_equal(talk_run(&t, "undo"), NABLA_FINE);
        if (before[t.nabla->undo.count] != NULL)
            assert_state(&t, before[t.nabla->undo.count], "undoing all", true);
    }
    for (size_t i = 0; i < 2 * STATEMENTS; i++)
        free(before[i]);
    talk_close(&t);
}

static void assert_shows(talk *t, const char *source, const char *words)
{
    talk_type(t, source);
    if (strstr(t->results, words) == NULL && strstr(t->messages, words) == NULL)
        fail_msg("%s: %s%s, wanted %s", source, t->results, t->messages, words);
}

static void test_undo_says_what_it_undoes(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    assert_shows(&t, "undo", "there is nothing to undo");
    talk_type(&t, "x = 3");
    talk_type(&t, "x := x + 1");
    talk_type(&t, "x"); /* only shows */
    assert_shows(&t, "undo", "undone: x := x + 1");
    assert_shows(&t, "x", "x = 3");
    assert_shows(&t, "undo 2", "only 1 statement can be undone");
    talk_type(&t, "f = x^2; g(u) = u + x");
    assert_shows(&t, "undo 2", "g is no function of yours again");
    assert_shows(&t, "f", "f has no value");
    talk_close(&t);
}

static void test_a_load_is_undone_as_a_whole(void **state)
{
    (void)state;
    write_file("part.ad", part);
    write_file("outer.ad", "c = 1\nload \"part.ad\"\nd = 2\nundo\nc := 5\n");
    talk t;
    talk_open(&t, true);
    talk_run(&t, "a = 7; keep(u) = u");
    char *before = state_of(&t, true);
    assert_int_equal(talk_run(&t, "load \"outer.ad\""), NABLA_FINE);
    double value;
    assert_true(talk_number(&t, "c + b", &value));
    assert_close(value, 7, 0);
    assert_int_equal(talk_run(&t, "d"), NABLA_ERROR); /* the file has undone it */
    assert_int_equal(talk_run(&t, "undo"), NABLA_FINE);
    assert_state(&t, before, "undo of a load", true);
    free(before);
    talk_close(&t);
}

/* A step is kept of every statement, but only so many, and only of so many bytes. */
static void test_undo_takes_bounded_memory(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    nabla *n = t.nabla;
    talk_run(&t, "W = ones(512, 512)"); /* 2 MiB */
    size_t most = 0;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(talk_run(&t, "W := W*0.5"), NABLA_FINE);
        most = n->limits.memory_used > most ? n->limits.memory_used : most;
    }
    assert_true(most < (size_t)80 << 20);
    assert_true(n->undo.count >= 20);
    assert_int_equal(talk_run(&t, "undo 20"), NABLA_FINE);
    double value;
    assert_true(talk_number(&t, "W[1, 1]", &value));
    assert_close(value, ldexp(1, -80), 0);
    talk_run(&t, "x = 1");
    for (int i = 0; i < 3000; i++)
        talk_run(&t, "x := x + 1");
    size_t before = n->limits.memory_used;
    for (int i = 0; i < 3000; i++)
        talk_run(&t, "x := x + 1");
    assert_int_equal(n->limits.memory_used, before);
    assert_int_equal(talk_run(&t, "undo 1000"), NABLA_FINE);
    assert_true(talk_number(&t, "x", &value));
    assert_close(value, 5001, 0);
    talk_close(&t);
}

/* Memory for undoing is given back before a statement would lack it. */
static void test_undo_gives_way(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    nabla *n = t.nabla;
    talk_run(&t, "W = ones(512, 512)");
    for (int i = 0; i < 10; i++)
        talk_run(&t, "W := W + 1");
    size_t steps = n->undo.count;
    n->limits.memory_budget = n->limits.memory_used + ((size_t)1 << 20);
    assert_int_equal(talk_run(&t, "W := W + 1"), NABLA_FINE);
    assert_true(n->undo.count < steps);
    double value;
    assert_true(talk_number(&t, "W[5, 5]", &value));
    assert_close(value, 12, 0);
    talk_close(&t);
}

/* ---- Save and load ---- */

static void assert_saved(talk *t)
{
    char *wanted = state_of(t, false);
    assert_int_equal(talk_run(t, "set digits 6; set expand off"), NABLA_FINE);
    free(wanted);
    wanted = state_of(t, false);
    if (talk_run(t, "save \"saved.ad\"") != NABLA_FINE)
        fail_msg("%s", t->results);
    talk loaded;
    talk_open(&loaded, true);
    if (talk_run(&loaded, "load \"saved.ad\"") != NABLA_FINE)
        fail_msg("%s", loaded.results);
    assert_state(&loaded, wanted, "save and load", false);
    /* What followed its variables still does. */
    static const char changed[] = "a := 2; W = [5, 6]; q := 1/7; k(u) = u*q";
    talk_run(t, changed);
    talk_run(&loaded, changed);
    free(wanted);
    wanted = state_of(t, false);
    assert_state(&loaded, wanted, "a change behind save and load", false);
    free(wanted);
    talk_close(&loaded);
}

static void test_random_sessions_are_saved(void **state)
{
    (void)state;
    enum { SESSIONS = 150, STATEMENTS = 40 };
    write_file("part.ad", part);
    dice d = {2027};
    for (size_t i = 0; i < SESSIONS; i++) {
        talk t;
        talk_open(&t, true);
        talk_run(&t, "set width 100");
        for (size_t k = 0; k < STATEMENTS; k++) {
            char text[200];
            random_statement(&d, text, sizeof text);
            talk_run(&t, text);
        }
        assert_saved(&t);
        talk_close(&t);
    }
}

static void test_hard_values_are_saved(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    const char source[] =
        "x = 0.1 + 0.2; tiny = 5e-324; huge = 1.7976931348623157e308; zero = -0\n"
        "n1 = nan; i1 = inf; i2 = [1, -inf, nan, -0]; nan = 3; f0 = nan + x\n"
        "row = [1, 0.1]'; one = [[[0.5]]]; S = [[[1, 2], [3, -0]], [[nan, inf], [7, "
        "8]]]\n"
        "seed 5; big = randn(300, 200); tall = randn(50000); wide = randn(1, 50000)\n"
        "param ŷ₁ = 3; const x̂′ = [1; 2]; pi = 2; e = 5; e3 = 7; inf = pi\n"
        "f = 2e3*e3 + e^pi + 2(x + 1); exp = 3; g = exp(exp)*x\n"
        "max(a, b) = a + b*x; m = max(x, 3); d = ∂(f*x)/∂x + ∂²(x^3)/∂x²\n"
        "r = randn(2, 1).*x + randn(1, 2)'*rand(); ans = 3; h = ans*x\n"
        "later = 1; u0(t) = t; v0 = u0(2)*x; u0(t) = t/3; x := [1, 2, 3]\n";
    if (talk_run(&t, source) != NABLA_FINE)
        fail_msg("%s", t.results);
    assert_saved(&t);
    talk_close(&t);
}

static void test_saving_keeps_permissions_and_links(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    talk_run(&t, "x = 1");
    write_file("plain.ad", "");
    assert_int_equal(chmod("plain.ad", 0640), 0);
    unlink("link.ad");
    assert_int_equal(symlink("plain.ad", "link.ad"), 0);
    assert_int_equal(talk_run(&t, "save \"link.ad\""), NABLA_FINE);
    struct stat file;
    assert_int_equal(lstat("link.ad", &file), 0);
    assert_true(S_ISLNK(file.st_mode));
    assert_int_equal(stat("plain.ad", &file), 0);
    assert_int_equal(file.st_mode & 0777, 0640);
    assert_true(file.st_size > 0);
    assert_int_equal(talk_run(&t, "save \"nowhere/x.ad\""), NABLA_ERROR);
    talk_close(&t);
}

/* ---- Killed while it saves ---- */

static void save_for_ever(talk *t)
{
    for (;;) {
        if (talk_run(t, "W := 1 - W; c := 1 - c") != NABLA_FINE ||
            talk_run(t, "save \"kept.ad\"") != NABLA_FINE)
            _exit(1);
    }
}

static void wait_a_little(dice *d)
{
    struct timespec time = {.tv_nsec = (long)dice_below(d, 3000000)};
    nanosleep(&time, NULL);
}

/* W is all c, and as large as ever. */
static void assert_whole(talk *t)
{
    double value;
    if (talk_run(t, "reset; load \"kept.ad\"") != NABLA_FINE)
        fail_msg("%s", t->results);
    assert_true(talk_number(t, "rows(W)*10 + sum(W - c) + (c == 0 or c == 1)", &value));
    assert_close(value, 20001, 0);
}

static void test_a_killed_save_leaves_a_whole_file(void **state)
{
    (void)state;
    enum { KILLS = 200 };
    dice d = {9};
    talk t;
    talk_open(&t, true);
    talk_run(&t, "W = zeros(2000); c = 0; save \"kept.ad\"");
    for (int i = 0; i < KILLS; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            save_for_ever(&t);
        wait_a_little(&d);
        kill(child, SIGKILL);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        assert_whole(&t);
    }
    talk_close(&t);
}

/* Runs the source with the k-th of its allocations failing, for all k. */
static void run_with_failures(talk *t, const char *source)
{
    size_t k = 0, *left = &t->nabla->limits.fail_allocation;
    do {
        *left = ++k;
        talk_run(t, source);
        if (*left == 0 && strstr(t->results, "\"kind\":\"limit\"") == NULL)
            fail_msg("%s, %zu: %s", source, k, t->results);
    } while (*left == 0);
    *left = 0;
    assert_int_equal(t->status, NABLA_FINE);
}

static void test_save_and_load_without_memory(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    talk_run(&t,
             "W = zeros(2000); c = 0; f = sum(W)*c; g(u) = u; b = zeros(rows(q)); q = 1");
    char *before = state_of(&t, false);
    run_with_failures(&t, "save \"kept.ad\"");
    assert_state(&t, before, "save", false);
    run_with_failures(&t, "reset; load \"kept.ad\"");
    assert_state(&t, before, "load", false);
    while (t.nabla->undo.count > 6)
        assert_int_equal(talk_run(&t, "undo"), NABLA_FINE);
    assert_state(&t, before, "undo", false);
    free(before);
    talk_close(&t);
}

/* ---- Load ---- */

static void test_mistakes_in_a_file(void **state)
{
    (void)state;
    write_file("wrong.ad", "x = 1\n\ny = x +* 2\nz = 3\n");
    write_file("self.ad", "load \"self.ad\"\n");
    write_file("calls.ad", "before = 1\nload \"wrong.ad\"\nafter = 1\n");
    talk t;
    talk_open(&t, true);
    assert_int_equal(talk_run(&t, "load \"calls.ad\"; w = 1"), NABLA_ERROR);
    json_t *lines = talk_json(&t);
    const json_t *last = json_array_get(lines, json_array_size(lines) - 1);
    assert_string_equal(json_string_value(json_object_get(last, "file")), "wrong.ad");
    assert_close(json_number_value(json_object_get(last, "line")), 3, 0);
    json_decref(lines);
    double value;
    assert_true(talk_number(&t, "before + x", &value));
    assert_close(value, 2, 0);
    assert_int_equal(talk_run(&t, "after"), NABLA_ERROR);
    assert_int_equal(talk_run(&t, "z"), NABLA_ERROR);
    assert_int_equal(talk_run(&t, "load \"self.ad\""), NABLA_ERROR);
    assert_non_null(strstr(t.results, "circular"));
    assert_int_equal(talk_run(&t, "load \"none.ad\""), NABLA_ERROR);
    assert_int_equal(talk_run(&t, "load \".\""), NABLA_ERROR);
    /* What stands behind a load at the prompt goes on. */
    talk_type(&t, "load \"wrong.ad\"; v = 8");
    assert_true(talk_number(&t, "v", &value));
    assert_close(value, 8, 0);
    talk_close(&t);
}

static void test_files_load_each_other_to_a_limit(void **state)
{
    (void)state;
    for (int i = 0; i < 60; i++) {
        char spelling[40], contents[60];
        snprintf(spelling, sizeof spelling, "deep%d.ad", i);
        snprintf(contents, sizeof contents, "load \"deep%d.ad\"\n", i + 1);
        write_file(spelling, contents);
    }
    write_file("deep60.ad", "x = 1\n");
    talk t;
    talk_open(&t, true);
    assert_int_equal(talk_run(&t, "load \"deep0.ad\""), NABLA_ERROR);
    assert_non_null(strstr(t.results, "\"kind\":\"limit\""));
    assert_int_equal(talk_run(&t, "load \"deep30.ad\"; x"), NABLA_FINE);
    talk_close(&t);
}

static int enter_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int remove_folder(void **state)
{
    (void)state;
    char removal[100];
    snprintf(removal, sizeof removal, "rm -r '%s'", folder);
    return system(removal) != 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_undo_restores_exactly),
        cmocka_unit_test(test_undo_says_what_it_undoes),
        cmocka_unit_test(test_a_load_is_undone_as_a_whole),
        cmocka_unit_test(test_undo_takes_bounded_memory),
        cmocka_unit_test(test_undo_gives_way),
        cmocka_unit_test(test_random_sessions_are_saved),
        cmocka_unit_test(test_hard_values_are_saved),
        cmocka_unit_test(test_saving_keeps_permissions_and_links),
        cmocka_unit_test(test_a_killed_save_leaves_a_whole_file),
        cmocka_unit_test(test_save_and_load_without_memory),
        cmocka_unit_test(test_mistakes_in_a_file),
        cmocka_unit_test(test_files_load_each_other_to_a_limit),
    };
    return cmocka_run_group_tests(tests, enter_folder, remove_folder);
}
