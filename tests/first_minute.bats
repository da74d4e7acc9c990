#!/usr/bin/env bats
# Every sequence of keys in docs/prompt.md, typed into a real terminal, leaves the screen that
# stands there below it. NABLA is the path of the program.

load terminal

# The blocks of code of that kind and number.
block() {
    awk -v kind="$1" -v number="$2" '
        /^```/ { inside = $0 == "```" kind && ++seen == number; next }
        inside' "$BATS_TEST_DIRNAME/../docs/prompt.md"
}

# ⏎ is Enter, ⇥ is Tab; everything else is text.
press_keys() {
    local text=$1 key
    while [ -n "$text" ]; do
        key=${text%%[⏎⇥]*}
        [ -z "$key" ] || type "$key"
        text=${text#"$key"}
        case $text in
        ⏎*) press Enter ;;
        ⇥*) press Tab ;;
        esac
        text=${text#[⏎⇥]}
    done
}

# Whether the last line is a prompt with nothing behind it.
is_asking() {
    screen | sed '/^ *$/d' | tail -1 | grep -Eq '^(nabla>|  \.\.\.>)$'
}

screen_is() {
    screen | sed 's/ *$//' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' >seen
    cmp -s seen wanted
}

# Types sequence $1. Where the screen is another one, shows how it differs.
check_sequence() {
    mkdir -p "${history%/*}"
    echo 'x = 1' >"$history" # not the first start of all
    rows=40 open_nabla
    block screen "$1" >wanted
    [ -s wanted ]
    block keys "$1" >keys
    while IFS= read -r keys; do
        wait_until is_asking
        press_keys "$keys"
    done <keys
    wait_until screen_is 2>/dev/null || { diff wanted seen; return 1; }
}

@test "define, and see the gradient" {
    check_sequence 1
}

@test "a mistake, and what is proposed" {
    check_sequence 2
}

@test "a matrix" {
    check_sequence 3
}

@test "help" {
    check_sequence 4
}

@test "completion" {
    check_sequence 5
}

@test "every sequence has a test" {
    [ "$(grep -c '^```keys' "$BATS_TEST_DIRNAME/../docs/prompt.md")" -eq 5 ]
}
