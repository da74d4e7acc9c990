/* tree.c: trees under construction, in the pool of a parse.
 *
 * Rule results may be remembered and used twice; then a tree must not change any more,
 * and the functions here work on a copy of its topmost node. */

#include "run.h"

#include <assert.h>

/* ---- Tags ---- */

static size_t hash_tag(const char *piece, const mpc_tag *rest, size_t capacity)
{
    uint64_t h = (uint64_t)(uintptr_t)piece * UINT64_C(0x9E3779B97F4A7C15);
    h ^= (uint64_t)(uintptr_t)rest * UINT64_C(0xC2B2AE3D27D4EB4F);
    return (size_t)(h >> 32) & (capacity - 1);
}

static void rehash(mpc_run *r)
{
    mpc_tags *tags = &r->tags;
    size_t capacity = 4 * tags->capacity;
    mpc_tag **buckets = mpc_run_alloc(r, capacity * sizeof(*buckets));
    if (!buckets)
        return;
    memset(buckets, 0, capacity * sizeof(*buckets));
    for (size_t i = 0; i < tags->capacity; i++) {
        for (mpc_tag *tag = tags->buckets[i], *link; tag; tag = link) {
            link = tag->link;
            size_t h = hash_tag(tag->piece, tag->rest, capacity);
            tag->link = buckets[h];
            buckets[h] = tag;
        }
    }
    tags->buckets = buckets;
    tags->capacity = capacity;
}

static mpc_tag *find_tag(mpc_run *r, const char *piece, size_t length, mpc_tag *rest)
{
    size_t h = hash_tag(piece, rest, r->tags.capacity);
    for (mpc_tag *tag = r->tags.buckets[h]; tag; tag = tag->link)
        if (tag->piece == piece && tag->rest == rest && tag->length == length)
            return tag;
    mpc_tag *tag = mpc_run_alloc(r, sizeof *tag);
    if (!tag)
        return NULL;
    *tag = (mpc_tag){.piece = piece,
                     .length = length,
                     .total = length + (rest ? rest->total : 0),
                     .rest = rest,
                     .link = r->tags.buckets[h]};
    r->tags.buckets[h] = tag;
    if (++r->tags.count > r->tags.capacity)
        rehash(r);
    return tag;
}

/* The tag `piece` + `rest`, the same one for the same arguments. */
static inline mpc_tag *intern(mpc_run *r, const char *piece, size_t length, mpc_tag *rest)
{
    if (!rest)
        return find_tag(r, piece, length, NULL);
    mpc_tag *more = rest->more;
    if (!more || more->piece != piece || more->length != length)
        rest->more = more = find_tag(r, piece, length, rest);
    return more;
}

/* The tag `front` without its last character, followed by `tag`. */
static mpc_tag *join_tags(mpc_run *r, const mpc_tag *front, mpc_tag *tag)
{
    size_t n = 0;
    for (const mpc_tag *t = front; t; t = t->rest)
        n++;
    const mpc_tag *few[16];
    const mpc_tag **pieces = few;
    if (n > sizeof few / sizeof *few && !(pieces = mpc_run_alloc(r, n * sizeof(*pieces))))
        return NULL;
    for (size_t i = 0; i < n; i++, front = front->rest)
        pieces[i] = front;
    for (size_t i = n; i > 0 && tag; i--) {
        size_t length = pieces[i - 1]->length;
        if (i == n && length > 0)
            length--;
        if (length > 0)
            tag = intern(r, pieces[i - 1]->piece, length, tag);
    }
    return tag;
}

/* ---- Nodes ---- */

static mpc_tree *make_node(mpc_run *r, mpc_tag *tag)
{
    mpc_tree *t = tag ? mpc_run_alloc(r, sizeof *t) : NULL;
    if (t)
        *t = (mpc_tree){.tag = tag, .text = ""};
    return t;
}

mpc_tree *mpc_tree_leaf(mpc_run *r, const char *tag, size_t tag_length, const char *text,
                        size_t length, const char *place)
{
    mpc_tree *t = make_node(r, intern(r, tag, tag_length, NULL));
    if (!t)
        return NULL;
    t->text = text;
    t->length = (uint32_t)length;
    t->at.place = place;
    return t;
}

static mpc_tree *copy_node(mpc_run *r, const mpc_tree *t)
{
    mpc_tree *copy = mpc_run_alloc(r, sizeof *copy);
    if (copy)
        *copy = *t;
    return copy;
}

/* A tree whose tag or place may be changed: itself, or a copy if it may be shared. */
static inline mpc_tree *own(mpc_run *r, mpc_tree *t)
{
    return r->memo ? copy_node(r, t) : t;
}

static inline mpc_tree *with_tag(mpc_run *r, mpc_tree *t, mpc_tag *tag)
{
    t = tag ? own(r, t) : NULL;
    if (t)
        t->tag = tag;
    return t;
}

mpc_tree *mpc_tree_add_tag(mpc_run *r, mpc_tree *t, const char *piece, size_t length)
{
    return with_tag(r, t, intern(r, piece, length, t->tag));
}

mpc_tree *mpc_tree_set_tag(mpc_run *r, mpc_tree *t, const char *tag, size_t length)
{
    return with_tag(r, t, intern(r, tag, length, NULL));
}

