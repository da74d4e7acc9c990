/* Inside tensor: the innermost loops of products, once for each kind of vector. */
#ifndef NABLA_TENSOR_PRODUCT_KERNELS_H
#define NABLA_TENSOR_PRODUCT_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

/* How many rows a whole tile of the result has, and the most columns. */
enum { TILE_HEIGHT = 4, TILE_MOST_COLUMNS = 16 };

/* out[r][j] = Σ_k a[r][k] b[k][j], or with `add` the sum is added to it. The sums stay in
 * registers. */
typedef struct product_tile {
    size_t depth;    /* k < depth */
    const double *a; /* a[r][k] is a[r * a_row + k * a_column] */
    size_t a_row, a_column;
    const double *b; /* b[k][j] is b[k * b_stride + j] */
    size_t b_stride;
    double *out;
    size_t out_stride;
    bool add;
} product_tile;

typedef struct product_kernels {
    size_t columns; /* of a tile */
    void (*tile)(const product_tile *t);
    void (*tile_of_one_row)(const product_tile *t);

    /* out[j] = Σ_k x[k] m[j * stride + k] for j < n, k < depth; or added. */
    void (*dot_rows)(const double *x, const double *m, size_t stride, size_t n,
                     size_t depth, bool add, double *out);

    /* out[j] = Σ_k x[k] m[k * n + j] for j < n, k < depth; or added. */
    void (*add_rows)(const double *x, const double *m, size_t n, size_t depth, bool add,
                     double *out);
} product_kernels;

extern const product_kernels product_plain, product_avx2, product_avx512;

/* The best of them for this processor. */
const product_kernels *product_kernels_here(void);

/* Tests have these used instead, until they give NULL. */
void product_use(const product_kernels *with);

#endif
