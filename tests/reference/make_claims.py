#!/usr/bin/python3
"""Writes tests/programs/claims-right.txt and claims-wrong.txt: homework answers over 25 graphs.

Every answer is judged here before it is written, without nabla: the statements of a graph and the
claims are evaluated with 50 digits (mpmath), gradients are central differences of those values. A
right answer agrees at the given point and, where it names variables, at random points around it; a
wrong one does not. Numbers are compared to half a unit of their last digit, as written.

Needs python3-mpmath and python3-numpy. From the top of the project:

    tests/reference/make_claims.py
"""
import random
import re
from pathlib import Path

import mpmath
import numpy as np

mpmath.mp.dps = 50
HERE = Path(__file__).resolve().parent.parent / "programs"


# ---- The language, as far as the graphs and claims need it ----

class V:
    """A matrix of mpmath numbers with nabla's operators: * is the product of linear algebra,
    % stands for .* and // for ./, indices count from 1."""

    def __init__(self, a):
        a = np.array(a, dtype=object)
        if a.ndim == 0:
            a = a.reshape(1, 1)
        self.a = a

    def number(self):
        return self.a.shape == (1, 1)

    def each(self, f):
        return V(np.vectorize(f, otypes=[object])(self.a))

    def __add__(self, o): return V(self.a + wrap(o).a)
    def __sub__(self, o): return V(self.a - wrap(o).a)
    def __radd__(self, o): return wrap(o) + self
    def __rsub__(self, o): return wrap(o) - self
    def __neg__(self): return V(-self.a)
    def __pos__(self): return self

    def __mul__(self, o):
        o = wrap(o)
        if self.number() or o.number():
            return V(self.a * o.a)
        assert self.a.shape[1] == o.a.shape[0], (self.a.shape, o.a.shape)
        return V(self.a.dot(o.a))

    def __rmul__(self, o): return wrap(o) * self
    def __mod__(self, o): return V(self.a * wrap(o).a)
    def __rmod__(self, o): return wrap(o) % self
    def __floordiv__(self, o): return V(self.a / wrap(o).a)
    def __rfloordiv__(self, o): return wrap(o) // self

    def __truediv__(self, o):
        o = wrap(o)
        assert o.number()
        return V(self.a / o.a)

    def __rtruediv__(self, o): return wrap(o) / self

    def __pow__(self, o):
        o = wrap(o)
        assert o.number()
        return self.each(lambda x: x ** o.a[0, 0])

    def __rpow__(self, o): return wrap(o) ** self

    def compare(self, o, f):
        return V(np.vectorize(lambda x, y: mpmath.mpf(bool(f(x, y))), otypes=[object])(
            *np.broadcast_arrays(self.a, wrap(o).a)))

    def __gt__(self, o): return self.compare(o, lambda x, y: x > y)
    def __lt__(self, o): return self.compare(o, lambda x, y: x < y)
    def __ge__(self, o): return self.compare(o, lambda x, y: x >= y)

    @property
    def T(self): return V(self.a.T)

    def __getitem__(self, at):
        at = at if isinstance(at, tuple) else (at,)
        if len(at) == 1:
            return V(self.a.reshape(-1)[at[0] - 1])
        pick = [slice(None) if k == slice(None) else slice(k - 1, k) for k in at]
        return V(self.a[pick[0], pick[1]])


def wrap(x):
    return x if isinstance(x, V) else V(mpmath.mpf(x))


def elementwise(f):
    return lambda a: wrap(a).each(f)


def softmax(a):
    e = wrap(a).each(mpmath.exp)
    return V(e.a / e.a.sum())


def onehot(k, n):
    return V([[mpmath.mpf(i + 1 == int(wrap(k).a[0, 0]))] for i in range(int(wrap(n).a[0, 0]))])


def reduce(f):
    def whole(a, axis=None):
        a = wrap(a).a
        if axis is None:
            return V(f(list(a.reshape(-1))))
        lines = a.T if axis == 1 else a
        made = [f(list(line)) for line in lines]
        return V([made] if axis == 1 else [[x] for x in made])
    return whole


