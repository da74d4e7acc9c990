/* Walks the operation table: every row is tried by what stands in it, so a new row is
 * tested before anyone writes a test for it. Prints which properties of which rows were
 * checked; a row that can be written and of which nothing could be checked fails. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array_formulas.h"

/* ---- Values by other formulas ---- */

/* What a row computes, written differently and in long double. Rows that are not listed
 * are compared with numbers made elsewhere, in tests/reference. */
typedef long double value_formula(long double a, long double b, long double c);

#define FORMULA(name, expression)                                                        \
    static long double value_##name(long double a, long double b, long double c)         \
    {                                                                                    \
        (void)a, (void)b, (void)c;                                                       \
        return expression;                                                               \
    }

#define FORMULAS(X)                                                                      \
    X(COPY, a)                                                                           \
    X(PI, 4 * atanl(1))                                                                  \
    X(E, expl(1))                                                                        \
    X(INFINITY, -logl(0))                                                                \
    X(NAN, INFINITY - INFINITY)                                                          \
    X(OR, !(a == 0 && b == 0))                                                           \
    X(AND, !(a == 0 || b == 0))                                                          \
    X(NOT, !(a < 0 || a > 0))                                                            \
    X(LESS, b > a)                                                                       \
    X(LESS_EQUAL, !(a > b))                                                              \
    X(GREATER, b < a)                                                                    \
    X(GREATER_EQUAL, !(a < b))                                                           \
    X(EQUAL, !(a < b || a > b))                                                          \
    X(NOT_EQUAL, a<b || a> b)                                                            \
    X(PLUS, a - -b)                                                                      \
    X(MINUS, -(b - a))                                                                   \
    X(SCALE, a / (1 / b))                                                                \
    X(TIMES, a / (1 / b))                                                                \
    X(DIVIDE, a *(1 / b))                                                                \
    X(UNDER, b *(1 / a))                                                                 \
    X(OVER, a *(1 / b))                                                                  \
    X(NEGATIVE, 0 - a)                                                                   \
    X(POSITIVE, a)                                                                       \
    X(POWER, expl(b *logl(a)))                                                           \
    X(DOT_POWER, expl(b *logl(a)))                                                       \
    X(POW, expl(b *logl(a)))                                                             \
    X(EXP, coshl(a) + sinhl(a))                                                          \
    X(LOG, 2 * atanhl((a - 1) / (a + 1)))                                                \
    X(LOG2, logl(a) / logl(2))                                                           \
    X(LOG10, logl(a) / logl(10))                                                         \
    X(LOG1P, logl(1 + a))                                                                \
    X(EXPM1, expl(a) - 1)                                                                \
    X(SQRT, powl(a, 0.5L))                                                               \
    X(ABS, a < 0 ? -a : a)                                                               \
    X(SIGN, a < 0 ? -1 : 1)                                                              \
    X(FLOOR, a - fmodl(a, 1) - (a < 0))                                                  \
    X(CEIL, a - fmodl(a, 1) + (a > 0))                                                   \
    X(ROUND, floorl(a + 0.5L))                                                           \
    X(SIN, cosl(a - 2 * atanl(1)))                                                       \
    X(COS, 1 - 2 * powl(sinl(a / 2), 2))                                                 \
    X(TAN, sinl(a) / cosl(a))                                                            \
    X(ASIN, atanl(a / sqrtl(1 - a * a)))                                                 \
    X(ACOS, 2 * atanl(sqrtl((1 - a) / (1 + a))))                                         \
    X(ATAN, asinl(a / sqrtl(1 + a * a)))                                                 \
    X(SINH, (expl(a) - expl(-a)) / 2)                                                    \
    X(COSH, (expl(a) + expl(-a)) / 2)                                                    \
    X(TANH, 1 - 2 / (expl(2 * a) + 1))                                                   \
    X(SIGMOID, (1 + tanhl(a / 2)) / 2)                                                   \
    X(RELU, (a + fabsl(a)) / 2)                                                          \
    X(LEAKY_RELU, (a + fabsl(a)) / 2 + b * (a - fabsl(a)) / 2)                           \
    X(ELU, a < 0 ? b * (expl(a) - 1) : a)                                                \
    X(GELU, a *(1 + erfl(a / sqrtl(2))) / 2)                                             \
    X(SOFTPLUS, logl(1 + expl(a)))                                                       \
    X(SILU, a / (1 + expl(-a)))                                                          \
    X(ERF, 1 - erfcl(a))                                                                 \
    X(SQUARE, powl(a, 2))                                                                \
    X(MAX, (a + b + fabsl(a - b)) / 2)                                                   \
    X(MIN, (a + b - fabsl(a - b)) / 2)                                                   \
    X(ATAN2, 2 * atanl(a / (hypotl(a, b) + b)))                                          \
    X(HYPOT, sqrtl(a *a + b * b))                                                        \
    X(MOD, a - b * floorl(a / b))                                                        \
    X(WHERE, a<0 || a> 0 ? b : c)                                                        \
    X(XLOGY, logl(powl(b, a)))

