#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The demo on the hypervisor says what it says on QEMU's own GIC.
# Usage: vgic.sh VGIC-CLI VCPUS CPUS
here=$(dirname "$0")
out=$(mktemp)
trap 'rm -f "$out"' EXIT
"$1" run --batch --guest demo --vcpus "$2" --cpus "$3" --timeout 100 \
	>"$out" || exit 1
grep -v '^vgic: ' "$out" | tr -d '\r' | diff "$here/expected-$2.txt" -
