/* test_mpc_trees.c: trees, errors, files and grammars of the parser library. */

#include "support.h"

#include <unistd.h>

/* ---- Trees ---- */

static mpc_ast_t *sample(void)
{
    return mpc_ast_build(
        3, "root|>", mpc_ast_new("a", "1"),
        mpc_ast_build(2, "b|>", mpc_ast_new("c", "2"), mpc_ast_new("a", "3")),
        mpc_ast_new("a", "4"));
}

static void assert_tree(mpc_ast_t *tree, const char *wanted)
{
    char *text = tree_text(tree);
    assert_string_equal(text, wanted);
    free(text);
}

static void test_tree_functions(void **state)
{
    (void)state;
    mpc_ast_t *t = mpc_ast_new("tag", "contents");
    assert_int_equal(t->state.pos, 0);
    assert_int_equal(t->children_num, 0);
    assert_ptr_equal(mpc_ast_add_tag(t, "x"), t);
    assert_string_equal(t->tag, "x|tag");
    mpc_ast_add_root_tag(t, "y|>");
    assert_string_equal(t->tag, "y|x|tag");
    mpc_ast_tag(t, "z");
    assert_string_equal(t->tag, "z");
    mpc_ast_state(t, (mpc_state_t){5, 1, 2, 0});
    assert_tree(t, "z:2:3 'contents'\n");
    assert_ptr_equal(mpc_ast_add_root(t), t);
    mpc_ast_add_child(t, mpc_ast_new("a", ""));
    mpc_ast_add_child(t, mpc_ast_new("b", "B"));
    mpc_ast_t *root = mpc_ast_add_root(t);
    assert_ptr_not_equal(root, t);
    assert_tree(root, "> \n  z:2:3 'contents'\n    a \n    b:1:1 'B'\n");
    mpc_ast_delete(root);
    mpc_ast_delete(NULL);
    assert_null(mpc_ast_add_tag(NULL, "t"));
    assert_null(mpc_ast_add_root_tag(NULL, "t"));
    assert_null(mpc_ast_add_root(NULL));
    assert_null(mpc_ast_state(NULL, (mpc_state_t){0, 0, 0, 0}));
    assert_tree(NULL, "NULL\n");
}

static void test_tree_queries(void **state)
{
    (void)state;
    mpc_ast_t *t = sample();
    mpc_ast_t *same = sample();
    assert_true(mpc_ast_eq(t, same));
    mpc_ast_state(same, (mpc_state_t){9, 9, 9, 0});
    assert_true(mpc_ast_eq(t, same));
    mpc_ast_tag(same->children[1]->children[1], "other");
    assert_false(mpc_ast_eq(t, same));
    assert_int_equal(mpc_ast_get_index(t, "a"), 0);
    assert_int_equal(mpc_ast_get_index_lb(t, "a", 1), 2);
    assert_int_equal(mpc_ast_get_index(t, "b"), -1);
    assert_ptr_equal(mpc_ast_get_child(t, "b|>"), t->children[1]);
    assert_ptr_equal(mpc_ast_get_child_lb(t, "a", 1), t->children[2]);
    assert_null(mpc_ast_get_child_lb(t, "a", 3));
    mpc_ast_delete(t);
    mpc_ast_delete(same);
}

static void assert_order(mpc_ast_t *t, mpc_ast_trav_order_t order, const char *wanted)
{
    char seen[64] = "";
    mpc_ast_trav_t *trav = mpc_ast_traverse_start(t, order);
    for (mpc_ast_t *a; (a = mpc_ast_traverse_next(&trav));)
        strcat(seen, *a->contents ? a->contents : a->tag);
    assert_null(trav);
    assert_string_equal(seen, wanted);
}

static void test_traversal(void **state)
{
    (void)state;
    mpc_ast_t *t = sample();
    assert_order(t, mpc_ast_trav_order_pre, "root|>1b|>234");
    assert_order(t, mpc_ast_trav_order_post, "123b|>4root|>");
    mpc_ast_trav_t *trav = mpc_ast_traverse_start(t, mpc_ast_trav_order_post);
    mpc_ast_traverse_next(&trav);
    mpc_ast_traverse_free(&trav);
    assert_null(trav);
    mpc_ast_delete(t);
}

