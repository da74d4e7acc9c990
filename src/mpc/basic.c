/* basic.c: parsers of single characters, of literals, and of nothing. */

#include "internal.h"

/* One of the parsers whose whole meaning is their set of bytes. */
static mpc_parser_t *make_byte(mpc_type type, const char *text, mpc_set set)
{
    mpc_parser_t *p = mpc_make_text(type, text);
    if (!mpc_is_no_memory(p))
        p->def.first = set;
    return p;
}

/* A parser that consumes nothing. */
static mpc_parser_t *make_empty(mpc_type type)
{
    mpc_parser_t *p = mpc_make(type);
    if (!mpc_is_no_memory(p))
        p->def.may_be_empty = true;
    return p;
}

mpc_parser_t *mpc_any(void)
{
    return make_byte(P_ANY, "", mpc_set_range(1, 255));
}

mpc_parser_t *mpc_char(char c)
{
    return make_byte(P_CHAR, (char[]){c, '\0'},
                     mpc_set_range((unsigned char)c, (unsigned char)c));
}

mpc_parser_t *mpc_range(char s, char e)
{
    return make_byte(P_RANGE, (char[]){s, e, '\0'},
                     mpc_set_range((unsigned char)s, (unsigned char)e));
}

mpc_parser_t *mpc_oneof(const char *s)
{
    return make_byte(P_ONEOF, s, mpc_set_of(s));
}

mpc_parser_t *mpc_noneof(const char *s)
{
    mpc_set set = mpc_set_of(s);
    mpc_set_invert(&set);
    return make_byte(P_NONEOF, s, set);
}

mpc_parser_t *mpc_satisfy(int (*f)(char))
{
    mpc_parser_t *p = mpc_make(P_SATISFY);
    if (mpc_is_no_memory(p))
        return p;
    p->def.f.satisfy = f;
    p->def.first = mpc_set_range(1, 255);
    return p;
}

mpc_parser_t *mpc_string(const char *s)
{
    mpc_parser_t *p = mpc_make_text(P_STRING, s);
    if (mpc_is_no_memory(p))
        return p;
    if (*s)
        mpc_set_add(&p->def.first, (unsigned char)*s);
    else
        p->def.may_be_empty = true;
    return p;
}

mpc_parser_t *mpc_pass(void)
{
    return make_empty(P_PASS);
}

mpc_parser_t *mpc_fail(const char *m)
{
    return mpc_make_text(P_FAIL, m);
}

mpc_parser_t *mpc_failf(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *text = mpc_format(fmt, args);
    va_end(args);
    if (!text)
        return mpc_no_memory();
    mpc_parser_t *p = mpc_fail(text);
    free(text);
    return p;
}

mpc_parser_t *mpc_lift(mpc_ctor_t f)
{
    mpc_parser_t *p = make_empty(P_LIFT);
    if (!mpc_is_no_memory(p))
        p->def.f.lift = f;
    return p;
}

mpc_parser_t *mpc_lift_val(mpc_val_t *x)
{
    mpc_parser_t *p = make_empty(P_LIFT_VALUE);
    if (!mpc_is_no_memory(p))
        p->def.data = x;
    return p;
}

mpc_parser_t *mpc_anchor(int (*f)(char, char))
{
    mpc_parser_t *p = make_empty(P_ANCHOR);
    if (!mpc_is_no_memory(p))
        p->def.f.anchor = f;
    return p;
}

mpc_parser_t *mpc_state(void)
{
    return make_empty(P_STATE);
}

mpc_parser_t *mpc_soi(void)
{
    return make_empty(P_SOI);
}

mpc_parser_t *mpc_eoi(void)
{
    return make_empty(P_EOI);
}

static int is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static int at_boundary(char prev, char next)
{
    return is_word(prev) != is_word(next) && (is_word(prev) || is_word(next));
}

mpc_parser_t *mpc_boundary(void)
{
    return mpc_expect(mpc_anchor(at_boundary), "word boundary");
}

static int after_newline(char prev, char next)
{
    (void)next;
    return prev == '\n';
}

mpc_parser_t *mpc_boundary_newline(void)
{
    return mpc_expect(mpc_anchor(after_newline), "start of newline");
}

/* ---- Common parsers ---- */

mpc_parser_t *mpc_whitespace(void)
{
    return mpc_expect(mpc_oneof(mpc_white), "whitespace");
}

