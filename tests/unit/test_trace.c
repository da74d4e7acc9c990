/* trace: the forward and backward pass as data. */
#include <math.h>
#include <string.h>

#include "support.h"
#include "trace/trace.h"

/* The names that count as in use; space around each. */
static const char *names_in_use = " ";

static bool name_in_use(const void *owner, const char *name)
{
    (void)owner;
    const char *found = strstr(names_in_use, name);
    return found != NULL && found[-1] == ' ' && found[strlen(name)] == ' ';
}

/* x = 1, y = 2, z = 0, as in the first example of the manual, and the constant c = 7. */
static void open_xyz(fixture *f)
{
    fixture_open(f);
    fixture_leaf(f, "x", 1, LEAF_INPUT);
    fixture_leaf(f, "y", 2, LEAF_PARAM);
    fixture_leaf(f, "z", 0, LEAF_INPUT);
    fixture_leaf(f, "c", 7, LEAF_CONST);
    names_in_use = " ";
}

static trace_request request_for(fixture *f, const char *text)
{
    return (trace_request){.builder = &f->builder,
                           .of = text,
                           .root = fixture_build(f, text),
                           .name_in_use = name_in_use};
}

static trace gradients_of(fixture *f, const char *text)
{
    trace_request request = request_for(f, text);
    const node_id *wrt;
    size_t count = trace_default_wrt(&request, &wrt);
    trace made;
    assert_true(trace_gradients(&request, wrt, count, &made));
    return made;
}

static void assert_node(const trace *made, size_t i, const char *name, const char *kind,
                        const char *formula, double value)
{
    assert_true(i < made->nodes.count);
    const trace_node *n = &made->nodes.items[i];
    assert_string_equal(n->name, name);
    assert_string_equal(n->kind, kind);
    if (formula == NULL)
        assert_null(n->formula);
    else
        assert_string_equal(n->formula, formula);
    assert_same_number(n->value.entries[0], value);
}

static void test_nodes_come_leaves_first(void **state)
{
    (void)state;
    fixture f;
    open_xyz(&f);
    trace_request request = request_for(&f, "(x + y)*max(y, z)");
    trace made;
    assert_true(trace_forward(&request, &made));
    assert_int_equal(made.nodes.count, 6);
    assert_node(&made, 0, "x", "input", NULL, 1);
    assert_node(&made, 1, "y", "param", NULL, 2);
    assert_node(&made, 2, "z", "input", NULL, 0);
    assert_node(&made, 3, "v1", "compute", "x + y", 3);
    assert_node(&made, 4, "v2", "compute", "max(y, z)", 2);
    assert_node(&made, 5, "v3", "compute", "v1 * v2", 6);
    assert_int_equal(made.root, 5);
    assert_string_equal(made.of, "(x + y)*max(y, z)");
    assert_string_equal(made.nodes.items[5].op, "*");
    assert_int_equal(made.nodes.items[5].arg_count, 2);
    assert_int_equal(made.nodes.items[5].args[0], 3);
    assert_int_equal(made.nodes.items[5].args[1], 4);
    assert_false(made.nodes.items[5].has_upstream);
    fixture_close(&f);
}

static void test_what_the_root_does_not_need_is_left_out(void **state)
{
    (void)state;
    fixture f;
    open_xyz(&f);
    fixture_build(&f, "sin(x)*cos(y)");
    trace_request request = request_for(&f, "x + 1");
    trace made;
    assert_true(trace_forward(&request, &made));
    assert_int_equal(made.nodes.count, 3);
    assert_node(&made, 0, "x", "input", NULL, 1);
    assert_node(&made, 1, "1", "const", NULL, 1);
    assert_node(&made, 2, "v1", "compute", "x + 1", 2);
    assert_true(made.nodes.items[1].literal);
    assert_false(made.nodes.items[2].literal);
    fixture_close(&f);
}

static void test_names_in_use_are_skipped(void **state)
{
    (void)state;
    fixture f;
    open_xyz(&f);
    names_in_use = " v1 v3 v4 ";
    trace_request request = request_for(&f, "sin(x) + cos(y)");
    trace made;
    assert_true(trace_forward(&request, &made));
    assert_string_equal(made.nodes.items[2].name, "v2");
    assert_string_equal(made.nodes.items[3].name, "v5");
    assert_string_equal(made.nodes.items[4].name, "v6");
    assert_string_equal(made.nodes.items[4].formula, "v2 + v5");
    fixture_close(&f);
}

