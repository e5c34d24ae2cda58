#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A bare-metal guest that faults, or finds something wrong, is a failed run,
# with and without --batch; one that has more RAM than it expected is neither.
# Usage: failing.sh VGIC-CLI RAW.BIN
set -u
cli=$1
raw=$2
failures=0
out=$(mktemp)
trap 'rm -f "$out"' EXIT

# ends STATUS TEXT OPTION...
ends()
{
	wanted=$1
	line=$2
	shift 2
	"$cli" run --timeout 30 --vcpus 1 "$@" </dev/null >"$out" 2>&1
	status=$?
	if [ $status != "$wanted" ] || ! grep -q "$line" "$out"; then
		echo "FAIL $*: status $status"
		cat "$out"
		failures=$((failures + 1))
	fi
}

failed='^vgic: the guest says that it failed'
ends 0 '^raw: PASS' --batch --kernel "$raw"
ends 1 "$failed" --batch --kernel "$raw" --append raw=fail
ends 1 "$failed" --batch --kernel "$raw" --append raw=fault
ends 1 '^guest: cpu 0: unexpected fault' --kernel "$raw" --append raw=fault
ends 0 '^DEMO: PASS' --guest demo --memory 4096
[ $failures = 0 ]
