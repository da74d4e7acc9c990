/* test_mpc_examples.c: the worked examples of the interface, one test for each.
 *
 * examples.inc is generated from the description of the interface by make_examples.py. */

#include "support.h"

typedef enum { REGEX, PARSE } example_kind;

typedef enum {
    MATCHES,        /* the regex matches this text */
    TREE,           /* the tree prints as this text */
    NO_OUTPUT,      /* success with NULL */
    SUCCEEDS,       /* success with any tree */
    FAILS,          /* failure with this message */
    FAILS_LIKE,     /* failure with a message that begins like this */
    LANGUAGE_FAILS, /* the grammar is rejected with a message that begins like this */
} example_outcome;

typedef struct {
    const char *id;
    example_kind how;
    const char *grammar; /* or the regex */
    int flags;           /* or the mode of the regex */
    const char *names;   /* of the rules that are passed; the first one is parsed */
    const char *input;
    long length; /* given to mpc_nparse, unless -1 */
    example_outcome outcome;
    const char *text;
    long pos; /* of the error, unless -1 */
    int ours; /* an installed library may do something else */
} example;

#include "examples.inc"

static void check_start(const char *text, const char *wanted)
{
    if (strncmp(text, wanted, strlen(wanted)) != 0)
        assert_string_equal(text, wanted);
}

static void check_failure(const example *e, mpc_err_t *error)
{
    if (e->pos >= 0)
        assert_int_equal(error->state.pos, e->pos);
    char *text = error_text(error);
    if (e->outcome == FAILS)
        assert_string_equal(text, e->text);
    else
        check_start(text, e->text);
    free(text);
}

static void check_success(const example *e, void *output)
{
    if (e->outcome == MATCHES) {
        assert_string_equal(output, e->text);
        free(output);
        return;
    }
    if (e->outcome == NO_OUTPUT)
        assert_null(output);
    if (e->outcome == TREE) {
        char *text = tree_text(output);
        assert_string_equal(text, e->text);
        free(text);
    }
    mpc_ast_delete(output);
}

static void check_parse(const example *e, mpc_parser_t *p)
{
    mpc_result_t r;
    int ok = e->length < 0 ? mpc_parse("<t>", e->input, p, &r)
                           : mpc_nparse("<n>", e->input, (size_t)e->length, p, &r);
    if (!ok && e->outcome != FAILS && e->outcome != FAILS_LIKE)
        mpc_err_print(r.error);
    assert_int_equal(ok, e->outcome != FAILS && e->outcome != FAILS_LIKE);
    if (ok)
        check_success(e, r.output);
    else
        check_failure(e, r.error);
}

static void check_example(const example *e)
{
    if (e->how == REGEX) {
        mpc_parser_t *p = mpc_re_mode(e->grammar, e->flags);
        check_parse(e, p);
        mpc_delete(p);
        return;
    }
    grammar g;
    grammar_start(&g, e->names);
    mpc_err_t *error = mpca_lang(e->flags, e->grammar, RULES(&g));
    if (e->outcome == LANGUAGE_FAILS) {
        assert_non_null(error);
        check_failure(e, error);
    } else {
        assert_null(error);
        check_parse(e, g.rules[0]);
    }
    grammar_end(&g);
}

static void test_example(void **state)
{
    const example *e = *state;
    if (e->ours)
        ONLY_OURS();
    check_example(e);
}

int main(void)
{
    enum { COUNT = sizeof examples / sizeof *examples };
    static struct CMUnitTest tests[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        tests[i] = (struct CMUnitTest){examples[i].id, test_example, NULL, NULL,
                                       (void *)&examples[i]};
    return cmocka_run_group_tests_name("mpc examples", tests, NULL, NULL);
}
