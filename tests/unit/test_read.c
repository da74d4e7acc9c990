/* tensor/read: tables and .npy files that are right, wrong, cut off and random; decimals
 * bit by bit against strtod. All input is in memory of its exact size, so that the
 * address sanitizer sees a byte read too far. */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "tensor/read.h"

enum { ROOM = 24, BLOCK = 1024 };

/* ---- Reading ---- */

typedef struct reading {
    limits limits;
    arena arena;
    tensor out;
    read_problem why;
    bool done;
} reading;

/* Reads a copy of the bytes within limits; to be closed. False when a limit was reached,
 * else `done` tells what came of it. */
static bool reads_within(reading *r, limits within, const char *bytes, size_t length)
{
    *r = (reading){.limits = within};
    arena_init(&r->arena, &r->limits, BLOCK);
    char *copy = malloc(length > 0 ? length : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, length);
    jmp_buf escape;
    r->limits.escape = &escape;
    bool escaped = setjmp(escape) != 0;
    if (!escaped)
        r->done = read_array(&r->arena, copy, length, &r->out, &r->why);
    r->limits.escape = NULL;
    free(copy);
    return !escaped;
}

static void open_bytes(reading *r, const char *bytes, size_t length)
{
    assert_true(reads_within(r, (limits){0}, bytes, length));
}

static void close_reading(reading *r)
{
    arena_empty(&r->arena);
    assert_int_equal(r->limits.memory_used, 0);
}

static void check_entries(const tensor *t, const shape *s, const double *wanted)
{
    assert_int_equal(t->shape.rank, s->rank);
    assert_memory_equal(t->shape.size, s->size, sizeof s->size);
    for (size_t i = 0; i < shape_count(s); i++)
        assert_same_number(t->entries[i], wanted[i]);
}

static void check_problem(const reading *r, size_t line, size_t column,
                          const char *message)
{
    assert_false(r->done);
    assert_int_equal(r->out.shape.rank, 0); /* untouched */
    assert_non_null(r->why.message);
    assert_string_equal(r->why.message, message);
    assert_int_equal(r->why.line, line);
    assert_int_equal(r->why.column, column);
}

/* ---- Tables ---- */

static void test_tables(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t rows, columns;
        bool header;
        double entries[ROOM];
    } tables[] = {
        {"5", 1, 1, false, {5}},
        {"1,2,3\n4,5,6\n", 2, 3, false, {1, 2, 3, 4, 5, 6}},
        {"1;2;3\n4;5;6", 2, 3, false, {1, 2, 3, 4, 5, 6}},
        {"1\t2\n3\t4\n", 2, 2, false, {1, 2, 3, 4}},
        {"1 2\n3    4\n", 2, 2, false, {1, 2, 3, 4}},
        {"  1 2  \n 3 \t 4\t\n", 2, 2, false, {1, 2, 3, 4}},
        {"\t1 2\t\n3 4\n", 2, 2, false, {1, 2, 3, 4}},
        {"1\t 2\n3 \t4 \n", 2, 2, false, {1, 2, 3, 4}},
        {"1\n2\n3\n", 3, 1, false, {1, 2, 3}},
        {"1,2\r\n3,4\r\n", 2, 2, false, {1, 2, 3, 4}},
        {"1 2\r\n3 4\r", 2, 2, false, {1, 2, 3, 4}},
        {"1\r\n\r\n2\r\n", 2, 1, false, {1, 2}},
        {"\n\n1,2\n  \n\t\n3,4\n\n\n", 2, 2, false, {1, 2, 3, 4}},
        {"\xEF\xBB\xBF"
         "1,2\n3,4",
         2,
         2,
         false,
         {1, 2, 3, 4}},
        {"# a, b\n1,2\n  # then\n3,4 # last\n#", 2, 2, false, {1, 2, 3, 4}},
        {"1,2# close by\n3,4", 2, 2, false, {1, 2, 3, 4}},
        {" 1 ,\t2 ,3\n4 , 5 , 6 \n", 2, 3, false, {1, 2, 3, 4, 5, 6}},
        {"\"1\",\"2.5\"\n\" 3 \", \"-4\" \n", 2, 2, false, {1, 2.5, 3, -4}},
        {"\"1\" \"2\"\n3 4\n", 2, 2, false, {1, 2, 3, 4}},
        {"a,b\n1,2\n", 1, 2, true, {1, 2}},
        {"\"a, first\";b\n1;2\n", 1, 2, true, {1, 2}},
        {"größe (cm), x\n1;2\n", 1, 2, true, {1, 2}}, /* separators by the first row */
        {",x,y\n0,1,2\n", 1, 3, true, {0, 1, 2}},
        {"name\n\n# none yet\n1\n2\n", 2, 1, true, {1, 2}},
        {"x y\n1 2", 1, 2, true, {1, 2}},
        {"\xE9t\xE9,x\n1,2", 1, 2, true, {1, 2}}, /* Latin-1 */
        {"nan,NaN,NAN,inf,Inf,-inf,+infinity,-Infinity",
         1,
         8,
         false,
         {NAN, NAN, NAN, INFINITY, INFINITY, -INFINITY, INFINITY, -INFINITY}},
        {"nan\n-nan\n1", 3, 1, false, {NAN, NAN, 1}},
        {"+1,-2,.5,5.,-.5,1e3,1E3,1e+3,1.5e-3,00012,-0",
         1,
         11,
         false,
         {1, -2, .5, 5, -.5, 1e3, 1e3, 1e3, 1.5e-3, 12, -0.0}},
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        reading r;
        open_bytes(&r, tables[i].text, strlen(tables[i].text));
        if (!r.done)
            fail_msg("%s: %s", tables[i].text, r.why.message);
        shape s = {.rank = 2, .size = {tables[i].rows, tables[i].columns}};
        check_entries(&r.out, &s, tables[i].entries);
        assert_null(r.why.message);
        assert_int_equal(r.why.header_skipped, tables[i].header);
        close_reading(&r);
    }
}

