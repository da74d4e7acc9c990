#include "tensor/tensor.h"

#include <string.h>

tensor tensor_copy(arena *a, const shape *s, const double *entries)
{
    size_t count = shape_count(s);
    double *copy = ARENA_ARRAY(a, double, count);
    memcpy(copy, entries, count * sizeof *entries);
    return (tensor){*s, copy};
}

tensor tensor_number(arena *a, double value)
{
    shape number = shape_number();
    return tensor_copy(a, &number, &value);
}
