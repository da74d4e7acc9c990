/* base: arenas, symbols, text, diagnostics, numbers, Unicode, near names, limits. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/nearest.h"
#include "base/number.h"
#include "base/threads.h"
#include "base/unicode.h"
#include "support.h"

enum { BLOCK = 1024 };

/* ---- Arenas ---- */

static bool is_filled(const unsigned char *bytes, size_t count, unsigned char with)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i] != with)
            return false;
    return true;
}

/* What is cleared is filled again without asking for more. */
static void test_cleared_arenas_keep_memory(void **state)
{
    (void)state;
    static const size_t sizes[] = {100, 900, 5000, 10};
    limits l = {0};
    arena a;
    arena_init(&a, &l, BLOCK);
    for (int i = 0; i < 5; i++) {
        size_t before = l.memory_used;
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            unsigned char *bytes = arena_alloc(&a, sizes[k]);
            assert_true(is_filled(bytes, sizes[k], 0));
            memset(bytes, 7, sizes[k]);
        }
        if (i >= 2)
            assert_int_equal(l.memory_used, before);
        arena_clear(&a);
    }
    arena_empty(&a);
    assert_int_equal(l.memory_used, 0);
}

static void test_arena_memory_is_zero_and_apart(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, BLOCK);
    enum { COUNT = 500 };
    unsigned char *blocks[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        size_t bytes = 1 + i; /* passes the size from which blocks are large */
        blocks[i] = arena_alloc(&a, bytes);
        assert_int_equal((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
        assert_true(is_filled(blocks[i], bytes, 0));
        memset(blocks[i], (int)(i % 255 + 1), bytes);
    }
    for (size_t i = 0; i < COUNT; i++)
        assert_true(is_filled(blocks[i], 1 + i, (unsigned char)(i % 255 + 1)));
    assert_true(l.memory_used >= COUNT * (COUNT + 1) / 2);
    arena_empty(&a);
    assert_int_equal(l.memory_used, 0);
}

static void test_arena_is_usable_after_emptying(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, BLOCK);
    arena_alloc(&a, 10 * BLOCK);
    arena_empty(&a);
    unsigned char *again = arena_alloc(&a, 10);
    assert_true(is_filled(again, 10, 0));
    arena_empty(&a);
    arena_empty(&a); /* emptying an empty one is fine */
    assert_int_equal(l.memory_used, 0);
}

/* Interleaved, so that each large block is resized as first, middle and last in the list
 * that holds them. */
static void test_arena_grows_large_allocations(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, BLOCK);
    enum { COUNT = 5, ROUNDS = 12 };
    unsigned char *blocks[COUNT] = {NULL};
    size_t bytes[COUNT] = {0};
    dice d = {1};
    for (size_t round = 0; round < ROUNDS * COUNT; round++) {
        size_t i = dice_below(&d, COUNT);
        size_t grown = bytes[i] + 1 + dice_below(&d, 700);
        blocks[i] = arena_grow(&a, blocks[i], bytes[i], grown);
        memset(blocks[i] + bytes[i], (int)i + 1, grown - bytes[i]);
        bytes[i] = grown;
        for (size_t k = 0; k < COUNT; k++)
            assert_true(is_filled(blocks[k], bytes[k], (unsigned char)(k + 1)));
    }
    arena_empty(&a);
    assert_int_equal(l.memory_used, 0);
}

/* A large allocation moves with its block: growing it bit by bit does not pile up. */
static void test_arena_growth_of_large_keeps_no_copies(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, BLOCK);
    size_t bytes = BLOCK;
    void *memory = arena_alloc(&a, bytes);
    for (int i = 0; i < 100; i++, bytes += 100)
        memory = arena_grow(&a, memory, bytes, bytes + 100);
    assert_true(l.memory_used < 2 * bytes);
    arena_empty(&a);
}

static void test_arena_struct_can_be_moved(void **state)
{
    (void)state;
    limits l = {0};
    arena before;
    arena_init(&before, &l, BLOCK);
    char *small = arena_alloc(&before, 8);
    char *large = arena_alloc(&before, 4 * BLOCK);
    strcpy(small, "small");
    strcpy(large, "large");
    arena after = before;
    memset(&before, 0xA5, sizeof before); /* nothing points into it */
    large = arena_grow(&after, large, 4 * BLOCK, 64 * BLOCK);
    arena_alloc(&after, 2 * BLOCK);
    assert_string_equal(small, "small");
    assert_string_equal(large, "large");
    arena_empty(&after);
    assert_int_equal(l.memory_used, 0);
}

