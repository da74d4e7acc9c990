/* What a statement may use up: memory, time, and the user's patience.
 *
 * Running out is not an error that every caller checks for. It leaves through the one
 * `setjmp` of the program, in the function that runs a statement (session/run.c), which
 * puts the session back and reports a `limit` error. So functions that allocate or poll
 * either succeed or do not return. Nothing that must be undone may be half done when
 * they are called. */
#ifndef NABLA_BASE_LIMITS_H
#define NABLA_BASE_LIMITS_H

#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum limit_kind {
    LIMIT_NONE,
    LIMIT_MEMORY,
    LIMIT_TIME,
    LIMIT_INTERRUPT,
} limit_kind;

typedef struct limits {
    size_t memory_budget;               /* bytes; 0: as much as the machine gives */
    size_t memory_used;                 /* bytes handed out and not released */
    double time_budget;                 /* seconds for one statement; 0: no bound */
    double deadline;                    /* on the clock of limits_start; 0: none */
    volatile sig_atomic_t *interrupted; /* set by Ctrl-C; NULL: nobody can */
    jmp_buf *escape;                    /* where the running statement began */
    limit_kind reached;                 /* why the escape was taken */

    /* Asked for memory that can be spared before an escape for lack of it: frees some and
     * returns true, or false when there is none. May be NULL. */
    bool (*spare)(void *owner);
    void *owner;

    /* For tests: the k-th allocation or poll fails, counted down from k; 0: none does. */
    size_t fail_allocation;
    size_t fail_poll;
} limits;

/* Starts the clock of a statement. */
void limits_start(limits *l);

/* `bytes` of fresh memory, zeroed. Escapes with LIMIT_MEMORY rather than return NULL. */
void *limits_allocate(limits *l, size_t bytes);

/* Resizes what limits_allocate gave; bytes beyond `old_bytes` are not zeroed. On escape
 * the old memory is as it was. */
void *limits_resize(limits *l, void *memory, size_t old_bytes, size_t new_bytes);

void limits_release(limits *l, void *memory, size_t bytes);

/* Counts memory that another library takes for us, and gives it back. */
void limits_charge(limits *l, size_t bytes);
void limits_credit(limits *l, size_t bytes);

/* For where that library has run out. */
_Noreturn void limits_out_of_memory(limits *l);

/* To be called now and then by every loop over user data. Escapes when time is up or the
 * user has interrupted. */
void limits_poll(limits *l);

/* count * size, escaping with LIMIT_MEMORY where the product does not fit. */
size_t limits_product(limits *l, size_t count, size_t size);

#endif
