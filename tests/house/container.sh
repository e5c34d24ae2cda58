#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What the Containerfile does, in a minimal Debian 13 from the mirror that this
# machine's apt uses: all is installed, fetched and built, and a guest runs.
set -eu
# shellcheck source=tests/house/debian13
. "$(dirname "$0")/debian13"
folder=$(sed -n 's/^COPY \. //p' Containerfile)
mkdir -p "$dir/root$folder"
# shellcheck disable=SC2046 # one word per option
tar -c $(sed 's|^|--exclude=./|' .containerignore) . |
	tar -x -C "$dir/root$folder"
grep -q '^FROM debian:13$' Containerfile
sed -n "s|^WORKDIR|cd|p; s/^RUN //p; s/^CMD .*/exit/p" Containerfile |
	sed '1i set -eux' >"$dir/root/steps"
# shellcheck disable=SC2016 # $1 is the hook's
debian13 --customize-hook="sync-in $dir/root /" \
	--customize-hook='chroot "$1" sh /steps' >"$dir/log" 2>&1 || {
	tail -n 40 "$dir/log"
	exit 1
}
tail -n 30 "$dir/log"
grep -q '^DEMO: PASS' "$dir/log"
