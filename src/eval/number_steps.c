/* Numbers: a flat list of steps on a flat array, see planning.h. Adjoints are mostly sums
 * of products, so a product that only a sum reads is computed with it, rounded as if it
 * had been alone. */
#include <assert.h>
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
    NUMBER_OPERATIONS,
};
static_assert((int)NUMBER_OPERATIONS <= 1 << OPERATION_BITS, "a word holds them");

/* How many operands a kernel reads, which may be fewer than the operation has. */
static const uint8_t operand_counts[KERNEL_COUNT] = {
#define OPERANDS(name, operand_count, expression) [KERNEL_##name] = (operand_count),
    KERNELS(OPERANDS)
#undef OPERANDS
};

/* ---- Writing ---- */

static inline const node *node_at(const planning *pl, node_id n)
{
    return &pl->graph->nodes.items[n];
}

/* An operand as it stands in the graph, and who stands for it. Most operations on numbers
 * have one or two. */
static inline node_id written_operand(const planning *pl, const node *at, size_t k)
{
    return at->arity < NODE_MANY ? at->operand[k]
                                 : pl->graph->more.items[(size_t)at->operand[0] + k];
}

static inline node_id operand(const planning *pl, const node *at, size_t k)
{
    return plan_same(pl, written_operand(pl, at, k));
}

/* The place of an operand, which most have already. */
static inline uint32_t take_operand(planning *pl, const node *at, size_t k)
{
    node_id n = written_operand(pl, at, k);
    return plan_is_asked(pl, n) ? plan_place(pl, n)
                                : plan_take_number(pl, plan_same(pl, n));
}

/* They are written into one piece of memory after the other, from its end on. */
static void next_piece(planning *pl)
{
    enum { FEWEST = 1 << 10, MOST = 1 << 15 };
    plan_end_numbers(pl);
    size_t count = pl->code_count < FEWEST ? FEWEST : pl->code_count;
    count = count < MOST ? count : MOST;
    pl->code_room = ARENA_ARRAY(pl->keep, number_code, count);
    pl->code_end = pl->code = pl->code_room + count;
    pl->code_count += count;
}

/* Begins a step of so many operands, which the caller writes behind its first word. */
static inline number_code *write_step(planning *pl, size_t operands)
{
    if ((size_t)(pl->code - pl->code_room) <= operands)
        next_piece(pl);
    return pl->code -= 1 + operands;
}

static inline number_code first_word(uint32_t does, uint32_t out)
{
    return does | out << OPERATION_BITS;
}

/* Whether `n` computes that, and no later step reads it. If an earlier one does, it is
 * computed for that as well. */
static inline bool is_inner(const planning *pl, node_id n, kernel_id id)
{
    return !plan_is_asked(pl, n) && pl->kernels[node_at(pl, n)->op] == id;
}

/* The same for a factor without its sign; turns `negative` where it had one. */
static inline uint32_t take_factor(planning *pl, const node *at, size_t k, bool *negative)
{
    node_id n = written_operand(pl, at, k);
    if (plan_is_asked(pl, n))
        return plan_place(pl, n);
    n = plan_same(pl, n);
    if (!is_inner(pl, n, KERNEL_negative))
        return plan_take_number(pl, n);
    *negative = !*negative;
    return take_operand(pl, node_at(pl, n), 0);
}

static inline void multiply(planning *pl, const node *product, bool negative,
                            uint32_t out)
{
    uint32_t first = take_factor(pl, product, 0, &negative);
    uint32_t second = take_factor(pl, product, 1, &negative);
    number_code *step = write_step(pl, 2);
    step[0] = first_word(negative ? NUMBER_NEGATIVE_PRODUCT : KERNEL_times, out);
    step[1] = first;
    step[2] = second;
}

