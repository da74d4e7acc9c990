#include <string.h>

#include "report/page.h"

/* Backslashes are doubled, a minus stays one, and what begins a request is masked. */
static void add_masked(text_buffer *t, const char *bytes, size_t length, bool begins)
{
    if (begins && length > 0 && (bytes[0] == '.' || bytes[0] == '\''))
        text_add(t, "\\&");
    for (size_t i = 0; i < length; i++)
        switch (bytes[i]) {
        case '\\':
            text_add(t, "\\e");
            break;
        case '-':
            text_add(t, "\\-");
            break;
        case '\'':
            text_add(t, "\\(aq");
            break;
        case '`':
            text_add(t, "\\(ga");
            break;
        case '^':
            text_add(t, "\\(ha");
            break;
        case '~':
            text_add(t, "\\(ti");
            break;
        default:
            text_add_char(t, bytes[i]);
        }
}

/* A line of words: what would be a request or a macro is masked. */
static void add_line(text_buffer *t, const char *words)
{
    size_t length = strlen(words);
    bool ends_like_macro = length > 0 && strchr(".!?:;,", words[length - 1]) != NULL;
    add_masked(t, words, length, true);
    text_add(t, ends_like_macro ? "\\&\n" : "\n");
}

/* Where a line ends that begins the words: with a sentence, as manual pages are written,
 * or where it is full. */
static size_t line_length(const char *words, size_t length)
{
    enum { WIDEST = 60 };
    size_t space = 0;
    for (size_t i = 0; i < length; i++) {
        if (words[i] != ' ')
            continue;
        if (i > WIDEST && space > 0)
            return space;
        space = i;
        bool small = i + 1 < length && words[i + 1] >= 'a' && words[i + 1] <= 'z';
        if (i > 0 && strchr(".!?", words[i - 1]) != NULL && !small)
            return i;
    }
    return length > WIDEST && space > 0 ? space : length;
}

static void add_paragraph(text_buffer *t, const char *words, size_t length)
{
    while (length > 0) {
        size_t line = line_length(words, length);
        add_masked(t, words, line, true);
        text_add_char(t, '\n');
        line += line < length; /* the space */
        words += line;
        length -= line;
    }
}

static void add_words(text_buffer *t, const char *words)
{
    while (*words != '\0') {
        size_t length = strcspn(words, "\n");
        if (length == 0)
            text_add(t, ".Pp\n");
        else
            add_paragraph(t, words, length);
        words += length + (words[length] == '\n');
    }
}

/* Lines as they stand. */
static void add_display(text_buffer *t, const char *lines)
{
    text_add(t, ".Bd -literal -offset indent\n");
    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");
        add_masked(t, lines, length, true);
        text_add_char(t, '\n');
        lines += length + (lines[length] == '\n');
    }
    text_add(t, ".Ed\n");
}

static bool is_entry(const page *shown, size_t i)
{
    return i < shown->blocks.count && shown->blocks.items[i].kind == PAGE_ENTRY;
}

static void add_entry(text_buffer *t, const page *shown, size_t i)
{
    const page_block *block = &shown->blocks.items[i];
    if (i == 0 || !is_entry(shown, i - 1))
        text_add(t, ".Bl -tag -width Ds\n");
    text_add(t, ".It Li \"");
    for (const char *at = block->label; *at != '\0'; at++)
        if (*at == '"')
            text_add(t, "\\(dq");
        else
            add_masked(t, at, 1, false);
    text_add(t, "\"\n");
    add_words(t, block->text);
    if (!is_entry(shown, i + 1))
        text_add(t, ".El\n");
}

void report_page_mdoc(text_buffer *t, const page *shown)
{
    for (size_t i = 0; i < shown->blocks.count; i++) {
        const page_block *block = &shown->blocks.items[i];
        bool paragraph =
            i > 0 && block->kind == PAGE_WORDS && block[-1].kind != PAGE_HEADING;
        if (paragraph)
            text_add(t, ".Pp\n");
        switch (block->kind) {
        case PAGE_HEADING:
            text_add(t, ".Ss ");
            add_line(t, block->text);
            break;
        case PAGE_CODE:
        case PAGE_EXAMPLE:
            add_display(t, block->text);
            break;
        case PAGE_WORDS:
            add_words(t, block->text);
            break;
        case PAGE_ENTRY:
            add_entry(t, shown, i);
            break;
        }
    }
}
