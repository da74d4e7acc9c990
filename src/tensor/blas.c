#include "tensor/blas.h"

#include <assert.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <dlfcn.h>

#include "tensor/loops.h"

/* ---- Loading ---- */

/* The values of CBLAS's enumerations. */
enum { ROW_MAJOR = 101 };
enum { AS_STORED = 111, TRANSPOSED = 112 };
enum { UPPER = 121, LOWER = 122 };
enum { NON_UNIT = 131, UNIT = 132 };
enum { LEFT = 141, RIGHT = 142 };

typedef void dgemm(int order, int a_transposed, int b_transposed, int rows, int columns,
                   int inner, double scale, const double *a, int a_stride,
                   const double *b, int b_stride, double keep, double *out,
                   int out_stride);
typedef void dgemv(int order, int transposed, int rows, int columns, double scale,
                   const double *matrix, int stride, const double *x, int x_step,
                   double keep, double *out, int out_step);
typedef void dtrsm(int order, int side, int triangle, int transposed, int diagonal,
                   int rows, int columns, double scale, const double *matrix, int stride,
                   double *b, int b_stride);

/* Fortran: everything by reference, column by column; the lengths of character arguments
 * come last. Debian's OpenBLAS has no LAPACKE, which would hide that. */
typedef void dgetrf(const int *rows, const int *columns, double *matrix,
                    const int *stride, int *swaps, int *info);
typedef void dgecon(const char *norm, const int *n, const double *factors,
                    const int *stride, const double *matrix_norm, double *reciprocal,
                    double *work, int *places, int *info, size_t norm_length);
typedef void dpotrf(const char *triangle, const int *n, double *matrix, const int *stride,
                    int *info, size_t triangle_length);

/* Set once, by the first blas_available. */
static struct {
    bool tried, loaded;
    bool refused;     /* by a test */
    double test_slab; /* or 0 */
    dgemm *gemm;
    dgemv *gemv;
    dtrsm *trsm;
    dgetrf *getrf;
    dgecon *gecon;
    dpotrf *potrf;
    void (*set_threads)(int count); /* these two may be NULL */
    int (*get_threads)(void);
    int threads;
} library;

/* Puts a function into a pointer to functions of its type, at `place`. */
static bool find(void *handle, const char *name, void *place)
{
    void *symbol = dlsym(handle, name);
    memcpy(place, &symbol, sizeof symbol);
    return symbol != NULL;
}

static bool find_functions(void *handle)
{
    return find(handle, "cblas_dgemm", &library.gemm) &&
           find(handle, "cblas_dgemv", &library.gemv) &&
           find(handle, "cblas_dtrsm", &library.trsm) &&
           find(handle, "dgetrf_", &library.getrf) &&
           find(handle, "dgecon_", &library.gecon) &&
           find(handle, "dpotrf_", &library.potrf);
}

static void find_thread_functions(void *handle)
{
    if (find(handle, "openblas_set_num_threads", &library.set_threads) &&
        find(handle, "openblas_get_num_threads", &library.get_threads))
        library.threads = library.get_threads();
    else
        library.set_threads = NULL;
}

/* Debian 12's OpenBLAS (0.3.21) does not know newer processors and takes a kernel of 2004
 * for them, five times slower: name the best of its kernels that this one can run. NULL
 * where it may choose for itself. */
static const char *best_kernel(void)
{
#if defined __x86_64__
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512cd"))
        return "SkylakeX";
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return "Haswell";
#endif
    return NULL;
}

