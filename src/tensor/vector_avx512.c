/* Kernels by AVX-512: eight doubles in a vector. */
#if defined __x86_64__
#include <immintrin.h>

#define LANES         8
#define TARGET        __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw")))
#define SYMBOL        "_ZGVeN8v_"
#define SYMBOL_OF_TWO "_ZGVeN8vv_"
#define ROOT(x)       ((lanes)_mm512_sqrt_pd((__m512d)(x)))
#define FILL          vector_fill_avx512
#include "tensor/vector_kernels.inc"
#endif
