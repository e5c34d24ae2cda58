#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What interrupts cost where, in instructions and hundredths of exits, is not
# more than was promised.  Usage: cost.sh VGIC-CLI
set -u
cli=$1
out=$(mktemp)
trap 'rm -f "$out"' EXIT
failures=0

# measure OPTION...: the figures of one pair of GICs
measure()
{
	pair="$*"
	"$cli" run --batch --guest bench --icount --vcpus 2 --cpus 2 \
		--timeout 100 "$@" >"$out" 2>/dev/null || {
		echo "FAIL $pair: status $?"
		failures=$((failures + 1))
	}
}

# limit FIGURE MOST
limit()
{
	value=$(tr -d '\r' <"$out" | sed -n "s/^bench: $1 //p")
	echo "$pair: $1 $value, at most $2"
	[ -n "$value" ] && [ "$value" -le "$2" ] || {
		echo "FAIL"
		failures=$((failures + 1))
	}
}

# What it once cost is what it may cost, with one percent of room.
measure --gic v3
limit hypercall 104
limit unknown 114
limit gicd_read 337
limit eoi.exits 0
limit ipi.exits 200
limit ipi 884
limit ipi_wfi 866
limit timer.exits 100
limit timer 557
limit wfi.el2 511
limit spi 686
limit lpi 1135
limit overflow64 824

measure --gic v2 --host-gic v2
limit eoi.exits 0
limit ipi.exits 200
limit ipi 1350
limit timer.exits 100
limit timer 744

measure --gic v3 --host-gic v2
limit eoi.exits 100
limit ipi.exits 400
limit ipi 1246
limit timer.exits 300
[ $failures = 0 ]
