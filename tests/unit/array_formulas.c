/* See array_formulas.h. */
#include "array_formulas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct coordinates {
    size_t axis[SHAPE_MAX_RANK];
} coordinates;

/* The coordinates of entry `at`. */
static coordinates coordinates_of(const shape *s, size_t at)
{
    coordinates c = {{0}};
    for (int axis = s->rank - 1; axis >= 0; axis--) {
        c.axis[axis] = at % s->size[axis];
        at /= s->size[axis];
    }
    return c;
}

static double entry_at(const tensor *t, const coordinates *c)
{
    size_t at = 0;
    for (int axis = 0; axis < t->shape.rank; axis++)
        at = at * t->shape.size[axis] + c->axis[axis];
    return t->entries[at];
}

static double array_value_TRANSPOSE(const tensor *operands, const array_entry *of)
{
    coordinates c = coordinates_of(&of->shape, of->at);
    int rank = of->shape.rank;
    size_t row = c.axis[rank - 2];
    c.axis[rank - 2] = c.axis[rank - 1];
    c.axis[rank - 1] = row;
    return entry_at(&operands[0], &c);
}

static double array_value_SUM(const tensor *operands, const array_entry *of)
{
    (void)of;
    long double sum = 0;
    for (size_t i = 0; i < shape_count(&operands[0].shape); i++)
        sum += operands[0].entries[i];
    return (double)sum;
}

static double array_value_EXPAND(const tensor *operands, const array_entry *of)
{
    return operands[0]
        .entries[row_broadcast_index(&operands[0].shape, &of->shape, of->at)];
}

static double array_value_COLLECT(const tensor *operands, const array_entry *of)
{
    const shape *wide = &operands[0].shape;
    long double sum = 0;
    for (size_t i = 0; i < shape_count(wide); i++)
        if (row_broadcast_index(&of->shape, wide, i) == of->at)
            sum += operands[0].entries[i];
    return (double)sum;
}

/* Walks the parts until one covers the entry. */
static double array_value_BLOCK(const tensor *operands, const array_entry *of)
{
    coordinates c = coordinates_of(&of->shape, of->at);
    for (size_t k = 0, left = 0; k < of->operands; k++) {
        const size_t *size = operands[k].shape.size;
        if (c.axis[0] < size[0] && c.axis[1] >= left && c.axis[1] < left + size[1]) {
            c.axis[1] -= left;
            return entry_at(&operands[k], &c);
        }
        left += size[1];
        if (left == of->shape.size[1]) {
            left = 0;
            c.axis[0] -= size[0];
        }
    }
    return NAN;
}

static double array_value_GATHER(const tensor *operands, const array_entry *of)
{
    coordinates c = coordinates_of(&of->shape, of->at);
    for (size_t k = 0; k < 2; k++) {
        size_t *at = &c.axis[(size_t)of->shape.rank - 2 + k];
        *at = (size_t)operands[1 + k].entries[*at] - 1;
    }
    return entry_at(&operands[0], &c);
}

static double array_value_PLACE(const tensor *operands, const array_entry *of)
{
    coordinates c = coordinates_of(&of->shape, of->at);
    long double sum = 0;
    for (size_t i = 0; i < shape_count(&operands[0].shape); i++) {
        coordinates from = coordinates_of(&operands[0].shape, i);
        for (size_t k = 0; k < 2; k++) {
            size_t *at = &from.axis[(size_t)of->shape.rank - 2 + k];
            *at = (size_t)operands[2 + k].entries[*at] - 1;
        }
        if (memcmp(&from, &c, sizeof c) == 0)
            sum += operands[0].entries[i];
    }
    return (double)sum;
}

/* The second part begins where the first one ends, along one axis. */
static double array_value_CONCAT(const tensor *operands, const array_entry *of)
{
    size_t rank = (size_t)of->shape.rank;
    size_t along = rank - (operands[2].entries[0] == 1 ? 2 : 1);
    const size_t *first = operands[0].shape.size, *second = operands[1].shape.size;
    for (size_t axis = 0; axis < rank; axis++) {
        size_t more = axis == along ? second[axis] : 0;
        if (of->shape.size[axis] != first[axis] + more)
            return NAN;
    }
    coordinates c = coordinates_of(&of->shape, of->at);
    if (c.axis[along] < first[along])
        return entry_at(&operands[0], &c);
    c.axis[along] -= first[along];
    return entry_at(&operands[1], &c);
}

