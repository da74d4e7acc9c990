#include "syntax/print.h"

#include <string.h>

#include "base/number.h"

/* Where each node's children are, and which nodes are printed in brackets. */
typedef struct layout {
    const tree *formula;
    size_t *first; /* child of node i */
    size_t *next;  /* sibling of node i */
    bool *bracketed;
    bool *by_rows; /* matrices in a stack: each row in brackets of its own */
} layout;

op_rank formula_rank(const tree_node *root)
{
    switch ((tree_kind)root->kind) {
    case TREE_NUMBER:
        return root->as.number < 0 ? RANK_SIGN : RANK_ATOM;
    case TREE_VERBATIM:
        return (op_rank)root->rank;
    case TREE_OPERATION:
        return root->juxtaposed ? RANK_JUXTAPOSITION : op_row((op_id)root->op)->rank;
    case TREE_INDEX:
        return RANK_POSTFIX;
    case TREE_NAME:
    case TREE_CALL:
    case TREE_PARTIAL:
    case TREE_MATRIX:
    case TREE_RANGE:
    case TREE_ALL:
    case TREE_END:
    case TREE_TEXT:
    case TREE_VALUE:
        return RANK_ATOM;
    }
    return RANK_ATOM;
}

/* Whether `child`, the k-th operand of `parent`, reads right only in brackets. */
static bool needs_brackets(const tree_node *parent, const tree_node *child, size_t k)
{
    if (parent->kind == TREE_PARTIAL)
        return child->kind != TREE_NAME && child->kind != TREE_CALL &&
               child->kind != TREE_INDEX;
    if (parent->kind == TREE_INDEX)
        return k == 0 && formula_rank(child) < RANK_POSTFIX;
    if (parent->kind != TREE_OPERATION)
        return false;
    op_rank rank = formula_rank(parent), inner = formula_rank(child);
    if (parent->arity == 1)
        return inner < rank;
    bool right = op_row((op_id)parent->op)->right;
    if (k == 1 && right)
        return inner <= rank && inner != RANK_SIGN; /* e^(x^2) for the reader; 2^-x */
    if (k == 1 && inner == RANK_SIGN && rank >= RANK_SUM)
        return true; /* a - (-b), a*(-b) */
    bool equal_fits = rank != RANK_COMPARISON && right == (k == 1);
    return equal_fits ? inner < rank : inner <= rank;
}

/* Whether the text of `child` begins with a name that would be read as the exponent of a
 * number right before it: 2 times e3 is not 2e3. */
static bool begins_like_exponent(const layout *l, size_t child)
{
    const tree_node *n = &l->formula->nodes[child];
    while (n->kind == TREE_OPERATION && n->arity == 2 && !l->bracketed[l->first[child]]) {
        child = l->first[child];
        n = &l->formula->nodes[child];
    }
    if (n->kind != TREE_NAME && n->kind != TREE_CALL)
        return false;
    const char *name = n->as.name;
    return (name[0] == 'e' || name[0] == 'E') && name[1] >= '0' && name[1] <= '9';
}

static layout lay_out(arena *a, const tree *formula)
{
    size_t count = formula->count;
    layout l = {formula, ARENA_ARRAY(a, size_t, count), ARENA_ARRAY(a, size_t, count),
                ARENA_ARRAY(a, bool, count), ARENA_ARRAY(a, bool, count)};
    for (size_t i = 0; i < count; i++) {
        const tree_node *parent = &formula->nodes[i];
        size_t end = i;
        for (size_t k = parent->arity; k-- > 0;) {
            size_t child = end - 1;
            l.next[child] = l.first[i];
            l.first[i] = child;
            l.bracketed[child] =
                needs_brackets(parent, &formula->nodes[child], k) ||
                (parent->juxtaposed && k == 1 && begins_like_exponent(&l, child));
            const tree_node *n = &formula->nodes[child];
            l.by_rows[child] = parent->kind == TREE_MATRIX && parent->stacked &&
                               n->kind == TREE_MATRIX && !n->stacked;
            end -= n->size;
        }
    }
    return l;
}

static void print_number(text_buffer *t, const tree_node *n)
{
    if (n->literal != NULL)
        text_add(t, n->literal);
    else
        number_write_exact(t, n->as.number);
}

/* Whether the brackets of a matrix literal are doubled. */
static bool has_inner_brackets(const tree_node *n, bool by_rows)
{
    return by_rows || (n->nested && n->rows == 1);
}

