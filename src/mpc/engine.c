/* engine.c: the machine that runs parsers.
 *
 * Two steps alternate. `begin` starts a parser: a leaf succeeds or fails at once, any
 * other parser gets a frame on the stack and names the parser inside it that is to run
 * first. `resume` tells the parser on top of the stack how the one inside it ended; it
 * either names another one to run, or ends itself.
 *
 * A parser that fails has put the position back to where it began. Its results wait on
 * the stack of values until they are folded or destroyed. */

#include "run.h"

/* GO_STRAIGHT goes inside a parser that is known to be able to start here. */
typedef enum { FAILED, SUCCEEDED, GO_INSIDE, GO_STRAIGHT } step;

/* How many retained parsers may be run per byte of input before results are remembered:
 * several times what a grammar needs that does not try the same things again and again.
 */
enum { CALLS_PER_BYTE = 64, CALLS_AT_LEAST = 1024 };

/* ---- Stacks ---- */

static mpc_frame *top(mpc_run *r)
{
    return &r->frames[r->depth - 1];
}

/* A bigger copy of an array that may still be the first one, inside the run. */
static void *grow(void *array, const void *first, size_t *capacity, size_t size)
{
    size_t wanted = 2 * *capacity;
    void *grown = realloc(array == first ? NULL : array, wanted * size);
    if (!grown)
        return NULL;
    if (array == first)
        memcpy(grown, first, *capacity * size);
    *capacity = wanted;
    return grown;
}

static bool grow_frames(mpc_run *r)
{
    if (r->depth == MPC_MAX_DEPTH) {
        mpc_run_stop(r, "Maximum recursion depth exceeded!");
        return false;
    }
    void *frames =
        grow(r->frames, r->first_frames, &r->frame_capacity, sizeof *r->frames);
    if (!frames) {
        mpc_run_stop(r, mpc_text_no_memory);
        return false;
    }
    r->frames = frames;
    if (r->frame_capacity > MPC_MAX_DEPTH)
        r->frame_capacity = MPC_MAX_DEPTH;
    return true;
}

static inline bool push_frame(mpc_run *r, const mpc_parser_t *p, bool is_referenced)
{
    if (r->depth == r->frame_capacity && !grow_frames(r))
        return false;
    r->frames[r->depth++] = (mpc_frame){.p = p,
                                        .start = r->at,
                                        .mark = r->at,
                                        .base = r->value_count,
                                        .index = 0,
                                        .ends = r->ends,
                                        .is_referenced = is_referenced};
    return true;
}

/* Puts the present value on the stack; `dtor` destroys it if there is no memory. */
static bool push_value(mpc_run *r, mpc_dtor_t dtor)
{
    if (r->value.kind == V_SEVERAL)
        return true;
    if (r->value_count == r->value_capacity) {
        void *values =
            grow(r->values, r->first_values, &r->value_capacity, sizeof *r->values);
        if (!values) {
            mpc_value_destroy(r, r->value, dtor);
            mpc_run_stop(r, mpc_text_no_memory);
            return false;
        }
        r->values = values;
    }
    r->values[r->value_count++] = r->value;
    return true;
}

/* ---- Ending a parser ---- */

/* Makes of the value of a rule what a reference to it gives, if it is not NULL. */
static step end_reference(mpc_run *r, const mpc_parser_t *rule, const char *start)
{
    if (r->value.kind == V_NONE)
        return SUCCEEDED;
    mpc_tree *t =
        r->value.kind == V_TREE ? r->value.as.tree : mpc_value_tree(r, r->value);
    if (t)
        t = mpc_tree_refer(r, t, rule->name, rule->name_length + 1, start);
    r->value = (mpc_value){.kind = t ? V_TREE : V_NONE, .as.tree = t};
    return t ? SUCCEEDED : FAILED;
}

