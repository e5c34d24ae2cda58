/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * struct user_end run_user(uint64_t entry): execute at EL0 until the next
 * exception; returns its ESR_EL1 and the X0 of EL0.  The code at EL0 uses no
 * other register.
 */
#include "guest/lib/asm.h"

/* SPSR_EL1: EL0, interrupts masked. */
#define PSTATE_EL0_MASKED 0x3c0

	.text
	.balign	0x800
user_vectors:
	/* Synchronous, from EL0 in AArch64. */
	.space	0x400
	mov	x1, x0
	mrs	x0, esr_el1
	adrp	x2, vectors
	add	x2, x2, :lo12:vectors
	msr	vbar_el1, x2
	isb
	ret
	.balign	0x800

	.global	run_user
run_user:
	msr	elr_el1, x0
	mov	x1, #PSTATE_EL0_MASKED
	msr	spsr_el1, x1
	adrp	x1, user_vectors
	add	x1, x1, :lo12:user_vectors
	msr	vbar_el1, x1
	isb
	eret
