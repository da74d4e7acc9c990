#!/usr/bin/python3
"""Writes the reference numbers that tests/runners/matrix_reference.c compares nabla with.

Each row of TABLE is an expression in the language, the same as a Python function over the
arrays below, and its leaves.  Values are computed with 50 digits by mpmath from the doubles
as they are; first and second derivatives are central differences with steps of 1e-12, which
leaves more than 20 digits.  At a tie of max, min or clip a central difference is 1/2 and at
0 of abs and hypot it is 0, as the language states it.

    python3 tests/reference/make_matrix_reference.py

writes matrix.txt beside itself: expression, the statements that define its leaves, f and the
number L = sum(f .* weights) (in the first row of each expression only), a question, and the
shape and value of the answer as JSON.  Debian: python3-mpmath.
"""

import itertools
import os
import zlib

import mpmath
from mpmath import mp, mpf

mp.dps = 50
HERE = os.path.dirname(os.path.abspath(__file__))
STEP = mpf(10)**-12
# 13 weights, a prime number, so that rows of no usual length repeat them.
WEIGHTS = [1.5, -2.0, 0.5, 3.0, -1.25, 2.5, -0.75, 1.0, -3.5, 0.25, 2.0, -0.5, -1.75]


# ---- arrays: nested lists, two to four deep ----

class Array:
    """A matrix or stack as nested lists of mpmath numbers; operators work elementwise."""

    def __init__(self, rows):
        self.rows = rows
        shape = []
        while isinstance(rows, list):
            shape.append(len(rows))
            rows = rows[0]
        self.shape = tuple(shape)

    def at(self, place):
        found = self.rows
        for i in place:
            found = found[i]
        return found

    def __add__(self, other):
        return each(lambda a, b: a + b, self, other)

    def __sub__(self, other):
        return each(lambda a, b: a - b, self, other)

    def __mul__(self, other):
        return each(lambda a, b: a * b, self, other)

    def __truediv__(self, other):
        return each(lambda a, b: a / b, self, other)

    def __pow__(self, other):
        return each(power, self, other)

    def __neg__(self):
        return each(lambda a: -a, self)

    def __lt__(self, other):
        return each(lambda a, b: mpf(a < b), self, other)

    def __le__(self, other):
        return each(lambda a, b: mpf(a <= b), self, other)

    def __gt__(self, other):
        return each(lambda a, b: mpf(a > b), self, other)

    def __ge__(self, other):
        return each(lambda a, b: mpf(a >= b), self, other)

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other):
        return array(other) - self

    def __rtruediv__(self, other):
        return array(other) / self

    def __rpow__(self, other):
        return array(other)**self

    def __getitem__(self, places):
        """Rows and columns, each a number, a list or a range of numbers from 1, or ALL."""
        rows, columns = places
        return fill((len(numbers(rows, self.shape[0])), len(numbers(columns, self.shape[1]))),
                    lambda i, j: self.rows[numbers(rows, self.shape[0])[i]][numbers(columns, self.shape[1])[j]])

    @property
    def T(self):
        return fill(self.shape[:-2] + (self.shape[-1], self.shape[-2]),
                    lambda *place: self.at(place[:-2] + (place[-1], place[-2])))


ALL = 'all'


def numbers(index, length):
    """The places from 0 that an index from 1 picks."""
    if index == ALL:
        return list(range(length))
    return [i - 1 for i in index] if isinstance(index, (list, range)) else [index - 1]


def places(shape):
    return itertools.product(*(range(n) for n in shape))


def fill(shape, entry):
    """The array of `shape` with entry(*place) at each place."""
    def level(done):
        if len(done) == len(shape):
            return mpf(entry(*done))
        return [level(done + (i,)) for i in range(shape[len(done)])]
    return Array(level(()))


def array(x):
    return x if isinstance(x, Array) else Array([[mpf(x)]])


def column(entries):
    return Array([[mpf(x)] for x in entries])


def flat(a):
    """The entries row by row."""
    return [a.at(place) for place in places(a.shape)]


def by_columns(a):
    """The entries of a matrix column by column."""
    return [a.rows[i][j] for j in range(a.shape[1]) for i in range(a.shape[0])]


def each(function, *operands):
    """`function` entry by entry; shapes align at the last axis, axes of size 1 stretch."""
    operands = [array(a) for a in operands]
    rank = max(len(a.shape) for a in operands)
    padded = [(1,) * (rank - len(a.shape)) + a.shape for a in operands]
    shape = tuple(max(sizes) for sizes in zip(*padded))
    for sizes in padded:
        assert all(n in (1, whole) for n, whole in zip(sizes, shape)), 'shapes do not fit'

    def entry(*place):
        return function(*(a.at([0 if n == 1 else i for i, n in zip(place, sizes)][rank - len(a.shape):])
                          for a, sizes in zip(operands, padded)))
    return fill(shape, entry)


def elementwise(function):
    return lambda *operands: each(function, *operands)


# ---- functions of numbers ----

def power(a, b):
    if b == int(b):
        return a**int(b)
    assert a > 0, 'not a real number'
    return a**b


def remainder(a, b):
    return a - mpmath.floor(a / b) * b


def round_away(a):
    return mpmath.sign(a) * mpmath.floor(abs(a) + mpf(1) / 2)