static void *open_library(void)
{
    static const char variable[] = "OPENBLAS_CORETYPE";
    const char *kernel = getenv(variable) == NULL ? best_kernel() : NULL;
    if (kernel != NULL)
        setenv(variable, kernel, 1); /* where this fails, OpenBLAS chooses */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    void *handle = dlopen("libopenblas.so.0", RTLD_LAZY | RTLD_LOCAL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (kernel != NULL)
        unsetenv(variable); /* programs that we start may have another OpenBLAS */
    return handle;
}

bool blas_available(void)
{
    if (!library.tried && !library.refused) {
        library.tried = true;
        void *handle = open_library();
        library.loaded = handle != NULL && find_functions(handle);
        if (handle != NULL && !library.loaded)
            dlclose(handle);
        if (library.loaded)
            find_thread_functions(handle);
    }
    return library.loaded && !library.refused;
}

void blas_use(bool use)
{
    library.refused = !use;
}

/* ---- Slabs ---- */

void blas_cut(double multiplications)
{
    library.test_slab = multiplications;
}

/* Multiplications in a slab: 50 ms at 40 GFLOP/s. Half of it would cost 3 % more time. */
static double slab_work(void)
{
    return library.test_slab > 0 ? library.test_slab : 0x1p30;
}

/* Entries of the matrix that a product with a vector reads in a slab: 32 MB. */
static size_t slab_entries(void)
{
    return (size_t)(slab_work() / 256);
}

/* To be called before each call of the library. Its threads wait for each other in a
 * loop, and where one has to share its processor they do so for milliseconds: only what
 * takes about one is shared out. */
static void choose_threads(double multiplications)
{
    static const double shared_from = 0x1p26;
    if (library.set_threads != NULL && library.threads > 1)
        library.set_threads(multiplications < shared_from ? 1 : library.threads);
}

/* ---- Products ---- */

static int flag(bool transposed)
{
    return transposed ? TRANSPOSED : AS_STORED;
}

/* Halves the largest of three sizes until their product is a slab. */
static void cut(size_t size[static 3])
{
    while ((double)size[0] * (double)size[1] * (double)size[2] > slab_work()) {
        size_t *largest = &size[0];
        for (int i = 1; i < 3; i++)
            if (size[i] > *largest)
                largest = &size[i];
        *largest = (*largest + 1) / 2;
    }
}

void blas_multiply(limits *l, const blas_product *p, bool add, double *out,
                   size_t out_stride)
{
    size_t slab[3] = {p->rows, p->inner, p->columns};
    cut(slab);
    choose_threads((double)slab[0] * (double)slab[1] * (double)slab[2]);
    size_t a_row = p->a_transposed ? 1 : p->a_stride;
    size_t a_column = p->a_transposed ? p->a_stride : 1;
    size_t b_row = p->b_transposed ? 1 : p->b_stride;
    size_t b_column = p->b_transposed ? p->b_stride : 1;
    for (size_t i = 0; i < p->rows; i += slab[0])
        for (size_t j = 0; j < p->columns; j += slab[2])
            for (size_t k = 0; k < p->inner; k += slab[1]) {
                limits_poll(l);
                library.gemm(ROW_MAJOR, flag(p->a_transposed), flag(p->b_transposed),
                             (int)smaller_size(slab[0], p->rows - i),
                             (int)smaller_size(slab[2], p->columns - j),
                             (int)smaller_size(slab[1], p->inner - k), p->scale,
                             p->a + i * a_row + k * a_column, (int)p->a_stride,
                             p->b + k * b_row + j * b_column, (int)p->b_stride,
                             add || k > 0 ? 1 : 0, out + i * out_stride + j,
                             (int)out_stride);
            }
}

void blas_multiply_vector(limits *l, const double *matrix, size_t rows, size_t columns,
                          bool transposed, const double *x, double *out)
{
    size_t slab = columns < slab_entries() ? slab_entries() / columns : 1;
    memset(out, 0, (transposed ? columns : rows) * sizeof *out);
    choose_threads(HUGE_VAL); /* what there is to gain is in reading with several */
    for (size_t i = 0; i < rows; i += slab) {
        limits_poll(l);
        library.gemv(ROW_MAJOR, flag(transposed), (int)smaller_size(slab, rows - i),
                     (int)columns, 1, matrix + i * columns, (int)columns,
                     transposed ? x + i : x, 1, 1, transposed ? out : out + i, 1);
    }
}

/* ---- Triangles ---- */

/* Solves T X = B, or X T = B for side RIGHT; B is rows×columns with b_stride. */
static void solve_slabs(limits *l, int side, const triangle *t, double *b,
                        size_t b_stride, size_t rows, size_t columns)
{
    size_t others = side == LEFT ? columns : rows;
    double slab = slab_work() / ((double)t->n * (double)t->n);
    size_t step = slab >= (double)others ? others : slab < 1 ? 1 : (size_t)slab;
    for (size_t i = 0; i < others; i += step) {
        limits_poll(l);
        size_t count = smaller_size(step, others - i);
        choose_threads((double)t->n * (double)t->n * (double)count / 2);
        library.trsm(ROW_MAJOR, side, t->upper ? UPPER : LOWER, flag(t->transposed),
                     t->unit ? UNIT : NON_UNIT, (int)(side == LEFT ? rows : count),
                     (int)(side == LEFT ? count : columns), 1, t->entries, (int)t->stride,
                     side == LEFT ? b + i : b + i * b_stride, (int)b_stride);
    }
}

void blas_solve_triangle(limits *l, const triangle *t, double *b, size_t columns)
{
    solve_slabs(l, LEFT, t, b, columns, t->n, columns);
}

/* ---- Factorizations ---- */

/* How many rows to factorize in one call: all where that is one slab. */
static size_t panel_rows(size_t n)
{
    enum { PANEL = 256 };
    double size = (double)n;
    return size * size * size / 3 <= slab_work() ? n : PANEL;
}

/* Exchanges, in `rows` rows, entry k with entry swaps[k] - 1. */
static void swap_entries(double *matrix, size_t stride, size_t rows, const int *swaps,
                         size_t count)
{
    for (size_t i = 0; i < rows; i++) {
        double *row = matrix + i * stride;
        for (size_t k = 0; k < count; k++) {
            double moved = row[k];
            row[k] = row[swaps[k] - 1];
            row[swaps[k] - 1] = moved;
        }
    }
}

/* Rows at..at+height become final; the exchanges of entries have been made in them only.
 */
static void factorize_panel(double *matrix, size_t n, size_t at, size_t height,
                            int *swaps)
{
    int rows = (int)(n - at), columns = (int)height, stride = (int)n, info;
    choose_threads((double)rows * (double)height * (double)height / 2);
    library.getrf(&rows, &columns, matrix + at * n + at, &stride, swaps + at, &info);
    assert(info >= 0);
}

void blas_factorize(limits *l, double *matrix, size_t n, int *swaps)
{
    size_t step = panel_rows(n);
    for (size_t at = 0; at < n; at += step) {
        size_t height = smaller_size(step, n - at), next = at + height, rest = n - next;
        limits_poll(l);
        factorize_panel(matrix, n, at, height, swaps);
        swap_entries(matrix + at, n, at, swaps + at, height);
        double *below = matrix + next * n + at;
        swap_entries(below, n, rest, swaps + at, height);
        for (size_t k = at; k < next; k++)
            swaps[k] += (int)at;
        if (rest == 0)
            break;
        triangle corner = {matrix + at * n + at, height, n, .upper = true, .unit = true};
        solve_slabs(l, RIGHT, &corner, below, n, rest, height);
        blas_product update = {.rows = rest,
                               .inner = height,
                               .columns = rest,
                               .a = below,
                               .a_stride = n,
                               .b = matrix + at * n + next,
                               .b_stride = n,
                               .scale = -1};
        blas_multiply(l, &update, true, matrix + next * n + next, n);
    }
}

double blas_reciprocal_condition(const double *factors, size_t n, double norm,
                                 double *work, int *places)
{
    /* For LAPACK the matrix is A', whose norm "I" is the 1-norm of A. */
    int size = (int)n, info;
    double reciprocal;
    choose_threads((double)n * (double)n);
    library.gecon("I", &size, factors, &size, &norm, &reciprocal, work, places, &info, 1);
    assert(info >= 0);
    return reciprocal;
}

bool blas_cholesky(limits *l, double *matrix, size_t n)
{
    size_t step = panel_rows(n);
    for (size_t at = 0; at < n; at += step) {
        size_t height = smaller_size(step, n - at), next = at + height, rest = n - next;
        int size = (int)height, stride = (int)n, info;
        limits_poll(l);
        choose_threads((double)height * (double)height * (double)height / 6);
        /* Upper column by column is lower row by row. */
        library.potrf("U", &size, matrix + at * n + at, &stride, &info, 1);
        if (info != 0)
            return false;
        if (rest == 0)
            break;
        triangle corner = {matrix + at * n + at, height, n, .transposed = true};
        double *below = matrix + next * n + at;
        solve_slabs(l, RIGHT, &corner, below, n, rest, height);
        /* Only the lower triangle of the rest is wanted: one row of blocks at a time. */
        for (size_t i = 0; i < rest; i += step) {
            size_t rows = smaller_size(step, rest - i);
            blas_product update = {.rows = rows,
                                   .inner = height,
                                   .columns = i + rows,
                                   .a = below + i * n,
                                   .a_stride = n,
                                   .b = below,
                                   .b_stride = n,
                                   .b_transposed = true,
                                   .scale = -1};
            blas_multiply(l, &update, true, matrix + (next + i) * n + next, n);
        }
    }
    return true;
}
