/* The shape rules of the operation table. */
#include <math.h>

#include "graph/operation.h"

static const shape *operand(const shape_call *call, size_t k)
{
    return &call->operands[k].shape;
}

/* No array has more entries: 2^48 of them take 2 petabytes. */
static const size_t MOST_ENTRIES = (size_t)1 << 48;

static bool multiply(shape_call *call, size_t a, size_t b, size_t *product)
{
    if (b > 0 && a > MOST_ENTRIES / b)
        call->too_large = true;
    else
        *product = a * b;
    return !call->too_large;
}

static bool fits(shape_call *call, shape result)
{
    size_t count = 1;
    call->result = result;
    for (int axis = 0; axis < result.rank; axis++)
        if (!multiply(call, count, result.size[axis], &count))
            return false;
    return true;
}

static bool refuse(shape_call *call, diagnostic_kind kind, const char *problem)
{
    call->kind = kind;
    call->problem = problem;
    return false;
}

static bool refuse_value(shape_call *call, const double *value, const char *problem)
{
    call->value = value;
    return refuse(call, DIAGNOSTIC_DOMAIN, problem);
}

static shape matrix_shape(size_t rows, size_t columns)
{
    return (shape){.rank = 2, .size = {rows, columns}};
}

/* ---- Elementwise ---- */

bool shape_elementwise(shape_call *call)
{
    shape both = *operand(call, 0);
    for (size_t k = 1; k < call->count; k++)
        if (!shape_broadcast(&both, operand(call, k), &both))
            return false;
    return fits(call, both);
}

bool shape_alike(shape_call *call)
{
    return shape_equal(operand(call, 0), operand(call, 1))
               ? fits(call, *operand(call, 0))
               : refuse(call, DIAGNOSTIC_SHAPE, "both need one shape");
}

bool shape_scaled(shape_call *call)
{
    bool one_number =
        shape_is_number(operand(call, 0)) || shape_is_number(operand(call, 1));
    return one_number && shape_elementwise(call);
}

bool shape_over_number(shape_call *call)
{
    return shape_is_number(operand(call, 1)) && fits(call, *operand(call, 0));
}

bool shape_under_number(shape_call *call)
{
    return shape_is_number(operand(call, 0)) && fits(call, *operand(call, 1));
}

bool shape_numbers(shape_call *call)
{
    for (size_t k = 0; k < call->count; k++)
        if (!shape_is_number(operand(call, k)))
            return false;
    return fits(call, shape_number());
}

/* ---- Moving and summing entries ---- */

bool shape_transposed(shape_call *call)
{
    const shape *s = operand(call, 0);
    shape swapped = *s;
    swapped.size[s->rank - 2] = shape_columns(s);
    swapped.size[s->rank - 1] = shape_rows(s);
    return fits(call, swapped);
}

bool shape_total(shape_call *call)
{
    return fits(call, shape_number());
}

bool shape_like_expanded(shape_call *call)
{
    shape both;
    const shape *like = operand(call, 1);
    if (!shape_broadcast(operand(call, 0), like, &both) || !shape_equal(&both, like))
        return refuse(call, DIAGNOSTIC_SHAPE, "only axes of size 1 expand");
    return fits(call, *like);
}

bool shape_like_collected(shape_call *call)
{
    shape both;
    const shape *from = operand(call, 0), *like = operand(call, 1);
    if (!shape_broadcast(from, like, &both) || !shape_equal(&both, from))
        return refuse(call, DIAGNOSTIC_SHAPE,
                      "an axis is kept as it is or summed up to size 1");
    return fits(call, *like);
}

/* A matrix, or each of a stack, with these sizes. */
static shape with_sizes(const shape *s, size_t rows, size_t columns)
{
    shape changed = *s;
    changed.size[s->rank - 2] = rows;
    changed.size[s->rank - 1] = columns;
    return changed;
}