/* The coordinates in a layer of a stack. */
static coordinates in_layer(coordinates in_stack)
{
    coordinates c = {{0}};
    for (size_t axis = 0; axis + 1 < SHAPE_MAX_RANK; axis++)
        c.axis[axis] = in_stack.axis[axis + 1];
    return c;
}

static double array_value_STACK(const tensor *operands, const array_entry *of)
{
    coordinates c = coordinates_of(&of->shape, of->at), inner = in_layer(c);
    return entry_at(&operands[c.axis[0]], &inner);
}

static double array_value_PAGE(const tensor *operands, const array_entry *of)
{
    const shape *stack = &operands[0].shape;
    for (size_t i = 0; i < shape_count(stack); i++) {
        coordinates c = coordinates_of(stack, i), inner = in_layer(c);
        coordinates own = coordinates_of(&of->shape, of->at);
        if ((double)c.axis[0] + 1 == operands[1].entries[0] &&
            memcmp(&inner, &own, sizeof own) == 0)
            return of->shape.rank == stack->rank - 1 ? operands[0].entries[i] : NAN;
    }
    return NAN;
}

static double array_value_ONPAGE(const tensor *operands, const array_entry *of)
{
    if (!shape_equal(&of->shape, &operands[1].shape))
        return NAN;
    coordinates c = coordinates_of(&of->shape, of->at), inner = in_layer(c);
    bool here = (double)c.axis[0] + 1 == operands[2].entries[0];
    return here ? entry_at(&operands[0], &inner) : 0;
}

/* ---- … from sizes ---- */

/* Of an entry of a result that should be rows×columns: `value`, else nothing that agrees
 * with a number. */
static double in_matrix(const array_entry *of, double rows, double columns, double value)
{
    bool shaped = of->shape.rank == 2 && (double)of->shape.size[0] == rows &&
                  (double)of->shape.size[1] == columns;
    return shaped ? value : NAN;
}

static double number_of(const tensor *operand)
{
    return operand->entries[0];
}

static double array_value_ZEROS(const tensor *operands, const array_entry *of)
{
    return in_matrix(of, number_of(&operands[0]), number_of(&operands[1]), 0);
}

static double array_value_ONES(const tensor *operands, const array_entry *of)
{
    return in_matrix(of, number_of(&operands[0]), number_of(&operands[1]), 1);
}

/* From one 1 to the next all other columns and one more are passed. */
static double array_value_EYE(const tensor *operands, const array_entry *of)
{
    double n = number_of(&operands[0]);
    return in_matrix(of, n, n, of->at % ((size_t)n + 1) == 0);
}

static double array_value_RANGE(const tensor *operands, const array_entry *of)
{
    double from = number_of(&operands[0]), to = number_of(&operands[1]);
    double step = number_of(&operands[2]);
    long double value = from;
    for (size_t i = 0; i < of->at; i++)
        value += step;
    return in_matrix(of, floor((to - from) / step + 1e-9) + 1, 1, (double)value);
}

static double array_value_LINSPACE(const tensor *operands, const array_entry *of)
{
    double from = number_of(&operands[0]), to = number_of(&operands[1]);
    double n = number_of(&operands[2]);
    long double part = n == 1 ? 0 : (long double)of->at / (n - 1);
    return in_matrix(of, n, 1, (double)(from * (1 - part) + to * part));
}

/* A number gives a column, a vector a row for each of its entries. */
static double array_value_ONEHOT(const tensor *operands, const array_entry *of)
{
    double classes = number_of(&operands[1]);
    size_t count = shape_count(&operands[0].shape);
    coordinates c = coordinates_of(&of->shape, of->at);
    if (count == 1)
        return in_matrix(of, classes, 1,
                         (double)c.axis[0] + 1 == number_of(&operands[0]));
    return in_matrix(of, (double)count, classes,
                     (double)c.axis[1] + 1 == operands[0].entries[c.axis[0]]);
}

static double array_value_SIZE(const tensor *operands, const array_entry *of)
{
    const shape *s = &operands[0].shape;
    return in_matrix(of, s->rank, 1, (double)s->size[of->at]);
}

static double array_value_ROWS(const tensor *operands, const array_entry *of)
{
    const shape *s = &operands[0].shape;
    return in_matrix(of, 1, 1, (double)s->size[s->rank - 2]);
}

