/* What reading a data file is made of; outside, read.h is enough. */
#ifndef NABLA_TENSOR_READ_PARTS_H
#define NABLA_TENSOR_READ_PARTS_H

#include "tensor/read.h"

bool is_npy(const char *bytes, const char *end);

/* Each as `read_array`, for the kind of file that it names. */
bool read_npy(arena *a, const char *bytes, const char *end, tensor *out,
              read_problem *why);
bool read_table(arena *a, const char *bytes, const char *end, tensor *out,
                read_problem *why);

bool begins_with(const char *at, const char *end, const char *prefix, size_t length);

/* What is in the file, to be quoted in a message: short, and UTF-8 without control
 * characters, or NULL. */
const char *quotable(arena *a, const char *from, const char *to);

/* Sets the problem of the file as a whole; always false. */
bool fail_without_place(read_problem *why, const char *message);

#endif
