#include "repl/line.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/unicode.h"
#include "repl/bytes.h"
#include "repl/complete.h"
#include "repl/highlight.h"
#include "repl/history.h"
#include "repl/pasted.h"
#include "repl/redisplay.h"
#include "repl/wait.h"

static const char first_prompt[] = "nabla> ";
static const char next_prompt[] = "  ...> ";

/* What readline calls has no arguments for this. */
static struct {
    nabla *session;
    volatile sig_atomic_t *interrupted;
    line_end end;
    bool reading;
    char *text;
    bool draws; /* with colours, by ourselves; else readline draws */
    drawn drawn;
    bytes classes; /* of what is on the line */
    bytes prompt;  /* that is drawn */
    completion completion;
    nabla_preview preview;
    size_t idle; /* pauses since the last key, see take_pause */
} line;

/* ---- Drawing ---- */

static void write_out(bytes *out)
{
    if (out->count > 0)
        fwrite(out->items, 1, out->count, rl_outstream);
    fflush(rl_outstream);
    bytes_free(out);
}

static bool is_on(const char *variable)
{
    const char *value = rl_variable_value(variable);
    return value != NULL && strcmp(value, "on") == 0;
}

/* What readline shows of the mode before a prompt, where ~/.inputrc asks for it. */
static const char *mode_string(void)
{
    if (!is_on("show-mode-in-prompt") || rl_display_prompt != rl_prompt)
        return ""; /* or a search has a prompt of its own */
    const char *which = rl_editing_mode != 0                    ? "emacs-mode-string"
                        : rl_get_keymap() == vi_movement_keymap ? "vi-cmd-mode-string"
                                                                : "vi-ins-mode-string";
    const char *mode = rl_variable_value(which);
    return mode == NULL ? "" : mode;
}

/* The classes of a text; NULL where it is shown without colours. */
static const unsigned char *classes_of(const char *text, size_t length)
{
    bytes_clear(&line.classes);
    bytes_add(&line.classes, text, length);
    unsigned char *classes = (unsigned char *)line.classes.items;
    if (line.classes.failed || !nabla_is_on(line.session, "color"))
        return NULL;
    nabla_classify(line.session, text, length, classes);
    return classes;
}

/* A text behind a prompt, as it is to be seen. */
static picture picture_of(const char *prompt, const char *text, size_t length)
{
    int rows, columns;
    rl_get_screen_size(&rows, &columns);
    return (picture){.prompt = prompt,
                     .continuation = next_prompt,
                     .text = text,
                     .length = length,
                     .classes = classes_of(text, length),
                     .rows = rows > 0 ? (size_t)rows : 24,
                     .columns = columns > 0 ? (size_t)columns : 80};
}

/* What is being typed. */
static picture picture_of_line(void)
{
    bytes_clear(&line.prompt);
    bytes_add_text(&line.prompt, mode_string());
    bytes_add_text(&line.prompt, rl_display_prompt == NULL ? "" : rl_display_prompt);
    picture p = picture_of(line.prompt.items, rl_line_buffer, (size_t)rl_end);
    p.cursor = (size_t)rl_point;
    if (p.classes != NULL)
        highlight_brackets(p.text, p.length, p.classes, p.cursor, p.bracket);
    return p;
}

static void draw_with_preview(void)
{
    bytes out = {0};
    picture p = picture_of_line();
    p.remark = line.preview.text[0] == '\0' ? NULL : line.preview.text;
    p.mistake[0] = line.preview.begin;
    p.mistake[1] = line.preview.end;
    redisplay_draw(&out, &p, &line.drawn);
    write_out(&out);
}

/* What readline calls in place of its own redisplay. */
static void draw(void)
{
    line.preview = (nabla_preview){0};
    line.idle = 0;
    draw_with_preview();
}

/* Leaves the line on the screen as it is now, and goes below it. */
static void draw_last(void)
{
    bytes out = {0};
    picture p = picture_of_line();
    p.bracket[0] = p.bracket[1];
    redisplay_finish(&out, &p, &line.drawn);
    write_out(&out);
}

/* ---- Previews ---- */

/* What is typed is looked at when there is a pause; what is wrong at its end only in a
 * longer one, as it may be being typed still. */
enum { PAUSE_MILLISECONDS = 80, LONG_PAUSE = 6 };

/* Whether there is something that a pause would show. */
static bool expects_pause(void)
{
    return line.draws && rl_end > 0 && line.idle < LONG_PAUSE &&
           rl_display_prompt == rl_prompt;
}

