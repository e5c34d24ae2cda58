#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# docs/from-kvm.md: every test it names is a test, every name of ours that it
# gives is one, and no rule is without.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
table=$(sed -n '/^## Rules/,/^## Different/p' "$root/docs/from-kvm.md" |
	grep '^| ' | grep -v '^| |  *rule')
bad=0
complain() {
	echo "docs/from-kvm.md: $1"
	bad=1
}

# column N: its words in backquotes
column() {
	printf '%s\n' "$table" | awk -F'|' -v n="$1" '{ print $n }' |
		grep -o "\`[^\`]*\`" | tr -d '`'
}

for test in $(column 6); do
	grep -rqE "(TEST|RULE|SCRIPT|cmocka_unit_test|rule)\(${test}[,)]" "$root/tests" ||
		complain "no test is called $test"
done
for name in $(column 5); do
	grep -rqw "$name" "$root/src" "$root/include" "$root/regs" ||
		complain "nothing here is called $name"
done
for rule in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do
	printf '%s\n' "$table" | grep -q "^| B$rule |" ||
		complain "no row about B$rule"
done
for rule in 01 02 03 04 05 06 07 08 09 10 11 12 13; do
	printf '%s\n' "$table" | grep -q "\`b${rule}_" ||
		complain "no test is named after B$rule"
done
[ $bad = 0 ] && echo "$(column 6 | sort -u | wc -l) tests, all there"
