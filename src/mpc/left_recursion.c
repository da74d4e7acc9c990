/* left_recursion.c: finding rules that would call themselves without end.
 *
 * A rule reaches another one at its left corner if it can run it before anything has been
 * consumed for certain. A cycle of such steps can never make progress. Only what never
 * consumes is looked past (a look-ahead, an empty literal): an optional part may well be
 * arranged so that it always takes something, and a parse that then does recurse without
 * end still fails at the depth limit. */

#include "internal.h"

typedef struct {
    const mpc_rule *rules;
    size_t n;
    mpc_list *corners; /* for each rule, the rules at its left corner */
    bool failed;       /* no memory: nothing is reported */
} search;

/* The rule that defines `p`; of several, the last one counts. */
static const mpc_rule *find_rule(const search *s, const mpc_parser_t *p)
{
    for (size_t i = s->n; i > 0; i--)
        if (s->rules[i - 1].target == p)
            return &s->rules[i - 1];
    return NULL;
}

static bool never_consumes(const mpc_parser_t *p)
{
    const mpc_set nothing = {{0}};
    return p->def.may_be_empty && memcmp(&p->def.first, &nothing, sizeof nothing) == 0;
}

/* Lists the rules at the left corner of `p`. The recursion follows the brackets of the
 * text, whose nesting is limited. */
static void find_corners(search *s, mpc_list *corners, mpc_parser_t *p)
{
    if (p->def.type == P_REFERENCE) {
        const mpc_rule *rule = find_rule(s, p->def.x);
        if (rule && !mpc_list_add(corners, (void *)rule))
            s->failed = true;
        return;
    }
    int n;
    mpc_parser_t **xs = mpc_children(p, &n);
    for (int i = 0; i < n && !p->retained; i++) {
        find_corners(s, corners, xs[i]);
        if (p->def.type == P_AND && !never_consumes(xs[i]))
            return;
    }
}

enum { UNSEEN, OPEN, DONE };

/* Depth first from `start`: a step to a rule that is still open closes a cycle. */
static const mpc_rule *find_cycle(search *s, char *marks, size_t start)
{
    mpc_list path = {NULL, 0, 0};
    const mpc_rule *found = NULL;
    if (marks[start] == UNSEEN && !mpc_list_add(&path, (void *)&s->rules[start]))
        s->failed = true;
    while (path.n > 0 && !found && !s->failed) {
        const mpc_rule *rule = path.items[path.n - 1];
        size_t i = (size_t)(rule - s->rules);
        marks[i] = OPEN;
        if (s->corners[i].n == 0) {
            marks[i] = DONE;
            path.n--;
            continue;
        }
        const mpc_rule *next = s->corners[i].items[--s->corners[i].n];
        char mark = marks[next - s->rules];
        if (mark == OPEN)
            found = next;
        else if (mark == UNSEEN && !mpc_list_add(&path, (void *)next))
            s->failed = true;
    }
    mpc_list_free(&path);
    return found;
}

const mpc_rule *mpc_find_left_recursion(const mpc_rule *rules, size_t n)
{
    search s = {rules, n, calloc(n + 1, sizeof *s.corners), false};
    char *marks = calloc(n + 1, 1);
    const mpc_rule *found = NULL;
    s.failed = !s.corners || !marks;
    for (size_t i = 0; i < n && !s.failed; i++)
        find_corners(&s, &s.corners[i], rules[i].body);
    for (size_t i = 0; i < n && !s.failed && !found; i++)
        found = find_cycle(&s, marks, i);
    for (size_t i = 0; i < n && s.corners; i++)
        mpc_list_free(&s.corners[i]);
    free(s.corners);
    free(marks);
    return found;
}
