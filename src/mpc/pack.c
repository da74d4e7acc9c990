/* pack.c: trees leaving the pool of a parse, and trees of the user entering it.
 *
 * None of the walks recurses in C. Packing lists the nodes in preorder, which is close to the
 * order in which they lie in memory; the other two go level by level along a list of the nodes
 * met so far. */

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

/* A node that is to be packed, and the index of its parent. */
typedef struct {
    const mpc_tree *tree;
    size_t parent;
} item;

typedef struct {
    item *items;
    size_t n;
    size_t capacity;
} item_list;

/* The nodes of a tree in preorder, and how much room it takes apart from them. */
typedef struct {
    item_list nodes;
    item_list waiting; /* a stack of nodes not yet listed */
    size_t text_bytes;
    size_t tag_bytes;
    mpc_tag *tags; /* those in use, linked by next_packed */
} inventory;

static bool make_room(item_list *list, size_t more)
{
    if (list->n + more <= list->capacity)
        return true;
    size_t capacity = 2 * list->capacity + more + 32;
    item *items = realloc(list->items, capacity * sizeof *items);
    if (!items)
        return false;
    list->items = items;
    list->capacity = capacity;
    return true;
}

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

/* Lists the node on top of the stack and puts its children there instead. */
static bool list_node(inventory *inv)
{
    item_list *waiting = &inv->waiting;
    item top = waiting->items[--waiting->n];
    const mpc_tree *t = top.tree;
    if (!make_room(&inv->nodes, 1) || !make_room(waiting, t->n))
        return false;
    size_t index = inv->nodes.n++;
    inv->nodes.items[index] = top;
    if (t->length > 0)
        inv->text_bytes += t->length + (size_t)1;
    list_tag(inv, t->tag);
    for (size_t k = t->n; k > 0; k--)
        waiting->items[waiting->n++] = (item){t->children[k - 1], index};
    return true;
}

static bool take_inventory(inventory *inv, const mpc_tree *root)
{
    if (!make_room(&inv->waiting, 1))
        return false;
    inv->waiting.items[inv->waiting.n++] = (item){root, 0};
    while (inv->waiting.n > 0)
        if (!list_node(inv))
            return false;
    return inv->nodes.n < MPC_MAX_NODES;
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

/* Fills the block. Texts begin with an empty one, which all inner nodes share. A node adds
 * itself to its parent, which comes before it and has its room for children already. */
static void pack_nodes(mpc_run *r, const item_list *list, mpc_ast_block *block,
                       mpc_ast_t **children, char *text)
{
    char *empty = text;
    *text++ = '\0';
    for (size_t i = 0; i < list->n; i++) {
        const mpc_tree *t = list->items[i].tree;
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
        node->state.term = AST_IN_BLOCK + AST_INDEX * (int)i;
        node->children_num = 0;
        node->children = t->n > 0 ? children : NULL;
        children += t->n;
        mpc_ast_t *parent = &block->nodes[list->items[i].parent];
        if (i > 0)
            parent->children[parent->children_num++] = node;
    }
}

mpc_ast_t *mpc_tree_pack(mpc_run *r, mpc_tree *root)
{
    inventory inv = {{NULL, 0, 0}, {NULL, 0, 0}, 0, 0, NULL};
    mpc_ast_block *block = NULL;
    if (take_inventory(&inv, root)) {
        size_t n = inv.nodes.n;
        size_t slots = n * sizeof(mpc_ast_t) + n * sizeof(mpc_ast_t *);
        block = malloc(sizeof *block + slots + inv.tag_bytes + 1 + inv.text_bytes);
    }
    if (block) {
        mpc_ast_t **children = (mpc_ast_t **)(block->nodes + inv.nodes.n);
        char *text = pack_tags(inv.tags, (char *)(children + inv.nodes.n));
        block->count = inv.nodes.n;
        block->changed = 0;
        pack_nodes(r, &inv.nodes, block, children, text);
    } else {
        mpc_run_stop(r, mpc_text_no_memory);
    }
    free(inv.nodes.items);
    free(inv.waiting.items);
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
static bool export_children(mpc_run *r, mpc_list *list, const mpc_tree *t, mpc_ast_t *node)
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
