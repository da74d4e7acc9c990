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
    NUMBER_NEGATIVE_WITH_PRODUCT,      /* -(y*z) - x */
    NUMBER_NEGATIVE_PRODUCT,           /* -(x*y) */
    NUMBER_COSINE_AND_SINE,            /* of x; the sine goes to the second place */
    NUMBER_SINE_AND_COSINE,
};

/* ---- Writing ---- */

/* Most operations on numbers have one or two operands. */
static inline node_id operand(const planning *pl, const node *at, size_t k)
{
    if (at->arity < NODE_MANY)
        return plan_same(pl, at->operand[k]);
    return plan_same(pl, pl->graph->more.items[(size_t)at->operand[0] + k]);
}

static inline const node *node_at(const planning *pl, node_id n)
{
    return &pl->graph->nodes.items[n];
}

/* Whether what reads `n` now is the only one, and `n` computes that. */
static inline bool is_inner(const planning *pl, node_id n, kernel_id id)
{
    return !plan_is_asked(pl, n) && pl->uses[n] == 1 &&
           pl->kernels[node_at(pl, n)->op] == id;
}

/* The factors of a product without their signs; true where the product has the other sign
 * then. */
static inline bool take_factors(planning *pl, const node *product, uint32_t in[2])
{
    bool negative = false;
    for (size_t k = 0; k < 2; k++) {
        node_id factor = operand(pl, product, k);
        if (is_inner(pl, factor, KERNEL_negative)) {
            factor = operand(pl, node_at(pl, factor), 0);
            negative = !negative;
        }
        in[k] = plan_take_number(pl, factor);
    }
    return negative;
}

/* A sum or difference with a product for an operand. */
static inline bool add_product(planning *pl, const node *at, bool minus,
                               number_step *step)
{
    for (size_t k = 2; k-- > 0;) {
        node_id product = operand(pl, at, k);
        if (!is_inner(pl, product, KERNEL_times))
            continue;
        step->in[0] = plan_take_number(pl, operand(pl, at, 1 - k));
        bool negative = take_factors(pl, node_at(pl, product), step->in + 1);
        if (minus && k == 0)
            step->op =
                negative ? NUMBER_NEGATIVE_WITH_PRODUCT : NUMBER_SUBTRACT_FROM_PRODUCT;
        else
            step->op = negative == minus ? NUMBER_ADD_PRODUCT : NUMBER_SUBTRACT_PRODUCT;
        return true;
    }
    return false;
}

static inline bool multiply(planning *pl, const node *product, bool negated,
                            number_step *step)
{
    bool negative = take_factors(pl, product, step->in);
    step->op = negative == negated ? KERNEL_times : NUMBER_NEGATIVE_PRODUCT;
    return true;
}

/* Steps that do the work of several nodes. */
static inline bool combine(planning *pl, const node *at, kernel_id id, number_step *step)
{
    node_id first = operand(pl, at, 0);
    switch ((int)id) {
    case KERNEL_plus:
    case KERNEL_minus:
        return add_product(pl, at, id == KERNEL_minus, step);
    case KERNEL_times:
        return multiply(pl, at, false, step);
    case KERNEL_negative:
        return is_inner(pl, first, KERNEL_times) &&
               multiply(pl, node_at(pl, first), true, step);
    default:
        return false;
    }
}

/* They are written into one piece of memory after the other, from its end on. */
static void next_piece(planning *pl)
{
    enum { FEWEST = 1 << 9, MOST = 1 << 19 };
    plan_end_numbers(pl);
    size_t count = pl->code_count < FEWEST ? FEWEST : pl->code_count;
    count = count < MOST ? count : MOST;
    pl->code_room = ARENA_ARRAY(pl->keep, number_step, count);
    pl->code_end = pl->code = pl->code_room + count;
    pl->code_count += count;
}

static inline number_step *new_step(planning *pl)
{
    if (pl->code == pl->code_room)
        next_piece(pl);
    return --pl->code;
}

static inline void write_number(planning *pl, node_id n)
{
    const node *at = node_at(pl, n);
    kernel_id id = pl->kernels[at->op];
    number_step *step = new_step(pl);
    step->op = id;
    step->out = plan_take_number(pl, n);
    plan_release_number(pl, n);
    if (!combine(pl, at, id, step))
        for (size_t k = 0; k < graph_arity(pl->graph, n); k++)
            step->in[k] = plan_take_number(pl, operand(pl, at, k));
}

static void write_twins(planning *pl, node_id first, node_id second)
{
    bool cosine = node_at(pl, first)->op == OP_COS;
    number_step *step = new_step(pl);
    step->op = cosine ? NUMBER_COSINE_AND_SINE : NUMBER_SINE_AND_COSINE;
    step->out = plan_take_number(pl, first);
    step->in[1] = plan_take_number(pl, second);
    plan_release_number(pl, first);
    plan_release_number(pl, second);
    step->in[0] = plan_take_number(pl, operand(pl, node_at(pl, first), 0));
}

/* A twin that comes second keeps its place up to the first one. */
static void write_with_twin(planning *pl, node_id n)
{
    node_id twin = pl->twin[n] - 1;
    bool asked = plan_is_asked(pl, n);
    if (twin < n)
        return;
    if (asked && plan_is_asked(pl, twin))
        write_twins(pl, n, twin);
    else if (asked || plan_is_asked(pl, twin))
        write_number(pl, asked ? n : twin);
}

static inline void write_one(planning *pl, node_id n, kernel_id id)
{
    if ((id == KERNEL_sin || id == KERNEL_cos) && pl->twin[n] != 0)
        write_with_twin(pl, n);
    else if (plan_is_asked(pl, n))
        write_number(pl, n);
}

void plan_number(planning *pl, node_id n)
{
    write_one(pl, n, pl->kernels[node_at(pl, n)->op]);
}

node_id plan_numbers(planning *pl, node_id n)
{
    enum { POLL_EVERY = 1024 };
    for (; n >= pl->lowest; n--) {
        const node *at = node_at(pl, n);
        kernel_id id = pl->kernels[at->op];
        if (n % POLL_EVERY == 0)
            limits_poll(pl->work->limits);
        if (at->shape != 0 || id == KERNEL_NONE)
            break;
        write_one(pl, n, id);
    }
    return n;
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
        case NUMBER_NEGATIVE_WITH_PRODUCT:
            v[s->out] = -(b * c) - a;
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
