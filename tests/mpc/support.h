/* support.h: what the test programs of the parser library share. */

#ifndef NABLA_TESTS_MPC_SUPPORT_H
#define NABLA_TESTS_MPC_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mpc/mpc.h"

/* At the start of a test of what ours does differently on purpose. With MPC_SYSTEM the
 * tests run against an installed library, and such a test is left out. */
#ifdef MPC_SYSTEM
#define ONLY_OURS() skip()
#else
#define ONLY_OURS() ((void)0)
#endif

/* The text in memory of its own, as values are that a parser hands over. */
static inline char *allocated(const char *text)
{
    return strcpy(malloc(strlen(text) + 1), text);
}

/* Compares a text that the call hands over, and frees it. */
#define ASSERT_OWNED(call, wanted)                                                       \
    do {                                                                                 \
        char *text_ = (call);                                                            \
        assert_string_equal(text_, (wanted));                                            \
        free(text_);                                                                     \
    } while (0)

/* Rules by name. The first one is where parses start. */
typedef struct {
    mpc_parser_t *rules[33]; /* ended by NULL */
    int n;
} grammar;

#define RULES(g)                                                                         \
    (g)->rules[0], (g)->rules[1], (g)->rules[2], (g)->rules[3], (g)->rules[4],           \
        (g)->rules[5], (g)->rules[6], (g)->rules[7], (g)->rules[8], (g)->rules[9],       \
        (g)->rules[10], (g)->rules[11], (g)->rules[12], (g)->rules[13], (g)->rules[14],  \
        (g)->rules[15], NULL

/* Makes a parser for each of the names, at most 16, separated by spaces. */
static inline void grammar_start(grammar *g, const char *names)
{
    *g = (grammar){.n = 0};
    while (*names) {
        size_t length = strcspn(names, " ");
        char name[32];
        snprintf(name, sizeof name, "%.*s", (int)length, names);
        g->rules[g->n++] = mpc_new(name);
        names += length + (names[length] == ' ');
    }
}

static inline void grammar_end(grammar *g)
{
    for (int i = 0; i < g->n; i++)
        mpc_undefine(g->rules[i]);
    for (int i = 0; i < g->n; i++)
        mpc_delete(g->rules[i]);
}

/* Makes the parsers and defines them; the text must be well formed. */
static inline void grammar_make(grammar *g, int flags, const char *names,
                                const char *text)
{
    grammar_start(g, names);
    mpc_err_t *error = mpca_lang(flags, text, RULES(g));
    if (error)
        mpc_err_print(error);
    assert_null(error);
}

/* A tree as it is printed, in a block to be freed. */
static inline char *tree_text(mpc_ast_t *tree)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    mpc_ast_print_to(tree, f);
    fclose(f);
    return text;
}

/* The message of an error without its newline, in a block to be freed. Deletes the error.
 */
static inline char *error_text(mpc_err_t *error)
{
    char *text = mpc_err_string(error);
    text[strlen(text) - 1] = '\0';
    mpc_err_delete(error);
    return text;
}

/* Parses and gives the result, a string or a message, in a block to be freed. */
static inline char *parse_string(mpc_parser_t *p, const char *input)
{
    mpc_result_t r;
    if (!mpc_parse("<t>", input, p, &r))
        return error_text(r.error);
    if (!r.output)
        return mpcf_ctor_str();
    return r.output;
}

/* The same for a parser of trees, which are printed and deleted. */
static inline char *parse_tree(mpc_parser_t *p, const char *input)
{
    mpc_result_t r;
    if (!mpc_parse("<t>", input, p, &r))
        return error_text(r.error);
    char *text = tree_text(r.output);
    mpc_ast_delete(r.output);
    return text;
}

static inline void assert_succeeds(mpc_parser_t *p, const char *input)
{
    mpc_result_t r;
    if (!mpc_parse("<t>", input, p, &r))
        fail_msg("%s", mpc_err_string(r.error));
    mpc_ast_delete(r.output);
}

/* Runs a parser made for this call only, and compares the result. */
#define ASSERT_STRING(parser, input, wanted)                                             \
    do {                                                                                 \
        mpc_parser_t *parser_ = (parser);                                                \
        char *result_ = parse_string(parser_, (input));                                  \
        mpc_delete(parser_);                                                             \
        assert_string_equal(result_, (wanted));                                          \
        free(result_);                                                                   \
    } while (0)

#define ASSERT_TREE(parser, input, wanted)                                               \
    do {                                                                                 \
        char *result_ = parse_tree((parser), (input));                                   \
        assert_string_equal(result_, (wanted));                                          \
        free(result_);                                                                   \
    } while (0)

#endif
