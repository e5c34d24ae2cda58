#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# herd.sh MODEL FILE: what our model says of a litmus test, and herd7, if it is
# there.  "broken" in its name: what the test excludes must be possible.
set -u
expected=Never
case $2 in *broken*) expected=Sometimes ;; esac
"$1" "$2" | tee /dev/stderr | grep -q " $expected\$" || {
	echo "FAIL by our model, expected $expected"
	exit 1
}
command -v herd7 >/dev/null || exit 0
herd7 "$2" | grep '^Observation' | tee /dev/stderr |
	grep -q " $expected " || {
	echo "FAIL by herd7, expected $expected"
	exit 1
}
