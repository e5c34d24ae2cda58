#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Who may include what (docs/design.md, section 3).  The rooms with no libc
# take C's freestanding headers alone.
set -u
free='<(float|iso646|limits|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdnoreturn)\.h>'
public='<vgic/[a-z]+\.h>'
regs='"(regs/)?[a-z0-9_]+\.h"'
failures=0

# allow FOLDER PATTERN: every #include under FOLDER matches
allow()
{
	bad=$(find "$1" -name '*.[chS]' | sort | while read -r file; do
		grep -nHE '^[[:space:]]*#[[:space:]]*include' "$file" |
			grep -vE "include[[:space:]]+($2)"
	done)
	[ -z "$bad" ] || {
		echo "FAIL $1 may not include:"
		echo "$bad"
		failures=$((failures + 1))
	}
}

# Own headers are named from the project's root or from the room itself.
own()
{
	echo "\"($1/)?([a-z0-9_]+/)*[a-z0-9_]+\.h\""
}

allow regs "\"(regs/)?($(cd regs && ls ./*.h | sed 's|^\./||;s|\.h$||' |
	paste -sd '|'))\.h\""
allow include "$free|<vgic/[a-z]+\.h>|\"[a-z]+\.h\""
rooms='core|mmio|v2|v3|its|v5|cpuif'
# The tests bring their own atomics, to explore interleavings.
allow src "VGIC_ATOMICS_HEADER|$free|$public|\"regs/[a-z0-9_]+\.h\"|\"(src/)?($rooms)/[a-z0-9_]+\.h\"|\"[a-z0-9_]+\.h\""
allow model "$free|$public|\"regs/[a-z0-9_]+\.h\"|$(own model)"
allow hyp "$free|$public|\"regs/[a-z0-9_]+\.h\"|$(own hyp)|<libfdt\.h>"
allow guest "$free|$public|\"regs/[a-z0-9_]+\.h\"|$(own guest)"
# The command is an ordinary program; of ours it takes the same two rooms.
allow cli "<(sys/)?[a-z]+\.h>|$public|\"regs/[a-z0-9_]+\.h\"|$(own cli)"

# A name alone must be a file of the same room, not one that happens to be
# found through a search path.
find src model hyp guest cli regs -name '*.[chS]' | while read -r file; do
	sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\([^"/]*\)".*/\1/p' \
		"$file" | while read -r name; do
		[ -e "$(dirname "$file")/$name" ] || echo "$file: \"$name\""
	done
done >"${TMPDIR:-/tmp}/includes.$$"
if [ -s "${TMPDIR:-/tmp}/includes.$$" ]; then
	echo "FAIL not in the same room:"
	cat "${TMPDIR:-/tmp}/includes.$$"
	failures=$((failures + 1))
fi
rm -f "${TMPDIR:-/tmp}/includes.$$"

[ $failures = 0 ] || exit 1
echo "every room keeps to itself"
