/* bench_prompt.c: what a prompt takes.
 *
 * - A key in a line of 2,000 characters: telling what its parts are, finding the bracket,
 *   and the bytes that draw it. It should take less than 2 ms.
 * - The echo of a definition in a session with a million nodes, beside an empty one.
 * - From the start of the program to its prompt, beside bc, which has no prompt but says
 *   so when it is ready for a line; both on a terminal of their own. It should be at most
 *   1.5 times as long. */
#define _XOPEN_SOURCE 700 /* pseudo-terminals */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "nabla.h"
#include "repl/highlight.h"
#include "repl/redisplay.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    double p = *(const double *)a, q = *(const double *)b;
    return (p > q) - (p < q);
}

static double median(double *seconds, size_t count)
{
    qsort(seconds, count, sizeof *seconds, ascending);
    return seconds[count / 2];
}

static void ignore(void *context, nabla_stream stream, const char *written, size_t length)
{
    (void)context;
    (void)stream;
    (void)written;
    (void)length;
}

static nabla *open_session(void)
{
    return nabla_open(&(nabla_options){.write = ignore, .unicode = true});
}

static void type(nabla *n, const char *text)
{
    nabla_type(n, text, strlen(text));
}

/* ---- A key ---- */

enum { CHARACTERS = 2000, KEYS = 200 };

/* A formula with names, functions and numbers, as long as asked for. */
static void write_formula(char *text)
{
    static const char part[] = "sin(alpha*x) + 2.5*softplus(beta - unknown)^2 + ";
    for (size_t i = 0; i < CHARACTERS + KEYS; i++)
        text[i] = part[i % (sizeof part - 1)];
}

static void draw_key(nabla *n, const char *text, size_t length, drawn *d, bytes *out)
{
    static unsigned char classes[CHARACTERS + KEYS];
    picture p = {.prompt = "nabla> ",
                 .continuation = "  ...> ",
                 .text = text,
                 .length = length,
                 .cursor = length,
                 .classes = classes,
                 .rows = 50,
                 .columns = 120};
    nabla_classify(n, text, length, classes);
    highlight_brackets(text, length, classes, p.cursor, p.bracket);
    bytes_clear(out);
    redisplay_draw(out, &p, d);
}

static void bench_key(void)
{
    static char text[CHARACTERS + KEYS];
    double seconds[KEYS];
    drawn d = {0};
    bytes out = {0};
    nabla *n = open_session();
    type(n, "x = 1; alpha = 2; beta = 3");
    write_formula(text);
    draw_key(n, text, CHARACTERS, &d, &out);
    for (size_t i = 0; i < KEYS; i++) {
        double start = now();
        draw_key(n, text, CHARACTERS + i, &d, &out);
        seconds[i] = now() - start;
    }
    double usual = median(seconds, KEYS);
    printf(
        "a key in a line of %d characters    %8.3f ms, at most %.3f ms: %.2f of 2 ms\n",
        CHARACTERS, 1e3 * usual, 1e3 * seconds[KEYS - 1], usual / 2e-3);
    bytes_free(&out);
    nabla_close(n);
}

/* ---- An echo ---- */

static double echo_seconds(nabla *n)
{
    enum { ROUNDS = 101 };
    double seconds[ROUNDS];
    type(n, "y = x + 1");
    for (size_t i = 0; i < ROUNDS; i++) {
        double start = now();
        type(n, i % 2 == 0 ? "y = x + 1" : "y = x + 2");
        seconds[i] = now() - start;
    }
    return median(seconds, ROUNDS);
}

/* f = x + x + …, of a million nodes. */
static void define_large(nabla *n)
{
    enum { TERMS = 1000000 };
    static const char begin[] = "f = x", term[] = " + x";
    size_t size = sizeof begin + TERMS * (sizeof term - 1);
    char *text = malloc(size), *at = text + sizeof begin - 1;
    if (text == NULL)
        exit(1);
    memcpy(text, begin, sizeof begin);
    for (size_t i = 0; i < TERMS; i++, at += sizeof term - 1)
        memcpy(at, term, sizeof term);
    type(n, text);
    free(text);
}

static void bench_echo(void)
{
    nabla *n = open_session();
    type(n, "x = 1");
    double alone = echo_seconds(n);
    define_large(n);
    double among = echo_seconds(n);
    printf("an echo among a million nodes         %8.3f ms: %.2f of that in an empty "
           "session\n",
           1e3 * among, among / alone);
    nabla_close(n);
}

/* ---- A start ---- */

/* Runs a program on a terminal of its own. */
static pid_t start_on_terminal(int terminal, const char *program)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    setsid();
    int own = open(ptsname(terminal), O_RDWR);
    for (int i = 0; i < 3; i++)
        dup2(own, i);
    setenv("TERM", "xterm", 1);
    execlp(program, program, (char *)NULL);
    _exit(127);
}

/* Seconds until the program has written that text. */
static double start_seconds(const char *program, const char *until)
{
    char written[4096] = "";
    size_t count = 0;
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0)
        exit(1);
    double start = now();
    pid_t child = start_on_terminal(terminal, program);
    while (strstr(written, until) == NULL && count + 1 < sizeof written) {
        ssize_t more = read(terminal, written + count, sizeof written - 1 - count);
        if (more <= 0)
            break;
        count += (size_t)more;
        written[count] = '\0';
    }
    double seconds = now() - start;
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(terminal);
    return seconds;
}

static void bench_start(void)
{
    enum { ROUNDS = 101 };
    double own[ROUNDS], bc[ROUNDS];
    const char *program = getenv("NABLA");
    for (size_t i = 0; i < ROUNDS; i++) {
        own[i] = start_seconds(program == NULL ? "build/nabla" : program, "nabla> ");
        bc[i] = start_seconds("bc", "\033[?2004h"); /* lines may be pasted now */
    }
    double ours = median(own, ROUNDS), theirs = median(bc, ROUNDS);
    printf("from the start to the prompt          %8.3f ms, bc %.3f ms: %.2f times\n",
           1e3 * ours, 1e3 * theirs, ours / theirs);
}

int main(void)
{
    bench_key();
    bench_echo();
    bench_start();
    return 0;
}
