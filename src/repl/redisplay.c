#include "repl/redisplay.h"

#include <stdlib.h>
#include <string.h>

#include "base/unicode.h"
#include "nabla.h"

/* ---- Laying out ---- */

/* A row that was laid out. */
typedef struct row {
    size_t begin;   /* in the ink */
    size_t columns; /* that it takes */
    bool wraps;     /* it goes on in the next one */
} row;

/* All rows, with the escape codes of their colours: each row begins and ends without. */
typedef struct sheet {
    const picture *p;
    bytes ink;
    row *rows;
    size_t count, capacity;
    size_t cursor_row, cursor_column;
    const char *color; /* that is on */
    bool failed;
} sheet;

static row *last_row(sheet *s)
{
    return &s->rows[s->count - 1];
}

static void set_color(sheet *s, const char *color)
{
    if (strcmp(color, s->color) == 0)
        return;
    if (s->color[0] != '\0')
        bytes_add_text(&s->ink, "\033[0m");
    bytes_add_text(&s->ink, color);
    s->color = color;
}

static void begin_row(sheet *s)
{
    if (s->count > 0)
        set_color(s, "");
    if (s->count == s->capacity) {
        size_t capacity = s->capacity == 0 ? 32 : 2 * s->capacity;
        row *larger = realloc(s->rows, capacity * sizeof *larger);
        if (larger == NULL) {
            s->failed = true;
            s->count = 0; /* goes on over what is not going to be drawn */
        } else {
            s->rows = larger;
            s->capacity = capacity;
        }
    }
    if (s->capacity > 0)
        s->rows[s->count++] = (row){.begin = s->ink.count};
}

static void wrap(sheet *s)
{
    last_row(s)->wraps = true;
    begin_row(s);
}

/* Puts what takes `columns`, in the next row where this one has no room for it. */
static void put(sheet *s, const char *ink, size_t length, size_t columns,
                const char *color)
{
    if (last_row(s)->columns + columns > s->p->columns && last_row(s)->columns > 0)
        wrap(s);
    set_color(s, color);
    bytes_add(&s->ink, ink, length);
    last_row(s)->columns += columns;
}

/* The bytes of the character at the beginning of a text, and the columns that it takes.
 * What is no character takes one. */
static size_t character(const char *text, size_t length, size_t *columns)
{
    int32_t point;
    size_t count = unicode_decode(text, length, &point);
    *columns = count == 0 ? 1 : unicode_width(text, count);
    return count == 0 ? 1 : count;
}

/* ---- The parts of a drawing ---- */

static void put_prompt(sheet *s, const char *prompt)
{
    const char *color = s->p->classes == NULL ? "" : "\033[1m";
    size_t length = strlen(prompt), columns;
    for (size_t at = 0, count; at < length; at += count) {
        const char *end = prompt[at] == '\001' ? strchr(prompt + at, '\002') : NULL;
        if (end != NULL) {
            count = (size_t)(end - prompt) + 1 - at;
            bytes_add(&s->ink, prompt + at + 1, count - 2);
            continue;
        }
        count = character(prompt + at, length - at, &columns);
        put(s, prompt + at, count, columns, color);
    }
}

static const char *color_of_class(unsigned char class)
{
    static const char *const colors[] = {
        [NABLA_PLAIN] = "",
        [NABLA_NUMBER] = "\033[36m",
        [NABLA_NAME] = "",
        [NABLA_UNKNOWN] = "\033[33m",
        [NABLA_FUNCTION] = "\033[34m",
        [NABLA_COMMAND] = "\033[1;35m",
        [NABLA_KEYWORD] = "\033[35m",
        [NABLA_OPERATOR] = "\033[1m",
        [NABLA_BRACKET] = "",
        [NABLA_TEXT] = "\033[32m",
        [NABLA_COMMENT] = "\033[2m",
    };
    return colors[class];
}

static const char *color_at(const picture *p, size_t at)
{
    bool matches =
        p->bracket[0] != p->bracket[1] && (at == p->bracket[0] || at == p->bracket[1]);
    if (at >= p->mistake[0] && at < p->mistake[1])
        return p->classes == NULL ? "\033[4m" : "\033[4;31m";
    if (p->classes == NULL)
        return "";
    return matches ? "\033[1;7m" : color_of_class(p->classes[at]);
}