mpc_parser_t *mpc_whitespaces(void)
{
    return mpc_expect(mpc_many(mpcf_strfold, mpc_whitespace()), "spaces");
}

mpc_parser_t *mpc_blank(void)
{
    mpc_parser_t *p = make_empty(P_BLANK);
    if (!mpc_is_no_memory(p))
        p->def.first = mpc_set_of(mpc_white);
    return p;
}

mpc_parser_t *mpc_newline(void)
{
    return mpc_expect(mpc_char('\n'), "newline");
}

mpc_parser_t *mpc_tab(void)
{
    return mpc_expect(mpc_char('\t'), "tab");
}

mpc_parser_t *mpc_escape(void)
{
    return mpc_and(2, mpcf_strfold, mpc_char('\\'), mpc_any(), free);
}

mpc_parser_t *mpc_digit(void)
{
    return mpc_expect(mpc_oneof("0123456789"), "digit");
}

mpc_parser_t *mpc_hexdigit(void)
{
    return mpc_expect(mpc_oneof("0123456789ABCDEFabcdef"), "hex digit");
}

mpc_parser_t *mpc_octdigit(void)
{
    return mpc_expect(mpc_oneof("01234567"), "oct digit");
}

mpc_parser_t *mpc_digits(void)
{
    return mpc_expect(mpc_many1(mpcf_strfold, mpc_digit()), "digits");
}

mpc_parser_t *mpc_hexdigits(void)
{
    return mpc_expect(mpc_many1(mpcf_strfold, mpc_hexdigit()), "hex digits");
}

mpc_parser_t *mpc_octdigits(void)
{
    return mpc_expect(mpc_many1(mpcf_strfold, mpc_octdigit()), "oct digits");
}

mpc_parser_t *mpc_lower(void)
{
    return mpc_expect(mpc_range('a', 'z'), "lowercase letter");
}

mpc_parser_t *mpc_upper(void)
{
    return mpc_expect(mpc_range('A', 'Z'), "uppercase letter");
}

mpc_parser_t *mpc_alpha(void)
{
    return mpc_expect(mpc_re("[a-zA-Z]"), "letter");
}

mpc_parser_t *mpc_underscore(void)
{
    return mpc_expect(mpc_char('_'), "underscore");
}

mpc_parser_t *mpc_alphanum(void)
{
    return mpc_expect(mpc_re("[a-zA-Z0-9_]"), "alphanumeric");
}

/* ---- Numbers ---- */

mpc_parser_t *mpc_int(void)
{
    return mpc_expect(mpc_apply(mpc_re("[+-]?[0-9]+"), mpcf_int), "integer");
}

mpc_parser_t *mpc_hex(void)
{
    return mpc_expect(mpc_apply(mpc_re("0[xX][0-9A-Fa-f]+"), mpcf_hex), "hexadecimal");
}

mpc_parser_t *mpc_oct(void)
{
    return mpc_expect(mpc_apply(mpc_re("0[oO][0-7]+"), mpcf_oct), "octadecimal");
}

mpc_parser_t *mpc_number(void)
{
    return mpc_expect(mpc_or(3, mpc_int(), mpc_hex(), mpc_oct()), "number");
}

mpc_parser_t *mpc_real(void)
{
    return mpc_expect(mpc_re("[+-]?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?"), "real");
}

mpc_parser_t *mpc_float(void)
{
    return mpc_expect(mpc_apply(mpc_real(), mpcf_float), "float");
}

/* ---- Quoted text ---- */

/* The contents of a quotation, any number of characters or exactly one. */
static mpc_parser_t *quoted(const char *quote, int one)
{
    mpc_parser_t *c = mpc_or(2, mpc_escape(), mpc_noneof(quote));
    return mpc_between(one ? c : mpc_many(mpcf_strfold, c), free, quote, quote);
}

mpc_parser_t *mpc_char_lit(void)
{
    return mpc_expect(quoted("'", 1), "char");
}

mpc_parser_t *mpc_string_lit(void)
{
    return mpc_expect(quoted("\"", 0), "string");
}

mpc_parser_t *mpc_regex_lit(void)
{
    return mpc_expect(quoted("/", 0), "regex");
}

mpc_parser_t *mpc_ident(void)
{
    mpc_parser_t *first = mpc_or(2, mpc_alpha(), mpc_underscore());
    return mpc_and(2, mpcf_strfold, first, mpc_many(mpcf_strfold, mpc_alphanum()), free);
}
