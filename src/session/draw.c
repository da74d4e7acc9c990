/* What is drawn or read once, when a statement is entered: rand, randn, randint, read.
 * Each call in a statement's expression is replaced by its value before anything is
 * built. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "session/session.h"
#include "syntax/token.h"
#include "tensor/random.h"
#include "tensor/read.h"

/* A call at hand, with its arguments. */
typedef struct drawing {
    nabla *n;
    const tree_node *call;
    const tree *arguments;
    size_t count;
    tensor value;
} drawing;

static bool complain(drawing *d, diagnostic_kind kind, const char *message)
{
    return diagnose(&d->n->now.why, kind, d->call->where, "%s: %s", d->call->as.name,
                    message);
}

/* ---- Random numbers ---- */

static bool number_argument(drawing *d, size_t k, double *value)
{
    tensor t;
    if (!evaluate_value(d->n, &d->arguments[k], &t))
        return false;
    if (!shape_is_number(&t.shape))
        return complain(d, DIAGNOSTIC_SHAPE, "its arguments are numbers");
    *value = t.entries[0];
    return true;
}

/* The sizes n and m behind argument `first`; 1 where they are left out. */
static bool size_arguments(drawing *d, size_t first, shape *s)
{
    double sizes[2] = {1, 1};
    for (size_t k = first; k < d->count; k++)
        if (!number_argument(d, k, &sizes[k - first]))
            return false;
    tensor given[2] = {{shape_number(), &sizes[0]}, {shape_number(), &sizes[1]}};
    shape_call call = {.operands = given, .count = 2};
    bool fine = shape_sized(&call);
    if (call.too_large)
        limits_out_of_memory(&d->n->limits);
    if (!fine)
        return complain(d, DIAGNOSTIC_DOMAIN, call.problem);
    *s = call.result;
    return true;
}

static random_source *random_numbers(nabla *n)
{
    if (n->random == NULL)
        n->random = random_open();
    if (n->random == NULL)
        limits_out_of_memory(&n->limits);
    undo_keep_random(n);
    return n->random;
}

static double *room_for(drawing *d, const shape *s)
{
    double *entries = ARENA_ARRAY(&d->n->work, double, shape_count(s));
    d->value = (tensor){*s, entries};
    return entries;
}

/* Draws in pieces, so that limits are looked at in between. */
static bool draw_reals(drawing *d,
                       void (*draw)(random_source *from, double *out, size_t n))
{
    enum { PIECE = 1 << 16 };
    shape s;
    if (!size_arguments(d, 0, &s))
        return false;
    double *entries = room_for(d, &s);
    size_t count = shape_count(&s);
    for (size_t done = 0; done < count; done += PIECE) {
        limits_poll(&d->n->limits);
        size_t left = count - done;
        draw(random_numbers(d->n), entries + done, left < PIECE ? left : PIECE);
    }
    return true;
}

static bool draw_uniform(drawing *d)
{
    return draw_reals(d, random_uniform);
}

static bool draw_normal(drawing *d)
{
    return draw_reals(d, random_normal);
}

static bool draw_integers(drawing *d)
{
    double low = 0, high = 0;
    shape s;
    if (!number_argument(d, 0, &low) || !number_argument(d, 1, &high) ||
        !size_arguments(d, 2, &s))
        return false;
    if (!random_integers(random_numbers(d->n), low, high, room_for(d, &s),
                         shape_count(&s)))
        return complain(d, DIAGNOSTIC_DOMAIN,
                        "its bounds are whole numbers, the lower one first");
    return true;
}

/* ---- Files ---- */

static bool complain_contents(drawing *d, const char *path, const read_problem *why)
{
    const char *place =
        why->line == 0 ? "" : format_in(&d->n->work, ":%zu:%zu", why->line, why->column);
    return diagnose(&d->n->now.why, DIAGNOSTIC_FILE, d->call->where, "%s%s: %s", path,
                    place, why->message);
}

