/* Numbers: a flat list of steps on a flat array, see planning.h. Adjoints are mostly sums
 * of products, so a product that only a sum reads is computed with it, rounded as if it
 * had been alone. */
#include <math.h>

#include "eval/planning.h"
#include "tensor/entrywise.h"

/* Beside the kernels, on numbers x, y, z: */
enum {
    NUMBER_ADD_PRODUCT = KERNEL_COUNT, /* x + y*z */
    NUMBER_SUBTRACT_PRODUCT,           /* x - y*z */
    NUMBER_SUBTRACT_FROM_PRODUCT,      /* y*z - x */
    NUMBER_NEGATIVE_PRODUCT,           /* -(x*y) */
    NUMBER_COSINE_AND_SINE,            /* of x; the sine goes to the second place */
    NUMBER_SINE_AND_COSINE,
};

/* ---- Writing ---- */

static node_id operand(const planning *pl, node_id n, size_t k)
{
    return plan_same(pl, graph_operand(pl->graph, n, k));
}

/* Whether what reads `n` now is the only one, and `n` computes that. */
static bool is_inner(const planning *pl, node_id n, kernel_id id)
{
    return pl->kernels[graph_op(pl->graph, n)] == id && graph_is_scalar(pl->graph, n) &&
           pl->uses[n] == 1 && pl->place[n] == 0;
}

static void take_factors(planning *pl, node_id product, uint32_t in[2])
{
    for (size_t k = 0; k < 2; k++)
        in[k] = plan_take_number(pl, operand(pl, product, k));
}

/* A sum or difference with a product for an operand. */
static bool add_product(planning *pl, node_id n, kernel_id id, number_step *step)
{
    for (size_t k = 2; k-- > 0;) {
        node_id product = operand(pl, n, k), other = operand(pl, n, 1 - k);
        if (!is_inner(pl, product, KERNEL_times))
            continue;
        step->op = id == KERNEL_plus ? NUMBER_ADD_PRODUCT
                   : k == 1          ? NUMBER_SUBTRACT_PRODUCT
                                     : NUMBER_SUBTRACT_FROM_PRODUCT;
        step->in[0] = plan_take_number(pl, other);
        take_factors(pl, product, step->in + 1);
        return true;
    }
    return false;
}

static bool negate_product(planning *pl, node_id n, number_step *step)
{
    node_id product = operand(pl, n, 0);
    if (!is_inner(pl, product, KERNEL_times))
        return false;
    step->op = NUMBER_NEGATIVE_PRODUCT;
    take_factors(pl, product, step->in);
    return true;
}

static bool combine(planning *pl, node_id n, kernel_id id, number_step *step)
{
    switch ((int)id) {
    case KERNEL_plus:
    case KERNEL_minus:
        return add_product(pl, n, id, step);
    case KERNEL_negative:
        return negate_product(pl, n, step);
    default:
        return false;
    }
}

static void write_number(planning *pl, node_id n)
{
    kernel_id id = pl->kernels[graph_op(pl->graph, n)];
    number_step step = {.op = id, .out = plan_take_number(pl, n)};
    plan_release(pl, n);
    if (!combine(pl, n, id, &step))
        for (size_t k = 0; k < graph_arity(pl->graph, n); k++)
            step.in[k] = plan_take_number(pl, operand(pl, n, k));
    *--pl->code = step;
}

static void write_twins(planning *pl, node_id first, node_id second)
{
    bool cosine = graph_op(pl->graph, first) == OP_COS;
    number_step step = {.op = cosine ? NUMBER_COSINE_AND_SINE : NUMBER_SINE_AND_COSINE,
                        .out = plan_take_number(pl, first),
                        .in = {[1] = plan_take_number(pl, second)}};
    plan_release(pl, first);
    plan_release(pl, second);
    step.in[0] = plan_take_number(pl, operand(pl, first, 0));
    *--pl->code = step;
}

void plan_number(planning *pl, node_id n)
{
    node_id twin = pl->twin[n] - 1;
    bool asked = pl->place[n] != 0;
    if (twin != NODE_NONE && twin < n)
        return; /* its place stays taken up to the first one */
    bool both = twin != NODE_NONE && pl->place[twin] != 0;
    if (both && asked)
        write_twins(pl, n, twin);
    else if (both)
        write_number(pl, twin);
    else if (asked)
        write_number(pl, n);
}

void plan_end_numbers(planning *pl)
{
    if (pl->code < pl->code_end)
        array_push(pl->keep, &pl->plan->steps,
                   ((plan_step){.begin = pl->code, .end = pl->code_end}));
    pl->code_end = pl->code;
}

/* ---- Running ---- */

#define a (v[s->in[0]])
#define b (v[s->in[1]])
#define c (v[s->in[2]])
#define STEP(name, expression)                                                           \
    case KERNEL_##name:                                                                  \
        v[s->out] = expression;                                                          \
        break;

static void run_steps(double *v, const number_step *begin, const number_step *end)
{
    for (const number_step *s = begin; s < end; s++) {
        double x;
        switch (s->op) {
            KERNELS(STEP)
        case NUMBER_ADD_PRODUCT:
            v[s->out] = a + b * c;
            break;
        case NUMBER_SUBTRACT_PRODUCT:
            v[s->out] = a - b * c;
            break;
        case NUMBER_SUBTRACT_FROM_PRODUCT:
            v[s->out] = b * c - a;
            break;
        case NUMBER_NEGATIVE_PRODUCT:
            v[s->out] = -(a * b);
            break;
        case NUMBER_COSINE_AND_SINE:
            x = a;
            v[s->out] = cos(x);
            b = sin(x);
            break;
        case NUMBER_SINE_AND_COSINE:
            x = a;
            v[s->out] = sin(x);
            b = cos(x);
            break;
        default:
            break;
        }
    }
}
#undef a
#undef b
#undef c

void number_steps_run(plan *p, const number_step *begin, const number_step *end)
{
    enum { POLL_EVERY = 1 << 15 };
    while (begin < end) {
        limits_poll(p->limits);
        const number_step *stop = end - begin > POLL_EVERY ? begin + POLL_EVERY : end;
        run_steps(p->numbers, begin, stop);
        begin = stop;
    }
}
