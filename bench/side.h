/* A side of the comparison: a program that does the work of some workloads in its own
 * way. bench/compare.c starts it and asks it again and again, in turn with the others:
 *
 *     it prints   ready nabla 0.1.0
 *     is asked    entries 1000 0          a workload, its size, which variant of it
 *     answers     3.5e-06 711.2384        seconds of one run, and a check value
 *     or answers  none                    where that is not among its workloads
 *
 * until its input ends. bench/side.py does the same for the sides in Python. */
#ifndef NABLA_BENCH_SIDE_H
#define NABLA_BENCH_SIDE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One kind of work. A state has the inputs ready and is not part of what is measured. */
typedef struct workload {
    const char *name;
    void *(*open)(size_t n, size_t variant);
    void (*run)(void *state);     /* what is measured */
    double (*check)(void *state); /* after the first run: see side_weigh */
    void (*close)(void *state);
} workload;

/* Answers requests for these workloads until there are no more; for main to return. */
int side_main(const char *who, const workload *workloads, size_t count);

/* Memory that is there, zeroed, or the program ends. */
void *side_room(size_t count, size_t size);

/* Fills in numbers between -`scale` and `scale`, the same ones on every side: number i of
 * a stream is 2 frac((i + 1) r) - 1 with a ratio r of the stream's. */
void side_fill(double *out, size_t n, int stream, double scale);

/* Part of a check value: the entries, weighted 1 to 7 in turn, so that none may be
 * missing or out of place. */
double side_weigh(const double *entries, size_t n);

/* Targets: 0 or 1 in turn by the i-th number of a stream; one 1 in each of `n` rows. */
void side_fill_binary(double *out, size_t n, int stream);
void side_fill_one_hot(double *out, size_t n, size_t classes);

#ifdef __cplusplus
}
#endif

#endif
