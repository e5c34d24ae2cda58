#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The demo on the model says what it says on QEMU's own GIC.
# Usage: model.sh DEMO-MODEL CPUS LIST-REGISTERS [EXPECTED-DIR]
expected=${4-$(dirname "$0")}/expected-$2.txt
out=$(mktemp)
trap 'rm -f "$out"' EXIT
"$1" "$2" "$3" >"$out" || exit 1
diff "$expected" "$out"
