#include "build/fraction.h"

#include <string.h>

#include "build/simplify.h"

enum { MOST_TERMS = 8, MOST_DEGREE = 3, DEEPEST = 4, SHORT = 2 };

/* A number times entries of some nodes, which are in ascending order. */
typedef struct monomial {
    double factor;
    size_t degree;
    node_id of[MOST_DEGREE];
} monomial;

/* A sum of monomials that differ in more than their factors. */
typedef struct polynomial {
    monomial terms[MOST_TERMS];
    size_t count;
    bool too_large; /* it is none that is worth the effort */
} polynomial;

typedef struct reader {
    const graph *graph;
    node_names *names;
    const void *owner;
} reader;

/* ---- Polynomials ---- */

static bool same_kind(const monomial *a, const monomial *b)
{
    return a->degree == b->degree && memcmp(a->of, b->of, a->degree * sizeof *a->of) == 0;
}

static void add_term(polynomial *sum, const monomial *term)
{
    size_t i = 0;
    while (i < sum->count && !same_kind(&sum->terms[i], term))
        i++;
    if (i == MOST_TERMS) {
        sum->too_large = true;
    } else if (i == sum->count) {
        sum->terms[sum->count++] = *term;
    } else {
        sum->terms[i].factor += term->factor;
        if (sum->terms[i].factor == 0)
            sum->terms[i] = sum->terms[--sum->count];
    }
}

static void add_multiple(polynomial *sum, const polynomial *p, double factor)
{
    sum->too_large = sum->too_large || p->too_large;
    for (size_t i = 0; i < p->count; i++) {
        monomial term = p->terms[i];
        term.factor *= factor;
        add_term(sum, &term);
    }
}

/* False where the degree gets too high. */
static bool multiply_terms(const monomial *a, const monomial *b, monomial *product)
{
    size_t i = 0, j = 0;
    *product = (monomial){.factor = a->factor * b->factor};
    if (a->degree + b->degree > MOST_DEGREE)
        return false;
    while (i < a->degree || j < b->degree) {
        bool first = j == b->degree || (i < a->degree && a->of[i] <= b->of[j]);
        product->of[product->degree++] = first ? a->of[i++] : b->of[j++];
    }
    return true;
}

static polynomial product_of(const polynomial *a, const polynomial *b)
{
    polynomial product = {.too_large = a->too_large || b->too_large};
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++) {
            monomial term;
            if (multiply_terms(&a->terms[i], &b->terms[j], &term))
                add_term(&product, &term);
            else
                product.too_large = true;
        }
    return product;
}

/* ---- Nodes as polynomials ---- */

static bool is_number(const reader *r, node_id n, double *value)
{
    const constant *c = graph_constant_of(r->graph, n);
    if (c == NULL || !shape_is_number(&c->value.shape))
        return false;
    *value = c->value.entries[0];
    return true;
}

/* Sums, differences and products are multiplied out, down to names and other operations:
 * no deeper than DEEPEST, below which a node stands for itself. */
static polynomial polynomial_of(const reader *r, node_id n, int depth)
{
    polynomial read = {0};
    monomial itself = {.factor = 1, .degree = 1, .of = {n}};
    double value;
    if (is_number(r, n, &value)) {
        add_term(&read, &(monomial){.factor = value});
        return read;
    }
    op_id op = graph_op(r->graph, n);
    bool sum = op == OP_PLUS || op == OP_MINUS || op == OP_NEGATIVE;
    bool product = op == OP_SCALE || op == OP_TIMES;
    if (depth == DEEPEST || r->names(r->owner, n) != NULL || (!sum && !product)) {
        add_term(&read, &itself);
        return read;
    }
    polynomial first = polynomial_of(r, graph_operand(r->graph, n, 0), depth + 1);
    if (op == OP_NEGATIVE) {
        add_multiple(&read, &first, -1);
        return read;
    }
    polynomial second = polynomial_of(r, graph_operand(r->graph, n, 1), depth + 1);
    if (product)
        return product_of(&first, &second);
    add_multiple(&read, &first, 1);
    add_multiple(&read, &second, op == OP_MINUS ? -1 : 1);
    return read;
}

static node_id apply(builder *b, op_id op, node_id first, node_id second)
{
    return simplify_apply(b, op, (node_id[]){first, second}, 2);
}

/* Without its factor's sign. */
static node_id node_of_term(builder *b, const monomial *term)
{
    double size = term->factor < 0 ? -term->factor : term->factor;
    node_id made = simplify_number(b, size);
    for (size_t k = 0; k < term->degree; k++)
        made = apply(b, OP_TIMES, made, term->of[k]);
    return made;
}

/* What is added comes first: p - y rather than -y + p. */
static node_id node_of(builder *b, const polynomial *p)
{
    node_id made = simplify_number(b, 0);
    for (int minus = 0; minus < 2; minus++)
        for (size_t i = 0; i < p->count; i++)
            if ((p->terms[i].factor < 0) == (minus == 1))
                made = apply(b, minus == 1 ? OP_MINUS : OP_PLUS, made,
                             node_of_term(b, &p->terms[i]));
    return made;
}

/* ---- Fractions ---- */

/* factor * above / below */
typedef struct fraction {
    double factor;
    node_id above, below;
} fraction;

static bool read_fraction(const reader *r, node_id n, fraction *read)
{
    op_id op = graph_op(r->graph, n);
    *read = (fraction){.factor = 1};
    if ((op == OP_SCALE || op == OP_TIMES) &&
        is_number(r, graph_operand(r->graph, n, 0), &read->factor)) {
        n = graph_operand(r->graph, n, 1);
        op = graph_op(r->graph, n);
    }
    if ((op != OP_DIVIDE && op != OP_OVER) || r->names(r->owner, n) != NULL)
        return false;
    read->above = graph_operand(r->graph, n, 0);
    read->below = graph_operand(r->graph, n, 1);
    return true;
}

/* Whether it is a sum of few nodes and numbers, products having gone. */
static bool is_short(const polynomial *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->terms[i].degree > 1)
            return false;
    return !p->too_large && p->count <= SHORT;
}

node_id fraction_of(builder *b, node_id n, node_names *names, const void *owner)
{
    reader r = {b->graph, names, owner};
    fraction first, second;
    if (graph_op(b->graph, n) != OP_MINUS || names(owner, n) != NULL ||
        !read_fraction(&r, graph_operand(b->graph, n, 0), &first) ||
        !read_fraction(&r, graph_operand(b->graph, n, 1), &second) ||
        first.factor != second.factor)
        return n;
    polynomial above = polynomial_of(&r, first.above, 0);
    polynomial below = polynomial_of(&r, first.below, 0);
    polynomial other_above = polynomial_of(&r, second.above, 0);
    polynomial other_below = polynomial_of(&r, second.below, 0);
    polynomial numerator = product_of(&above, &other_below);
    polynomial subtracted = product_of(&other_above, &below);
    add_multiple(&numerator, &subtracted, -1);
    if (!is_short(&numerator))
        return n;
    bool turned = other_below.count < below.count; /* p*(1 - p) */
    node_id denominator = apply(b, OP_TIMES, turned ? second.below : first.below,
                                turned ? first.below : second.below);
    node_id combined = apply(b, OP_OVER, node_of(b, &numerator), denominator);
    return apply(b, OP_TIMES, simplify_number(b, first.factor), combined);
}
