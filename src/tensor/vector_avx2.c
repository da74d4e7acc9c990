/* Kernels and products by AVX2: four doubles in a vector. */
#include "tensor/vector_table.h"

#if defined __x86_64__
#include <immintrin.h>

#define LANES  4
#define TARGET __attribute__((target("avx2,fma")))

/* All bits set in the first n. */
TARGET static inline __m256i first_few(size_t n)
{
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x((long long)n),
                              _mm256_setr_epi64x(0, 1, 2, 3));
}

TARGET static inline double sum_of_four(__m256d x)
{
    __m128d two = _mm_add_pd(_mm256_castpd256_pd128(x), _mm256_extractf128_pd(x, 1));
    return _mm_cvtsd_f64(two) + _mm_cvtsd_f64(_mm_unpackhi_pd(two, two));
}

#define LOAD_FEW(p, n)     ((lanes)_mm256_maskload_pd((p), first_few(n)))
#define STORE_FEW(p, x, n) _mm256_maskstore_pd((p), first_few(n), (__m256d)(x))
#include "tensor/vector_lanes.inc"

#define SYMBOL        "_ZGVdN4v_"
#define SYMBOL_OF_TWO "_ZGVdN4vv_"
#define ROOT(x)       ((lanes)_mm256_sqrt_pd((__m256d)(x)))
#define FILL          vector_fill_avx2
#include "tensor/vector_kernels.inc"

#define MULTIPLY_ADD(a, b, c)                                                            \
    ((lanes)_mm256_fmadd_pd((__m256d)(a), (__m256d)(b), (__m256d)(c)))
#define SUM(x)          sum_of_four((__m256d)(x))
#define PRODUCT_KERNELS product_avx2
#include "tensor/product_kernels.inc"
#endif
