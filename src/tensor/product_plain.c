/* Products by what every processor has: compilers turn it into vectors of two. */
#include <string.h>

#define LANES 2
#define TARGET
#define LOAD_FEW(p, n)     load_few((p), (n))
#define STORE_FEW(p, x, n) store_few((p), (x), (n))
#include "tensor/vector_lanes.inc"

static inline lanes load_few(const double *from, size_t count)
{
    return (lanes){from[0], count > 1 ? from[1] : 0};
}

static inline void store_few(double *to, lanes x, size_t count)
{
    memcpy(to, &x, count * sizeof *to);
}

#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#define SUM(x)                ((x)[0] + (x)[1])
#define PRODUCT_KERNELS       product_plain
#include "tensor/product_kernels.inc"
