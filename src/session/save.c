/* save: the names of a session as a script that restores them, value for value and kind
 * for kind. Leaves come first, then functions and definitions, each behind what it uses.
 */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "session/session.h"
#include "syntax/print.h"

/* A script under way. */
typedef struct writer {
    nabla *n;
    text_buffer text;
    const char *nan, *infinity; /* as they can be written here */
    size_t count;               /* of names */
    ARRAY(name *) early;        /* definitions before the leaves: few */
} writer;

/* ---- Values ---- */

/* Whether a user gave that predefined name another meaning. */
static bool is_redefined(const nabla *n, const char *spelling)
{
    symbol known = symbol_known(&n->symbols, spelling, strlen(spelling));
    const name *found = known == NULL ? NULL : names_known(&n->names, known, false);
    return found != NULL && found->meaning != NULL;
}

static void write_number(writer *w, text_buffer *t, double value)
{
    bool negative = signbit(value) != 0;
    if (isnan(value))
        text_add(t, w->nan);
    else if (isinf(value))
        text_format(t, "%s%s", negative ? "-" : "", w->infinity);
    else if (value == 0 && negative)
        text_add(t, "-0");
    else
        number_write_exact(t, value);
}

/* Begins another line where this one is long: behind a comma inside brackets that changes
 * nothing. */
static void wrap(text_buffer *t)
{
    enum { WIDTH = 88 };
    if (style_column(t) > WIDTH)
        text_add(t, "\n    ");
    else
        text_add_char(t, ' ');
}

static void write_matrix(writer *w, text_buffer *t, tensor value)
{
    size_t rows = shape_rows(&value.shape), columns = shape_columns(&value.shape);
    text_add_char(t, '[');
    for (size_t i = 0; i < rows * columns; i++) {
        if (i > 0) {
            text_add_char(t, columns > 1 && i % columns == 0 ? ';' : ',');
            wrap(t);
        }
        write_number(w, t, value.entries[i]);
    }
    text_add(t, rows == 1 ? "]'" : "]");
}

static void write_stack(writer *w, text_buffer *t, tensor value)
{
    for (size_t i = 0; i < shape_count(&value.shape); i++) {
        if (i > 0) {
            text_add_char(t, ',');
            wrap(t);
        }
        text_repeat(t, '[', shape_blocks_at(&value.shape, i));
        write_number(w, t, value.entries[i]);
        text_repeat(t, ']', shape_blocks_at(&value.shape, i + 1));
    }
}

static void write_value(writer *w, text_buffer *t, tensor value)
{
    if (shape_is_number(&value.shape))
        write_number(w, t, value.entries[0]);
    else if (value.shape.rank > 2)
        write_stack(w, t, value);
    else
        write_matrix(w, t, value);
}

/* ---- Leaves ---- */

/* Parts of a literal that are parsed at once, as parsing takes many times the text. */
enum { PART = 20000 };

/* Rows `row` and on, columns `column` and on, as an assignment. */
static void write_part(writer *w, const name *leaf, size_t row, size_t rows,
                       size_t column, size_t columns)
{
    nabla *n = w->n;
    tensor whole = leaf->meaning->value;
    size_t stride = shape_columns(&whole.shape);
    double *entries = ARENA_ARRAY(&n->work, double, rows *columns);
    for (size_t i = 0; i < rows; i++)
        memcpy(entries + i * columns, whole.entries + (row + i) * stride + column,
               columns * sizeof *entries);
    text_format(&w->text, "%s[%zu:%zu, %zu:%zu] := ", leaf->spelling, row + 1, row + rows,
                column + 1, column + columns);
    shape part = {.rank = 2, .size = {rows, columns}};
    write_value(w, &w->text, (tensor){part, entries});
    text_add_char(&w->text, '\n');
}

/* A large matrix, in parts of whole rows or of one row. */
static void write_parts(writer *w, const name *leaf)
{
    const shape *s = &leaf->meaning->value.shape;
    size_t rows = shape_rows(s), columns = shape_columns(s);
    size_t high = columns < PART ? PART / columns : 1;
    size_t wide = columns < PART ? columns : PART;
    text_format(&w->text, "zeros(%zu, %zu)\n", rows, columns);
    for (size_t i = 0; i < rows; i += high)
        for (size_t j = 0; j < columns; j += wide) {
            limits_poll(&w->n->limits);
            write_part(w, leaf, i, rows - i < high ? rows - i : high, j,
                       columns - j < wide ? columns - j : wide);
        }
}

