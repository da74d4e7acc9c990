#!/usr/bin/python3
"""Writes the reference numbers that tests/runners/reference.c compares nabla with.

Derivatives come from SymPy, numbers from mpmath; neither knows anything of nabla.  The
arguments are the doubles as they are, the computation has 1400 digits (1e300 beside
1e-300 needs them), and the result is rounded once to the nearest double, inf where it is
too large.  Where a function has no derivative at a point the column is empty, unless the
language states one (relu and abs: 0 at 0, max and min: 1/2 each at a tie, and so on).

    python3 tests/reference/make_reference.py

writes elementwise-core.tsv, elementwise.tsv and losses.tsv beside itself.
Debian: python3-mpmath, python3-sympy.
"""

import os

import mpmath
import sympy
from mpmath import mp
from sympy import Integer, Symbol, acos, asin, atan, cos, cosh, diff, erf, erfc, exp, lambdify, log
from sympy import pi, sin, sinh, sqrt, tan, tanh

mp.dps = 1400
HERE = os.path.dirname(os.path.abspath(__file__))
A = Symbol('a', real=True)
B = Symbol('b', real=True)
ZERO = Integer(0)
ONE = Integer(1)
HALF = sympy.Rational(1, 2)
INF = float('inf')
NAN = float('nan')

# The columns after the arguments, as the variables to differentiate by.
COLUMNS = {'value': [], 'da': [A], 'db': [B], 'daa': [A, A], 'dab': [A, B], 'dbb': [B, B]}


# ---- from an exact number to a double ----

def nearest_double(x):
    """The double nearest to the mpmath number x, or None when x is not real."""
    if isinstance(x, mpmath.mpc):
        if x.imag != 0:
            return None
        x = x.real
    if mpmath.isnan(x):
        return None
    if mpmath.isinf(x) or x == 0:
        return float(x)
    if abs(x) >= mpmath.mpf(2)**1024 - mpmath.mpf(2)**970:
        return INF if x > 0 else -INF
    if abs(x) < mpmath.mpf(2)**-1075:
        return 0.0
    return float(x)


compiled = {}


def evaluate(expression, a, b):
    """The expression at the doubles a and b, or None where it has no value."""
    if expression not in compiled:
        compiled[expression] = lambdify([A, B], expression, modules='mpmath')
    try:
        return nearest_double(mpmath.mpmathify(compiled[expression](mpmath.mpf(a), mpmath.mpf(b))))
    except (ZeroDivisionError, ValueError, OverflowError):
        return None


derivatives = {}


def derivative(expression, variables):
    key = (expression, tuple(variables))
    if key not in derivatives:
        derivatives[key] = diff(expression, *variables) if variables else expression
    return derivatives[key]


def show(x):
    if x is None:
        return ''
    if x != x:
        return 'nan'
    if x in (INF, -INF):
        return 'inf' if x > 0 else '-inf'
    return repr(x + 0.0) if x != 0 else '0.0'


# ---- functions: text in the language, what it is near a point, where to look ----
#
# `piece` gives, for the point (a, b), the SymPy expression that the function equals around
# it, or a pair (expression, stated): `stated` replaces columns, None for "undefined".

NO_SECOND = {'daa': None, 'dab': None, 'dbb': None}
NO_SLOPES = dict(NO_SECOND, da=None, db=None)


def rows_of(text, piece, points):
    """One row for each point: text, a, b and the six columns."""
    result = []
    for point in points:
        a, b = point if isinstance(point, tuple) else (point, None)
        given = piece(a, b) if callable(piece) else piece
        expression, stated = given if isinstance(given, tuple) else (given, {})
        row = [text, show(a), show(b)]
        for column, variables in COLUMNS.items():
            if B in variables and b is None:
                row.append('')
            elif column in stated:
                row.append(show(stated[column]))
            else:
                row.append(show(evaluate(derivative(expression, variables), a, 0.0 if b is None else b)))
        result.append(row)
    return result


def undefined(value):
    """A point where the function has `value` (IEEE) and no slope."""
    return lambda a, b: (ZERO, dict(NO_SLOPES, value=value))


