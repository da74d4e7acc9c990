/* fuzz_mpc.c: random grammars and inputs, for libFuzzer.
 *
 *     clang -fsanitize=fuzzer,address,undefined -DMPC_MAX_DEPTH=300 \
 *         -Isrc tests/mpc/fuzz_mpc.c src/mpc/(all).c
 *
 * The first byte chooses what the others are: a regex and its input, the text of a
 * grammar and its input, or choices from which a well-formed grammar and an input are
 * made. The low limit of depth saves time, as many random grammars are left recursive.
 * Each parse is done in three ways, with the short cuts of the machine, without them, and
 * with all results remembered, which must agree. Then rules are redefined, and it is done
 * again. */

#include <assert.h>

#include "mpc/run.h"

/* ---- Bytes as choices ---- */

typedef struct {
    const uint8_t *at;
    const uint8_t *end;
} source;

static unsigned take(source *s, unsigned n)
{
    return s->at < s->end ? *s->at++ % n : 0;
}

/* Takes bytes up to a zero as a string in a fresh block. */
static char *take_text(source *s)
{
    const uint8_t *start = s->at;
    while (s->at < s->end && *s->at)
        s->at++;
    char *text = mpc_copy_bytes((const char *)start, (size_t)(s->at - start));
    if (s->at < s->end)
        s->at++;
    return text;
}

/* Takes all that is left as an input made of few different characters. */
static char *take_input(source *s)
{
    static const char characters[] = "abc() \n1";
    size_t n = (size_t)(s->end - s->at);
    char *input = malloc(n + 1);
    for (size_t i = 0; i < n; i++)
        input[i] = characters[s->at[i] % 8];
    input[n] = '\0';
    s->at = s->end;
    return input;
}

/* ---- Making grammars ---- */

static void make_choice(source *s, mpc_buffer *out, int depth);

static void make_base(source *s, mpc_buffer *out, int depth)
{
    static const char *const bases[] = {
        "'a'",      "'b'",       "'('",      "')'",   "\"ab\"",  "\"\"",
        "/[a-c]*/", "/a+b?/",    "/(a|b)+/", "/$/",   "/^/",     "/[^a]/",
        "<s>",      "<t>",       "<u>",      "<h>",   "/\\bab/", "/a{2}/",
        "/.*$/m",   "/(a?b?)*/", "<1>",      "/\\w/", "/b|ab?/", "' '"};
    enum { BASES = sizeof bases / sizeof *bases };
    unsigned choice = take(s, BASES + 4);
    if (choice < BASES || depth > 3) {
        mpc_buffer_add(out, bases[choice % BASES]);
        return;
    }
    mpc_buffer_add(out, "(");
    make_choice(s, out, depth + 1);
    mpc_buffer_add(out, ")");
}

static void make_choice(source *s, mpc_buffer *out, int depth)
{
    static const char *const suffixes[] = {"", "", "", "*", "+", "?", "!", "{2}", "{0}"};
    do {
        do {
            make_base(s, out, depth);
            mpc_buffer_add(out, suffixes[take(s, 9)]);
            mpc_buffer_add(out, " ");
        } while (take(s, 3) > 0);
        if (take(s, 3) == 0)
            break;
        mpc_buffer_add(out, "| ");
    } while (s->at < s->end);
    if (s->at >= s->end) /* a choice must not end in a bar */
        mpc_buffer_add(out, "'c'");
}

static char *make_grammar(source *s)
{
    static const char *const names[] = {"s", "t", "u"};
    mpc_buffer out = {0};
    for (int i = 0; i < 3; i++) {
        mpc_buffer_add(&out, names[i]);
        mpc_buffer_add(&out, take(s, 4) == 0 ? " \"described\" : " : " : ");
        make_choice(s, &out, 0);
        mpc_buffer_add(&out, ";\n");
    }
    return mpc_buffer_finish(&out);
}

/* ---- Parsing in three ways ---- */

typedef enum { PLAIN, NO_SHORT_CUTS, REMEMBERING } manner;

