/* parser.c: parsers as objects: making, defining, copying and freeing them. */

#include "internal.h"

const char mpc_text_no_memory[] = "Out of memory!";
const char mpc_white[] = " \f\n\r\t\v";

/* ---- Sets of bytes ---- */

void mpc_set_unite(mpc_set *set, const mpc_set *other)
{
    for (int i = 0; i < 4; i++)
        set->bits[i] |= other->bits[i];
}

void mpc_set_invert(mpc_set *set)
{
    for (int i = 0; i < 4; i++)
        set->bits[i] = ~set->bits[i];
}

mpc_set mpc_set_of(const char *members)
{
    mpc_set set = {{0}};
    for (; *members; members++)
        mpc_set_add(&set, (unsigned char)*members);
    return set;
}

mpc_set mpc_set_range(unsigned char first, unsigned char last)
{
    mpc_set set = {{0}};
    for (int c = first; c <= last; c++)
        mpc_set_add(&set, (unsigned char)c);
    return set;
}

/* ---- Text ---- */

char *mpc_copy_bytes(const char *bytes, size_t length)
{
    char *copy = malloc(length + 1);
    if (!copy)
        return NULL;
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

char *mpc_copy_text(const char *text)
{
    return mpc_copy_bytes(text, strlen(text));
}

char *mpc_format(const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, fmt, args);
    char *text = length < 0 ? NULL : malloc((size_t)length + 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, fmt, again);
    va_end(again);
    return text;
}

/* ---- Making ---- */

/* Handed out in place of every parser that could not be allocated. */
static const mpc_parser_t no_memory = {
    .def = {.type = P_FAIL, .text = (char *)mpc_text_no_memory}};

mpc_parser_t *mpc_no_memory(void)
{
    return (mpc_parser_t *)&no_memory;
}

bool mpc_is_no_memory(const mpc_parser_t *p)
{
    return p == &no_memory;
}

mpc_parser_t *mpc_make(mpc_type type)
{
    mpc_parser_t *p = calloc(1, sizeof *p);
    if (!p)
        return mpc_no_memory();
    p->def.type = (uint8_t)type;
    return p;
}

mpc_parser_t *mpc_make_around(mpc_type type, mpc_parser_t *x)
{
    mpc_parser_t *p = mpc_make(type);
    if (mpc_is_no_memory(p)) {
        if (!x->retained)
            mpc_delete(x);
        return p;
    }
    p->def.x = x;
    mpc_set_first(p);
    return p;
}

mpc_parser_t *mpc_make_text(mpc_type type, const char *text)
{
    mpc_parser_t *p = mpc_make(type);
    if (mpc_is_no_memory(p))
        return p;
    p->def.text = mpc_copy_text(text);
    p->def.text_length = strlen(text);
    return p->def.text ? p : mpc_abandon(p);
}

mpc_parser_t *mpc_abandon(mpc_parser_t *p)
{
    mpc_delete(p);
    return mpc_no_memory();
}

mpc_parser_t **mpc_children(mpc_parser_t *p, int *n)
{
    mpc_definition *def = &p->def;
    if (def->xs) {
        *n = def->n;
        return def->xs;
    }
    *n = def->x ? 1 : 0;
    return &def->x;
}

mpc_parser_t *mpc_push_children(mpc_parser_t *p, mpc_parser_t *list)
{
    int n;
    mpc_parser_t **xs = mpc_children(p, &n);
    for (int i = 0; i < n; i++) {
        if (xs[i]->retained || mpc_is_no_memory(xs[i]))
            continue;
        xs[i]->link = list;
        list = xs[i];
    }
    return list;
}

/* ---- Freeing ---- */

/* The parsers inside that are retained no longer have `user` as their user. */
static void remove_user_inside(mpc_parser_t *p, const mpc_parser_t *user)
{
    int n;
    mpc_parser_t **xs = mpc_children(p, &n);
    for (int i = 0; i < n; i++)
        if (xs[i]->retained)
            mpc_remove_user(xs[i], user);
}

/* Frees what a definition owns, which is part of that of `user`. The unretained parsers
 * inside go to the front of `list`. */
static mpc_parser_t *drop_definition(mpc_parser_t *p, mpc_parser_t *list,
                                     const mpc_parser_t *user)
{
    remove_user_inside(p, user);
    list = mpc_push_children(p, list);
    free(p->def.xs);
    free(p->def.dtors);
    free(p->def.text);
    free(p->def.expected);
    mpc_regex_delete(p->def.regex);
    p->def = (mpc_definition){.type = P_UNDEFINED};
    return list;
}

static void drop_all(mpc_parser_t *user)
{
    mpc_parser_t *list = drop_definition(user, NULL, user);
    while (list) {
        mpc_parser_t *p = list;
        list = drop_definition(p, p->link, user);
        free(p);
    }
}

