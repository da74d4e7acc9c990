#include "input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "repl/bytes.h"

char *input_read(const char *path, size_t *length)
{
    bool standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdin : fopen(path, "rb");
    bytes all = {0};
    bool read = file != NULL && bytes_read(&all, file);
    int reason = errno;
    if (file != NULL && !standard)
        fclose(file);
    if (!read)
        bytes_free(&all);
    errno = reason;
    *length = all.count;
    return all.items;
}
