/* From a flat run of prefix operators, operands, postfix operators and infix operators to
 * a tree: precedence climbing, ranked by the operation table. */
#ifndef NABLA_SYNTAX_CLIMB_H
#define NABLA_SYNTAX_CLIMB_H

#include "syntax/parse.h"

/* What follows `rule` in a tag, "a|b" after "a" being "b"; NULL where the tag does not
 * begin with that rule. */
const char *tag_after(const char *tag, const char *rule);

/* Where the text of a leaf of mpc's tree stands. */
span leaf_span(const mpc_ast_t *leaf);

/* The name in a leaf, composed (NFC). */
named_span leaf_name(parser *p, const mpc_ast_t *leaf);

/* Writes the tree of a node of rule `run`; `where` takes the text it covers, brackets
 * included. False with a diagnostic. */
bool climb_run(parser *p, const mpc_ast_t *run, tree *parsed, span *where);

/* The same for a name with an index behind it. */
bool climb_indexed(parser *p, const mpc_ast_t *name, const mpc_ast_t *index,
                   tree *parsed);

#endif