static void test_wrong_tables(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t line, column;
        const char *message;
    } tables[] = {
        {"", 0, 0, "the file is empty"},
        {"\xEF\xBB\xBF", 0, 0, "there are no numbers in it"},
        {" \n# nothing\n\r\n", 0, 0, "there are no numbers in it"},
        {"a,b\n", 0, 0, "there are no numbers in it, only a header"},
        {"1,abc,3\n", 1, 3, "abc is no number"},
        {"a,b\nc,d\n", 2, 1, "c is no number"}, /* one header, not two */
        {"1,2\n3,x y \n", 2, 3, "x y is no number"},
        {"\xEF\xBB\xBF"
         "1, zwölf,3",
         1, 4, "zwölf is no number"},
        {"1,ä,x\n", 1, 3, "ä is no number"},
        {"\"ä\";\"1\";x", 1, 1, "\"ä\" is no number"},
        {"1,2\n\"ä\" , y", 2, 1, "\"ä\" is no number"},
        {"1,2\n3,\xE9", 2, 3, "this is no number"},
        {"1,2\n3,\x01", 2, 3, "this is no number"},
        {"1,,3\n", 1, 3, "a number is missing"},
        {",,\n", 1, 1, "a number is missing"},
        {"1,2,\n", 1, 5, "a number is missing"},
        {"1,2\n3, \n", 2, 4, "a number is missing"},
        {"1\t\t2\n", 1, 3, "a number is missing"},
        {"\t1\t2\n", 1, 1, "a number is missing"},
        {"1,2,3\n4,5\n", 2, 4, "only 2 numbers, the rows above have 3"},
        {"1 2 3\n\n4  # five\n", 3, 4, "only 1 number, the rows above have 3"},
        {"1,2\n3,4,5\n", 2, 5, "the rows above have 2 numbers"},
        {"1,2\n3,4,\n", 2, 5, "the rows above have 2 numbers"},
        {"1\n2 3\n", 2, 3, "the rows above have 1 number"},
        {"x\n1,2\n3 4\n", 3, 1, "3 4 is no number"},
        {"1;2\n3,5;4\n", 2, 1, "3,5 is no number; decimals are written with a point"},
        {"1 2\n3 4,5\n", 2, 3, "4,5 is no number; decimals are written with a point"},
        {"1,2\r3,4\n", 1, 3, "this is no number"}, /* CR alone ends no line */
        {"1,\"2\n", 1, 3, "\"2 is no number"},
        {"1,\"2\n\"3\",4", 1, 3, "\"2 is no number"},
        {"1,\"2\"3", 1, 3, "\"2\"3 is no number"},
        {"1,\"\"", 1, 3, "\"\" is no number"},
        {"1,1e", 1, 3, "1e is no number"},
        {"1,1e+", 1, 3, "1e+ is no number"},
        {"1,.", 1, 3, ". is no number"},
        {"1,-", 1, 3, "- is no number"},
        {"1,--2", 1, 3, "--2 is no number"},
        {"1,- 2", 1, 3, "- 2 is no number"},
        {"1,.e5", 1, 3, ".e5 is no number"},
        {"1,.inf", 1, 3, ".inf is no number"},
        {"1,0x10", 1, 3, "0x10 is no number"},
        {"1,1.2.3", 1, 3, "1.2.3 is no number"},
        {"1,infinit", 1, 3, "infinit is no number"},
        {"1,nan(2)", 1, 3, "nan(2) is no number"},
        {"1,1d5", 1, 3, "1d5 is no number"},
        {"1,1_000", 1, 3, "1_000 is no number"},
        {"1,ääääääääääääääääääääääääääääääääääääääääää", 1, 3,
         "ääääääääääääääääääääääääääääääääääääääää… is no number"},
        {"\xFF\xFE"
         "1",
         0, 0, "this is UTF-16; save it as UTF-8"},
        {"PK\x03\x04", 0, 0, "this is a zip archive; save .npz as .npy, .xlsx as .csv"},
        {"\x1F\x8B\x08", 0, 0, "this is compressed by gzip; unpack it first"},
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        reading r;
        open_bytes(&r, tables[i].text, strlen(tables[i].text));
        check_problem(&r, tables[i].line, tables[i].column, tables[i].message);
        close_reading(&r);
    }
}

