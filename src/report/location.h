/* From bytes to lines and columns: both count from 1, columns in code points. */
#ifndef NABLA_REPORT_LOCATION_H
#define NABLA_REPORT_LOCATION_H

#include "report/report.h"

typedef struct location {
    size_t line, column;
    size_t end_column; /* exclusive; of a span over lines, the first line's end */
    size_t begin, end; /* in bytes of the source, on that line */
    size_t line_begin, line_end; /* in bytes of the source, without the line's end */
} location;

location location_of(const origin *where, span part);

#endif
