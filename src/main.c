/* The command line. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "grade.h"
#include "input.h"
#include "nabla.h"
#include "repl/config.h"
#include "repl/pager.h"
#include "repl/repl.h"

typedef enum color_mode {
    COLOR_AUTO,
    COLOR_ALWAYS,
    COLOR_NEVER,
} color_mode;

/* What the command line asks for. */
typedef struct request {
    nabla_options options;
    color_mode color;
    const char **statements; /* of each -e */
    int statement_count;
    char **files;
    int file_count;
    const char *reference; /* files are graded with it; or NULL */
    bool csv;
    bool prompts; /* a prompt follows the files, or there is nothing else */
} request;

static const char usage[] =
    "usage: nabla [OPTION…] [FILE.ad…]\n"
    "\n"
    "Without a file, at a terminal, nabla prompts for statements; - reads them from the\n"
    "standard input.\n"
    "\n"
    "  -e STATEMENTS         run these statements, before the files\n"
    "  -i                    prompt for more when the files have run\n"
    "  --json                one JSON object per line instead of text\n"
    "  --tap                 checks in the Test Anything Protocol\n"
    "  --grade REF.ad        grade the files, each on top of REF.ad, with its checks\n"
    "  --csv                 print grades as a table for spreadsheets\n"
    "  --allow-diff          let graded files use gradients\n"
    "  --color=WHEN          auto, always or never\n"
    "  --no-unicode          print d and -> instead of signs beyond ASCII\n"
    "  --keep-going          do not stop at the first error\n"
    "  --sandbox             read no files but those beside the script, start no "
    "programs\n"
    "  --max-memory=SIZE     what a session may use: 500M, 2G\n"
    "  --timeout=SECONDS     what a statement may take\n"
    "  --version             print the version\n"
    "  --help                print this\n"
    "\n"
    "Exit status: 0 all well, 1 a check failed, 2 an error in the input, 64 wrong "
    "options.\n"
    "\n"
    "  nabla -e 'x = 1; y = 2; z = 0; f = (x + y)*max(y, z); grad f'\n";

/* ---- Ctrl-C ---- */

/* Set by Ctrl-C, which stops the running statement and nothing else. */
static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

static void catch_interrupts(void)
{
    struct sigaction action = {.sa_handler = interrupt};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

/* ---- Output ---- */

/* The session, when it is open. */
static nabla *session;

static void write_stream(void *context, nabla_stream stream, const char *bytes,
                         size_t length)
{
    (void)context;
    FILE *file = stdout;
    if (stream == NABLA_RESULTS && session != NULL && nabla_wants_pager(session) &&
        pager_is_wanted(bytes, length) && pager_show(bytes, length))
        return;
    if (stream == NABLA_MESSAGES) {
        fflush(stdout); /* messages stand behind the results before them */
        file = stderr;
    }
    fwrite(bytes, 1, length, file);
}

/* The columns of the terminal that results go to; 0: to none. */
static int screen_width(void)
{
    struct winsize size;
    bool terminal = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    return terminal ? size.ws_col : 0;
}

static bool uses_color(color_mode mode, int descriptor)
{
    const char *no_color = getenv("NO_COLOR");
    if (mode != COLOR_AUTO)
        return mode == COLOR_ALWAYS;
    return isatty(descriptor) && (no_color == NULL || *no_color == '\0');
}

/* Whether the locale is one of UTF-8. Only a locale that was set and is another one says
 * no; asking the C library would read files, at every start. */
static bool is_utf8_locale(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *locale = getenv(variables[i]);
        if (locale != NULL && *locale != '\0')
            return strstr(locale, "UTF-8") != NULL || strstr(locale, "utf8") != NULL;
    }
    return true;
}

/* ---- Options ---- */

enum {
    OPTION_JSON = 256,
    OPTION_TAP,
    OPTION_GRADE,
    OPTION_CSV,
    OPTION_ALLOW_DIFF,
    OPTION_COLOR,
    OPTION_NO_UNICODE,
    OPTION_KEEP_GOING,
    OPTION_SANDBOX,
    OPTION_MAX_MEMORY,
    OPTION_TIMEOUT,
    OPTION_VERSION,
    OPTION_HELP,
};

