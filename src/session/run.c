/* Running a statement as a transaction: it works on the tail of the graph and in an arena
 * of its own, and touches the session in one step at its end, which allocates nothing.
 * Whatever goes wrong before that leaves the session as it was. */
#include <string.h>

#include "report/tap.h"
#include "session/guard.h"
#include "session/session.h"

/* ---- Performing ---- */

static const command_form *command_of(const void *owner, const char *word, size_t length)
{
    (void)owner;
    const command *found = command_find(word, length);
    return found == NULL ? NULL : &found->form;
}

static const char *similar_command(const void *owner, const char *word)
{
    return scope_has_variable(owner, word, strlen(word)) ? NULL : command_similar(word);
}

static bool is_variable(const void *owner, const char *word, size_t length)
{
    return scope_has_variable(owner, word, length);
}

static bool is_function(void *owner, const char *word, size_t length)
{
    nabla *n = owner;
    return hint_is_function(n, symbol_intern(&n->symbols, word, length));
}

command_words run_words(nabla *n)
{
    return (command_words){n, command_of, similar_command, is_variable, is_function};
}

/* Shows a value and remembers it as `ans`. */
static bool show_expression(nabla *n, const statement *s)
{
    tensor value;
    if (!evaluate_value(n, &s->expression, &value))
        return false;
    const tree_node *root = &s->expression.nodes[s->expression.count - 1];
    const char *shown = root->kind == TREE_NAME ? root->as.name : NULL;
    if (n->options.json)
        report_value_json(&n->now.results, session_slice(n, s->expression_where), value);
    else
        report_value_text(&n->now.results, &n->style, shown, value);
    define_answer(n, value);
    return true;
}

bool run_statement(nabla *n, const statement *s)
{
    switch (s->kind) {
    case STATEMENT_EXPRESSION:
        return show_expression(n, s);
    case STATEMENT_DEFINITION:
        return define_name(n, s);
    case STATEMENT_FUNCTION:
        return define_function(n, s);
    case STATEMENT_ASSIGNMENT:
        return define_assignment(n, s);
    case STATEMENT_COMMAND:
        return command_find(s->target.name, strlen(s->target.name))->perform(n, s);
    }
    return false;
}

/* Draws what is drawn once, wherever the statement has an expression. */
static bool draw_all(nabla *n, statement *s)
{
    for (size_t i = 0; i < s->at.count; i++)
        if (!draw_once(n, &s->at.items[i].value))
            return false;
    bool within = s->within.count == 0 || draw_once(n, &s->within);
    return within && (!s->has_expression || draw_once(n, &s->expression));
}

bool run_parse(nabla *n, statement *s)
{
    const command_words words = run_words(n);
    parser p = session_parser(n);
    p.words = &words;
    return parse_statement(&p, n->now.text.text, s);
}

static bool perform(nabla *n)
{
    statement s;
    if (n->now.why.message != NULL)
        return false; /* the splitter found a mistake */
    outcome_expect(n);
    if (!run_parse(n, &s))
        return false;
    n->now.checked = (checked){0};
    if (guard_passes_over(n, &s))
        return true;
    outcome_begin(n, &s);
    note_line_begin(n, &s);
    note_columns(n, &s);
    guard_rename(n, &s);
    trail *followed = guard_follow(n, &s);
    bool fine = guard_allows(n, &s) && draw_all(n, &s) && run_statement(n, &s);
    if (fine)
        guard_remember(n, &s, followed);
    if (fine && n->run.note != NULL)
        session_note(n, "%s", n->run.note);
    return fine;
}

/* ---- The end of a statement ---- */

static void drop_all_caches(nabla *n)
{
    for (size_t i = 0; i < n->names.all.count; i++)
        names_drop_cache(&n->names, n->names.all.items[i]);
    graph_cut(&n->graph, (graph_mark){0});
    n->names.dead_nodes = 0;
}

/* When more than half of the graph is dead, all of it is dropped; what is asked for is
 * built again. */
static void collect_garbage(nabla *n)
{
    enum { WORTH_IT = 1024 };
    size_t dead = n->names.dead_nodes;
    if (dead > WORTH_IT && dead > n->graph.nodes.count / 2)
        drop_all_caches(n);
}

