/* Running elementwise operations block by block: see fused.h. */
#include "base/threads.h"
#include "eval/fused.h"
#include "tensor/broadcast.h"
#include "tensor/loops.h"

/* What one thread works with. */
typedef struct worker {
    const plan *plan;
    const fused *f;
    double **at;
    double *sums; /* of the part */
} worker;

/* Points the lanes at entry `from`. */
static void begin_part(const worker *w, size_t thread, size_t from)
{
    const fused *f = w->f;
    double *room = w->plan->room + thread * f->rooms * BLOCK;
    size_t block = f->count < BLOCK ? f->count : BLOCK;
    for (size_t i = 0; i < f->lane_count; i++) {
        const lane *l = &f->lanes[i];
        w->at[i] = l->kind == LANE_STREAM ? plan_entries(w->plan, l->where) + from
                                          : room + l->room * BLOCK;
        for (size_t j = 0; l->kind == LANE_NUMBER && j < block; j++)
            w->at[i][j] = *plan_entries(w->plan, l->where);
    }
    for (size_t i = 0; i < f->total_count; i++)
        w->sums[i] = 0;
}

static void stretch(const worker *w, size_t from, size_t count)
{
    for (size_t i = 0; i < w->f->lane_count; i++) {
        const lane *l = &w->f->lanes[i];
        if (l->kind != LANE_STRETCH)
            continue;
        tensor narrow = {l->shape, plan_entries(w->plan, l->where)};
        broadcast_part(&narrow, &w->f->shape, from, count, w->at[i]);
    }
}

static void run_ops(const worker *w, size_t count)
{
    for (size_t i = 0; i < w->f->op_count; i++) {
        const fused_op *op = &w->f->ops[i];
        if (op->kernel == NULL) {
            w->sums[op->out] += row_sum(w->at[op->in[0]], count);
            continue;
        }
        const double *operands[3];
        for (size_t k = 0; k < op->arity; k++)
            operands[k] = w->at[op->in[k]];
        op->kernel(count, w->at[op->out], operands);
    }
}

static void run_part(const plan *p, const fused *f, size_t part, size_t thread)
{
    worker w = {.plan = p,
                .f = f,
                .at = f->at + thread * f->lane_count,
                .sums = f->part_sums + part * f->total_count};
    size_t end = smaller_size(f->count, (part + 1) * PART);
    begin_part(&w, thread, part * PART);
    for (size_t from = part * PART; from < end; from += BLOCK) {
        size_t count = smaller_size(BLOCK, end - from);
        stretch(&w, from, count);
        run_ops(&w, count);
        for (size_t i = 0; i < f->lane_count; i++)
            if (f->lanes[i].kind == LANE_STREAM)
                w.at[i] += BLOCK;
    }
}

/* Some parts, to be shared out. */
typedef struct slab {
    const plan *plan;
    const fused *f;
    size_t first;
} slab;

static void run_part_of_slab(void *context, size_t part, size_t thread)
{
    const slab *s = context;
    run_part(s->plan, s->f, s->first + part, thread);
}

void fused_run(plan *p, fused *f)
{
    enum { SLAB = 32 }; /* takes some milliseconds */
    size_t step = f->threads > 1 ? SLAB : 1;
    for (size_t first = 0; first < f->parts; first += step) {
        limits_poll(p->limits);
        slab s = {p, f, first};
        if (f->threads > 1)
            threads_share(smaller_size(SLAB, f->parts - first), run_part_of_slab, &s);
        else
            run_part(p, f, first, 0);
    }
    for (size_t i = 0; i < f->total_count; i++) {
        double sum = 0;
        for (size_t part = 0; part < f->parts; part++)
            sum += f->part_sums[part * f->total_count + i];
        *plan_entries(p, f->totals[i].where) = sum / f->totals[i].divisor;
    }
}
