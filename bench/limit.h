/* The limit: each workload by hand in C, for its own case alone, compiled for this very
 * machine with -O3 -ffast-math, so that loops use vector functions. No general engine can
 * be faster than about this. */
#ifndef NABLA_BENCH_LIMIT_H
#define NABLA_BENCH_LIMIT_H

#include <stdbool.h>

#include "side.h"

extern const workload limit_chain, limit_entries, limit_random, limit_product,
    limit_network, limit_small_network, limit_logistic;

/* out = a b, row by row: rows×inner times inner×columns. A transposed factor is stored
 * the other way round. Through OpenBLAS. */
void limit_multiply(size_t rows, size_t columns, size_t inner, const double *a,
                    bool a_transposed, const double *b, bool b_transposed, double *out);

/* parameters -= 0.1 gradient: a step down. */
void limit_step(double *parameters, const double *gradient, size_t n);

#endif