static void test_named_nodes_keep_their_names(void **state)
{
    (void)state;
    fixture f;
    open_xyz(&f);
    node_id h = fixture_build(&f, "x*y");
    graph_name(&f.graph, h, "h");
    fixture_name(&f, "h", h);
    trace_request request = request_for(&f, "sin(h)*h");
    trace made;
    assert_true(trace_forward(&request, &made));
    assert_node(&made, 2, "h", "compute", "x * y", 2);
    assert_node(&made, 3, "v1", "compute", "sin(h)", sin(2));
    assert_node(&made, 4, "v2", "compute", "v1 * h", sin(2) * 2);
    fixture_close(&f);
}

static void test_a_leaf_alone(void **state)
{
    (void)state;
    fixture f;
    open_xyz(&f);
    trace made = gradients_of(&f, "y");
    assert_int_equal(made.nodes.count, 1);
    assert_int_equal(made.edges.count, 0);
    assert_int_equal(made.gradients.count, 1);
    assert_string_equal(made.gradients.items[0].name, "y");
    assert_same_number(made.gradients.items[0].value.entries[0], 1);
    assert_int_equal(made.gradients.items[0].term_count, 0);
    fixture_close(&f);
}

static void test_one_edge_per_operand(void **state)
{
    (void)state;
    fixture f;
    open_xyz(&f);
    trace made = gradients_of(&f, "y*y");
    assert_int_equal(made.edges.count, 2);
    for (size_t k = 0; k < 2; k++) {
        const trace_edge *edge = &made.edges.items[k];
        assert_int_equal(edge->from, 1);
        assert_int_equal(edge->to, 0);
        assert_int_equal(edge->arg, k);
        assert_string_equal(edge->formula, "y");
        assert_same_number(edge->local.entries[0], 2);
        assert_same_number(edge->downstream.entries[0], 2);
    }
    assert_int_equal(made.gradients.items[0].term_count, 2);
    assert_same_number(made.gradients.items[0].value.entries[0], 4);
    fixture_close(&f);
}

static void test_terms_say_where_a_gradient_comes_from(void **state)
{
    (void)state;
    fixture f;
    open_xyz(&f);
    trace made = gradients_of(&f, "(x + y)*max(y, z)");
    assert_int_equal(made.gradients.count, 3);
    const trace_gradient *y = &made.gradients.items[1];
    assert_string_equal(y->name, "y");
    assert_string_equal(y->kind, "param");
    assert_same_number(y->value.entries[0], 5);
    assert_int_equal(y->term_count, 2);
    assert_string_equal(y->terms[0].via, "v2");
    assert_same_number(y->terms[0].value.entries[0], 3);
    assert_string_equal(y->terms[1].via, "v1");
    assert_same_number(y->terms[1].value.entries[0], 2);
    fixture_close(&f);
}

/* downstream = upstream × local on each edge; each upstream is the sum of its terms. */
static void assert_arithmetic(const trace *made)
{
    for (size_t i = 0; i < made->edges.count; i++) {
        const trace_edge *edge = &made->edges.items[i];
        const trace_node *from = &made->nodes.items[edge->from];
        assert_true(from->has_upstream);
        assert_close(edge->downstream.entries[0],
                     from->upstream.entries[0] * edge->local.entries[0], 1e-15);
    }
    for (size_t i = 0; i < made->nodes.count; i++) {
        const trace_node *n = &made->nodes.items[i];
        if (!n->has_upstream)
            continue;
        double sum = i == made->root ? 1 : 0;
        for (size_t k = 0; k < n->term_count; k++)
            sum += n->terms[k].value.entries[0];
        assert_close(n->upstream.entries[0], sum, 1e-14);
    }
}

static void test_the_arithmetic_of_the_backward_pass(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "(x + y)*max(y, z)",
        "sin(x*y)*exp(-x) + x^y/y",
        "1/(1 + exp(-(x*y + z*c)))",
        "where(x > 0, x*x*x, y) - y*y*x",
        "log(y)*hypot(x, y) + atan2(x, y)",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        fixture f;
        open_xyz(&f);
        trace made = gradients_of(&f, texts[i]);
        assert_true(made.edges.count >= 5);
        assert_arithmetic(&made);
        fixture_close(&f);
    }
}