def product(entries):
    return mpmath.fprod(entries)


FUNCTIONS = {
    "exp": elementwise(mpmath.exp), "log": elementwise(mpmath.log), "sqrt": elementwise(mpmath.sqrt),
    "sin": elementwise(mpmath.sin), "cos": elementwise(mpmath.cos), "tanh": elementwise(mpmath.tanh),
    "cosh": elementwise(mpmath.cosh), "sinh": elementwise(mpmath.sinh), "atan": elementwise(mpmath.atan),
    "sigmoid": elementwise(lambda x: 1 / (1 + mpmath.exp(-x))), "abs": elementwise(abs),
    "relu": elementwise(lambda x: max(x, mpmath.mpf(0))), "sign": elementwise(mpmath.sign),
    "softmax": softmax, "onehot": onehot,
    "sum": reduce(mpmath.fsum), "prod": reduce(product),
    "mean": reduce(lambda e: mpmath.fsum(e) / len(e)), "max": reduce(max),
    "norm": lambda a: V(mpmath.sqrt(mpmath.fsum(x * x for x in wrap(a).a.reshape(-1)))),
    "diag": lambda a: V([[x if i == k else mpmath.mpf(0) for k in range(len(wrap(a).a))]
                         for i, x in enumerate(wrap(a).a.reshape(-1))]),
    "ones": lambda n, m=1: V(np.array([[mpmath.mpf(1)] * int(wrap(m).a[0, 0])] * int(wrap(n).a[0, 0]))),
    "eye": lambda n: FUNCTIONS["diag"](FUNCTIONS["ones"](n)),
    "det": lambda a: V(mpmath.det(mpmath.matrix(wrap(a).a.tolist()))),
    "inv": lambda a: V(np.array((mpmath.matrix(wrap(a).a.tolist()) ** -1).tolist(), dtype=object)),
    "trace": lambda a: V(mpmath.fsum(np.diagonal(wrap(a).a))),
    "mse": lambda p, y: FUNCTIONS["mean"]((p - y) % (p - y)),
    "sse": lambda p, y: FUNCTIONS["sum"]((p - y) % (p - y)),
    "bce": lambda p, y: FUNCTIONS["mean"](-(y % FUNCTIONS["log"](p) + (1 - y) % FUNCTIONS["log"](1 - p))),
    "cross_entropy": lambda p, y: FUNCTIONS["sum"](-(y % FUNCTIONS["log"](p))),
    "pi": V(mpmath.pi),
}


TOKEN = re.compile(r"\s*(\d+\.?\d*(?:[eE][-+]?\d+)?|[^\W\d]\w*|\.[*/^]|[<>=]=|.)")
SPELLING = {".*": "%", "./": "//", ".^": "**", "^": "**", "'": ".T"}


def translate(text):
    """From nabla to Python, for the expressions in this file."""
    tokens = TOKEN.findall(text)
    made, open_brackets, before = "", [], ""
    for token in tokens:
        behind_operand = bool(re.fullmatch(r"[\w.]+|[)\]']", before))
        if token == "[":
            open_brackets.append("index" if behind_operand else "literal")
            made += "[" if behind_operand else "literal([["
        elif token == "]":
            made += "]" if open_brackets.pop() == "index" else "]])"
        elif token == ";":
            made += "],["
        elif token[0].isdigit() and not (open_brackets and open_brackets[-1] == "index"):
            made += f"wrap('{token}')"
        else:
            made += SPELLING.get(token, token)
        before = token
    return made


def literal_of(rows):
    """[1, 2; 3, 4]; one row is a column, columns side by side or stacked are blocks."""
    rows = [[wrap(entry).a for entry in row] for row in rows]
    numbers = all(entry.shape == (1, 1) for row in rows for entry in row)
    if numbers and len(rows) == 1:
        return V(np.vstack(rows[0]))
    return V(np.vstack([np.hstack(row) for row in rows]))