static void test_a_zero_byte_is_no_number(void **state)
{
    (void)state;
    reading r;
    open_bytes(&r, "1,2\n3,\0", 7);
    check_problem(&r, 2, 3, "this is no number");
    close_reading(&r);
}

static void test_a_problem_below_a_header_says_so(void **state)
{
    (void)state;
    reading r;
    open_bytes(&r, "a\n1\nb\n", 6);
    check_problem(&r, 3, 1, "b is no number");
    assert_true(r.why.header_skipped);
    close_reading(&r);
}

/* ---- Decimals ---- */

/* Each word on a line of its own, against strtod. */
typedef struct decimals {
    char *text;
    size_t length;
    FILE *to;
} decimals;

static void decimals_open(decimals *d)
{
    d->to = open_memstream(&d->text, &d->length);
    assert_non_null(d->to);
}

static void decimals_check(decimals *d)
{
    fclose(d->to);
    reading r;
    open_bytes(&r, d->text, d->length);
    if (!r.done)
        fail_msg("%zu:%zu: %s", r.why.line, r.why.column, r.why.message);
    char *at = d->text;
    for (size_t i = 0; i < r.out.shape.size[0]; i++) {
        char *end;
        double wanted = strtod(at, &end);
        if (memcmp(&wanted, &r.out.entries[i], sizeof wanted) != 0)
            fail_msg("%.*s is read as %a, strtod says %a", (int)(end - at), at,
                     r.out.entries[i], wanted);
        assert_int_equal(*end, '\n');
        at = end + 1;
    }
    assert_ptr_equal(at, d->text + d->length);
    close_reading(&r);
    free(d->text);
}

static double random_double(dice *d)
{
    for (;;) {
        uint64_t bits = dice_bits(d);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value))
            return value;
    }
}

static void test_decimals_of_any_double(void **state)
{
    (void)state;
    decimals t;
    decimals_open(&t);
    dice d = {1};
    for (int i = 0; i < 20000; i++) {
        double any = random_double(&d), usual = dice_between(&d, -1000, 1000);
        int digits = (int)dice_below(&d, 25);
        fprintf(t.to, "%.*g\n%.17g\n%.*e\n", digits, any, any, digits, any);
        fprintf(t.to, "%.*g\n%.17g\n%.*f\n", digits, usual, usual, digits, usual);
    }
    decimals_check(&t);
}

/* Digits and exponents around every place where the way of converting changes. */
static void test_decimals_of_any_digits(void **state)
{
    (void)state;
    decimals t;
    decimals_open(&t);
    dice d = {2};
    for (int i = 0; i < 100000; i++) {
        if (dice_below(&d, 2) == 0)
            fputc('-', t.to);
        size_t count = 1 + dice_below(&d, 24), point = dice_below(&d, count + 1);
        bool nines = dice_below(&d, 8) == 0;
        for (size_t k = 0; k < count; k++) {
            if (k == point)
                fputc('.', t.to);
            fputc(nines ? '9' : '0' + (int)dice_below(&d, 10), t.to);
        }
        fprintf(t.to, "e%d\n", (int)dice_below(&d, 70) - 35);
    }
    decimals_check(&t);
}

/* Exactly between two doubles, and a little above and below. */
static void test_decimals_halfway(void **state)
{
    (void)state;
    decimals t;
    decimals_open(&t);
    dice d = {3};
    for (int i = 0; i < 20000; i++) {
        uint64_t odd = (UINT64_C(1) << 53 | dice_bits(&d) >> 11) * 2 + 1;
        int up = (int)dice_below(&d, 9); /* 55 bits and up to 9 more */
        uint64_t half = odd << up;
        fprintf(t.to, "%ju\n%ju.0\n%ju\n", (uintmax_t)half, (uintmax_t)half,
                (uintmax_t)half + 1);
        fprintf(t.to, "%ju\n%jue5\n", (uintmax_t)half - 1, (uintmax_t)half);
        fprintf(t.to, "%ju.%0*d1\n", (uintmax_t)half, (int)dice_below(&d, 900), 0);
        /* A quotient by 2^k is a decimal with k places: halfway with 19 digits at most.
         */
        uint64_t small = (UINT64_C(1) << 53) + 2 * dice_below(&d, 100000) + 1;
        int places = 1 + (int)dice_below(&d, 3);
        fprintf(t.to, "%.*f\n", places, (double)(small >> 1) + 0.5);
        fprintf(t.to, "%ju%se-%d\n", (uintmax_t)small, "5", 1);
    }
    decimals_check(&t);
}

