/* Shapes of values. A number is 1×1, a vector n×1, a matrix n×m; leading axes beyond
 * these two are stacks of matrices. */
#ifndef NABLA_TENSOR_SHAPE_H
#define NABLA_TENSOR_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum { SHAPE_MAX_RANK = 4 };

typedef struct shape {
    int rank;                    /* 2 to SHAPE_MAX_RANK */
    size_t size[SHAPE_MAX_RANK]; /* each at least 1; beyond the rank 0 */
} shape;

/* 1×1 */
shape shape_number(void);

bool shape_is_number(const shape *s);
bool shape_equal(const shape *a, const shape *b);
/* A row or a column; a number is both. */
bool shape_is_vector(const shape *s);

/* How many entries an array of that shape has. */
size_t shape_count(const shape *s);

/* The sizes of its matrices: of the last two axes. */
size_t shape_rows(const shape *s);
size_t shape_columns(const shape *s);

/* How many blocks (rows, matrices, stacks) of an array begin at the entry of that index,
 * or end before it: one per axis that a whole number of them fills, 0 within a row. */
int shape_blocks_at(const shape *s, size_t index);

/* The shape that an elementwise operation on both has: axes are aligned from the last
 * one, and an axis of size 1 stretches. False where two sizes differ otherwise. */
bool shape_broadcast(const shape *a, const shape *b, shape *both);

/* Where the entry of that index stands: an index per axis, from 0. */
void shape_place(const shape *s, size_t index, size_t place[SHAPE_MAX_RANK]);

/* "[3,1]", as it is indexed: "[3]" in a vector, "" for a number. */
const char *shape_place_text(arena *a, const shape *s, size_t index);

/* "3×4", for messages and reports. */
const char *shape_text(arena *a, const shape *s);

#endif