/* A sum or difference whose operand `k` is a product. */
static inline void add_product(planning *pl, const node *at, size_t k, bool minus,
                               uint32_t out)
{
    bool negative = minus && k == 1, from = minus && k == 0;
    const node *product = node_at(pl, operand(pl, at, k));
    uint32_t summand = take_operand(pl, at, 1 - k);
    uint32_t first = take_factor(pl, product, 0, &negative);
    uint32_t second = take_factor(pl, product, 1, &negative);
    number_code *step = write_step(pl, 3);
    step[0] = first_word(negative ? from ? NUMBER_NEGATIVE_WITH_PRODUCT
                                         : NUMBER_SUBTRACT_PRODUCT
                         : from   ? NUMBER_SUBTRACT_FROM_PRODUCT
                                  : NUMBER_ADD_PRODUCT,
                         out);
    step[1] = summand;
    step[2] = first;
    step[3] = second;
}

static void apply_kernel(planning *pl, const node *at, kernel_id id, uint32_t out)
{
    size_t count = operand_counts[id];
    uint32_t in[3];
    for (size_t k = 0; k < count; k++)
        in[k] = take_operand(pl, at, k);
    number_code *step = write_step(pl, count);
    step[0] = first_word(id, out);
    for (size_t k = 0; k < count; k++)
        step[1 + k] = in[k];
}

static inline void write_number(planning *pl, node_id n, kernel_id id)
{
    const node *at = node_at(pl, n);
    uint32_t out = plan_place(pl, n);
    plan_release_number(pl, n);
    if (id == KERNEL_times) {
        multiply(pl, at, false, out);
        return;
    }
    bool minus = id == KERNEL_minus;
    if (id == KERNEL_plus || minus)
        for (size_t k = 2; k-- > 0;)
            if (is_inner(pl, operand(pl, at, k), KERNEL_times)) {
                add_product(pl, at, k, minus, out);
                return;
            }
    if (id == KERNEL_negative && is_inner(pl, operand(pl, at, 0), KERNEL_times))
        multiply(pl, node_at(pl, operand(pl, at, 0)), true, out);
    else
        apply_kernel(pl, at, id, out);
}

/* ---- Functions ---- */

static bool has_operands_of(const planning *pl, node_id a, node_id b)
{
    const node *p = node_at(pl, a), *q = node_at(pl, b);
    size_t arity = graph_arity(pl->graph, b);
    for (size_t k = 0; k < arity; k++)
        if (operand(pl, p, k) != operand(pl, q, k))
            return false;
    return true;
}

/* A node from `low` on and before `end` that does `op` to the operands of `n`, and is to
 * be come by yet; or NODE_NONE. */
static node_id find_like(const planning *pl, op_id op, node_id n, node_id low,
                         node_id end)
{
    for (node_id like = low; like < end; like++)
        if (node_at(pl, like)->op == op && node_at(pl, like)->shape == 0 &&
            plan_is_visited(pl, like) && has_operands_of(pl, like, n))
            return like;
    return NODE_NONE;
}

/* Copies of a function stand near it, or the first one of them near its argument: in a
 * rule, or where a rule takes the function of what the user has taken it of. */
static node_id find_earlier(const planning *pl, op_id op, node_id n)
{
    enum { NEAR = 8 };
    node_id of = operand(pl, node_at(pl, n), 0), begin = of + 1 + NEAR;
    node_id end = begin < n ? begin : n, low = n - NEAR > begin ? n - NEAR : begin;
    node_id found = find_like(pl, op, n, of + 1, end);
    return found != NODE_NONE ? found : find_like(pl, op, n, low, n);
}

/* Where an earlier node has the value, that is left to it. */
static bool leave_to_copy(planning *pl, node_id n)
{
    const node *at = node_at(pl, n);
    bool copies = pl->kernels[at->op] == KERNEL_copy;
    node_id earlier = copies ? operand(pl, at, 0) : find_earlier(pl, at->op, n);
    if (earlier == NODE_NONE || plan_is_asked(pl, earlier) ||
        pl->kernels[node_at(pl, earlier)->op] == KERNEL_NONE)
        return false;
    pl->state[earlier] = pl->state[n]; /* the same place */
    return true;
}

