/* test_mpc_memory.c: every allocation of the library is made to fail once.
 *
 * The program must be linked with -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc, so that
 * the functions below stand between the library and the heap; otherwise its tests are
 * skipped. */

#include "support.h"

void *__real_malloc(size_t size) __attribute__((weak));
void *__real_calloc(size_t n, size_t size) __attribute__((weak));
void *__real_realloc(void *old, size_t size) __attribute__((weak));
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static long until_failure = -1; /* allocations left; -1: none fails */
static int failing_on;          /* once one has failed, all others do too */
static int has_failed;

static int fails_now(void)
{
    if (until_failure < 0)
        return 0;
    if (until_failure > 0) {
        until_failure--;
        return 0;
    }
    has_failed = 1;
    if (!failing_on)
        until_failure = -1;
    return 1;
}

void *__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails_now() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails_now() ? NULL : __real_realloc(old, size);
}

/* ---- Scenarios ---- */

static const char language[] =
    "number \"number\" : /[0-9]+(\\.[0-9]+)?/ ;"
    "value : <number> | <name> | '(' <sum> ')' | \"pi\" | 'x'{2} 'y'! ;"
    "sum : <value> (('+' | '-') <value>)* ;"
    "line : /^/ <sum> /$/ ;";

static int is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static int is_free_word(mpc_val_t **x)
{
    return strcmp(*x, "let") != 0;
}

static mpc_val_t *wrap_tree(mpc_val_t *x)
{
    mpc_ast_t *t = x;
    return t ? mpc_ast_add_tag(t, "wrapped") : NULL;
}

static mpc_parser_t *make_name(void)
{
    mpc_parser_t *letters = mpc_many1(mpcf_strfold, mpc_satisfy(is_lower));
    mpc_parser_t *checked = mpc_check(letters, free, is_free_word, "reserved");
    mpc_parser_t *leaf = mpc_apply(mpc_tok(checked), mpcf_str_ast);
    return mpc_apply(mpca_state(mpca_tag(leaf, "word")), wrap_tree);
}

static void try_parse(mpc_parser_t *p, const char *input, mpc_dtor_t destroy)
{
    mpc_result_t r;
    if (mpc_parse("<t>", input, p, &r)) {
        destroy(r.output);
        return;
    }
    free(mpc_err_string(r.error));
    mpc_err_delete(r.error);
}

static void delete_tree(mpc_val_t *x)
{
    mpc_ast_t *t = x;
    if (t && t->children_num > 0)
        mpc_ast_add_child(mpc_ast_add_tag(t->children[0], "t"), mpc_ast_new("a", "b"));
    mpc_ast_delete(t);
}

static void run_grammar(void)
{
    mpc_parser_t *number = mpc_new("number");
    mpc_parser_t *name = mpc_new("name");
    mpc_parser_t *value = mpc_new("value");
    mpc_parser_t *sum = mpc_new("sum");
    mpc_parser_t *line = mpc_new("line");
    mpc_define(name, make_name());
    mpc_err_t *e = mpca_lang(0, language, number, name, value, sum, line, NULL);
    if (e) {
        free(mpc_err_string(e));
        mpc_err_delete(e);
    }
    try_parse(line, "1 + (ab - 2.5) + pi\n - xx", delete_tree);
    try_parse(line, "1 + (ab - 2.5) + \n let", delete_tree);
    try_parse(line, "(((((((((((((((((((((((((((((((((((1", delete_tree);
    mpc_cleanup(5, number, name, value, sum, line);
}

static void run_bad_texts(void)
{
    mpc_parser_t *s = mpc_new("s");
    mpc_err_delete(mpca_lang(0, "s : 'a' (\"b\" | /[c/ <s>{3} ;", s, NULL));
    mpc_err_delete(mpca_lang(0, "s : <s> | 'b' ;", s, NULL));
    mpc_parser_t *p = mpca_grammar(0, "'a' (<s> 'b' ", s, NULL);
    try_parse(p, "x", free);
    mpc_delete(p);
    mpc_cleanup(1, s);
}

static mpc_val_t *first_of(int n, mpc_val_t **xs)
{
    for (int i = 1; i < n; i++)
        free(xs[i]);
    return n > 0 ? xs[0] : NULL;
}

