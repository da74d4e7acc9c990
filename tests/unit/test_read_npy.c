/* tensor/read: .npy files that are right, wrong and cut off. */
#include <math.h>
#include <string.h>

#include "reading.h"
#include "support.h"

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

static void test_every_file_is_polled(void **state)
{
    (void)state;
    for (size_t i = 0; i < GENUINE; i++)
        check_first_poll(genuine[i].bytes, genuine[i].length);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_npy_files_of_numpy),
        cmocka_unit_test(test_npy_files_that_are_cut_off),
        cmocka_unit_test(test_npy_files_with_a_wrong_byte),
        cmocka_unit_test(test_npy_headers_written_otherwise),
        cmocka_unit_test(test_npy_headers_that_are_wrong),
        cmocka_unit_test(test_npy_versions_and_lengths),
        cmocka_unit_test(test_npy_half_floats),
        cmocka_unit_test(test_every_file_is_polled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