typedef struct {
    bool ok;
    const char *hard;
    size_t farthest;
    mpc_ast_t *tree;
} outcome;

static outcome run_parser(manner how, mpc_parser_t *p, const char *input)
{
    mpc_run r;
    mpc_run_start(&r, input, strlen(input));
    r.explain = how == NO_SHORT_CUTS;
    if (how == REMEMBERING)
        mpc_memo_start(&r);
    outcome o = {.ok = mpc_run_parser(&r, p)};
    o.hard = r.hard;
    o.farthest = (size_t)(r.farthest - r.begin);
    if (o.ok && !r.hard && r.value.kind != V_NONE)
        o.tree = mpc_tree_pack(&r, mpc_value_tree(&r, r.value));
    mpc_run_free(&r);
    return o;
}

static void check_same(const outcome *a, const outcome *b)
{
    if (a->hard ||
        b->hard) /* a short cut can end a recursion that has no end otherwise */
        return;
    assert(a->ok == b->ok);
    assert(a->farthest == b->farthest);
    assert(mpc_ast_eq(a->tree, b->tree));
}

static void check_parser(mpc_parser_t *p, const char *input)
{
    outcome plain = run_parser(PLAIN, p, input);
    outcome slow = run_parser(NO_SHORT_CUTS, p, input);
    outcome remembering = run_parser(REMEMBERING, p, input);
    check_same(&plain, &slow);
    check_same(&plain, &remembering);
    mpc_ast_delete(plain.tree);
    mpc_ast_delete(slow.tree);
    mpc_ast_delete(remembering.tree);

    mpc_result_t r;
    if (mpc_parse("<fuzz>", input, p, &r)) {
        mpc_ast_delete(r.output);
        return;
    }
    char *text = mpc_err_string(r.error);
    assert(strncmp(text, "<fuzz>", 6) == 0);
    assert(r.error->failure || r.error->expected_num > 0);
    free(text);
    mpc_err_delete(r.error);
}

/* ---- The three kinds of input ---- */

static void fuzz_regex(source *s)
{
    int mode = (int)take(s, 4);
    char *regex = take_text(s);
    char *input = take_text(s);
    mpc_parser_t *p = mpc_apply(mpc_re_mode(regex, mode), mpcf_str_ast);
    check_parser(p, input);
    mpc_delete(p);
    free(regex);
    free(input);
}

static int not_c(mpc_val_t **x)
{
    return **(char **)x != 'c';
}

/* A rule built by hand: words of a and b that a function checks. */
static mpc_parser_t *hand_built(void)
{
    mpc_parser_t *letter = mpc_or(3, mpc_char('a'), mpc_string("b"), mpc_re("c"));
    mpc_parser_t *checked = mpc_check(letter, free, not_c, "c");
    mpc_parser_t *word = mpc_many1(mpcf_strfold, checked);
    return mpca_tag(mpc_apply(mpc_tok(word), mpcf_str_ast), "word");
}

static void fuzz_grammar(source *s, char *text, bool free_input)
{
    mpc_parser_t *rules[] = {mpc_new("s"), mpc_new("t"), mpc_new("u"), mpc_new("h")};
    mpc_define(rules[3], hand_built());
    mpc_err_t *error =
        mpca_lang((int)take(s, 4), text, rules[0], rules[1], rules[2], rules[3], NULL);
    if (error) {
        free(mpc_err_string(error));
        mpc_err_delete(error);
    } else {
        char *input = free_input ? take_text(s) : take_input(s);
        check_parser(rules[0], input);
        mpc_define(rules[1], hand_built());
        check_parser(rules[0], input);
        mpc_undefine(rules[2]);
        check_parser(rules[0], input);
        free(input);
    }
    mpc_cleanup(4, rules[0], rules[1], rules[2], rules[3]);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    source s = {data, data + size};
    if (size > 2000)
        return 0;
    unsigned kind = take(&s, 4);
    if (kind == 0)
        fuzz_regex(&s);
    else if (kind == 1)
        fuzz_grammar(&s, take_text(&s), true);
    else
        fuzz_grammar(&s, make_grammar(&s), false);
    return 0;
}
