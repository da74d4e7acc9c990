#include "repl/line.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "repl/bytes.h"
#include "repl/history.h"
#include "repl/pasted.h"

/* What readline calls has no arguments for this. */
static struct {
    nabla *session;
    volatile sig_atomic_t *interrupted;
    line_end end;
    bool reading;
    char *text;
} line;

/* ---- Signals ---- */

static volatile sig_atomic_t resized;
static volatile sig_atomic_t ending; /* the number of a signal that stops or ends us */

static void note_resized(int number)
{
    (void)number;
    resized = 1;
}

static void note_ending(int number)
{
    ending = number;
}

static const int ending_signals[] = {SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
enum { ENDING_COUNT = sizeof ending_signals / sizeof *ending_signals };

/* How signals were handled before a line is read, and are again behind it. */
typedef struct handlers {
    struct sigaction resize, ending[ENDING_COUNT];
} handlers;

static void catch_signals(handlers *before)
{
    struct sigaction action = {.sa_handler = note_resized};
    sigemptyset(&action.sa_mask);
    sigaction(SIGWINCH, &action, &before->resize);
    action.sa_handler = note_ending;
    for (int i = 0; i < ENDING_COUNT; i++)
        sigaction(ending_signals[i], &action, &before->ending[i]);
}

static void release_signals(const handlers *before)
{
    sigaction(SIGWINCH, &before->resize, NULL);
    for (int i = 0; i < ENDING_COUNT; i++)
        sigaction(ending_signals[i], &before->ending[i], NULL);
}

/* Waits for a key. False when a signal came first: no signal gets lost between a look at
 * what was caught and the wait. */
static bool wait_for_key(void)
{
    sigset_t caught, before;
    sigemptyset(&caught);
    sigaddset(&caught, SIGINT);
    sigaddset(&caught, SIGWINCH);
    for (int i = 0; i < ENDING_COUNT; i++)
        sigaddset(&caught, ending_signals[i]);
    sigprocmask(SIG_BLOCK, &caught, &before);
    bool ready = false;
    if (!*line.interrupted && !resized && !ending) {
        fd_set keys;
        FD_ZERO(&keys);
        FD_SET(STDIN_FILENO, &keys);
        ready = pselect(STDIN_FILENO + 1, &keys, NULL, NULL, NULL, &before) > 0;
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return ready;
}

/* Leaves the terminal as it was found, and lets the signal do what it does. Behind a
 * stop, goes on. */
static void pass_signal(const handlers *before)
{
    int number = ending;
    ending = 0;
    rl_deprep_terminal();
    release_signals(before);
    raise(number);
    handlers again;
    catch_signals(&again);
    rl_prep_terminal(1);
    rl_on_new_line();
    rl_redisplay();
}

/* ---- Keys ---- */

/* Text that is pasted stands on the line, several lines of it too, until Enter. */
static int paste(int count, int key)
{
    int begin = rl_point;
    rl_begin_undo_group();
    int status = rl_bracketed_paste_begin(count, key);
    bytes cleaned = {0};
    pasted_clean(&cleaned, rl_line_buffer + begin, (size_t)(rl_point - begin));
    if (!cleaned.failed) {
        rl_delete_text(begin, rl_point);
        rl_point = begin;
        rl_insert_text(cleaned.items == NULL ? "" : cleaned.items);
    }
    bytes_free(&cleaned);
    rl_end_undo_group();
    return status;
}

/* Binds before ~/.inputrc is read, which may bind otherwise. */
static void bind_keys(void)
{
    Keymap const maps[] = {emacs_standard_keymap, vi_insertion_keymap,
                           vi_movement_keymap};
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        rl_bind_keyseq_in_map("\\e[200~", paste, maps[i]);
}

/* ---- Opening ---- */

/* Readline goes by the locale; where none is set, text is UTF-8 all the same. */
static void set_locale(void)
{
    const char *set = setlocale(LC_CTYPE, "");
    if (set == NULL || strcmp(set, "C") == 0 || strcmp(set, "POSIX") == 0)
        setlocale(LC_CTYPE, "C.UTF-8");
}

void line_open(nabla *n, volatile sig_atomic_t *interrupted)
{
    line.session = n;
    line.interrupted = interrupted;
    set_locale();
    rl_readline_name = "nabla";
    rl_outstream = isatty(STDOUT_FILENO) ? stdout : stderr;
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    stifle_history(HISTORY_MOST);
    using_history();
    bind_keys();
}

void line_remember(const char *statement)
{
    add_history(statement);
}

/* ---- Reading ---- */

static void take_line(char *text)
{
    rl_callback_handler_remove();
    line.reading = false;
    line.text = text;
    line.end = text == NULL ? LINE_CLOSED : LINE_ENTERED;
}

/* Ctrl-C: what was typed stays on the screen, and counts no more. */
static void drop_line(void)
{
    *line.interrupted = 0;
    rl_point = rl_end;
    rl_redisplay();
    fputs("^C", rl_outstream);
    rl_crlf();
    rl_free_line_state();
    rl_callback_sigcleanup();
    rl_callback_handler_remove();
    line.reading = false;
    line.end = LINE_DROPPED;
}

static void resize(void)
{
    resized = 0;
    rl_resize_terminal();
}

line_end line_read(const char *prompt, char **text)
{
    handlers before;
    catch_signals(&before);
    line.reading = true;
    using_history();
    rl_callback_handler_install(prompt, take_line);
    while (line.reading) {
        if (wait_for_key())
            rl_callback_read_char();
        else if (*line.interrupted)
            drop_line();
        else if (ending)
            pass_signal(&before);
        else if (resized)
            resize();
    }
    release_signals(&before);
    *text = line.text;
    line.text = NULL;
    return line.end;
}
