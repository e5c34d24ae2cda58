#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# No C line is longer than 80 columns (a tab is eight), none ends in blanks,
# none is indented by spaces.
set -u
failures=0
for file in $(find src include regs soft model hyp guest cli tools kvm bench examples tests \
	-name '*.[ch]' | sort); do
	expand "$file" | awk -v file="$file" '
		length > 80 { print file ":" NR ": longer than 80"; bad = 1 }
		END { exit bad }' || failures=$((failures + 1))
	grep -nHE '[[:blank:]]$|^ {8}' "$file" && failures=$((failures + 1))
done
[ $failures = 0 ] || exit 1
echo "every line keeps the style"
