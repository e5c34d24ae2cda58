#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Install into a fresh prefix and build a 20-line embedder against that copy
# twice: through pkg-config, and through the CMake package.
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
export PKG_CONFIG_PATH
# shellcheck disable=SC2046 # one word per flag
cc -std=c11 -Wall -Wextra -Werror -o "$dir/by-pkg-config" \
	"$here/embedder.c" $(pkg-config --cflags --libs vgic)
"$dir/by-pkg-config" | grep -q '^GICD_TYPER 0x'

mkdir "$dir/project"
cp "$here/embedder.c" "$dir/project/"
cat >"$dir/project/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(embedder LANGUAGES C)
find_package(vgic 0.1 REQUIRED)
add_executable(embedder embedder.c)
target_link_libraries(embedder PRIVATE vgic::vgic)
END
cmake -G Ninja -S "$dir/project" -B "$dir/project/build" \
	-DCMAKE_PREFIX_PATH="$dir/prefix" >>"$dir/log"
cmake --build "$dir/project/build" >>"$dir/log"
"$dir/project/build/embedder" | grep -q '^GICD_TYPER 0x'
echo "the installed copy serves pkg-config and CMake"
