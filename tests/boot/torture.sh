#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A Debian kernel does not notice that its interrupt controller is saved,
# destroyed and made again all the time: it passes its self-check, and no
# interrupt got lost or came twice.
# Usage: torture.sh VGIC-CLI GIC [OPTION...]
set -u
cli=$1
gic=$2
shift 2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$cli" run --batch --gic "$gic" --vcpus 4 --torture snapshot=10 \
	--timeout 240 --stats "$dir/stats" "$@" >"$dir/log" 2>&1
status=$?

# number GROUP KEY, or number KEY
number()
{
	if [ $# = 2 ]; then
		tr -d '\n' <"$dir/stats" |
			sed -n "s/.*\"$1\": *{[^}]*\"$2\": *\([0-9]*\).*/\1/p"
	else
		sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p" "$dir/stats"
	fi
}

fail()
{
	echo "FAIL: $*; the end of what it said:"
	tail -n 60 "$dir/log"
	exit 1
}

[ $status = 0 ] || fail "status $status"
grep -aq '^SELF-CHECK: PASS' "$dir/log" || fail "no SELF-CHECK: PASS"
grep -aq '^snapshots restored  *[1-9]' "$dir/log" || fail "no count"
snapshots=$(number snapshots)
[ "$snapshots" -gt 100 ] || fail "only $snapshots snapshots"
# Those still on their way at the end, at most all of each vCPU.
sent=$(number injected sgi)
taken=$(number delivered sgi)
[ $((sent - taken)) -ge 0 ] && [ $((sent - taken)) -le 64 ] ||
	fail "of $sent SGIs $taken were delivered"
echo "$snapshots snapshots, $taken of $sent SGIs"
