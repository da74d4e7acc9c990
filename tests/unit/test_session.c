/* session: names over the graph. Definitions are lazy, changes reach what follows them
 * and nothing else, statements are transactions, and what is dead is collected. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "session/session.h"
#include "support.h"

static void assert_value(talk *t, const char *expression, double wanted)
{
    double value;
    if (!talk_number(t, expression, &value))
        fail_msg("%s: %s", expression, t->results);
    if (!numbers_agree(value, wanted, 1e-14))
        fail_msg("%s is %.17g, wanted %.17g", expression, value, wanted);
}

static void run_fine(talk *t, const char *source)
{
    if (talk_run(t, source) == NABLA_ERROR)
        fail_msg("%s: %s", source, t->results);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *found = json_string_value(json_object_get(object, key));
    return found == NULL ? "" : found;
}

/* Asserts that the source ends in an error of that kind, whose message and hint have
 * these pieces in them. */
static void assert_mistake(talk *t, const char *source, const char *kind,
                           const char *message, const char *hint)
{
    if (talk_run(t, source) != NABLA_ERROR)
        fail_msg("%s is no mistake", source);
    json_t *lines = talk_json(t);
    const json_t *last = json_array_get(lines, json_array_size(lines) - 1);
    bool fits = strcmp(text_of(last, "type"), "error") == 0 &&
                strcmp(text_of(last, "kind"), kind) == 0 &&
                strstr(text_of(last, "message"), message) != NULL &&
                strstr(text_of(last, "hint"), hint) != NULL;
    if (!fits)
        fail_msg("%s: %s", source, t->results);
    json_decref(lines);
}

static name *name_of(talk *t, const char *spelling, bool is_function)
{
    nabla *n = t->nabla;
    symbol known = symbol_known(&n->symbols, spelling, strlen(spelling));
    return known == NULL ? NULL : names_known(&n->names, known, is_function);
}

static node_id root_of(talk *t, const char *spelling)
{
    const name *found = name_of(t, spelling, false);
    return found == NULL ? NODE_NONE : found->built.root;
}

/* ---- Definitions follow ---- */

static void test_definitions_follow_their_variables(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    run_fine(&t, "f = (x + y)*max(y, z)\nx = 1; y = 2; z = 0");
    assert_value(&t, "f", 6);
    run_fine(&t, "x = 10");
    assert_value(&t, "f", 24);
    run_fine(&t, "x := x + 1; y += 1; z -= 1; x *= 2; y /= 2");
    assert_value(&t, "x", 22);
    assert_value(&t, "y", 1.5);
    assert_value(&t, "z", -1);
    assert_value(&t, "f", 35.25);
    run_fine(&t, "y = x/11");
    assert_value(&t, "f", 48);
    talk_close(&t);
}

static void test_definitions_are_lazy(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    run_fine(&t, "f = g + 1; g = x*y");
    assert_int_equal(root_of(&t, "f"), NODE_NONE);
    run_fine(&t, "x = 2");
    assert_mistake(&t, "f", "name", "y has no value", "");
    run_fine(&t, "y = 3");
    assert_int_equal(root_of(&t, "f"), NODE_NONE); /* nobody has asked */
    assert_value(&t, "f", 7);
    assert_int_not_equal(root_of(&t, "f"), NODE_NONE);
    assert_int_not_equal(root_of(&t, "g"), NODE_NONE);
    talk_close(&t);
}

static void test_all_missing_variables_are_named(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    run_fine(&t, "f = a + g + b; g = c*a");
    assert_mistake(&t, "f", "name", "a, c, b have no value", "");
    assert_mistake(&t, "f + d", "name", "a, c, b, d have no value", "");
    talk_close(&t);
}

static void test_a_leaf_is_evaluated_once(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    run_fine(&t, "x = 2; param w = x*3; const k = x + 1; input i = x");
    run_fine(&t, "x = 100");
    assert_value(&t, "w", 6);
    assert_value(&t, "k", 3);
    assert_value(&t, "i", 2);
    assert_int_equal(name_of(&t, "w", false)->meaning->leaf, LEAF_PARAM);
    run_fine(&t, "w := 7");
    assert_int_equal(name_of(&t, "w", false)->meaning->leaf, LEAF_PARAM);
    run_fine(&t, "w = 7");
    assert_int_equal(name_of(&t, "w", false)->meaning->leaf, LEAF_INPUT);
    talk_close(&t);
}

