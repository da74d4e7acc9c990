#include "base/nearest.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { LONGEST = 40 };

nearest nearest_start(const char *wanted)
{
    return (nearest){.wanted = wanted, .distance = SIZE_MAX};
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Changes that turn `a` into `b`, by the usual table kept as three rows. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][LONGEST + 1];
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3],
               *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            bool same = a[i - 1] == b[j - 1];
            row[j] =
                smaller(above[j - 1] + (same ? 0 : 1), smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = smaller(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

void nearest_offer(nearest *search, const char *candidate)
{
    size_t length = strlen(search->wanted), other = strlen(candidate);
    if (length > LONGEST || other > LONGEST || length < 2)
        return;
    size_t allowed = length < 6 ? 1 : length / 3;
    if (length > other + allowed || other > length + allowed)
        return;
    size_t found = distance(search->wanted, length, candidate, other);
    if (found <= allowed && found < search->distance) {
        search->best = candidate;
        search->distance = found;
    }
}