FORMULAS(FORMULA)

static const struct {
    const char *name;
    value_formula *of;
} formulas[] = {
#define ENTRY(name, expression) {#name, value_##name},
    FORMULAS(ENTRY)};

static value_formula *formula_for(const char *name)
{
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++)
        if (strcmp(formulas[i].name, name) == 0)
            return formulas[i].of;
    return NULL;
}

static void check_value(row_trial *t)
{
    value_formula *of = formula_for(t->row->name);
    if (of == NULL)
        return;
    for (size_t i = 0; i < ROW_SAMPLES; i++) {
        double at[OP_MAX_OPERANDS] = {0};
        row_sample(t->row, i, at);
        const char *asked = t->row->form == FORM_CONSTANT ? t->row->spelling : "out";
        double got = row_at(t, at, asked);
        double wanted = (double)of(at[0], at[1], at[2]);
        row_record(t->verdict, ROW_VALUE, numbers_agree(got, wanted, 1e-14),
                   "%s of %.17g, %.17g, %.17g is %.17g, wanted %.17g", t->row->spelling,
                   at[0], at[1], at[2], got, wanted);
    }
}

/* ---- Fields ---- */

/* One that takes any number of operands, as a block does: they share one rule. */
static bool is_variadic(const operation *row)
{
    return row->array != NULL && row->arity == 0;
}

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* Whether `name` is known of the parts of a row that joins them: the rows and columns of
 * the part at hand in a matrix, its number in a stack. */
static bool is_of_part(const operation *row, const char *name)
{
    static const char *const in_matrix[] = {"i", "j"}, *const in_stack[] = {"k"};
    if (row->array == array_block || row->array == array_concat)
        return is_one_of(name, in_matrix, 2);
    return row->array == array_stack && is_one_of(name, in_stack, 1);
}

/* Whether a rule may name it: an operand that the row has, out, or a predefined number;
 * in a pull rule the upstream too, and what is known of the part at hand. */
static bool may_be_named(const operation *row, const char *name, bool pull)
{
    static const char *const operands[OP_MAX_OPERANDS] = {"a", "b", "c", "d"};
    if (is_one_of(name, operands, row->arity) || strcmp(name, "out") == 0)
        return true;
    if (pull && (strcmp(name, "up") == 0 || is_of_part(row, name)))
        return true;
    return op_find(FORM_CONSTANT, name, strlen(name)) != OP_NONE;
}

static bool node_fits_rule(const operation *row, const tree_node *n, bool pull)
{
    switch ((tree_kind)n->kind) {
    case TREE_NUMBER:
    case TREE_OPERATION:
        return true;
    case TREE_INDEX:
        return pull && n->arity == 3; /* rows and columns, as the builder fills in */
    case TREE_NAME:
        return may_be_named(row, n->as.name, pull);
    case TREE_CALL:
        return op_called(n->as.name, n->arity, n->keyword) != OP_NONE;
    case TREE_PARTIAL:
    case TREE_MATRIX:
    case TREE_RANGE:
    case TREE_ALL:
    case TREE_END:
    case TREE_TEXT:
    case TREE_VALUE:
    case TREE_VERBATIM:
        return false;
    }
    return false;
}

