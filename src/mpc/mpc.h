/* mpc.h: parser combinators, regular expressions and grammars as text.
 *
 * A parser (`mpc_parser_t`) is a value: basic parsers match a character, a literal or a
 * regular expression, combinators put parsers together, and `mpca_lang` builds a whole
 * set of them from the text of a grammar. Running one over an input gives either a result
 * or an error with the farthest position reached and the list of what was expected there.
 *
 * The rules are those of a parsing expression grammar: alternatives are tried in order,
 * repetition is greedy, and nothing that has succeeded is tried again differently.
 *
 * Ownership. A parser from `mpc_new` is named and retained: it can be used in many places
 * and inside its own definition, and is freed by `mpc_delete` or `mpc_cleanup`. All other
 * parsers belong to the combinator they are passed to and must be used exactly once.
 *
 * Results are ordinary heap blocks: strings are freed with `free`, trees with
 * `mpc_ast_delete` of their root, errors with `mpc_err_delete`. A tree handed out by
 * `mpc_parse` is a single block, so no part of it may be freed or reallocated by itself.
 *
 * Functions given to apply, check and fold own what they are given, run once for each
 * success of their parser (also one that is thrown away later), and should therefore be
 * pure.
 *
 * There is no global state: separate parses may run in separate threads as long as no
 * parser is being defined or deleted meanwhile. See README.md for limits and for
 * deviations. */

#ifndef NABLA_MPC_MPC_H
#define NABLA_MPC_MPC_H

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Types ---- */

/* A place in the input: byte offset, row and column, all from 0. Only a newline byte
 * starts a row; every other byte, each one of a UTF-8 sequence included, is one column.
 * Messages print row and column from 1. `term` is private to the library. */
typedef struct {
    long pos;
    long row;
    long col;
    int term;
} mpc_state_t;

/* Why a parse failed: either `failure` is a sentence of its own, or it is NULL and
 * `expected` lists what could have stood at `state`, where the character `received` was
 * found (0 at the end of the input). */
typedef struct {
    mpc_state_t state;
    int expected_num;
    char *filename;
    char *failure;
    char **expected;
    char received;
} mpc_err_t;

/* Whatever a parser yields. */
typedef void mpc_val_t;

/* The outcome of a parse; the return value of `mpc_parse` says which member is set. */
typedef union {
    mpc_err_t *error;
    mpc_val_t *output;
} mpc_result_t;

typedef struct mpc_parser_t mpc_parser_t;

typedef void (*mpc_dtor_t)(mpc_val_t *);
typedef mpc_val_t *(*mpc_ctor_t)(void);
typedef mpc_val_t *(*mpc_apply_t)(mpc_val_t *);
typedef mpc_val_t *(*mpc_apply_to_t)(mpc_val_t *, void *);
typedef int (*mpc_check_t)(mpc_val_t **);
typedef int (*mpc_check_with_t)(mpc_val_t **, void *);
typedef mpc_val_t *(*mpc_fold_t)(int, mpc_val_t **);

/* ---- Running a parser ---- */

/* Each returns 1 and sets `r->output`, which may be NULL, or returns 0 and sets
 * `r->error`. `filename` only labels messages. A parse need not reach the end of the
 * input.
 *
 * mpc_parse           a terminated string
 * mpc_nparse          at most `length` bytes; a zero byte ends the input
 * mpc_parse_file      an open, seekable stream, read to its end
 * mpc_parse_pipe      any open stream, read to its end
 * mpc_parse_contents  the file called `filename`; `Unable to open file!` if it cannot be
 */
int mpc_parse(const char *filename, const char *string, mpc_parser_t *p, mpc_result_t *r);
int mpc_nparse(const char *filename, const char *string, size_t length, mpc_parser_t *p,
               mpc_result_t *r);
