#define _DEFAULT_SOURCE /* wait4 */

#include "asking.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void give_up(const char *what)
{
    perror(what);
    exit(1);
}

/* The best kernel of Debian's OpenBLAS for this processor, which it may not know: then it
 * would take one of 2004. */
static const char *best_kernel(void)
{
#if defined __x86_64__
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        return "SkylakeX";
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return "Haswell";
#endif
    return NULL;
}

/* In the new process. */
static _Noreturn void become(char *const *command, int threads, bool ours)
{
    char count[16];
    snprintf(count, sizeof count, "%d", threads);
    setenv("OPENBLAS_NUM_THREADS", count, 1);
    setenv("OMP_NUM_THREADS", count, 1);
    if (!ours && best_kernel() != NULL)
        setenv("OPENBLAS_CORETYPE", best_kernel(), 0);
    if (!ours && freopen("/dev/null", "w", stderr) == NULL)
        _exit(127);
    execvp(command[0], command);
    _exit(127);
}

/* A pipe that no other program inherits, or sides would wait for the end of each other.
 */
static void open_pipe(int ends[2])
{
    if (pipe(ends) != 0 || fcntl(ends[0], F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(ends[1], F_SETFD, FD_CLOEXEC) != 0)
        give_up("pipe");
}

bool side_start(side *s, char *const *command, int threads, bool ours)
{
    int to[2], from[2];
    open_pipe(to);
    open_pipe(from);
    fflush(stdout);
    s->process = fork();
    if (s->process < 0)
        give_up("fork");
    if (s->process == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        become(command, threads, ours);
    }
    close(to[0]);
    close(from[1]);
    s->to = fdopen(to[1], "w");
    s->from = fdopen(from[0], "r");
    if (s->to == NULL || s->from == NULL)
        give_up("fdopen");
    if (fscanf(s->from, "ready %63[^\n]", s->who) == 1)
        return true;
    side_stop(s);
    return false;
}

bool side_ask(side *s, const request *r, answer *a)
{
    char line[128];
    fprintf(s->to, "%s %zu %zu\n", r->workload, r->n, r->variant);
    fflush(s->to);
    if (fscanf(s->from, " %127[^\n]", line) == 1) {
        if (strcmp(line, "none") == 0)
            return false;
        if (sscanf(line, "%lf %lf", &a->seconds, &a->check) == 2)
            return true;
    }
    fprintf(stderr, "%s ended at %s %zu %zu\n", s->who, r->workload, r->n, r->variant);
    exit(1);
}

double side_stop(side *s)
{
    if (s->process == 0)
        return 0;
    fclose(s->to);
    fclose(s->from);
    struct rusage used;
    int status;
    if (wait4(s->process, &status, 0, &used) != s->process)
        give_up("wait4");
    s->process = 0;
    return 1024.0 * (double)used.ru_maxrss;
}
