#!/usr/bin/python3
"""Writes the numbers of the lessons in examples/, with which tests/runners/reference.c compares.

Each entry of EXAMPLES has the leaves and nodes of a lesson in Python, and the lines that the
lesson prints.  Values are computed with 50 digits from the doubles as they are, gradients are
central differences, as make_matrix_reference.py says; a node is differentiated by as if it
were cut free.  A lesson with two roots has two entries, one after the other.

    python3 tests/reference/make_examples_reference.py [--torch]

writes examples.tsv beside itself: file, question, and the answer as JSON.  The questions are
all nodes, the slopes of the root by all leaves and nodes, second derivatives where all leaves
are numbers, and the lines.  With --torch everything but second derivatives is computed once
more with PyTorch and compared.  Debian: python3-mpmath, for --torch also python3-torch.
"""

import json
import os
import sys

sys.dont_write_bytecode = True  # no __pycache__ among the sources

from mpmath import mpf

from make_matrix_reference import HERE, along, as_json, array, each, gradient, sin, unit
from make_operations_reference import (
    EXACT, as_floats, given, torch_matrices, torch_networks, torch_reductions)

FUNCTIONS = {**EXACT, 'sin': sin}

# File; leaves; nodes in order, the last one is the root; lines, as the lesson has them and in
# Python.  In a line d_x is the slope of the root by x, for every leaf and node x.
EXAMPLES = [
    ('demo.ad', 'x=1, y=2, z=0', ['f = (x + y) * y + 0 * z'], {}),  # y is the larger one
    ('neuron.ad', 'w0=2, x0=-1, w1=-3, x1=-2, w2=-3', ['f = 1 / (1 + exp(-(w0 * x0 + w1 * x1 + w2)))'],
     {'f*(1 - f)*x1': 'd_w1'}),
    ('chain-exp.ad', 'x=0.5', ['h = x**2', 'y = exp(h)'], {'2*x*exp(x^2)': 'd_x'}),
    ('chain-exp-exp.ad', 'x=0.5', ['h1 = x**2', 'h2 = exp(h1)', 'y = exp(h2)'],
     {'exp(h2) * exp(h1) * 2*x': 'd_x'}),
    ('chain-reciprocal.ad', 'x=0.5', ['h1 = x**2', 'h2 = exp(h1)', 'y = 1 / h2'],
     {'∂h2/∂h1': 'h2', '∂h1/∂x': '2 * x', '∂y/∂h2 * ∂h2/∂h1 * ∂h1/∂x': 'd_x'}),
    ('chain-rule.ad', 'x=2', ['y = x**2', 'z = 3 * y'], {}),
    ('chain-rule.ad', 'x=2', ['y = x**2', 'L = 2 * y'], {}),
    ('linear-regression.ad', 'x=2, y=5, w0=0.5, w1=1.5',
     ['u = w1 * x', 'yhat = w0 + u', 'z = yhat - y', 'L = z**2'],
     {'(w0 - 0.05*∂L/∂w0 + (w1 - 0.05*∂L/∂w1)*x - y)^2': '(w0 - d_w0 / 20 + (w1 - d_w1 / 20) * x - y)**2'}),
    ('logistic-regression.ad', 'x=1.5, y=1, w0=0.2, w1=-0.8',
     ['u = w0 + w1 * x', 'yhat = 1 / (1 + exp(-u))', 'L = -y * log(yhat) - (1 - y) * log(1 - yhat)'],
     {'(yhat - y)/(yhat*(1 - yhat))': 'd_yhat', 'yhat - y': 'd_u', '(yhat - y)*x': 'd_w1'}),
    ('two-paths.ad', 'x=0.8', ['y = x**2', 'u = sin(y)', 'v = exp(-y)', 'L = u * v'],
     {'by_u': 'd_y + sin(y) * v', 'by_v': '-sin(y) * v', 'by_u + by_v': 'd_y'}),
    ('bar-notation.ad',
     'W=0.5 -0.25 0.5; 0.25 0.5 -0.5; -0.5 0.25 1, x=1 2 -1, b=0.25 -0.75 1.5, v=1 -1 2, y=0.5',
     ['d = product(W, x)', 'a = d + b', 'e = tanh(a)', 'f = v * e', 'g = sum(f)', 'L = (y - g)**2'],
     {'ḡ': 'd_g', 'v̄': 'd_v', 'ē': 'd_e', 'ā': 'd_a', 'W̄': 'd_W'}),
    ('matrix-product.ad', 'W=1 4 -2; 3 -1 6; -5 2 1, x=2 3 5, dbar=1 10 100',
     ['d = product(W, x)', 'L = sum(dbar * d)'],
     {'∂(d[1])/∂W': 'product(column([1, 0, 0]), transpose(x))',
      '∂(d[2])/∂W': 'product(column([0, 1, 0]), transpose(x))',
      '∂(d[3])/∂W': 'product(column([0, 0, 1]), transpose(x))',
      'table': 'product(column([1, 1, 1]), transpose(x))',
      "[∂(d[1])/∂x, ∂(d[2])/∂x, ∂(d[3])/∂x]'": 'W', "dbar*x'": 'd_W',
      '∂L/∂x[2]': 'entry(d_x, 2, 1)', '1*4 + 10*(-1) + 100*2': 'entry(d_x, 2, 1)'}),
    ('slope.ad', 'x=1', ['y = x**3'],
     {'1.01^3': '1.030301', '4.01^3': '64.481201', '((x + h)^3 - x^3)/h': '3 * x**2 + 3 * x * 1e-4 + 1e-8',
      'at1': '3 * x**2 + 1e-8'}),
    ('slope.ad', 'u=4', ['v = u**3'],
     {'((u + h)^3 - u^3)/h': '3 * u**2 + 3 * u * 1e-4 + 1e-8',
      'at4': '3 * u**2 + 1e-8'}),
    ('error-signal.ad', 'W=0.5 -1; -0.5 0.25; 1 0.5, x=1 2, b=0.5 1 0, u=2 -1 1',
     ['z = product(W, x) + b', 'h = sigmoid(z)', 's = product(transpose(u), h)'],
     {'δ': 'd_z', "δ*x'": 'd_W', "u' * diag(h ∘ (1 - h)) * eye(3)": 'transpose(d_b)',
      'size(∂s/∂W)': 'column([3, 2])', 'size(W)': 'column([3, 2])', 'W - 0.1*∂s/∂W': 'W - d_W / 10'}),
    ('deep-layers.ad',
     'W1=0.5 -1; 1 0.5; -0.5 0.25, b1=0.5 -0.5 0, W2=1 -0.5 2; -1 1.5 0.5, b2=-1 0.25, W3=2 -1; 0.5 1, b3=0 -0.5, '
     'x0=1 2, y=1 0',
     ['x1 = sigmoid(product(W1, x0) + b1)', 'x2 = sigmoid(product(W2, x1) + b2)',
      'x3 = sigmoid(product(W3, x2) + b3)', 'L = sse(x3, y)'],
     {'g3': 'd_x3', 'δ3': 'd_b3', 'g2': 'd_x2', 'δ2': 'd_b2', 'g1': 'd_x1', 'δ1': 'd_b1',
      '∂L/∂x2[1]': 'entry(d_x2, 1, 1)', 'δ3[1]*W3[1,1] + δ3[2]*W3[2,1]': 'entry(d_x2, 1, 1)',
      "δ1*x0'": 'd_W1',
      'sse(layer(V3, layer(V2, layer(V1, x0, c1), c2), c3), y)':
          'sse(sigmoid(product(W3 - d_W3 / 2, sigmoid(product(W2 - d_W2 / 2, sigmoid(product(W1 - d_W1 / 2, x0)'
          ' + b1 - d_b1 / 2)) + b2 - d_b2 / 2)) + b3 - d_b3 / 2), y)'}),
    ('samples-as-columns.ad',
     'X=1 2 0 -2; 2 -1 1 1, Y=1 0 1 0; 0 1 1 0, W=0.5 -1; 1 0.5, b=0.5 -0.5',
     ['S = product(W, X) + b', 'H = sigmoid(S)', 'L = sse(H, Y)'],
     {'D': 'd_S', "D[:,1]*X[:,1]' + D[:,2]*X[:,2]' + D[:,3]*X[:,3]' + D[:,4]*X[:,4]'": 'd_W',
      "D*X'": 'd_W', 'sum(D, axis=2)': 'd_b'}),
    ('softmax-network.ad',
     'x=2 5 3 3, y=1 0, W1=0.1 0.3 0.8 -0.4; -0.3 -0.2 0.5 0.5; -0.3 0 0.5 0.4; 0.2 0.5 -0.9 0.7, '
     'W2=0.5 0.8 0.2 0.4; 0.5 0.2 0.3 -0.5',
     ['a1 = product(W1, x)', 'h1 = sigmoid(a1)', 'a2 = product(W2, h1)', 'yhat = softmax(a2)', 'L = sse(yhat, y)'],
     # With two outputs the slopes of softmax are p, -p, -p, p for p = yhat[1]*yhat[2].
     {'own': '2 * entry((yhat - y) * yhat, 1, 1) * entry(yhat, 2, 1) * entry(h1, 2, 1)',
      'other': '-2 * entry((yhat - y) * yhat, 2, 1) * entry(yhat, 1, 1) * entry(h1, 2, 1)',
      'own + other': 'entry(d_W2, 1, 2)', '∂L/∂W2[1,2]': 'entry(d_W2, 1, 2)',
      'straight': '2 * entry(yhat, 1, 1) * entry(yhat, 2, 1) * entry(product(transpose(W2), yhat - y), 3, 1)'
                  ' * entry(h1 * (1 - h1), 3, 1) * entry(x, 1, 1)',
      'crossing': '-2 * entry(yhat, 1, 1) * entry(yhat, 2, 1)'
                  ' * (entry(W2, 1, 3) * entry(yhat - y, 2, 1) + entry(W2, 2, 3) * entry(yhat - y, 1, 1))'
                  ' * entry(h1 * (1 - h1), 3, 1) * entry(x, 1, 1)',
      'straight + crossing': 'entry(d_W1, 3, 1)', '∂L/∂W1[3,1]': 'entry(d_W1, 3, 1)',
      'W2[1,2] - 1*∂L/∂W2[1,2]': 'entry(W2 - d_W2, 1, 2)',
      'sse(softmax((W2 - 1*∂L/∂W2)*h1), y)': 'sse(softmax(product(W2 - d_W2, h1)), y)'}),
    ('softmax-cross-entropy.ad', 'x=1 -2, y=0 1 0, W1=0.5 1; -1 0.5, W2=1 -2; 0.5 1; -1 0.5',
     ['a1 = product(W1, x)', 'h1 = sigmoid(a1)', 'a2 = product(W2, h1)', 'yhat = softmax(a2)',
      'L = cross_entropy(yhat, y)'],
     {'∂(yhat[2])/∂a2': '-entry(yhat, 2, 1) * d_a2',
      '[-yhat[2]*yhat[1], yhat[2]*(1 - yhat[2]), -yhat[2]*yhat[3]]': '-entry(yhat, 2, 1) * d_a2',
      '-(y - yhat)': 'd_a2', "(yhat - y)*h1'": 'd_W2', "W2'*(yhat - y) ∘ h1 ∘ (1 - h1)": 'd_a1',
      'cross_entropy(softmax(V2*sigmoid(V1*x)), y)':
          'cross_entropy(softmax(product(W2 - d_W2, sigmoid(product(W1 - d_W1, x)))), y)',
      '∂M/∂a2': 'd_a2'}),
    ('linear-regression-batch.ad', 'X=1 0; 1 1; 1 2; 1 4, y=1 2 4 6, w=0.5 1',
     ['yhat = product(X, w)', 'L = mse(yhat, y)'],
     {"2/4*X'*(yhat - y)": 'd_w',
      "2/4*(z[1]*X[1,:]' + z[2]*X[2,:]' + z[3]*X[3,:]' + z[4]*X[4,:]')": 'd_w',
      'mse(X*stepped, y)': 'mse(product(X, w - d_w / 10), y)',
      'best': 'solve(product(transpose(X), X), product(transpose(X), y))',
      'mse(X*best, y)': 'mse(product(X, solve(product(transpose(X), X), product(transpose(X), y))), y)'}),
    ('logistic-regression-batch.ad', 'X=1 0.5; 1 1; 1 2; 1 3; 1 3.5, y=0 0 1 0 1, w=-1 0.5',
     ['u = product(X, w)', 'yhat = sigmoid(u)', 'L = bce(yhat, y)'],
     {'(yhat - y)/5': 'd_u', "X'*(yhat - y)/5": 'd_w', 'stepped': 'w - d_w / 2',
      'bce(sigmoid(X*stepped), y)': 'bce(sigmoid(product(X, w - d_w / 2)), y)'}),
    ('perceptron.ad', "X=0 0 1 1; 0 1 0 1, y=0 1 1 0', W1=1 2; 2 -1; -1 1, b1=0.5 -0.5 0, w2=1 -2 1, b2=0.5",
     ['H = sigmoid(product(W1, X) + b1)', 'yhat = sigmoid(product(transpose(w2), H) + b2)', 'L = bce(yhat, y)'],
     {"H*d2'": 'd_w2', "D1*X'": 'd_W1', 'sum(d2)': 'd_b2', 'sum(D1, axis=2)': 'd_b1',
      'H_new': 'sigmoid(product(W1 - d_W1 / 2, X) + b1 - d_b1 / 2)',
      'bce(yhat_new, y)': 'bce(sigmoid(product(transpose(w2 - d_w2 / 2), '
                          'sigmoid(product(W1 - d_W1 / 2, X) + b1 - d_b1 / 2)) + b2 - d_b2 / 2), y)'}),
]