/* Forgets what the statement built, and cuts it off. */
static void forget_built(nabla *n)
{
    for (size_t i = 0; i < n->now.cached.count; i++) {
        name *cached = n->now.cached.items[i];
        cached->built.nodes = 0; /* cut off rather than dead */
        names_drop_cache(&n->names, cached);
    }
    graph_cut(&n->graph, n->now.begin);
}

static void roll_back(nabla *n)
{
    forget_built(n);
    define_release_bound(n);
    undo_roll_back(n);
}

static void change_name(nabla *n, const change *c)
{
    undo_record(n, c->name,
                c->pending == NULL ? names_replace(&n->names, c->name, NULL)
                                   : names_commit(&n->names, c->name, c->pending));
}

static void commit(nabla *n)
{
    if (n->now.bound.count > 0)
        forget_built(n); /* it was built on what `at` bound */
    else
        graph_cut(&n->graph, n->now.kept);
    define_release_bound(n);
    undo_perform(n);
    for (size_t i = 0; i < n->now.changes.count; i++)
        change_name(n, &n->now.changes.items[i]);
    undo_settle(n);
    if (n->now.hinted > 0)
        n->hinted.items[n->now.hinted - 1].times++;
    if (n->now.loads != NULL)
        load_begin(n);
    collect_garbage(n);
}

/* ---- What is said ---- */

static void report_mistake(nabla *n)
{
    if (n->options.json)
        report_diagnostic_json(&n->now.results, &n->now.origin, &n->now.why);
    else
        report_diagnostic_text(&n->now.messages, &n->style_messages, &n->now.origin,
                               &n->now.why);
    outcome_mistake(n);
}

static void write_out(nabla *n, nabla_stream stream, const text_buffer *t)
{
    if (t->length > 0)
        n->options.write(n->options.context, stream, t->bytes, t->length);
}

/* In TAP what is neither a check nor about one is a comment. */
static text_buffer as_tap(nabla *n, const text_buffer *results)
{
    text_buffer t;
    text_init(&t, &n->work);
    if (!n->says_version)
        report_tap_version(&t);
    n->says_version = true;
    if (n->now.stage == STAGE_DONE && !n->now.checked.ended)
        report_tap_comment(&t, text_string(results));
    else
        text_add(&t, text_string(results));
    return t;
}

static void say(nabla *n)
{
    text_buffer results = n->now.results;
    if (n->options.tap)
        results = as_tap(n, &results);
    write_out(n, NABLA_MESSAGES, &n->now.messages);
    write_out(n, NABLA_RESULTS, &results);
}

/* ---- Limits ---- */

static void set_limit_mistake(nabla *n)
{
    static const char *const messages[] = {
        [LIMIT_NONE] = "",
        [LIMIT_MEMORY] = "this takes more memory than there is",
        [LIMIT_TIME] = "this takes longer than it may",
        [LIMIT_INTERRUPT] = "interrupted",
    };
    n->now.why.kind = DIAGNOSTIC_LIMIT;
    n->now.why.where = (span){0, (uint32_t)n->now.text.length};
    n->now.why.message = messages[n->limits.reached];
    n->now.why.hint = NULL;
}

static void clear_saying(nabla *n)
{
    text_init(&n->now.results, &n->work);
    text_init(&n->now.messages, &n->work);
}

/* Goes on behind an escape: with the report of it, or, where not even that could be
 * written, with a sentence that takes no memory. */
static void continue_behind_escape(nabla *n)
{
    if (n->now.stage == STAGE_PERFORM) {
        roll_back(n);
        set_limit_mistake(n);
        n->now.stage = STAGE_REPORT;
    } else {
        n->now.stage = STAGE_GIVE_UP;
    }
    n->now.cached.count = 0;
    n->now.checked.ended = false;
    arena_empty(&n->work);
    clear_saying(n);
    n->limits.deadline = 0;
}

static void give_up(nabla *n)
{
    static const char text[] = "error: there is not enough memory to say what is wrong\n";
    static const char json[] =
        "{\"type\":\"error\",\"kind\":\"limit\",\"message\":\"there "
        "is not enough memory to say what is wrong\"}\n";
    if (n->options.json)
        n->options.write(n->options.context, NABLA_RESULTS, json, sizeof json - 1);
    else
        n->options.write(n->options.context, NABLA_MESSAGES, text, sizeof text - 1);
}

