/* bench_speed.c: nabla beside the same work by hand in C and by other engines.
 *
 * usage: bench_speed PROGRAMS SCRIPTS [ROW…]
 *
 * PROGRAMS is the folder of the sides that were compiled, SCRIPTS that of those in
 * Python. Each side is asked in turn, round after round, so that whatever else the
 * machine does meets all of them; a ratio is the median over rounds of nabla's time over
 * the limit's in the same round. All must come to the same check value. ROWs (P2a, P5,
 * growth, …) choose what is measured. */
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "asking.h"

enum { ROUNDS = 12, GROWTH_ROUNDS = 6, MOST_VARIANTS = 20 };

typedef enum side_id {
    LIMIT,
    NABLA,
    ADOLC,
    TORCH,
    NUMPY,
    SIDES,
} side_id;

static const char *const titles[SIDES] = {"limit", "nabla", "ADOL-C", "PyTorch", "NumPy"};

/* A line of the table. */
typedef struct row {
    const char *name, *what;
    request request;
    size_t variants; /* from that of the request on: the line is about all of them */
    int threads;
    double needed, goal; /* times the limit */
} row;

#define CHAIN   "chain, from append to run"
#define AGAIN   "the same plan again"
#define ENTRIES "tanh(x).*exp(-x.^2) + sigmoid(x)"
static const row rows[] = {
    {"P2a", CHAIN ", 1e3", {"chain", 1000, 0}, 1, 1, 14, 6},
    {"P2a", CHAIN ", 1e5", {"chain", 100000, 0}, 1, 1, 14, 6},
    {"P2a", CHAIN ", 1e6", {"chain", 1000000, 0}, 1, 1, 25, 6},
    {"P2b", AGAIN ", 1e3", {"chain", 1000, 1}, 1, 1, 2, 1.5},
    {"P2b", AGAIN ", 1e5", {"chain", 100000, 1}, 1, 1, 2, 1.5},
    {"P2b", AGAIN ", 1e6", {"chain", 1000000, 1}, 1, 1, 2, 1.5},
    {"P3", "784-256-10, batch 64, 1 thread", {"network", 0, 0}, 1, 1, 1.4, 1.2},
    {"P3", "784-256-10, batch 64, 2 threads", {"network", 0, 0}, 1, 2, 2, 1.4},
    {"P4", "2-16-16-1, 100 samples", {"small-network", 0, 0}, 1, 1, 4, 2},
    {"P5", ENTRIES ", 1e3", {"entries", 1000, 0}, 1, 1, 2.5, 1.5},
    {"P5", ENTRIES ", 1e5", {"entries", 100000, 0}, 1, 1, 2.5, 1.5},
    {"P5", ENTRIES ", 1e7", {"entries", 10000000, 0}, 1, 1, 2.5, 1.5},
    {"P5", "20 random expressions, 1e3", {"random", 1000, 0}, 20, 1, 2.5, 1.5},
    {"P5", "20 random expressions, 1e5", {"random", 100000, 0}, 20, 1, 2.5, 1.5},
    {"P6", "sum(A*B), 64", {"product", 64, 0}, 1, 1, 1.5, 1.3},
    {"P6", "sum(A*B), 512", {"product", 512, 0}, 1, 1, 1.15, 1.05},
    {"P6", "sum(A*B), 1024", {"product", 1024, 0}, 1, 1, 1.1, 1.03},
    {"P6", "sum(tanh(A*B)), 64", {"product", 64, 1}, 1, 1, 1.5, 1.3},
    {"P6", "sum(tanh(A*B)), 512", {"product", 512, 1}, 1, 1, 1.15, 1.05},
    {"P6", "sum(tanh(A*B)), 1024", {"product", 1024, 1}, 1, 1, 1.1, 1.03},
    {"P9", "logistic regression, 1000×20", {"logistic", 0, 0}, 1, 1, 3, 1.8},
};

static const char *programs, *scripts;
static bool differ; /* some check values did */

/* ---- The sides ---- */

static bool start(side *s, side_id id, int threads)
{
    static const char *const compiled[] = {"limit", "nabla_side", "peer_adolc"};
    static const char *const script[] = {
        [TORCH] = "peer_torch.py", [NUMPY] = "peer_numpy.py"};
    char path[512];
    if (id <= ADOLC) {
        snprintf(path, sizeof path, "%s/%s", programs, compiled[id]);
        return side_start(s, (char *[]){path, NULL}, threads, id == NABLA);
    }
    snprintf(path, sizeof path, "%s/%s", scripts, script[id]);
    /* Debian's, where another is in front */
    return side_start(s, (char *[]){"python3", path, NULL}, threads, false) ||
           side_start(s, (char *[]){"/usr/bin/python3", path, NULL}, threads, false);
}