def evaluate(text, names):
    return wrap(eval(translate(text), {"wrap": wrap, "literal": literal_of, **FUNCTIONS}, dict(names)))


class Graph:
    def __init__(self, statements):
        self.leaves, self.definitions = {}, []
        self.params = []
        for statement in [s.strip() for s in statements.split("\n") if s.strip()]:
            name, right = [part.strip() for part in statement.split("=", 1)]
            kind, _, bare = name.rpartition(" ")
            used = [w for w in re.findall(r"[A-Za-zα-ωŷ_]\w*", right) if w not in FUNCTIONS]
            if used:
                self.definitions.append((bare, right))
                continue
            self.leaves[bare] = evaluate(right, {})
            if kind == "param":
                self.params.append(bare)

    def values(self, leaves, cut={}):
        names = dict(leaves)
        for name, right in self.definitions:
            names[name] = cut[name] if name in cut else evaluate(right, names)
        return names

    def gradient(self, of, by, leaves):
        h = mpmath.mpf(10) ** -20
        base = self.values(leaves)[by]
        made = np.empty(base.a.shape, dtype=object)
        for at in np.ndindex(base.a.shape):
            ends = []
            for step in (h, -h):
                moved = base.a.copy()
                moved[at] += step
                if by in leaves:
                    names = self.values({**leaves, by: V(moved)})
                else:
                    names = self.values(leaves, {by: V(moved)})
                ends.append(evaluate(of, names).a[0, 0])
            made[at] = (ends[0] - ends[1]) / (2 * h)
        return V(made)

    def follows(self, name):
        if name in self.leaves:
            return [name]
        right = dict(self.definitions)[name]
        found = []
        for word in re.findall(r"[A-Za-zα-ωŷ_]\w*", right):
            if word in self.leaves or word in dict(self.definitions):
                found += [f for f in self.follows(word) if f not in found]
        return found

    def nearby(self, varied, dice):
        leaves = dict(self.leaves)
        for name in varied:
            leaves[name] = leaves[name].each(
                lambda x: x + mpmath.mpf(dice.uniform(-1, 1)) * max(abs(x), mpmath.mpf("0.2")) / 20)
        return leaves


# ---- Judging ----

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
LITERAL = re.compile(rf"-?\[?\s*{NUMBER}(?:\s*[,;]\s*{NUMBER})*\s*\]?")


def is_literal(claim):
    return LITERAL.fullmatch(claim) is not None


def half_units(claim):
    """Of the entries of a literal, row by row; whole numbers take the coarsest."""
    made = []
    for text in re.findall(NUMBER, claim):
        mantissa, _, exponent = text.lower().partition("e")
        decimals = len(mantissa.partition(".")[2])
        rounded = "." in mantissa or exponent
        made.append(mpmath.mpf(10) ** (int(exponent or 0) - decimals) / 2 if rounded else None)
    coarsest = max([h for h in made if h is not None], default=mpmath.mpf(0))
    return [coarsest if h is None else h for h in made]


def agrees(claim, mine, its, tolerance="1e-9"):
    if mine.a.shape != its.a.shape:
        return False
    right = list(its.a.reshape(-1))
    largest = max(abs(x) for x in right)
    margins = [mpmath.mpf(tolerance) * largest + mpmath.mpf("1e-12")] * len(right)
    if is_literal(claim):
        margins = [h + mpmath.mpf("1e-9") * abs(x) if h else m
                   for h, x, m in zip(half_units(claim), right, margins)]
    return all(abs(x - y) <= m for x, y, m in zip(mine.a.reshape(-1), right, margins))


