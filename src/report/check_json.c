/* Checks as JSON. */
#include "report/check.h"
#include "report/json_parts.h"

/* ,"entry":[3,1] */
static void add_entry(text_buffer *t, const char *key, const shape *s, size_t entry)
{
    size_t place[SHAPE_MAX_RANK];
    shape_place(s, entry, place);
    text_format(t, ",\"%s\":[", key);
    for (int axis = 0; axis < s->rank; axis++)
        text_format(t, "%s%zu", axis == 0 ? "" : ",", place[axis] + 1);
    text_add_char(t, ']');
}

static void add_variable(text_buffer *t, const gradcheck_variable *v)
{
    text_add(t, "{\"name\":");
    json_string(t, v->name);
    json_flag(t, "ok", v->ok);
    json_quantity(t, "abs_error", v->abs_error);
    json_quantity(t, "rel_error", v->rel_error);
    json_flag(t, "kink", v->kink);
    json_optional(t, "unsteady", v->unsteady);
    if (!v->compared) {
        text_add_char(t, '}');
        return;
    }
    add_entry(t, "entry", &v->shape, v->worst);
    json_quantity(t, "analytic", v->analytic);
    json_quantity(t, "numeric", v->there.slope);
    json_quantity(t, "expected_error", v->there.expected);
    json_quantity(t, "step", v->there.step);
    text_add_char(t, '}');
}

void report_gradcheck_json(text_buffer *t, const gradcheck *shown)
{
    json_begin(t, "gradcheck");
    json_optional(t, "label", shown->label);
    json_field(t, "of", shown->of);
    json_flag(t, "ok", shown->ok);
    text_add(t, ",\"variables\":[");
    for (size_t i = 0; i < shown->variables.count; i++) {
        text_add(t, i == 0 ? "" : ",");
        add_variable(t, &shown->variables.items[i]);
    }
    text_add_char(t, ']');
    json_end(t);
}

/* ---- Claims ---- */

void report_claim_json(text_buffer *t, const claim_check *shown)
{
    static const style plain = {.unicode = true, .digits = 6};
    json_begin(t, "check");
    json_optional(t, "label", shown->label);
    json_field(t, "claim", shown->claim);
    json_field(t, "against", shown->against);
    json_flag(t, "ok", shown->ok);
    if (shown->here.same_shape)
        json_quantity(t, "error", shown->here.error);
    else
        text_add(t, ",\"error\":null");
    json_optional(t, "diagnosis", diagnosis_name(shown->diagnosis));
    const char *also = diagnosis_name(shown->also);
    if (also != NULL)
        text_format(t, ",\"also\":[\"%s\"]", also);
    json_field(t, "detail", report_claim_detail(t->arena, &plain, shown));
    if (!shown->ok && shown->hints == 0)
        json_tensor(t, "right", shown->here.right);
    json_end(t);
}
