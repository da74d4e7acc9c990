#include "base/diagnostic.h"

#include <stdarg.h>

#include "base/text.h"

bool diagnose(diagnostic *d, diagnostic_kind kind, span where, const char *format, ...)
{
    if (d->message != NULL)
        return false;
    text_buffer message;
    text_init(&message, d->arena);
    va_list arguments;
    va_start(arguments, format);
    text_format_list(&message, format, arguments);
    va_end(arguments);
    d->kind = kind;
    d->where = where;
    d->message = text_string(&message);
    return false;
}

bool diagnose_hint(diagnostic *d, const char *format, ...)
{
    if (d->hint != NULL)
        return false;
    text_buffer hint;
    text_init(&hint, d->arena);
    va_list arguments;
    va_start(arguments, format);
    text_format_list(&hint, format, arguments);
    va_end(arguments);
    d->hint = text_string(&hint);
    return false;
}

const char *diagnostic_kind_name(diagnostic_kind kind)
{
    switch (kind) {
    case DIAGNOSTIC_SYNTAX:
        return "syntax";
    case DIAGNOSTIC_NAME:
        return "name";
    case DIAGNOSTIC_SHAPE:
        return "shape";
    case DIAGNOSTIC_DOMAIN:
        return "domain";
    case DIAGNOSTIC_CIRCULAR:
        return "circular";
    case DIAGNOSTIC_LIMIT:
        return "limit";
    case DIAGNOSTIC_FILE:
        return "file";
    case DIAGNOSTIC_USAGE:
        return "usage";
    }
    return "";
}
