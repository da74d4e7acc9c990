/* Writes a manual page, in the mdoc language, from what help says.
 *
 *     nabla --help | manual nabla.1 >nabla.1
 *     manual nabla-language.7 </dev/null >nabla-language.7 */
#include <stdio.h>
#include <string.h>

#include "session/help.h"

/* A page that is being written. */
typedef struct manual {
    nabla *n;
    text_buffer text;
} manual;

static void ignore(void *context, nabla_stream stream, const char *bytes, size_t length)
{
    (void)context;
    (void)stream;
    (void)bytes;
    (void)length;
}

static void add(manual *m, const char *lines)
{
    text_add(&m->text, lines);
}

static page new_page(const manual *m)
{
    return (page){.arena = &m->n->work};
}

static void add_page(manual *m, const page *p)
{
    report_page_mdoc(&m->text, p);
}

static void add_words(manual *m, const char *words)
{
    page p = new_page(m);
    page_add(&p, PAGE_HEADING, "");
    page_add(&p, PAGE_WORDS, words);
    p.blocks.items++;
    p.blocks.count--;
    add_page(m, &p);
}

static void begin(manual *m, const char *title, const char *section, const char *called,
                  const char *what)
{
    text_format(&m->text,
                ".Dd November 27, 2026\n.Dt %s %s\n.Os\n.Sh NAME\n.Nm %s\n.Nd %s\n",
                title, section, called, what);
}

/* ---- nabla.1 ---- */

/* The options as `nabla --help` prints them: "  --json     one JSON object …". */
static void add_command_line(manual *m, const char *usage)
{
    page p = new_page(m);
    while (*usage != '\0') {
        size_t length = strcspn(usage, "\n");
        char *line = copy_in(p.arena, usage, length);
        usage += length + (usage[length] == '\n');
        char *gap = strncmp(line, "  -", 3) == 0 ? strstr(line + 2, "  ") : NULL;
        if (gap == NULL)
            continue;
        *gap = '\0';
        char *words = gap + 1 + strspn(gap + 1, " ");
        page_add_entry(&p, line + 2, format_in(p.arena, "%s.", words));
    }
    add_page(m, &p);
}

static void add_commands(manual *m)
{
    for (size_t i = 0; i < command_count(); i++) {
        page p = new_page(m);
        if (command_at(i)->same_as == NULL)
            help_command(m->n, &p, command_at(i), true);
        add_page(m, &p);
    }
}

static void add_options(manual *m)
{
    page p = new_page(m);
    for (size_t i = 0; i < option_count(); i++) {
        const option *o = option_at(i);
        page_add_entry(&p, format_in(p.arena, "%s: %s", o->name, o->values),
                       format_in(p.arena, "%s.%s%s", o->summary,
                                 o->help == NULL ? "" : " ",
                                 o->help == NULL ? "" : o->help));
    }
    add_page(m, &p);
}

static const char description[] =
    "reads statements of a language of expressions, turns each expression into a graph "
    "of operations, evaluates it, and differentiates it node by node: upstream times "
    "local gradient is the downstream gradient.\n"
    "\n"
    "Each file is run as a script: a definition is silent there, expressions and "
    "commands print, and the first error ends it. Without a file and without -e, "
    "statements are prompted for at a terminal, else read from standard input.\n"
    "\n"
    "An error is reported on standard error as FILE:LINE:COLUMN, then the line with the "
    "columns underlined, then a proposal where one is known.\n"
    "\n"
    "These options come before the files:";

/* What a list explains, and how. */
typedef struct entry {
    const char *label, *text;
} entry;

static const entry environment[] = {
    {"LC_ALL, LC_CTYPE, LANG",
     "The first that is set tells whether signs beyond ASCII are printed."},
    {"NO_COLOR", "If set, nothing is coloured unless --color=always is given."},
    {"PAGER", "The program for long results at a prompt, see set pager."},
    {"XDG_CONFIG_HOME, XDG_STATE_HOME", "Where the files below are."},
};

static const entry files[] = {
    {"~/.config/nabla/config.ad",
     "Statements that a session at a terminal begins with, such as set notation bar. "
     "Scripts never run it. One that has a mistake is reported once and renamed "
     "config.ad.broken."},
    {"~/.local/state/nabla/history", "What was typed at prompts."},
};

