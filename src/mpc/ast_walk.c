/* ast_walk.c: going through trees: printing, comparing, searching, traversing. */

#include "internal.h"

/* ---- Walking ---- */

typedef struct {
    mpc_ast_t *node;
    int next; /* child to visit next */
} level;

/* A walk in preorder with a stack of its own. */
typedef struct {
    level *levels;
    size_t depth;
    size_t capacity;
    bool failed; /* no memory for the stack */
} walk;

static mpc_ast_t *enter(walk *w, mpc_ast_t *a)
{
    if (w->depth == w->capacity) {
        size_t capacity = 2 * w->capacity + 32;
        level *levels = realloc(w->levels, capacity * sizeof *levels);
        if (!levels) {
            w->failed = true;
            return NULL;
        }
        w->levels = levels;
        w->capacity = capacity;
    }
    w->levels[w->depth++] = (level){a, 0};
    return a;
}

/* The node after the one visited last, or NULL. */
static mpc_ast_t *step(walk *w)
{
    while (w->depth > 0) {
        level *top = &w->levels[w->depth - 1];
        if (top->next < top->node->children_num)
            return enter(w, top->node->children[top->next++]);
        w->depth--;
    }
    return NULL;
}

static void print_node(const mpc_ast_t *a, size_t indent, FILE *fp)
{
    for (size_t i = 0; i < indent; i++)
        fputs("  ", fp);
    if (*a->contents)
        fprintf(fp, "%s:%ld:%ld '%s'\n", a->tag, a->state.row + 1, a->state.col + 1,
                a->contents);
    else
        fprintf(fp, "%s \n", a->tag);
}

void mpc_ast_print_to(mpc_ast_t *a, FILE *fp)
{
    if (!a) {
        fputs("NULL\n", fp);
        return;
    }
    walk w = {NULL, 0, 0, false};
    for (a = enter(&w, a); a; a = step(&w))
        print_node(a, w.depth - 1, fp);
    free(w.levels);
}

void mpc_ast_print(mpc_ast_t *a)
{
    mpc_ast_print_to(a, stdout);
}

static bool same_node(const mpc_ast_t *a, const mpc_ast_t *b)
{
    return strcmp(a->tag, b->tag) == 0 && strcmp(a->contents, b->contents) == 0 &&
           a->children_num == b->children_num;
}

int mpc_ast_eq(mpc_ast_t *a, mpc_ast_t *b)
{
    if (!a || !b)
        return a == b;
    walk v = {NULL, 0, 0, false};
    walk w = {NULL, 0, 0, false};
    a = enter(&v, a);
    b = enter(&w, b);
    while (a && b && same_node(a, b)) {
        a = step(&v);
        b = step(&w);
    }
    free(v.levels);
    free(w.levels);
    return !a && !b && !v.failed && !w.failed;
}

/* ---- Searching ---- */

int mpc_ast_get_index_lb(mpc_ast_t *ast, const char *tag, int lb)
{
    for (int i = lb; i < ast->children_num; i++)
        if (strcmp(ast->children[i]->tag, tag) == 0)
            return i;
    return -1;
}

int mpc_ast_get_index(mpc_ast_t *ast, const char *tag)
{
    return mpc_ast_get_index_lb(ast, tag, 0);
}

mpc_ast_t *mpc_ast_get_child_lb(mpc_ast_t *ast, const char *tag, int lb)
{
    int i = mpc_ast_get_index_lb(ast, tag, lb);
    return i < 0 ? NULL : ast->children[i];
}

mpc_ast_t *mpc_ast_get_child(mpc_ast_t *ast, const char *tag)
{
    return mpc_ast_get_child_lb(ast, tag, 0);
}

/* ---- Traversing ---- */

/* Makes `node` the present one, above the present one. Without memory the walk ends. */
static bool descend(mpc_ast_trav_t **trav, mpc_ast_t *node, mpc_ast_trav_order_t order)
{
    mpc_ast_trav_t *t = malloc(sizeof *t);
    if (!t) {
        mpc_ast_traverse_free(trav);
        return false;
    }
    *t = (mpc_ast_trav_t){.curr_node = node, .parent = *trav, .order = order};
    *trav = t;
    return true;
}

/* In postorder a walk through a node begins at its leftmost leaf. */
static void descend_to_first(mpc_ast_trav_t **trav, mpc_ast_t *node,
                             mpc_ast_trav_order_t order)
{
    while (descend(trav, node, order) && order == mpc_ast_trav_order_post &&
           node->children_num > 0)
        node = node->children[0];
}

mpc_ast_trav_t *mpc_ast_traverse_start(mpc_ast_t *ast, mpc_ast_trav_order_t order)
{
    mpc_ast_trav_t *trav = NULL;
    if (ast)
        descend_to_first(&trav, ast, order);
    return trav;
}

/* Goes up to the parent. */
static void climb(mpc_ast_trav_t **trav)
{
    mpc_ast_trav_t *parent = (*trav)->parent;
    free(*trav);
    *trav = parent;
}

/* Moves to the next child of the present node; false if there is none. */
static bool next_child(mpc_ast_trav_t **trav)
{
    mpc_ast_trav_t *t = *trav;
    if (t->curr_child >= t->curr_node->children_num)
        return false;
    descend_to_first(trav, t->curr_node->children[t->curr_child++], t->order);
    return true;
}

static void advance_pre(mpc_ast_trav_t **trav)
{
    while (*trav && !next_child(trav))
        climb(trav);
}

/* The children before the present one, and it itself, have been visited. */
static void advance_post(mpc_ast_trav_t **trav)
{
    climb(trav);
    if (*trav)
        (*trav)->curr_child++;
    if (*trav && (*trav)->curr_child < (*trav)->curr_node->children_num)
        descend_to_first(trav, (*trav)->curr_node->children[(*trav)->curr_child],
                         (*trav)->order);
}

mpc_ast_t *mpc_ast_traverse_next(mpc_ast_trav_t **trav)
{
    if (!*trav)
        return NULL;
    mpc_ast_t *node = (*trav)->curr_node;
    if ((*trav)->order == mpc_ast_trav_order_pre)
        advance_pre(trav);
    else
        advance_post(trav);
    return node;
}

void mpc_ast_traverse_free(mpc_ast_trav_t **trav)
{
    while (*trav)
        climb(trav);
}
