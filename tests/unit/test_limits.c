/* Fault injection: the k-th allocation or the k-th poll of a statement fails, for all k.
 * Whatever happens ends in a result or a diagnostic of kind limit, the session is as it
 * was before, and the same statement then succeeds. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/session.h"
#include "support.h"
#include "syntax/print.h"

/* ---- What a session knows, as text ---- */

static void print_meaning(FILE *to, arena *a, const name *n)
{
    const meaning *m = n->meaning;
    fprintf(to, "%s%s:", n->spelling, n->is_function ? "()" : "");
    switch (m->kind) {
    case MEANING_LEAF:
        fprintf(to, " leaf %d %s", (int)m->leaf, shape_text(a, &m->value.shape));
        for (size_t i = 0; i < shape_count(&m->value.shape); i++)
            fprintf(to, " %a", m->value.entries[i]);
        break;
    case MEANING_DEFINITION:
        fprintf(to, " %s", formula_text(a, &m->body, PRINT_TIGHT));
        break;
    case MEANING_FUNCTION:
        for (size_t i = 0; i < m->function.count; i++)
            fprintf(to, " %s,", m->function.parameters[i].name);
        fprintf(to, " %s", formula_text(a, &m->function.body, PRINT_TIGHT));
        break;
    }
    fprintf(to, "\n");
}

/* Names and meanings, in the order in which they came up. To be freed. */
static char *fingerprint(const nabla *n)
{
    limits unlimited = {0};
    arena a;
    arena_init(&a, &unlimited, 4096);
    char *text;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    for (size_t i = 0; i < n->names.all.count; i++)
        if (n->names.all.items[i]->meaning != NULL)
            print_meaning(to, &a, n->names.all.items[i]);
    fclose(to);
    arena_empty(&a);
    return text;
}

/* What each definition comes to, or why it does not. To be freed. */
static char *values_of_definitions(talk *t)
{
    nabla *n = t->nabla;
    char *text;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    for (size_t i = 0; i < n->names.all.count; i++) {
        const name *at = n->names.all.items[i];
        if (at->meaning == NULL || at->meaning->kind != MEANING_DEFINITION)
            continue;
        char source[100];
        snprintf(source, sizeof source, "forward %s", at->spelling);
        talk_run(t, source);
        fprintf(to, "%s%s", t->results, t->messages);
    }
    fclose(to);
    return text;
}

/* Caches point into the graph, and nothing is left over from a statement. */
static void assert_whole(const nabla *n)
{
    for (size_t i = 0; i < n->names.all.count; i++) {
        const name *at = n->names.all.items[i];
        assert_true(at->built.root < (node_id)n->graph.nodes.count);
        assert_true(at->meaning != NULL || at->built.root == NODE_NONE);
    }
    assert_null(n->work.blocks);
    assert_null(n->work.large);
    assert_null(n->limits.escape);
}

/* ---- Injecting ---- */

/* Makes each allocation in the two arenas of the session one that can fail: by itself, an
 * arena gets blocks that serve many. */
static void make_blocks_tiny(nabla *n)
{
    enum { TINY = 16 };
    assert_null(n->arena.blocks); /* nothing was allocated in blocks of another size */
    assert_null(n->arena.large);
    n->arena.block_bytes = n->work.block_bytes = TINY;
}

typedef enum fault {
    FAULT_ALLOCATION,
    FAULT_POLL,
    FAULT_KINDS,
} fault;

static size_t *countdown(nabla *n, fault kind)
{
    return kind == FAULT_ALLOCATION ? &n->limits.fail_allocation : &n->limits.fail_poll;
}

static const char *fault_name(fault kind)
{
    return kind == FAULT_ALLOCATION ? "allocation" : "poll";
}

/* Runs the statement with the k-th of its allocations or polls failing. False where it
 * has not that many. */
static bool run_with_fault(talk *t, const char *source, fault kind, size_t k)
{
    *countdown(t->nabla, kind) = k;
    talk_run(t, source);
    bool struck = *countdown(t->nabla, kind) == 0;
    *countdown(t->nabla, kind) = 0;
    return struck;
}

