/* help: there is a page on everything there is, and its example runs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/unicode.h"
#include "session/help.h"
#include "support.h"

static bool is_among(const char *word, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

/* The text with each run of space as one blank. To be freed. */
static char *folded(const char *text)
{
    char *copy = malloc(strlen(text) + 1), *to = copy;
    assert_non_null(copy);
    for (; *text != '\0'; text++)
        if (!strchr(" \n", *text))
            *to++ = *text;
        else if (to > copy && to[-1] != ' ')
            *to++ = ' ';
    *to = '\0';
    return copy;
}

static void ask(talk *t, const char *about)
{
    char source[100];
    snprintf(source, sizeof source, "help %s", about);
    if (talk_run(t, source) != NABLA_FINE || *t->results == '\0')
        fail_msg("%s: %s", source, t->messages);
}

/* What shows nothing by itself, or would leave, or needs a file. */
static const char *const without_example[] = {
    "help", "quit", "exit", "save", "load", "read", "pi", "e", "inf", "nan", NULL};

/* Mistakes are what these are about. */
static const char *const with_mistake[] = {"errors",    "shapes",  "same_shape",
                                           "as_vector", "as_line", NULL};

static void test_everything_has_a_page_whose_example_runs(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    const char *about;
    size_t count = 0;
    for (; (about = help_name(t.nabla, count)) != NULL; count++) {
        ask(&t, about);
        bool example = strstr(t.results, "  nabla> ") != NULL;
        bool wanted = !is_among(about, without_example) && option_find(about) == NULL;
        if (wanted && !example)
            fail_msg("help %s has no example:\n%s", about, t.results);
        bool mistaken = strstr(t.results, "error:") != NULL;
        if (mistaken != is_among(about, with_mistake))
            fail_msg("help %s:\n%s", about, t.results);
        assert_null(strstr(t.results, "% "));
    }
    assert_true(count > 120);
    talk_close(&t);
}

/* Each row's rules, words and kink stand on its page as they stand in the table. */
static void test_pages_have_the_rules_of_the_table(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    for (op_id id = OP_NONE; id < OP_COUNT; id++) {
        const operation *row = op_row(id);
        if (row->form == FORM_NONE || row->form == FORM_CONSTANT)
            continue;
        ask(&t, row->spelling);
        char *shown = folded(t.results);
        for (size_t k = 0; k < row->arity; k++) {
            const char *rule = row->local[k] != NULL ? row->local[k] : row->pull[k];
            if (rule != NULL && strstr(shown, rule) == NULL)
                fail_msg("help %s lacks %s:\n%s", row->spelling, rule, t.results);
        }
        if (row->kink.when != NULL)
            assert_non_null(strstr(shown, row->kink.says));
        free(shown);
        for (size_t i = 0; i < OP_MAX_ALIASES && row->alias[i] != NULL; i++)
            ask(&t, row->alias[i]);
    }
    talk_close(&t);
}

static void test_topics_are_found_by_other_words(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    for (size_t i = 0; i < topic_count(); i++)
        for (size_t k = 0; topic_at(i)->also[k] != NULL; k++)
            if (strcmp(topic_at(i)->also[k], "#") != 0) /* a comment */
                ask(&t, topic_at(i)->also[k]);
    ask(&t, "Chain Rule");
    ask(&t, "\"shapes\"");
    ask(&t, "sin(x)");
    ask(&t, "²");
    talk_close(&t);
}

static void test_help_alone_is_one_screen(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    assert_int_equal(talk_run(&t, "help"), NABLA_FINE);
    size_t lines = 0, at = 0;
    for (; t.results[at] != '\0'; lines++) {
        size_t length = strcspn(t.results + at, "\n");
        assert_true(unicode_width(t.results + at, length) <= 80);
        at += length + 1;
    }
    assert_true(lines <= 24);
    talk_close(&t);
}

static void test_unknown_topics_propose_the_nearest(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    assert_int_equal(talk_run(&t, "help sofmax"), NABLA_ERROR);
    assert_non_null(strstr(t.messages, "did you mean help softmax?"));
    assert_int_equal(talk_run(&t, "help chain rul"), NABLA_ERROR);
    assert_non_null(strstr(t.messages, "did you mean help chain rule?"));
    assert_int_equal(talk_run(&t, "loss = 1; help loss"), NABLA_ERROR);
    assert_non_null(strstr(t.messages, "show loss"));
    talk_close(&t);
}

/* Signs that would keep a statement open elsewhere. */
static void test_help_on_signs_ends_with_the_line(void **state)
{
    (void)state;
    static const char *const signs[] = {"*", "+", "[", "'", "\\", ":=", "=", ",", "("};
    talk t;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        talk_open(&t, true);
        char source[60];
        snprintf(source, sizeof source, "help %s\n1 + 1", signs[i]);
        bool known = strchr(",(", signs[i][0]) == NULL;
        assert_int_equal(talk_type(&t, source), NABLA_FINE);
        assert_true((strstr(t.results, "\"type\":\"text\"") != NULL) == known);
        assert_non_null(strstr(t.results, "\"value\":2"));
        assert_false(nabla_is_unfinished(source, strcspn(source, "\n")));
        talk_close(&t);
    }
    talk_open(&t, true);
    double value;
    talk_run(&t, "help = 3; help += 1");
    assert_true(talk_number(&t, "help + 1", &value));
    assert_close(value, 5, 0);
    talk_close(&t);
}

static void test_help_as_json(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    assert_int_equal(talk_run(&t, "help tanh"), NABLA_FINE);
    json_t *lines = talk_json(&t);
    const json_t *shown = json_array_get(lines, 0);
    assert_string_equal(json_string_value(json_object_get(shown, "type")), "text");
    assert_string_equal(json_string_value(json_object_get(shown, "command")), "help");
    assert_non_null(
        strstr(json_string_value(json_object_get(shown, "text")), "1 - out.^2"));
    json_decref(lines);
    talk_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_has_a_page_whose_example_runs),
        cmocka_unit_test(test_pages_have_the_rules_of_the_table),
        cmocka_unit_test(test_topics_are_found_by_other_words),
        cmocka_unit_test(test_help_alone_is_one_screen),
        cmocka_unit_test(test_unknown_topics_propose_the_nearest),
        cmocka_unit_test(test_help_on_signs_ends_with_the_line),
        cmocka_unit_test(test_help_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
