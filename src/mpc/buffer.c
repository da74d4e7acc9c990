/* buffer.c: strings and lists that grow, and streams read into a string. */

#include "internal.h"

static bool reserve(mpc_buffer *b, size_t more)
{
    if (b->failed)
        return false;
    if (more < b->capacity - b->length)
        return true;
    size_t capacity = 2 * b->capacity + more + 32;
    char *text = capacity > more ? realloc(b->text, capacity) : NULL;
    if (!text) {
        b->failed = true;
        return false;
    }
    b->text = text;
    b->capacity = capacity;
    return true;
}

void mpc_buffer_add_bytes(mpc_buffer *b, const char *bytes, size_t length)
{
    if (!reserve(b, length))
        return;
    memcpy(b->text + b->length, bytes, length);
    b->length += length;
}

void mpc_buffer_add(mpc_buffer *b, const char *text)
{
    mpc_buffer_add_bytes(b, text, strlen(text));
}

void mpc_buffer_add_char(mpc_buffer *b, char c)
{
    mpc_buffer_add_bytes(b, &c, 1);
}

void mpc_buffer_add_number(mpc_buffer *b, long number)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%ld", number);
    mpc_buffer_add(b, digits);
}

char *mpc_buffer_finish(mpc_buffer *b)
{
    mpc_buffer_add_char(b, '\0');
    if (!b->failed)
        return b->text;
    free(b->text);
    return NULL;
}

bool mpc_list_add(mpc_list *list, void *item)
{
    if (list->n == list->capacity) {
        size_t capacity = 2 * list->capacity + 32;
        void **items = realloc(list->items, capacity * sizeof *items);
        if (!items)
            return false;
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->n++] = item;
    return true;
}

void mpc_list_free(mpc_list *list)
{
    free(list->items);
    *list = (mpc_list){NULL, 0, 0};
}

char *mpc_read_stream(FILE *f, size_t *length)
{
    mpc_buffer all = {0};
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
        mpc_buffer_add_bytes(&all, part, n);
    *length = all.length;
    return mpc_buffer_finish(&all);
}