/* ^A, ^?: a control character as keyboards name it. */
static void put_control(sheet *s, char c)
{
    const char shown[] = {'^', (char)(c ^ 0x40)};
    put(s, shown, sizeof shown, sizeof shown, "\033[7m");
}

static void put_tab(sheet *s)
{
    enum { STOP = 8 };
    do
        put(s, " ", 1, 1, "");
    while (last_row(s)->columns % STOP != 0 && last_row(s)->columns < s->p->columns);
}

/* Puts the character at `at`; returns its bytes. */
static size_t put_character(sheet *s, size_t at)
{
    static const char unknown[] = "\uFFFD";
    const char *text = s->p->text + at;
    size_t columns;
    size_t count = character(text, s->p->length - at, &columns);
    bool control = (unsigned char)*text < 0x20 || *text == 0x7F;
    if (*text == '\t')
        put_tab(s);
    else if (control)
        put_control(s, *text);
    else if (count == 1 && (unsigned char)*text >= 0x80)
        put(s, unknown, strlen(unknown), 1, "");
    else
        put(s, text, count, columns, color_at(s->p, at));
    return count;
}

/* The cursor stands before what comes next, which may be in the next row. */
static void mark_cursor(sheet *s, size_t at)
{
    bool newline = at == s->p->length || s->p->text[at] == '\n';
    size_t columns = 0;
    if (!newline)
        character(s->p->text + at, s->p->length - at, &columns);
    size_t wanted = newline || columns == 0 ? 1 : columns;
    if (last_row(s)->columns + wanted > s->p->columns)
        wrap(s);
    s->cursor_row = s->count - 1;
    s->cursor_column = last_row(s)->columns;
}

static void put_text(sheet *s)
{
    const picture *p = s->p;
    for (size_t at = 0; at < p->length;) {
        if (at == p->cursor)
            mark_cursor(s, at);
        if (p->text[at] != '\n') {
            at += put_character(s, at);
            continue;
        }
        begin_row(s);
        put_prompt(s, p->continuation);
        at++;
    }
    if (p->cursor == p->length)
        mark_cursor(s, p->length);
}

/* The bytes of a remark that fit into so many columns. */
static size_t fitting(const char *remark, size_t room, size_t *columns)
{
    size_t length = strlen(remark), at = 0;
    *columns = 0;
    while (at < length) {
        size_t width;
        size_t count = character(remark + at, length - at, &width);
        if (*columns + width > room)
            break;
        *columns += width;
        at += count;
    }
    return at;
}

/* Behind the text where there is room, else in a row of its own, else not at all. */
static void put_remark(sheet *s)
{
    enum { GAP = 3 };
    static const char dim[] = "\033[2m";
    const char *remark = s->p->remark;
    if (remark == NULL)
        return;
    size_t columns, used = last_row(s)->columns;
    size_t room = used + GAP < s->p->columns ? s->p->columns - used - GAP : 0;
    if (fitting(remark, room, &columns) == strlen(remark)) {
        put(s, "   ", GAP, GAP, "");
    } else if (s->count < s->p->rows) {
        begin_row(s);
        room = s->p->columns;
    } else {
        return;
    }
    size_t count = fitting(remark, room, &columns);
    put(s, remark, count, columns, dim);
}

static void lay_out(sheet *s, const picture *p)
{
    *s = (sheet){.p = p, .color = ""};
    begin_row(s);
    if (s->failed)
        return;
    put_prompt(s, p->prompt);
    put_text(s);
    put_remark(s);
    set_color(s, "");
    s->failed = s->failed || s->ink.failed;
}

static void free_sheet(sheet *s)
{
    bytes_free(&s->ink);
    free(s->rows);
}

/* ---- From the last drawing to this one ---- */

static void move_up(bytes *out, size_t rows)
{
    if (rows > 0)
        bytes_format(out, "\033[%zuA", rows);
}

static void move_down(bytes *out, size_t rows)
{
    if (rows > 0)
        bytes_format(out, "\033[%zuB", rows);
}

