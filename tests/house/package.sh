#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Debian's packages.  In a Debian 13 that has the build dependencies of
# debian/control and nothing else, dpkg-buildpackage makes them; in a second one,
# with what they depend on, lintian has nothing to say of them and their test,
# debian/tests, passes.  The packages come from the mirror that this machine's
# apt uses.
set -eu
# shellcheck source=tests/house/debian13
. "$(dirname "$0")/debian13"
mkdir "$dir/vgic" "$dir/made"
tar -c --exclude=./build --exclude=./.vgic --exclude=./.git . |
	tar -x -C "$dir/vgic"

# in_debian PACKAGE,... HOOK...: a Debian 13 that is gone after the hooks
in_debian()
{
	with=$1
	shift
	for hook in "$@"; do
		set -- "$@" --customize-hook="$hook"
		shift
	done
	debian13 --include="$with" "$@"
}

needed=$(sed -n '/^Build-Depends:/,/^[^ B]/s/^[B ][^ ]* *\([a-z0-9-]*\).*/\1/p' \
	debian/control | sed 's/^debhelper-compat$/debhelper/' | paste -sd ,)
# shellcheck disable=SC2016 # $1 is the hook's
in_debian "build-essential,$needed" "copy-in $dir/vgic /srv" \
	'chroot "$1" sh -c "cd /srv/vgic && dpkg-buildpackage -us -uc" >&2' \
	'rm -r "$1/srv/vgic"' "sync-out /srv $dir/made" >"$dir/log" 2>&1 || {
	tail -n 40 "$dir/log"
	exit 1
}
for package in libvgic0 libvgic-dev vgic-tools; do
	ls "$dir/made/$package"_*.deb
done

depends=$(sed -n 's/^Depends: //p' debian/tests/control | tr -d ' ' |
	sed 's/,libvgic-dev//')
# What the packages depend on comes by their names, they themselves by dpkg.
for deb in "$dir"/made/*.deb; do
	depends=$depends,$(dpkg-deb -f "$deb" Depends | tr -d ' ' | tr , '\n' |
		sed 's/(.*//' | grep -v vgic | paste -sd ,)
done
# shellcheck disable=SC2016
in_debian "lintian,$depends" "sync-in $dir/made /srv" \
	"copy-in $dir/vgic /srv" \
	'chroot "$1" sh -c "cd /srv && dpkg -i *.deb"' \
	'chroot "$1" sh -c "cd /srv && lintian --allow-root --pedantic \
		--display-info --fail-on pedantic,info,warning,error *.changes"' \
	'chroot "$1" sh -c "cd /srv/vgic && debian/tests/embedder"' \
	'chroot "$1" vgic-snapshot --help' >"$dir/log" 2>&1 || {
	cat "$dir/log"
	exit 1
}
cat "$dir/log"
