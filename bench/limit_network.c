/* A step of a 784-256-10 network on 64 samples: the products by OpenBLAS, loops for the
 * rest. */
#include <math.h>
#include <stdlib.h>

#include "limit.h"
#include "networks.h"

enum {
    BATCH = NETWORK_BATCH,
    INPUTS = NETWORK_INPUTS,
    HIDDEN = NETWORK_HIDDEN,
    CLASSES = NETWORK_CLASSES
};

typedef struct network {
    double x[BATCH][INPUTS], y[BATCH][CLASSES];
    double w1[INPUTS][HIDDEN], b1[HIDDEN], w2[HIDDEN][CLASSES], b2[CLASSES];
    double to_w1[INPUTS][HIDDEN], to_b1[HIDDEN], to_w2[HIDDEN][CLASSES], to_b2[CLASSES];
    double hidden[BATCH][HIDDEN], to_hidden[BATCH][HIDDEN];
    double out[BATCH][CLASSES]; /* and what flows down there */
    double loss;
} network;

static void *network_open(size_t n, size_t variant)
{
    (void)n;
    (void)variant;
    network *net = side_room(1, sizeof *net);
    side_fill(&net->x[0][0], BATCH * INPUTS, 0, 1);
    side_fill_one_hot(&net->y[0][0], BATCH, CLASSES);
    side_fill(&net->w1[0][0], INPUTS * HIDDEN, 1, 0.05);
    side_fill(net->b1, HIDDEN, 2, 0.1);
    side_fill(&net->w2[0][0], HIDDEN * CLASSES, 3, 0.1);
    side_fill(net->b2, CLASSES, 4, 0.1);
    return net;
}

/* The loss of a sample; its outputs become what flows down to them. */
static double sample_loss(double *restrict out, const double *restrict y)
{
    double largest = out[0], sum = 0, loss = 0;
    for (size_t j = 1; j < CLASSES; j++)
        largest = out[j] > largest ? out[j] : largest;
    double power[CLASSES];
    for (size_t j = 0; j < CLASSES; j++) {
        power[j] = exp(out[j] - largest);
        sum += power[j];
    }
    double logarithm = log(sum) + largest;
    for (size_t j = 0; j < CLASSES; j++) {
        loss -= y[j] * (out[j] - logarithm);
        out[j] = (power[j] / sum - y[j]) / BATCH;
    }
    return loss / BATCH;
}

static void forward(network *net)
{
    limit_multiply(BATCH, HIDDEN, INPUTS, &net->x[0][0], false, &net->w1[0][0], false,
                   &net->hidden[0][0]);
    for (size_t i = 0; i < BATCH; i++)
        for (size_t j = 0; j < HIDDEN; j++)
            net->hidden[i][j] = tanh(net->hidden[i][j] + net->b1[j]);
    limit_multiply(BATCH, CLASSES, HIDDEN, &net->hidden[0][0], false, &net->w2[0][0],
                   false, &net->out[0][0]);
    net->loss = 0;
    for (size_t i = 0; i < BATCH; i++) {
        for (size_t j = 0; j < CLASSES; j++)
            net->out[i][j] += net->b2[j];
        net->loss += sample_loss(net->out[i], net->y[i]);
    }
}

static void backward(network *net)
{
    limit_multiply(HIDDEN, CLASSES, BATCH, &net->hidden[0][0], true, &net->out[0][0],
                   false, &net->to_w2[0][0]);
    limit_multiply(BATCH, HIDDEN, CLASSES, &net->out[0][0], false, &net->w2[0][0], true,
                   &net->to_hidden[0][0]);
    for (size_t j = 0; j < CLASSES; j++)
        net->to_b2[j] = 0;
    for (size_t j = 0; j < HIDDEN; j++)
        net->to_b1[j] = 0;
    for (size_t i = 0; i < BATCH; i++) {
        for (size_t j = 0; j < CLASSES; j++)
            net->to_b2[j] += net->out[i][j];
        for (size_t j = 0; j < HIDDEN; j++) {
            net->to_hidden[i][j] *= 1 - net->hidden[i][j] * net->hidden[i][j];
            net->to_b1[j] += net->to_hidden[i][j];
        }
    }
    limit_multiply(INPUTS, HIDDEN, BATCH, &net->x[0][0], true, &net->to_hidden[0][0],
                   false, &net->to_w1[0][0]);
}

static void network_run(void *state)
{
    network *net = state;
    forward(net);
    backward(net);
    limit_step(&net->w1[0][0], &net->to_w1[0][0], INPUTS * HIDDEN);
    limit_step(net->b1, net->to_b1, HIDDEN);
    limit_step(&net->w2[0][0], &net->to_w2[0][0], HIDDEN * CLASSES);
    limit_step(net->b2, net->to_b2, CLASSES);
}

static double network_check(void *state)
{
    const network *net = state;
    return net->loss + side_weigh(&net->to_w1[0][0], INPUTS * HIDDEN) +
           side_weigh(net->to_b1, HIDDEN) +
           side_weigh(&net->to_w2[0][0], HIDDEN * CLASSES) +
           side_weigh(net->to_b2, CLASSES);
}

const workload limit_network = {"network", network_open, network_run, network_check,
                                free};
