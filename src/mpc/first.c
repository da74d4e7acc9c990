/* first.c: what parsers can start with, so that the machine need not try those that
 * would fail at once.
 *
 * Each definition has the set of bytes that it can start with, which is worth nothing if
 * it may match without consuming. Both follow from the parsers inside. A retained parser
 * can get another definition at any time, and so a parser just made assumes nothing of
 * those it mentions. Once it is the definition of a retained parser, its sets are
 * tightened: worked out from the definitions there are, and again when one of these
 * changes. For that, retained parsers know which others mention them. An undefined parser
 * matches nothing, so that what was known about it stays true. */

#include "internal.h"

#include <assert.h>

/* ---- One parser ---- */

static void assume_nothing(mpc_definition *def)
{
    memset(&def->first, 0xff, sizeof def->first);
    def->may_be_empty = true;
}

/* Adds what `x` can start with to `def`; true if `x` may match nothing. */
static bool add_first(mpc_definition *def, const mpc_parser_t *x, bool tight)
{
    if (x->retained && !tight) {
        assume_nothing(def);
        return true;
    }
    mpc_set_unite(&def->first, &x->def.first);
    return x->def.may_be_empty;
}

static bool add_first_of_or(mpc_definition *def, bool tight)
{
    bool may_be_empty = def->n == 0;
    for (int i = 0; i < def->n; i++)
        if (add_first(def, def->xs[i], tight))
            may_be_empty = true;
    return may_be_empty;
}

static bool add_first_of_and(mpc_definition *def, bool tight)
{
    for (int i = 0; i < def->n; i++)
        if (!add_first(def, def->xs[i], tight))
            return false;
    return true;
}

static void set_first(mpc_parser_t *p, bool tight)
{
    mpc_definition *def = &p->def;
    def->first = (mpc_set){{0}};
    switch (def->type) {
    case P_OR:
        def->may_be_empty = add_first_of_or(def, tight);
        break;
    case P_AND:
        def->may_be_empty = add_first_of_and(def, tight);
        break;
    case P_SEPBY:
        assert(def->xs);
        def->may_be_empty = add_first(def, def->xs[0], tight);
        break;
    case P_NOT: /* consumes nothing, so what it looks at does not count */
        def->may_be_empty = true;
        break;
    case P_MAYBE:
    case P_MANY:
        add_first(def, def->x, tight);
        def->may_be_empty = true;
        break;
    case P_COUNT:
        def->may_be_empty = add_first(def, def->x, tight) || def->n == 0;
        break;
    default:
        def->may_be_empty = add_first(def, def->x, tight);
        break;
    }
}

void mpc_set_first(mpc_parser_t *p)
{
    set_first(p, false);
}

/* ---- A parser with all unretained ones inside ---- */

/* Lists the unretained parsers inside, the inner ones before those around them. */
static mpc_parser_t *list_inside(mpc_parser_t *p)
{
    mpc_parser_t *list = NULL;
    mpc_parser_t *todo = mpc_push_children(p, NULL);
    while (todo) {
        mpc_parser_t *x = todo;
        todo = x->link;
        todo = mpc_push_children(x, todo);
        x->link = list;
        list = x;
    }
    return list;
}

/* What leaves can start with is set when they are made, and stays. */
static bool is_leaf(const mpc_parser_t *p)
{
    return p->def.type <= P_LITERAL;
}

static void set_all(mpc_parser_t *p, bool tight)
{
    for (mpc_parser_t *x = list_inside(p); x; x = x->link)
        if (!is_leaf(x))
            set_first(x, tight);
    if (!is_leaf(p))
        set_first(p, tight);
}

void mpc_set_first_inside(mpc_parser_t *p)
{
    set_all(p, false);
}

/* ---- Who mentions whom ---- */

static bool add_user(mpc_parser_t *p, mpc_parser_t *user)
{
    int n;
    mpc_parser_t **xs = mpc_children(p, &n);
    for (int i = 0; i < n; i++)
        if (xs[i]->retained && !mpc_list_add(&xs[i]->users, user))
            return false;
    return true;
}

bool mpc_add_user(mpc_parser_t *user)
{
    bool ok = add_user(user, user);
    for (mpc_parser_t *x = list_inside(user); x; x = x->link)
        ok = ok && add_user(x, user);
    return ok;
}

void mpc_remove_user(mpc_parser_t *p, const mpc_parser_t *user)
{
    mpc_list *users = &p->users;
    for (size_t i = users->n; i > 0; i--) {
        if (users->items[i - 1] != user)
            continue;
        users->items[i - 1] = users->items[--users->n];
        return;
    }
}

/* ---- Tightening ---- */

static mpc_parser_t *push_unlisted(mpc_parser_t *p, mpc_parser_t *list)
{
    if (!p->retained || p->is_listed)
        return list;
    p->is_listed = true;
    p->link = list;
    return p;
}

/* Lists the rules and all that depend on them. */
static mpc_parser_t *list_dependents(void **rules, size_t n)
{
    mpc_parser_t *list = NULL;
    mpc_parser_t *todo = NULL;
    for (size_t i = 0; i < n; i++)
        todo = push_unlisted(rules[i], todo);
    while (todo) {
        mpc_parser_t *p = todo;
        todo = p->link;
        for (size_t i = 0; i < p->users.n; i++)
            todo = push_unlisted(p->users.items[i], todo);
        p->link = list;
        list = p;
    }
    return list;
}

/* Tightens once what was assumed so far; true if something has changed. */
static bool tighten_once(mpc_parser_t *list)
{
    bool changed = false;
    for (mpc_parser_t *p = list; p; p = p->link) {
        mpc_set first = p->def.first;
        bool may_be_empty = p->def.may_be_empty;
        set_all(p, true);
        if (p->def.may_be_empty != may_be_empty ||
            memcmp(&p->def.first, &first, sizeof first) != 0)
            changed = true;
    }
    return changed;
}

void mpc_tighten(void **rules, size_t n)
{
    enum { MOST_PASSES = 16 }; /* whatever is assumed after any of them is true */
    mpc_parser_t *list = list_dependents(rules, n);
    for (mpc_parser_t *p = list; p; p = p->link)
        if (!is_leaf(p))
            assume_nothing(&p->def);
    for (int i = 0; i < MOST_PASSES && tighten_once(list); i++)
        ;
    for (mpc_parser_t *p = list; p; p = p->link)
        p->is_listed = false;
}
