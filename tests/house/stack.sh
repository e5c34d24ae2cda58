#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# No call takes more stack than the README says.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
text=$(tr '\n' ' ' <README.md)
number()
{
	printf '%s\n' "$text" | grep -oE "$1" | head -n 1 | grep -oE '[0-9]+'
}
run=$(number 'at most [0-9]+ bytes to enter')
other=$(number '[0-9]+ for any other call')
scripts/stack >"$dir/stack"
awk -v run="$run" -v other="$other" '
$2 ~ /^vgic_(enter|exit|load|put|put_wfi|pending|inject_[a-z]+)$/ {
	most = run
	seen++
}
{
	if ($1 > (most ? most : other)) {
		print "FAIL " $2 " takes " $1 " bytes, not " (most ? most : other)
		failed = 1
	}
	most = 0
}
END {
	if (seen < 8) {
		print "FAIL only " seen " of the functions are there"
		failed = 1
	}
	exit failed
}' "$dir/stack"
echo "stack: at most $run bytes to run or inject, $other for any call"
