#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The GICv5 demo on QEMU 11's own GICv5, which `./vgic test` has fetched; or
# it is fetched here.  Skipped only where the mirror does not have it.
# Usage: native5.sh DEMO5.BIN CPUS
set -u
here=$(dirname "$0")
qemu=${VGIC_STORE:-.vgic}/qemu-11/qemu-system-aarch64
[ -e "$qemu" ] || scripts/fetch qemu-11
case $? in
0) ;;
3)
	echo "skipped: the Debian mirror does not have QEMU 11"
	exit 77 ;;
*) exit 1 ;;
esac
exec "$here/../demo/native.sh" "$here" "$1" "$2" x-5 "$qemu"
