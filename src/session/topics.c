/* Help on what is no single word of the language. */
#include "session/help.h"

static const topic topics[] = {
    {.name = "values",
     .also = {"value", "numbers", "matrix", "matrices", "vectors", "vector", "literals",
              "[]"},
     .summary = "numbers, vectors, matrices, stacks",
     .text =
         "Every value is a matrix of double precision numbers. A number is 1×1, a vector "
         "is a "
         "column n×1, a matrix n×m; values of rank 3 and 4 are stacks of matrices.\n"
         "\n"
         "[1, 2, 3] is a column, and [1, 2, 3]' its row form. [1, 2; 3, 4] has two rows; "
         "rows "
         "may stand on lines of their own. [[1, 2], [3, 4]] is the same matrix, one more "
         "nesting makes a stack. [A, B; c, d] is made of blocks. Spaces separate plain "
         "numbers only: [1 -2] has two entries, [1 - 2] has one.",
     .example = "x = [1, 2, 3]\n"
                "A = [1, 2; 3, 4]\n"
                "[A, A*A]\n"
                "size(A)"},
    {.name = "names",
     .also = {"name", "definitions", "definition", "=", "leaf", "leaves", "variables",
              "input", "param", "const", "ans"},
     .summary = "definitions follow, leaves have a value",
     .text =
         "x = 3 makes a leaf, as the right side names no variable. f = x^2 is a "
         "definition: it "
         "follows x, as in a spreadsheet, and may name variables that have no value yet. "
         "Redefining a name is allowed. A function is defined with its parameters: "
         "sq(u) = u*u.\n"
         "\n"
         "A leaf is an input, unless param (training may change it) or const (no "
         "gradient is "
         "reported) stands before its name; behind these words the right side is "
         "evaluated "
         "once, whatever it names.\n"
         "\n"
         "Names have letters of any script, digits and _; ŷ, x₁ and θ are names. pi, e, "
         "inf "
         "and nan are there already. ans is the value shown last.",
     .example = "f = x^2 + 1\n"
                "x = 3\n"
                "f\n"
                "x = 4; f"},
    {.name = "assignment",
     .also = {":=", "+=", "-=", "*=", "/=", "assign"},
     .summary = "changes a value now",
     .text = "x := x + 1 evaluates the right side and stores the value as a leaf, which "
             "keeps its "
             "kind; x = x + 1 would define x by itself and is an error. += -= *= /= are "
             "short for "
             "it. One entry, a row, a column or a block of a leaf can be assigned.",
     .example = "x = 3\n"
                "x := x + 1\n"
                "W = [1, 2; 3, 4]\n"
                "W[2, 1] := 0.5\n"
                "W[:, 2] := [7, 8]"},
    {.name = "shapes",
     .also = {"shape", "broadcasting", "broadcast", "sizes"},
     .summary = "what fits, and what * means",
     .text =
         "* is the product of linear algebra: a number scales anything; otherwise it is "
         "the "
         "matrix product, and inner sizes must agree. .* and ./ and .^ work entry by "
         "entry, "
         "and so do + and -: there an axis of size 1 stretches to the size of the other "
         "operand. So for two vectors x' * y is the dot product and x .* y the Hadamard "
         "product.\n"
         "\n"
         "The gradient of a leaf has the shape of the leaf: what was stretched on the "
         "way up "
         "is summed on the way down.\n"
         "\n"
         "Sums along axis=1 go down the columns, along axis=2 along the rows; the axis "
         "stays, "
         "with size 1.",
     .example = "W = [1, 2; 3, 4]; b = [0.5, -1]; X = [1, 2, 3; 4, 5, 6];\n"
                "W*X + b\n"
                "sum(X, axis=2)\n"
                "∂sum(W*X + b)/∂b\n"
                "b * b"},
    {.name = "indexing",
     .also = {"index", "[", "]", ":", "end", "entries"},
     .summary = "entries, rows, columns, blocks",
     .text = "Indices count from 1, ranges include both ends, : is all of an axis, end "
             "its size. "
             "x[2] of a vector is an entry; a true matrix has two indices. S[k, :, :] is "
             "matrix k of a stack, S[i, j] picks from each of its matrices. A picked "
             "entry has slope 1, the others 0.",
     .example = "A = [1, 2, 3; 4, 5, 6]\n"
                "A[2, 3]\n"
                "A[1, :]\n"
                "A[1:2, end]\n"
                "∂A[2, 3]/∂A"},
    {.name = "gradients",
     .also = {"gradient", "derivatives", "derivative", "∂", "diff"},
     .summary = "∂L/∂W is an expression",
     .text = "∂L/∂W is the gradient of the number L with respect to W, in the shape of "
             "W. It can be "
             "written diff(L, W), or dL/dW where neither dL nor dW is a name. It is an "
             "ordinary "
             "expression, so ∂(∂f/∂x)/∂x is the second derivative, which can be written "
             "∂²f/∂x². "
             "With respect to a definition it is what arrives there: ∂L/∂h.\n"
             "\n"
             "The report of grad shows how it comes about, node by node.",
     .example = "x = 3; f = x^3;\n"
                "∂f/∂x\n"
                "∂²f/∂x²"},
    {.name = "chain rule",
     .also = {"chain", "backpropagation", "backprop", "upstream", "local", "downstream",
              "backward"},
     .summary = "upstream × local = downstream",
     .text =
         "A formula is a graph of small operations, each a node with its value. The "
         "backward "
         "pass begins at the result, whose upstream is 1, and goes through the nodes in "
         "reverse. The upstream of a node is how the result changes with that node. "
         "Along "
         "every edge to an operand it is multiplied by the local gradient, how the node "
         "changes with that operand, which gives the downstream. Where a value is used "
         "more "
         "than once, the downstreams add up: that is the rule for several paths.\n"
         "\n"
         "So no node has to know more than its own operation, and one pass gives the "
         "gradient of all leaves. Where help shows a rule, a and b are the operands, out "
         "is the result and up the upstream.",
     .example = "x = 2; y = 1;\n"
                "h = x*y\n"
                "f = sin(h) + h^2\n"
                "grad f"},
    {.name = "kinks",
     .also = {"kink", "subgradient", "subgradients", "corner", "ties", "tie"},
     .summary = "where a slope jumps, one is chosen",
     .text =
         "relu and abs have no slope at 0, max and min none at a tie. nabla takes 0 for "
         "relu and "
         "abs at 0 and half for each side of a tie; of k equal entries each takes 1/k. A "
         "report says so where a kink was hit, and check compares with the slopes of "
         "both "
         "sides. norm, std and hypot have slope 0 at 0.",
     .example = "x = 0;\n"
                "grad relu(x)\n"
                "a = 2; b = 2;\n"
                "grad max(a, b)"},
    {.name = "clauses",
     .also = {"at", "wrt", "clause"},
     .summary = "at and wrt",
     .text =
         "Clauses stand behind the expression of a command, in any order. at x=1, y=2 "
         "gives "
         "names a value for this statement alone; wrt x, W restricts the gradients to "
         "these "
         "names. A definition can be bound too, which cuts it free of what it follows.",
     .example = "f = x*y + sin(x)\n"
                "grad f wrt x at x=0, y=5"},
    {.name = "errors",
     .also = {"error", "mistakes", "hints"},
     .summary = "what a message says",
     .text =
         "An error says what was found, what was expected and, where one is known, a way "
         "out; "
         "the place is underlined. Nothing of a statement that failed remains. There are "
         "these kinds: syntax, name (something has no value), shape (sizes do not fit), "
         "domain (an index out of range, a singular matrix), circular (a definition by "
         "itself), limit (memory, time, Ctrl-C), file, usage.\n"
         "\n"
         "1/0 and log(-1) are no errors: they give inf and nan, which flow on. A note "
         "tells "
         "what is worth knowing and stops nothing.",
     .example = "x = [1, 2, 3]; y = [4, 5, 6];\n"
                "x * y\n"
                "x + z\n"
                "x = x + 1"},
    {.name = "random numbers",
     .also = {"random", "draws"},
     .summary = "drawn once, repeatable by a seed",
     .text = "rand, randn and randint are drawn when the statement is entered, also in a "
             "definition, whose value so does not change each time it is shown. seed "
             "makes them "
             "repeatable, on every machine; save keeps what was drawn.",
     .example = "seed 42\n"
                "x = randn(3)\n"
                "f = x + rand()\n"
                "f - x"},
    {.name = "homework",
     .also = {"grading", "claims", "claim", "points"},
     .summary = "answers that are checked, and graded by the folder",
     .text =
         "check CLAIM == EXPRESSION says whether an answer is right, see help check. "
         "With "
         "set reveal off it keeps the right value back and gives hints, one more each "
         "time. nabla --tap prints checks in the Test Anything Protocol.\n"
         "\n"
         "nabla --grade homework.ad submissions/*.ad runs every submission behind "
         "homework.ad, in a session of its own, and then the checks in homework.ad: "
         "check "
         "\"1a\" 2 points: dW == ∂L/∂W. A submission gives the answer its name, as a "
         "formula or in numbers: dW = delta*x'. It can neither change what homework.ad "
         "has defined nor take gradients, and an error in it costs the answers that "
         "depend on it. seed student draws numbers by the name of the file. --json and "
         "--csv print tables.",
     .example = "W = [1, 2; 3, 4]; x = [1, -1]; y = [0.5, 1];\n"
                "L = sse(W*x, y)\n"
                "check \"1a\": ∂L/∂W == 2*(W*x - y)*x'\n"
                "check \"1b\": ∂L/∂x == [-15.0, -22.0]\n"
                "check \"1c\": ∂L/∂y == W*x - y"},
    {.name = "scripts",
     .also = {"script", "files", "file", "json", "comments", "#"},
     .summary = "files of statements, and results for programs",
     .text =
         "nabla lesson.ad runs a file. A statement ends at the end of its line or at ; "
         "and a "
         "line that ends with an operator, =, or an open bracket goes on in the next. # "
         "begins a comment. In a script a definition is silent; expressions and commands "
         "print. It stops at its first error, with exit status 2, unless --keep-going.\n"
         "\n"
         "With --json every result is an object on a line of its own, with all digits. "
         "load \"lesson.ad\" runs a file at the prompt, save \"work.ad\" writes one that "
         "brings all names back.",
     .example = "x = 3; # a comment\n"
                "f = x^2; g = f + 1\n"
                "g"},
};

size_t topic_count(void)
{
    return sizeof topics / sizeof *topics;
}

const topic *topic_at(size_t i)
{
    return &topics[i];
}
