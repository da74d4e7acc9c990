#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "base/unicode.h"
#include "tensor/decimal.h"
#include "tensor/read_parts.h"

/* ---- Tables: lines and fields ---- */

enum { BYTES_PER_POLL = 1 << 18 };
enum { BLANKS = ' ' }; /* the separator that is any run of blanks */

typedef struct table {
    arena *arena;
    const char *at, *end;   /* what is still to be read */
    const char *line_begin; /* of the line in which `at` is */
    size_t line;            /* its number */
    const char *poll_at;    /* limits are looked at when `at` gets here */
    char separator;         /* ; , tab or BLANKS */
    read_problem *why;
} table;

static void poll_now_and_then(table *t)
{
    if (t->at < t->poll_at)
        return;
    limits_poll(t->arena->limits);
    t->poll_at = t->end - t->at > BYTES_PER_POLL ? t->at + BYTES_PER_POLL : t->end;
}

/* Sets the problem; always false. */
static bool fail_at(table *t, const char *where, const char *message)
{
    t->why->line = t->line;
    t->why->column = unicode_count(t->line_begin, (size_t)(where - t->line_begin)) + 1;
    t->why->message = message;
    return false;
}

static bool at_line_end(const table *t)
{
    if (t->at == t->end || *t->at == '\n' || *t->at == '#')
        return true;
    return *t->at == '\r' && (t->at + 1 == t->end || t->at[1] == '\n');
}

static void skip_blanks(table *t)
{
    while (t->at < t->end && (*t->at == ' ' || (*t->at == '\t' && t->separator != '\t')))
        t->at++;
}

static void skip_line(table *t)
{
    const char *newline = memchr(t->at, '\n', (size_t)(t->end - t->at));
    t->at = newline == NULL ? t->end : newline + 1;
    t->line++;
    t->line_begin = t->at;
}

/* Goes to the first line from here on that has more than blanks and comments. */
static bool find_row(table *t)
{
    while (t->at < t->end) {
        poll_now_and_then(t);
        while (t->at < t->end && (*t->at == ' ' || *t->at == '\t'))
            t->at++;
        if (!at_line_end(t)) {
            t->at = t->line_begin;
            return true;
        }
        skip_line(t);
    }
    return false;
}

/* Goes from the beginning of a field to what ends it, blanks before that included. */
static void skip_field(table *t)
{
    if (t->at < t->end && *t->at == '"') {
        do
            t->at++;
        while (t->at < t->end && *t->at != '"' && *t->at != '\n');
        if (t->at < t->end && *t->at == '"')
            t->at++;
    }
    while (!at_line_end(t) && *t->at != t->separator &&
           !(t->separator == BLANKS && *t->at == '\t'))
        t->at++;
}

/* The number at the beginning of the field at `at`: where it ends, or NULL. */
static const char *number_in_field(const table *t, double *value)
{
    if (t->at == t->end || *t->at != '"')
        return scan_number(t->at, t->end, value);
    table inside = *t;
    inside.separator = BLANKS;
    inside.at++;
    skip_blanks(&inside);
    inside.at = scan_number(inside.at, inside.end, value);
    if (inside.at == NULL)
        return NULL;
    skip_blanks(&inside);
    return inside.at < inside.end && *inside.at == '"' ? inside.at + 1 : NULL;
}

/* Takes the field that begins at `at`, and the blanks behind it. False, and nothing is
 * taken, when the field is no number. */
static bool take_number(table *t, double *value)
{
    const char *from = t->at, *to = number_in_field(t, value);
    if (to == NULL)
        return false;
    t->at = to;
    skip_blanks(t);
    if (at_line_end(t) || *t->at == t->separator ||
        (t->separator == BLANKS && t->at > to))
        return true;
    t->at = from;
    return false;
}

/* Goes from the end of a field to the next one; false at the end of the line. */
static bool take_separator(table *t)
{
    if (at_line_end(t))
        return false;
    if (t->separator != BLANKS)
        t->at++;
    skip_blanks(t);
    return true;
}

/* ---- Tables: what the first lines tell ---- */

/* The separator of the line at `at`: the first of these that comes after its first field.
 * Tabs at the ends of a line are mere blanks. */
