#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Who waits for another vCPU, and there are more of them than CPUs, gives way:
# found from outside (spin), by a WFI (wfi), or by a WFE that traps (wfe), which
# takes the QEMU 11 that `./vgic test` has fetched.  Instructions are counted: a
# busy machine makes no difference.
# Usage: relay.sh VGIC-CLI RELAY.BIN VCPUS CPUS spin|wfe|wfi
set -u
cli=$1
guest=$2
vcpus=$3
cpus=$4
wait=$5
set --
if [ "$wait" = wfe ]; then
	qemu=${VGIC_STORE:-.vgic}/qemu-11/qemu-system-aarch64
	[ -e "$qemu" ] || scripts/fetch qemu-11
	case $? in
	0) ;;
	3)
		echo "skipped: the Debian mirror does not have QEMU 11"
		exit 77 ;;
	*) exit 1 ;;
	esac
	# Far less than a look from outside would take.
	set -- --append 'wait=wfe most=20' --qemu "$qemu"
fi
if [ "$wait" = wfi ]; then
	set -- --append 'wait=wfi most=20'
fi
exec "$(dirname "$0")/probe.sh" "$cli" "$guest" --icount --vcpus "$vcpus" \
	--cpus "$cpus" "$@"
