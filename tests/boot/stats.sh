#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# --stats saves the counters, --verbose shows a command that runs again, --icount
# tells instructions per exit, and the closing table has its rows.
# Usage: stats.sh VGIC-CLI
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
TMPDIR=$dir "$1" run --batch --guest demo --icount --verbose --timeout 120 \
	--stats "$dir/stats" --append "it's \$HOME" \
	>"$dir/out" 2>"$dir/err" || {
	cat "$dir/out" "$dir/err"
	exit 1
}
failures=0
for key in exit exits injected delivered lr_peak overflows \
	invariant_checks invariant_failures el2_ticks exits_total aborts; do
	grep -q "\"$key\":" "$dir/stats" || {
		echo "FAIL no $key in the record"
		failures=1
	}
done
for row in 'qemu-system-aarch64 .*-icount shift=0' 'exits by cause' \
	'interrupts  *injected  *delivered' '  sgi ' '  ppi ' '  spi ' \
	'list registers, peak' 'overflows' 'invariant checks' \
	'EL2 instructions/exit  *[1-9]'; do
	grep -Eq "$row" "$dir/err" || {
		echo "FAIL no '$row' in the table"
		failures=1
	}
done
sh -c "$(sed -n '/^qemu-system-aarch64 /p' "$dir/err")" </dev/null \
	>"$dir/again" 2>&1
cmp "$dir/out" "$dir/again" || {
	echo "FAIL the command of --verbose says something else"
	failures=1
}
cat "$dir/err"
exit $failures
