/* regex.c: compiling regular expressions.
 *
 *     regex  = term { "|" term }
 *     term   = { factor }
 *     factor = base [ "*" | "+" | "?" | "{" digits "}" ]
 *     base   = "(" regex ")" | "[" set "]" | "\" any | any character
 *
 * The compiler recurses over brackets only, and limits how deep they nest. */

#include "regex.h"

typedef struct {
    mpc_regex *re;
    const char *start;
    const char *at;
    const char *end;
    int mode;
    int depth;
    const char *expected; /* what is missing at `at`, once something is */
    const char *message;  /* or a message without a position */
    bool no_memory;
} compiler;

static bool failed(const compiler *c)
{
    return c->expected || c->message || c->no_memory;
}

static void fail_expecting(compiler *c, const char *expected)
{
    if (!failed(c))
        c->expected = expected;
}

static void fail_saying(compiler *c, const char *message)
{
    if (!failed(c))
        c->message = message;
}

static bool next_is(const compiler *c, char wanted)
{
    return c->at < c->end && *c->at == wanted;
}

/* ---- Arrays ---- */

/* Room for `more` entries of `size` bytes in an array; false without memory. */
static bool make_room(compiler *c, void *array, int count, int *capacity, int more,
                      size_t size)
{
    if (count + more <= *capacity)
        return true;
    void **pointer = array;
    int wanted = 2 * (count + more) + 8;
    void *grown = realloc(*pointer, (size_t)wanted * size);
    if (!grown) {
        c->no_memory = true;
        return false;
    }
    *pointer = grown;
    *capacity = wanted;
    return true;
}

static int add_node(compiler *c, mpc_re_op op)
{
    mpc_regex *re = c->re;
    void *nodes = re->nodes;
    if (failed(c) ||
        !make_room(c, &nodes, re->node_count, &re->node_capacity, 1, sizeof *re->nodes))
        return 0;
    re->nodes = nodes;
    re->nodes[re->node_count] = (mpc_re_node){.op = (uint8_t)op, .text = -1};
    return re->node_count++;
}

static int add_text(compiler *c, const char *text, int length)
{
    mpc_regex *re = c->re;
    void *texts = re->texts;
    if (failed(c) ||
        !make_room(c, &texts, re->text_count, &re->text_capacity, length + 1, 1))
        return -1;
    re->texts = texts;
    int offset = re->text_count;
    memcpy(re->texts + offset, text, (size_t)length);
    re->texts[offset + length] = '\0';
    re->text_count += length + 1;
    return offset;
}

static int add_set(compiler *c, mpc_set set, const char *text, int length)
{
    mpc_regex *re = c->re;
    void *sets = re->sets;
    if (failed(c) ||
        !make_room(c, &sets, re->set_count, &re->set_capacity, 1, sizeof *re->sets))
        return 0;
    re->sets = sets;
    re->sets[re->set_count] = set;
    int index = re->set_count++;
    int node = add_node(c, RE_SET);
    int offset = add_text(c, text, length);
    if (failed(c))
        return 0;
    re->nodes[node].set = index;
    re->nodes[node].text = offset;
    return node;
}

static int add_byte(compiler *c, char byte)
{
    int node = add_node(c, RE_BYTE);
    if (node)
        c->re->nodes[node].c = (uint8_t)byte;
    return node;
}

/* ---- Classes ---- */

#define DIGITS  "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* The members of \d \s \w, or NULL. */
static const char *class_members(char letter)
{
    switch (letter) {
    case 'd':
        return DIGITS;
    case 's':
        return mpc_white;
    case 'w':
        return LETTERS DIGITS "_";
    default:
        return NULL;
    }
}

static const char *class_text(char letter)
{
    switch (letter) {
    case 'd':
        return "digit";
    case 's':
        return "whitespace";
    case 'w':
        return "alphanumeric";
    case 'D':
        return "any character except a digit";
    case 'S':
        return "any character except whitespace";
    default:
        return "any character except an alphanumeric";
    }
}

static int add_class(compiler *c, char letter)
{
    mpc_set set = mpc_set_of(class_members((char)tolower((unsigned char)letter)));
    if (isupper((unsigned char)letter))
        mpc_set_invert(&set);
    const char *text = class_text(letter);
    return add_set(c, set, text, (int)strlen(text));
}

