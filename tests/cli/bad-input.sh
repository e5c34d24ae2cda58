#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Bad input to `vgic run` and `vgic bench`: each gives one clear line, the right status, and
# no console.  Usage: bad-input.sh VGIC-CLI
set -u
cli=$(realpath "$1")
store=$(realpath -m "${VGIC_STORE:-.vgic}")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0

# refuse STATUS PATTERN OPTION... to run
refuse()
{
	refuse_status=$1
	refuse_pattern=$2
	shift 2
	refuse_by "$refuse_status" "$refuse_pattern" run --batch --timeout 20 \
		"$@"
}

# refuse_by STATUS PATTERN COMMAND OPTION...
refuse_by()
{
	status=$1
	pattern=$2
	shift 2
	"$cli" "$@" >"$dir/out" 2>&1 </dev/null
	got=$?
	lines=$(wc -l <"$dir/out")
	if [ $got = "$status" ] && [ "$lines" = 1 ] &&
		grep -q "^vgic: .*$pattern" "$dir/out"; then
		return
	fi
	failures=$((failures + 1))
	echo "FAIL $*: status $got (not $status), $lines lines, not" \
		"'$pattern':"
	cat "$dir/out"
}

# bytes FILE COUNT: zeros
zeros()
{
	dd if=/dev/zero of="$1" bs="$2" count=1 status=none
}