int mpc_parse_file(const char *filename, FILE *file, mpc_parser_t *p, mpc_result_t *r);
int mpc_parse_pipe(const char *filename, FILE *pipe, mpc_parser_t *p, mpc_result_t *r);
int mpc_parse_contents(const char *filename, mpc_parser_t *p, mpc_result_t *r);

/* ---- Errors ---- */

/* Frees an error and everything in it; NULL is fine. */
void mpc_err_delete(mpc_err_t *e);
/* The message, ending in a newline, in a block the caller frees. */
char *mpc_err_string(mpc_err_t *e);
/* The message on standard output. */
void mpc_err_print(mpc_err_t *e);
/* The message on `f`. */
void mpc_err_print_to(mpc_err_t *e, FILE *f);

/* ---- Building parsers and their lifetime ---- */

/* A named, retained parser without a definition. */
mpc_parser_t *mpc_new(const char *name);
/* Moves the definition of the unretained `a` into `p` and frees what is left of `a`. */
mpc_parser_t *mpc_define(mpc_parser_t *p, mpc_parser_t *a);
/* Drops the definition of `p`, which can then be defined again. */
mpc_parser_t *mpc_undefine(mpc_parser_t *p);
/* A deep copy down to, not including, retained parsers; a retained `a` is returned
 * itself. */
mpc_parser_t *mpc_copy(mpc_parser_t *a);
/* Frees a parser and the unretained parsers below it. */
void mpc_delete(mpc_parser_t *p);
/* Undefines, then deletes `n` retained parsers, which may refer to each other. */
void mpc_cleanup(int n, ...);

/* ---- Basic parsers ---- */

/* One character; the result is a string of it. */
mpc_parser_t *mpc_any(void);
mpc_parser_t *mpc_char(char c);
mpc_parser_t *mpc_range(char s, char e);
mpc_parser_t *mpc_oneof(const char *s);
mpc_parser_t *mpc_noneof(const char *s);
mpc_parser_t *mpc_satisfy(int (*f)(char));
/* Exactly `s`; the empty string always matches. */
mpc_parser_t *mpc_string(const char *s);

/* Nothing, with result NULL. */
mpc_parser_t *mpc_pass(void);
/* Always fails with this message; `mpc_failf` formats it like printf. */
mpc_parser_t *mpc_fail(const char *m);
mpc_parser_t *mpc_failf(const char *fmt, ...);
/* Nothing, with result `f()`, or the pointer `x` itself each time. */
mpc_parser_t *mpc_lift(mpc_ctor_t f);
mpc_parser_t *mpc_lift_val(mpc_val_t *x);
/* Nothing, where `f(previous, next)` is true; 0 stands for either end of the input. */
mpc_parser_t *mpc_anchor(int (*f)(char, char));
/* Nothing, with the current position as a fresh `mpc_state_t`. */
mpc_parser_t *mpc_state(void);
/* Nothing, at the start or the end of the input, at the edge of a word, after a newline.
 */
mpc_parser_t *mpc_soi(void);
mpc_parser_t *mpc_eoi(void);
mpc_parser_t *mpc_boundary(void);
mpc_parser_t *mpc_boundary_newline(void);

/* ---- Combinators ---- */

/* `a`, whose errors are all replaced by `e` where it starts; `mpc_expectf` formats `e`.
 */
mpc_parser_t *mpc_expect(mpc_parser_t *a, const char *e);
mpc_parser_t *mpc_expectf(mpc_parser_t *a, const char *fmt, ...);
/* `a` with its result passed through `f`. */
mpc_parser_t *mpc_apply(mpc_parser_t *a, mpc_apply_t f);
mpc_parser_t *mpc_apply_to(mpc_parser_t *a, mpc_apply_to_t f, void *x);
/* `a` if `f` accepts its result; otherwise the result goes to `da` and the message is
 * `e`. */
mpc_parser_t *mpc_check(mpc_parser_t *a, mpc_dtor_t da, mpc_check_t f, const char *e);
mpc_parser_t *mpc_check_with(mpc_parser_t *a, mpc_dtor_t da, mpc_check_with_t f, void *x,
                             const char *e);
