/* What stands in square brackets: matrix literals, and the places of an index. */
#include <string.h>

#include "syntax/climber.h"

/* ---- Where a run falls into entries ---- */

/* What separates two parts of a run inside a bracket. */
typedef enum gap {
    GAP_NONE,  /* they belong together */
    GAP_ENTRY, /* space between plain numbers: another entry */
    GAP_ROW,   /* a newline: another row */
} gap;

static bool is_operand(const mpc_ast_t *part)
{
    return tag_after(part->tag, "operand") != NULL;
}

static bool is_plain_number(const mpc_ast_t *part)
{
    const char *tag = tag_after(part->tag, "operand");
    return tag != NULL && climber_is_number(tag);
}

static bool is_sign(const mpc_ast_t *part)
{
    const char *text = part->contents;
    return tag_after(part->tag, "infix") != NULL &&
           (strcmp(text, "+") == 0 || strcmp(text, "-") == 0 || strcmp(text, "−") == 0);
}

/* Whether the number at `i` is all of its entry so far: nothing, a sign or a gap before.
 */
static bool stands_alone(const mpc_ast_t *run, int i, int from)
{
    return is_plain_number(run->children[i]) &&
           (i == from || (i == from + 1 && !is_operand(run->children[from])));
}

/* The gap before part `i`, where an entry began with part `from`. */
static gap gap_before(const climber *c, const mpc_ast_t *run, int from, int i)
{
    const char *text = c->p->text;
    const mpc_ast_t *before = run->children[i - 1], *part = run->children[i];
    bool ended = is_operand(before) || tag_after(before->tag, "postfix") != NULL;
    bool sign = is_sign(part) && i + 1 < run->children_num;
    if (!ended || !(is_operand(part) || sign))
        return GAP_NONE;
    uint32_t end = part_span(before).end, begin = part_span(part).begin;
    if (memchr(text + end, '\n', begin - end) != NULL)
        return GAP_ROW;
    if (begin == end || !stands_alone(run, i - 1, from))
        return GAP_NONE;
    if (!sign)
        return is_plain_number(part) ? GAP_ENTRY : GAP_NONE;
    uint32_t behind = part_span(part).end;
    const mpc_ast_t *next = run->children[i + 1];
    bool tight = part_span(next).begin == behind;
    return tight && is_plain_number(next) ? GAP_ENTRY : GAP_NONE;
}

/* ---- Entries ---- */

/* A literal in the making. */
typedef struct matrix_writer {
    climber *c;
    uint32_t entries;
    uint32_t rows;
    bool row_begins; /* with the next entry */
} matrix_writer;

/* The tree node that was written last is the root of an entry. */
static void end_entry(matrix_writer *w)
{
    tree_writer *written = &w->c->tree;
    climber_pop(w->c);
    written->nodes.items[written->nodes.count - 1].begins_row = w->row_begins;
    w->rows += w->row_begins;
    w->row_begins = false;
    w->entries++;
}

static bool write_entries(matrix_writer *w, const mpc_ast_t *run)
{
    climber *c = w->c;
    if (strcmp(tag_after(run->tag, "run"), ">") != 0) {
        if (!climber_run(c, run, run->tag))
            return false;
        end_entry(w);
        return true;
    }
    int from = 0;
    bool sign = false;
    for (int i = 1; i <= run->children_num; i++) {
        gap g = i == run->children_num ? GAP_ENTRY : gap_before(c, run, from, i);
        if (g == GAP_NONE)
            continue;
        if (!climber_parts(c, run, from, i, sign))
            return false;
        end_entry(w);
        w->row_begins = g == GAP_ROW;
        from = i;
        sign = i < run->children_num && is_sign(run->children[i]);
    }
    return true;
}

/* ---- Brackets of brackets ---- */

/* Whether all entries of the one row are literals of one row themselves: [[1, 2], [3,
 * 4]]. Their roots stand where `children` says. */
static bool nests(const climber *c, const matrix_writer *w, const size_t *children)
{
    for (uint32_t k = 0; k < w->entries; k++) {
        const tree_node *n = &c->tree.nodes.items[children[k]];
        if (n->kind != TREE_MATRIX || n->nested || n->stacked || n->rows != 1)
            return false;
    }
    return w->rows == 1;
}

