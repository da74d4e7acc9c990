/* language.c: parsers from the text of a grammar.
 *
 *     language = { rule }
 *     rule     = name [ "description" ] ":" choice ";"
 *     choice   = sequence { "|" sequence }
 *     sequence = item { item }
 *     item     = base [ "*" | "+" | "?" | "!" | "{" digits "}" ]
 *     base     = "string" | 'c' | /regex/ modes | "<" name ">" | "<" digits ">"
 *              | "(" choice ")"
 *
 * The reader makes parsers as it goes and keeps them on a stack. A group in parentheses
 * leaves its parsers there one by one, so that without a suffix it becomes part of the
 * sequence around it; a suffix or an alternative first makes one parser of them. */

#include "internal.h"

enum { MOST_EXPECTED = 16 };

typedef struct {
    const char *label; /* the name of the text in messages */
    const char *begin;
    const char *at;
    const char *end;
    bool blanks;    /* literals skip white space */
    mpc_list args;  /* parsers the text may mention */
    mpc_list items; /* the stack */
    int depth;
    bool failed;
    const char
        *expected[MOST_EXPECTED]; /* what is missing at `at` once reading has failed */
    size_t expected_count;
    const char *failure; /* or the message */
} reader;

/* ---- Failing ---- */

static void fail_expecting(reader *rd, const char *const *lists, ...)
{
    if (rd->failed)
        return;
    rd->failed = true;
    va_list args;
    va_start(args, lists);
    for (; lists; lists = va_arg(args, const char *const *))
        for (; *lists; lists++)
            rd->expected[rd->expected_count++] = *lists;
    va_end(args);
}

static void fail_saying(reader *rd, const char *failure)
{
    if (!rd->failed)
        rd->failure = failure;
    rd->failed = true;
}

/* What may stand at various places. */
static const char *const in_rule_name[] = {"letter", "underscore", "end of input", NULL};
static const char *const in_suffix[] = {"\"*\"", "\"+\"", "\"?\"",
                                        "\"!\"", "\"{\"", NULL};
static const char *const in_base[] = {"string", "char", "regex", "\"<\"", "\"(\"", NULL};
static const char *const in_choice[] = {"\"|\"", NULL};
static const char *const in_description[] = {"string", NULL};
static const char *const in_literal[] = {"any character", NULL};
static const char *const in_count[] = {"digit", NULL};
static const char *const in_reference[] = {"letter", "underscore", "digit", NULL};
static const char *const end_of_text[] = {"end of input", NULL};

/* The list of one quoted character. */
static const char *const *one_of_list(char c)
{
    static const char *const lists[][2] = {
        {"\";\"", NULL}, {"\":\"", NULL}, {"\")\"", NULL}, {"\">\"", NULL},
        {"\"}\"", NULL}, {"\"/\"", NULL}, {"'\"'", NULL},  {"'''", NULL},
    };
    static const char characters[] = ";:)>}/\"'";
    return lists[strchr(characters, c) - characters];
}

static mpc_state_t state_of(const reader *rd, const char *at)
{
    mpc_state_t state = {(long)(at - rd->begin), 0, 0, 0};
    for (const char *c = rd->begin; c < at; c++) {
        state.col++;
        if (*c == '\n') {
            state.row++;
            state.col = 0;
        }
    }
    return state;
}

static mpc_err_t *make_error(const reader *rd)
{
    mpc_state_t state = state_of(rd, rd->at);
    if (rd->failure)
        return mpc_err_failure(rd->label, state, rd->failure);
    return mpc_err_expected(rd->label, state, *rd->at, rd->expected, rd->expected_count);
}

/* ---- Characters ---- */

static bool next_is(const reader *rd, char c)
{
    return rd->at < rd->end && *rd->at == c;
}

static bool next_is_one_of(const reader *rd, const char *set)
{
    return rd->at < rd->end && strchr(set, *rd->at);
}

static void skip_blank(reader *rd)
{
    while (next_is_one_of(rd, mpc_white))
        rd->at++;
}

