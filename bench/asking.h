/* Starting the sides of the comparison, and asking them; side.h says how they talk. */
#ifndef NABLA_BENCH_ASKING_H
#define NABLA_BENCH_ASKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

typedef struct request {
    const char *workload;
    size_t n, variant;
} request;

typedef struct answer {
    double seconds, check;
} answer;

/* A program that is running, or is not there. */
typedef struct side {
    pid_t process; /* 0: it is not there */
    FILE *to, *from;
    char who[64]; /* as it calls itself */
} side;

/* Starts a program that is to take `threads` threads. False where it cannot be started or
 * does not say that it is ready: a peer that is not installed. `ours`: it is not told
 * which kernel of OpenBLAS is the best, and its complaints are shown. */
bool side_start(side *s, char *const *command, int threads, bool ours);

/* False where the request is not among its workloads. Exits where it dies. */
bool side_ask(side *s, const request *r, answer *a);

/* Lets it end; returns the most memory that it had, in bytes. */
double side_stop(side *s);

#endif
