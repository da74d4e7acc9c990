#include "base/threads.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include <unistd.h>

/* What is shared out now. All of it is read and written under the lock. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t begins, ends;
    size_t started; /* threads beside the caller */
    bool tried;
    thread_work *work;
    void *context;
    size_t next, parts; /* not taken yet */
    size_t running;     /* parts taken and not done */
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER,
          .begins = PTHREAD_COND_INITIALIZER,
          .ends = PTHREAD_COND_INITIALIZER};

static long asked_for(const char *variable)
{
    const char *text = getenv(variable);
    return text == NULL ? 0 : strtol(text, NULL, 10);
}

size_t threads_count(void)
{
    static size_t known;
    if (known == 0) {
        long count = asked_for("OPENBLAS_NUM_THREADS");
        if (count < 1)
            count = asked_for("OMP_NUM_THREADS");
        if (count < 1)
            count = sysconf(_SC_NPROCESSORS_ONLN);
        known = count < 1 ? 1 : count > THREADS_MOST ? THREADS_MOST : (size_t)count;
    }
    return known;
}

/* Takes parts until there are none. Called with the lock, which it lets go meanwhile. */
static void work_off(size_t thread)
{
    while (pool.next < pool.parts) {
        size_t part = pool.next++;
        thread_work *work = pool.work;
        void *context = pool.context;
        pool.running++;
        pthread_mutex_unlock(&pool.lock);
        work(context, part, thread);
        pthread_mutex_lock(&pool.lock);
        pool.running--;
    }
}

static void *wait_for_work(void *number)
{
    size_t thread = (size_t)number;
    pthread_mutex_lock(&pool.lock);
    for (;;) {
        work_off(thread);
        if (pool.running == 0)
            pthread_cond_signal(&pool.ends);
        pthread_cond_wait(&pool.begins, &pool.lock);
    }
    return NULL;
}

/* They are not interrupted: signals go to the thread that can act on them. */
static void start_threads(void)
{
    sigset_t all, before;
    pool.tried = true;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (size_t i = 1; i < threads_count(); i++) {
        pthread_t started;
        if (pthread_create(&started, NULL, wait_for_work, (void *)i) != 0)
            break;
        pthread_detach(started);
        pool.started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void threads_share(size_t parts, thread_work *work, void *context)
{
    pthread_mutex_lock(&pool.lock);
    if (!pool.tried && parts > 1)
        start_threads();
    pool.work = work;
    pool.context = context;
    pool.next = 0;
    pool.parts = parts;
    if (pool.started > 0 && parts > 1)
        pthread_cond_broadcast(&pool.begins);
    work_off(0);
    while (pool.running > 0)
        pthread_cond_wait(&pool.ends, &pool.lock);
    pthread_mutex_unlock(&pool.lock);
}
