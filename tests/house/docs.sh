#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The manual, as the target docs makes it: Doxygen has nothing to warn of,
# each function that is exported is in a group, each header is in the list of
# docs/Doxyfile, and each picture and document is there.
set -u
command -v doxygen >/dev/null || {
	echo "no Doxygen here: ./vgic setup installs it"
	exit 1
}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0
bad()
{
	echo "$1"
	failures=1
}

VGIC_DOCS=$dir VGIC_VERSION=0 doxygen docs/Doxyfile >"$dir/out" 2>&1 ||
	bad "Doxygen fails"
warnings=$(grep -cE 'warning:|error:' "$dir/out")
[ "$warnings" = 0 ] || {
	cat "$dir/out"
	bad "$warnings warnings"
}
html=$dir/html
for header in include/vgic/*.h; do
	grep -q "$header" docs/Doxyfile || bad "docs/Doxyfile lacks $header"
done
# shellcheck disable=SC2013 # a word for each name
for name in $(grep -ohE '\bvgic_[a-z0-9_]+;' src/vgic.map kvm/*.map emu/*.map \
	describe/*.map soft/*.map | tr -d ';' | sort -u); do
	grep -rqw "$name" include/vgic || continue
	cat "$html"/group__*.html | grep -q ">$name<\|$name()" ||
		bad "$name is in no group"
done
for document in docs/*.md; do
	# Doxygen's versions differ in what they put between these words.
	name=$(basename "$document" .md | sed 's/-/*/g')
	find "$html" -name "md_docs_*$name.html" | grep -q . ||
		bad "no page of $document"
done
for picture in $(grep -ohE '\]\([^)]*\.svg\)' README.md docs/*.md |
	sed 's/.*[(/]//; s/)//'); do
	[ -s "$html/$picture" ] || bad "no picture $picture"
done
[ $failures = 0 ] || exit 1
echo "Doxygen: 0 warnings, $(ls "$html"/group__*.html | wc -l) groups"
