#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# `bench --against kvm`: every column of --json has every event, with a figure;
# native takes no more than vgic, and vgic no more than KVM; the picture has a
# bar for each figure, and the table a row for each event.
# Usage: against.sh VGIC-CLI GIC
set -u
cli=$1
gic=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

fail()
{
	echo "FAIL: $*"
	cat "$dir/json" "$dir/err"
	exit 1
}

"$cli" bench --against kvm --debian 6.12 --gic "$gic" --json \
	--svg "$dir/svg" >"$dir/json" 2>"$dir/err" || fail "status $?"
for column in native vgic 'KVM 6.12 VHE' 'KVM 6.12 nVHE'; do
	grep -q "\"name\": \"$column\"" "$dir/json" || fail "no $column"
	grep -q ">$column</text>" "$dir/svg" || fail "no $column in the picture"
done
# Lines "COLUMN PART EVENT FIGURE", of which a column's name is one word.
awk '/"name": / { sub(/.*": "/, ""); gsub(/[", ]/, ""); name = $0; next }
	/"instructions": |"times_vgic": / { part = $1; next }
	/": [0-9]/ { gsub(/[":,]/, ""); print name, part, $1, $2 }' \
	"$dir/json" | tr -d '":' >"$dir/figures"
events='hypercall gicd_read eoi ipi ipi_wfi timer spi overflow64'
[ "$gic" = v2 ] || events="$events lpi"
for event in $events; do
	[ "$(grep -c " instructions $event [1-9]" "$dir/figures")" = 4 ] ||
		fail "not four figures of $event"
	[ "$event" = eoi ] || awk -v event="$event" '
		$2 == "times_vgic" && $3 == event { times[$1] = $4; n++ }
		END { exit !(n == 4 && times["native"] > 0 &&
			     times["native"] < 1 && times["vgic"] == 1 &&
			     times["KVM6.12VHE"] > 1 &&
			     times["KVM6.12nVHE"] > times["KVM6.12VHE"]) }' \
		"$dir/figures" || fail "$event in an order that is not plain"
done
[ "$(grep -c '^<rect' "$dir/svg")" = \
	$((1 + 4 + $(grep -c ' instructions ' "$dir/figures"))) ] ||
	fail "the picture has not a bar for each figure"
grep -q '^</svg>$' "$dir/svg" || fail "the picture ends early"

# A CPU without VHE is told from one with it.
"$cli" bench --against kvm --debian 6.12 --cpu cortex-a57 --gic "$gic" \
	>"$dir/json" 2>"$dir/err"
[ $? = 2 ] && grep -q 'cortex-a57: it has no VHE' "$dir/err" ||
	fail "a CPU without VHE was taken"