static bool is_at_end(const nabla_preview *p)
{
    return p->end > p->begin && p->end >= (size_t)rl_end && rl_point == rl_end;
}

static void take_pause(void)
{
    line.idle++;
    if (line.idle > 1 && line.idle < LONG_PAUSE)
        return;
    nabla_preview found;
    nabla_look_ahead(line.session, rl_line_buffer, (size_t)rl_end, &found);
    if (line.idle == 1 && is_at_end(&found))
        return;
    line.idle = LONG_PAUSE;
    line.preview = found;
    if (found.text[0] != '\0' || found.end > found.begin)
        draw_with_preview();
}

/* Leaves the terminal as it was found for a signal that stops or ends the program. */
static void pass_signal_on(wait_handlers *before)
{
    if (line.draws)
        draw_last();
    rl_deprep_terminal();
    wait_pass_on(before);
    rl_prep_terminal(1);
    rl_on_new_line();
    rl_forced_update_display();
}

/* ---- Keys ---- */

/* Text that is pasted stands on the line, several lines of it too, until Enter. */
static int paste(int count, int key)
{
    int begin = rl_point;
    rl_begin_undo_group();
    int status = rl_bracketed_paste_begin(count, key);
    bytes cleaned = {0};
    pasted_clean(&cleaned, rl_line_buffer + begin, (size_t)(rl_point - begin));
    if (!cleaned.failed) {
        rl_delete_text(begin, rl_point);
        rl_point = begin;
        rl_insert_text(cleaned.items == NULL ? "" : cleaned.items);
    }
    bytes_free(&cleaned);
    rl_end_undo_group();
    return status;
}

/* Whether Enter goes on with the statement: it is unfinished, and its last line says
 * something. */
static bool goes_on(void)
{
    size_t length = (size_t)rl_end;
    const char *newline = strrchr(rl_line_buffer, '\n');
    const char *last = newline == NULL ? rl_line_buffer : newline + 1;
    bool empty = newline != NULL && last[strspn(last, " \t")] == '\0';
    return !empty && nabla_is_unfinished(rl_line_buffer, length);
}

/* Submits the line. What readline writes when it is done goes by what itself has drawn,
 * so we draw the last state and move below it ourselves. */
static int submit(int count, int key)
{
    bytes out = {0};
    rl_deactivate_mark();
    if (pasted_has_units(rl_line_buffer, (size_t)rl_end)) {
        redisplay_erase(&out, &line.drawn); /* each is shown again as it runs */
        write_out(&out);
    } else {
        draw_last();
    }
    int echoing = rl_tty_set_echoing(0);
    int status = rl_newline(count, key);
    rl_tty_set_echoing(echoing);
    return status;
}

static int enter(int count, int key)
{
    if (!goes_on())
        return submit(count, key);
    rl_insert_text("\n");
    return 0;
}

static int clear_screen(int count, int key)
{
    (void)count;
    (void)key;
    bytes out = {0};
    bytes_add_text(&out, "\033[H\033[2J");
    line.drawn = (drawn){0};
    write_out(&out);
    rl_forced_update_display();
    return 0;
}

/* ---- Completion ---- */

static void find_candidates(size_t cursor)
{
    complete_free(&line.completion);
    complete_text(&line.completion, line.session, rl_line_buffer, cursor);
}

/* Has readline break off the word that is to be replaced by the character before it. */
static char *break_characters(void)
{
    static char breaks[2];
    const completion *c = &line.completion;
    find_candidates((size_t)rl_point);
    breaks[0] = '\0';
    if (c->begin > 0)
        breaks[0] = rl_line_buffer[c->begin - 1];
    return breaks;
}

/* Gives one candidate after the other, as what replaces the word that readline found.
 * That may begin elsewhere, as it looks for a character of one byte: then with what
 * stands before the candidate, or without its beginning. */
static char *next_candidate(const char *word, int state)
{
    static size_t next;
    const completion *c = &line.completion;
    size_t begin = (size_t)rl_point - strlen(word);
    bytes found = {0};
    next = state == 0 ? 0 : next;
    while (next < c->count && found.count == 0) {
        const char *text = c->items[next++].word;
        if (begin <= c->begin)
            bytes_add(&found, rl_line_buffer + begin, c->begin - begin);
        else if (strlen(text) < begin - c->begin)
            continue;
        bytes_add_text(&found, begin <= c->begin ? text : text + (begin - c->begin));
    }
    return found.items; /* readline frees it */
}

