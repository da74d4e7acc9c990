/* For madvise, which is no part of POSIX: that is how glibc is asked for more. */
#define _DEFAULT_SOURCE /* NOLINT(bugprone-reserved-identifier): its own name for it */

#include "base/limits.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <malloc.h>
#include <sys/mman.h>

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static _Noreturn void escape(limits *l, limit_kind why)
{
    assert(l->escape != NULL);
    l->reached = why;
    longjmp(*l->escape, 1);
}

void limits_start(limits *l)
{
    l->reached = LIMIT_NONE;
    l->deadline = l->time_budget > 0 ? seconds_now() + l->time_budget : 0;
}

/* Counts a test's injected failure down; true when it is due. */
static bool failure_due(size_t *countdown)
{
    return *countdown > 0 && --*countdown == 0;
}

static bool is_over(const limits *l, size_t bytes)
{
    return l->memory_budget > 0 &&
           (bytes > l->memory_budget || l->memory_used > l->memory_budget - bytes);
}

static bool spare(limits *l)
{
    return l->spare != NULL && l->spare(l->owner);
}

void limits_charge(limits *l, size_t bytes)
{
    while (is_over(l, bytes) && spare(l))
        continue;
    if (is_over(l, bytes) || failure_due(&l->fail_allocation))
        escape(l, LIMIT_MEMORY);
    l->memory_used += bytes;
}

void limits_credit(limits *l, size_t bytes)
{
    l->memory_used -= bytes;
}

void limits_out_of_memory(limits *l)
{
    escape(l, LIMIT_MEMORY);
}

/* What has been freed is kept for what comes next, as fresh pages cost more than what is
 * computed with them: of pieces up to 32 MB, and up to half a gigabyte altogether. */
static void keep_freed_memory(void)
{
#ifdef M_TRIM_THRESHOLD
    static bool told;
    if (told)
        return;
    told = true;
    mallopt(M_MMAP_THRESHOLD, 1 << 25);
    mallopt(M_TRIM_THRESHOLD, 1 << 29);
#endif
}

/* Large pieces of memory are faster in large pages, where the system has such: fresh ones
 * cost about a nanosecond a double less, and walks through them miss fewer translations.
 */
static void prefer_large_pages(void *memory, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    enum { PAGE = 1 << 21, WORTH = 2 * PAGE };
    uintptr_t begin = ((uintptr_t)memory + PAGE - 1) / PAGE * PAGE;
    uintptr_t end = ((uintptr_t)memory + bytes) / PAGE * PAGE;
    if (bytes >= WORTH && end > begin)
        madvise((void *)begin, end - begin,
                MADV_HUGEPAGE); /* where not, nothing is lost */
#else
    (void)memory;
    (void)bytes;
#endif
}

void *limits_allocate(limits *l, size_t bytes)
{
    limits_charge(l, bytes);
    keep_freed_memory();
    void *memory = calloc(1, bytes);
    while (memory == NULL && spare(l))
        memory = calloc(1, bytes);
    if (memory == NULL) {
        l->memory_used -= bytes;
        escape(l, LIMIT_MEMORY);
    }
    prefer_large_pages(memory, bytes);
    return memory;
}

void *limits_resize(limits *l, void *memory, size_t old_bytes, size_t new_bytes)
{
    size_t more = new_bytes > old_bytes ? new_bytes - old_bytes : 0;
    limits_charge(l, more);
    void *resized = realloc(memory, new_bytes);
    while (resized == NULL && spare(l))
        resized = realloc(memory, new_bytes);
    if (resized == NULL) {
        l->memory_used -= more;
        escape(l, LIMIT_MEMORY);
    }
    if (new_bytes < old_bytes)
        l->memory_used -= old_bytes - new_bytes;
    else
        prefer_large_pages(resized, new_bytes);
    return resized;
}

void limits_release(limits *l, void *memory, size_t bytes)
{
    free(memory);
    l->memory_used -= bytes;
}

void limits_poll(limits *l)
{
    if (l->interrupted != NULL && *l->interrupted) {
        *l->interrupted = 0; /* it stops this statement and no other */
        escape(l, LIMIT_INTERRUPT);
    }
    if (failure_due(&l->fail_poll))
        escape(l, LIMIT_INTERRUPT);
    if (l->deadline > 0 && seconds_now() > l->deadline)
        escape(l, LIMIT_TIME);
}

size_t limits_product(limits *l, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / 2 / size)
        escape(l, LIMIT_MEMORY);
    return count * size;
}
