#!/usr/bin/env bats
# The command line as people use it: what is printed where, and the exit status.
# NABLA is the path of the program.

load cli-support

escape=$'\033'

@test "a file is run" {
    printf 'x = 3\nf = x^2\nf\n' >a.ad
    nabla a.ad
    [ "$status" -eq 0 ]
    [ "$out" = "f = 9" ]
    [ -z "$err" ]
}

@test "-e runs its argument" {
    nabla -e 'x = 3; y = x + 1; y'
    [ "$status" -eq 0 ]
    [ "$out" = "y = 4" ]
}

@test "- runs standard input" {
    nabla - <<<'x = 3
y = x + 1
y'
    [ "$status" -eq 0 ]
    [ "$out" = "y = 4" ]
}

@test "standard input that is no terminal is read without prompts" {
    nabla </dev/null
    [ "$status" -eq 0 ]
    [[ "$out" != *"nabla>"* ]]
}

@test "--json prints one object per line" {
    nabla --json -e '1; 2'
    [ "$status" -eq 0 ]
    [ "$(wc -l <stdout.txt)" -eq 2 ]
    [[ "$out" == '{"type":"value"'* ]]
}

@test "--version names the program" {
    nabla --version
    [ "$status" -eq 0 ]
    [[ "$out" =~ nabla.*[0-9] ]]
    [ -z "$err" ]
}

@test "--help lists the options" {
    nabla --help
    [ "$status" -eq 0 ]
    for word in --json --color --version --help -e; do
        [[ "$out" == *"$word"* ]]
    done
    [ -z "$err" ]
}

@test "an unknown option is exit 64, on standard error" {
    nabla --nonsense
    [ "$status" -eq 64 ]
    [ -z "$out" ]
    [[ "$err" == *--nonsense* ]]
}

@test "an unknown option is exit 64 and text even with --json" {
    nabla --json --nonsense
    [ "$status" -eq 64 ]
    [ -z "$out" ]
    [[ "$err" == *--nonsense* ]]
}

@test "-e without an argument is exit 64" {
    nabla -e
    [ "$status" -eq 64 ]
    [ -n "$err" ]
}

@test "a missing script is exit 2" {
    nabla missing.ad
    [ "$status" -eq 2 ]
    [[ "$err" == *missing.ad* ]]
}

@test "an error is exit 2, with its place and its underlined columns" {
    printf 'x = 1\nx + abc*2\n' >bad.ad
    nabla bad.ad
    [ "$status" -eq 2 ]
    [ -z "$out" ]
    [[ "$err" == "bad.ad:2:5: error: "* ]]
    # The marks stand under the columns of the name.
    line=$(grep -n 'x + abc\*2' stderr.txt | head -1)
    at=$(sed -n "${line%%:*}p" stderr.txt)
    before=${at%%abc*}
    marks=$(sed -n "$((${line%%:*} + 1))p" stderr.txt)
    [[ "$marks" == *"^^^"* && "$marks" != *"^^^^"* ]]
    leading=${marks%%^*}
    [ "${#leading}" -eq "${#before}" ]
}

@test "an error in -e and on standard input names them" {
    nabla -e '1 + q'
    [ "$status" -eq 2 ]
    [[ "$err" == "-e:1:5: error: "* ]]
    nabla - <<<'1 + q'
    [ "$status" -eq 2 ]
    [[ "$err" == "-:1:5: error: "* ]]
}

@test "a misspelt function comes with a proposal" {
    nabla -e 'x = 1; y = sigmod(x)'
    [ "$status" -eq 2 ]
    [[ "$err" == *"hint: "*"sigmoid"* ]]
}

@test "what was printed before an error stays printed" {
    nabla -e '1 + 1; q'
    [ "$status" -eq 2 ]
    [[ "$out" == *2* ]]
    [ -n "$err" ]
}

