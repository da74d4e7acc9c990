/* Notes on statements that are fine but may mean something else than was meant. */
#include "session/session.h"

void note_line_begin(nabla *n, const statement *s)
{
    char sign = s->text[0];
    if (n->now.text.follows_line && s->kind == STATEMENT_EXPRESSION &&
        (sign == '+' || sign == '-') && s->text[1] == ' ')
        session_note(n,
                     "this is a statement of its own; to go on from the line before, end "
                     "that line with %c",
                     sign);
}

/* ---- Columns side by side ---- */

static bool is_row_literal(const tree_node *n)
{
    return n->kind == TREE_MATRIX && n->rows == 1 && n->arity > 1 && !n->nested &&
           !n->stacked;
}

bool note_is_row_literal(const tree *expression)
{
    return is_row_literal(&expression->nodes[expression->count - 1]);
}

static bool holds_row_literal(const nabla *n, symbol spelling)
{
    const name *found = names_known(&n->names, spelling, false);
    const meaning *m = found == NULL ? NULL : found->meaning;
    return m != NULL &&
           (m->kind == MEANING_LEAF ? m->row_literal : note_is_row_literal(&m->body));
}

/* [r, [3, 4]] where r = [1, 2]: with the literal in place of r it would nest. */
static void note_row(nabla *n, const tree *t, size_t at)
{
    size_t *parts = ARENA_ARRAY(&n->work, size_t, t->nodes[at].arity);
    tree_children(t, at, parts);
    text_buffer rows;
    text_init(&rows, &n->work);
    bool named = false, written = false;
    for (size_t k = 0; k < t->nodes[at].arity; k++) {
        const tree_node *part = &t->nodes[parts[k]];
        bool held = part->kind == TREE_NAME && holds_row_literal(n, part->as.name);
        if (!held && !is_row_literal(part))
            return;
        named = named || held;
        written = written || !held;
        text_format(&rows, "%s%s'", k == 0 ? "" : "; ", session_slice(n, part->where));
    }
    if (named && written)
        session_note(n, "%s sets columns side by side; as rows they are [%s]",
                     session_slice(n, t->nodes[at].where), text_string(&rows));
}

void note_columns(nabla *n, const statement *s)
{
    for (size_t i = 0; s->has_expression && i < s->expression.count; i++)
        if (is_row_literal(&s->expression.nodes[i]))
            note_row(n, &s->expression, i);
}