static double array_value_COLS(const tensor *operands, const array_entry *of)
{
    const shape *s = &operands[0].shape;
    return in_matrix(of, 1, 1, (double)s->size[s->rank - 1]);
}

static double array_value_NUMEL(const tensor *operands, const array_entry *of)
{
    double count = 1;
    for (int axis = 0; axis < operands[0].shape.rank; axis++)
        count *= (double)operands[0].shape.size[axis];
    return in_matrix(of, 1, 1, count);
}

/* ---- … in other shapes ---- */

/* How many entries come before entry `at` where each matrix is read down its columns, and
 * one matrix of a stack after the other. */
static size_t read_before(const shape *s, size_t at)
{
    coordinates c = coordinates_of(s, at);
    size_t row = c.axis[s->rank - 2], column = c.axis[s->rank - 1], matrix = 0;
    for (int axis = 0; axis < s->rank - 2; axis++)
        matrix = matrix * s->size[axis] + c.axis[axis];
    return (matrix * s->size[s->rank - 1] + column) * s->size[s->rank - 2] + row;
}

/* The entry that is read when entry `at` of the result is filled. */
static double refilled(const tensor *from, const array_entry *of)
{
    for (size_t i = 0; i < shape_count(&from->shape); i++)
        if (read_before(&from->shape, i) == read_before(&of->shape, of->at))
            return from->entries[i];
    return NAN;
}

static double array_value_RESHAPE(const tensor *operands, const array_entry *of)
{
    return in_matrix(of, number_of(&operands[1]), number_of(&operands[2]),
                     refilled(&operands[0], of));
}

static double array_value_VEC(const tensor *operands, const array_entry *of)
{
    return in_matrix(of, (double)shape_count(&operands[0].shape), 1,
                     refilled(&operands[0], of));
}

/* The sum of entries of a matrix, or one of a stack: of those n×m ones that begin at a
 * row and a column and lie so far apart. */
static double sum_of(const tensor *stack, coordinates first, const double n[2],
                     const size_t apart[2])
{
    long double sum = 0;
    int row = stack->shape.rank - 2;
    for (size_t i = 0; (double)i < n[0]; i++)
        for (size_t j = 0; (double)j < n[1]; j++) {
            coordinates c = first;
            c.axis[row] += i * apart[0];
            c.axis[row + 1] += j * apart[1];
            sum += entry_at(stack, &c);
        }
    return (double)sum;
}

/* The value, in a result of the operand's shape but for rows and columns times n and m.
 */
static double in_scaled(const tensor *operands, const array_entry *of, double n, double m,
                        double value)
{
    const shape *own = &operands[0].shape;
    int rank = own->rank;
    bool shaped = of->shape.rank == rank;
    for (int axis = 0; axis < rank - 2; axis++)
        shaped = shaped && of->shape.size[axis] == own->size[axis];
    shaped = shaped &&
             (double)of->shape.size[rank - 2] == (double)own->size[rank - 2] * n &&
             (double)of->shape.size[rank - 1] == (double)own->size[rank - 1] * m;
    return shaped ? value : NAN;
}

static double in_multiple(const tensor *operands, const array_entry *of, double value)
{
    return in_scaled(operands, of, number_of(&operands[1]), number_of(&operands[2]),
                     value);
}

static double in_part(const tensor *operands, const array_entry *of, double value)
{
    return in_scaled(operands, of, 1 / number_of(&operands[1]),
                     1 / number_of(&operands[2]), value);
}

static double array_value_TILE(const tensor *operands, const array_entry *of)
{
    coordinates c = coordinates_of(&of->shape, of->at);
    const shape *own = &operands[0].shape;
    for (int axis = own->rank - 2; axis < own->rank; axis++)
        while (c.axis[axis] >= own->size[axis])
            c.axis[axis] -= own->size[axis];
    return in_multiple(operands, of, entry_at(&operands[0], &c));
}

static double array_value_REPEAT(const tensor *operands, const array_entry *of)
{
    coordinates c = coordinates_of(&of->shape, of->at);
    int row = operands[0].shape.rank - 2;
    for (int axis = 0; axis < 2; axis++)
        c.axis[row + axis] /= (size_t)number_of(&operands[1 + axis]);
    return in_multiple(operands, of, entry_at(&operands[0], &c));
}

