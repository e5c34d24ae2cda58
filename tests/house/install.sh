#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Install into a fresh prefix and build against that copy: a 20-line embedder
# twice, through pkg-config and through the CMake package; and the examples,
# which have to say what their guests saw.
# Usage: install.sh BUILD-DIR
set -eu
build=$1
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cmake --install "$build" --prefix "$dir/prefix" >"$dir/log"
for header in include/vgic/*.h; do
	cmp "$header" "$dir/prefix/$header"
done

pc=$(find "$dir/prefix" -name vgic.pc)
PKG_CONFIG_PATH=$(dirname "$pc")
# pkg-config means the shared libraries.
LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_PATH")
export PKG_CONFIG_PATH LD_LIBRARY_PATH
# shellcheck disable=SC2046 # one word per flag
cc -std=c11 -Wall -Wextra -Werror -o "$dir/by-pkg-config" \
	"$here/embedder.c" $(pkg-config --cflags --libs vgic)
"$dir/by-pkg-config" | grep -q '^GICD_TYPER 0x'
"$dir/prefix/bin/vgic-snapshot" --help | grep -q '^usage: vgic-snapshot'
for page in man1/vgic.1 man1/vgic-run.1 man3/libvgic.3 man3/vgic_load.3; do
	[ -s "$dir/prefix/share/man/$page" ]
done

# example NAME PACKAGE... <EXPECTED: build it by its own first lines' command
example()
{
	name=$1
	shift
	cat >"$dir/expected"
	# shellcheck disable=SC2046 # one word per flag
	cc -std=c11 -Wall -Wextra -Werror -o "$dir/$name" \
		"examples/$name.c" $(pkg-config --cflags --libs "$@")
	"$dir/$name" | diff "$dir/expected" -
	grep -q "pkg-config --cflags --libs $*)" "examples/$name.c"
}

example embed vgic-soft <<'END'
IRQ 1
INTID 33, then IRQ 0
END
example emulator vgic-emu <<'END'
vCPU 1: INTID 1
vCPU 1: INTID 27
vCPU 0: INTID 33
reset: IRQ 0
restored: IRQ 1
END
example vmm vgic-kvm vgic-soft <<'END'
vCPU 1: IRQ 33
END
[ "$(wc -l <examples/embed.c)" -lt 70 ]
[ "$(wc -l <examples/emulator.c)" -lt 180 ]
[ "$(wc -l <examples/vmm.c)" -lt 160 ]
# What the README shows of it is there, line by line.
sed -n '/^\/\* examples\/vmm.c/,/^```/p' README.md | grep -vE '^(```|/\*)' |
	grep -v '^$' >"$dir/shown"
[ "$(wc -l <"$dir/shown")" -gt 10 ]
while IFS= read -r line; do
	grep -qxF -- "$line" examples/vmm.c
done <"$dir/shown"

# Whatever an archive exports begins with vgic_.
for archive in "$dir"/prefix/lib*/libvgic*.a "$dir"/prefix/lib/*/libvgic*.a; do
	[ ! -f "$archive" ] || ! nm -g --defined-only "$archive" |
		awk 'NF == 3 { print $3 }' | grep -v '^vgic_' || {
		echo "FAIL $archive exports these"
		exit 1
	}
done

mkdir "$dir/project"
cp "$here/embedder.c" "$dir/project/"
cat >"$dir/project/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(embedder LANGUAGES C)
find_package(vgic 0.1 REQUIRED)
add_executable(embedder embedder.c)
target_link_libraries(embedder PRIVATE vgic::vgic)
foreach(name embed emulator vmm)
	add_executable(${name} @EXAMPLES@/${name}.c)
	target_link_libraries(${name} PRIVATE vgic::vgic_kvm vgic::vgic_emu vgic::vgic_soft
		vgic::vgic)
endforeach()
END
sed -i "s,@EXAMPLES@,$PWD/examples," "$dir/project/CMakeLists.txt"
cmake -G Ninja -S "$dir/project" -B "$dir/project/build" \
	-DCMAKE_PREFIX_PATH="$dir/prefix" >>"$dir/log"
cmake --build "$dir/project/build" >>"$dir/log"
"$dir/project/build/embedder" | grep -q '^GICD_TYPER 0x'
"$dir/project/build/vmm" | grep -q '^vCPU 1: IRQ 33$'
echo "the installed copy serves pkg-config and CMake"