static void test_an_alias_is_a_node_of_its_own(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    run_fine(&t, "x = 3; h = x; L = h*x");
    assert_value(&t, "L", 9);
    assert_int_not_equal(root_of(&t, "h"), root_of(&t, "x"));
    assert_value(&t, "∂L/∂h", 3);
    assert_value(&t, "∂L/∂x", 6);
    talk_close(&t);
}

static void test_functions_follow_outside_names(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    run_fine(&t, "k = 2; scaled(u) = k*u; f = scaled(x) + 1; x = 5");
    assert_value(&t, "f", 11);
    run_fine(&t, "k = 3");
    assert_value(&t, "f", 16);
    run_fine(&t, "scaled(u) = k + u");
    assert_value(&t, "f", 9);
    run_fine(&t, "k = x*x"); /* from leaf to definition, behind the function */
    assert_value(&t, "f", 31);
    assert_value(&t, "∂f/∂x", 11);
    talk_close(&t);
}

static void test_a_variable_and_a_function_of_one_name(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    run_fine(&t, "max = 4; x = 2; f = max(x, 1)*max");
    assert_value(&t, "f", 8);
    run_fine(&t, "max(a, b) = a + b");
    assert_value(&t, "f", 12);
    talk_close(&t);
}

static void test_predefined_names_can_be_taken(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    run_fine(&t, "x = 1; f = e*x");
    assert_value(&t, "f", 2.718281828459045);
    run_fine(&t, "e = 2");
    assert_value(&t, "f", 2);
    run_fine(&t, "e = x + 3");
    assert_value(&t, "f", 4);
    talk_close(&t);
}

static void test_ans_is_the_last_value_shown(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    run_fine(&t, "x = 4; x + 1");
    assert_value(&t, "ans*2", 10);
    assert_value(&t, "ans", 10);
    assert_mistake(&t, "nope", "name", "nope", "");
    assert_value(&t, "ans", 10); /* a mistake shows no value */
    talk_close(&t);
}

/* ---- Two kinds of change ---- */

static void test_a_new_value_keeps_all_nodes(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    run_fine(&t, "x = 1; g = sin(x); f = g*x");
    assert_value(&t, "f", sin(1));
    node_id f = root_of(&t, "f"), g = root_of(&t, "g"), x = root_of(&t, "x");
    size_t nodes = t.nabla->graph.nodes.count;
    for (int i = 0; i < 100; i++) {
        char source[40];
        snprintf(source, sizeof source, i % 2 == 0 ? "x = %d" : "x := %d", i);
        run_fine(&t, source);
        assert_int_equal(root_of(&t, "f"), f);
        assert_int_equal(root_of(&t, "g"), g);
        assert_int_equal(root_of(&t, "x"), x);
        assert_value(&t, "f", sin(i) * i);
    }
    assert_true(t.nabla->graph.nodes.count <= nodes + 1); /* and the leaf `ans` */
    talk_close(&t);
}

static void test_a_new_definition_drops_what_follows_it(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    run_fine(&t, "x = 1; y = 2; g = sin(x); f = g*x; other = y + 1");
    assert_value(&t, "f + other", sin(1) + 3);
    node_id other = root_of(&t, "other");
    run_fine(&t, "g = cos(x)");
    assert_int_equal(root_of(&t, "f"), NODE_NONE);
    assert_int_equal(root_of(&t, "other"), other); /* follows neither */
    assert_value(&t, "f", cos(1));
    run_fine(&t, "param x = 1"); /* another kind */
    assert_int_equal(root_of(&t, "f"), NODE_NONE);
    assert_value(&t, "f", cos(1));
    talk_close(&t);
}

/* ---- Circles ---- */

