/* The clocks that benchmarks read, in seconds. */
#ifndef NABLA_BENCH_CLOCK_H
#define NABLA_BENCH_CLOCK_H

#include <time.h>

static inline double clock_seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Time that passes, whoever works. */
static inline double wall_seconds(void)
{
    return clock_seconds(CLOCK_MONOTONIC);
}

/* Time of the processor for this program alone, which other programs disturb less. */
static inline double processor_seconds(void)
{
    return clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
}

#endif