static void start_all(side sides[SIDES], int threads)
{
    for (side_id id = 0; id < SIDES; id++)
        if (!start(&sides[id], id, threads) && id <= NABLA) {
            fprintf(stderr, "cannot start %s\n", titles[id]);
            exit(1);
        }
}

static void stop_all(side sides[SIDES])
{
    for (side_id id = 0; id < SIDES; id++)
        side_stop(&sides[id]);
}

/* ---- Measuring ---- */

static int ascending(const void *a, const void *b)
{
    double p = *(const double *)a, q = *(const double *)b;
    return (p > q) - (p < q);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, ascending);
    return count % 2 == 1 ? values[count / 2]
                          : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* What came of the rounds of one request. */
typedef struct outcome {
    double seconds[SIDES]; /* the shortest; 0: no answer */
    double ratio[SIDES];   /* of these to the limit's */
    double low, high;      /* nabla's ratio in single rounds: the lowest and highest */
} outcome;

/* Sums of many terms in another order. */
static bool agree(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b));
}

/* A slow peer is asked once. */
static bool is_asked(const outcome *o, side_id id, size_t round)
{
    static const double slow = 0.5;
    return round == 0 || (o->seconds[id] > 0 && (id <= NABLA || o->seconds[id] < slow));
}

static outcome measure(side sides[SIDES], const request *r)
{
    outcome o = {.low = HUGE_VAL};
    double expected = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        double limit = 0;
        for (side_id id = 0; id < SIDES; id++) {
            answer a;
            if (sides[id].process == 0 || !is_asked(&o, id, round) ||
                !side_ask(&sides[id], r, &a))
                continue;
            if (id == LIMIT) {
                limit = a.seconds;
                expected = a.check;
            } else if (!agree(a.check, expected)) {
                printf("%s comes to %.17g, the limit to %.17g:\n", titles[id], a.check,
                       expected);
                differ = true;
            }
            if (id == NABLA) {
                o.low = fmin(o.low, a.seconds / limit);
                o.high = fmax(o.high, a.seconds / limit);
            }
            if (round == 0 || a.seconds < o.seconds[id])
                o.seconds[id] = a.seconds;
        }
    }
    for (side_id id = 0; id < SIDES; id++)
        o.ratio[id] = o.seconds[id] / o.seconds[LIMIT];
    return o;
}

/* ---- The tables ---- */

static void print_time(double seconds)
{
    if (seconds < 1e-3)
        printf("%8.2f µs", 1e6 * seconds);
    else
        printf("%8.2f ms", 1e3 * seconds);
}

static void print_ratio(double ratio)
{
    if (ratio == 0)
        printf("%8s", "-");
    else
        printf(ratio < 100 ? "%8.2f" : "%8.0f", ratio);
}

static void print_head(const side sides[SIDES])
{
    for (side_id id = NABLA; id < SIDES; id++)
        printf("%s%s", id == NABLA ? "" : ", ",
               sides[id].process != 0 ? sides[id].who : titles[id]);
    for (side_id id = ADOLC; id < SIDES; id++)
        if (sides[id].process == 0)
            printf("; %s is not installed", titles[id]);
    printf("\n\n%-4s %-41s %11s %11s %8s %14s %7s %5s %-4s", "", "", "limit", "nabla",
           "ratio", "spread", "needed", "goal", "");
    for (side_id id = ADOLC; id < SIDES; id++)
        printf("%8s", titles[id]);
    printf("\n");
}

static void print_row(const row *r, const outcome *o)
{
    printf("%-4s %-41s ", r->name, r->what);
    print_time(o->seconds[LIMIT]);
    printf(" ");
    print_time(o->seconds[NABLA]);
    char spread[32];
    snprintf(spread, sizeof spread, "%.2f - %.2f", o->low, o->high);
    print_ratio(o->ratio[NABLA]);
    printf(" %14s %7.2f %5.2f %-4s", spread, r->needed, r->goal,
           o->ratio[NABLA] <= r->goal     ? " **"
           : o->ratio[NABLA] <= r->needed ? " *"
                                          : "");
    for (side_id id = ADOLC; id < SIDES; id++)
        print_ratio(o->ratio[id]);
    printf("\n");
    fflush(stdout);
}

