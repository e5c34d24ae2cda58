#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# vgic.c and vgic.h, as scripts/amalgamate makes them: they compile alone,
# without a warning, by gcc and clang, for this machine and for aarch64, and a
# small embedder works with them, on this machine and at EL2.  `whole`: the unit
# tests as well, and the hypervisor, linked with vgic.c, passes the self-check.
#
# Usage: amalgamation.sh [whole VGIC-CLI]
set -eu
root=$PWD
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

fail()
{
	[ ! -f "$dir/log" ] || tail -n 30 "$dir/log" >&2
	echo "amalgamation: $*" >&2
	exit 1
}

if [ "${1-}" = whole ]; then
	cli=$2
	cmake --preset host -B "$dir/one" -DVGIC_AMALGAMATION=ON \
		>"$dir/log" 2>&1 || fail 'host: cannot be configured'
	for room in core mmio v2 v3 its v5 soft hw snapshot; do
		cmake --build "$dir/one" -j 2 --target "tests/$room/all" \
			>"$dir/log" 2>&1 || fail "$room: cannot be built"
	done
	ctest --test-dir "$dir/one" -LE full \
		-R '^(core|mmio|v2|v3|its|v5|soft|hw|snapshot)-' \
		>"$dir/log" 2>&1 || fail 'unit tests'
	grep -E 'tests passed' "$dir/log"

	# A tree in which build/el2 has that hypervisor.
	mkdir -p "$dir/tree/build/host/cli"
	cmake --preset el2 -B "$dir/tree/build/el2" -DVGIC_AMALGAMATION=ON \
		>"$dir/log" 2>&1 || fail 'el2: cannot be configured'
	cmake --build "$dir/tree/build/el2" -j 2 >"$dir/log" 2>&1 ||
		fail 'el2: cannot be built'
	cp "$cli" "$dir/tree/build/host/cli/vgic-cli"
	for entry in "$root"/* "$root/.vgic"; do
		[ "$entry" = "$root/build" ] || ln -s "$entry" "$dir/tree/"
	done
	"$dir/tree/build/host/cli/vgic-cli" run --batch --vcpus 2 \
		--timeout 240 >"$dir/log" 2>&1 || fail 'self-check'
	grep -a 'self-check' "$dir/log" | tail -n 1
	exit
fi

"$root/scripts/amalgamate" "$dir"
cp "$here/embedder.c" "$here/embedder-el2.c" "$dir"
cd "$dir"
# Not what is beside the project.
sed -i 's,<vgic/[a-z]*\.h>,"vgic.h",' embedder.c embedder-el2.c

strict='-std=c11 -ffreestanding -pedantic -Wall -Wextra -Wconversion
	-Wswitch-default -Werror'
el2='-mgeneral-regs-only -mno-outline-atomics'
# What an EL2 calls for a GICv3 guest without ITSs.
used='put set_dist_base add_redist_region pending inject_irq map_irq unmap_irq
	trap_mmio trap_sysreg vcpu_reset reset'
# shellcheck disable=SC2046,SC2086 # one word per flag
{
	gcc $strict -c vgic.c -o host.o &&
	clang $strict -fsyntax-only vgic.c &&
	aarch64-linux-gnu-gcc $strict $el2 -O2 -fno-stack-protector -fno-pic \
		-fno-asynchronous-unwind-tables -ffunction-sections \
		-fdata-sections -c vgic.c -o el2.o &&
	clang --target=aarch64-none-elf $strict $el2 -fsyntax-only vgic.c &&
	gcc -std=c11 -Wall -Werror embedder.c host.o -o embedder &&
	aarch64-linux-gnu-gcc -std=c11 -Wall -Werror -ffreestanding $el2 \
		-nostdlib -static -no-pie -fno-stack-protector \
		-Wl,-Ttext=0x40100000 -Wl,--build-id=none -Wl,--gc-sections \
		$(for name in $used; do echo "-Wl,-u,vgic_$name"; done) \
		embedder-el2.c el2.o -o embedder-el2
} >log 2>&1 || fail 'it does not compile'

outside=$(nm -u host.o el2.o | awk '$1 == "U" { print $2 }' |
	grep -vE '^(memcpy|memset|_GLOBAL_OFFSET_TABLE_)$') || true
[ -z "$outside" ] || fail "it wants from outside: $outside"
said=$(./embedder)
[ "$said" = 'GICD_TYPER 0x4480003' ] || fail "it says '$said'"
said=$(timeout 20 qemu-system-aarch64 -M virt,gic-version=3 -nic none \
	-M virtualization=on -cpu cortex-a57 -display none -serial stdio \
	-monitor none -kernel embedder-el2)
[ "$said" = 05480003 ] || fail "at EL2 it says '$said'"
# What nobody named is not there, so it is small.
! nm embedder-el2 | grep -E ' vgic_(its|lpi|v2|v5|gicv2|gicv5|soft|emu|snap)' ||
	fail 'these are linked and not used'
text=$(aarch64-linux-gnu-size -A embedder-el2 |
	awk '$1 ~ /^\.(text|rodata|data\.rel\.ro)/ { sum += $2 }
		END { print sum }')
[ "$text" -le 45056 ] || fail "a GICv3 takes $text bytes"
echo "a GICv3 without ITSs takes $text bytes of text at EL2"
echo "$(wc -l <vgic.c) lines that compile alone and work, at EL2, too"
