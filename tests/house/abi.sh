#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A program that was built with the last release runs with these shared
# libraries: abidiff compares what they export, and the types that the public
# headers have for that, with the release's in tests/house/abi; and the headers'
# constants have their values.  What is new is no difference.  The descriptions
# are of a 64-bit host.  Usage: abi.sh BUILD-DIR
#
# abi.sh BUILD-DIR --renew makes the descriptions: of a release, or of a minor
# version that breaks with the former.
set -u
build=$1
stored=tests/house/abi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
command -v abidiff >/dev/null || {
	echo "no abidiff here: ./vgic setup installs it"
	exit 1
}
[ "$(getconf LONG_BIT)" = 64 ] || {
	echo "skipped: $stored is of a 64-bit host"
	exit 77
}
bad=0

# compare WHAT PROGRAM...: its output says what differs
compare()
{
	what=$1
	shift
	"$@" >"$dir/out" 2>&1 || {
		echo "FAIL $what breaks programs of the last release:"
		cat "$dir/out"
		echo "Is it meant?  Then: $0 $build --renew"
		bad=1
	}
}

# The constants of the public headers, a line "NAME VALUE" for each: macros that
# are numbers, and in what is preprocessed, where no macro is left, enumerators.
constants()
{
	# shellcheck disable=SC2046 # one word per header
	printf '#include <vgic/%s>\n' $(cd include/vgic && echo *.h) \
		>"$dir/all.c"
	{
		cc -E -dM -Iinclude "$dir/all.c" | sed -nE \
			'/VGIC_VERSION/d
			s/^#define (VGIC_[A-Z0-9_]+) [^"].*/\1/p'
		cc -E -P -Iinclude "$dir/all.c" | grep -oE '\bVGIC_[A-Z0-9_]+\b'
	} | LC_ALL=C sort -u >"$dir/names"
	{
		printf '#include <stdio.h>\n'
		cat "$dir/all.c"
		printf 'int main(void)\n{\n'
		sed 's/.*/printf("%s %#llx\\n", "&", (long long)(&));/' \
			"$dir/names"
		printf '}\n'
	} >"$dir/print.c"
	cc -std=c11 -Iinclude -o "$dir/print" "$dir/print.c" && "$dir/print"
}

for name in src/vgic soft/vgic_soft describe/vgic_describe emu/vgic_emu \
	kvm/vgic_kvm; do
	library=lib${name#*/}
	# Of what is private, nothing but its name.
	abidw --exported-interfaces-only --no-architecture --no-corpus-path \
		--no-comp-dir-path --no-show-locs --no-parameter-names \
		--no-elf-needed --headers-dir include --drop-private-types \
		--out-file "$dir/$library.abi" \
		"$build/${name%/*}/$library.so" || bad=1
	[ "${2-}" = --renew ] || compare "$library.so" abidiff --no-added-syms \
		"$stored/$library.abi" "$dir/$library.abi"
done
constants >"$dir/constants.abi" || bad=1
if [ "${2-}" = --renew ]; then
	[ $bad = 0 ] && mkdir -p "$stored" && cp "$dir"/*.abi "$stored/"
	exit
fi
# shellcheck disable=SC2016 # awk's variables
compare include/vgic awk 'NR == FNR { is[$1] = $2; next }
	is[$1] != $2 { print $1 " was " $2 ", is " is[$1]; bad = 1 }
	END { exit bad }' "$dir/constants.abi" "$stored/constants.abi"
[ $bad = 0 ] || exit 1
echo "programs of the last release run with these"
