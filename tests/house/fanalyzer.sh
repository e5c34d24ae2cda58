#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# GCC's static analyzer finds nothing in the libraries, the commands, the
# hypervisor and the guests: they are built once more with -fanalyzer.  GCC 12
# decides, Debian 12's; others find other things, and are not asked.  It takes
# realloc() in a loop for a leak, so of leaks, which only commands could have,
# it is not asked either.
set -u
version=$(gcc -dumpversion) && version=${version%%.*}
[ "${version:-0}" = 12 ] || {
	echo "skipped: gcc here is $version, its analyzer is not 12's"
	exit 77
}
libfdt=${VGIC_STORE:-$PWD/.vgic}/arm64/usr
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT INT TERM

# analyze OPTION...: builds what $targets says.
analyze()
{
	# shellcheck disable=SC2086 # one word per target
	CFLAGS='-fanalyzer -Wno-analyzer-malloc-leak' \
		cmake -S . -B "$work/build" --fresh -G Ninja "$@" \
		-DCMAKE_BUILD_TYPE=RelWithDebInfo >"$work/log" 2>&1 &&
		cmake --build "$work/build" --clean-first --target $targets \
			>"$work/log" 2>&1 &&
		return
	grep -A 9 -E 'error:|Error' "$work/log" || tail "$work/log"
	exit 1
}

targets='vgic vgic_soft vgic_model vgic_kvm vgic-cli vgic-snapshot'
analyze -DCMAKE_C_COMPILER=gcc
targets=all
analyze --toolchain cmake/aarch64-none.cmake -DVGIC_EL2=ON \
	-DVGIC_LIBFDT_ARM64="$libfdt/lib/aarch64-linux-gnu" \
	-DVGIC_LIBFDT_ARM64_INCLUDE="$libfdt/include"
echo "gcc -fanalyzer has nothing to say"
