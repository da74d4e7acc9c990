/* What all sides know of the chain v_{i+1} = cos(v_i) v_{i-1} + 0.5 v_{i-2}. A step is
 * cos, two products, a sum, and another to add the result to the total. */
#ifndef NABLA_BENCH_CHAIN_H
#define NABLA_BENCH_CHAIN_H

enum { CHAIN_INPUTS = 3, CHAIN_OPERATIONS = 5 /* a step */ };

static const double chain_inputs[CHAIN_INPUTS] = {0.9, 1.1, 0.7};

#endif
