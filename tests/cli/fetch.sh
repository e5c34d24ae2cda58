#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# scripts/fetch when things go wrong: offline, a full disk, a signal half
# way, a package that is no longer there.  Each tells one line and leaves
# nothing that a later run would take for whole; then it works after all.
# apt and dpkg-deb are replaced by scripts, so no network is needed.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0
mkdir -p "$dir/scripts" "$dir/bin"
cp scripts/fetch "$dir/scripts/"
PATH=$dir/bin:$PATH
unset VGIC_STORE VGIC_MIRROR
export PATH FAKE_DIR="$dir"

fail()
{
	failures=$((failures + 1))
	echo "FAIL $*"
	cat "$dir/out"
}

cat >"$dir/bin/apt-get" <<'END'
#!/bin/sh
case "$*" in
*indextargets*)
	[ -e "$FAKE_DIR/ubuntu" ] || echo 'bookworm http://localhost:9/debian/' ;;
*update*)
	[ ! -e "$FAKE_DIR/offline" ] || {
		echo "E: Failed to fetch: Could not resolve 'localhost'" >&2
		exit 100
	}
	[ ! -e "$FAKE_DIR/no-backports" ] ||
		! grep -q backports "${APT_CONFIG%/*}/sources.list" || {
		echo "E: The repository 'http://localhost:9/debian" \
			"trixie-backports Release' does not have a Release file." >&2
		exit 100
	} ;;
*--print-uris*) echo "'http://localhost:9/x.deb' x.deb 1000000 SHA256:0" ;;
*download*)
	echo partial >x.deb
	[ ! -e "$FAKE_DIR/slow" ] || exec sleep 3 ;;
esac
END
cat >"$dir/bin/apt-cache" <<'END'
#!/bin/sh
[ -e "$FAKE_DIR/gone" ] || echo "${2}99+deb13-cloud-arm64"
END
cat >"$dir/bin/dpkg-deb" <<'END'
#!/bin/sh
mkdir -p "$3/bin"
head -c 200000 /dev/zero >"$3/bin/busybox"
[ ! -e "$FAKE_DIR/full" ] || {
	echo "dpkg-deb: error: failed to write: No space left on device" >&2
	exit 2
}
END
chmod +x "$dir"/bin/*

# refuse STATUS PATTERN ITEM: fetch says PATTERN last, and leaves nothing
refuse()
{
	"$dir/scripts/fetch" "$3" >"$dir/out" 2>&1
	got=$?
	[ $got = "$1" ] || fail "$2: status $got, not $1"
	tail -n 1 "$dir/out" | grep -q "^vgic: .*$2" || fail "no '$2'"
	[ -z "$("$dir/scripts/fetch" --list)" ] || fail "$2: left something"
	[ ! -e "$dir/.vgic/tmp" ] || fail "$2: left its temporary files"
}

: >"$dir/offline"
refuse 5 "offline" busybox
rm "$dir/offline"
: >"$dir/full"
refuse 5 "disk is full" busybox
rm "$dir/full"
: >"$dir/gone"
refuse 3 "kernel 7.2: not in trixie" kernel-7.2
rm "$dir/gone"
refuse 5 "no arm64 Image" kernel-7.2
rm -rf "$dir/.vgic"
: >"$dir/no-backports"
refuse 3 "QEMU 11: the mirror does not have it" qemu-11
rm "$dir/no-backports"
refuse 5 "unknown item 'toaster'" toaster

# Ended half way, politely and not, then again.
for signal in TERM KILL; do
	: >"$dir/slow"
	"$dir/scripts/fetch" busybox >"$dir/out" 2>&1 &
	sleep 1
	kill -$signal $!
	wait $! 2>/dev/null && fail "SIG$signal: says that it went well"
	[ -z "$("$dir/scripts/fetch" --list)" ] ||
		fail "SIG$signal: left something"
done
rm "$dir/slow"
"$dir/scripts/fetch" busybox >"$dir/out" 2>&1 || fail "not after a kill"
[ "$("$dir/scripts/fetch" --list)" = busybox ] || fail "nothing fetched"

# The mirror is the machine's, or the one that it is told.
grep -q '^deb .* http://localhost:9/debian/ trixie ' \
	"$dir/.vgic/apt-arm64/sources.list" || fail "not the machine's mirror"
[ "$("$dir/scripts/fetch" --mirror)" = http://localhost:9/debian/ ] ||
	fail "--mirror"
VGIC_MIRROR=http://localhost:8/d "$dir/scripts/fetch" kernel-6.12 \
	>"$dir/out" 2>&1
grep -q '^deb .* http://localhost:8/d trixie ' \
	"$dir/.vgic/apt-arm64/sources.list" || fail "not VGIC_MIRROR"
rm -rf "$dir/.vgic"
: >"$dir/ubuntu"
"$dir/scripts/fetch" --mirror && fail "a mirror of nobody's"
refuse 5 "no Debian mirror .* as in VGIC_MIRROR=" busybox

[ $failures = 0 ] || exit 1
echo "fetch fails cleanly and recovers"
