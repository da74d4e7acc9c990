#include "syntax/grammar.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "base/unicode.h"
#include "graph/operation.h"
#include "syntax/embedded.h"

/* The rules, in the order of the array below; the start rules come first, in the order of
 * grammar_rule. */
#define RULES(X)                                                                         \
    X(expression)                                                                        \
    X(definition)                                                                        \
    X(subject)                                                                           \
    X(wrt)                                                                               \
    X(at)                                                                                \
    X(within)                                                                            \
    X(kind)                                                                              \
    X(target)                                                                            \
    X(parameters)                                                                        \
    X(becomes)                                                                           \
    X(binding)                                                                           \
    X(run)                                                                               \
    X(operand)                                                                           \
    X(number)                                                                            \
    X(named)                                                                             \
    X(arguments)                                                                         \
    X(argument)                                                                          \
    X(keyword)                                                                           \
    X(group)                                                                             \
    X(text)                                                                              \
    X(matrix)                                                                            \
    X(break)                                                                             \
    X(postfix)                                                                           \
    X(power)                                                                             \
    X(transpose)                                                                         \
    X(index)                                                                             \
    X(place)                                                                             \
    X(upto)                                                                              \
    X(partial)                                                                           \
    X(order)                                                                             \
    X(numerator)                                                                         \
    X(by)                                                                                \
    X(prefix)                                                                            \
    X(infix)                                                                             \
    X(name)

enum {
#define COUNT_RULE(name) RULE_##name,
    RULES(COUNT_RULE)
#undef COUNT_RULE
        RULE_COUNT
};

struct grammar {
    mpc_parser_t *rules[RULE_COUNT];
};

static const char *const reserved[] = {"and",   "or",    "not", "param",
                                       "input", "const", "at",  "wrt"};

bool grammar_is_reserved(const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (strlen(reserved[i]) == length && memcmp(reserved[i], word, length) == 0)
            return true;
    return false;
}

/* ---- Names ---- */

static int is_lead_byte(char c)
{
    return (unsigned char)c >= 0xC2;
}

static int is_tail_byte(char c)
{
    return unicode_is_tail(c);
}

static int32_t point_of(mpc_val_t **value)
{
    const char *bytes = *value;
    int32_t point = 0;
    return unicode_decode(bytes, strlen(bytes), &point) == 0 ? 0 : point;
}

static int begins_name(mpc_val_t **value)
{
    return unicode_begins_name(point_of(value));
}

static int continues_name(mpc_val_t **value)
{
    return unicode_continues_name(point_of(value));
}

static int is_free_word(mpc_val_t **value)
{
    const char *word = *value;
    return !grammar_is_reserved(word, strlen(word));
}

/* One character beyond ASCII for which `accepts` holds. */
static mpc_parser_t *beyond_ascii(mpc_check_t accepts)
{
    mpc_parser_t *character =
        mpc_and(2, mpcf_strfold, mpc_satisfy(is_lead_byte),
                mpc_many1(mpcf_strfold, mpc_satisfy(is_tail_byte)), free);
    return mpc_check(character, free, accepts, "letter");
}

/* A name as an AST leaf: runs of ASCII at once, the rest character by character. */
static mpc_parser_t *name_parser(void)
{
    mpc_parser_t *begin =
        mpc_or(2, mpc_re("[A-Za-z_][A-Za-z0-9_]*"), beyond_ascii(begins_name));
    mpc_parser_t *rest = mpc_many(
        mpcf_strfold, mpc_or(2, mpc_re("[A-Za-z0-9_]+"), beyond_ascii(continues_name)));
    mpc_parser_t *word = mpc_and(2, mpcf_strfold, begin, rest, free);
    mpc_parser_t *free_word = mpc_check(word, free, is_free_word, "reserved word");
    mpc_parser_t *leaf = mpc_apply(mpc_tok(free_word), mpcf_str_ast);
    return mpc_expect(mpca_state(mpca_tag(leaf, "string")), "name");
}

/* ---- Operators ---- */

/* Adds `spelling` as an alternative. A word must end where it ends: `order` is a name. */
static void add_spelling(text_buffer *rule, const char *spelling)
{
    int32_t first = 0;
    unicode_decode(spelling, strlen(spelling), &first);
    bool is_word = unicode_begins_name(first);
    bool is_escape = first == '\\'; /* it stands for itself where it stands twice */
    text_format(rule, "%s %s%s%s", rule->length == 0 ? "" : " |",
                is_word     ? "/"
                : is_escape ? "\"\\"
                            : "\"",
                spelling, is_word ? "\\b/" : "\"");
}

/* Adds the spellings of `length` bytes of all rows of that form. */
static void add_spellings(text_buffer *rule, op_form form, size_t length)
{
    for (op_id id = OP_NONE; id < OP_COUNT; id++) {
        const operation *row = op_row(id);
        if (row->form != form ||
            op_find(form, row->spelling, strlen(row->spelling)) != id)
            continue;
        if (strlen(row->spelling) == length)
            add_spelling(rule, row->spelling);
        for (size_t i = 0; i < OP_MAX_ALIASES && row->alias[i] != NULL; i++)
            if (strlen(row->alias[i]) == length)
                add_spelling(rule, row->alias[i]);
    }
}

/* A rule with the operators of one form, long spellings first: `.*` before `.`. */
static const char *operator_rule(arena *a, const char *name, op_form form)
{
    enum { LONGEST_SPELLING = 4 };
    text_buffer rule;
    text_init(&rule, a);
    for (size_t length = LONGEST_SPELLING; length > 0; length--)
        add_spellings(&rule, form, length);
    return format_in(a, "%s \"operator\" :%s ;\n", name, text_string(&rule));
}

/* ---- The whole ---- */

static void release(void *defined)
{
    grammar *g = defined;
    for (size_t i = 0; i < RULE_COUNT; i++)
        if (g->rules[i] != NULL)
            mpc_undefine(g->rules[i]);
    for (size_t i = 0; i < RULE_COUNT; i++)
        if (g->rules[i] != NULL)
            mpc_delete(g->rules[i]);
}

grammar *grammar_define(arena *a)
{
    grammar *g = ARENA_NEW(a, grammar);
    *arena_defer(a, release) = g;
    const char *rules = format_in(a, "%s%s%s%s", nabla_grammar_text,
                                  operator_rule(a, "prefix", FORM_PREFIX),
                                  operator_rule(a, "infix", FORM_INFIX),
                                  operator_rule(a, "transpose", FORM_POSTFIX));
#define NEW_RULE(name) g->rules[RULE_##name] = mpc_new(#name);
    RULES(NEW_RULE)
#undef NEW_RULE
    mpc_define(g->rules[RULE_name], name_parser());
#define PASS_RULE(name) g->rules[RULE_##name],
    mpc_err_t *error = mpca_lang(MPCA_LANG_DEFAULT, rules, RULES(PASS_RULE) NULL);
#undef PASS_RULE
    if (error != NULL) {
        bool out_of_memory = error->failure != NULL;
        mpc_err_delete(error);
        assert(out_of_memory); /* the grammar itself is right */
        limits_out_of_memory(a->limits);
    }
    return g;
}

bool grammar_parse(const grammar *g, grammar_rule rule, const char *text,
                   mpc_result_t *result)
{
    return mpc_parse("", text, g->rules[rule], result) != 0;
}