static void move_to_first(bytes *out, const drawn *d)
{
    bytes_add_text(out, "\r");
    move_up(out, d->cursor_row);
}

/* In a window of another width the terminal has laid the rows out anew, as they would be
 * laid out now. */
static void follow_resize(drawn *d, const sheet *s)
{
    if (d->columns == 0 || d->columns == s->p->columns)
        return;
    size_t row_now = s->cursor_row < s->p->rows ? s->cursor_row : s->p->rows - 1;
    d->cursor_row = row_now;
    d->rows = s->count;
}

static bool is_full(const sheet *s, size_t i)
{
    return s->rows[i].columns >= s->p->columns;
}

/* Draws a row. A full one leaves the cursor behind its last column, where nothing can be
 * cleared. */
static void draw_row(bytes *out, const sheet *s, size_t i)
{
    size_t end = i + 1 < s->count ? s->rows[i + 1].begin : s->ink.count;
    bytes_add(out, s->ink.items + s->rows[i].begin, end - s->rows[i].begin);
    if (!is_full(s, i))
        bytes_add_text(out, "\033[K");
}

/* Goes to the next row. Where a line is too wide for one, the terminal does so by itself
 * as it meets the next character, and remembers that these rows are one line. */
static void draw_break(bytes *out, const sheet *s, size_t i)
{
    if (!s->rows[i].wraps)
        bytes_add_text(out, "\r\n");
    else if (s->rows[i + 1].columns == 0)
        bytes_add_text(out, " \r");
}

/* Clears what is left of the last drawing below this one. */
static void clear_below(bytes *out, const sheet *s, size_t last, size_t rows,
                        size_t rows_before)
{
    if (!is_full(s, last)) {
        bytes_add_text(out, "\033[J");
    } else if (rows_before > rows) {
        bytes_add_text(out, "\r\n\033[J\033[A");
    }
}

static void draw_rows(bytes *out, const sheet *s, size_t first, size_t rows,
                      size_t rows_before)
{
    for (size_t i = first; i < first + rows; i++) {
        draw_row(out, s, i);
        if (i + 1 < first + rows)
            draw_break(out, s, i);
    }
    clear_below(out, s, first + rows - 1, rows, rows_before);
}

/* The first row to be shown: as before, as far as the cursor can be seen then. */
static size_t first_shown(const sheet *s, size_t first)
{
    size_t window = s->p->rows;
    if (s->count <= window)
        return 0;
    if (first + window > s->count)
        first = s->count - window;
    if (s->cursor_row < first)
        return s->cursor_row;
    return s->cursor_row >= first + window ? s->cursor_row - window + 1 : first;
}

void redisplay_draw(bytes *out, const picture *p, drawn *d)
{
    sheet s;
    lay_out(&s, p);
    if (!s.failed) {
        follow_resize(d, &s);
        move_to_first(out, d);
        size_t first = first_shown(&s, d->first);
        size_t rows = s.count < p->rows ? s.count : p->rows;
        draw_rows(out, &s, first, rows, d->rows);
        bytes_add_text(out, "\r");
        move_up(out, first + rows - 1 - s.cursor_row);
        if (s.cursor_column > 0)
            bytes_format(out, "\033[%zuC", s.cursor_column);
        *d = (drawn){rows, s.cursor_row - first, first, p->columns};
    }
    free_sheet(&s);
}

void redisplay_finish(bytes *out, const picture *p, drawn *d)
{
    picture without_cursor = *p;
    without_cursor.cursor =
        p->length + 1; /* which would want a place behind a full row */
    sheet s;
    lay_out(&s, &without_cursor);
    if (!s.failed) {
        move_to_first(out, d);
        draw_rows(out, &s, 0, s.count, d->rows);
    }
    bytes_add_text(out, "\r\n");
    *d = (drawn){0};
    free_sheet(&s);
}

void redisplay_leave(bytes *out, drawn *d)
{
    bytes_add_text(out, "\r");
    if (d->rows > 0)
        move_down(out, d->rows - 1 - d->cursor_row);
    *d = (drawn){0};
}

void redisplay_erase(bytes *out, drawn *d)
{
    move_to_first(out, d);
    bytes_add_text(out, "\033[J");
    *d = (drawn){0};
}
