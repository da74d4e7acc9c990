"""A side of the comparison in Python; see side.h for what it is asked and answers."""

import math
import sys
import time

import numpy

BATCH_SECONDS = 0.02

CHAIN_INPUTS, CHAIN_OPERATIONS = (0.9, 1.1, 0.7), 5
BATCH, INPUTS, HIDDEN, CLASSES = 64, 784, 256, 10
SMALL_SAMPLES, SMALL_INPUTS, SMALL_HIDDEN = 100, 2, 16
LOGISTIC_SAMPLES, LOGISTIC_FEATURES = 1000, 20


def fill(stream, scale, *shape):
    """The numbers that side_fill makes in C, to the last bit."""
    count = math.prod(shape)
    turned = numpy.arange(1, count + 1) * (0.6180339887498949 + 0.0314159265358979 * stream)
    return (scale * (2 * (turned - numpy.floor(turned)) - 1)).reshape(shape)


def one_hot(n, classes):
    return numpy.eye(classes)[numpy.arange(n) % classes]


def weigh(entries):
    flat = numpy.ravel(entries)
    return float(numpy.sum(flat * (1 + numpy.arange(flat.size) % 7)))


def measure(run):
    begin = before = time.perf_counter()
    best = math.inf
    while True:
        run()
        after = time.perf_counter()
        best = min(best, after - before)
        before = after
        if before - begin >= BATCH_SECONDS:
            return best


def main(who, workloads):
    """`workloads` has a function per name: of n and the variant it returns the function to
    be measured, or None. That one returns what is to be checked: a number, then arrays."""
    print("ready", who, flush=True)
    asked = run = check = None
    for line in sys.stdin:
        name, n, variant = line.split()
        if line != asked:
            asked, run = line, None
            if name in workloads:
                run = workloads[name](int(n), int(variant))
            if run is not None:
                value, *gradients = run()
                check = float(value) + sum(weigh(g) for g in gradients)
        if run is None:
            print("none", flush=True)
        else:
            print(f"{measure(run):.9g} {check:.17g}", flush=True)
