#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The demo on examples/el2.c says what it says on QEMU's own GIC.
# Usage: el2.sh EXPECTED-DIR EL2-DIR CPUS CPU
qemu=qemu-system-aarch64
command -v "$qemu" >/dev/null || exit 77
out=$(mktemp)
trap 'rm -f "$out"' EXIT
timeout 100 "$qemu" -M virt,gic-version=3,virtualization=on -cpu "$4" \
	-accel tcg,thread=single -smp "$3" -nic none -nographic \
	-kernel "$2/examples/el2.bin" \
	-device "loader,file=$2/guest/demo.bin,addr=0x42000000,force-raw=on" \
	</dev/null >"$out" || exit 1
tr -d '\r' <"$out" | diff "$1/expected-$3.txt" -
