/* What the files share that turn trees into nodes: build.c walks the tree, call.c enters
 * functions, literal.c and matrix.c build what stands in square brackets, misfit.c says
 * what does not fit and what would, trial.c tries calls. */
#ifndef NABLA_BUILD_BUILDING_H
#define NABLA_BUILD_BUILDING_H

#include "build/build.h"
#include "build/resolve.h"
#include "syntax/print.h"

/* What a tree node is for the constant parts: parts that name no variable are computed at
 * once and become one constant each. */
typedef enum part {
    PART_VARIABLE,
    PART_INNER, /* inside a constant part */
    PART_ROOT,  /* the root of a constant part */
} part;

/* An expression that is being built: the statement's, or the body of a called function.
 */
typedef struct frame {
    tree expression;
    size_t at;              /* the tree node to be built next */
    part *parts;            /* per tree node */
    bool *part_begins;      /* per tree node: the first of a constant part */
    graph_mark part_begin;  /* where the constant part at hand begins */
    node_id *made;          /* per tree node: what was built for it, for `end` */
    const function *callee; /* NULL: the statement's own expression */
    const node_id *arguments;
    const char **argument_texts;   /* as the call has them; NULL where they are long */
    const op_rank *argument_ranks; /* of those texts */
    call_group *group;             /* of the call whose body this is */
} frame;

/* Calls nest as deep as users define them, so frames stand on a stack of our own. */
typedef struct building {
    builder *b;
    ARRAY(frame) frames;
    ARRAY(node_id) nodes; /* built and not yet used */
    bool is_trial;        /* whether it fits is all that matters, nothing is said */
    bool stretched;       /* a trial has stretched both operands of something */
} building;

frame *building_top(const building *g);

/* Where a mistake at hand is reported, and "in f: " where it is in the body of f. */
span building_span(const building *g);
const char *building_place(const building *g);

/* Whether `name` is a parameter of the function at hand, and which. */
bool building_parameter(const frame *f, symbol name, size_t *index);

/* The user's function of that name, as far as the code at hand sees it. */
const function *building_user_function(const building *g, const frame *f, symbol name);

/* Begins with another expression; the one before waits. */
void building_push_frame(building *g, frame f);

/* Builds all that waits: leaves the first expression's root as the only node. False with
 * a diagnostic. */
bool building_finish(building *g);

/* Builds an operation on the last `count` built nodes; `first` is the first row of its
 * spelling that takes so many. */
bool building_operation(building *g, op_id first, size_t count);

/* A call of the user's function, an operation or a function of the prelude, in that
 * order. Where `entered` is set the frame stays at its call until the body of the
 * function has been built. */
bool building_call(building *g, const tree_node *n, bool *entered);

/* Groups the nodes of the call at hand, until the group is closed with its result. */
call_group *building_open_group(const building *g, bool predefined);
void building_close_group(const building *g, call_group *opened, node_id result);

/* Part of the frame's expression as text, with the arguments of its call in the places of
 * the parameters, and how tightly that binds; NULL where it is long: calls of calls would
 * double it each time. */
const char *building_text(const building *g, const frame *f, size_t at,
                          print_style style);
op_rank building_rank(const frame *f, size_t at);

/* Pushes such a text, where need be turned over: a transpose too many is taken away. */
void building_push_text(tree_writer *w, const char *text, op_rank rank, bool turned);

/* That operands do not fit an operation, for the reason given or the usual one, with what
 * would fit. Always false. */
bool building_complain_operands(building *g, op_id op, const misfit *why,
                                const node_id *operands, size_t count);

/* Notes that an elementwise operation stretches all its operands, if it does. */
void building_note_stretch(building *g, op_id op, const node_id *operands, size_t count,
                           const shape *result);

/* What would fit in place of the call at hand, or of the call of the prelude whose body
 * is at hand: the same with one operand turned over, or with an axis; NULL where that
 * cannot be built. `operands` are those of the call at hand. */
const char *building_turned_call(const building *g, const node_id *operands);
const char *building_call_with_axis(const building *g, const node_id *operands);

/* The tree node at hand: a matrix literal, a range, an index, or `end`. Each takes its
 * operands off the built nodes and leaves its own. */
bool building_matrix(building *g);
bool building_range(building *g);
bool building_index(building *g);
void building_end(building *g);

/* A reduction that is built of halves, of all entries or along the axis that is its
 * second operand: leaves its result. */
void building_halves(building *g, op_id op, const node_id *operands);

#endif
