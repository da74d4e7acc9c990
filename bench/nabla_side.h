/* nabla's side of the comparison, through the parts of libnabla. */
#ifndef NABLA_BENCH_NABLA_SIDE_H
#define NABLA_BENCH_NABLA_SIDE_H

#include "build/differentiate.h"
#include "side.h"

extern const workload nabla_chain, nabla_entries, nabla_random, nabla_product,
    nabla_network, nabla_small_network, nabla_logistic;

/* Limits that end the program; there are none else. */
extern limits nabla_limits;

#endif
