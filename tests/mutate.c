/* Breaks every derivative rule of the operation table in turn, the way people break them,
 * and asks the checks of unit/row_checks.h whether they notice. A mutant that none of
 * them notices is listed, and makes this program fail.
 *
 * The table is constant, so this program has a table of its own: it compiles operation.c
 * as part of itself, with another way to the rows, and the linker leaves that of the
 * library out. Rules are parsed once per session; each mutant gets a fresh one.
 *
 * A pull rule may be broken so that its shapes no longer fit, which nabla asserts: those
 * mutants are tried in a process of their own. */
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/row_checks.h"

static const operation *original_row(op_id id);
#define op_row original_row
#include "graph/operation.c"
#undef op_row

/* The row that is broken at the moment stands in for the original. */
static operation broken;
static op_id broken_op = OP_NONE;

const operation *op_row(op_id id)
{
    return id == broken_op && id != OP_NONE ? &broken : original_row(id);
}

/* ---- Breaking a rule ---- */

enum { RULE_ROOM = 400, MUTANT_ROOM = 24 };

typedef struct mutant {
    const char *how;
    char text[RULE_ROOM];
} mutant;

typedef struct mutants {
    mutant items[MUTANT_ROOM];
    size_t count;
} mutants;

static mutant *add_mutant(mutants *list, const char *how)
{
    if (list->count == MUTANT_ROOM)
        abort();
    mutant *m = &list->items[list->count++];
    *m = (mutant){.how = how};
    return m;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Writes the rule with each word `from` replaced by `to`, and, with `back`, the reverse.
 * False where nothing was replaced. */
static bool replace_words(const char *rule, const char *from, const char *to, bool back,
                          char *text)
{
    bool replaced = false;
    size_t length = 0;
    for (const char *at = rule; *at != '\0';) {
        size_t size = 0;
        while (is_word(at[size]))
            size++;
        bool is_from = size == strlen(from) && strncmp(at, from, size) == 0;
        bool is_to = back && size == strlen(to) && strncmp(at, to, size) == 0;
        const char *put = is_from ? to : is_to ? from : NULL;
        replaced = replaced || put != NULL;
        size = size == 0 ? 1 : size;
        length += (size_t)snprintf(text + length, RULE_ROOM - length, "%.*s",
                                   put == NULL ? (int)size : (int)strlen(put),
                                   put == NULL ? at : put);
        at += size;
    }
    return replaced;
}

static void add_replaced(mutants *list, const char *how, const char *rule,
                         const char *from, const char *to, bool back)
{
    char text[RULE_ROOM];
    if (replace_words(rule, from, to, back, text))
        memcpy(add_mutant(list, how)->text, text, sizeof text);
}

/* The first + or - between terms outside brackets, or NULL. */
static const char *between_terms(const char *rule)
{
    int depth = 0;
    for (const char *at = rule; *at != '\0'; at++) {
        depth += (*at == '(') - (*at == ')');
        bool infix = strncmp(at, " + ", 3) == 0 || strncmp(at, " - ", 3) == 0;
        if (depth == 0 && infix)
            return at + 1;
    }
    return NULL;
}

static void add_term_mutants(mutants *list, const char *rule)
{
    const char *sign = between_terms(rule);
    if (sign == NULL)
        return;
    int before = (int)(sign - rule);
    snprintf(add_mutant(list, "sign of the second term")->text, RULE_ROOM, "%.*s%c%s",
             before, rule, *sign == '+' ? '-' : '+', sign + 1);
    snprintf(add_mutant(list, "first term alone")->text, RULE_ROOM, "%.*s", before - 1,
             rule);
    snprintf(add_mutant(list, "first term missing")->text, RULE_ROOM, "%s%s",
             *sign == '-' ? "-" : "", sign + 2);
}

static mutants break_rule(const operation *row, const char *rule)
{
    mutants list = {.count = 0};
    snprintf(add_mutant(&list, "sign")->text, RULE_ROOM, "-(%s)", rule);
    snprintf(add_mutant(&list, "factor 2")->text, RULE_ROOM, "2*(%s)", rule);
    if (row->arity >= 2)
        add_replaced(&list, "a and b swapped", rule, "a", "b", true);
    if (row->arity >= 3) {
        add_replaced(&list, "b and c swapped", rule, "b", "c", true);
        add_replaced(&list, "a and c swapped", rule, "a", "c", true);
    }
    add_replaced(&list, "out becomes a", rule, "out", "a", false);
    add_replaced(&list, "a becomes out", rule, "a", "out", false);
    add_term_mutants(&list, rule);
    return list;
}

/* The ways to break a rule that says what flows down, where shapes matter. */
static mutants break_pull(const operation *row, const char *rule)
{
    mutants list = {.count = 0};
    snprintf(add_mutant(&list, "sign")->text, RULE_ROOM, "-(%s)", rule);
    snprintf(add_mutant(&list, "factor 2")->text, RULE_ROOM, "2*(%s)", rule);
    snprintf(add_mutant(&list, "plus 1")->text, RULE_ROOM, "1 + (%s)", rule);
    snprintf(add_mutant(&list, "squared")->text, RULE_ROOM, "(%s).^2", rule);
    snprintf(add_mutant(&list, "transposed")->text, RULE_ROOM, "(%s)'", rule);
    snprintf(add_mutant(&list, "the upstream alone")->text, RULE_ROOM, "up");
    if (row->shape != shape_total) /* there it is a number, and that its own sum */
        snprintf(add_mutant(&list, "the upstream summed")->text, RULE_ROOM, "sum(up)");
    static const struct {
        const char *one, *other;
        bool alone; /* one may stand for the other where that does not occur */
    } names[] = {{"a", "b", false},
                 {"a", "c", false},
                 {"a", "d", false},
                 {"b", "c", false},
                 {"b", "d", false},
                 {"c", "d", false},
                 {"i", "j", false},
                 {"up", "a", true},
                 {"expand", "collect", true},
                 {"tile", "repeat", true},
                 {"untile", "blocksum", true},
                 {"tile", "untile", true},
                 {"repeat", "blocksum", true},
                 {"rows", "cols", true},
                 {"tril", "diag", true}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *one = names[i].one, *other = names[i].other;
        char text[RULE_ROOM];
        bool both = replace_words(rule, one, "", false, text) &&
                    replace_words(rule, other, "", false, text);
        if (both)
            add_replaced(&list, "two swapped", rule, one, other, true);
        if (both || names[i].alone) {
            add_replaced(&list, "one for another", rule, one, other, false);
            add_replaced(&list, "one for another", rule, other, one, false);
        }
    }
    add_replaced(&list, "up becomes out", rule, "up", "out", false);
    return list;
}

/* ---- Trying one ---- */

/* What happened to the mutants. */
typedef struct tally {
    size_t made, equal, survived;
    size_t refused; /* caught by an assertion of nabla */
    size_t caught[ROW_PROPERTIES];
    size_t faulty_rows;
} tally;

/* Whether two texts have the same value at many points, more than the checks look at. */
static bool are_equal(row_trial *t, const char *one, const char *other)
{
    static const double values[] = {-3, -1.5, -1, -0.5, 0, 0.25, 1, 1.5, 3};
    enum { COUNT = sizeof values / sizeof *values };
    double point[OP_MAX_OPERANDS] = {0};
    for (size_t i = 0; row_grid(values, COUNT, t->arity, i, point); i++)
        if (!numbers_agree(row_at(t, point, one), row_at(t, point, other), 1e-12))
            return false;
    return true;
}

/* With `hurry` the first failure is enough. */
static row_verdict check_row(op_id op, bool hurry)
{
    row_verdict v = {.first_failure = ""};
    row_trial t;
    if (row_trial_open(&t, op, &v)) {
        row_check_gradient(&t, hurry);
        row_check_second(&t, hurry);
        if (!hurry || row_failures(&v) == 0)
            row_check_kink(&t);
        if (!hurry || row_failures(&v) == 0)
            row_check_runs(&t);
    }
    row_trial_close(&t);
    if (op_row(op)->array != NULL)
        row_check_arrays(op, NULL, &v, hurry);
    return v;
}

/* The first property of which more checks fail than before, or ROW_PROPERTIES. */
static row_property first_worse(const row_verdict *v, const row_verdict *before)
{
    row_property p = ROW_FIELDS;
    while (p < ROW_PROPERTIES && v->failed[p] <= before->failed[p])
        p++;
    return p;
}

/* The same in a process of its own. False where nabla refused what it was to compute. */
static bool check_row_apart(op_id op, bool hurry, row_verdict *v)
{
    int ends[2];
    fflush(stdout);
    if (pipe(ends) != 0)
        abort();
    pid_t child = fork();
    if (child == -1)
        abort();
    if (child == 0) {
        bool quiet = freopen("/dev/null", "w", stderr) != NULL;
        row_verdict found = check_row(op, hurry);
        bool written = write(ends[1], &found, sizeof found) == (ssize_t)sizeof found;
        _exit(quiet && written ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    close(ends[1]);
    bool told = read(ends[0], v, sizeof *v) == (ssize_t)sizeof *v;
    close(ends[0]);
    int status;
    if (waitpid(child, &status, 0) != child)
        abort();
    if (!told && !(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)) {
        fprintf(stderr, "%s: a mutant ended with status %d\n", op_row(op)->name, status);
        exit(EXIT_FAILURE);
    }
    return told;
}

/* A rule of the row: `original` in the table, `broken` in its copy. */
typedef struct place {
    const char *field;
    size_t operand;
    const char *original;
    const char **broken;
} place;

static void try_mutant(op_id op, const place *where, const mutant *m, row_trial *unbroken,
                       const row_verdict *before, tally *count)
{
    const char *name = original_row(op)->name;
    count->made++;
    if (are_equal(unbroken, where->original, m->text)) {
        count->equal++;
        printf("  equal    %-12s %s[%zu]  %s: %s\n", name, where->field,
               where->operand + 1, m->how, m->text);
        return;
    }
    broken = *original_row(op);
    *where->broken = m->text;
    broken_op = op;
    row_verdict v = check_row(op, row_failures(before) == 0);
    broken_op = OP_NONE;
    row_property noticed = first_worse(&v, before);
    if (noticed < ROW_PROPERTIES) {
        count->caught[noticed]++;
        return;
    }
    count->survived++;
    printf("  SURVIVED %-12s %s[%zu]  %s: %s\n", name, where->field, where->operand + 1,
           m->how, m->text);
}

/* Whether what flows down is symmetric by its nature, so that to transpose it changes
 * nothing. */
static bool is_symmetric(op_id op)
{
    return op == OP_TRACE || op == OP_CHOLESKY;
}

/* One of the text of a pull rule that runs. Of equal ones the same graphs come. */
static void try_pull_mutant(op_id op, const place *where, const mutant *m,
                            const row_verdict *before, tally *count)
{
    const operation *row = original_row(op);
    size_t k = where->operand;
    count->made++;
    broken = *row;
    *where->broken = m->text;
    broken_op = op;
    row_verdict v;
    bool told = check_row_apart(op, row_failures(before) == 0, &v);
    broken_op = OP_NONE;
    row_property noticed = told ? first_worse(&v, before) : ROW_PROPERTIES;
    if (!told) {
        count->refused++;
    } else if (noticed < ROW_PROPERTIES) {
        count->caught[noticed]++;
    } else if (v.built == before->built ||
               (is_symmetric(op) && strcmp(m->how, "transposed") == 0)) {
        count->equal++;
        printf("  equal    %-12s %s[%zu]  %s: %s\n", row->name, where->field, k + 1,
               m->how, m->text);
    } else {
        count->survived++;
        printf("  SURVIVED %-12s %s[%zu]  %s: %s\n", row->name, where->field, k + 1,
               m->how, m->text);
    }
}

static void try_pulls(op_id op, const row_verdict *before, tally *count)
{
    const operation *row = original_row(op);
    for (size_t k = 0; k < OP_MAX_OPERANDS; k++) {
        if (row->pull[k] == NULL)
            continue;
        bool guarded = row->runs[k] != NULL;
        const place where = {guarded ? "runs" : "pull", k,
                             guarded ? row->runs[k] : row->pull[k],
                             guarded ? &broken.runs[k] : &broken.pull[k]};
        mutants list = break_pull(row, where.original);
        if (guarded)
            snprintf(add_mutant(&list, "without its guard")->text, RULE_ROOM, "%s",
                     row->pull[k]);
        for (size_t i = 0; i < list.count; i++)
            try_pull_mutant(op, &where, &list.items[i], before, count);
    }
}

static void try_rule(op_id op, const place *where, row_trial *unbroken,
                     const row_verdict *before, tally *count)
{
    if (where->original == NULL)
        return;
    mutants list = break_rule(original_row(op), where->original);
    bool chosen = strcmp(where->field, "kink.adds") == 0; /* 0 or 1 are both possible */
    if (!chosen)
        snprintf(add_mutant(&list, "plus 1")->text, RULE_ROOM, "1 + (%s)",
                 where->original);
    if (strcmp(where->field, "runs") == 0)
        snprintf(add_mutant(&list, "without its guard")->text, RULE_ROOM, "%s",
                 original_row(op)->local[where->operand]);
    for (size_t i = 0; i < list.count; i++)
        try_mutant(op, where, &list.items[i], unbroken, before, count);
}

static void try_row(op_id op, tally *count)
{
    const operation *row = original_row(op);
    row_verdict before = check_row(op, false);
    if (row_failures(&before) > 0) {
        count->faulty_rows++;
        printf("  FAULTY   %-12s unbroken: %s\n", row->name, before.first_failure);
    }
    row_verdict unused = {.first_failure = ""};
    row_trial unbroken;
    if (row_trial_open(&unbroken, op, &unused)) {
        for (size_t k = 0; k < row->arity; k++) {
            bool local = row->local[k] != NULL, guarded = row->runs[k] != NULL;
            const place places[] = {
                {"local", k, row->local[k], &broken.local[k]},
                {"pull", k, guarded ? row->pull[k] : NULL, &broken.pull[k]},
                {"runs", k, local ? row->runs[k] : NULL, &broken.runs[k]},
                {"kink.adds", k, row->kink.adds[k], &broken.kink.adds[k]},
            };
            for (size_t i = 0; i < sizeof places / sizeof *places; i++)
                try_rule(op, &places[i], &unbroken, &before, count);
        }
    }
    row_trial_close(&unbroken);
    try_pulls(op, &before, count);
}

int main(void)
{
    tally count = {0};
    printf("Every derivative rule, broken in turn\n");
    for (op_id op = OP_NONE; op < OP_COUNT; op++)
        try_row(op, &count);
    printf("%zu mutants: %zu caught by the gradient, %zu by the second derivative, "
           "%zu at a kink, %zu by comparing local with runs\n",
           count.made, count.caught[ROW_GRADIENT], count.caught[ROW_SECOND],
           count.caught[ROW_KINK], count.caught[ROW_RUNS]);
    printf("on arrays %zu caught by the gradient, %zu by the second derivative, %zu "
           "refused by an assertion\n",
           count.caught[ROW_ARRAY_GRADIENT], count.caught[ROW_ARRAY_SECOND],
           count.refused);
    printf(
        "%zu are equal to the rule in value, or the same graph comes of them, wherever "
        "it was tried: not counted\n",
        count.equal);
    printf("%zu survived\n", count.survived);
    return count.survived == 0 && count.faulty_rows == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