static void test_tree_folds(void **state)
{
    (void)state;
    mpc_ast_t *leaf = mpcf_str_ast(allocated("text"));
    assert_tree(leaf, ":1:1 'text'\n");
    mpc_state_t *place = malloc(sizeof *place);
    *place = (mpc_state_t){3, 0, 3, 0};
    mpc_val_t *xs[] = {place, leaf};
    assert_ptr_equal(mpcf_state_ast(2, xs), leaf);
    assert_int_equal(leaf->state.col, 3);
    place = malloc(sizeof *place);
    mpc_val_t *nothing[] = {place, NULL};
    assert_null(mpcf_state_ast(2, nothing));

    assert_null(mpcf_fold_ast(0, NULL));
    mpc_val_t *two[] = {NULL, leaf};
    assert_ptr_equal(mpcf_fold_ast(2, two), leaf);
    mpc_val_t *items[] = {mpc_ast_build(1, "p|>", mpc_ast_new("c", "1")), NULL, sample(),
                          leaf};
    mpc_ast_t *folded = mpcf_fold_ast(4, items);
    assert_tree(folded, "> \n  p|c:1:1 '1'\n  a:1:1 '1'\n  b|> \n    c:1:1 '2'\n"
                        "    a:1:1 '3'\n  a:1:1 '4'\n  :1:4 'text'\n");
    mpc_ast_delete(folded);
}

static mpc_parser_t *word(const char *text)
{
    mpc_parser_t *p = mpc_apply(mpc_tok(mpc_string(text)), mpcf_str_ast);
    return mpca_state(mpca_tag(p, "string"));
}

static void assert_tree_result(mpc_parser_t *p, const char *input, const char *wanted)
{
    ASSERT_TREE(p, input, wanted);
    mpc_delete(p);
}

static void test_tree_combinators(void **state)
{
    (void)state;
    assert_tree_result(word("ab"), "ab", "string:1:1 'ab'\n");
    assert_tree_result(mpca_add_tag(word("ab"), "x"), "ab", "x|string:1:1 'ab'\n");
    assert_tree_result(mpca_and(2, word("a"), word("b")), "a b",
                       "> \n  string:1:1 'a'\n  string:1:3 'b'\n");
    assert_tree_result(mpca_root(mpca_and(2, word("a"), word("b"))), "a b",
                       "> \n  > \n    string:1:1 'a'\n    string:1:3 'b'\n");
    assert_tree_result(mpca_or(2, word("a"), word("b")), "b", "string:1:1 'b'\n");
    assert_tree_result(mpca_total(word("a")), " a ", "string:1:2 'a'\n");
    assert_tree_result(mpca_total(word("a")), "a b",
                       "<t>:1:3: error: expected end of input at 'b'");
    assert_tree_result(mpca_and(2, mpca_not(word("a")), word("b")), "b",
                       "string:1:1 'b'\n");
    assert_tree_result(mpca_and(2, mpca_maybe(word("a")), word("b")), "b",
                       "string:1:1 'b'\n");
    assert_tree_result(mpca_many(word("a")), "b", "NULL\n");
    assert_tree_result(mpca_many1(word("a")), "aa",
                       "> \n  string:1:1 'a'\n  string:1:2 'a'\n");
    assert_tree_result(mpca_count(2, word("a")), "ab",
                       "<t>:1:2: error: expected 2 of \"a\" at 'b'");
}

/* ---- Errors ---- */

static void assert_received(char c, const char *wanted)
{
    char *expected[] = {"x"};
    mpc_err_t e = {.state = {0, 0, 0, 0},
                   .expected_num = 1,
                   .filename = "f",
                   .expected = expected,
                   .received = c};
    char text[64];
    snprintf(text, sizeof text, "f:1:1: error: expected x at %s\n", wanted);
    ASSERT_OWNED(mpc_err_string(&e), text);
}

static void test_error_text(void **state)
{
    (void)state;
    assert_received('\a', "bell");
    assert_received('\b', "backspace");
    assert_received('\f', "formfeed");
    assert_received('\r', "carriage return");
    assert_received('\v', "vertical tab");
    assert_received('\n', "newline");
    assert_received('\t', "tab");
    assert_received(' ', "space");
    assert_received('\0', "end of input");
    assert_received('a', "'a'");
    mpc_err_t nothing = {.filename = "f", .received = 'a'};
    ASSERT_OWNED(mpc_err_string(&nothing),
                 "f:1:1: error: expected ERROR: NOTHING EXPECTED at 'a'\n");
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    mpc_err_print_to(&nothing, f);
    fclose(f);
    assert_int_equal(size,
                     strlen("f:1:1: error: expected ERROR: NOTHING EXPECTED at 'a'\n"));
    free(text);
}

static void test_failures(void **state)
{
    (void)state;
    ASSERT_STRING(mpc_or(1, mpc_fail("reason")), "x", "<t>: error: reason");
    ASSERT_STRING(mpc_or(3, mpc_char('a'), mpc_fail("first"), mpc_fail("second")), "x",
                  "<t>: error: first");
    /* The farthest position counts, even if it holds no message. */
    ASSERT_STRING(mpc_or(2, mpc_fail("reason"), mpc_re("ab")), "ax",
                  "<t>:1:2: error: expected 'b' at 'x'");
}

