/* Operations on whole arrays as steps of a plan: see planning.h. */

#include "eval/planning.h"

static void take_operand(planning *pl, node_id n, size_t k, array_step *step)
{
    node_id operand = graph_operand(pl->graph, n, k);
    operand_form form = OPERAND_PLAIN;
    step->where[k] = NO_PLACE;
    if (plan_reads(pl, n, k)) {
        operand = plan_operand(pl, n, k, &form);
        step->where[k] = plan_take(pl, operand);
    }
    step->operands[k].shape = *graph_shape(pl->graph, operand);
    if (form == OPERAND_TRANSPOSED)
        step->call.transposed[k] = true;
    if (form == OPERAND_UNIFORM)
        step->kernel = k == 0 ? array_product_of_uniform : array_product_by_uniform;
}

void plan_array(planning *pl, node_id n)
{
    plan_end_numbers(pl);
    array_step *step = ARENA_NEW(pl->keep, array_step);
    const graph *g = pl->graph;
    size_t arity = graph_arity(g, n);
    step->kernel =
        plan_is_view(pl, n, &step->offset) ? NULL : op_row(graph_op(g, n))->array;
    step->out = plan_take(pl, n);
    step->where = ARENA_ARRAY(pl->keep, value_place, arity);
    step->operands = ARENA_ARRAY(pl->keep, tensor, arity);
    for (size_t k = 0; k < arity; k++)
        take_operand(pl, n, k, step);
    step->call.operands = step->operands;
    step->call.count = arity;
    step->call.result = *graph_shape(g, n);
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
    call->note = NULL;
    bool fine = step->kernel(call);
    p->problem = call->problem;
    p->note = call->note != NULL ? call->note : p->note;
    return fine;
}
