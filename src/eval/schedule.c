/* In what order a plan computes: see planning.h.
 *
 * Nodes come in their own order, but elementwise operations on arrays wait until someone
 * reads one of them; meanwhile others of the same shape join them. So all that waits in a
 * group reads what has been computed before, or other members. */
#include "eval/planning.h"

/* Members of a group: what they keep of a block should stay in the cache. */
enum { MOST_MEMBERS = 64 };

typedef struct schedule {
    planning *pl;
    uint32_t *waits;      /* per node: 1 + the index of the group that it waits in */
    ARRAY(uint32_t) open; /* groups that wait */
} schedule;

/* Where the value of `n` lies: those of its operands are known. */
static node_view view_of(const planning *pl, node_id n)
{
    size_t offset;
    if (graph_is_scalar(pl->graph, n) || !plan_is_view(pl, n, &offset))
        return (node_view){n, 0};
    node_view in = pl->views[plan_same(pl, graph_operand(pl->graph, n, 0))];
    return (node_view){in.whole, in.offset + offset};
}

static void flush(schedule *s, uint32_t group)
{
    planning *pl = s->pl;
    const node_group *flushed = &pl->groups.items[group];
    for (size_t i = 0; i < flushed->members.count; i++)
        s->waits[flushed->members.items[i]] = 0;
    for (size_t i = s->open.count; i-- > 0;)
        if (s->open.items[i] == group)
            s->open.items[i] = s->open.items[--s->open.count];
    array_push(pl->work, &pl->units, ~(int32_t)group);
}

/* The group of that shape that waits, or a new one. */
static uint32_t open_group(schedule *s, int32_t wanted)
{
    planning *pl = s->pl;
    for (size_t i = 0; i < s->open.count; i++)
        if (pl->groups.items[s->open.items[i]].shape == wanted)
            return s->open.items[i];
    uint32_t group = (uint32_t)pl->groups.count;
    array_push(pl->work, &pl->groups, ((node_group){.shape = wanted}));
    array_push(pl->work, &s->open, group);
    return group;
}

static void join(schedule *s, node_id n, uint32_t group)
{
    node_group *joined = &s->pl->groups.items[group];
    array_push(s->pl->work, &joined->members, n);
    s->waits[n] = group + 1;
    if (joined->members.count == MOST_MEMBERS)
        flush(s, group);
}

/* The group that operand `k` waits in, or 0; else the node is there, or is computed
 * before. `direct`: it is not just a part of what waits. */
static uint32_t waits_for(const schedule *s, node_id n, size_t k, bool *direct)
{
    operand_form form;
    node_id operand = plan_operand(s->pl, n, k, &form);
    node_id whole = s->pl->views[operand].whole;
    *direct = whole == operand && !graph_is_scalar(s->pl->graph, operand);
    return s->waits[whole];
}

bool plan_is_total(const planning *pl, node_id n)
{
    const operation *row = op_row(graph_op(pl->graph, n));
    return graph_is_scalar(pl->graph, n) &&
           (row->array == array_collect || (row->array == array_mean && row->arity == 1));
}

/* Flushes what `n` reads, but for the members of a group of shape `own` themselves. */
static void flush_operands(schedule *s, node_id n, int32_t own)
{
    for (size_t k = 0; k < graph_arity(s->pl->graph, n); k++) {
        bool direct;
        uint32_t group = plan_reads(s->pl, n, k) ? waits_for(s, n, k, &direct) : 0;
        if (group != 0 && !(direct && s->pl->groups.items[group - 1].shape == own))
            flush(s, group - 1);
    }
}

static void place_unit(schedule *s, node_id n)
{
    planning *pl = s->pl;
    bool direct;
    if (plan_is_elementwise(pl, n)) {
        int32_t own = graph_at(pl->graph, n)->shape;
        flush_operands(s, n, own);
        join(s, n, open_group(s, own));
    } else if (plan_is_total(pl, n) && waits_for(s, n, 0, &direct) != 0 && direct) {
        join(s, n, waits_for(s, n, 0, &direct) - 1);
    } else if (pl->views[n].whole == n) {
        flush_operands(s, n, -1);
        array_push(pl->work, &pl->units, n);
    }
}

void plan_schedule(planning *pl)
{
    enum { POLL_EVERY = 1024 };
    schedule s = {.pl = pl};
    s.waits = ARENA_ARRAY(pl->work, uint32_t, (size_t)pl->highest + 1);
    for (node_id n = pl->lowest; n <= pl->highest; n++) {
        if (n % POLL_EVERY == 0)
            limits_poll(pl->work->limits);
        bool used = graph_is_scalar(pl->graph, n) || pl->used[n];
        if (!used || !plan_is_own(pl, n))
            continue;
        op_id op = graph_op(pl->graph, n);
        pl->views[n] = view_of(pl, n);
        if (op != OP_LEAF && op != OP_CONST)
            place_unit(&s, n);
    }
    while (s.open.count > 0)
        flush(&s, s.open.items[0]);
}
