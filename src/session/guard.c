#include "session/guard.h"

#include <string.h>

/* ---- Trails ---- */

static trail *trail_of(nabla *n, name *of)
{
    if (of->trail == NULL)
        of->trail = ARENA_NEW(&n->arena, trail);
    return of->trail;
}

static bool is_parameter(const statement *s, symbol spelling)
{
    for (size_t i = 0; i < s->parameters.count; i++)
        if (s->parameters.items[i].name == spelling)
            return true;
    return false;
}

/* Adds what a tree mentions. */
static void follow_tree(nabla *n, const statement *s, const tree *t, trail *made)
{
    for (size_t i = 0; i < t->count; i++) {
        const tree_node *at = &t->nodes[i];
        bool call = at->kind == TREE_CALL, partial = at->kind == TREE_PARTIAL;
        made->gradient = made->gradient || partial;
        if ((call || partial || at->kind == TREE_NAME) &&
            !(is_parameter(s, at->as.name) && !call))
            array_push(&n->arena, &made->of, names_get(&n->names, at->as.name, call));
    }
}

trail *guard_follow(nabla *n, const statement *s)
{
    if (n->part == NABLA_ALL || s->kind == STATEMENT_COMMAND)
        return NULL;
    trail *made = ARENA_NEW(&n->arena, trail);
    follow_tree(n, s, &s->expression, made);
    follow_tree(n, s, &s->indexed, made);
    if (s->kind != STATEMENT_EXPRESSION && !s->has_index &&
        digits_of(&n->work, &s->expression).whole)
        made->literal = tree_copy(&n->arena, &s->expression);
    return made;
}

/* The name that a statement gives a value: `ans` for an expression. */
static name *target_of(nabla *n, const statement *s)
{
    symbol spelling =
        s->kind == STATEMENT_EXPRESSION ? symbol_of(&n->symbols, "ans") : s->target.name;
    return names_get(&n->names, spelling, s->kind == STATEMENT_FUNCTION);
}

static bool mentions(const trail *made, const name *target)
{
    for (size_t i = 0; i < made->of.count; i++)
        if (made->of.items[i] == target)
            return true;
    return false;
}

/* What an assignment adds to that its target had before. The reference may train its
 * parameters, which is no way to take gradients from them. */
static void add_to_trail(nabla *n, name *target, const trail *made)
{
    trail *t = trail_of(n, target);
    t->literal = (tree){0};
    for (size_t i = 0; n->part == NABLA_ANSWERS && i < made->of.count; i++)
        array_push(&n->arena, &t->of, made->of.items[i]);
}

void guard_remember(nabla *n, const statement *s, trail *followed)
{
    if (followed == NULL)
        return;
    name *target = target_of(n, s);
    bool changes = s->has_index || s->update != OP_NONE || mentions(followed, target);
    if (s->kind == STATEMENT_ASSIGNMENT && changes)
        add_to_trail(n, target, followed);
    else
        target->trail = followed;
}

/* ---- What a name comes from ---- */

/* A walk along trails, each name once: it has come to `seen`. */
typedef struct walk {
    nabla *n;
    ARRAY(name *) seen;
} walk;

static void walk_to(walk *w, name *next)
{
    if (next->visited == w->n->names.walk)
        return;
    next->visited = w->n->names.walk;
    array_push(&w->n->work, &w->seen, next);
}

static void walk_on(walk *w)
{
    for (size_t i = 0; i < w->seen.count; i++) {
        const trail *t = w->seen.items[i]->trail;
        for (size_t k = 0; t != NULL && k < t->of.count; k++)
            walk_to(w, t->of.items[k]);
    }
}

/* All names that go into a tree. */
static walk walk_from_tree(nabla *n, const tree *t)
{
    walk w = {.n = n};
    n->names.walk++;
    for (size_t i = 0; i < t->count; i++) {
        const tree_node *at = &t->nodes[i];
        bool call = at->kind == TREE_CALL;
        if (call || at->kind == TREE_NAME || at->kind == TREE_PARTIAL)
            walk_to(&w, names_get(&n->names, at->as.name, call));
    }
    walk_on(&w);
    return w;
}

/* Whether `from` goes into the value of `of`. */
static bool comes_from(nabla *n, name *of, const name *from)
{
    walk w = {.n = n};
    n->names.walk++;
    walk_to(&w, of);
    walk_on(&w);
    for (size_t i = 0; i < w.seen.count; i++)
        if (w.seen.items[i] == from)
            return true;
    return false;
}

