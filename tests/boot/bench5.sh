#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# `bench --gic v5`: --json has these keys and no others, each with a figure,
# the table has a line for each, and no event costs more than its goal.
# Usage: bench5.sh VGIC-CLI
set -u
cli=$1
out=$(mktemp)
trap 'rm -f "$out"' EXIT

fail()
{
	echo "FAIL: $*"
	cat "$out"
	exit 1
}

"$cli" bench --gic v5 --json >"$out" 2>/dev/null || fail "status $?"
keys=$(sed -n 's/^  "\([a-z_]*\)": .*/\1/p' "$out" | sort | tr '\n' ' ')
[ "$keys" = "bytes_per_lpi bytes_per_spi cddi cdeoi cdia inject_ns ipi \
ipi_wfi ppi_flush_fold_ns scan spi timer " ] || fail "keys $keys"
keys=$(sed -n 's/^    "\([a-z_0-9]*\)": .*/\1/p' "$out" | tr '\n' ' ')
[ "$keys" = "pages words writes steps instructions el2_share " ] ||
	fail "keys of scan $keys"
[ "$(grep -c '^    [0-9.]*,*$' "$out")" = 4 ] || fail "not 4 injections"
# One costs the same whatever is pending.
sed -n 's/^    \([0-9.]*\),*$/\1/p' "$out" | sort -n | sed -n '1p;$p' |
	awk '{ v[NR] = $1 } END { exit v[2] > 3 * v[1] }' ||
	fail "injection is not flat"
# Nothing costs nothing.
! grep -E ' 0(\.0*)?,?$' "$out" || fail "a figure is 0"
for most in bytes_per_spi:16 bytes_per_lpi:16; do
	value=$(sed -n "s/^  \"${most%:*}\": \([0-9]*\),*/\1/p" "$out")
	[ "$value" -le "${most#*:}" ] || fail "${most%:*} above ${most#*:}"
done

"$cli" bench --gic v5 >"$out" 2>/dev/null || fail "status $?"
for row in 'CDIA  *[0-9]*  *[0-9]' 'CDEOI  *[0-9]*  *[0-9]' \
	'CDDI  *[0-9]*  *[0-9]' 'send to handler  *[0-9]*  *[0-9]' \
	'timer interrupt' 'SPI, CDPEND to handler' 'IPI that ends WFI' \
	'PPI flush and fold, ns' 'injection, ns' 'words patched' 'EL2'; do
	grep -q "^  .*$row" "$out" || fail "no row $row"
done
awk '/^  CD/ && ($(NF) == "over") != ($2 + 0 > $3 + 0) { bad = 1 }
	END { exit bad }' "$out" || fail "goals that are not met are not told"
# What an event once cost is what it may cost: cli/bench5.c has the goals.
awk '/^  (CD|IPI|timer|SPI)/ { n++; if ($NF == "over") bad = 1 }
	END { exit bad || n != 7 }' "$out" || fail "a goal is not met"
