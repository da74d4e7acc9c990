#include "limit.h"

/* As in cblas.h, which comes with other packages than the library. */
enum { ROW_MAJOR = 101, AS_STORED = 111, TRANSPOSED = 112 };

void cblas_dgemm(int order, int a_transposed, int b_transposed, int rows, int columns,
                 int inner, double scale, const double *a, int a_stride, const double *b,
                 int b_stride, double keep, double *out, int out_stride);

void limit_multiply(size_t rows, size_t columns, size_t inner, const double *a,
                    bool a_transposed, const double *b, bool b_transposed, double *out)
{
    cblas_dgemm(ROW_MAJOR, a_transposed ? TRANSPOSED : AS_STORED,
                b_transposed ? TRANSPOSED : AS_STORED, (int)rows, (int)columns,
                (int)inner, 1, a, (int)(a_transposed ? rows : inner), b,
                (int)(b_transposed ? inner : columns), 0, out, (int)columns);
}

void limit_step(double *restrict parameters, const double *restrict gradient, size_t n)
{
    for (size_t i = 0; i < n; i++)
        parameters[i] -= 0.1 * gradient[i];
}

int main(void)
{
    const workload all[] = {limit_chain,   limit_entries, limit_random,
                            limit_product, limit_network, limit_small_network,
                            limit_logistic};
    return side_main("the limit", all, sizeof all / sizeof *all);
}