/* Removes the frame on top. */
static step leave(mpc_run *r, bool ok)
{
    const mpc_frame *f = top(r);
    if (!ok) {
        r->at = f->start;
        r->ends = f->ends;
    }
    if (r->memo && f->p->retained)
        mpc_memo_keep(r, f, ok);
    r->depth--;
    if (ok && f->is_referenced)
        return end_reference(r, f->p, f->start);
    return ok ? SUCCEEDED : FAILED;
}

static step leave_with(mpc_run *r, void *pointer)
{
    r->value = mpc_value_user(pointer);
    return leave(r, true);
}

/* True for sequences and repetitions that make trees, of whose results none needs a
 * destructor of its own. */
static bool makes_tree(const mpc_definition *def)
{
    return (def->type == P_AND || def->type == P_MANY || def->type == P_MANY1) &&
           def->fold_kind == FOLD_TREE && !def->dtors;
}

/* True if the result of the parser on top goes as it is into a sequence or repetition
 * that makes a tree. The second run does without this short cut. */
static bool goes_into_tree(const mpc_run *r)
{
    const mpc_frame *f = &r->frames[r->depth - 1];
    if (!makes_tree(&f->p->def) || r->explain)
        return false;
    do {
        if (f->p->retained || f == r->frames)
            return false;
        f--;
    } while (f->p->def.type == P_OR || f->p->def.type == P_MAYBE);
    return makes_tree(&f->p->def);
}

/* Ends the parser on top with the fold of its values. */
static step leave_folded(mpc_run *r)
{
    const mpc_frame *f = top(r);
    if (goes_into_tree(r) && mpc_tree_unfold(r, f->base))
        return leave(r, true);
    bool ok = mpc_value_fold(r, &f->p->def, f->base);
    return leave(r, ok);
}

/* Ends the parser on top as a failure, destroying its values. */
static step leave_failed(mpc_run *r)
{
    mpc_frame *f = top(r);
    const mpc_definition *def = &f->p->def;
    while (r->value_count > f->base) {
        mpc_value v = r->values[--r->value_count];
        mpc_value_destroy(r, v,
                          def->dtors ? def->dtors[r->value_count - f->base] : def->dtor);
    }
    return leave(r, false);
}

static step go_inside(mpc_run *r, const mpc_parser_t *p)
{
    r->next = p;
    return GO_INSIDE;
}

/* What has just failed does not end the parser on top. */
static void go_on(mpc_run *r)
{
    if (r->explain)
        mpc_report_keep(r);
}

/* ---- Results ---- */

/* The value as a heap pointer, with the value cleared; false without memory. */
static bool take_pointer(mpc_run *r, void **pointer)
{
    if (!mpc_value_to_heap(r, &r->value)) {
        mpc_value_destroy(r, r->value, free);
        return false;
    }
    *pointer = mpc_value_pointer(&r->value);
    r->value = (mpc_value){.kind = V_NONE};
    return true;
}

/* A string becomes a leaf without going through the heap, as every literal needs it. */
static step make_leaf(mpc_run *r)
{
    mpc_tree *t = mpc_value_tree(r, r->value);
    r->value = (mpc_value){.kind = t ? V_TREE : V_NONE, .as.tree = t};
    return leave(r, !r->hard);
}

static step end_apply(mpc_run *r)
{
    const mpc_definition *def = &top(r)->p->def;
    if (def->type == P_APPLY && def->f.apply == mpcf_str_ast && r->value.kind != V_USER &&
        r->value.kind != V_NONE)
        return make_leaf(r);
    void *x;
    if (!take_pointer(r, &x))
        return leave(r, false);
    if (def->type == P_APPLY)
        return leave_with(r, def->f.apply(x));
    return leave_with(r, def->f.apply_to(x, def->data));
}

/* Back to a span if the check has left the string as it was: joining such values then
 * needs no heap. */
static mpc_value checked_value(mpc_value before, char *after)
{
    if (before.kind == V_SPAN && after && strlen(after) == before.length &&
        memcmp(after, before.as.start, before.length) == 0) {
        free(after);
        return before;
    }
    return mpc_value_user(after);
}

