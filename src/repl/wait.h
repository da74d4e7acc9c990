/* Waiting for a key, and for the signals that come to a prompt. */
#ifndef NABLA_REPL_WAIT_H
#define NABLA_REPL_WAIT_H

#include <signal.h>

typedef enum wait_event {
    WAIT_KEY,
    WAIT_PAUSE,     /* no key came for as long as was asked for */
    WAIT_INTERRUPT, /* Ctrl-C, which main.c notes */
    WAIT_RESIZE,    /* the window has another size */
    WAIT_ENDING,    /* a signal that stops or ends the program: wait_pass_on */
} wait_event;

enum { WAIT_ENDINGS = 4 };

/* How signals were handled before. */
typedef struct wait_handlers {
    struct sigaction resize, ending[WAIT_ENDINGS];
} wait_handlers;

/* Notes signals from here on instead of what they do, and gives that back. */
void wait_begin(wait_handlers *before);
void wait_end(const wait_handlers *before);

/* What comes next. A pause takes so many milliseconds; 0: there is none. */
wait_event wait_next(const volatile sig_atomic_t *interrupted, int pause);

/* Lets the signal that was noted do what it does. Behind a stop, goes on. */
void wait_pass_on(wait_handlers *before);

#endif
