#include "tensor/shape.h"

#include "base/text.h"

shape shape_number(void)
{
    return (shape){.rank = 2, .size = {1, 1}};
}

bool shape_is_number(const shape *s)
{
    return shape_count(s) == 1 && s->rank == 2;
}

bool shape_equal(const shape *a, const shape *b)
{
    if (a->rank != b->rank)
        return false;
    for (int axis = 0; axis < a->rank; axis++)
        if (a->size[axis] != b->size[axis])
            return false;
    return true;
}

size_t shape_count(const shape *s)
{
    size_t count = 1;
    for (int axis = 0; axis < s->rank; axis++)
        count *= s->size[axis];
    return count;
}

const char *shape_text(arena *a, const shape *s)
{
    text_buffer t;
    text_init(&t, a);
    for (int axis = 0; axis < s->rank; axis++)
        text_format(&t, "%s%zu", axis == 0 ? "" : "×", s->size[axis]);
    return text_string(&t);
}