static const entry statuses[] = {
    {"0", "All is well."},
    {"1", "A check failed."},
    {"2", "There was an error in the input."},
    {"64", "The options on the command line were wrong."},
};

static void add_list(manual *m, const entry *entries, size_t count)
{
    page p = new_page(m);
    for (size_t i = 0; i < count; i++)
        page_add_entry(&p, entries[i].label, entries[i].text);
    add_page(m, &p);
}

static void write_nabla(manual *m, const char *usage)
{
    begin(m, "NABLA", "1", "nabla", "show how gradients flow through an expression");
    add(m, ".Sh SYNOPSIS\n.Nm\n.Op Ar option ...\n.Op Ar\n.Sh DESCRIPTION\n.Nm\n");
    add_words(m, description);
    add_command_line(m, usage);
    add(m, ".Sh COMMANDS\n");
    add_commands(m);
    add(m, ".Sh OPTIONS OF set\n");
    add_options(m);
    add(m, ".Sh ENVIRONMENT\n");
    add_list(m, environment, sizeof environment / sizeof *environment);
    add(m, ".Sh FILES\n");
    add_list(m, files, sizeof files / sizeof *files);
    add(m, ".Sh EXIT STATUS\n");
    add_list(m, statuses, sizeof statuses / sizeof *statuses);
    add(m, ".Sh EXAMPLES\nWhere the gradient of a small expression comes from:\n");
    page p = new_page(m);
    page_add(&p, PAGE_CODE,
             "$ nabla -e 'f = (x + y)*max(y, z); grad f at x=1, y=2, z=0'");
    add_page(m, &p);
    add(m, ".Sh SEE ALSO\n.Xr nabla-language 7\n");
}

/* ---- nabla-language.7 ---- */

/* Operators or functions, a subsection for each spelling. */
static void add_operations(manual *m, bool calls)
{
    const char *spelling;
    for (size_t i = 0; (spelling = help_name(m->n, i)) != NULL; i++) {
        page p = new_page(m);
        op_id id = op_find(FORM_CALL, spelling, strlen(spelling));
        page_add(&p, PAGE_HEADING, spelling);
        bool found =
            (id != OP_NONE) == calls && help_operation(m->n, &p, spelling, false);
        if (calls && !found)
            found = help_prelude(m->n, &p, spelling, false) ||
                    help_drawn(m->n, &p, spelling, false);
        if (found)
            add_page(m, &p);
    }
}

static void write_language(manual *m)
{
    begin(m, "NABLA-LANGUAGE", "7", "nabla-language", "the language of nabla");
    add(m, ".Sh DESCRIPTION\n");
    add_words(
        m, "nabla is a language of expressions that shows how gradients flow. At the "
           "prompt, help explains each of the words below with an example that is run.");
    for (size_t i = 0; i < topic_count(); i++) {
        page p = new_page(m);
        help_topic(m->n, &p, topic_at(i));
        add_page(m, &p);
    }
    add(m, ".Sh OPERATORS\n");
    add_words(
        m,
        "In the rules below, a and b are the operands, out is the result, and up is the "
        "upstream gradient. Where operands mix their entries, a rule says what flows "
        "down to an operand; elsewhere it is the slope, which the upstream is "
        "multiplied with.");
    add_operations(m, false);
    add(m, ".Sh FUNCTIONS\n");
    add_operations(m, true);
    add(m, ".Sh SEE ALSO\n.Xr nabla 1\n");
}

/* ---- Main ---- */

static const char *read_usage(arena *a)
{
    text_buffer t;
    text_init(&t, a);
    char line[512];
    while (fgets(line, sizeof line, stdin) != NULL)
        text_add(&t, line);
    return text_string(&t);
}

int main(int argc, char **argv)
{
    enum { WIDTH = 80 };
    manual m = {.n = nabla_open(
                    &(nabla_options){.write = ignore, .unicode = true, .width = WIDTH})};
    if (argc != 2 || m.n == NULL)
        return 64;
    text_init(&m.text, &m.n->work);
    if (strcmp(argv[1], "nabla.1") == 0)
        write_nabla(&m, read_usage(&m.n->work));
    else
        write_language(&m);
    fwrite(m.text.bytes, 1, m.text.length, stdout);
    nabla_close(m.n);
    return 0;
}