static void test_circles_are_refused_and_named(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    assert_mistake(&t, "x = x + 1", "circular", "x is defined by itself", "x := x + 1");
    run_fine(&t, "a = b + 1; b = c*2");
    assert_mistake(&t, "c = sin(a)", "circular", "c follows a, a follows b, b follows c",
                   ":=");
    run_fine(&t, "c = 1"); /* nothing of it has stayed */
    assert_value(&t, "a", 3);
    assert_mistake(&t, "f(u) = f(u) + 1", "circular", "f is defined by itself", "");
    run_fine(&t, "g(u) = u*s");
    assert_mistake(&t, "s = g(2)", "circular", "s follows g(…), g(…) follows s",
                   "s := …");
    run_fine(&t, "s = 3");
    assert_value(&t, "g(2)", 6);
    talk_close(&t);
}

static void test_a_diamond_is_no_circle(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    run_fine(&t,
             "x = 2; u = x + 1; v = x*x; L = u*v; u = v + 1; g(x) = x; L = g(L0) + u*v");
    run_fine(&t, "L0 = v");
    assert_value(&t, "L", 24);
    talk_close(&t);
}

/* ---- Bindings for one statement ---- */

static void test_at_binds_for_one_statement(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    run_fine(&t, "f = x*y + h; h = x^2; x = 2; y = 3");
    assert_value(&t, "f", 10);
    run_fine(&t, "forward f at x = 10, y = 1");
    assert_non_null(strstr(t.results, "\"value\":110"));
    assert_value(&t, "f", 10);
    run_fine(&t, "grad f at h = 1"); /* a definition, cut free */
    assert_non_null(strstr(t.results, "\"value\":7,"));
    assert_value(&t, "f", 10);
    run_fine(&t, "x = 3");
    assert_value(&t, "f", 18); /* h follows x again */
    talk_close(&t);
}

static void test_at_gives_names_without_value_one_for_a_while(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    run_fine(&t, "f = x*y");
    run_fine(&t,
             "grad f at x = 2, y = x + 1"); /* y's value may use what is bound before */
    assert_non_null(strstr(t.results, "\"value\":6,"));
    assert_mistake(&t, "f", "name", "x, y have no value", "");
    talk_close(&t);
}

static void test_at_restores_after_a_mistake(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    run_fine(&t, "f = x*y; x = 2; y = 3");
    assert_value(&t, "f", 6);
    assert_mistake(&t, "grad f + nope at x = 5", "name", "nope", "");
    assert_mistake(&t, "grad f at x = 5, y = nope", "name", "nope", "");
    assert_mistake(&t, "forward f wrt x at x = 5", "usage", "wrt", "");
    assert_value(&t, "x", 2);
    assert_value(&t, "f", 6);
    talk_close(&t);
}

/* ---- Statements are transactions ---- */

static void test_mistakes_change_nothing(void **state)
{
    (void)state;
    static const char *const sources[] = {
        "f = nope(x)", "f := nope",    "x = ",          "x = sin(x, y)", "x += nope",
        "f(u) = f(u)", "x = x",        "param x = z0",  "grad nope",     "x = (1",
        "f := 1/2x",   "grad f wrt q", "f = 1 < x < 3", "x ++",          "grad",
    };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        talk t;
        talk_open(&t, true);
        run_fine(&t, "f = x*y; x = 2; y = 3");
        assert_value(&t, "f", 6);
        size_t nodes = t.nabla->graph.nodes.count;
        if (talk_run(&t, sources[i]) != NABLA_ERROR)
            fail_msg("%s is no mistake", sources[i]);
        assert_int_equal(t.nabla->graph.nodes.count, nodes);
        assert_value(&t, "f", 6);
        assert_value(&t, "x", 2);
        talk_close(&t);
    }
}

static void test_a_script_stops_at_its_first_mistake(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    assert_mistake(&t, "x = 1\ny = nope(\nx = 2", "syntax", "", "");
    assert_value(&t, "x", 1);
    t.nabla->options.keep_going = true;
    assert_int_equal(talk_run(&t, "x = nope + \nx)\nx = 2\n"), NABLA_ERROR);
    assert_value(&t, "x", 2);
    talk_close(&t);
}

static void test_quit_leaves_the_rest_alone(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    assert_int_equal(talk_run(&t, "x = 1; quit; x = 2"), NABLA_QUIT);
    assert_value(&t, "x", 1);
    talk_close(&t);
}

