#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The demo on the hypervisor says what it says on QEMU's own GIC.
# Usage: vgic.sh EXPECTED-DIR VGIC-CLI VCPUS CPUS [OPTION...]
set -u
expected=$1/expected-$3.txt
cli=$2
vcpus=$3
cpus=$4
shift 4
out=$(mktemp)
trap 'rm -f "$out"' EXIT
"$cli" run --batch --guest demo --vcpus "$vcpus" --cpus "$cpus" \
	--timeout 100 "$@" >"$out" || exit 1
grep -v '^vgic: ' "$out" | tr -d '\r' | diff "$expected" -