static bool draw_file(drawing *d)
{
    nabla *n = d->n;
    const tree_node *argument = &d->arguments[0].nodes[0];
    if (d->arguments[0].count != 1 || argument->kind != TREE_TEXT)
        return complain(d, DIAGNOSTIC_USAGE, "the path stands in double quotes");
    span where = d->call->where;
    const char *path = file_path(n, argument->as.text, false, "read", where);
    size_t length;
    const char *bytes =
        path == NULL ? NULL : file_bytes(n, &n->work, path, where, &length);
    if (bytes == NULL)
        return false;
    read_problem why = {0};
    if (!read_array(&n->work, bytes, length, &d->value, &why))
        return complain_contents(d, path, &why);
    if (why.header_skipped)
        session_note(n, "the first line of %s is no data and was skipped", path);
    return true;
}

/* ---- Replacing calls ---- */

typedef struct drawer {
    const char *name;
    size_t least, most; /* arguments */
    bool (*draw)(drawing *d);
    drawn_help help;
} drawer;

static const drawer drawers[] = {
    {"rand",
     0,
     2,
     draw_uniform,
     {"rand(), rand(n), rand(n, m)",
      "Random numbers, evenly spread from 0 to 1. They are drawn once, when the "
      "statement is "
      "entered, also in a definition; seed makes them repeatable.",
      "seed 42\nrand(2, 3)"}},
    {"randn",
     0,
     2,
     draw_normal,
     {"randn(), randn(n), randn(n, m)",
      "Random numbers of the standard normal distribution, with mean 0 and variance 1. "
      "They "
      "are drawn once, when the statement is entered, also in a definition; seed makes "
      "them "
      "repeatable.",
      "seed 42\nparam W = randn(2, 3)*0.1"}},
    {"randint",
     2,
     4,
     draw_integers,
     {"randint(lo, hi), randint(lo, hi, n), randint(lo, hi, n, m)",
      "Random whole numbers from lo to hi, both included. They are drawn once, when the "
      "statement is entered; seed makes them repeatable.",
      "seed 42\nrandint(1, 6, 5)"}},
    {"read",
     1,
     1,
     draw_file,
     {"read(\"data.csv\")",
      "The numbers of a file as a matrix: a table of numbers apart by commas, semicolons "
      "or "
      "space, or a .npy file. One line of headings is skipped. The file is looked for "
      "beside "
      "the file that names it, and is read once, when the statement is entered.",
      NULL}},
};

const drawn_help *draw_help(size_t i)
{
    return &drawers[i].help;
}

const char *draw_name(size_t i)
{
    return i < sizeof drawers / sizeof *drawers ? drawers[i].name : NULL;
}

static const drawer *drawer_of(const nabla *n, const tree_node *call)
{
    const name *own = names_known(&n->names, call->as.name, true);
    if (own != NULL && own->meaning != NULL)
        return NULL; /* the user's function goes first */
    for (size_t i = 0; i < sizeof drawers / sizeof *drawers; i++)
        if (strcmp(drawers[i].name, call->as.name) == 0)
            return &drawers[i];
    return NULL;
}

static bool names_variables(const nabla *n, const tree *t)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->nodes[i].kind == TREE_NAME &&
            scope_has_variable(n, t->nodes[i].as.name, strlen(t->nodes[i].as.name)))
            return true;
    return false;
}