/* Reads a character and the white space after it. */
static bool accept(reader *rd, char c)
{
    if (rd->failed || !next_is(rd, c))
        return false;
    rd->at++;
    skip_blank(rd);
    return true;
}

static void require(reader *rd, char c)
{
    if (!accept(rd, c))
        fail_expecting(rd, one_of_list(c), NULL);
}

static bool next_is_letter(const reader *rd)
{
    return rd->at < rd->end && (isalpha((unsigned char)*rd->at) || *rd->at == '_');
}

/* Reads a name, and white space; its length is 0 if there is none. */
static size_t read_name(reader *rd)
{
    const char *start = rd->at;
    if (next_is_letter(rd))
        while (next_is_letter(rd) ||
               (rd->at < rd->end && isdigit((unsigned char)*rd->at)))
            rd->at++;
    size_t length = (size_t)(rd->at - start);
    skip_blank(rd);
    return length;
}

/* Reads digits, and white space; -1 if there are none. */
static int read_number(reader *rd)
{
    int n = -1;
    while (rd->at < rd->end && isdigit((unsigned char)*rd->at) && n <= MPC_MAX_COUNT)
        n = 10 * (n < 0 ? 0 : n) + (*rd->at++ - '0');
    if (n > MPC_MAX_COUNT)
        fail_saying(rd, "Number Too Large");
    skip_blank(rd);
    return n;
}

/* Reads what stands between two `quote`s, a backslash taking the next character with it,
 * and gives it in a fresh block, or NULL. */
static char *read_quoted(reader *rd, char quote)
{
    const char *start = ++rd->at;
    while (rd->at < rd->end && *rd->at != quote)
        rd->at += *rd->at == '\\' && rd->at + 1 < rd->end ? 2 : 1;
    if (rd->at == rd->end) {
        fail_expecting(rd, one_of_list(quote), NULL);
        return NULL;
    }
    char *text = mpc_copy_bytes(start, (size_t)(rd->at - start));
    if (!text)
        fail_saying(rd, mpc_text_no_memory);
    rd->at++;
    return text;
}

/* ---- The stack ---- */

static void push(reader *rd, mpc_parser_t *p)
{
    if (mpc_list_add(&rd->items, p))
        return;
    fail_saying(rd, mpc_text_no_memory);
    if (!p->retained)
        mpc_delete(p);
}

/* Makes one parser of those from `base` on: a sequence or a choice, if there are several.
 */
static mpc_parser_t *pop_all(reader *rd, size_t base, mpc_type type)
{
    size_t n = rd->items.n - base;
    void **items = rd->items.items + base;
    rd->items.n = base;
    return n == 1 ? items[0] : mpc_make_trees(type, n, items);
}

static void delete_items(reader *rd, size_t base)
{
    while (rd->items.n > base)
        mpc_delete(rd->items.items[--rd->items.n]);
}

/* ---- Literals ---- */

/* Pushes the literal that `pattern` matches. */
static void push_literal(reader *rd, mpc_parser_t *pattern, const char *tag)
{
    mpc_parser_t *p = mpc_make_around(P_LITERAL, pattern);
    if (!mpc_is_no_memory(p)) {
        p->def.tag = tag;
        p->def.text_length = strlen(tag);
        p->def.skips_blank = rd->blanks;
        mpc_set white = mpc_set_of(mpc_white);
        if (rd->blanks && p->def.may_be_empty) /* then it can begin by skipping */
            mpc_set_unite(&p->def.first, &white);
    }
    push(rd, p);
    skip_blank(rd);
}

static void read_string(reader *rd)
{
    char *text = read_quoted(rd, '"');
    if (text && (text = mpcf_unescape(text)))
        push_literal(rd, mpc_string(text), "string");
    else
        fail_saying(rd, mpc_text_no_memory);
    free(text);
}

