#!/usr/bin/env bats
# Completion and previews in a real terminal.
# NABLA is the path of the program.

load terminal

escape=$'\033'

@test "Tab completes commands, functions and names" {
    open_nabla
    enter 'width_of_it = 3'
    wait_for '^width_of_it = 3'
    type 'forw'
    press Tab
    wait_for '^nabla> forward'
    wait_cursor '15,4'
    press C-u
    type 'softp'
    press Tab
    wait_for '^nabla> softplus\('
    type 'wid'
    press Tab
    wait_for '^nabla> softplus\(width_of_it'
    type ')'
    press Enter
    wait_for '^3\.0485'
}

@test "a second Tab lists what fits, with signatures, below the line" {
    open_nabla
    type 'sigm + so'
    press Tab Tab
    wait_for 'softmax_cross_entropy\(z, y\)'
    shows 'solve\(a, b\)'
    [ "$(screen | grep -c '^nabla> sigm + so')" -eq 2 ]
    press C-u
    enter '6*7'
    wait_for '^42$'
}

@test "lists start below a line of several rows, wherever the cursor is" {
    columns=40 open_nabla
    type 'so + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11'
    press Home C-f C-f
    press Tab Tab
    wait_for '^solve\(a, b\)|  solve\(a, b\)'
    wait_cursor "9,$(screen | grep -n '^nabla> so' | tail -1 | awk -F: '{ print $1 - 1 }')"
    [ "$(screen | grep -c '10 + 11')" -eq 2 ]
    [[ "$(screen | grep -A1 '10 + 11$' | sed -n 2p)" == sof* ]]
}

@test "options and their values are completed behind set" {
    open_nabla
    type 'set uni'
    press Tab
    wait_for '^nabla> set unicode'
    type 'of'
    press Tab
    wait_for '^nabla> set unicode off'
    press C-u
    type 'set '
    press Tab Tab
    wait_for '^digits +significant digits'
}

@test "clauses are completed where they fit" {
    open_nabla
    enter 'x = 3; f = x^2'
    wait_for '^f = 9'
    type 'grad f w'
    press Tab
    wait_for '^nabla> grad f wrt'
    type 'x'
    press Tab
    type ' a'
    press Tab Tab
    wait_for '^and +at|^at'
    press C-u
    type 'f w'
    press Tab
    type '!'
    wait_for '^nabla> f w!'
}

@test "files are completed in quotes" {
    mkdir data
    echo '1,2' >data/numbers.csv
    open_nabla
    type 'sum(read("da'
    press Tab
    wait_for 'read\("data/'
    type 'n'
    press Tab
    wait_for 'read\("data/numbers.csv"$'
    type '))'
    press Enter
    wait_for '^3$'
}

@test "words behind a backslash become signs" {
    open_nabla
    type '\alpha'
    press Tab
    wait_for '^nabla> α$'
    type ' = 3; (\alp'
    press Tab
    type '^2'
    press Tab
    type ') \od'
    press Tab
    type ' 2; \part'
    press Tab
    type '(α^2)/\partial'
    press Tab
    type 'α; \nabla'
    press Tab
    type '(α^2)'
    wait_for '^nabla> α = 3; \(α²\) ⊙ 2; ∂\(α\^2\)/∂α; ∇\(α\^2\)'
    press Enter
    wait_for '^18$'
    wait_for '^6$'
    wait_for 'Gradient'
}

@test "completion goes by ~/.inputrc" {
    printf 'set show-all-if-ambiguous on\n"\\C-o": menu-complete\n' >inputrc
    open_nabla
    type 'acos(1) + softm'
    press Tab
    wait_for '^softmax_cross_entropy\(z, y\)|softmax\(a\)'
    press C-u
    type 'α = 1; 3α + sof'
    press C-o
    wait_for '3α \+ softmax$|3α \+ softmax\($'
    press C-o
    wait_for '3α \+ softmax_cross_entropy'
}

@test "a value is shown dimmed while its expression stands there" {
    open_nabla
    enter 'x = 6'
    wait_for '^x = 6'
    type 'x*7'
    wait_for '^nabla> x\*7   = 42$'
    screen -e | grep -q "$escape\[2m= 42"
    wait_cursor '10,4'
    type ' +'
    wait_for '^nabla> x\*7 \+$'
    press BSpace BSpace Enter
    wait_for '^42$'
    shows '^nabla> x\*7$'
}

@test "a mistake is underlined before Enter" {
    open_nabla
    type '1 + sigmod(2)'
    wait_for '^nabla> 1 \+ sigmod\(2\)   no function sigmod; did you mean sigmoid'
    screen -e | grep -Eq "$escape\[4(;31)?m($escape\[31m)?sigmod\(2\)"
    press C-u
    type '40 + q'
    wait_for 'q has no value'
    screen -e | grep -Eq "$escape\[4(;31)?m($escape\[31m)?q"
    press BSpace
    type '2'
    wait_for '^nabla> 40 \+ 2   = 42$'
}

@test "previews change nothing, and set preview off ends them" {
    open_nabla
    enter 'seed 3; x = 1'
    wait_for '^x = 1'
    type 'x += 40'
    wait_for '= 41$'
    press C-u
    type 'rand() + x'
    press C-u
    enter 'x + 1'
    wait_for '^2$'
    enter 'set preview off'
    wait_prompt
    type 'x + 41'
    press C-b C-b
    wait_for '^nabla> x \+ 41$'
    press Enter
    wait_for '^42$'
    run ! shows '= 42'
}
