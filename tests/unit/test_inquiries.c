/* What a prompt asks a session: classes of text, completions, previews. None of it may
 * change anything. */
#include "support.h"

#include <stdio.h>
#include <string.h>

/* ---- Classes ---- */

/* A letter per class, in the order of nabla_class. */
static const char letters[] = ".0nufckobt#";

/* Below each byte of `text`, a letter of its class. */
static void assert_classes(talk *t, const char *text, const char *wanted)
{
    unsigned char classes[256];
    char found[256];
    size_t length = strlen(text);
    nabla_classify(t->nabla, text, length, classes);
    for (size_t i = 0; i < length; i++)
        found[i] = letters[classes[i]];
    found[length] = '\0';
    assert_string_equal(found, wanted);
}

static void names_are_known_or_not(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    talk_run(&t, "x = 1; f = x + y; sq(u) = u*u");
    assert_classes(&t, "x + y*pi", "n.o.uonn");
    assert_classes(&t, "f + ans", "n.o.uuu");
    assert_classes(&t, "sq(x) + sin(x) + sng(x)", "ffbnb.o.fffbnb.o.uuubnb");
    assert_classes(&t, "sin + 1", "uuu.o.0");
    assert_classes(&t, "∂f/∂x + df/dx", "ooonoooon.o.nnonn");
    talk_close(&t);
}

static void numbers_brackets_and_text(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    talk_run(&t, "x = 1");
    assert_classes(&t, "2x + 1.5e-3*[.5, 2e]", "0n.o.000000ob00o.0nb");
    assert_classes(&t, "A = read(\"a(b).csv\")", "n.o.ffffbttttttttttb");
    assert_classes(&t, "x # (1 + \"", "n.########");
    assert_classes(&t, "# x\nx", "###.n");
    assert_classes(&t, "not x and 1", "kkk.n.kkk.0");
    talk_close(&t);
}

static void statements_declare_names(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    assert_classes(&t, "y = 3; y; x", "n.o.0..n..u");
    assert_classes(&t, "g(u, v) = u*v + w", "nbno.nb.o.non.o.u");
    assert_classes(&t, "sum(A, axis=1)", "fffbuo.nnnno0b");
    talk_close(&t);
}

static void commands_have_clauses(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    talk_run(&t, "x = 1; f = x^2");
    assert_classes(&t, "grad f wrt x at x=2", "cccc.n.kkk.n.kk.no0");
    assert_classes(&t, "∇f", "cccn");
    assert_classes(&t, "f; grad f", "n..cccc.n");
    assert_classes(&t, "set digits 8", "ccc.kkkkkk..");
    assert_classes(&t, "set digitz 8", "ccc.uuuuuu..");
    assert_classes(&t, "x + grad", "n.o.uuuu");
    talk_close(&t);
}

static void any_text_has_classes(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    assert_classes(&t, "", "");
    assert_classes(&t, ")]", "bb");
    assert_classes(&t, "(1", "b0");
    assert_classes(&t, "\"abc", "tttt");
    assert_classes(&t, "1 \xFF 2", "0.o.0");
    assert_classes(&t, ". 1.", "o.00");
    talk_close(&t);
}

/* ---- Completion ---- */

typedef struct offered {
    char words[4096]; /* each once, a space in front of each */
    char last[256];   /* label|about|behind of the last one */
} offered;

static void note_word(void *context, const nabla_candidate *found)
{
    offered *o = context;
    char word[128];
    snprintf(word, sizeof word, " %s ", found->word);
    size_t length = strlen(o->words);
    if (strstr(o->words, word) == NULL && length + strlen(word) < sizeof o->words)
        strcpy(o->words + (length > 0 ? length - 1 : 0), word);
    snprintf(o->last, sizeof o->last, "%s|%s|%s", found->label, found->about,
             found->behind);
}

static offered offered_at(talk *t, const char *text, size_t *begin, bool *file)
{
    offered o = {0};
    *begin = nabla_complete(t->nabla, text, strlen(text), note_word, &o, file);
    return o;
}

/* All that is offered for a text, each once. */
static void assert_offered(talk *t, const char *text, const char *wanted)
{
    size_t begin;
    bool file;
    offered o = offered_at(t, text, &begin, &file);
    char spaced[512];
    const char *space = *wanted == '\0' ? "" : " ";
    snprintf(spaced, sizeof spaced, "%s%s%s", space, wanted, space);
    assert_string_equal(o.words, spaced);
    assert_false(file);
}

/* Whether a word is among them. */
static bool is_offered(talk *t, const char *text, const char *word)
{
    size_t begin;
    bool file;
    offered o = offered_at(t, text, &begin, &file);
    char spaced[128];
    snprintf(spaced, sizeof spaced, " %s ", word);
    return strstr(o.words, spaced) != NULL;
}