# put FILE OFFSET OCTAL...: bytes into the file, as printf writes them
put()
{
	printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# The smallest arm64 Image: b .; image_size 64 KiB
image()
{
	zeros "$1" 65536
	put "$1" 0 '\000\000\000\024'
	put "$1" 18 '\001'
	put "$1" 56 'ARM\144'
}

# An Image with an EFI stub: one section that ends at 64 KiB
efi_image()
{
	image "$1"
	put "$1" 0 'MZ'
	put "$1" 60 '\100\000\000\000'
	put "$1" 64 'PE\000\000\144\252\001\000'
	put "$1" 84 '\000\000'
	put "$1" 104 '\000\020\000\000\000\360\000\000'
}

cd "$dir" || exit 1

# Options and values.
refuse 2 "unrecognized option '--bogus'; see ./vgic run --help" --bogus
refuse 2 "unrecognized option '-x'; see" -x
refuse 2 "unrecognized option '-x'; see" -xy
refuse 2 "option '--vcpus' requires an argument: a number from 1 to 512" \
	--vcpus
refuse 2 "option '--its' requires an argument: on|off" --its
refuse 2 "option '--batch' takes no argument" --batch=yes
refuse 2 "unexpected argument 'extra'; see ./vgic run --help" extra
refuse 2 "gic v9: expected v2, v3, v5" --gic v9
refuse 2 "gic v2 --vcpus 9: .* at most 8 CPUs; --gic v3 takes" \
	--gic v2 --vcpus 9
refuse 2 "host-gic v1: expected v2, v3" --host-gic v1
refuse 2 "host-gic v5: expected v2, v3" --host-gic v5
refuse 2 "host-gic v2 --cpus 9: .* --host-gic v3 takes 64" \
	--host-gic v2 --cpus 9
refuse 2 "cpuif best: expected auto, hw, soft" --cpuif best
refuse 2 "cpuif hw: .* list registers for GICv3 .* --cpuif soft" \
	--cpuif hw --gic v5
refuse 2 "cpuif hw: .* list registers for GICv2 .* --cpuif soft" \
	--cpuif hw --gic v3 --host-gic v2
refuse 2 "vcpus 0: expected a number from 1 to 512" --vcpus 0
refuse 2 "vcpus 513: expected a number" --vcpus 513
refuse 2 "vcpus -1: expected a number" --vcpus -1
refuse 2 "vcpus 4x: expected a number" --vcpus 4x
refuse 2 "vcpus 99999999999999999999: expected" --vcpus 99999999999999999999
refuse 2 "cpus 0: expected a number" --cpus 0
refuse 2 "memory lots: expected a number" --memory lots
refuse 2 "timeout 0: expected a number" --timeout 0
refuse 2 "torture foo: expected snapshot or" --torture foo
refuse 2 "torture snapshots: expected snapshot or" --torture snapshots
refuse 2 "torture snapshot 0: expected a number" --torture snapshot=0
refuse 2 "torture snapshot x: expected a number" --torture snapshot=x
refuse 2 "torture snapshot : expected a number" --torture snapshot=
refuse 2 "torture snapshot 60001: .* to 60000" --torture snapshot=60001
refuse 2 "debian 5.10: expected 6.12, 7.2, 7.3" --debian 5.10
refuse 2 "guest doom: expected demo, bench" --guest doom
refuse 2 "exclude one another" --guest demo --debian 6.12
refuse 2 "stats /nonexistent/x: No such file" --guest demo \
	--stats /nonexistent/x

# vgic bench.
refuse_by 2 "gic v9: expected v2, v3, v5" bench --gic v9
refuse_by 2 "option '--gic' requires an argument" bench --gic
refuse_by 2 "unrecognized option '--vcpus'" bench --vcpus 2
refuse_by 2 "unexpected argument 'v5'" bench v5
refuse_by 2 "against xen: expected kvm" bench --against xen
refuse_by 2 "GICv5 machines alone" bench --against kvm --gic v5
refuse_by 2 "exclude one another" bench --against kvm --latency
refuse_by 2 "profile dance: expected lpi, hypercall" bench --profile dance
refuse_by 2 "profile cdia: expected hypercall" bench --profile cdia --gic v2
refuse_by 2 "exclude one another" bench --profile ipi --against kvm
refuse_by 2 "exclude one another" bench --scale --latency
refuse_by 2 "--svg: it goes with --against kvm" bench --svg "$dir/x.svg"
refuse_by 2 "--debian: it goes with --against kvm" bench --debian 7.3
refuse_by 2 "svg $dir/no/x.svg: No such file" bench --against kvm --svg "$dir/no/x.svg"
refuse_by 5 "nowhere/qemu: not found" bench --gic v5 --qemu nowhere/qemu

# Files.
refuse 2 "kernel missing: No such file" --kernel missing
mkdir folder
refuse 2 "kernel folder: is a directory" --kernel folder
refuse 2 "kernel /dev/zero: not a regular file" --kernel /dev/zero
: >empty
refuse 2 "kernel empty: is empty" --kernel empty
image good
if [ "$(id -u)" != 0 ]; then
	cp good secret
	chmod 0 secret
	refuse 2 "kernel secret: Permission denied" --kernel secret
fi
refuse 2 "initrd missing: No such file" --kernel good --initrd missing
refuse 2 "initrd folder: is a directory" --kernel good --initrd folder

# Disks.
refuse 2 "disk missing: No such file" --disk missing
refuse 2 "disk folder: Is a directory" --disk folder
refuse 2 "disk folder,ro: is a directory; a raw disk image" --disk folder,ro
refuse 2 "disk empty: is empty; a raw disk image" --disk empty
refuse 2 "disk ./good: is there twice" --disk good --disk ./good
refuse 2 "disk: the built-in guests have no driver" --disk good --guest demo
refuse 2 "pci-disk missing: No such file" --pci-disk missing
refuse 2 "pci-disk empty,ro: is empty; a raw disk image" --pci-disk empty,ro
refuse 2 "pci-disk ./good: is there twice" --disk good --pci-disk ./good
refuse 2 "pci-disk: the built-in guests have no" --pci-disk good --guest demo
refuse 2 "pci-disk: .* it goes with --gic v3" --pci-disk good --gic v2
refuse 2 "pci-disk: .* it goes with --gic v3" --gic v5 --pci-disk good
refuse 2 "pci-disk: .* goes with --host-gic v3" --pci-disk good --host-gic v2
refuse 2 "pci-disk: .* it goes with --its on" --pci-disk good --its off
refuse 2 "passthrough disk: .* name one with --disk" --passthrough uart,disk
refuse 2 "passthrough disk: .* name one with --disk" --passthrough disk \
	--pci-disk good
refuse 2 "passthrough net: expected uart, disk" --passthrough uart,net
refuse 2 "passthrough : expected uart, disk" --passthrough uart,

# The ITS.
refuse 2 "its yes: expected on, off" --its yes
refuse 2 "its on: a GICv2 has no ITS here; it goes with --gic v3" \
	--its on --gic v2
refuse 2 "its on: a GICv5 has no ITS here" --gic v5 --its on
refuse 2 "guest its: .* goes with --gic v3 and --its on" --guest its --its off
refuse 2 "guest its: .* goes with --gic v3 and --its on" --guest its --gic v2

# Quirks.
refuse 2 "quirk rubbish: expected no-tdir, no-hw-deact, seis, lrs=N" \
	--quirk no-tdir,rubbish
refuse 2 "quirk : expected no-tdir" --quirk no-tdir,
refuse 2 "quirk lrs 0: expected a number from 1 to 16" --quirk lrs=0
refuse 2 "quirk lrs N: expected a number" --quirk lrs=N
refuse 2 "quirk: .* goes with --gic v3" --quirk no-tdir --gic v2
refuse 2 "quirk: .* goes with --gic v3" --quirk lrs=1 --cpuif soft
if [ "$(id -u)" != 0 ]; then
	refuse 2 "disk secret: Permission denied" --disk secret
fi

# Kernels for other machines and other loaders.
zeros bzimage 1024
put bzimage 510 '\125\252\353\146HdrS'
refuse 2 "x86 bzImage" --kernel bzimage
zeros zimage 1024
put zimage 36 '\030\050\157\001'
refuse 2 "32-bit Arm zImage" --kernel zimage
zeros riscv 1024
put riscv 56 'RSC\005'
refuse 2 "RISC-V Image" --kernel riscv
zeros elf 1024
put elf 0 '\177ELF\002\001\001'
put elf 18 '\076'
refuse 2 "ELF file for another architecture" --kernel elf
put elf 18 '\267'
refuse 2 "ELF file; make a raw binary" --kernel elf
zeros efi 1024
put efi 0 'MZ'
refuse 2 "an EFI program" --kernel efi
image big-endian
put big-endian 24 '\001'
refuse 2 "big-endian" --kernel big-endian
image corrupt
put corrupt 23 '\377'
refuse 2 "header is corrupt" --kernel corrupt

# Linux without a GICv5 driver; one that has it gets further.
linux_image()
{
	efi_image "$1"
	put "$1" 8192 "Linux version $2.1 (somebody)"
}
linux_image old-linux 6.12
refuse 2 "gic v5: old-linux is Linux 6.12, .* no GICv5 driver; 6.17 was" \
	--gic v5 --kernel old-linux --initrd good
linux_image old-linux 6.16
refuse 2 "is Linux 6.16, which has no" --gic v5 --kernel old-linux \
	--initrd good
linux_image new-linux 6.17
put new-linux 18 '\200\001'
refuse 2 "memory 16: too small for new-linux" --gic v5 --kernel new-linux \
	--initrd good --memory 16
linux_image new-linux 7.0
put new-linux 18 '\200\001'
refuse 2 "memory 16: too small for new-linux" --gic v5 --kernel new-linux \
	--initrd good --memory 16
if [ -e "$store/kernels/6.12/Image" ]; then
	refuse 2 "is Linux 6.12, which has no GICv5 driver" --gic v5 \
		--debian 6.12
fi

# Truncated: as a file, in its wrapping, by its section table.
efi_image linux
head -c 60 linux >short
refuse 2 "kernel short: truncated" --kernel short
head -c 32768 linux >short
refuse 2 "kernel short: truncated" --kernel short
head -c 90 linux >short
refuse 2 "kernel short: truncated" --kernel short
gzip -9n <good >good.gz
head -c 40 good.gz >short.gz
refuse 2 "kernel short.gz: truncated" --kernel short.gz
put good.gz 30 '\377\377\377\377\377'
refuse 2 "kernel good.gz: " --kernel good.gz
zeros zboot 64
put zboot 0 'MZ\000\000zimg\100\000\000\000\000\001\000\000'
put zboot 24 'gzip'
refuse 2 "kernel zboot: truncated" --kernel zboot
zeros zboot 512
put zboot 0 'MZ\000\000zimg\100\000\000\000\000\001\000\000'
put zboot 24 'lzma'
refuse 2 "compressed with lzma" --kernel zboot
put zboot 24 'zstd'
refuse 2 "corrupt zstd data" --kernel zboot

# Memory.
put good 18 '\200\001'
refuse 2 "memory 16: too small for good, which needs at least 26" \
	--kernel good --memory 16

# QEMU.
refuse 5 "nowhere/qemu: not found" --guest demo --qemu nowhere/qemu
printf '#!/bin/sh\necho QEMU emulator version 6.1.0\n' >old
printf '#!/bin/sh\necho hello\n' >other
chmod +x old other
refuse 5 "version 6.1 is older than 7.2" --guest demo --qemu ./old
refuse 5 "not QEMU" --guest demo --qemu ./other

[ $failures = 0 ] || exit 1
echo "all refused as they should be"
