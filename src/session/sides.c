/* The two sides of a check: which of them is the claim, which gradients they have, and
 * whether one copies the other. */
#include <string.h>

#include "session/guard.h"
#include "syntax/digits.h"

/* ---- Names ---- */

/* The definition that a name stands for, or NULL. */
static const meaning *definition_of(const nabla *n, symbol spelling)
{
    const name *found = names_known(&n->names, spelling, false);
    bool defined = found != NULL && found->meaning != NULL &&
                   found->meaning->kind == MEANING_DEFINITION;
    return defined ? found->meaning : NULL;
}

/* The name that another one only repeats: L of M = L. */
static symbol repeated(const nabla *n, symbol spelling)
{
    const meaning *m = definition_of(n, spelling);
    for (; m != NULL && m->body.count == 1 && m->body.nodes[0].kind == TREE_NAME;
         m = definition_of(n, spelling))
        spelling = m->body.nodes[0].as.name;
    return spelling;
}

static bool same_node(const nabla *n, const tree_node *a, const tree_node *b)
{
    if (a->kind != b->kind || a->arity != b->arity || a->op != b->op)
        return false;
    switch ((tree_kind)a->kind) {
    case TREE_NUMBER:
        return a->as.number == b->as.number;
    case TREE_NAME:
        return repeated(n, a->as.name) == repeated(n, b->as.name);
    case TREE_CALL:
    case TREE_PARTIAL:
        return a->as.name == b->as.name;
    case TREE_MATRIX:
        return a->rows == b->rows && a->nested == b->nested;
    case TREE_OPERATION:
    case TREE_INDEX:
    case TREE_RANGE:
    case TREE_ALL:
    case TREE_END:
        return true;
    case TREE_TEXT:
    case TREE_VALUE:
    case TREE_VERBATIM:
        return false;
    }
    return false;
}

static bool same_tree(const nabla *n, tree a, tree b)
{
    if (a.count != b.count)
        return false;
    for (size_t i = 0; i < a.count; i++)
        if (!same_node(n, &a.nodes[i], &b.nodes[i]))
            return false;
    return true;
}

/* ---- Gradients ---- */

/* A tree to be looked through, perhaps the body of a function that was called so. */
typedef struct place {
    tree of;
    const function *callee; /* NULL: no function */
    const tree *arguments;
} place;

typedef struct finder {
    nabla *n;
    ARRAY(place) open;
    gradients *found;
} finder;

/* The argument that a call has for a parameter, or the tree itself. */
static tree argument_of(const place *p, tree t)
{
    const tree_node *root = &t.nodes[t.count - 1];
    if (p->callee == NULL || root->kind != TREE_NAME)
        return t;
    for (size_t i = 0; i < p->callee->count; i++)
        if (p->callee->parameters[i].name == root->as.name)
            return p->arguments[i];
    return t;
}

static void enter_definition(finder *f, symbol spelling)
{
    name *found = names_known(&f->n->names, spelling, false);
    if (definition_of(f->n, spelling) == NULL || found->visited == f->n->names.walk)
        return;
    found->visited = f->n->names.walk;
    array_push(&f->n->work, &f->open, ((place){.of = found->meaning->body}));
}

/* A function is entered at each of its calls, until there are very many. */
static void enter_function(finder *f, const place *p, size_t at)
{
    enum { MANY = 1000 };
    const tree_node *call = &p->of.nodes[at];
    const name *found = names_known(&f->n->names, call->as.name, true);
    if (found == NULL || found->meaning == NULL || f->open.count > MANY ||
        found->meaning->function.count != call->arity)
        return;
    size_t *children = ARENA_ARRAY(&f->n->work, size_t, call->arity);
    tree *arguments = ARENA_ARRAY(&f->n->work, tree, call->arity);
    tree_children(&p->of, at, children);
    for (size_t k = 0; k < call->arity; k++)
        arguments[k] = argument_of(p, tree_part(&p->of, children[k]));
    const function *callee = &found->meaning->function;
    array_push(&f->n->work, &f->open, ((place){callee->body, callee, arguments}));
}

static void look_at(finder *f, const place *p, size_t at)
{
    const tree_node *t = &p->of.nodes[at];
    if (t->kind == TREE_NAME)
        enter_definition(f, t->as.name);
    else if (t->kind == TREE_CALL)
        enter_function(f, p, at);
    else if (t->kind == TREE_PARTIAL)
        array_push(&f->n->work, f->found,
                   ((gradient){argument_of(p, tree_part(&p->of, at - 1)), t->as.name}));
}