# ---- a lesson once forward, and its slopes ----

def as_double(x):
    return mpf(float(x))


def make_leaves(written):
    """Leaves by name, from `name=entries` with commas between; entries as `given` reads them."""
    leaves = (leaf.split('=') for leaf in written.split(', '))
    return {name: each(as_double, given(entries)) for name, entries in leaves}


def forward(nodes, functions, values):
    """`values` with those of all nodes; a node that has one already is cut free."""
    values = dict(values)
    for node in nodes:
        name, code = node.split(' = ')
        if name not in values:
            values[name] = eval(code, {'__builtins__': {}, **functions}, values)
    return values


def names_of(nodes):
    return [node.split(' = ')[0] for node in nodes]


def slopes_of(nodes, leaves, values):
    """The slopes of the root by each leaf, and by each node but the root."""
    *inner, root = names_of(nodes)

    def root_of(given):
        return forward(nodes, FUNCTIONS, given)[root].rows[0][0]
    slopes = {name: gradient(root_of, leaves, name) for name in leaves}
    for name in inner:
        slopes[name] = gradient(root_of, {**leaves, name: values[name]}, name)
    return slopes


def second_rows(nodes, leaves):
    root = names_of(nodes)[-1]

    def root_of(given):
        return forward(nodes, FUNCTIONS, given)[root].rows[0][0]
    for first in leaves:
        for second in leaves:
            slope = along(root_of, first, unit((1, 1), (0, 0)))
            yield f'∂(∂{root}/∂{first})/∂{second}', gradient(slope, leaves, second)


