#include "tensor/product.h"

#include <string.h>

#include "tensor/blas.h"
#include "tensor/loops.h"
#include "tensor/product_kernels.h"

/* ---- Matrices: tiles of the result ---- */

/* As many rows of B as are multiplied at a time: a block of them stays in the cache. */
enum { DEPTH = 256 };

/* Rows `k` to `k` + `depth` and columns `j` to `j` + `width` of B next to each other,
 * which undoes transposition, and filled up with zeros to a whole tile. */
static void copy_block(const product_sizes *s, const double *b, size_t k, size_t j,
                       size_t depth, size_t width, double *block, size_t columns)
{
    size_t row = s->b_transposed ? 1 : s->columns;
    size_t column = s->b_transposed ? s->inner : 1;
    const double *from = b + k * row + j * column;
    if (width < columns)
        memset(block, 0, depth * columns * sizeof *block);
    for (size_t c = 0; c < width; c++)
        for (size_t r = 0; r < depth; r++)
            block[r * columns + c] = from[r * row + c * column];
}

/* One row of tiles, or what is less than that: of an incomplete tile only `width` columns
 * are wanted. */
static void multiply_rows(const product_kernels *with, product_tile t, size_t rows,
                          size_t width)
{
    double whole[TILE_HEIGHT * TILE_MOST_COLUMNS];
    double *out = t.out;
    size_t stride = t.out_stride;
    if (width < with->columns) {
        t.out = whole;
        t.out_stride = with->columns;
        for (size_t r = 0; r < rows && t.add; r++)
            memcpy(whole + r * t.out_stride, out + r * stride, width * sizeof *out);
    }
    product_tile row = t;
    if (rows == TILE_HEIGHT)
        with->tile(&t);
    else
        for (size_t r = 0; r < rows; r++) {
            with->tile_of_one_row(&row);
            row.a += t.a_row;
            row.out += t.out_stride;
        }
    for (size_t r = 0; r < rows && width < with->columns; r++)
        memcpy(out + r * stride, whole + r * t.out_stride, width * sizeof *out);
}

static void multiply_matrices(progress *p, const product_sizes *s, const double *a,
                              const double *b, double *out)
{
    const product_kernels *with = product_kernels_here();
    double block[DEPTH * TILE_MOST_COLUMNS];
    size_t a_row = s->a_transposed ? 1 : s->inner;
    size_t a_column = s->a_transposed ? s->rows : 1;
    for (size_t k = 0; k < s->inner; k += DEPTH)
        for (size_t j = 0; j < s->columns; j += with->columns) {
            size_t depth = smaller_size(DEPTH, s->inner - k);
            size_t width = smaller_size(with->columns, s->columns - j);
            product_tile t = {.depth = depth,
                              .a_row = a_row,
                              .a_column = a_column,
                              .b = b + k * s->columns + j,
                              .b_stride = s->columns,
                              .out_stride = s->columns,
                              .add = k > 0};
            if (s->b_transposed || width < with->columns) {
                copy_block(s, b, k, j, depth, width, block, with->columns);
                t.b = block;
                t.b_stride = with->columns;
            }
            for (size_t i = 0; i < s->rows; i += TILE_HEIGHT) {
                t.a = a + i * a_row + k * a_column;
                t.out = out + i * s->columns + j;
                multiply_rows(with, t, smaller_size(TILE_HEIGHT, s->rows - i), width);
                progress_advance(p, TILE_HEIGHT * depth * with->columns);
            }
        }
}

/* ---- Vectors: reading the matrix once is all ---- */

/* out = x M' for an n×inner matrix. */
static void multiply_by_rows(progress *p, const double *x, const double *matrix, size_t n,
                             size_t inner, double *out)
{
    size_t depth = smaller_size(WORK_SLAB, inner), rows = WORK_SLAB / depth;
    for (size_t j = 0; j < n; j += rows)
        for (size_t k = 0; k < inner; k += depth) {
            size_t few = smaller_size(rows, n - j),
                   length = smaller_size(depth, inner - k);
            product_kernels_here()->dot_rows(x + k, matrix + j * inner + k, inner, few,
                                             length, k > 0, out + j);
            progress_advance(p, few * length);
        }
}

/* out = x M for an inner×n matrix. */
static void add_up_rows(progress *p, const double *x, const double *matrix, size_t n,
                        size_t inner, double *out)
{
    size_t depth = n < WORK_SLAB ? WORK_SLAB / n : 1;
    for (size_t k = 0; k < inner; k += depth) {
        size_t length = smaller_size(depth, inner - k);
        product_kernels_here()->add_rows(x + k, matrix + k * n, n, length, k > 0, out);
        progress_advance(p, length * n);
    }
}

/* ---- Which of them ---- */

/* There OpenBLAS is seven times as fast, and saves in 80 calls what loading it takes.
 * With vectors memory is the limit, and all it can do better is to read with two
 * processors. */
static const double blas_from = 64 * 64 * 64;
static const double blas_from_vector = 1 << 22;

static bool wants_blas(const product_sizes *s)
{
    bool vector = s->rows == 1 || s->columns == 1;
    double work = (double)s->rows * (double)s->inner * (double)s->columns;
    return work > (vector ? blas_from_vector : blas_from) && s->rows <= BLAS_MAX_SIZE &&
           s->inner <= BLAS_MAX_SIZE && s->columns <= BLAS_MAX_SIZE && blas_available();
}

/* out = x M, or x M' where `transposed` is set and M stored as n×inner. */
static void multiply_vector(progress *p, bool blas, const double *x, const double *matrix,
                            size_t inner, size_t n, bool transposed, double *out)
{
    if (blas)
        blas_multiply_vector(p->limits, matrix, transposed ? n : inner,
                             transposed ? inner : n, !transposed, x, out);
    else if (transposed)
        multiply_by_rows(p, x, matrix, n, inner, out);
    else
        add_up_rows(p, x, matrix, n, inner, out);
}

void product_compute(limits *l, const product_sizes *s, const double *a, const double *b,
                     double *out)
{
    progress p = {l, 0};
    bool blas = wants_blas(s);
    if (s->rows == 1) {
        multiply_vector(&p, blas, a, b, s->inner, s->columns, s->b_transposed, out);
    } else if (s->columns == 1) { /* (A b)' = b' A' */
        multiply_vector(&p, blas, b, a, s->inner, s->rows, !s->a_transposed, out);
    } else if (blas) {
        blas_product whole = {.rows = s->rows,
                              .inner = s->inner,
                              .columns = s->columns,
                              .a = a,
                              .b = b,
                              .a_stride = s->a_transposed ? s->rows : s->inner,
                              .b_stride = s->b_transposed ? s->inner : s->columns,
                              .a_transposed = s->a_transposed,
                              .b_transposed = s->b_transposed,
                              .scale = 1};
        blas_multiply(l, &whole, false, out, s->columns);
    } else {
        multiply_matrices(&p, s, a, b, out);
    }
}