static void read_char(reader *rd)
{
    const char *start = ++rd->at;
    if (next_is(rd, '\\') && rd->at + 1 < rd->end)
        rd->at++;
    if (rd->at == rd->end || (rd->at == start && *rd->at == '\'')) {
        fail_expecting(rd, in_literal, NULL);
        return;
    }
    size_t length = (size_t)(++rd->at - start);
    if (!next_is(rd, '\'')) {
        fail_expecting(rd, one_of_list('\''), NULL);
        return;
    }
    rd->at++;
    char *text = mpc_copy_bytes(start, length);
    if (text && (text = mpcf_unescape(text)))
        push_literal(rd, mpc_char(*text), "char");
    else
        fail_saying(rd, mpc_text_no_memory);
    free(text);
}

static void read_regex(reader *rd)
{
    char *text = read_quoted(rd, '/');
    int mode = MPC_RE_DEFAULT;
    for (; next_is_one_of(rd, "ms"); rd->at++)
        mode |= *rd->at == 'm' ? MPC_RE_MULTILINE : MPC_RE_DOTALL;
    if (text && (text = mpcf_unescape_regex(text)))
        push_literal(rd, mpc_re_mode(text, mode), "regex");
    else
        fail_saying(rd, mpc_text_no_memory);
    free(text);
}

/* ---- References ---- */

static mpc_parser_t *find_parser(const reader *rd, const char *name, size_t length)
{
    for (size_t i = 0; i < rd->args.n; i++) {
        mpc_parser_t *p = rd->args.items[i];
        if (p->name && p->name_length == length && memcmp(p->name, name, length) == 0)
            return p;
    }
    return NULL;
}

static void push_reference(reader *rd, mpc_parser_t *target, const char *name,
                           size_t length)
{
    if (target && target->retained)
        push(rd, mpc_make_around(P_REFERENCE, target));
    else
        push(rd, mpc_failf("Unknown Parser '%.*s'!", (int)length, name));
}

static void read_reference(reader *rd)
{
    accept(rd, '<');
    const char *name = rd->at;
    size_t length = read_name(rd);
    int index = length > 0 ? -1 : read_number(rd);
    if (length == 0 && index < 0) {
        fail_expecting(rd, in_reference, NULL);
        return;
    }
    if (index >= 0) {
        for (length = 0; isdigit((unsigned char)name[length]);)
            length++;
    }
    require(rd, '>');
    if (rd->failed)
        return;
    if (index < 0)
        push_reference(rd, find_parser(rd, name, length), name, length);
    else if ((size_t)index < rd->args.n)
        push_reference(rd, rd->args.items[index], name, length);
    else
        push_reference(rd, NULL, name, length);
}

/* ---- Items, sequences, choices ---- */

static void read_choice(reader *rd);

static void read_group(reader *rd)
{
    if (++rd->depth > MPC_MAX_NESTING) {
        fail_saying(rd, "Groups Nested Too Deeply");
        return;
    }
    accept(rd, '(');
    read_choice(rd);
    rd->depth--;
    require(rd, ')');
}

static bool next_is_base(const reader *rd)
{
    return next_is_one_of(rd, "\"'/<(");
}

static void read_base(reader *rd)
{
    if (next_is(rd, '"'))
        read_string(rd);
    else if (next_is(rd, '\''))
        read_char(rd);
    else if (next_is(rd, '/'))
        read_regex(rd);
    else if (next_is(rd, '<'))
        read_reference(rd);
    else
        read_group(rd);
}

static mpc_parser_t *read_count(reader *rd, mpc_parser_t *p)
{
    int n = read_number(rd);
    if (n < 0)
        fail_expecting(rd, in_count, NULL);
    require(rd, '}');
    return mpca_count(n, p);
}

static void read_item(reader *rd)
{
    size_t base = rd->items.n;
    read_base(rd);
    if (rd->failed || !next_is_one_of(rd, "*+?!{"))
        return;
    mpc_parser_t *p = pop_all(rd, base, P_AND);
    if (accept(rd, '*'))
        p = mpca_many(p);
    else if (accept(rd, '+'))
        p = mpca_many1(p);
    else if (accept(rd, '?'))
        p = mpca_maybe(p);
    else if (accept(rd, '!'))
        p = mpca_not(p);
    else if (accept(rd, '{'))
        p = read_count(rd, p);
    push(rd, p);
}