mpc_tree *mpc_tree_set_place(mpc_run *r, mpc_tree *t, const char *place)
{
    t = own(r, t);
    if (!t)
        return NULL;
    t->at.place = place;
    t->has_state = false;
    return t;
}

/* A node `>` with room for `n` children. */
static mpc_tree *make_inner(mpc_run *r, size_t n)
{
    static const char inner[] = ">";
    mpc_tree *t = make_node(r, intern(r, inner, 1, NULL));
    if (!t || n == 0)
        return t;
    t->children = mpc_run_alloc(r, n * sizeof(*t->children));
    t->n = (uint32_t)n & INT32_MAX;
    return t->children ? t : NULL;
}

mpc_tree *mpc_tree_add_root(mpc_run *r, mpc_tree *t)
{
    if (t->n < 2)
        return t;
    mpc_tree *root = make_inner(r, 1);
    if (root)
        root->children[0] = t;
    return root;
}

mpc_tree *mpc_tree_refer(mpc_run *r, mpc_tree *t, const char *piece, size_t length,
                         const char *place)
{
    t = with_tag(r, t, intern(r, piece, length, t->tag));
    if (t && t->n > 1)
        t = mpc_tree_add_root(r, t);
    if (!t)
        return NULL;
    t->at.place = place; /* it is new, or changed already */
    t->has_state = false;
    return t;
}

/* ---- Folding ---- */

/* The only child of `t`, tagged with what the tag of `t` adds to it. */
static mpc_tree *merge_single(mpc_run *r, const mpc_tree *t)
{
    mpc_tree *child = t->children[0];
    if (t->tag->total == 1) /* `>` adds nothing */
        return child;
    return with_tag(r, child, join_tags(r, t->tag, child->tag));
}

static size_t count_children(const mpc_value *values, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (values[i].kind == V_TREE && values[i].as.tree->n > 1)
            count += values[i].as.tree->n;
        else if (values[i].kind != V_NONE)
            count++;
    }
    return count;
}

static bool fill_children(mpc_run *r, mpc_tree *parent, const mpc_value *values, size_t n)
{
    size_t filled = 0;
    for (size_t i = 0; i < n; i++) {
        if (values[i].kind == V_NONE)
            continue;
        assert(parent->children); /* counted before */
        mpc_tree *t = values[i].as.tree;
        if (values[i].kind == V_TREE && t->n > 1) {
            memcpy(parent->children + filled, t->children, t->n * sizeof(*t->children));
            filled += t->n;
            continue;
        }
        if (values[i].kind == V_TREE && t->n == 1 && !(t = merge_single(r, t)))
            return false;
        parent->children[filled++] = t;
    }
    return true;
}

/* Makes trees of all values; frees the rest if there is no memory. */
static bool make_trees(mpc_run *r, mpc_value *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (values[i].kind == V_TREE || values[i].kind == V_CHILD ||
            values[i].kind == V_NONE)
            continue;
        mpc_tree *t = mpc_value_tree(r, values[i]);
        values[i] = (mpc_value){.kind = t ? V_TREE : V_NONE, .as.tree = t};
    }
    return !r->hard;
}

bool mpc_tree_fold(mpc_run *r, mpc_value *values, size_t n, mpc_value *result)
{
    if (n == 0) {
        *result = (mpc_value){.kind = V_NONE};
        return true;
    }
    if (n == 1 || (n == 2 && values[1].kind == V_NONE)) {
        *result = values[0];
        return true;
    }
    if (n == 2 && values[0].kind == V_NONE) {
        *result = values[1];
        return true;
    }
    *result = (mpc_value){.kind = V_NONE};
    if (!make_trees(r, values, n))
        return false;
    mpc_tree *t = make_inner(r, count_children(values, n));
    if (!t || !fill_children(r, t, values, n))
        return false;
    if (t->n > 0) {
        t->at = t->children[0]->at;
        t->has_state = t->children[0]->has_state;
    }
    *result = (mpc_value){.kind = V_TREE, .as.tree = t};
    return true;
}

/* How many of the values the fold would make one child each, or 0 if it would make
 * several of some. */
static size_t count_single(const mpc_value *values, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_single = values[i].kind == V_CHILD ||
                         (values[i].kind == V_TREE && values[i].as.tree->n < 2);
        if (!is_single && values[i].kind != V_NONE)
            return 0;
        count += is_single;
    }
    return count;
}

bool mpc_tree_unfold(mpc_run *r, size_t base)
{
    mpc_value *values = r->values + base;
    size_t n = r->value_count - base;
    if (count_single(values, n) < 2)
        return false;
    mpc_value *to = values;
    for (const mpc_value *v = values; v < values + n; v++) {
        mpc_tree *t = v->as.tree;
        if (v->kind == V_NONE)
            continue;
        if (v->kind == V_TREE && t->n == 1 && !(t = merge_single(r, t)))
            t = v->as.tree; /* no memory: the parse has been stopped */
        *to++ = (mpc_value){.kind = V_CHILD, .as.tree = t};
    }
    r->value_count = (size_t)(to - r->values);
    r->value = (mpc_value){.kind = V_SEVERAL};
    return true;
}