static void test_decimals_that_are_special(void **state)
{
    (void)state;
    static const char *const words[] = {
        "0",
        "-0",
        "0.0",
        "0e500",
        "-0e-99999999999999999999",
        "0.000000000000000000000000000000000000000000",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "-2e308",
        "1e309",
        "1e400",
        "1e99999999999999999999999",
        "2.2250738585072014e-308",
        "2.2250738585072011e-308",
        "4.9406564584124654e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "1e-400",
        "1e-99999999999999999999999",
        "9007199254740992",
        "9007199254740993",
        "9007199254740993.0000000000000000000000000000000001",
        "9007199254740992e22",
        "9007199254740993e22",
        "9007199254740993e-22",
        "9007199254740993e27",
        "9007199254740993e-27",
        "9007199254740993e28",
        "9999999999999999999e27",
        "9999999999999999999e-27",
        "1e22",
        "1e23",
        "1e-22",
        "1e-23",
        "18446744073709551615",
        "18446744073709551616",
        "10000000000000000000",
        "99999999999999999999",
        "1.00000000000000000000000000",
        "0.500000000000000166533453693773481063544750213623046875",
        "3.141592653589793238462643383279502884197169399375105820974944592307816",
    };
    decimals t;
    decimals_open(&t);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        fprintf(t.to, "%s\n", words[i]);
    /* 10^2000 and 10^-2000 written in digits, and back again by the exponent. */
    fprintf(t.to, "1%02000d\n1%02000de-2000\n", 0, 0);
    fprintf(t.to, "0.%02000d1\n0.%02000d1e2001\n", 0, 0);
    fprintf(t.to, "0.%02000d123456789012345678901234567890e2001\n", 0);
    /* The number halfway between 2^-1074 and twice that has 751 digits. */
    char half[1100];
    snprintf(half, sizeof half, "%.1075f", 0x1p-1074 + 0x1p-1074);
    fprintf(t.to, "%s\n", half);
    fprintf(t.to, "%.1074f\n%.1074f1\n", 0x1p-1074, 0x1p-1074);
    fprintf(t.to, "%.1074f%0200d1\n", 0x1.fffffffffffffp-1022, 0);
    decimals_check(&t);
}

