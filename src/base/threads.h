/* Sharing loops out among processors: for what takes milliseconds, as waking the others
 * takes a good part of one where the machine is busy. */
#ifndef NABLA_BASE_THREADS_H
#define NABLA_BASE_THREADS_H

#include <stddef.h>

/* One part of the work. `thread` tells apart what works at the same time. Must neither
 * allocate from arenas nor poll limits, which belong to the one that shares it out. */
typedef void thread_work(void *context, size_t part, size_t thread);

enum { THREADS_MOST = 16 };

/* How many work at the same time, the caller among them: as many as there are processors,
 * or as OPENBLAS_NUM_THREADS or OMP_NUM_THREADS says. 1 to THREADS_MOST. */
size_t threads_count(void);

/* Does parts 0 to `parts` - 1, in any order, and returns when all are done. Not to be
 * called from within. The other threads are started by the first call and stay; where the
 * system gives none, the caller does all. */
void threads_share(size_t parts, thread_work *work, void *context);

#endif
