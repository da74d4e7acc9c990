/* See arrays.h. */
#include "arrays.h"

#include <math.h>
#include <stdlib.h>

static size_t count_entries(const array *a)
{
    size_t count = 1;
    for (int axis = 0; axis < MOST_AXES; axis++)
        count *= a->size[axis];
    return count;
}

array array_zeros_like(const array *like)
{
    array a = *like;
    a.entries = calloc(count_entries(like), sizeof *a.entries);
    if (!a.entries)
        give_up("out of memory");
    return a;
}

void array_free(array *a)
{
    free(a->entries);
    *a = (array){0};
}

/* ---- from JSON, and to literals ---- */

/* The shape that the first of all inner arrays have; false when they are nested too deep
 * or have no entries. */
static bool read_shape(array *a, const json_t *value)
{
    size_t found[MOST_AXES];
    for (; json_is_array(value); value = json_array_get(value, 0)) {
        if (a->depth == MOST_AXES || json_array_size(value) == 0)
            return false;
        found[a->depth++] = json_array_size(value);
    }
    for (int axis = 0; axis < MOST_AXES; axis++) {
        int missing = MOST_AXES - a->depth;
        a->size[axis] = axis < missing ? 1 : found[axis - missing];
    }
    return true;
}

/* Reads entries from the place `*filled` on; false when the shape is not that of `a`. */
static bool read_entries(array *a, const json_t *value, int axis, size_t *filled)
{
    if (axis == MOST_AXES)
        return json_to_number(value, &a->entries[(*filled)++]);
    if (json_array_size(value) != a->size[axis])
        return false;
    for (size_t i = 0; i < a->size[axis]; i++)
        if (!read_entries(a, json_array_get(value, i), axis + 1, filled))
            return false;
    return true;
}

array array_from_json(const json_t *value)
{
    array shape = {0};
    size_t filled = 0;
    if (!read_shape(&shape, value))
        return (array){0};
    array a = array_zeros_like(&shape);
    if (!read_entries(&a, value, MOST_AXES - a.depth, &filled))
        array_free(&a);
    return a;
}

void text_print_literal(text *t, const json_t *value)
{
    double number;
    if (json_to_number(value, &number)) {
        /* inf and nan are the language's words too, but there is no -nan. */
        if (isnan(number))
            text_print(t, "nan");
        else
            text_print(t, "%.17g", number);
        return;
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        text_print(t, i > 0 ? ", " : "[");
        text_print_literal(t, json_array_get(value, i));
    }
    text_print(t, "]");
}

/* ---- arithmetic ---- */

/* The entry of `a` at a place of an array that `a` is stretched to. */
static double *entry_at(const array *a, const size_t place[MOST_AXES])
{
    size_t index = 0;
    for (int axis = 0; axis < MOST_AXES; axis++)
        index = index * a->size[axis] + (a->size[axis] == 1 ? 0 : place[axis]);
    return &a->entries[index];
}

/* Goes to the next place of an array of this size, row by row; false after the last. */
static bool next_place(size_t place[MOST_AXES], const size_t size[MOST_AXES])
{
    for (int axis = MOST_AXES; axis-- > 0;) {
        if (++place[axis] < size[axis])
            return true;
        place[axis] = 0;
    }
    return false;
}

bool array_stretches(const array *a, const array *whole)
{
    for (int axis = 0; axis < MOST_AXES; axis++)
        if (a->size[axis] != 1 && a->size[axis] != whole->size[axis])
            return false;
    return true;
}

bool array_same_shape(const array *a, const array *b)
{
    return a->depth == b->depth && array_stretches(a, b) && array_stretches(b, a);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

void array_add_product(array *sum, const array *a, const array *b)
{
    size_t whole[MOST_AXES];
    for (int axis = 0; axis < MOST_AXES; axis++)
        whole[axis] = larger(sum->size[axis], larger(a->size[axis], b->size[axis]));
    size_t place[MOST_AXES] = {0};
    do
        *entry_at(sum, place) += *entry_at(a, place) * *entry_at(b, place);
    while (next_place(place, whole));
}

void array_add(array *sum, const array *a)
{
    double one = 1;
    array number = {.size = {1, 1, 1, 1}, .entries = &one};
    array_add_product(sum, a, &number);
}

/* ---- comparing ---- */

static void print_size(text *t, const array *a)
{
    if (a->depth == 0)
        text_print(t, "a number");
    for (int axis = MOST_AXES - a->depth; axis < MOST_AXES; axis++)
        text_print(t, "%s%zu", axis > MOST_AXES - a->depth ? "×" : "", a->size[axis]);
}

bool arrays_agree(const array *expected, const array *got, double tolerance, text *remark)
{
    if (!array_same_shape(expected, got)) {
        text_print(remark, "expected ");
        print_size(remark, expected);
        text_print(remark, ", got ");
        print_size(remark, got);
        return false;
    }
    size_t place[MOST_AXES] = {0};
    do {
        double right = *entry_at(expected, place);
        double found = *entry_at(got, place);
        if (numbers_agree(right, found, tolerance))
            continue;
        for (int axis = MOST_AXES - expected->depth; axis < MOST_AXES; axis++)
            text_print(remark, "[%zu]", place[axis] + 1);
        text_print(remark, "%sexpected %.17g, got %.17g", expected->depth > 0 ? ": " : "",
                   right, found);
        return false;
    } while (next_place(place, expected->size));
    return true;
}

bool json_arrays_agree(const json_t *expected, const json_t *got, double tolerance,
                       text *remark)
{
    array right = array_from_json(expected);
    array found = array_from_json(got);
    bool ok =
        right.entries && found.entries && arrays_agree(&right, &found, tolerance, remark);
    if (!right.entries || !found.entries) {
        text_print(remark, "expected ");
        json_describe(remark, expected);
        text_print(remark, ", got ");
        json_describe(remark, got);
    }
    array_free(&right);
    array_free(&found);
    return ok;
}
