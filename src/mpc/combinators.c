/* combinators.c: parsers made of parsers. */

#include "internal.h"

/* ---- Errors ---- */

/* Takes over `e`. */
static mpc_parser_t *expect_owned(mpc_parser_t *a, char *e)
{
    if (!e || mpc_is_no_memory(a)) {
        free(e);
        if (!a->retained)
            mpc_delete(a);
        return mpc_no_memory();
    }
    if (a->def.type <= P_LITERAL && !a->retained) { /* a leaf needs no parser around it */
        free(a->def.expected);
        a->def.expected = e;
        return a;
    }
    mpc_parser_t *p = mpc_make_around(P_EXPECT, a);
    if (mpc_is_no_memory(p)) {
        free(e);
        return p;
    }
    p->def.text = e;
    p->def.text_length = strlen(e);
    return p;
}

mpc_parser_t *mpc_expect(mpc_parser_t *a, const char *e)
{
    return expect_owned(a, mpc_copy_text(e));
}

mpc_parser_t *mpc_expectf(mpc_parser_t *a, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *text = mpc_format(fmt, args);
    va_end(args);
    return expect_owned(a, text);
}

/* ---- Functions on results ---- */

mpc_parser_t *mpc_apply(mpc_parser_t *a, mpc_apply_t f)
{
    mpc_parser_t *p = mpc_make_around(P_APPLY, a);
    if (!mpc_is_no_memory(p))
        p->def.f.apply = f;
    return p;
}

mpc_parser_t *mpc_apply_to(mpc_parser_t *a, mpc_apply_to_t f, void *x)
{
    mpc_parser_t *p = mpc_make_around(P_APPLY_TO, a);
    if (mpc_is_no_memory(p))
        return p;
    p->def.f.apply_to = f;
    p->def.data = x;
    return p;
}

/* Takes over `e`. The function is set by the caller. */
static mpc_parser_t *make_check(mpc_type type, mpc_parser_t *a, mpc_dtor_t da, char *e)
{
    mpc_parser_t *p = mpc_make_around(type, a);
    if (mpc_is_no_memory(p)) {
        free(e);
        return p;
    }
    if (!e)
        return mpc_abandon(p);
    p->def.dtor = da;
    p->def.text = e;
    p->def.text_length = strlen(e);
    return p;
}

static mpc_parser_t *check_owned(mpc_parser_t *a, mpc_dtor_t da, mpc_check_t f, char *e)
{
    mpc_parser_t *p = make_check(P_CHECK, a, da, e);
    if (!mpc_is_no_memory(p))
        p->def.f.check = f;
    return p;
}

static mpc_parser_t *check_with_owned(mpc_parser_t *a, mpc_dtor_t da, mpc_check_with_t f,
                                      void *x, char *e)
{
    mpc_parser_t *p = make_check(P_CHECK_WITH, a, da, e);
    if (mpc_is_no_memory(p))
        return p;
    p->def.f.check_with = f;
    p->def.data = x;
    return p;
}

mpc_parser_t *mpc_check(mpc_parser_t *a, mpc_dtor_t da, mpc_check_t f, const char *e)
{
    return check_owned(a, da, f, mpc_copy_text(e));
}

mpc_parser_t *mpc_check_with(mpc_parser_t *a, mpc_dtor_t da, mpc_check_with_t f, void *x,
                             const char *e)
{
    return check_with_owned(a, da, f, x, mpc_copy_text(e));
}

mpc_parser_t *mpc_checkf(mpc_parser_t *a, mpc_dtor_t da, mpc_check_t f, const char *fmt,
                         ...)
{
    va_list args;
    va_start(args, fmt);
    char *text = mpc_format(fmt, args);
    va_end(args);
    return check_owned(a, da, f, text);
}

mpc_parser_t *mpc_check_withf(mpc_parser_t *a, mpc_dtor_t da, mpc_check_with_t f, void *x,
                              const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *text = mpc_format(fmt, args);
    va_end(args);
    return check_with_owned(a, da, f, x, text);
}

/* ---- Options and repetitions ---- */

mpc_parser_t *mpc_not_lift(mpc_parser_t *a, mpc_dtor_t da, mpc_ctor_t lf)
{
    mpc_parser_t *p = mpc_make_around(P_NOT, a);
    if (mpc_is_no_memory(p))
        return p;
    p->def.dtor = da;
    p->def.f.lift = lf;
    return p;
}

