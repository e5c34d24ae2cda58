#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# docs/performance.md has the figures of `./vgic bench --against kvm` as they
# were printed, and a second table, made of them, that compares with the floor.
# Do the two agree?
#
# Usage: figures.sh [--print], which prints the second table's rows as they
# should be.
set -eu
file=docs/performance.md
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# The rows between two marks.
between()
{
	sed -n "/<!-- $1:/,/<!-- end -->/p" "$file"
}

between against | sed -n '/^GICv3/,/^$/p' >"$dir/printed"
between reached | grep '^| [^-e]' >"$dir/written"
awk -F '|' '
function trimmed(text) {
	gsub(/^ +| +$/, "", text)
	return text
}
BEGIN {
	of["hypercall"] = "hypercall"
	of["trapped GICD read"] = "trapped GICD read"
	of["timer, expiry to handler"] = "timer interrupt"
	of["SPI, made pending by a trapped write"] = "SPI from the host"
	of["LPI, by an INT command"] = "LPI, INT to handler"
	of["IPI, to the handler"] = "IPI, send to handler"
}
# Printed: a name of 22 characters, then native, vgic, and KVM in columns.
FNR == NR {
	name = trimmed(substr($0, 3, 22))
	n = split(substr($0, 25), value, " ")
	native[name] = value[1]
	vgic[name] = value[2]
	least[name] = most[name] = value[3]
	for (i = 4; i <= n; i++) {
		if (value[i] + 0 < least[name] + 0) {
			least[name] = value[i]
		}
		if (value[i] + 0 > most[name] + 0) {
			most[name] = value[i]
		}
	}
	next
}
{
	event = trimmed($2)
	floor = trimmed($4)
	name = of[event]
	if (!(name in vgic)) {
		print "no figure is known for: " event
		next
	}
	printf "| %s | %d | %d | %d | %.1f | %d to %d | %.1f to %.1f |\n", \
		event, native[name], floor, vgic[name], vgic[name] / floor, \
		least[name], most[name], least[name] / vgic[name], \
		most[name] / vgic[name]
}' "$dir/printed" "$dir/written" >"$dir/right"

if [ "${1-}" = --print ]; then
	cat "$dir/right"
	exit
fi
[ "$(wc -l <"$dir/written")" -ge 6 ] || {
	echo "figures: $file has no such table" >&2
	exit 1
}
diff "$dir/written" "$dir/right" || {
	echo "figures: of $file; $0 --print says what is right" >&2
	exit 1
}