def judge(graph, of, by, claim):
    """Whether the claim about ∂of/∂by is right, here and around."""
    def sides(leaves):
        return evaluate(claim, graph.values(leaves)), graph.gradient(of, by, leaves)
    mine, its = sides(graph.leaves)
    if not agrees(claim, mine, its):
        return False
    names = [w for w in re.findall(r"[A-Za-zα-ωŷ_]\w*", claim) if w not in FUNCTIONS]
    if not names:
        return True
    dice = random.Random(claim)
    varied = set(graph.follows(by)) | set(graph.params)
    return all(agrees(claim, *sides(graph.nearby(varied, dice)), "1e-7") for _ in range(3))


# ---- Answers that are made from the right one ----

def show(x, digits):
    """To so many significant digits, as people write it."""
    if abs(x) < mpmath.mpf("1e-30"):
        return "0"
    return round_to(x, max(digits - 1 - int(mpmath.floor(mpmath.log10(abs(x)))), 1))


def round_to(x, decimals):
    scaled = int(mpmath.nint(abs(x) * mpmath.mpf(10) ** decimals))
    text = str(scaled).rjust(decimals + 1, "0")
    return ("-" if x < 0 and scaled else "") + text[:-decimals] + "." + text[-decimals:]


def literal(value, digits):
    entries = [[show(x, digits) for x in row] for row in value.a]
    if value.number():
        return entries[0][0]
    if value.a.shape[1] == 1:
        return "[" + ", ".join(row[0] for row in entries) + "]"
    return "[" + "; ".join(", ".join(row) for row in entries) + "]"


def rounded(value):
    """The right answer to several numbers of digits."""
    return [literal(value, digits) for digits in (2, 3, 4, 6, 8)]


def spoiled(value):
    """What people write instead, to four digits: another sign, twice or half of it, one entry
    that is off, the transpose, the last digit off by one."""
    made = [literal(-value, 4), literal(value * 2, 4), literal(value / 2, 4)]
    worst = max(np.ndindex(value.a.shape), key=lambda at: abs(value.a[at]))
    one = value.a.copy()
    one[worst] = -one[worst]
    made.append(literal(V(one), 4))
    off = value.a.copy()
    off[worst] *= mpmath.mpf("1.004")
    made.append(literal(V(off), 4))
    if not value.number():
        made.append(literal(value.T, 4) if value.a.shape[0] != value.a.shape[1] else
                    literal(value.T, 5))
    return made


# ---- The graphs ----

