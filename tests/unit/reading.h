/* What the tests of data files share. All input is in memory of its exact size, so that
 * the address sanitizer sees a byte read too far. */
#ifndef NABLA_UNIT_READING_H
#define NABLA_UNIT_READING_H

#include "base/limits.h"
#include "tensor/read.h"

/* The entries of a small file; the bytes of an arena's first block. */
enum { ROOM = 24, BLOCK = 1024 };

typedef struct reading {
    limits limits;
    arena arena;
    tensor out;
    read_problem why;
    bool done;
} reading;

/* Reads a copy of the bytes within limits; to be closed. False when a limit was reached,
 * else `done` tells what came of it. */
bool reads_within(reading *r, limits within, const char *bytes, size_t length);

/* Reads without limits; to be closed, which asserts that no memory is left. */
void open_bytes(reading *r, const char *bytes, size_t length);
void close_reading(reading *r);

void check_entries(const tensor *t, const shape *s, const double *wanted);

/* Asserts that nothing was read, and why. */
void check_problem(const reading *r, size_t line, size_t column, const char *message);

/* Asserts that reading polls at least once, in the shortest file too. */
void check_first_poll(const char *bytes, size_t length);

#endif
