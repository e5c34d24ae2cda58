#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Manual pages, as scripts/manpages makes them: mandoc and man have nothing to
# say of them, each command and each option of its --help is there, and so are
# each function, structure and macro of the public headers.
# Usage: manpages.sh VGIC-SNAPSHOT
set -u
command -v mandoc >/dev/null || {
	echo "no mandoc here: ./vgic setup installs it"
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

scripts/manpages "$dir" || bad "scripts/manpages fails"
pages=$(grep -L '^\.so ' "$dir"/man?/*)
# mandoc looks for other pages among those that are installed; not here.
# shellcheck disable=SC2086 # a word for each page
mandoc -T lint $pages 2>&1 |
	grep -v 'referenced manual not found\|outdated mandoc.db' && failures=1
# shellcheck disable=SC2086
! command -v man >/dev/null ||
	man --warnings -l $pages 2>&1 >/dev/null | grep . && failures=1
# shellcheck disable=SC2086
sed -n 's/^\.\(It \)\{0,1\}Xr \([^ ]*\) \([13]\).*/man\3\/\2.\3/p' $pages |
	sort -u >"$dir/references"
while read -r page; do
	[ -s "$dir/$page" ] || bad "a page refers to $page"
done <"$dir/references"
for link in $(grep -l '^\.so ' "$dir"/man3/*); do
	to=$(sed -n 's/^\.so //p' "$link")
	[ -s "$dir/$to" ] || bad "$link leads to $to"
done

# text PAGE: as it is read, without emphasis
text()
{
	mandoc -T ascii -O width=1000 "$1" | sed 's/.\x08//g'
}

for command in vgic setup run test bench matrix snapshot; do
	page=$dir/man1/vgic-$command.1
	case $command in
	vgic) page=$dir/man1/vgic.1 help='./vgic --help' ;;
	snapshot) help="$1 --help" ;;
	*) help="./vgic $command --help" ;;
	esac
	[ -s "$page" ] || {
		bad "no page of $command"
		continue
	}
	text "$page" >"$dir/text"
	for word in $($help | grep -oE '(^| |\[)--[a-z-]+' | tr -d ' ['); do
		grep -q -- "$word" "$dir/text" || bad "$page: no $word"
	done
	grep -q 'EXIT STATUS' "$dir/text" ||
		! $help | grep -q 'Exit status' ||
		bad "$page: no exit status"
done
grep -ohE '\bvgic_[a-z0-9_]+;' src/vgic.map kvm/*.map emu/*.map \
	describe/*.map soft/*.map | tr -d ';' | sort -u >"$dir/exported"
for name in $(grep -ohE '^[a-z].*\bvgic_[a-z0-9_]+\(' include/vgic/*.h |
	grep -oE 'vgic_[a-z0-9_]+' | sort -u | comm -12 - "$dir/exported"); do
	[ -s "$dir/man3/$name.3" ] || bad "no page of $name()"
done
cat "$dir"/man3/*.3 | grep '^\.Ss ' >"$dir/items"
cat "$dir"/man3/*.3 | grep '^#define ' >"$dir/macros"
for name in $(grep -hoE '^(struct|enum) [a-z_0-9]+ \{' include/vgic/*.h |
	sed 's/.* \([a-z_0-9]*\) {/\1/'); do
	grep -qE "(struct|enum) $name$" "$dir/items" || bad "no word of $name"
done
for name in $(grep -hoE '^#define VGIC_[A-Z0-9_]+[( ]' include/vgic/*.h |
	sed 's/#define //; s/[( ]//; /_H$/d'); do
	grep -qw "$name" "$dir/macros" || bad "no word of $name"
done
[ $failures = 0 ] || exit 1
echo "manual pages: $(printf '%s\n' "$pages" | wc -l), and \
$(grep -l '^\.so ' "$dir"/man3/* | wc -l) that lead there"
