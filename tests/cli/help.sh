#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# --help of every command works without a build and names every option that
# the program knows, and no other; --version tells one.
set -eu
for command in setup run test bench matrix; do
	./vgic $command --help | grep -q "^./vgic $command"
	./vgic --help | grep -q "^  ./vgic $command "
done
./vgic --version | grep -Eq '^vgic [0-9]+\.[0-9]+\.[0-9]+$'

for command in run bench matrix; do
	source=cli/$command.c
	[ $command != run ] || source=cli/options.c
	sed -n 's/^	{ "\([a-z-]*\)", .*_argument.*/--\1/p' $source | sort >"$$.a"
	grep -o '^  --[a-z-]*' cli/help/$command.txt | tr -d ' ' | sort >"$$.b"
	status=0
	diff "$$.a" "$$.b" || status=1
	rm -f "$$.a" "$$.b"
	[ $status = 0 ] || exit 1
done

status=0
./vgic dance >/dev/null 2>&1 || status=$?
[ $status = 2 ]
echo "help names every option"
