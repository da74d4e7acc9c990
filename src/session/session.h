/* A session from inside: its names over its graph, and the statement that is running. */
#ifndef NABLA_SESSION_SESSION_H
#define NABLA_SESSION_SESSION_H

#include "build/rules.h"
#include "nabla.h"
#include "report/check.h"
#include "report/report.h"
#include "report/tap.h"
#include "session/commands.h"
#include "session/files.h"
#include "session/names.h"
#include "session/undo.h"
#include "syntax/split.h"
#include "tensor/random.h"

/* A name that stands for something else while one statement runs (`at`). */
typedef struct bound {
    name *name;
    meaning *before;
} bound;

/* What a name stands for when the running statement has succeeded. */
typedef struct change {
    name *name;
    pending_meaning *pending; /* NULL: nothing any more */
    bool is_answer; /* the value just shown as `ans`: no step of its own to undo */
} change;

/* How far the running statement has come; where an escape at a limit goes on. */
typedef enum stage {
    STAGE_PERFORM,
    STAGE_REPORT,
    STAGE_GIVE_UP,
    STAGE_DONE,
} stage;

/* What a claim was compared with that failed, and how often: so many hints are given. */
typedef struct hinted {
    symbol against;
    unsigned times;
} hinted;

/* A statement that is a check. What is in it outlives an escape at a limit. */
typedef struct checked {
    bool begun;
    bool ended; /* with this outcome: */
    check_outcome outcome;
    symbol label;  /* or NULL */
    double points; /* nan: none are written */
} checked;

/* Lives from the beginning of a statement to its end, as does all in `work`. */
typedef struct running {
    origin origin;
    statement_text text;
    stage stage;
    diagnostic why;
    text_buffer results;  /* written out when the statement has succeeded */
    text_buffer messages; /* notes */
    graph_mark begin;     /* where the graph ended before */
    graph_mark kept;      /* behind what names keep */
    ARRAY(name *) cached; /* names whose nodes were built by this statement */
    ARRAY(bound) bound;
    ARRAY(change) changes; /* made when the statement succeeds */
    settings settings;     /* before the statement */
    bool sets;             /* it changes them */
    bool lasting;          /* it can be undone whether or not a name changes */
    void *random;          /* where the random numbers stood; NULL: it drew none */
    bool drawn_by_names;   /* how many it drew, or from where, variables said */
    undo_step *step;       /* NULL: it makes none */
    void **step_held;      /* by what goes with the statement */
    size_t undoing;        /* how many statements to go back */
    loading *loads;        /* the file to go on in; NULL: it loads none */
    void **loads_held;     /* by what goes with the statement */
    bool quit;
    bool failed;
    checked checked;
    size_t
        hinted; /* 1 + the place in `hinted` of what a hint was given on; 0: none was */
} running;

struct nabla {
    nabla_options options;
    limits limits;
    arena arena; /* lives as long as the session */
    arena work;  /* lives as long as a statement */
    symbols symbols;
    names names;
    graph graph;
    grammar *grammar;        /* defined when first needed */
    rules *rules;            /* likewise */
    ARRAY(function) prelude; /* likewise */
    bool prelude_loaded;
    random_source *random; /* opened when first needed */
    scope scope;
    run run;              /* the values of this statement */
    nabla_part part;      /* what of a source is run */
    style style;          /* of results */
    style style_messages; /* of errors and notes */
    preferences preferences;
    undo_log undo;
    loading *loading;       /* files under way, the innermost first */
    origin source;          /* what is being run */
    splitter splitter;      /* where in it */
    bool prompting;         /* it is being typed */
    const char *unreadable; /* why it could not be read, or NULL */
    ARRAY(hinted) hinted;   /* checks that failed with `set reveal off` */
    size_t checks;          /* but for those typed at a prompt */
    size_t failed_checks;   /* of them */
    bool says_version;      /* of TAP: it has been said */
    running now;
};

/* ---- prelude.c: functions that nabla defines in its own language ---- */

/* The function with `count` parameters, or with any number where none has that many; NULL
 * where there is none of that name. */
const function *prelude_find(nabla *n, symbol spelling, size_t count);

size_t prelude_count(nabla *n);
const function *prelude_at(nabla *n, size_t i);

/* ---- scope.c: names for the builder ---- */

void scope_open(nabla *n);

/* Whether a call of that name finds an operation or a function of the prelude. */
bool scope_is_predefined(nabla *n, symbol spelling);

/* Whether a name is one that users gave a meaning or still have to: π is neither, nor is
 * a function. */
bool scope_is_variable(const name *used);

/* Whether a variable of that name has a meaning; and that, or it is predefined. */
bool scope_has_variable(const nabla *n, const char *spelling, size_t length);
bool scope_has_value(const nabla *n, const char *spelling, size_t length);

/* Whether the body of a definition follows variables. */
bool scope_has_variables(nabla *n, const meaning *m);

/* ---- evaluate.c: expressions and their nodes ---- */

parser session_parser(nabla *n);

/* A builder for nodes whose constants live in `keep`; mistakes are reported at
 * `reported`, or where they stand when that is NULL. */
builder session_builder(nabla *n, arena *keep, const span *reported);

/* Whether all names that the meaning uses have values, as far as that is known. */
bool evaluate_is_complete(nabla *n, const meaning *m);

/* The names without a value that the meaning follows, as "x, y, z". */
const char *evaluate_missing(nabla *n, const meaning *m, size_t *count);

/* Builds a definition that is about to be committed, with all it uses. */
bool evaluate_definition(nabla *n, pending_meaning *p, symbol spelling);

/* Builds the names that an expression of the running statement uses. Nodes of names are
 * kept with all before them, so they come before those of expressions. */
