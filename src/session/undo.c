#include "session/undo.h"

#include <stdlib.h>
#include <string.h>

#include "session/session.h"
#include "syntax/print.h"
#include "syntax/token.h"

enum { STEPS_MOST = 1000, STEP_BLOCK = 256 };
static const size_t BYTES_MOST = (size_t)64 << 20;

/* ---- Settings ---- */

settings undo_settings(const nabla *n)
{
    return (settings){n->style, n->style_messages, n->preferences};
}

static void settings_return(nabla *n, const settings *before)
{
    n->style = before->results;
    n->style_messages = before->messages;
    n->preferences = before->preferences;
}

/* ---- Steps ---- */

static void step_free(undo_step *step)
{
    limits *l = step->arena.limits;
    for (size_t i = 0; i < step->replaced.count; i++)
        if (step->replaced.items[i].before != NULL)
            meaning_free(step->replaced.items[i].before);
    arena_empty(&step->arena);
    limits_release(l, step, sizeof *step);
}

static void discard(void *step)
{
    step_free(step);
}

/* A step of the running statement, which goes with it unless it is committed. */
static undo_step *step_new(nabla *n)
{
    void **held = arena_defer(&n->work, discard);
    undo_step *step = limits_allocate(&n->limits, sizeof *step);
    arena_init(&step->arena, &n->limits, STEP_BLOCK);
    *held = step;
    n->now.step_held = held;
    step->text = token_excerpt(&step->arena, n->now.text.written, n->now.text.length);
    return step;
}

static void append(undo_log *log, undo_step *step, bool in_file)
{
    step->number = ++log->last_number;
    step->older = log->newest;
    step->joined = in_file && log->newest != NULL;
    if (log->newest != NULL)
        log->newest->newer = step;
    else
        log->oldest = step;
    log->newest = step;
    if (step->joined)
        return;
    log->unit = step;
    log->unit_bytes = 0;
    log->count++;
}

static void find_unit(undo_log *log)
{
    log->unit_bytes = 0;
    undo_step *step = log->newest;
    while (step != NULL && step->joined) {
        log->unit_bytes += step->bytes;
        step = step->older;
    }
    if (step != NULL)
        log->unit_bytes += step->bytes;
    log->unit = step;
}

static void drop_step(undo_log *log, undo_step *step)
{
    if (step->older != NULL)
        step->older->newer = step->newer;
    else
        log->oldest = step->newer;
    if (step->newer != NULL)
        step->newer->older = step->older;
    else
        log->newest = step->older;
    log->bytes -= step->bytes;
    log->count -= !step->joined;
    step_free(step);
}

/* The oldest step with those that are joined to it. */
static void drop_oldest(undo_log *log)
{
    do
        drop_step(log, log->oldest);
    while (log->oldest != NULL && log->oldest->joined);
    if (log->oldest == NULL)
        log->unit = NULL;
}

static bool spare(void *owner)
{
    nabla *n = owner;
    if (n->undo.held || n->undo.oldest == NULL)
        return false;
    drop_oldest(&n->undo);
    return true;
}

void undo_open(nabla *n)
{
    n->limits.spare = spare;
    n->limits.owner = n;
}

void undo_forget(nabla *n)
{
    while (n->undo.oldest != NULL)
        drop_oldest(&n->undo);
}

void undo_close(nabla *n)
{
    undo_forget(n);
    n->limits.spare = NULL;
}

/* ---- What a statement replaces ---- */

void undo_keep_random(nabla *n)
{
    if (n->now.random != NULL)
        return;
    void *kept = arena_alloc(&n->work, random_bytes(n->random));
    random_keep(n->random, kept);
    n->now.random = kept;
}

static bool makes_step(const nabla *n)
{
    for (size_t i = 0; i < n->now.changes.count; i++)
        if (!n->now.changes.items[i].is_answer)
            return true;
    return n->now.lasting;
}

void undo_prepare(nabla *n)
{
    n->undo.held = true; /* the step must not be dropped that is written to */
    undo_step *step = n->undo.newest;
    if (makes_step(n))
        step = n->now.step = step_new(n);
    size_t changes = n->now.changes.count;
    if (step != NULL && changes > 0)
        array_reserve(&step->arena, &step->replaced, step->replaced.count + changes);
    if (step != NULL && n->now.random != NULL && step->random == NULL) {
        size_t bytes = random_bytes(n->random);
        step->random = memcpy(arena_alloc(&step->arena, bytes), n->now.random, bytes);
    }
    if (n->now.step == NULL)
        return;
    if (n->now.sets) {
        n->now.step->settings = ARENA_NEW(&n->now.step->arena, settings);
        *n->now.step->settings = n->now.settings;
    }
    *n->now.step_held = NULL;
    append(&n->undo, n->now.step, n->loading != NULL);
}

/* Whether what is undone with this step has a meaning of the name already, from before. A
 * load that has become large keeps the first ones alone. */
static bool is_recorded(undo_log *log, const name *changed)
{
    if (changed->recorded == log->newest->number)
        return true;
    bool large = log->newest->joined && log->unit_bytes > BYTES_MOST;
    if (!large || changed->recorded < log->unit->number)
        return false;
    return log->unit->coarse = true;
}

static void count_bytes(undo_log *log, undo_step *step, size_t bytes)
{
    step->bytes += bytes;
    log->bytes += bytes;
    log->unit_bytes += bytes;
}

void undo_record(nabla *n, name *changed, meaning *before)
{
    undo_log *log = &n->undo;
    if (log->newest == NULL || is_recorded(log, changed)) {
        if (before != NULL)
            meaning_free(before);
        return;
    }
    undo_step *step = log->newest;
    step->replaced.items[step->replaced.count++] =
        (replaced){changed, before, changed->recorded};
    changed->recorded = step->number;
    if (before != NULL)
        count_bytes(log, step, meaning_bytes(before));
}

