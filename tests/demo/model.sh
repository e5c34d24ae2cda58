#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The demo on the model says what it says on QEMU's own GIC.
# Usage: model.sh DEMO-MODEL CPUS LIST-REGISTERS
here=$(dirname "$0")
out=$(mktemp)
trap 'rm -f "$out"' EXIT
"$1" "$2" "$3" >"$out" || exit 1
diff "$here/expected-$2.txt" "$out"