/* What can follow an item, and did not. A suffix can, unless there was one. */
static void fail_after_item(reader *rd, const char *const *closing)
{
    static const char *const nothing[] = {NULL};
    const char *last = rd->at;
    while (last > rd->begin && strchr(mpc_white, last[-1]))
        last--;
    bool has_suffix = last > rd->begin && strchr("*+?!}", last[-1]);
    fail_expecting(rd, has_suffix ? nothing : in_suffix, in_base, in_choice, closing,
                   NULL);
}

static void read_sequence(reader *rd)
{
    if (!next_is_base(rd))
        fail_expecting(rd, in_base, NULL);
    while (!rd->failed && next_is_base(rd))
        read_item(rd);
}

/* Leaves one parser on the stack, or the items of the only sequence. */
static void read_choice(reader *rd)
{
    size_t base = rd->items.n;
    read_sequence(rd);
    if (rd->failed)
        return;
    if (next_is(rd, '|')) {
        push(rd, pop_all(rd, base, P_AND));
        while (accept(rd, '|')) {
            size_t start = rd->items.n;
            read_sequence(rd);
            if (!rd->failed)
                push(rd, pop_all(rd, start, P_AND));
        }
        if (!rd->failed)
            push(rd, pop_all(rd, base, P_OR));
    }
    const char *const *closing = rd->depth > 0 ? one_of_list(')') : one_of_list(';');
    if (!rd->failed && !next_is(rd, rd->depth > 0 ? ')' : ';') && rd->at < rd->end)
        fail_after_item(rd, closing);
}

/* ---- Rules ---- */

typedef struct {
    mpc_rule *rules;
    size_t n;
    size_t capacity;
} rule_list;

static void add_rule(reader *rd, rule_list *list, mpc_rule rule)
{
    if (list->n == list->capacity) {
        size_t capacity = 2 * list->capacity + 16;
        mpc_rule *rules = realloc(list->rules, capacity * sizeof *rules);
        if (!rules) {
            fail_saying(rd, mpc_text_no_memory);
            mpc_delete(rule.body);
            return;
        }
        list->rules = rules;
        list->capacity = capacity;
    }
    list->rules[list->n++] = rule;
}

static void read_rule(reader *rd, rule_list *list)
{
    mpc_rule rule = {.at = rd->at};
    rule.name_length = read_name(rd);
    if (rule.name_length == 0) {
        fail_expecting(rd, in_rule_name, NULL);
        return;
    }
    char *description = NULL;
    if (next_is(rd, '"')) {
        description = read_quoted(rd, '"');
        skip_blank(rd);
    }
    if (!accept(rd, ':'))
        fail_expecting(rd, description ? one_of_list(':') : in_description,
                       description ? NULL : one_of_list(':'), NULL);
    if (!rd->failed)
        read_choice(rd);
    require(rd, ';');
    if (!rd->failed) {
        rule.target = find_parser(rd, rule.at, rule.name_length);
        rule.body = pop_all(rd, 0, P_AND);
        if (description)
            rule.body = mpc_expect(rule.body, description);
        add_rule(rd, list, rule);
    }
    free(description);
}

static void reject_left_recursion(reader *rd, const rule_list *list, char *message,
                                  size_t size)
{
    const mpc_rule *rule =
        rd->failed ? NULL : mpc_find_left_recursion(list->rules, list->n);
    if (!rule)
        return;
    snprintf(message, size, "Left recursion in rule '%.*s'!", (int)rule->name_length,
             rule->at);
    rd->at = rule->at;
    fail_saying(rd, message);
}

