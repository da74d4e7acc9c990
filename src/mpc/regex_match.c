/* regex_match.c: matching compiled regular expressions.
 *
 * A recursion over the expression, whose depth the compiler limits, never over the input.
 * Its failures are noted like those of other parsers: the farthest one counts. */

#include "regex.h"
#include "run.h"

#include <assert.h>

static const char *match(mpc_run *r, const mpc_regex *re, int index, const char *at);

/* The text that a failing node expects, in the pool. */
static const char *node_text(mpc_run *r, const mpc_regex *re, const mpc_re_node *node)
{
    if (node->text >= 0)
        return re->texts + node->text;
    switch ((mpc_re_op)node->op) {
    case RE_BYTE:
        return mpc_report_quote(r, "'", (const char *)&node->c, 1, "'");
    case RE_START:
        return "start of input";
    case RE_LINE:
        return "start of newline";
    case RE_EDGE:
        return "word boundary";
    case RE_NO_EDGE:
        return "no word boundary";
    default:
        return "end of input";
    }
}

static const char *fail(mpc_run *r, const mpc_regex *re, const mpc_re_node *node,
                        const char *at)
{
    mpc_note(r, at);
    if (r->explain)
        mpc_report_text(r, at, mpc_wanted(r, at) ? node_text(r, re, node) : NULL);
    return NULL;
}

/* An alternative or a further iteration has failed, and the match goes on without it. */
static void go_on(mpc_run *r)
{
    if (r->explain)
        mpc_report_keep(r);
}

static bool is_word_at(const mpc_run *r, const char *at)
{
    return at >= r->begin && at < r->end && (isalnum((unsigned char)*at) || *at == '_');
}

static bool is_edge(const mpc_run *r, const char *at)
{
    bool before = at > r->begin && is_word_at(r, at - 1);
    return before != is_word_at(r, at);
}

/* `$`: a newline that is followed by the end (or, by lines, any newline), or the end. */
static const char *match_end(mpc_run *r, const mpc_regex *re, const mpc_re_node *node,
                             const char *at)
{
    bool newline = at < r->end && *at == '\n';
    if (newline && (node->op == RE_LINE_END || at + 1 == r->end)) {
        if (node->op == RE_LAST)
            r->ends++;
        return at + 1;
    }
    mpc_note(r, newline ? at + 1 : at);
    if (r->explain) {
        mpc_report_text(r, newline ? at + 1 : at, newline ? "end of input" : "newline");
        mpc_report_keep(r);
    }
    if (at < r->end)
        return fail(r, re, node, at);
    r->ends++;
    return at;
}

static const char *match_sequence(mpc_run *r, const mpc_regex *re, int part,
                                  const char *at)
{
    for (; part; part = re->nodes[part].next) {
        at = match(r, re, part, at);
        if (!at)
            return NULL;
    }
    return at;
}

static const char *match_choice(mpc_run *r, const mpc_regex *re, int part, const char *at)
{
    for (; part; part = re->nodes[part].next) {
        const char *end = match(r, re, part, at);
        if (end)
            return end;
        go_on(r);
    }
    return NULL;
}

/* The common repetition: as many bytes of a set as there are. */
static const char *match_run(mpc_run *r, const mpc_regex *re, const mpc_re_node *node,
                             const char *at)
{
    const char *start = at;
    const mpc_re_node *part = &re->nodes[node->part];
    const mpc_set *set = &re->sets[part->set];
    while (at < r->end && mpc_set_has(set, (unsigned char)*at))
        at++;
    fail(r, re, part, at);
    if (at - start >= node->min) {
        go_on(r);
        return at;
    }
    if (r->explain)
        mpc_report_prefix(r, 0);
    return NULL;
}

/* True if the next byte shows that a part would fail right here. */
static bool cannot_start(const mpc_run *r, const mpc_regex *re, int index, const char *at)
{
    const mpc_re_node *node = &re->nodes[index];
    if (node->op == RE_SEQUENCE)
        node = &re->nodes[node->part];
    if (node->op == RE_BYTE)
        return at == r->end || (unsigned char)*at != node->c;
    return node->op == RE_SET &&
           (at == r->end || !mpc_set_has(&re->sets[node->set], (unsigned char)*at));
}

static const char *match_repeat(mpc_run *r, const mpc_regex *re, const mpc_re_node *node,
                                const char *at)
{
    if (node->max < 0 && re->nodes[node->part].op == RE_SET)
        return match_run(r, re, node, at);
    if (node->min == 0 && !r->explain && cannot_start(r, re, node->part, at)) {
        mpc_note(r, at);
        return at;
    }
    for (int i = 0; i != node->max; i++) {
        const char *end = match(r, re, node->part, at);
        if (!end && i < node->min) {
            if (r->explain)
                mpc_report_prefix(r, node->max < 0 ? 0 : node->min);
            return NULL;
        }
        if (!end) {
            go_on(r);
            return at;
        }
        if (end == at) /* would go on like this for ever */
            return at;
        at = end;
    }
    return at;
}

static const char *match(mpc_run *r, const mpc_regex *re, int index, const char *at)
{
    assert(at);
    const mpc_re_node *node = &re->nodes[index];
    bool ok = true;
    switch ((mpc_re_op)node->op) {
    case RE_BYTE:
        if (at < r->end && (unsigned char)*at == node->c)
            return at + 1;
        return fail(r, re, node, at);
    case RE_SET:
        if (at < r->end && mpc_set_has(&re->sets[node->set], (unsigned char)*at))
            return at + 1;
        return fail(r, re, node, at);
    case RE_SEQUENCE:
        return match_sequence(r, re, node->part, at);
    case RE_CHOICE:
        return match_choice(r, re, node->part, at);
    case RE_REPEAT:
        return match_repeat(r, re, node, at);
    case RE_LAST:
    case RE_LINE_END:
        return match_end(r, re, node, at);
    case RE_START:
        ok = at == r->begin;
        break;
    case RE_LINE:
        ok = at == r->begin || at[-1] == '\n';
        break;
    case RE_END:
        ok = at == r->end;
        r->ends += ok;
        break;
    case RE_EDGE:
        ok = is_edge(r, at);
        break;
    case RE_NO_EDGE:
        ok = !is_edge(r, at);
        break;
    case RE_EMPTY:
        break;
    }
    return ok ? at : fail(r, re, node, at);
}

const char *mpc_regex_match(mpc_run *r, const mpc_regex *re, const char *at)
{
    return match(r, re, re->root, at);
}
