#include "repl/complete.h"

#include <stdlib.h>
#include <string.h>

#include "base/unicode.h"

/* ---- Signs ---- */

typedef struct sign {
    const char *typed, *sign;
} sign;

static const sign signs[] = {
    {"\\partial", "∂"},  {"\\nabla", "∇"},    {"\\odot", "⊙"},     {"\\circ", "∘"},
    {"\\cdot", "·"},     {"\\times", "×"},    {"\\leq", "≤"},      {"\\geq", "≥"},
    {"\\neq", "≠"},      {"\\le", "≤"},       {"\\ge", "≥"},       {"\\ne", "≠"},
    {"\\top", "ᵀ"},      {"\\hat", "\u0302"}, {"\\bar", "\u0304"}, {"\\tilde", "\u0303"},
    {"\\dot", "\u0307"}, {"\\prime", "′"},    {"\\alpha", "α"},    {"\\beta", "β"},
    {"\\gamma", "γ"},    {"\\delta", "δ"},    {"\\epsilon", "ε"},  {"\\zeta", "ζ"},
    {"\\eta", "η"},      {"\\theta", "θ"},    {"\\iota", "ι"},     {"\\kappa", "κ"},
    {"\\lambda", "λ"},   {"\\mu", "μ"},       {"\\nu", "ν"},       {"\\xi", "ξ"},
    {"\\pi", "π"},       {"\\rho", "ρ"},      {"\\sigma", "σ"},    {"\\tau", "τ"},
    {"\\upsilon", "υ"},  {"\\phi", "φ"},      {"\\chi", "χ"},      {"\\psi", "ψ"},
    {"\\omega", "ω"},    {"\\Gamma", "Γ"},    {"\\Delta", "Δ"},    {"\\Theta", "Θ"},
    {"\\Lambda", "Λ"},   {"\\Xi", "Ξ"},       {"\\Pi", "Π"},       {"\\Sigma", "Σ"},
    {"\\Upsilon", "Υ"},  {"\\Phi", "Φ"},      {"\\Psi", "Ψ"},      {"\\Omega", "Ω"},
    {"\\_0", "₀"},       {"\\_1", "₁"},       {"\\_2", "₂"},       {"\\_3", "₃"},
    {"\\_4", "₄"},       {"\\_5", "₅"},       {"\\_6", "₆"},       {"\\_7", "₇"},
    {"\\_8", "₈"},       {"\\_9", "₉"},       {"^2", "²"},         {"^3", "³"},
};
enum { SIGN_COUNT = sizeof signs / sizeof *signs };

/* ---- Candidates ---- */

static char *copy(const char *text)
{
    size_t size = strlen(text) + 1;
    char *made = malloc(size);
    return made == NULL ? NULL : memcpy(made, text, size);
}

static void free_candidate(candidate *c)
{
    free(c->word);
    free(c->label);
    free(c->about);
    free(c->behind);
}

/* One without memory for it is left out. */
static void add(completion *c, const char *word, const char *label, const char *about,
                const char *behind)
{
    if (c->count == c->capacity) {
        size_t capacity = c->capacity == 0 ? 64 : 2 * c->capacity;
        candidate *larger = realloc(c->items, capacity * sizeof *larger);
        if (larger == NULL)
            return;
        c->items = larger;
        c->capacity = capacity;
    }
    candidate made = {copy(word), copy(label), copy(about), copy(behind)};
    if (made.word == NULL || made.label == NULL || made.about == NULL ||
        made.behind == NULL)
        free_candidate(&made);
    else
        c->items[c->count++] = made;
}

static void visit(void *context, const nabla_candidate *found)
{
    add(context, found->word, found->label, found->about, found->behind);
}

void complete_free(completion *c)
{
    for (size_t i = 0; i < c->count; i++)
        free_candidate(&c->items[i]);
    free(c->items);
    *c = (completion){0};
}

/* ---- Words behind a backslash, and powers ---- */

/* Where the word begins that may stand for a sign: at a backslash or ^ with letters and
 * digits behind it up to the end; `length` where there is none. */
static size_t sign_begin(const char *text, size_t length)
{
    size_t at = length;
    while (at > 0) {
        char c = text[at - 1];
        if (c == '\\' || c == '^')
            return at - 1;
        bool in_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') || c == '_';
        if (!in_word)
            return length;
        at--;
    }
    return length;
}

/* A word that is whole gives its sign alone, the beginning of some gives these; one that
 * is left gives its sign. */