static void test_the_point_is_a_point_in_any_locale(void **state)
{
    (void)state;
    static const char *const with_comma[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE"};
    bool found = false;
    for (size_t i = 0; i < sizeof with_comma / sizeof *with_comma && !found; i++)
        found = setlocale(LC_NUMERIC, with_comma[i]) != NULL;
    static const char text[] = "1.5\n1.5000000000000000000000000000001e-30\n";
    reading r;
    open_bytes(&r, text, strlen(text));
    setlocale(LC_NUMERIC, "C");
    shape s = {.rank = 2, .size = {2, 1}};
    check_entries(&r.out, &s, (const double[]){1.5, 1.5e-30});
    close_reading(&r);
}

/* ---- .npy ---- */

/* Written by NumPy: the output of tests/reference/make_npy.py. */
static const struct {
    const char *name, *bytes;
    size_t length;
    shape shape;
    double entries[ROOM];
} genuine[] = {
    {"|b1",
     "\223NUMPY\001\000v\000{'descr': '|b1', 'fortran_order': False"
     ", 'shape': (2, 3), }                                         "
     "                 \012\001\000\000\001\001\000",
     134,
     {.rank = 2, .size = {2, 3}},
     {1.0, 0.0, 0.0, 1.0, 1.0, 0.0}},
    {"|i1",
     "\223NUMPY\001\000v\000{'descr': '|i1', 'fortran_order': False"
     ", 'shape': (2, 3), }                                         "
     "                 \012\200\177\000\001d*",
     134,
     {.rank = 2, .size = {2, 3}},
     {-128.0, 127.0, 0.0, 1.0, 100.0, 42.0}},
    {"|u1",
     "\223NUMPY\001\000v\000{'descr': '|u1', 'fortran_order': False"
     ", 'shape': (2, 3), }                                         "
     "                 \012\000\377\000\001dU",
     134,
     {.rank = 2, .size = {2, 3}},
     {0.0, 255.0, 0.0, 1.0, 100.0, 85.0}},
    {"<i2",
     "\223NUMPY\001\000v\000{'descr': '<i2', 'fortran_order': False"
     ", 'shape': (2, 3), }                                         "
     "                 \012\000\200\377\177\000\000\001\000d\000\252"
     "*",
     140,
     {.rank = 2, .size = {2, 3}},
     {-32768.0, 32767.0, 0.0, 1.0, 100.0, 10922.0}},
    {"<u2",
     "\223NUMPY\001\000v\000{'descr': '<u2', 'fortran_order': False"
     ", 'shape': (2, 3), }                                         "
     "                 \012\000\000\377\377\000\000\001\000d\000UU",
     140,
     {.rank = 2, .size = {2, 3}},
     {0.0, 65535.0, 0.0, 1.0, 100.0, 21845.0}},
    {"<i4",
     "\223NUMPY\001\000v\000{'descr': '<i4', 'fortran_order': False"
     ", 'shape': (2, 3), }                                         "
     "                 \012\000\000\000\200\377\377\377\177\000\000"
     "\000\000\001\000\000\000d\000\000\000\252\252\252*",
     152,
     {.rank = 2, .size = {2, 3}},
     {-2147483648.0, 2147483647.0, 0.0, 1.0, 100.0, 715827882.0}},
    {"<u4",
     "\223NUMPY\001\000v\000{'descr': '<u4', 'fortran_order': False"
     ", 'shape': (2, 3), }                                         "
     "                 \012\000\000\000\000\377\377\377\377\000\000"
     "\000\000\001\000\000\000d\000\000\000UUUU",
     152,
     {.rank = 2, .size = {2, 3}},
     {0.0, 4294967295.0, 0.0, 1.0, 100.0, 1431655765.0}},
    {"<i8",
     "\223NUMPY\001\000v\000{'descr': '<i8', 'fortran_order': False"
     ", 'shape': (2, 3), }                                         "
     "                 \012\000\000\000\000\000\000\000\200\377\377"
     "\377\377\377\377\377\177\000\000\000\000\000\000\000\000\001\000"
     "\000\000\000\000\000\000d\000\000\000\000\000\000\000\252\252"
     "\252\252\252\252\252*",
     176,
     {.rank = 2, .size = {2, 3}},
     {-9.223372036854776e+18, 9.223372036854776e+18, 0.0, 1.0, 100.0,
      3.0744573456182584e+18}},
    {"<u8",
     "\223NUMPY\001\000v\000{'descr': '<u8', 'fortran_order': False"
     ", 'shape': (2, 3), }                                         "
     "                 \012\000\000\000\000\000\000\000\000\377\377"
     "\377\377\377\377\377\377\000\000\000\000\000\000\000\000\001\000"
     "\000\000\000\000\000\000d\000\000\000\000\000\000\000UUUUUUUU",
     176,
     {.rank = 2, .size = {2, 3}},
     {0.0, 1.8446744073709552e+19, 0.0, 1.0, 100.0, 6.148914691236517e+18}},
    {"<f2",
     "\223NUMPY\001\000v\000{'descr': '<f2', 'fortran_order': False"
     ", 'shape': (2, 3), }                                         "
     "                 \012\377{\000\204\000\002f.\000\374\000\301",
     140,
     {.rank = 2, .size = {2, 3}},
     {65504.0, -6.103515625e-05, 3.0517578125e-05, 0.0999755859375, -INFINITY, -2.5}},
    {"<f4",
     "\223NUMPY\001\000v\000{'descr': '<f4', 'fortran_order': False"
     ", 'shape': (2, 3), }                                         "
     "                 \012\377\377\177\177\000\000\200\200\000\000"
     "@\000\315\314\314=\000\000\200\377\000\000 \300",
     152,
     {.rank = 2, .size = {2, 3}},
     {3.4028234663852886e+38, -1.1754943508222875e-38, 5.877471754111438e-39,
      0.10000000149011612, -INFINITY, -2.5}},
    {"<f8",
     "\223NUMPY\001\000v\000{'descr': '<f8', 'fortran_order': False"
     ", 'shape': (2, 3), }                                         "
     "                 \012\377\377\377\377\377\377\357\177\000\000"
     "\000\000\000\000\020\200\000\000\000\000\000\000\010\000\232\231"
     "\231\231\231\231\271\077\000\000\000\000\000\000\360\377\000\000"
     "\000\000\000\000\004\300",
     176,
     {.rank = 2, .size = {2, 3}},
     {1.7976931348623157e+308, -2.2250738585072014e-308, 1.1125369292536007e-308, 0.1,
      -INFINITY, -2.5}},
    {"a number",
     "\223NUMPY\001\000v\000{'descr': '<f8', 'fortran_order': False"
     ", 'shape': (), }                                             "
     "                 \012\000\000\000\000\000\000\004@",
     136,
     {.rank = 2, .size = {1, 1}},
     {2.5}},
    {"a vector",
     "\223NUMPY\001\000v\000{'descr': '<f8', 'fortran_order': False"
     ", 'shape': (3,), }                                           "
     "                 \012\000\000\000\000\000\000\360\077\000\000"
     "\000\000\000\000\000@\000\000\000\000\000\000\010@",
     152,
     {.rank = 2, .size = {3, 1}},
     {1.0, 2.0, 3.0}},
    {"Fortran order",
     "\223NUMPY\001\000v\000{'descr': '|u1', 'fortran_order': True,"
     " 'shape': (2, 3), }                                          "
     "                 \012\001\004\002\005\003\006",
     134,
     {.rank = 2, .size = {2, 3}},
     {1.0, 2.0, 3.0, 4.0, 5.0, 6.0}},
    {"Fortran order, 4 axes",
     "\223NUMPY\001\000v\000{'descr': '|u1', 'fortran_order': True,"
     " 'shape': (2, 3, 1, 4), }                                    "
     "                 \012\001\015\005\021\011\025\002\016\006\022"
     "\012\026\003\017\007\023\013\027\004\020\010\024\014\030",
     152,
     {.rank = 4, .size = {2, 3, 1, 4}},
     {1.0,  2.0,  3.0,  4.0,  5.0,  6.0,  7.0,  8.0,  9.0,  10.0, 11.0, 12.0,
      13.0, 14.0, 15.0, 16.0, 17.0, 18.0, 19.0, 20.0, 21.0, 22.0, 23.0, 24.0}},
    {"3 axes",
     "\223NUMPY\001\000v\000{'descr': '|u1', 'fortran_order': False"
     ", 'shape': (2, 2, 3), }                                      "
     "                 \012\001\002\003\004\005\006\007\010\011\012"
     "\013\014",
     140,
     {.rank = 3, .size = {2, 2, 3}},
     {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0}},
    {"version 2",
     "\223NUMPY\002\000t\000\000\000{'descr': '|u1', 'fortran_order"
     "': False, 'shape': (2,), }                                   "
     "                       \012\001\002",
     130,
     {.rank = 2, .size = {2, 1}},
     {1.0, 2.0}},
    {"version 3",
     "\223NUMPY\003\000t\000\000\000{'descr': '|u1', 'fortran_order"
     "': False, 'shape': (2,), }                                   "
     "                       \012\001\002",
     130,
     {.rank = 2, .size = {2, 1}},
     {1.0, 2.0}},
};

enum { GENUINE = sizeof genuine / sizeof *genuine };

static void test_npy_files_of_numpy(void **state)
{
    (void)state;
    for (size_t i = 0; i < GENUINE; i++) {
        reading r;
        open_bytes(&r, genuine[i].bytes, genuine[i].length);
        if (!r.done)
            fail_msg("%s: %s", genuine[i].name, r.why.message);
        check_entries(&r.out, &genuine[i].shape, genuine[i].entries);
        assert_null(r.why.message);
        assert_false(r.why.header_skipped);
        close_reading(&r);
    }
}

static void test_npy_files_that_are_cut_off(void **state)
{
    (void)state;
    for (size_t i = 0; i < GENUINE; i++)
        for (size_t length = 0; length < genuine[i].length; length++) {
            reading r;
            open_bytes(&r, genuine[i].bytes, length);
            assert_false(r.done);
            assert_non_null(r.why.message);
            close_reading(&r);
        }
}

/* Any byte of the file replaced by any other: a problem, or an array of as many entries.
 */
static void test_npy_files_with_a_wrong_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < GENUINE; i++)
        for (size_t at = 0; at < genuine[i].length; at++)
            for (int byte = 0; byte < 256; byte += at < 80 ? 1 : 15) {
                char bytes[512];
                assert_true(genuine[i].length <= sizeof bytes);
                memcpy(bytes, genuine[i].bytes, genuine[i].length);
                bytes[at] = (char)byte;
                reading r;
                open_bytes(&r, bytes, genuine[i].length);
                assert_int_equal(r.done, r.why.message == NULL);
                if (r.done)
                    assert_in_range(shape_count(&r.out.shape), 1, genuine[i].length);
                close_reading(&r);
            }
}

