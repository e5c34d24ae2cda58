#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# docs/guests.md: the images that it names are those that are installed, and a
# tour from there prints on QEMU's own GICs what is installed beside it.
# Usage: guests.sh EL2-BUILD
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() {
	echo "guests: $1"
	exit 1
}

cmake --install "$1" --component guests --prefix "$dir" >"$dir/log" ||
	fail "they are not installed: $(cat "$dir/log")"
cd "$dir/share/vgic/guests" || fail 'they are somewhere else'
named=$(grep '^| `' "$OLDPWD/docs/guests.md" | cut -d'|' -f2 |
	grep -o '[a-z0-9]*\.bin' | sort)
installed=$(printf '%s\n' *.bin | sort)
[ "$named" = "$installed" ] ||
	fail "the page names $named; installed are $installed"
tour() { # tour NAME MACHINE
	timeout 60 qemu-system-aarch64 -M "virt,$2" -cpu cortex-a57 \
		-accel tcg,thread=single -smp 2 -nic none -nographic \
		-kernel "$1.bin" </dev/null | tr -d '\r' | diff "$1-2.txt" - ||
		fail "$1 differs"
}
tour demo gic-version=3
tour demo2 gic-version=2
tour its gic-version=3
[ "$(ls initrd)" = "$(printf 'init\nload\nnewc\npack\nselfcheck')" ] ||
	fail "the initrd is of $(ls initrd)"
echo "$(echo "$installed" | wc -l) images, 3 tours as they should be"