ORDINARY = [0.3, 1.0, 2.5, 10.0, -0.3, -1.0, -2.5, -10.0]
POSITIVE = [0.3, 1.0, 2.5, 10.0]
TINY = [1e-300, 1e-20, 1e-8, -1e-300, -1e-20, -1e-8]
TINY_POSITIVE = [1e-300, 1e-20, 1e-8]
HUGE = [1e10, 1e300, -1e10, -1e300]
HUGE_POSITIVE = [1e10, 1e300]
EXP_EDGE = [700.0, 709.5, 710.0, 745.0, -700.0, -745.0, -746.0]
EVERYWHERE = ORDINARY + [0.0] + TINY + HUGE

PAIRS = [(0.3, 2.5), (2.5, 0.3), (-1.5, 2.0), (2.0, -1.5), (-2.5, -0.3), (10.0, 10.5),
         (1e-8, 1.0), (1.0, 1e-8), (1e-20, -3.0), (1e-300, 2.0), (2.0, 1e-300),
         (1e10, 3.0), (3.0, 1e10), (1e300, 2.0), (2.0, 1e300), (-1e300, 1e-300), (1e-300, 1e300)]


def sigmoid(x):
    return 1 / (1 + exp(-x))


def softplus_piece(a, b):
    # log(1 + exp(a)), written so that exp stays small.
    return A + log(1 + exp(-A)) if a > 0 else log(1 + exp(A))


def gelu_piece(a, b):
    # Half of a*(1 + erf(a/sqrt(2))), where erfc has the smaller argument.
    if abs(a) > 1e5:  # the rest is below 1e-1000000000
        return A if a > 0 else ZERO
    return A * (1 - erfc(A / sqrt(2)) / 2) if a > 0 else A * erfc(-A / sqrt(2)) / 2


def ratio_piece(a, b):
    if b == 0:
        value = NAN if a == 0 else INF if a > 0 else -INF
        return ZERO, dict(NO_SLOPES, value=value)
    return A / B


def power_piece(a, b):
    if a == 0:
        # Slope 0 in b is stated; in a it is that of the monomial, so far as there is one.
        if b == 0:
            return ONE, {'value': 1.0, 'da': 0.0, 'db': 0.0, 'daa': 0.0, 'dab': None, 'dbb': None}
        if b < 0:
            return ZERO, dict(NO_SLOPES, value=INF)
        if b == 1:
            return A, {'db': 0.0, 'dab': None, 'dbb': None}
        if b == int(b):
            return A**int(b), {'db': 0.0, 'dab': None, 'dbb': None}
        return ZERO, dict(NO_SLOPES, value=0.0, db=0.0)
    if a < 0:
        if b != int(b):
            return ZERO, dict(NO_SLOPES, value=NAN)
        return A**int(b), {'db': None, 'dab': None, 'dbb': None}
    return A**B


def larger_piece(a, b):
    if a == b:
        return A, dict(NO_SECOND, da=0.5, db=0.5)
    return A if a > b else B


def smaller_piece(a, b):
    if a == b:
        return A, dict(NO_SECOND, da=0.5, db=0.5)
    return A if a < b else B


def angle_piece(a, b):
    if a == 0 and b == 0:
        return ZERO, dict(NO_SLOPES, value=0.0)
    if a == 0 and b < 0:
        return ZERO, dict(NO_SLOPES, value=float(mpmath.pi))
    # The same angle by the formula that is smooth around the point.
    if abs(b) >= abs(a):
        return atan(A / B) + (0 if b > 0 else pi if a >= 0 else -pi)
    return (pi if a > 0 else -pi) / 2 - atan(B / A)


def hypot_piece(a, b):
    if a == 0 and b == 0:
        return ZERO, dict(NO_SECOND, value=0.0, da=0.0, db=0.0)
    return sqrt(A**2 + B**2)


def exact(x):
    """The double x as an exact SymPy number."""
    return sympy.Rational(*float(x).as_integer_ratio())


def remainder_piece(a, b):
    # a - floor(a/b)*b, with the sign of b; around the point floor(a/b) does not change.
    turns = sympy.floor(exact(a) / exact(b))
    if exact(a) == turns * exact(b):
        return A - turns * B, NO_SLOPES
    return A - turns * B


def step_piece(function):
    def piece(a, b):
        value = function(a)
        at_jump = a == int(a) if abs(a) < 2.0**53 else False
        return exact(value), (dict(NO_SLOPES) if at_jump else {})
    return piece


def round_away(a):
    x = exact(abs(a)) + HALF
    return float(sympy.floor(x)) * (1 if a > 0 else -1)


