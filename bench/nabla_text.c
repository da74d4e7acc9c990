/* Workloads on arrays, as a session defines them by text: the loss and its gradients are
 * planned once and run again and again; a step down is taken here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eval/plan.h"
#include "nabla_side.h"
#include "networks.h"
#include "session/session.h"

enum { MOST_LEAVES = 8, TEXT_ROOM = 512 };

typedef enum filling {
    SPREAD, /* side_fill */
    BINARY,
    ONE_HOT,
} filling;

/* A leaf of the formula, a matrix. */
typedef struct leaf {
    const char *name; /* NULL: there are no more */
    size_t rows, columns;
    int stream;
    double scale;
    enum { FIXED, FOLLOWED, LEARNED } role; /* has a gradient; is stepped down */
    filling filling;
} leaf;

typedef struct work {
    leaf leaves[MOST_LEAVES];
    size_t count, followed;
    double *entries[MOST_LEAVES];
    const double *by_number[2 * MOST_LEAVES]; /* as the session knows them */
    nabla *session;
    arena arena;
    plan *plan;
} work;

static const double *leaf_entries(const void *owner, int32_t number)
{
    const work *w = owner;
    return w->by_number[number];
}

static void show(void *context, nabla_stream stream, const char *bytes, size_t length)
{
    (void)context;
    (void)stream;
    fwrite(bytes, 1, length, stderr);
}

static void define(nabla *n, const char *line)
{
    if (nabla_run(n, "bench", line, strlen(line)) != NABLA_FINE)
        exit(1);
}

static const name *name_of(nabla *n, const char *spelling)
{
    return names_known(&n->names, symbol_of(&n->symbols, spelling), false);
}

static void define_leaf(work *w, size_t i)
{
    const leaf *l = &w->leaves[i];
    size_t count = l->rows * l->columns;
    w->entries[i] = side_room(count, sizeof(double));
    if (l->filling == SPREAD)
        side_fill(w->entries[i], count, l->stream, l->scale);
    else if (l->filling == BINARY)
        side_fill_binary(w->entries[i], count, l->stream);
    else
        side_fill_one_hot(w->entries[i], l->rows, l->columns);
    char line[TEXT_ROOM];
    snprintf(line, sizeof line, "input %s = zeros(%zu, %zu)", l->name, l->rows,
             l->columns);
    define(w->session, line);
    w->by_number[name_of(w->session, l->name)->number] = w->entries[i];
}

/* Appends the gradients and makes the plan, after the session has built the formula. */
static void plan_formula(work *w)
{
    nabla *n = w->session;
    node_id wrt[MOST_LEAVES], results[1 + MOST_LEAVES];
    for (size_t i = 0; i < w->count; i++)
        if (w->leaves[i].role != FIXED)
            wrt[w->followed++] = name_of(n, w->leaves[i].name)->built.root;
    results[0] = name_of(n, "loss")->built.root;
    n->limits.escape = nabla_limits.escape;
    arena_init(&w->arena, &n->limits, 1 << 16);
    run_init(&n->run, &n->graph, &n->work, leaf_entries, w);
    builder b = session_builder(n, &w->arena, NULL);
    differentiate_all(&b, results[0], wrt, w->followed, results + 1);
    w->plan = plan_make(&w->arena, &n->graph, results, 1 + w->followed);
}

static void *text_open(const leaf *leaves, const char *formula)
{
    work *w = side_room(1, sizeof *w);
    w->session = nabla_open(&(nabla_options){.write = show});
    for (; leaves[w->count].name != NULL; w->count++) {
        w->leaves[w->count] = leaves[w->count];
        define_leaf(w, w->count);
    }
    char line[TEXT_ROOM];
    snprintf(line, sizeof line, "loss = %s", formula);
    define(w->session, line);
    plan_formula(w);
    return w;
}

static void text_run(void *state)
{
    work *w = state;
    if (!plan_run(w->plan, leaf_entries, w))
        exit(1);
    for (size_t i = 0, k = 1; i < w->count; i++) {
        if (w->leaves[i].role == FIXED)
            continue;
        const double *gradient = plan_result(w->plan, k++).entries;
        double *at = w->entries[i];
        size_t count = w->leaves[i].rows * w->leaves[i].columns;
        for (size_t j = 0; j < count && w->leaves[i].role == LEARNED; j++)
            at[j] -= 0.1 * gradient[j];
    }
}

static double text_check(void *state)
{
    const work *w = state;
    double sum = plan_result(w->plan, 0).entries[0];
    for (size_t i = 1; i <= w->followed; i++) {
        tensor gradient = plan_result(w->plan, i);
        sum += side_weigh(gradient.entries, shape_count(&gradient.shape));
    }
    return sum;
}