static void count_release(void *resource)
{
    ++*(int *)resource;
}

static void test_arena_releases_what_was_deferred_once(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, BLOCK);
    int first = 0, second = 0;
    *arena_defer(&a, count_release) = &first;
    *arena_defer(&a, count_release) = &second;
    assert_int_equal(first, 0);
    arena_empty(&a);
    arena_empty(&a);
    assert_int_equal(first, 1);
    assert_int_equal(second, 1);
}

static void test_array_grows(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, BLOCK);
    ARRAY(int) numbers = {0};
    enum { COUNT = 10000 };
    for (int i = 0; i < COUNT; i++)
        array_push(&a, &numbers, i);
    assert_int_equal(numbers.count, COUNT);
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(numbers.items[i], i);
    assert_true(numbers.capacity < 4 * COUNT);
    arena_empty(&a);
}

/* ---- Symbols ---- */

static void test_symbols_have_one_address(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    symbols table;
    arena_init(&a, &l, BLOCK);
    symbols_init(&table, &a);
    assert_null(symbol_known(&table, "x", 1));
    symbol x = symbol_of(&table, "x");
    assert_string_equal(x, "x");
    assert_ptr_equal(symbol_intern(&table, "xy", 1), x);
    assert_ptr_equal(symbol_known(&table, "xy", 1), x);
    assert_ptr_not_equal(symbol_of(&table, "xy"), x);
    assert_null(symbol_known(&table, "xyz", 3));
    symbol empty = symbol_of(&table, "");
    assert_string_equal(empty, "");
    arena_empty(&a);
}

static void test_symbols_survive_growth(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    symbols table;
    arena_init(&a, &l, BLOCK);
    symbols_init(&table, &a);
    enum { COUNT = 3000 };
    symbol made[COUNT];
    char name[20];
    for (int i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "name%d", i);
        made[i] = symbol_of(&table, name);
    }
    for (int i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "name%d", i);
        assert_ptr_equal(symbol_of(&table, name), made[i]);
        assert_string_equal(made[i], name);
    }
    assert_int_equal(table.count, COUNT);
    arena_empty(&a);
}

/* ---- Text ---- */

static void test_text(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, BLOCK);
    text_buffer t;
    text_init(&t, &a);
    assert_string_equal(text_string(&t), "");
    text_add(&t, "x");
    text_add_char(&t, '=');
    text_format(&t, "%d,%s", 12, "y");
    text_add_bytes(&t, "z and more", 1);
    assert_string_equal(text_string(&t), "x=12,yz");
    assert_int_equal(t.length, 7);
    for (int i = 0; i < 1000; i++)
        text_format(&t, "%04d", i);
    assert_int_equal(t.length, 4007);
    assert_string_equal(text_string(&t) + 4003, "0999");
    assert_string_equal(format_in(&a, "%s-%d", "a", 1), "a-1");
    assert_string_equal(copy_in(&a, "abcdef", 3), "abc");
    arena_empty(&a);
}

static void test_text_lists(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, BLOCK);
    static const char *const items[] = {"a", "b", "c"};
    static const char *const wanted[] = {"", "a", "a and b", "a, b and c"};
    for (size_t count = 0; count <= 3; count++) {
        text_buffer t;
        text_init(&t, &a);
        for (size_t i = 0; i < count; i++)
            text_add_listed(&t, i, count, items[i]);
        assert_string_equal(text_string(&t), wanted[count]);
    }
    arena_empty(&a);
}

/* ---- Diagnostics ---- */

static void test_diagnostic_keeps_the_first(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, BLOCK);
    diagnostic d = {.arena = &a};
    assert_false(diagnose(&d, DIAGNOSTIC_NAME, (span){3, 5}, "no %s", "x"));
    assert_false(diagnose_hint(&d, "did you mean %s?", "y"));
    assert_false(diagnose(&d, DIAGNOSTIC_SHAPE, (span){0, 1}, "later"));
    assert_false(diagnose_hint(&d, "later"));
    assert_int_equal(d.kind, DIAGNOSTIC_NAME);
    assert_int_equal(d.where.begin, 3);
    assert_int_equal(d.where.end, 5);
    assert_string_equal(d.message, "no x");
    assert_string_equal(d.hint, "did you mean y?");
    arena_empty(&a);
}

