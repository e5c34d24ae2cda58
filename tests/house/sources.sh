#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# src/vgic.mk lists each source of src/ and soft/, once; and a shared library
# exports what the public headers declare.  Usage: sources.sh BUILD-DIR
set -u
build=$1
bad=0
listed=$(grep -oE '(src|soft)/[a-z0-9_/]+\.c' src/vgic.mk | LC_ALL=C sort)
there=$(find src soft -name '*.c' | LC_ALL=C sort)
[ "$listed" = "$there" ] || {
	echo "FAIL src/vgic.mk lists (<), and there are (>):"
	list=$(mktemp)
	echo "$listed" >"$list"
	echo "$there" | diff "$list" - | grep '^[<>]'
	rm -f "$list"
	bad=1
}

for name in src/vgic soft/vgic_soft describe/vgic_describe \
	emu/vgic_emu kvm/vgic_kvm; do
	folder=${name%/*}
	library=$build/$folder/lib${name#*/}
	declared=$(readelf -sW "$library.a" | awk '$5 == "GLOBAL" &&
		$6 == "DEFAULT" && $7 != "UND" { print $8 }' | sort)
	exported=$(nm -D --defined-only "$library.so" |
		awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort)
	[ -n "$declared" ] && [ "$declared" = "$exported" ] || {
		echo "FAIL $name.map does not list what headers declare:"
		echo "$declared
$exported" | sort | uniq -u
		bad=1
	}
done
[ $bad = 0 ] || exit 1
echo "vgic.mk has every source, and the maps every function"
