/* See reading.h. */
#include "reading.h"

#include <stdlib.h>
#include <string.h>

#include "support.h"

bool reads_within(reading *r, limits within, const char *bytes, size_t length)
{
    *r = (reading){.limits = within};
    arena_init(&r->arena, &r->limits, BLOCK);
    char *copy = malloc(length > 0 ? length : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, length);
    jmp_buf escape;
    r->limits.escape = &escape;
    bool escaped = setjmp(escape) != 0;
    if (!escaped)
        r->done = read_array(&r->arena, copy, length, &r->out, &r->why);
    r->limits.escape = NULL;
    free(copy);
    return !escaped;
}

void open_bytes(reading *r, const char *bytes, size_t length)
{
    assert_true(reads_within(r, (limits){0}, bytes, length));
}

void close_reading(reading *r)
{
    arena_empty(&r->arena);
    assert_int_equal(r->limits.memory_used, 0);
}

void check_entries(const tensor *t, const shape *s, const double *wanted)
{
    assert_int_equal(t->shape.rank, s->rank);
    assert_memory_equal(t->shape.size, s->size, sizeof s->size);
    for (size_t i = 0; i < shape_count(s); i++)
        assert_same_number(t->entries[i], wanted[i]);
}

void check_problem(const reading *r, size_t line, size_t column, const char *message)
{
    assert_false(r->done);
    assert_int_equal(r->out.shape.rank, 0); /* untouched */
    assert_non_null(r->why.message);
    assert_string_equal(r->why.message, message);
    assert_int_equal(r->why.line, line);
    assert_int_equal(r->why.column, column);
}

void check_first_poll(const char *bytes, size_t length)
{
    reading r;
    assert_false(reads_within(&r, (limits){.fail_poll = 1}, bytes, length));
    assert_int_equal(r.limits.reached, LIMIT_INTERRUPT);
    close_reading(&r);
}