static void test_diagnostic_kinds_have_their_names(void **state)
{
    (void)state;
    static const char *const names[] = {"syntax",   "name",  "shape", "domain",
                                        "circular", "limit", "file",  "usage"};
    for (diagnostic_kind k = DIAGNOSTIC_SYNTAX; k <= DIAGNOSTIC_USAGE; k++)
        assert_string_equal(diagnostic_kind_name(k), names[k]);
}

/* ---- Numbers ---- */

static const char *exact(arena *a, double value)
{
    text_buffer t;
    text_init(&t, a);
    number_write_exact(&t, value);
    return text_string(&t);
}

static const char *rounded(arena *a, double value, int digits)
{
    text_buffer t;
    text_init(&t, a);
    number_write(&t, value, digits);
    return text_string(&t);
}

static size_t significant_digits(const char *number)
{
    size_t count = 0, zeros = 0;
    bool begun = false;
    for (; *number != '\0' && *number != 'e'; number++) {
        if (*number < '0' || *number > '9')
            continue;
        begun = begun || *number != '0';
        if (begun)
            count++;
        zeros = *number == '0' ? zeros + 1 : 0;
    }
    return begun ? count - zeros : 1;
}

/* Whether fewer digits would read back as the same double. */
static bool is_shortest(double value, size_t digits)
{
    char shorter[400];
    if (digits <= 1)
        return true;
    snprintf(shorter, sizeof shorter, "%.*g", (int)digits - 1, value);
    return strtod(shorter, NULL) != value;
}

static void check_round_trip(arena *a, double value)
{
    const char *written = exact(a, value);
    double read = strtod(written, NULL);
    if (value == 0)
        assert_true(read == 0);
    else
        assert_same_number(read, value);
    if (!is_shortest(value, significant_digits(written)))
        fail_msg("%.17g is written %s, which is not the shortest", value, written);
}

static void test_number_round_trip_of_random_bits(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, 1 << 16);
    dice d = {42};
    for (int i = 0; i < 100000; i++) {
        uint64_t bits = dice_bits(&d);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value))
            check_round_trip(&a, value);
        if (i % 1000 == 0)
            arena_empty(&a);
    }
    arena_empty(&a);
}

static void test_number_round_trip_of_everyday_numbers(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, 1 << 16);
    for (int i = 1; i < 2000; i++) {
        check_round_trip(&a, i / 10.0);
        check_round_trip(&a, 1.0 / i);
        check_round_trip(&a, -sqrt(i));
        check_round_trip(&a, i * 1e20);
        check_round_trip(&a, nextafter(i, 0));
        check_round_trip(&a, ldexp(1, -i));
    }
    arena_empty(&a);
}

static void test_number_spellings(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, BLOCK);
    static const struct {
        double value;
        const char *exact, *six;
    } table[] = {
        {0, "0", "0"},
        {-0.0, "0", "0"},
        {1, "1", "1"},
        {-2.5, "-2.5", "-2.5"},
        {0.1, "0.1", "0.1"},
        {1.0 / 3, "0.3333333333333333", "0.333333"},
        {2.0 / 3, "0.6666666666666666", "0.666667"},
        {123456789, "123456789", "123456789"},
        {1e14, "100000000000000", "100000000000000"},
        {1e15, "1e15", "1e15"},
        {1e300, "1e300", "1e300"},
        {1e-7, "1e-7", "1e-7"},
        {-1.5e-10, "-1.5e-10", "-1.5e-10"},
        {5e-324, "5e-324", "4.94066e-324"},
        {1.7976931348623157e308, "1.7976931348623157e308", "1.79769e308"},
        {NAN, "nan", "nan"},
        {INFINITY, "inf", "inf"},
        {-INFINITY, "-inf", "-inf"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_string_equal(exact(&a, table[i].value), table[i].exact);
        assert_string_equal(rounded(&a, table[i].value, 6), table[i].six);
    }
    assert_string_equal(rounded(&a, 3.14159265, 3), "3.14");
    assert_string_equal(rounded(&a, 3.14159265, 1), "3");
    assert_string_equal(rounded(&a, 1234.5, 2), "1.2e3");
    arena_empty(&a);
}