/* What a statement that was stopped must say. */
static void assert_limit_error(const talk *t, const char *source, fault kind, size_t k)
{
    bool json = t->nabla->options.json;
    const char *said = json ? t->results : t->messages;
    const char *silent = json ? t->messages : t->results;
    const char *sign = json ? "{\"type\":\"error\",\"kind\":\"limit\"" : "error: ";
    const char *newline = strchr(said, '\n');
    bool fine = t->status == NABLA_ERROR && strstr(said, sign) != NULL &&
                newline != NULL && *silent == '\0' && (!json || newline[1] == '\0');
    if (!fine)
        fail_msg("%s, %s %zu: status %d, %s%s", source, fault_name(kind), k,
                 (int)t->status, t->results, t->messages);
}

static void assert_same_text(const char *got, const char *wanted, const char *source,
                             fault kind, size_t k, const char *what)
{
    if (strcmp(got, wanted) != 0)
        fail_msg("%s, %s %zu, %s:\n%s\nwanted:\n%s", source, fault_name(kind), k, what,
                 got, wanted);
}

/* ---- A session that goes well, to compare with ---- */

typedef struct control {
    const char *setup, *statement;
    bool json;
    char *names_before, *values_before;
    char *results, *messages;
    char *names_after, *values_after;
} control;

static char *copy_text(const char *text)
{
    char *copy = malloc(strlen(text) + 1);
    if (copy == NULL)
        abort();
    return strcpy(copy, text);
}

static void open_set_up(talk *t, const control *c)
{
    talk_open(t, c->json);
    make_blocks_tiny(t->nabla);
    if (talk_run(t, c->setup) != NABLA_FINE)
        fail_msg("%s: %s%s", c->setup, t->results, t->messages);
}

static void control_open(control *c)
{
    talk t;
    open_set_up(&t, c);
    c->names_before = fingerprint(t.nabla);
    c->values_before = values_of_definitions(&t);
    talk_close(&t);
    open_set_up(&t, c);
    talk_run(&t, c->statement);
    c->results = copy_text(t.results);
    c->messages = copy_text(t.messages);
    c->names_after = fingerprint(t.nabla);
    c->values_after = values_of_definitions(&t);
    talk_close(&t);
}

static void control_close(control *c)
{
    free(c->names_before);
    free(c->values_before);
    free(c->results);
    free(c->messages);
    free(c->names_after);
    free(c->values_after);
}

static void assert_names(const talk *t, const char *wanted, const control *c, fault kind,
                         size_t k, const char *what)
{
    char *known = fingerprint(t->nabla);
    assert_same_text(known, wanted, c->statement, kind, k, what);
    free(known);
}

static void assert_values(talk *t, const char *wanted, const control *c, fault kind,
                          size_t k, const char *what)
{
    char *values = values_of_definitions(t);
    assert_same_text(values, wanted, c->statement, kind, k, what);
    free(values);
}

/* The statement as if nothing had happened. */
static void assert_succeeds(talk *t, const control *c, fault kind, size_t k)
{
    talk_run(t, c->statement);
    assert_same_text(t->results, c->results, c->statement, kind, k, "results");
    assert_same_text(t->messages, c->messages, c->statement, kind, k, "messages");
    assert_names(t, c->names_after, c, kind, k, "names after success");
    assert_values(t, c->values_after, c, kind, k, "values after success");
}

/* A fresh session, the k-th failure, and the statement once more. `look` also evaluates
 * all definitions in between, which builds what the statement then finds ready. */
static bool try_fresh(const control *c, fault kind, size_t k, bool look)
{
    talk t;
    open_set_up(&t, c);
    bool struck = run_with_fault(&t, c->statement, kind, k);
    if (struck) {
        assert_limit_error(&t, c->statement, kind, k);
        assert_whole(t.nabla);
        assert_names(&t, c->names_before, c, kind, k, "names after failure");
        if (look)
            assert_values(&t, c->values_before, c, kind, k, "values after failure");
        assert_succeeds(&t, c, kind, k);
        assert_whole(t.nabla);
    }
    talk_close(&t);
    return struck;
}