mpc_parser_t *mpc_checkf(mpc_parser_t *a, mpc_dtor_t da, mpc_check_t f, const char *fmt,
                         ...);
mpc_parser_t *mpc_check_withf(mpc_parser_t *a, mpc_dtor_t da, mpc_check_with_t f, void *x,
                              const char *fmt, ...);
/* Nothing, where `a` does not match. Result NULL or `lf()`. */
mpc_parser_t *mpc_not(mpc_parser_t *a, mpc_dtor_t da);
mpc_parser_t *mpc_not_lift(mpc_parser_t *a, mpc_dtor_t da, mpc_ctor_t lf);
/* `a`, or nothing with result NULL or `lf()`. */
mpc_parser_t *mpc_maybe(mpc_parser_t *a);
mpc_parser_t *mpc_maybe_lift(mpc_parser_t *a, mpc_ctor_t lf);
/* `a` repeated, at least never, once, or exactly `n` times. An `a` that matched without
 * consuming anything ends the repetition. */
mpc_parser_t *mpc_many(mpc_fold_t f, mpc_parser_t *a);
mpc_parser_t *mpc_many1(mpc_fold_t f, mpc_parser_t *a);
mpc_parser_t *mpc_count(int n, mpc_fold_t f, mpc_parser_t *a, mpc_dtor_t da);
/* One or more `a` separated by `sep`; only the results of `a` are folded. */
mpc_parser_t *mpc_sepby1(mpc_fold_t f, mpc_parser_t *sep, mpc_parser_t *a);
/* mpc_or(n, p1, ..., pn): the first that succeeds. */
mpc_parser_t *mpc_or(int n, ...);
/* mpc_and(n, f, p1, ..., pn, d1, ..., d(n-1)): all in order; di destroys a result of pi.
 */
mpc_parser_t *mpc_and(int n, mpc_fold_t f, ...);
/* `a`. A hint that `a` needs no rewinding, which is not acted upon. */
mpc_parser_t *mpc_predictive(mpc_parser_t *a);

/* ---- Common parsers ---- */

/* mpc_eoi and mpc_soi are above. White space is one of space \f \n \r \t \v.
 *
 * mpc_whitespace   one character of white space
 * mpc_whitespaces  any number of them
 * mpc_blank        any number of them, result NULL */
mpc_parser_t *mpc_whitespace(void);
mpc_parser_t *mpc_whitespaces(void);
mpc_parser_t *mpc_blank(void);
mpc_parser_t *mpc_newline(void);
mpc_parser_t *mpc_tab(void);
/* A backslash and any character, both in the result. */
mpc_parser_t *mpc_escape(void);

mpc_parser_t *mpc_digit(void);
mpc_parser_t *mpc_hexdigit(void);
mpc_parser_t *mpc_octdigit(void);
mpc_parser_t *mpc_digits(void);
mpc_parser_t *mpc_hexdigits(void);
mpc_parser_t *mpc_octdigits(void);

mpc_parser_t *mpc_lower(void);
mpc_parser_t *mpc_upper(void);
mpc_parser_t *mpc_alpha(void);
mpc_parser_t *mpc_underscore(void);
/* A letter, a digit or an underscore. */
mpc_parser_t *mpc_alphanum(void);

/* Whole numbers, result a fresh `int`; mpc_number tries the three in turn. */
mpc_parser_t *mpc_int(void);
mpc_parser_t *mpc_hex(void);
mpc_parser_t *mpc_oct(void);
mpc_parser_t *mpc_number(void);
/* Decimal numbers, result a string or a fresh `float`. */
mpc_parser_t *mpc_real(void);
mpc_parser_t *mpc_float(void);

/* Quoted 'x', "text" and /regex/, result without the quotes and with escapes as written.
 */
