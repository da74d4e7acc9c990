#!/usr/bin/python3
"""Writes the reference numbers of products, reductions, linear algebra and networks.

The rows have the format of matrix.txt and are computed as make_matrix_reference.py says there:
50 digits, derivatives by central differences.  Each entry of TABLE has its expression twice,
in the language and in Python; the Python text is evaluated with the functions of EXACT.  At a
tie the functions max and min here are the mean of the entries that tie, which has the slopes
the language states (1/k for each of k); norm and std have a kink at 0, where a central
difference is 0 as stated.

    python3 tests/reference/make_operations_reference.py [--torch]

writes operations.txt beside itself.  With --torch the same Python texts are evaluated once
more with the functions of PyTorch, and values and gradients are compared with the rows.
Debian: python3-mpmath, for --torch also python3-torch.
"""

import json
import sys

sys.dont_write_bytecode = True  # no __pycache__ among the sources

import mpmath
from mpmath import mpf

from make_matrix_reference import (
    FIRST, SECOND, Array, absolute, array, column, diagonal, each, elementwise, exp, eye, fill, flat,
    larger, literal, log, make_leaves, nested, on_diagonal, rows_at, sigmoid, sqrt, stack, tanh,
    weights, where, write_rows, xlogy)

TIE = mpf(10)**-6  # far above a step of the differences, far below the distances of the leaves


# ---- reductions ----

def reduction(function):
    """`function` of a list of entries, applied to all of them or to each column or row."""
    def reduce(a, axis=None):
        if axis is None:
            return array(function(flat(a)))
        if axis == 2:
            return transposed(reduce(transposed(a), 1))
        return fill(a.shape[:-2] + (1, a.shape[-1]),
                    lambda *place: function([a.at(place[:-2] + (i, place[-1])) for i in range(a.shape[-2])]))
    return reduce


def average(entries):
    return sum(entries) / len(entries)


def largest(entries):
    top = max(entries)
    return average([x for x in entries if top - x < TIE])


def smallest(entries):
    return -largest([-x for x in entries])


def place_of_largest(entries):
    top = max(entries)
    return 1 + next(i for i, x in enumerate(entries) if top - x < TIE)


def variance(entries):
    middle = average(entries)
    return average([(x - middle)**2 for x in entries])


total = reduction(sum)
mean = reduction(average)


# ---- matrices; each function of them works on every matrix of a stack ----

def matrixwise(function):
    def lifted(*operands):
        rank = max(len(a.shape) for a in operands)
        if rank == 2:
            return function(*operands)
        count = max(a.shape[0] for a in operands if len(a.shape) == rank)
        return stack(*(lifted(*(layer(a, i, rank) for a in operands)) for i in range(count)))
    return lifted


def layer(a, i, rank):
    """What meets matrix i of a stack; batch axes align at the last one and stretch."""
    if len(a.shape) < rank:
        return a
    return Array(a.rows[0 if a.shape[0] == 1 else i])


def transposed(a):
    return a.T


def rows_times_columns(a, b):
    assert a.shape[1] == b.shape[0], 'inner sizes differ'
    return fill((a.shape[0], b.shape[1]),
                lambda i, j: sum(a.rows[i][k] * b.rows[k][j] for k in range(a.shape[1])))


product = matrixwise(rows_times_columns)


def without(rows, i, j):
    return [row[:j] + row[j + 1:] for k, row in enumerate(rows) if k != i]


def expansion(rows):
    """The determinant, by Laplace along the first row: exact where elimination divides by 0."""
    if not rows:
        return mpf(1)
    return sum((-1)**j * rows[0][j] * expansion(without(rows, 0, j)) for j in range(len(rows)))


def cofactors(a):
    return fill(a.shape, lambda i, j: (-1)**(i + j) * expansion(without(a.rows, i, j)))


def inverse(a):
    return Array((mpmath.matrix(a.rows)**-1).tolist())


def lower_factor(a):
    return Array(mpmath.cholesky(mpmath.matrix(((a + a.T) / 2).rows)).tolist())


def diagonal_of(a):
    """A vector becomes a diagonal matrix, of a matrix the diagonal is taken."""
    if 1 in a.shape:
        return on_diagonal(column(flat(a)))
    return diagonal(a)