/* ---- Files ---- */

static FILE *file_of(const char *text)
{
    FILE *f = tmpfile();
    fputs(text, f);
    rewind(f);
    return f;
}

static void test_files(void **state)
{
    (void)state;
    mpc_parser_t *p = mpc_whole(mpc_many(mpcf_strfold, mpc_any()), free);
    mpc_result_t r;
    FILE *f = file_of("some text");
    assert_true(mpc_parse_file("<f>", f, p, &r));
    ASSERT_OWNED(r.output, "some text");
    rewind(f);
    assert_true(mpc_parse_pipe("<f>", f, p, &r));
    ASSERT_OWNED(r.output, "some text");
    fclose(f);
    assert_false(mpc_parse_contents("/nonexistent/file", p, &r));
    ASSERT_OWNED(error_text(r.error), "/nonexistent/file: error: Unable to open file!");
    char name[] = "/tmp/test_mpc_XXXXXX";
    int fd = mkstemp(name);
    f = fdopen(fd, "wb");
    fputs("contents", f);
    fclose(f);
    assert_true(mpc_parse_contents(name, p, &r));
    ASSERT_OWNED(r.output, "contents");
    remove(name);
    mpc_delete(p);
}

static void test_language_files(void **state)
{
    (void)state;
    ONLY_OURS();
    mpc_parser_t *s = mpc_new("s");
    FILE *f = file_of("s : 'a' ;");
    assert_null(mpca_lang_file(MPCA_LANG_DEFAULT, f, s, NULL));
    ASSERT_TREE(s, "a", "char:1:1 'a'\n");
    fclose(f);
    f = file_of("s : ; ");
    ASSERT_OWNED(error_text(mpca_lang_pipe(MPCA_LANG_DEFAULT, f, s, NULL)),
                 "<mpca_lang_pipe>:1:5: error: expected string, char, regex, \"<\" or "
                 "\"(\" at ';'");
    fclose(f);
    ASSERT_OWNED(error_text(mpca_lang_contents(0, "/nonexistent/file", s, NULL)),
                 "/nonexistent/file: error: Unable to open file!");
    mpc_cleanup(1, s);
}

/* ---- Grammars ---- */

static void test_grammar(void **state)
{
    (void)state;
    ONLY_OURS();
    mpc_parser_t *n = mpc_new("n");
    assert_null(mpca_lang(0, "n : /[0-9]+/ ;", n, NULL));
    mpc_parser_t *p = mpca_grammar(0, " <n> (',' <n>)* ", n, NULL);
    assert_tree_result(p, "1, 2",
                       "> \n  n|regex:1:1 '1'\n  char:1:2 ','\n"
                       "  n|regex:1:4 '2'\n");
    p = mpca_grammar(0, "<n> )", n, NULL);
    mpc_result_t r;
    assert_false(mpc_parse("<t>", "1", p, &r));
    assert_non_null(strstr(r.error->failure, "Invalid Grammar: "));
    mpc_err_delete(r.error);
    mpc_delete(p);
    mpc_cleanup(1, n);
}

static void test_language_details(void **state)
{
    (void)state;
    ONLY_OURS();
    mpc_parser_t *s = mpc_new("s");
    mpc_parser_t *t = mpc_new("t");
    assert_null(mpca_lang(0, "", s, NULL));
    assert_null(mpca_lang(0, " s:'a';s:'b';", s, NULL));
    ASSERT_TREE(s, "b", "char:1:1 'b'\n");
    assert_null(mpca_lang(0, "s\n\"a \\n\"\n:'\\n'|\"\\t\\\"\"|/a\\/b/;", s, NULL));
    ASSERT_TREE(s, "a/b", "regex:1:1 'a/b'\n");
    ASSERT_TREE(s, "\t\"", "string:1:1 '\t\"'\n");
    ASSERT_TREE(s, "x", "<t>:1:1: error: expected a \\n at 'x'");
    assert_null(mpca_lang(0, "s : < t > { 2 } ; t : /a.b/s ;", s, t, NULL));
    ASSERT_TREE(s, "a\nba\nb", "> \n  t|regex:1:1 'a\nb'\n  t|regex:2:2 'a\nb'\n");
    assert_null(mpca_lang(0, "s : /^a$/m <9> ;", s, NULL));
    ASSERT_TREE(s, "a\n", "<t>: error: Unknown Parser '9'!");
    /* An error leaves all definitions as they were. */
    mpc_err_delete(mpca_lang(0, "t : 'q' ; s : ", s, t, NULL));
    ASSERT_TREE(t, "a-b", "regex:1:1 'a-b'\n");
    mpc_cleanup(2, s, t);
}

