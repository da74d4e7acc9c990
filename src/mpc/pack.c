/* pack.c: trees leaving the pool of a parse, and trees of the user entering it.
 *
 * None of the walks recurses in C. Packing goes through a tree in preorder, which is
 * close to the order in which the nodes lie in memory; the other two go level by level
 * along a list of the nodes met so far. */

#include "run.h"

static mpc_state_t tree_state(mpc_run *r, const mpc_tree *t)
{
    return t->has_state ? *t->at.state : mpc_run_locate(r, t->at.place);
}

static void write_tag(char *to, const mpc_tag *tag)
{
    for (; tag; tag = tag->rest) {
        memcpy(to, tag->piece, tag->length);
        to += tag->length;
    }
    *to = '\0';
}

/* ---- Packing ---- */

/* A node whose children are being visited, and what it has become. */
typedef struct {
    const mpc_tree *tree;
    size_t next; /* child to visit next */
    mpc_ast_t *packed;
} level;

/* A walk through a tree in preorder. */
typedef struct {
    level *levels;
    size_t depth;
    size_t capacity;
    bool failed; /* no memory */
} walk;

static bool grow_walk(walk *w)
{
    size_t capacity = 2 * w->capacity + 32;
    level *levels = realloc(w->levels, capacity * sizeof *levels);
    if (!levels) {
        w->failed = true;
        return false;
    }
    w->levels = levels;
    w->capacity = capacity;
    return true;
}

/* Goes into a node if it has children. */
static void enter(walk *w, const mpc_tree *t, mpc_ast_t *packed)
{
    if (t->n > 0 && (w->depth < w->capacity || grow_walk(w)))
        w->levels[w->depth++] = (level){t, 0, packed};
}

/* The next node, with its parent in `*parent`; NULL at the end. */
static const mpc_tree *next_node(walk *w, mpc_ast_t **parent)
{
    while (w->depth > 0 && !w->failed) {
        level *top = &w->levels[w->depth - 1];
        if (top->next < top->tree->n) {
            *parent = top->packed;
            return top->tree->children[top->next++];
        }
        w->depth--;
    }
    return NULL;
}

/* How much room a packed tree takes. */
typedef struct {
    size_t nodes;
    size_t text_bytes;
    size_t tag_bytes;
    mpc_tag *tags; /* those in use, linked by next_packed */
} inventory;

static void list_tag(inventory *inv, mpc_tag *tag)
{
    static char listed[1];
    if (tag->packed)
        return;
    tag->packed = listed;
    tag->next_packed = inv->tags;
    inv->tags = tag;
    inv->tag_bytes += tag->total + 1;
}

static void take_inventory(inventory *inv, walk *w, const mpc_tree *t)
{
    mpc_ast_t *parent;
    for (; t; t = next_node(w, &parent)) {
        inv->nodes++;
        if (t->length > 0)
            inv->text_bytes += t->length + (size_t)1;
        list_tag(inv, t->tag);
        enter(w, t, NULL);
    }
}

static char *pack_tags(mpc_tag *tags, char *to)
{
    for (; tags; tags = tags->next_packed) {
        write_tag(to, tags);
        tags->packed = to;
        to += tags->total + 1;
    }
    return to;
}

/* Fills the block. Texts begin with an empty one, which all inner nodes share. A node
 * adds itself to its parent, which comes before it and has its room for children already.
 */
static void pack_nodes(mpc_run *r, walk *w, const mpc_tree *t, mpc_ast_block *block,
                       char *text)
{
    mpc_ast_t **children = (mpc_ast_t **)(block->nodes + block->count);
    mpc_ast_t *parent = NULL;
    char *empty = text;
    *text++ = '\0';
    for (int i = 0; t; i++, t = next_node(w, &parent)) {
        mpc_ast_t *node = &block->nodes[i];
        node->tag = t->tag->packed;
        node->contents = empty;
        if (t->length > 0) {
            memcpy(text, t->text, t->length);
            text[t->length] = '\0';
            node->contents = text;
            text += t->length + 1;
        }
        node->state = tree_state(r, t);
        node->state.term = AST_IN_BLOCK + AST_INDEX * i;
        node->children_num = 0;
        node->children = t->n > 0 ? children : NULL;
        children += t->n;
        if (parent)
            parent->children[parent->children_num++] = node;
        enter(w, t, node);
    }
}

