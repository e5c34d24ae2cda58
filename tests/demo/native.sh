#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What the tests compare with is what QEMU's own GIC makes the demo say.  On
# one host thread the CPUs that wait give way to those that work.
# Usage: native.sh DEMO.BIN CPUS
here=$(dirname "$0")
command -v qemu-system-aarch64 >/dev/null || exit 77
out=$(mktemp)
trap 'rm -f "$out"' EXIT
timeout 100 qemu-system-aarch64 -M virt,gic-version=3 -cpu cortex-a57 \
	-accel tcg,thread=single -smp "$2" -nic none -nographic -kernel "$1" </dev/null >"$out" ||
	exit 1
diff "$here/expected-$2.txt" "$out"
