#include "side.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

enum { NAME_ROOM = 64 };

/* How long one answer measures, at least one run. */
static const double batch_seconds = 0.02;

void *side_room(size_t count, size_t size)
{
    void *room = calloc(count, size);
    if (room == NULL)
        exit(1);
    return room;
}

void side_fill(double *out, size_t n, int stream, double scale)
{
    const double ratio = 0.6180339887498949 + 0.0314159265358979 * stream;
    for (size_t i = 0; i < n; i++) {
        double turned = (double)(i + 1) * ratio;
        out[i] = scale * (2 * (turned - floor(turned)) - 1);
    }
}

void side_fill_binary(double *out, size_t n, int stream)
{
    side_fill(out, n, stream, 1);
    for (size_t i = 0; i < n; i++)
        out[i] = out[i] > 0;
}

void side_fill_one_hot(double *out, size_t n, size_t classes)
{
    for (size_t i = 0; i < n * classes; i++)
        out[i] = i % classes == i / classes % classes;
}

double side_weigh(const double *entries, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)(1 + i % 7) * entries[i];
    return sum;
}

/* ---- Answering ---- */

/* What the last request was about, kept open for the next. */
typedef struct opened {
    char name[NAME_ROOM];
    size_t n, variant;
    const workload *work; /* NULL: not among ours */
    void *state;
    double check;
} opened;

static void shut(opened *o)
{
    if (o->work != NULL)
        o->work->close(o->state);
    o->work = NULL;
}

static void open_request(opened *o, const workload *workloads, size_t count)
{
    for (size_t i = 0; i < count && o->work == NULL; i++)
        if (strcmp(workloads[i].name, o->name) == 0)
            o->work = &workloads[i];
    if (o->work == NULL)
        return;
    o->state = o->work->open(o->n, o->variant);
    o->work->run(o->state);
    o->check = o->work->check(o->state);
}

/* The shortest run of a batch: what else the machine does only makes them longer. */
static double measure(const opened *o)
{
    double begin = wall_seconds(), before = begin, best = HUGE_VAL;
    do {
        o->work->run(o->state);
        double after = wall_seconds();
        best = after - before < best ? after - before : best;
        before = after;
    } while (before - begin < batch_seconds);
    return best;
}

int side_main(const char *who, const workload *workloads, size_t count)
{
    printf("ready %s\n", who);
    fflush(stdout);
    opened o = {0};
    opened asked = {0};
    while (scanf("%63s %zu %zu", asked.name, &asked.n, &asked.variant) == 3) {
        if (strcmp(asked.name, o.name) != 0 || asked.n != o.n ||
            asked.variant != o.variant) {
            shut(&o);
            o = asked;
            open_request(&o, workloads, count);
        }
        if (o.work == NULL)
            printf("none\n");
        else
            printf("%.9g %.17g\n", measure(&o), o.check);
        fflush(stdout);
    }
    shut(&o);
    return 0;
}
