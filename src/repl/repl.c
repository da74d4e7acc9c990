#include "repl/repl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/bytes.h"
#include "repl/history.h"
#include "repl/line.h"
#include "repl/pasted.h"

/* ---- What was typed before ---- */

/* Says what is wrong with the history, which is no reason to stop. */
static void report_problem(bytes *problem)
{
    if (problem->count > 0)
        fprintf(stderr, "nabla: %s\n", problem->items);
    bytes_free(problem);
}

static void recall(history *h)
{
    bytes problem = {0}, entry = {0};
    history_open(h, &problem);
    while (history_next(h, &entry))
        line_remember(entry.items == NULL ? "" : entry.items);
    bytes_free(&entry);
    report_problem(&problem);
}

/* Whether the entry says what the one before said. */
static bool is_repeated(bytes *last, const char *entry)
{
    bool repeated = last->count > 0 && strcmp(last->items, entry) == 0;
    bytes_clear(last);
    bytes_add_text(last, entry);
    return repeated;
}

static void keep(history *h, const char *entry)
{
    static bytes last;
    if (*entry == '\0' || is_repeated(&last, entry))
        return;
    line_remember(entry);
    history_add(h, entry);
}

static void save(history *h)
{
    bytes problem = {0};
    history_save(h, &problem);
    report_problem(&problem);
}

/* ---- The loop ---- */

static void greet(void)
{
    puts("nabla " NABLA_VERSION ": try  f = x^2, then  x = 3, then  grad f\n"
         "help explains, Tab completes, Ctrl-C stops, Ctrl-D leaves");
}

/* Reads lines until they make a whole; an empty line submits what stands. False at the
 * end of the input. */
static bool read_statement(bytes *typed)
{
    bytes_clear(typed);
    for (;;) {
        char *text = NULL;
        line_end end = line_read(typed->count > 0, &text);
        if (end == LINE_CLOSED)
            return false;
        if (end == LINE_DROPPED) {
            bytes_clear(typed);
            continue;
        }
        bool empty = text[0] == '\0';
        bytes_add_text(typed, text);
        bytes_add_text(typed, "\n");
        free(text);
        if (empty || line_has_lines() || !nabla_is_unfinished(typed->items, typed->count))
            return true;
    }
}

/* The next statement, or line of statements, of what was typed, without the newlines
 * around it; false behind the last. */
static bool next_unit(const bytes *typed, size_t *at, bytes *unit)
{
    size_t length = pasted_unit(typed->items + *at, typed->count - *at);
    const char *begin = typed->items + *at, *end = begin + length;
    *at += length;
    while (begin < end && strchr(" \t\r\n", end[-1]) != NULL)
        end--;
    while (begin < end && *begin == '\n')
        begin++;
    bytes_clear(unit);
    bytes_add(unit, begin, (size_t)(end - begin));
    return length > 0 && !unit->failed;
}

/* What was typed is kept before it runs: it may be what ends the program. */
static void keep_typed(history *h, const bytes *typed)
{
    bytes unit = {0};
    for (size_t at = 0; next_unit(typed, &at, &unit);)
        keep(h, unit.items);
    bytes_free(&unit);
    save(h);
}

/* Runs what was typed, unit by unit. */
static nabla_status run_typed(nabla *n, const bytes *typed)
{
    nabla_status status = NABLA_FINE;
    bytes unit = {0};
    bool several = pasted_has_units(typed->items, typed->count);
    for (size_t at = 0; status == NABLA_FINE && next_unit(typed, &at, &unit);) {
        if (several)
            line_show(unit.items);
        status = nabla_type(n, unit.items, unit.count);
        fflush(stdout);
    }
    bytes_free(&unit);
    return status;
}

nabla_status repl(nabla *n, volatile sig_atomic_t *interrupted, bool colored)
{
    history h;
    bytes typed = {0};
    line_open(n, interrupted, colored);
    recall(&h);
    if (h.is_new)
        greet();
    nabla_status status = NABLA_FINE;
    while (status != NABLA_QUIT && read_statement(&typed)) {
        keep_typed(&h, &typed);
        nabla_resize(n, line_columns());
        status = run_typed(n, &typed);
    }
    history_close(&h);
    bytes_free(&typed);
    return status == NABLA_QUIT ? NABLA_QUIT : NABLA_FINE;
}