static void complete_sign(completion *c, const char *typed)
{
    const sign *only = NULL;
    size_t length = strlen(typed), count = 0;
    for (size_t i = 0; i < SIGN_COUNT; i++) {
        bool begins = length > 1 && strncmp(signs[i].typed, typed, length) == 0;
        bool whole = strcmp(signs[i].typed, typed) == 0;
        if (!begins)
            continue;
        only = &signs[i];
        count++;
        if (whole) {
            count = 1;
            break;
        }
    }
    if (count == 1)
        add(c, only->sign, only->sign, "", "");
    for (size_t i = 0; count > 1 && i < SIGN_COUNT; i++)
        if (strncmp(signs[i].typed, typed, length) == 0)
            add(c, signs[i].typed, signs[i].typed, signs[i].sign, "");
}

void complete_text(completion *c, nabla *n, const char *text, size_t length)
{
    *c = (completion){.begin = sign_begin(text, length)};
    if (c->begin < length) {
        bytes typed = {0};
        bytes_add(&typed, text + c->begin, length - c->begin);
        if (!typed.failed)
            complete_sign(c, typed.items);
        bytes_free(&typed);
    }
    if (c->count == 0)
        c->begin = nabla_complete(n, text, length, visit, c, &c->file);
}

/* ---- The list ---- */

static void add_space(bytes *out, size_t columns)
{
    bytes_format(out, "%*s", (int)columns, "");
}

/* As much of a text as fits. */
static void add_cut(bytes *out, const char *text, size_t room)
{
    size_t end = strlen(text);
    while (end > 0 && unicode_width(text, end) > room) {
        end--;
        while (end > 0 && unicode_is_tail(text[end]))
            end--;
    }
    bytes_add(out, text, end);
}

/* One a row, with what there is to say about it. */
static void list_rows(bytes *out, const candidate *shown, size_t count, size_t widest,
                      size_t columns, bool colored)
{
    enum { GAP = 2 };
    for (size_t i = 0; i < count; i++) {
        add_cut(out, shown[i].label, columns - 1);
        size_t used = unicode_text_width(shown[i].label);
        if (widest + GAP + 1 < columns) {
            add_space(out, widest + GAP - used);
            bytes_add_text(out, colored ? "\033[2m" : "");
            add_cut(out, shown[i].about, columns - 1 - widest - GAP);
            bytes_add_text(out, colored ? "\033[0m" : "");
        }
        bytes_add_text(out, "\r\n");
    }
}

/* As many a row as fit, down the columns. */
static void list_columns(bytes *out, const candidate *shown, size_t count, size_t widest,
                         size_t columns)
{
    enum { GAP = 2 };
    size_t across = (columns - 1 + GAP) / (widest + GAP);
    across = across == 0 ? 1 : across;
    size_t down = (count + across - 1) / across;
    for (size_t i = 0; i < down; i++) {
        for (size_t k = i; k < count; k += down) {
            add_cut(out, shown[k].label, columns - 1);
            if (k + down < count)
                add_space(out, widest + GAP - unicode_text_width(shown[k].label));
        }
        bytes_add_text(out, "\r\n");
    }
}

/* Those with something said about them come first. */
static int in_list_order(const void *a, const void *b)
{
    const candidate *p = a, *q = b;
    int described = (q->about[0] != '\0') - (p->about[0] != '\0');
    return described != 0 ? described : strcmp(p->label, q->label);
}

/* Sorts them, and leaves out what would be listed twice. */
static size_t sort_for_list(completion *c)
{
    size_t count = 0;
    qsort(c->items, c->count, sizeof *c->items, in_list_order);
    for (size_t i = 0; i < c->count; i++) {
        candidate one = c->items[i];
        if (count > 0 && strcmp(c->items[count - 1].label, one.label) == 0)
            continue;
        c->items[i] = c->items[count];
        c->items[count++] = one;
    }
    return count;
}

static size_t widest_of(const candidate *shown, size_t count)
{
    size_t widest = 0;
    for (size_t i = 0; i < count; i++) {
        size_t width = unicode_text_width(shown[i].label);
        widest = width > widest ? width : widest;
    }
    return widest;
}

void complete_list(bytes *out, completion *c, size_t rows, size_t columns, bool colored)
{
    size_t count = c->count == 0 ? 0 : sort_for_list(c), described = 0;
    while (described < count && c->items[described].about[0] != '\0')
        described++;
    size_t most = rows > 4 ? rows - 3 : 1;
    size_t listed = described > most ? most : described;
    list_rows(out, c->items, listed, widest_of(c->items, listed), columns, colored);
    if (listed < described)
        bytes_format(out, "… and %zu more\r\n", described - listed);
    const candidate *others = c->items + described;
    size_t left = count - described;
    if (left > 0)
        list_columns(out, others, left, widest_of(others, left), columns);
}
