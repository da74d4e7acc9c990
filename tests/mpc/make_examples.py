#!/usr/bin/env python3
"""Write examples.inc, the table of worked examples, from the page that describes the interface.

usage: make_examples.py PAGE > examples.inc

The page numbers its examples E1, E2, ... in tables and in indented blocks. Most rows state what
every implementation does. Those of the last section show accidents that ours does not repeat;
what ours does instead is stated here, in OURS.
"""

import re
import sys

MATHS = """expression : <product> (('+' | '-') <product>)* ;
product : <value> (('*' | '/') <value>)* ;
value : /[0-9]+/ | '(' <expression> ')' ;
maths : /^/ <expression> /$/ ;"""

LINE = r"""number "number" : /[0-9]+(\.[0-9]+)?/ ;
name "name" : /[a-zA-Z_][a-zA-Z0-9_]*/ ;
call : <name> '(' (<expr> (',' <expr>)*)? ')' ;
primary : <number> | <call> | <name> | '(' <expr> ')' ;
power : <primary> ('^' <unary>)? ;
unary : '-' <unary> | <power> ;
term : <unary> (('*' | '/') <unary>)* ;
sum : <term> (('+' | '-') <term>)* ;
cmp : <sum> (("<=" | ">=" | '<' | '>') <sum>)? ;
expr : <cmp> ;
let : "let" <name> '=' <expr> ;
line : /^/ (<let> | <expr>) /$/ ;"""

NESTED = "(" * 40 + "1" + ")" * 40

# What ours does where the original has an accident: kind of outcome, text, position.
OURS = {
    174: ("TREE", ">\n  t|>\n    char:1:1 'x'\n    regex\n  regex", -1),
    175: ("TREE", ">\n  char:1:1 'a'\n  char:1:2 'b'", -1),
    176: ("FAILS", "<t>:1:1: error: expected 'b' at 'a'", 0),
    177: ("LANGUAGE_FAILS", "<mpca_lang>:1:9: error: ", 8),
    178: ("LANGUAGE_FAILS", "<mpca_lang>:1:8: error: ", 7),
    179: ("FAILS_LIKE", "<t>: error: Invalid Regex: ", 0),
    180: ("FAILS_LIKE", "<t>: error: Invalid Regex: ", 0),
    181: ("MATCHES", "a", -1),
    182: ("MATCHES", "_", -1),
    183: ("FAILS", "<t>:1:3: error: expected one or more of one of '0123456789' or '(' "
          "at end of input", 2),
    184: ("TREE", """>
  regex
  expr|cmp|sum|term|unary|power|primary|call|>
    name|regex:1:1 'f'
    char:1:2 '('
    expr|cmp|sum|term|unary|power|primary|name|regex:1:3 'x'
    char:1:4 ')'
  regex""", -1),
    185: ("FAILS", "<t>:1:1: error: expected 'a' at '%'", 0),
    186: ("TREE", ">\n  b|char:1:1 'b'\n  a|char:1:2 'a'", -1),
    187: ("SUCCEEDS", "", -1),
    188: ("LANGUAGE_FAILS", "<mpca_lang>: error: Left recursion in rule 'e'!", 0),
}


def decode(text):
    """Control characters and bytes written as escapes; other backslashes are themselves."""
    def one(match):
        escape = match.group(1)
        return {"n": "\n", "t": "\t"}.get(escape) or chr(int(escape[1:], 16))
    return re.sub(r"\\(n|t|x[0-9a-f]{2})", one, text)


def decode_result(text):
    """The same where the page also doubles backslashes."""
    return text.replace("\\\\", "\0").replace("\\n", "\n").replace("\0", "\\")


def c_string(text):
    """A C literal, one line of source for each line of text."""
    if text in (MATHS, LINE):
        return "MATHS" if text == MATHS else "LINE"
    out = []
    for byte in text.encode("latin-1"):
        char = chr(byte)
        if char in '"\\':
            out.append("\\" + char)
        elif char == "\n":
            out.append("\\n\"\n     \"")
        elif 32 <= byte < 127:
            out.append(char)
        else:
            out.append("\\%03o" % byte)
    return ('"' + "".join(out) + '"').replace("\n     \"\"", "")


def cells(line):
    """The cells of a table row, without the code marks."""
    parts = re.split(r"(?<!\\)\|", line)[1:-1]
    return [part.strip().replace("\\|", "|") for part in parts]


def code(cell):
    """What a cell shows as code."""
    return "" if cell == "(empty)" else re.fullmatch(r"`(.*)`", cell, re.S).group(1)


def tree(lines):
    """A printed tree: nodes without contents end in a space, which the page leaves out."""
    return "".join(line + ("\n" if line.endswith("'") else " \n") for line in lines)