/* The gradients that a tree contains, those in the definitions and functions that it uses
 * included. */
static gradients find_gradients(nabla *n, tree of)
{
    gradients found = {0};
    finder f = {.n = n, .found = &found};
    n->names.walk++;
    array_push(&n->work, &f.open, ((place){.of = of}));
    for (size_t next = 0; next < f.open.count; next++) {
        limits_poll(&n->limits);
        place p = f.open.items[next];
        for (size_t i = 0; i < p.of.count; i++)
            look_at(&f, &p, i);
    }
    return found;
}

tree sides_inner(nabla *n, tree side)
{
    for (;;) {
        size_t at = side.count - 1;
        const tree_node *root = &side.nodes[at];
        bool transposed = root->kind == TREE_OPERATION && root->op == OP_TRANSPOSE;
        if (root->kind != TREE_INDEX && !transposed)
            return side;
        size_t *children = ARENA_ARRAY(&n->work, size_t, root->arity);
        tree_children(&side, at, children);
        side = tree_part(&side, children[0]);
    }
}

/* ∂L/∂W, its entry or transpose, or a name defined as one: a gradient, and that alone. */
static bool is_bare(nabla *n, tree t, gradient *found)
{
    const meaning *m = NULL;
    do {
        t = sides_inner(n, m == NULL ? t : m->body);
        const tree_node *root = &t.nodes[t.count - 1];
        m = root->kind == TREE_NAME ? definition_of(n, root->as.name) : NULL;
    } while (m != NULL);
    const tree_node *root = &t.nodes[t.count - 1];
    if (root->kind != TREE_PARTIAL)
        return false;
    *found = (gradient){tree_part(&t, t.count - 2), root->as.name};
    return true;
}

/* The gradients of the side that is right: itself, or those written in it. */
static void list_gradients(nabla *n, sides *s)
{
    gradient bare;
    if (is_bare(n, s->right, &bare)) {
        s->bare = true;
        array_push(&n->work, &s->gradients, bare);
    } else {
        for (size_t i = 0; i < s->right.count; i++)
            if (s->right.nodes[i].kind == TREE_PARTIAL)
                array_push(
                    &n->work, &s->gradients,
                    ((gradient){tree_part(&s->right, i - 1), s->right.nodes[i].as.name}));
    }
    s->is_gradient = s->gradients.count > 0;
}

/* ---- Both sides ---- */

bool sides_exist(const tree *expression)
{
    const tree_node *root = &expression->nodes[expression->count - 1];
    return root->kind == TREE_OPERATION && root->op == OP_EQUAL;
}

/* Whether the right one of two sides is the claim. */
static bool claim_is_second(nabla *n, tree first, tree second)
{
    gradient unused;
    if (digits_of(&n->work, &first).whole)
        return false;
    if (digits_of(&n->work, &second).whole || guard_is_claim(n, &second, &first))
        return true;
    return !guard_is_claim(n, &first, &second) && is_bare(n, first, &unused) &&
           !is_bare(n, second, &unused);
}

static bool complain_copy(nabla *n, const sides *s, symbol by)
{
    span where = s->claim.nodes[s->claim.count - 1].where;
    diagnose(&n->now.why, DIAGNOSTIC_USAGE, where,
             "the claim contains the gradient that it is compared with, so it is always "
             "right");
    return diagnose_hint(
        &n->now.why, "write the gradient by %s that you derived by hand, without ∂", by);
}

static sides both_sides(nabla *n, const tree *expression)
{
    size_t children[2];
    tree_children(expression, expression->count - 1, children);
    tree first = tree_part(expression, children[0]);
    tree second = tree_part(expression, children[1]);
    bool swapped = claim_is_second(n, first, second);
    return (sides){.claim = swapped ? second : first, .right = swapped ? first : second};
}

tree sides_claim(nabla *n, const tree *expression)
{
    return both_sides(n, expression).claim;
}

bool sides_of(nabla *n, const tree *expression, sides *found)
{
    *found = both_sides(n, expression);
    list_gradients(n, found);
    if (!found->is_gradient)
        return true;
    gradients claimed = find_gradients(n, found->claim);
    for (size_t i = 0; i < claimed.count; i++)
        for (size_t k = 0; k < found->gradients.count; k++) {
            const gradient *mine = &claimed.items[i], *its = &found->gradients.items[k];
            if (mine->by == its->by && same_tree(n, mine->of, its->of))
                return complain_copy(n, found, mine->by);
        }
    return true;
}
