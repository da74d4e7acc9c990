/* The public library. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "session/guard.h"
#include "session/session.h"

enum { SESSION_BLOCK = 1 << 16, WORK_BLOCK = 1 << 16, DIGITS = 6 };

/* All that the machine has, in bytes; asking for more would succeed on paper only. */
static size_t memory_of_machine(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), bytes = sysconf(_SC_PAGE_SIZE);
    return pages > 0 && bytes > 0 ? (size_t)pages * (size_t)bytes : 0;
}

static const double *leaf_entries(const void *owner, int32_t number)
{
    const nabla *n = owner;
    return n->names.all.items[number]->meaning->value.entries;
}

nabla *nabla_open(const nabla_options *options)
{
    nabla *n = calloc(1, sizeof *n);
    if (n == NULL)
        return NULL;
    n->options = *options;
    size_t budget = options->memory_budget;
    n->limits = (limits){.memory_budget = budget > 0 ? budget : memory_of_machine(),
                         .time_budget = options->time_budget,
                         .interrupted = options->interrupted};
    arena_init(&n->arena, &n->limits, SESSION_BLOCK);
    arena_init(&n->work, &n->limits, WORK_BLOCK);
    symbols_init(&n->symbols, &n->arena);
    names_init(&n->names, &n->arena);
    graph_init(&n->graph, &n->arena);
    n->preferences = (preferences){.reveal = true, .preview = true};
    run_init(&n->run, &n->graph, &n->work, leaf_entries, n);
    scope_open(n);
    undo_open(n);
    n->style = n->style_messages =
        (style){.unicode = options->unicode, .width = options->width, .digits = DIGITS};
    n->style.color = options->color_results;
    n->style_messages.color = options->color_messages;
    return n;
}

void nabla_close(nabla *n)
{
    if (n == NULL)
        return;
    load_break_off(n);
    undo_close(n);
    names_free(&n->names);
    if (n->random != NULL)
        random_close(n->random);
    arena_empty(&n->work);
    arena_empty(&n->arena);
    free(n);
}

static nabla_status run_all(nabla *n, bool keep_going)
{
    nabla_status status = NABLA_FINE;
    while (run_next(n)) {
        if ((n->prompting || n->part != NABLA_ALL) &&
            n->limits.reached == LIMIT_INTERRUPT)
            return NABLA_INTERRUPTED;
        if (n->now.failed)
            status = NABLA_ERROR;
        if (n->now.failed && !keep_going)
            break;
        if (n->now.quit)
            return status == NABLA_FINE ? NABLA_QUIT : status;
    }
    return status;
}

nabla_status nabla_run(nabla *n, const char *file, const char *source, size_t length)
{
    bool graded = n->part == NABLA_ANSWERS || n->part == NABLA_CHECKS;
    run_source(n, file, source, length);
    return run_all(n, n->options.keep_going || graded);
}

nabla_status nabla_type(nabla *n, const char *source, size_t length)
{
    run_source(n, NULL, source, length);
    n->prompting = true;
    nabla_status status = run_all(n, true);
    n->prompting = false;
    if (n->now.quit)
        return NABLA_QUIT;
    return status == NABLA_INTERRUPTED ? status : NABLA_FINE;
}

nabla_status nabla_configure(nabla *n, const char *path, const char *source,
                             size_t length)
{
    nabla_status status = nabla_run(n, path, source, length);
    undo_forget(n);
    return status;
}

bool nabla_wants_pager(const nabla *n)
{
    return n->prompting && n->preferences.pager && !n->options.json;
}

nabla_status nabla_fail_file(nabla *n, const char *path, const char *reason)
{
    run_unreadable(n, path, reason);
    run_next(n);
    return NABLA_ERROR;
}

void nabla_choose(nabla *n, nabla_part part)
{
    n->part = part;
    if (part == NABLA_ANSWERS)
        guard_close(n);
}

void nabla_finish(nabla *n)
{
    enum { ROOM = 64 };
    char plan[ROOM];
    const char *version = n->says_version ? "" : "TAP version 13\n";
    int length = snprintf(plan, sizeof plan, "%s1..%zu\n", version, n->checks);
    if (n->options.tap)
        n->options.write(n->options.context, NABLA_RESULTS, plan, (size_t)length);
}

size_t nabla_failed_checks(const nabla *n)
{
    return n->failed_checks;
}

void nabla_resize(nabla *n, int columns)
{
    if (n->style.width == n->options.width)
        n->style.width = n->style_messages.width = columns;
    n->options.width = columns;
}

bool nabla_is_unfinished(const char *source, size_t length)
{
    return splitter_is_unfinished(source, length);
}
