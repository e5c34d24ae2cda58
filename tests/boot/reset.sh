#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# PSCI SYSTEM_RESET restarts the whole machine; with --batch the run ends
# there, with a status of its own and a line that says so.
# Usage: reset.sh VGIC-CLI VGIC-HYP.BIN
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
{
	printf '\040\001\200\122' # mov  w0, #9
	printf '\000\200\260\162' # movk w0, #0x8400, lsl #16
	printf '\002\000\000\324' # hvc  #0
	printf '\000\000\000\024' # b    .
} >"$dir/reset"
"$1" run --batch --kernel "$dir/reset" --timeout 30 --stats "$dir/stats" \
	>"$dir/out" 2>&1
status=$?
cat "$dir/out"
[ $status = 6 ] && grep -q '"reset": true' "$dir/stats" &&
	grep -q '^vgic: the guest asked for a reset' "$dir/out" || exit 1

# Without --batch it comes back, again and again; -no-reboot is not given.
truncate -s 64M "$dir/flash"
timeout -s KILL 4 qemu-system-aarch64 -M virt,virtualization=on,gic-version=3 \
	-cpu cortex-a57 -m 384 -nographic -nic none -kernel "$2" \
	-append vgic.verbose \
	-drive if=pflash,unit=1,format=raw,file="$dir/flash" \
	-device guest-loader,addr=0x50080000,kernel="$dir/reset",bootargs= \
	</dev/null >"$dir/out" 2>&1
[ "$(grep -c '^vgic: 1 CPUs, 1 vCPUs' "$dir/out")" -ge 2 ]
