#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A hostile guest is told what the architecture says, and its interrupts work
# when it is done; asleep for ever, it is ended by --timeout.
# Usage: hostile.sh VGIC-CLI HOSTILE.BIN [OPTION...]
set -u
cli=$1
guest=$2
shift 2
out=$("$cli" run --batch --kernel "$guest" --vcpus 4 --cpus 2 --timeout 100 \
	"$@" 2>&1)
status=$?
echo "$out"
[ $status = 0 ] && echo "$out" | grep -q '^HOSTILE: PASS' || exit 1
[ $# = 0 ] || exit 0
out=$("$cli" run --batch --kernel "$guest" --append hostile=hang --timeout 3 \
	2>&1)
status=$?
echo "$out"
[ $status = 3 ] && echo "$out" | grep -q '^hostile: asleep'
