/* value.c: results while they are inside the machine: lazy ones, heap blocks, and folds.
 */

#include "run.h"

mpc_value mpc_value_span(const char *start, const char *end)
{
    return (mpc_value){
        .kind = V_SPAN, .length = (uint32_t)(end - start), .as.start = start};
}

mpc_value mpc_value_user(void *pointer)
{
    return (mpc_value){.kind = pointer ? V_USER : V_NONE, .as.pointer = pointer};
}

/* ---- Heap blocks ---- */

static void *place_to_heap(mpc_run *r, const char *place)
{
    mpc_state_t *state = malloc(sizeof *state);
    if (state)
        *state = mpc_run_locate(r, place);
    return state;
}

bool mpc_value_to_heap(mpc_run *r, mpc_value *v)
{
    void *pointer = NULL;
    mpc_value_kind kind = V_STRING;
    switch (v->kind) {
    case V_SPAN:
        pointer = mpc_copy_bytes(v->as.start, v->length);
        break;
    case V_PLACE:
        pointer = place_to_heap(r, v->as.start);
        break;
    case V_TREE:
    case V_CHILD:
        pointer = mpc_tree_export(r, v->as.tree);
        kind = V_AST;
        break;
    case V_NONE:
    case V_SEVERAL:
    case V_STRING:
    case V_AST:
    case V_USER:
        return true;
    }
    if (!pointer) {
        mpc_run_stop(r, mpc_text_no_memory);
        return false;
    }
    v->kind = kind;
    v->as.pointer = pointer;
    return true;
}

void *mpc_value_pointer(const mpc_value *v)
{
    return v->kind == V_NONE ? NULL : v->as.pointer;
}

/* True for destructors that do nothing visible to a value that is not on the heap yet. */
static bool is_plain(mpc_dtor_t dtor)
{
    return !dtor || dtor == free || dtor == mpcf_dtor_null || dtor == mpc_ast_dtor ||
           dtor == (mpc_dtor_t)mpc_ast_delete;
}

void mpc_value_destroy(mpc_run *r, mpc_value v, mpc_dtor_t dtor)
{
    if (v.kind == V_NONE || v.kind == V_SEVERAL)
        return;
    if (v.kind == V_USER) {
        if (dtor)
            dtor(v.as.pointer);
        return;
    }
    if (!is_plain(dtor)) {
        if (mpc_value_to_heap(r, &v))
            dtor(v.as.pointer);
        return;
    }
    if (v.kind == V_STRING)
        free(v.as.pointer);
    else if (v.kind == V_AST)
        mpc_ast_delete(v.as.pointer);
}

mpc_tree *mpc_value_tree(mpc_run *r, mpc_value v)
{
    mpc_tree *t;
    switch (v.kind) {
    case V_TREE:
    case V_CHILD:
        return v.as.tree;
    case V_SPAN:
        return mpc_tree_leaf(r, "", 0, v.as.start, v.length, NULL);
    case V_STRING: {
        size_t length = strlen(v.as.pointer);
        char *text = mpc_run_alloc(r, length + 1);
        if (text)
            memcpy(text, v.as.pointer, length + 1);
        free(v.as.pointer);
        t = text ? mpc_tree_leaf(r, "", 0, text, length, NULL) : NULL;
        return t;
    }
    case V_AST:
    case V_USER:
        t = mpc_tree_import(r, v.as.pointer);
        mpc_ast_delete(v.as.pointer);
        return t;
    case V_NONE:
    case V_SEVERAL:
    case V_PLACE:
        break;
    }
    return NULL;
}

/* ---- Folds ---- */

/* Joins strings that follow each other in the input without copying them. */
static bool join_spans(mpc_run *r, const mpc_value *values, size_t n)
{
    const char *start = r->at;
    const char *end = NULL;
    for (size_t i = 0; i < n; i++) {
        const mpc_value *v = &values[i];
        if (v->kind == V_NONE || (v->kind == V_SPAN && v->length == 0))
            continue;
        if (v->kind != V_SPAN || (end && v->as.start != end))
            return false;
        if (!end)
            start = v->as.start;
        end = v->as.start + v->length;
    }
    r->value = mpc_value_span(start, end ? end : start);
    return true;
}

static bool join_strings(mpc_run *r, mpc_value *values, size_t n)
{
    mpc_buffer all = {0};
    for (size_t i = 0; i < n; i++) {
        if (values[i].kind == V_SPAN)
            mpc_buffer_add_bytes(&all, values[i].as.start, values[i].length);
        else if (values[i].kind == V_STRING || values[i].kind == V_USER)
            mpc_buffer_add(&all, values[i].as.pointer);
        mpc_value_destroy(r, values[i], free);
    }
    char *joined = mpc_buffer_finish(&all);
    if (!joined) {
        mpc_run_stop(r, mpc_text_no_memory);
        return false;
    }
    r->value = (mpc_value){.kind = V_STRING, .as.pointer = joined};
    return true;
}

static bool pick_value(mpc_run *r, const mpc_definition *def, mpc_value *values, size_t n)
{
    mpc_dtor_t dtor = def->fold_kind == FOLD_PICK ? NULL : free;
    r->value = (mpc_value){.kind = V_NONE};
    for (size_t i = 0; i < n; i++) {
        if (i == def->pick)
            r->value = values[i];
        else
            mpc_value_destroy(r, values[i], dtor);
    }
    return true;
}

static bool drop_values(mpc_run *r, mpc_value *values, size_t n, mpc_dtor_t dtor)
{
    for (size_t i = 0; i < n; i++)
        mpc_value_destroy(r, values[i], dtor);
    r->value = (mpc_value){.kind = V_NONE};
    return true;
}

/* Destroys the values of a fold that there is no memory for. */
static bool give_up(mpc_run *r, const mpc_definition *def, mpc_value *values, size_t n)
{
    mpc_run_stop(r, mpc_text_no_memory);
    for (size_t i = 0; i < n; i++) {
        bool has_own = def->dtors && i + 1 < n;
        mpc_value_destroy(r, values[i], has_own ? def->dtors[i] : def->dtor);
    }
    return false;
}

static bool call_fold(mpc_run *r, const mpc_definition *def, mpc_value *values, size_t n)
{
    void *few[16] = {NULL};
    void **xs = few;
    if (n > sizeof few / sizeof *few)
        xs = mpc_run_alloc(r, n * sizeof *xs);
    if (!xs)
        return give_up(r, def, values, n);
    for (size_t i = 0; i < n; i++) {
        if (!mpc_value_to_heap(r, &values[i]))
            return give_up(r, def, values, n);
        xs[i] = mpc_value_pointer(&values[i]);
    }
    r->value = mpc_value_user(def->f.fold((int)n, xs));
    return true;
}

bool mpc_value_fold(mpc_run *r, const mpc_definition *def, size_t base)
{
    mpc_value *values = r->values + base;
    size_t n = r->value_count - base;
    r->value_count = base;
    switch ((mpc_fold_kind)def->fold_kind) {
    case FOLD_TREE:
        return mpc_tree_fold(r, values, n, &r->value);
    case FOLD_STRING:
        return join_spans(r, values, n) || join_strings(r, values, n);
    case FOLD_PICK:
    case FOLD_PICK_FREE:
        return pick_value(r, def, values, n);
    case FOLD_NULL:
        return drop_values(r, values, n, NULL);
    case FOLD_ALL_FREE:
        return drop_values(r, values, n, free);
    case FOLD_USER:
        break;
    }
    return call_fold(r, def, values, n);
}