def rows_of(file, written, nodes, lines):
    """Rows (file, question, answer)."""
    leaves = make_leaves(written)
    values = {name: array(value) for name, value in forward(nodes, FUNCTIONS, leaves).items()}
    slopes = slopes_of(nodes, leaves, values)
    *_, root = names_of(nodes)
    answers = [(name, values[name]) for name in names_of(nodes)]
    answers += [(f'∂{root}/∂{name}', slope) for name, slope in slopes.items()]
    if all(leaf.shape == (1, 1) for leaf in leaves.values()):
        answers += second_rows(nodes, leaves)
    names = {**values, **{f'd_{name}': slope for name, slope in slopes.items()}}
    for text, code in lines.items():
        answers.append((text, array(eval(code, {'__builtins__': {}, **FUNCTIONS}, names))))
    return [[file, question, as_json(answer)] for question, answer in answers]


# ---- the same by PyTorch ----

def torch_answers(torch, functions, written, nodes, lines):
    leaves = {name: torch.tensor(as_floats(a), requires_grad=True) for name, a in make_leaves(written).items()}
    values = forward(nodes, functions, leaves)
    for value in values.values():
        value.retain_grad()
    *inner, root = names_of(nodes)
    values[root].backward()
    slopes = {name: torch.zeros_like(value) if value.grad is None else value.grad
              for name, value in values.items() if name != root}
    answers = {name: values[name] for name in names_of(nodes)}
    answers.update((f'∂{root}/∂{name}', slope) for name, slope in slopes.items())
    names = {**values, **{f'd_{name}': slope for name, slope in slopes.items()}}
    for text, code in lines.items():
        answers[text] = torch.as_tensor(eval(code, {'__builtins__': {}, **functions}, names))
    return answers


