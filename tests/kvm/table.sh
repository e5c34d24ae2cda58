#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Every row of the tables in docs/kvm.md names tests that are there and pass,
# and every test is named.  table.sh DOCUMENT TEST...
set -u
document=$1
shift
failures=0
passed=$(for test in "$@"; do
	"$test" 2>&1
done | sed -n 's/^\[       OK \] //p')
# Tables whose last column is headed so hold names there, in back quotes.
rows=$(sed -n '/^|.*| test |$/,/^$/p' "$document" | grep '^|' |
	grep -v '^|[-|]*$' | grep -v '| test |$')
named=$(echo "$rows" | sed -n 's/^|.*|\(.*\)|$/\1/p' | grep -o '`[a-z0-9_A-Z]*`' |
	tr -d '`' | sort -u)

bad=$(echo "$rows" | grep -v '|[^|]*`[a-zA-Z0-9_]*`[^|]*|$')
[ -z "$bad" ] || {
	echo "rows without a test:"
	echo "$bad"
	failures=1
}
for name in $named; do
	echo "$passed" | grep -qx "$name" || {
		echo "no such test, or it fails: $name"
		failures=1
	}
done
for name in $passed; do
	echo "$named" | grep -qx "$name" || {
		echo "not in the table: $name"
		failures=1
	}
done
[ -n "$named" ] || failures=1
exit $failures
