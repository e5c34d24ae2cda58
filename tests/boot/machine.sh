#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What the command would never hand to the hypervisor: it says why it cannot
# run, on the console and in the record, and powers off.
# Usage: machine.sh VGIC-HYP.BIN
set -u
hyp=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0

printf '\000\000\000\024' >"$dir/raw" # b .
# A kernel by its header alone: image_size 16 MiB, may lie anywhere.
{
	printf '\000\000\000\024\000\000\000\000\000\000\000\000\000\000'
	printf '\000\000\000\000\000\001\000\000\000\000\012\000\000\000'
	printf '\000\000\000\000'
	head -c 24 /dev/zero
	printf 'ARM\144'
	head -c 4036 /dev/zero
} >"$dir/image"

# refused REASON OPTION...: that reason, with these options of QEMU's
refused()
{
	reason=$1
	shift
	rm -f "$dir/flash"
	truncate -s 64M "$dir/flash"
	timeout 30 qemu-system-aarch64 \
		-M virt,virtualization=on,gic-version=3 -cpu cortex-a57 \
		-m 384 -nographic -nic none -kernel "$hyp" \
		-drive if=pflash,unit=1,format=raw,file="$dir/flash" \
		"$@" </dev/null >"$dir/out" 2>&1
	status=$?
	record=$(head -c 4096 "$dir/flash" | tr -d '\000' | tr '\n' ' ')
	case "$record" in
	*'"exit": 5'*"\"reason\": \"$reason\""*) ;;
	*) status=1 ;;
	esac
	if [ $status != 0 ] || ! grep -q "^vgic: $reason" "$dir/out"; then
		echo "FAIL $reason: $*"
		cat "$dir/out"
		echo "$record"
		failures=$((failures + 1))
	fi
}

# kernel ADDRESS FILE, initrd ADDRESS: options of QEMU's
kernel()
{
	echo "-device guest-loader,addr=$1,kernel=$2"
}

initrd()
{
	echo "-device guest-loader,addr=$1,initrd=$dir/image"
}

# shellcheck disable=SC2046 # the options are words
{
	refused 'there is no kernel'
	refused 'there is no kernel' -M gic-version=2
	refused 'a GICv2 has no more than 8 vCPUs' \
		-append 'vgic.gic=v2 vgic.vcpus=9'
	refused 'on a GICv3, vgic.cpuif=hw is for GICv3 guests' \
		-append 'vgic.gic=v2 vgic.cpuif=hw'
	refused 'on a GICv2, vgic.cpuif=hw is for GICv2 guests' \
		-M gic-version=2 -append 'vgic.gic=v5 vgic.cpuif=hw'
	refused 'the machine has no virtio-mmio disk' \
		-append vgic.passthrough=disk
	refused 'vgic.passthrough=pci wants vgic.gic=v3 and vgic.its=on' \
		-append vgic.passthrough=pci
	refused 'the machine has no ITS where the guest has one' -M its=off \
		-append 'vgic.passthrough=pci vgic.its=on'
	refused 'the machine has no ITS where the guest has one' \
		-M gic-version=2 -append 'vgic.passthrough=pci vgic.its=on'
	refused 'the machine has too little memory for the hypervisor' -m 128
	refused 'the machine has less memory than the guest' -m 256
	refused 'the machine has less memory than the guest' \
		-append vgic.mem=129
	refused 'hypervisor option not understood: vgic.vcpus=none' \
		-append 'vgic.mem=64 vgic.vcpus=none'
	refused 'the kernel is not inside guest memory' \
		$(kernel 0x48400000 "$dir/image")
	refused 'the kernel is not inside guest memory' \
		-append vgic.mem=64 $(kernel 0x54000000 "$dir/image")
	refused 'the kernel is not at 2 MiB plus its text offset' \
		$(kernel 0x50001000 "$dir/image")
	refused 'a raw kernel is not at RAM + 0x80000' \
		$(kernel 0x50000000 "$dir/raw")
	refused 'guest memory is too small' -append vgic.mem=2 \
		$(kernel 0x50000000 "$dir/image")
	refused 'guest memory is too small for the kernel' \
		-append vgic.mem=17 $(kernel 0x50000000 "$dir/image")
	refused 'the initrd is not inside guest memory' \
		-append vgic.mem=64 $(kernel 0x50000000 "$dir/image") \
		$(initrd 0x53e00000)
	refused 'kernel and initrd overlap' \
		$(kernel 0x50000000 "$dir/image") $(initrd 0x50fff000)
}
[ $failures = 0 ]
