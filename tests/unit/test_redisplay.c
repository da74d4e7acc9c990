/* Drawing the line that is being typed, on a terminal of the test's own. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/unicode.h"
#include "repl/highlight.h"
#include "repl/redisplay.h"

/* ---- A terminal ---- */

enum { ROWS_MOST = 60, COLUMNS_MOST = 100, CELL = 16 };

/* As many cells as the test asks for. Like terminals do, it stays behind the last column
 * of a full row until another character comes. */
typedef struct terminal {
    size_t rows, columns;
    size_t row, column;
    bool full; /* the last column was written, and the cursor is behind it */
    size_t scrolled;
    char cells[ROWS_MOST][COLUMNS_MOST][CELL]; /* "" behind a wide one */
} terminal;

static void clear_cells(terminal *t, size_t row, size_t from)
{
    for (size_t k = from; k < t->columns; k++)
        strcpy(t->cells[row][k], " ");
}

static void terminal_open(terminal *t, size_t rows, size_t columns)
{
    memset(t, 0, sizeof *t);
    t->rows = rows;
    t->columns = columns;
    for (size_t i = 0; i < rows; i++)
        clear_cells(t, i, 0);
}

static void next_row(terminal *t)
{
    if (t->row + 1 < t->rows) {
        t->row++;
        return;
    }
    memmove(t->cells[0], t->cells[1], (t->rows - 1) * sizeof *t->cells);
    clear_cells(t, t->rows - 1, 0);
    t->scrolled++;
}

static void print_character(terminal *t, const char *text, size_t length)
{
    size_t width = unicode_width(text, length);
    if (width == 0) {
        size_t at = t->full ? t->column : t->column - 1;
        strncat(t->cells[t->row][at], text, length);
        return;
    }
    if (t->full || t->column + width > t->columns) {
        next_row(t);
        t->column = 0;
        t->full = false;
    }
    char *cell = t->cells[t->row][t->column];
    memcpy(cell, text, length);
    cell[length] = '\0';
    if (width == 2)
        t->cells[t->row][t->column + 1][0] = '\0';
    t->column += width;
    if (t->column == t->columns) {
        t->full = true;
        t->column--;
    }
}

static void clear_below(terminal *t)
{
    clear_cells(t, t->row, t->column);
    for (size_t i = t->row + 1; i < t->rows; i++)
        clear_cells(t, i, 0);
}

/* Obeys one escape sequence; returns its bytes. */
static size_t obey(terminal *t, const char *code)
{
    int used = 0;
    size_t count = 1;
    char what = 0;
    if (sscanf(code, "\033[%zu%c%n", &count, &what, &used) != 2) {
        count = 1;
        sscanf(code, "\033[%c%n", &what, &used);
    } else if (what == ';') {
        used = (int)strcspn(code, "m") + 1; /* a colour of several parts */
    }
    if (what == 'A')
        t->row = t->row > count ? t->row - count : 0;
    if (what == 'B')
        t->row = t->row + count < t->rows ? t->row + count : t->rows - 1;
    if (what == 'C')
        t->column = t->column + count < t->columns ? t->column + count : t->columns - 1;
    if (what == 'J')
        clear_below(t);
    if (what == 'K')
        clear_cells(t, t->row, t->column);
    if (what == 'A' || what == 'B' || what == 'C')
        t->full = false;
    return (size_t)used;
}

static void terminal_write(terminal *t, const bytes *out)
{
    for (size_t at = 0; at < out->count;) {
        const char *text = out->items + at;
        int32_t point;
        size_t length = unicode_decode(text, out->count - at, &point);
        assert_true(length > 0);
        if (*text == '\033') {
            length = obey(t, text);
        } else if (*text == '\r') {
            t->column = 0;
            t->full = false;
        } else if (*text == '\n') {
            next_row(t);
            t->full = false;
        } else {
            print_character(t, text, length);
        }
        at += length;
    }
}

/* A row as text, without the space at its end. */
static const char *row_text(const terminal *t, size_t row)
{
    static char text[COLUMNS_MOST * CELL];
    text[0] = '\0';
    for (size_t k = 0; k < t->columns; k++)
        strcat(text, t->cells[row][k]);
    for (size_t end = strlen(text); end > 0 && text[end - 1] == ' '; end--)
        text[end - 1] = '\0';
    return text;
}

/* ---- A line on it ---- */