def compare_with_torch(groups):
    """`groups` has the rows of each entry of EXAMPLES."""
    import torch
    torch.set_default_dtype(torch.float64)
    functions = {**torch_reductions(torch), **torch_matrices(torch), **torch_networks(torch), 'sin': torch.sin}
    agreed, differed = 0, []
    for (file, *example), rows in zip(EXAMPLES, groups):
        answers = torch_answers(torch, functions, *example)
        for _, question, written in rows:
            if question not in answers:
                continue
            answer = answers[question].detach().numpy()
            expected = torch.tensor(json.loads(written)).numpy()
            if answer.size == expected.size and abs(answer - expected).max() <= 1e-12:
                agreed += 1
            else:
                differed.append((file, question, written, answer.tolist()))
    print('PyTorch', torch.__version__, 'agrees in', agreed, 'answers, differs in', len(differed))
    for difference in differed:
        print(*difference)
    return not differed


if __name__ == '__main__':
    groups = [rows_of(*example) for example in EXAMPLES]
    rows = [row for group in groups for row in group]
    with open(os.path.join(HERE, 'examples.tsv'), 'w', encoding='utf-8', newline='\n') as file:
        file.write('# Made by make_examples_reference.py; do not edit.\n')
        file.write('file\tquery\tvalue\n')
        for row in rows:
            file.write('\t'.join(row) + '\n')
    print('examples.tsv', len(groups), 'examples,', len(rows), 'rows')
    if '--torch' in sys.argv[1:] and not compare_with_torch(groups):
        sys.exit(1)
