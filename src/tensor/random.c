#include "tensor/random.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

struct random_source {
    gsl_rng *generator;
};

/* ---- The generator, counting what it gives ---- */

/* The state of mt19937 follows it. */
typedef struct counted {
    random_position at;
    max_align_t twister[];
} counted;

static void counted_seed(void *state, unsigned long seed)
{
    counted *c = state;
    c->at = (random_position){.seed = seed};
    gsl_rng_mt19937->set(c->twister, seed);
}

static unsigned long counted_get(void *state)
{
    counted *c = state;
    c->at.drawn++;
    return gsl_rng_mt19937->get(c->twister);
}

static double counted_get_double(void *state)
{
    counted *c = state;
    c->at.drawn++;
    return gsl_rng_mt19937->get_double(c->twister);
}

static const gsl_rng_type *counted_type(void)
{
    static gsl_rng_type type = {.name = "mt19937, counted",
                                .set = counted_seed,
                                .get = counted_get,
                                .get_double = counted_get_double};
    type.min = gsl_rng_mt19937->min;
    type.max = gsl_rng_mt19937->max;
    type.size = sizeof(counted) + gsl_rng_mt19937->size;
    return &type;
}

random_position random_tell(const random_source *source)
{
    const counted *c = source->generator->state;
    return c->at;
}

void random_skip(random_source *source, unsigned long count)
{
    while (count-- > 0)
        gsl_rng_get(source->generator);
}

size_t random_bytes(const random_source *source)
{
    return gsl_rng_size(source->generator);
}

void random_keep(const random_source *source, void *kept)
{
    memcpy(kept, gsl_rng_state(source->generator), random_bytes(source));
}

void random_return(random_source *source, const void *kept)
{
    memcpy(gsl_rng_state(source->generator), kept, random_bytes(source));
}

/* ---- Seeds ---- */

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
    source->generator = gsl_rng_alloc(counted_type());
    if (source->generator == NULL) {
        free(source);
        return NULL;
    }
    gsl_rng_set(source->generator, seed_of_this_run());
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
    counted *c = source->generator->state;
    c->at.chosen = true;
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