static double array_value_UNTILE(const tensor *operands, const array_entry *of)
{
    const double n[2] = {number_of(&operands[1]), number_of(&operands[2])};
    return in_part(operands, of,
                   sum_of(&operands[0], coordinates_of(&of->shape, of->at), n,
                          of->shape.size + of->shape.rank - 2));
}

static double array_value_BLOCKSUM(const tensor *operands, const array_entry *of)
{
    const double n[2] = {number_of(&operands[1]), number_of(&operands[2])};
    coordinates first = coordinates_of(&of->shape, of->at);
    int row = of->shape.rank - 2;
    for (int axis = 0; axis < 2; axis++)
        first.axis[row + axis] *= (size_t)n[axis];
    return in_part(operands, of, sum_of(&operands[0], first, n, (const size_t[2]){1, 1}));
}

static double array_value_ON_DIAGONAL(const tensor *operands, const array_entry *of)
{
    coordinates c = coordinates_of(&of->shape, of->at);
    int row = of->shape.rank - 2;
    const size_t *size = operands[0].shape.size + row;
    bool on = c.axis[row] == c.axis[row + 1];
    c.axis[size[0] == 1 ? row : row + 1] = 0;
    return in_scaled(operands, of, (double)size[1], (double)size[0],
                     on ? entry_at(&operands[0], &c) : 0);
}

static double array_value_DIAGONAL(const tensor *operands, const array_entry *of)
{
    coordinates c = coordinates_of(&of->shape, of->at);
    int row = of->shape.rank - 2;
    const size_t *size = operands[0].shape.size + row;
    double n = fmin((double)size[0], (double)size[1]);
    c.axis[row + 1] = c.axis[row];
    return in_scaled(operands, of, n / (double)size[0], 1 / (double)size[1],
                     entry_at(&operands[0], &c));
}

static double array_value_TRIL(const tensor *operands, const array_entry *of)
{
    coordinates c = coordinates_of(&of->shape, of->at);
    int row = of->shape.rank - 2;
    double kept = c.axis[row + 1] > c.axis[row] ? 0 : entry_at(&operands[0], &c);
    return in_scaled(operands, of, 1, 1, kept);
}

/* ---- … of whole lines ---- */

/* The entries that an entry of a reduction comes from, all or those of its row or column,
 * by whether the result has the shape that it should. */
typedef struct members {
    size_t count;
    double entries[64];
} members;

static bool is_reduced(const tensor *operands, const array_entry *of)
{
    shape wanted = shape_number();
    if (of->operands > 1) {
        wanted = operands[0].shape;
        wanted.size[wanted.rank - (operands[1].entries[0] == 1 ? 2 : 1)] = 1;
    }
    return shape_equal(&of->shape, &wanted);
}

static members members_of(const tensor *operands, const array_entry *of)
{
    members m = {0};
    const shape *wide = &operands[0].shape;
    for (size_t i = 0; i < shape_count(wide) && is_reduced(operands, of); i++)
        if (row_broadcast_index(&of->shape, wide, i) == of->at)
            m.entries[m.count++] = operands[0].entries[i];
    return m;
}

static double array_value_SUM_AXIS(const tensor *operands, const array_entry *of)
{
    members m = members_of(operands, of);
    long double sum = m.count > 0 ? 0 : (long double)NAN;
    for (size_t i = 0; i < m.count; i++)
        sum += m.entries[i];
    return (double)sum;
}

static double array_value_MEAN(const tensor *operands, const array_entry *of)
{
    return array_value_SUM_AXIS(operands, of) / (double)members_of(operands, of).count;
}

static int ascending(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double array_value_LARGEST(const tensor *operands, const array_entry *of)
{
    members m = members_of(operands, of);
    qsort(m.entries, m.count, sizeof *m.entries, ascending);
    return m.count > 0 ? m.entries[m.count - 1] : NAN;
}

static double array_value_SMALLEST(const tensor *operands, const array_entry *of)
{
    members m = members_of(operands, of);
    qsort(m.entries, m.count, sizeof *m.entries, ascending);
    return m.count > 0 ? m.entries[0] : NAN;
}

static double place_among(const members *m, double entry)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->entries[i] == entry)
            return (double)i + 1;
    return NAN;
}

static double array_value_ARGMAX(const tensor *operands, const array_entry *of)
{
    members m = members_of(operands, of);
    return place_among(&m, array_value_LARGEST(operands, of));
}

static double array_value_ARGMIN(const tensor *operands, const array_entry *of)
{
    members m = members_of(operands, of);
    return place_among(&m, array_value_SMALLEST(operands, of));
}

