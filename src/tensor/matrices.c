/* Products and linear algebra, on matrices or on each matrix of a stack: see arrays.h. */
#include <math.h>
#include <string.h>

#include "tensor/arrays.h"
#include "tensor/product.h"

static size_t matrix_entries(const shape *s)
{
    return shape_rows(s) * shape_columns(s);
}

static size_t matrix_count(const shape *s)
{
    return shape_count(s) / matrix_entries(s);
}

/* The matrix of an operand that belongs to matrix `m` of the result, to whose leading
 * axes those of the operand stretch. */
static const double *matrix_at(const tensor *t, const shape *result, size_t m)
{
    size_t index = 0, step = 1;
    for (int from_end = 3; from_end <= t->shape.rank; from_end++) {
        size_t size = result->size[result->rank - from_end];
        size_t own = t->shape.size[t->shape.rank - from_end];
        index += own == 1 ? 0 : m % size * step;
        step *= own;
        m /= size;
    }
    return t->entries + index * matrix_entries(&t->shape);
}

bool array_product(array_call *call)
{
    const tensor *a = &call->operands[0], *b = &call->operands[1];
    bool a_transposed = call->transposed[0], b_transposed = call->transposed[1];
    product_sizes s = {
        .rows = a_transposed ? shape_columns(&a->shape) : shape_rows(&a->shape),
        .inner = a_transposed ? shape_rows(&a->shape) : shape_columns(&a->shape),
        .columns = b_transposed ? shape_rows(&b->shape) : shape_columns(&b->shape),
        .a_transposed = a_transposed,
        .b_transposed = b_transposed};
    size_t matrices = matrix_count(&call->result);
    if (matrix_count(&b->shape) == 1 && !a_transposed) {
        s.rows *= matrices; /* one below the other they are one matrix */
        matrices = 1;
    }
    for (size_t m = 0; m < matrices; m++)
        product_compute(call->scratch->limits, &s, matrix_at(a, &call->result, m),
                        matrix_at(b, &call->result, m),
                        call->out + m * s.rows * s.columns);
    return true;
}

static double *filled(arena *a, double value, size_t count)
{
    double *entries = ARENA_ARRAY(a, double, count);
    for (size_t i = 0; i < count; i++)
        entries[i] = value;
    return entries;
}

/* All rows are the first one. */
bool array_product_of_uniform(array_call *call)
{
    const tensor *b = &call->operands[1];
    bool transposed = call->transposed[1];
    size_t rows = shape_rows(&call->result), columns = shape_columns(&call->result);
    size_t inner = transposed ? shape_columns(&b->shape) : shape_rows(&b->shape);
    product_sizes s = {
        .rows = 1, .inner = inner, .columns = columns, .b_transposed = transposed};
    const double *row = filled(call->scratch, call->operands[0].entries[0], inner);
    product_compute(call->scratch->limits, &s, row, b->entries, call->out);
    for (size_t i = 1; i < rows; i++)
        memcpy(call->out + i * columns, call->out, columns * sizeof *call->out);
    return true;
}

/* All columns are the first one. */
bool array_product_by_uniform(array_call *call)
{
    const tensor *a = &call->operands[0];
    bool transposed = call->transposed[0];
    size_t rows = shape_rows(&call->result), columns = shape_columns(&call->result);
    size_t inner = transposed ? shape_rows(&a->shape) : shape_columns(&a->shape);
    product_sizes s = {
        .rows = rows, .inner = inner, .columns = 1, .a_transposed = transposed};
    const double *column = filled(call->scratch, call->operands[1].entries[0], inner);
    double *first = ARENA_ARRAY(call->scratch, double, rows);
    product_compute(call->scratch->limits, &s, a->entries, column, first);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            call->out[i * columns + j] = first[i];
    return true;
}

/* ---- One matrix ---- */

bool array_trace(array_call *call)
{
    const tensor *a = &call->operands[0];
    size_t n = shape_rows(&a->shape), matrices = matrix_count(&a->shape);
    for (size_t m = 0; m < matrices; m++) {
        const double *matrix = a->entries + m * n * n;
        call->out[m] = 0;
        for (size_t i = 0; i < n; i++)
            call->out[m] += matrix[i * n + i];
    }
    return true;
}

