/* Operations on whole arrays as steps of a plan: see planning.h. */
#include <string.h>

#include "eval/planning.h"

static void take_operands(planning *pl, node_id n, array_step *step)
{
    const graph *g = pl->graph;
    size_t arity = graph_arity(g, n);
    step->operands = ARENA_ARRAY(pl->keep, tensor, arity);
    step->where = ARENA_ARRAY(pl->keep, value_place, arity);
    for (size_t k = 0; k < arity; k++) {
        node_id operand = graph_operand(g, n, k);
        bool transposed = false;
        step->where[k] = NO_PLACE;
        if (plan_reads(pl, n, k)) {
            operand = plan_operand(pl, n, k, &transposed);
            step->where[k] = plan_take(pl, operand);
        }
        step->operands[k].shape = *graph_shape(g, operand);
        if (transposed)
            step->call.transposed[k] = true;
    }
    step->call.operands = step->operands;
    step->call.count = arity;
}

void plan_array(planning *pl, node_id n)
{
    plan_end_numbers(pl);
    array_step *step = ARENA_NEW(pl->keep, array_step);
    const operation *row = op_row(graph_op(pl->graph, n));
    step->out = plan_take(pl, n);
    step->call.result = *graph_shape(pl->graph, n);
    step->kernel = plan_is_view(pl, n, &step->offset) ? NULL : row->array;
    take_operands(pl, n, step);
    plan_release(pl, n);
    array_push(pl->keep, &pl->plan->steps, ((plan_step){.array = step}));
}

bool array_step_run(plan *p, array_step *step)
{
    array_call *call = &step->call;
    call->scratch = &p->scratch;
    call->factors = &p->factors;
    call->out = plan_entries(p, step->out);
    for (size_t k = 0; k < call->count; k++)
        if (!is_no_place(step->where[k]))
            step->operands[k].entries = plan_entries(p, step->where[k]);
    if (step->kernel == NULL) {
        *call->out = call->operands[0].entries[step->offset];
        return true;
    }
    bool fine = step->kernel(call);
    p->problem = call->problem;
    return fine;
}
