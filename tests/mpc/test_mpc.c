/* test_mpc.c: basic parsers, combinators and the functions to pass in, one small test for
 * each group. Trees, errors and grammars are in test_mpc_trees.c. */

#include "support.h"

static void *number(int n)
{
    int *p = malloc(sizeof *p);
    *p = n;
    return p;
}

static void assert_int_result(mpc_parser_t *p, const char *input, int wanted)
{
    mpc_result_t r;
    assert_true(mpc_parse("<t>", input, p, &r));
    assert_int_equal(*(int *)r.output, wanted);
    free(r.output);
    mpc_delete(p);
}

/* ---- Basic parsers ---- */

static void test_one_character(void **state)
{
    (void)state;
    ASSERT_STRING(mpc_any(), "xy", "x");
    ASSERT_STRING(mpc_any(), "",
                  "<t>:1:1: error: expected any character at end of input");
    ASSERT_STRING(mpc_char('x'), "xy", "x");
    ASSERT_STRING(mpc_char('x'), "y", "<t>:1:1: error: expected 'x' at 'y'");
    ASSERT_STRING(mpc_range('a', 'c'), "b", "b");
    ASSERT_STRING(mpc_range('a', 'c'), "d",
                  "<t>:1:1: error: expected character between 'a' and 'c' at 'd'");
    ASSERT_STRING(mpc_oneof("abc"), "c", "c");
    ASSERT_STRING(mpc_oneof("abc"), "d", "<t>:1:1: error: expected one of 'abc' at 'd'");
    ASSERT_STRING(mpc_noneof("abc"), "d", "d");
    ASSERT_STRING(mpc_noneof("abc"), "a",
                  "<t>:1:1: error: expected none of 'abc' at 'a'");
    ASSERT_STRING(mpc_noneof("abc"), "",
                  "<t>:1:1: error: expected none of 'abc' at end of input");
    ASSERT_STRING(mpc_any(), "\xff", "\xff");
}

static int is_vowel(char c)
{
    return c && strchr("aeiou", c) != NULL;
}

static void test_satisfy(void **state)
{
    (void)state;
    ASSERT_STRING(mpc_satisfy(is_vowel), "e", "e");
    ASSERT_STRING(mpc_many(mpcf_strfold, mpc_satisfy(is_vowel)), "aeix", "aei");
    mpc_parser_t *p = mpc_satisfy(is_vowel);
    char *text = parse_string(p, "x");
    const char *start = "<t>:1:1: error: expected character satisfying function ";
    assert_memory_equal(text, start, strlen(start));
    free(text);
    mpc_delete(p);
}

static void test_string(void **state)
{
    (void)state;
    ASSERT_STRING(mpc_string("hello"), "hello there", "hello");
    ASSERT_STRING(mpc_string(""), "x", "");
    ASSERT_STRING(mpc_string("hello"), "help",
                  "<t>:1:1: error: expected \"hello\" at 'h'");
    ASSERT_STRING(mpc_or(2, mpc_string("ab"), mpc_string("ac")), "ac", "ac");
}

static mpc_val_t *make_seven(void)
{
    return number(7);
}

static void test_without_input(void **state)
{
    (void)state;
    static char constant[] = "constant";
    mpc_result_t r;
    mpc_parser_t *p = mpc_pass();
    assert_true(mpc_parse("<t>", "x", p, &r));
    assert_null(r.output);
    mpc_delete(p);
    ASSERT_STRING(mpc_fail("no luck"), "x", "<t>: error: no luck");
    ASSERT_STRING(mpc_failf("no %s %d", "luck", 3), "x", "<t>: error: no luck 3");
    assert_int_result(mpc_lift(make_seven), "", 7);
    p = mpc_lift_val(constant);
    for (int i = 0; i < 2; i++) {
        assert_true(mpc_parse("<t>", "x", p, &r));
        assert_ptr_equal(r.output, constant);
    }
    mpc_delete(p);
}

static void test_state(void **state)
{
    (void)state;
    mpc_parser_t *p = mpc_and(2, mpcf_snd_free, mpc_string("a\n b"), mpc_state(), free);
    mpc_result_t r;
    assert_true(mpc_parse("<t>", "a\n bc", p, &r));
    const mpc_state_t *at = r.output;
    assert_int_equal(at->pos, 4);
    assert_int_equal(at->row, 1);
    assert_int_equal(at->col, 2);
    free(r.output);
    mpc_delete(p);
}