# Statements, one a line; what is differentiated by what; formulas that are right, and wrong ones,
# some of them right by luck at the given point.
GRAPHS = [
    ("a product of a sum and a square", """
x = 1.5
y = -2
f = (x + y)*x^2""", [("f", "x",
      ["3*x^2 + 2*x*y", "x^2 + 2*x*(x + y)", "x*(3*x + 2*y)", "(x + y)*2*x + x^2", "x^2*3 + y*x*2"],
      ["2*x*(x + y)", "x^2", "3*x^2", "x^2 + 2*(x + y)", "3*x^2 + 2*y*y"])]),
    ("right by luck at x = 2", """
x = 2
f = x^2 + 1""", [("f", "x",
      ["2*x", "x + x", "2*(x^2)/x", "x*2", "4*x/2"],
      ["x^2", "4*x - 4", "x + 2", "x*x", "2^x"])]),
    ("right by luck at 0", """
x = 0
f = sin(x)*x + cos(x)""", [("f", "x",
      ["x*cos(x)", "sin(x) + x*cos(x) - sin(x)", "cos(x)*x"],
      ["x", "sin(x)", "x^2", "tanh(x)", "-x*cos(x)"])]),
    ("one neuron", """
x = 0.7
t = 1
param w = 0.8
param b = -0.3
z = w*x + b
a = tanh(z)
E = 0.5*(a - t)^2""", [("E", "w",
      ["(a - t)*(1 - a^2)*x", "(tanh(w*x + b) - t)/cosh(w*x + b)^2*x", "-(t - a)*(1 - a)*(1 + a)*x",
       "x*(1 - tanh(z)^2)*(a - t)"],
      ["(a - t)*x", "(a - t)*(1 - z^2)*x", "2*(a - t)*(1 - a^2)*x", "(t - a)*(1 - a^2)*x",
       "(a - t)*(1 - a^2)", "(a - t)*(1 - a)^2*x"]),
      ("E", "b", ["(a - t)*(1 - a^2)", "(1 - a^2)*(a - 1)"], ["(a - t)", "(a - t)*a*(1 - a)"])]),
    ("logistic regression", """
x = [0.5, -1.2, 2]
y = 1
param w = [0.1, 0.4, -0.3]
param b = 0.2
p = sigmoid(w'*x + b)
L = -(y*log(p) + (1 - y)*log(1 - p))""", [("L", "w",
      ["(p - y)*x", "x*(p - 1)", "-(y - p)*x", "(sigmoid(w'*x + b) - y)*x", "x*(p*(1 - y) - y*(1 - p))"],
      ["(y - p)*x", "(p - y)*w", "(p - y)*p*(1 - p)*x", "x*p", "(p - y)*x/3"]),
      ("L", "b", ["p - y", "p - 1"], ["y - p", "(p - y)*p*(1 - p)"])]),
    ("labels ±1", """
X = [1, 2; -1, 0.5; 0.3, -2]
y = [1, -1, -1]
param w = [0.2, -0.1]
m = y.*(X*w)
L = sum(log(1 + exp(-m)))""", [("L", "w",
      ["-X'*(y.*sigmoid(-m))", "X'*(-y./(1 + exp(m)))", "-X'*(y.*(1 - sigmoid(m)))",
       "X'*((sigmoid(m) - 1).*y)", "X'*(sigmoid(X*w) - (1 + y)/2)"],
      ["X'*(y.*sigmoid(-m))", "-X'*sigmoid(-m)", "-X'*(y.*sigmoid(m))", "X'*(sigmoid(m) - y)",
       "-X'*(y.*sigmoid(-m))/3"])]),
    ("softmax and cross-entropy", """
y = [0, 1, 0]
param z = [0.3, -0.8, 1.1]
p = softmax(z)
L = -sum(y.*log(p))""", [("L", "z",
      ["p - y", "-(y - p)", "softmax(z) - [0, 1, 0]", "p*sum(y) - y", "exp(z)/sum(exp(z)) - y",
       "-[0 - p[1], 1 - p[2], 0 - p[3]]"],
      ["y - p", "-y./p", "p.*(1 - p)", "(p - y)/3", "(p - y).*p", "p"]),
      ("L", "p", ["-y./p", "-[0, 1/p[2], 0]", "-(y./softmax(z))"], ["p - y", "y./p", "-1/p[2]*(1 - y)"])]),
    ("softmax and squares", """
y = [1, 0]
z = [0.4, -0.9]
p = softmax(z)
L = sum((p - y).^2)""", [("L", "z",
      ["(diag(p) - p*p')*(2*(p - y))", "2*p.*((p - y) - sum(p.*(p - y)))", "2*(diag(p) - p*p')'*(p - y)",
       "2*p.*(p - y) - 2*p*(p'*(p - y))", "p.*(2*(p - y) - 2*p'*(p - y))"],
      ["2*p.*(1 - p).*(p - y)", "2*(p - y)", "(diag(p) - p*p')*(p - y)", "2*p.*(p - y)",
       "2*(diag(p) + p*p')*(p - y)"])]),
    ("a layer", """
W = [0.5, -0.2; 0.1, 0.4; -0.3, 0.2]
x = [1, 2]
b = [0.1, 0, -0.1]
u = [1, -1, 2]
h = tanh(W*x + b)
s = u'*h""", [("s", "W",
      ["(u.*(1 - h.^2))*x'", "diag(1 - h.^2)*u*x'", "(u./cosh(W*x + b).^2)*x'", "(x*(u.*(1 - h.^2))')'"],
      ["u*x'", "(u.*h)*x'", "(u.*(1 - h))*x'", "(u.*(1 - h.^2))*x'*2", "h*x'"]),
      ("s", "x",
      ["W'*(u.*(1 - h.^2))", "(u'*diag(1 - h.^2)*W)'", "W'*diag(1 - h.^2)*u"],
      ["W'*u", "W'*h", "W'*(u.*(1 - h))", "-W'*(u.*(1 - h.^2))"])]),
    ("two layers, δ recursion", """
x = [1, -0.5]
t = [0.3, 0.9]
param W1 = [0.2, -0.4; 0.7, 0.1; -0.6, 0.5]
param W2 = [0.3, 0.8, -0.5; -0.2, 0.4, 0.6]
h = sigmoid(W1*x)
o = sigmoid(W2*h)
E = 0.5*sum((o - t).^2)
d2 = (o - t).*o.*(1 - o)
d1 = (W2'*d2).*h.*(1 - h)""", [("E", "W2",
      ["d2*h'", "((o - t).*o.*(1 - o))*h'", "-((t - o).*(o - o.^2))*h'", "(h*d2')'"],
      ["(o - t)*h'", "2*d2*h'", "d2*(h.*(1 - h))'", "-d2*h'"]),
      ("E", "W1",
      ["d1*x'", "((W2'*d2).*(h.*(1 - h)))*x'", "(diag(h.*(1 - h))*W2'*d2)*x'",
       "((W2'*((o - t).*o.*(1 - o))).*h.*(1 - h))*x'"],
      ["(W2'*d2)*x'", "((W2'*(o - t)).*h.*(1 - h))*x'", "((W2'*d2).*h)*x'", "d1*x'/2"])]),
    ("the 4-4-2 network", """
x = [2, 5, 3, 3]
y = [1, 0]
param W1 = [0.1, 0.3, 0.8, -0.4; -0.3, -0.2, 0.5, 0.5; -0.3, 0, 0.5, 0.4; 0.2, 0.5, -0.9, 0.7]
param W2 = [0.5, 0.8, 0.2, 0.4; 0.5, 0.2, 0.3, -0.5]
h = sigmoid(W1*x)
p = softmax(W2*h)
L = sum((p - y).^2)
J = diag(p) - p*p'
c = 2*(p - y)""", [("L", "W2",
      ["J*c*h'", "(J*(2*(p - y)))*h'", "(p.*(c - p'*c))*h'"],
      ["c*h'", "(p.*(1 - p).*c)*h'", "(p - y)*h'", "J*(p - y)*h'"]),
      ("L", "W1",
      ["((W2'*J*c).*h.*(1 - h))*x'", "diag(h.*(1 - h))*W2'*J*c*x'"],
      ["(W2'*J*c)*x'", "((W2'*c).*h.*(1 - h))*x'", "((W2'*J*c).*(1 - h))*x'",
       "((W2'*(p - y)).*h.*(1 - h))*x'"])]),
    ("a symmetric quadratic form", """
A = [2, 1; 1, 3]
x = [1, -2]
f = x'*A*x""", [("f", "x",
      ["2*A*x", "(A + A')*x", "A*x + A'*x", "2*A'*x", "A*x*2", "(x'*(A + A'))'"],
      ["A*x", "x'*A*x*[1, 1]", "2*x", "2*inv(A)*x", "A*A*x"]),
      ("f", "A", ["x*x'", "(x*x')'"], ["2*x*x'", "x*x'*A", "A", "A*x*x'"])]),
    ("a quadratic form that is not symmetric", """
A = [2, 1; -1, 3]
x = [1, -2]
f = x'*A*x""", [("f", "x",
      ["(A + A')*x", "A*x + A'*x", "(x'*A + x'*A')'"],
      ["2*A*x", "2*A'*x", "A*x", "(A - A')*x"])]),
    ("least squares", """
X = [1, 0.5; 1, -1; 1, 2; 1, 0]
y = [0.2, -1, 1.7, 0.1]
param w = [0.3, 0.5]
L = mean((X*w - y).^2)""", [("L", "w",
      ["2*X'*(X*w - y)/4", "X'*(X*w - y)/2", "0.5*X'*(X*w - y)", "-X'*(y - X*w)*0.5",
       "(X'*X*w - X'*y)/2"],
      ["2*X'*(X*w - y)", "X'*(X*w - y)", "X'*(X*w - y)/4", "X'*(y - X*w)/2", "(X'*X*w - y'*y)/2"])]),
    ("weight decay", """
x = [1, 2, -1]
y = 0.5
param w = [0.3, -0.2, 0.1]
L = (w'*x - y)^2 + 0.1*sum(w.^2)""", [("L", "w",
      ["2*(w'*x - y)*x + 0.2*w", "0.2*w + (w'*x - y)*2*x", "2*x*(x'*w - y) + w/5",
       "2*((w'*x - y)*x + 0.1*w)"],
      ["2*(w'*x - y)*x", "2*(w'*x - y)*x + 0.1*w", "(w'*x - y)*x + 0.2*w", "2*(w'*x - y)*x - 0.2*w",
       "2*(w'*x - y) + 0.2*w"])]),
    ("relu", """
W = [1, -1; 0.5, 2; -1, -1]
x = [1, 0.5]
u = [2, -1, 3]
a = W*x
r = relu(a)
s = u'*r""", [("s", "x",
      ["W'*(u.*(a > 0))", "W'*diag(a > 0)*u", "((u.*(a > 0))'*W)'"],
      ["W'*u", "W'*(u.*r)", "W'*(u.*(a < 0))", "W'*(u.*a)"]),
      ("s", "W", ["(u.*(a > 0))*x'", "diag(a > 0)*u*x'"], ["u*x'", "(u.*r)*x'"])]),
    ("a norm", """
x = [3, -1, 2]
f = norm(x)""", [("f", "x",
      ["x/norm(x)", "x/sqrt(x'*x)", "x/f", "x/sqrt(sum(x.^2))"],
      ["x", "2*x", "x/(x'*x)", "x/sqrt(2)", "sign(x)", "x/(2*norm(x))"])]),
    ("a determinant", """
A = [2, 1; 0.5, 3]
f = det(A)""", [("f", "A",
      ["det(A)*inv(A)'", "f*inv(A')", "[A[2,2], -A[2,1]; -A[1,2], A[1,1]]"],
      ["det(A)*inv(A)", "inv(A)'", "[A[2,2], -A[1,2]; -A[2,1], A[1,1]]", "f*A", "det(A)*A'"])]),
    ("a logarithm of a determinant", """
A = [2, 1; 1, 3]
f = log(det(A))""", [("f", "A",
      ["inv(A)'", "inv(A')"],
      ["det(A)*inv(A)'", "A", "inv(A)*inv(A)", "1/det(A)*A"])]),
    ("a matrix product", """
A = [1, 2; 3, 4]
B = [0.5, -1, 2; 1, 0, 1]
f = sum(A*B)""", [("f", "A",
      ["ones(2, 3)*B'", "(B*ones(3, 2))'"],
      ["B*ones(3, 2)", "ones(2, 2)*sum(B)", "A*B*B'", "ones(2, 3)*B'*2"]),
      ("f", "B", ["A'*ones(2, 3)"], ["A*ones(2, 3)", "ones(2, 3)*sum(A)", "A'*A*B"])]),
    ("a trace", """
A = [1, 2; 3, 4]
B = [2, 0; 1, 5]
f = trace(A'*B)""", [("f", "A", ["B", "B + 0*A", "(B')'"], ["B'", "A", "A'*B", "B*A", "2*B"])]),
    ("a bias over a batch", """
X = [1, 2, 0.5; -1, 0.3, 2]
T = [0.2, 0.5, -1; 1, 0, 0.4]
param W = [0.3, -0.2; 0.8, 0.5]
param b = [0.1, -0.4]
Z = W*X + b
D = Z - T
L = 0.5*sum(D.^2)""", [("L", "b",
      ["sum(D, axis=2)", "D*ones(3, 1)", "sum(W*X + b - T, axis=2)"],
      ["sum(D, axis=2)/3", "mean(D, axis=2)", "sum(D)*[1, 1]", "2*sum(D, axis=2)", "-sum(D, axis=2)"]),
      ("L", "W", ["D*X'", "(X*D')'", "(Z - T)*X'"], ["D*X'/3", "2*D*X'", "-D*X'", "Z*X'", "T*X'"])]),
    ("a weight that is used twice", """
x = 0.6
param w = 1.2
h = tanh(w*x)
f = w*h""", [("f", "w",
      ["h + w*(1 - h^2)*x", "tanh(w*x) + w*x/cosh(w*x)^2", "h + x*w - x*w*h^2"],
      ["h", "w*(1 - h^2)*x", "h*(1 - h^2)*x", "h + (1 - h^2)*x", "2*h"])]),
    ("a product of many", """
x = [1.5, -2, 0.5, 3]
f = prod(x)""", [("f", "x",
      ["f./x", "prod(x)./x", "[x[2]*x[3]*x[4], x[1]*x[3]*x[4], x[1]*x[2]*x[4], x[1]*x[2]*x[3]]"],
      ["f*x", "ones(4)*f", "x", "f./x/4", "-f./x"])]),
    ("a gradient of a definition", """
x = 1.3
h = x^2 + 1
g = exp(-h)
L = g*h""", [("L", "h",
      ["exp(-h)*(1 - h)", "g - g*h", "g*(1 - h)", "exp(-x^2 - 1)*(-x^2)", "-x^2*g"],
      ["g", "-g*h", "g*(1 + h)", "g - h", "g*(1 - h)*2*x"]),
      ("L", "x", ["-2*x^3*exp(-x^2 - 1)", "2*x*g*(1 - h)"], ["g*(1 - h)", "2*x*g", "x*g*(1 - h)", "-2*x*g*h"])]),
]

