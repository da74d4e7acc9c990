/* folds.c: ready-made functions to pass to combinators. */

#include "internal.h"

void mpcf_dtor_null(mpc_val_t *x)
{
    (void)x;
}

mpc_val_t *mpcf_ctor_null(void)
{
    return NULL;
}

mpc_val_t *mpcf_ctor_str(void)
{
    return calloc(1, 1);
}

mpc_val_t *mpcf_free(mpc_val_t *x)
{
    free(x);
    return NULL;
}

/* ---- Numbers ---- */

static mpc_val_t *to_int(mpc_val_t *x, int base)
{
    int *number = malloc(sizeof *number);
    if (number)
        *number = (int)strtol(x, NULL, base);
    free(x);
    return number;
}

mpc_val_t *mpcf_int(mpc_val_t *x)
{
    return to_int(x, 10);
}

mpc_val_t *mpcf_hex(mpc_val_t *x)
{
    return to_int(x, 16);
}

/* Octal numbers may be written with 0o, which strtol does not know. */
mpc_val_t *mpcf_oct(mpc_val_t *x)
{
    char *s = x;
    if (s[0] == '0' && (s[1] == 'o' || s[1] == 'O'))
        s[1] = '0';
    return to_int(x, 8);
}

mpc_val_t *mpcf_float(mpc_val_t *x)
{
    float *number = malloc(sizeof *number);
    if (number)
        *number = strtof(x, NULL);
    free(x);
    return number;
}

/* ---- Trimming ---- */

mpc_val_t *mpcf_strtriml(mpc_val_t *x)
{
    char *s = x;
    size_t blank = strspn(s, mpc_white);
    memmove(s, s + blank, strlen(s + blank) + 1);
    return s;
}

mpc_val_t *mpcf_strtrimr(mpc_val_t *x)
{
    char *s = x;
    size_t n = strlen(s);
    while (n > 0 && strchr(mpc_white, s[n - 1]))
        n--;
    s[n] = '\0';
    return s;
}

mpc_val_t *mpcf_strtrim(mpc_val_t *x)
{
    return mpcf_strtriml(mpcf_strtrimr(x));
}

/* ---- Folds ---- */

mpc_val_t *mpcf_null(int n, mpc_val_t **xs)
{
    (void)n;
    (void)xs;
    return NULL;
}

mpc_val_t *mpcf_fst(int n, mpc_val_t **xs)
{
    (void)n;
    return xs[0];
}

mpc_val_t *mpcf_snd(int n, mpc_val_t **xs)
{
    (void)n;
    return xs[1];
}

mpc_val_t *mpcf_trd(int n, mpc_val_t **xs)
{
    (void)n;
    return xs[2];
}

/* Frees all values but one. */
static mpc_val_t *keep_only(int n, mpc_val_t **xs, int kept)
{
    for (int i = 0; i < n; i++)
        if (i != kept)
            free(xs[i]);
    return xs[kept];
}

mpc_val_t *mpcf_fst_free(int n, mpc_val_t **xs)
{
    return keep_only(n, xs, 0);
}

mpc_val_t *mpcf_snd_free(int n, mpc_val_t **xs)
{
    return keep_only(n, xs, 1);
}

mpc_val_t *mpcf_trd_free(int n, mpc_val_t **xs)
{
    return keep_only(n, xs, 2);
}

mpc_val_t *mpcf_all_free(int n, mpc_val_t **xs)
{
    for (int i = 0; i < n; i++)
        free(xs[i]);
    return NULL;
}

mpc_val_t *mpcf_strfold(int n, mpc_val_t **xs)
{
    mpc_buffer all = {0};
    for (int i = 0; i < n; i++) {
        if (xs[i])
            mpc_buffer_add(&all, xs[i]);
        free(xs[i]);
    }
    return mpc_buffer_finish(&all);
}

/* ---- Escapes ---- */

/* Pairs of a character and the character that stands for it after a backslash. */
static const char all_escapes[][2] = {
    {'\a', 'a'}, {'\b', 'b'}, {'\f', 'f'},  {'\n', 'n'},  {'\r', 'r'},
    {'\t', 't'}, {'\v', 'v'}, {'\\', '\\'}, {'\'', '\''}, {'"', '"'},
};
static const char regex_escapes[][2] = {{'/', '/'}};
static const char string_escapes[][2] = {{'"', '"'}};
static const char char_escapes[][2] = {{'\'', '\''}};

/* The index of the pair with `c` in column `column`, or -1. */
static int find_escape(const char (*pairs)[2], int n, int column, char c)
{
    for (int i = 0; i < n; i++)
        if (pairs[i][column] == c)
            return i;
    return -1;
}

static mpc_val_t *escape(mpc_val_t *x, const char (*pairs)[2], int n)
{
    mpc_buffer out = {0};
    for (const char *s = x; *s; s++) {
        int i = find_escape(pairs, n, 0, *s);
        if (i >= 0)
            mpc_buffer_add_char(&out, '\\');
        mpc_buffer_add_bytes(&out, i >= 0 ? &pairs[i][1] : s, 1);
    }
    free(x);
    return mpc_buffer_finish(&out);
}

static mpc_val_t *unescape(mpc_val_t *x, const char (*pairs)[2], int n)
{
    mpc_buffer out = {0};
    for (const char *s = x; *s; s++) {
        int i = s[0] == '\\' && s[1] ? find_escape(pairs, n, 1, s[1]) : -1;
        if (i >= 0)
            s++;
        mpc_buffer_add_bytes(&out, i >= 0 ? &pairs[i][0] : s, 1);
    }
    free(x);
    return mpc_buffer_finish(&out);
}

#define ESCAPES(pairs) (pairs), (int)(sizeof(pairs) / sizeof *(pairs))

mpc_val_t *mpcf_escape(mpc_val_t *x)
{
    return escape(x, ESCAPES(all_escapes));
}

/* A `\0` ends the string there, as it must. */
mpc_val_t *mpcf_unescape(mpc_val_t *x)
{
    for (char *s = x; *s; s++) {
        if (s[0] == '\\' && s[1] == '0')
            *s = '\0';
        if (s[0] == '\0')
            break;
        if (s[0] == '\\' && s[1])
            s++;
    }
    return unescape(x, ESCAPES(all_escapes));
}

mpc_val_t *mpcf_escape_regex(mpc_val_t *x)
{
    return escape(x, ESCAPES(regex_escapes));
}

mpc_val_t *mpcf_unescape_regex(mpc_val_t *x)
{
    return unescape(x, ESCAPES(regex_escapes));
}

mpc_val_t *mpcf_escape_string_raw(mpc_val_t *x)
{
    return escape(x, ESCAPES(string_escapes));
}

mpc_val_t *mpcf_unescape_string_raw(mpc_val_t *x)
{
    return unescape(x, ESCAPES(string_escapes));
}

mpc_val_t *mpcf_escape_char_raw(mpc_val_t *x)
{
    return escape(x, ESCAPES(char_escapes));
}

mpc_val_t *mpcf_unescape_char_raw(mpc_val_t *x)
{
    return unescape(x, ESCAPES(char_escapes));
}
