/* Inside eval: what a plan consists of, and how one is made.
 *
 * Where there are arrays, merge.c finds what is needed, and who stands for whom, as equal
 * nodes are computed once; schedule.c puts elementwise operations on arrays of one shape
 * together. The rest, which is all where there are numbers alone, goes from the last step
 * to the first: number_steps.c, fuse.c and array_steps.c write the steps and ask places.c
 * where the values lie that these read. The first to ask for a value is the last that
 * reads it, so its place is free again above the step that fills it, and what no one has
 * asked for is not computed. */
#ifndef NABLA_EVAL_PLANNING_H
#define NABLA_EVAL_PLANNING_H

#include "eval/plan.h"

/* ---- Plans ---- */

/* Where a value lies: the index of a number, or of a block of entries. */
typedef struct value_place {
    bool is_number;
    uint32_t index;
} value_place;

static const value_place NO_PLACE = {false, UINT32_MAX};

static inline bool is_no_place(value_place p)
{
    return !p.is_number && p.index == NO_PLACE.index;
}

typedef struct plan_block {
    double *entries;
    size_t count;
} plan_block;

/* A block that is part of another one. */
typedef struct plan_view {
    uint32_t block, whole;
    size_t offset;
} plan_view;

/* Where the value of a leaf goes: a number is copied, a block is pointed at it. */
typedef struct plan_leaf {
    int32_t number;
    value_place place;
} plan_leaf;

/* The number at `index` before every run. */
typedef struct plan_constant {
    double value;
    uint32_t index;
} plan_constant;

/* Computes a number from numbers: what it does and where the result goes in one word, as
 * memory is what limits long plans, then a word for the index of each operand. */
typedef uint32_t number_code;
enum { OPERATION_BITS = 7, MOST_NUMBERS = 1 << (32 - OPERATION_BITS) };

/* Elementwise operations on arrays of one shape, block by block: see fuse.c. */
typedef struct fused fused;

/* An operation on whole arrays. */
typedef struct array_step {
    array_kernel *kernel; /* NULL: the number at `offset` in the first operand */
    size_t offset;
    array_call call;
    tensor *operands;   /* of the call: their shapes … */
    value_place *where; /* … and where their entries are read, or NO_PLACE */
    value_place out;
} array_step;

/* One of the three; numbers are computed by the steps from `begin` to `end`. */
typedef struct plan_step {
    const number_code *begin, *end;
    fused *fused;
    array_step *array;
} plan_step;

struct plan {
    limits *limits;
    arena work;    /* while it is made */
    arena scratch; /* while it runs */
    double *numbers;
    size_t number_count;
    ARRAY(plan_block) blocks;
    ARRAY(plan_view) views;
    ARRAY(plan_leaf) leaves;
    ARRAY(plan_constant) constants;
    ARRAY(plan_step) steps; /* the last one first */
    double *room;           /* for what fused steps keep of a block */
    struct plan_result {
        shape shape;
        value_place place;
    } * results;
    factor_cache factors;
    const char *problem;
    const char *note; /* the last thing that a step had to say, or NULL */
};

static inline double *plan_entries(const plan *p, value_place at)
{
    return at.is_number ? &p->numbers[at.index] : p->blocks.items[at.index].entries;
}

/* ---- Making one ---- */

/* Where the entries of an array lie: in those of this node, itself or what it is a part
 * of, from `offset` on. */
typedef struct node_view {
    node_id whole;
    size_t offset;
} node_view;

/* Nodes that are computed together, block by block. */
typedef struct node_group {
    int32_t shape;
    ARRAY(node_id) members;
} node_group;

/* Blocks of one size that are free. */
typedef struct idle_blocks {
    size_t count; /* of entries */
    ARRAY(uint32_t) blocks;
} idle_blocks;

/* States of nodes. Below NODE_NEEDED they tell who stands for it, above NODE_UNNEEDED
 * where its value lies. */
enum { NODE_NEEDED = -1, NODE_UNNEEDED = 0 };

typedef struct planning {
    const graph *graph;
    plan *plan;
    arena *keep;               /* what the plan lives in */
    arena *work;               /* goes when it is made */
    uint8_t kernels[OP_COUNT]; /* kernel_id of each operation */
    node_id lowest, highest;   /* of what is needed */
    int32_t *state;            /* per node: see above */
    node_id *twin;             /* per sine or cosine of a number: 1 + a later one of the
                                  other kind, which is computed with it; 0: none */
    bool *used;       /* per node, where there are arrays: someone reads it … */
    node_view *views; /* … and where it lies */
    bool has_arrays;
    ARRAY(uint32_t) idle_numbers;
    ARRAY(idle_blocks) idle;
    const number_code *code_end; /* of the steps that are in no plan_step yet */
    number_code *code;           /* where they begin … */
    number_code *code_room;      /* … and the memory for them */
    size_t code_count;           /* of words that there has been memory for */
    ARRAY(int32_t) units;        /* in their order: a node, or ~ the index of a group */
    ARRAY(node_group) groups;
    uint32_t *lane; /* per node, while its group is written: 1 + its lane */
    size_t room;    /* how many entries fused steps keep */
} planning;

