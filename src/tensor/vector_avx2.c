/* Kernels by AVX2: four doubles in a vector. */
#if defined __x86_64__
#include <immintrin.h>

#define LANES         4
#define TARGET        __attribute__((target("avx2,fma")))
#define SYMBOL        "_ZGVdN4v_"
#define SYMBOL_OF_TWO "_ZGVdN4vv_"
#define ROOT(x)       ((lanes)_mm256_sqrt_pd((__m256d)(x)))
#define FILL          vector_fill_avx2
#include "tensor/vector_kernels.inc"
#endif
