#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The demo, whose Image is small, in each wrapping that a kernel comes in.
# Usage: wrapped.sh VGIC-CLI
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
image=build/el2/guest/demo.bin

# le32 N: as four bytes
le32()
{
	printf "$(printf '\\%03o\\%03o\\%03o\\%03o' $(($1 & 255)) \
		$(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24 & 255)))"
}

# zboot KIND PAYLOAD: an EFI zboot image
zboot()
{
	printf 'MZ\000\000zimg'
	le32 64
	le32 "$(wc -c <"$2")"
	printf '\000\000\000\000\000\000\000\000'
	printf '%s' "$1"
	head -c $((40 - ${#1})) /dev/zero
	cat "$2"
}

gzip -9n <"$image" >"$dir/gzip"
zboot gzip "$dir/gzip" >"$dir/zboot-gzip"
zstd -q -f "$image" -o "$dir/zstd" && zboot zstd22 "$dir/zstd" \
	>"$dir/zboot-zstd" || exit 1
"$1" run --batch --kernel "$image" --timeout 60 >"$dir/plain" 2>/dev/null ||
	exit 1
for kind in gzip zboot-gzip zboot-zstd; do
	"$1" run --batch --kernel "$dir/$kind" --timeout 60 >"$dir/out" \
		2>"$dir/err" && cmp "$dir/plain" "$dir/out" || {
		echo "FAIL $kind"
		cat "$dir/out" "$dir/err"
		exit 1
	}
done
echo "the same transcript from each wrapping"
