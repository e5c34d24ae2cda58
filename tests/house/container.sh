#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What the Containerfile does, in a minimal Debian 13 from the mirror that this
# machine's apt uses: all is installed, fetched and built, and a guest runs.
set -eu
command -v mmdebstrap >/dev/null || {
	echo "skipped: no mmdebstrap here"
	exit 77
}
mirror=$(scripts/fetch --mirror) || {
	echo "skipped: no Debian mirror here"
	exit 77
}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
apt-config dump | grep '^Acquire::' >"$dir/apt.conf" || true
folder=$(sed -n 's/^COPY \. //p' Containerfile)
mkdir -p "$dir/root$folder"
# shellcheck disable=SC2046 # one word per option
tar -c $(sed 's|^|--exclude=./|' .containerignore) . |
	tar -x -C "$dir/root$folder"
grep -q '^FROM debian:13$' Containerfile
sed -n "s|^WORKDIR|cd|p; s/^RUN //p; s/^CMD .*/exit/p" Containerfile |
	sed '1i set -eux' >"$dir/root/steps"
# shellcheck disable=SC2016 # $1 is the hook's
mmdebstrap --quiet --variant=apt --aptopt="$dir/apt.conf" \
	--customize-hook="sync-in $dir/root /" \
	--customize-hook='chroot "$1" sh /steps' \
	trixie /dev/null "$mirror" >"$dir/log" 2>&1 || {
	tail -n 40 "$dir/log"
	exit 1
}
tail -n 30 "$dir/log"
grep -q '^DEMO: PASS' "$dir/log"