static int between_digits(char prev, char next)
{
    return prev == '1' && next == '2';
}

static int at_both_ends(char prev, char next)
{
    return prev == '\0' && next == '\0';
}

static void test_places(void **state)
{
    (void)state;
    ASSERT_STRING(mpc_and(3, mpcf_strfold, mpc_char('1'), mpc_anchor(between_digits),
                          mpc_char('2'), free, free),
                  "12", "12");
    ASSERT_STRING(mpc_anchor(between_digits), "12",
                  "<t>:1:1: error: expected anchor at '1'");
    ASSERT_STRING(mpc_anchor(at_both_ends), "", "");
    ASSERT_STRING(mpc_and(2, mpcf_snd, mpc_soi(), mpc_char('a'), free), "a", "a");
    ASSERT_STRING(mpc_and(2, mpcf_fst, mpc_char('a'), mpc_soi(), free), "a",
                  "<t>:1:2: error: expected start of input at end of input");
    ASSERT_STRING(mpc_eoi(), "a", "<t>:1:1: error: expected end of input at 'a'");
    ASSERT_STRING(mpc_and(3, mpcf_strfold, mpc_boundary(), mpc_string("a"),
                          mpc_boundary(), free, free),
                  "a b", "a");
    ASSERT_STRING(mpc_and(2, mpcf_strfold, mpc_string("a"), mpc_boundary(), free), "ab",
                  "<t>:1:2: error: expected word boundary at 'b'");
    ASSERT_STRING(
        mpc_and(2, mpcf_strfold, mpc_string("\n"), mpc_boundary_newline(), free), "\n",
        "\n");
    ASSERT_STRING(mpc_boundary_newline(), "a",
                  "<t>:1:1: error: expected start of newline at 'a'");
}

static void test_common(void **state)
{
    (void)state;
    ASSERT_STRING(mpc_whitespace(), "\v", "\v");
    ASSERT_STRING(mpc_whitespace(), "x", "<t>:1:1: error: expected whitespace at 'x'");
    ASSERT_STRING(mpc_whitespaces(), " \t\nx", " \t\n");
    ASSERT_STRING(mpc_blank(), "  x", "");
    ASSERT_STRING(mpc_newline(), "x", "<t>:1:1: error: expected newline at 'x'");
    ASSERT_STRING(mpc_tab(), "\t", "\t");
    ASSERT_STRING(mpc_escape(), "\\nx", "\\n");
    ASSERT_STRING(mpc_digits(), "12a", "12");
    ASSERT_STRING(mpc_digits(), "a", "<t>:1:1: error: expected digits at 'a'");
    ASSERT_STRING(mpc_digit(), "a", "<t>:1:1: error: expected digit at 'a'");
    ASSERT_STRING(mpc_hexdigits(), "fFg", "fF");
    ASSERT_STRING(mpc_hexdigit(), "g", "<t>:1:1: error: expected hex digit at 'g'");
    ASSERT_STRING(mpc_octdigits(), "778", "77");
    ASSERT_STRING(mpc_octdigit(), "8", "<t>:1:1: error: expected oct digit at '8'");
    ASSERT_STRING(mpc_lower(), "A", "<t>:1:1: error: expected lowercase letter at 'A'");
    ASSERT_STRING(mpc_upper(), "a", "<t>:1:1: error: expected uppercase letter at 'a'");
    ASSERT_STRING(mpc_alpha(), "1", "<t>:1:1: error: expected letter at '1'");
    ASSERT_STRING(mpc_underscore(), "1", "<t>:1:1: error: expected underscore at '1'");
    ASSERT_STRING(mpc_alphanum(), "-", "<t>:1:1: error: expected alphanumeric at '-'");
    ASSERT_STRING(mpc_ident(), "_a1-", "_a1");
    ASSERT_STRING(mpc_ident(), "1",
                  "<t>:1:1: error: expected letter or underscore at '1'");
}

