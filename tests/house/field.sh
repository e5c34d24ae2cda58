#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# docs/field-bugs.md: every report that concerns the core has its row, tests
# named after it that run, and a rule in tests/mutate; no more, no less.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
doc=$root/docs/field-bugs.md
reports='01 02 03 04 05 06 07 08 09 10 11 12 13 15 16 18 19 20 21 22 26 27 28 31 35 37 47 52 54 55 58 59'
bad=0
complain() {
	echo "field: $1"
	bad=1
}

# What a test program hands to cmocka.
running=$(grep -rhoE \
	'(TEST|[a-z_]+_test[a-z_]*)\(field_[0-9]{2}_[a-z0-9_]+(, [a-z_]+)*[,)]+,?$' \
	--include='*.c' "$root/tests" |
	grep ',$' | grep -oE 'field_[0-9]{2}_[a-z0-9_]+' | sort -u)

for report in $reports; do
	row=$(grep "^| $report |" "$doc") || complain "no row about $report"
	printf '%s\n' "$running" | grep -q "^field_${report}_" ||
		complain "no test runs that is named after $report"
	grep -q "^rule 'field $report: " "$root"/tests/mutate/rules*.sh ||
		complain "no rule of $report is broken by tests/mutate"
	for test in $(printf '%s\n' "$row" | grep -oE 'field_[a-z0-9_]+'); do
		case $test in
		"field_${report}_"*) ;;
		*) complain "$test stands beside $report" ;;
		esac
		printf '%s\n' "$running" | grep -qx "$test" ||
			complain "$test does not run"
	done
done
for test in $running; do
	grep -q "\`$test\`" "$doc" || complain "$test is not in the table"
done
[ $bad = 0 ] && echo "$(printf '%s\n' "$running" | wc -l) tests, all there"
