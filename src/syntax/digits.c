#include "syntax/digits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- One number ---- */

/* What the text of a number says. */
typedef struct number_digits {
    bool rounded; /* it has a decimal point or exponent */
    int digits, decimals;
    double half_unit;
} number_digits;

static number_digits read_number(const char *literal)
{
    const char *exponent = literal + strcspn(literal, "eE");
    const char *point = memchr(literal, '.', (size_t)(exponent - literal));
    number_digits n = {.rounded = point != NULL};
    if (point != NULL)
        n.decimals = (int)(exponent - point) - 1;
    bool leading = true;
    for (const char *c = literal; c < exponent; c++) {
        leading = leading && (*c == '0' || *c == '.');
        n.digits += !leading && *c != '.';
    }
    if (leading)
        n.digits = n.decimals > 0 ? n.decimals : 1; /* of 0.00 */
    int shift = *exponent == '\0' ? 0 : (int)strtol(exponent + 1, NULL, 10);
    if (leading && shift > 0)
        shift = 0; /* 0e9 is no coarser than 0 */
    n.rounded = n.rounded || shift != 0 || (*exponent != '\0' && !leading);
    n.decimals -= shift;
    n.half_unit = 0.5 * pow(10, -n.decimals);
    return n;
}

static void count_number(literal_digits *d, const number_digits *n)
{
    bool first = d->rounded++ == 0;
    if (first || n->digits < d->fewest_digits)
        d->fewest_digits = n->digits;
    if (first || n->digits > d->most_digits)
        d->most_digits = n->digits;
    if (first || n->decimals < d->fewest_decimals)
        d->fewest_decimals = n->decimals;
    if (first || n->decimals > d->most_decimals)
        d->most_decimals = n->decimals;
}

/* ---- The tree ---- */

static bool is_sign(const tree_node *n)
{
    return n->kind == TREE_OPERATION && (n->op == OP_NEGATIVE || n->op == OP_POSITIVE);
}

/* Whether entries stand below the node as they would without it. */
static bool is_transparent(const tree_node *n)
{
    return is_sign(n) || n->kind == TREE_MATRIX || n->kind == TREE_INDEX ||
           (n->kind == TREE_OPERATION && n->op == OP_TRANSPOSE);
}

/* Per node whether there are only transparent ones above it. */
static const bool *find_places(arena *a, const tree *t)
{
    bool *open = ARENA_ARRAY(a, bool, t->count);
    open[t->count - 1] = true;
    for (size_t i = t->count; i-- > 0;) {
        const tree_node *n = &t->nodes[i];
        if (!open[i] || !is_transparent(n))
            continue;
        size_t child = i;
        for (size_t k = n->arity; k-- > 0;) {
            child = child == i ? i - 1 : child - t->nodes[child].size;
            open[child] = n->kind != TREE_INDEX || k == 0; /* places are no entries */
        }
    }
    return open;
}

static tree_node number_node(const tree_node *at, double value)
{
    return (tree_node){.kind = TREE_NUMBER, .where = at->where, .as.number = value};
}

static tree_node operation_node(const tree_node *at, const char *spelling)
{
    op_id op = op_find(FORM_INFIX, spelling, strlen(spelling));
    return (tree_node){
        .kind = TREE_OPERATION, .op = (uint16_t)op, .arity = 2, .where = at->where};
}

static void write_number(tree_writer *w, const tree_node *n, literal_digits *d)
{
    number_digits read = read_number(n->literal);
    d->any = true;
    if (read.rounded)
        count_number(d, &read);
    tree_push(w, number_node(n, read.rounded ? read.half_unit : NAN));
}

/* Makes what was written last something negative of its shape: 0 times it, less 1. */
static void write_negative(tree_writer *w, const tree_node *root)
{
    w->nodes.items[w->nodes.count - 1].begins_row = false;
    tree_push(w, number_node(root, 0));
    tree_push(w, operation_node(root, "*"));
    tree_push(w, number_node(root, 1));
    tree_push(w, operation_node(root, "-"));
}

literal_digits digits_of(arena *a, const tree *t)
{
    literal_digits d = {.whole = true};
    const bool *open = find_places(a, t);
    tree_writer w = {.arena = a};
    for (size_t i = 0; i < t->count; i++) {
        const tree_node *n = &t->nodes[i];
        bool number = n->kind == TREE_NUMBER && n->literal != NULL;
        if (open[i] && number)
            write_number(&w, n, &d);
        else if (!(open[i] && is_sign(n)))
            tree_push(&w, *n);
        if (open[i] && !number && !is_transparent(n)) {
            write_negative(&w, n);
            d.whole = false;
        }
        if (open[i] && w.nodes.count > 0)
            w.nodes.items[w.nodes.count - 1].begins_row = n->begins_row;
    }
    d.half_units = tree_written(&w);
    return d;
}