mpc_parser_t *mpc_not(mpc_parser_t *a, mpc_dtor_t da)
{
    return mpc_not_lift(a, da, mpcf_ctor_null);
}

mpc_parser_t *mpc_maybe_lift(mpc_parser_t *a, mpc_ctor_t lf)
{
    mpc_parser_t *p = mpc_make_around(P_MAYBE, a);
    if (!mpc_is_no_memory(p))
        p->def.f.lift = lf;
    return p;
}

mpc_parser_t *mpc_maybe(mpc_parser_t *a)
{
    return mpc_maybe_lift(a, mpcf_ctor_null);
}

void mpc_set_fold(mpc_definition *def, mpc_fold_t f)
{
    static const struct {
        mpc_fold_t f;
        mpc_fold_kind kind;
        uint8_t pick;
    } known[] = {
        {mpcf_null, FOLD_NULL, 0},          {mpcf_fst, FOLD_PICK, 0},
        {mpcf_snd, FOLD_PICK, 1},           {mpcf_trd, FOLD_PICK, 2},
        {mpcf_fst_free, FOLD_PICK_FREE, 0}, {mpcf_snd_free, FOLD_PICK_FREE, 1},
        {mpcf_trd_free, FOLD_PICK_FREE, 2}, {mpcf_all_free, FOLD_ALL_FREE, 0},
        {mpcf_strfold, FOLD_STRING, 0},     {mpcf_fold_ast, FOLD_TREE, 0},
    };
    def->f.fold = f;
    def->fold_kind = FOLD_USER;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].f != f)
            continue;
        def->fold_kind = (uint8_t)known[i].kind;
        def->pick = known[i].pick;
    }
}

/* The destructor of what a fold takes; NULL if nothing is known about it. */
static mpc_dtor_t fold_dtor(const mpc_definition *def)
{
    switch ((mpc_fold_kind)def->fold_kind) {
    case FOLD_TREE:
        return mpc_ast_dtor;
    case FOLD_STRING:
    case FOLD_ALL_FREE:
    case FOLD_PICK_FREE:
        return free;
    case FOLD_NULL:
    case FOLD_PICK:
    case FOLD_USER:
        break;
    }
    return NULL;
}

static mpc_parser_t *make_repeat(mpc_type type, mpc_fold_t f, mpc_parser_t *a)
{
    mpc_parser_t *p = mpc_make_around(type, a);
    if (mpc_is_no_memory(p))
        return p;
    mpc_set_fold(&p->def, f);
    p->def.dtor = fold_dtor(&p->def);
    return p;
}

mpc_parser_t *mpc_many(mpc_fold_t f, mpc_parser_t *a)
{
    return make_repeat(P_MANY, f, a);
}

mpc_parser_t *mpc_many1(mpc_fold_t f, mpc_parser_t *a)
{
    return make_repeat(P_MANY1, f, a);
}

mpc_parser_t *mpc_count(int n, mpc_fold_t f, mpc_parser_t *a, mpc_dtor_t da)
{
    mpc_parser_t *p = make_repeat(P_COUNT, f, a);
    if (mpc_is_no_memory(p))
        return p;
    p->def.n = n > 0 ? n : 0;
    p->def.dtor = da;
    mpc_set_first(p);
    return p;
}

/* ---- Choices and sequences ---- */

/* A parser with room for `n` parsers inside, to be filled in by the caller. */
static mpc_parser_t *make_list(mpc_type type, int n)
{
    mpc_parser_t *p = mpc_make(type);
    if (mpc_is_no_memory(p))
        return p;
    size_t room = n > 0 ? (size_t)n : 1;
    p->def.xs = malloc(room * sizeof(*p->def.xs));
    if (!p->def.xs)
        return mpc_abandon(p);
    return p;
}

/* The parsers inside are all there. */
static void finish_list(mpc_parser_t *p, int n)
{
    p->def.n = n > 0 ? n : 0;
    mpc_set_first(p);
}

/* A sequence or choice, filled in by the caller, of parsers whose results are trees. */
static mpc_parser_t *make_tree_list(mpc_type type, int n)
{
    mpc_parser_t *p = make_list(type, n);
    if (mpc_is_no_memory(p))
        return p;
    p->def.dtor = mpc_ast_dtor;
    mpc_set_fold(&p->def, mpcf_fold_ast);
    return p;
}

