#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Assemble every GICv5 register access and instruction by its generic name
# and compare the words.  Usage: gicv5-words.sh PROGRAM
set -eu
command -v aarch64-linux-gnu-as >/dev/null || {
	echo "no aarch64-linux-gnu-as: skipped"
	exit 77
}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$1" asm >"$dir/words.s"
aarch64-linux-gnu-as -o "$dir/words.o" "$dir/words.s"
aarch64-linux-gnu-objcopy -O binary "$dir/words.o" "$dir/words.bin"
"$1" check "$dir/words.bin"
