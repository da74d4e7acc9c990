#include "repl/wait.h"

#include <sys/select.h>
#include <unistd.h>

static volatile sig_atomic_t resized;
static volatile sig_atomic_t ending; /* the number of the signal */

static void note_resized(int number)
{
    (void)number;
    resized = 1;
}

static void note_ending(int number)
{
    ending = number;
}

static const int endings[WAIT_ENDINGS] = {SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

void wait_begin(wait_handlers *before)
{
    struct sigaction action = {.sa_handler = note_resized};
    sigemptyset(&action.sa_mask);
    sigaction(SIGWINCH, &action, &before->resize);
    action.sa_handler = note_ending;
    for (int i = 0; i < WAIT_ENDINGS; i++)
        sigaction(endings[i], &action, &before->ending[i]);
}

void wait_end(const wait_handlers *before)
{
    sigaction(SIGWINCH, &before->resize, NULL);
    for (int i = 0; i < WAIT_ENDINGS; i++)
        sigaction(endings[i], &before->ending[i], NULL);
}

/* The signal that was caught, or WAIT_KEY. */
static wait_event caught(const volatile sig_atomic_t *interrupted)
{
    if (*interrupted)
        return WAIT_INTERRUPT;
    if (ending)
        return WAIT_ENDING;
    if (!resized)
        return WAIT_KEY;
    resized = 0;
    return WAIT_RESIZE;
}

/* How many descriptors are ready. While they are looked at, signals come through. */
static int select_keys(int pause, const sigset_t *let_through)
{
    fd_set keys;
    FD_ZERO(&keys);
    FD_SET(STDIN_FILENO, &keys);
    const struct timespec time = {pause / 1000, pause % 1000 * 1000000L};
    return pselect(STDIN_FILENO + 1, &keys, NULL, NULL, pause > 0 ? &time : NULL,
                   let_through);
}

wait_event wait_next(const volatile sig_atomic_t *interrupted, int pause)
{
    sigset_t held, before;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGWINCH);
    for (int i = 0; i < WAIT_ENDINGS; i++)
        sigaddset(&held, endings[i]);
    /* So that none gets lost between a look at what was caught and the wait. */
    sigprocmask(SIG_BLOCK, &held, &before);
    wait_event next = caught(interrupted);
    int ready = -1;
    while (next == WAIT_KEY && (ready = select_keys(pause, &before)) < 0)
        next = caught(interrupted); /* another signal may have ended the wait */
    sigprocmask(SIG_SETMASK, &before, NULL);
    return ready == 0 ? WAIT_PAUSE : next;
}

void wait_pass_on(wait_handlers *before)
{
    int number = ending;
    ending = 0;
    wait_end(before);
    raise(number);
    wait_begin(before);
}