/* Draws the value of a call whose arguments were written last, and takes them off. */
static bool replace_call(nabla *n, tree_writer *w, const tree_node *call,
                         const drawer *by)
{
    drawing d = {.n = n, .call = call, .count = call->arity};
    if (call->arity < by->least || call->arity > by->most)
        return diagnose(&n->now.why, DIAGNOSTIC_USAGE, call->where,
                        "%s takes %zu to %zu arguments, here it has %u", by->name,
                        by->least, by->most, call->arity);
    if (call->keyword != NULL)
        return diagnose(&n->now.why, DIAGNOSTIC_NAME, call->where,
                        "%s has no argument named %s", by->name, call->keyword);
    tree written = tree_written(w);
    tree *arguments = ARENA_ARRAY(&n->work, tree, call->arity + 1);
    size_t end = written.count;
    for (size_t k = call->arity; k-- > 0;) {
        arguments[k] = tree_part(&written, end - 1);
        end -= arguments[k].count;
        n->now.drawn_by_names =
            n->now.drawn_by_names || names_variables(n, &arguments[k]);
    }
    d.arguments = arguments;
    if (!by->draw(&d))
        return false;
    w->nodes.count = end;
    tensor *value = ARENA_NEW(&n->work, tensor);
    *value = d.value;
    tree_push(w, (tree_node){.kind = TREE_VALUE,
                             .where = call->where,
                             .as.value = value,
                             .literal = session_slice(n, call->where)});
    return true;
}

bool draw_has(const nabla *n, const tree *expression)
{
    for (size_t i = 0; i < expression->count; i++)
        if (expression->nodes[i].kind == TREE_CALL &&
            drawer_of(n, &expression->nodes[i]) != NULL)
            return true;
    return false;
}

bool draw_once(nabla *n, tree *expression)
{
    if (!draw_has(n, expression))
        return true;
    tree_writer w = {.arena = &n->work};
    for (size_t i = 0; i < expression->count; i++) {
        const tree_node *at = &expression->nodes[i];
        const drawer *by = at->kind == TREE_CALL ? drawer_of(n, at) : NULL;
        if (by == NULL)
            tree_push(&w, *at);
        else if (!replace_call(n, &w, at, by))
            return false;
    }
    *expression = tree_written(&w);
    return true;
}

/* A whole number from 0 to 2^64 - 1. */
static bool read_whole(const char *word, unsigned long *number)
{
    char *end;
    errno = 0;
    *number = strtoul(word, &end, 10);
    return *word >= '0' && *word <= '9' && *end == '\0' && errno == 0;
}

/* Whether a word begins with a letter, perhaps in quotes. */
static bool is_name(const char *word)
{
    const char *first = word + (*word == '"');
    return token_name_length(first, strlen(first)) > 0;
}

/* The seed that a word stands for: a whole number for itself, and a name for a number of
 * its own. In grading `student` is whose file it is.
 *
 * source  Fowler, Noll, Vo: FNV-1a, 32 bits */
static unsigned long seed_of(const nabla *n, const char *word)
{
    enum { PRIME = 16777619 };
    unsigned long seed;
    if (strcmp(word, "student") == 0 && n->options.student != NULL)
        word = n->options.student;
    if (read_whole(word, &seed))
        return seed;
    uint32_t hash = 2166136261u;
    for (; *word != '\0'; word++)
        if (*word != '"')
            hash = (hash ^ (unsigned char)*word) * PRIME;
    return hash;
}

bool command_seed(nabla *n, const statement *s)
{
    const named_span *words = s->words.items;
    size_t count = s->words.count;
    unsigned long whole, drawn = 0;
    bool seeds =
        count > 0 && (is_name(words[0].name) || read_whole(words[0].name, &whole));
    if (!seeds || count > 2 || (count == 2 && !read_whole(words[1].name, &drawn))) {
        span where = s->target.where;
        if (count > 0)
            where = (span){words[0].where.begin, words[count - 1].where.end};
        diagnose(&n->now.why, DIAGNOSTIC_USAGE, where,
                 "seed takes a whole number, or a name");
        return diagnose_hint(&n->now.why, "seed 42, seed anna");
    }
    unsigned long seed = seed_of(n, words[0].name);
    enum { PIECE = 1 << 24 };
    random_source *source = random_numbers(n);
    random_seed(source, seed);
    for (; drawn > PIECE; drawn -= PIECE) {
        limits_poll(&n->limits);
        random_skip(source, PIECE);
    }
    random_skip(source, drawn);
    n->now.lasting = true;
    return true;
}
