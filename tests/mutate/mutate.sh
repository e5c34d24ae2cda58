#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Are the tests any good?  Break the library, in a copy of the project, and see
# that the tests notice.
#
#     tests/mutate/mutate.sh [--keep | --stale] [PATTERN]
#     tests/mutate/mutate.sh [--keep] --random N [--seed S] [--jobs J] [PATH]
#
# One named rule after the other (rules*.sh); PATTERN: only those whose name
# contains it.  Or N random changes of operators, constants and statements
# (mutant.c) in all of src/, or below PATH, that compile, and to something
# else; what no test notices has to be explained in tests/mutate/explained.
# The same seed gives the same changes.
# J: how many are tried at one time, each in a copy of its own; all CPUs.
# --keep: leave the copies behind.
# --stale: break nothing; say which rules no longer find what they break.
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
keep=false
try=true
pattern=
random=0
seed=1
jobs=$(nproc)

usage() {
	sed -n 's/^#     tests/usage: tests/p' "$0" >&2
	exit 2
}

# number TEXT: it, if it is one
number() {
	case $1 in
	'' | *[!0-9]*) usage ;;
	*) echo "$1" ;;
	esac
}

while [ $# -gt 0 ]; do
	case $1 in
	--keep) keep=true ;;
	--stale) try=false ;;
	--random | --seed | --jobs)
		value=$(number "${2-}") || exit
		case $1 in
		--random) random=$value ;;
		--seed) seed=$value ;;
		--jobs) jobs=$value ;;
		esac
		shift
		;;
	-*) usage ;;
	*) pattern=$1 ;;
	esac
	shift
done
path=${pattern:-src}

for tool in cmake ninja; do
	command -v $tool >/dev/null || {
		echo "$tool is not installed"
		exit 77
	}
done

work=$(mktemp -d "${TMPDIR:-/tmp}/vgic-mutate.XXXXXX") || exit 1
tree=$work/tree1
# Named as the preset, which has more targets than the others.
build=$work/build1/host
# shellcheck disable=SC2317 # called by trap
clean_up() {
	$keep && echo "kept: $work" || rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

# make_tree NUMBER [OPTION...]: a copy of the project, and a build of it
make_tree() {
	mkdir "$work/tree$1"
	tar -C "$root" --exclude=./build --exclude=./.vgic --exclude=./.git \
		-cf - . | tar -C "$work/tree$1" -xf - || exit 1
	from=$work/tree$1
	to=$work/build$1/host
	shift
	cmake -S "$from" -B "$to" -G Ninja "$@" >"$work/cmake.log" 2>&1 || {
		cat "$work/cmake.log"
		exit 1
	}
}

if [ "$random" -gt 0 ]; then
	. "$here/random.sh"
	exit
fi

# tests_of ROOM...: their programs
tests_of() {
	for room; do
		ninja -C "$build" -t targets all |
			sed -n "s,^\(tests/$room/[^/:]*-test\):.*,\1,p"
	done
}
if $try; then
	make_tree 1 -DCMAKE_BUILD_TYPE=RelWithDebInfo
	tests_v5=$(tests_of v5 soft)
	tests_v3=$(tests_of core cpuif hw mmio v3 field v2)
	tests_its=$(tests_of its field)
	tests_kvm=$(tests_of kvm)
	tests_snapshot=$(tests_of snapshot)
	tests_hyp=$(tests_of hyp)
	tests_emu=$(tests_of emu)
else
	tree=$root
fi

# The tests in the order of what they cost; $caught_by names the first that
# fails.  A broken library may well loop: that is noticed, too.
try_build() {
	ninja -C "$build" "$@" >"$work/ninja.log" 2>&1
}

try_run() {
	caught_by=$1
	shift
	timeout 60 "$@" >"$work/test.log" 2>&1
}

diff_v3() {
	try_build vgic-diff || return 2
	for lrs in 1 2 4 16; do
		try_run "diff, $lrs LRs" "$build/tests/diff/vgic-diff" \
			--seed 1 --steps 200000 --lrs $lrs || return 1
	done
}

diff_v5() {
	try_build vgic-diff || return 2
	for backend in model-v5 ich5 soft-v5; do
		try_run "diff, $backend" "$build/tests/diff/vgic-diff" \
			--seed 1 --steps 100000 --backend $backend || return 1
	done
}

run_tests() {
	# shellcheck disable=SC2086 # a list of words
	try_build $1 || return 2
	for test in $1; do
		try_run "$(basename "$test")" "$build/$test" || return 1
	done
}

# These tests once more, with vCPUs that stay entered.
run_entered() {
	export MACHINE_ENTERED=1
	run_tests "$1"
	status=$?
	unset MACHINE_ENTERED
	return $status
}

# interleave [PROGRAMS]: those whose names begin so
interleave() {
	try_build vgic-interleave || return 2
	try_run interleave "$build/tests/interleave/vgic-interleave" "$@" ||
		return 1
}

diff_v2() {
	try_build vgic-diff || return 2
	for backend in gich soft-v2; do
		try_run "diff, $backend" "$build/tests/diff/vgic-diff" \
			--seed 1 --steps 200000 --backend $backend || return 1
	done
}

# field_tests NN: the tests named after that report, of docs/field-bugs.md
field_tests() {
	tests="$tests_v3 $tests_its $tests_snapshot $tests_hyp $tests_kvm"
	# shellcheck disable=SC2086 # a list of words
	try_build $tests || return 2
	for test in $tests; do
		grep -q "field_$1" "$build/$test" || continue
		try_run '' "$build/$test" && continue
		# Failed; or begun last, and looping.
		caught_by=$(sed -n \
			"s/^\[  FAILED  \] \(field_$1[a-z0-9_]*\).*/\1/p" \
			"$work/test.log" | head -n 1)
		[ -n "$caught_by" ] || caught_by=$(sed -n \
			's/^\[ RUN      \] //p' "$work/test.log" |
			tail -n 1 | grep "^field_$1")
		[ -z "$caught_by" ] || return 1
	done
}

# passes NAME: rules of GICv5 have a B or v5 first in their name; those that
# only show when two vCPUs do something at once have "race", those of KVM's door
# "KVM", those of the emulator's "emu", those of a GICv2 "gicv2", those of LPIs "ITS", the hypervisor's "hyp".
# "field NN" a test named after NN has to see.
passes() {
	case $1 in
	field*)
		number=${1#field }
		field_tests "${number%%:*}" || return
		;;
	gicv2*)
		diff_v2 && run_tests "$tests_v3" || return
		;;
	'race KVM'*) interleave kvm: || return ;;
	'race ITS'*) interleave its: || return ;;
	'race emu'*) interleave emu: || return ;;
	race*) interleave || return ;;
	snapshot*)
		run_tests "$tests_snapshot" && diff_v3 && diff_v5 || return
		;;
	ITS*)
		run_tests "$tests_its" &&
			run_entered "$tests_its" || return
		;;
	KVM*) run_tests "$tests_kvm" || return ;;
	emu*) run_tests "$tests_emu" || return ;;
	hyp*) run_tests "$tests_hyp" || return ;;
	B*|v5*)
		run_tests "$tests_v5" && run_entered "$tests_v5" && diff_v5 &&
			run_tests "$tests_v3" && diff_v3 || return
		;;
	*)
		diff_v3 && run_tests "$tests_v3" && diff_v5 &&
			run_tests "$tests_v5" && run_entered "$tests_v5" &&
			run_tests "$tests_snapshot" || return
		;;
	esac
	caught_by=
}

