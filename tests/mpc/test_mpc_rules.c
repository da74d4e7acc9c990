/* test_mpc_rules.c: named parsers as objects that can be redefined and copied. */

#include "support.h"

/* ---- One parser ---- */

static void test_redefinition(void **state)
{
    (void)state;
    mpc_parser_t *p = mpc_new("p");
    char *text = parse_string(p, "a");
    assert_string_equal(text, "<t>: error: Parser Undefined!");
    free(text);
    assert_ptr_equal(mpc_define(p, mpc_char('a')), p);
    assert_ptr_equal(mpc_undefine(p), p);
    mpc_define(p, mpc_char('b'));
    text = parse_string(p, "a");
    assert_string_equal(text, "<t>:1:1: error: expected 'b' at 'a'");
    free(text);
    mpc_define(p, mpc_char('c'));
    text = parse_string(p, "c");
    assert_string_equal(text, "c");
    free(text);
    assert_ptr_equal(mpc_copy(p), p);
    mpc_delete(p);
    p = mpc_define(mpc_char('a'), mpc_char('b'));
    ASSERT_STRING(p, "a", "<t>: error: Attempt to assign to Unretained Parser!");
}

static void test_copies(void **state)
{
    (void)state;
    mpc_parser_t *retained = mpc_new("retained");
    mpc_define(retained, mpc_char('r'));
    mpc_parser_t *number =
        mpc_check(mpc_expect(mpc_re("[0-9]+"), "number"), free, NULL, "message");
    mpc_delete(mpc_copy(number));
    mpc_delete(number);
    mpc_parser_t *p = mpc_and(3, mpcf_strfold, mpc_re("[0-9]+"), mpc_string("abc"),
                              retained, free, free);
    mpc_parser_t *copy = mpc_copy(p);
    mpc_delete(p);
    ASSERT_STRING(copy, "12abcr", "12abcr");
    p = mpca_add_tag(mpc_apply(mpc_oneof("ab"), mpcf_str_ast), "tag");
    copy = mpc_copy(p);
    mpc_delete(p);
    ASSERT_TREE(copy, "b", "tag|:1:1 'b'\n");
    mpc_delete(copy);
    mpc_cleanup(1, retained);
}

/* ---- Rules that depend on each other ---- */

static void make_lists(grammar *g)
{
    grammar_make(g, 0, "s whole list item sign",
                 "s : <whole> | /.*/ ;"
                 "whole : <list> /$/ ;"
                 "list : <sign>? <item> (',' <item>)* | 'e' ;"
                 "item : 'a' | '(' <list> ')' ;"
                 "sign : '-' ;");
}

/* Whether an input is a list or something else depends on rules several steps below the
 * choice between the two. */
static void assert_is_list(const grammar *g, const char *input, int wanted)
{
    char *text = parse_tree(g->rules[0], input);
    assert_int_equal(strstr(text, "whole|") != NULL, wanted);
    free(text);
}

static void test_redefined_below(void **state)
{
    (void)state;
    grammar g;
    make_lists(&g);
    assert_is_list(&g, "-a,(-a)", 1);
    assert_is_list(&g, "b", 0);
    mpc_define(g.rules[3], mpc_apply(mpc_char('b'), mpcf_str_ast));
    assert_is_list(&g, "-b,b", 1);
    assert_is_list(&g, "b", 1);
    assert_is_list(&g, "a", 0);
    mpc_define(g.rules[4], mpc_apply(mpc_string("+"), mpcf_str_ast));
    assert_is_list(&g, "+b", 1);
    assert_is_list(&g, "-b", 0);
    mpc_undefine(g.rules[3]);
    assert_is_list(&g, "b", 0);
    assert_is_list(&g, "e", 1);
    mpc_define(g.rules[3], mpc_apply(mpc_re("[0-9]*"), mpcf_str_ast));
    assert_is_list(&g, ",12,", 1);
    assert_is_list(&g, "", 1);
    grammar_end(&g);
}

static void test_redefined_by_text(void **state)
{
    (void)state;
    grammar g;
    make_lists(&g);
    assert_null(mpca_lang(0, "item : <sign> 'b' ; sign : '+' | 'n' ;", RULES(&g)));
    assert_is_list(&g, "+nb,+b", 1);
    assert_is_list(&g, "-a", 0);
    assert_null(mpca_lang(0, "list : 'l' <item>? ;", RULES(&g)));
    assert_is_list(&g, "lnb", 1);
    assert_is_list(&g, "nb", 0);
    grammar_end(&g);
}

/* A parser built by hand around rules follows their definitions, and so do its copies. */
static void test_redefined_inside(void **state)
{
    (void)state;
    mpc_parser_t *letter = mpc_new("letter");
    mpc_parser_t *word = mpc_new("word");
    mpc_define(letter, mpc_char('a'));
    mpc_parser_t *inner = mpc_or(2, mpc_many1(mpcf_strfold, letter), mpc_re("[a-c]"));
    mpc_define(word, mpc_or(2, inner, mpc_string("-")));
    mpc_parser_t *copy = mpc_copy(inner);
    ASSERT_OWNED(parse_string(word, "aab"), "aa");
    mpc_define(letter, mpc_char('b'));
    ASSERT_OWNED(parse_string(word, "bba"), "bb");
    ASSERT_OWNED(parse_string(copy, "bba"), "bb");
    ASSERT_OWNED(parse_string(word, "cc"), "c");
    mpc_delete(copy);
    mpc_cleanup(2, word, letter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_redefinition),     cmocka_unit_test(test_copies),
        cmocka_unit_test(test_redefined_below),  cmocka_unit_test(test_redefined_by_text),
        cmocka_unit_test(test_redefined_inside),
    };
    return cmocka_run_group_tests_name("mpc rules", tests, NULL, NULL);
}
