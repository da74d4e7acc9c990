#include "repl/pager.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

bool pager_is_wanted(const char *text, size_t length)
{
    struct winsize size;
    if (!isatty(STDIN_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return false;
    size_t lines = 0;
    for (size_t i = 0; i < length; i++)
        lines += text[i] == '\n';
    return size.ws_row > 0 && lines >= size.ws_row;
}

/* Replaces this process by the pager. */
static _Noreturn void become_pager(int input)
{
    enum { MOST_WORDS = 16 };
    const char *named = getenv("PAGER");
    char *command = strdup(named != NULL && *named != '\0' ? named : "less -R");
    char *words[MOST_WORDS + 1] = {0}, *rest;
    size_t count = 0;
    for (char *word = strtok_r(command, " ", &rest); word != NULL && count < MOST_WORDS;
         word = strtok_r(NULL, " ", &rest))
        words[count++] = word;
    signal(SIGINT, SIG_DFL);
    if (count > 0 && dup2(input, STDIN_FILENO) >= 0)
        execvp(words[0], words);
    _exit(127);
}

static int wait_for(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

bool pager_show(const char *text, size_t length)
{
    int ends[2];
    if (pipe(ends) != 0)
        return false;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        close(ends[1]);
        become_pager(ends[0]);
    }
    close(ends[0]);
    struct sigaction ignore = {.sa_handler = SIG_IGN}, pipes, interrupts;
    sigaction(SIGPIPE, &ignore, &pipes);
    sigaction(SIGINT, &ignore, &interrupts); /* it is for the pager */
    if (child > 0)
        file_write_all(ends[1], text, length); /* or as much as it wants to read */
    close(ends[1]);
    int status = child > 0 ? wait_for(child) : 127;
    sigaction(SIGPIPE, &pipes, NULL);
    sigaction(SIGINT, &interrupts, NULL);
    return status != 127;
}