static void test_what_a_prompt_shows(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    talk_type(&t, "f = x + y");
    assert_non_null(strstr(t.results, "f(x, y)"));
    assert_non_null(strstr(t.results, "x, y have no value yet"));
    talk_type(&t, "x = 1");
    assert_string_equal(t.results, "x = 1\n");
    talk_type(&t, "y = 2;");
    assert_string_equal(t.results, "");
    talk_type(&t, "f");
    assert_string_equal(t.results, "f = 3\n");
    talk_type(&t, "g = f*2");
    assert_string_equal(t.results, "g = 6\n");
    assert_int_equal(talk_type(&t, "nope"), NABLA_FINE); /* a mistake at a prompt */
    assert_non_null(strstr(t.messages, "nope"));
    talk_run(&t, "g = f*3"); /* a script says nothing of definitions */
    assert_string_equal(t.results, "");
    talk_close(&t);
}

/* ---- Memory ---- */

static void test_expressions_leave_no_nodes(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    run_fine(&t, "x = 1; f = sin(x)*x");
    assert_value(&t, "f", sin(1));
    size_t nodes = t.nabla->graph.nodes.count;
    for (int i = 0; i < 200; i++) {
        run_fine(&t, "f*f + ∂f/∂x");
        run_fine(&t, "grad f*f at x = 2");
        run_fine(&t, "forward x*x + f");
    }
    assert_true(t.nabla->graph.nodes.count <= nodes + 1); /* `ans` may have become one */
    talk_close(&t);
}

static void test_dead_nodes_are_collected(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, true);
    run_fine(&t, "x = 2; keep = x*x; f = keep");
    size_t largest = 0;
    for (int i = 0; i < 3000; i++) {
        char source[200];
        snprintf(source, sizeof source,
                 "f = keep + x*%d - sin(x)*sin(x) - cos(x)*cos(x) + 1", i);
        run_fine(&t, source);
        assert_value(&t, "f", 4 + 2 * i);
        size_t nodes = t.nabla->graph.nodes.count;
        largest = nodes > largest ? nodes : largest;
    }
    assert_true(largest < 4000); /* of some 36,000 that were made */
    assert_value(&t, "keep", 4);
    talk_close(&t);
}

/* How many allocations and polls there were: the injected failures count down. */
typedef struct effort {
    size_t allocations, polls;
} effort;

static effort effort_since_start(const nabla *n)
{
    return (effort){SIZE_MAX - n->limits.fail_allocation, SIZE_MAX - n->limits.fail_poll};
}

static void start_counting(nabla *n)
{
    n->limits.fail_allocation = n->limits.fail_poll = SIZE_MAX;
}

/* x with 100 dependents is redefined `count` times, as a number and as a definition in
 * turn; now and then all are evaluated. */
static void redefine(talk *t, size_t count)
{
    enum { EVALUATE_EVERY = 25 };
    for (size_t i = 0; i < count; i++) {
        run_fine(t, i % 2 == 0 ? "x = 3" : "x = y + 1");
        if (i % EVALUATE_EVERY == EVALUATE_EVERY - 1) {
            double value;
            assert_true(talk_number(t, "d99", &value));
            assert_close(value, i % 2 == 0 ? 102 : 103, 1e-12);
        }
    }
}

/* To a tenth of a percent: rounds need not begin where garbage has just been collected.
 */
static void assert_about(size_t got, size_t wanted)
{
    assert_close((double)got / (double)wanted, 1, 1e-3);
}

static void test_a_hundred_thousand_redefinitions(void **state)
{
    (void)state;
    enum { DEPENDENTS = 100, ROUNDS = 10, PER_ROUND = 10000 };
    talk t;
    talk_open(&t, true);
    run_fine(&t, "y = 3; x = 3; d0 = x");
    for (int i = 1; i < DEPENDENTS; i++) { /* each follows x and the one before */
        char source[60];
        snprintf(source, sizeof source, "d%d = d%d*(x/x) + 1", i, i - 1);
        run_fine(&t, source);
    }
    nabla *n = t.nabla;
    size_t memory[ROUNDS];
    effort spent[ROUNDS];
    for (size_t round = 0; round < ROUNDS; round++) {
        start_counting(n);
        redefine(&t, PER_ROUND);
        spent[round] = effort_since_start(n);
        memory[round] = n->limits.memory_used;
        assert_true(n->graph.nodes.count < 10000);
    }
    for (size_t round = 2; round < ROUNDS; round++) {
        assert_int_equal(memory[round], memory[1]);
        assert_about(spent[round].allocations, spent[1].allocations);
        assert_about(spent[round].polls, spent[1].polls);
    }
    talk_close(&t);
}

