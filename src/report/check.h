/* Renderers of checks: a gradient against differences, a claim against the right value.
 */
#ifndef NABLA_REPORT_CHECK_H
#define NABLA_REPORT_CHECK_H

#include "report/style.h"
#include "trace/gradcheck.h"

void report_gradcheck_text(text_buffer *t, const style *s, const gradcheck *shown);
void report_gradcheck_json(text_buffer *t, const gradcheck *shown);

#endif
