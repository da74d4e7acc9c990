/* memo.c: results of retained parsers, remembered by parser and position.
 *
 * Grammars like `a : b op a | b` parse the same `b` again for the next alternative, which
 * takes exponential time when it nests. With its results remembered every rule is run
 * once for each position. Most grammars need none of this, so the engine starts it only
 * when it sees too much repetition. Values owned by the user can not be used twice and
 * are not kept. */

#include "run.h"

typedef struct {
    const mpc_parser_t *p;
    const char *start;
    const char *end;
    mpc_value value;
    const char *report; /* what a failure reported */
    bool is_failure;    /* of that report */
    bool hidden;        /* found while failures did not count */
    bool ok;
    bool ends; /* matched the end of the input */
} entry;

struct mpc_memo {
    entry *entries;
    size_t capacity; /* a power of two */
    size_t count;
};

enum { FIRST_ENTRIES = 1 << 10, MOST_ENTRIES = 1 << 21 };

void mpc_memo_start(mpc_run *r)
{
    mpc_memo *memo = malloc(sizeof *memo);
    entry *entries = calloc(FIRST_ENTRIES, sizeof *entries);
    if (!memo || !entries) {
        free(memo);
        free(entries);
        return;
    }
    *memo = (mpc_memo){entries, FIRST_ENTRIES, 0};
    r->memo = memo;
}

void mpc_memo_free(mpc_run *r)
{
    if (!r->memo)
        return;
    free(r->memo->entries);
    free(r->memo);
    r->memo = NULL;
}

/* The entry of this key, or a free one. */
static entry *find(const mpc_memo *memo, const mpc_parser_t *p, const char *start,
                   bool hidden)
{
    uint64_t h = (uint64_t)(uintptr_t)p * UINT64_C(0x9E3779B97F4A7C15);
    h = (h ^ (uint64_t)(uintptr_t)start ^ hidden) * UINT64_C(0xC2B2AE3D27D4EB4F);
    size_t i = (size_t)(h >> 32) & (memo->capacity - 1);
    for (;; i = (i + 1) & (memo->capacity - 1)) {
        entry *e = &memo->entries[i];
        if (!e->p || (e->p == p && e->start == start && e->hidden == hidden))
            return e;
    }
}

/* Makes room for one more. Beyond the limit, or without memory, all is forgotten instead.
 */
static void make_room(mpc_memo *memo)
{
    if (memo->count < memo->capacity / 2)
        return;
    mpc_memo bigger = {NULL, 2 * memo->capacity, memo->count};
    if (bigger.capacity <= MOST_ENTRIES)
        bigger.entries = calloc(bigger.capacity, sizeof *bigger.entries);
    if (!bigger.entries) {
        memset(memo->entries, 0, memo->capacity * sizeof *memo->entries);
        memo->count = 0;
        return;
    }
    for (size_t i = 0; i < memo->capacity; i++) {
        const entry *e = &memo->entries[i];
        if (e->p)
            *find(&bigger, e->p, e->start, e->hidden) = *e;
    }
    free(memo->entries);
    *memo = bigger;
}

bool mpc_memo_find(mpc_run *r, const mpc_parser_t *p, bool *ok)
{
    const entry *e = find(r->memo, p, r->at, r->hidden > 0);
    if (!e->p)
        return false;
    *ok = e->ok;
    r->ends += e->ends;
    if (e->ok) {
        r->value = e->value;
        r->at = e->end;
    } else {
        r->report = (mpc_report){e->report, e->is_failure};
    }
    return true;
}

void mpc_memo_keep(mpc_run *r, const mpc_frame *f, bool ok)
{
    bool lazy = r->value.kind <= V_TREE;
    if (r->hard || (ok && !lazy))
        return;
    make_room(r->memo);
    entry *e = find(r->memo, f->p, f->start, r->hidden > 0);
    r->memo->count += e->p == NULL;
    *e = (entry){.p = f->p,
                 .start = f->start,
                 .end = r->at,
                 .value = r->value,
                 .report = r->report.text,
                 .is_failure = r->report.is_failure,
                 .hidden = r->hidden > 0,
                 .ok = ok,
                 .ends = r->ends != f->ends};
}