def kronecker(a, b):
    n, m = b.shape
    return fill((a.shape[0] * n, a.shape[1] * m), lambda i, j: a.rows[i // n][j // m] * b.rows[i % n][j % m])


# ---- networks ----

def softmax(a, axis=None):
    return exp(a) / total(exp(a), axis)


def log_softmax(a, axis=None):
    return a - log(total(exp(a), axis))


def binary_cross_entropy(p, y):
    return -mean(xlogy(y, p) + xlogy(1 - y, 1 - p))


def cross_entropy(p, y, axis=None):
    return -mean(total(xlogy(y, p), axis))


def softmax_cross_entropy(z, y, axis=None):
    return -mean(total(y * log_softmax(z, axis), axis))


def huber(p, y, delta=1):
    error = absolute(p - y)
    # The parabola reaches a step further than it should, so that differences at delta stay on it.
    return mean(where(error <= delta + TIE, error**2 / 2, delta * (error - delta / 2)))


# What the Python texts of TABLE may name.
EXACT = {
    'exp': exp, 'log': log, 'sqrt': sqrt, 'tanh': tanh, 'abs': absolute, 'sigmoid': sigmoid,
    'relu': elementwise(lambda a: max(a, mpf(0))), 'softplus': elementwise(lambda a: mpmath.log(1 + mpmath.exp(a))),
    'sum': total, 'mean': mean, 'prod': reduction(mpmath.fprod), 'max': reduction(largest),
    'min': reduction(smallest), 'norm': reduction(lambda entries: mpmath.sqrt(sum(x * x for x in entries))),
    'norm1': reduction(lambda entries: sum(map(abs, entries))),
    'logsumexp': reduction(lambda entries: mpmath.log(sum(map(mpmath.exp, entries)))),
    'var': reduction(variance), 'std': reduction(lambda entries: mpmath.sqrt(variance(entries))),
    'argmax': reduction(place_of_largest),
    'argmin': reduction(lambda entries: place_of_largest([-x for x in entries])),
    'product': product, 'transpose': transposed, 'dot': lambda a, b: total(a * b),
    'outer': lambda a, b: product(a, transposed(b)), 'affine': lambda w, x, b: product(w, x) + b,
    'kron': matrixwise(kronecker), 'trace': matrixwise(lambda a: total(diagonal(a))),
    'det': matrixwise(lambda a: array(expansion(a.rows))), 'cofactor': matrixwise(cofactors),
    'logdet': matrixwise(lambda a: array(mpmath.log(expansion(a.rows)))), 'inv': matrixwise(inverse),
    'solve': lambda a, b: product(matrixwise(inverse)(a), b), 'cholesky': matrixwise(lower_factor),
    'diag': matrixwise(diagonal_of), 'eye': eye, 'column': column, 'softmax': softmax,
    'entry': lambda a, i, j: array(a.rows[i - 1][j - 1]), 'log_softmax': log_softmax,
    'mse': lambda p, y: mean((p - y)**2), 'sse': lambda p, y: total((p - y)**2), 'bce': binary_cross_entropy,
    'cross_entropy': cross_entropy, 'softmax_cross_entropy': softmax_cross_entropy,
    'hinge': lambda p, y: mean(larger(0, 1 - y * p)), 'huber': huber,
}


# ---- the table: text, the same in Python, leaves, and whether second derivatives too ----
#
# A leaf is `name shape range` as in make_matrix_reference.py, or `name shape kind` with a kind
# of KINDS, or `name=entries`: entries between blanks, rows between `;`, matrices between `|`; a
# single row is a column unless `'` follows.

SAME = None  # the text is Python too

KINDS = {  # made of numbers between -0.9 and 0.9
    'dominant': lambda a: a + a.shape[-1] * eye(a.shape[-1]),
    'definite': lambda a: product(a, transposed(a)) + eye(a.shape[-1]),
    'skewed': lambda a: product(a, transposed(a)) + eye(a.shape[-1]) + (a - transposed(a)) / 8,
    'share': lambda a: (a + 1) / 2,
    'label': lambda a: each(mpmath.sign, a),
}

PRODUCTS = [
    ('A * B', 'product(A, B)', 'A 2x3, B 3x2', SECOND),
    ('A @ B', 'product(A, B)', 'A 3x2, B 2x4', SECOND),
    ('A × B · C', 'product(product(A, B), C)', 'A 2x2, B 2x3, C 3x2', SECOND),
    ('A * x', 'product(A, x)', 'A 2x3, x 3x1', SECOND),
    ('A @ x', 'product(A, x)', 'x 2x1, A 3x2', SECOND),
    ('r * A', 'product(r, A)', 'r 1x2, A 2x3', SECOND),
    ('r * x', 'product(r, x)', 'r 1x3, x 3x1', SECOND),
    ('x * r', 'product(x, r)', 'x 3x1, r 1x2', SECOND),
    ("x' * y", 'product(transpose(x), y)', 'x 3x1, y 3x1', SECOND),
    ("x * y'", 'product(x, transpose(y))', 'x 2x1, y 3x1', SECOND),
    ("x' * x", 'product(transpose(x), x)', 'x 4x1', SECOND),
    ('c * A', SAME, 'c 1x1, A 2x2', SECOND),
    ('c @ r', 'product(c, r)', 'c 1x1, r 1x3', SECOND),
    ('S * R', 'product(S, R)', 'S 2x2x3, R 2x3x2', SECOND),
    ('S @ R', 'product(S, R)', 'S 1x2x3, R 3x3x1', SECOND),
    ('S * A', 'product(S, A)', 'S 2x2x3, A 3x2', SECOND),
    ('A * S', 'product(A, S)', 'A 2x3, S 2x3x2', SECOND),
    ('A @ S', 'product(A, S)', 'S 3x2x1, A 2x2', SECOND),
    ('S * x', 'product(S, x)', 'S 2x2x3, x 3x1', SECOND),
    ('r * S', 'product(r, S)', 'r 1x2, S 3x2x2', SECOND),
    ('Q * S', 'product(Q, S)', 'Q 2x1x2x2, S 3x2x1', SECOND),
    ("S' * S", 'product(transpose(S), S)', 'S 2x3x2', SECOND),
    ('A * A', 'product(A, A)', 'A 3x3', SECOND),
    ("A' * A", 'product(transpose(A), A)', 'A 3x2', SECOND),
    ("(A * B)' * C", 'product(transpose(product(A, B)), C)', 'A 2x2, B 2x3, C 2x1', SECOND),
    ("x' * A * x", 'product(product(transpose(x), A), x)', 'x 3x1, A 3x3', SECOND),
    ("x' * A * y", 'product(product(transpose(x), A), y)', 'A 2x3, x 2x1, y 3x1', SECOND),
    ('A * x .* y', 'product(A, x) * y', 'A 2x3, x 3x1, y 2x1', SECOND),
    ('A .* B * x', 'product(A * B, x)', 'A 2x3, B 2x3, x 3x1', SECOND),
    ('A * (x .* y)', 'product(A, x * y)', 'x 2x1, y 2x1, A 3x2', SECOND),
    ('A \\ b', 'solve(A, b)', 'A 2x2 dominant, b 2x1', SECOND),
    ('A \\ b', 'solve(A, b)', 'b 3x1, A 3x3 dominant', SECOND),
    ('Z \\ b', 'solve(Z, b)', 'Z=0 2;1 3, b 2x1', SECOND),
    ('A \\ B', 'solve(A, B)', 'A 3x3 dominant, B 3x2', SECOND),
    ('S \\ b', 'solve(S, b)', 'S 2x2x2 dominant, b 2x1', SECOND),
    ('S \\ R', 'solve(S, R)', 'S 2x2x2 dominant, R 2x2x3', SECOND),
    ('A \\ S', 'solve(A, S)', 'A 2x2 dominant, S 2x2x1', SECOND),
    ('c \\ k', 'k / c', 'c 1x1 positive, k 1x1', SECOND),
    ('c \\ x', 'x / c', 'c 1x1 positive, x 3x1', SECOND),
    ('2A \\ b', 'solve(2 * A, b)', 'A 2x2 dominant, b 2x1', SECOND),
    ('A \\ b * c', 'solve(A, b) * c', 'A 2x2 dominant, b 2x1, c 1x1', SECOND),
    ('dot(x, y)', SAME, 'x 3x1, y 3x1', SECOND),
    ('dot(r, q)', SAME, 'r 1x4, q 1x4', SECOND),
    ('dot(c, k)', SAME, 'c 1x1, k 1x1', SECOND),
    ('dot(x, x) * x', SAME, 'x 3x1', SECOND),
    ('dot(x, y) / dot(y, y)', SAME, 'y 2x1, x 2x1', SECOND),
    ('outer(x, y)', SAME, 'x 3x1, y 2x1', SECOND),
    ('outer(c, y)', SAME, 'y 3x1, c 1x1', SECOND),
    ('outer(x, x)', SAME, 'x 3x1', SECOND),
    ('outer(x, y) * w', 'product(outer(x, y), w)', 'x 2x1, y 3x1, w 3x1', SECOND),
    ('affine(W, x, b)', SAME, 'W 2x3, x 3x1, b 2x1', SECOND),
    ('affine(W, x, b)', SAME, 'x 2x1, W 3x2, b 3x1', SECOND),
    ('affine(W, X, b)', SAME, 'W 2x3, X 3x4, b 2x1', SECOND),
    ('affine(W, X, B)', SAME, 'W 2x2, X 2x2, B 2x2', SECOND),
    ('affine(w, c, b)', SAME, 'w 1x1, c 1x1, b 1x1', SECOND),
    ('affine(W, S, b)', SAME, 'W 2x2, S 2x2x2, b 2x1', SECOND),
    ('kron(A, B)', SAME, 'A 2x2, B 2x3', SECOND),
    ('kron(A, B)', SAME, 'B 1x2, A 3x1', SECOND),
    ('kron(x, y)', SAME, 'x 2x1, y 3x1', SECOND),
    ('kron(r, x)', SAME, 'r 1x3, x 2x1', SECOND),
    ('kron(c, A)', SAME, 'c 1x1, A 2x2', SECOND),
    ('kron(S, A)', SAME, 'S 2x2x2, A 1x2', SECOND),
    ('kron(A, A)', SAME, 'A 2x2', SECOND),
]

REDUCED = [  # arguments, and leaves
    ('c', 'c 1x1'), ('x', 'x 4x1'), ('r', 'r 1x3'), ('A', 'A 2x3'), ('S', 'S 2x2x2'), ('A, axis=1', 'A 3x2'),
    ('S, axis=1', 'S 2x2x2'), ('A, axis=2', 'A 2x3'), ('S, axis=2', 'S 2x1x3'),
]
REDUCTIONS = [
    (f'{word}({arguments})', SAME, leaves, FIRST if (word, arguments) == ('std', 'c') else SECOND)
    for word in ('sum', 'mean', 'prod', 'max', 'min', 'norm', 'norm1', 'logsumexp', 'var', 'std')
    for arguments, leaves in REDUCED
] + [
    (f'{word}(A, axis={axis}) .* A', f'{word}(A, axis={axis}) * A', f'A {shape}', SECOND)
    for word in ('sum', 'mean', 'max', 'min', 'norm1')
    for axis, shape in ((1, '3x2'), (2, '2x3'))
] + [
    # Places: no gradient, so zeros.
    ('argmax(x)', SAME, 'x 4x1', FIRST),
    ('argmin(x)', SAME, 'x 4x1', FIRST),
    ('argmax(r)', SAME, 'r 1x4', FIRST),
    ('argmax(A, axis=1)', SAME, 'A 3x4', FIRST),
    ('argmin(A, axis=1)', SAME, 'A 4x2', FIRST),
    ('argmax(A, axis=2)', SAME, 'A 3x4', FIRST),
    ('argmin(A, axis=2)', SAME, 'A 2x3', FIRST),
    ('argmax(S, axis=1)', SAME, 'S 2x3x2', FIRST),
    ('argmin(S, axis=2)', SAME, 'S 2x2x3', FIRST),
    ('argmax(t)', SAME, 't=1 3 2 3', FIRST),
    ('argmin(x) * x', SAME, 'x 3x1', SECOND),
    # Products with zeros.
    ('prod(z)', SAME, 'z=2 0 3 -1.5', SECOND),
    ('prod(z)', SAME, 'z=0.5 0 -3 0 2', SECOND),
    ('prod(z)', SAME, 'z=0 4 0 0', SECOND),
    ('prod(z)', SAME, "z=0 -2 5'", SECOND),
    ('prod(x)', SAME, 'x 5x1', SECOND),
    ('prod(Z)', SAME, 'Z=1 0;-2 3', SECOND),
    ('prod(Z)', SAME, 'Z=1 2 0;0 3 4', SECOND),
    ('prod(Z)', SAME, 'Z=1 2;0 4|0 3;5 -1', SECOND),
    ('prod(Z, axis=1)', SAME, 'Z=2 0 0 0;-3 4 0 0;5 6 7 0', SECOND),
    ('prod(Z, axis=2)', SAME, 'Z=1 2 3;0 5 -2;0 0 4;0 0 0', SECOND),
    ('prod(Z, axis=1)', SAME, 'Z=0 2;3 0|0 1;0 -4', SECOND),
    ('prod(z) * z', SAME, 'z=0 2 3', SECOND),
    # Ties.
    ('max(t)', SAME, 't=3 1 3', FIRST),
    ('max(t)', SAME, 't=2 2 2', FIRST),
    ('min(t)', SAME, "t=1.5 -2 4 -2 -2'", FIRST),
    ('max(t)', SAME, 't=1 5 5;5 2 5', FIRST),
    ('min(t)', SAME, 't=1 2;1 3|4 1;2 2', FIRST),
    ('max(t, axis=1)', SAME, 't=1 2 7;3 2 0;3 2 7', FIRST),
    ('min(t, axis=2)', SAME, 't=1 2 1;3 3 3;0 4 5', FIRST),
    ('max(t, axis=2)', SAME, 't=1 1;0 2|3 3;4 4', FIRST),
    ('max(t) .* t', 'max(t) * t', 't=2 -1 2', FIRST),
    ('max(t)^2 - min(t)', 'max(t)**2 - min(t)', 't=0 4 0 4 0', FIRST),
    # Kinks at 0.
    ('norm(o)', SAME, 'o=0 0 0', FIRST),
    ('norm(o)', SAME, 'o=0 0;0 0', FIRST),
    ('norm(o, axis=1)', SAME, 'o=0 3;0 4', FIRST),
    ('norm(o, axis=2)', SAME, 'o=0 0;-3 4|5 12;0 0', FIRST),
    ('norm(o)', SAME, 'o=0 -2 0', SECOND),
    ('norm1(o)', SAME, 'o=0 -2 0 1', FIRST),
    ('std(o)', SAME, 'o=2 2 2', FIRST),
    ('std(o, axis=1)', SAME, 'o=2 1;2 3;2 8', FIRST),
    ('std(o, axis=2)', SAME, 'o=1 4;-3 -3', FIRST),
    ('var(o)', SAME, 'o=2 2 2', SECOND),
    # As they are used.
    ('x / norm(x)', SAME, 'x 3x1', SECOND),
    ('A ./ norm(A, axis=2)', 'A / norm(A, axis=2)', 'A 2x3', SECOND),
    ('norm(A * x - b)', 'norm(product(A, x) - b)', 'x 2x1, A 3x2, b 3x1', SECOND),
    ('sqrt(mean((x - y).^2))', 'sqrt(mean((x - y)**2))', 'x 3x1, y 3x1', SECOND),
    ('sum(sum(A, axis=1).^2, axis=2)', 'sum(sum(A, axis=1)**2, axis=2)', 'A 2x3', SECOND),
    ('max(sum(abs(A), axis=1))', SAME, 'A 3x2', SECOND),
    ('max(A, axis=2)^2 - min(A)', 'max(A, axis=2)**2 - min(A)', 'A 1x3', SECOND),
    ('prod(sum(A, axis=1)) / rows(A)', 'prod(sum(A, axis=1)) / 2', 'A 2x3', SECOND),
    ('(A - mean(A, axis=1)) ./ std(A, axis=1)', '(A - mean(A, axis=1)) / std(A, axis=1)', 'A 3x2', SECOND),
    ('mean(S .* A, axis=1)', 'mean(S * A, axis=1)', 'S 2x2x2, A 2x2', SECOND),
]

SQUARE = [  # names and shapes
    ('c', '1x1'), ('A', '2x2'), ('A', '3x3'), ('S', '2x2x2')]
LINEAR_ALGEBRA = [
    (f'{word}({name})', SAME, f'{name} {shape} {kind}', SECOND)
    for word, kind in (('trace', 'any'), ('det', 'any'), ('cofactor', 'any'), ('logdet', 'dominant'),
                       ('inv', 'dominant'), ('cholesky', 'definite'))
    for name, shape in SQUARE
] + [
    ('trace(A)^2', 'trace(A)**2', 'A 4x4', SECOND),
    ('trace(A * A)', 'trace(product(A, A))', 'A 2x2', SECOND),
    ("trace(A' * B)", 'trace(product(transpose(A), B))', 'A 3x2, B 3x2', SECOND),
    ('trace(S) .* S', 'trace(S) * S', 'S 2x2x2', SECOND),
    # Determinants and cofactors (whose own second derivative needs a regular matrix): N has rank n-1, M rank n-2, O rank n-3 or less.
    ('det(A)', SAME, 'A 4x4', SECOND),
    ('det(A)', SAME, 'A 5x5 unit', SECOND),
    ('det(S)', SAME, 'S 2x3x3 unit', SECOND),
    ('det(Z)', SAME, 'Z=0 1 2;3 0 1;1 2 0', SECOND),
    ('det(N)', SAME, 'N=0', SECOND),
    ('det(N)', SAME, 'N=1 2;2 4', SECOND),
    ('det(N)', SAME, 'N=0 3;0 0', SECOND),
    ('det(N)', SAME, 'N=1 2 3;4 5 6;7 8 9', SECOND),
    ('det(N)', SAME, 'N=1 2 3;2 4 6;1 0 1', SECOND),
    ('det(N)', SAME, 'N=2 0 1 3;1 1 0 2;3 1 1 5;0 2 1 -1', SECOND),
    ('det(M)', SAME, 'M=0 0;0 0', SECOND),
    ('det(M)', SAME, 'M=1 2 3;2 4 6;-1 -2 -3', SECOND),
    ('det(M)', SAME, 'M=1 2 0 1;0 1 1 3;1 3 1 4;1 1 -1 -2', SECOND),
    ('det(O)', SAME, 'O=0 0 0;0 0 0;0 0 0', SECOND),
    ('det(O)', SAME, 'O=1 2 0 1;2 4 0 2;0 0 0 0;3 6 0 3', SECOND),
    ('det(N)', SAME, 'N=1 2;3 4|1 -2;2 -4|0 0;0 0', SECOND),
    ("det(x * x')", 'det(product(x, transpose(x)))', 'x=1 -2', SECOND),
    ('det(N)^2 + det(N)', 'det(N)**2 + det(N)', 'N=1 2;2 4', SECOND),
    ('det(A * B)', 'det(product(A, B))', 'A 2x3, B 3x2', SECOND),
    ('det(A) * A', SAME, 'A 3x3', SECOND),
    ('cofactor(A)', SAME, 'A 4x4 unit', SECOND),
    ('cofactor(N)', SAME, 'N=1 2;2 4', FIRST),
    ('cofactor(N)', SAME, 'N=1 2 3;4 5 6;7 8 9', FIRST),
    ('cofactor(M)', SAME, 'M=1 2 3;2 4 6;-1 -2 -3', FIRST),
    ('cofactor(N)', SAME, 'N=2 0 1 3;1 1 0 2;3 1 1 5;0 2 1 -1', FIRST),
    ('cofactor(M)', SAME, 'M=1 2 0 1;0 1 1 3;1 3 1 4;1 1 -1 -2', FIRST),
    ('logdet(A)', SAME, 'A 5x5 dominant', SECOND),
    ('logdet(Z)', SAME, 'Z=0 -1;2 1', SECOND),
    ('logdet(Z)', SAME, 'Z=0 2 0.5;0 1 3;1 0 1', SECOND),
    ('logdet(A)', SAME, 'A 4x4 definite', SECOND),
    ("logdet(A' * A)", 'logdet(product(transpose(A), A))', 'A 3x2', SECOND),
    ('logdet(S) .* S', 'logdet(S) * S', 'S 2x2x2 definite', SECOND),
    # Inverses and solutions.
    ('inv(A)', SAME, 'A 5x5 dominant', SECOND),
    ('inv(Z)', SAME, 'Z=0 2;1 3', SECOND),
    ('inv(A) * b', 'product(inv(A), b)', 'A 3x3 dominant, b 3x1', SECOND),
    ("inv(A * B)'", 'transpose(inv(product(A, B)))', 'A 2x2 dominant, B 2x2 dominant', SECOND),
    ('trace(inv(A) * B)', 'trace(product(inv(A), B))', 'A 3x3 dominant, B 3x3', SECOND),
    ('solve(A, b)', SAME, 'A 3x3 dominant, b 3x1', SECOND),
    ('solve(A, b)', SAME, 'A 5x5 dominant, b 5x1', SECOND),
    ('solve(A, b)', SAME, 'b 2x1, A 2x2 dominant', SECOND),
    ('solve(A, B)', SAME, 'A 2x2 dominant, B 2x3', SECOND),
    ('solve(c, r)', SAME, 'c 1x1 positive, r 1x3', SECOND),
    ('solve(S, b)', SAME, 'S 2x2x2 dominant, b 2x1', SECOND),
    ('solve(S, R)', SAME, 'S 2x2x2 dominant, R 2x2x2', SECOND),
    ('solve(Z, b)', SAME, 'Z=0 1 2;3 0 1;1 2 0, b 3x1', SECOND),
    ("(A \\ b)' * (A \\ b)", 'product(transpose(solve(A, b)), solve(A, b))', 'A 3x3 dominant, b 3x1', SECOND),
    # Factors; the factored matrix is the symmetric part of the operand.
    ('cholesky(A)', SAME, 'A 4x4 definite', SECOND),
    ('cholesky(A)', SAME, 'A 2x2 skewed', SECOND),
    ('cholesky(A)', SAME, 'A 3x3 skewed', SECOND),
    ('cholesky(S)', SAME, 'S 2x2x2 skewed', SECOND),
    ("cholesky(A' * A + eye(2))", 'cholesky(product(transpose(A), A) + eye(2))', 'A 3x2', SECOND),
    ('cholesky(A) * x', 'product(cholesky(A), x)', 'A 3x3 definite, x 3x1', SECOND),
    ('2sum(log(diag(cholesky(A))))', '2 * sum(log(diag(cholesky(A))))', 'A 3x3 definite', SECOND),
    ('cholesky(A) \\ b', 'solve(cholesky(A), b)', 'A 2x2 skewed, b 2x1', SECOND),
    # Diagonals and transposes.
    ('diag(x)', SAME, 'x 3x1', SECOND),
    ('diag(r)', SAME, 'r 1x3', SECOND),
    ('diag(A).^2', 'diag(A)**2', 'A 3x3', SECOND),
    ('diag(A).^2', 'diag(A)**2', 'A 2x3', SECOND),
    ('diag(S).^2', 'diag(S)**2', 'S 2x2x2', SECOND),
    ('diag(S)', SAME, 'S 2x3x1', SECOND),
    ('diag(x) * A', 'product(diag(x), A)', 'x 2x1, A 2x3', SECOND),
    ('diag(exp(x)) \\ y', 'solve(diag(exp(x)), y)', 'x 2x1, y 2x1', SECOND),
    ('transpose(A)', SAME, 'A 2x3', SECOND),
    ('transpose(x) .* r', 'transpose(x) * r', 'x 3x1, r 1x3', SECOND),
    ('transpose(S)', SAME, 'S 2x2x3', SECOND),
    ('transpose(S) * S', 'product(transpose(S), S)', 'S 2x2x2', SECOND),
    ("A' .* A", 'transpose(A) * A', 'A 3x3', SECOND),
]

NETWORKS = [
    (f'{word}({arguments})', SAME, leaves, SECOND)
    for word in ('softmax', 'log_softmax')
    for arguments, leaves in (('x', 'x 3x1'), ('r', 'r 1x4'), ('c', 'c 1x1'), ('A, axis=1', 'A 3x2'),
                              ('A, axis=2', 'A 2x3'), ('S, axis=1', 'S 2x2x2'), ('S, axis=2', 'S 2x2x3'))
] + [
    (f'{word}(p, y)', SAME, ', '.join(f'{name} {shape}{kind}' for name in order), SECOND)
    for word, kind in (('mse', ''), ('sse', ''), ('bce', ' share'), ('huber', ''))
    for shape, order in (('3x1', 'py'), ('1x3', 'yp'), ('2x2', 'py'), ('2x2x2', 'py'))
] + [
    ('hinge(p, y)', SAME, 'p 4x1, y 4x1 label', SECOND),
    ('hinge(p, y)', SAME, 'y 1x3 label, p 1x3', SECOND),
    ('hinge(p, y)', SAME, 'p 2x3, y 2x3 label', SECOND),
    ('hinge(p, y)', SAME, 'p 2x2x2, y 2x2x2 label', SECOND),
    ('hinge(t, y)', SAME, 't=1 -1 0.5, y=1 -1 -1', FIRST),
    ('hinge(p, y)^2', 'hinge(p, y)**2', 'p 3x1, y 3x1 label', SECOND),
    ('huber(p, y, 0.7)', SAME, 'p 4x1, y 4x1', SECOND),
    ('huber(p, y, 0.7)', SAME, 'p 2x3, y 2x3', SECOND),
    ('huber(p, y, k)', SAME, 'k 1x1 positive, p 4x1, y 4x1', SECOND),
    ('huber(p, y)', SAME, 'p=1 2 -3, y=1 2 -3', SECOND),
    ('huber(p, y)', SAME, 'p=3 0 1, y=2 1 1', FIRST),
    ('cross_entropy(p, y)', SAME, 'p 3x1 share, y 3x1 share', SECOND),
    ('cross_entropy(p, y)', SAME, 'y 1x3 share, p 1x3 share', SECOND),
    ('cross_entropy(p, y, axis=1)', SAME, 'p 3x2 share, y 3x2 share', SECOND),
    ('cross_entropy(p, y, axis=2)', SAME, 'p 2x3 share, y 2x3 share', SECOND),
    ('softmax_cross_entropy(z, y)', SAME, 'z 3x1, y 3x1 share', SECOND),
    ('softmax_cross_entropy(z, y)', SAME, 'z 1x4, y 1x4 share', SECOND),
    ('softmax_cross_entropy(z, y)', SAME, 'y 3x1 share, z 3x1', SECOND),
    ('softmax_cross_entropy(z, y, axis=1)', SAME, 'z 3x2, y 3x2 share', SECOND),
    ('softmax_cross_entropy(z, y, axis=2)', SAME, 'z 2x3, y 2x3 share', SECOND),
    # Edges of the logarithms, with labels that are no leaves: their slopes are infinite there.
    ('bce(p, 0)', 'bce(p, column([0]))', 'p=0', SECOND),
    ('bce(p, 1)', 'bce(p, column([1]))', 'p=1', SECOND),
    ('bce(p, [0, 1, 1])', 'bce(p, column([0, 1, 1]))', 'p=0 1 0.25', SECOND),
    ('cross_entropy(p, [1, 0])', 'cross_entropy(p, column([1, 0]))', 'p=1 0', SECOND),
    ('cross_entropy(p, [0, 1, 0])', 'cross_entropy(p, column([0, 1, 0]))', 'p=0 0.5 0.5', SECOND),
    # Large arguments.
    ('softmax(z)', SAME, 'z=1000 1001', SECOND),
    ('softmax(z)', SAME, 'z=-1000 0 1000', SECOND),
    ('softmax(z, axis=2)', SAME, 'z=1000 1001;-1001 -1000', SECOND),
    ('log_softmax(z)', SAME, 'z=1000 1001 -1000', SECOND),
    ('log_softmax(z, axis=1)', SAME, 'z=1000 -800;999 800', SECOND),
    ('logsumexp(z)', SAME, 'z=1000 1001', SECOND),
    ('logsumexp(z)', SAME, 'z=-1000 -1001', SECOND),
    ('logsumexp(z, axis=1)', SAME, 'z=1000 -1000;1001 -1002', SECOND),
    ('sigmoid(z)', SAME, 'z=-800', SECOND),
    ('sigmoid(z)', SAME, 'z=800 -30 40', SECOND),
    ('softplus(z)', SAME, 'z=1000', SECOND),
    ('softplus(z)', SAME, 'z=-1000 35 -40', SECOND),
    ('softmax_cross_entropy(z, y)', SAME, 'z=1000 -1000, y=0 1', SECOND),
    ('softmax_cross_entropy(z, y, axis=1)', SAME, 'z=1000 0;-1000 900, y=0 1;1 0', SECOND),
    ('log(sigmoid(z))', SAME, 'z=-30 20', SECOND),
    # Layers and losses together.
    ('softmax(z)[2]', 'entry(softmax(z), 2, 1)', 'z 3x1', SECOND),
    ('-sum(y .* log(softmax(z)))', '-sum(y * log(softmax(z)))', 'z 3x1, y 3x1 share', SECOND),
    ('softmax(A * x) .* x', 'softmax(product(A, x)) * x', 'A 2x2, x 2x1', SECOND),
    ('sum(softmax(A, axis=2) * B)', 'sum(product(softmax(A, axis=2), B))', 'A 2x3, B 3x2', SECOND),
    ("softmax(Q * K' / sqrt(2), axis=2) * V",
     'product(softmax(product(Q, transpose(K)) / sqrt(2), axis=2), V)', 'Q 2x2, K 3x2, V 3x2', SECOND),
    ("softmax(Q * K', axis=2) * V",
     'product(softmax(product(Q, transpose(K)), axis=2), V)', 'Q 2x2x1, K 2x2x1, V 2x2x1', SECOND),
    ('sum(tanh(W * x + b))', 'sum(tanh(product(W, x) + b))', 'W 2x3, x 3x1, b 2x1', SECOND),
    ('softmax_cross_entropy(V * tanh(W * x + b) + c, y)',
     'softmax_cross_entropy(product(V, tanh(product(W, x) + b)) + c, y)',
     'W 3x2, b 3x1, V 2x3, c 2x1, x 2x1, y 2x1 share', SECOND),
    ('cross_entropy(softmax(V * relu(affine(W, x, b))), [1, 0])',
     'cross_entropy(softmax(product(V, relu(affine(W, x, b)))), column([1, 0]))',
     'W 3x2, V 2x3, x 2x1, b 3x1', SECOND),
    ('mse(X * W + b, Y)', 'mse(product(X, W) + b, Y)', 'W 2x2, b 1x2, X 3x2, Y 3x2', SECOND),
    ('sum(sigmoid(W * X + b), axis=2)', 'sum(sigmoid(product(W, X) + b), axis=2)',
     'b 2x1, W 2x3, X 3x2', SECOND),
    ('bce(sigmoid(X * w + c), y)', 'bce(sigmoid(product(X, w) + c), y)',
     'w 2x1, c 1x1, X 4x2, y=1 0 0 1', SECOND),
    ('softmax_cross_entropy(X * W + b, Y, axis=2)', 'softmax_cross_entropy(product(X, W) + b, Y, axis=2)',
     'W 2x3, b 1x3, X 3x2, Y=0 1 0;1 0 0;0 0 1', SECOND),
    ("x' * A * x / (x' * x)", 'product(product(transpose(x), A), x) / product(transpose(x), x)',
     'x 3x1, A 3x3', SECOND),
    ("-(x' * (C \\ x) + logdet(C)) / 2", '-(product(transpose(x), solve(C, x)) + logdet(C)) / 2',
     'C 2x2 definite, x 2x1', SECOND),
    ("sse(X * w, y) + k * w' * w", 'sse(product(X, w), y) + k * product(transpose(w), w)',
     'w 2x1, k 1x1 positive, X 3x2, y 3x1', SECOND),
    ("(X' * X + k * eye(2)) \\ (X' * y)",
     'solve(product(transpose(X), X) + k * eye(2), product(transpose(X), y))',
     'X 3x2, k 1x1 positive, y 3x1', SECOND),
]

TABLE = PRODUCTS + REDUCTIONS + LINEAR_ALGEBRA + NETWORKS


# ---- leaves ----

def given(written):
    """The array of the entries after `name=`."""
    matrices = [Array([[mpf(x) for x in row.split()] for row in part.strip("'").split(';')])
                for part in written.split('|')]
    if len(matrices) > 1:
        return stack(*matrices)
    is_column = ';' not in written and not written.endswith("'")
    return matrices[0].T if is_column else matrices[0]


def of_kind(drawn, kind):
    """With three decimals again, so that the literal is the very number."""
    return each(lambda x: mpf(round(float(x), 3)), KINDS[kind](drawn))


def make_operands(text, leaves):
    """Like make_leaves, with kinds and given entries too."""
    arrays, literals = {}, {}
    for leaf in leaves.split(', '):
        name, *parts = leaf.replace('=', ' ').split()
        if '=' in leaf:
            arrays[name] = given(leaf.split('=')[1])
        elif parts[-1] in KINDS:
            arrays[name] = of_kind(make_leaves(text, f'{name} {parts[0]} unit')[0][name], parts[-1])
        else:
            arrays[name] = make_leaves(text, leaf)[0][name]
        literals[name] = literal(arrays[name])
    return arrays, literals


def rows_of(text, code, leaves, second):
    arrays, literals = make_operands(text, leaves)
    compiled = compile(code or text, text, 'eval')

    def function(*operands):
        return eval(compiled, {'__builtins__': {}, **EXACT}, dict(zip(arrays, operands)))
    return list(rows_at(text, function, arrays, literals, second))


# ---- the same by PyTorch ----

# Where PyTorch has another gradient than the language: det and inverse share a factorization
# there, so that the slope is 0 where the matrix is singular to the last bit; bce multiplies
# 0 and 1/1e-12 at the ends, and 0 log 0 has the slope nan.  At ties of max and min and at 0 of
# norm and std it has the same.
TORCH_DIFFERS = [
    ('det(N)', '∂L/∂N'), ('det(N)^2 + det(N)', '∂L/∂N'), ('bce(p, 0)', '∂L/∂p'), ('bce(p, 1)', '∂L/∂p'),
    ('bce(p, [0, 1, 1])', '∂L/∂p'), ('cross_entropy(p, [1, 0])', '∂L/∂p'),
    ('cross_entropy(p, [0, 1, 0])', '∂L/∂p'),
]
TORCH_LACKS = ['huber(p, y, k)']  # its delta is no tensor


def torch_reductions(torch):
    def reduction(function):
        """The function of an array and an axis; keeps the axis."""
        return lambda a, axis=None: function(a.reshape(-1, 1), -2) if axis is None else function(a, axis - 3)
    return {
        'sum': reduction(lambda a, d: a.sum(d, keepdim=True)),
        'mean': reduction(lambda a, d: a.mean(d, keepdim=True)),
        'prod': reduction(lambda a, d: a.prod(d, keepdim=True)),
        'max': reduction(lambda a, d: a.amax(d, keepdim=True)),
        'min': reduction(lambda a, d: a.amin(d, keepdim=True)),
        'norm': reduction(lambda a, d: torch.linalg.vector_norm(a, 2, d, keepdim=True)),
        'norm1': reduction(lambda a, d: torch.linalg.vector_norm(a, 1, d, keepdim=True)),
        'logsumexp': reduction(lambda a, d: torch.logsumexp(a, d, keepdim=True)),
        'var': reduction(lambda a, d: a.var(d, unbiased=False, keepdim=True)),
        'std': reduction(lambda a, d: a.std(d, unbiased=False, keepdim=True)),
        'argmax': reduction(lambda a, d: a.argmax(d, keepdim=True) + 1.0),
        'argmin': reduction(lambda a, d: a.argmin(d, keepdim=True) + 1.0),
    }


def torch_matrices(torch):
    def as_matrix(function):
        return lambda *operands: function(*operands)[..., None, None]

    def diagonal_of(a):
        return torch.diag_embed(a.flatten(-2)) if 1 in a.shape[-2:] else torch.diagonal(a, 0, -2, -1)[..., None]

    def solve(a, b):  # would take a matrix b for a stack of vectors
        return torch.linalg.solve(a, b.expand(*a.shape[:-2], *b.shape[-2:]) if a.dim() > 2 else b)
    return {
        'product': torch.matmul, 'transpose': lambda a: a.mT,
        'dot': as_matrix(lambda a, b: torch.dot(a.flatten(), b.flatten())),
        'outer': lambda a, b: torch.outer(a.flatten(), b.flatten()),
        'affine': lambda w, x, b: torch.matmul(w, x) + b, 'kron': torch.kron,
        'trace': as_matrix(lambda a: torch.diagonal(a, 0, -2, -1).sum(-1)), 'det': as_matrix(torch.linalg.det),
        'logdet': as_matrix(torch.logdet), 'inv': torch.linalg.inv, 'solve': solve,
        'cholesky': lambda a: torch.linalg.cholesky((a + a.mT) / 2), 'diag': diagonal_of, 'eye': torch.eye,
        'column': lambda entries: torch.tensor([[float(x)] for x in entries]),
        'entry': lambda a, i, j: a[i - 1:i, j - 1:j],
    }


def torch_networks(torch):
    nn = torch.nn.functional

    def along(function):
        return lambda a, axis=None: function(a, axis - 3) if axis else function(a.flatten(), 0).reshape(a.shape)

    def classes_last(a, axis):
        return a.reshape(1, -1) if axis is None else a.mT if axis == 1 else a

    def cross_entropy(p, y, axis=None):
        return -torch.special.xlogy(classes_last(y, axis), classes_last(p, axis)).sum(-1).mean()

    def softmax_cross_entropy(z, y, axis=None):
        return nn.cross_entropy(classes_last(z, axis), classes_last(y, axis))

    def loss(function):
        return lambda *operands, **axis: function(*operands, **axis).reshape(1, 1)
    return {
        'exp': torch.exp, 'log': torch.log, 'sqrt': lambda a: torch.sqrt(torch.as_tensor(a)), 'tanh': torch.tanh,
        'abs': torch.abs, 'sigmoid': torch.sigmoid, 'relu': torch.relu, 'softplus': nn.softplus,
        'softmax': along(torch.softmax), 'log_softmax': along(torch.log_softmax), 'mse': loss(nn.mse_loss),
        'sse': loss(lambda p, y: nn.mse_loss(p, y, reduction='sum')), 'bce': loss(nn.binary_cross_entropy),
        'cross_entropy': loss(cross_entropy), 'softmax_cross_entropy': loss(softmax_cross_entropy),
        'hinge': loss(lambda p, y: torch.maximum(torch.zeros_like(p), 1 - y * p).mean()),
        'huber': loss(lambda p, y, delta=1.0: nn.huber_loss(p, y, delta=delta)),
    }


def torch_answers(torch, functions, code, arrays):
    """Value and gradients by the names of their questions; 0 * leaf gives places a gradient."""
    leaves = {name: torch.tensor(as_floats(a), requires_grad=True) for name, a in arrays.items()}
    value = eval(code, {'__builtins__': {}, **functions}, leaves)
    answers = {'f': value}
    for name, leaf in leaves.items():
        number = (value * torch.tensor(as_floats(weights(tuple(value.shape))))).sum() + 0 * leaf.sum()
        answers[f'∂L/∂{name}'], = torch.autograd.grad(number, leaf, retain_graph=True)
    return answers


def as_floats(a):
    return json.loads(nested(a.rows))


def agree(torch, row, answer):
    expected = torch.tensor(json.loads(row[4])).reshape(json.loads(row[3]))
    return (answer.shape == expected.shape
            and bool(((answer - expected).abs() <= 1e-9 * expected.abs().clamp(min=1)).all()))


def compare_with_torch(groups):
    """`groups` has the rows of each entry of TABLE."""
    import torch
    torch.set_default_dtype(torch.float64)
    functions = {**torch_reductions(torch), **torch_matrices(torch), **torch_networks(torch)}
    agreed, excepted, differed, absent = 0, 0, [], []
    for (text, code, leaves, _), rows in zip(TABLE, groups):
        compiled = compile(code or text, text, 'eval')
        if text in TORCH_LACKS or not {*compiled.co_names} <= {*functions, *make_operands(text, leaves)[0]}:
            absent.append(text)
            continue
        answers = torch_answers(torch, functions, compiled, make_operands(text, leaves)[0])
        for row in rows:
            if row[2] not in answers:
                continue
            if (text, row[2]) in TORCH_DIFFERS:
                excepted += 1
            elif agree(torch, row, answers[row[2]]):
                agreed += 1
            else:
                differed.append((text, leaves, row[2], row[4], answers[row[2]].tolist()))
    print('PyTorch', torch.__version__, 'agrees in', agreed, 'arrays, differs in', len(differed),
          'and in', excepted, 'stated ones')
    for difference in differed:
        print(*difference)
    print('not in PyTorch:', len(absent), 'expressions:', ', '.join(dict.fromkeys(absent)))
    return not differed


if __name__ == '__main__':
    groups = [rows_of(*entry) for entry in TABLE]
    rows = [row for group in groups for row in group]
    write_rows('operations.txt', 'make_operations_reference.py', rows)
    print('operations.txt', len(TABLE), 'expressions,', len(rows), 'rows')
    if '--torch' in sys.argv[1:] and not compare_with_torch(groups):
        sys.exit(1)
