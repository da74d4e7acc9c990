#include "tensor/broadcast.h"

#include <string.h>

#include "tensor/loops.h"

/* An array of shape `narrow` as it is met in the order of the entries of a wide one. Axes
 * of the wide one that it meets alike are one axis, so that the inner loops are long. */
typedef struct walk {
    int axes; /* at least 1; the innermost comes first, its stride is 0 or 1 */
    size_t size[SHAPE_MAX_RANK];
    size_t
        stride[SHAPE_MAX_RANK]; /* of neighbours in the narrow array; 0: it stretches */
    size_t at[SHAPE_MAX_RANK];
    size_t index; /* in the narrow array */
} walk;

static void add_axis(walk *w, size_t size, size_t stride)
{
    int inner = w->axes - 1;
    if (size == 1)
        return;
    if (inner >= 0 && stride == w->stride[inner] * (stride == 0 ? 1 : w->size[inner])) {
        w->size[inner] *= size;
        return;
    }
    w->size[w->axes] = size;
    w->stride[w->axes++] = stride;
}

static walk walk_start(const shape *narrow, const shape *wide)
{
    walk w = {0};
    size_t step = 1;
    for (int axis = wide->rank - 1; axis >= 0; axis--) {
        int own = axis - (wide->rank - narrow->rank);
        size_t size = own < 0 ? 1 : narrow->size[own];
        add_axis(&w, wide->size[axis], size == 1 ? 0 : step);
        step *= size;
    }
    if (w.axes == 0) { /* a single entry */
        w.size[0] = 1;
        w.axes = 1;
    }
    return w;
}

static void walk_to(walk *w, size_t entry)
{
    for (int axis = 0; axis < w->axes; axis++) {
        w->at[axis] = entry % w->size[axis];
        w->index += w->at[axis] * w->stride[axis];
        entry /= w->size[axis];
    }
}

/* How many of the next `count` entries of the wide array lie on the innermost axis. */
static size_t walk_run(const walk *w, size_t count)
{
    return smaller_size(w->size[0] - w->at[0], count);
}

/* Walks on by as many, or fewer. */
static void walk_on(walk *w, size_t run)
{
    w->at[0] += run;
    w->index += run * w->stride[0];
    for (int axis = 0; w->at[axis] == w->size[axis]; axis++) {
        w->index -= w->stride[axis] * w->size[axis];
        w->at[axis] = 0;
        if (axis + 1 == w->axes)
            return;
        w->at[axis + 1]++;
        w->index += w->stride[axis + 1];
    }
}

void broadcast_part(const tensor *a, const shape *wide, size_t from, size_t count,
                    double *out)
{
    walk w = walk_start(&a->shape, wide);
    walk_to(&w, from);
    for (size_t run; count > 0; count -= run, out += run) {
        run = walk_run(&w, count);
        const double *entries = a->entries + w.index;
        if (w.stride[0] != 0)
            memcpy(out, entries, run * sizeof *out);
        for (size_t i = 0; i < run && w.stride[0] == 0; i++)
            out[i] = *entries;
        walk_on(&w, run);
    }
}

void broadcast_expand(const tensor *a, const shape *wide, double *out)
{
    broadcast_part(a, wide, 0, shape_count(wide), out);
}

void broadcast_collect(const tensor *a, const shape *narrow, double *out)
{
    size_t count = shape_count(&a->shape);
    const double *entries = a->entries;
    memset(out, 0, shape_count(narrow) * sizeof *out);
    walk w = walk_start(narrow, &a->shape);
    for (size_t run; count > 0; count -= run, entries += run) {
        run = walk_run(&w, count);
        double *to = out + w.index;
        if (w.stride[0] == 0)
            *to += row_sum(entries, run);
        for (size_t i = 0; i < run && w.stride[0] != 0; i++)
            to[i] += entries[i];
        walk_on(&w, run);
    }
}
