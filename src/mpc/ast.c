/* ast.c: syntax trees on the heap.
 *
 * Nodes come in two kinds. Those made by the functions here are separate heap blocks. The
 * tree of a parse is a single block that holds all its nodes and texts; `state.term`
 * marks its nodes, and what replaces one of their parts later is a heap block of its own,
 * marked as well. So every function works on both kinds, and on mixtures. */

#include "internal.h"

/* ---- Making ---- */

mpc_ast_t *mpc_ast_new(const char *tag, const char *contents)
{
    mpc_ast_t *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    a->tag = mpc_copy_text(tag);
    a->contents = mpc_copy_text(contents);
    if (a->tag && a->contents)
        return a;
    mpc_ast_delete(a);
    return NULL;
}

mpc_ast_t *mpc_ast_build(int n, const char *tag, ...)
{
    mpc_ast_t *a = mpc_ast_new(tag, "");
    va_list args;
    va_start(args, tag);
    for (int i = 0; i < n; i++)
        mpc_ast_add_child(a, va_arg(args, mpc_ast_t *));
    va_end(args);
    return a;
}

mpc_ast_t *mpc_ast_add_root(mpc_ast_t *a)
{
    if (!a || a->children_num < 2)
        return a;
    mpc_ast_t *root = mpc_ast_new(">", "");
    return root ? mpc_ast_add_child(root, a) : a;
}

/* ---- Deleting ---- */

static bool is_in_block(const mpc_ast_t *a)
{
    return a->state.term & AST_IN_BLOCK;
}

static bool is_block_root(const mpc_ast_t *a)
{
    return is_in_block(a) && a->state.term < AST_INDEX;
}

static mpc_ast_block *block_of(mpc_ast_t *a)
{
    char *root = (char *)(a - a->state.term / AST_INDEX);
    return (mpc_ast_block *)(root - offsetof(mpc_ast_block, nodes));
}

/* Notes that a node in a block now owns something. */
static void mark_changed(mpc_ast_t *a, int flag)
{
    a->state.term |= flag;
    block_of(a)->changed++;
}

/* Puts a node that is to be deleted on a list, which is linked through `contents`. A node
 * inside a block goes when its root goes. */
static mpc_ast_t *put_on_list(mpc_ast_t *a, mpc_ast_t *list)
{
    if (!a || (is_in_block(a) && !is_block_root(a)))
        return list;
    if (!is_in_block(a))
        free(a->contents);
    a->contents = (char *)list;
    return a;
}

static mpc_ast_t *delete_children(mpc_ast_t *a, mpc_ast_t *list)
{
    for (int i = 0; i < a->children_num; i++)
        list = put_on_list(a->children[i], list);
    free(a->children);
    return list;
}

static mpc_ast_t *delete_block(mpc_ast_t *root, mpc_ast_t *list)
{
    mpc_ast_block *block = block_of(root);
    size_t count = block->changed > 0 ? block->count : 0;
    for (size_t i = 0; i < count; i++) {
        mpc_ast_t *a = &block->nodes[i];
        if (a->state.term & AST_OWN_TAG)
            free(a->tag);
        if (a->state.term & AST_OWN_CHILDREN)
            list = delete_children(a, list);
    }
    free(block);
    return list;
}

void mpc_ast_delete(mpc_ast_t *a)
{
    mpc_ast_t *list = put_on_list(a, NULL);
    while (list) {
        a = list;
        list = (mpc_ast_t *)a->contents;
        if (is_in_block(a)) {
            list = delete_block(a, list);
            continue;
        }
        list = delete_children(a, list);
        free(a->tag);
        free(a);
    }
}

void mpc_ast_dtor(mpc_val_t *x)
{
    mpc_ast_delete(x);
}

/* ---- Changing ---- */

/* Makes the list of children a heap block with room for one more. */
static bool make_room(mpc_ast_t *a)
{
    bool packed = is_in_block(a) && !(a->state.term & AST_OWN_CHILDREN);
    size_t n = (size_t)a->children_num;
    mpc_ast_t **children =
        realloc(packed ? NULL : a->children, (n + 1) * sizeof(*children));
    if (!children)
        return false;
    if (packed && n > 0)
        memcpy(children, a->children, n * sizeof(*children));
    if (packed)
        mark_changed(a, AST_OWN_CHILDREN);
    a->children = children;
    return true;
}

mpc_ast_t *mpc_ast_add_child(mpc_ast_t *r, mpc_ast_t *a)
{
    if (r && a && make_room(r))
        r->children[r->children_num++] = a;
    else /* nothing to add, or no memory to add it */
        mpc_ast_delete(a);
    return r;
}

