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

typedef enum vector_set {
    VECTORS_PLAIN,
    VECTORS_AVX2,
    VECTORS_AVX512,
} vector_set;

/* valgrind hides AVX-512 also where the processor has it, so it is asked for in parts. */
static vector_set vectors_here(void)
{
#if defined __x86_64__
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
        return VECTORS_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return VECTORS_AVX2;
#endif
    return VECTORS_PLAIN;
}

static void fill(void)
{
    memcpy(fastest, plain, sizeof plain);
#if defined __x86_64__
    vector_set here = vectors_here();
    void *library = here == VECTORS_PLAIN
                        ? NULL
                        : dlopen("libmvec.so.1", RTLD_LAZY | RTLD_LOCAL); /* for good */
    if (here == VECTORS_AVX512)
        vector_fill_avx512(fastest, library);
    else if (here == VECTORS_AVX2)
        vector_fill_avx2(fastest, library);
#endif
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
    if (used != NULL)
        return used;
    used = &product_plain;
#if defined __x86_64__
    vector_set here = vectors_here();
    if (here == VECTORS_AVX512)
        used = &product_avx512;
    else if (here == VECTORS_AVX2)
        used = &product_avx2;
#endif
    return used;
}