static void commands_fit_at_the_beginning(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    assert_offered(&t, "gra", "grad");
    assert_offered(&t, "x = 1; gra", "grad");
    assert_offered(&t, "x = 1\ngra", "grad");
    assert_offered(&t, "x + gra", "");
    assert_offered(&t, "(gra", "");
    assert_true(is_offered(&t, "", "forward"));
    assert_true(is_offered(&t, "para", "param"));
    assert_false(is_offered(&t, "x = para", "param"));
    talk_close(&t);
}

static void names_fit_where_an_operand_does(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    talk_run(&t, "zeta = [1, 2]; zf = zeta'*zeta; zsq(u) = u*u");
    assert_offered(&t, "1 + ze", "zeta zeros");
    assert_offered(&t, "2z", "zeta zf zeros zsq");
    assert_true(is_offered(&t, "", "zeta"));
    assert_false(is_offered(&t, "", "zsq")); /* of what there is by itself, nothing */
    assert_offered(&t, "zeta ", "and or");
    assert_offered(&t, "zeta' ", "and or");
    assert_offered(&t, "zeta*", "zeta zf");
    assert_offered(&t, "∂zf/∂z", "zeta zf zeros zsq");
    assert_offered(&t, "sum(zeta, ax", "axis=");
    assert_offered(&t, "exp(zeta, ax", "");
    assert_offered(&t, "zeta # ze", "");
    size_t begin;
    bool file;
    assert_string_equal(offered_at(&t, "zet", &begin, &file).last, "zeta|= [1, 2]|");
    assert_string_equal(offered_at(&t, "zf", &begin, &file).last, "zf|= zeta' * zeta|");
    assert_string_equal(offered_at(&t, "zsq", &begin, &file).last, "zsq(u)||(");
    assert_string_equal(offered_at(&t, "atan", &begin, &file).last, "atan2(a, b)||(");
    offered_at(&t, "1 + 2ze", &begin, &file);
    assert_int_equal(begin, 5);
    talk_close(&t);
}

static void clauses_fit_behind_their_commands(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    talk_run(&t, "x = 1; w = 2; f = x*w");
    assert_offered(&t, "grad f w", "wrt");
    assert_offered(&t, "grad f a", "at and");
    assert_offered(&t, "grad w", "w where"); /* an operand is lacking */
    assert_offered(&t, "forward f w", "");
    assert_offered(&t, "f w", "");
    assert_offered(&t, "grad f wrt ", "x w f");
    assert_offered(&t, "grad f wrt x, ", "x w f");
    assert_offered(&t, "grad f wrt x ", "at and or");
    assert_offered(&t, "grad f at ", "x w f");
    assert_offered(&t, "grad f at x=2, w", "w");
    assert_offered(&t, "grad (f w", "");
    size_t begin;
    bool file;
    assert_string_equal(offered_at(&t, "grad f at w", &begin, &file).last, "w|= 2|=");
    talk_close(&t);
}

static void options_and_their_values_fit_behind_set(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    assert_offered(&t, "set dig", "digits");
    assert_offered(&t, "set color o", "on off");
    assert_offered(&t, "set digits ", "");
    assert_offered(&t, "set color on o", "");
    assert_offered(&t, "show f", "");
    talk_close(&t);
}

static void files_fit_in_quotes(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    size_t begin;
    bool file;
    assert_string_equal(offered_at(&t, "A = read(\"da", &begin, &file).words, "");
    assert_true(file);
    assert_int_equal(begin, 10);
    offered_at(&t, "A = read(\"a.csv\") + ", &begin, &file);
    assert_false(file);
    talk_close(&t);
}

/* ---- Previews ---- */

/* What is seen ahead of a text. A look takes little time or is broken off, so on a busy
 * machine it is taken again, up to a hundred times, until it has `part`. */
static nabla_preview look_for(talk *t, const char *text, const char *part)
{
    nabla_preview found;
    int looks = 0;
    do
        nabla_look_ahead(t->nabla, text, strlen(text), &found);
    while (strstr(found.text, part) == NULL && ++looks < 100);
    return found;
}

static void assert_preview(talk *t, const char *text, const char *wanted)
{
    nabla_preview found = look_for(t, text, wanted);
    assert_string_equal(found.text, wanted);
    assert_int_equal(found.begin, found.end);
}

/* Marks stand below the bytes that are wrong. */
static void assert_mistake(talk *t, const char *text, const char *marks,
                           const char *part_of_message)
{
    nabla_preview found = look_for(t, text, part_of_message);
    assert_int_equal(found.begin, strspn(marks, " "));
    assert_int_equal(found.end, strlen(marks));
    assert_non_null(strstr(found.text, part_of_message));
}

