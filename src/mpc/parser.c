/* parser.c: parsers as objects: making, defining, copying and freeing them. */

#include "internal.h"

#include <assert.h>

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

/* ---- What a parser can start with ---- */

/* Adds what `x` can start with to `def`; true if `x` may match nothing. A retained parser
 * can be redefined later, so nothing is assumed about it. */
static bool add_first(mpc_definition *def, const mpc_parser_t *x)
{
    if (x->retained) {
        memset(&def->first, 0xff, sizeof def->first);
        return true;
    }
    mpc_set_unite(&def->first, &x->def.first);
    return x->def.may_be_empty;
}

static void set_first_or(mpc_definition *def)
{
    def->may_be_empty = def->n == 0;
    for (int i = 0; i < def->n; i++)
        if (add_first(def, def->xs[i]))
            def->may_be_empty = true;
}

static void set_first_and(mpc_definition *def)
{
    for (int i = 0; i < def->n; i++)
        if (!add_first(def, def->xs[i]))
            return;
    def->may_be_empty = true;
}

void mpc_set_first(mpc_parser_t *p)
{
    mpc_definition *def = &p->def;
    switch (def->type) {
    case P_OR:
        set_first_or(def);
        break;
    case P_AND:
        set_first_and(def);
        break;
    case P_SEPBY:
        assert(def->xs);
        def->may_be_empty = add_first(def, def->xs[0]);
        break;
    case P_NOT: /* consumes nothing, so what it looks at does not count */
        def->may_be_empty = true;
        break;
    case P_MAYBE:
    case P_MANY:
        add_first(def, def->x);
        def->may_be_empty = true;
        break;
    case P_COUNT:
        def->may_be_empty = add_first(def, def->x) || def->n == 0;
        break;
    default:
        def->may_be_empty = add_first(def, def->x);
        break;
    }
}

/* ---- Freeing ---- */

/* Frees what a definition owns. The unretained parsers inside go to the front of `list`,
 * so that a deep parser needs no deep recursion. */
static mpc_parser_t *drop_definition(mpc_parser_t *p, mpc_parser_t *list)
{
    int n;
    mpc_parser_t **xs = mpc_children(p, &n);
    for (int i = 0; i < n; i++) {
        if (xs[i]->retained || mpc_is_no_memory(xs[i]))
            continue;
        xs[i]->link = list;
        list = xs[i];
    }
    free(p->def.xs);
    free(p->def.dtors);
    free(p->def.text);
    free(p->def.expected);
    mpc_regex_delete(p->def.regex);
    p->def = (mpc_definition){.type = P_UNDEFINED};
    return list;
}

static void delete_list(mpc_parser_t *list)
{
    while (list) {
        mpc_parser_t *p = list;
        list = drop_definition(p, p->link);
        free(p);
    }
}

void mpc_delete(mpc_parser_t *p)
{
    if (!p || mpc_is_no_memory(p))
        return;
    delete_list(drop_definition(p, NULL));
    free(p->name);
    free(p);
}

mpc_parser_t *mpc_undefine(mpc_parser_t *p)
{
    if (!mpc_is_no_memory(p))
        delete_list(drop_definition(p, NULL));
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

mpc_parser_t *mpc_define(mpc_parser_t *p, mpc_parser_t *a)
{
    if (mpc_is_no_memory(p)) {
        mpc_delete(a);
        return p;
    }
    if (!p->retained) {
        mpc_delete(a);
        a = mpc_fail("Attempt to assign to Unretained Parser!");
    }
    mpc_undefine(p);
    p->def = a->def;
    if (!mpc_is_no_memory(a)) {
        free(a);
        return p;
    }
    /* The shared parser keeps its text, so this definition needs one of its own. Without
     * memory even for that, an undefined parser fails just as well. */
    p->def.text = mpc_copy_text(mpc_text_no_memory);
    if (!p->def.text)
        p->def.type = P_UNDEFINED;
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
    mpc_parser_t *list = mpc_is_no_memory(copy) ? NULL : copy;
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
    return copy;
}