static char separator_of(const table *t)
{
    static const char candidates[] = {';', ',', '\t'};
    table line = *t;
    line.separator = BLANKS;
    skip_blanks(&line);
    for (size_t i = 0; i < sizeof candidates; i++) {
        table look = line;
        look.separator = candidates[i];
        skip_field(&look);
        look.separator = BLANKS;
        skip_blanks(&look);
        if (!at_line_end(&look))
            return candidates[i];
    }
    return BLANKS;
}

typedef struct line_fields {
    size_t count;
    size_t numbers; /* those that are numbers */
    size_t empty;
} line_fields;

/* The fields of the line at `at`. */
static line_fields fields_of_line(const table *t)
{
    table line = *t;
    line_fields fields = {0};
    skip_blanks(&line);
    do {
        poll_now_and_then(&line);
        const char *from = line.at;
        double number;
        if (take_number(&line, &number)) {
            fields.numbers++;
        } else {
            skip_field(&line);
            fields.empty += line.at == from;
            skip_blanks(&line);
        }
        fields.count++;
    } while (take_separator(&line));
    return fields;
}

static size_t count_rows(const table *t)
{
    table rest = *t;
    size_t count = 0;
    for (; find_row(&rest); skip_line(&rest))
        count++;
    return count;
}

/* ---- Tables: rows ---- */

/* The field at `at` is no number. */
static bool fail_at_field(table *t)
{
    const char *from = t->at;
    skip_field(t);
    const char *to = t->at;
    while (to > from && (to[-1] == ' ' || to[-1] == '\t'))
        to--;
    if (to == from)
        return fail_at(t, from, "a number is missing");
    const char *field = quotable(t->arena, from, to);
    if (field == NULL)
        return fail_at(t, from, "this is no number");
    bool comma = number_is_digit(*from) && memchr(from, ',', (size_t)(to - from)) != NULL;
    return fail_at(t, from,
                   format_in(t->arena, "%s is no number%s", field,
                             comma ? "; decimals are written with a point" : ""));
}

/* Reads the line at `at` as `columns` numbers. */
static bool read_row(table *t, size_t columns, double *row)
{
    size_t count = 0;
    skip_blanks(t);
    do {
        poll_now_and_then(t);
        if (count == columns)
            return fail_at(t, t->at,
                           format_in(t->arena, "the rows above have %zu number%s",
                                     columns, columns == 1 ? "" : "s"));
        if (!take_number(t, &row[count]))
            return fail_at_field(t);
        count++;
    } while (take_separator(t));
    if (count == columns)
        return true;
    return fail_at(t, t->at,
                   format_in(t->arena, "only %zu number%s, the rows above have %zu",
                             count, count == 1 ? "" : "s", columns));
}

/* Numbers for that many rows, or, if that is less, for as many as the rest can hold: each
 * but the last is a character and a separator. Then some row is too short. */
static double *room_for_rows(const table *t, size_t rows, size_t columns)
{
    size_t most = (size_t)(t->end - t->at) / 2 + 1;
    size_t count =
        rows > most / columns ? most : limits_product(t->arena->limits, rows, columns);
    return ARENA_ARRAY(t->arena, double, count);
}

static bool read_rows(table *t, size_t columns, tensor *out)
{
    size_t rows = count_rows(t);
    double *entries = room_for_rows(t, rows, columns), *row = entries;
    for (; find_row(t); skip_line(t)) {
        if (!read_row(t, columns, row))
            return false;
        row += columns;
    }
    *out = (tensor){{.rank = 2, .size = {rows, columns}}, entries};
    return true;
}

bool read_table(arena *a, const char *bytes, const char *end, tensor *out,
                read_problem *why)
{
    table state = {a, bytes, end, bytes, 1, bytes, BLANKS, why}, *t = &state;
    if (!find_row(t))
        return fail_without_place(t->why, "there are no numbers in it");
    t->separator = separator_of(t);
    line_fields first = fields_of_line(t);
    if (first.numbers == 0 && first.empty < first.count) {
        t->why->header_skipped = true;
        skip_line(t);
        if (!find_row(t))
            return fail_without_place(t->why,
                                      "there are no numbers in it, only a header");
        t->separator = separator_of(t);
        first = fields_of_line(t);
    }
    return read_rows(t, first.count, out);
}