def logistic(a):
    return 1 / (1 + mpmath.exp(-a))


exp = elementwise(mpmath.exp)
log = elementwise(mpmath.log)
sqrt = elementwise(mpmath.sqrt)
sin = elementwise(mpmath.sin)
cos = elementwise(mpmath.cos)
tanh = elementwise(mpmath.tanh)
absolute = elementwise(abs)
sigmoid = elementwise(logistic)
relu = elementwise(lambda a: max(a, mpf(0)))
larger = elementwise(max)
smaller = elementwise(min)
hypot = elementwise(mpmath.hypot)
where = elementwise(lambda c, a, b: a if c else b)
both = elementwise(lambda a, b: mpf(bool(a and b)))
either = elementwise(lambda a, b: mpf(bool(a or b)))
negation = elementwise(lambda a: mpf(not a))
equal = elementwise(lambda a, b: mpf(a == b))
unequal = elementwise(lambda a, b: mpf(a != b))
xlogy = elementwise(lambda a, b: a * mpmath.log(b) if a else mpf(0))


# ---- functions of arrays ----

def total(a):
    return array(sum(flat(a)))


def stretched(a, like):
    return each(lambda x, y: x, a, like)


def gathered(a, like):
    """Sums over the axes along which `like` has size 1, or none."""
    lost = len(a.shape) - len(like.shape)
    sums = dict.fromkeys(places(like.shape), mpf(0))
    for place in places(a.shape):
        sums[tuple(0 if n == 1 else i for i, n in zip(place[lost:], like.shape))] += a.at(place)
    return fill(like.shape, lambda *place: sums[place])


def placed(a, like, rows, columns):
    sums = dict.fromkeys(places(like.shape), mpf(0))
    for i, row in enumerate(numbers(rows, like.shape[0])):
        for j, col in enumerate(numbers(columns, like.shape[1])):
            sums[row, col] += array(a).rows[i][j]
    return fill(like.shape, lambda *place: sums[place])


def reshaped(a, n, m=1):
    entries = by_columns(a)
    assert len(entries) == n * m
    return fill((n, m), lambda i, j: entries[j * n + i])


def vec(a):
    return column(by_columns(a))


def tiled(a, n, m):
    return fill((n * a.shape[0], m * a.shape[1]), lambda i, j: a.rows[i % a.shape[0]][j % a.shape[1]])


def untiled(a, n, m):
    rows, columns = a.shape[0] // n, a.shape[1] // m
    return fill((rows, columns), lambda i, j: sum(a.rows[p * rows + i][q * columns + j]
                                                  for p in range(n) for q in range(m)))