bool shape_gathered(shape_call *call)
{
    return fits(call, with_sizes(operand(call, 0), shape_count(operand(call, 1)),
                                 shape_count(operand(call, 2))));
}

bool shape_placed(shape_call *call)
{
    const shape *a = operand(call, 0), *like = operand(call, 1);
    shape picked =
        with_sizes(like, shape_count(operand(call, 2)), shape_count(operand(call, 3)));
    if (!shape_equal(a, &picked))
        return refuse(call, DIAGNOSTIC_SHAPE,
                      "as many rows and columns are needed as there are places");
    return fits(call, *like);
}

bool shape_on_diagonal(shape_call *call)
{
    const shape *s = operand(call, 0);
    size_t rows = shape_rows(s), columns = shape_columns(s);
    size_t n = rows > columns ? rows : columns;
    return (rows == 1 || columns == 1) && fits(call, with_sizes(s, n, n));
}

bool shape_diagonal(shape_call *call)
{
    const shape *s = operand(call, 0);
    size_t rows = shape_rows(s), columns = shape_columns(s);
    return fits(call, with_sizes(s, rows < columns ? rows : columns, 1));
}

/* ---- Linear algebra ---- */

/* A matrix of these sizes for each pair of matrices, whose leading axes stretch. */
static bool fits_pairs(shape_call *call, size_t rows, size_t columns)
{
    shape a = with_sizes(operand(call, 0), 1, 1), b = with_sizes(operand(call, 1), 1, 1);
    shape both;
    return shape_broadcast(&a, &b, &both) && fits(call, with_sizes(&both, rows, columns));
}

bool shape_product(shape_call *call)
{
    const shape *a = operand(call, 0), *b = operand(call, 1);
    return shape_columns(a) == shape_rows(b) &&
           fits_pairs(call, shape_rows(a), shape_columns(b));
}

static bool square_operand(shape_call *call, size_t k)
{
    const shape *s = operand(call, k);
    return shape_rows(s) == shape_columns(s) ||
           refuse(call, DIAGNOSTIC_SHAPE, "a square matrix is needed");
}

bool shape_solved(shape_call *call)
{
    const shape *a = operand(call, 0), *b = operand(call, 1);
    return square_operand(call, 0) && shape_columns(a) == shape_rows(b) &&
           fits_pairs(call, shape_rows(a), shape_columns(b));
}

bool shape_of_square(shape_call *call)
{
    const shape *a = operand(call, 0);
    for (size_t k = 1; k < call->count; k++)
        if (!shape_equal(operand(call, k), a))
            return refuse(call, DIAGNOSTIC_SHAPE, "both need one shape");
    return square_operand(call, 0) && fits(call, *a);
}

bool shape_in_square(shape_call *call)
{
    return square_operand(call, 0) && fits(call, with_sizes(operand(call, 0), 1, 1));
}

/* ---- Shapes from values ---- */

/* How many there are to be: a whole number from 1. */
static bool read_count(shape_call *call, double count, size_t *size)
{
    if (count == 0)
        return refuse(call, DIAGNOSTIC_DOMAIN, "the result would be empty");
    call->too_large = count > (double)MOST_ENTRIES;
    if (!call->too_large)
        *size = (size_t)count;
    return !call->too_large;
}

/* A value as a size. */
static bool read_size(shape_call *call, const double *value, size_t *size)
{
    if (!(*value == trunc(*value)))
        return refuse_value(call, value, "a size is a whole number");
    if (*value < 0)
        return refuse_value(call, value, "a size is not negative");
    return read_count(call, *value, size);
}

static bool size_operand(shape_call *call, size_t k, size_t *size)
{
    if (!shape_is_number(operand(call, k)))
        return refuse(call, DIAGNOSTIC_SHAPE, "a size is a number");
    return read_size(call, call->operands[k].entries, size);
}