static void test_edges_of_one_consumer_follow_each_other(void **state)
{
    (void)state;
    fixture f;
    open_xyz(&f);
    trace made = gradients_of(&f, "sin(x*y)*exp(-x) + x^y/y");
    for (size_t i = 1; i < made.edges.count; i++) {
        const trace_edge *before = &made.edges.items[i - 1], *edge = &made.edges.items[i];
        assert_true(edge->from <= before->from);
        if (edge->from == before->from)
            assert_int_equal(edge->arg, before->arg + 1);
    }
    fixture_close(&f);
}

static void test_constants_are_asked_for_by_name_only(void **state)
{
    (void)state;
    fixture f;
    open_xyz(&f);
    trace made = gradients_of(&f, "x*c");
    assert_int_equal(made.gradients.count, 1);
    assert_string_equal(made.gradients.items[0].name, "x");
    trace_request request = request_for(&f, "x*c");
    node_id c = fixture_build(&f, "c");
    trace named;
    assert_true(trace_gradients(&request, &c, 1, &named));
    assert_int_equal(named.gradients.count, 1);
    assert_string_equal(named.gradients.items[0].name, "c");
    assert_string_equal(named.gradients.items[0].kind, "const");
    assert_same_number(named.gradients.items[0].value.entries[0], 1);
    fixture_close(&f);
}

static void test_what_the_root_does_not_use_has_gradient_zero(void **state)
{
    (void)state;
    fixture f;
    open_xyz(&f);
    trace_request request = request_for(&f, "x*x");
    node_id z = fixture_build(&f, "z");
    trace made;
    assert_true(trace_gradients(&request, &z, 1, &made));
    assert_int_equal(made.edges.count, 0);
    assert_same_number(made.gradients.items[0].value.entries[0], 0);
    assert_int_equal(made.gradients.items[0].term_count, 0);
    fixture_close(&f);
}

static void test_an_inner_node_by_name(void **state)
{
    (void)state;
    fixture f;
    open_xyz(&f);
    node_id h = fixture_build(&f, "x*y");
    graph_name(&f.graph, h, "h");
    fixture_name(&f, "h", h);
    trace_request request = request_for(&f, "h*h + x");
    trace made;
    assert_true(trace_gradients(&request, &h, 1, &made));
    assert_string_equal(made.gradients.items[0].name, "h");
    assert_string_equal(made.gradients.items[0].kind, "compute");
    assert_same_number(made.gradients.items[0].value.entries[0], 4);
    assert_int_equal(made.gradients.items[0].term_count, 2);
    assert_false(made.nodes.items[0].has_upstream); /* x: below h, nobody asked */
    fixture_close(&f);
}

static void test_kinks_are_told_where_they_are_hit(void **state)
{
    (void)state;
    fixture f;
    open_xyz(&f);
    trace smooth = gradients_of(&f, "max(x, y)");
    assert_string_equal(smooth.edges.items[0].formula, "1(x > y)");
    assert_null(smooth.edges.items[0].kink);
    trace tie = gradients_of(&f, "max(y, 2*x)");
    for (size_t k = 0; k < 2; k++) {
        const trace_edge *edge = &tie.edges.items[k];
        assert_string_equal(edge->kink, "y = v1");
        assert_string_equal(edge->kink_says, op_row(OP_MAX)->kink.says);
        assert_same_number(edge->local.entries[0], 0.5);
    }
    assert_string_equal(tie.edges.items[0].formula, "1(y > v1) + 0.5(y == v1)");
    trace zero = gradients_of(&f, "abs(z)");
    assert_string_equal(zero.edges.items[0].kink, "z = 0");
    fixture_close(&f);
}

/* Two forms of a rule: the plain one is shown where it has the value that ran. */
static void test_guards_are_shown_only_where_they_matter(void **state)
{
    (void)state;
    fixture f;
    open_xyz(&f);
    trace ordinary = gradients_of(&f, "xlogy(x, y)");
    assert_string_equal(ordinary.edges.items[1].formula, "x/y");
    trace at_zero = gradients_of(&f, "hypot(z, z*x)");
    assert_same_number(at_zero.edges.items[0].local.entries[0], 0);
    assert_non_null(strstr(at_zero.edges.items[0].formula, "where"));
    fixture_close(&f);
}

static void test_locals_name_the_node_itself(void **state)
{
    (void)state;
    fixture f;
    open_xyz(&f);
    trace made = gradients_of(&f, "exp(x)*y");
    assert_string_equal(made.nodes.items[2].name, "v1");
    assert_int_equal(made.edges.items[2].from, 2);
    assert_string_equal(made.edges.items[2].formula, "v1"); /* exp is its own slope */
    fixture_close(&f);
}