static void check_rule(fixture *f, const operation *row, const char *rule,
                       const char *what, row_verdict *v)
{
    tree parsed;
    f->why = (diagnostic){.arena = &f->arena};
    bool fine = parse_expression(&f->parser, rule, &parsed);
    row_record(v, ROW_FIELDS, fine, "%s: the rule %s, %s, does not parse: %s", row->name,
               what, rule, fine ? "" : f->why.message);
    bool pull = strcmp(what, "pull") == 0;
    for (size_t i = 0; fine && i < parsed.count; i++)
        row_record(v, ROW_FIELDS, node_fits_rule(row, &parsed.nodes[i], pull),
                   "%s: the rule %s, %s, names what a rule does not know", row->name,
                   what, rule);
}

/* An operand of a row on whole arrays: it has a pull rule, or gives its shape alone, or
 * its value decides the shape. */
static void check_array_operand(fixture *f, const operation *row, size_t k,
                                row_verdict *v)
{
    bool none = row_has_no_gradient(row, k);
    row_record(v, ROW_FIELDS, (row->pull[k] != NULL) != none,
               "%s: operand %zu has either a pull rule or no gradient", row->name, k + 1);
    row_record(v, ROW_FIELDS, row->local[k] == NULL,
               "%s: operand %zu has a slope, but entries mix", row->name, k + 1);
    if (row->pull[k] != NULL)
        check_rule(f, row, row->pull[k], "pull", v);
    if (row->runs[k] != NULL)
        check_rule(f, row, row->runs[k], "pull", v);
}

/* Whether a text for people names operands that the row has alone, or %out. */
static bool names_operands(const operation *row, const char *text)
{
    for (const char *at = strchr(text, '%'); at != NULL; at = strchr(at + 1, '%')) {
        bool operand = at[1] >= 'a' && at[1] < 'a' + (char)row->arity;
        bool part = row->arity == 0 && at[1] == 'a';
        if (strncmp(at + 1, "out", 3) != 0 && !operand && !part)
            return false;
    }
    return true;
}

static void check_reason(const operation *row, size_t k, row_verdict *v)
{
    bool pulls = row->pull[k] != NULL;
    const char *reasons[] = {row->reason[k], row->vector_reason[k],
                             row->number_reason[k]};
    row_record(v, ROW_FIELDS, pulls == (reasons[0] != NULL),
               "%s: operand %zu has a reason just where it has a pull rule", row->name,
               k + 1);
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i] != NULL)
            row_record(v, ROW_FIELDS, names_operands(row, reasons[i]),
                       "%s: the reason for operand %zu names what is not there: %s",
                       row->name, k + 1, reasons[i]);
}

static void check_latex(const operation *row, row_verdict *v)
{
    if (row->latex == NULL)
        return;
    int open = 0;
    for (const char *at = row->latex; *at != '\0' && open >= 0; at++)
        open += (*at == '{') - (*at == '}');
    row_record(v, ROW_FIELDS, open == 0 && names_operands(row, row->latex),
               "%s: %s is not LaTeX of its operands", row->name, row->latex);
}

static void check_operand_fields(fixture *f, const operation *row, size_t k,
                                 row_verdict *v)
{
    if (row->halves != OP_NONE)
        return; /* what it is made of has rules */
    if (row->array != NULL) {
        check_array_operand(f, row, k, v);
        return;
    }
    row_record(v, ROW_FIELDS, row->local[k] != NULL, "%s: operand %zu has no local rule",
               row->name, k + 1);
    row_record(v, ROW_FIELDS, row->pull[k] == NULL && !row_has_no_gradient(row, k),
               "%s: operand %zu has a rule of arrays", row->name, k + 1);
    row_record(v, ROW_FIELDS, row->sample[k].low < row->sample[k].high,
               "%s: operand %zu has no sample interval", row->name, k + 1);
    if (row->local[k] != NULL)
        check_rule(f, row, row->local[k], "local", v);
    if (row->runs[k] != NULL)
        check_rule(f, row, row->runs[k], "runs", v);
    if (row->kink.when == NULL)
        return;
    row_record(v, ROW_FIELDS, row->kink.adds[k] != NULL,
               "%s: the kink adds nothing for operand %zu", row->name, k + 1);
    if (row->kink.adds[k] != NULL)
        check_rule(f, row, row->kink.adds[k], "kink.adds", v);
}

