/* Writing to descriptors. */
#ifndef NABLA_BASE_FILE_H
#define NABLA_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* Writes all of the bytes, however many calls that takes. False with errno. */
bool file_write_all(int descriptor, const char *bytes, size_t length);

#endif