def repeated(a, n, m):
    return fill((n * a.shape[0], m * a.shape[1]), lambda i, j: a.rows[i // n][j // m])


def summed_blocks(a, n, m):
    return fill((a.shape[0] // n, a.shape[1] // m),
                lambda i, j: sum(a.rows[n * i + p][m * j + q] for p in range(n) for q in range(m)))


def on_diagonal(v):
    n = v.shape[0]
    return fill((n, n), lambda i, j: v.rows[i][0] if i == j else 0)


def diagonal(a):
    return column(a.rows[i][i] for i in range(min(a.shape)))


def lower(a):
    return fill(a.shape, lambda i, j: a.rows[i][j] if i >= j else 0)


def below(*parts):
    parts = [array(a) for a in parts]
    assert len({a.shape[1] for a in parts}) == 1
    return Array([row for a in parts for row in a.rows])


def beside(*parts):
    return below(*(array(a).T for a in parts)).T


def stack(*layers):
    return Array([layer.rows for layer in layers])


def zeros(*shape):
    return fill(shape, lambda *place: 0)


def ones(*shape):
    return zeros(*shape) + 1


def eye(n):
    return on_diagonal(ones(n, 1))


def counted(a, b, step=1):
    return column(a + step * k for k in range(int(mpmath.floor((b - a) / mpf(step) + mpf('1e-9'))) + 1))


def spaced(a, b, n):
    return column(mpf(a) + (mpf(b) - a) * k / (n - 1) for k in range(n))


def one_hot(classes, n):
    return fill((len(classes), n), lambda i, j: classes[i] == j + 1)


# ---- the table: text, the same in Python, leaves, and whether second derivatives too ----
#
# Leaves are `name shape range`, separated by commas; the function takes them in this order.
# `few` takes -1, 0 and 1 alone, for ties and kinks.

RANGES = {'any': (-2.5, 2.5), 'positive': (0.3, 2.5), 'unit': (-0.9, 0.9), 'few': None}
FIRST, SECOND = False, True

MAPS = [  # elementwise functions of one argument, with a range where they are smooth
    ('exp', mpmath.exp, 'any'), ('log', mpmath.log, 'positive'), ('ln', mpmath.log, 'positive'),
    ('log2', lambda a: mpmath.log(a) / mpmath.log(2), 'positive'),
    ('log10', lambda a: mpmath.log(a) / mpmath.log(10), 'positive'),
    ('log1p', lambda a: mpmath.log(1 + a), 'unit'), ('expm1', lambda a: mpmath.exp(a) - 1, 'any'),
    ('sqrt', mpmath.sqrt, 'positive'), ('abs', abs, 'any'), ('sign', mpmath.sign, 'any'),
    ('floor', mpmath.floor, 'any'), ('ceil', mpmath.ceil, 'any'), ('round', round_away, 'any'),
    ('sin', mpmath.sin, 'any'), ('cos', mpmath.cos, 'any'), ('tan', mpmath.tan, 'unit'),
    ('asin', mpmath.asin, 'unit'), ('acos', mpmath.acos, 'unit'), ('atan', mpmath.atan, 'any'),
    ('sinh', mpmath.sinh, 'any'), ('cosh', mpmath.cosh, 'any'), ('tanh', mpmath.tanh, 'any'),
    ('sigmoid', logistic, 'any'), ('σ', logistic, 'any'), ('relu', lambda a: max(a, mpf(0)), 'any'),
    ('leaky_relu', lambda a: a if a > 0 else mpf(0.01) * a, 'any'),
    ('elu', lambda a: a if a > 0 else mpmath.exp(a) - 1, 'any'),
    ('gelu', lambda a: a * (1 + mpmath.erf(a / mpmath.sqrt(2))) / 2, 'any'),
    ('softplus', lambda a: mpmath.log(1 + mpmath.exp(a)), 'any'), ('silu', lambda a: a * logistic(a), 'any'),
    ('erf', mpmath.erf, 'any'), ('square', lambda a: a * a, 'any'),
]
MAP_SHAPES = ['2x3', '3x1', '1x4', '2x2x2', '3x2', '2x1x3', '1x1']

TABLE = [
    # Operators and broadcasting.
    ('A + B', lambda A, B: A + B, 'A 2x3, B 2x3', FIRST),
    ('A + b', lambda A, b: A + b, 'A 2x3, b 2x1', FIRST),
    ('b - A', lambda b, A: b - A, 'b 1x3, A 2x3', FIRST),
    ('A - c', lambda A, c: A - c, 'A 2x3, c 1x1', FIRST),
    ('A .* B', lambda A, B: A * B, 'A 3x2, B 3x2', SECOND),
    ('A .* b', lambda A, b: A * b, 'A 3x2, b 3x1', SECOND),
    ('A ∘ b', lambda A, b: A * b, 'A 3x2, b 1x2', FIRST),
    ('u ⊙ v', lambda u, v: u * v, 'u 3x1, v 3x1', FIRST),
    ('u .* v', lambda u, v: u * v, 'u 3x1, v 1x2', SECOND),
    ('u + v - w', lambda u, v, w: u + v - w, 'u 3x1, v 1x2, w 1x1', FIRST),
    ('A ./ B', lambda A, B: A / B, 'A 2x2, B 2x2 positive', SECOND),
    ('A ./ b', lambda A, b: A / b, 'A 2x3, b 1x3 positive', SECOND),
    ('c ./ A', lambda c, A: c / A, 'c 1x1, A 2x3 positive', SECOND),
    ('A / c', lambda A, c: A / c, 'A 2x3, c 1x1 positive', FIRST),
    ('A * c', lambda A, c: A * c, 'A 2x3, c 1x1', SECOND),
    ('c * v · 2', lambda c, v: c * v * 2, 'c 1x1, v 1x4', FIRST),
    ('2A - 3(A + B)', lambda A, B: 2 * A - 3 * (A + B), 'A 2x2, B 2x2', FIRST),
    ('-A + +B', lambda A, B: -A + B, 'A 2x1, B 2x1', FIRST),
    ('A.^3', lambda A: A**3, 'A 2x3', SECOND),
    ('-A.^2', lambda A: -(A**2), 'A 2x3', FIRST),
    ('A.^B', lambda A, B: A**B, 'A 2x2 positive, B 2x2', SECOND),
    ('A.^b', lambda A, b: A**b, 'A 3x2 positive, b 1x2', FIRST),
    ('2 .^ A', lambda A: 2**A, 'A 2x2', FIRST),
    ('a.^b.^c', lambda a, b, c: a**(b**c), 'a 2x1 positive, b 2x1 positive, c 1x1', FIRST),
    ('S + A', lambda S, A: S + A, 'S 2x2x3, A 2x3', FIRST),
    ('S .* A', lambda S, A: S * A, 'S 2x2x3, A 2x3', SECOND),
    ('S .* b', lambda S, b: S * b, 'S 3x2x2, b 2x1', FIRST),
    ('b - S', lambda b, S: b - S, 'b 1x2, S 3x2x2', FIRST),
    ('S * c', lambda S, c: S * c, 'S 2x2x2, c 1x1', FIRST),
    ('S ./ R', lambda S, R: S / R, 'S 2x2x3, R 2x1x3 positive', SECOND),
    ('S .* R', lambda S, R: S * R, 'S 1x2x3, R 2x2x1', FIRST),
    ('S + R - A', lambda S, R, A: S + R - A, 'S 2x1x2, R 2x3x1, A 3x2', FIRST),
    ('S.^2 ./ c', lambda S, c: S**2 / c, 'S 2x3x1, c 1x1 positive', FIRST),
    ('Q + A', lambda Q, A: Q + A, 'Q 2x2x2x2, A 2x2', FIRST),
    ('Q .* S', lambda Q, S: Q * S, 'Q 2x2x1x3, S 2x2x3', FIRST),
    ('Q .* b + Q', lambda Q, b: Q * b + Q, 'Q 2x1x2x2, b 1x2', FIRST),
    ("Q' .* c", lambda Q, c: Q.T * c, 'Q 2x2x1x2, c 1x1', FIRST),
    ('sum(exp(Q))', lambda Q: total(exp(Q)), 'Q 2x2x2x1', SECOND),
    # Comparisons, masks and choices.
    ('(A > b) .* A', lambda A, b: (A > b) * A, 'A 2x3, b 2x1', FIRST),
    ('(A <= 0.5) + (A >= b)', lambda A, b: (A <= 0.5) + (A >= b), 'A 3x2, b 1x2', FIRST),
    ('A ≠ B', unequal, 'A 2x2, B 2x2', FIRST),
    ('(A == A) .* A.^2', lambda A: equal(A, A) * A**2, 'A 2x2', FIRST),
    ('1(A < 0 and b < 0) .* A', lambda A, b: both(A < 0, b < 0) * A, 'A 2x3, b 2x1', FIRST),
    ('where(A > 0 or not (B > 0), A.*B, B)', lambda A, B: where(either(A > 0, negation(B > 0)), A * B, B),
     'A 2x3, B 2x3', SECOND),
    ('where(u > 0, A, v)', lambda u, A, v: where(u > 0, A, v), 'u 2x1, A 2x3, v 1x3', FIRST),
    ('where(S > A, S.^2, 1)', lambda S, A: where(S > A, S**2, 1), 'S 2x2x2, A 2x2', FIRST),
    ('max(A, B)', larger, 'A 2x3, B 2x3', FIRST),
    ('max(A, b)', larger, 'A 2x3, b 1x3', FIRST),
    ('min(u, v)', smaller, 'u 3x1, v 1x3', FIRST),
    ('min(S, A)', smaller, 'S 2x2x2, A 2x2', FIRST),
    ('max(A, A)', lambda A: larger(A, A), 'A 2x2', FIRST),
    ('max(A, 2*A - A) .* A', lambda A: A * A, 'A 1x3', FIRST),
    ('min(A - A, 0) + abs(A - A)', lambda A: smaller(A - A, 0) + absolute(A - A), 'A 2x1', FIRST),
    ('clip(A, -1, 1)', lambda A: smaller(larger(A, -1), 1), 'A 3x3', FIRST),
    ('clip(A, lo, 1.5)', lambda A, lo: smaller(larger(A, lo), 1.5), 'A 2x3, lo 2x1 unit', FIRST),
    ('atan2(A, b)', elementwise(mpmath.atan2), 'A 2x3, b 2x1', SECOND),
    ('hypot(A, B)', hypot, 'A 2x2, B 2x2', SECOND),
    ('hypot(S, v)', hypot, 'S 2x2x3, v 1x3', FIRST),
    ('mod(A, b)', elementwise(remainder), 'A 2x3, b 2x1 positive', FIRST),
    ('pow(A, b)', lambda A, b: A**b, 'A 2x2 positive, b 2x1', FIRST),
    ('xlogy(A, B)', xlogy, 'A 2x2, B 2x2 positive', SECOND),
    ('xlogy(1 - p, p)', lambda p: xlogy(1 - p, p), 'p 1x4 positive', FIRST),
    ('leaky_relu(A, b)', elementwise(lambda a, b: a if a > 0 else b * a), 'A 2x3, b 1x3 positive', FIRST),
    ('elu(A, 2)', elementwise(lambda a: a if a > 0 else 2 * (mpmath.exp(a) - 1)), 'A 3x2', SECOND),
    # Ties and kinks.
    ('max(A, B)', larger, 'A 3x3 few, B 3x3 few', FIRST),
    ('min(A, b) .* C', lambda A, b, C: smaller(A, b) * C, 'A 3x3 few, b 1x3 few, C 3x3', FIRST),
    ('max(S, A)', larger, 'S 2x2x2 few, A 2x2 few', FIRST),
    ('abs(A) .* b', lambda A, b: absolute(A) * b, 'A 2x3 few, b 1x3', FIRST),
    ('clip(A, -1, 1)', lambda A: smaller(larger(A, -1), 1), 'A 2x3 few', FIRST),
    ('hypot(A, B)', hypot, 'A 3x3 few, B 3x3 few', FIRST),
    ('A.^2 + B.^3', lambda A, B: A**2 + B**3, 'A 2x3 few, B 2x3 few', SECOND),
    # Transposes and sums.
    ("A'", lambda A: A.T, 'A 2x3', FIRST),
    ("A' .* B", lambda A, B: A.T * B, 'A 2x3, B 3x2', SECOND),
    ('Aᵀ + b', lambda A, b: A.T + b, 'A 3x2, b 2x1', FIRST),
    ("A.T.^2 - A'", lambda A: A.T**2 - A.T, 'A 2x2', FIRST),
    ("u' + u", lambda u: u.T + u, 'u 3x1', FIRST),
    ("(u .* v')'.^2", lambda u, v: (u * v.T).T**2, 'u 3x1, v 2x1', SECOND),
    ("S' .* A", lambda S, A: S.T * A, 'S 2x2x3, A 3x2', SECOND),
    ("S'' - S", lambda S: S.T.T - S, 'S 2x1x3', FIRST),
    ('transpose(A).^2', lambda A: A.T**2, 'A 1x3', FIRST),
    ('sum(A)', total, 'A 3x2', FIRST),
    ('sum(A.^2) * A', lambda A: total(A**2) * A, 'A 2x2', SECOND),
    ('A / sum(exp(A))', lambda A: A / total(exp(A)), 'A 2x3', SECOND),
    ('exp(A) / sum(exp(A))', lambda A: exp(A) / total(exp(A)), 'A 4x1', SECOND),
    ('sqrt(sum(S.^2))', lambda S: sqrt(total(S**2)), 'S 2x2x2', SECOND),
    ('sum(u .* v) * u', lambda u, v: total(u * v) * u, 'u 3x1, v 3x1', SECOND),
    ('sum(A .* b)^2', lambda A, b: total(A * b)**2, 'A 2x3, b 1x3', SECOND),
    ('expand(b, A) .* A', lambda b, A: stretched(b, A) * A, 'b 2x1, A 2x3', SECOND),
    ('expand(c, S)', stretched, 'c 1x1, S 2x2x2', FIRST),
    ('expand(A, S).^2', lambda A, S: stretched(A, S)**2, 'A 1x2, S 2x2x2', FIRST),
    ('collect(A.^2, b)', lambda A, b: gathered(A**2, b), 'A 2x3, b 1x3', SECOND),
    ('collect(A, c)', gathered, 'A 2x3, c 1x1', FIRST),
    ('collect(S, A) .* A', lambda S, A: gathered(S, A) * A, 'S 3x2x2, A 2x2', FIRST),
    # Literals and blocks.
    ('[x, y, z]', lambda x, y, z: below(x, y, z), 'x 1x1, y 1x1, z 1x1', FIRST),
    ('[x, x*y; y^2, 3]', lambda x, y: below(beside(x, x * y), beside(y**2, 3)), 'x 1x1, y 1x1', SECOND),
    ('[[x, y], [y, x]] .* A', lambda x, y, A: below(beside(x, y), beside(y, x)) * A, 'x 1x1, y 1x1, A 2x2', SECOND),
    ('[[x, y, z]]', lambda x, y, z: beside(x, y, z), 'x 1x1, y 1x1, z 1x1', FIRST),
    ("[x, y, z]' .* [z, y, x]", lambda x, y, z: beside(x, y, z) * below(z, y, x), 'x 1x1, y 1x1, z 1x1', FIRST),
    ('[u, v]', beside, 'u 3x1, v 3x1', FIRST),
    ('[u; v; u]', lambda u, v: below(u, v, u), 'u 2x1, v 3x1', FIRST),
    ('[A, B; C, D]', lambda A, B, C, D: below(beside(A, B), beside(C, D)), 'A 2x2, B 2x1, C 1x2, D 1x1', FIRST),
    ("[A, u; v', 1].^2", lambda A, u, v: below(beside(A, u), beside(v.T, 1))**2, 'A 2x2, u 2x1, v 2x1', SECOND),
    ('[A, A.*B]', lambda A, B: beside(A, A * B), 'A 2x2, B 2x2', SECOND),
    ('[A; sum(A), 2]', lambda A: below(A, beside(total(A), 2)), 'A 3x2', FIRST),
    ("[A'; B]", lambda A, B: below(A.T, B), 'A 2x3, B 1x2', FIRST),
    ('[r, c]', beside, 'r 1x3, c 1x1', FIRST),
    ('[[[x, y], [y, 1]], [[2, x], [x*y, y]]]',
     lambda x, y: stack(below(beside(x, y), beside(y, 1)), below(beside(2, x), beside(x * y, y))),
     'x 1x1, y 1x1', FIRST),
    ('[[[x, y]], [[y, x]]] .* A', lambda x, y, A: stack(beside(x, y), beside(y, x)) * A, 'x 1x1, y 1x1, A 2x2', FIRST),
    # Indices and slices.
    ('A[2, 3]', lambda A: A[2, 3], 'A 2x3', FIRST),
    ('A[1, 2] * A[2, 1]', lambda A: A[1, 2] * A[2, 1], 'A 2x2', SECOND),
    ('A[1, :]', lambda A: A[1, ALL], 'A 2x3', FIRST),
    ('A[:, 2] .* A[:, 3]', lambda A: A[ALL, 2] * A[ALL, 3], 'A 2x3', SECOND),
    ('A[:, end]', lambda A: A[ALL, A.shape[1]], 'A 3x2', FIRST),
    ('A[1:2, 2:end].^2', lambda A: A[[1, 2], [2, 3]]**2, 'A 3x3', SECOND),
    ('A[end, 1:2]', lambda A: A[3, [1, 2]], 'A 3x2', FIRST),
    ('A[:, :] - A', lambda A: A - A, 'A 2x2', FIRST),
    ('A[[2, 1], 1]', lambda A: A[[2, 1], 1], 'A 2x2', FIRST),
    ('A[[3, 1], :] .* b', lambda A, b: A[[3, 1], ALL] * b, 'A 3x2, b 2x1', FIRST),
    ('A[[1, 1, 2], [2, 2]].^2', lambda A: A[[1, 1, 2], [2, 2]]**2, 'A 2x2', SECOND),
    ('x[2]^3 + x[1]', lambda x: x[2, 1]**3 + x[1, 1], 'x 3x1', SECOND),
    ('x[2:end] - x[1:end-1]', lambda x: x[[2, 3, 4], 1] - x[[1, 2, 3], 1], 'x 4x1', FIRST),
    ('x[[3, 1, 1]] .* x', lambda x: x[[3, 1, 1], 1] * x, 'x 3x1', SECOND),
    ('r[2] .* r[2:3]', lambda r: r[1, 2] * r[1, [2, 3]], 'r 1x3', FIRST),
    ("A'[1, :] + A[:, 1]'", lambda A: A.T[1, ALL] + A[ALL, 1].T, 'A 2x2', FIRST),
    ('exp(A)[2, 1:2] ./ A[1, 2]', lambda A: exp(A)[2, [1, 2]] / A[1, 2], 'A 2x2 positive', SECOND),
    ('A[range(1, rows(A)), 1]', lambda A: A[ALL, 1], 'A 3x2', FIRST),
    ('place(u, A, [1, 2], 3) + A',
     lambda u, A: placed(u, A, [1, 2], 3) + A, 'u 2x1, A 2x3', FIRST),
    ('place(c^2, A, 2, 2)', lambda c, A: placed(c**2, A, 2, 2), 'c 1x1, A 3x2', FIRST),
    ('place(r, A, 2, [3, 1])', lambda r, A: placed(r, A, 2, [3, 1]), 'r 1x2, A 2x3', FIRST),
    ('place(u, v, [2, 2, 1], 1)', lambda u, v: placed(u, v, [2, 2, 1], 1), 'u 3x1, v 3x1', FIRST),
    # Other shapes.
    ('reshape(A, 3, 2)', lambda A: reshaped(A, 3, 2), 'A 2x3', FIRST),
    ('reshape(A, 2, 3) .* B', lambda A, B: reshaped(A, 2, 3) * B, 'A 3x2, B 2x3', SECOND),
    ('reshape(A, 6).^2', lambda A: reshaped(A, 6)**2, 'A 2x3', FIRST),
    ('reshape(A, 1, numel(A))', lambda A: reshaped(A, 1, 6), 'A 3x2', FIRST),
    ('reshape(x, 2, 2)', lambda x: reshaped(x, 2, 2), 'x 4x1', FIRST),
    ('reshape(x, size(A)) + A', lambda x, A: reshaped(x, 2, 3) + A, 'x 6x1, A 2x3', FIRST),
    ("reshape(A', 3, 2)", lambda A: reshaped(A.T, 3, 2), 'A 3x2', FIRST),
    ('vec(A)', vec, 'A 3x2', FIRST),
    ("vec(A') .* vec(A)", lambda A: vec(A.T) * vec(A), 'A 2x3', SECOND),
    ('vec(A)[2:4]', lambda A: vec(A)[[2, 3, 4], 1], 'A 2x3', FIRST),
    ('tile(A, 2, 3)', lambda A: tiled(A, 2, 3), 'A 2x2', FIRST),
    ('tile(u, 2, 2).^2', lambda u: tiled(u, 2, 2)**2, 'u 2x1', SECOND),
    ('tile(r, 3, 1) .* A', lambda r, A: tiled(r, 3, 1) * A, 'r 1x2, A 3x2', FIRST),
    ('untile(A, 2, 1).^2', lambda A: untiled(A, 2, 1)**2, 'A 4x2', FIRST),
    ('untile(A, 2, 2)', lambda A: untiled(A, 2, 2), 'A 2x4', FIRST),
    ('repeat(A, 2, 3)', lambda A: repeated(A, 2, 3), 'A 2x2', FIRST),
    ('repeat(u, 2, 2) .* tile(u, 2, 2)', lambda u: repeated(u, 2, 2) * tiled(u, 2, 2), 'u 2x1', SECOND),
    ('repeat(c, 2, 3)', lambda c: repeated(c, 2, 3), 'c 1x1', FIRST),
    ('blocksum(A, 2, 2)', lambda A: summed_blocks(A, 2, 2), 'A 4x2', FIRST),
    ('blocksum(A, 1, 3).^2', lambda A: summed_blocks(A, 1, 3)**2, 'A 2x3', SECOND),
    ('concat(A, B)', below, 'A 2x3, B 1x3', FIRST),
    ('concat(A, B, axis=1).^2', lambda A, B: below(A, B)**2, 'A 1x2, B 2x2', FIRST),
    ('concat(A, B, axis=2)', beside, 'A 2x2, B 2x1', FIRST),
    ('concat(u, u .* v)', lambda u, v: below(u, u * v), 'u 3x1, v 3x1', SECOND),
    ('concat(r, c, axis=2)', beside, 'r 1x3, c 1x1', FIRST),
    ('diag(u)', on_diagonal, 'u 3x1', FIRST),
    ('diag(u.^2) + A', lambda u, A: on_diagonal(u**2) + A, 'u 2x1, A 2x2', SECOND),
    ('diag(A)', diagonal, 'A 3x3', FIRST),
    ('diag(A) .* diag(B)', lambda A, B: diagonal(A) * diagonal(B), 'A 2x3, B 3x2', FIRST),
    ('diag(diag(A))', lambda A: on_diagonal(diagonal(A)), 'A 3x3', FIRST),
    ('tril(A)', lower, 'A 3x3', FIRST),
    ('tril(A.*B)', lambda A, B: lower(A * B), 'A 3x2, B 3x2', SECOND),
    ("A - tril(A')'", lambda A: A - lower(A.T).T, 'A 2x3', FIRST),
    # Values from sizes.
    ('A + eye(2)', lambda A: A + eye(2), 'A 2x2', FIRST),
    ('eye(rows(A)) .* A', lambda A: eye(3) * A, 'A 3x3', FIRST),
    ('zeros(size(A)) + b', lambda A, b: zeros(2, 3) + b, 'A 2x3, b 2x1', FIRST),
    ('ones(rows(A), 2) .* c', lambda A, c: ones(3, 2) * c, 'A 3x1, c 1x1', FIRST),
    ('ones(3) .* r', lambda r: ones(3, 1) * r, 'r 1x2', FIRST),
    ('full(2, 3, c)', lambda c: c * ones(2, 3), 'c 1x1', FIRST),
    ('full(2, 2, c^2) .* A', lambda c, A: c**2 * A, 'c 1x1, A 2x2', SECOND),
    ('u .* range(1, 3)', lambda u: u * counted(1, 3), 'u 3x1', FIRST),
    ('u .^ range(2, 0, -1)', lambda u: u**counted(2, 0, -1), 'u 3x1 positive', FIRST),
    ('range(0, 1, 0.25) + c', lambda c: counted(0, 1, 0.25) + c, 'c 1x1', FIRST),
    ("c .^ range(0, 4)'", lambda c: c**counted(0, 4).T, 'c 1x1 positive', SECOND),
    ('u + linspace(-1, 1, 4)', lambda u: u + spaced(-1, 1, 4), 'u 4x1', FIRST),
    ("sin(linspace(0, 3, 3)' .* u)", lambda u: sin(spaced(0, 3, 3).T * u), 'u 2x1', SECOND),
    ('onehot(2, 3) .* u', lambda u: one_hot([2], 3).T * u, 'u 3x1', FIRST),
    ('onehot([3, 1], 3) .* A', lambda A: one_hot([3, 1], 3) * A, 'A 2x3', FIRST),
    ('size(A)', lambda A: column([2, 3]), 'A 2x3', FIRST),
    ('size(S)', lambda S: column([3, 1, 2]), 'S 3x1x2', FIRST),
    ('size(A, 2) * A', lambda A: 3 * A, 'A 2x3', FIRST),
    ('rows(A) + cols(A)/numel(A)', lambda A: array(2 + mpf(3) / 6), 'A 2x3', FIRST),
    ('sum(A)/numel(A) - A', lambda A: total(A) / 6 - A, 'A 3x2', FIRST),
    # Compositions.
    ('tanh(A .* b + c)', lambda A, b, c: tanh(A * b + c), 'A 2x3, b 1x3, c 2x1', SECOND),
    ('sigmoid(S .* A) .* S', lambda S, A: sigmoid(S * A) * S, 'S 2x2x2, A 2x2', SECOND),
    ('log(1 + exp(A .* b))', lambda A, b: log(1 + exp(A * b)), 'A 2x2, b 2x1', SECOND),
    ("relu(A)' + relu(b)", lambda A, b: relu(A).T + relu(b), 'A 2x3, b 3x1', FIRST),
    ("(A - A') .* (B + B')", lambda A, B: (A - A.T) * (B + B.T), 'A 2x2, B 2x2', FIRST),
    ("sqrt(1 + (u - u').^2)", lambda u: sqrt(1 + (u - u.T)**2), 'u 3x1', SECOND),
    ("[u, u.^2, u.^3]' .* v'", lambda u, v: beside(u, u**2, u**3).T * v.T, 'u 2x1, v 2x1', SECOND),
    ('cos(vec([A, B])) .* sum(A)', lambda A, B: cos(vec(beside(A, B))) * total(A), 'A 2x2, B 2x1', SECOND),
    ('π * A - e .* b', lambda A, b: float(mpmath.pi) * A - float(mpmath.e) * b, 'A 2x2, b 1x2', FIRST),
    ('exp(-(S - b).^2 / 2)', lambda S, b: exp(-(S - b)**2 / 2), 'S 2x1x3, b 1x3', SECOND),
    ('c .* Q - Q.^2', lambda c, Q: c * Q - Q**2, 'c 1x1, Q 1x2x2x2', SECOND),
]
for number, (word, function, kind) in enumerate(MAPS):
    shape = MAP_SHAPES[number % len(MAP_SHAPES)]
    TABLE.append((f'{word}(A)', elementwise(function), f'A {shape} {kind}', FIRST))


# ---- leaves ----

class Draws:
    """Numbers that are the same in every run: a congruential generator begun from a text."""

    def __init__(self, text):
        self.state = zlib.crc32(text.encode())

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n

    def number(self, low, high):
        """Three decimals, none of them at a step of floor, ceil or round."""
        while True:
            x = round(low + (high - low) * self.below(100000) / 100000, 3)
            if abs(2 * x - round(2 * x)) > 0.01:
                return x


def make_leaves(text, leaves):
    """Names in order, and for each name its array and its literal."""
    draws = Draws(text + leaves)
    arrays, literals = {}, {}
    for leaf in leaves.split(', '):
        name, sizes, *kind = leaf.split()
        limits = RANGES[kind[0] if kind else 'any']
        arrays[name] = fill([int(n) for n in sizes.split('x')],
                            lambda *place: draws.number(*limits) if limits else draws.below(3) - 1)
        literals[name] = literal(arrays[name], draws.below(3))
    return arrays, literals


def nested(rows):
    if isinstance(rows, list):
        return '[' + ', '.join(nested(row) for row in rows) + ']'
    return repr(float(rows))


def literal(a, style=0):
    """The array as the language writes it, in one of three ways."""
    if a.shape == (1, 1):
        return repr(float(a.rows[0][0]))
    if len(a.shape) > 2 or style == 2:
        return nested(a.rows)
    comma = ' ' if style == 1 else ', '
    if a.shape[0] == 1:
        return '[' + comma.join(repr(float(x)) for x in a.rows[0]) + "]'"
    if a.shape[1] == 1 and style == 0:
        return '[' + comma.join(repr(float(x)) for x in flat(a)) + ']'
    return '[' + '; '.join(comma.join(repr(float(x)) for x in row) for row in a.rows) + ']'


# ---- derivatives by central differences ----

def moved(a, direction, by):
    return each(lambda x, d: x + by * d, a, direction)


def unit(shape, place):
    return fill(shape, lambda *here: here == place)


def weights(shape, first=0):
    entries = {place: WEIGHTS[(first + k) % len(WEIGHTS)] for k, place in enumerate(places(shape))}
    return fill(shape, lambda *place: entries[place])


def gradient(function, arrays, name):
    """The slopes of the number function(arrays) by the entries of one leaf."""
    def slope(*place):
        direction = unit(arrays[name].shape, place)
        ahead = function({**arrays, name: moved(arrays[name], direction, STEP)})
        behind = function({**arrays, name: moved(arrays[name], direction, -STEP)})
        return (ahead - behind) / (2 * STEP)
    return fill(arrays[name].shape, slope)


def along(function, name, direction):
    """The function arrays → slope of `function` when one leaf moves in a direction."""
    def slope(arrays):
        ahead = function({**arrays, name: moved(arrays[name], direction, STEP)})
        behind = function({**arrays, name: moved(arrays[name], direction, -STEP)})
        return (ahead - behind) / (2 * STEP)
    return slope


# ---- questions and answers ----

def show(x):
    """The nearest double; what is below the precision of a difference is 0."""
    return repr(float(x)) if abs(x) > mpf(10)**-20 else '0.0'


def as_json(a):
    if a.shape == (1, 1):
        return show(a.rows[0][0])

    def level(rows):
        return '[' + ','.join(map(level, rows)) + ']' if isinstance(rows, list) else show(rows)
    return level(a.rows)


def second_questions(number_of, arrays):
    """For the first leaf x: ∂ of an entry of ∂L/∂x (a middle one), and of a weighted sum of
    its entries, with respect to every leaf."""
    name = next(iter(arrays))
    shape = arrays[name].shape
    if shape == (1, 1):
        directions = [('g', unit(shape, (0, 0)))]
    else:
        pattern = weights(shape, 5)
        directions = [(f'(sum(g .* {literal(pattern)}))', pattern)]
        if len(shape) == 2:
            place = (shape[0] // 2, shape[1] // 2)
            one = max(place) + 1 if 1 in shape else None
            directions.append((f'(g[{one}])' if one else f'(g[{place[0] + 1}, {place[1] + 1}])', unit(shape, place)))
    for text, direction in directions:
        for by in arrays:
            yield f'∂{text}/∂{by}', gradient(along(number_of, name, direction), arrays, by)


def rows_of(text, function, leaves, second):
    return rows_at(text, function, *make_leaves(text, leaves), second)


def rows_at(text, function, arrays, literals, second):
    def value_of(arrays):
        return array(function(*arrays.values()))
    value = value_of(arrays)
    pattern = weights(value.shape)

    def number_of(arrays):
        return total(value_of(arrays) * pattern).rows[0][0]
    answers = [('f', value)]
    answers += [(f'∂L/∂{name}', gradient(number_of, arrays, name)) for name in arrays]
    statements = [f'{name} = {written}' for name, written in literals.items()]
    statements += [f'f = {text}', f'L = sum(f .* {literal(pattern)})']
    if second:
        statements.append(f'g = ∂L/∂{next(iter(arrays))}')
        answers += second_questions(number_of, arrays)
    for number, (question, answer) in enumerate(answers):
        yield [text, '' if number else '; '.join(statements), question,
               '[' + ','.join(map(str, answer.shape)) + ']', as_json(answer)]


def write_rows(name, maker, rows):
    with open(os.path.join(HERE, name), 'w', encoding='utf-8', newline='\n') as file:
        file.write(f'# Made by {maker}; do not edit.\n')
        file.write('\t'.join(['expression', 'statements', 'question', 'shape', 'value']) + '\n')
        for row in rows:
            file.write('\t'.join(row) + '\n')


if __name__ == '__main__':
    rows = [row for entry in TABLE for row in rows_of(*entry)]
    write_rows('matrix.txt', 'make_matrix_reference.py', rows)
    print('matrix.txt', len(TABLE), 'expressions,', len(rows), 'rows')
