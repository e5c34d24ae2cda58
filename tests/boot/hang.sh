#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A guest that hangs: --timeout ends it with status 3, and says for each vCPU
# where it is.  With the UART passed through, too: then it shares that.
# Usage: hang.sh VGIC-CLI [OPTION...]
set -u
cli=$1
shift
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
printf '\000\000\000\024' >"$dir/hang" # b .
"$cli" run --batch --kernel "$dir/hang" --vcpus 3 --timeout 3 \
	--stats "$dir/stats" "$@" >"$dir/out" 2>&1
status=$?
cat "$dir/out"
[ $status = 3 ] && grep -q 'time-out after 3 s' "$dir/out" &&
	grep -q '"exit": 3' "$dir/stats" &&
	grep -Eqi 'vcpu 0.*0*40080000' "$dir/out" &&
	grep -qi 'vcpu 2.*off' "$dir/out"