void mpc_delete(mpc_parser_t *p)
{
    if (!p || mpc_is_no_memory(p))
        return;
    drop_all(p);
    mpc_list_free(&p->users);
    free(p->name);
    free(p);
}

mpc_parser_t *mpc_undefine(mpc_parser_t *p)
{
    if (!mpc_is_no_memory(p))
        drop_all(p);
    return p;
}

void mpc_cleanup(int n, ...)
{
    va_list args;
    va_start(args, n);
    for (int i = 0; i < n; i++)
        mpc_undefine(va_arg(args, mpc_parser_t *));
    va_end(args);
    va_start(args, n);
    for (int i = 0; i < n; i++)
        mpc_delete(va_arg(args, mpc_parser_t *));
    va_end(args);
}

/* ---- Retained parsers ---- */

mpc_parser_t *mpc_new(const char *name)
{
    mpc_parser_t *p = mpc_make(P_UNDEFINED);
    if (mpc_is_no_memory(p))
        return p;
    p->name_length = strlen(name);
    p->name = malloc(p->name_length + 2);
    if (!p->name)
        return mpc_abandon(p);
    memcpy(p->name, name, p->name_length);
    memcpy(p->name + p->name_length, "|", 2);
    p->retained = true;
    return p;
}

/* Defines `p` as the parser that says there is no memory. The shared one keeps its text,
 * so this definition needs one of its own. Without memory even for that, an undefined
 * parser fails just as well. */
static void define_no_memory(mpc_parser_t *p)
{
    p->def = no_memory.def;
    p->def.text = mpc_copy_text(mpc_text_no_memory);
    if (!p->def.text)
        p->def.type = P_UNDEFINED;
}

void mpc_set_definition(mpc_parser_t *p, mpc_parser_t *a)
{
    if (mpc_is_no_memory(p)) {
        mpc_delete(a);
        return;
    }
    if (!p->retained) {
        mpc_delete(a);
        a = mpc_fail("Attempt to assign to Unretained Parser!");
    }
    mpc_undefine(p);
    if (mpc_is_no_memory(a)) {
        define_no_memory(p);
        return;
    }
    p->def = a->def;
    free(a);
    if (mpc_add_user(p))
        return;
    mpc_undefine(p);
    define_no_memory(p);
}

mpc_parser_t *mpc_define(mpc_parser_t *p, mpc_parser_t *a)
{
    mpc_set_definition(p, a);
    mpc_tighten((void *[]){p}, 1);
    return p;
}

/* ---- Copying ---- */

static bool copy_owned(mpc_definition *to, const mpc_definition *from)
{
    size_t n = from->n > 0 ? (size_t)from->n : 1;
    to->xs = NULL;
    to->dtors = NULL;
    to->text = NULL;
    to->expected = NULL;
    to->regex = NULL;
    if (from->text && !(to->text = mpc_copy_bytes(from->text, from->text_length)))
        return false;
    if (from->expected && !(to->expected = mpc_copy_text(from->expected)))
        return false;
    if (from->regex && !(to->regex = mpc_regex_copy(from->regex)))
        return false;
    if (from->dtors) {
        if (!(to->dtors = malloc(n * sizeof *to->dtors)))
            return false;
        memcpy(to->dtors, from->dtors, n * sizeof *to->dtors);
    }
    if (from->xs) {
        if (!(to->xs = malloc(n * sizeof(*to->xs))))
            return false;
        memcpy(to->xs, from->xs, n * sizeof(*to->xs));
    }
    if (to->tag && from->tag == from->text)
        to->tag = to->text;
    return true;
}

/* A copy that still shares the parsers inside. */
static mpc_parser_t *copy_shell(const mpc_parser_t *a)
{
    mpc_parser_t *p = mpc_make(P_UNDEFINED);
    if (mpc_is_no_memory(p))
        return p;
    p->def = a->def;
    if (copy_owned(&p->def, &a->def))
        return p;
    free(p->def.xs);
    p->def.xs = NULL;
    p->def.x = NULL;
    return mpc_abandon(p);
}

mpc_parser_t *mpc_copy(mpc_parser_t *a)
{
    if (a->retained || mpc_is_no_memory(a))
        return a;
    mpc_parser_t *copy = copy_shell(a);
    if (mpc_is_no_memory(copy))
        return copy;
    mpc_parser_t *list = copy;
    copy->link = NULL;
    while (list) {
        mpc_parser_t *p = list;
        list = p->link;
        int n;
        mpc_parser_t **xs = mpc_children(p, &n);
        for (int i = 0; i < n; i++) {
            if (xs[i]->retained || mpc_is_no_memory(xs[i]))
                continue;
            xs[i] = copy_shell(xs[i]);
            if (mpc_is_no_memory(xs[i]))
                continue;
            xs[i]->link = list;
            list = xs[i];
        }
    }
    mpc_set_first_inside(copy);
    return copy;
}
