#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# mirror.sh [--list]: each source of the libraries, of kvm/, emu/ and describe/,
# and of the hypervisor is mirrored by a test of its name: src/ROOM/FILE.c by
# tests/ROOM/FILE_test.c, hyp/FILE.c by tests/hyp/FILE_test.c, soft/FILE.c and
# model/FILE.c by tests/soft/FILE_test.c.  mirror.txt has the others, each with
# the test that has it instead, and why.  --list says it of every source.
set -u
table=tests/house/mirror.txt
failures=0
mirrored=0
others=0

bad()
{
	echo "$1"
	failures=$((failures + 1))
}

# mirror_of SOURCE: the path of the test that would mirror it.
mirror_of()
{
	echo "$1" | sed -E 's,^src/,,; s,^model/,soft/,
		s,(.*)\.c$,tests/\1_test.c,'
}

for source in $(find src soft model kvm emu describe hyp -name '*.c' | sort); do
	mirror=$(mirror_of "$source")
	if [ -e "$mirror" ]; then
		mirrored=$((mirrored + 1))
		[ "${1-}" != --list ] || echo "$source $mirror"
		! grep -q "^$source " $table ||
			bad "$table: $source has its mirror, $mirror"
		continue
	fi
	others=$((others + 1))
	if ! grep "^$source " $table >/dev/null; then
		bad "$source: no $mirror, and no line in $table"
	elif [ "${1-}" = --list ]; then
		grep "^$source " $table
	fi
done
while IFS= read -r line; do
	case $line in
	'#'*) continue ;;
	esac
	source=${line%% *}
	rest=${line#* }
	[ -e "$source" ] || bad "$table: there is no $source"
	[ -e "${rest%%:*}" ] || bad "$table: $source: no ${rest%%:*}"
	[ "${rest#*: }" != "$rest" ] || bad "$table: $source: it does not say why"
done <$table
[ $mirrored != 0 ] || bad "no sources here: the working folder is not the top"
[ $failures = 0 ] || exit 1
echo "$mirrored sources have a test of their name, $others another one's"