/* ---- The one setjmp ---- */

/* False where a limit broke the task off. */
static bool run_guarded(nabla *n, inquiry *task, void *context)
{
    jmp_buf here;
    n->limits.escape = &here;
    if (setjmp(here) != 0) {
        n->limits.escape = NULL;
        return false;
    }
    task(n, context);
    n->limits.escape = NULL;
    return true;
}

/* ---- The next statement ---- */

static void begin(nabla *n)
{
    n->now = (running){.stage = STAGE_PERFORM,
                       .origin = n->source,
                       .why = {.arena = &n->work},
                       .settings = undo_settings(n),
                       .begin = graph_here(&n->graph),
                       .kept = graph_here(&n->graph)};
    clear_saying(n);
    run_start(&n->run);
    limits_start(&n->limits);
}

/* The next statement of the source. Where memory ends here, the rest is passed over. */
static bool find_in_source(nabla *n)
{
    if (n->unreadable != NULL) {
        diagnose(&n->now.why, DIAGNOSTIC_FILE, (span){0, 0}, "cannot read %s: %s",
                 n->source.file, n->unreadable);
        n->unreadable = NULL;
        return true;
    }
    size_t at = n->splitter.at;
    n->splitter.at = n->splitter.length;
    splitter here = n->splitter;
    here.at = at;
    bool found = splitter_next(&here, &n->work, &n->now.text, &n->now.why);
    n->splitter = here;
    if (found && n->now.why.message != NULL && n->part == NABLA_ANSWERS)
        splitter_skip_line(&n->splitter, n->now.text.begin); /* an open bracket ends */
    if (found)
        origin_advance(&n->source, n->now.text.begin);
    n->now.origin = n->source;
    return found;
}

/* The same; at the end of a file that was loaded, what loaded it goes on. */
static bool find_statement(nabla *n)
{
    bool found = find_in_source(n);
    while (!found && n->loading != NULL) {
        load_end(n);
        found = find_in_source(n);
    }
    return found;
}

static void perform_or_roll_back(nabla *n)
{
    if (perform(n)) {
        undo_prepare(n);
        commit(n);
        n->now.stage = STAGE_DONE;
        return;
    }
    roll_back(n);
    clear_saying(n);
    n->now.stage = STAGE_REPORT;
}

void run_source(nabla *n, const char *file, const char *source, size_t length)
{
    load_break_off(n); /* what an error left */
    n->source = (origin){.file = file, .source = source, .length = length, .line = 1};
    splitter_init(&n->splitter, source, length);
}

void run_unreadable(nabla *n, const char *file, const char *reason)
{
    run_source(n, file, "", 0);
    n->unreadable = reason;
}

/* The next statement, or what is still to be done of it behind an escape. */
static void take_statement(nabla *n, void *found)
{
    bool *any = found;
    if (n->now.stage == STAGE_PERFORM) {
        *any = find_statement(n);
        if (*any)
            perform_or_roll_back(n);
    }
    n->now.failed = *any && n->now.stage != STAGE_DONE;
    if (n->now.stage == STAGE_REPORT)
        report_mistake(n);
    if (n->now.stage == STAGE_GIVE_UP)
        give_up(n);
    else
        say(n);
}

bool run_next(nabla *n)
{
    bool found = true;
    begin(n);
    while (!run_guarded(n, take_statement, &found))
        continue_behind_escape(n);
    outcome_settle(n);
    arena_empty(&n->work);
    if (n->now.failed && !n->options.keep_going)
        load_break_off(n);
    return found;
}

bool run_inquiry(nabla *n, inquiry *task, void *context)
{
    volatile sig_atomic_t *interrupted = n->limits.interrupted;
    size_t known = n->names.all.count;
    begin(n);
    n->limits.interrupted = NULL; /* Ctrl-C is not meant for this */
    bool whole = run_guarded(n, task, context);
    roll_back(n);
    names_forget(&n->names, known);
    arena_empty(&n->work);
    n->limits.interrupted = interrupted;
    return whole;
}
