/* Numbers in data files, rounded as strtod in the C locale rounds them, and faster. */
#ifndef NABLA_TENSOR_DECIMAL_H
#define NABLA_TENSOR_DECIMAL_H

/* The longest number at `at`: where it ends, or NULL where there is none. nan, inf and
 * infinity are numbers, in any case. */
const char *scan_number(const char *at, const char *end, double *value);

#endif
