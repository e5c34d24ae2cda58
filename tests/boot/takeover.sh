#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A boot loader at EL2 left interrupts acknowledged and pending, and the
# virtual timer on.  The hypervisor clears that on each CPU: its guest's
# interrupts and timers work as ever.
# Usage: takeover.sh VGIC-HYP.BIN GUEST-FOLDER 2|3
set -u
hyp=$1
guests=$2
gic=$3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
truncate -s 64M "$dir/flash"
timeout 20 qemu-system-aarch64 \
	-M virt,virtualization=on,gic-version="$gic" -cpu cortex-a57 -smp 2 \
	-m 384 -nographic -nic none -kernel "$guests/takeover$gic.bin" \
	-append "vgic.vcpus=2 vgic.timeout=10" \
	-device loader,file="$hyp",addr=0x40200000,force-raw=on \
	-drive if=pflash,unit=1,format=raw,file="$dir/flash" \
	-device guest-loader,addr=0x50000000,kernel="$guests/cpu.bin",bootargs= \
	</dev/null >"$dir/out" 2>&1
status=$?
tr -d '\r' <"$dir/out"
[ $status = 0 ] && tr -d '\r' <"$dir/out" | grep -qx 'cpu: PASS'