/* The control character that a letter stands for after a backslash, or the letter. */
static char control_escape(char letter)
{
    switch (letter) {
    case 'a':
        return '\a';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'v':
        return '\v';
    default:
        return letter;
    }
}

/* ---- Sets ---- */

typedef struct {
    mpc_set set;
    mpc_buffer text; /* the members as they are written out in messages */
    int last;        /* the last single member, for a range; -1 if there is none */
} set_builder;

static void add_member(set_builder *b, char member)
{
    mpc_set_add(&b->set, (unsigned char)member);
    mpc_buffer_add_char(&b->text, member);
    b->last = (unsigned char)member;
}

/* Adds a range whose first member has been added already. */
static void add_range(compiler *c, set_builder *b, unsigned char to)
{
    if (to < b->last) {
        fail_saying(c, "Invalid Regex: Reversed Range");
        return;
    }
    for (int member = b->last + 1; member <= to; member++)
        add_member(b, (char)member);
    b->last = -1;
}

/* Reads one member, an escape decoded; false if it was a whole class. */
static bool read_member(compiler *c, set_builder *b, char *member)
{
    *member = *c->at++;
    if (*member != '\\')
        return true;
    if (c->at == c->end) {
        fail_expecting(c, "any character");
        return true;
    }
    char letter = *c->at++;
    const char *members = class_members(letter);
    if (!members) {
        *member = control_escape(letter);
        if (letter == 'b')
            *member = '\b';
        return true;
    }
    for (; *members; members++)
        add_member(b, *members);
    b->last = -1;
    return false;
}

static void read_members(compiler *c, set_builder *b)
{
    while (c->at < c->end && *c->at != ']' && !failed(c)) {
        bool range =
            *c->at == '-' && b->last >= 0 && c->at + 1 < c->end && c->at[1] != ']';
        int from = b->last;
        if (range)
            c->at++;
        char member;
        if (!read_member(c, b, &member)) {
            if (range) /* a class can not end a range: the minus was meant literally */
                add_member(b, '-');
            continue;
        }
        b->last = from;
        if (range)
            add_range(c, b, (unsigned char)member);
        else
            add_member(b, member);
    }
}

static int read_set(compiler *c)
{
    set_builder b = {.last = -1};
    bool none = next_is(c, '^');
    if (none)
        c->at++;
    if (next_is(c, ']'))
        fail_saying(c, "Invalid Regex Range Expression");
    mpc_buffer_add(&b.text, none ? "none of '" : "one of '");
    read_members(c, &b);
    if (!next_is(c, ']'))
        fail_expecting(c, "\"]\"");
    c->at++;
    mpc_buffer_add_char(&b.text, '\'');
    if (none)
        mpc_set_invert(&b.set);
    if (b.text.failed)
        c->no_memory = true;
    int node = add_set(c, b.set, b.text.text, (int)b.text.length);
    free(b.text.text);
    return node;
}

/* ---- Bases ---- */

static int read_regex(compiler *c);

static int read_group(compiler *c)
{
    if (++c->depth > MPC_MAX_NESTING) {
        fail_saying(c, "Invalid Regex: Nested Too Deeply");
        return 0;
    }
    int node = read_regex(c);
    c->depth--;
    if (!next_is(c, ')'))
        fail_expecting(c, "\")\"");
    else
        c->at++;
    return node;
}

static int read_escape(compiler *c)
{
    if (c->at == c->end) {
        fail_expecting(c, "any character");
        return 0;
    }
    char letter = *c->at++;
    switch (letter) {
    case 'b':
        return add_node(c, RE_EDGE);
    case 'B':
        return add_node(c, RE_NO_EDGE);
    case 'A':
        return add_node(c, RE_START);
    case 'Z':
        return add_node(c, RE_END);
    case 'd':
    case 's':
    case 'w':
    case 'D':
    case 'S':
    case 'W':
        return add_class(c, letter);
    default:
        return add_byte(c, control_escape(letter));
    }
}

static int read_dot(compiler *c)
{
    mpc_set set = mpc_set_range(1, 255);
    const char *text = "any character";
    if (!(c->mode & MPC_RE_DOTALL)) {
        set = mpc_set_of("\n");
        mpc_set_invert(&set);
        text = "any character except a newline";
    }
    return add_set(c, set, text, (int)strlen(text));
}