bool array_symmetric(array_call *call)
{
    const double *a = call->operands[0].entries;
    size_t n = shape_rows(&call->result), count = shape_count(&call->result);
    for (size_t i = 0; i < count; i++) {
        size_t row = i / n % n, column = i % n, first = i - row * n - column;
        call->out[i] = row < column ? a[first + column * n + row] : a[i];
    }
    return true;
}

/* ---- Factorizations ---- */

static const factorization *factor_of(array_call *call, const double *matrix, size_t n,
                                      bool *transposed)
{
    return factor_cached(call->factors, call->scratch, matrix, n, transposed);
}

static bool refuse(array_call *call, const char *problem)
{
    call->problem = problem;
    return false;
}

bool array_determinant(array_call *call)
{
    const tensor *a = &call->operands[0];
    size_t n = shape_rows(&a->shape), matrices = matrix_count(&a->shape);
    bool transposed;
    for (size_t m = 0; m < matrices; m++)
        call->out[m] =
            factor_determinant(factor_of(call, a->entries + m * n * n, n, &transposed));
    return true;
}

bool array_log_determinant(array_call *call)
{
    const tensor *a = &call->operands[0];
    size_t n = shape_rows(&a->shape), matrices = matrix_count(&a->shape);
    bool transposed;
    for (size_t m = 0; m < matrices; m++) {
        double sign;
        call->out[m] = factor_log_determinant(
            factor_of(call, a->entries + m * n * n, n, &transposed), &sign);
        if (sign < 0)
            return refuse(call, "the determinant is negative and has no logarithm");
    }
    return true;
}

bool array_solve(array_call *call)
{
    const tensor *a = &call->operands[0], *b = &call->operands[1];
    size_t n = shape_rows(&call->result), columns = shape_columns(&call->result);
    size_t matrices = matrix_count(&call->result);
    for (size_t m = 0; m < matrices; m++) {
        double *out = call->out + m * n * columns;
        bool transposed;
        const factorization *f =
            factor_of(call, matrix_at(a, &call->result, m), n, &transposed);
        if (factor_is_singular(f))
            return refuse(call, "the matrix is singular: A x = b has no one solution");
        memcpy(out, matrix_at(b, &call->result, m), n * columns * sizeof *out);
        factor_solve(call->scratch->limits, f, transposed, out, columns);
    }
    return true;
}

bool array_inverse(array_call *call)
{
    const tensor *a = &call->operands[0];
    size_t n = shape_rows(&a->shape), matrices = matrix_count(&a->shape);
    memset(call->out, 0, shape_count(&call->result) * sizeof *call->out);
    for (size_t m = 0; m < matrices; m++) {
        double *out = call->out + m * n * n;
        bool transposed;
        const factorization *f = factor_of(call, a->entries + m * n * n, n, &transposed);
        if (factor_is_singular(f))
            return refuse(call, "the matrix is singular and has no inverse");
        for (size_t i = 0; i < n; i++)
            out[i * n + i] = 1;
        factor_solve(call->scratch->limits, f, transposed, out, n);
    }
    return true;
}

static bool is_symmetric(const double *matrix, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (matrix[i * n + j] != matrix[j * n + i])
                return false;
    return true;
}

bool array_cholesky(array_call *call)
{
    const tensor *a = &call->operands[0];
    size_t n = shape_rows(&a->shape), matrices = matrix_count(&a->shape);
    for (size_t m = 0; m < matrices; m++) {
        const double *matrix = a->entries + m * n * n;
        if (!is_symmetric(matrix, n))
            call->note = "the matrix is not symmetric, cholesky factors (A + A')/2";
        if (!factor_cholesky(call->scratch->limits, matrix, n, call->out + m * n * n))
            return refuse(call, "the matrix is not positive definite");
    }
    return true;
}

bool array_cofactors(array_call *call)
{
    const tensor *a = &call->operands[0];
    size_t n = shape_rows(&a->shape), matrices = matrix_count(&a->shape);
    for (size_t m = 0; m < matrices; m++)
        factor_cofactors(call->scratch, a->entries + m * n * n, n, call->out + m * n * n);
    return true;
}

bool array_cofactors_along(array_call *call)
{
    const tensor *a = &call->operands[0], *b = &call->operands[1];
    size_t n = shape_rows(&a->shape), matrices = matrix_count(&a->shape);
    for (size_t m = 0; m < matrices; m++)
        factor_cofactors_along(call->scratch, a->entries + m * n * n,
                               b->entries + m * n * n, n, call->out + m * n * n);
    return true;
}