def round_piece(a, b):
    at_jump = abs(a) < 2.0**52 and exact(2 * a) == int(2 * a) and int(2 * a) % 2
    return exact(round_away(a)), (dict(NO_SLOPES) if at_jump else {})


def comparison_piece(test):
    return lambda a, b: ONE if test(a, b) else ZERO


def xlogy_piece(a, b):
    if a == 0:
        if b <= 0:
            return ZERO, dict(NO_SLOPES, value=0.0)
        return A * log(B)
    return A * log(B)


def clip_piece(lo, hi):
    def piece(a, b):
        if a in (lo, hi):
            return A, dict(NO_SECOND, da=0.5)
        return A if lo < a < hi else exact(lo if a < lo else hi)
    return piece


def elu_piece(alpha):
    def piece(a, b):
        expression = A if a > 0 else exact(alpha) * (exp(A) - 1)
        if a == 0:
            return expression, dict(NO_SECOND) if alpha == 1 else NO_SLOPES
        return expression
    return piece


def leaky_piece(slope):
    def piece(a, b):
        if a == 0:
            return ZERO, dict(NO_SECOND, da=slope)
        return A if a > 0 else exact(slope) * A
    return piece


def relu_piece(a, b):
    return (ZERO, NO_SECOND) if a == 0 else A if a > 0 else ZERO


def abs_piece(a, b):
    return (ZERO, dict(NO_SECOND, da=0.0)) if a == 0 else A if a > 0 else -A


def root_piece(a, b):
    if a < 0:
        return ZERO, dict(NO_SLOPES, value=NAN)
    return (ZERO, {'da': INF, 'daa': None}) if a == 0 else sqrt(A)


def log_piece(base):
    def piece(a, b):
        if a < 0:
            return ZERO, dict(NO_SLOPES, value=NAN)
        if a == 0:
            return ZERO, dict(NO_SLOPES, value=-INF)
        return log(A) / log(base) if base else log(A)
    return piece


def log1p_piece(a, b):
    if a < -1:
        return ZERO, dict(NO_SLOPES, value=NAN)
    return (ZERO, dict(NO_SLOPES, value=-INF)) if a == -1 else log(1 + A)


def inside_piece(function):
    def piece(a, b):
        if abs(a) > 1:
            return ZERO, dict(NO_SLOPES, value=NAN)
        return (function(A), NO_SLOPES) if abs(a) == 1 else function(A)
    return piece


UNIT = [0.3, -0.3, 0.9, -0.9, 0.0, 0.9999999999, -0.9999999999, 1.0, -1.0, 1.5] + TINY
TRIG = EVERYWHERE + [3.141592653589793, 1.5707963267948966, 100.0]
POWER_PAIRS = [(2.0, 3.0), (2.5, -1.5), (0.3, 0.5), (1.0, 7.0), (7.0, 1.0), (4.0, 0.0), (-2.0, 3.0), (-2.0, -2.0),
               (-1.5, 0.5), (0.0, 0.0), (0.0, 1.0), (0.0, 2.0), (0.0, 3.0), (0.0, 0.5), (0.0, -1.0), (2.0, 1e-8),
               (2.0, 1e-300), (1e-8, 2.0), (1e-20, 0.5), (1e-300, 0.5), (1e-300, 2.0), (1e10, 2.0), (1e10, 0.5),
               (1e300, 0.5), (1e300, 1.0), (1e300, 2.0), (2.0, 1e10), (0.5, 1e10), (1.0, 1e300), (1.0000001, 1e8)]
TIES = [(2.0, 2.0), (-1.0, -1.0), (0.0, 0.0)]

