/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the boot loader to C, at EL1: relocate, zero .bss, switch MMU and caches
 * on (exclusive accesses need Normal memory), set vectors and stack.
 */
#include "guest/lib/asm.h"

#define R_AARCH64_RELATIVE 1027

/* MAIR_EL1: attribute 0 Device-nGnRnE, 1 Normal write-back. */
#define MAIR_VALUE 0xff00
/*
 * TCR_EL1 (DDI 0487 D17.2.131): IPS 40 bits, EPD1, inner shareable,
 * write-back walks, TG0 4 KiB, T0SZ 25: 39 bits of address.
 */
#define TCR_VALUE 0x200803519
/* SCTLR_EL1: RES1 bits of ARMv8.0, I, SA, C, M. */
#define SCTLR_VALUE 0x30d0180d
/* Block of 1 GiB: access flag and never executable, or inner shareable. */
#define DEVICE 0x0060000000000401
#define NORMAL 0x705

	.section .start, "ax"
	.global start
start:
	mov	x19, x0
	mrs	x0, CurrentEL
	cmp	x0, #1 << 2
	b.ne	wrong_el

	/*
	 * Until the MMU is on, stores go past the caches.  A line that a loader
	 * has left there would replace them when it is written back.
	 */
	adrp	x0, __image_start
	adrp	x1, __image_end
	mrs	x2, ctr_el0
	ubfx	x2, x2, #16, #4
	mov	x3, #4
	lsl	x3, x3, x2
1:	dc	civac, x0
	add	x0, x0, x3
	cmp	x0, x1
	b.lo	1b
	dsb	sy

	/* The image is linked at address 0 and may lie anywhere. */
	adrp	x4, __image_start
	adrp	x0, __rela_start
	add	x0, x0, :lo12:__rela_start
	adrp	x1, __rela_end
	add	x1, x1, :lo12:__rela_end
1:	cmp	x0, x1
	b.hs	2f
	ldp	x2, x3, [x0], #16
	ldr	x5, [x0], #8
	cmp	w3, #R_AARCH64_RELATIVE
	b.ne	1b
	add	x5, x5, x4
	str	x5, [x4, x2]
	b	1b

2:	adrp	x0, __bss_start
	adrp	x1, __bss_end
1:	stp	xzr, xzr, [x0], #16
	cmp	x0, x1
	b.lo	1b
	dsb	sy

	bl	enable
	adrp	x0, __stacks + STACK_SIZE
	mov	sp, x0
	msr	tpidr_el1, xzr
	mov	x29, xzr
	mov	x0, x19
	bl	machine_main
	b	.

/* Another CPU comes here by PSCI CPU_ON, with its number in x0. */
	.global secondary_start
secondary_start:
	mov	x19, x0
	bl	enable
	msr	tpidr_el1, x19
	adrp	x0, __stacks + STACK_SIZE
	mov	x1, #STACK_SIZE
	madd	x0, x19, x1, x0
	mov	sp, x0
	mov	x29, xzr
	mov	x0, x19
	bl	machine_secondary
	b	.

enable:
	adrp	x0, vectors
	add	x0, x0, :lo12:vectors
	msr	vbar_el1, x0
	mov	x0, #MAIR_VALUE
	msr	mair_el1, x0
	ldr	x0, =TCR_VALUE
	msr	tcr_el1, x0
	adrp	x0, page_table
	msr	ttbr0_el1, x0
	dsb	sy
	tlbi	vmalle1
	ic	iallu
	dsb	sy
	isb
	ldr	x0, =SCTLR_VALUE
	msr	sctlr_el1, x0
	isb
	ret

/* Not at EL1: say so on the UART and stop. */
wrong_el:
	adr	x0, 2f
	mov	x1, #0x09000000
1:	ldrb	w2, [x0], #1
	cbz	w2, 3f
	str	w2, [x1]
	b	1b
2:	.asciz	"guest: started at the wrong exception level\n"
	.balign	4
3:	wfi
	b	3b

/*
 * Identity map of blocks of 1 GiB: devices first, then as much RAM as the
 * machine can have, and from 256 GiB on the second region of redistributors.
 */
	.section .data.page_table, "aw"
	.balign	0x1000
page_table:
	.quad	DEVICE
	.set	gib, 1
	.rept	255
	.quad	(gib << 30) + NORMAL
	.set	gib, gib + 1
	.endr
	.quad	(256 << 30) + DEVICE
	.fill	512 - 257, 8, 0

	.section .stacks, "aw", %nobits
	.space	STACK_SIZE * MAX_CPUS
