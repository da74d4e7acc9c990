#include "tensor/product.h"

#include <string.h>

#include "tensor/blas.h"
#include "tensor/loops.h"

/* ---- Matrices: blocks that stay in the cache ---- */

/* A block of A is HEIGHT×DEPTH, one of B DEPTH×WIDTH. Both are copied, which undoes
 * transposition and puts them next to each other. WIDTH sums fit into registers. Rows of
 * A are a STRIDE apart that is no power of 2, as the cache would have them all in one
 * place. */
enum { HEIGHT = 64, DEPTH = 128, WIDTH = 8, STRIDE = DEPTH + 8 };

/* Entry (i, j) is entries[i * row + j * column]. */
typedef struct strided {
    const double *entries;
    size_t row, column;
} strided;

static strided strided_of(const double *entries, size_t rows, size_t columns,
                          bool transposed)
{
    return transposed ? (strided){entries, 1, rows} : (strided){entries, columns, 1};
}

/* The block of `m` that begins at (i, j), into rows of `stride`. */
static void copy_block(const strided *m, size_t i, size_t j, size_t rows, size_t columns,
                       double *block, size_t stride)
{
    const double *from = m->entries + i * m->row + j * m->column;
    if (m->column == 1) {
        for (size_t r = 0; r < rows; r++)
            memcpy(block + r * stride, from + r * m->row, columns * sizeof *block);
        return;
    }
    for (size_t c = 0; c < columns; c++)
        for (size_t r = 0; r < rows; r++)
            block[r * stride + c] = from[r * m->row + c * m->column];
}

/* out[j] += Σ_k a[k] block[k][j] for j < WIDTH. */
static void add_whole_row(const double *restrict a, size_t depth,
                          const double *restrict block, double *restrict out)
{
    double sum[WIDTH];
    memcpy(sum, out, sizeof sum);
    for (size_t k = 0; k < depth; k++)
#pragma GCC unroll 8
        for (size_t j = 0; j < WIDTH; j++)
            sum[j] += a[k] * block[k * WIDTH + j];
    memcpy(out, sum, sizeof sum);
}

/* The same for j < width; what the block has beyond is multiplied too, and forgotten. */
static void add_row(const double *a, size_t depth, const double *block, double *out,
                    size_t width)
{
    if (width == WIDTH) {
        add_whole_row(a, depth, block, out);
        return;
    }
    double whole[WIDTH] = {0};
    for (size_t j = 0; j < width; j++)
        whole[j] = out[j];
    add_whole_row(a, depth, block, whole);
    for (size_t j = 0; j < width; j++)
        out[j] = whole[j];
}

static void multiply_matrices(progress *p, const product_sizes *s, const double *a,
                              const double *b, double *out)
{
    double a_block[HEIGHT * STRIDE], b_block[DEPTH * WIDTH];
    strided from_a = strided_of(a, s->rows, s->inner, s->a_transposed);
    strided from_b = strided_of(b, s->inner, s->columns, s->b_transposed);
    memset(out, 0, s->rows * s->columns * sizeof *out);
    for (size_t i = 0; i < s->rows; i += HEIGHT)
        for (size_t k = 0; k < s->inner; k += DEPTH) {
            size_t height = smaller_size(HEIGHT, s->rows - i);
            size_t depth = smaller_size(DEPTH, s->inner - k);
            copy_block(&from_a, i, k, height, depth, a_block, STRIDE);
            for (size_t j = 0; j < s->columns; j += WIDTH) {
                size_t width = smaller_size(WIDTH, s->columns - j);
                if (width < WIDTH)
                    memset(b_block, 0, depth * WIDTH * sizeof *b_block);
                copy_block(&from_b, k, j, depth, width, b_block, WIDTH);
                for (size_t r = 0; r < height; r++)
                    add_row(a_block + r * STRIDE, depth, b_block,
                            out + (i + r) * s->columns + j, width);
                progress_advance(p, height * depth * WIDTH);
            }
        }
}

/* ---- Vectors: reading the matrix once is all ---- */

/* out = x M' for an n×inner matrix. */
static void multiply_by_rows(progress *p, const double *x, const double *matrix, size_t n,
                             size_t inner, double *out)
{
    for (size_t j = 0; j < n; j++) {
        out[j] = 0;
        for (size_t k = 0; k < inner; k += WORK_SLAB) {
            size_t length = smaller_size(WORK_SLAB, inner - k);
            out[j] += row_dot(x + k, matrix + j * inner + k, length);
            progress_advance(p, length);
        }
    }
}

/* out += Σ_k x[k] rows[k] for four rows of n entries. */
static void add_four_rows(const double *restrict x, const double *restrict rows, size_t n,
                          double *restrict out)
{
    const double *second = rows + n, *third = second + n, *fourth = third + n;
    const double x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3];
    size_t j = 0;
    for (; j + 4 <= n; j += 4)
#pragma GCC unroll 4
        for (size_t i = j; i < j + 4; i++)
            out[i] += x0 * rows[i] + x1 * second[i] + x2 * third[i] + x3 * fourth[i];
    for (; j < n; j++)
        out[j] += x0 * rows[j] + x1 * second[j] + x2 * third[j] + x3 * fourth[j];
}

/* out = x M for an inner×n matrix. */
static void add_up_rows(progress *p, const double *x, const double *matrix, size_t n,
                        size_t inner, double *out)
{
    memset(out, 0, n * sizeof *out);
    size_t k = 0;
    for (; k + 4 <= inner; k += 4) {
        add_four_rows(x + k, matrix + k * n, n, out);
        progress_advance(p, 4 * n);
    }
    for (; k < inner; k++) {
        for (size_t j = 0; j < n; j++)
            out[j] += x[k] * matrix[k * n + j];
        progress_advance(p, n);
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
