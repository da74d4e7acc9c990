/* bench_read.c: how fast a file of numbers is read.
 *
 * Writes tables of about 100 MB into a temporary file, reads each, and prints MB/s; the
 * best of several rounds, opening and reading the file included. Where there is a python3
 * with numpy, numpy.loadtxt reads the same file. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "tensor/read.h"

enum { ROUNDS = 3, FILE_BYTES = 100000000 };

static _Noreturn void give_up(const char *what)
{
    perror(what);
    exit(1);
}

/* ---- The file ---- */

/* Where it is: mkstemp fills the name in. */
static char path[] = "/tmp/bench_read_XXXXXX";

/* Numbers between -10 and 10, the same in every run. */
static double next_number(void)
{
    static uint64_t state = 42;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return 20 * ((double)(state >> 11) * 0x1p-53) - 10;
}

/* Numbers of that format in rows of `columns`, until the file has its size. */
static void write_table(const char *format, int columns)
{
    FILE *to = fopen(path, "w");
    if (to == NULL)
        give_up(path);
    for (long bytes = 0; bytes < FILE_BYTES;)
        for (int k = 0; k < columns; k++) {
            bytes += fprintf(to, format, next_number());
            bytes += fprintf(to, "%s", k + 1 < columns ? "," : "\n");
        }
    if (fclose(to) != 0)
        give_up(path);
}

static char *read_file(size_t *length)
{
    FILE *from = fopen(path, "r");
    if (from == NULL || fseek(from, 0, SEEK_END) != 0)
        give_up(path);
    *length = (size_t)ftell(from);
    rewind(from);
    char *bytes = malloc(*length);
    if (bytes == NULL || fread(bytes, 1, *length, from) != *length)
        give_up(path);
    fclose(from);
    return bytes;
}

/* ---- Reading it ---- */

static double read_time(size_t *length, shape *s)
{
    double best = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        limits unlimited = {0};
        arena a;
        arena_init(&a, &unlimited, 4096);
        double start = wall_seconds();
        char *bytes = read_file(length);
        tensor table;
        read_problem why;
        if (!read_array(&a, bytes, *length, &table, &why)) {
            fprintf(stderr, "%zu:%zu: %s\n", why.line, why.column, why.message);
            exit(1);
        }
        free(bytes);
        double seconds = wall_seconds() - start;
        best = seconds < best ? seconds : best;
        *s = table.shape;
        arena_empty(&a);
    }
    return best;
}

/* Seconds that numpy.loadtxt takes; 0 where it is not there. */
static double numpy_time(const char *python)
{
    char command[512];
    snprintf(command, sizeof command,
             "%s -c '\n"
             "import numpy, time\n"
             "best = 1e9\n"
             "for i in range(%d):\n"
             "    start = time.perf_counter()\n"
             "    numpy.loadtxt(\"%s\", delimiter=\",\")\n"
             "    best = min(best, time.perf_counter() - start)\n"
             "print(best)' 2>/dev/null",
             python, ROUNDS, path);
    FILE *from = popen(command, "r");
    if (from == NULL)
        return 0;
    double seconds;
    if (fscanf(from, "%lf", &seconds) != 1)
        seconds = 0;
    pclose(from);
    return seconds;
}

static void bench_table(const char *what, const char *format, int columns)
{
    write_table(format, columns);
    size_t length;
    shape s;
    double seconds = read_time(&length, &s);
    double megabytes = (double)length / 1e6;
    printf("%-36s %8zu x %-3zu %8.1f MB/s", what, s.size[0], s.size[1],
           megabytes / seconds);
    double numpy = numpy_time("python3");
    if (numpy == 0)
        numpy = numpy_time("/usr/bin/python3"); /* Debian's, where another is in front */
    if (numpy == 0)
        printf("   (no python3 with numpy)\n");
    else
        printf("   numpy.loadtxt %6.1f MB/s, %.1f times our time\n", megabytes / numpy,
               numpy / seconds);
}

int main(void)
{
    int file = mkstemp(path);
    if (file < 0)
        give_up(path);
    close(file);
    bench_table("100 MB CSV, 6 digits", "%.6g", 10);
    bench_table("100 MB CSV, 17 digits", "%.17g", 10);
    bench_table("100 MB CSV, as numpy.savetxt writes", "%.18e", 10);
    bench_table("100 MB CSV, one column", "%.6g", 1);
    unlink(path);
    return 0;
}
