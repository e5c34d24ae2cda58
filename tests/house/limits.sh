#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# docs/limits.md: each row of its tables names tests, which run, and each test
# of tests/core/limits_test.c is named.
set -u
doc=docs/limits.md
bad=0
complain() {
	echo "$doc: $1"
	bad=1
}

# The tables' rows, without their heads and rules.
rows=$(grep '^|' $doc | grep -v -e '^|[-|]*$' -e '| test |$')
# What test programs hand to cmocka; a name in its two variants counts, too.
running=$(grep -rhoE '(_test[a-z_]*|rule|SCRIPT)\([A-Za-z0-9_]+[,)]' \
	--include='*.c' tests | sed -E 's/.*\(//; s/[,)]$//; s/_(soft|hard)$//' |
	sort -u)
named=$(printf '%s\n' "$rows" | awk -F'|' '{ print $(NF - 1) }' |
	grep -oE '`[A-Za-z0-9_]+`' | tr -d '`' | sort -u)

printf '%s\n' "$rows" | grep -qvE '\| (`[A-Za-z0-9_]+` ?)+\|$' &&
	complain "a row without a test: $(printf '%s\n' "$rows" |
		grep -vE '\| (`[A-Za-z0-9_]+` ?)+\|$')"
for test in $named; do
	printf '%s\n' "$running" | grep -qx "$test" ||
		complain "no test is called $test"
done
for test in $(grep -oE '^TEST\([a-z0-9_]+' tests/core/limits_test.c |
	sed 's/TEST(//'); do
	printf '%s\n' "$named" | grep -qx "$test" ||
		complain "$test is in no row"
done
[ -n "$named" ] || complain "no tables"
[ $bad = 0 ] && echo "$(printf '%s\n' "$named" | wc -l) tests, all there"