static int is_free_word(mpc_val_t **x)
{
    return strcmp(*x, "let") != 0;
}

/* A rule built by hand, with a check, among rules from a text. */
static void test_hand_built_rules(void **state)
{
    (void)state;
    mpc_parser_t *name = mpc_new("name");
    mpc_parser_t *infix = mpc_new("infix");
    mpc_parser_t *line = mpc_new("line");
    mpc_parser_t *letters =
        mpc_or(2, mpc_re("[A-Za-z_][A-Za-z0-9_]*"), mpc_re("[\xC2-\xF4][\x80-\xBF]+"));
    mpc_parser_t *checked =
        mpc_check(mpc_expect(letters, "name"), free, is_free_word, "reserved word");
    mpc_define(name,
               mpca_state(mpca_tag(mpc_apply(mpc_tok(checked), mpcf_str_ast), "word")));
    mpc_define(infix, mpca_or(2, word("+"), word(".*")));
    assert_null(mpca_lang(0, "line : /^/ <name> (<infix> <name>)* /$/ ;", name, infix,
                          line, NULL));
    ASSERT_TREE(line, "a .* \xCE\xB1",
                "> \n  regex \n  name|word:1:1 'a'\n  infix|string:1:3 '.*'\n"
                "  name|word:1:6 '\xCE\xB1'\n  regex \n");
    ASSERT_TREE(line, "a + let", "<t>: error: reserved word");
    ASSERT_TREE(line, "a + 1", "<t>:1:5: error: expected name at '1'");
    mpc_cleanup(3, name, infix, line);
}

/* A function of the user gets a tree of its own, and may give one back. */
static mpc_val_t *rebuild(mpc_val_t *x)
{
    mpc_ast_t *t = x;
    mpc_ast_t *root = mpc_ast_new("rebuilt|>", "");
    mpc_ast_state(root, t->state);
    mpc_ast_add_child(root, t);
    return mpc_ast_add_child(root, mpc_ast_new("extra", "e"));
}

static void test_trees_of_the_user(void **state)
{
    (void)state;
    mpc_parser_t *inner = mpc_new("inner");
    mpc_parser_t *rule = mpc_new("rule");
    mpc_parser_t *s = mpc_new("s");
    assert_null(mpca_lang(0, "inner : 'a' 'b' ; s : 'x' <rule> ;", inner, rule, s, NULL));
    mpc_define(rule, mpc_apply(inner, rebuild));
    ASSERT_TREE(s, "x a b",
                "> \n  char:1:1 'x'\n  rule|rebuilt|> \n    > \n      char:1:3 'a'\n"
                "      char:1:5 'b'\n    extra:1:1 'e'\n");
    mpc_cleanup(3, inner, rule, s);
}

/* What both print functions write to standard output, which is a file meanwhile. */
static void test_printing(void **state)
{
    (void)state;
    mpc_parser_t *p = mpc_apply(mpc_char('a'), mpcf_str_ast);
    mpc_result_t r;
    FILE *file = tmpfile();
    fflush(stdout);
    int terminal = dup(STDOUT_FILENO);
    dup2(fileno(file), STDOUT_FILENO);
    int ok = mpc_parse("<t>", "b", p, &r);
    mpc_err_print(r.error);
    mpc_ast_t *tree = sample();
    mpc_ast_print(tree);
    fflush(stdout);
    dup2(terminal, STDOUT_FILENO);
    close(terminal);
    assert_false(ok);
    char text[256] = "";
    rewind(file);
    fread(text, 1, sizeof text - 1, file);
    fclose(file);
    char *wanted = tree_text(tree);
    assert_int_equal(strncmp(text, "<t>:1:1: error: expected 'a' at 'b'\n", 36), 0);
    assert_string_equal(text + 36, wanted);
    free(wanted);
    mpc_err_delete(r.error);
    mpc_ast_delete(tree);
    mpc_delete(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree_functions),    cmocka_unit_test(test_tree_queries),
        cmocka_unit_test(test_traversal),         cmocka_unit_test(test_tree_folds),
        cmocka_unit_test(test_tree_combinators),  cmocka_unit_test(test_error_text),
        cmocka_unit_test(test_failures),          cmocka_unit_test(test_files),
        cmocka_unit_test(test_language_files),    cmocka_unit_test(test_grammar),
        cmocka_unit_test(test_language_details),  cmocka_unit_test(test_hand_built_rules),
        cmocka_unit_test(test_trees_of_the_user), cmocka_unit_test(test_printing),
    };
    return cmocka_run_group_tests_name("mpc trees", tests, NULL, NULL);
}
