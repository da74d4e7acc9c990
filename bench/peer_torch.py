"""PyTorch: eager mode in double precision, as its tutorials write it."""

import os
import re

import torch
from torch.nn import functional

from side import (BATCH, CHAIN_INPUTS, CHAIN_OPERATIONS, CLASSES, HIDDEN, INPUTS,
                  LOGISTIC_FEATURES, LOGISTIC_SAMPLES, SMALL_HIDDEN, SMALL_INPUTS,
                  SMALL_SAMPLES, fill, main, one_hot)

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))


def fixed(array):
    return torch.from_numpy(array.copy())


def free(array):
    return fixed(array).requires_grad_()


def value_and_gradients(compute, wrt):
    """A function to be measured: the value of compute() and its gradients."""

    def run():
        value = compute()
        return (value.detach(), *torch.autograd.grad(value, wrt))

    return run


def descend(compute, wrt):
    """The same with a step down."""
    optimizer = torch.optim.SGD(wrt, lr=0.1)

    def run():
        optimizer.zero_grad(set_to_none=True)
        loss = compute()
        loss.backward()
        optimizer.step()
        return (loss.detach(), *(p.grad for p in wrt))

    return run


def chain(n, variant):
    if variant != 0:
        return None  # it has no plans
    inputs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in CHAIN_INPUTS]

    def compute():
        a, b, c = inputs
        total = a + b + c
        for _ in range(n // CHAIN_OPERATIONS):
            a, b, c = b, c, torch.cos(c) * b + 0.5 * a
            total = total + c
        return total

    run = value_and_gradients(compute, inputs)

    def joined():
        value, *gradients = run()
        return value, torch.stack(gradients)

    return joined


def entries(n, variant):
    x = free(fill(0, 2, n))
    return value_and_gradients(
        lambda: torch.sum(torch.tanh(x) * torch.exp(-x**2) + torch.sigmoid(x)), [x])


def random_texts():
    path = os.path.join(os.path.dirname(__file__), "random_expressions.def")
    with open(path, encoding="utf-8") as rows:
        return re.findall(r'EXPRESSION\(\d+, "(.*)",', rows.read())


def random(n, variant):
    x = free(fill(0, 2, n))
    names = {"x": x, "softplus": functional.softplus}
    for name in ("tanh", "sigmoid", "sin", "cos", "atan", "exp"):
        names[name] = getattr(torch, name)
    text = compile(random_texts()[variant].replace(".*", "*"), "expression", "eval")
    return value_and_gradients(lambda: torch.sum(eval(text, names)), [x])


def product(n, variant):
    a, b = free(fill(0, 0.1, n, n)), free(fill(1, 0.1, n, n))
    bend = torch.tanh if variant == 1 else lambda out: out
    return value_and_gradients(lambda: torch.sum(bend(a @ b)), [a, b])


def network(n, variant):
    x, y = fixed(fill(0, 1, BATCH, INPUTS)), fixed(one_hot(BATCH, CLASSES))
    w1, b1 = free(fill(1, 0.05, INPUTS, HIDDEN)), free(fill(2, 0.1, 1, HIDDEN))
    w2, b2 = free(fill(3, 0.1, HIDDEN, CLASSES)), free(fill(4, 0.1, 1, CLASSES))
    return descend(
        lambda: functional.cross_entropy(torch.tanh(x @ w1 + b1) @ w2 + b2, y),
        [w1, b1, w2, b2])


def small_network(n, variant):
    x = fixed(fill(0, 1, SMALL_SAMPLES, SMALL_INPUTS))
    y = fixed(fill(1, 1, SMALL_SAMPLES, 1))
    w1, b1 = free(fill(2, 0.5, SMALL_INPUTS, SMALL_HIDDEN)), free(fill(3, 0.5, 1, SMALL_HIDDEN))
    w2, b2 = free(fill(4, 0.5, SMALL_HIDDEN, SMALL_HIDDEN)), free(fill(5, 0.5, 1, SMALL_HIDDEN))
    w3, b3 = free(fill(6, 0.5, SMALL_HIDDEN, 1)), free(fill(7, 0.5, 1, 1))
    return descend(
        lambda: functional.mse_loss(
            torch.tanh(torch.tanh(x @ w1 + b1) @ w2 + b2) @ w3 + b3, y),
        [w1, b1, w2, b2, w3, b3])


def logistic(n, variant):
    x = fixed(fill(0, 1, LOGISTIC_SAMPLES, LOGISTIC_FEATURES))
    y = fixed((fill(1, 1, LOGISTIC_SAMPLES) > 0).astype(float))
    w, b = free(fill(2, 0.5, LOGISTIC_FEATURES)), free(fill(3, 0.5, 1))
    return descend(
        lambda: functional.binary_cross_entropy(torch.sigmoid(x @ w + b), y), [w, b])


main("PyTorch " + torch.__version__,
     {"chain": chain, "entries": entries, "random": random, "product": product,
      "network": network, "small-network": small_network, "logistic": logistic})