/* ---- Unicode ---- */

static int32_t first_point(const char *text)
{
    int32_t point = -1;
    assert_int_equal(unicode_decode(text, strlen(text), &point), strlen(text));
    return point;
}

static void test_unicode_names(void **state)
{
    (void)state;
    static const char *const begin[] = {"a", "Z", "_", "α", "ŷ", "ж", "漢", "é"};
    for (size_t i = 0; i < sizeof begin / sizeof *begin; i++)
        assert_true(unicode_begins_name(first_point(begin[i])));
    static const char *const inner[] = {"0", "9", "₁", "′", "\xCC\x82"}; /* combining ^ */
    for (size_t i = 0; i < sizeof inner / sizeof *inner; i++) {
        assert_true(unicode_continues_name(first_point(inner[i])));
        assert_false(unicode_begins_name(first_point(inner[i])));
    }
    static const char *const neither[] = {"+", " ", "(", "∂", "∇", "ᵀ", "²", "·", "'"};
    for (size_t i = 0; i < sizeof neither / sizeof *neither; i++) {
        assert_false(unicode_begins_name(first_point(neither[i])));
        assert_false(unicode_continues_name(first_point(neither[i])));
    }
}

static void test_unicode_decodes_only_utf8(void **state)
{
    (void)state;
    int32_t point = 0;
    assert_int_equal(unicode_decode("é", 2, &point), 2);
    assert_int_equal(point, 0xE9);
    assert_int_equal(unicode_decode("😀", 4, &point), 4);
    assert_int_equal(point, 0x1F600);
    assert_int_equal(unicode_decode("", 0, &point), 0);
    assert_int_equal(unicode_decode("é", 1, &point), 0);            /* cut off */
    assert_int_equal(unicode_decode("\xC0\x80", 2, &point), 0);     /* overlong */
    assert_int_equal(unicode_decode("\xED\xA0\x80", 3, &point), 0); /* half a surrogate */
    assert_int_equal(unicode_decode("\xFF", 1, &point), 0);
    assert_int_equal(unicode_decode("\xF5\x80\x80\x80", 4, &point), 0);
}

static void test_unicode_first_invalid(void **state)
{
    (void)state;
    assert_int_equal(unicode_first_invalid("aé漢", 6), 6);
    assert_int_equal(unicode_first_invalid("a\xFF"
                                           "b",
                                           3),
                     1);
    assert_int_equal(unicode_first_invalid("ab\0c", 4), 2);
    assert_int_equal(unicode_first_invalid("", 0), 0);
}

static void test_unicode_composes_names(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, BLOCK);
    size_t length;
    const char *plain = "plain";
    assert_ptr_equal(unicode_compose(&a, plain, 5, &length), plain);
    assert_int_equal(length, 5);
    const char *composed = unicode_compose(&a, "y\xCC\x82", 3, &length);
    assert_int_equal(length, 2);
    assert_memory_equal(composed, "ŷ", 2);
    composed =
        unicode_compose(&a, "x\xCC\x82", 3, &length); /* has no letter of its own */
    assert_int_equal(length, 3);
    assert_memory_equal(composed, "x\xCC\x82", 3);
    arena_empty(&a);
}

static void test_unicode_counts_and_widths(void **state)
{
    (void)state;
    assert_int_equal(unicode_count("aé漢😀", 10), 4);
    assert_int_equal(unicode_width("abc", 3), 3);
    assert_int_equal(unicode_width("∂L/∂x", 9), 5);
    assert_int_equal(unicode_width("漢", 3), 2);
    assert_int_equal(unicode_width("x\xCC\x82", 3), 1);
}

/* ---- Near names ---- */

static const char *nearest_of(const char *wanted, const char *const *names, size_t count)
{
    nearest search = nearest_start(wanted);
    for (size_t i = 0; i < count; i++)
        nearest_offer(&search, names[i]);
    return search.best;
}

