#!/usr/bin/env bats
# The whole command line: options beyond those of cli.bats, locales, closed outputs.
# NABLA is the path of the program.

load cli-support

@test "several files run one after the other, with one set of names" {
    echo 'x = 3' >a.ad
    printf 'y = x + 1\ny\n' >b.ad
    nabla a.ad b.ad
    [ "$status" -eq 0 ]
    [ "$out" = "y = 4" ]
}

@test "--keep-going goes on after an error and still ends with 2" {
    nabla --keep-going -e '1 + q; x = 5; y = x; y'
    [ "$status" -eq 2 ]
    [ "$out" = "y = 5" ]
    [[ "$err" == "-e:1:5: error: "* ]]
}

@test "--no-unicode prints ASCII only" {
    nabla --no-unicode -e 'f = (x + y) * max(y, z); grad f at x=1, y=2, z=0'
    [ "$status" -eq 0 ]
    [[ "$out" == *"df/dx"* && "$out" == *"->"* ]]
    run ! env LC_ALL=C grep -q '[^ -~]' stdout.txt
}

@test "a locale without UTF-8 prints ASCII only" {
    LC_ALL=C nabla -e 'x = 3; grad x^2'
    [ "$status" -eq 0 ]
    run ! env LC_ALL=C grep -q '[^ -~]' stdout.txt
}

@test "#! makes a script" {
    printf '#!%s\nx = 3\ny = x + 1\ny\n' "$nabla" >script.ad
    chmod +x script.ad
    run ./script.ad
    [ "$status" -eq 0 ]
    [ "$output" = "y = 4" ]
}

@test "closed standard output is an error, not a crash" {
    status=0
    "$nabla" -e '1 + 1' >&- 2>stderr.txt || status=$?
    [ "$status" -ne 0 ]
    [ "$status" -lt 126 ]
}

@test "a full device is an error, not a crash" {
    [ -e /dev/full ] || skip "no /dev/full"
    status=0
    "$nabla" -e '1 + 1' >/dev/full 2>stderr.txt || status=$?
    [ "$status" -ne 0 ]
    [ "$status" -lt 126 ]
    [ -s stderr.txt ]
}

@test "a reader that goes away ends the program" {
    awk 'BEGIN { print "x = 3"; for (i = 0; i < 20000; i++) print "x + " i }' >long.ad
    timeout 20 "$nabla" long.ad | head -1 >first.txt
    [ -s first.txt ]
}

@test "-i runs a file, then reads statements" {
    printf 'x = 3\n' >a.ad
    printf 'x + 39\nquit\n' |
        timeout 20 script -qec "'$nabla' -i a.ad" /dev/null >session.txt
    grep -q 'nabla>' session.txt
    grep -q '42' session.txt
}

# A program that would build 2^30 nodes.
doubling() {
    awk 'BEGIN { print "x = 1"; print "k0(u) = sin(u)"
        for (i = 1; i <= 30; i++) print "k" i "(u) = k" i - 1 "(u) + k" i - 1 "(2u)"
        print "k30(x)" }'
}

@test "--timeout ends a long statement with a limit error" {
    doubling >long.ad
    nabla --json --timeout=1 long.ad
    [ "$status" -eq 2 ]
    [[ "$out" == *'"kind":"limit"'* ]]
}

@test "--max-memory ends a large statement with a limit error" {
    awk 'BEGIN { print "x = 2"; printf "f = x"
        for (i = 2; i <= 1000000; i++) printf " + sin(x)"
        print ""; print "f" }' >large.ad
    nabla --json --max-memory=16M large.ad
    [ "$status" -eq 2 ]
    [[ "$out" == *'"kind":"limit"'* ]]
}

@test "Ctrl-C stops the running statement only" {
    doubling >slow.ad
    mkfifo input
    # Shells without job control start programs in the background with SIGINT ignored.
    env --default-signal=INT "$nabla" --timeout=30 -i slow.ad <input >session.txt 2>&1 &
    exec 4>input
    # Until it catches SIGINT, the second bit.
    while kill -0 $! && ! grep -q '^SigCgt:.*[2367abef]$' /proc/$!/status; do sleep 0.02; done
    kill -INT $!
    echo '40 + 2' >&4
    exec 4>&-
    wait $!
    grep -q interrupted session.txt
    grep -q '^42$' session.txt
}

@test "redefining a name with 100 dependents 100,000 times stays small" {
    awk 'BEGIN {
        print "x = 1"
        for (i = 1; i <= 100; i++) print "d" i " = a + " i
        for (i = 0; i < 100000; i++) print (i % 2 ? "a = " i : "a = x*" i)
        print "d100"
    }' >redefine.ad
    timeout 300 "$nabla" --json --max-memory=50M redefine.ad >stdout.txt
    grep -q '"value":100099' stdout.txt
}

@test "x swapped between number, vector and matrix under 100 dependents 10,000 times stays small" {
    # Writes the program, and for every value it asks for the shape and value to expect.
    awk -v expected=expected.txt '
    function show(name, kind, a, b, c, d) {
        print name
        if (kind == 0) print "\"shape\":[1,1],\"value\":" a >expected
        if (kind == 1) print "\"shape\":[3,1],\"value\":[[" a "],[" b "],[" c "]]" >expected
        if (kind == 2) print "\"shape\":[2,2],\"value\":[[" a "," b "],[" c "," d "]]" >expected
    }
    function ask(i, k) {
        show("d" k, i % 3, k * i + k, 2 * k, 3 * k, -k)
        show("s50", 0, i % 3 == 0 ? i : i % 3 == 1 ? i + 3 : i + 1)
        show("g", i % 3, 2 * i, 2, 4, -4)
        show("c20", i % 3, 21 * i, 21, 42, -42)
    }
    BEGIN {
        print "x = 1"
        for (k = 1; k <= 50; k++) print "d" k " = x.*" k " + " k
        print "s1 = sum(x)"
        for (k = 2; k <= 27; k++) print "s" k " = sum(x + " k ")"
        print "s50 = sum(x)"
        print "c0 = x"
        for (k = 1; k <= 20; k++) print "c" k " = c" k - 1 " + x"
        print "g = ∂(sum(x.*x))/∂x"
        for (i = 0; i <= 10000; i++) {
            if (i % 3 == 0) print "x = " i
            if (i % 3 == 1) print "x = [" i ", 1, 2]"
            if (i % 3 == 2) print "x = [" i ", 1; 2, -2]"
            if (i % 97 == 0 || i > 9997) ask(i, i % 50 + 1)
        }
    }' >swap.ad
    timeout 300 "$nabla" --json --max-memory=50M swap.ad >stdout.txt
    sed 's/.*\("shape":.*\)}$/\1/' stdout.txt >answers.txt
    diff expected.txt answers.txt
}

@test "the gradient of a product of large matrices takes no more than 8 of them" {
    # Eight matrices of 1000×1000 are 64,000,000 bytes; the budget is a little less.
    cat >product.ad <<'AD'
A = randn(1000, 1000); B = randn(1000, 1000)
g = ∂(sum(tanh(A*B)))/∂A
norm(g) > 0
AD
    run --separate-stderr "$nabla" --json --max-memory=61M product.ad
    [ "$status" -eq 0 ]
    [[ "${lines[0]}" == *'"value":1}' ]]
}
