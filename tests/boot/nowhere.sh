#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A guest that reads and writes where nothing is gets an external abort for
# each access; they are counted, and the run goes on.  With its RAM where it
# lies physically the hypervisor's is such a place.
# Usage: nowhere.sh VGIC-CLI
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat >"$dir/nowhere.S" <<'END'
	/* Each abort is an external one (DFSC 0x10) and skips an access. */
	adr	x0, vectors
	msr	vbar_el1, x0
	isb
	mov	x19, #0
	ldr	x1, =NOWHERE
	ldr	w0, [x1]
	str	w0, [x1]
	mov	x1, #0x3f00000000
	ldrb	w0, [x1]
	ldp	x2, x3, [x1]
	cmp	x19, #4
	b.ne	.
	mov	w0, #0x0008
	movk	w0, #0x8400, lsl #16 /* PSCI SYSTEM_OFF */
	hvc	#0
	b	.
	.balign	2048
vectors:
	.skip	0x200
	mrs	x9, esr_el1
	and	x10, x9, #0x3f
	cmp	x10, #0x10
	b.ne	.
	lsr	x10, x9, #26
	cmp	x10, #0x25
	b.ne	.
	add	x19, x19, #1
	mrs	x10, elr_el1
	add	x10, x10, #4
	msr	elr_el1, x10
	eret
END
cli=$1

# four_aborts ADDRESS [OPTION...]: two accesses there, two far away
four_aborts()
{
	aarch64-linux-gnu-gcc -c -DNOWHERE="$1" -o "$dir/nowhere.o" \
		"$dir/nowhere.S" &&
		aarch64-linux-gnu-objcopy -O binary "$dir/nowhere.o" \
			"$dir/nowhere" || exit 1
	shift
	"$cli" run --batch --kernel "$dir/nowhere" --timeout 20 \
		--stats "$dir/stats" "$@" >"$dir/out" 2>&1
	status=$?
	cat "$dir/out"
	[ $status = 0 ] && grep -q '"aborts": 4' "$dir/stats"
}

four_aborts 0x0a000000 || exit 1
head -c 4096 /dev/zero >"$dir/disk"
four_aborts 0x40200000 --disk "$dir/disk" || exit 1
four_aborts 0x4ffffffc --disk "$dir/disk"
