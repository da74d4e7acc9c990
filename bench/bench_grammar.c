/* bench_grammar.c: nabla's own grammar, Unicode names and the operators of the table
 * included: how long it takes to define, and to parse a short line and a large file.
 *
 * Prints one figure per line; every figure is the best of several rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "syntax/grammar.h"

enum { ROUNDS = 15, REPEATS = 2000, FILE_BYTES = 1 << 20 };

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
        double begin = processor_seconds();
        grammar_define(&a);
        best = smaller(best, processor_seconds() - begin);
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
        double begin = processor_seconds();
        for (int i = 0; i < repeats; i++)
            parse_once(g, text);
        best = smaller(best, (processor_seconds() - begin) / repeats);
    }
    return best;
}

/* 1 MB in which `piece` follows a number over and over. */
static char *large_text(const char *piece)
{
    char *text = malloc(FILE_BYTES + 1);
    if (text == NULL)
        exit(1);
    size_t length = (size_t)snprintf(text, FILE_BYTES, "1");
    while (length + strlen(piece) < FILE_BYTES)
        length += (size_t)snprintf(text + length, FILE_BYTES - length, "%s", piece);
    return text;
}

static void bench_large(const grammar *g, const char *what, const char *piece)
{
    char *text = large_text(piece);
    printf("parse 1 MB %-23s %8.1f MB/s\n", what,
           (double)strlen(text) / 1e6 / parse_seconds(g, text, 1));
    free(text);
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
    bench_large(g, "of terms", " + sin(alpha_1)*(2.5 - x^2)/w12");
    bench_large(g, "in lines", " -\n    sqrt(x_1.^2 + x_2.^2)*cos(theta)");
    bench_large(g, "in one sum", "+1");
    arena_empty(&a);
    return 0;
}