static step end_check(mpc_run *r)
{
    const mpc_definition *def = &top(r)->p->def;
    mpc_value before = r->value;
    void *x;
    if (!take_pointer(r, &x))
        return leave(r, false);
    int ok = def->type == P_CHECK ? def->f.check(&x) : def->f.check_with(&x, def->data);
    if (ok) {
        r->value = checked_value(before, x);
        return leave(r, true);
    }
    if (def->dtor && x)
        def->dtor(x);
    mpc_report_failure(r, r->at, def->text);
    return leave(r, false);
}

/* Tags, roots, places: the value is made a tree, if it is not NULL. */
static step end_tree(mpc_run *r)
{
    const mpc_frame *f = top(r);
    const mpc_definition *def = &f->p->def;
    if (r->value.kind == V_NONE)
        return leave(r, true);
    mpc_tree *t = mpc_value_tree(r, r->value);
    if (t && def->type == P_TAG)
        t = mpc_tree_set_tag(r, t, def->tag, def->text_length);
    if (t && def->type == P_ADD_TAG)
        t = mpc_tree_add_tag(r, t, def->tag, def->text_length);
    if (t && def->type == P_ROOT)
        t = mpc_tree_add_root(r, t);
    if (t && def->type == P_PLACE)
        t = mpc_tree_set_place(r, t, f->start);
    r->value = (mpc_value){.kind = t ? V_TREE : V_NONE, .as.tree = t};
    return leave(r, t != NULL);
}

/* False if the next byte shows that `p` would fail right here. The second run does not
 * take this short cut, as it wants to know which parsers failed. */
static inline bool can_start(const mpc_run *r, const mpc_parser_t *p)
{
    return p->def.may_be_empty || r->explain ||
           (r->at < r->end && mpc_set_has(&p->def.first, (unsigned char)*r->at));
}

/* The failure of a parser that cannot start is noted in its place. */
static inline bool cannot_start(mpc_run *r, const mpc_parser_t *p)
{
    if (can_start(r, p))
        return false;
    mpc_note(r, r->at);
    return true;
}

static step go_straight(mpc_run *r, const mpc_parser_t *p)
{
    r->next = p;
    return GO_STRAIGHT;
}

/* The first alternative of a choice, from `i` on, that can start here, or `n`. */
static int next_alternative(mpc_run *r, const mpc_definition *def, int i)
{
    while (i < def->n && cannot_start(r, def->xs[i]))
        i++;
    return i;
}

/* Goes to the alternative `i` of the choice on top, or the first after it that can start.
 */
static step go_to_alternative(mpc_run *r, int i)
{
    mpc_frame *f = top(r);
    f->index = next_alternative(r, &f->p->def, i);
    if (f->index == f->p->def.n)
        return leave(r, false);
    return go_straight(r, f->p->def.xs[f->index]);
}

/* True for an option or repetition that will match nothing, with the result NULL. */
static bool gives_null(mpc_run *r, const mpc_parser_t *p)
{
    const mpc_definition *def = &p->def;
    bool is_option = def->type == P_MAYBE && def->f.lift == mpcf_ctor_null;
    bool is_many = def->type == P_MANY && def->fold_kind == FOLD_TREE;
    return (is_option || is_many) && cannot_start(r, def->x);
}

/* ---- What the parser on top does when the one inside it has ended ---- */

static step after_expect(mpc_run *r, bool ok)
{
    r->hidden--;
    if (!ok)
        mpc_report_text(r, top(r)->start, top(r)->p->def.text);
    return leave(r, ok);
}

static step after_not(mpc_run *r, bool ok)
{
    mpc_frame *f = top(r);
    r->hidden--;
    r->at = f->start;
    r->ends = f->ends;
    if (!ok)
        return r->hard ? leave(r, false) : leave_with(r, f->p->def.f.lift());
    mpc_value_destroy(r, r->value, f->p->def.dtor);
    mpc_report_text(r, r->at, "opposite");
    return leave(r, false);
}

