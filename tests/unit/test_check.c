/* Checks: numeric slopes, gradients against them. */
#include <math.h>
#include <string.h>

#include "support.h"
#include "syntax/digits.h"
#include "trace/gradcheck.h"
#include "trace/vary.h"

/* ---- Slopes of C functions ---- */

static double sine(void *owner, double x)
{
    (void)owner;
    return sin(x);
}

static double rapid_sine(void *owner, double x)
{
    (void)owner;
    return sin(1e6 * x);
}

static double logarithm(void *owner, double x)
{
    (void)owner;
    return x > 0 ? log(x) : NAN;
}

static double root(void *owner, double x)
{
    (void)owner;
    return sqrt(x);
}

static double cube_root(void *owner, double x)
{
    (void)owner;
    return cbrt(x);
}

static double distance(void *owner, double x)
{
    (void)owner;
    return fabs(x) + 3 * sin(x);
}

static double steps(void *owner, double x)
{
    (void)owner;
    return floor(x);
}

static double steep(void *owner, double x)
{
    (void)owner;
    return exp(1e3 * x);
}

static numeric_slope assert_slope(slope_function *f, double at, double wanted)
{
    numeric_slope s = slope_estimate(f, NULL, at);
    double scale = fmax(1, fabs(wanted));
    assert_int_equal(s.kind, SLOPE_SMOOTH);
    assert_true(slope_agrees(&s, wanted, fabs(wanted)));
    assert_false(slope_agrees(&s, wanted + 1e-4 * scale, scale));
    assert_true(fabs(s.slope - wanted) <= s.expected + 1e-8 * scale);
    return s;
}

static void slopes_of_smooth_functions_are_close(void **state)
{
    (void)state;
    numeric_slope s = assert_slope(sine, 1, cos(1));
    assert_close(s.slope, cos(1), 1e-11);
    assert_close(s.step, 1e-4, 1e-12);
    assert_slope(sine, 1e6, cos(1e6));
    assert_slope(sine, 2.7e-17, 1);
    assert_slope(rapid_sine, 0, 1e6);
    assert_slope(logarithm, 1e-8, 1e8);
    assert_slope(steep, 0.1, 1e3 * exp(1e2));
}

static void an_error_that_is_expected_is_allowed(void **state)
{
    (void)state;
    const numeric_slope s = {SLOPE_SMOOTH, 1, 1e-3, 1e-4, 1, 1};
    assert_true(slope_agrees(&s, 1 + 9e-3, 1));
    assert_false(slope_agrees(&s, 1 + 0.02, 1));
}

static void a_kink_is_seen_and_any_slope_between_its_sides_agrees(void **state)
{
    (void)state;
    numeric_slope s = slope_estimate(distance, NULL, 0);
    assert_int_equal(s.kind, SLOPE_KINK);
    assert_close(s.left, 2, 1e-3);
    assert_close(s.right, 4, 1e-3);
    assert_true(slope_agrees(&s, 3, 1) && slope_agrees(&s, 2.5, 1));
    assert_false(slope_agrees(&s, 1.5, 1) || slope_agrees(&s, 4.5, 1));
    assert_true(slope_error(&s, 2.5) == 0 && slope_error(&s, 5) > 0.9);
}

static void a_kink_beside_the_point_is_seen_too(void **state)
{
    (void)state;
    numeric_slope s = slope_estimate(distance, NULL, 1e-5);
    assert_int_equal(s.kind, SLOPE_KINK);
    assert_close(s.slope, 1 + 3 * cos(1e-5), 1e-7); /* by a smaller step */
    assert_true(s.step < 1e-5);
}

static void a_curve_is_no_kink(void **state)
{
    (void)state;
    for (double x = -3; x <= 3; x += 0.0625) {
        assert_int_equal(slope_estimate(sine, NULL, x).kind, SLOPE_SMOOTH);
        assert_int_equal(slope_estimate(rapid_sine, NULL, x).kind, SLOPE_SMOOTH);
        assert_int_equal(slope_estimate(steep, NULL, x / 10).kind, SLOPE_SMOOTH);
    }
}

