/* bench_grammar.c: nabla's own grammar, Unicode names and the operators of the table
 * included: how long it takes to define, and to parse a short line and a large file.
 *
 * Prints one figure per line; every figure is the best of several rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "syntax/grammar.h"

enum { ROUNDS = 15, REPEATS = 2000, FILE_BYTES = 1 << 20 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static double define_seconds(limits *l)
{
    double best = 1;
    for (int round = 0; round < ROUNDS * 10; round++) {
        arena a;
        arena_init(&a, l, 1 << 16);
        double begin = now();
        grammar_define(&a);
        best = smaller(best, now() - begin);
        arena_empty(&a);
    }
    return best;
}

static void parse_once(const grammar *g, const char *text)
{
    mpc_result_t result;
    if (!grammar_parse(g, GRAMMAR_EXPRESSION, text, &result)) {
        mpc_err_print(result.error);
        exit(1);
    }
    mpc_ast_delete(result.output);
}

static double parse_seconds(const grammar *g, const char *text, int repeats)
{
    double best = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        double begin = now();
        for (int i = 0; i < repeats; i++)
            parse_once(g, text);
        best = smaller(best, (now() - begin) / repeats);
    }
    return best;
}

/* 1 MB of terms like those of a lesson. */
static char *large_text(void)
{
    static const char term[] = " + sin(alpha_1)*(2.5 - x^2)/w12";
    char *text = malloc(FILE_BYTES + 1);
    if (text == NULL)
        exit(1);
    size_t length = (size_t)snprintf(text, FILE_BYTES, "x");
    while (length + sizeof term < FILE_BYTES)
        length += (size_t)snprintf(text + length, FILE_BYTES - length, "%s", term);
    return text;
}

int main(void)
{
    limits l = {0};
    jmp_buf escape;
    l.escape = &escape;
    if (setjmp(escape) != 0)
        return 1;
    arena a;
    arena_init(&a, &l, 1 << 16);
    printf("define nabla's grammar            %8.1f us\n", 1e6 * define_seconds(&l));
    const grammar *g = grammar_define(&a);
    static const char *const lines[] = {"cos(v2)*v1 + 0.5*v0", "sin(α2)*β + 0.5*γ0"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        printf("parse %-26s  %8.1f us\n", lines[i],
               1e6 * parse_seconds(g, lines[i], REPEATS));
    char *text = large_text();
    printf("parse 1 MB                        %8.1f MB/s\n",
           (double)strlen(text) / 1e6 / parse_seconds(g, text, 1));
    free(text);
    arena_empty(&a);
    return 0;
}
