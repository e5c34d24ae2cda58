#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# vgic-snapshot: what it says of input that is no good, and that it leaves
# nothing behind then.  snapshot.sh PROGRAM
set -u
tool=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0

# refuse TEXT ARGUMENT...: exit status 2, one line with that text, no output
refuse()
{
	text=$1
	shift
	"$tool" "$@" >"$dir/out" 2>"$dir/err"
	status=$?
	if [ $status != 2 ] || [ -s "$dir/out" ] ||
		[ "$(wc -l <"$dir/err")" != 1 ] ||
		! grep -qF -- "$text" "$dir/err" ||
		[ -e "$dir/new" ] || [ -e "$dir/new.partial" ]; then
		echo "$*: status $status, not \"$text\" but:"
		cat "$dir/err"
		failures=$((failures + 1))
	fi
}

# attributes LINE...: refused with the text in $1
attributes()
{
	text=$1
	shift
	printf '%s\n' "$@" >"$dir/in"
	refuse "$text" to-snapshot "$dir/in" "$dir/new"
}

head='{"stream": "vgic-attributes", "version": 1, "model": 3, "nr_irqs": 64,
 "pri_bits": 5, "pre_bits": 5, "id_bits": 16,
 "vcpus": [{"id": 0, "mpidr": 0}]}'
head=$(echo "$head" | tr -d '\n')
init='{"group": 4, "attr": "0x0", "width": 0}'

"$tool" --help | grep -q '^usage: vgic-snapshot to-attributes' ||
	failures=$((failures + 1))
refuse 'see --help'
refuse 'see --help' nonsense
refuse "unrecognized option '--nonsense'; see --help" --nonsense
refuse "option '-n' is wrong; see --help" -n
refuse 'see --help' to-snapshot only-one
refuse '--json is for info' --json to-snapshot a b
refuse 'No such file' to-snapshot "$dir/none" "$dir/new"
refuse 'No such file' to-attributes "$dir/none" "$dir/new"
refuse 'No such file' info "$dir/none"
: >"$dir/empty"
refuse 'it is empty' to-snapshot "$dir/empty" "$dir/new"
refuse 'record "header"' to-attributes "$dir/empty" "$dir/new"
refuse 'record "header"' info "$dir/empty"
its=$(dirname "$0")/../fuzz/corpus/snapshot/busy-its
refuse 'it has ITSs' to-attributes "$its" "$dir/new"
"$tool" info "$its" | grep -q '^GICv3, 4 vCPUs' || failures=$((failures + 1))

attributes 'line 1: not an object' 'nonsense'
attributes 'line 1: "stream" is not' '{}'
attributes 'line 1: "version"' '{"stream": "vgic-attributes"}'
attributes 'line 1: "model" is not 2, 3 or 5' \
	'{"stream": "vgic-attributes", "version": 1, "model": 4}'
attributes 'line 1: "vcpus"' "$(echo "$head" | sed 's/{"id.*}]/]/')"
attributes 'no GICv3' "$(echo "$head" | sed 's/"nr_irqs": 64/"nr_irqs": 65/')"
attributes 'group 4, attribute 0x0' \
	"$(echo "$head" | sed 's/"pri_bits": 5/"pri_bits": 3/')" "$init"
attributes 'nothing initialises' "$head"
attributes 'line 2: not an object' "$head" '{"group": 4'
attributes 'line 2: no "group" and "attr"' "$head" '{"group": 4}'
attributes 'line 2: "width"' "$head" '{"group": 1, "attr": "0x0", "width": 3}'
attributes 'line 3: "value"' "$head" "$init" \
	'{"group": 1, "attr": "0x0", "width": 4, "value": "0x123456789"}'
attributes 'line 3: "value"' "$head" "$init" \
	'{"group": 1, "attr": "0x0", "width": 4, "value": 1}'
attributes 'line 3: group 1, attribute 0x8, value 0x0: EINVAL' "$head" \
	"$init" '{"group": 1, "attr": "0x8", "width": 4, "value": "0x0"}'
attributes 'line 3: group 99' "$head" "$init" \
	'{"group": 99, "attr": "0x0", "width": 0}'
attributes 'line 3: "spis"' "$head" "$init" '{"group": 11, "attr": "0x0"}'
attributes 'line 3: the width of group 6 is 8, not 4' "$head" "$init" \
	'{"group": 6, "attr": "0xc230", "width": 4, "value": "0x1"}'

# And what is good: where it goes, and what it is.
printf '%s\n' "$head" "$init" >"$dir/in"
"$tool" to-snapshot "$dir/in" "$dir/good" || failures=$((failures + 1))
"$tool" info --json "$dir/good" | grep -q '"vcpus": 1' ||
	failures=$((failures + 1))
"$tool" info "$dir/good" | grep -q '^GICv3, 1 vCPUs, 32 SPIs' ||
	failures=$((failures + 1))
"$tool" to-attributes "$dir/good" | "$tool" to-snapshot - "$dir/again" &&
	cmp "$dir/good" "$dir/again" || failures=$((failures + 1))
refuse 'No such file' to-snapshot "$dir/in" "$dir/none/new"
[ $failures = 0 ]
