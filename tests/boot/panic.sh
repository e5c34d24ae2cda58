#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A Linux that panics in a --batch run, be it told to stay as it is or to reset,
# has a status of its own, and the run's last line says what it panicked for.
# Usage: panic.sh VGIC-CLI PANIC-OPTION
set -u
out=$(mktemp)
trap 'rm -f "$out"' EXIT
"$1" run --batch --timeout 60 --append "rdinit=/none $2" >"$out" 2>&1
status=$?
tail -n 30 "$out"
[ $status = 6 ] && tail -n 1 "$out" | grep -q \
	'^vgic: the guest panicked: VFS: Unable to mount root fs'
