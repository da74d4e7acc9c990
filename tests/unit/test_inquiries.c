/* What a prompt asks a session: classes of text, completions, previews. None of it may
 * change anything. */
#include "support.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_known_or_not),
        cmocka_unit_test(numbers_brackets_and_text),
        cmocka_unit_test(statements_declare_names),
        cmocka_unit_test(commands_have_clauses),
        cmocka_unit_test(any_text_has_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
