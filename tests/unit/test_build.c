/* build: from trees to nodes, the rules, simplification, differentiation, and back from
 * nodes to formulas. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "build/fraction.h"
#include "build/simplify.h"
#include "support.h"

/* A fixture with x = 3, y = 5 and the constant c = 7. */
static void open_xyc(fixture *f)
{
    fixture_open(f);
    fixture_leaf(f, "x", 3, LEAF_INPUT);
    fixture_leaf(f, "y", 5, LEAF_PARAM);
    fixture_leaf(f, "c", 7, LEAF_CONST);
}

static node_id named(fixture *f, const char *name)
{
    return f->scope.variable(f, symbol_of(&f->symbols, name));
}

/* ---- Expressions ---- */

static void test_each_name_is_its_node(void **state)
{
    (void)state;
    fixture f;
    open_xyc(&f);
    assert_int_equal(fixture_build(&f, "x"), named(&f, "x"));
    node_id product = fixture_build(&f, "x*x");
    assert_int_equal(graph_operand(&f.graph, product, 0), named(&f, "x"));
    assert_int_equal(graph_operand(&f.graph, product, 1), named(&f, "x"));
    fixture_close(&f);
}

/* Asserts that the expression has this constant as an operand: its text and its value. */
static void assert_part(const char *expression, const char *text, double value)
{
    fixture f;
    open_xyc(&f);
    node_id root = fixture_build(&f, expression);
    const constant *found = graph_constant_of(&f.graph, root);
    for (size_t k = 0; found == NULL && k < graph_arity(&f.graph, root); k++)
        found = graph_constant_of(&f.graph, graph_operand(&f.graph, root, k));
    if (found == NULL || found->text == NULL)
        fail_msg("%s has no constant part with a text", expression);
    assert_string_equal(found->text, text);
    assert_close(found->value.entries[0], value, 1e-15);
    fixture_close(&f);
}

static void test_parts_without_variables_are_one_constant(void **state)
{
    (void)state;
    assert_part("x + 2*3", "2*3", 6);
    assert_part("x*(1 - 0.25)", "1 - 0.25", 0.75);
    assert_part("x + sin(pi/2)", "sin(pi/2)", 1);
    assert_part("2", "2", 2);
    assert_part("x^-1", "-1", -1);
    assert_part("x + e", "e", 2.718281828459045);
    assert_part("sqrt(2)/2", "sqrt(2)/2", sqrt(2) / 2);
    assert_part("x - 0.50", "0.50", 0.5); /* as written */
    assert_part("x + 2^(1 + 2)", "2^(1 + 2)", 8);
}

static void test_constant_parts_leave_no_nodes_behind(void **state)
{
    (void)state;
    fixture f;
    open_xyc(&f);
    size_t before = f.graph.nodes.count;
    fixture_build(&f, "x*(1 + 2 + 3 + 4)");
    assert_int_equal(f.graph.nodes.count, before + 2); /* the constant and the product */
    fixture_close(&f);
}

/* What the user wrote is kept: 1*x stays a product, in contrast to adjoints. */
static void test_what_the_user_wrote_is_not_simplified(void **state)
{
    (void)state;
    static const char *const texts[] = {"1*x", "x + 0", "x*0", "x^1", "--x", "x/1"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        fixture f;
        open_xyc(&f);
        node_id root = fixture_build(&f, texts[i]);
        assert_int_not_equal(root, named(&f, "x"));
        assert_null(graph_constant_of(&f.graph, root));
        assert_string_equal(fixture_formula(&f, root), texts[i]);
        fixture_close(&f);
    }
}

static void test_optional_operands_are_filled_in(void **state)
{
    (void)state;
    fixture f;
    open_xyc(&f);
    node_id root = fixture_build(&f, "leaky_relu(-x)");
    assert_int_equal(graph_arity(&f.graph, root), 2);
    assert_close(fixture_number(&f, root), -0.03, 1e-15);
    assert_close(fixture_number(&f, fixture_build(&f, "leaky_relu(-x, 0.5)")), -1.5,
                 1e-15);
    fixture_close(&f);
}