static void check_kink_fields(fixture *f, const operation *row, row_verdict *v)
{
    if (row->kink.when == NULL)
        return;
    row_record(v, ROW_FIELDS, row->kink.says != NULL, "%s: the kink says nothing",
               row->name);
    row_record(v, ROW_FIELDS, strstr(row->kink.when, " == ") != NULL,
               "%s: the condition of the kink is no equation", row->name);
    check_rule(f, row, row->kink.when, "kink.when", v);
}

/* Each spelling leads to the row, or to an earlier one that shares it. */
static void check_spelling(op_id op, const char *spelling, row_verdict *v)
{
    op_id found = op_find(op_row(op)->form, spelling, strlen(spelling));
    while (found != OP_NONE && found != op)
        found = op_next_alike(found);
    row_record(v, ROW_FIELDS, found == op, "%s: %s does not lead to it", op_row(op)->name,
               spelling);
}

static void check_spellings(op_id op, row_verdict *v)
{
    const operation *row = op_row(op);
    row_record(v, ROW_FIELDS, row->spelling != NULL, "%s: no spelling", row->name);
    row_record(v, ROW_FIELDS, row->rank != RANK_NONE, "%s: no rank", row->name);
    if (row->spelling == NULL)
        return;
    check_spelling(op, row->spelling, v);
    for (size_t i = 0; i < OP_MAX_ALIASES && row->alias[i] != NULL; i++)
        check_spelling(op, row->alias[i], v);
}

static void check_optional(const operation *row, row_verdict *v)
{
    if (row->optional == NULL)
        return;
    char *end;
    strtod(row->optional, &end);
    row_record(v, ROW_FIELDS, *end == '\0' && end != row->optional,
               "%s: the optional operand, %s, is no number", row->name, row->optional);
    row_record(v, ROW_FIELDS, row->arity > 1,
               "%s: nothing is left but the optional operand", row->name);
}

static void check_fields(op_id op, row_verdict *v)
{
    const operation *row = op_row(op);
    if (row->form != FORM_NONE)
        check_spellings(op, v);
    if (row->form == FORM_CONSTANT || op == OP_NONE || op == OP_LEAF || op == OP_CONST)
        return;
    bool variadic = is_variadic(row);
    row_record(v, ROW_FIELDS,
               variadic || (row->arity >= 1 && row->arity <= OP_MAX_OPERANDS),
               "%s: %zu operands", row->name, row->arity);
    int ways = (row->kernel != NULL) + (row->array != NULL) + (row->halves != OP_NONE);
    row_record(v, ROW_FIELDS, ways == 1, "%s: not one way to compute", row->name);
    row_record(v, ROW_FIELDS, variadic || row->shape != NULL, "%s: no shape rule",
               row->name);
    row_record(v, ROW_FIELDS, row->says != NULL && names_operands(row, row->says),
               "%s: says nothing, or names what is not there", row->name);
    fixture f;
    fixture_open(&f);
    for (size_t k = 0; k < (variadic ? 1 : row->arity); k++) {
        check_operand_fields(&f, row, k, v);
        check_reason(row, k, v);
    }
    check_latex(row, v);
    check_kink_fields(&f, row, v);
    check_optional(row, v);
    fixture_close(&f);
}

/* ---- Rows ---- */

static row_verdict verdicts[OP_COUNT];

/* Links that say more than others would have to be needed. */
static void check_tightness(const operation *row, row_verdict *v)
{
    const op_links tighter[] = {LINKS_SAME, LINKS_PRODUCT, LINKS_LINE};
    for (size_t i = 0; i < sizeof tighter / sizeof *tighter; i++)
        row_record(v, ROW_ARRAY_VALUE,
                   row->links == tighter[i] || v->linked_beyond[tighter[i]] == 0 ||
                       v->depending_beyond[tighter[i]] > 0,
                   "%s: links entries of which none depends on the other", row->name);
}

