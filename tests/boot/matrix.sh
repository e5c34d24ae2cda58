#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Every cell of `vgic matrix` passes, in its table and in JSON.
# Usage: matrix.sh VGIC-CLI
set -u
out=$(mktemp)
trap 'rm -f "$out"' EXIT
"$1" matrix --json >"$out" || {
	cat "$out"
	exit 1
}
# Six cells, of two runs each, or three for a GICv2 guest; three of a model,
# of three runs.
[ "$(grep -c '"pass": true' "$out")" = 32 ] || exit 1
! grep -q '"pass": false' "$out"