static void test_numbers(void **state)
{
    (void)state;
    assert_int_result(mpc_int(), "-12", -12);
    assert_int_result(mpc_hex(), "0xfF", 255);
    assert_int_result(mpc_oct(), "0o17", 15);
    assert_int_result(mpc_number(), "42", 42);
    ASSERT_STRING(mpc_int(), "x", "<t>:1:1: error: expected integer at 'x'");
    ASSERT_STRING(mpc_hex(), "x", "<t>:1:1: error: expected hexadecimal at 'x'");
    ASSERT_STRING(mpc_oct(), "x", "<t>:1:1: error: expected octadecimal at 'x'");
    ASSERT_STRING(mpc_number(), "x", "<t>:1:1: error: expected number at 'x'");
    ASSERT_STRING(mpc_real(), "-1.5e+3x", "-1.5e+3");
    ASSERT_STRING(mpc_real(), "x", "<t>:1:1: error: expected real at 'x'");
    mpc_parser_t *p = mpc_float();
    mpc_result_t r;
    assert_true(mpc_parse("<t>", "2.5", p, &r));
    assert_true(*(float *)r.output == 2.5F);
    free(r.output);
    mpc_delete(p);
}

static void test_quotations(void **state)
{
    (void)state;
    ASSERT_STRING(mpc_char_lit(), "'a'", "a");
    ASSERT_STRING(mpc_char_lit(), "'\\n'", "\\n");
    ASSERT_STRING(mpc_char_lit(), "'ab'", "<t>:1:1: error: expected char at '''");
    ASSERT_STRING(mpc_string_lit(), "\"a\\\"b\" c", "a\\\"b");
    ASSERT_STRING(mpc_string_lit(), "\"\"", "");
    ASSERT_STRING(mpc_regex_lit(), "/a\\/b/", "a\\/b");
    ASSERT_STRING(mpc_regex_lit(), "a", "<t>:1:1: error: expected regex at 'a'");
}

/* ---- Combinators ---- */

static void test_expect(void **state)
{
    (void)state;
    ASSERT_STRING(mpc_expect(mpc_string("ab"), "letters"), "ax",
                  "<t>:1:1: error: expected letters at 'a'");
    ASSERT_STRING(mpc_expectf(mpc_char('a'), "letter %d", 1), "x",
                  "<t>:1:1: error: expected letter 1 at 'x'");
    ASSERT_STRING(mpc_expect(mpc_fail("message"), "word"), "x",
                  "<t>:1:1: error: expected word at 'x'");
    ASSERT_STRING(mpc_and(2, mpcf_strfold,
                          mpc_expect(mpc_and(2, mpcf_strfold, mpc_char('a'),
                                             mpc_maybe(mpc_char('b')), free),
                                     "start"),
                          mpc_char('c'), free),
                  "ax", "<t>:1:2: error: expected 'c' at 'x'");
}

static mpc_val_t *shout(mpc_val_t *x)
{
    char *s = realloc(x, strlen(x) + 2);
    return strcat(s, "!");
}

static mpc_val_t *append_suffix(mpc_val_t *x, void *suffix)
{
    char *s = realloc(x, strlen(x) + strlen(suffix) + 1);
    return strcat(s, suffix);
}

static void test_apply(void **state)
{
    (void)state;
    ASSERT_STRING(mpc_apply(mpc_string("a"), shout), "a", "a!");
    ASSERT_STRING(mpc_apply_to(mpc_string("a"), append_suffix, "bc"), "a", "abc");
    ASSERT_STRING(mpc_many(mpcf_strfold, mpc_apply(mpc_any(), shout)), "ab", "a!b!");
}

static int is_even_number(mpc_val_t **x)
{
    return atoi(*x) % 2 == 0;
}

static int is_word(mpc_val_t **x, void *word)
{
    return strcmp(*x, word) == 0;
}

static int replace(mpc_val_t **x)
{
    free(*x);
    *x = mpcf_ctor_str();
    return 1;
}

