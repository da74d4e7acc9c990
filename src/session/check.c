/* check: gradients against central differences, claims against what is right. */
#include "report/check.h"
#include "session/session.h"

static bool check_gradient(nabla *n, const statement *s)
{
    builder b;
    trace_request request = {0};
    const node_id *wrt = NULL;
    if (!command_request(n, s, &b, &request, &wrt))
        return false;
    if (!command_needs_number(n, s, request.root))
        return false;
    size_t count = s->wrt.count;
    if (count == 0)
        count = trace_default_wrt(&request, &wrt);
    gradcheck made;
    if (!gradcheck_all(&b, request.of, request.root, wrt, count, &made))
        return command_complain_value(n, s);
    if (n->options.json)
        report_gradcheck_json(&n->now.results, &made);
    else
        report_gradcheck_text(&n->now.results, &n->style, &made);
    n->now.check_failed = !made.ok;
    return true;
}

bool command_check(nabla *n, const statement *s)
{
    return check_gradient(n, s);
}