/* Sizes written as one column: size(a). */
static bool shape_from_column(shape_call *call)
{
    const tensor *sizes = &call->operands[0];
    size_t rank = shape_count(&sizes->shape);
    shape s = {.rank = (int)rank};
    bool alone = call->count == 1 ||
                 (shape_is_number(operand(call, 1)) && call->operands[1].entries[0] == 1);
    if (!alone || !shape_is_vector(&sizes->shape) || rank > SHAPE_MAX_RANK)
        return refuse(call, DIAGNOSTIC_SHAPE,
                      "sizes are one number per axis, or a vector of two to four");
    for (size_t axis = 0; axis < rank; axis++)
        if (!read_size(call, &sizes->entries[axis], &s.size[axis]))
            return false;
    return fits(call, s);
}

bool shape_sized(shape_call *call)
{
    size_t rows, columns = 1;
    if (!shape_is_number(operand(call, 0)))
        return shape_from_column(call);
    if (!size_operand(call, 0, &rows) ||
        (call->count > 1 && !size_operand(call, 1, &columns)))
        return false;
    return fits(call, matrix_shape(rows, columns));
}

bool shape_square(shape_call *call)
{
    size_t n;
    return size_operand(call, 0, &n) && fits(call, matrix_shape(n, n));
}

bool shape_reshaped(shape_call *call)
{
    shape_call sizes = {.operands = call->operands + 1, .count = call->count - 1};
    bool fine = shape_sized(&sizes);
    sizes.operands = call->operands;
    sizes.count = call->count;
    *call = sizes;
    if (fine && shape_count(&call->result) != shape_count(operand(call, 0)))
        return refuse(call, DIAGNOSTIC_SHAPE,
                      "the sizes have to make as many entries as there are");
    return fine;
}

bool shape_ranked(shape_call *call)
{
    return fits(call, matrix_shape((size_t)operand(call, 0)->rank, 1));
}

/* Operand `k` as an axis; whether it goes down the columns. */
static bool axis_operand(shape_call *call, size_t k, bool *down)
{
    static const char known[] = "an axis is 1, down the columns, or 2, along the rows";
    const double *axis = call->operands[k].entries;
    if (!shape_is_number(operand(call, k)))
        return refuse(call, DIAGNOSTIC_DOMAIN, known);
    *down = *axis == 1;
    return *axis == 1 || *axis == 2 || refuse_value(call, axis, known);
}

bool shape_joined(shape_call *call)
{
    const shape *a = operand(call, 0), *b = operand(call, 1);
    bool down;
    if (!axis_operand(call, 2, &down))
        return false;
    size_t rows = shape_rows(a), columns = shape_columns(a);
    shape like_b = down ? with_sizes(a, shape_rows(b), columns)
                        : with_sizes(a, rows, shape_columns(b));
    if (!shape_equal(b, &like_b))
        return refuse(call, DIAGNOSTIC_SHAPE,
                      down ? "to stack rows takes as many columns in both"
                           : "side by side takes as many rows in both");
    return fits(call, down ? with_sizes(a, rows + shape_rows(b), columns)
                           : with_sizes(a, rows, columns + shape_columns(b)));
}

bool shape_reduced(shape_call *call)
{
    bool down;
    const shape *s = operand(call, 0);
    return axis_operand(call, 1, &down) &&
           fits(call, down ? with_sizes(s, 1, shape_columns(s))
                           : with_sizes(s, shape_rows(s), 1));
}

bool shape_along(shape_call *call)
{
    bool down;
    return axis_operand(call, 1, &down) && fits(call, *operand(call, 0));
}

bool shape_line(shape_call *call)
{
    const shape *s = operand(call, 0);
    return shape_is_vector(s)
               ? fits(call, *s)
               : refuse(call, DIAGNOSTIC_USAGE,
                        "a matrix needs axis=1, down the columns, or axis=2, along the "
                        "rows");
}

