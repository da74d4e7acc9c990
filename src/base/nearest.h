/* The name that was probably meant. */
#ifndef NABLA_BASE_NEAREST_H
#define NABLA_BASE_NEAREST_H

#include <stddef.h>

/* A search among candidates offered one by one. */
typedef struct nearest {
    const char *wanted;
    const char *best; /* NULL: none is near */
    size_t distance;  /* of the best */
} nearest;

nearest nearest_start(const char *wanted);

/* Takes the candidate where it is nearer than the best so far: fewer single-character
 * changes and swaps of neighbours (Damerau 1964), at most a third of the length, one in
 * names of two. */
void nearest_offer(nearest *search, const char *candidate);

#endif
