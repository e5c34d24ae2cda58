#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A binary without Image header is at RAM + 0x80000 and gets the device tree
# in x0; one that ends itself gives 0.  Usage: raw.sh VGIC-CLI RAW.BIN
set -u
out=$("$1" run --batch --kernel "$2" --timeout 60 2>&1)
status=$?
echo "$out"
[ $status = 0 ] && echo "$out" | grep -q '^raw: PASS'