/* A file of version 1 with that header and as many bytes of entries, each 1. */
static void open_npy(reading *r, const char *header, size_t entry_bytes)
{
    char bytes[4096] = "\x93NUMPY\x01";
    size_t length = strlen(header);
    assert_true(10 + length + entry_bytes <= sizeof bytes);
    bytes[8] = (char)(length & 0xFF);
    bytes[9] = (char)(length >> 8);
    memcpy(bytes + 10, header, length);
    memset(bytes + 10 + length, 1, entry_bytes);
    open_bytes(r, bytes, 10 + length + entry_bytes);
}

static void test_npy_headers_written_otherwise(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "{'descr':'|u1','fortran_order':False,'shape':(2,3)}",
        "{'shape': (2, 3), 'fortran_order': True, 'descr': \"|u1\"}\n",
        "  {  'fortran_order' : False , 'shape' : ( 2 , 3 , ) , 'descr' : '|u1' , } ",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2L, 3L), }",
        "{'descr': '<i1', 'fortran_order': False, 'shape': (00002, 3), }",
    };
    static const double ones[] = {1, 1, 1, 1, 1, 1};
    shape s = {.rank = 2, .size = {2, 3}};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        reading r;
        open_npy(&r, headers[i], 6);
        if (!r.done)
            fail_msg("%s: %s", headers[i], r.why.message);
        check_entries(&r.out, &s, ones);
        close_reading(&r);
    }
}

#define TYPE(name)    "{'descr': '" name "', 'fortran_order': False, 'shape': (2, 3), }"
#define SHAPE(text)   "{'descr': '<f8', 'fortran_order': False, 'shape': " text ", }"
#define NO_TYPE(name) "entries of type " name " cannot be read; save array.astype('<f8')"

