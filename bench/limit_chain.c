/* v_{i+1} = cos(v_i) v_{i-1} + 0.5 v_{i-2} from three inputs, the sum of all, and its
 * gradient: one loop up and one down over arrays that are there. */
#include <math.h>
#include <stdlib.h>

#include "chain.h"
#include "limit.h"

typedef struct chain {
    size_t steps;
    double *v, *cosine, *sine, *adjoint;
    double sum;
} chain;

static void *chain_open(size_t n, size_t variant)
{
    (void)variant; /* one plan or many is the same here */
    chain *c = side_room(1, sizeof *c);
    c->steps = n / CHAIN_OPERATIONS;
    c->v = side_room(c->steps + CHAIN_INPUTS, sizeof(double));
    c->cosine = side_room(c->steps + CHAIN_INPUTS, sizeof(double));
    c->sine = side_room(c->steps + CHAIN_INPUTS, sizeof(double));
    c->adjoint = side_room(c->steps + CHAIN_INPUTS, sizeof(double));
    for (size_t i = 0; i < CHAIN_INPUTS; i++)
        c->v[i] = chain_inputs[i];
    return c;
}

static void chain_run(void *state)
{
    chain *c = state;
    double *restrict v = c->v, *restrict adjoint = c->adjoint;
    double sum = v[0] + v[1] + v[2];
    adjoint[0] = adjoint[1] = adjoint[2] = 1;
    for (size_t i = CHAIN_INPUTS; i < c->steps + CHAIN_INPUTS; i++) {
        c->cosine[i] = cos(v[i - 1]);
        c->sine[i] = sin(v[i - 1]);
        v[i] = c->cosine[i] * v[i - 2] + 0.5 * v[i - 3];
        sum += v[i];
        adjoint[i] = 1;
    }
    for (size_t i = c->steps + CHAIN_INPUTS; i-- > CHAIN_INPUTS;) {
        adjoint[i - 1] -= adjoint[i] * v[i - 2] * c->sine[i];
        adjoint[i - 2] += adjoint[i] * c->cosine[i];
        adjoint[i - 3] += adjoint[i] * 0.5;
    }
    c->sum = sum;
}

static double chain_check(void *state)
{
    const chain *c = state;
    return c->sum + side_weigh(c->adjoint, CHAIN_INPUTS);
}

static void chain_close(void *state)
{
    chain *c = state;
    free(c->v);
    free(c->cosine);
    free(c->sine);
    free(c->adjoint);
    free(c);
}

const workload limit_chain = {"chain", chain_open, chain_run, chain_check, chain_close};