typedef struct typing {
    terminal terminal;
    drawn drawn;
    picture picture;
    unsigned char classes[4096];
} typing;

static void typing_open(typing *t, size_t rows, size_t columns)
{
    memset(t, 0, sizeof *t);
    terminal_open(&t->terminal, rows, columns);
    t->picture = (picture){.prompt = "nabla> ",
                           .continuation = "  ...> ",
                           .classes = t->classes,
                           .rows = rows,
                           .columns = columns};
}

static void show(typing *t, const char *text, size_t cursor)
{
    t->picture.text = text;
    t->picture.length = strlen(text);
    t->picture.cursor = cursor;
    bytes out = {0};
    redisplay_draw(&out, &t->picture, &t->drawn);
    terminal_write(&t->terminal, &out);
    bytes_free(&out);
}

static void finish(typing *t)
{
    bytes out = {0};
    redisplay_finish(&out, &t->picture, &t->drawn);
    terminal_write(&t->terminal, &out);
    bytes_free(&out);
}

static void assert_row(const typing *t, size_t row, const char *wanted)
{
    assert_string_equal(row_text(&t->terminal, row), wanted);
}

static void assert_cursor(const typing *t, size_t row, size_t column)
{
    assert_int_equal(t->terminal.row, row);
    assert_int_equal(t->terminal.column, column);
    assert_false(t->terminal.full);
}

/* ---- The tests ---- */

static void a_line_is_drawn_and_redrawn(void **state)
{
    (void)state;
    typing t;
    typing_open(&t, 5, 20);
    show(&t, "", 0);
    assert_row(&t, 0, "nabla>");
    assert_cursor(&t, 0, 7);
    show(&t, "x = 34", 6);
    show(&t, "x = 3", 4);
    assert_row(&t, 0, "nabla> x = 3");
    assert_cursor(&t, 0, 11);
}

static void a_wide_line_wraps(void **state)
{
    (void)state;
    typing t;
    typing_open(&t, 5, 10);
    show(&t, "abcdef", 6);
    assert_row(&t, 0, "nabla> abc");
    assert_row(&t, 1, "def");
    assert_cursor(&t, 1, 3);
    show(&t, "abcdef", 0);
    assert_cursor(&t, 0, 7);
    show(&t, "ab", 2);
    assert_row(&t, 0, "nabla> ab");
    assert_row(&t, 1, "");
    assert_cursor(&t, 0, 9);
}

static void a_full_row_has_the_cursor_below(void **state)
{
    (void)state;
    typing t;
    typing_open(&t, 5, 10);
    show(&t, "abc", 3);
    assert_row(&t, 0, "nabla> abc");
    assert_cursor(&t, 1, 0);
    show(&t, "ab", 2);
    assert_cursor(&t, 0, 9);
    show(&t, "abc", 3);
    finish(&t);
    assert_row(&t, 0, "nabla> abc");
    assert_cursor(&t, 1, 0);
}

static void wide_and_combining_characters_take_their_columns(void **state)
{
    (void)state;
    typing t;
    typing_open(&t, 5, 11);
    /* Of the last one only one column would be left. */
    show(&t, "a変数", 1 + 3 + 3);
    assert_row(&t, 0, "nabla> a変");
    assert_row(&t, 1, "数");
    assert_cursor(&t, 1, 2);
    show(&t, "x\u0302+y", 4);
    assert_row(&t, 0, "nabla> x\u0302+y");
    assert_row(&t, 1, "");
    assert_cursor(&t, 0, 9);
}

static void further_lines_have_a_continuation_prompt(void **state)
{
    (void)state;
    typing t;
    typing_open(&t, 6, 20);
    show(&t, "f = (1 +\n2)", 11);
    assert_row(&t, 0, "nabla> f = (1 +");
    assert_row(&t, 1, "  ...> 2)");
    assert_cursor(&t, 1, 9);
    show(&t, "f = (1 +\n2)", 3);
    assert_cursor(&t, 0, 10);
    finish(&t);
    assert_cursor(&t, 2, 0);
    assert_row(&t, 1, "  ...> 2)");
}

static void what_is_no_text_is_shown(void **state)
{
    (void)state;
    typing t;
    typing_open(&t, 5, 40);
    show(&t, "a\001\x7F\xFF\tb", 6);
    assert_row(&t, 0, "nabla> a^A^?\uFFFD   b");
    assert_cursor(&t, 0, 17);
}