void undo_settle(nabla *n)
{
    undo_log *log = &n->undo;
    if (n->now.step != NULL)
        count_bytes(log, log->newest, arena_bytes(&log->newest->arena));
    while (log->oldest != log->unit &&
           (log->count > STEPS_MOST || log->bytes > BYTES_MOST))
        drop_oldest(log);
    log->held = false;
}

/* ---- Going back ---- */

static void take_back(nabla *n)
{
    undo_step *step = n->undo.newest;
    while (step->replaced.count > 0) {
        replaced r = step->replaced.items[--step->replaced.count];
        meaning *now = names_replace(&n->names, r.name, r.before);
        if (now != NULL)
            meaning_free(now);
        r.name->recorded = r.recorded;
    }
    if (step->settings != NULL)
        settings_return(n, step->settings);
    if (step->random != NULL)
        random_return(n->random, step->random);
    drop_step(&n->undo, step);
}

/* Inside a file its statements can be undone one by one. */
static bool ends_unit(const nabla *n, const undo_step *step)
{
    return !step->joined || (n->loading != NULL && !n->undo.unit->coarse);
}

void undo_perform(nabla *n)
{
    for (size_t left = n->now.undoing; left > 0;) {
        left -= ends_unit(n, n->undo.newest);
        take_back(n);
    }
    find_unit(&n->undo);
}

void undo_roll_back(nabla *n)
{
    settings_return(n, &n->now.settings);
    if (n->now.random != NULL)
        random_return(n->random, n->now.random);
    n->undo.held = false;
}

/* ---- The commands ---- */

/* The steps that can be undone one by one; inside a file, none from before it. */
static size_t steps_there(const nabla *n)
{
    if (n->loading == NULL)
        return n->undo.count;
    size_t count = 0;
    for (const undo_step *s = n->undo.newest; s != NULL && s->number > n->loading->step;
         s = s->older)
        count += ends_unit(n, s);
    return count;
}

/* "x = 3", "f = x^2", "x has no value" */
static void say_meaning(nabla *n, const name *of, const meaning *m)
{
    text_buffer *t = &n->now.results;
    if (m == NULL) {
        text_format(t, "  %s is %s again\n", of->spelling,
                    of->is_function ? "no function of yours" : "without a value");
        return;
    }
    switch (m->kind) {
    case MEANING_LEAF:
        text_add(t, "  ");
        report_value_text(t, &n->style, of->spelling, m->value);
        return;
    case MEANING_DEFINITION:
        text_format(t, "  %s = ", of->spelling);
        print_formula(t, &m->body, PRINT_TIGHT);
        break;
    case MEANING_FUNCTION:
        text_add(t, "  ");
        session_signature(t, of->spelling, m->function.parameters, m->function.count);
        text_add(t, " = ");
        print_formula(t, &m->function.body, PRINT_TIGHT);
        break;
    }
    text_add_char(t, '\n');
}

/* Says what a statement is undone, and, of few names, what they are again. */
static void say_undone(nabla *n, const undo_step *step)
{
    enum { FEW = 3 };
    text_format(&n->now.results, "undone: %s\n", step->text);
    size_t count = 0;
    for (size_t i = 0; i < step->replaced.count; i++) {
        const replaced *r = &step->replaced.items[i];
        if (strcmp(r->name->spelling, "ans") != 0 && count++ < FEW)
            say_meaning(n, r->name, r->before);
    }
    if (count > FEW)
        text_format(&n->now.results, "  and %zu more names\n", count - FEW);
}

static bool complain_count(nabla *n, const statement *s, size_t there)
{
    diagnostic *why = &n->now.why;
    if (there > 0)
        return diagnose(why, DIAGNOSTIC_USAGE, s->words.items[0].where,
                        "only %zu statement%s can be undone", there,
                        there == 1 ? "" : "s");
    return diagnose(why, DIAGNOSTIC_USAGE, s->target.where, "there is nothing to undo%s",
                    n->loading == NULL ? "" : " in this file");
}

bool command_undo(nabla *n, const statement *s)
{
    size_t wanted = 1;
    if (s->words.count > 0) {
        char *end;
        const named_span *word = &s->words.items[0];
        wanted = strtoul(word->name, &end, 10);
        if (wanted == 0 || *end != '\0' || s->words.count > 1)
            return diagnose(&n->now.why, DIAGNOSTIC_USAGE, word->where,
                            "undo takes the number of statements to go back, or nothing");
    }
    size_t there = steps_there(n);
    if (wanted > there)
        return complain_count(n, s, there);
    n->undo.held = true; /* until the commit */
    n->now.undoing = wanted;
    bool says = n->prompting && !n->options.json;
    for (const undo_step *step = n->undo.newest; says && wanted > 0; step = step->older)
        if (ends_unit(n, step)) {
            say_undone(n, step);
            wanted--;
        }
    return true;
}

bool command_reset(nabla *n, const statement *s)
{
    if (s->words.count > 0)
        return diagnose(&n->now.why, DIAGNOSTIC_USAGE, s->words.items[0].where,
                        "reset stands alone: it forgets all names");
    size_t count = n->names.all.count, forgotten = 0;
    for (size_t i = 0; i < count; i++) {
        name *known = n->names.all.items[i];
        if (known->meaning == NULL)
            continue;
        session_change(n, known, NULL);
        forgotten++;
    }
    if (n->prompting && !n->options.json)
        text_format(&n->now.results, "%zu name%s forgotten; undo brings %s back\n",
                    forgotten, forgotten == 1 ? "" : "s", forgotten == 1 ? "it" : "them");
    return true;
}