/* Twice as many definitions, twice the effort. */
static effort effort_of_chain(int length)
{
    talk t;
    talk_open(&t, true);
    run_fine(&t, "v0 = 0.5; v0*2"); /* grammar and rules are prepared */
    start_counting(t.nabla);
    char source[60];
    for (int i = 1; i <= length; i++) {
        snprintf(source, sizeof source, "v%d = sin(v%d)", i, i - 1);
        run_fine(&t, source);
    }
    snprintf(source, sizeof source, "∂v%d/∂v0", length);
    double value;
    assert_true(talk_number(&t, source, &value));
    effort spent = effort_since_start(t.nabla);
    talk_close(&t);
    return spent;
}

/* What is computed, and looked at, for an echo is the new definition and what it uses,
 * however large the graph is. */
static void test_an_echo_takes_effort_by_what_is_new(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    nabla *n = t.nabla;
    talk_run(&t, "x = 2; v0 = x");
    for (int i = 1; i < 3000; i++) {
        char text[64];
        snprintf(text, sizeof text, "v%d = sin(v%d) + x", i, i - 1);
        assert_int_equal(talk_run(&t, text), NABLA_FINE);
    }
    assert_true(n->graph.nodes.count > 3000);
    /* How many nodes a statement has touched at most shows in the room for them. */
    talk_type(&t, "y = x + 1");
    assert_string_equal(t.results, "y = 3\n");
    talk_type(&t, "grad y");
    assert_true(n->run.touched.capacity < 100);
    talk_type(&t, "v2999");
    assert_true(n->run.touched.capacity > 3000);
    talk_close(&t);
}

static void test_chains_take_linear_effort(void **state)
{
    (void)state;
    effort half = effort_of_chain(2000), whole = effort_of_chain(4000);
    assert_true((double)whole.allocations < 2.1 * (double)half.allocations);
    assert_true((double)whole.polls < 2.1 * (double)half.polls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_definitions_follow_their_variables),
        cmocka_unit_test(test_definitions_are_lazy),
        cmocka_unit_test(test_all_missing_variables_are_named),
        cmocka_unit_test(test_a_leaf_is_evaluated_once),
        cmocka_unit_test(test_an_alias_is_a_node_of_its_own),
        cmocka_unit_test(test_functions_follow_outside_names),
        cmocka_unit_test(test_a_variable_and_a_function_of_one_name),
        cmocka_unit_test(test_predefined_names_can_be_taken),
        cmocka_unit_test(test_ans_is_the_last_value_shown),
        cmocka_unit_test(test_a_new_value_keeps_all_nodes),
        cmocka_unit_test(test_a_new_definition_drops_what_follows_it),
        cmocka_unit_test(test_circles_are_refused_and_named),
        cmocka_unit_test(test_a_diamond_is_no_circle),
        cmocka_unit_test(test_at_binds_for_one_statement),
        cmocka_unit_test(test_at_gives_names_without_value_one_for_a_while),
        cmocka_unit_test(test_at_restores_after_a_mistake),
        cmocka_unit_test(test_mistakes_change_nothing),
        cmocka_unit_test(test_a_script_stops_at_its_first_mistake),
        cmocka_unit_test(test_quit_leaves_the_rest_alone),
        cmocka_unit_test(test_what_a_prompt_shows),
        cmocka_unit_test(test_expressions_leave_no_nodes),
        cmocka_unit_test(test_dead_nodes_are_collected),
        cmocka_unit_test(test_a_hundred_thousand_redefinitions),
        cmocka_unit_test(test_chains_take_linear_effort),
        cmocka_unit_test(test_an_echo_takes_effort_by_what_is_new),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