static void test_check(void **state)
{
    (void)state;
    ONLY_OURS();
    ASSERT_STRING(mpc_check(mpc_digits(), free, is_even_number, "odd"), "12", "12");
    ASSERT_STRING(mpc_check(mpc_digits(), free, is_even_number, "odd"), "13",
                  "<t>: error: odd");
    ASSERT_STRING(mpc_checkf(mpc_digits(), free, is_even_number, "odd%d", 1), "13",
                  "<t>: error: odd1");
    ASSERT_STRING(mpc_check_with(mpc_ident(), free, is_word, "let", "not let"), "let",
                  "let");
    ASSERT_STRING(mpc_check_with(mpc_ident(), free, is_word, "let", "not let"), "lex",
                  "<t>: error: not let");
    ASSERT_STRING(mpc_check_withf(mpc_ident(), free, is_word, "let", "not %s", "let"),
                  "lex", "<t>: error: not let");
    ASSERT_STRING(mpc_check(mpc_ident(), free, replace, ""), "lex", "");

    mpc_parser_t *p = mpc_check(mpc_digits(), free, is_even_number, "odd");
    mpc_result_t r;
    assert_false(mpc_parse("<t>", "13", p, &r));
    assert_int_equal(r.error->state.pos, 2);
    assert_int_equal(r.error->received, 0);
    assert_int_equal(r.error->expected_num, 0);
    mpc_err_delete(r.error);
    mpc_delete(p);
}

static mpc_val_t *make_word(void)
{
    return strcpy(malloc(8), "default");
}

static void test_options(void **state)
{
    (void)state;
    ASSERT_STRING(mpc_maybe(mpc_char('a')), "b", "");
    ASSERT_STRING(mpc_maybe(mpc_char('a')), "a", "a");
    ASSERT_STRING(mpc_maybe_lift(mpc_char('a'), make_word), "b", "default");
    ASSERT_STRING(mpc_and(2, mpcf_snd, mpc_not(mpc_char('a'), free), mpc_any(), free),
                  "b", "b");
    ASSERT_STRING(mpc_and(2, mpcf_snd, mpc_not(mpc_char('a'), free), mpc_any(), free),
                  "a", "<t>:1:1: error: expected opposite at 'a'");
    ASSERT_STRING(mpc_not_lift(mpc_char('a'), free, make_word), "b", "default");
}

static mpc_val_t *count_values(int n, mpc_val_t **xs)
{
    for (int i = 0; i < n; i++)
        free(xs[i]);
    return number(n);
}

static void test_repetitions(void **state)
{
    (void)state;
    assert_int_result(mpc_many(count_values, mpc_char('a')), "aaab", 3);
    assert_int_result(mpc_many(count_values, mpc_char('a')), "b", 0);
    assert_int_result(mpc_many1(count_values, mpc_char('a')), "aab", 2);
    assert_int_result(mpc_count(2, count_values, mpc_char('a'), free), "aaa", 2);
    assert_int_result(mpc_sepby1(count_values, mpc_char(','), mpc_char('a')), "a,a,a", 3);
    ASSERT_STRING(mpc_many1(mpcf_strfold, mpc_char('a')), "b",
                  "<t>:1:1: error: expected one or more of 'a' at 'b'");
    ASSERT_STRING(mpc_count(3, mpcf_strfold, mpc_char('a'), free), "aab",
                  "<t>:1:3: error: expected 3 of 'a' at 'b'");
    ASSERT_STRING(mpc_sepby1(mpcf_strfold, mpc_char(','), mpc_char('a')), "a,a", "aa");
    ASSERT_STRING(mpc_sepby1(mpcf_strfold, mpc_char(','), mpc_char('a')), "b",
                  "<t>:1:1: error: expected 'a' at 'b'");
    ASSERT_STRING(mpc_many(mpcf_strfold, mpc_char('a')), "", "");
}

static void test_choices(void **state)
{
    (void)state;
    ONLY_OURS();
    ASSERT_STRING(mpc_or(0), "x", "");
    ASSERT_STRING(mpc_or(2, mpc_char('a'), mpc_char('b')), "b", "b");
    ASSERT_STRING(mpc_or(2, mpc_char('a'), mpc_char('b')), "c",
                  "<t>:1:1: error: expected 'a' or 'b' at 'c'");
    ASSERT_STRING(mpc_and(2, mpcf_strfold, mpc_char('a'), mpc_char('b'), free), "ab",
                  "ab");
    ASSERT_STRING(mpc_predictive(mpc_or(2, mpc_string("ab"), mpc_string("ac"))), "ac",
                  "ac");
    ASSERT_STRING(mpc_or(2, mpc_and(2, mpcf_strfold, mpc_char('a'), mpc_char('b'), free),
                         mpc_and(2, mpcf_strfold, mpc_char('a'), mpc_char('c'), free)),
                  "ac", "ac");
}