/* merge.c: sets `state`, `used` and `lowest`. */
void plan_merge(planning *pl, const node_id *results, size_t count);

/* The state of nodes for which node `n` stands, and which node that is. */
static inline int32_t plan_stands_for(int32_t n)
{
    return NODE_NEEDED - 1 - n;
}

/* Who stands for node `n`, which is needed. */
static inline node_id plan_same(const planning *pl, node_id n)
{
    return pl->state[n] < NODE_NEEDED ? plan_stands_for(pl->state[n]) : n;
}

/* Whether it is needed and stands for itself. */
static inline bool plan_is_own(const planning *pl, node_id n)
{
    return pl->state[n] == NODE_NEEDED || pl->state[n] > NODE_UNNEEDED;
}

/* Whether it will be passed by when steps are written, unless that has been done. */
static inline bool plan_is_visited(const planning *pl, node_id n)
{
    return plan_is_own(pl, n) || (!pl->has_arrays && pl->state[n] == NODE_UNNEEDED);
}

/* Whether someone has asked where its value lies, and the index of that place. */
static inline bool plan_is_asked(const planning *pl, node_id n)
{
    return pl->state[n] > NODE_UNNEEDED;
}

static inline uint32_t plan_place(const planning *pl, node_id n)
{
    return (uint32_t)pl->state[n] - 1;
}

/* Whether the entries of operand `k` are read, and not just its shape. */
static inline bool plan_reads(const planning *pl, node_id n, size_t k)
{
    return k >= OP_MAX_OPERANDS || !op_row(graph_op(pl->graph, n))->shape_only[k];
}

/* How an operand is read. */
typedef enum operand_form {
    OPERAND_PLAIN,
    OPERAND_TRANSPOSED, /* of a product: the transpose of the value */
    OPERAND_UNIFORM,    /* of a product: filled with the value, a number */
} operand_form;

/* Whose value is read for operand `k`: an elementwise operation stretches it itself, and
 * a product reads it in these forms. */
node_id plan_operand(const planning *pl, node_id n, size_t k, operand_form *form);

/* Whether its value lies in that of its first operand, an array, and where. */
bool plan_is_view(const planning *pl, node_id n, size_t *offset);

/* schedule.c: sets `views`, `units` and `groups`. */
void plan_schedule(planning *pl);

/* Whether node `n` is computed in a group: elementwise, and no number. */
static inline bool plan_is_elementwise(const planning *pl, node_id n)
{
    return pl->kernels[graph_op(pl->graph, n)] != KERNEL_NONE &&
           !graph_is_scalar(pl->graph, n);
}

/* Whether it is computed by steps on numbers alone. */
static inline bool plan_is_number(const planning *pl, node_id n)
{
    return pl->kernels[graph_op(pl->graph, n)] != KERNEL_NONE &&
           graph_is_scalar(pl->graph, n);
}

/* Whether it adds all entries of one array up, as the end of a group. */
bool plan_is_total(const planning *pl, node_id n);

/* places.c: where the value of node `n` is to be, from now on up to the step that fills
 * it. */
value_place plan_take(planning *pl, node_id n);
void plan_release(planning *pl, node_id n);

/* The same for numbers. More than fit into a step beside what it does would take more
 * than 256 MB. */
static inline uint32_t plan_fresh_number(planning *pl)
{
    if (pl->plan->number_count >= MOST_NUMBERS)
        limits_out_of_memory(pl->work->limits);
    return (uint32_t)pl->plan->number_count++;
}

/* … of what is not computed by a step on numbers. */
uint32_t plan_place_number(planning *pl, node_id n);

static inline uint32_t plan_take_number(planning *pl, node_id n)
{
    if (plan_is_asked(pl, n))
        return plan_place(pl, n);
    bool computed = pl->kernels[pl->graph->nodes.items[n].op] != KERNEL_NONE;
    uint32_t index = !computed ? plan_place_number(pl, n)
                     : pl->idle_numbers.count > 0
                         ? pl->idle_numbers.items[--pl->idle_numbers.count]
                         : plan_fresh_number(pl);
    pl->state[n] = (int32_t)index + 1;
    return index;
}

static inline void plan_release_number(planning *pl, node_id n)
{
    if (pl->idle_numbers.count == pl->idle_numbers.capacity)
        array_reserve(pl->work, &pl->idle_numbers, pl->idle_numbers.count + 1);
    pl->idle_numbers.items[pl->idle_numbers.count++] = plan_place(pl, n);
}

/* Gives all blocks and numbers their memory. */
void plan_lay_out(planning *pl);

/* number_steps.c: writes the steps of elementwise operations on numbers: of one, or of
 * all from `n` down to the first node that is something else, which is returned. */
void plan_number(planning *pl, node_id n);
node_id plan_numbers(planning *pl, node_id n);
void plan_end_numbers(planning *pl);
void number_steps_run(plan *p, const number_code *begin, const number_code *end);

/* array_steps.c */
void plan_array(planning *pl, node_id n);
bool array_step_run(plan *p, array_step *step);

/* fuse.c */
void plan_fuse(planning *pl, const node_group *group);
void fused_run(plan *p, fused *f);

#endif