static bool is_of_reference(const name *of)
{
    return of->trail != NULL && of->trail->reference;
}

/* ---- The reference ---- */

/* A predefined name that the reference uses must stay what it is. */
static void protect_predefined(nabla *n, const tree *t)
{
    for (size_t i = 0; i < t->count; i++) {
        const tree_node *at = &t->nodes[i];
        bool call = at->kind == TREE_CALL;
        bool predefined =
            call ? scope_is_predefined(n, at->as.name)
                 : at->kind == TREE_NAME && op_constant(at->as.name) != OP_NONE;
        if (predefined)
            trail_of(n, names_get(&n->names, at->as.name, call))->reference = true;
    }
}

void guard_close(nabla *n)
{
    for (size_t i = 0; i < n->names.all.count; i++) {
        name *each = n->names.all.items[i];
        if (each->meaning != NULL)
            trail_of(n, each)->reference = true;
    }
}

bool guard_passes_over(nabla *n, const statement *s)
{
    if (n->part == NABLA_SETUP || n->part == NABLA_CHECKS) {
        protect_predefined(n, &s->expression);
        return command_is_check(s) == (n->part == NABLA_SETUP);
    }
    return false;
}

/* ---- Names that both have ---- */

static symbol own_of(const nabla *n, symbol spelling, bool is_function)
{
    const name *found = names_known(&n->names, spelling, is_function);
    return found == NULL || found->trail == NULL ? NULL : found->trail->own;
}

static void rename_tree(nabla *n, const statement *s, const tree *t)
{
    for (size_t i = 0; i < t->count; i++) {
        tree_node *at = &t->nodes[i];
        bool call = at->kind == TREE_CALL;
        if (!call && at->kind != TREE_NAME && at->kind != TREE_PARTIAL)
            continue;
        symbol own = own_of(n, at->as.name, call);
        if (own != NULL && (call || !is_parameter(s, at->as.name)))
            at->as.name = own;
    }
}

/* Of a check only the claim is the student's: what it is compared with is the reference,
 * also where the student's file gives the problem once more. */
static void rename_claim(nabla *n, const statement *s)
{
    tree renamed = tree_copy(&n->work, &s->expression);
    rename_tree(n, s, &renamed);
    tree claim = sides_claim(n, &renamed);
    size_t begin = (size_t)(claim.nodes - renamed.nodes);
    rename_tree(n, s, &(tree){s->expression.nodes + begin, claim.count});
}

/* The name of the student's own that a statement defines. */
static void rename_target(nabla *n, statement *s)
{
    name *target = names_get(&n->names, s->target.name, s->kind == STATEMENT_FUNCTION);
    bool changes = s->has_index || s->update != OP_NONE;
    if (!is_of_reference(target) || (changes && target->trail->own == NULL))
        return;
    if (target->trail->own == NULL)
        target->trail->own =
            symbol_of(&n->symbols, format_in(&n->work, "%s (yours)", target->spelling));
    s->target.name = target->trail->own;
}

void guard_rename(nabla *n, statement *s)
{
    if (n->part != NABLA_ANSWERS)
        return;
    if (command_is_check(s) && sides_exist(&s->expression))
        rename_claim(n, s);
    else
        rename_tree(n, s, &s->expression);
    rename_tree(n, s, &s->indexed);
    rename_tree(n, s, &s->within);
    for (size_t i = 0; i < s->at.count; i++) {
        binding *each = &s->at.items[i];
        symbol own = own_of(n, each->target.name, false);
        rename_tree(n, s, &each->value);
        if (own != NULL)
            each->target.name = own;
    }
    if (s->kind != STATEMENT_COMMAND && s->kind != STATEMENT_EXPRESSION)
        rename_target(n, s);
}

static bool names_student(nabla *n, const tree *t)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->nodes[i].kind != TREE_NAME)
            continue;
        const name *used = names_get(&n->names, t->nodes[i].as.name, false);
        if (scope_is_variable(used) &&
            (!is_of_reference(used) || used->trail->own != NULL))
            return true;
    }
    return false;
}

bool guard_is_claim(nabla *n, const tree *side, const tree *other)
{
    return n->part == NABLA_CHECKS && names_student(n, side) && !names_student(n, other);
}

