/* Values as text. */
#include "report/report.h"

void report_value_text(text_buffer *t, const style *s, const char *name, tensor value)
{
    if (name != NULL)
        text_format(t, "%s = ", name);
    style_add(t, s, INK_VALUE, "%s", style_value(t->arena, s, value));
    text_add_char(t, '\n');
}
