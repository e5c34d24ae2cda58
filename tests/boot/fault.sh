#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The hypervisor breaks: instructions of its image are replaced by BRK, which
# at EL2 is a fault.  It says where, with a back trace, writes the record and
# powers off; when even that breaks it powers off without a word.
# Usage: fault.sh VGIC-HYP RAW.BIN
set -u
elf=$1
raw=$2
base=$((0x40200000))
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# break_at FUNCTION FILE
break_at()
{
	address=$(aarch64-linux-gnu-nm "$elf" |
		sed -n "s/^\([0-9a-f]*\) [tT] $1\$/\1/p")
	printf '\000\175\040\324' | # brk #1000
		dd of="$2" bs=1 seek=$((0x$address - base)) conv=notrunc \
			2>"$dir/dd"
}

# run IMAGE
run()
{
	rm -f "$dir/flash"
	truncate -s 64M "$dir/flash"
	timeout 60 qemu-system-aarch64 \
		-M virt,virtualization=on,gic-version=3 -cpu cortex-a57 \
		-smp 2 -m 384 -nographic -nic none -kernel "$1" \
		-append 'vgic.vcpus=2 vgic.timeout=30' \
		-drive if=pflash,unit=1,format=raw,file="$dir/flash" \
		-device guest-loader,addr=0x50080000,kernel="$raw",bootargs= \
		</dev/null >"$dir/out" 2>&1
	status=$?
	record=$(head -c 4096 "$dir/flash" | tr -d '\000' | tr '\n' ' ')
}

fail()
{
	echo "FAIL: $*"
	cat "$dir/out"
	echo "$record"
	exit 1
}

cp "${elf}.bin" "$dir/broken"
break_at psci_call "$dir/broken"
run "$dir/broken"
[ $status = 0 ] || fail "QEMU ended with $status"
grep -q '^vgic: EL2 FAULT on CPU' "$dir/out" || fail 'no report'
grep -q "^vgic: back trace: 0*$address" "$dir/out" || fail 'no back trace'
# psci_call() was called by exit_hvc(), and that by guest_sync().
[ "$(grep -c '^vgic:  *00000000402' "$dir/out")" -ge 2 ] ||
	fail 'the back trace ends early'
case $record in
*'"exit": 4'*) ;;
*) fail 'no record' ;;
esac

break_at console_msg "$dir/broken"
run "$dir/broken"
[ $status = 0 ] || fail "a fault in a fault: QEMU ended with $status"
[ -z "$record" ] || fail 'a fault in a fault: a record'
