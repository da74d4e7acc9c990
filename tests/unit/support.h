/* What the unit tests share: comparing numbers, the modules set up for a test, and whole
 * sessions whose output is collected. */
#ifndef NABLA_UNIT_SUPPORT_H
#define NABLA_UNIT_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "build/differentiate.h"
#include "build/formula.h"
#include "build/rules.h"
#include "nabla.h"

/* ---- Comparing numbers ---- */

/* Equal to within tolerance * max(1, |wanted|); nan agrees with nan, inf with inf. */
bool numbers_agree(double got, double wanted, double tolerance);

#define assert_close(got, wanted, tolerance)                                             \
    assert_close_at((got), (wanted), (tolerance), #got, __FILE__, __LINE__)

/* The same double: 0 and -0 differ, all nan are one. */
#define assert_same_number(got, wanted)                                                  \
    assert_same_number_at((got), (wanted), #got, __FILE__, __LINE__)

void assert_close_at(double got, double wanted, double tolerance, const char *what,
                     const char *file, int line);
void assert_same_number_at(double got, double wanted, const char *what, const char *file,
                           int line);

/* ---- Random numbers, the same on every machine ---- */

typedef struct dice {
    uint64_t state;
} dice;

uint64_t dice_bits(dice *d);
/* In [low, high). */
double dice_between(dice *d, double low, double high);
/* 0 to count - 1. */
size_t dice_below(dice *d, size_t count);

/* ---- Shapes ---- */

/* Whether operands of these shapes fit, and the shape of the result. */
bool shapes_fit(shape_rule *rule, const shape *operands, size_t count, shape *result);
/* The same where entries of some decide the shape; those of others may be NULL. */
bool operands_fit(shape_rule *rule, const tensor *operands, size_t count, shape *result);

/* ---- Modules without a session ---- */

enum { FIXTURE_ROOM = 64 };

/* A graph with leaves and functions of its own, and what it takes to parse, build,
 * differentiate and run. All of it lives in one arena. */
typedef struct fixture {
    limits limits;
    arena arena;
    symbols symbols;
    graph graph;
    diagnostic why;
    parser parser;
    run run;
    scope scope;
    builder builder;
    struct {
        symbol name;
        node_id node;
    } variables[FIXTURE_ROOM];
    size_t variable_count;
    const double *leaf_entries[FIXTURE_ROOM]; /* by the number of a leaf */
    size_t leaf_count;
    function functions[FIXTURE_ROOM];
    size_t function_count;
    const char *note; /* the last one of the builder, or NULL */
} fixture;

/* In place, as its parts know where the others are. */
void fixture_open(fixture *f);
void fixture_close(fixture *f);

/* A leaf that is a number and has that name. */
node_id fixture_leaf(fixture *f, const char *name, double value, leaf_kind kind);
/* A leaf of any shape; `entries` must live as long as the fixture. */
node_id fixture_array(fixture *f, const char *name, const shape *s,
                      const double *entries);
/* Makes `name` stand for a node. */
void fixture_name(fixture *f, const char *name, node_id n);
/* A function of one or two parameters; `second` may be NULL. */
void fixture_function(fixture *f, const char *name, const char *first, const char *second,
                      const char *body);

/* The tree of an expression that parses; lives as long as the fixture. */
tree fixture_parse(fixture *f, const char *text);
/* The node of an expression that builds. */
node_id fixture_build(fixture *f, const char *text);
/* The value of a node that is a number. */
double fixture_number(fixture *f, node_id n);
/* The formula of a node in terms of the names of the fixture. */
const char *fixture_formula(fixture *f, node_id n);
/* The names of the fixture, as formula_of takes them; the owner is the fixture. */
const char *fixture_name_of(const void *owner, node_id n);

/* ---- Whole sessions ---- */

/* A session, and what the last run of a source wrote. */
typedef struct talk {
    nabla *nabla;
    char *results, *messages; /* "" where nothing was written */
    size_t results_length, messages_length;
    nabla_status status;
} talk;

/* In place, as the session knows where to write to. */
void talk_open(talk *t, bool json);
void talk_close(talk *t);

/* Runs statements as a script called "-e"; what was written before is forgotten. */
nabla_status talk_run(talk *t, const char *source);
/* Runs them as if typed at the prompt. */
nabla_status talk_type(talk *t, const char *source);

/* The lines of the last run as an array of objects, to be released with json_decref; NULL
 * where one is no JSON. */
json_t *talk_json(const talk *t);

/* The value of an expression in a JSON session. False, and nan, where it has none that is
 * a number; `results` then tells why. */
bool talk_number(talk *t, const char *expression, double *value);

/* The number in `j`, where "nan", "inf" and "-inf" are numbers. */
bool json_to_number(const json_t *j, double *value);

#endif