mpc_ast_t *mpc_tree_pack(mpc_run *r, mpc_tree *root)
{
    walk w = {NULL, 0, 0, false};
    inventory inv = {0, 0, 0, NULL};
    mpc_ast_block *block = NULL;
    take_inventory(&inv, &w, root);
    size_t slots = inv.nodes * (sizeof(mpc_ast_t) + sizeof(mpc_ast_t *));
    if (!w.failed && inv.nodes < MPC_MAX_NODES)
        block = malloc(sizeof *block + slots + inv.tag_bytes + 1 + inv.text_bytes);
    if (block) {
        block->count = inv.nodes;
        block->changed = 0;
        char *text = pack_tags(inv.tags, (char *)block->nodes + slots);
        pack_nodes(r, &w, root, block, text);
    } else {
        mpc_run_stop(r, mpc_text_no_memory);
    }
    free(w.levels);
    return block ? block->nodes : NULL;
}

/* ---- Exporting ---- */

static mpc_ast_t *export_node(mpc_run *r, const mpc_tree *t)
{
    mpc_ast_t *node = calloc(1, sizeof *node);
    if (!node)
        return NULL;
    node->tag = malloc(t->tag->total + 1);
    node->contents = mpc_copy_bytes(t->text, t->length);
    node->children = t->n > 0 ? calloc(t->n, sizeof(*node->children)) : NULL;
    if (!node->tag || !node->contents || (t->n > 0 && !node->children)) {
        mpc_ast_delete(node);
        return NULL;
    }
    write_tag(node->tag, t->tag);
    node->state = tree_state(r, t);
    node->state.term = 0;
    return node;
}

/* Adds the children of the node to it and to the list: pairs of tree and copy. */
static bool export_children(mpc_run *r, mpc_list *list, const mpc_tree *t,
                            mpc_ast_t *node)
{
    for (size_t k = 0; k < t->n; k++) {
        mpc_ast_t *child = export_node(r, t->children[k]);
        if (!child)
            return false;
        node->children[node->children_num++] = child;
        if (!mpc_list_add(list, t->children[k]) || !mpc_list_add(list, child))
            return false;
    }
    return true;
}

mpc_ast_t *mpc_tree_export(mpc_run *r, mpc_tree *t)
{
    mpc_list list = {0};
    mpc_ast_t *root = export_node(r, t);
    bool ok = root && mpc_list_add(&list, t) && mpc_list_add(&list, root);
    for (size_t i = 0; ok && i < list.n; i += 2)
        ok = export_children(r, &list, list.items[i], list.items[i + 1]);
    mpc_list_free(&list);
    if (ok)
        return root;
    mpc_ast_delete(root);
    return NULL;
}

/* ---- Importing ---- */

static mpc_tree *import_node(mpc_run *r, const mpc_ast_t *ast)
{
    size_t tag_length = strlen(ast->tag);
    size_t length = strlen(ast->contents);
    char *text = mpc_run_alloc(r, tag_length + 1 + length + 1);
    mpc_state_t *state = mpc_run_alloc(r, sizeof *state);
    if (!text || !state)
        return NULL;
    memcpy(text, ast->tag, tag_length + 1);
    memcpy(text + tag_length + 1, ast->contents, length + 1);
    mpc_tree *t = mpc_tree_leaf(r, text, tag_length, text + tag_length + 1, length, NULL);
    if (!t)
        return NULL;
    *state = ast->state;
    t->at.state = state;
    t->has_state = true;
    t->n = (uint32_t)ast->children_num & INT32_MAX;
    if (t->n > 0 && !(t->children = mpc_run_alloc(r, t->n * sizeof(*t->children))))
        return NULL;
    return t;
}

mpc_tree *mpc_tree_import(mpc_run *r, mpc_ast_t *ast)
{
    mpc_list list = {0};
    mpc_tree *root = import_node(r, ast);
    bool ok = root && mpc_list_add(&list, ast) && mpc_list_add(&list, root);
    for (size_t i = 0; ok && i < list.n; i += 2) {
        const mpc_ast_t *from = list.items[i];
        mpc_tree *to = list.items[i + 1];
        for (size_t k = 0; ok && k < to->n; k++) {
            to->children[k] = import_node(r, from->children[k]);
            ok = to->children[k] && mpc_list_add(&list, from->children[k]) &&
                 mpc_list_add(&list, to->children[k]);
        }
    }
    mpc_list_free(&list);
    if (!ok)
        mpc_run_stop(r, mpc_text_no_memory);
    return ok ? root : NULL;
}
