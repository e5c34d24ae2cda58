#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# `bench --profile`: what an IPI executes, phase by phase, adds up to what
# `run --guest bench` measures of one; a phase is the sum of its functions; the
# sender traps once, and the receiver is interrupted once.  Usage: profile.sh
# VGIC-CLI
set -u
cli=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

fail()
{
	echo "FAIL: $*"
	cat "$dir/json" "$dir/err"
	exit 1
}

"$cli" bench --profile ipi --json >"$dir/json" 2>"$dir/err" ||
	fail "status $?"
"$cli" run --batch --guest bench --icount --vcpus 2 --cpus 2 --timeout 100 \
	>"$dir/out" 2>"$dir/err" || fail "run: status $?"
whole=$(tr -d '\r' <"$dir/out" | sed -n 's/^bench: ipi //p')
# The branch of a vector, and so every address, has its right name.
[ "$(grep -c '"vectors": 1\.0' "$dir/json")" = 2 ] ||
	fail "not one instruction of each vector"
# Lines "PHASE TIMES INSTRUCTIONS SUM".  A QEMU since 9.0 knows no CPUs.
tr -d '",:' <"$dir/json" | awk '
	$1 == "cpu" { cpu = $2 == "null" ? "" : $2 }
	$1 == "what" { what = $2; sum = 0 }
	$1 == "times" { times = $2 }
	$1 == "instructions" { all = $2 }
	$1 == "functions" { inside = 1; next }
	inside && /}/ { print cpu what, times, all, sum; inside = 0 }
	inside { sum += $2 }' >"$dir/phases"
cat "$dir/phases"
awk -v whole="$whole" '
	$4 < $3 - 0.1 || $4 > $3 + 0.1 { print "not its sum: " $0; bad = 1 }
	/^0?trap/ { trap = $2 }
	/^1?interrupt/ { interrupt = $2 }
	{ sum += $3 }
	END {
		print "IPI " whole ", counted " sum
		exit bad || trap < 0.95 || trap > 1.05 || interrupt < 0.95 ||
			interrupt > 1.05 || sum < whole - 20 || sum > whole + 20
	}' "$dir/phases" || fail "the phases are not those of an IPI"