static int destroyed;

static void count_destroyed(mpc_val_t *x)
{
    destroyed++;
    free(x);
}

/* A failing sequence gives its results to their destructors, one each. */
static void test_destructors(void **state)
{
    (void)state;
    ONLY_OURS();
    destroyed = 0;
    mpc_parser_t *p = mpc_and(3, mpcf_strfold, mpc_apply(mpc_char('a'), shout),
                              mpc_char('b'), mpc_char('c'), count_destroyed, free);
    p = mpc_or(2, p, mpc_string("abd"));
    ASSERT_STRING(p, "abd", "abd");
    assert_int_equal(destroyed, 1);
    p = mpc_not(mpc_char('a'), count_destroyed);
    p = mpc_or(2, p, mpc_string("a"));
    ASSERT_STRING(p, "a", "a");
    assert_int_equal(destroyed, 2);
    p = mpc_count(3, mpcf_strfold, mpc_char('a'), count_destroyed);
    p = mpc_or(2, p, mpc_string("aa"));
    ASSERT_STRING(p, "aa", "aa");
    assert_int_equal(destroyed, 4);
}

static void test_wrappers(void **state)
{
    (void)state;
    ASSERT_STRING(mpc_startwith(mpc_char('a')), "a", "a");
    ASSERT_STRING(mpc_endwith(mpc_char('a'), free), "ab",
                  "<t>:1:2: error: expected end of input at 'b'");
    ASSERT_STRING(mpc_whole(mpc_char('a'), free), "a", "a");
    ASSERT_STRING(mpc_stripl(mpc_char('a')), "  a", "a");
    ASSERT_STRING(mpc_stripr(mpc_char('a')), "a  ", "a");
    ASSERT_STRING(mpc_strip(mpc_char('a')), " a ", "a");
    ASSERT_STRING(mpc_and(2, mpcf_strfold, mpc_tok(mpc_char('a')), mpc_char('b'), free),
                  "a b", "ab");
    ASSERT_STRING(mpc_and(2, mpcf_strfold, mpc_sym("ab"), mpc_char('c'), free), "ab c",
                  "abc");
    ASSERT_STRING(mpc_total(mpc_char('a'), free), " a ", "a");
    ASSERT_STRING(mpc_total(mpc_char('a'), free), " a b",
                  "<t>:1:4: error: expected end of input at 'b'");
    ASSERT_STRING(mpc_between(mpc_char('a'), free, "<<", ">>"), "<<a>>", "a");
    ASSERT_STRING(mpc_parens(mpc_char('a'), free), "(a)", "a");
    ASSERT_STRING(mpc_braces(mpc_char('a'), free), "<a>", "a");
    ASSERT_STRING(mpc_brackets(mpc_char('a'), free), "{a}", "a");
    ASSERT_STRING(mpc_squares(mpc_char('a'), free), "[a]", "a");
    ASSERT_STRING(mpc_tok_between(mpc_char('a'), free, "<<", ">>"), "<< a >>", "a");
    ASSERT_STRING(mpc_tok_parens(mpc_char('a'), free), "( a )", "a");
    ASSERT_STRING(mpc_tok_braces(mpc_char('a'), free), "< a >", "a");
    ASSERT_STRING(mpc_tok_brackets(mpc_char('a'), free), "{ a }", "a");
    ASSERT_STRING(mpc_tok_squares(mpc_char('a'), free), "[ a ]", "a");
}

/* ---- Functions to pass in ---- */

