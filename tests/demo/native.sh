#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What the tests compare with is what QEMU's own GIC makes the demo say.  On
# one host thread the CPUs that wait give way to those that work.
# Usage: native.sh EXPECTED-DIR DEMO.BIN CPUS [GIC-VERSION QEMU CPU]
qemu=${5-qemu-system-aarch64}
command -v "$qemu" >/dev/null || exit 77
out=$(mktemp)
trap 'rm -f "$out"' EXIT
timeout 100 "$qemu" -M virt,gic-version="${4-3}" -cpu "${6-cortex-a57}" \
	-accel tcg,thread=single -smp "$3" -nic none -nographic -kernel "$2" \
	</dev/null >"$out" || exit 1
diff "$1/expected-$3.txt" "$out"