/* What stands before the first operand; of a leaf, all of it. */
static void print_before(text_buffer *t, const tree_node *n, bool by_rows)
{
    switch ((tree_kind)n->kind) {
    case TREE_NUMBER:
        print_number(t, n);
        break;
    case TREE_NAME:
        text_add(t, n->as.name);
        break;
    case TREE_VERBATIM:
        text_add(t, n->as.text);
        break;
    case TREE_CALL:
        text_format(t, "%s(", n->as.name);
        break;
    case TREE_PARTIAL:
        text_add(t, "∂");
        break;
    case TREE_MATRIX:
        text_add(t, has_inner_brackets(n, by_rows) ? "[[" : "[");
        break;
    case TREE_ALL:
        text_add_char(t, ':');
        break;
    case TREE_END:
        text_add(t, "end");
        break;
    case TREE_TEXT:
        text_format(t, "\"%s\"", n->as.text);
        break;
    case TREE_VALUE:
        text_add(t, n->literal);
        break;
    case TREE_INDEX:
    case TREE_RANGE:
        break;
    case TREE_OPERATION:
        if (op_row((op_id)n->op)->form == FORM_PREFIX) {
            const char *spelling = op_row((op_id)n->op)->spelling;
            text_format(t, strlen(spelling) > 1 ? "%s " : "%s", spelling);
        }
        break;
    }
}

/* What stands before the operand `next`, `done` of them being written. */
static void print_between(text_buffer *t, const tree_node *n, const tree_node *next,
                          size_t done, bool by_rows, print_style style)
{
    bool column = n->rows == 1 && !n->nested; /* a row of numbers is one */
    if (n->kind == TREE_INDEX && done == 1) {
        text_add_char(t, '[');
    } else if (n->kind == TREE_RANGE) {
        text_add_char(t, ':');
    } else if (n->kind == TREE_MATRIX && by_rows) {
        text_add(t, next->begins_row || column ? "], [" : ", ");
    } else if (n->kind == TREE_MATRIX) {
        text_add(t, next->begins_row ? "; " : ", ");
    } else if (n->kind == TREE_CALL && n->keyword != NULL && done + 1 == n->arity) {
        text_format(t, ", %s=", n->keyword);
    } else if (n->kind != TREE_OPERATION) {
        text_add(t, ", ");
    } else if (!n->juxtaposed) {
        const operation *row = op_row((op_id)n->op);
        bool spaced = row->rank <= (style == PRINT_SPACED ? RANK_PRODUCT : RANK_SUM);
        text_format(t, spaced ? " %s " : "%s", row->spelling);
    }
}

static void print_after(text_buffer *t, const tree_node *n, bool by_rows)
{
    if (n->kind == TREE_CALL)
        text_add_char(t, ')');
    else if (n->kind == TREE_PARTIAL)
        text_format(t, "/∂%s", n->as.name);
    else if (n->kind == TREE_MATRIX)
        text_add(t, has_inner_brackets(n, by_rows) ? "]]" : "]");
    else if (n->kind == TREE_INDEX)
        text_add_char(t, ']');
    else if (n->kind == TREE_OPERATION && op_row((op_id)n->op)->form == FORM_POSTFIX)
        text_add(t, op_row((op_id)n->op)->spelling);
}

/* A node that is being printed: its next child and how many are left. */
typedef struct frame {
    size_t node, child, left;
} frame;

void print_formula(text_buffer *t, const tree *formula, print_style style)
{
    layout l = lay_out(t->arena, formula);
    ARRAY(frame) open = {0};
    size_t at = formula->count - 1;
    for (;;) {
        const tree_node *n = &formula->nodes[at];
        if (l.bracketed[at])
            text_add_char(t, '(');
        print_before(t, n, l.by_rows[at]);
        array_push(t->arena, &open, ((frame){at, l.first[at], n->arity}));
        frame *top = &open.items[open.count - 1];
        while (top->left == 0) {
            print_after(t, &formula->nodes[top->node], l.by_rows[top->node]);
            if (l.bracketed[top->node])
                text_add_char(t, ')');
            if (--open.count == 0)
                return;
            top = &open.items[open.count - 1];
            const tree_node *parent = &formula->nodes[top->node];
            if (top->left > 0)
                print_between(t, parent, &formula->nodes[top->child],
                              parent->arity - top->left, l.by_rows[top->node],
                              top->node + 1 == formula->count ? style : PRINT_TIGHT);
        }
        at = top->child;
        top->child = l.next[at];
        top->left--;
    }
}

const char *formula_text(arena *a, const tree *formula, print_style style)
{
    text_buffer t;
    text_init(&t, a);
    print_formula(&t, formula, style);
    return text_string(&t);
}
