/* Arrays out of data files: NumPy's .npy, and numbers in a table of text. The caller has
 * brought the file into memory, and says in its own words which file had the problem. */
#ifndef NABLA_TENSOR_READ_H
#define NABLA_TENSOR_READ_H

#include "tensor/tensor.h"

/* What a reader has to tell besides the array. */
typedef struct read_problem {
    size_t line, column; /* from 1, in code points; 0 where no place is to blame */
    const char *message; /* NULL where there was no problem; in the arena */
    bool header_skipped; /* the array is a table whose first line was taken as names */
} read_problem;

/* The array in the `length` bytes of a file; its first bytes tell which of the two it is.
 *
 * .npy   versions 1 to 3, in C or Fortran order, of bool, signed and unsigned integers of
 *        1 to 8 bytes, floats of 2 to 8 bytes, little-endian. 0-d is 1×1, 1-d of n
 *        entries is n×1, up to 4-d as it is. 64-bit integers are rounded to double.
 * table  one row of numbers per line, all rows of the same length; m lines of n numbers
 *        are m×n. Numbers are separated by ; or , or tab, whichever of these the first
 *        row has, or else by runs of blanks. They may have blanks around them, and be
 *        quoted ("1.5"). nan, inf and infinity are numbers, in any case. What follows #
 *        is a comment; blank lines, a byte order mark and CR LF are fine. One line before
 *        the rows is skipped if none of its fields is a number.
 *
 * Numbers are rounded as strtod in the C locale rounds them. A table takes at most four
 * bytes of memory per byte, whatever its first row promises.
 *
 * out    allocated in `a`; untouched where reading fails
 * why    always written
 * fails  where a field is missing, left over, or no number, with its line and column;
 *        where there is no number at all; where a .npy is truncated, too long, empty, of
 *        another type or of more axes
 * escapes as every allocation and poll does
 * source numpy.lib.format, https://numpy.org/doc/stable/reference/generated/ */
bool read_array(arena *a, const char *bytes, size_t length, tensor *out,
                read_problem *why);

#endif
