#include "tensor/kernels.h"

#include "tensor/entrywise.h"

/* One loop per kernel; a, b and c in its expression are the i-th entries. */
#define DEFINE_KERNEL(name, operand_count, expression)                                   \
    void kernel_##name(size_t n, double *out, const double *const *operands)             \
    {                                                                                    \
        for (size_t i = 0; i < n; i++) {                                                 \
            out[i] = expression;                                                         \
        }                                                                                \
    }
#define a (operands[0][i])
#define b (operands[1][i])
#define c (operands[2][i])
KERNELS(DEFINE_KERNEL)
