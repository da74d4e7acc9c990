/* Sizes that all sides know, of the workloads that take one step down. Samples are rows.
 */
#ifndef NABLA_BENCH_NETWORKS_H
#define NABLA_BENCH_NETWORKS_H

/* softmax_cross_entropy(tanh(X*W1 + b1)*W2 + b2, Y, axis=2) */
enum {
    NETWORK_BATCH = 64,
    NETWORK_INPUTS = 784,
    NETWORK_HIDDEN = 256,
    NETWORK_CLASSES = 10
};

/* mse(tanh(tanh(X*W1 + b1)*W2 + b2)*W3 + b3, y) */
enum { SMALL_SAMPLES = 100, SMALL_INPUTS = 2, SMALL_HIDDEN = 16 };

/* bce(sigmoid(X*w + b), y) */
enum { LOGISTIC_SAMPLES = 1000, LOGISTIC_FEATURES = 20 };

#endif
