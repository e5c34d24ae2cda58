#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The self-check tries every disk that it finds: its driver goes and comes
# back, its interrupts follow their affinity, what it reads is what is there.
# Two disks: the guest meets them in the order of the command line.
# Usage: disk.sh VGIC-CLI KERNEL VCPUS CPUS [OPTION...]
set -u
here=$(cd "$(dirname "$0")" && pwd)
cli=$1
kernel=$2
vcpus=$3
cpus=$4
shift 4
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
head -c 80M /dev/urandom >"$dir/a, comma"
head -c 2M /dev/urandom >"$dir/b"
sh "$here/debian.sh" "$cli" "$kernel" "$vcpus" "$cpus" cortex-a57 \
	--disk "$dir/a, comma" --disk "$dir/b,ro" "$@" >"$dir/log" 2>&1
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