mpc_parser_t *mpc_char_lit(void);
mpc_parser_t *mpc_string_lit(void);
mpc_parser_t *mpc_regex_lit(void);
/* A letter or underscore, then letters, digits and underscores. */
mpc_parser_t *mpc_ident(void);

/* ---- Wrappers ---- */

/* At the start of the input, to its end, and both. `da` destroys a result of `a`. */
mpc_parser_t *mpc_startwith(mpc_parser_t *a);
mpc_parser_t *mpc_endwith(mpc_parser_t *a, mpc_dtor_t da);
mpc_parser_t *mpc_whole(mpc_parser_t *a, mpc_dtor_t da);
/* White space skipped before, after, on both sides; mpc_tok is mpc_stripr. */
mpc_parser_t *mpc_stripl(mpc_parser_t *a);
mpc_parser_t *mpc_stripr(mpc_parser_t *a);
mpc_parser_t *mpc_strip(mpc_parser_t *a);
mpc_parser_t *mpc_tok(mpc_parser_t *a);
/* mpc_tok(mpc_string(s)) */
mpc_parser_t *mpc_sym(const char *s);
/* mpc_whole(mpc_strip(a), da) */
mpc_parser_t *mpc_total(mpc_parser_t *a, mpc_dtor_t da);
/* `a` between the strings `o` and `c`; the result is that of `a`, which `ad` destroys.
 * Parens are ( ), braces < >, brackets { } and squares [ ]. */
mpc_parser_t *mpc_between(mpc_parser_t *a, mpc_dtor_t ad, const char *o, const char *c);
mpc_parser_t *mpc_parens(mpc_parser_t *a, mpc_dtor_t ad);
mpc_parser_t *mpc_braces(mpc_parser_t *a, mpc_dtor_t ad);
mpc_parser_t *mpc_brackets(mpc_parser_t *a, mpc_dtor_t ad);
mpc_parser_t *mpc_squares(mpc_parser_t *a, mpc_dtor_t ad);
/* The same, with white space skipped after `o`, `a` and `c`. */
mpc_parser_t *mpc_tok_between(mpc_parser_t *a, mpc_dtor_t ad, const char *o,
                              const char *c);
mpc_parser_t *mpc_tok_parens(mpc_parser_t *a, mpc_dtor_t ad);
mpc_parser_t *mpc_tok_braces(mpc_parser_t *a, mpc_dtor_t ad);
mpc_parser_t *mpc_tok_brackets(mpc_parser_t *a, mpc_dtor_t ad);
mpc_parser_t *mpc_tok_squares(mpc_parser_t *a, mpc_dtor_t ad);

/* ---- Functions to pass in ---- */

/* A destructor that does nothing. */
void mpcf_dtor_null(mpc_val_t *x);
/* Constructors of NULL and of a fresh empty string. */
mpc_val_t *mpcf_ctor_null(void);
mpc_val_t *mpcf_ctor_str(void);
/* Frees, and gives NULL. */
mpc_val_t *mpcf_free(mpc_val_t *x);
/* A string as a fresh number; the string is freed. */
mpc_val_t *mpcf_int(mpc_val_t *x);
mpc_val_t *mpcf_hex(mpc_val_t *x);
mpc_val_t *mpcf_oct(mpc_val_t *x);
mpc_val_t *mpcf_float(mpc_val_t *x);
/* A string with the white space at its left, right or both ends removed, in place. */
mpc_val_t *mpcf_strtriml(mpc_val_t *x);
mpc_val_t *mpcf_strtrimr(mpc_val_t *x);
mpc_val_t *mpcf_strtrim(mpc_val_t *x);

/* A string with its special characters written as escapes, or back; the argument is
 * freed. An unknown escape stays as it is. The regex pair knows only the slash, the raw
 * pairs only the quote. */
