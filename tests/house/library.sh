#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The library alone: built and installed with a C compiler, CMake and make, on a
# machine that has nothing else; then used, by pkg-config, by find_package() and
# by vgic.mk.  `el2`: for aarch64 without an operating system, where QEMU runs
# it; examples/el2.c too, by the commands that it names.  `embedded`: by
# add_subdirectory() and FetchContent.
#
# Usage: library.sh host|el2|embedded
set -eu
root=$PWD
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
log=$dir/log
cross=
[ "$1" != el2 ] || cross=aarch64-linux-gnu-

fail()
{
	[ ! -f "$log" ] || tail -n 30 "$log" >&2
	echo "library: $*" >&2
	exit 1
}

# bare COMMAND...: what it finds are these programs.  Of the other libraries
# that the project uses, not even a header is there.
mkdir "$dir/bin" "$dir/poison"
for tool in cmake make sh cc gcc as ld ar ranlib nm objcopy strip; do
	for name in $tool $cross$tool; do
		path=$(command -v "$name") || continue
		ln -sf "$path" "$dir/bin/$name"
	done
done
for header in jansson zlib zstd fdt libfdt; do
	echo "#error $header.h is not here" >"$dir/poison/$header.h"
done
bare()
{
	env -i PATH="$dir/bin" HOME="$dir" CPATH="$dir/poison" \
		PKG_CONFIG_LIBDIR=/nonexistent "$@" >>"$log" 2>&1 ||
		fail "failed: $*"
}

# project LINE...: a CMake project whose embedder has these lines
project()
{
	mkdir -p "$dir/project"
	cp "$source" "$dir/project/embedder.c"
	{
		echo 'cmake_minimum_required(VERSION 3.25)'
		echo 'project(embedder LANGUAGES C)'
		printf '%s\n' "$@"
	} >"$dir/project/CMakeLists.txt"
	rm -rf "$dir/project/build"
	bare cmake -G 'Unix Makefiles' -S "$dir/project" \
		-B "$dir/project/build" -DCMAKE_PREFIX_PATH="$dir/prefix" \
		${toolchain:+--toolchain "$toolchain"}
	bare cmake --build "$dir/project/build" -j 2
}

# says FILE: it runs, and says what GICD_TYPER is
says()
{
	if [ -z "$cross" ]; then
		said=$("$1")
	else
		said=$(timeout 20 qemu-system-aarch64 -M virt,gic-version=3 \
			-M virtualization=on -nic none -cpu cortex-a57 -display none \
			-serial stdio -monitor none -kernel "$1")
	fi
	case $said in
	*480003*) ;;
	*) fail "$1 says '$said'" ;;
	esac
	echo "$2: $said"
}

# compile COMMAND...: without a warning
compile()
{
	"$@" -std=c11 -Wall -Wextra -Werror $free >>"$log" 2>&1 ||
		fail "failed: $*"
}

source=$here/embedder.c
toolchain=
free=
preset=lib
if [ -n "$cross" ]; then
	source=$here/embedder-el2.c
	free="-ffreestanding -nostdlib -static -no-pie -fno-stack-protector
		-Wl,-Ttext=0x40100000 -Wl,--build-id=none"
	preset=el2-lib
	# As little as a toolchain file can say.
	toolchain=$dir/toolchain.cmake
	cat >"$toolchain" <<EOF
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_C_COMPILER ${cross}gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
EOF
fi
link="add_executable(embedder embedder.c)
target_link_libraries(embedder PRIVATE vgic::vgic)
target_link_options(embedder PRIVATE $(echo $free))
target_compile_options(embedder PRIVATE $(echo $free | sed 's/-Wl.*//'))"

if [ "$1" = embedded ]; then
	project "add_subdirectory($root vgic)" "$link"
	says "$dir/project/build/embedder" add_subdirectory
	project 'include(FetchContent)' \
		"FetchContent_Declare(vgic SOURCE_DIR $root)" \
		'FetchContent_MakeAvailable(vgic)' "$link"
	says "$dir/project/build/embedder" FetchContent
	mkdir "$dir/make"
	cat >"$dir/make/Makefile" <<'EOF'
include $(VGIC)/src/vgic.mk
objects := $(VGIC_SRCS:%.c=build/%.o)
embedder: embedder.c $(objects)
	$(CC) -std=c11 -I$(VGIC)/include -o $@ $^
build/%.o: $(VGIC)/%.c
	@mkdir -p $(@D)
	$(CC) $(VGIC_CFLAGS) $(VGIC_INCLUDES:%=-I$(VGIC)/%) -c $< -o $@
EOF
	cp "$source" "$dir/make/"
	make -C "$dir/make" -j 2 VGIC="$root" >>"$log" 2>&1 || fail "vgic.mk"
	says "$dir/make/embedder" vgic.mk
	exit
fi

bare cmake -G 'Unix Makefiles' --preset $preset -B "$dir/build" \
	-DCMAKE_BUILD_TYPE=
if [ -n "$cross" ]; then
	rm -rf "$dir/build"
	bare cmake -G 'Unix Makefiles' -S "$root" -B "$dir/build" \
		--toolchain "$toolchain"
fi
bare cmake --build "$dir/build" -j 2
bare cmake --install "$dir/build" --prefix "$dir/prefix"

PKG_CONFIG_LIBDIR=$(dirname "$(find "$dir/prefix" -name vgic.pc)")
LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_LIBDIR")
export PKG_CONFIG_LIBDIR LD_LIBRARY_PATH
# shellcheck disable=SC2046 # one word per flag
compile ${cross}gcc -o "$dir/by-pkg-config" "$source" \
	$(pkg-config --cflags --libs vgic)
says "$dir/by-pkg-config" pkg-config

project 'find_package(vgic 0.1 REQUIRED)' "$link"
says "$dir/project/build/embedder" find_package

# Each target of the package alone.
targets=$(grep -ho 'vgic::[a-z_]*' \
	"$LD_LIBRARY_PATH/cmake/vgic/vgic-config.cmake" | sort -u)
[ "$(echo "$targets" | wc -l)" -ge 3 ] || fail "targets: $targets"
# shellcheck disable=SC2016 # CMake's variables
project 'find_package(vgic 0.1 REQUIRED)' \
	"foreach(target $(echo $targets))" \
	'string(MAKE_C_IDENTIFIER ${target} embedder)' \
	"$(echo "$link" | sed 's/(embedder/(${embedder}/
		s/vgic::vgic/${target}/')" 'endforeach()'
for target in $targets; do
	says "$dir/project/build/$(echo "$target" | tr : _)" "$target"
done

# The example at EL2, by the commands of its own first lines.
if [ -n "$cross" ]; then
	cp -r "$root/examples" "$dir/examples"
	sed -n '/qemu-system/q; s/^ \*     //p' "$root/examples/el2.c" \
		>"$dir/examples/commands"
	(cd "$dir/examples" && sh -e commands) >>"$log" 2>&1 ||
		fail "failed: the commands of examples/el2.c"
	[ -s "$dir/examples/el2.bin" ] || fail "no el2.bin"
	echo "examples/el2.c: $(wc -c <"$dir/examples/el2.bin") bytes"
fi

# What it wants from outside.
outside=$(nm "$dir"/prefix/lib*/libvgic*.a | awk '
	$1 == "U" { wanted[$2] = 1 }
	NF == 3 { has[$3] = 1 }
	END {
		for (name in wanted) {
			if (!(name in has)) print name
		}
	}' | grep -vE '^(memcpy|memset|_GLOBAL_OFFSET_TABLE_)$') || true
[ -z "$outside" ] || fail "it wants from outside:" $outside
