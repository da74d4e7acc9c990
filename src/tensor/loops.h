/* What our own loops over matrices share. They are plain C that compilers turn into
 * vector instructions at -O2: inner loops of a fixed length, unrolled. */
#ifndef NABLA_TENSOR_LOOPS_H
#define NABLA_TENSOR_LOOPS_H

#include <stddef.h>

#include "base/limits.h"

/* Counts multiplications, to poll every few milliseconds. */
typedef struct progress {
    limits *limits;
    size_t done; /* since the last poll */
} progress;

enum { WORK_SLAB = 1 << 22 };

static inline void progress_advance(progress *p, size_t multiplications)
{
    p->done += multiplications;
    if (p->done < WORK_SLAB)
        return;
    p->done = 0;
    limits_poll(p->limits);
}

static inline size_t smaller_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Sums run in so many parts, which a processor adds to at the same time … */
enum { SUM_LANES = 8 };

/* … and are added up in pairs. */
static inline double lanes_total(const double sum[SUM_LANES])
{
    return ((sum[0] + sum[1]) + (sum[2] + sum[3])) +
           ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

/* Σ a[k] b[k] for k < n, in lanes. */
static inline double row_dot(const double *restrict a, const double *restrict b, size_t n)
{
    double sum[SUM_LANES] = {0};
    size_t k = 0;
    for (; k + SUM_LANES <= n; k += SUM_LANES)
#pragma GCC unroll 8
        for (size_t j = 0; j < SUM_LANES; j++)
            sum[j] += a[k + j] * b[k + j];
    for (; k < n; k++)
        sum[0] += a[k] * b[k];
    return lanes_total(sum);
}

/* Σ a[k] for k < n, in lanes. */
static inline double row_sum(const double *a, size_t n)
{
    double sum[SUM_LANES] = {0};
    size_t k = 0;
    for (; k + SUM_LANES <= n; k += SUM_LANES)
#pragma GCC unroll 8
        for (size_t j = 0; j < SUM_LANES; j++)
            sum[j] += a[k + j];
    for (; k < n; k++)
        sum[0] += a[k];
    return lanes_total(sum);
}

/* out[j] -= times * row[j] for j < n. */
static inline void row_subtract(double *restrict out, double times,
                                const double *restrict row, size_t n)
{
    enum { LANES = 4 };
    size_t j = 0;
    for (; j + LANES <= n; j += LANES)
#pragma GCC unroll 4
        for (size_t i = j; i < j + LANES; i++)
            out[i] -= times * row[i];
    for (; j < n; j++)
        out[j] -= times * row[j];
}

static inline void row_swap(double *a, double *b, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        double moved = a[j];
        a[j] = b[j];
        b[j] = moved;
    }
}

#endif