static int read_base(compiler *c)
{
    bool lines = c->mode & MPC_RE_MULTILINE;
    char byte = *c->at++;
    switch (byte) {
    case '(':
        return read_group(c);
    case '[':
        return read_set(c);
    case '\\':
        return read_escape(c);
    case '.':
        return read_dot(c);
    case '^':
        return add_node(c, lines ? RE_LINE : RE_START);
    case '$':
        return add_node(c, lines ? RE_LINE_END : RE_LAST);
    default:
        return add_byte(c, byte);
    }
}

/* ---- Repetitions, sequences, choices ---- */

static int add_repeat(compiler *c, int part, int min, int max)
{
    int node = add_node(c, RE_REPEAT);
    if (!node)
        return 0;
    c->re->nodes[node].part = part;
    c->re->nodes[node].min = min;
    c->re->nodes[node].max = max;
    return node;
}

static int read_count(compiler *c, int part)
{
    int n = 0;
    const char *first = c->at;
    while (c->at < c->end && isdigit((unsigned char)*c->at)) {
        n = 10 * n + (*c->at++ - '0');
        if (n > MPC_MAX_COUNT) {
            fail_saying(c, "Invalid Regex: Count Too Large");
            return 0;
        }
    }
    if (c->at == first)
        fail_expecting(c, "digit");
    else if (!next_is(c, '}'))
        fail_expecting(c, "digit or \"}\"");
    else
        c->at++;
    return add_repeat(c, part, n, n);
}

static int read_factor(compiler *c, bool *repeated)
{
    int base = read_base(c);
    *repeated = c->at < c->end && strchr("*+?{", *c->at);
    if (failed(c) || !*repeated)
        return base;
    switch (*c->at++) {
    case '*':
        return add_repeat(c, base, 0, -1);
    case '+':
        return add_repeat(c, base, 1, -1);
    case '?':
        return add_repeat(c, base, 0, 1);
    default:
        return read_count(c, base);
    }
}

static int read_term(compiler *c)
{
    int first = 0;
    int last = 0;
    bool repeated = true;
    while (c->at < c->end && *c->at != '|' && *c->at != ')' && !failed(c)) {
        int factor = read_factor(c, &repeated);
        if (failed(c))
            return 0;
        if (first)
            c->re->nodes[last].next = factor;
        else
            first = factor;
        last = factor;
    }
    if (next_is(c, ')') && c->depth == 0)
        fail_expecting(c, repeated
                              ? "\"(\", \"[\", '\\', none of ')|', '|' or end of input"
                              : "'*', '+', '?', \"{\", \"(\", \"[\", '\\', none of "
                                "')|', '|' or end of input");
    if (!first)
        return add_node(c, RE_EMPTY);
    if (first == last)
        return first;
    int node = add_node(c, RE_SEQUENCE);
    if (node)
        c->re->nodes[node].part = first;
    return node;
}

static int read_regex(compiler *c)
{
    int first = read_term(c);
    if (failed(c) || !next_is(c, '|'))
        return first;
    int choice = add_node(c, RE_CHOICE);
    if (choice)
        c->re->nodes[choice].part = first;
    int last = first;
    while (next_is(c, '|') && !failed(c)) {
        c->at++;
        int term = read_term(c);
        if (failed(c))
            return 0;
        c->re->nodes[last].next = term;
        last = term;
    }
    return choice;
}

/* ---- Compiled expressions ---- */

static char *describe_failure(const compiler *c)
{
    if (c->no_memory)
        return NULL;
    if (c->message)
        return mpc_copy_text(c->message);
    mpc_buffer b = {0};
    mpc_buffer_add(&b, "Invalid Regex: <mpc_re_compiler>:1:");
    mpc_buffer_add_number(&b, (long)(c->at - c->start) + 1);
    mpc_buffer_add(&b, ": error: expected ");
    mpc_buffer_add(&b, c->expected);
    mpc_buffer_add(&b, " at ");
    if (c->at < c->end) {
        mpc_buffer_add_char(&b, '\'');
        mpc_buffer_add_char(&b, *c->at);
        mpc_buffer_add_char(&b, '\'');
    } else {
        mpc_buffer_add(&b, "end of input");
    }
    return mpc_buffer_finish(&b);
}

