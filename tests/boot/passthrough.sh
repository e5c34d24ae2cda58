#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Debian with its root on a disk, and its console on a UART, that are the
# machine's: the interrupts of both are the hardware's.  What it reads from
# the disk, what it writes there, and 10 kB typed into the UART are complete;
# a driver that is taken away while interrupts come can come back.
# Usage: passthrough.sh VGIC-CLI KERNEL VCPUS CPUS [OPTION...]
set -u
here=$(cd "$(dirname "$0")" && pwd)
cli=$1
kernel=$2
vcpus=$3
cpus=$4
shift 4
store=${VGIC_STORE:-.vgic}
if [ "$kernel" = 7.x ]; then
	for kernel in 7.3 7.2; do
		[ ! -e "$store/kernels/$kernel/Image" ] || break
	done
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
PATH=$PATH:/usr/sbin

fail()
{
	echo "FAIL $*"
	tail -n 40 "$dir/log" | cut -c 1-200
	exit 1
}

mkdir -p "$dir/root/bin" "$dir/root/sbin" "$dir/root/dev" "$dir/root/proc" \
	"$dir/root/sys" "$dir/root/run"
cp "$store/busybox" "$dir/root/bin/busybox"
cp "$here/passthrough-init" "$dir/root/sbin/init"
chmod 755 "$dir/root/bin/busybox" "$dir/root/sbin/init"
head -c 64M /dev/urandom >"$dir/root/data"
head -c 3M /dev/urandom >"$dir/second"
truncate -s 96M "$dir/disk"
mke2fs -q -t ext4 -d "$dir/root" "$dir/disk" || exit 1

"$cli" run --batch --debian "$kernel" --vcpus "$vcpus" --cpus "$cpus" \
	--timeout 240 --stats "$dir/stats" --passthrough uart,disk \
	--disk "$dir/disk" --disk "$dir/second,ro" \
	--append 'root=/dev/vda rw' "$@" >"$dir/log" 2>&1
status=$?
tr -d '\r' <"$dir/log" >"$dir/said"
grep -a '^SELF-CHECK: ' "$dir/said"
[ $status = 0 ] || fail "status $status"
grep -a 'virtio' "$dir/said"
grep -aq '^guest errors ignored  *0$' "$dir/said" || fail "guest errors"

sum=$(md5sum <"$dir/root/data" | cut -c 1-32)
[ "$(grep -acx "@data $sum" "$dir/said")" = 2 ] || fail "data is not $sum"
sum=$(md5sum <"$dir/second" | cut -c 1-32)
[ "$(grep -acx "@second $sum" "$dir/said")" = 3 ] || fail "second: not $sum"
[ "$(debugfs -R 'cat /written' "$dir/disk" 2>/dev/null)" = \
	'written by the guest' ] || fail "what was written is not there"

# As the command types it: a to z over and over, a newline at the end.
awk 'BEGIN {
		for (i = 0; i < 10239; i++) {
			printf "%c", 97 + i % 26
		}
		print ""
	}' >"$dir/typed"
sed -n '/^@echo-begin$/,/^@echo-end$/{/^@/!p}' "$dir/said" >"$dir/echoed"
cmp "$dir/typed" "$dir/echoed" || fail "not all that was typed came back"
echo "$(wc -c <"$dir/echoed") bytes typed and echoed"

# The UART never traps, and each interrupt of a device came from the hardware.
grep -q '"mmio_uart": 0,' "$dir/stats" || fail "the UART traps"
grep -q '"irq_uart": 0,' "$dir/stats" || fail "its interrupts are not passed on"
passed=$(sed -n 's/.*"passed_through": \([0-9]*\).*/\1/p' "$dir/stats")
taken=$(awk '/(uart-pl011|virtio[01])$/ {
		for (i = 2; $i ~ /^[0-9]+$/; i++) {
			sum += $i
		}
	}
	END { print sum + 0 }' "$dir/said")
echo "$taken interrupts taken, $passed came from the hardware"
[ "$taken" -gt 100 ] || fail "few interrupts"
[ "$passed" -ge "$taken" ] || fail "some did not come from the hardware"
