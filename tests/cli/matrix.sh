#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The column of `vgic matrix` that needs no QEMU: the machine with a GICv5,
# which is a model.  Usage: matrix.sh VGIC-CLI
set -u
cli=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
out=$dir/out

fail()
{
	echo "FAIL: $*"
	cat "$out" "$dir/progress"
	exit 1
}

# count PATTERN NUMBER
count()
{
	[ "$(grep -c "$1" "$out")" = "$2" ] || fail "not $2 of '$1'"
}

"$cli" matrix --host-gic v5 --json --qemu /nonexistent >"$out" \
	2>"$dir/progress" || fail "status $?"
# Three cells of three runs each.
count '"kind": "model"' 3
count '"host": "v5"' 3
count '"pass": true' 12
count '"seconds"' 9
count '"cpuif": "hw"' 2
[ "$(grep -c '(model), [124] vCPUs' "$dir/progress")" = 9 ] ||
	fail "not a line for each run"

"$cli" matrix --host-gic v5 --gic v3 >"$out" 2>"$dir/progress" ||
	fail "status $?"
count '^GICv3 .* hw   1✓ 2✓ 4✓ model' 1
count '^GICv[25] .* -  *-  *-' 2
count '✗' 0
count ' $' 0

"$cli" matrix --host-gic v4 >"$out" 2>"$dir/progress" && fail "takes v4"
grep -q '^vgic: --host-gic v4: expected v2, v3, v5$' "$dir/progress" ||
	fail "unclear about v4"
echo "three cells on the model"