/* Replaces the tag by `length` bytes of `front` and then `back`. */
static mpc_ast_t *set_tag(mpc_ast_t *a, const char *front, size_t length,
                          const char *back)
{
    size_t back_length = strlen(back);
    char *tag = malloc(length + back_length + 1);
    if (!tag)
        return a;
    memcpy(tag, front, length);
    memcpy(tag + length, back, back_length + 1);
    if (!is_in_block(a) || (a->state.term & AST_OWN_TAG))
        free(a->tag);
    else
        mark_changed(a, AST_OWN_TAG);
    a->tag = tag;
    return a;
}

mpc_ast_t *mpc_ast_add_tag(mpc_ast_t *a, const char *t)
{
    if (!a)
        return NULL;
    set_tag(a, "|", 1, a->tag);
    return set_tag(a, t, strlen(t), a->tag);
}

mpc_ast_t *mpc_ast_add_root_tag(mpc_ast_t *a, const char *t)
{
    if (!a)
        return NULL;
    size_t length = strlen(t);
    return set_tag(a, t, length > 0 ? length - 1 : 0, a->tag);
}

mpc_ast_t *mpc_ast_tag(mpc_ast_t *a, const char *t)
{
    return a ? set_tag(a, t, strlen(t), "") : NULL;
}

/* The private part of the state stays what it was. */
mpc_ast_t *mpc_ast_state(mpc_ast_t *a, mpc_state_t s)
{
    if (!a)
        return NULL;
    s.term = a->state.term;
    a->state = s;
    return a;
}

/* ---- Folding ---- */

/* A copy of one node as a heap block, still with the children of the original. */
static mpc_ast_t *copy_node(const mpc_ast_t *a)
{
    mpc_ast_t *copy = mpc_ast_new(a->tag, a->contents);
    if (!copy)
        return NULL;
    mpc_ast_state(copy, a->state);
    size_t n = (size_t)a->children_num;
    copy->children = n > 0 ? malloc(n * sizeof(*copy->children)) : NULL;
    if (copy->children) {
        memcpy(copy->children, a->children, n * sizeof(*copy->children));
        copy->children_num = a->children_num;
    }
    return copy;
}

/* Replaces the children of a copied node by copies, and lists them. */
static bool copy_children(mpc_list *list, mpc_ast_t *a)
{
    for (int k = 0; k < a->children_num; k++) {
        mpc_ast_t *child = copy_node(a->children[k]);
        if (child && mpc_list_add(list, child)) {
            a->children[k] = child;
            continue;
        }
        if (child)
            child->children_num = 0;
        mpc_ast_delete(child);
        a->children_num = k;
        return false;
    }
    return true;
}

/* A tree of separate nodes in place of `a`, which is freed if it was a block. Without
 * memory the tree is cut short. */
static mpc_ast_t *unpack(mpc_ast_t *a)
{
    if (!is_block_root(a))
        return a;
    mpc_list list = {NULL, 0, 0};
    mpc_ast_t *copy = copy_node(a);
    bool ok = copy && mpc_list_add(&list, copy);
    if (copy && !ok)
        copy->children_num = 0;
    for (size_t i = 0; i < list.n; i++) {
        mpc_ast_t *node = list.items[i];
        if (ok)
            ok = copy_children(&list, node);
        else
            node->children_num = 0;
    }
    mpc_list_free(&list);
    mpc_ast_delete(a);
    return copy;
}

/* Moves `c` into `r`: itself, or what is inside it. */
static void fold_into(mpc_ast_t *r, mpc_ast_t *c)
{
    if (c->children_num == 0) {
        mpc_ast_add_child(r, c);
        return;
    }
    c = unpack(c);
    if (!c)
        return;
    if (c->children_num == 1)
        mpc_ast_add_root_tag(c->children[0], c->tag);
    for (int i = 0; i < c->children_num; i++)
        mpc_ast_add_child(r, c->children[i]);
    c->children_num = 0;
    mpc_ast_delete(c);
}

mpc_val_t *mpcf_fold_ast(int n, mpc_val_t **as)
{
    if (n == 0)
        return NULL;
    if (n == 1 || (n == 2 && !as[1]))
        return as[0];
    if (n == 2 && !as[0])
        return as[1];
    mpc_ast_t *r = mpc_ast_new(">", "");
    for (int i = 0; i < n; i++) {
        if (as[i] && r)
            fold_into(r, as[i]);
        else
            mpc_ast_delete(as[i]);
    }
    if (r && r->children_num > 0)
        mpc_ast_state(r, r->children[0]->state);
    return r;
}

mpc_val_t *mpcf_str_ast(mpc_val_t *c)
{
    mpc_ast_t *a = mpc_ast_new("", c);
    free(c);
    return a;
}

mpc_val_t *mpcf_state_ast(int n, mpc_val_t **xs)
{
    (void)n;
    mpc_ast_t *a = mpc_ast_state(xs[1], *(mpc_state_t *)xs[0]);
    free(xs[0]);
    return a;
}
