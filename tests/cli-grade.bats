#!/usr/bin/env bats
# Grading: points, formats, and what students cannot do.
# NABLA is the path of the program.

load cli-support

reference='seed student
x = randn(3); const y = 1
param w = randn(3); param b = 0.1
z = w'"'"'*x + b
a = sigmoid(z)
L = (a - y)^2
gb = ∂L/∂b
step(u) = ∂u/∂w
known = [1, 2]
gone := ∂L/∂w
w := w - 0.1*∂L/∂w
'

# Writes ref.ad: what is above, and these checks.
write_reference() {
    printf '%s\n' "$reference" "$@" >ref.ad
}

# Grades a file with these lines: $out has the student object, $errors how many mistakes it had.
grade() {
    printf '%s\n' "$@" >it.ad
    nabla --grade ref.ad --json it.ad
    out=$(head -n 1 stdout.txt)
}

assert_points() {
    [[ "$out" == *"\"points\":$1,\"of\":$2,"* ]] || { echo "$out"; false; }
}

@test "formulas, numbers and several points" {
    write_reference 'check "1a" 2 points: dz == ∂L/∂z' 'check "1b": dw == ∂L/∂w' 'check "2" 0.5 points: out == a'
    grade 'dz = 2*(a - y)*a*(1 - a)' 'dw = dz*x' 'out = 1/(1 + exp(-z))'
    [ "$status" -eq 0 ]
    assert_points 3.5 3.5
    grade 'dz = 2*(a - y)*a' 'dw = 2*(a - y)*a*(1 - a)*x'
    [ "$status" -eq 1 ]
    assert_points 1 3.5
}