CORE = [
    ('a + b', A + B, PAIRS),
    ('a - b', A - B, PAIRS),
    ('a * b', A * B, PAIRS + [(1e200, 1e200), (0.0, 3.0)]),
    ('a / b', ratio_piece, PAIRS + [(1.0, 0.0), (-1.0, 0.0), (0.0, 0.0), (0.0, 3.0), (1e-300, 1e-300), (1e300, 1e300)]),
    ('a ^ b', power_piece, POWER_PAIRS),
    ('a^2', A**2, EVERYWHERE),
    ('a^3', A**3, EVERYWHERE),
    ('1/a', lambda a, b: ratio_piece(1.0, a) if a == 0 else 1 / A, EVERYWHERE),
    ('-a', -A, EVERYWHERE),
    ('a < b', comparison_piece(lambda a, b: a < b), PAIRS + TIES),
    ('a <= b', comparison_piece(lambda a, b: a <= b), PAIRS + TIES),
    ('a > b', comparison_piece(lambda a, b: a > b), PAIRS + TIES),
    ('a >= b', comparison_piece(lambda a, b: a >= b), PAIRS + TIES),
    ('a == b', comparison_piece(lambda a, b: a == b), PAIRS + TIES),
    ('a != b', comparison_piece(lambda a, b: a != b), PAIRS + TIES),
    ('max(a, b)', larger_piece, PAIRS + TIES),
    ('min(a, b)', smaller_piece, PAIRS + TIES),
    ('exp(a)', exp(A), EVERYWHERE + EXP_EDGE),
    ('log(a)', log_piece(None), EVERYWHERE),
    ('sqrt(a)', root_piece, EVERYWHERE),
    ('sin(a)', sin(A), TRIG),
    ('cos(a)', cos(A), TRIG),
    ('tanh(a)', tanh(A), EVERYWHERE + [20.0, -20.0, 350.0, 710.0, -710.0]),
    ('sigmoid(a)', sigmoid(A), EVERYWHERE + [37.0, -37.0] + EXP_EDGE),
    ('relu(a)', relu_piece, EVERYWHERE),
    ('abs(a)', abs_piece, EVERYWHERE),
]

FULL = [
    ('a .* b', A * B, PAIRS),
    ('a ./ b', ratio_piece, PAIRS + [(1.0, 0.0)]),
    ('a .^ b', power_piece, POWER_PAIRS),
    ('a ** b', power_piece, POWER_PAIRS[:8]),
    ('+a', A, ORDINARY),
    ('pow(a, b)', power_piece, POWER_PAIRS),
    ('atan2(a, b)', angle_piece, PAIRS + [(0.0, 0.0), (0.0, 2.0), (0.0, -2.0), (3.0, 0.0), (-3.0, 0.0), (1e-8, 1e-20),
                                          (1e-100, 3e-100), (1e300, 1e300), (1e-20, 1e-8)]),
    ('hypot(a, b)', hypot_piece, PAIRS + [(0.0, 0.0), (0.0, 2.0), (1e300, 1e300), (1e-300, 1e-300), (1e200, 1e-200)]),
    ('mod(a, b)', remainder_piece, [(5.5, 2.0), (-5.5, 2.0), (5.5, -2.0), (-5.5, -2.0), (0.3, 2.5), (6.0, 3.0),
                                    (0.0, 3.0), (1e10, 7.0), (-1e-20, 3.0), (1e-300, 2.0), (1e300, 7.0), (2.5, 1e300)]),
    ('where(a > b, a^2, b)', lambda a, b: A**2 if a > b else B, [(2.5, 0.3), (0.3, 2.5), (1e300, 2.0), (-3.0, 1e10)]),
    ('clip(a, -1, 2)', clip_piece(-1.0, 2.0), EVERYWHERE + [2.0]),
    ('xlogy(a, b)', xlogy_piece, [(0.3, 2.5), (-1.5, 2.0), (2.5, 1e-300), (1e-300, 2.0), (1e300, 2.0), (2.0, 1e300),
                                  (0.0, 0.0), (0.0, 2.0), (1e-20, 1e-20)]),
    ('ln(a)', log_piece(None), POSITIVE + [0.0, -1.0]),
    ('log2(a)', log_piece(2), EVERYWHERE + [8.0]),
    ('log10(a)', log_piece(10), EVERYWHERE + [1000.0]),
    ('log1p(a)', log1p_piece, EVERYWHERE + [-0.9999999999]),
    ('expm1(a)', exp(A) - 1, EVERYWHERE + EXP_EDGE),
    ('square(a)', A**2, EVERYWHERE),
    ('sign(a)', lambda a, b: (ZERO, NO_SLOPES) if a == 0 else ONE if a > 0 else -ONE, EVERYWHERE),
    ('floor(a)', step_piece(lambda a: float(sympy.floor(exact(a)))), EVERYWHERE),
    ('ceil(a)', step_piece(lambda a: float(sympy.ceiling(exact(a)))), EVERYWHERE),
    ('round(a)', round_piece, EVERYWHERE + [0.5, -0.5, 1.5, 0.49999999999999994]),
    ('tan(a)', tan(A), TRIG),
    ('asin(a)', inside_piece(asin), UNIT),
    ('acos(a)', inside_piece(acos), UNIT),
    ('atan(a)', atan(A), EVERYWHERE),
    ('sinh(a)', sinh(A), EVERYWHERE + EXP_EDGE),
    ('cosh(a)', cosh(A), EVERYWHERE + EXP_EDGE),
    ('σ(a)', sigmoid(A), ORDINARY),
    ('leaky_relu(a)', leaky_piece(0.01), EVERYWHERE),
    ('leaky_relu(a, 0.2)', leaky_piece(0.2), ORDINARY),
    ('elu(a)', elu_piece(1.0), EVERYWHERE + EXP_EDGE),
    ('elu(a, 2)', elu_piece(2.0), ORDINARY + HUGE),
    ('gelu(a)', gelu_piece, EVERYWHERE + [5.0, -5.0, 40.0, -40.0]),
    ('softplus(a)', softplus_piece, EVERYWHERE + EXP_EDGE),
    ('silu(a)', A * sigmoid(A), EVERYWHERE + EXP_EDGE),
    ('erf(a)', erf(A), EVERYWHERE + [6.0, -6.0, 30.0]),
]