static void text_close(void *state)
{
    work *w = state;
    for (size_t i = 0; i < w->count; i++)
        free(w->entries[i]);
    arena_empty(&w->arena);
    nabla_close(w->session);
    free(w);
}

/* ---- Entries ---- */

static void *elementwise_open(size_t n, const char *formula)
{
    const leaf leaves[] = {{"x", n, 1, 0, 2, FOLLOWED, SPREAD}, {0}};
    return text_open(leaves, formula);
}

static void *entries_open(size_t n, size_t variant)
{
    (void)variant;
    return elementwise_open(n, "sum(tanh(x).*exp(-x.^2) + sigmoid(x))");
}

static void *random_sum_open(size_t n, size_t variant)
{
    static const char *const formulas[] = {
#define EXPRESSION(i, text, by_hand) "sum(" text ")",
#include "random_expressions.def"
#undef EXPRESSION
    };
    return elementwise_open(n, formulas[variant]);
}

/* ---- Products ---- */

static void *product_open(size_t n, size_t variant)
{
    const leaf leaves[] = {{"A", n, n, 0, 0.1, FOLLOWED, SPREAD},
                           {"B", n, n, 1, 0.1, FOLLOWED, SPREAD},
                           {0}};
    return text_open(leaves, variant == 1 ? "sum(tanh(A*B))" : "sum(A*B)");
}

/* ---- Steps ---- */

static void *network_open(size_t n, size_t variant)
{
    (void)n;
    (void)variant;
    const leaf leaves[] = {
        {"X", NETWORK_BATCH, NETWORK_INPUTS, 0, 1, FIXED, SPREAD},
        {"Y", NETWORK_BATCH, NETWORK_CLASSES, 0, 1, FIXED, ONE_HOT},
        {"W1", NETWORK_INPUTS, NETWORK_HIDDEN, 1, 0.05, LEARNED, SPREAD},
        {"b1", 1, NETWORK_HIDDEN, 2, 0.1, LEARNED, SPREAD},
        {"W2", NETWORK_HIDDEN, NETWORK_CLASSES, 3, 0.1, LEARNED, SPREAD},
        {"b2", 1, NETWORK_CLASSES, 4, 0.1, LEARNED, SPREAD},
        {0}};
    return text_open(leaves, "softmax_cross_entropy(tanh(X*W1 + b1)*W2 + b2, Y, axis=2)");
}

static void *small_network_open(size_t n, size_t variant)
{
    (void)n;
    (void)variant;
    const leaf leaves[] = {{"X", SMALL_SAMPLES, SMALL_INPUTS, 0, 1, FIXED, SPREAD},
                           {"y", SMALL_SAMPLES, 1, 1, 1, FIXED, SPREAD},
                           {"W1", SMALL_INPUTS, SMALL_HIDDEN, 2, 0.5, LEARNED, SPREAD},
                           {"b1", 1, SMALL_HIDDEN, 3, 0.5, LEARNED, SPREAD},
                           {"W2", SMALL_HIDDEN, SMALL_HIDDEN, 4, 0.5, LEARNED, SPREAD},
                           {"b2", 1, SMALL_HIDDEN, 5, 0.5, LEARNED, SPREAD},
                           {"w3", SMALL_HIDDEN, 1, 6, 0.5, LEARNED, SPREAD},
                           {"b3", 1, 1, 7, 0.5, LEARNED, SPREAD},
                           {0}};
    return text_open(leaves, "mse(tanh(tanh(X*W1 + b1)*W2 + b2)*w3 + b3, y)");
}

static void *logistic_open(size_t n, size_t variant)
{
    (void)n;
    (void)variant;
    const leaf leaves[] = {
        {"X", LOGISTIC_SAMPLES, LOGISTIC_FEATURES, 0, 1, FIXED, SPREAD},
        {"y", LOGISTIC_SAMPLES, 1, 1, 1, FIXED, BINARY},
        {"w", LOGISTIC_FEATURES, 1, 2, 0.5, LEARNED, SPREAD},
        {"b", 1, 1, 3, 0.5, LEARNED, SPREAD},
        {0}};
    return text_open(leaves, "bce(sigmoid(X*w + b), y)");
}

#define FROM_TEXT(name, open)                                                            \
    {                                                                                    \
        name, open, text_run, text_check, text_close                                     \
    }

const workload nabla_entries = FROM_TEXT("entries", entries_open);
const workload nabla_random = FROM_TEXT("random", random_sum_open);
const workload nabla_product = FROM_TEXT("product", product_open);
const workload nabla_network = FROM_TEXT("network", network_open);
const workload nabla_small_network = FROM_TEXT("small-network", small_network_open);
const workload nabla_logistic = FROM_TEXT("logistic", logistic_open);
