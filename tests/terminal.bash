# What the tests of the prompt share: nabla in a real terminal, which tmux is.
#
# Every wait is for text on the screen, so a slow machine only takes longer.

bats_require_minimum_version 1.5.0

setup() {
    nabla=$(realpath "${NABLA:?set NABLA to the path of the program}")
    cd "$BATS_TEST_TMPDIR"
    export TMUX_TMPDIR=$BATS_TEST_TMPDIR
    unset TMUX NO_COLOR XDG_STATE_HOME XDG_CONFIG_HOME
    export HOME=$BATS_TEST_TMPDIR/home INPUTRC=$BATS_TEST_TMPDIR/inputrc
    mkdir home
    : >inputrc
    history=$HOME/.local/state/nabla/history
    window=0
}

teardown() {
    tmux kill-server 2>/dev/null || true
}

# Opens a terminal of $columns by $rows (80 by 24) and runs a command in it. What is typed
# next goes there. Its exit status is shown when it ends.
run_in_terminal() {
    window=$((window + 1))
    tmux -f /dev/null new-session -d -s "w$window" -x "${columns:-80}" -y "${rows:-24}" \
        "$* ; echo \"ended with \$?\"; exec sleep 1000"
}

# Runs nabla there, with these options, up to its first prompt.
open_nabla() {
    run_in_terminal "$nabla" "$@"
    wait_for '^nabla>'
}

# Text, as if typed. A semicolon at its end would end the command of tmux.
type() {
    local text=$1
    [[ "$text" != *';' ]] || text="${text%;}\\;"
    tmux send-keys -t "w$window" -l -- "$text"
}

# Keys by name: Enter, Up, C-c, M-b, Tab …
press() {
    tmux send-keys -t "w$window" "$@"
}

# A line, entered.
enter() {
    type "$1"
    press Enter
}

# A file, pasted in brackets as terminals do; prompts wait for brackets to be asked for.
paste() {
    tmux load-buffer "$1"
    tmux paste-buffer -p -t "w$window"
}

# What the terminal shows; with -e, with its colours.
screen() {
    tmux capture-pane -p -t "w$window" "$@"
}

# All that it has shown.
scrollback() {
    tmux capture-pane -p -S - -t "w$window"
}

cursor() {
    tmux display-message -p -t "w$window" '#{cursor_x},#{cursor_y}'
}

# Waits until a command succeeds; at the end of its patience shows the screen and fails.
wait_until() {
    local tries=0
    until "$@"; do
        tries=$((tries + 1))
        if [ "$tries" -gt 1500 ]; then
            echo "waited in vain: $*" >&2
            scrollback >&2
            return 1
        fi
        sleep 0.02
    done
}

shows() {
    screen | grep -Eq -- "$1"
}

wait_for() {
    wait_until shows "$1"
}

is_at() {
    [ "$(cursor)" = "$1" ]
}

# Waits until the cursor is in that column and row, from 0.
wait_cursor() {
    wait_until is_at "$1"
}

# Waits for a prompt with nothing behind it below everything else.
at_prompt() {
    [ "$(screen | sed '/^$/d' | tail -1)" = 'nabla>' ]
}

wait_prompt() {
    wait_until at_prompt
}

# Whether what was entered is running: the cursor has left the line.
is_running() {
    [[ "$(cursor)" == 0,* ]]
}
