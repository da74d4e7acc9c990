/* The command table. */
#include "session/commands.h"

#include <string.h>

#include "base/nearest.h"
#include "session/help.h"
#include "session/session.h"

static bool command_quit(nabla *n, const statement *s)
{
    (void)s;
    n->now.quit = true;
    return true;
}

static const command table[] = {
    {.form = {.word = "forward",
              .usage = "forward EXPRESSION [at NAME=VALUE, …]",
              .clauses = TAKES(CLAUSE_AT)},
     .perform = command_forward,
     .graded = true,
     .summary = "every node with its value, in the order of evaluation",
     .help = "Runs the forward pass: the expression is taken apart into nodes, one "
             "operation each, and every node is computed from those before it. Nodes "
             "without a name are called v1, v2, …",
     .example = "f = (x + y)*max(y, z)\n"
                "forward f at x=1, y=2, z=0"},
    {.form = {.word = "grad",
              .usage = "grad EXPRESSION [wrt NAME, …] [at NAME=VALUE, …]",
              .clauses = TAKES(CLAUSE_WRT) | TAKES(CLAUSE_AT)},
     .perform = command_grad,
     .summary = "the backward pass, node by node, and the gradients",
     .help = "Runs the forward pass, then the backward pass: from the result, whose "
             "upstream is 1, to the leaves. Along every edge upstream × local = "
             "downstream, and where several edges meet their downstreams add up. The "
             "expression must be a number.\n"
             "\n"
             "wrt restricts the gradients to these names; a definition is possible too. "
             "at gives names a value for this statement alone.",
     .example = "x = 1; y = 2; z = 0;\n"
                "f = (x + y)*max(y, z)\n"
                "grad f"},
    {.form = {.word = "∇",
              .usage = "∇EXPRESSION [wrt NAME, …] [at NAME=VALUE, …]",
              .clauses = TAKES(CLAUSE_WRT) | TAKES(CLAUSE_AT)},
     .perform = command_grad,
     .same_as = "grad"},
    {.form = {.word = "check",
              .usage =
                  "check EXPRESSION [wrt NAME, …] [at NAME=VALUE, …], or "
                  "check [\"LABEL\" [N points]:] CLAIM == EXPRESSION [within TOLERANCE]",
              .clauses = TAKES(CLAUSE_WRT) | TAKES(CLAUSE_AT) | TAKES(CLAUSE_WITHIN),
              .labelled = true},
     .perform = command_check,
     .graded = true,
     .summary = "homework: is my gradient right?",
     .help =
         "check CLAIM == EXPRESSION compares what you derived by hand with what is "
         "right. "
         "A number with a decimal point is right when it rounds to its digits, whole "
         "numbers and expressions have to be exact, shapes have to be the same. A claim "
         "that names variables is also tried at random points nearby, where the variable "
         "of the gradient and the params have other values: a formula that is right by "
         "luck fails. within 1e-3 asks for no more than that, relative to the largest "
         "entry. A failed check does not stop a script, but its exit status is 1.\n"
         "\n"
         "check of an expression alone compares its gradient with central differences. "
         "It changes each entry of each variable by about h in both directions, and "
         "shows "
         "per variable the entry with the largest error, both values there, the error "
         "that the method itself is expected to make, and h. Where the slope jumps "
         "within "
         "the step it says so, and any slope between both sides passes.",
     .example = "x = 0.5; y = 2;\n"
                "L = sigmoid(x*y)\n"
                "check 0.73 == L\n"
                "check ∂L/∂x == L*(1 - L)*y\n"
                "check L"},
    {.form = {.word = "show", .usage = "show [NAME …]", .takes_words = true},
     .perform = command_show,
     .graded = true,
     .summary = "the names there are, or all that is known of one",
     .help = "Each name with its kind (input, param, const, definition, function), its "
             "shape, how it is defined, and its value. show NAME also says what it "
             "follows, and who uses it.",
     .example = "x = 3; f = x^2\n"
                "show\n"
                "show x"},
    {.form = {.word = "undo", .usage = "undo [NUMBER]", .takes_words = true},
     .perform = command_undo,
     .summary = "takes the last statement back, or the last few",
     .help = "What the statement changed is as it was before: values, kinds, "
             "definitions, functions, options, random numbers. Statements that only "
             "show something are passed over. A load is undone as a whole. Many levels "
             "are kept, as far as memory allows.",
     .example = "x = 3\n"
                "x := x + 1\n"
                "undo\n"
                "x"},
    {.form = {.word = "reset", .usage = "reset", .takes_words = true},
     .perform = command_reset,
     .summary = "forgets all names",
     .help = "Variables, definitions, functions and ans go; options stay. undo brings "
             "the names back.",
     .example = "x = 3\n"
                "reset\n"
                "show"},
    {.form = {.word = "save", .usage = "save \"FILE.ad\"", .takes_words = true},
     .perform = command_save,
     .summary = "writes all names to a script that brings them back",
     .help = "The script has every value digit for digit, and kinds, definitions and "
             "functions; random numbers that were drawn are values in it. The file is "
             "replaced at once: whatever happens, there is the old one or the new one."},
    {.form = {.word = "load", .usage = "load \"FILE.ad\"", .takes_words = true},
     .perform = command_load,
     .summary = "runs the statements of a file",
     .help = "The file is looked for beside the file that names it. It stops at the "
             "first mistake; undo takes back what it did until then."},
    {.form = {.word = "set", .usage = "set [OPTION [VALUE]]", .takes_words = true},
     .perform = command_set,
     .graded = true,
     .summary = "the options, or what one of them is from now on",
     .help = "set alone lists the options with their values, set OPTION shows one, and "
             "set OPTION VALUE changes it.",
     .example = "set digits 3\n"
                "pi"},
    {.form = {.word = "seed",
              .usage = "seed NUMBER [DRAWN] or seed NAME",
              .takes_words = true},
     .perform = command_seed,
     .graded = true,
     .summary = "makes random numbers repeatable",
     .help =
         "What rand, randn and randint draw behind the same seed is the same, on "
         "every machine. A name seeds too: seed anna gives anna's own numbers, and in a "
         "reference for grading seed student those of the student whose file it is. A "
         "second number goes on behind so many draws of 32 bits; save writes it where a "
         "session has drawn.",
     .example = "seed 42\n"
                "randn(2, 1)\n"
                "seed 42\n"
                "randn(2, 1)"},
    {.form = {.word = "help", .usage = "help [WORD]", .takes_words = true},
     .perform = command_help,
     .summary = "explains commands, options, operators, functions, topics",
     .help = "Every page has an example that is run when it is asked for. help commands, "
             "help options, help functions and help topics list what there is."},
    {.form = {.word = "quit", .usage = "quit", .takes_words = true},
     .perform = command_quit,
     .graded = true,
     .summary = "leaves nabla; so does Ctrl-D"},
    {.form = {.word = "exit", .usage = "exit", .takes_words = true},
     .perform = command_quit,
     .graded = true,
     .same_as = "quit"},
};

