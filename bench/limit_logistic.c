/* A step of logistic regression on all of 1000 samples of 20 features. */
#include <math.h>
#include <stdlib.h>

#include "limit.h"
#include "networks.h"

enum { SAMPLES = LOGISTIC_SAMPLES, FEATURES = LOGISTIC_FEATURES };

typedef struct logistic {
    double x[SAMPLES][FEATURES], y[SAMPLES];
    double w[FEATURES], b;
    double to_w[FEATURES], to_b;
    double out[SAMPLES]; /* and what flows down there */
    double loss;
} logistic;

static void *logistic_open(size_t n, size_t variant)
{
    (void)n;
    (void)variant;
    logistic *l = side_room(1, sizeof *l);
    side_fill(&l->x[0][0], SAMPLES * FEATURES, 0, 1);
    side_fill_binary(l->y, SAMPLES, 1);
    side_fill(l->w, FEATURES, 2, 0.5);
    side_fill(&l->b, 1, 3, 0.5);
    return l;
}

static void logistic_run(void *state)
{
    logistic *restrict l = state;
    for (size_t i = 0; i < SAMPLES; i++) {
        double sum = l->b;
        for (size_t k = 0; k < FEATURES; k++)
            sum += l->x[i][k] * l->w[k];
        l->out[i] = sum;
    }
    double loss = 0, to_b = 0, to_w[FEATURES] = {0};
    for (size_t i = 0; i < SAMPLES; i++) {
        double p = 1 / (1 + exp(-l->out[i]));
        loss -= l->y[i] * log(p) + (1 - l->y[i]) * log(1 - p);
        l->out[i] = (p - l->y[i]) / SAMPLES;
        to_b += l->out[i];
    }
    for (size_t i = 0; i < SAMPLES; i++)
        for (size_t k = 0; k < FEATURES; k++)
            to_w[k] += l->out[i] * l->x[i][k];
    l->loss = loss / SAMPLES;
    l->to_b = to_b;
    for (size_t k = 0; k < FEATURES; k++)
        l->to_w[k] = to_w[k];
    limit_step(l->w, l->to_w, FEATURES);
    limit_step(&l->b, &l->to_b, 1);
}

static double logistic_check(void *state)
{
    const logistic *l = state;
    return l->loss + side_weigh(l->to_w, FEATURES) + side_weigh(&l->to_b, 1);
}

const workload limit_logistic = {"logistic", logistic_open, logistic_run, logistic_check,
                                 free};