static void test_nearest(void **state)
{
    (void)state;
    static const char *const names[] = {"sigmoid", "sin", "sinh", "sqrt",
                                        "weights", "w1",  "yhat"};
    enum { COUNT = sizeof names / sizeof *names };
    static const struct {
        const char *wanted, *best;
    } table[] = {
        {"sigmiod", "sigmoid"}, /* neighbours swapped */
        {"simgoid", "sigmoid"}, {"sgmoid", "sigmoid"}, {"sigmooid", "sigmoid"},
        {"weigths", "weights"}, {"sqr", "sqrt"},       {"sinn", "sin"},
        {"w2", "w1"},           {"x", NULL},           {"zebra", NULL},
        {"sigmoid", "sigmoid"}, {"completely", NULL},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const char *found = nearest_of(table[i].wanted, names, COUNT);
        if (table[i].best == NULL)
            assert_null(found);
        else
            assert_string_equal(found, table[i].best);
    }
}

static void test_nearest_passes_over_long_names(void **state)
{
    (void)state;
    char longest[200];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    const char *const names[] = {longest};
    assert_null(nearest_of(longest, names, 1));
    assert_null(nearest_of("ab", names, 1));
}

/* ---- Limits ---- */

/* Does it and asserts what the escape was taken for; LIMIT_NONE: it was not. */
#define ASSERT_ESCAPE(l, wanted, action)                                                 \
    do {                                                                                 \
        (l)->escape = &escape;                                                           \
        (l)->reached = LIMIT_NONE;                                                       \
        if (setjmp(escape) == 0)                                                         \
            (void)(action);                                                              \
        assert_int_equal((l)->reached, wanted);                                          \
    } while (0)

static jmp_buf escape;

static void test_limits_budget(void **state)
{
    (void)state;
    limits l = {.memory_budget = 1000};
    void *memory = limits_allocate(&l, 900);
    assert_int_equal(l.memory_used, 900);
    ASSERT_ESCAPE(&l, LIMIT_MEMORY, limits_allocate(&l, 101));
    ASSERT_ESCAPE(&l, LIMIT_MEMORY, limits_allocate(&l, SIZE_MAX));
    assert_int_equal(l.memory_used, 900);
    limits_start(&l);
    assert_int_equal(l.reached, LIMIT_NONE);
    limits_release(&l, memory, 900);
    assert_int_equal(l.memory_used, 0);
}

static void test_limits_resize(void **state)
{
    (void)state;
    limits l = {.memory_budget = 1000};
    char *memory = limits_allocate(&l, 4);
    strcpy(memory, "abc");
    memory = limits_resize(&l, memory, 4, 500);
    assert_string_equal(memory, "abc");
    assert_int_equal(l.memory_used, 500);
    ASSERT_ESCAPE(&l, LIMIT_MEMORY, limits_resize(&l, memory, 500, 1001));
    assert_string_equal(memory, "abc"); /* as it was */
    assert_int_equal(l.memory_used, 500);
    memory = limits_resize(&l, memory, 500, 4);
    assert_int_equal(l.memory_used, 4);
    limits_release(&l, memory, 4);
}

static void test_limits_injected_allocation(void **state)
{
    (void)state;
    limits l = {.fail_allocation = 3};
    void *first = limits_allocate(&l, 8);
    void *second = limits_allocate(&l, 8);
    ASSERT_ESCAPE(&l, LIMIT_MEMORY, limits_allocate(&l, 8));
    assert_int_equal(l.memory_used, 16);
    void *third = limits_allocate(&l, 8); /* only the third failed */
    limits_release(&l, first, 8);
    limits_release(&l, second, 8);
    limits_release(&l, third, 8);
    assert_int_equal(l.memory_used, 0);
}

static void test_limits_injected_poll(void **state)
{
    (void)state;
    limits l = {.fail_poll = 2};
    ASSERT_ESCAPE(&l, LIMIT_NONE, limits_poll(&l));
    ASSERT_ESCAPE(&l, LIMIT_INTERRUPT, limits_poll(&l));
    ASSERT_ESCAPE(&l, LIMIT_NONE, limits_poll(&l));
}

static void test_limits_interrupt_and_time(void **state)
{
    (void)state;
    volatile sig_atomic_t interrupted = 0;
    limits l = {.interrupted = &interrupted};
    ASSERT_ESCAPE(&l, LIMIT_NONE, limits_poll(&l));
    interrupted = 1;
    ASSERT_ESCAPE(&l, LIMIT_INTERRUPT, limits_poll(&l));
    interrupted = 0;
    l.time_budget = 1e-9;
    limits_start(&l);
    const struct timespec moment = {.tv_nsec = 1000000};
    nanosleep(&moment, NULL);
    ASSERT_ESCAPE(&l, LIMIT_TIME, limits_poll(&l));
    l.time_budget = 3600;
    limits_start(&l);
    ASSERT_ESCAPE(&l, LIMIT_NONE, limits_poll(&l));
}