/* All k up to here, then in steps that grow. */
enum { ALL_UP_TO = 400 };

static size_t next_fault(size_t k)
{
    return k < ALL_UP_TO ? k + 1 : k + k / 20;
}

/* One session in which the failures follow each other until the statement gets through.
 * Returns how many there were. */
static size_t try_in_turn(const control *c, fault kind)
{
    talk t;
    open_set_up(&t, c);
    size_t count = 0;
    for (size_t k = 1; run_with_fault(&t, c->statement, kind, k); k = next_fault(k)) {
        count++;
        assert_limit_error(&t, c->statement, kind, k);
        assert_whole(t.nabla);
        assert_names(&t, c->names_before, c, kind, k, "names after failures");
    }
    assert_same_text(t.results, c->results, c->statement, kind, 0, "results in the end");
    assert_same_text(t.messages, c->messages, c->statement, kind, 0,
                     "messages in the end");
    assert_names(&t, c->names_after, c, kind, 0, "names in the end");
    talk_close(&t);
    return count;
}

/* Fresh sessions are dear, so there some k have to do. */
static void try_all(const char *before, const char *source, bool json)
{
    control c = {.setup = before, .statement = source, .json = json};
    control_open(&c);
    for (fault kind = FAULT_ALLOCATION; kind < FAULT_KINDS; kind++) {
        size_t i = 0;
        for (size_t k = 1; try_fresh(&c, kind, k, i % 2 == 0); i++)
            k += 1 + k / 3;
        size_t count = try_in_turn(&c, kind);
        assert_true(count >= 2 || kind == FAULT_POLL);
    }
    control_close(&c);
}

/* ---- Statements of every kind ---- */

static const char usual[] =
    "x = 2; y = 3; param w = 0.5; const k = 4\n"
    "sq(u) = u*u; scaled(u) = k*u\n"
    "h = x*y; g = sq(h) + scaled(x); f = g*w + max(x, y); open = nothing + 1\n"
    "seed 1; g + 0\n";

static const char *statements[] = {
    /* expressions */
    "1 + 1",
    "x",
    "f",
    "f*h + sq(x)/3 - 2x^2",
    "sin(x)*exp(-y) + where(x > y, x, y)",
    "∂f/∂x",
    "∂(∂f/∂x)/∂y + ∂²f/∂w²",
    "mse(x, y) + huber(x, y, 1) + clip(x, 0, 1)",
    "ans + π",
    "check f",
    "check f wrt x, h",
    "check \"1a\": ∂f/∂x == 0.5",
    "check ∂f/∂w == 2*g - h*h - k*x",
    "check [x*y, 6.1] == [h, 6]",
    "check max(x, y) == y",
    "x̂ᵢ",
    /* definitions */
    "a = 1",
    "a = x + 1",
    "a = f*f",
    "x = 5",
    "x = y + 1",
    "h = sin(x)",
    "h = 7",
    "f = missing*x",
    "open = x",
    "nothing = 3",
    "param p = x*y + 1",
    "const w = 2",
    "e = 3",
    "sin = 4",
    "a = snh(x)",
    /* functions */
    "cube(u) = u*u*u",
    "sq(u) = u + 0*u",
    "both(u, v) = sq(u) + sq(v)*k",
    "max(u, v) = u",
    /* assignments */
    "x := 10",
    "x += y",
    "w *= 2",
    "h := h + 1",
    "fresh := f",
    "y -= x",
    /* commands */
    "forward f",
    "grad f",
    "∇f",
    "grad f wrt x, h, w",
    "grad f at x = 1, y = 2",
    "grad f + open at nothing = 2, h = 3 wrt nothing, x",
    "set digits 3",
    "undo",
    "undo 3",
    "reset",
    "show",
    "show f, sq, open",
    "seed 3 100",
    "a = randn(2, 2)",
    "quit",
    /* mistakes, which need memory to be reported */
    "nope",
    "open",
    "x + ",
    "(x",
    "sin(x, y)",
    "g = f",
    "sq(u) = scaled(sq(u))",
    "1 < x < 3",
    "grad",
    "f(x) = grad",
};

