#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The self-check tries every disk that it finds: its driver goes and comes
# back, its interrupts follow their affinity, what it reads is what is there.
# Two disks: the guest meets them in the order of the command line.  PCI disks
# interrupt by messages: each that the guest took came from the machine's ITS,
# and where two CPUs share a queue the other one of them took some, too, while
# the first was off.
# Usage: disk.sh VGIC-CLI disk|pci-disk KERNEL VCPUS CPUS [OPTION...]
set -u
here=$(cd "$(dirname "$0")" && pwd)
cli=$1
kind=$2
kernel=$3
vcpus=$4
cpus=$5
shift 5
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
head -c 80M /dev/urandom >"$dir/a, comma"
head -c 2M /dev/urandom >"$dir/b"
sh "$here/debian.sh" "$cli" "$kernel" "$vcpus" "$cpus" cortex-a57 \
	"--$kind" "$dir/a, comma" "--$kind" "$dir/b,ro" \
	--stats "$dir/stats" "$@" >"$dir/log" 2>&1
status=$?
tr -d '\r' <"$dir/log" | tee "$dir/said"
[ $status = 0 ] || exit 1

# check DEVICE FILE: its first 64 MiB
check()
{
	sum=$(head -c 64M "$2" | md5sum | cut -c 1-32)
	grep -qx "self-check: disk /dev/$1: $sum" "$dir/said" || {
		echo "FAIL $1 is not $sum"
		exit 1
	}
}
check vda "$dir/a, comma"
check vdb "$dir/b"

[ "$kind" = pci-disk ] || exit 0
passed=$(sed -n 's/.*"passed_through": \([0-9]*\).*/\1/p' "$dir/stats")
set -- "$(awk -v vcpus="$vcpus" '/ITS-PCI-MSIX.*virtio[01]-req/ {
		for (i = 0; i < vcpus; i++) {
			sum += $(i + 2)
			cpus += $(i + 2) > 0
		}
		lines++
	}
	END { print sum + 0, cpus + 0, lines + 0 }' "$dir/said")"
# shellcheck disable=SC2086 # three words
set -- $1
echo "$1 messages taken, $passed came from the hardware, $3 queues in $2 places"
if [ "$1" -le 20 ] || [ "$passed" -lt "$1" ]; then
	echo "FAIL: few messages, or some did not come from the hardware"
	exit 1
fi
if [ "$vcpus" -gt "$cpus" ] && [ "$2" -le "$3" ]; then
	echo "FAIL: no message went elsewhere while its CPU was off"
	exit 1
fi
