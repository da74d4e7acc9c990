#!/usr/bin/env bats
# The prompt in a real terminal: statements of several lines, history, Ctrl-C and Ctrl-D.
# NABLA is the path of the program.

load terminal

@test "the first start prints two lines, a later one none" {
    open_nabla
    [ "$(screen | sed '/^$/d' | wc -l)" -eq 3 ]
    [ "$(screen | sed -n 3p)" = 'nabla>' ]
    enter 'x = 3'
    wait_for '^x = 3$'
    press C-d
    wait_for 'ended with 0'
    open_nabla
    [ "$(screen | sed '/^$/d')" = 'nabla>' ]
}

@test "Ctrl-D leaves, on a line of its own" {
    open_nabla
    press C-d
    wait_for '^ended with 0'
}

@test "quit leaves" {
    open_nabla
    enter 'quit'
    wait_for '^ended with 0'
}

@test "Ctrl-C drops the line and the statement of several lines" {
    open_nabla
    type 'x = 1 + '
    press C-c
    wait_for '\^C'
    enter 'f = (1 +'
    wait_for '  \.\.\.>'
    type '2 +'
    press C-c
    wait_prompt
    enter '40 + 2'
    wait_for '^42$'
    run ! shows 'error'
}

@test "Ctrl-C stops a long computation and the session goes on" {
    open_nabla
    enter 'x = 41'
    wait_for '^x = 41'
    product='ones(2000, 2000)'
    enter "sum($product$(printf "*$product%.0s" {1..20}))"
    wait_until is_running
    press C-c
    wait_for 'interrupted'
    wait_prompt
    enter 'x + 1'
    wait_for '^42$'
}

@test "Ctrl-C stops all of a line that is still to run" {
    open_nabla
    product='ones(2000, 2000)'
    enter "sum($product$(printf "*$product%.0s" {1..20})); 6*7"
    wait_until is_running
    press C-c
    wait_for 'interrupted'
    wait_prompt
    run ! shows '^42$'
}

@test "brackets and operators ask for more, an empty line submits" {
    open_nabla
    enter 'A = [1, 2'
    wait_for '^  \.\.\.>$'
    enter '3, 4]'
    wait_for '^A = \[1, 2; 3, 4\]'
    enter 'y = 1 +'
    wait_for '^  \.\.\.>$'
    enter '2'
    wait_for '^y = 3'
    enter '(5'
    wait_for '\(5'
    press Enter
    wait_for 'still open'
    wait_prompt
}

@test "history comes back in the next session, statements of several lines too" {
    open_nabla
    enter 'f = (20 +'
    enter '1)'
    wait_for '^f = 21'
    enter 'x = 5'
    wait_for '^x = 5'
    press C-d
    wait_for 'ended'
    open_nabla
    press Up
    wait_for 'nabla> x = 5'
    press C-p C-p
    wait_for 'f = \(20 \+'
    press C-e Enter
    wait_for '^f = 21'
}

@test "history survives kill -9" {
    run_in_terminal "sh -c 'echo \$\$ >pid; exec $nabla'"
    wait_for '^nabla>'
    enter 'x = 5'
    wait_for '^x = 5'
    kill -9 "$(cat pid)"
    wait_for 'ended with 137'
    open_nabla
    press Up
    wait_for 'nabla> x = 5'
}

@test "sessions at the same time share one history" {
    open_nabla
    first=$window
    enter 'x = 1'
    wait_for '^x = 1'
    open_nabla
    enter 'y = 2'
    wait_for '^y = 2'
    window=$first
    enter 'z = 3'
    wait_for '^z = 3'
    [ "$(cat "$history")" = $'x = 1\ny = 2\nz = 3' ]
    [ -z "$(find "$HOME" -name '*.new')" ]
}

@test "a broken history is reported once and moved aside" {
    mkdir -p "${history%/*}"
    printf 'x = 1\n\377\n' >"$history"
    open_nabla
    shows 'history.broken'
    press C-d
    wait_for 'ended'
    open_nabla
    run ! shows 'broken'
    enter 'x = 2'
    wait_for '^x = 2'
    [ "$(cat "$history")" = 'x = 2' ]
    [ -e "$history.broken" ]
}

@test "a history that cannot be kept does not stop the session" {
    export XDG_STATE_HOME=/dev/null
    open_nabla
    shows 'no history is kept'
    enter '6*7'
    wait_for '^42$'
}

@test "Ctrl-R finds what was typed" {
    open_nabla
    enter 'alpha = 4'
    enter 'beta = 5'
    wait_for '^beta = 5'
    press C-r
    type 'alp'
    wait_for "'?alp'?: alpha = 4"
    press Enter
    wait_until test "$(grep -c '^alpha = 4' <(screen))" -ge 1
    press C-a C-k
    type '6*7'
    press Enter
    wait_for '^42'
}