# ---- losses of one prediction a against one target b ----

def bce_piece(a, b):
    if b == 0:
        # Only log(1 - a) counts; 0*log(a) is 0 whatever a is.
        return -(1 - B) * log(1 - A) - B * log(A), ({} if a > 0 else {'value': 0.0, 'da': 1.0, 'daa': 1.0, **BCE_EDGE})
    if b == 1 and a == 1:
        return ZERO, {'value': 0.0, 'da': -1.0, 'daa': 1.0, **BCE_EDGE}
    return -B * log(A) - (1 - B) * log(1 - A)


BCE_EDGE = {'db': None, 'dab': None, 'dbb': None}


def hinge_piece(a, b):
    margin = exact(a) * exact(b)
    if margin == 1:
        return ZERO, dict(NO_SECOND, da=-b / 2, db=-a / 2)
    return 1 - A * B if margin < 1 else ZERO


def huber_piece(delta):
    def piece(a, b):
        error = exact(a) - exact(b)
        if abs(error) == exact(delta):
            return (A - B)**2 / 2, NO_SECOND
        if abs(error) < delta:
            return (A - B)**2 / 2
        return exact(delta) * (sympy.sign(error) * (A - B) - exact(delta) / 2)
    return piece


LOSS_PAIRS = [(0.3, 1.0), (1.5, -2.0), (2.0, 2.0), (1e-8, 0.0), (1e10, 1.0), (-1e10, 3.0), (1e-300, 1e-20)]
PROBABILITIES = [(0.3, 1.0), (0.3, 0.0), (0.9, 0.7), (1e-8, 1.0), (1e-300, 1.0), (0.9999999999, 0.0), (1e-20, 0.0)]

LOSSES = [
    ('mse(a, b)', (A - B)**2, LOSS_PAIRS),
    ('sse(a, b)', (A - B)**2, LOSS_PAIRS),
    ('bce(a, b)', bce_piece, PROBABILITIES + [(0.0, 0.0), (1.0, 1.0)]),
    ('cross_entropy(a, b)', -B * log(A), PROBABILITIES),
    ('hinge(a, b)', hinge_piece, [(0.3, 1.0), (0.3, -1.0), (2.5, 1.0), (-2.5, 1.0), (1.0, 1.0), (1e10, -1.0), (-1e-20, 1.0)]),
    ('huber(a, b)', huber_piece(1.0), LOSS_PAIRS + [(3.0, 2.0), (0.9, 0.0)]),
    ('huber(a, b, 2)', huber_piece(2.0), LOSS_PAIRS + [(0.9, 0.0)]),
]


# ---- writing ----

def write(name, header, rows):
    with open(os.path.join(HERE, name), 'w', encoding='utf-8', newline='\n') as file:
        file.write('# Made by make_reference.py; do not edit.\n')
        file.write('\t'.join(header) + '\n')
        for row in rows:
            file.write('\t'.join(row) + '\n')
    print(name, len(rows), 'rows')


def write_functions(name, table):
    header = ['expression', 'a', 'b'] + list(COLUMNS)
    write(name, header, [row for text, piece, points in table for row in rows_of(text, piece, points)])


if __name__ == '__main__':
    write_functions('elementwise-core.tsv', CORE)
    write_functions('elementwise.tsv', FULL)
    write_functions('losses.tsv', LOSSES)