/* Whether all entries of the one row are matrices of brackets themselves, or stacks. */
static bool stacks(const climber *c, const matrix_writer *w, const size_t *children)
{
    for (uint32_t k = 0; k < w->entries; k++) {
        const tree_node *n = &c->tree.nodes.items[children[k]];
        if (n->kind != TREE_MATRIX || !(n->nested || n->stacked))
            return false;
    }
    return w->rows == 1;
}

/* Takes the roots of the inner literals out: their entries are rows of the outer one. */
static uint32_t flatten(climber *c, const matrix_writer *w, const size_t *children)
{
    tree_node *nodes = c->tree.nodes.items;
    size_t count = c->tree.nodes.count;
    size_t to = children[0];
    uint32_t entries = 0, k = 0;
    for (size_t from = children[0]; from < count; from++) {
        if (k < w->entries && from == children[k]) {
            entries += nodes[from].arity;
            k++;
        } else {
            nodes[to++] = nodes[from];
        }
    }
    c->tree.nodes.count = to;
    return entries;
}

static void entry_roots(const climber *c, uint32_t entries, size_t *roots)
{
    size_t end = c->tree.nodes.count;
    for (uint32_t k = entries; k-- > 0;) {
        roots[k] = end - 1;
        end -= c->tree.nodes.items[end - 1].size;
    }
}

bool climber_matrix(climber *c, const mpc_ast_t *matrix, span *where)
{
    matrix_writer w = {.c = c, .row_begins = true};
    bool in_index = c->in_index, in_matrix = c->in_matrix;
    c->in_index = false;
    c->in_matrix = true;
    for (int i = 1; i + 1 < matrix->children_num; i++) {
        const mpc_ast_t *part = matrix->children[i];
        if (tag_after(part->tag, "break") != NULL)
            w.row_begins = strcmp(part->contents, ";") == 0;
        else if (!write_entries(&w, part))
            return false;
    }
    c->in_index = in_index;
    c->in_matrix = in_matrix;
    *where = part_span(matrix);
    size_t *roots = ARENA_ARRAY(c->p->arena, size_t, w.entries);
    entry_roots(c, w.entries, roots);
    bool nested = nests(c, &w, roots), stacked = stacks(c, &w, roots);
    uint32_t rows = nested ? w.entries : w.rows;
    uint32_t entries = nested ? flatten(c, &w, roots) : w.entries;
    tree_push(&c->tree, (tree_node){.kind = TREE_MATRIX,
                                    .arity = entries,
                                    .rows = rows,
                                    .nested = nested,
                                    .stacked = stacked,
                                    .where = *where});
    return true;
}

/* ---- Places ---- */

static bool write_place(climber *c, const mpc_ast_t *place, const char *tag)
{
    span where;
    if (strcmp(tag, ">") != 0 && tag_after(tag, "run") == NULL) {
        tree_push(&c->tree, (tree_node){.kind = TREE_ALL, .where = leaf_span(place)});
        return true;
    }
    if (tag_after(tag, "run") != NULL) {
        bool fine = climber_run(c, place, tag);
        if (fine)
            climber_pop(c);
        return fine;
    }
    if (!climber_inner(c, place->children[0], &where) ||
        !climber_inner(c, place->children[1]->children[1], &where))
        return false;
    tree_push(&c->tree,
              (tree_node){.kind = TREE_RANGE, .arity = 2, .where = part_span(place)});
    return true;
}

bool climber_index(climber *c, const mpc_ast_t *index)
{
    climber outer = *c;
    uint32_t count = 0, places = 0;
    for (int i = 0; i < index->children_num; i++)
        count += tag_after(index->children[i]->tag, "place") != NULL;
    c->indexed = c->tree.nodes.count - 1;
    c->in_index = true;
    c->in_matrix = false;
    for (int i = 0; i < index->children_num; i++) {
        const char *tag = tag_after(index->children[i]->tag, "place");
        if (tag == NULL)
            continue;
        c->place = count == 1 ? 0 : count - places++;
        if (!write_place(c, index->children[i], tag))
            return false;
    }
    c->indexed = outer.indexed;
    c->place = outer.place;
    c->in_index = outer.in_index;
    c->in_matrix = outer.in_matrix;
    span where = span_join(climber_pop(c).where, part_span(index));
    tree_push(&c->tree,
              (tree_node){.kind = TREE_INDEX, .arity = count + 1, .where = where});
    climber_push(c, where, false);
    return true;
}
