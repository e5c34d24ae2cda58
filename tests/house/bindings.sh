#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# bindings/rust declares each function and each constant of the public headers,
# and no function that they have not: what can be seen without bindgen, so that
# a new function does not wait for ./vgic test --full.  house.rust compares the
# rest.
set -u
bindings=bindings/rust/vgic-sys/src/bindings.rs
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# A declaration begins in the first column, a constant of an enum after a tab.
grep -hE '^[a-z].*\bvgic_[a-z0-9_]+\(' include/vgic/*.h |
	grep -v '^static' | grep -oE '\bvgic_[a-z0-9_]+\(' | tr -d '(' |
	sort -u >"$dir/headers"
grep -oE '\bpub fn vgic_[a-z0-9_]+\(' "$bindings" |
	sed 's/pub fn //; s/(//' | sort -u >"$dir/bindings"
grep -ohE '^[[:blank:]]VGIC_[A-Z0-9_]+( = |,)' include/vgic/*.h |
	tr -d ' =,\t' | sort -u >"$dir/constants"
diff "$dir/headers" "$dir/bindings" || bad=1
while read -r name; do
	grep -q "pub const $name:" "$bindings" || {
		echo "no $name"
		bad=1
	}
done <"$dir/constants"
[ -z "${bad-}" ] || {
	echo "FAIL bindings/rust/generate --renew declares what the headers have"
	exit 1
}
echo "$(wc -l <"$dir/headers") functions and" \
	"$(wc -l <"$dir/constants") constants are declared"
