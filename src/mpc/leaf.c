/* leaf.c: matching the parsers that have no parsers inside. */

#include "run.h"

const char *mpc_skip_blank(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || (*at >= '\t' && *at <= '\r')))
        at++;
    return at;
}

/* Consumes up to `end`, with the consumed text as the value. */
static bool take(mpc_run *r, const char *end)
{
    r->value = mpc_value_span(r->at, end);
    r->at = end;
    return true;
}

static bool give_pointer(mpc_run *r, void *pointer)
{
    r->value = mpc_value_user(pointer);
    return true;
}

static bool succeed(mpc_run *r)
{
    r->value = (mpc_value){.kind = V_NONE};
    return true;
}

static bool match_string(mpc_run *r, const mpc_definition *def)
{
    size_t n = def->text_length;
    if ((size_t)(r->end - r->at) < n || memcmp(r->at, def->text, n) != 0)
        return false;
    return take(r, r->at + n);
}

static bool match_anchor(mpc_run *r, const mpc_definition *def)
{
    char prev = '\0';
    char next = '\0';
    if (r->at > r->begin)
        prev = r->at[-1];
    if (r->at < r->end)
        next = *r->at;
    return def->f.anchor(prev, next) && succeed(r);
}

static bool match_eoi(mpc_run *r)
{
    if (r->at < r->end)
        return false;
    r->ends++;
    return succeed(r);
}

/* A literal of a grammar: makes a leaf of the tree and skips white space. */
static bool match_literal(mpc_run *r, const mpc_parser_t *p)
{
    const mpc_definition *def = &p->def;
    const mpc_definition *inner = &def->x->def;
    const char *start = r->at;
    if (inner->type == P_CHAR && start < r->end && *start == *inner->text)
        r->at++;
    else if (!mpc_leaf_match(r, def->x))
        return false;
    mpc_tree *leaf = mpc_tree_leaf(r, def->tag, def->text_length, start,
                                   (size_t)(r->at - start), start);
    if (!leaf)
        return false;
    r->value = (mpc_value){.kind = V_TREE, .as.tree = leaf};
    if (def->skips_blank)
        r->at = mpc_skip_blank(r->at, r->end);
    return true;
}

static bool match_regex(mpc_run *r, const mpc_definition *def)
{
    unsigned ends = r->ends;
    const char *end = mpc_regex_match(r, def->regex, r->at);
    if (!end)
        r->ends = ends; /* what failed in the end has matched no end of input */
    return end && take(r, end);
}

/* Matches or fails, without reporting except for what a regex notes inside. */
static bool match(mpc_run *r, const mpc_parser_t *p)
{
    const mpc_definition *def = &p->def;
    switch ((mpc_type)def->type) {
    case P_PASS:
        return succeed(r);
    case P_LIFT:
        return give_pointer(r, def->f.lift());
    case P_LIFT_VALUE:
        return give_pointer(r, def->data);
    case P_ANCHOR:
        return match_anchor(r, def);
    case P_STATE:
        r->value = (mpc_value){.kind = V_PLACE, .as.start = r->at};
        return true;
    case P_SOI:
        return r->at == r->begin && succeed(r);
    case P_EOI:
        return match_eoi(r);
    case P_BLANK:
        r->at = mpc_skip_blank(r->at, r->end);
        return succeed(r);
    case P_ANY:
    case P_CHAR:
    case P_RANGE:
    case P_ONEOF:
    case P_NONEOF:
        return r->at < r->end && mpc_set_has(&def->first, (unsigned char)*r->at) &&
               take(r, r->at + 1);
    case P_SATISFY:
        return r->at < r->end && def->f.satisfy(*r->at) && take(r, r->at + 1);
    case P_STRING:
        return match_string(r, def);
    case P_REGEX:
        return match_regex(r, def);
    case P_LITERAL:
        return match_literal(r, p);
    default: /* P_UNDEFINED and P_FAIL; the others are no leaves */
        return false;
    }
}

/* True if failures inside have been noted by the leaf itself. */
static bool reports_itself(const mpc_parser_t *p)
{
    return p->def.type == P_REGEX || p->def.type == P_LITERAL;
}

bool mpc_leaf_match(mpc_run *r, const mpc_parser_t *p)
{
    bool described = p->def.expected != NULL;
    r->hidden += described;
    bool ok = match(r, p);
    r->hidden -= described;
    if (!ok && (described || !reports_itself(p)))
        mpc_report_leaf(r, p);
    return ok;
}
