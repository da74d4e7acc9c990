/* See support.h. */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Comparing numbers ---- */

bool numbers_agree(double got, double wanted, double tolerance)
{
    if (isnan(wanted) || isnan(got))
        return isnan(wanted) && isnan(got);
    if (isinf(wanted) || isinf(got))
        return got == wanted;
    return fabs(got - wanted) <= tolerance * fmax(1, fabs(wanted));
}

void assert_close_at(double got, double wanted, double tolerance, const char *what,
                     const char *file, int line)
{
    if (numbers_agree(got, wanted, tolerance))
        return;
    print_error("%s is %.17g, wanted %.17g within %g\n", what, got, wanted, tolerance);
    _fail(file, line);
}

void assert_same_number_at(double got, double wanted, const char *what, const char *file,
                           int line)
{
    bool same =
        isnan(wanted) ? isnan(got) : got == wanted && signbit(got) == signbit(wanted);
    if (same)
        return;
    print_error("%s is %.17g, wanted %.17g\n", what, got, wanted);
    _fail(file, line);
}

/* ---- Random numbers ---- */

/* splitmix64. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number
 * generators" (2014). */
uint64_t dice_bits(dice *d)
{
    d->state += 0x9E3779B97F4A7C15u;
    uint64_t z = d->state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

double dice_between(dice *d, double low, double high)
{
    double unit = (double)(dice_bits(d) >> 11) * 0x1p-53;
    return low + (high - low) * unit;
}

size_t dice_below(dice *d, size_t count)
{
    return (size_t)(dice_bits(d) % count);
}

/* ---- Shapes ---- */

bool shapes_fit(shape_rule *rule, const shape *operands, size_t count, shape *result)
{
    tensor values[OP_MAX_OPERANDS];
    assert_true(count <= OP_MAX_OPERANDS);
    for (size_t k = 0; k < count; k++)
        values[k] = (tensor){operands[k], NULL};
    return operands_fit(rule, values, count, result);
}

bool operands_fit(shape_rule *rule, const tensor *operands, size_t count, shape *result)
{
    shape_call call = {.operands = operands, .count = count};
    bool fine = rule(&call);
    assert_false(fine && call.problem != NULL);
    *result = call.result;
    return fine;
}

/* ---- Modules without a session ---- */

static node_id variable_node(void *owner, symbol name)
{
    const fixture *f = owner;
    for (size_t i = f->variable_count; i-- > 0;)
        if (f->variables[i].name == name)
            return f->variables[i].node;
    return NODE_NONE;
}

static const function *function_of(void *owner, symbol name)
{
    const fixture *f = owner;
    for (size_t i = f->function_count; i-- > 0;)
        if (f->functions[i].name == name)
            return &f->functions[i];
    return NULL;
}

/* A function of the fixture follows variables where its body names one. */
static bool follows_variables(void *owner, const function *f)
{
    for (size_t i = 0; i < f->body.count; i++)
        if (f->body.nodes[i].kind == TREE_NAME &&
            variable_node(owner, f->body.nodes[i].as.name) != NODE_NONE)
            return true;
    return false;
}

/* The leaves of the fixture keep their values. */
static void decides_shape(void *owner, int32_t leaf)
{
    (void)owner;
    (void)leaf;
}

static void take_note(void *owner, const char *message)
{
    fixture *f = owner;
    f->note = message;
}

/* The fixture has no prelude. */
static const function *predefined_function(void *owner, symbol name, size_t count)
{
    (void)owner;
    (void)name;
    (void)count;
    return NULL;
}

static bool is_variable(void *owner, symbol name)
{
    return variable_node(owner, name) != NODE_NONE;
}

static const char *similar_function(void *owner, symbol name)
{
    (void)owner;
    (void)name;
    return NULL;
}

static const double *leaf_entries(const void *owner, int32_t number)
{
    const fixture *f = owner;
    return f->leaf_entries[number];
}

void fixture_open(fixture *f)
{
    enum { BLOCK = 1 << 14 };
    *f = (fixture){0};
    arena_init(&f->arena, &f->limits, BLOCK);
    symbols_init(&f->symbols, &f->arena);
    graph_init(&f->graph, &f->arena);
    f->why.arena = &f->arena;
    f->parser = (parser){.grammar = grammar_define(&f->arena),
                         .names = &f->symbols,
                         .arena = &f->arena,
                         .why = &f->why};
    run_init(&f->run, &f->graph, &f->arena, leaf_entries, f);
    f->scope = (scope){.owner = f,
                       .variable = variable_node,
                       .function = function_of,
                       .predefined = predefined_function,
                       .note = take_note,
                       .decides_shape = decides_shape,
                       .follows_variables = follows_variables,
                       .is_variable = is_variable,
                       .similar_function = similar_function};
    f->builder = (builder){.graph = &f->graph,
                           .run = &f->run,
                           .rules = rules_new(&f->arena, f->parser),
                           .scope = &f->scope,
                           .arena = &f->arena,
                           .keep = &f->arena,
                           .why = &f->why};
}

void fixture_close(fixture *f)
{
    arena_empty(&f->arena);
    assert_int_equal(f->limits.memory_used, 0);
}

void fixture_name(fixture *f, const char *name, node_id n)
{
    assert_true(f->variable_count < FIXTURE_ROOM);
    f->variables[f->variable_count].name = symbol_of(&f->symbols, name);
    f->variables[f->variable_count++].node = n;
}

static node_id add_leaf(fixture *f, const char *name, const shape *s,
                        const double *entries, leaf_kind kind)
{
    assert_true(f->leaf_count < FIXTURE_ROOM);
    f->leaf_entries[f->leaf_count] = entries;
    node_id n = graph_leaf(&f->graph, (int32_t)f->leaf_count++, kind, s);
    fixture_name(f, name, n);
    graph_name(&f->graph, n, f->variables[f->variable_count - 1].name);
    return n;
}

node_id fixture_leaf(fixture *f, const char *name, double value, leaf_kind kind)
{
    tensor number = tensor_number(&f->arena, value);
    return add_leaf(f, name, &number.shape, number.entries, kind);
}

node_id fixture_array(fixture *f, const char *name, const shape *s, const double *entries)
{
    return add_leaf(f, name, s, entries, LEAF_INPUT);
}

void fixture_function(fixture *f, const char *name, const char *first, const char *second,
                      const char *body)
{
    assert_true(f->function_count < FIXTURE_ROOM);
    named_span *parameters = ARENA_ARRAY(&f->arena, named_span, 2);
    parameters[0].name = symbol_of(&f->symbols, first);
    if (second != NULL)
        parameters[1].name = symbol_of(&f->symbols, second);
    f->functions[f->function_count++] = (function){.name = symbol_of(&f->symbols, name),
                                                   .parameters = parameters,
                                                   .count = second == NULL ? 1 : 2,
                                                   .body = fixture_parse(f, body)};
}

/* Fails the test where something was found wrong. */
static void assert_fine(const fixture *f, bool fine, const char *text)
{
    if (fine)
        return;
    fail_msg("%s: %s", text, f->why.message);
}

tree fixture_parse(fixture *f, const char *text)
{
    tree parsed;
    assert_fine(f, parse_expression(&f->parser, text, &parsed), text);
    return parsed;
}

node_id fixture_build(fixture *f, const char *text)
{
    tree parsed = fixture_parse(f, text);
    node_id root;
    assert_fine(f, build_tree(&f->builder, &parsed, &root), text);
    return root;
}

double fixture_number(fixture *f, node_id n)
{
    assert_true(run_compute(&f->run, &n, 1));
    return run_number(&f->run, n);
}

const char *fixture_name_of(const void *owner, node_id n)
{
    const fixture *f = owner;
    for (size_t i = 0; i < f->variable_count; i++)
        if (f->variables[i].node == n)
            return f->variables[i].name;
    return NULL;
}

const char *fixture_formula(fixture *f, node_id n)
{
    return formula_of(&f->arena, &f->graph, n, fixture_name_of, f);
}

/* ---- Whole sessions ---- */

static void append(char **text, size_t *length, const char *bytes, size_t count)
{
    char *grown = realloc(*text, *length + count + 1);
    if (grown == NULL)
        abort();
    memcpy(grown + *length, bytes, count);
    *text = grown;
    *length += count;
    grown[*length] = '\0';
}

static void collect(void *context, nabla_stream stream, const char *bytes, size_t length)
{
    talk *t = context;
    if (stream == NABLA_RESULTS)
        append(&t->results, &t->results_length, bytes, length);
    else
        append(&t->messages, &t->messages_length, bytes, length);
}

static void forget_output(talk *t)
{
    t->results_length = t->messages_length = 0;
    append(&t->results, &t->results_length, "", 0);
    append(&t->messages, &t->messages_length, "", 0);
}

void talk_open(talk *t, bool json)
{
    *t = (talk){0};
    forget_output(t);
    t->nabla = nabla_open(
        &(nabla_options){.write = collect, .context = t, .json = json, .unicode = true});
    if (t->nabla == NULL)
        abort();
}

void talk_close(talk *t)
{
    nabla_close(t->nabla);
    free(t->results);
    free(t->messages);
}

nabla_status talk_run(talk *t, const char *source)
{
    forget_output(t);
    t->status = nabla_run(t->nabla, "-e", source, strlen(source));
    return t->status;
}

nabla_status talk_type(talk *t, const char *source)
{
    forget_output(t);
    t->status = nabla_type(t->nabla, source, strlen(source));
    return t->status;
}

json_t *talk_json(const talk *t)
{
    json_t *lines = json_array();
    const char *at = t->results;
    while (*at != '\0') {
        size_t length = strcspn(at, "\n");
        json_t *line = json_loadb(at, length, JSON_DECODE_INT_AS_REAL, NULL);
        if (line == NULL) {
            json_decref(lines);
            return NULL;
        }
        json_array_append_new(lines, line);
        at += length + (at[length] == '\n');
    }
    return lines;
}

bool json_to_number(const json_t *j, double *value)
{
    static const struct {
        const char *text;
        double value;
    } special[] = {{"nan", NAN}, {"inf", INFINITY}, {"-inf", -INFINITY}};
    *value = NAN;
    if (json_is_number(j)) {
        *value = json_number_value(j);
        return true;
    }
    const char *text = json_string_value(j);
    for (size_t i = 0; text != NULL && i < sizeof special / sizeof *special; i++)
        if (strcmp(text, special[i].text) == 0) {
            *value = special[i].value;
            return true;
        }
    return false;
}

bool talk_number(talk *t, const char *expression, double *value)
{
    *value = NAN;
    if (talk_run(t, expression) != NABLA_FINE)
        return false;
    json_t *lines = talk_json(t);
    const json_t *last = json_array_get(lines, json_array_size(lines) - 1);
    bool found = json_to_number(json_object_get(last, "value"), value);
    json_decref(lines);
    return found;
}
