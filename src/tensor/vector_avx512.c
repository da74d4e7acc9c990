/* Kernels and products by AVX-512: eight doubles in a vector. */
#include "tensor/vector_table.h"

#if defined __x86_64__
#include <immintrin.h>

#define LANES              8
#define TARGET             __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw")))
#define FIRST(n)           ((__mmask8)((1u << (n)) - 1))
#define LOAD_FEW(p, n)     ((lanes)_mm512_maskz_loadu_pd(FIRST(n), (p)))
#define STORE_FEW(p, x, n) _mm512_mask_storeu_pd((p), FIRST(n), (__m512d)(x))
#include "tensor/vector_lanes.inc"

#define SYMBOL        "_ZGVeN8v_"
#define SYMBOL_OF_TWO "_ZGVeN8vv_"
#define ROOT(x)       ((lanes)_mm512_sqrt_pd((__m512d)(x)))
#define FILL          vector_fill_avx512
#include "tensor/vector_kernels.inc"

#define MULTIPLY_ADD(a, b, c)                                                            \
    ((lanes)_mm512_fmadd_pd((__m512d)(a), (__m512d)(b), (__m512d)(c)))
#define SUM(x)          _mm512_reduce_add_pd((__m512d)(x))
#define PRODUCT_KERNELS product_avx512
#include "tensor/product_kernels.inc"
#endif