mpc_val_t *mpcf_escape(mpc_val_t *x);
mpc_val_t *mpcf_escape_regex(mpc_val_t *x);
mpc_val_t *mpcf_escape_string_raw(mpc_val_t *x);
mpc_val_t *mpcf_escape_char_raw(mpc_val_t *x);
mpc_val_t *mpcf_unescape(mpc_val_t *x);
mpc_val_t *mpcf_unescape_regex(mpc_val_t *x);
mpc_val_t *mpcf_unescape_string_raw(mpc_val_t *x);
mpc_val_t *mpcf_unescape_char_raw(mpc_val_t *x);

/* Folds: NULL; the first, second or third value, the others dropped or freed; all freed;
 * the values as strings joined together. */
mpc_val_t *mpcf_null(int n, mpc_val_t **xs);
mpc_val_t *mpcf_fst(int n, mpc_val_t **xs);
mpc_val_t *mpcf_snd(int n, mpc_val_t **xs);
mpc_val_t *mpcf_trd(int n, mpc_val_t **xs);
mpc_val_t *mpcf_fst_free(int n, mpc_val_t **xs);
mpc_val_t *mpcf_snd_free(int n, mpc_val_t **xs);
mpc_val_t *mpcf_trd_free(int n, mpc_val_t **xs);
mpc_val_t *mpcf_all_free(int n, mpc_val_t **xs);
mpc_val_t *mpcf_strfold(int n, mpc_val_t **xs);

/* ---- Regular expressions ---- */

/* Modes, to be combined with `|`: ^ and $ also match at newlines; a dot also matches one.
 */
enum {
    MPC_RE_DEFAULT = 0,
    MPC_RE_M = 1,
    MPC_RE_S = 2,
    MPC_RE_MULTILINE = 1,
    MPC_RE_DOTALL = 2
};

/* A regular expression at the current position, matched without backtracking; the result
 * is the string it matched. A malformed one always fails, with a message saying why. */
mpc_parser_t *mpc_re(const char *re);
mpc_parser_t *mpc_re_mode(const char *re, int mode);

/* ---- Syntax trees ---- */

/* A node: a leaf has `contents`, an inner node has children. The tag lists the rules that
 * matched exactly this, outermost first, and the kind of node last, separated by `|`. */
typedef struct mpc_ast_t {
    char *tag;
    char *contents;
    mpc_state_t state;
    int children_num;
    struct mpc_ast_t **children;
} mpc_ast_t;

/* A fresh node with copies of both strings, and one with `n` children and no contents. */
mpc_ast_t *mpc_ast_new(const char *tag, const char *contents);
mpc_ast_t *mpc_ast_build(int n, const char *tag, ...);
/* A new node `>` above a node of two or more children; any other node itself. */
mpc_ast_t *mpc_ast_add_root(mpc_ast_t *a);
/* Appends `a` to the children of `r` and returns `r`. */
mpc_ast_t *mpc_ast_add_child(mpc_ast_t *r, mpc_ast_t *a);
/* Puts `t` and a bar before the tag. */
mpc_ast_t *mpc_ast_add_tag(mpc_ast_t *a, const char *t);
/* Puts `t` without its last character before the tag. */
mpc_ast_t *mpc_ast_add_root_tag(mpc_ast_t *a, const char *t);
/* Replaces the tag. */
mpc_ast_t *mpc_ast_tag(mpc_ast_t *a, const char *t);
/* Sets the position. */
mpc_ast_t *mpc_ast_state(mpc_ast_t *a, mpc_state_t s);

/* Frees a whole tree; NULL is fine. */
void mpc_ast_delete(mpc_ast_t *a);
/* One line per node, indented by depth. */
void mpc_ast_print(mpc_ast_t *a);
void mpc_ast_print_to(mpc_ast_t *a, FILE *fp);

