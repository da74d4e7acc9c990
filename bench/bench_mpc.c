/* bench_mpc.c: how fast the parser library defines grammars and parses.
 *
 * Prints one figure per line; every figure is the best of several rounds. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mpc/mpc.h"

enum { ROUNDS = 9, FILE_BYTES = 1 << 20, RULES = 14 };

static const char language[] = "number \"number\" : /[0-9]+(\\.[0-9]+)?/ ;"
                               "name \"name\" : /[a-zA-Z_][a-zA-Z0-9_]*/ ;"
                               "call : <name> '(' (<expr> (',' <expr>)*)? ')' ;"
                               "matrix : '[' <row> (';' <row>)* ']' ;"
                               "row : <expr> (',' <expr>)* ;"
                               "primary : <number> | <call> | <name> | <matrix>"
                               "        | '(' <expr> ')' ;"
                               "power : <primary> ('^' <unary>)? ;"
                               "unary : '-' <unary> | <power> ;"
                               "term : <unary> (('*' | '/') <unary>)* ;"
                               "sum : <term> (('+' | '-') <term>)* ;"
                               "cmp : <sum> ((\"<=\" | \">=\" | '<' | '>') <sum>)? ;"
                               "expr : <cmp> ;"
                               "let : \"let\" <name> '=' <expr> ;"
                               "line : /^/ (<let> | <expr>) /$/ ;";

static const char *const names[RULES] = {"line", "number",  "name",  "call",  "matrix",
                                         "row",  "primary", "power", "unary", "term",
                                         "sum",  "cmp",     "expr",  "let"};

/* ---- Grammars ---- */

static mpc_parser_t *rules[RULES];

static void define_language(void)
{
    mpc_parser_t **r = rules;
    for (int i = 0; i < RULES; i++)
        r[i] = mpc_new(names[i]);
    mpc_err_t *error =
        mpca_lang(MPCA_LANG_DEFAULT, language, r[0], r[1], r[2], r[3], r[4], r[5], r[6],
                  r[7], r[8], r[9], r[10], r[11], r[12], r[13], NULL);
    if (!error)
        return;
    mpc_err_print(error);
    exit(1);
}

static void delete_language(void)
{
    for (int i = 0; i < RULES; i++)
        mpc_undefine(rules[i]);
    for (int i = 0; i < RULES; i++)
        mpc_delete(rules[i]);
}

/* A letter outside ASCII; a real program would look into its tables here. */
static int is_letter(mpc_val_t **x)
{
    const unsigned char *s = *x;
    return s[0] >= 0xC3;
}

static int is_free_name(mpc_val_t **x)
{
    return strcmp(*x, "let") != 0;
}

/* Names of letters of any script: an ASCII part and other letters, in any order. */
static mpc_parser_t *unicode_name(void)
{
    mpc_parser_t *letter =
        mpc_check(mpc_re("[\xC2-\xF4][\x80-\xBF]+"), free, is_letter, "not a letter");
    mpc_parser_t *start = mpc_or(2, mpc_re("[A-Za-z_][A-Za-z0-9_]*"), letter);
    mpc_parser_t *more_letter =
        mpc_check(mpc_re("[\xC2-\xF4][\x80-\xBF]+"), free, is_letter, "not a letter");
    mpc_parser_t *more = mpc_or(2, mpc_re("[A-Za-z0-9_]+"), more_letter);
    mpc_parser_t *name =
        mpc_and(2, mpcf_strfold, start, mpc_many(mpcf_strfold, more), free);
    mpc_parser_t *checked =
        mpc_check(mpc_expect(name, "name"), free, is_free_name, "reserved word");
    return mpca_state(mpca_tag(mpc_apply(mpc_tok(checked), mpcf_str_ast), "name"));
}

/* ---- Measuring ---- */

static double parse_time(const char *text, int repeat)
{
    double best = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        double start = processor_seconds();
        for (int i = 0; i < repeat; i++) {
            mpc_result_t r;
            if (mpc_parse("<bench>", text, rules[0], &r)) {
                mpc_ast_delete(r.output);
                continue;
            }
            mpc_err_print(r.error);
            exit(1);
        }
        double seconds = (processor_seconds() - start) / repeat;
        best = seconds < best ? seconds : best;
    }
    return best;
}

static double fail_time(const char *text, int repeat)
{
    double start = processor_seconds();
    for (int i = 0; i < repeat; i++) {
        mpc_result_t r;
        if (mpc_parse("<bench>", text, rules[0], &r))
            exit(1);
        mpc_err_delete(r.error);
    }
    return (processor_seconds() - start) / repeat;
}

static double define_time(int repeat)
{
    double best = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        double seconds = 0;
        for (int i = 0; i < repeat; i++) {
            double start = processor_seconds();
            define_language();
            seconds += processor_seconds() - start;
            delete_language();
        }
        best = seconds / repeat < best ? seconds / repeat : best;
    }
    return best;
}

/* `piece` over and over, with "1" at the end. */
static char *long_text(const char *piece)
{
    size_t n = strlen(piece);
    char *text = malloc(FILE_BYTES + n + 2);
    if (!text)
        exit(1);
    size_t length = 0;
    for (; length < FILE_BYTES; length += n)
        memcpy(text + length, piece, n);
    memcpy(text + length, "1", 2);
    return text;
}

static void bench_file(const char *what, const char *piece)
{
    char *text = long_text(piece);
    double seconds = parse_time(text, 1);
    printf("%-44s %8.1f MB/s\n", what, (double)strlen(text) / seconds / 1e6);
    free(text);
}

int main(void)
{
    printf("%-44s %8.1f us\n", "define a grammar of 14 rules", 1e6 * define_time(200));
    define_language();
    printf("%-44s %8.2f us\n", "parse cos(v2)*v1 + 0.5*v0",
           1e6 * parse_time("cos(v2)*v1 + 0.5*v0", 5000));
    printf("%-44s %8.2f us\n", "fail on cos(v2)*v1 + 0.5*",
           1e6 * fail_time("cos(v2)*v1 + 0.5*", 5000));
    bench_file("1 MB of expressions, 2.6 bytes a token",
               "cos(theta)*radius + 0.5*velocity - (x/3)^2 +\n");
    bench_file("1 MB of short names, 1.7 bytes a token",
               "cos(v2)*v1 + 0.5*v0 - (x/3)^2 +\n");
    bench_file("1 MB in one sum (many children)", "1+");
    mpc_undefine(rules[2]);
    mpc_define(rules[2], unicode_name());
    printf("%-44s %8.2f us\n", "the same with names built by hand",
           1e6 * parse_time("cos(v2)*v1 + 0.5*v0", 5000));
    printf("%-44s %8.2f us\n", "parse sin(\u03b12)*\u03b2 + 0.5*\u03b30",
           1e6 * parse_time("sin(\u03b12)*\u03b2 + 0.5*\u03b30", 5000));
    delete_language();
    return 0;
}
