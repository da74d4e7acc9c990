/* What objects in JSON are made of. Numbers 1×1 are plain numbers, arrays are nested row
 * by row, nan and the infinities are strings. */
#ifndef NABLA_REPORT_JSON_PARTS_H
#define NABLA_REPORT_JSON_PARTS_H

#include "base/text.h"
#include "tensor/tensor.h"

/* {"type":"value" */
void json_begin(text_buffer *t, const char *type);

/* The end of a line: } */
void json_end(text_buffer *t);

void json_string(text_buffer *t, const char *bytes);

/* ,"key":"value" */
void json_field(text_buffer *t, const char *key, const char *value);

/* The same unless the value is NULL. */
void json_optional(text_buffer *t, const char *key, const char *value);

/* ,"key":true */
void json_flag(text_buffer *t, const char *key, bool value);

/* ,"key":1.5 */
void json_quantity(text_buffer *t, const char *key, double value);

/* ,"shape":[2,3] */
void json_shape(text_buffer *t, const shape *s);

/* ,"key":[[1,2],[3,4]] */
void json_tensor(text_buffer *t, const char *key, tensor value);

#endif
