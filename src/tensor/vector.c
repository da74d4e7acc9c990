#include "tensor/vector.h"

#include <string.h>

#include <dlfcn.h>

#include "tensor/product_kernels.h"
#include "tensor/vector_table.h"

static kernel *const plain[KERNEL_COUNT] = {
#define ENTER(name, operand_count, expression) [KERNEL_##name] = kernel_##name,
    KERNELS(ENTER)
#undef ENTER
};

static kernel *fastest[KERNEL_COUNT];

/* What there is for one kind of vector. */
typedef struct vector_set {
    void (*fill)(kernel **kernels, void *library); /* NULL: the plain ones do */
    const product_kernels *products;
} vector_set;

/* The best that this processor has. valgrind hides AVX-512. */
static vector_set vectors_here(void)
{
#if defined __x86_64__
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
        return (vector_set){vector_fill_avx512, &product_avx512};
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return (vector_set){vector_fill_avx2, &product_avx2};
#endif
    return (vector_set){NULL, &product_plain};
}

/* libmvec stays loaded. */
static void fill(void)
{
    vector_set here = vectors_here();
    memcpy(fastest, plain, sizeof plain);
    if (here.fill != NULL)
        here.fill(fastest, dlopen("libmvec.so.1", RTLD_LAZY | RTLD_LOCAL));
}

kernel *vector_kernel(kernel_id id, size_t count)
{
    if (count < VECTOR_FROM)
        return plain[id];
    if (fastest[KERNEL_copy] == NULL)
        fill();
    return fastest[id];
}

static const product_kernels *used;

void product_use(const product_kernels *with)
{
    used = with;
}

const product_kernels *product_kernels_here(void)
{
    if (used == NULL)
        used = vectors_here().products;
    return used;
}