static void write_leaf(writer *w, const name *leaf)
{
    const meaning *m = leaf->meaning;
    if (m->leaf != LEAF_INPUT)
        text_format(&w->text, "%s ", leaf_kind_word(m->leaf));
    text_format(&w->text, "%s = ", leaf->spelling);
    w->count++;
    if (m->value.shape.rank == 2 && shape_count(&m->value.shape) > PART) {
        write_parts(w, leaf);
        return;
    }
    write_value(w, &w->text, m->value);
    text_add_char(&w->text, '\n');
}

/* ---- Definitions and functions ---- */

static op_rank number_rank(double value)
{
    if (isnan(value) || isinf(value))
        return RANK_PRODUCT; /* 0/0, where nan is a name of the user's */
    return signbit(value) != 0 ? RANK_SIGN : RANK_ATOM;
}

static op_rank value_rank(tensor value)
{
    if (shape_is_number(&value.shape))
        return number_rank(value.entries[0]);
    bool turned = value.shape.rank == 2 && shape_rows(&value.shape) == 1;
    return turned ? RANK_POSTFIX : RANK_ATOM;
}

/* What was drawn, or came from `ans`, as the value that it is. */
static void write_body(writer *w, const tree *body)
{
    nabla *n = w->n;
    tree written = tree_copy(&n->work, body);
    for (size_t i = 0; i < written.count; i++) {
        tree_node *at = &written.nodes[i];
        bool drawn = at->kind == TREE_VALUE;
        if (!drawn && !(at->kind == TREE_NUMBER && at->literal == NULL))
            continue;
        tensor value = drawn ? *at->as.value : (tensor){shape_number(), &at->as.number};
        text_buffer t;
        text_init(&t, &n->work);
        write_value(w, &t, value);
        at->rank = (uint8_t)value_rank(value);
        at->kind = TREE_VERBATIM;
        at->as.text = text_string(&t);
    }
    print_formula(&w->text, &written, PRINT_TIGHT);
    text_add_char(&w->text, '\n');
}

static void write_meaning(writer *w, const name *of)
{
    const meaning *m = of->meaning;
    const function *f = &m->function;
    if (of->is_function)
        session_signature(&w->text, of->spelling, f->parameters, f->count);
    else
        text_add(&w->text, of->spelling);
    text_add(&w->text, " = ");
    w->count++;
    write_body(w, of->is_function ? &f->body : &m->body);
}

/* ---- Definitions that would not be the same behind their leaves ---- */

/* Whether a definition would be refused where all leaves have their values, or would be a
 * leaf there, as it uses nothing but their shapes. */
static bool goes_before_leaves(nabla *n, const meaning *m)
{
    if (!evaluate_is_complete(n, m))
        return false;
    node_id root = NODE_NONE;
    bool fine = evaluate_nodes(n, &m->body, &root);
    bool early =
        !fine || define_uses_only_shapes(n, &m->body, root, (node_id)n->now.kept.nodes);
    n->now.why.message = n->now.why.hint = NULL;
    graph_cut(&n->graph, n->now.kept);
    run_forget(&n->run, (node_id)n->now.kept.nodes);
    return early;
}

/* A name that nothing stands for. */
static const char *free_name(nabla *n)
{
    const char *spelling = "later";
    for (size_t i = 1;; i++) {
        const name *known = names_get(&n->names, symbol_of(&n->symbols, spelling), false);
        if (known->meaning == NULL && known->used_by == NULL)
            return spelling;
        spelling = format_in(&n->work, "later%zu", i);
    }
}

static void write_stub(writer *w, const name *used)
{
    for (size_t i = 0; i < w->early.count; i++)
        if (w->early.items[i] == used)
            return; /* it stands above */
    const function *f = &used->meaning->function;
    if (used->is_function)
        session_signature(&w->text, used->spelling, f->parameters, f->count);
    else
        text_add(&w->text, used->spelling);
    text_format(&w->text, " = %s # defined below\n", free_name(w->n));
}

/* A definition that names no variable yet would be a leaf. So for a moment what it names
 * follows something without a value: a predefined number that was given another meaning,
 * or, where it names nothing but functions, the first of these. */