static step after_maybe(mpc_run *r, bool ok)
{
    if (ok)
        return leave(r, true);
    go_on(r);
    return leave_with(r, top(r)->p->def.f.lift());
}

/* True if repeating once more could not go any further: nothing was consumed, or the end
 * of the input was matched, which one iteration only may do. */
static bool is_last_iteration(const mpc_run *r, const mpc_frame *f)
{
    return r->at == f->mark || (r->at == r->end && r->ends != f->ends);
}

static step after_many(mpc_run *r, bool ok)
{
    mpc_frame *f = top(r);
    if (!ok && f->index == 0 && f->p->def.type == P_MANY1) {
        if (r->explain)
            mpc_report_prefix(r, 0);
        return leave(r, false);
    }
    if (ok)
        push_value(r, f->p->def.dtor);
    if (r->hard)
        return leave_failed(r);
    if (!ok)
        go_on(r);
    if (!ok || is_last_iteration(r, f))
        return leave_folded(r);
    f->index = 1;
    f->mark = r->at;
    f->ends = r->ends;
    return go_inside(r, f->p->def.x);
}

static step after_count(mpc_run *r, bool ok)
{
    mpc_frame *f = top(r);
    if (!ok && r->explain)
        mpc_report_prefix(r, f->p->def.n);
    if (!ok || !push_value(r, f->p->def.dtor))
        return leave_failed(r);
    /* Empty iterations would only go on like that; more than three make no other tree. */
    bool is_enough = r->at == f->mark && f->index >= 2;
    f->mark = r->at;
    if (++f->index == f->p->def.n || is_enough)
        return leave_folded(r);
    return go_inside(r, f->p->def.x);
}

/* The even parsers are items, the odd ones separators. `mark` is the end of the last
 * item. */
static step after_sepby(mpc_run *r, bool ok)
{
    mpc_frame *f = top(r);
    mpc_parser_t **xs = f->p->def.xs;
    if (ok && f->index == 1) {
        mpc_value_destroy(r, r->value, free);
        f->index = 2;
        return go_inside(r, xs[0]);
    }
    if (ok) {
        bool last = f->index == 2 && r->at == f->mark;
        f->mark = r->at;
        if (!push_value(r, NULL) || last)
            return leave_folded(r);
        f->index = 1;
        return go_inside(r, xs[1]);
    }
    if (f->index == 0)
        return leave(r, false);
    go_on(r);
    r->at = f->mark;
    return leave_folded(r);
}

static step after_or(mpc_run *r, bool ok)
{
    if (ok)
        return leave(r, true);
    go_on(r);
    return go_to_alternative(r, top(r)->index + 1);
}

static step after_and(mpc_run *r, bool ok)
{
    mpc_frame *f = top(r);
    const mpc_definition *def = &f->p->def;
    if (!ok)
        return leave_failed(r);
    for (;;) {
        bool last = f->index == def->n - 1;
        if (!push_value(r, def->dtors && !last ? def->dtors[f->index] : NULL))
            return leave_failed(r);
        if (last)
            return leave_folded(r);
        const mpc_parser_t *next = def->xs[++f->index];
        if (!gives_null(r, next))
            return go_inside(r, next);
        r->value = (mpc_value){.kind = V_NONE};
    }
}

static step resume(mpc_run *r, bool ok)
{
    switch ((mpc_type)top(r)->p->def.type) {
    case P_EXPECT:
        return after_expect(r, ok);
    case P_NOT:
        return after_not(r, ok);
    case P_MAYBE:
        return after_maybe(r, ok);
    case P_MANY:
    case P_MANY1:
        return after_many(r, ok);
    case P_COUNT:
        return after_count(r, ok);
    case P_SEPBY:
        return after_sepby(r, ok);
    case P_OR:
        return after_or(r, ok);
    case P_AND:
        return after_and(r, ok);
    case P_APPLY:
    case P_APPLY_TO:
        return ok ? end_apply(r) : leave(r, false);
    case P_CHECK:
    case P_CHECK_WITH:
        return ok ? end_check(r) : leave(r, false);
    case P_REFERENCE:
        return leave(r, ok);
    default:
        return ok ? end_tree(r) : leave(r, false);
    }
}

