/* What becomes of a check, besides its report: it is counted, and told of. */
#include <math.h>
#include <string.h>

#include "report/tap.h"
#include "session/session.h"
#include "syntax/token.h"

/* The check as written, without the word. */
static const char *text_of(nabla *n)
{
    const statement_text *whole = &n->now.text;
    const char *text = copy_in(&n->work, whole->written, whole->length);
    text += strcspn(text, " \t\n\"");
    return text + strspn(text, " \t\n");
}

/* What the check has come to; it counts when the statement is over. */
static void end_check(nabla *n, check_outcome o)
{
    o.label = n->now.checked.label;
    o.statement = text_of(n);
    n->now.checked.outcome = o;
    n->now.checked.ended = true;
    if (n->options.tap)
        report_tap(&n->now.results, &n->now.origin, n->checks + 1, &o);
}

void outcome_settle(nabla *n)
{
    const checked *now = &n->now.checked;
    if (!now->begun)
        return;
    check_outcome o = now->outcome;
    if (!now->ended)
        o = (check_outcome){.label = now->label,
                            .statement = "check",
                            .detail = "there is not enough memory to check it"};
    n->checks += !n->prompting;
    n->failed_checks += !n->prompting && !o.ok;
    if (n->options.checked == NULL)
        return;
    nabla_check told = {.label = o.label,
                        .points = now->points,
                        .statement = o.statement,
                        .ok = o.ok,
                        .detail = o.detail,
                        .diagnosis = o.diagnosis};
    n->options.checked(n->options.context, &told);
}

void outcome_expect(nabla *n)
{
    static const char word[] = "check";
    const char *text = n->now.text.text;
    size_t length = token_name_length(text, n->now.text.length);
    if (length != strlen(word) || memcmp(text, word, length) != 0)
        return;
    n->now.checked = (checked){.begun = true, .points = NAN};
    text += token_skip_space(text, length);
    const char *end = *text == '"' ? strchr(text + 1, '"') : NULL;
    if (end != NULL)
        n->now.checked.label =
            symbol_intern(&n->symbols, text + 1, (size_t)(end - text) - 1);
}

void outcome_begin(nabla *n, const statement *s)
{
    n->now.checked =
        (checked){.begun = command_is_check(s), .label = s->label, .points = s->points};
}

void outcome_gradcheck(nabla *n, const gradcheck *made)
{
    if (n->options.json)
        report_gradcheck_json(&n->now.results, made);
    else if (!n->options.tap)
        report_gradcheck_text(&n->now.results, &n->style, made);
    const char *detail = report_gradcheck_detail(&n->work, &n->style, made);
    end_check(n, (check_outcome){.ok = made->ok, .detail = detail});
}

void outcome_claim(nabla *n, const claim_check *made)
{
    if (n->options.json)
        report_claim_json(&n->now.results, made);
    else if (!n->options.tap)
        report_claim_text(&n->now.results, &n->style, made);
    end_check(n, (check_outcome){.ok = made->ok,
                                 .detail = report_claim_detail(&n->work, &n->style, made),
                                 .diagnosis = diagnosis_name(made->diagnosis)});
}

void outcome_mistake(nabla *n)
{
    bool unfinished = n->now.checked.begun && !n->now.checked.ended;
    if (unfinished)
        end_check(n, (check_outcome){.detail = n->now.why.message});
    else if (n->options.tap && !n->options.keep_going)
        report_tap_stopped(&n->now.results, &n->now.origin, &n->now.why);
}
