#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# tidy.sh BUILD [--analyze]: clang-tidy has nothing to say about any file that
# the compilation databases in BUILD/host and BUILD/el2 name, by .clang-tidy.
# Its static analyzer takes minutes: it runs with --analyze, and alone then.
# Version 14 decides, Debian 12's; others know other checks, and are not asked.
set -u
build=$1
checks='-clang-analyzer-*'
[ "${2-}" != --analyze ] || checks='-bugprone-*,-misc-*,-readability-*'

tidy=$(command -v clang-tidy-14 || command -v clang-tidy) || {
	echo "no clang-tidy here: ./vgic setup installs it"
	exit 1
}
version=$("$tidy" --version | sed -n 's/.*LLVM version \([0-9]*\).*/\1/p')
[ "$version" = 14 ] || {
	echo "skipped: clang-tidy here is $version, .clang-tidy is for 14"
	exit 77
}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT INT TERM

# look PRESET ROOMS OPTION...: the files below these rooms that PRESET builds.
look()
{
	preset=$1
	rooms=$2
	shift 2
	mkdir "$work/$preset"
	# clang does not know these options of GCC's.
	sed -E 's/ -fno-(tree-loop-distribute-patterns|fat-lto-objects)//g' \
		"$build/$preset/compile_commands.json" \
		>"$work/$preset/compile_commands.json" || return 1
	sed -nE 's/.*"file": "(.*\.c)",?$/\1/p' \
		"$work/$preset/compile_commands.json" | sort -u |
		grep -E "^$PWD/($rooms)/" >"$work/files"
	[ -s "$work/files" ] || return 1
	xargs -n 8 -P "$(nproc)" "$tidy" --quiet -p "$work/$preset" \
		--checks="$checks" "$@" <"$work/files" 2>"$work/errors" &&
		echo "preset $preset: $(wc -l <"$work/files") files" && return
	grep 'error:' "$work/errors"
	return 1
}

failures=0
look host '[a-z]+' || failures=1
if [ -e "$build/el2/compile_commands.json" ]; then
	look el2 'guest|hyp|src|soft' --extra-arg=--target=aarch64-linux-gnu ||
		failures=1
else
	echo "preset el2 is not configured: hyp and guest are left out"
fi
[ $failures = 0 ] || exit 1
echo "clang-tidy has nothing to say"