/* What a prompt has between \001 and \002 goes to the terminal and takes no columns. */
static void a_mode_is_part_of_the_prompt(void **state)
{
    (void)state;
    typing t;
    typing_open(&t, 5, 40);
    t.picture.prompt = "\001\033[1;31m\002(cmd)\001\033[0m\002nabla> ";
    show(&t, "x", 1);
    assert_row(&t, 0, "(cmd)nabla> x");
    assert_cursor(&t, 0, 13);
}

static void of_a_tall_line_the_rows_around_the_cursor_are_shown(void **state)
{
    (void)state;
    typing t;
    typing_open(&t, 4, 10);
    const char text[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    show(&t, text, strlen(text));
    assert_row(&t, 0, "nopqrstuvw");
    assert_row(&t, 3, "RSTUVWXYZ");
    assert_cursor(&t, 3, 9);
    show(&t, text, 0);
    assert_row(&t, 0, "nabla> abc");
    assert_row(&t, 3, "xyzABCDEFG");
    assert_cursor(&t, 0, 7);
    show(&t, text, 20); /* stays where it is while the cursor is in sight */
    assert_row(&t, 0, "nabla> abc");
    show(&t, text, 40);
    assert_row(&t, 3, "HIJKLMNOPQ");
    assert_cursor(&t, 3, 7);
    show(&t, "x", 1);
    assert_row(&t, 0, "nabla> x");
    assert_row(&t, 1, "");
    /* All of it is left on the screen when it is entered. */
    show(&t, text, 0);
    size_t before = t.terminal.scrolled;
    finish(&t);
    assert_int_equal(t.terminal.scrolled - before, 3);
    assert_row(&t, 2, "RSTUVWXYZ");
    assert_cursor(&t, 3, 0);
}

static void a_remark_stands_behind_or_below(void **state)
{
    (void)state;
    typing t;
    typing_open(&t, 4, 20);
    t.picture.remark = "= 42";
    show(&t, "6*7", 3);
    assert_row(&t, 0, "nabla> 6*7   = 42");
    assert_cursor(&t, 0, 10);
    show(&t, "6*7 + 0*1", 9);
    assert_row(&t, 0, "nabla> 6*7 + 0*1");
    assert_row(&t, 1, "= 42");
    assert_cursor(&t, 0, 16);
    t.picture.remark = "a remark that is wider than the window";
    show(&t, "6*7", 3);
    assert_row(&t, 1, "a remark that is wid");
    t.picture.remark = NULL;
    show(&t, "6*7", 3);
    assert_row(&t, 0, "nabla> 6*7");
    assert_row(&t, 1, "");
    /* A line as tall as the window leaves no room. */
    t.picture.remark = "= 42";
    const char tall[] = "1\n+1\n+1\n+11111111111";
    show(&t, tall, strlen(tall));
    assert_row(&t, 3, "  ...> +11111111111");
}

static void the_last_drawing_is_erased_or_left(void **state)
{
    (void)state;
    typing t;
    typing_open(&t, 6, 10);
    bytes out = {0};
    show(&t, "abcdefgh", 0);
    redisplay_leave(&out, &t.drawn);
    terminal_write(&t.terminal, &out);
    assert_cursor(&t, 1, 0);
    assert_row(&t, 1, "defgh");
    bytes_clear(&out);
    bytes_add_text(&out, "\r\n");
    terminal_write(&t.terminal, &out);
    show(&t, "abcdefgh", 8);
    assert_row(&t, 2, "nabla> abc");
    bytes_clear(&out);
    redisplay_erase(&out, &t.drawn);
    terminal_write(&t.terminal, &out);
    assert_cursor(&t, 2, 0);
    assert_row(&t, 1, "defgh");
    assert_row(&t, 2, "");
    assert_row(&t, 3, "");
    bytes_free(&out);
}

static void parts_are_coloured(void **state)
{
    (void)state;
    typing t;
    typing_open(&t, 5, 40);
    const char text[] = "x + 12";
    const unsigned char classes[] = {NABLA_UNKNOWN, 0,           NABLA_OPERATOR, 0,
                                     NABLA_NUMBER,  NABLA_NUMBER};
    memcpy(t.classes, classes, sizeof classes);
    t.picture.text = text;
    t.picture.length = strlen(text);
    bytes out = {0};
    redisplay_draw(&out, &t.picture, &t.drawn);
    assert_non_null(strstr(out.items, "\033[33mx\033[0m "));
    assert_non_null(strstr(out.items, "\033[36m12\033[0m"));
    bytes_clear(&out);
    t.picture.mistake[0] = 4;
    t.picture.mistake[1] = 6;
    redisplay_draw(&out, &t.picture, &t.drawn);
    assert_non_null(strstr(out.items, "\033[4;31m12\033[0m"));
    bytes_free(&out);
}

static void assert_match(const char *text, size_t cursor, size_t first, size_t second)
{
    unsigned char classes[64] = {0};
    bool quoted = false;
    for (size_t i = 0; i < strlen(text); i++) {
        quoted ^= text[i] == '"';
        if (strchr("()[]", text[i]) != NULL && !quoted)
            classes[i] = NABLA_BRACKET;
    }
    size_t found[2];
    highlight_brackets(text, strlen(text), classes, cursor, found);
    assert_int_equal(found[0], first);
    assert_int_equal(found[1], second);
}

static void brackets_match(void **state)
{
    (void)state;
    assert_match("(a[1])", 6, 5, 0);
    assert_match("(a[1])", 0, 0, 5);
    assert_match("(a[1])", 5, 5, 0);
    assert_match("(a[1])", 3, 2, 4);
    assert_match("(a", 0, 0, 0);
    assert_match("a)", 2, 0, 0);
    assert_match("(\")\" + 1)", 9, 8, 0);
    assert_match("abc", 2, 0, 0);
    assert_match("", 0, 0, 0);
}

/* Pieces that lines are made of at random. */
static const char *const pieces[] = {"a",       "12", " + ", "(",  "変",
                                     "x\u0302", "\n", "∂",   "sin"};

static void random_text(dice *d, char *text, size_t *cursor)
{
    size_t count = dice_below(d, 60);
    text[0] = '\0';
    *cursor = 0;
    for (size_t i = 0; i < count; i++) {
        strcat(text, pieces[dice_below(d, sizeof pieces / sizeof *pieces)]);
        if (dice_below(d, count) == 0)
            *cursor = strlen(text);
    }
}

/* Each drawing, in place of the one before, gives what it would on an empty screen. */
static void random_lines_are_drawn_as_on_an_empty_screen(void **state)
{
    (void)state;
    dice d = {9};
    for (int round = 0; round < 300; round++) {
        static typing t, fresh;
        size_t rows = 2 + dice_below(&d, 12), columns = 9 + dice_below(&d, 40);
        typing_open(&t, rows, columns);
        for (int step = 0; step < 10; step++) {
            char text[1024];
            size_t cursor;
            random_text(&d, text, &cursor);
            const char *remark = dice_below(&d, 2) == 0 ? NULL : "= [1, 2]";
            t.picture.remark = remark;
            show(&t, text, cursor);
            typing_open(&fresh, rows, columns);
            fresh.picture.remark = remark;
            fresh.drawn.first = t.drawn.first;
            show(&fresh, text, cursor);
            size_t top = t.terminal.row - t.drawn.cursor_row;
            size_t fresh_top = fresh.terminal.row - fresh.drawn.cursor_row;
            assert_int_equal(t.drawn.rows, fresh.drawn.rows);
            assert_int_equal(t.terminal.column, fresh.terminal.column);
            for (size_t i = 0; i < t.drawn.rows; i++) {
                char wanted[COLUMNS_MOST * CELL];
                strcpy(wanted, row_text(&fresh.terminal, fresh_top + i));
                assert_string_equal(row_text(&t.terminal, top + i), wanted);
            }
            for (size_t i = top + t.drawn.rows; i < rows; i++)
                assert_row(&t, i, "");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_drawn_and_redrawn),
        cmocka_unit_test(a_wide_line_wraps),
        cmocka_unit_test(a_full_row_has_the_cursor_below),
        cmocka_unit_test(wide_and_combining_characters_take_their_columns),
        cmocka_unit_test(further_lines_have_a_continuation_prompt),
        cmocka_unit_test(what_is_no_text_is_shown),
        cmocka_unit_test(a_mode_is_part_of_the_prompt),
        cmocka_unit_test(of_a_tall_line_the_rows_around_the_cursor_are_shown),
        cmocka_unit_test(a_remark_stands_behind_or_below),
        cmocka_unit_test(the_last_drawing_is_erased_or_left),
        cmocka_unit_test(parts_are_coloured),
        cmocka_unit_test(brackets_match),
        cmocka_unit_test(random_lines_are_drawn_as_on_an_empty_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
