/* See matrices.h. */
#include "matrices.h"

#include <math.h>

#include "tensor/blas.h"
#include "tensor/factor.h"
#include "tensor/product.h"

void open_place(place *p)
{
    enum { BLOCK = 1 << 12 };
    *p = (place){.dice = {2024}};
    arena_init(&p->arena, &p->limits, BLOCK);
}

void close_place(place *p)
{
    arena_empty(&p->arena);
    assert_int_equal(p->limits.memory_used, 0);
}

double *new_matrix(place *p, size_t n)
{
    return ARENA_ARRAY(&p->arena, double, n *n);
}

void both_ways(void (*test)(void))
{
    assert_true(blas_available());
    test();
    blas_use(false);
    test();
    blas_use(true);
}

double *random_matrix(place *p, size_t n)
{
    double *m = new_matrix(p, n);
    for (size_t i = 0; i < n * n; i++)
        m[i] = dice_between(&p->dice, -1, 1);
    return m;
}

double *badly_scaled_matrix(place *p, size_t n)
{
    double *m = random_matrix(p, n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            m[i * n + j] = ldexp(m[i * n + j], (int)(i * 37 % 60) - (int)(j * 23 % 50));
    return m;
}

double *permutation_matrix(place *p, size_t n)
{
    double *m = new_matrix(p, n);
    for (size_t i = 0; i < n; i++)
        m[i * n + i] = 1;
    for (size_t i = n; i-- > 1;) {
        size_t j = dice_below(&p->dice, i + 1);
        for (size_t k = 0; k < n; k++) {
            double moved = m[i * n + k];
            m[i * n + k] = m[j * n + k];
            m[j * n + k] = moved;
        }
    }
    return m;
}

double *lower_matrix(place *p, size_t n)
{
    double *m = random_matrix(p, n);
    for (size_t i = 0; i < n; i++) {
        m[i * n + i] = 2;
        for (size_t j = i + 1; j < n; j++)
            m[i * n + j] = 0;
    }
    return m;
}

double *upper_matrix(place *p, size_t n)
{
    double *m = lower_matrix(p, n), *turned = new_matrix(p, n);
    for (size_t i = 0; i < n * n; i++)
        turned[i] = m[i % n * n + i / n];
    return turned;
}

/* A product of n×rank and rank×n integers, so that its entries are exact. */
double *matrix_of_rank(place *p, size_t n, size_t rank)
{
    double *m = new_matrix(p, n);
    for (size_t r = 0; r < rank; r++) {
        double row[200];
        assert_true(n <= 200);
        for (size_t j = 0; j < n; j++)
            row[j] = (double)dice_below(&p->dice, 7) - 3;
        for (size_t i = 0; i < n; i++) {
            double times = (double)dice_below(&p->dice, 7) - 3;
            for (size_t j = 0; j < n; j++)
                m[i * n + j] += times * row[j];
        }
    }
    return m;
}

double *positive_matrix(place *p, size_t n, double **root)
{
    *root = lower_matrix(p, n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            (*root)[i * n + j] /= (double)n;
    double *m = new_matrix(p, n);
    product_compute(&p->limits, &(product_sizes){n, n, n, false, true}, *root, *root, m);
    return m;
}

double largest_size(const double *m, size_t n)
{
    double largest = 0;
    for (size_t i = 0; i < n * n; i++)
        largest = fmax(largest, fabs(m[i]));
    return largest;
}

double determinant_of(place *p, const double *m, size_t n)
{
    return factor_determinant(factor_make(&p->arena, m, n));
}