static double array_value_NORM(const tensor *operands, const array_entry *of)
{
    members m = members_of(operands, of);
    long double sum = m.count > 0 ? 0 : (long double)NAN;
    for (size_t i = 0; i < m.count; i++)
        sum += (long double)m.entries[i] * m.entries[i];
    return (double)sqrtl(sum);
}

static double array_value_LOGSUMEXP(const tensor *operands, const array_entry *of)
{
    members m = members_of(operands, of);
    long double sum = m.count > 0 ? 0 : (long double)NAN;
    for (size_t i = 0; i < m.count; i++)
        sum += expl(m.entries[i]);
    return (double)logl(sum);
}

/* The logarithm of the sum of exponentials of the line in which an entry lies. */
static double log_of_line(const tensor *operands, const array_entry *of)
{
    array_entry line = {.shape = shape_number(), .operands = of->operands};
    if (!shape_equal(&of->shape, &operands[0].shape))
        return NAN;
    if (of->operands > 1) {
        line.shape = of->shape;
        line.shape.size[line.shape.rank - (operands[1].entries[0] == 1 ? 2 : 1)] = 1;
    }
    line.at = row_broadcast_index(&line.shape, &of->shape, of->at);
    return array_value_LOGSUMEXP(operands, &line);
}

static double array_value_LOG_SOFTMAX(const tensor *operands, const array_entry *of)
{
    return operands[0].entries[of->at] - log_of_line(operands, of);
}

static double array_value_SOFTMAX(const tensor *operands, const array_entry *of)
{
    return exp(array_value_LOG_SOFTMAX(operands, of));
}

#define array_value_MEAN_AXIS        array_value_MEAN
#define array_value_LARGEST_AXIS     array_value_LARGEST
#define array_value_SMALLEST_AXIS    array_value_SMALLEST
#define array_value_ARGMAX_AXIS      array_value_ARGMAX
#define array_value_ARGMIN_AXIS      array_value_ARGMIN
#define array_value_NORM_AXIS        array_value_NORM
#define array_value_LOGSUMEXP_AXIS   array_value_LOGSUMEXP
#define array_value_SOFTMAX_AXIS     array_value_SOFTMAX
#define array_value_LOG_SOFTMAX_AXIS array_value_LOG_SOFTMAX

/* clang-format off */
#define ARRAY_FORMULAS(X)                                                                \
    X(TRANSPOSE) X(SUM) X(EXPAND) X(COLLECT) X(BLOCK) X(GATHER) X(PLACE)                 \
    X(CONCAT) X(STACK) X(PAGE) X(ONPAGE)                                               \
    X(ZEROS) X(ONES) X(EYE) X(RANGE) X(LINSPACE) X(ONEHOT)                               \
    X(SIZE) X(ROWS) X(COLS) X(NUMEL)                                                     \
    X(RESHAPE) X(VEC) X(TILE) X(UNTILE) X(REPEAT) X(BLOCKSUM)                            \
    X(ON_DIAGONAL) X(DIAGONAL) X(TRIL)                                                   \
    X(SUM_AXIS) X(MEAN) X(MEAN_AXIS) X(LARGEST) X(LARGEST_AXIS) X(SMALLEST)              \
    X(SMALLEST_AXIS) X(ARGMAX) X(ARGMAX_AXIS) X(ARGMIN) X(ARGMIN_AXIS) X(NORM)           \
    X(NORM_AXIS) X(LOGSUMEXP) X(LOGSUMEXP_AXIS) X(SOFTMAX) X(SOFTMAX_AXIS)               \
    X(LOG_SOFTMAX) X(LOG_SOFTMAX_AXIS)
/* clang-format on */

static const struct {
    const char *name;
    array_formula *of;
} array_formulas[] = {
#define ARRAY_ENTRY(name) {#name, array_value_##name},
    ARRAY_FORMULAS(ARRAY_ENTRY)};

array_formula *array_formula_for(const char *name)
{
    for (size_t i = 0; i < sizeof array_formulas / sizeof *array_formulas; i++)
        if (strcmp(array_formulas[i].name, name) == 0)
            return array_formulas[i].of;
    return NULL;
}

const char *array_formula_name(size_t i)
{
    return i < sizeof array_formulas / sizeof *array_formulas ? array_formulas[i].name
                                                              : NULL;
}