/* What goes on behind the only candidate, unless it stands there. */
static int character_behind(const char *behind)
{
    return behind[0] == rl_line_buffer[rl_point] ? '\0' : behind[0];
}

/* Leaves the line on the screen, and goes to its last row. */
static void leave_line(void)
{
    bytes out = {0};
    draw(); /* without the preview */
    redisplay_leave(&out, &line.drawn);
    write_out(&out);
}

static char **attempt_completion(const char *word, int start, int end)
{
    (void)start;
    const completion *c = &line.completion;
    if (end == 0)
        find_candidates(0); /* where no word is looked for */
    rl_attempted_completion_over = !c->file;
    if (c->file) {
        rl_completion_append_character = character_behind("\"");
        return NULL;
    }
    char **found = rl_completion_matches(word, next_candidate);
    if (found == NULL || found[1] != NULL)
        return found;
    rl_completion_append_character = character_behind(c->items[0].behind);
    if (line.draws && rl_completion_type == '?')
        leave_line(); /* readline lists it from where the cursor is */
    return found;
}

/* Lists what fits, below the line. */
static void list_candidates(char **matches, int count, int longest)
{
    if (line.draws)
        leave_line();
    if (line.completion.file) {
        rl_display_match_list(matches, count, longest);
    } else {
        bytes out = {0};
        const picture p = picture_of_line();
        rl_crlf();
        complete_list(&out, &line.completion, p.rows, p.columns,
                      line.draws && p.classes != NULL);
        write_out(&out);
    }
    rl_forced_update_display();
}

static void prepare_completion(void)
{
    rl_completion_word_break_hook = break_characters;
    rl_attempted_completion_function = attempt_completion;
    rl_completion_display_matches_hook = list_candidates;
}

/* ---- Lines of a statement ---- */

/* Where the line begins that `at` is in. */
static int line_begin(int at)
{
    while (at > 0 && rl_line_buffer[at - 1] != '\n')
        at--;
    return at;
}

/* The place `column` characters behind `begin`, or where that line ends. */
static int place_in_line(int begin, size_t column)
{
    int at = begin;
    while (at < rl_end && rl_line_buffer[at] != '\n' &&
           unicode_count(rl_line_buffer + begin, (size_t)(at - begin)) < column)
        at++;
    while (at < rl_end && unicode_is_tail(rl_line_buffer[at]))
        at++;
    return at;
}

static size_t column_in_line(void)
{
    int begin = line_begin(rl_point);
    return unicode_count(rl_line_buffer + begin, (size_t)(rl_point - begin));
}

/* Up and down go through the lines of a statement, and through the history from its first
 * and last one. */
static int move_up(int count, int key)
{
    int begin = line_begin(rl_point);
    if (begin == 0)
        return rl_get_previous_history(count, key);
    rl_point = place_in_line(line_begin(begin - 1), column_in_line());
    return 0;
}

static int move_down(int count, int key)
{
    const char *newline = strchr(rl_line_buffer + rl_point, '\n');
    if (newline == NULL)
        return rl_get_next_history(count, key);
    rl_point = place_in_line((int)(newline - rl_line_buffer) + 1, column_in_line());
    return 0;
}

/* To where the line begins or ends; from there to where the statement does. */
static int move_to_begin(int count, int key)
{
    int begin = line_begin(rl_point);
    if (begin == rl_point)
        return rl_beg_of_line(count, key);
    rl_point = begin;
    return 0;
}

static int move_to_end(int count, int key)
{
    const char *newline = strchr(rl_line_buffer + rl_point, '\n');
    if (newline == NULL || newline == rl_line_buffer + rl_point)
        return rl_end_of_line(count, key);
    rl_point = (int)(newline - rl_line_buffer);
    return 0;
}

/* ---- What is bound to what ---- */

typedef struct binding {
    const char *keys;
    rl_command_func_t *function;
} binding;

static void bind_all(const binding *bindings, size_t count)
{
    Keymap const maps[] = {emacs_standard_keymap, vi_insertion_keymap,
                           vi_movement_keymap};
    for (size_t m = 0; m < sizeof maps / sizeof *maps; m++)
        for (size_t i = 0; i < count; i++)
            rl_bind_keyseq_in_map(bindings[i].keys, bindings[i].function, maps[m]);
}