static void check_row(op_id op, row_verdict *v)
{
    check_fields(op, v);
    if (v->failed[ROW_FIELDS] > 0)
        return; /* there is nothing to go on with */
    row_trial t;
    if (row_trial_open(&t, op, v)) {
        check_value(&t);
        row_check_gradient(&t, false);
        row_check_second(&t, false);
        row_check_kink(&t);
        row_check_runs(&t);
    }
    row_trial_close(&t);
    const operation *row = op_row(op);
    array_formula *formula = array_formula_for(row->name);
    if (formula == NULL)
        formula = matrix_formula_for(row->name);
    row_record(v, ROW_FIELDS, row->array == NULL || formula != NULL,
               "%s: there is no formula to compare its values with", row->name);
    row_check_arrays(op, formula, v, false);
    check_tightness(row, v);
}

static bool is_checked(const row_verdict *v, row_property from, row_property to)
{
    for (size_t i = from; i <= to; i++)
        if (v->passed[i] + v->failed[i] > 0)
            return true;
    return false;
}

static void test_row(void **state)
{
    const op_id *op = *state;
    row_verdict *v = &verdicts[*op];
    check_row(*op, v);
    if (row_failures(v) > 0)
        fail_msg("%zu failed, the first: %s", row_failures(v), v->first_failure);
    const operation *row = op_row(*op);
    if (row->form != FORM_NONE && !row_is_beyond_numbers(*op) &&
        !is_checked(v, ROW_VALUE, ROW_RUNS))
        fail_msg("%s can be written, but nothing could be checked of it", row->name);
    for (row_property p = ROW_ARRAY_VALUE; p <= ROW_ARRAY_SECOND; p++)
        if ((row->kernel != NULL || row->array != NULL) && !is_checked(v, p, p))
            fail_msg("%s computes, but not all could be checked on arrays", row->name);
}

static int print_table(void **state)
{
    (void)state;
    static const char *const heads[ROW_PROPERTIES] = {"fields", "value",    "gradient",
                                                      "second", "kink",     "runs",
                                                      "arrays", "gradient", "second"};
    printf("# %-14s", "checks of row");
    for (size_t i = 0; i < ROW_PROPERTIES; i++)
        printf(" %8s", heads[i]);
    printf("\n");
    for (op_id op = OP_NONE; op < OP_COUNT; op++) {
        printf("# %-14s", op_row(op)->name);
        for (size_t i = 0; i < ROW_PROPERTIES; i++) {
            size_t done = verdicts[op].passed[i], failed = verdicts[op].failed[i];
            if (failed > 0)
                printf(" %3zu/%zu!", failed, done + failed);
            else if (done > 0)
                printf(" %8zu", done);
            else
                printf(" %8s", "-");
        }
        printf("%s\n", row_is_beyond_numbers(op) ? "  numbers do not reach it" : "");
    }
    return 0;
}

static void assert_row_exists(const char *name)
{
    for (op_id op = OP_NONE; op < OP_COUNT; op++)
        if (strcmp(op_row(op)->name, name) == 0)
            return;
    fail_msg("no row %s", name);
}

static void test_formulas_name_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++)
        assert_row_exists(formulas[i].name);
    for (size_t i = 0; array_formula_name(i) != NULL; i++)
        assert_row_exists(array_formula_name(i));
    for (size_t i = 0; matrix_formula_name(i) != NULL; i++)
        assert_row_exists(matrix_formula_name(i));
}

int main(void)
{
    static op_id ids[OP_COUNT];
    static struct CMUnitTest tests[OP_COUNT + 1];
    for (op_id op = OP_NONE; op < OP_COUNT; op++) {
        ids[op] = op;
        tests[op] = (struct CMUnitTest){
            .name = op_row(op)->name, .test_func = test_row, .initial_state = &ids[op]};
    }
    tests[OP_COUNT] = (struct CMUnitTest)cmocka_unit_test(test_formulas_name_rows);
    return _cmocka_run_group_tests("operations", tests, OP_COUNT + 1, NULL, print_table);
}