/* ---- Starting a parser ---- */

/* Too many calls of rules for the distance covered show that the grammar tries the same
 * rules at the same places over and over. */
static void review_calls(mpc_run *r)
{
    const char *reached = r->at > r->farthest ? r->at : r->farthest;
    r->enough_calls = CALLS_AT_LEAST + CALLS_PER_BYTE * (reached - r->begin);
    if (r->calls > r->enough_calls && !r->memo)
        mpc_memo_start(r);
}

static step begin_inside(mpc_run *r, const mpc_parser_t *p)
{
    const mpc_definition *def = &p->def;
    switch ((mpc_type)def->type) {
    case P_EXPECT:
    case P_NOT:
        r->hidden++;
        return go_inside(r, def->x);
    case P_COUNT:
        return def->n == 0 ? leave_folded(r) : go_inside(r, def->x);
    case P_AND:
        return def->n == 0 ? leave_folded(r) : go_inside(r, def->xs[0]);
    case P_OR:
        return def->n == 0 ? leave_with(r, NULL) : go_to_alternative(r, 0);
    case P_SEPBY:
        return go_inside(r, def->xs[0]);
    case P_REFERENCE: /* a rule that is nothing but a reference to another one */
        return go_inside(r, p);
    default:
        return go_inside(r, def->x);
    }
}

static step begin_rule(mpc_run *r, const mpc_parser_t *rule, bool is_referenced)
{
    const char *start = r->at;
    bool ok;
    if (rule->def.type <= P_LITERAL) {
        ok = mpc_leaf_match(r, rule);
    } else if (!r->memo || !mpc_memo_find(r, rule, &ok)) {
        if (++r->calls > r->enough_calls)
            review_calls(r);
        return push_frame(r, rule, is_referenced) ? begin_inside(r, rule) : FAILED;
    }
    if (ok && is_referenced)
        return end_reference(r, rule, start);
    return ok ? SUCCEEDED : FAILED;
}

/* A choice of which only one alternative can start is that alternative. */
static step begin_choice(mpc_run *r, const mpc_parser_t *p)
{
    const mpc_definition *def = &p->def;
    int i = next_alternative(r, def, 0);
    int next = i + 1;
    while (next < def->n && !can_start(r, def->xs[next]))
        next++;
    if (next == def->n && !r->explain)
        return go_straight(r, def->xs[i]);
    return push_frame(r, p, false) ? begin_inside(r, p) : FAILED;
}

static step begin(mpc_run *r, const mpc_parser_t *p)
{
    if (p->def.type == P_REFERENCE)
        return begin_rule(r, p->def.x, true);
    if (p->retained)
        return begin_rule(r, p, false);
    if (p->def.type <= P_LITERAL)
        return mpc_leaf_match(r, p) ? SUCCEEDED : FAILED;
    if (gives_null(r, p)) {
        r->value = (mpc_value){.kind = V_NONE};
        return SUCCEEDED;
    }
    if (p->def.type == P_OR)
        return begin_choice(r, p);
    return push_frame(r, p, false) ? begin_inside(r, p) : FAILED;
}

bool mpc_run_parser(mpc_run *r, const mpc_parser_t *p)
{
    step s = GO_INSIDE;
    r->next = p;
    for (;;) {
        if (r->hard || (s == GO_INSIDE && cannot_start(r, r->next)))
            s = FAILED;
        else
            s = begin(r, r->next);
        while (s == FAILED || s == SUCCEEDED) {
            if (r->depth == 0)
                return s == SUCCEEDED;
            s = resume(r, s == SUCCEEDED);
        }
    }
}