/* The sine and the cosine of a number together take little longer than one. The later one
 * is left to the earlier and keeps its place up to there. */
static bool leave_to_twin(planning *pl, node_id n)
{
    op_id other = node_at(pl, n)->op == OP_SIN ? OP_COS : OP_SIN;
    node_id first = find_earlier(pl, other, n);
    if (first == NODE_NONE || pl->twin[first] != 0)
        return false;
    plan_take_number(pl, first);
    pl->twin[first] = n + 1;
    return true;
}

static void write_twins(planning *pl, node_id first, node_id second)
{
    bool cosine = node_at(pl, first)->op == OP_COS;
    uint32_t out = plan_place(pl, first), other = plan_place(pl, second);
    plan_release_number(pl, first);
    plan_release_number(pl, second);
    uint32_t of = take_operand(pl, node_at(pl, first), 0);
    number_code *step = write_step(pl, 2);
    step[0] = first_word(cosine ? NUMBER_COSINE_AND_SINE : NUMBER_SINE_AND_COSINE, out);
    step[1] = of;
    step[2] = other;
}

static void write_function(planning *pl, node_id n, kernel_id id)
{
    bool trigonometric = id == KERNEL_sin || id == KERNEL_cos;
    if (trigonometric && pl->twin[n] != 0)
        write_twins(pl, n, pl->twin[n] - 1);
    else if (!(trigonometric && leave_to_twin(pl, n)) && !leave_to_copy(pl, n))
        write_number(pl, n, id);
}

/* Sums and products are computed in less time than it takes to look for others like them.
 */
static inline void write_asked(planning *pl, node_id n, kernel_id id)
{
    if (id >= KERNEL_pow || id == KERNEL_copy)
        write_function(pl, n, id);
    else
        write_number(pl, n, id);
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

#define out (v[*s >> OPERATION_BITS])
#define a   (v[s[1]])
#define b   (v[s[2]])
#define c   (v[s[3]])
#define STEP(name, operand_count, expression)                                            \
    case KERNEL_##name:                                                                  \
        out = expression;                                                                \
        s += 1 + (operand_count);                                                        \
        break;

/* Runs the steps from `s` on, up to the first that begins at `end` or behind; returns
 * where that is. */
static const number_code *run_steps(double *v, const number_code *s,
                                    const number_code *end)
{
    while (s < end) {
        double x;
        switch (*s & ((1 << OPERATION_BITS) - 1)) {
            KERNELS(STEP)
        case NUMBER_ADD_PRODUCT:
            out = a + b * c;
            s += 4;
            break;
        case NUMBER_SUBTRACT_PRODUCT:
            out = a - b * c;
            s += 4;
            break;
        case NUMBER_SUBTRACT_FROM_PRODUCT:
            out = b * c - a;
            s += 4;
            break;
        case NUMBER_NEGATIVE_WITH_PRODUCT:
            out = -(b * c) - a;
            s += 4;
            break;
        case NUMBER_NEGATIVE_PRODUCT:
            out = -(a * b);
            s += 3;
            break;
        case NUMBER_COSINE_AND_SINE:
            x = a;
            out = cos(x);
            b = sin(x);
            s += 3;
            break;
        case NUMBER_SINE_AND_COSINE:
            x = a;
            out = sin(x);
            b = cos(x);
            s += 3;
            break;
        default:
            assert(false);
            return end;
        }
    }
    return s;
}
#undef out
#undef a
#undef b
#undef c

void number_steps_run(plan *p, const number_code *begin, const number_code *end)
{
    enum { POLL_EVERY = 1 << 17 };
    while (begin < end) {
        limits_poll(p->limits);
        const number_code *stop = end - begin > POLL_EVERY ? begin + POLL_EVERY : end;
        begin = run_steps(p->numbers, begin, stop);
    }
}
