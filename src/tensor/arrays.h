/* Operations that move entries about or sum them. All are linear in the entries that they
 * read and write. */
#ifndef NABLA_TENSOR_ARRAYS_H
#define NABLA_TENSOR_ARRAYS_H

#include "tensor/factor.h"
#include "tensor/tensor.h"

/* One application: operands whose shapes fit, by the shape rule of the operation, and
 * room for the result. */
typedef struct array_call {
    arena *scratch;
    const tensor *operands;
    size_t count;
    shape result;
    double *out;           /* shape_count(&result) entries */
    bool transposed[2];    /* of a product: which operands enter it transposed */
    factor_cache *factors; /* of matrices factorized before; NULL: none are kept */
    const char *problem;   /* set where a value does not fit: an index out of range */
    const char *note;      /* set where there is something to be said besides */
} array_call;

/* False with a problem; `out` is undefined then. */
typedef bool array_kernel(array_call *call);

/* Whether the entries of the result lie in the first operand already, in order, from
 * entry `offset` on: a slice of whole rows, the transpose of a vector. Not where the
 * array kernel has to say what is wrong. Looks at the entries of the other operands
 * alone. */
typedef bool array_view(const array_call *call, size_t *offset);

array_view view_whole;      /* (a): all entries as they lie */
array_view view_transposed; /* (a): of a row or column */
array_view view_columns;    /* (a, …): column by column, where that is how they lie */
array_view view_gathered;   /* (a, i, j): rows next to each other, or part of one row */
array_view view_page;       /* (a, k) */

/* (a, like): `a` stretched to the shape of `like`. */
array_kernel array_expand;

/* (a, like): `a` summed to the shape of the result, the transpose of array_expand. */
array_kernel array_collect;

/* (a): the last two axes swapped. */
array_kernel array_transpose;

/* (a, b, …): matrices side by side, a new row of them whenever the result is full wide.
 */
array_kernel array_block;

/* (a, b, axis): two matrices under each other, or side by side. */
array_kernel array_concat;

/* (a, b, …): arrays of one shape as layers of a stack; (a, k): its k-th layer; (a, like,
 * k): zeros like `like` with `a` as its k-th layer. */
array_kernel array_stack;
array_kernel array_page;
array_kernel array_onpage;

/* (a, i, j): rows i and columns j of a matrix, counted from 1. */
array_kernel array_gather;

/* (a, like, i, j): zeros like `like` with `a` added at rows i and columns j: the
 * transpose of array_gather. */
array_kernel array_place;

/* Arrays from sizes alone: all 0, all 1, ones on the diagonal. */
array_kernel array_zeros;
array_kernel array_ones;
array_kernel array_eye;

/* (from, to, step) and (from, to, n): as many evenly spaced numbers as the result has. */
array_kernel array_counted;
array_kernel array_spaced;

/* (k, n): 1 at place k, one row per entry of a vector k; for a number a column. */
array_kernel array_one_hot;

/* (a): the sizes of its axes; of its rows, its columns; of all. */
array_kernel array_size;
array_kernel array_rows;
array_kernel array_columns;
array_kernel array_count;

/* (a, …): the entries of `a`, column by column, filled into the result column by column.
 */
array_kernel array_reshape;

/* (a, n, m): n×m copies of a matrix, and their sum back into one. */
array_kernel array_tile;
array_kernel array_untile;

/* (a, n, m): each entry n×m times, and the sums of such blocks. */
array_kernel array_repeat;
array_kernel array_blocksum;

/* (a): the matrix with a vector on its diagonal; the diagonal of a matrix. */
array_kernel array_on_diagonal;
array_kernel array_diagonal;

/* (a): the entries on and below the diagonal, else 0. */
array_kernel array_tril;

/* Reductions of all entries, (a), or of each column or row, (a, axis): axis 1 goes down
 * the columns, 2 along the rows. The mean; the largest and smallest entry, nan where one
 * is nan; the place of the first such entry, counted from 1; the Euclidean norm; the
 * logarithm of the sum of exponentials. */
array_kernel array_mean;
array_kernel array_largest;
array_kernel array_smallest;
array_kernel array_where_largest;
array_kernel array_where_smallest;
array_kernel array_norm;
array_kernel array_logsumexp;

/* (a) or (a, axis): exp(entry) over the sum of these along the line, and its logarithm,
 * also for entries whose exponential overflows or vanishes. */
array_kernel array_softmax;
array_kernel array_log_softmax;

/* On matrices, or on each matrix of a stack; leading axes of two operands stretch.
 *
 * (a, b): the product of linear algebra; X with A X = B, a problem where A is singular.
 */
array_kernel array_product;
array_kernel array_solve;

/* The product of two matrices of which the first, or the second, is given by the number
 * that it is filled with. */
array_kernel array_product_of_uniform;
array_kernel array_product_by_uniform;

/* (a), square: the sum of the diagonal; the determinant, and its logarithm, a problem
 * where it is negative; the inverse, a problem where it is singular; the lower L with L
 * L' = (A + A')/2, a problem where that is not positive definite; the matrix of
 * cofactors; the symmetric matrix with the lower triangle of A. */
array_kernel array_trace;
array_kernel array_determinant;
array_kernel array_log_determinant;
array_kernel array_inverse;
array_kernel array_cholesky;
array_kernel array_cofactors;
array_kernel array_symmetric;

/* (a, b): the derivative of the cofactors of A along B. */
array_kernel array_cofactors_along;

/* Whether a value counts one of `size` rows, columns, layers or classes: 1, 2, to `size`.
 */
bool array_is_place(double place, size_t size);

#endif
