#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Does mutate.sh --random tell a test that looks from one that does not?  Tried
# on a library of two functions, one of which counts what nobody looks at.
set -u
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/vgic-mutate-self.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
toy=$dir/toy
for tool in cmake ninja; do
	command -v $tool >/dev/null || {
		echo "$tool is not installed"
		exit 77
	}
done

mkdir -p "$toy/src" "$toy/tests/toy" "$toy/tests/mutate"
cp "$here"/*.c "$here"/*.h "$here/mutate.sh" "$here/random.sh" \
	"$toy/tests/mutate"
cat >"$toy/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(toy LANGUAGES C)
add_library(toy STATIC src/toy.c)
add_subdirectory(tests/toy)
add_subdirectory(tests/mutate)
END
echo 'add_executable(toy-test toy_test.c)
target_link_libraries(toy-test toy)' >"$toy/tests/toy/CMakeLists.txt"
echo 'add_executable(vgic-mutant find.c lex.c mutant.c)' \
	>"$toy/tests/mutate/CMakeLists.txt"
echo 'libraries=libtoy.a
tests_for() { echo tests/toy/toy-test; }' >"$toy/tests/mutate/tests.sh"
cat >"$toy/src/toy.c" <<'END'
/* if (a < b) in a comment, and "x + 1" in a text, are left alone */
#define LEFT(alone) ((alone) + 1)
static volatile int looks;

static int least(const int *at, int most)
{
	looks++;
	return *at < most ? *at : most;
}

int toy(int value, int most)
{
	return least(&value, most) + 0;
}
END
good='int toy(int, int);
int main(void) { return toy(1, 2) != 1 || toy(4, 3) != 3; }'
blind='int toy(int, int);
int main(void) { return toy(0, 0); }'
equal='src/toy.c least
- looks++;
+ looks--;'
dropped='src/toy.c least
- looks++;
+ ;'
gone='src/toy.c least
- return *at << most;
+ return *at >> most;'

failed=false
# try WHAT STATUS PATTERN TEST EXPLAINED
try() {
	echo "$4" >"$toy/tests/toy/toy_test.c"
	printf '# a head\n\n%s\n' "$5" >"$toy/tests/mutate/explained"
	rm -rf "$dir/keep"
	"$toy/tests/mutate/mutate.sh" --keep --random 100 --jobs 1 \
		>"$dir/out" 2>&1
	status=$?
	mv "$(sed -n 's/^kept: //p' "$dir/out")" "$dir/keep"
	[ $status = "$2" ] && grep -q "$3" "$dir/out" && return
	echo "$1: status $status, expected $2 and '$3':"
	cat "$dir/out"
	failed=true
}

# What there is to break: the arguments swapped are no C, and minus is the same.
cat >"$dir/counts" <<'END'
comparison      2
logic           0
arithmetic      2
constant        1
name            0
statement       1
call            0
swap            1
negated         1
never           0
return          3
END
try 'all noticed or explained' 0 \
	'^8 drawn with seed 1: 6 killed, 2 survived (explained 2)$' \
	"$good" "$equal
Nobody looks at it.

$dropped
The same."
try 'one is not explained' 1 '^+ looks--;$' "$good" "$dropped
Nobody looks at it."
try 'a name without a reason' 1 '(explained 1)$' "$good" "$equal

$dropped
Nobody looks at it."
try 'a test that sees nothing' 1 ' 1 killed, 7 survived' "$blind" ''
try 'an explanation of what is not there' 1 'no such mutant' "$good" "$gone
Nothing has this name."
try 'a test that fails anyway' 1 '^without a mutation: killed by toy-test' \
	'int main(void) { return 1; }' ''
"$dir/keep/build1/host/tests/mutate/vgic-mutant" count "$toy" src |
	diff "$dir/counts" - || failed=true
$failed && exit 1
echo "mutate.sh --random sees what it has to"
