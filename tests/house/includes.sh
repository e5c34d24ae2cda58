#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Who may include what (docs/design.md, section 3).  The rooms with no libc
# take C's freestanding headers alone.
set -u
free='<(float|iso646|limits|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdnoreturn)\.h>'
public='<vgic/[a-z]+\.h>'
failures=0

# allow FOLDER PATTERN: every #include under FOLDER matches
allow()
{
	bad=$(grep -rnE --include='*.[chS]' \
		'^[[:space:]]*#[[:space:]]*include' "$1" |
		grep -vE "include[[:space:]]+($2)")
	[ -z "$bad" ] || {
		echo "FAIL $1 may not include:"
		echo "$bad"
		failures=$((failures + 1))
	}
}

# Own headers are named from the project's root or from the room itself.
own()
{
	echo "\"($1/([a-z0-9_]+/)*)?[a-z0-9_]+\.h\""
}

allow regs "\"(regs/)?($(cd regs && ls ./*.h | sed 's|^\./||;s|\.h$||' |
	paste -sd '|'))\.h\""
allow include "$free|<vgic/[a-z]+\.h>|\"[a-z]+\.h\""
rooms='core|mmio|v2|v3|its|v5|cpuif|snapshot'
# The tests bring their own atomics, to explore interleavings.
allow src "VGIC_(ATOMICS|EL2)_HEADER|$free|$public|\"regs/[a-z0-9_]+\.h\"|\"(src/)?($rooms)/[a-z0-9_]+\.h\"|\"[a-z0-9_]+\.h\""
# within ROOM...: what a room of src includes of the others, itself the first
within()
{
	bad=$(grep -rnE --include='*.[ch]' '#[[:space:]]*include[[:space:]]+"[a-z0-9]+/' \
		"src/$1" | grep -vE "\"(src/)?(regs|$(echo "$*" | tr ' ' '|'))/")
	[ -z "$bad" ] || {
		echo "FAIL src/$1 may not include:"
		echo "$bad"
		failures=$((failures + 1))
	}
}
within core
within cpuif core
within mmio core
within v2 core mmio
within its core mmio
within v3 core cpuif mmio its
within v5 core mmio
allow soft "$free|$public|\"regs/[a-z0-9_]+\.h\"|$(own soft)"
allow model "$free|$public|\"regs/[a-z0-9_]+\.h\"|$(own model)|$(own soft)"
allow hyp "$free|$public|\"regs/[a-z0-9_]+\.h\"|$(own hyp)|<libfdt\.h>"
allow guest "$free|$public|\"regs/[a-z0-9_]+\.h\"|$(own guest)"
allow describe "$free|$public|$(own describe)|<libfdt\.h>"
allow emu "EMU_ATOMICS_HEADER|$free|$public|\"regs/[a-z0-9_]+\.h\"|$(own emu)"
allow kvm "KVM_ATOMICS_HEADER|$free|$public|\"regs/[a-z0-9_]+\.h\"|$(own kvm)"
# Ordinary programs: the command takes nothing of ours, tools the public two.
allow cli "<(sys/)?[a-z]+\.h>|$(own cli)"
allow tools "<(sys/)?[a-z]+\.h>|$public|\"regs/[a-z0-9_]+\.h\"|$(own tools)"

# A name alone must be a file of the same room, not one that happens to be
# found through a search path.
bad=$(grep -rnoE --include='*.[chS]' \
	'^[[:space:]]*#[[:space:]]*include[[:space:]]*"[^"/]*"' \
	src soft model hyp guest cli tools kvm emu describe regs |
	awk -F: '{
		name = $3
		gsub(/.*include[ \t]*"|"/, "", name)
		folder = $1
		sub(/[^\/]*$/, "", folder)
		if (system("[ -e " folder name " ]"))
			print $1 ": \"" name "\""
	}')
[ -z "$bad" ] || {
	echo "FAIL not in the same room:"
	echo "$bad"
	failures=$((failures + 1))
}

[ $failures = 0 ] || exit 1
echo "every room keeps to itself"
