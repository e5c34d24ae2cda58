/* SPDX-License-Identifier: BSD-2-Clause */
/* From QEMU to C at EL2, the vectors, and the way into the guest and out. */
#include "stub.h"

/* Device-nGnRnE and Normal write-back; 39 bits, 4 KiB, inner shareable. */
#define MAIR_VALUE 0xff00
#define TCR_VALUE 0x80823519
#define SCTLR_VALUE 0x30c5183d /* RES1, I, SA, C, M */
#define DEVICE 0x0060000000000401
#define NORMAL 0x705

	.section .head, "ax"
	.global _start
/* An arm64 Image: QEMU loads it and passes the device tree in x0. */
_start:	b	boot
	.long	0
	.quad	0, __image_size, 0xa, 0, 0, 0
	.ascii	"ARM\x64"
	.long	0

boot:	mov	x19, x0
	adrp	x0, __bss_start
	adrp	x1, __image_end
1:	stp	xzr, xzr, [x0], #16
	cmp	x0, x1
	b.lo	1b
	mov	x20, xzr
	bl	enable
	mov	x0, x19
	bl	boot_main

/* By PSCI CPU_ON: x0 is the number of this CPU. */
	.global secondary
secondary:
	mov	x20, x0
	bl	enable
	mov	x0, x20
	bl	secondary_main

/* MMU on, with 1 GiB blocks; the stack of CPU x20. */
enable:	adrp	x1, vectors
	add	x1, x1, :lo12:vectors
	msr	vbar_el2, x1
	mov	x1, #1 << 31
	msr	hcr_el2, x1
	mov	x1, #MAIR_VALUE
	msr	mair_el2, x1
	ldr	x1, =TCR_VALUE
	msr	tcr_el2, x1
	adrp	x1, page_table
	msr	ttbr0_el2, x1
	dsb	sy
	tlbi	alle2
	ic	iallu
	dsb	sy
	isb
	ldr	x1, =SCTLR_VALUE
	msr	sctlr_el2, x1
	isb
	adrp	x1, stacks
	add	x2, x20, #1
	mov	x3, #STACK_SIZE
	madd	x1, x2, x3, x1
	mov	sp, x1
	ret

/* uint64_t guest_run(struct vcpu *): the caller's registers on the stack. */
	.global guest_run
guest_run:
	sub	sp, sp, #112
	stp	x19, x20, [sp]
	stp	x21, x22, [sp, #16]
	stp	x23, x24, [sp, #32]
	stp	x25, x26, [sp, #48]
	stp	x27, x28, [sp, #64]
	stp	x29, x30, [sp, #80]
	str	x0, [sp, #96]
	ldp	x1, x2, [x0, #VCPU_PC]
	msr	elr_el2, x1
	msr	spsr_el2, x2
	.irp	n, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28
	ldr	x\n, [x0, #8 * \n]
	.endr
	.irp	n, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 30
	ldr	x\n, [x0, #8 * \n]
	.endr
	ldp	x0, x1, [x0]
	eret

	.macro	leave why
	stp	x0, x1, [sp, #-16]!
	mov	x1, #\why
	b	guest_left
	.endm

guest_left:
	ldr	x0, [sp, #16 + 96]
	.irp	n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17
	str	x\n, [x0, #8 * \n]
	.endr
	.irp	n, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	str	x\n, [x0, #8 * \n]
	.endr
	mov	x4, x1
	ldp	x2, x3, [sp], #16
	stp	x2, x3, [x0]
	mrs	x2, elr_el2
	mrs	x3, spsr_el2
	stp	x2, x3, [x0, #VCPU_PC]
	ldp	x19, x20, [sp]
	ldp	x21, x22, [sp, #16]
	ldp	x23, x24, [sp, #32]
	ldp	x25, x26, [sp, #48]
	ldp	x27, x28, [sp, #64]
	ldp	x29, x30, [sp, #80]
	add	sp, sp, #112
	mov	x0, x4
	ret

	.balign	0x800
vectors:
	.rept	8		/* from EL2: this program's own mistakes */
	.balign	0x80
	b	el2_fault
	.endr
	.balign	0x80		/* from the guest: synchronous, IRQ */
	leave	EXIT_SYNC
	.balign	0x80
	leave	EXIT_IRQ
	.rept	6
	.balign	0x80
	b	el2_fault
	.endr

	.global smc
smc:	smc	#0
	ret

	.section .data, "aw"
	.balign	0x1000
page_table:
	.quad	DEVICE
	.quad	NORMAL + (1 << 30), NORMAL + (2 << 30), NORMAL + (3 << 30)
	.fill	508, 8, 0

	.section .bss, "aw", %nobits
	.balign	16
stacks:	.space	STACK_SIZE * MAX_CPUS