void guard_take_own(nabla *n, const sides *both)
{
    tree inner = sides_inner(n, both->claim);
    tree_node *root = &inner.nodes[inner.count - 1];
    symbol own = root->kind == TREE_NAME ? own_of(n, root->as.name, false) : NULL;
    if (n->part == NABLA_CHECKS && own != NULL)
        root->as.name = own;
}

/* ---- The student ---- */

static bool complain_reference(nabla *n, const named_span *target)
{
    diagnose(&n->now.why, DIAGNOSTIC_USAGE, target->where,
             "%s belongs to the reference and cannot be changed", target->name);
    return diagnose_hint(&n->now.why, "choose another name");
}

static bool allows_target(nabla *n, const statement *s)
{
    bool is_function = s->kind == STATEMENT_FUNCTION;
    if (s->kind == STATEMENT_EXPRESSION || s->kind == STATEMENT_COMMAND)
        return true;
    return !is_of_reference(names_get(&n->names, s->target.name, is_function)) ||
           complain_reference(n, &s->target);
}

static bool complain_gradient(nabla *n, span where, const char *what)
{
    diagnose(&n->now.why, DIAGNOSTIC_USAGE, where,
             "%s: gradients are to be derived by hand here", what);
    return diagnose_hint(&n->now.why, "write out the formula or the numbers");
}

/* Whether a tree takes no gradient and reads no file, by itself or through names. */
static bool allows_tree(nabla *n, const tree *t)
{
    for (size_t i = 0; i < t->count; i++) {
        const tree_node *at = &t->nodes[i];
        if (at->kind == TREE_PARTIAL && !n->options.allow_diff)
            return complain_gradient(n, at->where, "no ∂ in a graded file");
        if (at->kind == TREE_CALL && strcmp(at->as.name, "read") == 0)
            return diagnose(&n->now.why, DIAGNOSTIC_USAGE, at->where,
                            "a graded file reads no files");
    }
    if (t->count == 0 || n->options.allow_diff)
        return true;
    walk w = walk_from_tree(n, t);
    for (size_t i = 0; i < w.seen.count; i++) {
        const name *each = w.seen.items[i];
        if (each->trail != NULL && each->trail->gradient)
            return complain_gradient(
                n, t->nodes[t->count - 1].where,
                format_in(&n->work, "%s is made of a gradient", each->spelling));
    }
    return true;
}

static bool complain_command(nabla *n, const statement *s)
{
    diagnose(&n->now.why, DIAGNOSTIC_USAGE, s->target.where,
             "%s is not run in a graded file", s->target.name);
    return diagnose_hint(&n->now.why, "leave definitions, and checks of your own");
}

static bool allows_clauses(nabla *n, const statement *s)
{
    for (size_t i = 0; i < s->at.count; i++) {
        const binding *each = &s->at.items[i];
        if (is_of_reference(names_get(&n->names, each->target.name, false)))
            return complain_reference(n, &each->target);
        if (!allows_tree(n, &each->value))
            return false;
    }
    if (s->within.count > 0)
        return diagnose(&n->now.why, DIAGNOSTIC_USAGE, s->clauses[CLAUSE_WITHIN],
                        "in a graded file the tolerance is not yours to choose");
    return true;
}

/* A check of the student's own: the right side may be a gradient. */
static bool allows_check(nabla *n, const statement *s)
{
    sides both;
    if (!s->has_expression || !sides_exist(&s->expression))
        return true;
    return sides_of(n, &s->expression, &both) && allows_tree(n, &both.claim) &&
           (both.is_gradient || allows_tree(n, &both.right));
}

bool guard_allows(nabla *n, const statement *s)
{
    if (n->part != NABLA_ANSWERS)
        return true;
    if (s->kind != STATEMENT_COMMAND)
        return allows_target(n, s) && allows_tree(n, &s->expression) &&
               allows_tree(n, &s->indexed);
    const command *found = command_find(s->target.name, strlen(s->target.name));
    if (!found->graded)
        return complain_command(n, s);
    return allows_clauses(n, s) && allows_check(n, s);
}

/* ---- Claims ---- */

/* The name that a side is, or an entry or transpose of; NULL where it is more. */
static name *bare_name(nabla *n, tree t)
{
    t = sides_inner(n, t);
    const tree_node *root = &t.nodes[t.count - 1];
    return root->kind == TREE_NAME ? names_get(&n->names, root->as.name, false) : NULL;
}