caught_by="the build"
total=0
survivors=0
stale=0

row() {
	printf '%-55s %s\n' "$1" "$2"
}

# file_to_break FILE SED: $file, in which the expression changes something.  An
# expression names the function that it breaks: one that has moved is found
# anywhere in the same top directory, if it is in one file only.
file_to_break() {
	file=$2
	if [ -f "$tree/$1" ]; then
		sed "$2" "$tree/$1" | cmp -s - "$tree/$1" || {
			file=$1
			return
		}
	fi
	file=
	for other in $(cd "$tree" && find "${1%%/*}" -name '*.[ch]'); do
		sed "$2" "$tree/$other" | cmp -s - "$tree/$other" && continue
		[ -z "$file" ] || return 1
		file=$other
	done
	[ -n "$file" ]
}

rule() {
	case $1 in *"$pattern"*) ;; *) return ;; esac
	total=$((total + 1))
	if ! file_to_break "$2" "$3"; then
		row "$1" "STALE: nothing in $2 to break"
		stale=$((stale + 1))
		return
	fi
	$try || return
	original=$work/original
	cp "$tree/$file" "$original"
	sed "$3" "$original" >"$tree/$file"
	passes "$1"
	case $? in
	0)
		row "$1" 'SURVIVED'
		survivors=$((survivors + 1))
		;;
	1) row "$1" "caught by $caught_by" ;;
	*)
		row "$1" 'STALE: does not build'
		stale=$((stale + 1))
		;;
	esac
	cp "$original" "$tree/$file"
}

# A pattern that is the beginning of some names need not try everything.
! $try || passes "$pattern" || {
	echo "the tests fail already, without a mutation: $caught_by"
	cat "$work/ninja.log" "$work/test.log" 2>/dev/null | tail -n 40
	exit 1
}
row 'rule broken' 'noticed?'
for rules in rules rules-v5 rules-its; do
	. "$here/$rules.sh" 2>"$work/errors"
	[ ! -s "$work/errors" ] || {
		cat "$work/errors"
		stale=$((stale + 1))
	}
done
$try || {
	echo "$total rules, $stale stale"
	[ $stale = 0 ] && [ $total -gt 0 ]
	exit
}
echo "$total rules broken, $((total - survivors - stale)) caught," \
	"$survivors survived, $stale stale"
[ $((survivors + stale)) = 0 ] && [ $total -gt 0 ]
