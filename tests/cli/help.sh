#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# --help of every command works without a build, names every option that the
# command takes and no other, and says of each first what the command's table
# says; --version tells one.  Usage: help.sh VGIC-CLI
set -u
cli=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

fail()
{
	echo "FAIL: $*"
	exit 1
}

# entries COMMAND: its text's options, each as a line "--option VALUE: text"
entries()
{
	./vgic "$1" --help | awk '
		function flush() {
			gsub(/  +/, " ", entry)
			if (entry) print entry
			entry = ""
		}
		/^  --/ {
			flush()
			line = substr($0, 3) "  "
			at = index(line, "  ")
			entry = substr(line, 1, at - 1) ": " substr(line, at)
			next
		}
		/^      / && entry { entry = entry $0; next }
		{ flush() }
		END { flush() }'
}

for command in setup run test bench matrix; do
	./vgic $command --help | grep -q "^./vgic $command" ||
		fail "$command has no text"
	./vgic --help | grep -q "^  ./vgic $command " ||
		fail "--help does not name $command"
	entries $command >"$dir/$command"
done
./vgic --version | grep -Eq '^vgic [0-9]+\.[0-9]+\.[0-9]+$' ||
	fail "no version"

for command in run bench matrix; do
	"$cli" options $command >"$dir/table" || fail "no table of $command"
	[ -s "$dir/table" ] && [ "$(wc -l <"$dir/table")" = \
		"$(wc -l <"$dir/$command")" ] ||
		fail "$command: $(cat "$dir/table" "$dir/$command")"
	while IFS= read -r row; do
		awk -v row="$row" 'index($0, row) == 1 { n++ }
			END { exit n != 1 }' "$dir/$command" ||
			fail "cli/help/$command.txt has no '$row'"
	done <"$dir/table"
done

# What the script itself takes.
for command in setup test; do
	sed -n "/^\(run_\)*$command\(s\)*()/,/^}/s/^		\(--[a-z]*\)).*/\1/p" \
		vgic | sort >"$dir/table"
	sed 's/:.*//' "$dir/$command" | sort | diff "$dir/table" - ||
		fail "cli/help/$command.txt"
done

./vgic dance >/dev/null 2>&1
[ $? = 2 ] || fail "a command that is none"
echo "help names every option"