static void test_statement(void **state)
{
    const char **source = *state;
    try_all(usual, *source, true);
}

/* The reports as text go other ways. */
static void test_in_text(void **state)
{
    (void)state;
    static const char *const shown[] = {"f",     "grad f",     "forward f", "nope",
                                        "e = 3", "a = snh(x)", "set"};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        try_all(usual, shown[i], false);
}

/* The first statement of a session finds nothing prepared: grammar, rules, prelude. */
static void test_first_statements(void **state)
{
    (void)state;
    static const char *const first[] = {
        "1 + 1", "x = 1",  "f(u) = u", "grad x*x at x = 1", "mse(1, 2)", "nope(1)",
        "x =",   "x \xFF", "ŷ = 1"};
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        try_all("", first[i], true);
}

/* Many nodes, so that loops over the graph poll, and a walk down many names. */
static void test_long_chains(void **state)
{
    (void)state;
    char *chain;
    size_t length;
    FILE *to = open_memstream(&chain, &length);
    for (int i = 1; i <= 1500; i++)
        fprintf(to, "v%d = sin(v%d)\n", i, i - 1);
    fprintf(to, "v0 = 0.5\n");
    fclose(to);
    control c = {.setup = chain, .statement = "∂v1500/∂v0", .json = true};
    talk fine;
    open_set_up(&fine, &c);
    c.names_before = fingerprint(fine.nabla);
    talk_run(&fine, c.statement);
    for (fault kind = FAULT_ALLOCATION; kind < FAULT_KINDS; kind++) {
        talk t;
        open_set_up(&t, &c);
        size_t count = 0;
        for (size_t k = 1; run_with_fault(&t, c.statement, kind, k); k += 1 + k / 2) {
            count++;
            assert_limit_error(&t, c.statement, kind, k);
            assert_whole(t.nabla);
            assert_names(&t, c.names_before, &c, kind, k, "names");
        }
        assert_true(count > 10);
        assert_same_text(t.results, fine.results, c.statement, kind, 0, "results");
        talk_close(&t);
    }
    talk_close(&fine);
    control_close(&c);
    free(chain);
}

/* ---- Examples ---- */

static char *read_file(const char *path)
{
    FILE *from = fopen(path, "r");
    if (from == NULL)
        fail_msg("cannot read %s", path);
    char *text;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    for (int c = fgetc(from); c != EOF; c = fgetc(from))
        fputc(c, to);
    fclose(to);
    fclose(from);
    return text;
}

/* Runs the statements of a file one after the other, each with all its failures before it
 * gets through; what they say must be what they say in a session without failures. */
static void try_file(const char *path, fault kind)
{
    char *source = read_file(path);
    limits unlimited = {0};
    arena a;
    arena_init(&a, &unlimited, 4096);
    diagnostic why = {.arena = &a};
    splitter s;
    splitter_init(&s, source, strlen(source));
    talk faulty, fine;
    talk_open(&faulty, true);
    talk_open(&fine, true);
    make_blocks_tiny(faulty.nabla);
    statement_text found;
    size_t count = 0;
    for (; splitter_next(&s, &a, &found, &why); count++) {
        char *before = fingerprint(fine.nabla);
        for (size_t k = 1; run_with_fault(&faulty, found.text, kind, k);
             k = next_fault(k)) {
            assert_limit_error(&faulty, found.text, kind, k);
            assert_whole(faulty.nabla);
            char *now = fingerprint(faulty.nabla);
            assert_same_text(now, before, found.text, kind, k, "names");
            free(now);
        }
        free(before);
        talk_run(&fine, found.text);
        assert_same_text(faulty.results, fine.results, found.text, kind, 0, "results");
    }
    assert_true(count >= 3);
    talk_close(&faulty);
    talk_close(&fine);
    arena_empty(&a);
    free(source);
}

/* The results without notes: that a name has another meaning now is noted when it gets
 * it, so not in a second run. */