@test "~/.inputrc is heeded: vi mode" {
    echo 'set editing-mode vi' >inputrc
    open_nabla
    type '41'
    press Escape
    wait_cursor '8,2'
    type 'x'
    type 'a2'
    press Enter
    wait_for '^42'
}

@test "a script of 500 lines that is pasted runs line by line, without its prompts" {
    open_nabla
    {
        echo 'nabla> s = 0;'
        for i in $(seq 498); do echo "nabla> s := s + $i;"; done
        echo 'nabla> s'
    } >script.txt
    paste script.txt
    press Enter
    wait_for '^s = 124251'
    wait_prompt
    run ! shows 'error'
    [ "$(grep -c . "$history")" -eq 500 ]
    run ! grep -q 'nabla>' "$history"
}

@test "pasted lines wait for Enter" {
    open_nabla
    printf 'x = 40\nx + 2\n' >script.txt
    paste script.txt
    wait_for 'x \+ 2'
    run ! shows '^42'
    press Enter
    wait_for '^x = 40'
    wait_for '^42'
}

@test "a script that is typed at once runs line by line" {
    open_nabla
    { echo 's = 0;'; for i in $(seq 100); do echo "s := s + $i;"; done; echo 's'; } >script.txt
    tmux load-buffer script.txt
    tmux paste-buffer -t "w$window"
    wait_for '^s = 5050'
}

@test "input that is not a terminal is a script, also behind -i" {
    echo 'x = 41' >a.ad
    out=$("$nabla" -i a.ad <<<'y = x + 1
y')
    [ "$out" = 'y = 42' ]
    status=0
    out=$("$nabla" -i a.ad 2>stderr.txt <<<'q
x') || status=$?
    [ "$status" -eq 2 ]
    [ -z "$out" ]
    grep -q '^-:1:1: error' stderr.txt
}

@test "a session that is stopped goes on in the foreground" {
    run_in_terminal bash --norc -m
    enter "PS1='sh> '; '$nabla'"
    wait_for '^nabla>'
    type '6*'
    press C-z
    wait_for 'Stopped'
    enter 'fg'
    wait_for 'nabla> 6\*$'
    enter '7'
    wait_for '^42'
}

@test "the session goes on in another width" {
    open_nabla
    enter 'x = 3'
    wait_for '^x = 3'
    type '40 +'
    tmux resize-window -t "w$window" -x 60 -y 20
    enter ' 2'
    wait_for '^42'
}

@test "the config file runs before the first prompt, and not in scripts" {
    mkdir -p "$HOME/.config/nabla"
    echo 'set digits 3' >"$HOME/.config/nabla/config.ad"
    open_nabla
    enter 'π + 0'
    wait_for '^3\.14$'
    enter 'undo'
    wait_for 'nothing to undo'
    run "$nabla" -e 'π + 0'
    [ "$output" = 3.14159 ]
    run "$nabla" - <<<'π + 0'
    [ "$output" = 3.14159 ]
}

@test "a broken config file is reported once and moved aside" {
    export XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config
    mkdir -p "$XDG_CONFIG_HOME/nabla"
    printf 'set digits 3\nset digits many\n' >"$XDG_CONFIG_HOME/nabla/config.ad"
    open_nabla
    wait_for 'config.ad:2:12: error'
    wait_for 'config file has a mistake'
    [ ! -e "$XDG_CONFIG_HOME/nabla/config.ad" ]
    [ -e "$XDG_CONFIG_HOME/nabla/config.ad.broken" ]
    open_nabla
    enter 'π + 0'
    wait_for '^3\.14159$'
    run ! shows 'config'
}

@test "a long result goes through the pager where the option says so" {
    printf '#!/bin/sh\nsed "s/^/paged: /" | tail -3\n' >pager
    chmod +x pager
    export PAGER="$PWD/pager -x"
    open_nabla
    enter 'help grad'
    wait_for '∂f/∂z = 0'
    run ! shows 'paged'
    enter 'set pager on'
    enter 'help grad'
    wait_for '^paged: .*∂f/∂z = 0'
    enter '6*7'
    wait_for '^42$'
    export PAGER=/nowhere/pager
    open_nabla
    enter 'set pager on'
    enter 'help grad'
    wait_for '∂f/∂z = 0'
}

@test "a sandbox starts no pager and runs no config file" {
    mkdir -p "$HOME/.config/nabla"
    echo 'set digits 3' >"$HOME/.config/nabla/config.ad"
    open_nabla --sandbox
    enter 'π + 0'
    wait_for '^3\.14159$'
    enter 'set pager on'
    wait_for 'the sandbox starts no programs'
}