static void test_npy_headers_that_are_wrong(void **state)
{
    (void)state;
    static const char damaged[] = "the .npy header is damaged";
    static const struct {
        const char *header, *message;
    } files[] = {
        {"", damaged},
        {"{", damaged},
        {"{}", damaged},
        {"{,}", damaged},
        {"{'descr': '<f8', 'fortran_order': False}", damaged},
        {"{'descr': '<f8', 'shape': (2, 3)}", damaged},
        {"{'fortran_order': False, 'shape': (2, 3)}", damaged},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3)} x", damaged},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), 'x': 1}", damaged},
        {"{'descr': '<f8' 'fortran_order': False, 'shape': (2, 3)}", damaged},
        {"{'descr': <f8, 'fortran_order': False, 'shape': (2, 3)}", damaged},
        {"{'descr': '<f8, 'fortran_order': False, 'shape': (2, 3)}", damaged},
        {"{'descr': '<f8', 'fortran_order': 0, 'shape': (2, 3)}", damaged},
        {SHAPE("2, 3"), damaged},
        {SHAPE("(2, 3"), damaged},
        {SHAPE("(2 3)"), damaged},
        {SHAPE("(-2, -3)"), damaged},
        {SHAPE("(2.0, 3)"), damaged},
        {SHAPE("(2, 3,,)"), damaged},
        {SHAPE("(0, 3)"), "the array is empty"},
        {SHAPE("(0,)"), "the array is empty"},
        {SHAPE("(3, 99999999999999999999, 0)"), "the array is empty"},
        {SHAPE("(1, 2, 3, 1, 1)"), "the array has more than 4 axes"},
        {SHAPE("(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)"), "the array has more than 4 axes"},
        {SHAPE("(7,)"), "the file is cut off: too few bytes for a 7×1 array"},
        {SHAPE("(1000000, 1000000)"),
         "the file is cut off: too few bytes for a 1000000×1000000 array"},
        {SHAPE("(4294967296, 4294967296)"),
         "the file is cut off: too few bytes for a 4294967296×4294967296 array"},
        {SHAPE("(18446744073709551616, 2)"),
         "the file is cut off: too few bytes for a 18446744073709551615×2 array"},
        {SHAPE("(99999999999999999999999999999,)"),
         "the file is cut off: too few bytes for a 18446744073709551615×1 array"},
        {SHAPE("(5,)"), "there are bytes behind the 5×1 array; save each array in a file "
                        "of its own"},
        {SHAPE("()"), "there are bytes behind the 1×1 array; save each array in a file "
                      "of its own"},
        {TYPE(">f8"), NO_TYPE(">f8")},
        {TYPE(">i2"), NO_TYPE(">i2")},
        {TYPE("<f16"), NO_TYPE("<f16")},
        {TYPE("<c16"), NO_TYPE("<c16")},
        {TYPE("|O"), NO_TYPE("|O")},
        {TYPE("|S8"), NO_TYPE("|S8")},
        {TYPE("<U2"), NO_TYPE("<U2")},
        {TYPE("|V8"), NO_TYPE("|V8")},
        {TYPE("<M8[ns]"), NO_TYPE("<M8[ns]")},
        {TYPE("f8"), NO_TYPE("f8")},
        {TYPE("|f8"), NO_TYPE("|f8")},
        {TYPE(""), NO_TYPE("?")},
        {TYPE("\xFF\xFE"), NO_TYPE("?")},
        {"{'descr': [('a', '<f8'), ('b', '<f8')], 'fortran_order': False, 'shape': (3,)}",
         "an array of records cannot be read; save one of its fields"},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        reading r;
        open_npy(&r, files[i].header, 48);
        check_problem(&r, 0, 0, files[i].message);
        close_reading(&r);
    }
}

static void test_npy_versions_and_lengths(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *message;
    } files[] = {
        {"\x93NUMPY\x00\x00", 8, "this version of .npy is unknown; 1 to 3 are"},
        {"\x93NUMPY\x04\x00\x00\x00", 10, "this version of .npy is unknown; 1 to 3 are"},
        {"\x93NUMPY\x01\x00\xFF\xFF{", 11, "the .npy header is cut off"},
        {"\x93NUMPY\x02\x00\xFF\xFF\xFF\xFF{", 13, "the .npy header is cut off"},
        {"\x93NUMPY\x03\x00\x00\x00\x00\x80{", 13, "the .npy header is cut off"},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        reading r;
        open_bytes(&r, files[i].bytes, files[i].length);
        check_problem(&r, 0, 0, files[i].message);
        close_reading(&r);
    }
}

/* All 65536 half floats against powers of two. */
static void test_npy_half_floats(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 0x10000; bits += 0x400) {
        enum { COUNT = 0x400 };
        char header[] = "{'descr': '<f2', 'fortran_order': False, 'shape': (1024,)}";
        char bytes[10 + sizeof header - 1 + 2 * COUNT] = "\x93NUMPY\x01";
        bytes[8] = sizeof header - 1;
        memcpy(bytes + 10, header, sizeof header - 1);
        for (unsigned i = 0; i < COUNT; i++) {
            bytes[10 + sizeof header - 1 + 2 * i] = (char)((bits + i) & 0xFF);
            bytes[10 + sizeof header - 1 + 2 * i + 1] = (char)((bits + i) >> 8);
        }
        reading r;
        open_bytes(&r, bytes, sizeof bytes);
        assert_true(r.done);
        int exponent = (int)(bits >> 10 & 31);
        double sign = bits >> 15 ? -1 : 1;
        for (unsigned i = 0; i < COUNT; i++) {
            double wanted = exponent == 31  ? (i == 0 ? INFINITY : NAN)
                            : exponent == 0 ? i * 0x1p-24
                                            : (1 + i * 0x1p-10) * pow(2, exponent - 15);
            assert_same_number(r.out.entries[i], sign * wanted);
        }
        close_reading(&r);
    }
}

/* ---- Bytes of any kind, and limits ---- */