static void jumps_and_edges_have_slopes(void **state)
{
    (void)state;
    numeric_slope s = slope_estimate(steps, NULL, 2);
    assert_int_equal(s.kind, SLOPE_JUMP);
    assert_true(slope_agrees(&s, 0, 0));
    s = slope_estimate(root, NULL, 0);
    assert_int_equal(s.kind, SLOPE_SIDED);
    assert_true(slope_agrees(&s, INFINITY, 1) && !slope_agrees(&s, 1, 1));
    s = slope_estimate(cube_root, NULL, 0);
    assert_true(slope_agrees(&s, INFINITY, 1));
    s = slope_estimate(logarithm, NULL, -1);
    assert_int_equal(s.kind, SLOPE_NONE);
    assert_false(slope_agrees(&s, NAN, 1) || slope_agrees(&s, -1, 1));
}

/* ---- Gradients ---- */

static gradcheck_variable check_by(fixture *f, const char *text, const char *by)
{
    node_id root = fixture_build(f, text), wrt = fixture_build(f, by);
    gradcheck made = {.of = text};
    assert_true(gradcheck_all(&f->builder, root, &wrt, 1, &made));
    assert_int_equal(made.variables.count, 1);
    assert_int_equal(made.ok, made.variables.items[0].ok);
    return made.variables.items[0];
}

static void gradients_agree_to_ten_digits(void **state)
{
    (void)state;
    static const char *const texts[] = {"x*y + x/y",      "exp(x*y)*sin(x)", "tanh(x)^2",
                                        "log(1 + x^2*y)", "x^y + y^x",       "erf(x)/x"};
    fixture f;
    fixture_open(&f);
    fixture_leaf(&f, "x", 0.7, LEAF_INPUT);
    fixture_leaf(&f, "y", 1.3, LEAF_INPUT);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        gradcheck_variable v = check_by(&f, texts[i], "x");
        assert_true(v.ok && v.compared && !v.kink);
        assert_true(v.abs_error < 1e-10 && v.rel_error < 1e-10);
        assert_true(v.there.expected < 1e-9);
    }
    fixture_close(&f);
}

/* relu(x) - relu(-x) is x: no difference shows the kink at 0, where both slopes are
 * chosen. */
static void a_kink_that_was_hit_passes(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    fixture_leaf(&f, "x", 0, LEAF_INPUT);
    gradcheck_variable v = check_by(&f, "relu(x) - relu(-x)", "x");
    assert_true(v.ok && v.kink);
    v = check_by(&f, "max(x, x^2)", "x");
    assert_true(v.ok && v.kink);
    v = check_by(&f, "sin(x)", "x");
    assert_true(v.ok && !v.kink);
    fixture_close(&f);
}

static void varied_leaves_do_not_touch_the_session(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    fixture_leaf(&f, "x", 2, LEAF_INPUT);
    fixture_leaf(&f, "y", 3, LEAF_INPUT);
    node_id root = fixture_build(&f, "x^2*y"), x = fixture_build(&f, "x");
    variation v = vary_start(f.builder.arena, f.builder.run, &root, 1);
    double *entry = vary_leaf(&v, x, NULL);
    assert_same_number(*entry, 2);
    *entry = 5;
    assert_true(vary_compute(&v));
    assert_same_number(vary_value(&v, 0).entries[0], 75);
    assert_true(run_compute(f.builder.run, &root, 1));
    assert_same_number(run_number(f.builder.run, root), 12);
    fixture_close(&f);
}

/* ---- Digits ---- */

static literal_digits digits_in(fixture *f, const char *text)
{
    tree t;
    assert_true(parse_expression(&f->parser, text, &t));
    return digits_of(&f->arena, &t);
}

