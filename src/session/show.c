/* show: what the names of the session stand for. */
#include <string.h>

#include "base/nearest.h"
#include "base/unicode.h"
#include "session/session.h"
#include "syntax/print.h"

/* Computes a definition; one that has mistakes just has no value. */
static void add_value(nabla *n, const meaning *m, name_entry *e)
{
    size_t count = 0;
    const char *missing = evaluate_missing(n, m, &count);
    if (count > 0) {
        e->missing = format_in(&n->work, "%s %s", missing, count == 1 ? "has" : "have");
        return;
    }
    e->has_value = evaluate_value(n, &m->body, &e->value);
    if (e->has_value)
        return;
    graph_cut(&n->graph, n->now.kept);
    run_forget(&n->run, (node_id)n->now.kept.nodes);
    n->now.why.message = n->now.why.hint = NULL;
}

static void add_users(nabla *n, const name *of, name_entry *e)
{
    text_buffer list;
    text_init(&list, &n->work);
    ARRAY(const char *) users = {0};
    for (const use *u = of->used_by; u != NULL; u = u->next) {
        if (u->user == NULL)
            continue;
        text_format(&list, "%s%s", users.count == 0 ? "" : ", ", u->user->spelling);
        array_push(&n->work, &users, (const char *)u->user->spelling);
    }
    e->users = users.items;
    e->user_count = users.count;
    e->used_by = users.count == 0 ? NULL : text_string(&list);
}

static void add_follows(nabla *n, const meaning *m, name_entry *e)
{
    text_buffer list;
    text_init(&list, &n->work);
    for (size_t i = 0; i < m->use_count; i++) {
        const name *used = m->uses[i].used;
        bool own = scope_is_variable(used) || used->meaning != NULL;
        if (own)
            text_format(&list, "%s%s", list.length == 0 ? "" : ", ", used->spelling);
    }
    e->follows = list.length == 0 ? NULL : text_string(&list);
}

static name_entry describe(nabla *n, const name *of)
{
    const meaning *m = of->meaning;
    name_entry e = {.name = of->spelling};
    switch (m->kind) {
    case MEANING_LEAF:
        e.kind = e.kind_words = leaf_kind_word(m->leaf);
        e.has_value = true;
        e.value = m->value;
        break;
    case MEANING_DEFINITION:
        e.kind = "compute";
        e.kind_words = "definition";
        e.definition = formula_text(&n->work, &m->body, PRINT_TIGHT);
        add_value(n, m, &e);
        break;
    case MEANING_FUNCTION: {
        text_buffer signature;
        text_init(&signature, &n->work);
        session_signature(&signature, of->spelling, m->function.parameters,
                          m->function.count);
        e.signature = text_string(&signature);
        e.kind = e.kind_words = "function";
        e.definition = formula_text(&n->work, &m->function.body, PRINT_TIGHT);
        break;
    }
    }
    add_follows(n, m, &e);
    add_users(n, of, &e);
    return e;
}

/* ---- Names that stand for nothing ---- */

static bool complain_unknown(nabla *n, const named_span *word, symbol spelling)
{
    const name *mentioned = names_known(&n->names, spelling, false);
    diagnose(&n->now.why, DIAGNOSTIC_NAME, word->where, "%s has no value", spelling);
    if (mentioned != NULL && mentioned->used_by != NULL) {
        name_entry e = {.name = spelling};
        add_users(n, mentioned, &e);
        if (e.used_by != NULL)
            return diagnose_hint(&n->now.why, "give it one, %s uses it: %s = 1",
                                 e.used_by, spelling);
    }
    if (hint_is_function(n, spelling) || op_constant(spelling) != OP_NONE ||
        command_find(spelling, strlen(spelling)) != NULL)
        return diagnose_hint(&n->now.why, "it is one of nabla's own words: help %s",
                             spelling);
    nearest search = nearest_start(spelling);
    for (size_t i = 0; i < n->names.all.count; i++)
        if (n->names.all.items[i]->meaning != NULL)
            nearest_offer(&search, n->names.all.items[i]->spelling);
    return search.best == NULL
               ? diagnose_hint(&n->now.why, "show lists the names there are")
               : diagnose_hint(&n->now.why, "did you mean %s?", search.best);
}

/* ---- The command ---- */

typedef ARRAY(name_entry) entries;

/* The variable and the function of that name. */
static bool add_named(nabla *n, const named_span *word, entries *found)
{
    size_t length = strlen(word->name);
    while (length > 1 && word->name[length - 1] == ',')
        length--;
    const char *composed = unicode_compose(&n->work, word->name, length, &length);
    symbol spelling = symbol_intern(&n->symbols, composed, length);
    size_t before = found->count;
    for (int is_function = 0; is_function < 2; is_function++) {
        const name *known = names_known(&n->names, spelling, is_function != 0);
        if (known != NULL && known->meaning != NULL)
            array_push(&n->work, found, describe(n, known));
    }
    return found->count > before || complain_unknown(n, word, spelling);
}

static void say_entries(nabla *n, const entries *found, bool each)
{
    text_buffer *t = &n->now.results;
    if (n->options.json) {
        report_names_json(t, found->items, found->count);
        return;
    }
    if (!each && found->count == 0 && n->prompting)
        text_add(t, "no names yet: x = 3 makes one\n");
    if (!each)
        report_names_text(t, &n->style, found->items, found->count);
    for (size_t i = 0; each && i < found->count; i++)
        report_name_text(t, &n->style, &found->items[i]);
}

bool command_show(nabla *n, const statement *s)
{
    entries found = {0};
    for (size_t i = 0; i < s->words.count; i++)
        if (!add_named(n, &s->words.items[i], &found))
            return false;
    for (size_t i = 0; s->words.count == 0 && i < n->names.all.count; i++)
        if (n->names.all.items[i]->meaning != NULL)
            array_push(&n->work, &found, describe(n, n->names.all.items[i]));
    say_entries(n, &found, s->words.count > 0);
    return true;
}
