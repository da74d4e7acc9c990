/* run.c: a parse from its input to its result. */

#include "run.h"

/* ---- Pool ---- */

struct mpc_chunk {
    mpc_chunk *next;
    _Alignas(8) char bytes[];
};

enum { FIRST_CHUNK = 1 << 16, BIGGEST_CHUNK = 1 << 23 };

void *mpc_pool_grow(mpc_pool *pool, size_t size)
{
    bool is_big = size > pool->next_size / 4;
    size_t room = is_big ? size : pool->next_size;
    if (room > SIZE_MAX / 2)
        return NULL;
    mpc_chunk *chunk = malloc(sizeof *chunk + room);
    if (!chunk)
        return NULL;
    chunk->next = pool->chunks;
    pool->chunks = chunk;
    if (is_big) /* a chunk for this block alone: go on with the present one */
        return chunk->bytes;
    if (pool->next_size < BIGGEST_CHUNK)
        pool->next_size *= 2;
    pool->free = chunk->bytes;
    pool->end = chunk->bytes + room;
    return mpc_pool_alloc(pool, size);
}

void mpc_pool_free(mpc_pool *pool)
{
    while (pool->chunks) {
        mpc_chunk *next = pool->chunks->next;
        free(pool->chunks);
        pool->chunks = next;
    }
}

void *mpc_run_alloc(mpc_run *r, size_t size)
{
    void *block = mpc_pool_alloc(&r->pool, size);
    if (!block)
        mpc_run_stop(r, mpc_text_no_memory);
    return block;
}

/* ---- The state of a parse ---- */

/* Everything but the input and the stacks. */
static void reset(mpc_run *r)
{
    r->at = r->begin;
    r->hidden = 0;
    r->ends = 0;
    r->hard = NULL;
    r->calls = 0;
    r->enough_calls = 0;
    r->value = (mpc_value){.kind = V_NONE};
    r->report = (mpc_report){NULL, false};
}

void mpc_run_start(mpc_run *r, const char *text, size_t length)
{
    r->begin = text;
    r->end = text + length;
    r->farthest = text;
    r->frames = r->first_frames;
    r->depth = 0;
    r->frame_capacity = RUN_FRAMES;
    r->values = r->first_values;
    r->value_count = 0;
    r->value_capacity = RUN_VALUES;
    r->memo = NULL;
    r->explain = false;
    r->expected = NULL;
    r->expected_count = 0;
    r->expected_capacity = 0;
    r->failure = NULL;
    r->lines = NULL;
    r->line_count = 0;
    r->line = 0;
    r->pool = (mpc_pool){r->first_pool, r->first_pool + RUN_POOL, NULL, FIRST_CHUNK};
    r->tags = (mpc_tags){r->first_tags, RUN_TAGS, 0};
    memset(r->first_tags, 0, sizeof r->first_tags);
    reset(r);
}

void mpc_run_again(mpc_run *r)
{
    mpc_memo_free(r);
    r->explain = true;
    reset(r);
}

void mpc_run_free(mpc_run *r)
{
    mpc_memo_free(r);
    mpc_pool_free(&r->pool);
    free(r->lines);
    if (r->frames != r->first_frames)
        free(r->frames);
    if (r->values != r->first_values)
        free(r->values);
}

void mpc_run_stop(mpc_run *r, const char *message)
{
    if (r->hard)
        return;
    r->hard = message;
    r->hard_at = r->at;
}

/* ---- Positions ---- */

/* Lists the starts of all lines. */
static bool list_lines(mpc_run *r)
{
    size_t n = 1;
    const char *at = r->begin;
    while ((at = memchr(at, '\n', (size_t)(r->end - at)))) {
        at++;
        n++;
    }
    r->lines = malloc(n * sizeof *r->lines);
    if (!r->lines)
        return false;
    r->lines[r->line_count++] = at = r->begin;
    while ((at = memchr(at, '\n', (size_t)(r->end - at))))
        r->lines[r->line_count++] = ++at;
    return true;
}

static bool is_on_line(const mpc_run *r, const char *place, size_t line)
{
    return line < r->line_count && place >= r->lines[line] &&
           (line + 1 == r->line_count || place < r->lines[line + 1]);
}

