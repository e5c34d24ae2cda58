#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A root that cannot be had: it is said, and the run fails and ends.
# Usage: root.sh VGIC-CLI
set -u
cli=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
PATH=$PATH:/usr/sbin
truncate -s 1M "$dir/empty" "$dir/bare"
mkdir "$dir/nothing"
mke2fs -q -t ext2 -d "$dir/nothing" "$dir/bare" || exit 1

# refused DISK ROOT
refused()
{
	"$cli" run --batch --debian 6.12 --disk "$1" --append "root=$2" \
		--timeout 100 >"$dir/out" 2>&1
	status=$?
	if [ $status != 1 ] ||
		! grep -a "SELF-CHECK: FAIL no /sbin/init on $2" "$dir/out"
	then
		echo "FAIL $1: status $status"
		tail -n 20 "$dir/out"
		exit 1
	fi
}
refused "$dir/empty" /dev/vda
refused "$dir/bare" /dev/vda
refused "$dir/bare" /dev/vdb
