/* report.c: what was expected where the parse failed, collected in the second run. */

#include "run.h"

/* ---- The report of the parser that has just failed ---- */

void mpc_report_text(mpc_run *r, const char *at, const char *text)
{
    mpc_note(r, at);
    r->report = (mpc_report){mpc_wanted(r, at) ? text : NULL, false};
}

void mpc_report_failure(mpc_run *r, const char *at, const char *text)
{
    mpc_report_text(r, at, text);
    r->report.is_failure = true;
}

void mpc_report_prefix(mpc_run *r, int n)
{
    if (!r->report.text || r->report.is_failure)
        return;
    char prefix[48] = "one or more of ";
    if (n > 0)
        snprintf(prefix, sizeof prefix, "%d of ", n);
    const char *text = r->report.text;
    r->report.text = mpc_report_quote(r, prefix, text, strlen(text), "");
}

static bool is_listed(const mpc_run *r, const char *text)
{
    for (size_t i = 0; i < r->expected_count; i++)
        if (strcmp(r->expected[i], text) == 0)
            return true;
    return false;
}

static void add_to_list(mpc_run *r, const char *text)
{
    if (is_listed(r, text))
        return;
    if (r->expected_count == r->expected_capacity) {
        size_t capacity = 2 * r->expected_capacity + 16;
        const char **list = mpc_run_alloc(r, capacity * sizeof *list);
        if (!list)
            return;
        if (r->expected_count > 0)
            memcpy(list, r->expected, r->expected_count * sizeof *list);
        r->expected = list;
        r->expected_capacity = capacity;
    }
    r->expected[r->expected_count++] = text;
}

void mpc_report_keep(mpc_run *r)
{
    const char *text = r->report.text;
    if (!text)
        return;
    if (!r->report.is_failure)
        add_to_list(r, text);
    else if (!r->failure)
        r->failure = text;
    r->report = (mpc_report){NULL, false};
}

/* ---- Texts of leaves ---- */

/* Copies bytes, and returns the place behind them. */
static char *put(char *to, const char *bytes, size_t length)
{
    memcpy(to, bytes, length);
    return to + length;
}

const char *mpc_report_quote(mpc_run *r, const char *before, const char *text,
                             size_t length, const char *after)
{
    size_t before_length = strlen(before);
    size_t after_length = strlen(after);
    char *quoted = mpc_run_alloc(r, before_length + length + after_length + 1);
    if (!quoted)
        return NULL;
    char *to = put(quoted, before, before_length);
    to = put(to, text, length);
    *put(to, after, after_length) = '\0';
    return quoted;
}

/* The function is named by the bytes of its pointer, for want of anything better. */
static const char *satisfy_text(mpc_run *r, int (*f)(char))
{
    char text[2 * sizeof f + 1];
    const unsigned char *bytes = (const unsigned char *)&f;
    for (size_t i = 0; i < sizeof f; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[sizeof f - 1 - i]);
    return mpc_report_quote(r, "character satisfying function 0x", text, strlen(text),
                            "");
}

static const char *range_text(mpc_run *r, const char *ends)
{
    const char between[] = {'\'', ends[0], '\'', ' ', 'a', 'n', 'd', ' ', '\'', ends[1]};
    return mpc_report_quote(r, "character between ", between, sizeof between, "'");
}

static const char *leaf_text(mpc_run *r, const mpc_definition *def)
{
    switch ((mpc_type)def->type) {
    case P_ANY:
        return "any character";
    case P_CHAR:
        return mpc_report_quote(r, "'", def->text, 1, "'");
    case P_RANGE:
        return range_text(r, def->text);
    case P_ONEOF:
        return mpc_report_quote(r, "one of '", def->text, def->text_length, "'");
    case P_NONEOF:
        return mpc_report_quote(r, "none of '", def->text, def->text_length, "'");
    case P_STRING:
        return mpc_report_quote(r, "\"", def->text, def->text_length, "\"");
    case P_SATISFY:
        return satisfy_text(r, def->f.satisfy);
    case P_ANCHOR:
        return "anchor";
    case P_SOI:
        return "start of input";
    case P_EOI:
        return "end of input";
    default:
        return NULL;
    }
}

void mpc_report_leaf(mpc_run *r, const mpc_parser_t *p)
{
    const mpc_definition *def = &p->def;
    mpc_note(r, r->at);
    if (!mpc_wanted(r, r->at))
        r->report = (mpc_report){NULL, false};
    else if (def->expected)
        mpc_report_text(r, r->at, def->expected);
    else if (def->type == P_FAIL)
        mpc_report_failure(r, r->at, def->text);
    else if (def->type == P_UNDEFINED)
        mpc_report_failure(r, r->at, "Parser Undefined!");
    else
        mpc_report_text(r, r->at, leaf_text(r, def));
}