static char *without_notes(const char *results)
{
    static const char note[] = "{\"type\":\"note\"";
    char *kept;
    size_t length;
    FILE *to = open_memstream(&kept, &length);
    while (*results) {
        size_t line = strcspn(results, "\n");
        line += results[line] == '\n';
        if (strncmp(results, note, strlen(note)) != 0)
            fwrite(results, 1, line, to);
        results += line;
    }
    fclose(to);
    return kept;
}

/* The whole file at once: it ends at the failure, and a second run goes through. */
static void try_whole_file(const char *path, fault kind)
{
    char *source = read_file(path);
    control c = {.setup = "", .statement = source, .json = true};
    control_open(&c);
    char *wanted = without_notes(c.results);
    for (size_t k = 1;; k += 1 + k / 10) {
        talk t;
        talk_open(&t, true);
        bool struck = run_with_fault(&t, source, kind, k);
        if (struck) {
            assert_int_equal(t.status, NABLA_ERROR);
            assert_non_null(strstr(t.results, "\"kind\":\"limit\""));
            assert_whole(t.nabla);
            talk_run(&t, source);
            char *got = without_notes(t.results);
            assert_same_text(got, wanted, path, kind, k, "results");
            free(got);
            assert_names(&t, c.names_after, &c, kind, k, "names");
        }
        talk_close(&t);
        if (!struck)
            break;
    }
    control_close(&c);
    free(wanted);
    free(source);
}

static void test_examples(void **state)
{
    (void)state;
    glob_t files;
    assert_int_equal(glob("examples/*.ad", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++)
        for (fault kind = FAULT_ALLOCATION; kind < FAULT_KINDS; kind++) {
            try_file(files.gl_pathv[i], kind);
            try_whole_file(files.gl_pathv[i], kind);
        }
    globfree(&files);
}

/* ---- Budgets ---- */

/* Ever larger budgets: a limit error each time, until there is enough. */
static void test_growing_memory_budgets(void **state)
{
    (void)state;
    const char *source = "x = 2; f = sin(x)*exp(x^2); grad f; mse(f, x)";
    size_t successes = 0, failures = 0;
    for (size_t budget = 1000; budget < 8000000; budget += budget / 3) {
        talk t;
        talk_open(&t, true);
        t.nabla->limits.memory_budget = budget;
        if (talk_run(&t, source) == NABLA_FINE) {
            successes++;
        } else {
            failures++;
            assert_int_equal(successes, 0); /* more memory never hurts */
            assert_non_null(strstr(t.results, "\"kind\":\"limit\""));
        }
        assert_whole(t.nabla);
        assert_true(t.nabla->limits.memory_used <= budget);
        talk_close(&t);
    }
    assert_true(successes > 0 && failures > 0);
}

/* An interrupt stops one statement; the next one runs. */
static void test_interrupt_stops_the_statement_only(void **state)
{
    (void)state;
    volatile sig_atomic_t interrupted = 1;
    talk t;
    talk_open(&t, true);
    t.nabla->limits.interrupted = &interrupted;
    assert_int_equal(talk_run(&t, "x = 1\ny = 2"), NABLA_ERROR);
    assert_non_null(strstr(t.results, "interrupted"));
    interrupted = 0;
    double value;
    assert_int_equal(talk_run(&t, "x = 1\ny = 2"), NABLA_FINE);
    assert_true(talk_number(&t, "x + y", &value));
    assert_same_number(value, 3);
    talk_close(&t);
}

int main(void)
{
    enum { STATEMENTS = sizeof statements / sizeof *statements };
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_in_text),
        cmocka_unit_test(test_first_statements),
        cmocka_unit_test(test_long_chains),
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_growing_memory_budgets),
        cmocka_unit_test(test_interrupt_stops_the_statement_only),
    };
    enum { OTHERS = sizeof others / sizeof *others };
    struct CMUnitTest tests[STATEMENTS + OTHERS];
    for (size_t i = 0; i < STATEMENTS; i++)
        tests[i] = (struct CMUnitTest){.name = statements[i],
                                       .test_func = test_statement,
                                       .initial_state = &statements[i]};
    memcpy(tests + STATEMENTS, others, sizeof others);
    return _cmocka_run_group_tests("limits", tests, STATEMENTS + OTHERS, NULL, NULL);
}
