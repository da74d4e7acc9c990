#!/usr/bin/env bats
# The line that is being typed, as it is drawn in a real terminal.
# NABLA is the path of the program.

load terminal

escape=$'\033'

# Whether that text has that colour, in the words of tmux: 36 is cyan, 1 bold …
has_color() {
    screen -e | grep -Eq "$escape\[([0-9]+;)*$1(;[0-9]+)*m($escape\[[0-9;]*m)*$2"
}

@test "numbers, names, functions, commands and operators have their colours" {
    open_nabla
    enter 'x = 3'
    wait_for '^x = 3'
    type 'grad sin(x) + 12 + q'
    wait_until has_color 35 grad
    wait_until has_color 34 sin
    wait_until has_color 36 12
    wait_until has_color 33 q
    wait_until has_color 1 '\+'
    run ! has_color 33 x
}

@test "the bracket at the cursor and the one that matches are marked" {
    open_nabla
    type '(1 + [2, 3])'
    wait_until has_color 7 '\)'
    has_color 7 '\('
    press Left Left
    wait_until has_color 7 '\]'
    has_color 7 '\['
}

@test "with NO_COLOR, on a dumb terminal and with --color=never nothing is coloured" {
    NO_COLOR=1 run_in_terminal "$nabla"
    wait_for '^nabla>'
    type 'grad 12'
    wait_for 'grad 12'
    run ! grep -q "$escape" <(screen -e)
    press C-u
    enter 'f = (40 +'
    wait_for '^  \.\.\.>'
    enter '2)'
    wait_for '^f = 42'
    run_in_terminal TERM=dumb "$nabla"
    wait_for '^nabla>'
    enter 'f = (40 +'
    wait_for '^  \.\.\.>'
    enter '2)'
    wait_for 'f = 42'
    press C-d
    wait_for '^ended with 0'
    run_in_terminal "$nabla" --color=never
    wait_for '^nabla>'
    type 'grad 12'
    wait_for 'grad 12'
    run ! grep -q "$escape" <(screen -e)
}

@test "set color off turns colours off, and set color on on again" {
    open_nabla
    enter 'set color off'
    wait_prompt
    type 'grad 12'
    wait_for 'grad 12'
    run ! has_color 36 12
    press C-u
    enter 'set color on'
    type '12'
    wait_until has_color 36 12
}

@test "Enter moves to the end of the line, wherever the cursor is" {
    open_nabla
    type '40 + 2'
    press Home Enter
    wait_for '^42$'
    shows '^nabla> 40 \+ 2$'
    columns=30 open_nabla
    type '1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9'
    press Home Enter
    wait_for '^45$'
    [ "$(screen | grep -B1 '^45$' | head -1)" = ' 7 + 8 + 9' ]
}

@test "a line that ends with the row is entered without an empty row" {
    columns=20 open_nabla
    enter '1111111111111'
    wait_for '^1111111111111$'
    [ "$(screen | grep -B1 '^1111111111111$' | head -1)" = 'nabla> 1111111111111' ]
}

@test "of a line taller than the window the rows around the cursor are shown" {
    columns=30 rows=6 open_nabla
    type "0$(printf ' + %d' {1..100})"
    wait_for '99 \+ 100'
    run ! shows 'nabla>'
    wait_cursor "$(cursor)"
    press C-a
    wait_for '^nabla> 0 \+ 1'
    wait_cursor '7,0'
    press C-e
    wait_for '99 \+ 100'
    press Enter
    wait_for '^5050$'
    scrollback | grep -q '^nabla> 0 + 1 + 2'
}

@test "a statement of several lines is brought back and edited with its prompts" {
    open_nabla
    enter 'f = (20 +'
    enter '1)'
    wait_for '^f = 21'
    enter 'g = 2'
    wait_for '^g = 2'
    press Up Up
    wait_cursor '9,8'
    shows '^  \.\.\.> 1\)'
    press Up End
    type ' 20 +'
    wait_for '^nabla> f = \(20 \+ 20 \+'
    press Enter
    wait_for '^f = 41'
}

