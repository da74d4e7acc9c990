#include "tensor/random.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

struct random_source {
    gsl_rng *generator;
};

/* The clock alone is the same in programs that are started at once, and the process in
 * machines that were; seeds that differ in one bit already give unrelated numbers. */
static unsigned long seed_of_this_run(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (unsigned long)now.tv_sec * 1000003u ^ (unsigned long)now.tv_nsec ^
           (unsigned long)getpid() << 12;
}

random_source *random_open(void)
{
    random_source *source = malloc(sizeof *source);
    if (source == NULL)
        return NULL;
    gsl_set_error_handler_off(); /* which would abort the program when memory is out */
    source->generator = gsl_rng_alloc(gsl_rng_mt19937);
    if (source->generator == NULL) {
        free(source);
        return NULL;
    }
    random_seed(source, seed_of_this_run());
    return source;
}

void random_close(random_source *source)
{
    if (source == NULL)
        return;
    gsl_rng_free(source->generator);
    free(source);
}

void random_seed(random_source *source, unsigned long seed)
{
    gsl_rng_set(source->generator, seed);
}

static uint32_t draw_32_bits(random_source *source)
{
    return (uint32_t)gsl_rng_get(source->generator);
}

static uint64_t draw_64_bits(random_source *source)
{
    uint64_t high = draw_32_bits(source);
    return high << 32 | draw_32_bits(source);
}

void random_uniform(random_source *source, double *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t high = draw_32_bits(source) >> 5, low = draw_32_bits(source) >> 6;
        out[i] = (double)(high << 26 | low) * 0x1p-53;
    }
}

void random_normal(random_source *source, double *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = gsl_ran_gaussian_ziggurat(source->generator, 1);
}

/* 0 to `last`, by drawing as many bits as `last` has until they are not above it. */
static uint64_t draw_up_to(random_source *source, uint64_t last)
{
    if (last == 0)
        return 0;
    uint64_t mask = last;
    for (int shift = 1; shift < 64; shift *= 2)
        mask |= mask >> shift;
    for (;;) {
        uint64_t bits = mask <= UINT32_MAX ? draw_32_bits(source) : draw_64_bits(source);
        if ((bits & mask) <= last)
            return bits & mask;
    }
}

static bool is_exact_integer(double x)
{
    return fabs(x) <= 0x1p53 && x == trunc(x);
}

bool random_integers(random_source *source, double lo, double hi, double *out, size_t n)
{
    if (!is_exact_integer(lo) || !is_exact_integer(hi) || lo > hi)
        return false;
    int64_t first = (int64_t)lo, last = (int64_t)hi;
    for (size_t i = 0; i < n; i++)
        out[i] = (double)(first + (int64_t)draw_up_to(source, (uint64_t)(last - first)));
    return true;
}
