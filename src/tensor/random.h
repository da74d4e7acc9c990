/* Random numbers that a seed makes repeatable: the same seed gives the same numbers on
 * every machine. The only file that knows GSL.
 *
 * source  Matsumoto, Nishimura, "Mersenne Twister" (1998): mt19937. Uniform numbers and
 *         integers are made from it as NumPy's RandomState makes them, so that seed 42
 *         gives what numpy.random.seed(42) gives; normal ones are not, see there. */
#ifndef NABLA_TENSOR_RANDOM_H
#define NABLA_TENSOR_RANDOM_H

#include <stdbool.h>
#include <stddef.h>

typedef struct random_source random_source;

/* A source seeded by the clock and the process, so that runs differ; NULL when memory has
 * run out. It is no part of an arena: random_close releases it, and takes NULL too. */
random_source *random_open(void);
void random_close(random_source *source);

/* Starts over: what is drawn next depends on the seed alone. Its low 32 bits count; 0 is
 * the seed 4357, as everywhere in GSL. */
void random_seed(random_source *source, unsigned long seed);

/* Where a source stands: behind `drawn` draws of 32 bits since it was seeded. */
typedef struct random_position {
    unsigned long seed;
    unsigned long drawn;
    bool chosen; /* by random_seed: the seed is not that of this run alone */
} random_position;

random_position random_tell(const random_source *source);

/* Draws `count` times 32 bits that nobody wants: a hundred million take a second. */
void random_skip(random_source *source, unsigned long count);

/* What a source takes to be put back to where it stands now, at once: that many bytes,
 * written by random_keep. */
size_t random_bytes(const random_source *source);
void random_keep(const random_source *source, void *kept);
void random_return(random_source *source, const void *kept);

/* All of these write n numbers to `out`. Drawing in pieces gives the same numbers as
 * drawing at once, so that callers can poll their limits in between; a million takes 10
 * to 25 milliseconds. */

/* Evenly spread multiples of 2^-53 in [0, 1). */
void random_uniform(random_source *source, double *out, size_t n);

/* Standard normal: mean 0, variance 1. By strips under the curve: a result is a whole
 * number times an entry of a table, the same on every machine, and only that one in 1500
 * which is beyond 3.44 takes a logarithm, which libm may round differently.
 *
 * source  Marsaglia, Tsang, "The ziggurat method for generating random variables" (2000),
 *         as gsl_ran_gaussian_ziggurat has it */
void random_normal(random_source *source, double *out, size_t n);

/* Whole numbers from lo to hi, each equally likely.
 *
 * fails  nothing is drawn unless lo <= hi and both are whole and within ±2^53 */
bool random_integers(random_source *source, double lo, double hi, double *out, size_t n);

#endif
