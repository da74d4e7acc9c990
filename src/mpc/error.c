/* error.c: errors as the caller gets them, and their messages. */

#include "internal.h"

/* An error and all its texts are one block. Only this one is none, for when there is no
 * memory even for an error; it is never changed or freed. */
static const mpc_err_t no_memory = {.filename = (char *)"<mpc>",
                                    .failure = (char *)mpc_text_no_memory};

static mpc_err_t *err_no_memory(void)
{
    return (mpc_err_t *)&no_memory;
}

/* Copies `text` to `*to` and moves on behind it. */
static char *append(char **to, const char *text)
{
    char *start = *to;
    size_t size = strlen(text) + 1;
    memcpy(start, text, size);
    *to += size;
    return start;
}

mpc_err_t *mpc_err_failure(const char *filename, mpc_state_t state, const char *failure)
{
    size_t texts = strlen(filename) + strlen(failure) + 2;
    mpc_err_t *e = malloc(sizeof *e + texts);
    if (!e)
        return err_no_memory();
    char *to = (char *)(e + 1);
    *e = (mpc_err_t){.state = state};
    e->filename = append(&to, filename);
    e->failure = append(&to, failure);
    return e;
}

mpc_err_t *mpc_err_expected(const char *filename, mpc_state_t state, char received,
                            const char *const *expected, size_t n)
{
    size_t texts = strlen(filename) + 1;
    for (size_t i = 0; i < n; i++)
        texts += strlen(expected[i]) + 1;
    mpc_err_t *e = malloc(sizeof *e + n * sizeof(*e->expected) + texts);
    if (!e)
        return err_no_memory();
    *e = (mpc_err_t){.state = state, .expected_num = (int)n, .received = received};
    e->expected = (char **)(e + 1);
    char *to = (char *)(e->expected + n);
    e->filename = append(&to, filename);
    for (size_t i = 0; i < n; i++)
        e->expected[i] = append(&to, expected[i]);
    return e;
}

void mpc_err_delete(mpc_err_t *e)
{
    if (e != err_no_memory())
        free(e);
}

/* ---- Messages ---- */

static const char *name_of_character(char c)
{
    switch (c) {
    case '\0':
        return "end of input";
    case '\a':
        return "bell";
    case '\b':
        return "backspace";
    case '\f':
        return "formfeed";
    case '\r':
        return "carriage return";
    case '\v':
        return "vertical tab";
    case '\n':
        return "newline";
    case '\t':
        return "tab";
    case ' ':
        return "space";
    default:
        return NULL;
    }
}

static void add_received(mpc_buffer *b, char c)
{
    const char *name = name_of_character(c);
    if (name) {
        mpc_buffer_add(b, name);
        return;
    }
    mpc_buffer_add_char(b, '\'');
    mpc_buffer_add_char(b, c);
    mpc_buffer_add_char(b, '\'');
}

/* `a`, `a or b`, `a, b or c` */
static void add_expected(mpc_buffer *b, const mpc_err_t *e)
{
    if (e->expected_num == 0)
        mpc_buffer_add(b, "ERROR: NOTHING EXPECTED");
    for (int i = 0; i < e->expected_num; i++) {
        if (i > 0)
            mpc_buffer_add(b, i + 1 == e->expected_num ? " or " : ", ");
        mpc_buffer_add(b, e->expected[i]);
    }
}

char *mpc_err_string(mpc_err_t *e)
{
    mpc_buffer b = {0};
    mpc_buffer_add(&b, e->filename);
    if (e->failure) {
        mpc_buffer_add(&b, ": error: ");
        mpc_buffer_add(&b, e->failure);
    } else {
        mpc_buffer_add_char(&b, ':');
        mpc_buffer_add_number(&b, e->state.row + 1);
        mpc_buffer_add_char(&b, ':');
        mpc_buffer_add_number(&b, e->state.col + 1);
        mpc_buffer_add(&b, ": error: expected ");
        add_expected(&b, e);
        mpc_buffer_add(&b, " at ");
        add_received(&b, e->received);
    }
    mpc_buffer_add_char(&b, '\n');
    return mpc_buffer_finish(&b);
}

void mpc_err_print(mpc_err_t *e)
{
    mpc_err_print_to(e, stdout);
}

void mpc_err_print_to(mpc_err_t *e, FILE *f)
{
    char *text = mpc_err_string(e);
    fputs(text ? text : mpc_text_no_memory, f);
    free(text);
}