@test "Enter in an unfinished line makes another, and an empty one submits" {
    open_nabla
    type 'A = [1, 2'
    press Enter
    wait_cursor '7,3'
    type '3, 4]'
    press Enter
    wait_for '^A = \[1, 2; 3, 4\]'
    type '(5'
    press Enter
    wait_for '^  \.\.\.>$'
    press Enter
    wait_for 'still open'
    wait_prompt
}

@test "the mode is shown where ~/.inputrc asks for it" {
    printf 'set editing-mode vi\nset show-mode-in-prompt on\n' >inputrc
    run_in_terminal "$nabla"
    wait_for '^\(ins\)nabla>'
    type '6*7'
    press Escape
    wait_for '^\(cmd\)nabla> 6\*7'
    press Enter
    wait_for '^42$'
}

@test "what readline asks for is drawn: a search, an argument" {
    open_nabla
    enter 'alpha = 4'
    wait_for '^alpha = 4'
    press C-r
    type 'ph'
    wait_for "^\(reverse-i-search\)\`ph': alpha = 4"
    press C-g
    wait_prompt
    press M-5
    wait_for '^\(arg: 5\)'
    type 'x'
    wait_for '^nabla> xxxxx'
}

@test "wide and combining characters take the columns they take" {
    open_nabla
    type '変数 + x̂'
    wait_cursor '15,2'
    press C-a
    wait_cursor '7,2'
    press C-f C-f
    wait_cursor '11,2'
    type '12'
    wait_for '変数12 \+ x̂'
    wait_cursor '13,2'
}

@test "the line is laid out anew when the window changes" {
    columns=60 open_nabla
    enter 'x = 7'
    wait_for '^x = 7'
    type 'x + 100000 + 200000 + 300000'
    tmux resize-window -t "w$window" -x 30 -y 20
    wait_for '^00000$'
    type '0'
    press Home Delete
    type '9'
    tmux resize-window -t "w$window" -x 60 -y 20
    wait_for '^nabla> 9 \+ 100000 \+ 200000 \+ 3000000$'
    [ "$(screen | grep -c 'nabla> 9')" -eq 1 ]
    press Enter
    wait_for '^3300009'
}

# Asks for the width of reports. A terminal may pass its new size on a moment later.
reports_width() {
    enter 'set width'
    sleep 0.2
    shows "^width +$1 "
}

@test "reports are as wide as the window is now, unless set otherwise" {
    open_nabla
    tmux resize-window -t "w$window" -x 60 -y 24
    wait_until reports_width 60
    tmux resize-window -t "w$window" -x 90 -y 24
    wait_until reports_width 90
    enter 'set width 50'
    wait_prompt
    press C-l
    tmux resize-window -t "w$window" -x 70 -y 24
    wait_until reports_width 50
}

@test "Ctrl-L leaves the line alone on the screen" {
    open_nabla
    type '6*7'
    press C-l
    wait_cursor '10,0'
    # What it comes to may stand beside it already.
    [[ "$(screen | sed '/^$/d')" =~ ^'nabla> 6*7'(' '+'= 42')?$ ]]
    press Enter
    wait_for '^42$'
}

@test "a script that is pasted stands below itself as if it had been typed" {
    open_nabla
    printf 'nabla> x = 40\nx = 40\nnabla> y = (x +\n  ...> 2)\ny = 42\n' >script.txt
    paste script.txt
    wait_for '\.\.\.> 2\)'
    press Enter
    wait_for '^y = 42'
    wait_prompt
    diff - <(screen | sed '/^$/d' | tail -n +3) <<'END'
nabla> x = 40
x = 40
nabla> y = (x +
  ...> 2)
y = 42
nabla>
END
}