HEAD = """{what}.
Written by tests/reference/make_claims.py, which judges each answer without nabla.
"""


def write_case(out, title, statements, checks, ok):
    print(f"\n== {title}", file=out)
    print(statements.strip(), file=out)
    for check in checks:
        print(f"check {check}", file=out)
        print(f'=> {{"type":"check","ok":{"true" if ok else "false"}}}', file=out)
    if not ok:
        print("=> exit 1", file=out)


def answers(graph, of, by, formulas, wrong):
    value = graph.gradient(of, by, graph.leaves)
    made = [claim for claim in spoiled(value) if not judge(graph, of, by, claim)]
    return formulas + rounded(value), wrong + made


def main():
    counts = [0, 0]
    right_file = open(HERE / "claims-right.txt", "w")
    wrong_file = open(HERE / "claims-wrong.txt", "w")
    print(HEAD.format(what="Homework answers that are right"), end="", file=right_file)
    print(HEAD.format(what="Homework answers that are wrong, some of them right by luck"), end="",
          file=wrong_file)
    for title, statements, asked in GRAPHS:
        graph = Graph(statements)
        kept = [[], []]
        for of, by, formulas, wrong in asked:
            for side, claims in enumerate(answers(graph, of, by, formulas, wrong)):
                for claim in claims:
                    found = judge(graph, of, by, claim)
                    if found != (side == 0):
                        raise SystemExit(f"{title}: {claim} for ∂{of}/∂{by} is {found}")
                    turn = len(kept[side]) % 3 == 2
                    kept[side].append(f"{claim} == ∂{of}/∂{by}" if turn else f"∂{of}/∂{by} == {claim}")
        write_case(right_file, title, statements, kept[0], True)
        write_case(wrong_file, title, statements, kept[1], False)
        counts = [counts[side] + len(kept[side]) for side in (0, 1)]
    print(f"{len(GRAPHS)} graphs, {counts[0]} right answers, {counts[1]} wrong ones")


if __name__ == "__main__":
    main()