static bool complain_copy(nabla *n, const sides *both, const name *taken,
                          const name *asked)
{
    diagnose(&n->now.why, DIAGNOSTIC_USAGE,
             both->claim.nodes[both->claim.count - 1].where,
             "the answer takes %s from the reference, and %s is what is asked for",
             taken->spelling, asked->spelling);
    return diagnose_hint(&n->now.why, "derive it from what is given");
}

/* Whether a student's own check compares with a value of the reference, or with a
 * gradient of it. */
static bool is_about_reference(nabla *n, const sides *both, const name *asked)
{
    if (!both->is_gradient)
        return asked != NULL && is_of_reference(asked);
    const gradient *g = &both->gradients.items[0];
    const tree_node *of = &g->of.nodes[g->of.count - 1];
    return both->bare && of->kind == TREE_NAME &&
           is_of_reference(names_get(&n->names, of->as.name, false)) &&
           is_of_reference(names_get(&n->names, g->by, false));
}

bool guard_admits_claim(nabla *n, const sides *both)
{
    if (n->part != NABLA_CHECKS && n->part != NABLA_ANSWERS)
        return true;
    name *asked = both->is_gradient ? NULL : bare_name(n, both->right);
    if (n->part == NABLA_ANSWERS && !is_about_reference(n, both, asked))
        return diagnose(&n->now.why, DIAGNOSTIC_USAGE,
                        both->right.nodes[both->right.count - 1].where,
                        "this compares with nothing of the reference");
    if (asked == NULL || !is_of_reference(asked))
        return true;
    walk w = walk_from_tree(n, &both->claim);
    for (size_t i = 0; i < w.seen.count; i++) {
        name *taken = w.seen.items[i];
        if (is_of_reference(taken) && comes_from(n, taken, asked))
            return complain_copy(n, both, taken, asked);
    }
    return true;
}

/* Whether the right side is a value that the reference was just given. */
static bool is_given(nabla *n, const sides *both)
{
    const name *asked = both->is_gradient ? NULL : bare_name(n, both->right);
    return asked != NULL && asked->meaning != NULL &&
           asked->meaning->kind == MEANING_LEAF;
}

bool guard_is_numeric(nabla *n, const sides *both)
{
    if (n->part != NABLA_CHECKS && n->part != NABLA_ANSWERS)
        return false;
    walk w = walk_from_tree(n, &both->claim);
    bool reference = false, number = is_given(n, both);
    for (size_t i = 0; i < w.seen.count; i++) {
        const name *each = w.seen.items[i];
        bool variable = !each->is_function && each->meaning != NULL;
        reference = reference || (variable && is_of_reference(each));
        number = number || (variable && !is_of_reference(each) &&
                            each->meaning->kind == MEANING_LEAF);
    }
    return number || !reference;
}

/* What a student's name was entered as: a literal, or a definition; else no nodes. */
static tree entered_as(const nabla *n, const tree_node *at)
{
    static const tree nothing = {0};
    const name *used =
        at->kind == TREE_NAME ? names_known(&n->names, at->as.name, false) : NULL;
    if (used == NULL || used->meaning == NULL || used->trail == NULL ||
        used->trail->reference)
        return nothing;
    if (used->trail->literal.count > 0)
        return used->trail->literal;
    return used->meaning->kind == MEANING_DEFINITION ? used->meaning->body : nothing;
}

tree guard_written(nabla *n, const tree *claim)
{
    enum { DEEPEST = 8, LARGEST = 10000 };
    tree made = *claim;
    bool graded = n->part == NABLA_CHECKS || n->part == NABLA_ANSWERS;
    for (int depth = 0; graded && depth < DEEPEST && made.count < LARGEST; depth++) {
        tree_writer w = {.arena = &n->work};
        for (size_t i = 0; i < made.count; i++) {
            tree in_place = entered_as(n, &made.nodes[i]);
            for (size_t k = 0; k < in_place.count; k++)
                tree_push(&w, in_place.nodes[k]);
            if (in_place.count == 0)
                tree_push(&w, made.nodes[i]);
            w.nodes.items[w.nodes.count - 1].begins_row = made.nodes[i].begins_row;
        }
        made = tree_written(&w);
    }
    return made;
}