@test "--color=always colours, --color=never and pipes do not" {
    nabla --color=always -e 'x = 3; grad x^2'
    [ "$status" -eq 0 ]
    [[ "$out" == *"$escape["* ]]
    nabla --color=never -e 'x = 3; grad x^2'
    [[ "$out" != *"$escape"* ]]
    nabla -e 'x = 3; grad x^2'
    [[ "$out" != *"$escape"* ]]
}

@test "upstream and downstream are red, locals blue" {
    nabla --color=always -e 'x = 3; grad x^2'
    # 31 or 91 is red, 34 or 94 blue; other attributes may stand beside them.
    grep -Eq "$escape\[([0-9]+;)*[39]1(;[0-9]+)*m" stdout.txt
    grep -Eq "$escape\[([0-9]+;)*[39]4(;[0-9]+)*m" stdout.txt
}

@test "colour adds nothing but colour" {
    nabla --color=never -e 'x = 3; grad x^2'
    cp stdout.txt plain.txt
    nabla --color=always -e 'x = 3; grad x^2'
    sed "s/$escape\[[0-9;]*m//g" stdout.txt >stripped.txt
    cmp plain.txt stripped.txt
}

@test "JSON is never coloured" {
    nabla --json --color=always -e 'x = 3; grad x^2'
    [ "$status" -eq 0 ]
    [[ "$out" != *"$escape"* ]]
}

@test "on a terminal there is colour, with NO_COLOR there is none" {
    printf 'x = 3\ngrad x^2\n' >a.ad
    script -qec "'$nabla' a.ad" /dev/null </dev/null >with.txt
    grep -q "$escape\[" with.txt
    NO_COLOR=1 script -qec "'$nabla' --color=auto a.ad" /dev/null </dev/null >without.txt
    run ! grep -Eq "$escape\[[0-9;]*[39][14]m" without.txt
}

@test "on a terminal there is a prompt" {
    printf 'x = 3\nx^2\nquit\n' |
        timeout 20 script -qec "'$nabla'" /dev/null >session.txt
    grep -q 'nabla>' session.txt
    grep -q '9' session.txt
}

@test "on a terminal an error does not end the session" {
    printf 'q + 1\n6*7\nquit\n' |
        timeout 20 script -qec "'$nabla'" /dev/null >session.txt
    grep -q 'error:' session.txt
    grep -q '42' session.txt
}

@test "on a terminal a definition without values says what is missing" {
    printf 'f = (x + y) * max(y, z)\nquit\n' |
        timeout 20 script -qec "'$nabla'" /dev/null >session.txt
    grep -q 'x, y, z have no value yet' session.txt
}

@test "the report of the demo shows every gradient" {
    printf 'f = (x + y) * max(y, z)\nx = 1; y = 2; z = 0;\ngrad f\n' >demo.ad
    nabla demo.ad
    [ "$status" -eq 0 ]
    [[ "$out" == *"∂f/∂y = 3 (via v2) + 2 (via v1) = 5"* ]]
    [[ "$out" == *"downstream 3 × 1 = 3"* ]]
}

@test "a chain of 100,000 definitions is differentiated" {
    awk 'BEGIN {
        print "x = 0.5"; print "v1 = sin(x)"
        for (i = 2; i <= 100000; i++) print "v" i " = sin(v" (i - 1) ")"
        print "v100000"; print "∂v100000/∂x"
    }' >chain.ad
    timeout 60 "$nabla" --json chain.ad >stdout.txt
    [ "$(grep -c '"type":"value"' stdout.txt)" -eq 2 ]
}

@test "one expression of 100,000 terms is differentiated" {
    awk 'BEGIN {
        print "x = 2"; printf "f = x"
        for (i = 2; i <= 100000; i++) printf " + x"
        print ""; print "f"; print "∂f/∂x"
    }' >sum.ad
    timeout 60 "$nabla" --json sum.ad >stdout.txt
    grep -q '"value":200000}' stdout.txt
    grep -q '"value":100000}' stdout.txt
}