static void test_functions_are_expanded(void **state)
{
    (void)state;
    fixture f;
    open_xyc(&f);
    fixture_function(&f, "sq", "u", NULL, "u*u");
    fixture_function(&f, "dist", "a", "b", "sqrt(sq(a) + sq(b))");
    node_id root = fixture_build(&f, "dist(x, y) + 1");
    assert_close(fixture_number(&f, root), sqrt(34) + 1, 1e-15);
    node_id distance = graph_operand(&f.graph, root, 0);
    assert_int_equal(graph_op(&f.graph, distance), OP_SQRT);
    assert_string_equal(graph_group_of(&f.graph, distance)->text, "dist(x, y)");
    assert_null(graph_group_of(&f.graph, root)); /* not part of the call */
    fixture_close(&f);
}

static void test_arguments_are_evaluated_once(void **state)
{
    (void)state;
    fixture f;
    open_xyc(&f);
    fixture_function(&f, "sq", "u", NULL, "u*u");
    node_id root = fixture_build(&f, "sq(sin(x))");
    assert_int_equal(graph_op(&f.graph, root), OP_SCALE);
    node_id argument = graph_operand(&f.graph, root, 0);
    assert_int_equal(graph_op(&f.graph, argument), OP_SIN);
    assert_int_equal(graph_operand(&f.graph, root, 1), argument);
    assert_null(graph_group_of(&f.graph, argument));
    fixture_close(&f);
}

static void test_calls_of_calls(void **state)
{
    (void)state;
    fixture f;
    open_xyc(&f);
    fixture_function(&f, "f0", "u", NULL, "u + 1");
    for (int i = 1; i < 10; i++)
        fixture_function(&f, format_in(&f.arena, "f%d", i), "u", NULL,
                         format_in(&f.arena, "f%d(f%d(u))", i - 1, i - 1));
    assert_same_number(fixture_number(&f, fixture_build(&f, "f9(x)")), 3 + 512);
    fixture_close(&f);
}

static void test_mistakes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        diagnostic_kind kind;
        uint32_t begin, end;
    } table[] = {
        {"x + nope", DIAGNOSTIC_NAME, 4, 8},  {"1 + nope(x)", DIAGNOSTIC_NAME, 4, 11},
        {"max()", DIAGNOSTIC_USAGE, 0, 5},    {"2*sin(x, y)", DIAGNOSTIC_USAGE, 2, 11},
        {"sq(x, y)", DIAGNOSTIC_USAGE, 0, 8}, {"w + v", DIAGNOSTIC_SHAPE, 0, 5},
        {"∂v/∂x", DIAGNOSTIC_SHAPE, 0, 9},    {"∂x/∂nope", DIAGNOSTIC_NAME, 0, 12},
    };
    static const double entries[] = {1, 2, 3};
    shape column = {.rank = 2, .size = {3, 1}}, shorter = {.rank = 2, .size = {2, 1}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        fixture f;
        open_xyc(&f);
        fixture_array(&f, "v", &column, entries);
        fixture_array(&f, "w", &shorter, entries);
        fixture_function(&f, "sq", "u", NULL, "u*u");
        tree parsed = fixture_parse(&f, table[i].text);
        node_id root;
        assert_false(build_tree(&f.builder, &parsed, &root));
        assert_non_null(f.why.message);
        if (f.why.kind != table[i].kind)
            fail_msg("%s: %s is of kind %s", table[i].text, f.why.message,
                     diagnostic_kind_name(f.why.kind));
        assert_int_equal(f.why.where.begin, table[i].begin);
        assert_int_equal(f.why.where.end, table[i].end);
        fixture_close(&f);
    }
}

/* ---- Simplifying ---- */

/* The formula of an operation on nodes, appended as an adjoint is. */
static const char *simplified(fixture *f, op_id op, const char *first, const char *second)
{
    node_id operands[2] = {fixture_build(f, first)};
    size_t count = 1;
    if (second != NULL)
        operands[count++] = fixture_build(f, second);
    return fixture_formula(f, simplify_apply(&f->builder, op, operands, count));
}