@test "numbers are right to the digits that students wrote, also behind a sign or an index" {
    printf '%s\n' 'x = 0.5' 'param w = [1, 2]' 'f = tanh(w[1]*x)*w[2]' \
        'check "a": dw == ∂f/∂w' 'check "b": dx == ∂f/∂x' 'check "c": dw[2] == ∂f/∂w[2]' >ref.ad
    nabla -e 'x = 0.5; param w = [1, 2]; f = tanh(w[1]*x)*w[2]; ∂f/∂w; ∂f/∂x'
    [ "$out" = '[0.786448, 0.462117]
1.5729' ]
    grade 'dw = [0.79, 0.462]' 'half = -1.573' 'dx = -half'
    assert_points 3 3
    grade 'dw = [0.78, 0.462]' 'dx = 1.58'
    assert_points 1 3
    grade 'dw = [0e9, 0e9]' 'dx = 0e9'
    assert_points 0 3
}

@test "numbers in the reference have digits too" {
    printf '%s\n' 'check "1": loss == 0.355' 'check "2": v == [0.25, 2, 1.50]' >ref.ad
    grade 'loss = -log(0.701)' 'v = [0.253, 2, 1.5]'
    assert_points 2 2
    grade 'loss = 0.36' 'v = [0.2, 2.0, 2]'
    assert_points 1 2
    grade 'loss = 0.37' 'v = [0.3, 2.2, 1.5]'
    assert_points 0 2
}

@test "what names the student's is the claim, on either side" {
    write_reference 'check "1": a == out' 'check "2": 2*∂L/∂w == dw' 'check "3": ∂L/∂b == db'
    grade 'out = 1/(1 + exp(-z))' 'db = 2*(a - y)*a*(1 - a)' 'dw = 2*db*x'
    assert_points 3 3
    grade 'out = a' 'dw = 2*x' 'db = gb'
    assert_points 0 3
    [[ "$out" == *'takes a from the reference'* ]]
}

@test "an error costs what depends on it, and no more" {
    write_reference 'check "1": dz == ∂L/∂z' 'check "2": dw == ∂L/∂w' 'check "3": out == a'
    grade 'out = 1/(1 + exp(-z)' 'dz = 2*(a - y)*a*(1 - a)' 'dw = dz*q'
    [ "$status" -eq 1 ]
    assert_points 1 3
    [[ "$out" == *'the bracket ( opened'* ]]
    [[ "$out" == *'q has no value'* ]]
}

@test "a name that the reference has too is the student's own" {
    write_reference 'dw = 0*w' 'check "1": dw == ∂L/∂w' 'check "2": a == sigmoid(w'"'"'*x + b)' \
        'check "3": dz == ∂L/∂z'
    grade 'sigmoid(u) = 1/(1 + exp(-u))' 'a = sigmoid(z)' 'L = a - y' 'L := 2*L' 'c = 1' \
        'dz = L*a*(1 - a)' 'dw = dz*x'
    [ "$status" -eq 0 ]
    assert_points 3 3
    [[ "$out" == *'"errors":[]'* ]]
    # What the reference says of its names it says of its own.
    grade 'a = 0.5' 'y = 0.5' 'L = 0' 'dz = 0*z' 'b := 0' 'dw = 0*w'
    assert_points 0 3
    grade 'L = 3' 'L = L + 1' 'a = q' 'dw = 1*(a'
    assert_points 0 3
    [[ "$out" == *'L (yours) is defined by itself'* ]]
}

# Each of these is all that a student hands in; none of them may earn a point.
@test "cheating earns nothing" {
    write_reference 'check "1": dw == ∂L/∂w' 'check "2": out == a' 'check "3": k == known' \
        'check "4": s == cos(pi)*L'
    while IFS= read -r attempt; do
        printf '%b\n' "$attempt" >it.ad
        nabla --grade ref.ad --json it.ad
        [ "$status" -eq 1 ] && [[ "$out" == *'"points":0,"of":4,'* ]] ||
            { echo "$attempt: $out"; false; }
    done <<'END'
dw = ∂L/∂w
dw = diff(L, w)
dw = dL/dw
dw := ∂L/∂w
g = ∂L/∂w\ndw = g
h(u) = ∂u/∂w\ndw = h(L)
dw = step(L)
dw = gb*x
dw = gone
v = 2*gone\ndw = v/2
M = L\ndw = ∂M/∂w
L = 0\ndw = 0*w
L := 0\ndw = 0*w
a = 0\nout = 0
w := 0*w\ndw = w
w[1] := 0\ndw = 0*w
param w = [0, 0, 0]\ndw = 0*w
x = [0, 0, 0]\ndw = x
sigmoid(u) = 0\nout = 0\ndw = 0*w
cos(u) = 0\ns = 0
pi = 0\ns = 0
out = a
out = a + 0
out := a
a\nout = ans
f(u) = u*a\nout = f(1)
out = zeros(1)\nout += a
out = y - sqrt(L)
k = known
k = known.*[1, 1]
k := known
load "ref.ad"\ndw = ∂L/∂w
grad L\ndw = ans
forward a\nout = ans
dw = read("ref.ad")
check "1": ∂L/∂w == 0*w within 1e9
check "1" 4 points: 1 == 1
check "1": ∂L/∂w == ∂L/∂w
check ∂L/∂w == 0*w at w=0*w
forward L at L=0
undo 99\nL = 0\ndw = 0*w
reset\nL = 0\ndw = 0*w
quit
dw = nan*w
dw = [0e99, 0e99, 0e99]
out = 0e99
END
}

@test "without checks in the reference those of the student count" {
    write_reference ''
    grade 'dz = 2*(a - y)*a*(1 - a)' 'check "1": ∂L/∂z == dz' 'check "2": 0.1 == b' \
        'check "3": ∂L/∂w == dz*x'
    assert_points 3 3
    grade 'check "1" 9 points: ∂L/∂z == 2*(a - y)' 'check "2": 1 == 1' 'check "3": a == a' \
        'check "4": a == 1/(1 + exp(-z)) within 1e9' 'check "5": 0*w == ∂(0*L)/∂w' 'check "6": gb == gb'
    assert_points 0 6
}

@test "--allow-diff lets students use gradients, but not the one that is asked for" {
    write_reference 'check "1": dw == ∂L/∂w' 'check "2": s == 2*(a - y)*a*(1 - a)*x'
    printf 'dw = ∂L/∂z*x\ns = ∂L/∂w\n' >it.ad
    nabla --grade ref.ad --allow-diff --csv it.ad
    [ "$out" = $'student,points,of,1,2,errors\nit,2,2,1,1,0' ]
    printf 'dw = ∂L/∂w\n' >it.ad
    nabla --grade ref.ad --allow-diff --csv it.ad
    [[ "$out" == *$'\nit,0,2,0,0,0' ]]
}

@test "every student has numbers of their own, those of seed with their name" {
    printf 'seed student\nx = rand(1)\ncheck "1": mine - x == 0\n' >ref.ad
    for id in 4711 anna; do
        nabla -e "seed $id; rand(1)"
        printf 'mine = %s\n' "$out" >$id.ad
        printf 'seed 4711\nmine = rand(1)\n' >seeded.ad
    done
    nabla --grade ref.ad --csv 4711.ad seeded.ad
    [ "$status" -eq 1 ]
    sed -i 's/ == 0/ == 0.000/' ref.ad
    nabla --grade ref.ad --csv 4711.ad anna.ad seeded.ad
    [ "$out" = $'student,points,of,1,errors\n4711,1,1,1,0\nanna,1,1,1,0\nseeded,0,1,0,0' ]
}

@test "limits are on" {
    write_reference 'check "1": dw == ∂L/∂w'
    printf 'A = randn(100000, 100000)\ndw = 2*(a - y)*a*(1 - a)*x\n' >it.ad
    nabla --grade ref.ad --csv it.ad
    [[ "$out" == *$'\nit,1,1,1,1' ]]
    printf 'dw = randn(3000, 3000)*randn(3000, 3000)\n' >it.ad
    nabla --grade ref.ad --json --max-memory=50M it.ad
    [[ "$out" == *'more memory than there is'* ]]
    [[ "$out" == *'"points":0,"of":1,'* ]]
}

@test "a mistake in the reference, and files that are not there" {
    printf 'x = (1\n' >ref.ad
    printf 'dw = 1\n' >it.ad
    nabla --grade ref.ad it.ad
    [ "$status" -eq 2 ]
    [[ "$err" == *'ref.ad:1:'* ]]
    nabla --grade missing.ad it.ad
    [ "$status" -eq 2 ]
    write_reference 'check "1": dw == ∂L/∂w'
    nabla --grade ref.ad --csv missing.ad
    [ "$status" -eq 1 ]
    [ "$out" = $'student,points,of,1,errors\nmissing,0,1,0,1' ]
}

@test "notes on the reference are said once" {
    printf 'e = 2\ncheck "1": q == e\n' >ref.ad
    printf 'q = 2\n' >one.ad
    cp one.ad two.ad
    nabla --grade ref.ad one.ad two.ad
    [ "$status" -eq 0 ]
    [ "$(grep -c 'e is now a variable' stderr.txt)" -eq 1 ]
}

@test "options that go with --grade, and those that do not" {
    printf '1\n' >a.ad
    for options in '--grade a.ad' '--grade a.ad --tap --csv a.ad' '--grade a.ad -i a.ad' \
        '--grade a.ad --json --csv a.ad' '--csv a.ad' '--allow-diff a.ad' '--grade a.ad -e 1 a.ad'; do
        nabla $options
        [ "$status" -eq 64 ] || { echo "$options: $status"; false; }
        [ -z "$out" ]
    done
}

@test "text: points, what is wrong, mistakes, and the class" {
    write_reference 'check "1a" 2 points: dz == ∂L/∂z' 'check "1b": dw == ∂L/∂w'
    printf 'dz = 2*(a - y)*a*(1 - a)\n' >one.ad
    printf 'dz = [1, 2]\nw[1] := 0\n' >two.ad
    nabla --grade ref.ad one.ad two.ad
    [ "$status" -eq 1 ]
    diff - stdout.txt <<'END'
one  2 of 3 points
  ✓ 1a  2 of 2
  ✗ 1b  0 of 1  dw has no value

two  0 of 3 points
  ✗ 1a  0 of 2  yours is 2×1, right is 1×1; nothing is stretched in a check: both sides need the same shape (shape)
  ✗ 1b  0 of 1  dw has no value
  two.ad:2:1: error: w belongs to the reference and cannot be changed

2 students, 1 points on average
  1a  right in 1 of 2
  1b  right in 0 of 2
END
}

@test "TAP: a test for each check of each student" {
    write_reference 'check "1a" 2 points: dz == ∂L/∂z' 'check dw == ∂L/∂w'
    printf 'dz = 2*(a - y)*a*(1 - a)\nw += 1\n' >one.ad
    nabla --grade ref.ad --tap one.ad
    [ "$status" -eq 1 ]
    diff - stdout.txt <<'END'
TAP version 13
ok 1 - one: 1a
not ok 2 - one: dw == ∂L/∂w
  ---
  message: "dw has no value"
  check: "dw == ∂L/∂w"
  ...
# one.ad:2:1: error: w belongs to the reference and cannot be changed
1..2
END
}

@test "fields of CSV are quoted, and are no formulas" {
    printf 'check "a,b": q == 1\ncheck "=c": q == 1\n' >ref.ad
    printf 'q = 1\n' >it.ad
    nabla --grade ref.ad --csv it.ad
    [ "$out" = "student,points,of,\"a,b\",\"'=c\",errors
it,2,2,1,1,0" ]
}

@test "the example grades a folder, a process for each file" {
    examples=$(dirname "$BATS_TEST_FILENAME")/../examples
    NABLA=$nabla "$examples/grading/grade" >grades.csv
    diff - grades.csv <<'END'
student,points,of,1,2a,2b,3a,3b,3c,errors
1001,8,8,1,2,1,2,1,1,0
1002,8,8,1,2,1,2,1,1,0
1003,1,8,1,0,0,0,0,0,0
1004,4,8,1,0,0,2,0,1,0
1005,5,8,0,2,0,2,1,0,1
1006,0,8,0,0,0,0,0,0,5
END
}

@test "a student's file may give the problem once more" {
    printf '%s\n' 'W = [1, 2; 3, 4]; x = [0.5, -1]; y = [1, 0]' 'z = W*x' 'L = sum((z - y).^2)' >ref.ad
    grade 'W = [1, 2; 3, 4]; x = [0.5, -1]; y = [1, 0]' 'z = W*x' 'L = sum((z - y).^2)' 'dz = 2*(z - y)' \
        'check "dz": ∂L/∂z == dz' 'check "dW": dz*x'"'"' == ∂L/∂W' 'check "z": -1.5 == z[1]'
    assert_points 3 3
    grade 'z = [5, 5]; L = 0*z[1]' 'check "dz": ∂L/∂z == [0, 0]' 'check "z": 5 == z[1]'
    assert_points 0 2
}