static void digits_are_counted_as_written(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int digits, decimals;
    } cases[] = {{"0.77", 2, 2},    {"0.770", 3, 3}, {"-0.065", 2, 3}, {"0.001595", 4, 6},
                 {"12.30", 4, 2},   {"1e-3", 1, 3},  {"12e2", 2, -2},  {"1.50e-3", 3, 5},
                 {"(+0.00)", 2, 2}, {".5", 1, 1}};
    fixture f;
    fixture_open(&f);
    assert_int_equal(digits_in(&f, "0e9").rounded, 0); /* as exact as 0 */
    assert_int_equal(digits_in(&f, "0e-3").most_decimals, 3);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        literal_digits d = digits_in(&f, cases[i].text);
        assert_true(d.any && d.whole && d.rounded == 1);
        assert_int_equal(d.fewest_digits, cases[i].digits);
        assert_int_equal(d.most_decimals, cases[i].decimals);
    }
    fixture_close(&f);
}

static void assert_half_units(fixture *f, const char *text, const double *wanted)
{
    literal_digits d = digits_in(f, text);
    node_id root;
    assert_true(build_tree(&f->builder, &d.half_units, &root));
    assert_true(run_compute(f->builder.run, &root, 1));
    tensor t = run_value(f->builder.run, root);
    for (size_t i = 0; i < shape_count(&t.shape); i++)
        if (wanted[i] < 0)
            assert_true(t.entries[i] < 0);
        else
            assert_close(t.entries[i], wanted[i], 1e-12);
}

static void half_units_stand_where_the_entries_do(void **state)
{
    (void)state;
    fixture f;
    fixture_open(&f);
    fixture_leaf(&f, "x", 2, LEAF_INPUT);
    assert_half_units(&f, "0.25", (double[]){0.005});
    assert_half_units(&f, "-[0.2, 3, -0.001]", (double[]){0.05, NAN, 0.0005});
    assert_half_units(&f, "[0.2, 3; 1e3, 4.00]'", (double[]){0.05, 500, NAN, 0.005});
    assert_half_units(&f, "[[0.2, 3], [0.25, 4]]", (double[]){0.05, NAN, 0.005, NAN});
    assert_half_units(&f, "[x - 1, 0.5, 2*0.5]", (double[]){-1, 0.05, -1});
    assert_false(digits_in(&f, "[x, 0.5]").whole);
    assert_false(digits_in(&f, "1/2").any);
    assert_false(digits_in(&f, "x").any);
    fixture_close(&f);
}

/* ---- Sessions ---- */

static void checks_at_a_prompt_do_not_count(void **state)
{
    (void)state;
    talk t;
    talk_open(&t, false);
    talk_type(&t, "check 1 == 2");
    assert_non_null(strstr(t.results, "yours 1, right 2"));
    assert_int_equal(nabla_failed_checks(t.nabla), 0);
    talk_run(&t, "check 1 == 2");
    assert_int_equal(nabla_failed_checks(t.nabla), 1);
    talk_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slopes_of_smooth_functions_are_close),
        cmocka_unit_test(an_error_that_is_expected_is_allowed),
        cmocka_unit_test(a_kink_is_seen_and_any_slope_between_its_sides_agrees),
        cmocka_unit_test(a_kink_beside_the_point_is_seen_too),
        cmocka_unit_test(a_curve_is_no_kink),
        cmocka_unit_test(jumps_and_edges_have_slopes),
        cmocka_unit_test(gradients_agree_to_ten_digits),
        cmocka_unit_test(a_kink_that_was_hit_passes),
        cmocka_unit_test(digits_are_counted_as_written),
        cmocka_unit_test(half_units_stand_where_the_entries_do),
        cmocka_unit_test(checks_at_a_prompt_do_not_count),
        cmocka_unit_test(varied_leaves_do_not_touch_the_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