static void test_groups(void **state)
{
    (void)state;
    fixture f;
    open_xyz(&f);
    fixture_function(&f, "sq", "u", NULL, "u*u");
    trace made = gradients_of(&f, "sq(x + 1) + y");
    bool found = false;
    for (size_t i = 0; i < made.nodes.count; i++) {
        const trace_node *n = &made.nodes.items[i];
        bool in_call = n->formula != NULL && strcmp(n->formula, "v1 * v1") == 0;
        found = found || in_call;
        if (in_call)
            assert_string_equal(n->group, "sq(x + 1)");
        else
            assert_null(n->group);
    }
    assert_true(found);
    fixture_close(&f);
}

static void test_operations_say_how_they_pass_gradients(void **state)
{
    (void)state;
    fixture f;
    open_xyz(&f);
    trace made = gradients_of(&f, "x*y");
    assert_null(made.nodes.items[0].says);
    assert_string_equal(made.nodes.items[2].says, op_row(OP_SCALE)->says);
    fixture_close(&f);
}

static void test_derivatives_contribute_their_nodes(void **state)
{
    (void)state;
    fixture f;
    open_xyz(&f);
    fixture_name(&f, "f", fixture_build(&f, "sin(x)*y"));
    trace made = gradients_of(&f, "∂f/∂x");
    double value = made.nodes.items[made.root].value.entries[0];
    assert_close(value, cos(1) * 2, 1e-15);
    assert_close(made.gradients.items[0].value.entries[0], -sin(1) * 2, 1e-15);
    assert_close(made.gradients.items[1].value.entries[0], cos(1), 1e-15);
    assert_arithmetic(&made);
    fixture_close(&f);
}

/* An edge of a rule that pulls has no slope: its formula is the rule. */
static void test_edges_that_pull(void **state)
{
    (void)state;
    fixture f;
    open_xyz(&f);
    static const shape column = {2, {3, 1}};
    static const double numbers[] = {1, 2, 3};
    fixture_array(&f, "u", &column, numbers);
    trace made = gradients_of(&f, "sum(u .* x)");
    assert_int_equal(made.edges.count, 3);
    size_t pulls = 0;
    for (size_t i = 0; i < made.edges.count; i++) {
        const trace_edge *edge = &made.edges.items[i];
        const tensor *value = &made.nodes.items[edge->to].value;
        assert_true(shape_equal(&edge->downstream.shape, &value->shape));
        pulls += !edge->is_local;
        if (!edge->is_local)
            assert_string_equal(edge->formula, "expand(upstream, v1)");
    }
    assert_int_equal(pulls, 1);
    assert_int_equal(made.gradients.count, 2);
    assert_string_equal(made.gradients.items[0].name, "x");
    assert_same_number(made.gradients.items[0].value.entries[0], 6);
    assert_string_equal(made.gradients.items[1].name, "u");
    assert_true(shape_equal(&made.gradients.items[1].value.shape, &column));
    for (size_t i = 0; i < 3; i++)
        assert_same_number(made.gradients.items[1].value.entries[i], 1);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nodes_come_leaves_first),
        cmocka_unit_test(test_what_the_root_does_not_need_is_left_out),
        cmocka_unit_test(test_names_in_use_are_skipped),
        cmocka_unit_test(test_named_nodes_keep_their_names),
        cmocka_unit_test(test_a_leaf_alone),
        cmocka_unit_test(test_one_edge_per_operand),
        cmocka_unit_test(test_terms_say_where_a_gradient_comes_from),
        cmocka_unit_test(test_the_arithmetic_of_the_backward_pass),
        cmocka_unit_test(test_edges_of_one_consumer_follow_each_other),
        cmocka_unit_test(test_constants_are_asked_for_by_name_only),
        cmocka_unit_test(test_what_the_root_does_not_use_has_gradient_zero),
        cmocka_unit_test(test_an_inner_node_by_name),
        cmocka_unit_test(test_kinks_are_told_where_they_are_hit),
        cmocka_unit_test(test_guards_are_shown_only_where_they_matter),
        cmocka_unit_test(test_locals_name_the_node_itself),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_operations_say_how_they_pass_gradients),
        cmocka_unit_test(test_derivatives_contribute_their_nodes),
        cmocka_unit_test(test_edges_that_pull),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