/* The line of a place: that of the last question or the one after it, or by bisection. */
static size_t find_line(const mpc_run *r, const char *place)
{
    if (is_on_line(r, place, r->line))
        return r->line;
    if (is_on_line(r, place, r->line + 1))
        return r->line + 1;
    size_t low = 0;
    size_t high = r->line_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (place >= r->lines[middle])
            low = middle;
        else
            high = middle;
    }
    return low;
}

mpc_state_t mpc_run_locate(mpc_run *r, const char *place)
{
    mpc_state_t zero = {0, 0, 0, 0};
    if (!place || place == r->begin)
        return zero;
    if (!r->lines && !list_lines(r)) {
        mpc_run_stop(r, mpc_text_no_memory);
        return zero;
    }
    r->line = find_line(r, place);
    return (mpc_state_t){.pos = (long)(place - r->begin),
                         .row = (long)r->line,
                         .col = (long)(place - r->lines[r->line]),
                         .term = 0};
}

/* ---- Results ---- */

/* Turns the value of a successful run into the output. */
static bool give_output(mpc_run *r, mpc_result_t *result)
{
    if (r->value.kind == V_TREE)
        result->output = mpc_tree_pack(r, r->value.as.tree);
    else if (mpc_value_to_heap(r, &r->value))
        result->output = mpc_value_pointer(&r->value);
    return !r->hard;
}

static mpc_err_t *make_error(mpc_run *r, const char *filename)
{
    if (r->hard)
        return mpc_err_failure(filename, mpc_run_locate(r, r->hard_at), r->hard);
    mpc_state_t state = mpc_run_locate(r, r->farthest);
    if (r->failure)
        return mpc_err_failure(filename, state, r->failure);
    if (r->expected_count == 0)
        return mpc_err_failure(filename, state, "Unknown Error");
    char received = '\0';
    if (r->farthest < r->end)
        received = *r->farthest;
    return mpc_err_expected(filename, state, received, r->expected, r->expected_count);
}

static bool run_once(mpc_run *r, mpc_parser_t *p, mpc_result_t *result)
{
    bool ok = mpc_run_parser(r, p);
    if (ok && r->hard) /* ended in the middle of something optional: drop what there is */
        mpc_value_destroy(r, r->value, NULL);
    return ok && !r->hard && give_output(r, result);
}

int mpc_nparse(const char *filename, const char *string, size_t length, mpc_parser_t *p,
               mpc_result_t *result)
{
    const char *zero = length > 0 ? memchr(string, '\0', length) : NULL;
    if (zero)
        length = (size_t)(zero - string);
    if (length > MPC_MAX_INPUT) {
        result->error =
            mpc_err_failure(filename, (mpc_state_t){0, 0, 0, 0}, "Input too long!");
        return 0;
    }
    mpc_run r;
    mpc_run_start(&r, string, length);
    bool ok = run_once(&r, p, result);
    if (!ok && !r.hard) {
        mpc_run_again(&r);
        ok = run_once(&r, p, result);
        mpc_report_keep(&r);
    }
    if (!ok)
        result->error = make_error(&r, filename);
    mpc_run_free(&r);
    return ok;
}

int mpc_parse(const char *filename, const char *string, mpc_parser_t *p, mpc_result_t *r)
{
    return mpc_nparse(filename, string, strlen(string), p, r);
}

/* ---- Files ---- */

int mpc_parse_pipe(const char *filename, FILE *pipe, mpc_parser_t *p, mpc_result_t *r)
{
    size_t length;
    char *text = mpc_read_stream(pipe, &length);
    if (!text) {
        r->error =
            mpc_err_failure(filename, (mpc_state_t){0, 0, 0, 0}, mpc_text_no_memory);
        return 0;
    }
    int ok = mpc_nparse(filename, text, length, p, r);
    free(text);
    return ok;
}

int mpc_parse_file(const char *filename, FILE *file, mpc_parser_t *p, mpc_result_t *r)
{
    return mpc_parse_pipe(filename, file, p, r);
}

int mpc_parse_contents(const char *filename, mpc_parser_t *p, mpc_result_t *r)
{
    FILE *f = fopen(filename, "rb");
    if (!f) {
        r->error =
            mpc_err_failure(filename, (mpc_state_t){0, 0, 0, 0}, "Unable to open file!");
        return 0;
    }
    int ok = mpc_parse_file(filename, f, p, r);
    fclose(f);
    return ok;
}
