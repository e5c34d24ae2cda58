#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# `bench --scale`: an event is flat unless it has a known reason not to be, and
# each has its figures; latencies are in order.  Usage: scale.sh VGIC-CLI
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

"$cli" bench --scale --json >"$out" || fail "status $?"
[ "$(grep -c '"vcpus": ' "$out")" = 7 ] || fail "not seven sizes"
for event in entry timer spi lpi gicd_read gicr_read enable; do
	grep -A 12 "\"event\": \"$event\"" "$out" | sed '/}/q' |
		grep -q '"flat": true' || fail "$event is not flat"
done
for event in sgi sgi_all; do
	grep -A 14 "\"event\": \"$event\"" "$out" | sed '/}/q' |
		grep -q '"why": "[^n]' || fail "$event: no reason is told"
done
[ "$(grep -c '"flat": true' "$out")" = 7 ] || fail "not seven are flat"
# Two, six and seven of seven sizes have the events.
tr -d ' ,' <"$out" | awk '/^[0-9]+$/ { n++; zeros += $0 == 0 }
	END { print n, zeros; exit n != 63 || zeros != 5 + 1 + 1 }' ||
	fail "figures are missing"
tr -d '",:' <"$out" | awk '
	$1 == "injectors" { n++ }
	$1 == "p50_ns" { p50 = $2 }
	$1 == "p99_ns" { p99 = $2 }
	$1 == "max_ns" { bad += !(p50 > 0 && p50 <= p99 && p99 <= $2) }
	END { exit n != 4 || bad }' || fail "latencies"