bool evaluate_names(nabla *n, const tree *expression);

/* Builds an expression of the running statement, with all it uses. */
bool evaluate_nodes(nabla *n, const tree *expression, node_id *root);

/* Computes the value of a node; a mistake is reported at `where`. */
bool evaluate_run(nabla *n, node_id root, span where);

/* The same as evaluate_nodes, and the value. */
bool evaluate_value(nabla *n, const tree *expression, tensor *value);

/* The text of the statement from `part.begin` to `part.end`, as written. */
const char *session_slice(nabla *n, span part);

/* "name(a, b)": with the parameters' names, or letters where they have none. */
void session_signature(text_buffer *t, const char *spelling, const named_span *parameters,
                       size_t count);

/* Adds a remark to the messages of the statement. */
void session_note(nabla *n, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- hints.c: what was probably meant ---- */

/* Whether calls of that name find a function. */
bool hint_is_function(nabla *n, symbol spelling);

/* Adds a hint to the diagnostic that says that `missing`, which the expression mentions
 * at `where`, has no value. `alone`: no other name lacks one. */
void hint_missing(nabla *n, const tree *expression, span where, symbol missing,
                  bool alone);

/* Complains of a circle of several names, see names_circle. Always false. */
bool hint_circle(nabla *n, span where, name **circle, size_t count);

/* ---- define.c: names get meanings ---- */

/* The name takes that meaning when the statement has succeeded; NULL: none any more. */
void session_change(nabla *n, name *target, pending_meaning *p);

/* Whether an expression that was just built uses the shapes of names, and no value of
 * any. Its nodes are those from `own` on, what it uses was built before. */
bool define_uses_only_shapes(nabla *n, const tree *body, node_id root, node_id own);

bool define_name(nabla *n, const statement *s);
bool define_function(nabla *n, const statement *s);
bool define_assignment(nabla *n, const statement *s);

/* The value just shown becomes `ans`. */
void define_answer(nabla *n, tensor value);

/* `at x=1, y=2`: binds until the statement ends. */
bool define_bound(nabla *n, const statement *s);
void define_release_bound(nabla *n);

/* ---- commands.c ---- */

/* Complains that the expression is lacking. Always false. */
bool command_complain_usage(nabla *n, const statement *s);

/* ---- trace_commands.c ---- */

/* Builds the expression of a command and the names behind its wrt, with what `at` binds
 * in force. */
bool command_request(nabla *n, const statement *s, builder *b, trace_request *made,
                     const node_id **wrt);

/* That a command needs a number to differentiate, where the root is none. */
bool command_needs_number(nabla *n, const statement *s, node_id root);

/* That a value did not fit its operation. Always false. */
bool command_complain_value(nabla *n, const statement *s);

bool command_forward(nabla *n, const statement *s);
bool command_grad(nabla *n, const statement *s);

/* ---- check.c ---- */

bool command_check(nabla *n, const statement *s);

/* Whether a statement is a check. */
bool command_is_check(const statement *s);

/* ---- outcome.c ---- */

/* The statement at hand may be a check: should it not even parse, it has failed. */
void outcome_expect(nabla *n);

/* The statement is a check, or none: whatever happens now is its outcome. */
void outcome_begin(nabla *n, const statement *s);

/* Reports what it came to. */
void outcome_gradcheck(nabla *n, const gradcheck *made);
void outcome_claim(nabla *n, const claim_check *made);

/* Counts the check that the statement was, and tells the host of it. */
void outcome_settle(nabla *n);

/* The statement had a mistake, which is reported: a check that had begun has failed. */
void outcome_mistake(nabla *n);

/* ---- notes.c: what may not be meant ---- */

/* `+ 3` below a finished line is a statement of its own; perhaps it was not meant so. */
void note_line_begin(nabla *n, const statement *s);

/* A literal of one row beside a name that holds one: [r, [3, 4]] does not nest. */
void note_columns(nabla *n, const statement *s);

/* Whether an expression is a literal of one row, which is a column. */
bool note_is_row_literal(const tree *expression);

/* ---- draw.c ---- */

/* Replaces every call of rand, randn, randint and read by its value, once and for all. */
bool draw_once(nabla *n, tree *expression);

/* Whether there is such a call. */
bool draw_has(const nabla *n, const tree *expression);

/* The i-th such function, or NULL. */
const char *draw_name(size_t i);

/* What help says of it. */
typedef struct drawn_help {
    const char *usage, *says;
    const char *example; /* lines to run, or NULL */
} drawn_help;

const drawn_help *draw_help(size_t i);

bool command_seed(nabla *n, const statement *s);

/* ---- save.c, show.c ---- */

bool command_save(nabla *n, const statement *s);
bool command_show(nabla *n, const statement *s);

/* ---- set.c ---- */

bool command_set(nabla *n, const statement *s);

/* ---- run.c: statements ---- */

/* What the statements are taken from next. */
void run_source(nabla *n, const char *file, const char *source, size_t length);

/* The same for a source that could not be read: the next statement is that mistake. */
void run_unreadable(nabla *n, const char *file, const char *reason);

/* Runs the next statement as a transaction; `now` tells how it went. False at the end of
 * the source. */
bool run_next(nabla *n);

/* Looks into the session for the prompt: the task may do what a statement does, and all
 * of that is undone. False where a limit broke it off. */
typedef void inquiry(nabla *n, void *context);
bool run_inquiry(nabla *n, inquiry *task, void *context);

/* What there is to be read as a command, variable or function. */
command_words run_words(nabla *n);

/* The parts of the statement in `now`; and what it does, but for the commit. */
bool run_parse(nabla *n, statement *s);
bool run_statement(nabla *n, const statement *s);

#endif