static void check_any(const char *bytes, size_t length)
{
    reading r;
    open_bytes(&r, bytes, length);
    assert_int_equal(r.done, r.why.message == NULL);
    if (r.done) {
        assert_in_range(shape_count(&r.out.shape), 1, length);
        for (size_t i = 0; i < shape_count(&r.out.shape); i++)
            (void)*(const volatile double *)&r.out.entries[i];
    }
    close_reading(&r);
}

static void test_random_bytes(void **state)
{
    (void)state;
    static const char usual[] =
        "0123456789....--++eE,,,;;\t\t  \n\n\n\r\"\"#naif\xC3\xA4";
    static const char npy[] = "\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'shape': (1,), ";
    dice d = {4};
    for (int i = 0; i < 60000; i++) {
        char bytes[256];
        size_t length = dice_below(&d, sizeof bytes + 1), begin = 0;
        int kind = i % 3; /* any bytes, those of tables, a .npy that goes astray */
        for (size_t k = 0; k < length; k++)
            bytes[k] = kind == 1 ? usual[dice_below(&d, sizeof usual - 1)]
                                 : (char)dice_below(&d, 256);
        if (kind == 2)
            begin = dice_below(&d, sizeof npy);
        memcpy(bytes, npy, begin);
        check_any(bytes, length > begin ? length : begin);
    }
}

/* Two lines of a table that say that it is huge, and memory for the file only. */
static void test_no_memory_for_rows_that_are_not_there(void **state)
{
    (void)state;
    enum { WIDE = 20000 };
    char *text = malloc(4 * WIDE);
    assert_non_null(text);
    for (size_t i = 0; i < WIDE; i++)
        memcpy(text + 2 * i, i + 1 < WIDE ? "1," : "1\n", 2);
    for (size_t i = WIDE; i < 2 * WIDE; i++)
        memcpy(text + 2 * i, "1\n", 2);
    reading r;
    limits tight = {.memory_budget = 4 * 4 * WIDE + 4 * BLOCK};
    assert_true(reads_within(&r, tight, text, 4 * WIDE));
    check_problem(&r, 2, 2, "only 1 number, the rows above have 20000");
    close_reading(&r);
    free(text);
}

static void test_memory_and_time_run_out(void **state)
{
    (void)state;
    static const char table[] = "a,b\n1,2\n3,4\n5,6\n";
    for (size_t k = 1;; k++) { /* the k-th allocation fails */
        reading r;
        bool done =
            reads_within(&r, (limits){.fail_allocation = k}, table, strlen(table));
        assert_int_equal(r.limits.reached, done ? LIMIT_NONE : LIMIT_MEMORY);
        assert_int_equal(r.done, done);
        close_reading(&r);
        if (done)
            break;
        assert_true(k < 10);
    }
    /* The first poll fails: there is one, in the shortest file too. */
    for (size_t i = 0; i <= GENUINE; i++) {
        reading r;
        const char *bytes = i < GENUINE ? genuine[i].bytes : table;
        size_t length = i < GENUINE ? genuine[i].length : strlen(table);
        assert_false(reads_within(&r, (limits){.fail_poll = 1}, bytes, length));
        assert_int_equal(r.limits.reached, LIMIT_INTERRUPT);
        close_reading(&r);
    }
}

/* How many polls reading takes: a failure far off is counted down to. */
static size_t polls(const char *bytes, size_t length)
{
    const size_t never = SIZE_MAX;
    reading r;
    assert_true(reads_within(&r, (limits){.fail_poll = never}, bytes, length));
    size_t count = never - r.limits.fail_poll;
    close_reading(&r);
    return count;
}

static void test_long_files_are_polled_throughout(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "1,", "1\n", "1,2\n", "\n", "# comment\n", "1 ", "12345678901\n", "x,",
    };
    enum { LENGTH = 4 << 20 };
    char *text = malloc(LENGTH);
    assert_non_null(text);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        size_t n = strlen(pieces[i]);
        for (size_t at = 0; at < LENGTH; at++)
            text[at] = pieces[i][at % n];
        assert_in_range(polls(text, LENGTH), 8, 80);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_wrong_tables),
        cmocka_unit_test(test_a_zero_byte_is_no_number),
        cmocka_unit_test(test_a_problem_below_a_header_says_so),
        cmocka_unit_test(test_decimals_of_any_double),
        cmocka_unit_test(test_decimals_of_any_digits),
        cmocka_unit_test(test_decimals_halfway),
        cmocka_unit_test(test_decimals_that_are_special),
        cmocka_unit_test(test_the_point_is_a_point_in_any_locale),
        cmocka_unit_test(test_npy_files_of_numpy),
        cmocka_unit_test(test_npy_files_that_are_cut_off),
        cmocka_unit_test(test_npy_files_with_a_wrong_byte),
        cmocka_unit_test(test_npy_headers_written_otherwise),
        cmocka_unit_test(test_npy_headers_that_are_wrong),
        cmocka_unit_test(test_npy_versions_and_lengths),
        cmocka_unit_test(test_npy_half_floats),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_no_memory_for_rows_that_are_not_there),
        cmocka_unit_test(test_memory_and_time_run_out),
        cmocka_unit_test(test_long_files_are_polled_throughout),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