static void values_are_seen_ahead(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    talk_run(&t, "x = 3; f = x^2; A = [1, 2; 3, 4]; g = u + 1");
    assert_preview(&t, "x^2 + 1", "= 10");
    assert_preview(&t, "f", "= 9");
    assert_preview(&t, "∂f/∂x", "= 6");
    assert_preview(&t, "A*A", "= [7, 10; 15, 22]");
    assert_preview(&t, "y = x + 1", "= 4");
    assert_preview(&t, "x += 1", "= 4");
    assert_preview(&t, "range(1, 12)", "= [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]");
    assert_preview(&t, "range(1, 13)", "13×1");
    assert_preview(&t, "mse(A, A')", "= 0.5");
    talk_close(&t);
}

static void what_says_nothing_new_is_not_shown(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    talk_run(&t, "x = 3");
    assert_preview(&t, "", "");
    assert_preview(&t, "  # no", "");
    assert_preview(&t, "3", "");
    assert_preview(&t, "y = [1, 2]", "");
    assert_preview(&t, "x +", "");
    assert_preview(&t, "(x", "");
    assert_preview(&t, "x + 1; x + 2", "");
    assert_preview(&t, "h = x + later", "");
    assert_preview(&t, "sq(u) = u*u", "");
    assert_preview(&t, "quit", "");
    assert_preview(&t, "grad x^2", "");
    assert_preview(&t, "grad later at later=3", "");
    talk_run(&t, "set preview off");
    assert_preview(&t, "x + 1", "");
    talk_close(&t);
}

static void mistakes_are_seen_ahead(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    talk_run(&t, "x = 3; A = [1, 2; 3, 4]");
    assert_mistake(&t, "x + q", "    ^", "q has no value; give it one: q = 1");
    assert_mistake(&t, "x + sigmod(x)", "    ^^^^^^^^^", "did you mean sigmoid(a)?");
    assert_mistake(&t, "A * [1, 2, 3]", "^^^^^^^^^^^^^", "inner sizes");
    assert_mistake(&t, "x = x + 1", "^^^^^^^^^", "x := x + 1");
    assert_mistake(&t, "  1 2", "    ^", "");
    assert_mistake(&t, "x)", " ^", "closes no bracket");
    assert_mistake(&t, "grad q", "     ^", "q has no value");
    talk_close(&t);
}

/* What takes long, or much, has its shape; the session does not wait for it. */
static void what_is_not_cheap_has_its_shape(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    talk_run(&t, "A = ones(400, 400)");
    assert_preview(&t, "A*A*A*A", "400×400");
    assert_preview(&t, "inv(A*A + A)", "400×400");
    assert_preview(&t, "sum(ones(3000, 3000)*ones(3000, 3000))", "");
    talk_run(&t, "1 + 1");
    assert_int_equal(t.status, NABLA_FINE);
    talk_close(&t);
}

/* ---- Nothing changes ---- */

/* A long history of looking leaves a session as it was. */
static void nothing_is_changed(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    talk other;
    talk_open(&other, true);
    const char start[] = "x = 2; f = x^2; seed 1; 40 + 1";
    talk_run(&t, start);
    talk_run(&other, start);
    for (int i = 0; i < 100; i++) {
        static const char *const texts[] = {
            "grad unknown + f(q) wrt x at y=",
            "f + rand(2, 2)",
            "x := x + 1",
            "x += f",
            "f = 3",
            "ans + 1",
            "quit",
            "seed 3",
            "set digits 3",
            "reset",
            "undo",
            "read(\"/nowhere\")",
            "g(u) = u + x + v",
            "x = rand()",
            "(f + x)*unknown",
            "W = zeros(f, 2)",
        };
        const char *text = texts[i % (int)(sizeof texts / sizeof *texts)];
        unsigned char classes[64];
        nabla_preview preview;
        size_t begin;
        bool file;
        nabla_classify(t.nabla, text, strlen(text), classes);
        offered_at(&t, text, &begin, &file);
        nabla_look_ahead(t.nabla, text, strlen(text), &preview);
    }
    const char check[] = "x; f; ans; rand(2, 2); pi; show; undo; show; unknown";
    talk_run(&t, check);
    talk_run(&other, check);
    assert_string_equal(t.results, other.results);
    talk_close(&t);
    talk_close(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_known_or_not),
        cmocka_unit_test(numbers_brackets_and_text),
        cmocka_unit_test(statements_declare_names),
        cmocka_unit_test(commands_have_clauses),
        cmocka_unit_test(any_text_has_classes),
        cmocka_unit_test(commands_fit_at_the_beginning),
        cmocka_unit_test(names_fit_where_an_operand_does),
        cmocka_unit_test(clauses_fit_behind_their_commands),
        cmocka_unit_test(options_and_their_values_fit_behind_set),
        cmocka_unit_test(files_fit_in_quotes),
        cmocka_unit_test(values_are_seen_ahead),
        cmocka_unit_test(what_says_nothing_new_is_not_shown),
        cmocka_unit_test(mistakes_are_seen_ahead),
        cmocka_unit_test(what_is_not_cheap_has_its_shape),
        cmocka_unit_test(nothing_is_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