class Example:
    def __init__(self, number):
        self.number = number
        self.how = "PARSE"
        self.grammar = ""
        self.flags = "0"
        self.names = ""
        self.input = ""
        self.length = -1
        self.outcome = "TREE"
        self.text = ""
        self.pos = -1

    def set_grammar(self, text):
        match = re.match(r"\((maths|line)\)", text)
        self.grammar = {"maths": MATHS, "line": LINE}[match.group(1)] if match else text
        if text.endswith("(ws-sensitive)"):
            self.grammar = text[:-len("(ws-sensitive)")].strip()
            self.set_flags("ws-sensitive")
        names = re.findall(r"(?:^|;)\s*(\w+)\s*(?:\"[^\"]*\"\s*)?:", self.grammar)
        if match:
            names.sort(key=lambda name: name != match.group(1))
        # Rules called `extra` are there to show what happens if their parser is not passed.
        self.names = " ".join(dict.fromkeys(n for n in names if n != "extra"))

    def set_flags(self, text):
        self.flags = {"ws-sensitive": "MPCA_LANG_WHITESPACE_SENSITIVE",
                      "predictive": "MPCA_LANG_PREDICTIVE"}[text]

    def write(self):
        ours = self.number in OURS
        if ours:
            self.outcome, self.text, self.pos = OURS[self.number]
            if self.outcome == "TREE":
                self.text = tree(self.text.split("\n"))
        print('    {"E%d", %s, %s,\n     %s, %s, %s, %d,\n     %s, %s, %d, %d},' % (
            self.number, self.how, c_string(self.grammar), self.flags,
            c_string(self.names), c_string(self.input), self.length, self.outcome,
            c_string(self.text), self.pos, ours))


def read_regex_row(example, row):
    _, regex, mode, text, result = row
    example.how = "REGEX"
    example.grammar = code(regex)
    example.flags = "MPC_RE_M" if mode == "M" else "0"
    example.input = decode(code(text))
    example.outcome = "MATCHES"
    if result.startswith("fails: "):
        example.outcome = "FAILS"
        example.text = decode(code(result[len("fails: "):]))
    elif result != "matches the empty string":
        example.text = decode_result(code(result[len("matches "):]))


def read_language_row(example, row):
    _, grammar, outcome = row
    example.set_grammar(decode(code(grammar)))
    if not example.names:
        example.names = "s"
    if "<t>" in example.grammar:
        example.names += " t"
    match = re.match(r"`mpca_lang` fails: `(.*?error: )", outcome)
    if match:
        example.outcome = "LANGUAGE_FAILS"
        example.text = match.group(1)
        return
    match = re.match(r"defined; parsing `(.*?)` (fails:|gives) `(.*)`", outcome)
    example.input = match.group(1)
    example.outcome = "FAILS" if match.group(2) == "fails:" else "TREE"
    example.text = match.group(3)
    if example.outcome == "TREE":
        example.text = tree([example.text])


def read_error_row(example, row):
    _, grammar, text, message, pos = row
    example.outcome = "FAILS"
    example.text = decode(code(message))
    example.pos = int(pos)
    if grammar.startswith("a parser"):
        example.names = "s"
        return
    match = re.search(r" with `mpc_nparse` length (\d+)", grammar)
    if match:
        example.length = int(match.group(1))
    example.set_grammar(grammar if grammar.startswith("(") else code(grammar))
    example.input = decode(code(text))


def read_block(example, head, lines):
    match = re.match(r'(.*?)   input (?:"(.*?)"|40 nested.*?)(?:   flags: (\S+))?$', head)
    grammar, text, flags = match.groups()
    if grammar.startswith("regex "):
        example.how = "REGEX"
        example.grammar = grammar[len("regex "):]
    else:
        example.set_grammar(grammar)
    example.input = NESTED if text is None else decode(text)
    if flags:
        example.set_flags(flags)
    if lines == ["success, output NULL"]:
        example.outcome = "NO_OUTPUT"
    else:
        example.text = tree(lines)


def read_page(lines):
    i = 0
    while i < len(lines):
        line = lines[i]
        i += 1
        match = re.match(r"(\| )?E(\d+) ", line)
        if not match:
            continue
        example = Example(int(match.group(2)))
        if match.group(1):
            row = cells(line)
            {5: read_regex_row if example.number < 35 else read_error_row,
             3: read_language_row}[len(row)](example, row)
        else:
            body = []
            while lines[i].startswith("    "):
                body.append(lines[i][4:])
                i += 1
            read_block(example, line.split("  ", 1)[1].strip(), body)
        yield example


def main():
    with open(sys.argv[1], encoding="utf-8") as page:
        examples = list(read_page(page.read().split("\n")))
    numbers = [example.number for example in examples]
    if numbers != list(range(1, len(numbers) + 1)):
        sys.exit("the examples are not numbered without gaps")
    print("/* Generated by make_examples.py; do not edit. */")
    for name, text in ("MATHS", MATHS), ("LINE", LINE):
        body = c_string(text + "\n").replace("\n", " \\\n")
        print("\n#define %s \\\n     %s" % (name, body))
    print("\nstatic const example examples[] = {")
    for example in examples:
        example.write()
    print("};")


main()