/* Of several variants the median, and the lowest and highest of their ratios. */
static outcome measure_variants(side sides[SIDES], const row *r)
{
    outcome all = {0}, each[MOST_VARIANTS];
    for (size_t i = 0; i < r->variants; i++) {
        request one = r->request;
        one.variant += i;
        each[i] = measure(sides, &one);
    }
    if (r->variants == 1)
        return each[0];
    for (side_id id = 0; id < SIDES; id++) {
        double ratios[MOST_VARIANTS], seconds[MOST_VARIANTS];
        for (size_t i = 0; i < r->variants; i++) {
            ratios[i] = each[i].ratio[id];
            seconds[i] = each[i].seconds[id];
        }
        all.ratio[id] = median(ratios, r->variants);
        all.seconds[id] = median(seconds, r->variants);
        if (id == NABLA) {
            all.low = ratios[0];
            all.high = ratios[r->variants - 1];
        }
    }
    return all;
}

static bool is_chosen(const char *name, char *const *chosen)
{
    if (*chosen == NULL)
        return true;
    for (; *chosen != NULL; chosen++)
        if (strcmp(*chosen, name) == 0)
            return true;
    return false;
}

static void measure_rows(char *const *chosen)
{
    side sides[SIDES] = {0};
    int threads = 0;
    bool any = false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const row *r = &rows[i];
        if (!is_chosen(r->name, chosen))
            continue;
        if (r->threads != threads) {
            stop_all(sides);
            start_all(sides, r->threads);
            threads = r->threads;
        }
        if (!any)
            print_head(sides);
        any = true;
        outcome o = measure_variants(sides, r);
        print_row(r, &o);
    }
    stop_all(sides);
}

/* The most memory that a side has for P2a, this process being small when it starts it. */
static void measure_memory(void)
{
    enum { OPERATIONS = 1000000 };
    const request chain = {"chain", OPERATIONS, 0};
    printf("\nP10  peak memory of P2a, 1e6 operations (needed 160 MiB, goal 60 MiB)\n");
    for (side_id id = 0; id < NUMPY; id++) {
        side s = {0};
        answer a;
        if (!start(&s, id, 1))
            continue;
        side_ask(&s, &chain, &a);
        printf("     %-10s %8.1f MiB\n", titles[id], side_stop(&s) / (1 << 20));
        fflush(stdout);
    }
}

/* Nanoseconds of a request, divided by n. */
static double nanoseconds(side *s, const char *workload, size_t n, size_t variant)
{
    const request r = {workload, n, variant};
    double best = HUGE_VAL;
    for (size_t round = 0; round < GROWTH_ROUNDS; round++) {
        answer a;
        side_ask(s, &r, &a);
        best = fmin(best, a.seconds);
    }
    return 1e9 * best / (double)n;
}

/* How nabla's times grow. */
static void measure_growth(void)
{
    enum { LEAST = 1000, MOST = 10000000 };
    side s = {0};
    start(&s, NABLA, 1);
    printf(
        "\nnanoseconds per operation of the chain, up to a stage, and per entry of P5\n");
    printf("%10s %8s %15s %8s %8s %8s %10s\n", "n", "append", "+ differentiate", "+ plan",
           "+ run", "again", "per entry");
    for (size_t n = LEAST; n <= MOST; n *= 10) {
        enum { ALL, AGAIN_VARIANT, APPEND, DIFFERENTIATE, PLAN };
        static const size_t stages[] = {APPEND, DIFFERENTIATE, PLAN, ALL, AGAIN_VARIANT};
        static const int widths[] = {8, 15, 8, 8, 8};
        printf("%10zu", n);
        for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
            printf(" %*.1f", widths[i], nanoseconds(&s, "chain", n, stages[i]));
        printf(" %10.2f\n", nanoseconds(&s, "entries", n, 0));
        fflush(stdout);
    }
    printf("     peak memory up to here: %.0f MiB\n", side_stop(&s) / (1 << 20));
}

int main(int count, char **arguments)
{
    if (count < 3) {
        fprintf(stderr, "usage: bench_speed PROGRAMS SCRIPTS [ROW…]\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    programs = arguments[1];
    scripts = arguments[2];
    char **chosen = arguments + 3;
    measure_rows(chosen);
    if (is_chosen("P10", chosen))
        measure_memory();
    if (is_chosen("growth", chosen))
        measure_growth();
    if (differ)
        printf("\nSome sides do not come to the same: see above.\n");
    return differ;
}
