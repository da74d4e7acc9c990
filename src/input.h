/* Reading scripts. */
#ifndef NABLA_INPUT_H
#define NABLA_INPUT_H

#include <stddef.h>

/* All bytes of a file, or of standard input where the path is "-", to be freed; NULL,
 * with errno, when it cannot be read. */
char *input_read(const char *path, size_t *length);

#endif