/* The first child, from index `lb` on, whose whole tag is `tag`: its index or -1. */
int mpc_ast_get_index(mpc_ast_t *ast, const char *tag);
int mpc_ast_get_index_lb(mpc_ast_t *ast, const char *tag, int lb);
/* The same, but the node or NULL. */
mpc_ast_t *mpc_ast_get_child(mpc_ast_t *ast, const char *tag);
mpc_ast_t *mpc_ast_get_child_lb(mpc_ast_t *ast, const char *tag, int lb);

typedef enum { mpc_ast_trav_order_pre, mpc_ast_trav_order_post } mpc_ast_trav_order_t;

/* A walk over a tree: the node it is at and the walk of the level above. */
typedef struct mpc_ast_trav_t {
    mpc_ast_t *curr_node;
    struct mpc_ast_trav_t *parent;
    int curr_child;
    mpc_ast_trav_order_t order;
} mpc_ast_trav_t;

/* Starts a walk over `ast`. */
mpc_ast_trav_t *mpc_ast_traverse_start(mpc_ast_t *ast, mpc_ast_trav_order_t order);
/* The next node, the root included; at the end NULL, and `*trav` is freed and NULL too.
 */
mpc_ast_t *mpc_ast_traverse_next(mpc_ast_trav_t **trav);
/* Abandons a walk and sets `*trav` to NULL. */
void mpc_ast_traverse_free(mpc_ast_trav_t **trav);

/* Whether tags, contents and children are equal; positions do not count. */
int mpc_ast_eq(mpc_ast_t *a, mpc_ast_t *b);

/* Folds of nodes into one, of a string into a leaf, of a position and a node into the
 * node with that position. */
mpc_val_t *mpcf_fold_ast(int n, mpc_val_t **as);
mpc_val_t *mpcf_str_ast(mpc_val_t *c);
mpc_val_t *mpcf_state_ast(int n, mpc_val_t **xs);

/* The functions above as parsers. The tag must outlive the parser. */
mpc_parser_t *mpca_tag(mpc_parser_t *a, const char *t);
mpc_parser_t *mpca_add_tag(mpc_parser_t *a, const char *t);
mpc_parser_t *mpca_root(mpc_parser_t *a);
mpc_parser_t *mpca_state(mpc_parser_t *a);
/* Combinators whose fold makes a tree and whose destructor is mpc_ast_delete. */
mpc_parser_t *mpca_total(mpc_parser_t *a);
mpc_parser_t *mpca_not(mpc_parser_t *a);
mpc_parser_t *mpca_maybe(mpc_parser_t *a);
mpc_parser_t *mpca_many(mpc_parser_t *a);
mpc_parser_t *mpca_many1(mpc_parser_t *a);
mpc_parser_t *mpca_count(int n, mpc_parser_t *a);
mpc_parser_t *mpca_or(int n, ...);
mpc_parser_t *mpca_and(int n, ...);

/* ---- Grammars as text ---- */

/* Flags, to be combined with `|`. Literals skip the white space after them unless the
 * grammar is whitespace sensitive. Predictive is accepted and changes nothing. */
enum {
    MPCA_LANG_DEFAULT = 0,
    MPCA_LANG_PREDICTIVE = 1,
    MPCA_LANG_WHITESPACE_SENSITIVE = 2
};

/* The trailing arguments of all of these are the retained parsers the text may mention,
 * ended by NULL.
 *
 * mpca_grammar builds a parser from the right-hand side of a rule. The others define
 * every rule of the text and return NULL, or define nothing and return an error the
 * caller deletes. A parser that has no rule in the text keeps its definition. */
mpc_parser_t *mpca_grammar(int flags, const char *grammar, ...);
mpc_err_t *mpca_lang(int flags, const char *language, ...);
mpc_err_t *mpca_lang_file(int flags, FILE *f, ...);
mpc_err_t *mpca_lang_pipe(int flags, FILE *f, ...);
mpc_err_t *mpca_lang_contents(int flags, const char *filename, ...);

#ifdef __cplusplus
}
#endif

#endif
