/* A step of a 2-16-16-1 network on 100 samples. The hidden layers of a sample are one
 * vector each; tanh is taken of all samples at once. */
#include <math.h>
#include <stdlib.h>

#include "limit.h"
#include "networks.h"

enum { SAMPLES = SMALL_SAMPLES, INPUTS = SMALL_INPUTS, HIDDEN = SMALL_HIDDEN };

typedef double lanes __attribute__((vector_size(HIDDEN * sizeof(double))));

/* Parameters, and gradients. */
typedef struct weights {
    lanes w1[INPUTS], b1, w2[HIDDEN], b2, w3;
    double b3;
} weights;

typedef struct network {
    weights at, gradient;
    lanes first[SAMPLES], second[SAMPLES];
    double x[SAMPLES][INPUTS], y[SAMPLES];
    double loss;
} network;

static void *network_open(size_t n, size_t variant)
{
    (void)n;
    (void)variant;
    network *net = aligned_alloc(sizeof(lanes), (sizeof *net + sizeof(lanes) - 1) /
                                                    sizeof(lanes) * sizeof(lanes));
    if (net == NULL)
        exit(1);
    side_fill(&net->x[0][0], SAMPLES * INPUTS, 0, 1);
    side_fill(net->y, SAMPLES, 1, 1);
    side_fill((double *)net->at.w1, INPUTS * HIDDEN, 2, 0.5);
    side_fill((double *)&net->at.b1, HIDDEN, 3, 0.5);
    side_fill((double *)net->at.w2, HIDDEN * HIDDEN, 4, 0.5);
    side_fill((double *)&net->at.b2, HIDDEN, 5, 0.5);
    side_fill((double *)&net->at.w3, HIDDEN, 6, 0.5);
    side_fill(&net->at.b3, 1, 7, 0.5);
    return net;
}

static void bend(lanes *vectors)
{
    double *entries = (double *)vectors;
    for (size_t i = 0; i < SAMPLES * HIDDEN; i++)
        entries[i] = tanh(entries[i]);
}

static double sum_of(const lanes *vector)
{
    double sum = 0;
    for (size_t j = 0; j < HIDDEN; j++)
        sum += (*vector)[j];
    return sum;
}

static void forward(network *net)
{
    const weights *at = &net->at;
    for (size_t i = 0; i < SAMPLES; i++)
        net->first[i] = at->b1 + net->x[i][0] * at->w1[0] + net->x[i][1] * at->w1[1];
    bend(net->first);
    for (size_t i = 0; i < SAMPLES; i++) {
        lanes sum = at->b2;
        for (size_t k = 0; k < HIDDEN; k++)
            sum += net->first[i][k] * at->w2[k];
        net->second[i] = sum;
    }
    bend(net->second);
}

/* The rest of the way up and the way down of all samples; `turned` is w2 transposed. */
static void backward(network *net, const lanes *turned)
{
    const weights *at = &net->at;
    weights gradient = {0};
    net->loss = 0;
    for (size_t i = 0; i < SAMPLES; i++) {
        lanes first = net->first[i], second = net->second[i], to_first = {0};
        lanes weighted = second * at->w3;
        double out = sum_of(&weighted) + at->b3;
        double up = 2 * (out - net->y[i]) / SAMPLES;
        net->loss += (out - net->y[i]) * (out - net->y[i]) / SAMPLES;
        gradient.b3 += up;
        gradient.w3 += up * second;
        lanes to_second = up * at->w3 * (1 - second * second);
        gradient.b2 += to_second;
        for (size_t k = 0; k < HIDDEN; k++) {
            gradient.w2[k] += first[k] * to_second;
            to_first += to_second[k] * turned[k];
        }
        to_first *= 1 - first * first;
        gradient.b1 += to_first;
        gradient.w1[0] += net->x[i][0] * to_first;
        gradient.w1[1] += net->x[i][1] * to_first;
    }
    net->gradient = gradient;
}

enum { WEIGHTS = INPUTS * HIDDEN + HIDDEN + HIDDEN * HIDDEN + HIDDEN + HIDDEN + 1 };

static void network_run(void *state)
{
    network *net = state;
    lanes turned[HIDDEN];
    forward(net);
    for (size_t k = 0; k < HIDDEN; k++)
        for (size_t j = 0; j < HIDDEN; j++)
            turned[j][k] = net->at.w2[k][j];
    backward(net, turned);
    limit_step((double *)&net->at, (const double *)&net->gradient, WEIGHTS);
}

static double network_check(void *state)
{
    const network *net = state;
    const weights *g = &net->gradient;
    return net->loss + side_weigh((const double *)g->w1, INPUTS * HIDDEN) +
           side_weigh((const double *)&g->b1, HIDDEN) +
           side_weigh((const double *)g->w2, HIDDEN * HIDDEN) +
           side_weigh((const double *)&g->b2, HIDDEN) +
           side_weigh((const double *)&g->w3, HIDDEN) + side_weigh(&g->b3, 1);
}

const workload limit_small_network = {"small-network", network_open, network_run,
                                      network_check, free};
