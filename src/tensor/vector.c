#include "tensor/vector.h"

#include <string.h>

#include <dlfcn.h>

#include "tensor/vector_table.h"

static kernel *const plain[KERNEL_COUNT] = {
#define ENTER(name, expression) [KERNEL_##name] = kernel_##name,
    KERNELS(ENTER)
#undef ENTER
};

static kernel *fastest[KERNEL_COUNT];

static void fill(void)
{
    memcpy(fastest, plain, sizeof plain);
#if defined __x86_64__
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
        return;
    void *library = dlopen("libmvec.so.1", RTLD_LAZY | RTLD_LOCAL); /* kept for good */
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
        vector_fill_avx512(fastest, library);
    else
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