static void run_combinators(void)
{
    mpc_parser_t *p = mpc_and(
        3, first_of, mpc_many(mpcf_strfold, mpc_alpha()), mpc_state(),
        mpc_sepby1(mpcf_strfold, mpc_sym(","), mpc_tok(mpc_digits())), free, free);
    mpc_parser_t *copy = mpc_copy(p);
    try_parse(p, "ab\n1, 2, 3", free);
    try_parse(copy, "abcd", free);
    mpc_delete(copy);
    p = mpc_or(2, mpc_expectf(mpc_total(p, free), "list %d", 1), mpc_failf("bad %d", 2));
    p = mpc_or(3, p, mpc_number(), mpc_checkf(mpc_ident(), free, is_free_word, "%d", 1));
    try_parse(p, "let", free);
    mpc_delete(p);
    p = mpc_count(40, first_of, mpc_string("a"), free);
    try_parse(p, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", free);
    mpc_delete(p);
}

/* Deep enough for the stacks to grow and for results to be remembered. */
static void run_hard_grammar(void)
{
    mpc_parser_t *s = mpc_new("s");
    mpc_parser_t *a = mpc_new("a");
    mpc_parser_t *b = mpc_new("b");
    mpc_err_delete(mpca_lang(0,
                             "s : /^/ <a>* /$/ ; a : <b> '+' <a> | <b> ;"
                             "b : /[0-9]+/ | '(' <a> ')' ;",
                             s, a, b, NULL));
    char text[512];
    memset(text, '(', sizeof text);
    memset(text + 200, '1', sizeof text - 200);
    text[sizeof text - 1] = '\0';
    try_parse(s, text, delete_tree);
    mpc_cleanup(3, s, a, b);
}

static void run_trees(void)
{
    mpc_ast_t *t = mpc_ast_build(2, ">", mpc_ast_new("a", "1"), mpc_ast_new("b", "2"));
    t = mpc_ast_add_root(t);
    mpc_ast_add_root_tag(t, "x|>");
    mpc_ast_eq(t, t);
    mpc_ast_trav_t *trav = mpc_ast_traverse_start(t, mpc_ast_trav_order_post);
    while (mpc_ast_traverse_next(&trav)) {
    }
    mpc_val_t *xs[] = {t, mpc_ast_new("c", "3"), mpc_ast_new("d", "4")};
    mpc_ast_delete(mpcf_fold_ast(3, xs));
}

/* ---- Tests ---- */

static void fail_each_allocation(void (*run)(void))
{
    for (failing_on = 0; failing_on < 2; failing_on++) {
        has_failed = 1;
        for (long i = 0; has_failed; i++) {
            has_failed = 0;
            until_failure = i;
            run();
            until_failure = -1;
        }
    }
}

static void test_scenario(void **state)
{
    if (!__real_malloc || !__real_calloc || !__real_realloc)
        skip();
    void (*run)(void);
    memcpy(&run, *state, sizeof run);
    fail_each_allocation(run);
}

/* A failure that the caller can tell from others. */
static void test_message(void **state)
{
    (void)state;
    if (!__real_malloc || !__real_calloc || !__real_realloc)
        skip();
    mpc_parser_t *p = mpc_many(mpcf_strfold, mpc_char('a'));
    mpc_result_t r;
    until_failure = 0;
    failing_on = 0;
    int ok = mpc_parse("<t>", "aaa", p, &r);
    until_failure = -1;
    assert_false(ok);
    char *text = error_text(r.error);
    assert_string_equal(text, "<t>: error: Out of memory!");
    free(text);
    until_failure = 0;
    failing_on = 1;
    ok = mpc_parse("<t>", "aaa", p, &r);
    until_failure = -1;
    assert_false(ok);
    text = error_text(r.error);
    assert_string_equal(text, "<mpc>: error: Out of memory!");
    free(text);
    mpc_delete(p);
}

int main(void)
{
#ifdef MPC_SYSTEM
    puts("1..0 # SKIP an installed library promises less");
    return 0;
#endif
    static void (*runs[])(void) = {run_grammar, run_bad_texts, run_combinators,
                                   run_hard_grammar, run_trees};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_message),
        {"test_grammar", test_scenario, NULL, NULL, &runs[0]},
        {"test_bad_texts", test_scenario, NULL, NULL, &runs[1]},
        {"test_combinators", test_scenario, NULL, NULL, &runs[2]},
        {"test_hard_grammar", test_scenario, NULL, NULL, &runs[3]},
        {"test_trees", test_scenario, NULL, NULL, &runs[4]},
    };
    return cmocka_run_group_tests_name("mpc memory", tests, NULL, NULL);
}
