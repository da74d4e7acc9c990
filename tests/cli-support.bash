# What the tests of the command line share.

bats_require_minimum_version 1.5.0

setup() {
    nabla=$(realpath "${NABLA:?set NABLA to the path of the program}")
    cd "$BATS_TEST_TMPDIR"
    unset NO_COLOR
    export TERM=xterm HOME=$BATS_TEST_TMPDIR
    unset XDG_STATE_HOME XDG_CONFIG_HOME
}

# Runs the program, its two outputs apart: $out, $err, $status.
nabla() {
    status=0
    "$nabla" "$@" >stdout.txt 2>stderr.txt || status=$?
    out=$(cat stdout.txt)
    err=$(cat stderr.txt)
}