mpc_regex *mpc_regex_compile(const char *source, size_t length, int mode, char **why)
{
    *why = NULL;
    mpc_regex *re = calloc(1, sizeof *re);
    if (!re)
        return NULL;
    compiler c = {
        .re = re, .start = source, .at = source, .end = source + length, .mode = mode};
    if (length > INT_MAX / 64)
        fail_saying(&c, "Invalid Regex: Too Long");
    add_node(&c, RE_EMPTY); /* node 0 is none */
    re->root = read_regex(&c);
    if (!failed(&c))
        return re;
    *why = describe_failure(&c);
    mpc_regex_delete(re);
    return NULL;
}

void mpc_regex_delete(mpc_regex *re)
{
    if (!re)
        return;
    free(re->nodes);
    free(re->sets);
    free(re->texts);
    free(re);
}

static bool copy_array(void *to, const void *from, int count, size_t size)
{
    void **pointer = to;
    *pointer = NULL;
    if (count == 0)
        return true;
    *pointer = malloc((size_t)count * size);
    if (!*pointer)
        return false;
    memcpy(*pointer, from, (size_t)count * size);
    return true;
}

mpc_regex *mpc_regex_copy(mpc_regex *re)
{
    mpc_regex *copy = malloc(sizeof *copy);
    if (!copy)
        return NULL;
    *copy = *re;
    void *nodes;
    void *sets;
    void *texts;
    bool nodes_ok = copy_array(&nodes, re->nodes, re->node_count, sizeof *re->nodes);
    bool sets_ok = copy_array(&sets, re->sets, re->set_count, sizeof *re->sets);
    bool texts_ok = copy_array(&texts, re->texts, re->text_count, 1);
    copy->nodes = nodes;
    copy->sets = sets;
    copy->texts = texts;
    if (nodes_ok && sets_ok && texts_ok)
        return copy;
    mpc_regex_delete(copy);
    return NULL;
}

static bool first_of(const mpc_regex *re, int index, mpc_set *first)
{
    const mpc_re_node *node = &re->nodes[index];
    bool empty = false;
    switch ((mpc_re_op)node->op) {
    case RE_BYTE:
        mpc_set_add(first, node->c);
        return false;
    case RE_SET:
        mpc_set_unite(first, &re->sets[node->set]);
        return false;
    case RE_SEQUENCE:
        for (int i = node->part; i; i = re->nodes[i].next)
            if (!first_of(re, i, first))
                return false;
        return true;
    case RE_CHOICE:
        for (int i = node->part; i; i = re->nodes[i].next)
            if (first_of(re, i, first))
                empty = true;
        return empty;
    case RE_REPEAT:
        return first_of(re, node->part, first) || node->min == 0;
    case RE_LAST:
    case RE_LINE_END:
        mpc_set_add(first, '\n');
        return true;
    case RE_EMPTY:
    case RE_START:
    case RE_LINE:
    case RE_END:
    case RE_EDGE:
    case RE_NO_EDGE:
        break;
    }
    return true;
}

bool mpc_regex_first(const mpc_regex *re, mpc_set *first)
{
    return first_of(re, re->root, first);
}

/* ---- Parsers ---- */

mpc_parser_t *mpc_regex_parser(const char *source, size_t length, int mode)
{
    char *why;
    mpc_regex *re = mpc_regex_compile(source, length, mode, &why);
    if (!re) {
        mpc_parser_t *failing = why ? mpc_fail(why) : mpc_no_memory();
        free(why);
        return failing;
    }
    mpc_parser_t *p = mpc_make(P_REGEX);
    if (mpc_is_no_memory(p)) {
        mpc_regex_delete(re);
        return p;
    }
    p->def.regex = re;
    p->def.may_be_empty = mpc_regex_first(re, &p->def.first);
    return p;
}

mpc_parser_t *mpc_re_mode(const char *re, int mode)
{
    return mpc_regex_parser(re, strlen(re), mode);
}

mpc_parser_t *mpc_re(const char *re)
{
    return mpc_re_mode(re, MPC_RE_DEFAULT);
}
