/* Gradients of sum(A*B), variant 0, and of sum(tanh(A*B)), variant 1, of square matrices:
 * three products, and tanh with its slope in one loop between them. */
#include <math.h>
#include <stdlib.h>

#include "limit.h"

typedef struct product {
    size_t n;
    bool curved;
    double *a, *b, *out, *to_a, *to_b;
    double sum;
} product;

static void *product_open(size_t n, size_t variant)
{
    product *p = side_room(1, sizeof *p);
    p->n = n;
    p->curved = variant == 1;
    double **matrices[] = {&p->a, &p->b, &p->out, &p->to_a, &p->to_b};
    for (size_t i = 0; i < sizeof matrices / sizeof *matrices; i++)
        *matrices[i] = side_room(n * n, sizeof(double));
    side_fill(p->a, n * n, 0, 0.1);
    side_fill(p->b, n * n, 1, 0.1);
    return p;
}

/* Adds the entries up, and leaves the upstream in their places. */
static double total(double *restrict entries, size_t count, bool curved)
{
    double sum = 0;
    if (curved)
        for (size_t i = 0; i < count; i++) {
            double t = tanh(entries[i]);
            sum += t;
            entries[i] = 1 - t * t;
        }
    else
        for (size_t i = 0; i < count; i++) {
            sum += entries[i];
            entries[i] = 1;
        }
    return sum;
}

static void product_run(void *state)
{
    product *p = state;
    size_t n = p->n;
    limit_multiply(n, n, n, p->a, false, p->b, false, p->out);
    p->sum = total(p->out, n * n, p->curved);
    limit_multiply(n, n, n, p->out, false, p->b, true, p->to_a);
    limit_multiply(n, n, n, p->a, true, p->out, false, p->to_b);
}

static double product_check(void *state)
{
    const product *p = state;
    return p->sum + side_weigh(p->to_a, p->n * p->n) + side_weigh(p->to_b, p->n * p->n);
}

static void product_close(void *state)
{
    product *p = state;
    free(p->a);
    free(p->b);
    free(p->out);
    free(p->to_a);
    free(p->to_b);
    free(p);
}

const workload limit_product = {"product", product_open, product_run, product_check,
                                product_close};
