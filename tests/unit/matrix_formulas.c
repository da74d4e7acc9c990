/* See array_formulas.h. Determinants here are sums over the first row, without any
 * elimination, and systems are solved by Cramer's rule. */
#include "array_formulas.h"

#include <math.h>
#include <string.h>

enum { MOST = 6 };

/* A matrix of a stack: the one that belongs to a matrix of the result. */
typedef struct matrix {
    size_t rows, columns;
    long double at[MOST][MOST];
} matrix;

/* Matrix `which` of the result's, whose leading axes those of the operand stretch to. */
static matrix matrix_of(const tensor *t, const array_entry *of)
{
    shape own = t->shape, wide = of->shape;
    matrix m = {shape_rows(&own), shape_columns(&own), {{0}}};
    size_t which = of->at / (shape_rows(&wide) * shape_columns(&wide));
    own.size[own.rank - 1] = own.size[own.rank - 2] = 1;
    wide.size[wide.rank - 1] = wide.size[wide.rank - 2] = 1;
    size_t first = row_broadcast_index(&own, &wide, which) * m.rows * m.columns;
    for (size_t i = 0; i < m.rows; i++)
        for (size_t j = 0; j < m.columns; j++)
            m.at[i][j] = t->entries[first + i * m.columns + j];
    return m;
}

static size_t row_of(const array_entry *of)
{
    return of->at / shape_columns(&of->shape) % shape_rows(&of->shape);
}

static size_t column_of(const array_entry *of)
{
    return of->at % shape_columns(&of->shape);
}

static matrix without(const matrix *m, size_t row, size_t column)
{
    matrix less = {m->rows - 1, m->columns - 1, {{0}}};
    for (size_t i = 0; i < less.rows; i++)
        for (size_t j = 0; j < less.columns; j++)
            less.at[i][j] = m->at[i + (i >= row)][j + (j >= column)];
    return less;
}

static long double determinant(const matrix *m)
{
    long double sum = m->rows == 0;
    for (size_t j = 0; j < m->rows; j++) {
        matrix less = without(m, 0, j);
        sum += (j % 2 == 0 ? 1 : -1) * m->at[0][j] * determinant(&less);
    }
    return sum;
}

static long double cofactor(const matrix *m, size_t row, size_t column)
{
    matrix less = without(m, row, column);
    return ((row + column) % 2 == 0 ? 1 : -1) * determinant(&less);
}

/* ---- The rows ---- */

static double array_value_MATMUL(const tensor *operands, const array_entry *of)
{
    matrix a = matrix_of(&operands[0], of), b = matrix_of(&operands[1], of);
    long double sum = a.columns == b.rows ? 0 : (long double)NAN;
    for (size_t k = 0; k < a.columns; k++)
        sum += a.at[row_of(of)][k] * b.at[k][column_of(of)];
    return (double)sum;
}

static double array_value_SOLVE(const tensor *operands, const array_entry *of)
{
    matrix a = matrix_of(&operands[0], of), b = matrix_of(&operands[1], of);
    long double all = determinant(&a);
    for (size_t i = 0; i < a.rows; i++)
        a.at[i][row_of(of)] = b.at[i][column_of(of)];
    return (double)(determinant(&a) / all);
}

static double array_value_TRACE(const tensor *operands, const array_entry *of)
{
    matrix a = matrix_of(&operands[0], of);
    long double sum = 0;
    for (size_t i = 0; i < a.rows; i++)
        sum += a.at[i][i];
    return (double)sum;
}

static double array_value_DET(const tensor *operands, const array_entry *of)
{
    matrix a = matrix_of(&operands[0], of);
    return (double)determinant(&a);
}

static double array_value_LOGDET(const tensor *operands, const array_entry *of)
{
    matrix a = matrix_of(&operands[0], of);
    return (double)logl(determinant(&a));
}

static double array_value_COFACTOR(const tensor *operands, const array_entry *of)
{
    matrix a = matrix_of(&operands[0], of);
    return (double)cofactor(&a, row_of(of), column_of(of));
}

/* The product rule: one entry after the other of the rest changes along b. */
static double array_value_COFACTOR_ALONG(const tensor *operands, const array_entry *of)
{
    matrix a = matrix_of(&operands[0], of), b = matrix_of(&operands[1], of);
    matrix rest = without(&a, row_of(of), column_of(of));
    matrix change = without(&b, row_of(of), column_of(of));
    long double sum = 0;
    for (size_t i = 0; i < rest.rows; i++)
        for (size_t j = 0; j < rest.columns; j++)
            sum += change.at[i][j] * cofactor(&rest, i, j);
    return (double)((row_of(of) + column_of(of)) % 2 == 0 ? sum : -sum);
}

static double array_value_INV(const tensor *operands, const array_entry *of)
{
    matrix a = matrix_of(&operands[0], of);
    return (double)(cofactor(&a, column_of(of), row_of(of)) / determinant(&a));
}

/* The minor of rows 1 to n - 1 and `row`, and of columns 1 to n. */
static long double minor_of(const matrix *m, size_t n, size_t row)
{
    matrix part = {n, n, {{0}}};
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            part.at[i][j] = m->at[i + 1 == n ? row : i][j];
    return determinant(&part);
}

/* Source: Gantmacher, "The Theory of Matrices" (1959), chapter II, section 4. */
static double array_value_CHOLESKY(const tensor *operands, const array_entry *of)
{
    matrix a = matrix_of(&operands[0], of), s = a;
    for (size_t i = 0; i < a.rows; i++)
        for (size_t j = 0; j < a.rows; j++)
            s.at[i][j] = (a.at[i][j] + a.at[j][i]) / 2;
    size_t i = row_of(of), j = column_of(of);
    if (j > i)
        return 0;
    long double before = j == 0 ? 1 : minor_of(&s, j, j - 1);
    return (double)(minor_of(&s, j + 1, i) / sqrtl(before * minor_of(&s, j + 1, j)));
}

static double array_value_SYMMETRIC(const tensor *operands, const array_entry *of)
{
    matrix a = matrix_of(&operands[0], of);
    size_t i = row_of(of), j = column_of(of);
    return (double)(i > j ? a.at[i][j] : a.at[j][i]);
}

static const struct {
    const char *name;
    array_formula *of;
} formulas[] = {
    {"MATMUL", array_value_MATMUL},
    {"AT", array_value_MATMUL},
    {"BACKSLASH", array_value_SOLVE},
    {"SOLVE", array_value_SOLVE},
    {"TRACE", array_value_TRACE},
    {"DET", array_value_DET},
    {"LOGDET", array_value_LOGDET},
    {"COFACTOR", array_value_COFACTOR},
    {"COFACTOR_ALONG", array_value_COFACTOR_ALONG},
    {"INV", array_value_INV},
    {"CHOLESKY", array_value_CHOLESKY},
    {"SYMMETRIC", array_value_SYMMETRIC},
};

array_formula *matrix_formula_for(const char *name)
{
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++)
        if (strcmp(formulas[i].name, name) == 0)
            return formulas[i].of;
    return NULL;
}

const char *matrix_formula_name(size_t i)
{
    return i < sizeof formulas / sizeof *formulas ? formulas[i].name : NULL;
}
