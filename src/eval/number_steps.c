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

static inline const node *node_at(const planning *pl, node_id n)
{
    return &pl->graph->nodes.items[n];
}

/* Most operations on numbers have one or two operands. */
static inline node_id operand(const planning *pl, const node *at, size_t k)
{
    if (at->arity < NODE_MANY)
        return plan_same(pl, at->operand[k]);
    return plan_same(pl, pl->graph->more.items[(size_t)at->operand[0] + k]);
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

/* Whether `n` computes that, and no later step reads it. If an earlier one does, it is
 * computed for that as well. */
static inline bool is_inner(const planning *pl, node_id n, kernel_id id)
{
    return !plan_is_asked(pl, n) && pl->kernels[node_at(pl, n)->op] == id;
}

/* A factor without its sign; turns `negative` where it had one. */
static inline uint32_t take_factor(planning *pl, node_id factor, bool *negative)
{
    if (is_inner(pl, factor, KERNEL_negative)) {
        factor = operand(pl, node_at(pl, factor), 0);
        *negative = !*negative;
    }
    return plan_take_number(pl, factor);
}

static inline void multiply(planning *pl, const node *product, bool negative,
                            number_step *step)
{
    step->in[0] = take_factor(pl, operand(pl, product, 0), &negative);
    step->in[1] = take_factor(pl, operand(pl, product, 1), &negative);
    step->op = negative ? NUMBER_NEGATIVE_PRODUCT : KERNEL_times;
}

/* A sum or difference whose operand `k` is a product. */
static inline void add_product(planning *pl, const node *at, size_t k, number_step *step)
{
    bool minus = pl->kernels[at->op] == KERNEL_minus, negative = minus && k == 1;
    const node *product = node_at(pl, operand(pl, at, k));
    step->in[0] = plan_take_number(pl, operand(pl, at, 1 - k));
    step->in[1] = take_factor(pl, operand(pl, product, 0), &negative);
    step->in[2] = take_factor(pl, operand(pl, product, 1), &negative);
    if (minus && k == 0)
        step->op = negative ? NUMBER_NEGATIVE_WITH_PRODUCT : NUMBER_SUBTRACT_FROM_PRODUCT;
    else
        step->op = negative ? NUMBER_SUBTRACT_PRODUCT : NUMBER_ADD_PRODUCT;
}

static inline void write_number(planning *pl, node_id n)
{
    const node *at = node_at(pl, n);
    kernel_id id = pl->kernels[at->op];
    number_step *step = new_step(pl);
    step->op = id;
    step->out = plan_take_number(pl, n);
    plan_release_number(pl, n);
    if (id == KERNEL_times)
        multiply(pl, at, false, step);
    else if ((id == KERNEL_plus || id == KERNEL_minus) &&
             is_inner(pl, operand(pl, at, 1), KERNEL_times))
        add_product(pl, at, 1, step);
    else if ((id == KERNEL_plus || id == KERNEL_minus) &&
             is_inner(pl, operand(pl, at, 0), KERNEL_times))
        add_product(pl, at, 0, step);
    else if (id == KERNEL_negative && is_inner(pl, operand(pl, at, 0), KERNEL_times))
        multiply(pl, node_at(pl, operand(pl, at, 0)), true, step);
    else
        for (size_t k = 0; k < graph_arity(pl->graph, n); k++)
            step->in[k] = plan_take_number(pl, operand(pl, at, k));
}

/* Rules make the sine of what a cosine was taken of, which stands near its argument: both
 * together take little longer than one. So the later one is left to the earlier, and
 * keeps its place up to there. */
static bool leave_to_twin(planning *pl, node_id n)
{
    enum { NEAR = 8 };
    op_id other = node_at(pl, n)->op == OP_SIN ? OP_COS : OP_SIN;
    node_id of = operand(pl, node_at(pl, n), 0);
    for (node_id near = of + 1; near < n && near <= of + NEAR; near++) {
        const node *at = node_at(pl, near);
        if (at->op != other || at->shape != 0 || operand(pl, at, 0) != of ||
            !plan_is_visited(pl, near) || pl->twin[near] != 0)
            continue;
        plan_take_number(pl, near);
        pl->twin[near] = n + 1;
        return true;
    }
    return false;
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

static void write_sine_or_cosine(planning *pl, node_id n)
{
    if (pl->twin[n] != 0)
        write_twins(pl, n, pl->twin[n] - 1);
    else if (!leave_to_twin(pl, n))
        write_number(pl, n);
}

static inline void write_asked(planning *pl, node_id n, kernel_id id)
{
    if (id == KERNEL_sin || id == KERNEL_cos)
        write_sine_or_cosine(pl, n);
    else
        write_number(pl, n);
}

void plan_number(planning *pl, node_id n)
{
    if (plan_is_asked(pl, n))
        write_asked(pl, n, pl->kernels[node_at(pl, n)->op]);
}

node_id plan_numbers(planning *pl, node_id n)
{
    enum { POLL_EVERY = 1024 };
    for (; n >= pl->lowest; n--) {
        if (n % POLL_EVERY == 0)
            limits_poll(pl->work->limits);
        if (!plan_is_asked(pl, n))
            continue;
        const node *at = node_at(pl, n);
        kernel_id id = pl->kernels[at->op];
        if (id == KERNEL_NONE)
            break;
        write_asked(pl, n, id);
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