/* Reads `n` parsers from `args` into `p`, or frees them if `p` has no memory. */
static void take_parsers(mpc_parser_t *p, int n, va_list *args)
{
    for (int i = 0; i < n; i++) {
        mpc_parser_t *x = va_arg(*args, mpc_parser_t *);
        if (!mpc_is_no_memory(p))
            p->def.xs[i] = x;
        else if (!x->retained)
            mpc_delete(x);
    }
    if (!mpc_is_no_memory(p))
        finish_list(p, n);
}

mpc_parser_t *mpc_or(int n, ...)
{
    mpc_parser_t *p = make_list(P_OR, n);
    va_list args;
    va_start(args, n);
    take_parsers(p, n, &args);
    va_end(args);
    return p;
}

mpc_parser_t *mpc_and(int n, mpc_fold_t f, ...)
{
    mpc_parser_t *p = make_list(P_AND, n);
    if (n > 1 && !mpc_is_no_memory(p)) {
        p->def.dtors = malloc((size_t)n * sizeof *p->def.dtors);
        if (!p->def.dtors)
            p = mpc_abandon(p);
    }
    va_list args;
    va_start(args, f);
    take_parsers(p, n, &args);
    if (!mpc_is_no_memory(p)) {
        for (int i = 0; i < n - 1; i++)
            p->def.dtors[i] = va_arg(args, mpc_dtor_t);
        mpc_set_fold(&p->def, f);
    }
    va_end(args);
    return p;
}

mpc_parser_t *mpca_or(int n, ...)
{
    mpc_parser_t *p = make_tree_list(P_OR, n);
    va_list args;
    va_start(args, n);
    take_parsers(p, n, &args);
    va_end(args);
    return p;
}

mpc_parser_t *mpca_and(int n, ...)
{
    mpc_parser_t *p = make_tree_list(P_AND, n);
    va_list args;
    va_start(args, n);
    take_parsers(p, n, &args);
    va_end(args);
    return p;
}

mpc_parser_t *mpc_make_trees(mpc_type type, size_t n, void **xs)
{
    mpc_parser_t *p = make_tree_list(type, (int)n);
    bool ok = !mpc_is_no_memory(p);
    for (size_t i = 0; i < n; i++) {
        mpc_parser_t *x = xs[i];
        if (ok)
            p->def.xs[i] = x;
        else if (!x->retained)
            mpc_delete(x);
    }
    if (ok)
        finish_list(p, (int)n);
    return p;
}

mpc_parser_t *mpc_sepby1(mpc_fold_t f, mpc_parser_t *sep, mpc_parser_t *a)
{
    mpc_parser_t *p = make_list(P_SEPBY, 2);
    if (mpc_is_no_memory(p)) {
        if (!sep->retained)
            mpc_delete(sep);
        if (!a->retained)
            mpc_delete(a);
        return p;
    }
    p->def.xs[0] = a;
    p->def.xs[1] = sep;
    mpc_set_fold(&p->def, f);
    finish_list(p, 2);
    return p;
}

mpc_parser_t *mpc_predictive(mpc_parser_t *a)
{
    return a;
}

/* ---- Wrappers ---- */

mpc_parser_t *mpc_startwith(mpc_parser_t *a)
{
    return mpc_and(2, mpcf_snd, mpc_soi(), a, mpcf_dtor_null);
}

mpc_parser_t *mpc_endwith(mpc_parser_t *a, mpc_dtor_t da)
{
    return mpc_and(2, mpcf_fst, a, mpc_eoi(), da);
}

mpc_parser_t *mpc_whole(mpc_parser_t *a, mpc_dtor_t da)
{
    return mpc_and(3, mpcf_snd, mpc_soi(), a, mpc_eoi(), mpcf_dtor_null, da);
}

mpc_parser_t *mpc_stripl(mpc_parser_t *a)
{
    return mpc_and(2, mpcf_snd, mpc_blank(), a, mpcf_dtor_null);
}

mpc_parser_t *mpc_stripr(mpc_parser_t *a)
{
    return mpc_and(2, mpcf_fst, a, mpc_blank(), mpcf_dtor_null);
}

mpc_parser_t *mpc_strip(mpc_parser_t *a)
{
    return mpc_and(3, mpcf_snd, mpc_blank(), a, mpc_blank(), mpcf_dtor_null,
                   mpcf_dtor_null);
}

