#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A person at a terminal: a shell answers, Ctrl-C is the guest's and not ours,
# the self-check that the banner offers passes, with a key pressed for each CPU
# and without; `poweroff` ends with the table, Ctrl-A x ends at once; both
# give 0.
# Usage: interactive.sh VGIC-CLI [OPTION]
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkfifo "$dir/keys"

# await PATTERN: until the guest has said it
await()
{
	for _ in $(seq 600); do
		! grep -aqE "$1" "$dir/log" || return 0
		sleep 0.2
	done
	echo "FAIL no '$1'; the end of what was said:"
	tail -n 30 "$dir/log"
	return 1
}

# press CPU: a key, when the self-check waits for one
press()
{
	await "UART and CPU $1: press a key" && printf x >&3
}

# passes TIMES: the self-check has passed that often
passes()
{
	for _ in $(seq 600); do
		! grep -aq 'SELF-CHECK: FAIL' "$dir/log" || break
		[ "$(grep -ac 'SELF-CHECK: PASS' "$dir/log")" != "$1" ] ||
			return 0
		sleep 0.2
	done
	echo "FAIL the self-check for the ${1}th time"
	tail -n 60 "$dir/log"
	return 1
}

# begin: the command on a terminal of its own, its keyboard on fd 3
begin()
{
	: >"$dir/log"
	script -qefc "'$cli' run --vcpus 2 --timeout 200 $option" /dev/null \
		<"$dir/keys" >"$dir/log" 2>&1 &
	pid=$!
	exec 3>"$dir/keys"
	await 'guest:.*# ' || exit 1
}

# end STATUS: the command has ended so
end()
{
	wait $pid
	status=$?
	exec 3>&-
	[ $status = "$1" ] || {
		echo "FAIL status $status, not $1"
		tail -n 30 "$dir/log"
		exit 1
	}
}

cli=$1
option=${2-}
begin
printf 'sleep 100; echo slept\n' >&3
sleep 2
printf '\003' >&3
printf 'echo 6 times 7 is $((6 * 7))\n' >&3
await '6 times 7 is 42' || exit 1
! grep -aq '^slept' "$dir/log" || exit 1
printf 'selfcheck\n' >&3
press 0 && press 1 && passes 1 || exit 1
grep -aq 'UART interrupt on each CPU: ok' "$dir/log" || exit 1
printf 'selfcheck\n' >&3
passes 2 || exit 1
grep -aq 'UART interrupts: nobody pressed a key' "$dir/log" || exit 1
printf 'echo and back again\n' >&3
await '^and back again' || exit 1
printf 'poweroff -f\n' >&3
end 0
grep -aq 'exits by cause' "$dir/log" || exit 1

begin
printf '\001x' >&3
end 0
echo "a shell, Ctrl-C, selfcheck, poweroff and Ctrl-A x work"
