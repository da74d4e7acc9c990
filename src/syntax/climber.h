/* What the files share that turn runs into trees: climb.c ranks operators, operands.c
 * writes what stands between them. */
#ifndef NABLA_SYNTAX_CLIMBER_H
#define NABLA_SYNTAX_CLIMBER_H

#include "syntax/climb.h"

/* An operator that waits for its right operand. */
typedef struct waiting {
    op_id op;
    span where; /* of its sign; empty for a juxtaposition */
    bool juxtaposed;
} waiting;

/* An operand that was written: the text it covers. */
typedef struct extent {
    span where;
    bool plain_number; /* a literal, so that a name right behind it multiplies */
} extent;

typedef struct climber {
    parser *p;
    tree_writer tree;
    ARRAY(waiting) operators;
    ARRAY(extent) operands;
    size_t indexed; /* position of the root that `end` refers to */
    uint32_t place; /* and the axis, see tree_node */
    bool in_index;  /* what is being written stands in an index */
    bool in_matrix; /* or in a matrix literal */
} climber;

span span_join(span a, span b);

/* The extents of operands that were written and not yet used. */
extent climber_pop(climber *c);
void climber_push(climber *c, span where, bool plain_number);

/* Some of the text, for messages; what is long is elided. */
const char *climber_slice(const climber *c, span where);

/* Whether the name is a variable with a meaning, or a parameter. */
bool climber_has_meaning(const climber *c, const char *name, size_t length);

/* Reads the superscript digits that `text` begins with; returns their bytes. */
size_t climber_superscript(const char *text, double *value);

/* Two operands side by side: apart, or a number and a name below a fraction bar or in an
 * exponent. Perhaps a word at the beginning or in between is misspelt, or a function
 * lacks its brackets. Always false. */
bool climber_complain_apart(climber *c, span left, span right);
bool climber_complain_below(climber *c, span left, span right);
bool climber_complain_exponent(climber *c, span left, span right);

/* False, with a diagnostic, where the quotient is d(f)/dx or d/dx(f). */
bool climber_complain_differentials(climber *c, span above, span below);

/* Writes the tree of a run; `tag` is its tag from `run` on. Leaves its extent. */
bool climber_run(climber *c, const mpc_ast_t *run, const char *tag);

/* The same for a run inside a bracket, whose extent it takes off. */
bool climber_inner(climber *c, const mpc_ast_t *run, span *where);

/* Writes one operand; `tag` is its tag behind `operand`. */
bool climber_operand(climber *c, const mpc_ast_t *operand, const char *tag, span *where);

/* Writes parts `from` to `end` of a run, which make an expression by themselves. With
 * `signed_first` the first one is a + or - that is read as a sign. */
bool climber_parts(climber *c, const mpc_ast_t *run, int from, int end,
                   bool signed_first);

/* Writes a matrix literal. */
bool climber_matrix(climber *c, const mpc_ast_t *matrix, span *where);

/* Writes what stands in the brackets behind the operand that was written last. */
bool climber_index(climber *c, const mpc_ast_t *index);

/* The text that a part of mpc's tree covers. */
span part_span(const mpc_ast_t *part);

/* Whether the operand is a literal. */
bool climber_is_number(const char *tag);

#endif
