#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A Debian kernel boots, checks itself and powers off.
# Nothing that it does is an error to the GIC.  With --gic v5 it says that it
# drives a GICv5, and its interrupts are one's; with a GICv3, that every CPU
# has LPIs, or with --its off, that none has.
# Usage: debian.sh VGIC-CLI KERNEL VCPUS CPUS MODEL [OPTION...]
set -u
cli=$1
kernel=$2
vcpus=$3
cpus=$4
model=$5
shift 5
if [ "$kernel" = 7.x ]; then
	for kernel in 7.3 7.2; do
		[ ! -e "${VGIC_STORE:-.vgic}/kernels/$kernel/Image" ] || break
	done
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$cli" run --batch --debian "$kernel" --vcpus "$vcpus" --cpus "$cpus" \
	--cpu "$model" --timeout 240 "$@" >"$log" 2>&1
status=$?
grep -aE '^(SELF-CHECK: |self-check: disk )|ITS-PCI-MSIX' "$log"
says_gic()
{
	for line in "$@"; do
		grep -aq "$line" "$log" || {
			echo "FAIL: it does not say '$line'"
			return 1
		}
	done
}
case " $* " in
*' --gic v5 '*)
	says_gic 'GICv5 CPU interface' \
		'Root IRQ handler: gicv5_handle_irq' \
		'GICv5-PPI  *27 Level  *arch_timer' \
		'GICv5-SPI  *1 Level  *uart-pl011' || status=1 ;;
*' --gic v2 '*) ;;
*' --its off '*)
	! grep -aq 'ITS \[mem\|LPI property table' "$log" || {
		echo "FAIL: it has an ITS"
		status=1
	} ;;
*)
	says_gic 'ITS \[mem 0x08080000-0x0809ffff\]' \
		'GICv3: using LPI property table' \
		"CPU$((vcpus - 1)): using .*LPI pending table" || status=1 ;;
esac
[ $status = 0 ] && grep -aq '^SELF-CHECK: PASS' "$log" &&
	grep -aq '^guest errors ignored  *0$' "$log" && exit 0
echo "FAIL: status $status; the end of what it said:"
tail -n 60 "$log"
exit 1