static void test_simplify(void **state)
{
    (void)state;
    static const struct {
        op_id op;
        const char *first, *second, *wanted;
    } table[] = {
        {OP_PLUS, "x", "0", "x"},
        {OP_PLUS, "0", "x", "x"},
        {OP_PLUS, "x", "y", "x + y"},
        {OP_MINUS, "x", "0", "x"},
        {OP_MINUS, "0", "x", "-x"},
        {OP_MINUS, "0", "-x", "x"},
        {OP_SCALE, "x", "1", "x"},
        {OP_SCALE, "1", "x", "x"},
        {OP_SCALE, "x", "0", "0"},
        {OP_SCALE, "0", "x", "0"},
        {OP_SCALE, "x", "-1", "-x"},
        {OP_SCALE, "-1", "-x", "x"},
        {OP_TIMES, "x", "y", "x*y"}, /* numbers need no dots */
        {OP_TIMES, "1", "y", "y"},
        {OP_SCALE, "1", "x > y", "1*(x > y)"}, /* a mask keeps its factor … */
        {OP_SCALE, "0", "x > y", "0"},
        {OP_OVER, "x", "y", "x/y"},
        {OP_OVER, "x", "1", "x"},
        {OP_OVER, "0", "y", "0"},
        {OP_DOT_POWER, "x", "1", "x"},
        {OP_DOT_POWER, "x", "0", "1"},
        {OP_DOT_POWER, "x", "2", "x^2"},
        {OP_NEGATIVE, "-x", NULL, "x"},
        {OP_NEGATIVE, "x", NULL, "-x"},
        {OP_PLUS, "2", "3", "5"},
        {OP_SCALE, "2", "-3", "-6"},
        {OP_SIN, "0", NULL, "0"},
        {OP_EXP, "x", NULL, "exp(x)"},
        {OP_AND, "0", "x > y", "0"},
        {OP_AND, "x < y", "x > y", "x < y and x > y"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        fixture f;
        open_xyc(&f);
        const char *found = simplified(&f, table[i].op, table[i].first, table[i].second);
        if (strcmp(found, table[i].wanted) != 0)
            fail_msg("%s of %s and %s is %s, wanted %s", op_row(table[i].op)->name,
                     table[i].first, table[i].second == NULL ? "-" : table[i].second,
                     found, table[i].wanted);
        fixture_close(&f);
    }
}

static void test_indicators_stay_products(void **state)
{
    (void)state;
    fixture f;
    open_xyc(&f);
    node_id factors[2] = {simplify_number(&f.builder, 1), fixture_build(&f, "x > y")};
    node_id indicator = simplify_apply(&f.builder, OP_TIMES, factors, 2);
    assert_string_equal(fixture_formula(&f, indicator), "1(x > y)"); /* … as its sign */
    fixture_close(&f);
}

/* They are what flows down from a condition. */
static void test_zeros_in_a_shape_add_nothing(void **state)
{
    (void)state;
    static const shape column = {.rank = 2, .size = {2, 1}};
    static const double entries[] = {1, 2};
    fixture f;
    open_xyc(&f);
    fixture_array(&f, "u", &column, entries);
    assert_string_equal(simplified(&f, OP_PLUS, "u", "expand(0, u)"), "u");
    assert_string_equal(simplified(&f, OP_PLUS, "expand(0, u)", "u"), "u");
    assert_string_equal(simplified(&f, OP_MINUS, "u", "expand(0, u)"), "u");
    assert_string_equal(simplified(&f, OP_MINUS, "expand(0, u)", "u"), "-u");
    assert_string_equal(simplified(&f, OP_PLUS, "x", "expand(0, u)"),
                        "x + expand(0, u)"); /* x is stretched */
    fixture_close(&f);
}

static void test_simplify_chooses_by_a_constant_condition(void **state)
{
    (void)state;
    fixture f;
    open_xyc(&f);
    node_id x = named(&f, "x"), y = named(&f, "y");
    node_id one = simplify_number(&f.builder, 1), zero = simplify_number(&f.builder, 0);
    assert_int_equal(simplify_apply(&f.builder, OP_WHERE, (node_id[]){one, x, y}, 3), x);
    assert_int_equal(simplify_apply(&f.builder, OP_WHERE, (node_id[]){zero, x, y}, 3), y);
    node_id open = simplify_apply(&f.builder, OP_WHERE, (node_id[]){x, x, y}, 3);
    assert_int_equal(graph_op(&f.graph, open), OP_WHERE);
    fixture_close(&f);
}

/* The shape of an operation on two numbers; false where their values make no size. */
static bool shape_on_numbers(fixture *f, op_id op, const node_id *numbers, shape *result)
{
    double values[2];
    tensor operands[2];
    for (size_t k = 0; k < 2; k++) {
        values[k] = fixture_number(f, numbers[k]);
        operands[k] = (tensor){shape_number(), &values[k]};
    }
    return operands_fit(op_row(op)->shape, operands, 2, result);
}

/* Fails where an operation on two numbers and its simplified form differ. */
static void compare_simplified(fixture *f, op_id op, node_id plain, node_id simple,
                               const char *of)
{
    const shape *s = graph_shape(&f->graph, plain);
    assert_true(shape_equal(graph_shape(&f->graph, simple), s));
    bool computed = run_compute(&f->run, &plain, 1);
    assert_int_equal(run_compute(&f->run, &simple, 1), computed);
    for (size_t i = 0; computed && i < shape_count(s); i++) {
        double wanted = run_value(&f->run, plain).entries[i];
        double got = run_value(&f->run, simple).entries[i];
        bool zero_over_zero = isnan(wanted) && got == 0;
        if (!numbers_agree(got, wanted, 1e-15) && !zero_over_zero)
            fail_msg("%s of %s is %g, simplified %g", op_row(op)->name, of, wanted, got);
    }
    /* Only a row on whole arrays may refuse values. */
    assert_true(computed || op_row(op)->array != NULL);
}

/* Simplifying must not change a value: each operation on each pair of these, simplified
 * and not, where they fit. Where a factor is 0 the other one, finite here, does not
 * matter. */
static void test_simplify_keeps_values(void **state)
{
    (void)state;
    static const char *const texts[] = {"x", "y", "-x", "0", "1", "-1", "2", "x > y"};
    enum { COUNT = sizeof texts / sizeof *texts };
    fixture f;
    open_xyc(&f);
    node_id nodes[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        nodes[i] = fixture_build(&f, texts[i]);
    for (op_id op = OP_NONE; op < OP_COUNT; op++) {
        const operation *row = op_row(op);
        if (row->form == FORM_NONE || row->arity != 2 || row->halves != OP_NONE)
            continue;
        for (size_t i = 0; i < COUNT * COUNT; i++) {
            node_id operands[2] = {nodes[i / COUNT], nodes[i % COUNT]};
            shape result;
            if (!shape_on_numbers(&f, op, operands, &result)) {
                /* All others take any numbers. */
                assert_true(row->fixed[0] || row->fixed[1] || op == OP_PAGE);
                continue;
            }
            node_id plain = graph_append(&f.graph, op, operands, 2, &result);
            node_id simple = simplify_apply(&f.builder, op, operands, 2);
            char of[40];
            snprintf(of, sizeof of, "%s and %s", texts[i / COUNT], texts[i % COUNT]);
            compare_simplified(&f, op, plain, simple, of);
        }
    }
    fixture_close(&f);
}

/* ---- Differentiating ---- */

static backward differentiated(fixture *f, const char *text, const char *const *by,
                               size_t count)
{
    node_id wrt[4];
    for (size_t i = 0; i < count; i++)
        wrt[i] = named(f, by[i]);
    backward pass;
    differentiate(&f->builder, fixture_build(f, text), wrt, count, &pass);
    return pass;
}

static void test_derivatives_as_formulas(void **state)
{
    (void)state;
    static const struct {
        const char *of, *by, *wanted;
    } table[] = {
        {"x", "x", "1"},
        {"x", "y", "0"},
        {"2", "x", "0"},
        {"x + y", "x", "1"},
        {"x - y", "y", "-1"},
        {"x*y", "x", "y"},
        {"x*x", "x", "x + x"},
        {"x^2", "x", "2*x"},
        {"x^3", "x", "3*x^2"},
        {"x^1", "x", "1"},
        {"2*x", "x", "2"},
        {"x/y", "x", "1/y"},
        {"exp(2*x)", "x", "exp(2*x)*2"},
        {"log(x)", "x", "1/x"},
        {"sin(x)", "x", "cos(x)"},
        {"cos(x)", "x", "-sin(x)"},
        {"-x", "x", "-1"},
        {"x > y", "x", "0"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        fixture f;
        open_xyc(&f);
        node_id root = fixture_build(&f, table[i].of);
        node_id derivative = differentiate_by(&f.builder, root, named(&f, table[i].by));
        assert_string_equal(fixture_formula(&f, derivative), table[i].wanted);
        fixture_close(&f);
    }
}

static void test_edges_lead_only_to_what_is_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *of, *by;
        size_t edges;
    } table[] = {
        {"x^y", "x", 1}, /* no log(x) for the exponent */
        {"x^y", "y", 1}, {"(x + y)*max(y, c)", "x", 2}, {"(x + y)*max(y, c)", "y", 4},
        {"x*x", "x", 2}, {"sin(c)*x", "x", 1},          {"sin(c)", "x", 0},
        {"c", "c", 0}, /* the root itself: no edge, adjoint 1 */
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        fixture f;
        open_xyc(&f);
        backward pass = differentiated(&f, table[i].of, &table[i].by, 1);
        if (pass.edges.count != table[i].edges)
            fail_msg("%s by %s walks %zu edges", table[i].of, table[i].by,
                     pass.edges.count);
        for (size_t k = 0; k < pass.edges.count; k++)
            assert_int_equal(pass.edges.items[k].to,
                             graph_operand(&f.graph, pass.edges.items[k].from,
                                           pass.edges.items[k].operand));
        fixture_close(&f);
    }
}

static void test_edges_are_walked_from_the_root_down(void **state)
{
    (void)state;
    fixture f;
    open_xyc(&f);
    static const char *const by[] = {"x", "y"};
    backward pass = differentiated(&f, "(x + y)*max(y, c)", by, 2);
    assert_int_equal(pass.edges.count, 5);
    assert_int_equal(pass.edges.items[0].from, pass.root);
    for (size_t i = 1; i < pass.edges.count; i++)
        assert_true(pass.edges.items[i].from <= pass.edges.items[i - 1].from);
    assert_true(graph_is_number(&f.graph, backward_adjoint(&pass, pass.root), 1));
    fixture_close(&f);
}

static void test_adjoints_add_up_over_paths(void **state)
{
    (void)state;
    fixture f;
    open_xyc(&f);
    static const char *const by[] = {"x", "y", "c"};
    backward pass = differentiated(&f, "sin(x*y)*x + c*y", by, 3);
    assert_close(fixture_number(&f, backward_adjoint(&pass, named(&f, "x"))),
                 cos(15) * 5 * 3 + sin(15), 1e-14);
    assert_close(fixture_number(&f, backward_adjoint(&pass, named(&f, "y"))),
                 cos(15) * 9 + 7, 1e-14);
    assert_same_number(fixture_number(&f, backward_adjoint(&pass, named(&f, "c"))), 5);
    fixture_close(&f);
}

/* With respect to a node inside, as ∂L/∂h is asked for, it is cut free of what is below.
 */
static void test_differentiating_by_an_inner_node(void **state)
{
    (void)state;
    fixture f;
    open_xyc(&f);
    node_id h = fixture_build(&f, "x*y");
    fixture_name(&f, "h", h);
    static const char *const by[] = {"h"};
    backward pass = differentiated(&f, "h^2 + x", by, 1);
    assert_string_equal(fixture_formula(&f, backward_adjoint(&pass, h)), "2*h");
    assert_int_equal(backward_adjoint(&pass, named(&f, "x")), NODE_NONE);
    assert_same_number(fixture_number(&f, differentiate_by(&f.builder, h, pass.root)), 0);
    fixture_close(&f);
}

static void test_slopes_carry_their_kink(void **state)
{
    (void)state;
    fixture f;
    open_xyc(&f);
    node_id n = fixture_build(&f, "max(x, y)");
    builder *build = &f.builder;
    assert_string_equal(fixture_formula(&f, rules_plain(build, n, 0, NODE_NONE)),
                        "1(x > y)");
    assert_string_equal(fixture_formula(&f, rules_slope(build, n, 0)),
                        "1(x > y) + 0.5(x == y)");
    assert_string_equal(fixture_formula(&f, rules_kink(build, n)), "x == y");
    assert_string_equal(fixture_formula(&f, rules_plain(build, n, 1, NODE_NONE)),
                        "1(y > x)");
    assert_int_equal(rules_kink(build, fixture_build(&f, "sin(x)")), NODE_NONE);
    fixture_close(&f);
}

/* The short way for numbers comes to what the long one does, whatever the operands. */
static void test_numbers_are_simplified_like_all(void **state)
{
    (void)state;
    static const char *const texts[] = {"x",   "-x",    "2*x",        "-2*x",  "x*y",
                                        "x>y", "x - y", "sin(x)",     "x*(0)", "1",
                                        "0",   "0.25",  "expand(x,y)"};
    enum { POOL = sizeof texts / sizeof *texts + 3 };
    fixture f;
    open_xyc(&f);
    node_id pool[POOL];
    size_t count = 0;
    for (; count < sizeof texts / sizeof *texts; count++)
        pool[count] = fixture_build(&f, texts[count]);
    pool[count++] = simplify_number(&f.builder, -1);
    pool[count++] = simplify_number(&f.builder, -0.5);
    pool[count++] = simplify_number(&f.builder, 0);
    const shape number = shape_number();
    for (op_id op = OP_NONE + 1; op < OP_COUNT; op++) {
        size_t arity = op_row(op)->arity;
        if (simplify_op_of_numbers(op, arity) != op)
            continue;
        for (size_t i = 0; i < POOL * POOL; i++) {
            node_id operands[3] = {pool[i % POOL], pool[i / POOL], pool[(i + 1) % POOL]};
            node_id quick = simplify_numbers(&f.builder, op, operands, arity);
            node_id all = simplify_resolved(&f.builder, op, operands, arity, &number);
            assert_same_number(fixture_number(&f, quick), fixture_number(&f, all));
            assert_string_equal(fixture_formula(&f, quick), fixture_formula(&f, all));
            assert_int_equal(graph_op(&f.graph, quick), graph_op(&f.graph, all));
        }
    }
    fixture_close(&f);
}

/* A rule is parsed once; each instance has the operands at hand in it. */
static void test_rules_are_templates(void **state)
{
    (void)state;
    fixture f;
    open_xyc(&f);
    for (int i = 0; i < 3; i++) {
        static const char *const texts[] = {"tanh(x)", "tanh(y)", "tanh(x*y)"};
        static const char *const wanted[] = {"1 - tanh(x)^2", "1 - tanh(y)^2",
                                             "1 - tanh(x*y)^2"};
        node_id slope = rules_slope(&f.builder, fixture_build(&f, texts[i]), 0);
        assert_string_equal(fixture_formula(&f, slope), wanted[i]);
    }
    fixture_close(&f);
}

static void test_derivatives_within_expressions(void **state)
{
    (void)state;
    fixture f;
    open_xyc(&f);
    fixture_name(&f, "f", fixture_build(&f, "x^3*y"));
    assert_close(fixture_number(&f, fixture_build(&f, "∂f/∂x")), 135, 1e-14);
    assert_close(fixture_number(&f, fixture_build(&f, "∂(∂f/∂x)/∂x")), 90, 1e-14);
    assert_close(fixture_number(&f, fixture_build(&f, "∂²f/∂x∂y")), 27, 1e-14);
    assert_close(fixture_number(&f, fixture_build(&f, "∂³f/∂x³")), 30, 1e-14);
    assert_close(fixture_number(&f, fixture_build(&f, "∂f/∂x/∂f/∂y")), 5, 1e-14);
    assert_same_number(fixture_number(&f, fixture_build(&f, "∂f/∂c")), 0);
    fixture_close(&f);
}

static void test_functions_may_differentiate_by_a_parameter(void **state)
{
    (void)state;
    fixture f;
    open_xyc(&f);
    fixture_function(&f, "slope", "u", NULL, "∂(u^2)/∂u");
    assert_same_number(fixture_number(&f, fixture_build(&f, "slope(x)")), 6);
    assert_same_number(fixture_number(&f, fixture_build(&f, "slope(x + y)")), 16);
    assert_same_number(fixture_number(&f, fixture_build(&f, "slope(2)")), 4);
    fixture_close(&f);
}

/* ---- Formulas ---- */

static void test_formula_of(void **state)
{
    (void)state;
    fixture f;
    open_xyc(&f);
    node_id h = fixture_build(&f, "x + y");
    fixture_name(&f, "h", h);
    node_id root = fixture_build(&f, "h*(x - 2)^2");
    assert_string_equal(fixture_formula(&f, h), "h"); /* its name */
    assert_string_equal(formula_of_node(&f.arena, &f.graph, h, fixture_name_of, &f),
                        "x + y"); /* what it computes */
    assert_string_equal(fixture_formula(&f, root), "h*(x - 2)^2");
    assert_string_equal(formula_of_node(&f.arena, &f.graph, root, fixture_name_of, &f),
                        "h * (x - 2)^2");
    node_id shared = fixture_build(&f, "sin(x)");
    node_id twice = graph_append(&f.graph, OP_SCALE, (node_id[]){shared, shared}, 2,
                                 graph_shape(&f.graph, shared));
    assert_string_equal(fixture_formula(&f, twice), "sin(x)*sin(x)");
    fixture_close(&f);
}

static void test_formulas_of_made_numbers(void **state)
{
    (void)state;
    fixture f;
    open_xyc(&f);
    node_id x = named(&f, "x");
    static const struct {
        op_id op;
        double number;
        const char *wanted;
    } table[] = {
        {OP_SCALE, 0.5, "0.5*x"},        {OP_SCALE, -2, "-2*x"},
        {OP_POWER, -2, "(-2)^x"},        {OP_PLUS, 1e-300, "1e-300 + x"},
        {OP_MINUS, INFINITY, "inf - x"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        node_id made = simplify_number(&f.builder, table[i].number);
        node_id n = simplify_apply(&f.builder, table[i].op, (node_id[]){made, x}, 2);
        assert_string_equal(fixture_formula(&f, n), table[i].wanted);
        double reread = fixture_number(&f, fixture_build(&f, table[i].wanted));
        assert_same_number(reread, fixture_number(&f, n));
    }
    fixture_close(&f);
}

static void test_differences_of_fractions(void **state)
{
    (void)state;
    static const char *const table[][2] = {
        {"(1 - y)/(1 - x) - y/x", "(x - y)/(x*(1 - x))"},
        {"0.5*((1 - y)/(1 - x)) - 0.5*(y/x)", "0.5*((x - y)/(x*(1 - x)))"},
        {"1/x - 1/y", "(y - x)/(x*y)"},
        {"(x + 1)/x - (y + 1)/y", "(y - x)/(x*y)"},
        {"2/(x + 1) - 2/(x + 3)", "4/((x + 1)*(x + 3))"},
        {"x/y - y/x", NULL},       /* the numerator would be no shorter */
        {"0.5*(x/y) - y/x", NULL}, /* another factor */
        {"x/y + y/x", NULL},       /* no difference */
        {"x*y - y/x", NULL},       /* no fraction */
        {"sin(x)/y - sin(y)/y", NULL},
        {"x*x*x*x/y - (x*x*x*x - y)/y", NULL}, /* more than is multiplied out */
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        fixture f;
        open_xyc(&f);
        node_id n = fixture_build(&f, table[i][0]);
        node_id made = fraction_of(&f.builder, n, fixture_name_of, &f);
        if (table[i][1] == NULL)
            assert_int_equal(made, n);
        else
            assert_string_equal(fixture_formula(&f, made), table[i][1]);
        assert_close(fixture_number(&f, made), fixture_number(&f, n), 1e-14);
        fixture_close(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_name_is_its_node),
        cmocka_unit_test(test_parts_without_variables_are_one_constant),
        cmocka_unit_test(test_constant_parts_leave_no_nodes_behind),
        cmocka_unit_test(test_what_the_user_wrote_is_not_simplified),
        cmocka_unit_test(test_optional_operands_are_filled_in),
        cmocka_unit_test(test_functions_are_expanded),
        cmocka_unit_test(test_arguments_are_evaluated_once),
        cmocka_unit_test(test_calls_of_calls),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_simplify),
        cmocka_unit_test(test_indicators_stay_products),
        cmocka_unit_test(test_zeros_in_a_shape_add_nothing),
        cmocka_unit_test(test_simplify_chooses_by_a_constant_condition),
        cmocka_unit_test(test_simplify_keeps_values),
        cmocka_unit_test(test_derivatives_as_formulas),
        cmocka_unit_test(test_edges_lead_only_to_what_is_asked_for),
        cmocka_unit_test(test_edges_are_walked_from_the_root_down),
        cmocka_unit_test(test_adjoints_add_up_over_paths),
        cmocka_unit_test(test_differentiating_by_an_inner_node),
        cmocka_unit_test(test_slopes_carry_their_kink),
        cmocka_unit_test(test_rules_are_templates),
        cmocka_unit_test(test_numbers_are_simplified_like_all),
        cmocka_unit_test(test_derivatives_within_expressions),
        cmocka_unit_test(test_functions_may_differentiate_by_a_parameter),
        cmocka_unit_test(test_formula_of),
        cmocka_unit_test(test_formulas_of_made_numbers),
        cmocka_unit_test(test_differences_of_fractions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