static void write_stubs(writer *w, const meaning *m)
{
    const name *called = NULL;
    bool names_variable = false;
    for (size_t i = 0; i < m->use_count; i++) {
        const name *used = m->uses[i].used;
        bool variable = scope_is_variable(used);
        names_variable = names_variable || variable;
        if (variable && op_constant(used->spelling) != OP_NONE)
            write_stub(w, used);
        if (called == NULL && used->is_function && used->meaning != NULL)
            called = used;
    }
    if (!names_variable && called != NULL)
        write_stub(w, called);
}

/* Writes it where it has to come before the leaves. */
static void write_early(writer *w, name *of)
{
    const meaning *m = of->meaning;
    if (scope_has_variables(w->n, m) && !goes_before_leaves(w->n, m))
        return;
    write_stubs(w, m);
    write_meaning(w, of);
    array_push(&w->n->work, &w->early, of);
}

/* ---- The order ---- */

/* A name on the way down through what it uses. */
typedef struct step {
    const name *name;
    size_t next_use;
} step;

/* Writes what a name uses and was not written yet, and then the name. */
static void write_with_uses(writer *w, name *wanted)
{
    nabla *n = w->n;
    ARRAY(step) way = {0};
    wanted->visited = n->names.walk;
    array_push(&n->work, &way, ((step){wanted, 0}));
    while (way.count > 0) {
        step *top = &way.items[way.count - 1];
        const meaning *m = top->name->meaning;
        if (top->next_use == m->use_count) {
            write_meaning(w, top->name);
            way.count--;
            continue;
        }
        name *used = m->uses[top->next_use++].used;
        bool open = used->meaning != NULL && used->meaning->kind != MEANING_LEAF &&
                    used->visited != n->names.walk;
        used->visited = n->names.walk;
        if (open)
            array_push(&n->work, &way, ((step){used, 0}));
    }
}

/* The names that stand for something, in the order in which they came up. */
typedef ARRAY(name *) name_list;

static name_list list_names(nabla *n, bool leaves)
{
    name_list found = {0};
    for (size_t i = 0; i < n->names.all.count; i++) {
        name *known = n->names.all.items[i];
        if (known->meaning != NULL && (known->meaning->kind == MEANING_LEAF) == leaves)
            array_push(&n->work, &found, known);
    }
    return found;
}

static void write_names(writer *w)
{
    nabla *n = w->n;
    name_list leaves = list_names(n, true), others = list_names(n, false);
    for (size_t i = 0; i < others.count; i++)
        if (!others.items[i]->is_function)
            write_early(w, others.items[i]);
    const name *answer = names_get(&n->names, symbol_of(&n->symbols, "ans"), false);
    for (size_t i = 0; i < leaves.count; i++)
        if (leaves.items[i] != answer)
            write_leaf(w, leaves.items[i]);
    unsigned walk = ++n->names.walk;
    for (size_t i = 0; i < w->early.count; i++)
        w->early.items[i]->visited = walk;
    for (size_t i = 0; i < others.count; i++)
        if (others.items[i]->visited != walk)
            write_with_uses(w, others.items[i]);
    if (answer->meaning != NULL && answer->meaning->kind == MEANING_LEAF)
        write_leaf(w, answer); /* before, a definition would take its present value */
}

/* ---- The command ---- */

static void write_seed(writer *w)
{
    nabla *n = w->n;
    if (n->random == NULL)
        return;
    random_position at = random_tell(n->random);
    if (at.chosen)
        text_format(&w->text, at.drawn > 0 ? "seed %lu %lu\n" : "seed %lu\n", at.seed,
                    at.drawn);
}

bool command_save(nabla *n, const statement *s)
{
    const char *operand = file_operand(n, s);
    if (operand == NULL)
        return false;
    span where = s->words.items[0].where;
    const char *path = file_path(n, operand, true, "save", where);
    if (path == NULL)
        return false;
    writer w = {.n = n,
                .nan = is_redefined(n, "nan") ? "0/0" : "nan",
                .infinity = is_redefined(n, "inf") ? "1/0" : "inf"};
    text_init(&w.text, &n->work);
    text_add(&w.text, "# A session of nabla; load brings it back.\n");
    write_names(&w);
    write_seed(&w);
    if (!file_replace(n, path, w.text.bytes, w.text.length, where))
        return false;
    if (n->prompting && !n->options.json)
        text_format(&n->now.results, "%zu name%s saved in %s\n", w.count,
                    w.count == 1 ? "" : "s", path);
    return true;
}
