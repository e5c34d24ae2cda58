#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What the tests compare with is what QEMU's own GIC makes the demo say.  On
# one host thread the CPUs that wait give way to those that work.  A GICv5
# (x-5) is QEMU 11's, which `./vgic test` has fetched; or it is fetched here.
# Skipped only where there is no such QEMU.
# Usage: native.sh EXPECTED-DIR DEMO.BIN CPUS GIC-VERSION [CPU]
qemu=qemu-system-aarch64
if [ "$4" = x-5 ]; then
	qemu=${VGIC_STORE:-.vgic}/qemu-11/$qemu
	[ -e "$qemu" ] || scripts/fetch qemu-11
	case $? in
	0) ;;
	3)
		echo "skipped: the Debian mirror does not have QEMU 11"
		exit 77 ;;
	*) exit 1 ;;
	esac
fi
command -v "$qemu" >/dev/null || exit 77
out=$(mktemp)
trap 'rm -f "$out"' EXIT
timeout 100 "$qemu" -M virt,gic-version="$4" -cpu "${5-cortex-a57}" \
	-accel tcg,thread=single -smp "$3" -nic none -nographic -kernel "$2" \
	</dev/null >"$out" || exit 1
diff "$1/expected-$3.txt" "$out"