mpc_parser_t *mpc_tok(mpc_parser_t *a)
{
    return mpc_stripr(a);
}

mpc_parser_t *mpc_sym(const char *s)
{
    return mpc_tok(mpc_string(s));
}

mpc_parser_t *mpc_total(mpc_parser_t *a, mpc_dtor_t da)
{
    return mpc_whole(mpc_strip(a), da);
}

mpc_parser_t *mpc_between(mpc_parser_t *a, mpc_dtor_t ad, const char *o, const char *c)
{
    return mpc_and(3, mpcf_snd_free, mpc_string(o), a, mpc_string(c), free, ad);
}

mpc_parser_t *mpc_parens(mpc_parser_t *a, mpc_dtor_t ad)
{
    return mpc_between(a, ad, "(", ")");
}

mpc_parser_t *mpc_braces(mpc_parser_t *a, mpc_dtor_t ad)
{
    return mpc_between(a, ad, "<", ">");
}

mpc_parser_t *mpc_brackets(mpc_parser_t *a, mpc_dtor_t ad)
{
    return mpc_between(a, ad, "{", "}");
}

mpc_parser_t *mpc_squares(mpc_parser_t *a, mpc_dtor_t ad)
{
    return mpc_between(a, ad, "[", "]");
}

mpc_parser_t *mpc_tok_between(mpc_parser_t *a, mpc_dtor_t ad, const char *o,
                              const char *c)
{
    return mpc_and(3, mpcf_snd_free, mpc_sym(o), mpc_tok(a), mpc_sym(c), free, ad);
}

mpc_parser_t *mpc_tok_parens(mpc_parser_t *a, mpc_dtor_t ad)
{
    return mpc_tok_between(a, ad, "(", ")");
}

mpc_parser_t *mpc_tok_braces(mpc_parser_t *a, mpc_dtor_t ad)
{
    return mpc_tok_between(a, ad, "<", ">");
}

mpc_parser_t *mpc_tok_brackets(mpc_parser_t *a, mpc_dtor_t ad)
{
    return mpc_tok_between(a, ad, "{", "}");
}

mpc_parser_t *mpc_tok_squares(mpc_parser_t *a, mpc_dtor_t ad)
{
    return mpc_tok_between(a, ad, "[", "]");
}

/* ---- Trees ---- */

mpc_parser_t *mpca_total(mpc_parser_t *a)
{
    return mpc_total(a, mpc_ast_dtor);
}

mpc_parser_t *mpca_not(mpc_parser_t *a)
{
    return mpc_not(a, mpc_ast_dtor);
}

mpc_parser_t *mpca_maybe(mpc_parser_t *a)
{
    return mpc_maybe(a);
}

mpc_parser_t *mpca_many(mpc_parser_t *a)
{
    return mpc_many(mpcf_fold_ast, a);
}

mpc_parser_t *mpca_many1(mpc_parser_t *a)
{
    return mpc_many1(mpcf_fold_ast, a);
}

mpc_parser_t *mpca_count(int n, mpc_parser_t *a)
{
    return mpc_count(n, mpcf_fold_ast, a, mpc_ast_dtor);
}

mpc_parser_t *mpca_tag(mpc_parser_t *a, const char *t)
{
    mpc_parser_t *p = mpc_make_around(P_TAG, a);
    if (mpc_is_no_memory(p))
        return p;
    p->def.tag = t;
    p->def.text_length = strlen(t);
    return p;
}

mpc_parser_t *mpca_add_tag(mpc_parser_t *a, const char *t)
{
    mpc_parser_t *p = mpc_make_around(P_ADD_TAG, a);
    if (mpc_is_no_memory(p))
        return p;
    size_t length = strlen(t);
    p->def.text = malloc(length + 2);
    if (!p->def.text)
        return mpc_abandon(p);
    memcpy(p->def.text, t, length);
    memcpy(p->def.text + length, "|", 2);
    p->def.tag = p->def.text;
    p->def.text_length = length + 1;
    return p;
}

mpc_parser_t *mpca_root(mpc_parser_t *a)
{
    return mpc_make_around(P_ROOT, a);
}

mpc_parser_t *mpca_state(mpc_parser_t *a)
{
    return mpc_make_around(P_PLACE, a);
}