static const struct option long_options[] = {
    {"json", no_argument, NULL, OPTION_JSON},
    {"tap", no_argument, NULL, OPTION_TAP},
    {"grade", required_argument, NULL, OPTION_GRADE},
    {"csv", no_argument, NULL, OPTION_CSV},
    {"allow-diff", no_argument, NULL, OPTION_ALLOW_DIFF},
    {"color", required_argument, NULL, OPTION_COLOR},
    {"no-unicode", no_argument, NULL, OPTION_NO_UNICODE},
    {"keep-going", no_argument, NULL, OPTION_KEEP_GOING},
    {"sandbox", no_argument, NULL, OPTION_SANDBOX},
    {"max-memory", required_argument, NULL, OPTION_MAX_MEMORY},
    {"timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"help", no_argument, NULL, OPTION_HELP},
    {0},
};

static int complain_option(const char *option, const char *what)
{
    fprintf(stderr, "nabla: %s: %s\nnabla --help lists the options\n", option, what);
    return EXIT_WRONG_OPTIONS;
}

static bool read_color(const char *when, color_mode *mode)
{
    static const char *const names[] = {"auto", "always", "never"};
    for (int i = 0; i < 3; i++)
        if (strcmp(when, names[i]) == 0) {
            *mode = (color_mode)i;
            return true;
        }
    return false;
}

/* "500M" in bytes: K, M and G are powers of 1024. */
static bool read_size(const char *size, size_t *bytes)
{
    static const char units[] = "KMG";
    char *end;
    double number = strtod(size, &end);
    if (end == size || !(number > 0))
        return false;
    const char *unit = *end == '\0' ? NULL : strchr(units, *end);
    if (*end != '\0' && (unit == NULL || end[1] != '\0'))
        return false;
    for (const char *u = units; unit != NULL && u <= unit; u++)
        number *= 1024;
    if (number > (double)(SIZE_MAX / 2))
        return false;
    *bytes = (size_t)number;
    return true;
}

static bool read_seconds(const char *text, double *seconds)
{
    char *end;
    *seconds = strtod(text, &end);
    return end != text && *end == '\0' && *seconds > 0;
}

/* Takes one option. Returns an exit status, or -1 to go on. */
static int take_option(int option, request *r, const char *written)
{
    switch (option) {
    case 'e':
        r->statements[r->statement_count++] = optarg;
        return -1;
    case 'i':
        r->prompts = true;
        return -1;
    case OPTION_JSON:
        r->options.json = true;
        return -1;
    case OPTION_TAP:
        r->options.tap = true;
        return -1;
    case OPTION_GRADE:
        r->reference = optarg;
        return -1;
    case OPTION_CSV:
        r->csv = true;
        return -1;
    case OPTION_ALLOW_DIFF:
        r->options.allow_diff = true;
        return -1;
    case OPTION_COLOR:
        return read_color(optarg, &r->color)
                   ? -1
                   : complain_option(written, "the colour is auto, always or never");
    case OPTION_NO_UNICODE:
        r->options.unicode = false;
        return -1;
    case OPTION_KEEP_GOING:
        r->options.keep_going = true;
        return -1;
    case OPTION_SANDBOX:
        r->options.sandbox = true;
        return -1;
    case OPTION_MAX_MEMORY:
        return read_size(optarg, &r->options.memory_budget)
                   ? -1
                   : complain_option(written, "the size is a number with K, M or G");
    case OPTION_TIMEOUT:
        return read_seconds(optarg, &r->options.time_budget)
                   ? -1
                   : complain_option(written, "the time is a number of seconds");
    case OPTION_VERSION:
        puts("nabla " NABLA_VERSION);
        return EXIT_SUCCESS;
    case OPTION_HELP:
    case 'h':
        fputs(usage, stdout);
        return EXIT_SUCCESS;
    case ':':
        return complain_option(written, "a value is missing behind it");
    default:
        return complain_option(written, "there is no such option");
    }
}

/* What options go together. Returns an exit status, or -1 to go on. */
static int check_options(const request *r)
{
    bool grades = r->reference != NULL;
    if (r->options.json && r->options.tap)
        return complain_option("--tap", "the output is either JSON or TAP");
    if (!grades && r->csv)
        return complain_option("--csv", "it goes with --grade");
    if (!grades && r->options.allow_diff)
        return complain_option("--allow-diff", "it goes with --grade");
    if (!grades)
        return -1;
    if (r->csv && (r->options.json || r->options.tap))
        return complain_option("--csv", "the grades are CSV, JSON or TAP");
    if (r->statement_count > 0 || r->prompts)
        return complain_option("--grade", "it runs nothing but files");
    if (r->file_count == 0)
        return complain_option("--grade", "the files to be graded are missing");
    return -1;
}

/* Reads the options. Returns an exit status, or -1 to go on. */
static int read_options(int argc, char **argv, request *r)
{
    opterr = 0;
    for (;;) {
        const char *written = argv[optind];
        int option = getopt_long(argc, argv, ":e:ih", long_options, NULL);
        if (option == -1)
            break;
        int status = take_option(option, r, written);
        if (status >= 0)
            return status;
    }
    r->files = argv + optind;
    r->file_count = argc - optind;
    return check_options(r);
}

/* ---- Input ---- */

static nabla_status run_file(nabla *n, const char *path)
{
    size_t length = 0;
    char *source = input_read(path, &length);
    if (source == NULL)
        return nabla_fail_file(n, path, strerror(errno));
    nabla_status status = nabla_run(n, path, source, length);
    free(source);
    return status;
}

static nabla_status run_request(nabla *n, const request *r)
{
    nabla_status status = NABLA_FINE;
    bool going = r->options.keep_going;
    if (r->prompts && isatty(STDIN_FILENO) && !r->options.sandbox)
        config_run(n);
    for (int i = 0; i < r->statement_count && (status == NABLA_FINE || going); i++) {
        nabla_status ran = nabla_run(n, "-e", r->statements[i], strlen(r->statements[i]));
        status = status == NABLA_ERROR ? status : ran;
    }
    for (int i = 0; i < r->file_count && (status == NABLA_FINE || going); i++) {
        nabla_status ran = run_file(n, r->files[i]);
        status = status == NABLA_ERROR ? status : ran;
    }
    if (!r->prompts || status == NABLA_QUIT)
        return status;
    return isatty(STDIN_FILENO) ? repl(n, &interrupted, r->options.color_results)
                                : run_file(n, "-");
}

/* Runs what is asked for in a session. Returns an exit status. */
static int run_session(const request *r)
{
    nabla *n = nabla_open(&r->options);
    if (n == NULL) {
        fputs("nabla: there is not enough memory to begin\n", stderr);
        return EXIT_ERROR;
    }
    session = n;
    nabla_status end = run_request(n, r);
    nabla_finish(n);
    session = NULL;
    bool failed = nabla_failed_checks(n) > 0;
    nabla_close(n);
    if (end == NABLA_ERROR)
        return EXIT_ERROR;
    return failed ? EXIT_FAILED_CHECK : EXIT_SUCCESS;
}

static int grade_files(const request *r)
{
    grade_format format = r->options.json  ? GRADE_JSON
                          : r->options.tap ? GRADE_TAP
                          : r->csv         ? GRADE_CSV
                                           : GRADE_TEXT;
    const grade_request asked = {.options = r->options,
                                 .reference = r->reference,
                                 .files = r->files,
                                 .count = r->file_count,
                                 .format = format};
    return grade(&asked);
}

int main(int argc, char **argv)
{
    request r = {.options = {.write = write_stream, .unicode = is_utf8_locale()}};
    r.statements = calloc((size_t)argc, sizeof *r.statements);
    int status = r.statements == NULL ? EXIT_ERROR : read_options(argc, argv, &r);
    if (status >= 0) {
        free(r.statements);
        return status;
    }
    static char *standard_input[] = {"-"};
    if (r.statement_count == 0 && r.file_count == 0 && isatty(STDIN_FILENO)) {
        r.prompts = true;
    } else if (r.statement_count == 0 && r.file_count == 0) {
        r.files = standard_input;
        r.file_count = 1;
    }
    r.options.interrupted = &interrupted;
    catch_interrupts();
    r.options.width = screen_width();
    r.options.color_results = uses_color(r.color, STDOUT_FILENO);
    r.options.color_messages = uses_color(r.color, STDERR_FILENO);
    status = r.reference != NULL ? grade_files(&r) : run_session(&r);
    free(r.statements);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "nabla: the results cannot be written: %s\n", strerror(errno));
        return EXIT_ERROR;
    }
    return status;
}
