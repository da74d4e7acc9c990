#include "tensor/broadcast.h"

#include <string.h>

/* How far apart neighbours along each axis of `wide` are in an array of shape `narrow`:
 * 0 where it stretches. */
static void strides_in(const shape *narrow, const shape *wide, size_t *stride)
{
    size_t step = 1;
    for (int axis = wide->rank - 1; axis >= 0; axis--) {
        int own = axis - (wide->rank - narrow->rank);
        size_t size = own < 0 ? 1 : narrow->size[own];
        stride[axis] = size == 1 ? 0 : step;
        step *= size;
    }
}

/* The index into the narrow array that belongs to each entry of the wide one, in order.
 */
typedef struct walk {
    const shape *wide;
    size_t stride[SHAPE_MAX_RANK];
    size_t at[SHAPE_MAX_RANK];
    size_t index;
} walk;

static walk walk_start(const shape *narrow, const shape *wide)
{
    walk w = {.wide = wide};
    strides_in(narrow, wide, w.stride);
    return w;
}

static void walk_next(walk *w)
{
    for (int axis = w->wide->rank - 1; axis >= 0; axis--) {
        w->index += w->stride[axis];
        if (++w->at[axis] < w->wide->size[axis])
            return;
        w->index -= w->stride[axis] * w->wide->size[axis];
        w->at[axis] = 0;
    }
}

static void walk_to(walk *w, size_t entry)
{
    for (int axis = w->wide->rank - 1; axis >= 0; axis--) {
        w->at[axis] = entry % w->wide->size[axis];
        w->index += w->at[axis] * w->stride[axis];
        entry /= w->wide->size[axis];
    }
}

void broadcast_part(const tensor *a, const shape *wide, size_t from, size_t count,
                    double *out)
{
    walk w = walk_start(&a->shape, wide);
    walk_to(&w, from);
    for (size_t i = 0; i < count; i++, walk_next(&w))
        out[i] = a->entries[w.index];
}

void broadcast_expand(const tensor *a, const shape *wide, double *out)
{
    broadcast_part(a, wide, 0, shape_count(wide), out);
}

void broadcast_collect(const tensor *a, const shape *narrow, double *out)
{
    size_t count = shape_count(&a->shape);
    memset(out, 0, shape_count(narrow) * sizeof *out);
    walk w = walk_start(narrow, &a->shape);
    for (size_t i = 0; i < count; i++, walk_next(&w))
        out[w.index] += a->entries[i];
}
