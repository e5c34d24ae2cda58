#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A probe (guest/probe) passes its own judgement; with "native" it must also
# say the same on QEMU's machine without a hypervisor.
# Usage: probe.sh VGIC-CLI PROBE.BIN [native] [OPTION...]
set -u
cli=$1
probe=$2
shift 2
native=
[ "${1-}" != native ] || {
	native=yes
	shift
}
name=$(basename "$probe" .bin)
name=${name%2} # the same probe for a GICv2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

"$cli" run --batch --kernel "$probe" --timeout 60 "$@" >"$dir/all" 2>&1
status=$?
cat "$dir/all"
tr -d '\r' <"$dir/all" | grep "^$name: " >"$dir/ours"
[ $status = 0 ] && grep -qx "$name: PASS" "$dir/ours" || exit 1
[ "$native" ] || exit 0

timeout 60 qemu-system-aarch64 -M virt,gic-version=3 -cpu cortex-a57 -smp 2 \
	-m 128 -nographic -nic none -kernel "$probe" </dev/null 2>&1 | tr -d '\r' |
	grep "^$name: " >"$dir/native"
diff "$dir/native" "$dir/ours"