size_t command_count(void)
{
    return sizeof table / sizeof *table;
}

const command *command_at(size_t i)
{
    return &table[i];
}

const command *command_find(const char *word, size_t length)
{
    for (size_t i = 0; i < command_count(); i++)
        if (strlen(table[i].form.word) == length &&
            memcmp(table[i].form.word, word, length) == 0)
            return &table[i];
    return NULL;
}

/* What people call a command elsewhere. */
static const char *synonym_of(const char *word)
{
    static const char *const synonyms[][2] = {
        {"backward", "grad"}, {"backprop", "grad"}, {"gradient", "grad"},
        {"eval", "forward"},  {"print", "show"},    {"disp", "show"},
        {"list", "show"},     {"vars", "show"},     {"clear", "reset"},
        {"run", "load"},      {"import", "load"},   {"open", "load"},
        {"write", "save"},    {"assert", "check"},  {"test", "check"},
        {"verify", "check"},  {"back", "undo"},     {"option", "set"},
    };
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++)
        if (strcmp(synonyms[i][0], word) == 0)
            return synonyms[i][1];
    return NULL;
}

const char *command_similar(const char *word)
{
    const char *synonym = synonym_of(word);
    if (synonym != NULL)
        return synonym;
    nearest search = nearest_start(word);
    for (size_t i = 0; i < command_count(); i++)
        nearest_offer(&search, table[i].form.word);
    return search.best;
}

bool command_complain_usage(nabla *n, const statement *s)
{
    const char *word = s->target.name;
    diagnose(&n->now.why, DIAGNOSTIC_USAGE, s->target.where, "%s of what?", word);
    return diagnose_hint(&n->now.why, "%s", command_find(word, strlen(word))->form.usage);
}
