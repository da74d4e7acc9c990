/* tensor/read: tables that are right, wrong, cut off and random; decimals bit by bit
 * against strtod. */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reading.h"
#include "support.h"

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
    check_first_poll(table, strlen(table));
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
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_no_memory_for_rows_that_are_not_there),
        cmocka_unit_test(test_memory_and_time_run_out),
        cmocka_unit_test(test_long_files_are_polled_throughout),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