static void test_limits_product(void **state)
{
    (void)state;
    limits l = {0};
    assert_int_equal(limits_product(&l, 6, 7), 42);
    assert_int_equal(limits_product(&l, 0, 7), 0);
    assert_int_equal(limits_product(&l, 7, 0), 0);
    ASSERT_ESCAPE(&l, LIMIT_MEMORY, limits_product(&l, SIZE_MAX / 2, 3));
    ASSERT_ESCAPE(&l, LIMIT_MEMORY, limits_product(&l, SIZE_MAX, SIZE_MAX));
}

/* An allocation that fails leaves an arena and what is in it as they were. */
static void test_arena_survives_failures(void **state)
{
    (void)state;
    limits l = {0};
    arena a;
    arena_init(&a, &l, BLOCK);
    char *large = arena_alloc(&a, 2 * BLOCK);
    strcpy(large, "still here");
    l.fail_allocation = 1;
    ASSERT_ESCAPE(&l, LIMIT_MEMORY, arena_grow(&a, large, 2 * BLOCK, 4 * BLOCK));
    l.fail_allocation = 1;
    ASSERT_ESCAPE(&l, LIMIT_MEMORY, arena_alloc(&a, 8));
    assert_string_equal(large, "still here");
    assert_non_null(arena_alloc(&a, 8));
    arena_empty(&a);
    assert_int_equal(l.memory_used, 0);
}

/* ---- Threads ---- */

enum { PARTS = 1000 };

typedef struct parts_done {
    unsigned char times[PARTS];
    double sums[PARTS];
} parts_done;

static void do_part(void *context, size_t part, size_t thread)
{
    parts_done *done = context;
    assert_in_range(thread, 0, threads_count() - 1);
    done->times[part]++;
    for (size_t i = 0; i < part; i++)
        done->sums[part] += (double)i;
}

static void test_threads_do_every_part_once(void **state)
{
    (void)state;
    static const size_t parts[] = {PARTS, 1, 0, 2, PARTS};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        static parts_done done;
        done = (parts_done){0};
        threads_share(parts[i], do_part, &done);
        for (size_t part = 0; part < PARTS; part++)
            assert_int_equal(done.times[part], part < parts[i]);
        for (size_t part = 1; part < parts[i]; part++)
            assert_true(done.sums[part] == (double)(part * (part - 1) / 2));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena_memory_is_zero_and_apart),
        cmocka_unit_test(test_arena_is_usable_after_emptying),
        cmocka_unit_test(test_arena_grows_large_allocations),
        cmocka_unit_test(test_arena_growth_of_large_keeps_no_copies),
        cmocka_unit_test(test_arena_struct_can_be_moved),
        cmocka_unit_test(test_arena_releases_what_was_deferred_once),
        cmocka_unit_test(test_arena_survives_failures),
        cmocka_unit_test(test_array_grows),
        cmocka_unit_test(test_symbols_have_one_address),
        cmocka_unit_test(test_symbols_survive_growth),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_text_lists),
        cmocka_unit_test(test_diagnostic_keeps_the_first),
        cmocka_unit_test(test_diagnostic_kinds_have_their_names),
        cmocka_unit_test(test_number_round_trip_of_random_bits),
        cmocka_unit_test(test_number_round_trip_of_everyday_numbers),
        cmocka_unit_test(test_number_spellings),
        cmocka_unit_test(test_unicode_names),
        cmocka_unit_test(test_unicode_decodes_only_utf8),
        cmocka_unit_test(test_unicode_first_invalid),
        cmocka_unit_test(test_unicode_composes_names),
        cmocka_unit_test(test_unicode_counts_and_widths),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_nearest_passes_over_long_names),
        cmocka_unit_test(test_limits_budget),
        cmocka_unit_test(test_limits_resize),
        cmocka_unit_test(test_limits_injected_allocation),
        cmocka_unit_test(test_limits_injected_poll),
        cmocka_unit_test(test_limits_interrupt_and_time),
        cmocka_unit_test(test_limits_product),
        cmocka_unit_test(test_cleared_arenas_keep_memory),
        cmocka_unit_test(test_threads_do_every_part_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
