#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Every C file is as clang-format writes it by .clang-format.  Version 14
# decides, Debian 12's: others break some lines elsewhere, and are not asked.
# What it leaves alone, comments and what stands between "clang-format off" and
# "on", is held to the limits too: no line is longer than 80 columns (a tab is
# eight), none ends in blanks, none is indented by spaces; and no file is longer
# than 800 lines.
set -u
failures=0
files=$(find . \( -path './.*' -o -path ./build \) -prune -o -name '*.[ch]' \
	-print | sort)
for file in $files; do
	expand "$file" | awk -v file="$file" '
		length > 80 { print file ":" NR ": longer than 80"; bad = 1 }
		END {
			if (NR > 800) {
				print file ": longer than 800 lines"
				bad = 1
			}
			exit bad
		}' || failures=$((failures + 1))
done
# shellcheck disable=SC2086 # one word per file
grep -nHE '[[:blank:]]$|^ {8}' $files && failures=$((failures + 1))

format=$(command -v clang-format-14 || command -v clang-format) || {
	echo "no clang-format here: ./vgic setup installs it"
	exit 1
}
version=$("$format" --version | sed 's/.*version \([0-9]*\).*/\1/')
if [ "$version" = 14 ]; then
	# shellcheck disable=SC2086 # one word per file
	printf '%s\n' $files | xargs -n 50 -P "$(nproc)" \
		"$format" --dry-run -Werror || {
		echo "clang-format -i FILE mends it"
		failures=$((failures + 1))
	}
fi
[ $failures = 0 ] || exit 1
[ "$version" = 14 ] || {
	echo "skipped: clang-format here is $version, the tree is version 14's"
	exit 77
}
echo "every file keeps the style"