/* Defines all rules, or deletes them. Of two rules for one name the last one counts. */
static void finish_rules(const reader *rd, rule_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        const mpc_rule *rule = &list->rules[i];
        if (!rd->failed && rule->target)
            mpc_set_definition(rule->target, rule->body);
        else
            mpc_delete(rule->body);
    }
    if (!rd->failed)
        mpc_tighten(rd->args.items, rd->args.n);
    free(list->rules);
}

/* ---- Entry points ---- */

static void start(reader *rd, int flags, const char *label, const char *text,
                  va_list args)
{
    *rd = (reader){.label = label, .begin = text, .at = text, .end = text + strlen(text)};
    rd->blanks = !(flags & MPCA_LANG_WHITESPACE_SENSITIVE);
    for (mpc_parser_t *p; (p = va_arg(args, mpc_parser_t *));)
        if (!mpc_list_add(&rd->args, p))
            fail_saying(rd, mpc_text_no_memory);
    skip_blank(rd);
}

static void finish(reader *rd)
{
    delete_items(rd, 0);
    mpc_list_free(&rd->items);
    mpc_list_free(&rd->args);
}

static mpc_err_t *read_language(int flags, const char *label, const char *text,
                                va_list args)
{
    reader rd;
    rule_list list = {NULL, 0, 0};
    char message[128];
    start(&rd, flags, label, text, args);
    while (rd.at < rd.end && !rd.failed)
        read_rule(&rd, &list);
    reject_left_recursion(&rd, &list, message, sizeof message);
    finish_rules(&rd, &list);
    mpc_err_t *error = rd.failed ? make_error(&rd) : NULL;
    finish(&rd);
    return error;
}

mpc_parser_t *mpca_grammar(int flags, const char *grammar, ...)
{
    reader rd;
    va_list args;
    va_start(args, grammar);
    start(&rd, flags, "<mpca_grammar>", grammar, args);
    va_end(args);
    read_choice(&rd);
    if (!rd.failed && rd.at < rd.end)
        fail_expecting(&rd, end_of_text, NULL);
    mpc_parser_t *p;
    if (rd.failed) {
        mpc_err_t *error = make_error(&rd);
        char *text = mpc_err_string(error);
        p = text ? mpc_failf("Invalid Grammar: %s", text) : mpc_no_memory();
        free(text);
        mpc_err_delete(error);
    } else {
        p = pop_all(&rd, 0, P_AND);
    }
    finish(&rd);
    return p;
}

mpc_err_t *mpca_lang(int flags, const char *language, ...)
{
    va_list args;
    va_start(args, language);
    mpc_err_t *error = read_language(flags, "<mpca_lang>", language, args);
    va_end(args);
    return error;
}

static mpc_err_t *read_stream(int flags, const char *label, FILE *f, va_list args)
{
    size_t length;
    char *text = mpc_read_stream(f, &length);
    if (!text)
        return mpc_err_failure(label, (mpc_state_t){0, 0, 0, 0}, mpc_text_no_memory);
    mpc_err_t *error = read_language(flags, label, text, args);
    free(text);
    return error;
}

mpc_err_t *mpca_lang_file(int flags, FILE *f, ...)
{
    va_list args;
    va_start(args, f);
    mpc_err_t *error = read_stream(flags, "<mpca_lang_file>", f, args);
    va_end(args);
    return error;
}

mpc_err_t *mpca_lang_pipe(int flags, FILE *f, ...)
{
    va_list args;
    va_start(args, f);
    mpc_err_t *error = read_stream(flags, "<mpca_lang_pipe>", f, args);
    va_end(args);
    return error;
}

mpc_err_t *mpca_lang_contents(int flags, const char *filename, ...)
{
    FILE *f = fopen(filename, "rb");
    if (!f)
        return mpc_err_failure(filename, (mpc_state_t){0, 0, 0, 0},
                               "Unable to open file!");
    va_list args;
    va_start(args, filename);
    mpc_err_t *error = read_stream(flags, filename, f, args);
    va_end(args);
    fclose(f);
    return error;
}
