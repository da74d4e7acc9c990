#!/usr/bin/env bats
# Checks from the command line: exit statuses, TAP.
# NABLA is the path of the program.

load cli-support

@test "the exit status is 0 where all checks pass, 1 where one fails" {
    nabla -e 'x = 2; check ∂(x^2)/∂x == 4; check x^2'
    [ "$status" -eq 0 ]
    nabla -e 'x = 2; check ∂(x^2)/∂x == 5; check x^2'
    [ "$status" -eq 1 ]
    nabla --json -e 'x = -1; check log(x)'
    [ "$status" -eq 1 ]
    [ -z "$err" ]
}

@test "a failed check does not stop a script, nor the files behind it" {
    printf 'check 1 == 2\n1 + 1\n' >a.ad
    printf '40 + 2\n' >b.ad
    nabla a.ad b.ad
    [ "$status" -eq 1 ]
    [[ "$out" == *$'\n2\n42' ]]
}

@test "an error outweighs a failed check" {
    nabla --keep-going -e 'check 1 == 2; q'
    [ "$status" -eq 2 ]
    nabla -e 'check 1 == 2; quit; q'
    [ "$status" -eq 1 ]
}

@test "--tap" {
    cat >a.ad <<'END'
x = 2
check "1a": ∂(x^2)/∂x == 4
x + 1
check "1 # b" 2 points: ∂(x^2)/∂x == 3.9
check x^2
check x^2 == 5
END
    nabla --tap a.ad
    [ "$status" -eq 1 ]
    diff - stdout.txt <<'END'
TAP version 13
ok 1 - 1a
# 3
not ok 2 - 1 \# b
  ---
  message: "yours 3.9, right 4"
  diagnosis: "unknown"
  check: "\"1 # b\" 2 points: ∂(x^2)/∂x == 3.9"
  file: "a.ad"
  line: 4
  ...
ok 3 - x^2
not ok 4 - x^2 == 5
  ---
  message: "yours 5, right 4; the forward pass comes to another value"
  diagnosis: "forward-value"
  check: "x^2 == 5"
  file: "a.ad"
  line: 6
  ...
1..4
END
}

@test "--tap: a check with an error is not ok" {
    nabla --tap --keep-going -e 'check "1a": q == 3
check 3 == 3'
    [ "$status" -eq 2 ]
    [[ "$out" == *'not ok 1 - 1a'*'q has no value'*$'\nok 2 - 3 == 3\n1..2' ]]
}

@test "--tap: an error elsewhere bails out" {
    nabla --tap -e 'check 3 == 3
q
check 3 == 3'
    [ "$status" -eq 2 ]
    [ "$out" = 'TAP version 13
ok 1 - 3 == 3
Bail out! -e:2: q has no value
1..1' ]
}

@test "--tap without checks has an empty plan" {
    nabla --tap -e ''
    [ "$status" -eq 0 ]
    [ "$out" = $'TAP version 13\n1..0' ]
}

@test "--tap and --json exclude each other" {
    nabla --tap --json -e '1'
    [ "$status" -eq 64 ]
    [ -z "$out" ]
}
