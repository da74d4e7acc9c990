#include <string.h>

#include "base/unicode.h"
#include "report/page.h"

enum { INDENT = 2, WIDEST = 80 };

void page_add(page *p, page_kind kind, const char *text)
{
    array_push(p->arena, &p->blocks, ((page_block){.kind = kind, .text = text}));
}

void page_add_entry(page *p, const char *label, const char *text)
{
    page_block entry = {.kind = PAGE_ENTRY, .label = label, .text = text};
    array_push(p->arena, &p->blocks, entry);
}

static size_t line_width(const style *s)
{
    size_t width = style_width(s);
    return width < WIDEST ? width : WIDEST;
}

/* One paragraph, `length` bytes of words, from a column on and wrapped to it. */
static void add_paragraph(text_buffer *t, const style *s, const char *words,
                          size_t length, size_t column)
{
    const char *end = words + length;
    size_t at = style_column(t);
    while (words < end) {
        size_t word = strcspn(words, " ");
        word = word < (size_t)(end - words) ? word : (size_t)(end - words);
        size_t width = unicode_width(words, word);
        if (at > column && at + 1 + width > line_width(s)) {
            text_add_char(t, '\n');
            text_repeat(t, ' ', (int)column);
            at = column;
        } else if (at > column) {
            text_add_char(t, ' ');
            at++;
        }
        text_add_bytes(t, words, word);
        at += width;
        words += word;
        words += strspn(words, " ");
    }
    text_add_char(t, '\n');
}

static void add_words(text_buffer *t, const style *s, const char *words, size_t column)
{
    words = style_words(t->arena, s, words);
    while (*words != '\0') {
        size_t length = strcspn(words, "\n");
        if (length == 0)
            text_add_char(t, '\n');
        else
            add_paragraph(t, s, words, length, column);
        words += length + (words[length] == '\n');
    }
}

static void add_indented(text_buffer *t, const char *lines)
{
    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");
        if (length > 0)
            text_repeat(t, ' ', INDENT);
        text_add_bytes(t, lines, length);
        text_add_char(t, '\n');
        lines += length + (lines[length] == '\n');
    }
}

/* How wide the labels are of the entries from block `at` on. */
static size_t label_width(const style *s, const page *shown, size_t at)
{
    enum { WIDEST_LABEL = 24 };
    size_t widest = 0;
    while (at > 0 && shown->blocks.items[at - 1].kind == PAGE_ENTRY)
        at--;
    for (; at < shown->blocks.count && shown->blocks.items[at].kind == PAGE_ENTRY; at++) {
        const char *label = style_words(shown->arena, s, shown->blocks.items[at].label);
        size_t width = unicode_text_width(label);
        widest = width > widest && width <= WIDEST_LABEL ? width : widest;
    }
    return widest;
}

static void add_entry(text_buffer *t, const style *s, const page *shown, size_t at)
{
    const page_block *block = &shown->blocks.items[at];
    size_t column = INDENT + label_width(s, shown, at) + 2;
    text_repeat(t, ' ', INDENT);
    text_add(t, style_words(t->arena, s, block->label));
    if (style_column(t) + 2 > column) {
        text_add_char(t, '\n');
        text_repeat(t, ' ', (int)column);
    } else {
        style_tab(t, column);
    }
    add_words(t, s, block->text, column);
}

void report_page_text(text_buffer *t, const style *s, const page *shown)
{
    for (size_t i = 0; i < shown->blocks.count; i++) {
        const page_block *block = &shown->blocks.items[i];
        bool follows =
            i > 0 && !(block->kind == PAGE_ENTRY && block[-1].kind == PAGE_ENTRY);
        if (follows)
            text_add_char(t, '\n');
        switch (block->kind) {
        case PAGE_HEADING:
            style_add(t, s, INK_VALUE, "%s", style_words(t->arena, s, block->text));
            text_add_char(t, '\n');
            break;
        case PAGE_CODE:
            add_indented(t, style_words(t->arena, s, block->text));
            break;
        case PAGE_WORDS:
            add_words(t, s, block->text, 0);
            break;
        case PAGE_ENTRY:
            add_entry(t, s, shown, i);
            break;
        case PAGE_EXAMPLE:
            add_indented(t, block->text);
            break;
        }
    }
}
