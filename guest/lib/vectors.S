/* SPDX-License-Identifier: BSD-2-Clause */
/* EL1 vectors: save, call exception(frame, kind), restore. */
#include "guest/lib/asm.h"

	.macro entry kind
	.balign	0x80
	sub	sp, sp, #FRAME_SIZE
	stp	x0, x1, [sp, #FRAME_X]
	mov	x1, #\kind
	b	save
	.endm

	.text
	.balign	0x800
	.global vectors
vectors:
	/* Exceptions are taken on EL1's own stack pointer, from EL1. */
	.space	0x200
	entry	EXCEPTION_SYNC
	entry	EXCEPTION_IRQ
	entry	EXCEPTION_FIQ
	entry	EXCEPTION_SERROR
	.balign	0x800

save:
	stp	x2, x3, [sp, #FRAME_X + 16]
	stp	x4, x5, [sp, #FRAME_X + 32]
	stp	x6, x7, [sp, #FRAME_X + 48]
	stp	x8, x9, [sp, #FRAME_X + 64]
	stp	x10, x11, [sp, #FRAME_X + 80]
	stp	x12, x13, [sp, #FRAME_X + 96]
	stp	x14, x15, [sp, #FRAME_X + 112]
	stp	x16, x17, [sp, #FRAME_X + 128]
	stp	x18, x19, [sp, #FRAME_X + 144]
	stp	x20, x21, [sp, #FRAME_X + 160]
	stp	x22, x23, [sp, #FRAME_X + 176]
	stp	x24, x25, [sp, #FRAME_X + 192]
	stp	x26, x27, [sp, #FRAME_X + 208]
	stp	x28, x29, [sp, #FRAME_X + 224]
	mrs	x2, elr_el1
	mrs	x3, spsr_el1
	stp	x30, x2, [sp, #FRAME_X + 240]
	str	x3, [sp, #FRAME_PSTATE]
	mov	x0, sp
	bl	exception
	ldr	x3, [sp, #FRAME_PSTATE]
	ldp	x30, x2, [sp, #FRAME_X + 240]
	msr	elr_el1, x2
	msr	spsr_el1, x3
	/* exception() has kept x19 to x29. */
	ldp	x18, x19, [sp, #FRAME_X + 144]
	ldp	x16, x17, [sp, #FRAME_X + 128]
	ldp	x14, x15, [sp, #FRAME_X + 112]
	ldp	x12, x13, [sp, #FRAME_X + 96]
	ldp	x10, x11, [sp, #FRAME_X + 80]
	ldp	x8, x9, [sp, #FRAME_X + 64]
	ldp	x6, x7, [sp, #FRAME_X + 48]
	ldp	x4, x5, [sp, #FRAME_X + 32]
	ldp	x2, x3, [sp, #FRAME_X + 16]
	ldp	x0, x1, [sp, #FRAME_X]
	add	sp, sp, #FRAME_SIZE
	eret