bool shape_in_line(shape_call *call)
{
    return shape_line(call) && fits(call, shape_number());
}

bool shape_vector(shape_call *call)
{
    const shape *s = operand(call, 0);
    return shape_is_vector(s) ? fits(call, *s)
                              : refuse(call, DIAGNOSTIC_SHAPE, "a vector is needed");
}

static shape without_first_axis(const shape *s)
{
    shape layer = {.rank = s->rank - 1};
    for (int axis = 0; axis < layer.rank; axis++)
        layer.size[axis] = s->size[axis + 1];
    return layer;
}

bool shape_page(shape_call *call)
{
    const shape *s = operand(call, 0);
    if (s->rank < 3 || !shape_is_number(operand(call, 1)))
        return refuse(call, DIAGNOSTIC_SHAPE, "a stack is needed, and a number");
    return fits(call, without_first_axis(s));
}

bool shape_onpage(shape_call *call)
{
    const shape *like = operand(call, 1);
    shape layer = without_first_axis(like);
    if (like->rank < 3 || !shape_equal(operand(call, 0), &layer) ||
        !shape_is_number(operand(call, 2)))
        return refuse(call, DIAGNOSTIC_SHAPE,
                      "a layer, a stack of such layers, and a number are needed");
    return fits(call, *like);
}

bool shape_lower(shape_call *call)
{
    return fits(call, *operand(call, 0));
}

bool shape_column(shape_call *call)
{
    return fits(call, matrix_shape(shape_count(operand(call, 0)), 1));
}

bool shape_tiled(shape_call *call)
{
    size_t down, across;
    const shape *s = operand(call, 0);
    return size_operand(call, 1, &down) && size_operand(call, 2, &across) &&
           multiply(call, shape_rows(s), down, &down) &&
           multiply(call, shape_columns(s), across, &across) &&
           fits(call, with_sizes(s, down, across));
}

bool shape_untiled(shape_call *call)
{
    size_t down, across;
    const shape *s = operand(call, 0);
    size_t rows = shape_rows(s), columns = shape_columns(s);
    if (!size_operand(call, 1, &down) || !size_operand(call, 2, &across))
        return false;
    if (rows % down != 0 || columns % across != 0)
        return refuse(call, DIAGNOSTIC_SHAPE,
                      "the sizes have to divide the rows and the columns");
    return fits(call, with_sizes(s, rows / down, columns / across));
}

bool shape_counted(shape_call *call)
{
    for (size_t k = 0; k < 3; k++)
        if (!shape_is_number(operand(call, k)))
            return refuse(call, DIAGNOSTIC_SHAPE, "the ends and the step are numbers");
    double from = call->operands[0].entries[0], to = call->operands[1].entries[0];
    double step = call->operands[2].entries[0];
    size_t count;
    double exact = floor((to - from) / step + 1e-9) + 1;
    if (isnan(exact) || step == 0)
        return refuse(call, DIAGNOSTIC_DOMAIN, "these ends and this step make no range");
    if (!read_count(call, exact < 0 ? 0 : exact, &count))
        return false;
    return fits(call, matrix_shape(count, 1));
}

bool shape_spaced(shape_call *call)
{
    size_t count;
    if (!shape_is_number(operand(call, 0)) || !shape_is_number(operand(call, 1)))
        return refuse(call, DIAGNOSTIC_SHAPE, "the ends are numbers");
    return size_operand(call, 2, &count) && fits(call, matrix_shape(count, 1));
}

bool shape_one_hot(shape_call *call)
{
    size_t classes;
    const shape *k = operand(call, 0);
    if (!size_operand(call, 1, &classes))
        return false;
    if (shape_is_number(k))
        return fits(call, matrix_shape(classes, 1));
    if (!shape_is_vector(k))
        return refuse(call, DIAGNOSTIC_SHAPE, "classes are a number or a vector");
    return fits(call, matrix_shape(shape_count(k), classes));
}