/* Before ~/.inputrc is read, which may bind otherwise. */
static void bind_keys(void)
{
    static const binding always[] = {{"\\e[200~", paste}};
    static const binding drawing[] = {
        {"\\C-m", enter},          {"\\C-j", enter},         {"\\C-l", clear_screen},
        {"\\C-a", move_to_begin},  {"\\e[H", move_to_begin}, {"\\eOH", move_to_begin},
        {"\\e[1~", move_to_begin}, {"\\C-e", move_to_end},   {"\\e[F", move_to_end},
        {"\\eOF", move_to_end},    {"\\e[4~", move_to_end},  {"\\e[A", move_up},
        {"\\eOA", move_up},        {"\\C-p", move_up},       {"\\e[B", move_down},
        {"\\eOB", move_down},      {"\\C-n", move_down},
    };
    bind_all(always, sizeof always / sizeof *always);
    if (line.draws)
        bind_all(drawing, sizeof drawing / sizeof *drawing);
}

/* ---- Opening ---- */

/* Readline goes by the locale; where none is set, text is UTF-8 all the same. */
static void set_locale(void)
{
    const char *set = setlocale(LC_CTYPE, "");
    if (set == NULL || strcmp(set, "C") == 0 || strcmp(set, "POSIX") == 0)
        setlocale(LC_CTYPE, "C.UTF-8");
}

/* Whether the terminal does what the codes of redisplay.c ask for. */
static bool can_draw(void)
{
    const char *terminal = getenv("TERM");
    return terminal != NULL && *terminal != '\0' && strcmp(terminal, "dumb") != 0;
}

void line_open(nabla *n, volatile sig_atomic_t *interrupted, bool colored)
{
    line.session = n;
    line.interrupted = interrupted;
    line.draws = colored && can_draw();
    set_locale();
    rl_readline_name = "nabla";
    rl_outstream = isatty(STDOUT_FILENO) ? stdout : stderr;
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    stifle_history(HISTORY_MOST);
    using_history();
    bind_keys();
    prepare_completion();
    rl_initialize(); /* which leaves pasting in brackets out where it does not draw */
    if (line.draws)
        rl_redisplay_function = draw;
}

bool line_has_lines(void)
{
    return line.draws;
}

void line_show(const char *statement)
{
    if (!line.draws)
        return;
    bytes out = {0};
    picture p = picture_of(first_prompt, statement, strlen(statement));
    redisplay_finish(&out, &p, &line.drawn);
    write_out(&out);
}

int line_columns(void)
{
    int rows, columns;
    rl_get_screen_size(&rows, &columns);
    return columns;
}

void line_remember(const char *statement)
{
    add_history(statement);
}

/* ---- Reading ---- */

static void take_line(char *text)
{
    if (text == NULL && !is_on("enable-bracketed-paste"))
        rl_crlf(); /* which readline does where pasting is set back */
    rl_callback_handler_remove();
    line.reading = false;
    line.text = text;
    line.end = text == NULL ? LINE_CLOSED : LINE_ENTERED;
}

/* Ctrl-C: what was typed stays on the screen, and counts no more. */
static void drop_line(void)
{
    *line.interrupted = 0;
    rl_point = rl_end;
    (*rl_redisplay_function)();
    fputs("^C", rl_outstream);
    rl_crlf();
    line.drawn = (drawn){0};
    rl_free_line_state();
    rl_callback_sigcleanup();
    rl_callback_handler_remove();
    line.reading = false;
    line.end = LINE_DROPPED;
}

line_end line_read(bool further, char **text)
{
    wait_handlers before;
    rl_reset_screen_size(); /* it may have changed while something ran */
    wait_begin(&before);
    line.reading = true;
    using_history();
    rl_callback_handler_install(further ? next_prompt : first_prompt, take_line);
    while (line.reading)
        switch (wait_next(line.interrupted, expects_pause() ? PAUSE_MILLISECONDS : 0)) {
        case WAIT_KEY:
            rl_callback_read_char();
            break;
        case WAIT_PAUSE:
            take_pause();
            break;
        case WAIT_INTERRUPT:
            drop_line();
            break;
        case WAIT_RESIZE:
            rl_resize_terminal();
            break;
        case WAIT_ENDING:
            pass_signal_on(&before);
            break;
        }
    wait_end(&before);
    *text = line.text;
    line.text = NULL;
    return line.end;
}
