#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Every source file names its licence in the first three lines, and keeps to
# the size that a reader can hold: 800 lines; not so what bindgen wrote.
set -u
failures=0
files=$(find . -path ./build -prune -o -path ./.git -prune -o \
	-path ./.vgic -prune -o -type f \( -name '*.[chS]' -o -name '*.sh' \
	-o -name '*.lds' -o -name '*.cmake' -o -name '*.in' \
	-o -name '*.py' -o -name '*.rs' -o -name '*.yml' \
	-o -name CMakeLists.txt -o -name Containerfile \) -print)
for file in $files vgic scripts/* bindings/rust/generate .ci/run .clang-format .clang-tidy \
	.editorconfig; do
	head -n 3 "$file" | grep -q 'SPDX-License-Identifier: BSD-2-Clause' || {
		echo "FAIL $file: no licence"
		failures=$((failures + 1))
	}
	[ "$file" = ./bindings/rust/vgic-sys/src/bindings.rs ] ||
		[ "$(wc -l <"$file")" -le 800 ] || {
		echo "FAIL $file: more than 800 lines"
		failures=$((failures + 1))
	}
done
[ $failures = 0 ] || exit 1
echo "every file has its licence and a readable size"
