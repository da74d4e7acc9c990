/* Inside eval: elementwise operations that run together, see fuse.c. */
#ifndef NABLA_EVAL_FUSED_H
#define NABLA_EVAL_FUSED_H

#include "eval/planning.h"

/* Entries in a block, and in a part: parts are shared out among threads, and totals are
 * sums of their parts, whoever computes them. */
enum { BLOCK = 512, PART = 64 * BLOCK };

/* What operations read and write: one block of … */
typedef enum lane_kind {
    LANE_STREAM,  /* … an array of the whole shape */
    LANE_NUMBER,  /* … one number throughout, filled once */
    LANE_STRETCH, /* … an array that is stretched to the shape */
    LANE_KEPT,    /* … what is needed within the block alone */
} lane_kind;

typedef struct lane {
    lane_kind kind;
    value_place where; /* but of LANE_KEPT */
    shape shape;       /* of LANE_STRETCH */
    size_t room;       /* but of LANE_STREAM: which block of the plan's room */
} lane;

/* Computes lane `out`, or adds lane in[0] to total `out`. */
typedef struct fused_op {
    kernel *kernel; /* NULL: to a total */
    size_t arity, out, in[3];
} fused_op;

typedef struct fused_total {
    value_place where;
    double divisor;
} fused_total;

struct fused {
    shape shape;
    size_t count; /* of entries */
    fused_op *ops;
    size_t op_count;
    lane *lanes;
    size_t lane_count;
    size_t rooms; /* of a thread */
    fused_total *totals;
    size_t total_count;
    size_t parts, threads;
    double **at;       /* per thread and lane: its block */
    double *part_sums; /* per part and total */
};

#endif
