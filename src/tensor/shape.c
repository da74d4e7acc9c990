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

bool shape_is_vector(const shape *s)
{
    return s->rank == 2 && (s->size[0] == 1 || s->size[1] == 1);
}

size_t shape_count(const shape *s)
{
    size_t count = 1;
    for (int axis = 0; axis < s->rank; axis++)
        count *= s->size[axis];
    return count;
}

size_t shape_rows(const shape *s)
{
    return s->size[s->rank - 2];
}

size_t shape_columns(const shape *s)
{
    return s->size[s->rank - 1];
}

int shape_blocks_at(const shape *s, size_t index)
{
    int blocks = 0;
    size_t block = 1;
    for (int axis = s->rank - 1; axis >= 0; axis--) {
        block *= s->size[axis];
        blocks += index % block == 0;
    }
    return blocks;
}

/* The size of an axis counted from the last one, from 0; 1 beyond the rank. */
static size_t size_from_end(const shape *s, int from_end)
{
    return from_end < s->rank ? s->size[s->rank - 1 - from_end] : 1;
}

bool shape_broadcast(const shape *a, const shape *b, shape *both)
{
    shape wide = {.rank = a->rank > b->rank ? a->rank : b->rank};
    for (int from_end = 0; from_end < wide.rank; from_end++) {
        size_t p = size_from_end(a, from_end), q = size_from_end(b, from_end);
        if (p != q && p != 1 && q != 1)
            return false;
        wide.size[wide.rank - 1 - from_end] = p == 1 ? q : p;
    }
    *both = wide;
    return true;
}

void shape_place(const shape *s, size_t index, size_t place[SHAPE_MAX_RANK])
{
    for (int axis = s->rank - 1; axis >= 0; axis--) {
        place[axis] = index % s->size[axis];
        index /= s->size[axis];
    }
}

const char *shape_place_text(arena *a, const shape *s, size_t index)
{
    size_t place[SHAPE_MAX_RANK];
    text_buffer t;
    if (shape_is_number(s))
        return "";
    if (shape_is_vector(s))
        return format_in(a, "[%zu]", index + 1);
    shape_place(s, index, place);
    text_init(&t, a);
    for (int axis = 0; axis < s->rank; axis++)
        text_format(&t, "%c%zu", axis == 0 ? '[' : ',', place[axis] + 1);
    text_add_char(&t, ']');
    return text_string(&t);
}

const char *shape_text(arena *a, const shape *s)
{
    text_buffer t;
    text_init(&t, a);
    for (int axis = 0; axis < s->rank; axis++)
        text_format(&t, "%s%zu", axis == 0 ? "" : "×", s->size[axis]);
    return text_string(&t);
}
