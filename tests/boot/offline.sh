#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# With nothing fetched and no network, a run without options is the demo and
# says so; one that asks for a Debian kernel says what is missing.
# Usage: offline.sh VGIC-CLI
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/bin"
cat >"$dir/bin/apt-get" <<'END'
#!/bin/sh
case "$*" in
*indextargets*) echo 'bookworm http://localhost:9/debian/' ;;
*) echo "E: Failed to fetch: Could not resolve 'localhost'" >&2; exit 100 ;;
esac
END
chmod +x "$dir/bin/apt-get"
PATH=$dir/bin:$PATH
export PATH VGIC_STORE="$dir/store"

"$1" run --batch --timeout 60 >"$dir/out" 2>"$dir/err"
status=$?
cat "$dir/err"
[ $status = 0 ] && grep -q 'running the built-in demo' "$dir/err" &&
	grep -q 'offline' "$dir/err" && [ -s "$dir/out" ] || {
	echo "FAIL: status $status"
	exit 1
}
"$1" run --batch --debian 6.12 >"$dir/out" 2>&1
[ $? = 5 ] && grep -q 'offline' "$dir/out"
