"""NumPy, with the gradients derived by hand, as someone without an engine writes them."""

import numpy as np

from side import (BATCH, CLASSES, HIDDEN, INPUTS, LOGISTIC_FEATURES, LOGISTIC_SAMPLES,
                  SMALL_HIDDEN, SMALL_INPUTS, SMALL_SAMPLES, fill, main, one_hot)


def step(parameters, gradients):
    for p, g in zip(parameters, gradients):
        p -= 0.1 * g


def entries(n, variant):
    x = fill(0, 2, n)

    def run():
        t, bell, s = np.tanh(x), np.exp(-x * x), 1 / (1 + np.exp(-x))
        gradient = (1 - t * t) * bell - 2 * x * t * bell + s * (1 - s)
        return np.sum(t * bell + s), gradient

    return run


def product(n, variant):
    a, b = fill(0, 0.1, n, n), fill(1, 0.1, n, n)

    def run():
        out = a @ b
        if variant == 1:
            out = np.tanh(out)
            up = 1 - out * out
        else:
            up = np.ones((n, n))
        return np.sum(out), up @ b.T, a.T @ up

    return run


def network(n, variant):
    x, y = fill(0, 1, BATCH, INPUTS), one_hot(BATCH, CLASSES)
    w1, b1 = fill(1, 0.05, INPUTS, HIDDEN), fill(2, 0.1, 1, HIDDEN)
    w2, b2 = fill(3, 0.1, HIDDEN, CLASSES), fill(4, 0.1, 1, CLASSES)

    def run():
        hidden = np.tanh(x @ w1 + b1)
        z = hidden @ w2 + b2
        z -= np.max(z, axis=1, keepdims=True)
        power = np.exp(z)
        total = np.sum(power, axis=1, keepdims=True)
        loss = np.sum(y * (np.log(total) - z)) / BATCH
        to_z = (power / total - y) / BATCH
        to_hidden = (to_z @ w2.T) * (1 - hidden * hidden)
        gradients = (x.T @ to_hidden, np.sum(to_hidden, axis=0, keepdims=True),
                     hidden.T @ to_z, np.sum(to_z, axis=0, keepdims=True))
        step((w1, b1, w2, b2), gradients)
        return (loss, *gradients)

    return run


def small_network(n, variant):
    x, y = fill(0, 1, SMALL_SAMPLES, SMALL_INPUTS), fill(1, 1, SMALL_SAMPLES, 1)
    w1, b1 = fill(2, 0.5, SMALL_INPUTS, SMALL_HIDDEN), fill(3, 0.5, 1, SMALL_HIDDEN)
    w2, b2 = fill(4, 0.5, SMALL_HIDDEN, SMALL_HIDDEN), fill(5, 0.5, 1, SMALL_HIDDEN)
    w3, b3 = fill(6, 0.5, SMALL_HIDDEN, 1), fill(7, 0.5, 1, 1)

    def run():
        first = np.tanh(x @ w1 + b1)
        second = np.tanh(first @ w2 + b2)
        off = second @ w3 + b3 - y
        loss = np.mean(off * off)
        up = off * (2 / SMALL_SAMPLES)
        to_second = (up @ w3.T) * (1 - second * second)
        to_first = (to_second @ w2.T) * (1 - first * first)
        gradients = (x.T @ to_first, np.sum(to_first, axis=0, keepdims=True),
                     first.T @ to_second, np.sum(to_second, axis=0, keepdims=True),
                     second.T @ up, np.sum(up, axis=0, keepdims=True))
        step((w1, b1, w2, b2, w3, b3), gradients)
        return (loss, *gradients)

    return run


def logistic(n, variant):
    x = fill(0, 1, LOGISTIC_SAMPLES, LOGISTIC_FEATURES)
    y = (fill(1, 1, LOGISTIC_SAMPLES) > 0).astype(float)
    w, b = fill(2, 0.5, LOGISTIC_FEATURES), fill(3, 0.5, 1)

    def run():
        p = 1 / (1 + np.exp(-(x @ w + b)))
        loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        up = (p - y) / LOGISTIC_SAMPLES
        gradients = x.T @ up, np.sum(up, keepdims=True)
        step((w, b), gradients)
        return (loss, *gradients)

    return run


main("NumPy " + np.__version__,
     {"entries": entries, "product": product, "network": network,
      "small-network": small_network, "logistic": logistic})