static void test_simple_functions(void **state)
{
    (void)state;
    mpcf_dtor_null(NULL);
    assert_null(mpcf_ctor_null());
    ASSERT_OWNED(mpcf_ctor_str(), "");
    assert_null(mpcf_free(allocated("a")));
    ASSERT_OWNED(mpcf_strtriml(allocated("  a ")), "a ");
    ASSERT_OWNED(mpcf_strtrimr(allocated("  a ")), "  a");
    ASSERT_OWNED(mpcf_strtrim(allocated(" \n ")), "");
    int *n = mpcf_int(allocated("-3"));
    assert_int_equal(*n, -3);
    free(n);
    n = mpcf_oct(allocated("17"));
    assert_int_equal(*n, 15);
    free(n);
    n = mpcf_hex(allocated("0x1F"));
    assert_int_equal(*n, 31);
    free(n);
    float *x = mpcf_float(allocated("-2.5e1"));
    assert_true(*x == -25.0F);
    free(x);
}

static void test_escapes(void **state)
{
    (void)state;
    const char *plain = "\a\b\f\n\r\t\v\\'\"x";
    const char *escaped = "\\a\\b\\f\\n\\r\\t\\v\\\\\\'\\\"x";
    ASSERT_OWNED(mpcf_escape(allocated(plain)), escaped);
    ASSERT_OWNED(mpcf_unescape(allocated(escaped)), plain);
    ASSERT_OWNED(mpcf_unescape(allocated("a\\qb\\")), "a\\qb\\");
    ASSERT_OWNED(mpcf_unescape(allocated("a\\\\0b\\0c")), "a\\0b");
    ASSERT_OWNED(mpcf_escape_regex(allocated("a/b\n")), "a\\/b\n");
    ASSERT_OWNED(mpcf_unescape_regex(allocated("a\\/b\\n")), "a/b\\n");
    ASSERT_OWNED(mpcf_escape_string_raw(allocated("\"'")), "\\\"'");
    ASSERT_OWNED(mpcf_unescape_string_raw(allocated("\\\"\\'")), "\"\\'");
    ASSERT_OWNED(mpcf_escape_char_raw(allocated("\"'")), "\"\\'");
    ASSERT_OWNED(mpcf_unescape_char_raw(allocated("\\\"\\'")), "\\\"'");
}

/* The folds as functions, and as the machine does them itself. */
static void test_folds(void **state)
{
    (void)state;
    static const struct {
        mpc_fold_t fold;
        const char *wanted;
    } cases[] = {{mpcf_fst_free, "a"},
                 {mpcf_snd_free, "b"},
                 {mpcf_trd_free, "c"},
                 {mpcf_all_free, ""},
                 {mpcf_strfold, "abc"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        mpc_val_t *xs[] = {allocated("a"), allocated("b"), allocated("c")};
        char *folded = cases[i].fold(3, xs);
        assert_string_equal(folded ? folded : "", cases[i].wanted);
        free(folded);
        ASSERT_STRING(mpc_and(3, cases[i].fold, mpc_char('a'),
                              mpc_apply(mpc_char('b'), mpcf_strtrim), mpc_char('c'), free,
                              free),
                      "abc", cases[i].wanted);
    }
    char values[3];
    mpc_val_t *xs[] = {values, values + 1, values + 2};
    assert_null(mpcf_null(3, xs));
    assert_ptr_equal(mpcf_fst(3, xs), values);
    assert_ptr_equal(mpcf_snd(3, xs), values + 1);
    assert_ptr_equal(mpcf_trd(3, xs), values + 2);
    ASSERT_OWNED(mpcf_strfold(0, NULL), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_character), cmocka_unit_test(test_satisfy),
        cmocka_unit_test(test_string),        cmocka_unit_test(test_without_input),
        cmocka_unit_test(test_state),         cmocka_unit_test(test_places),
        cmocka_unit_test(test_common),        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_quotations),    cmocka_unit_test(test_expect),
        cmocka_unit_test(test_apply),         cmocka_unit_test(test_check),
        cmocka_unit_test(test_options),       cmocka_unit_test(test_repetitions),
        cmocka_unit_test(test_choices),       cmocka_unit_test(test_destructors),
        cmocka_unit_test(test_wrappers),      cmocka_unit_test(test_simple_functions),
        cmocka_unit_test(test_escapes),       cmocka_unit_test(test_folds),
    };
    return cmocka_run_group_tests_name("mpc", tests, NULL, NULL);
}
