/* SPDX-License-Identifier: BSD-2-Clause */
/* From the boot loader to C: arm64 Image header, MMU on, stack set. */
#include "hyp/asm.h"
#include "hyp/platform.h"

/* MAIR_EL2: attribute 0 Device-nGnRnE, 1 Normal write-back. */
#define MAIR_VALUE 0xff00
/*
 * TCR_EL2 with E2H 0 (DDI 0487 D17.2.139): RES1 31 and 23, TG0 4 KiB,
 * inner shareable, write-back walks, T0SZ 25: 39 bits of address.
 */
#define TCR_VALUE 0x80803519
#define TCR_PS_SHIFT 16
/* SCTLR_EL2: RES1 bits, WXN, I, SA, C, M. */
#define SCTLR_VALUE (0x30c50830 | 1 << 19 | 1 << 12 | 1 << 3 | 1 << 2 | 1)
/* Only RW, so E2H and TGE are 0; the guest's value comes later. */
#define HCR_BOOT (1 << 31)

	.section .head, "ax"
	.global _start
_start:
	b	primary
	.long	0
	.quad	0			/* text_offset */
	.quad	__image_size
	.quad	0xa			/* little endian, 4 KiB, anywhere */
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0

	.text
primary:
	mov	x19, x0
	mrs	x0, CurrentEL
	cmp	x0, #2 << 2
	b.ne	park

	/*
	 * With the MMU off, stores go past the caches: nothing stale may
	 * lie in them for the memory we are about to write.
	 */
	mrs	x0, ctr_el0
	ubfx	x0, x0, #16, #4
	mov	x1, #4
	lsl	x1, x1, x0		/* D cache line */
	adrp	x2, __image_start
	adrp	x3, __image_end
1:	dc	civac, x2
	add	x2, x2, x1
	cmp	x2, x3
	b.lo	1b
	dsb	sy

	adrp	x2, __bss_start
	adrp	x3, __stacks
1:	stp	xzr, xzr, [x2], #16
	cmp	x2, x3
	b.lo	1b

	adrp	x0, __stacks
	add	x0, x0, #GUARD_SIZE + STACK_SIZE
	mov	sp, x0
	adrp	x0, vectors
	add	x0, x0, :lo12:vectors
	msr	vbar_el2, x0
	adrp	x20, cpus
	add	x20, x20, :lo12:cpus
	msr	tpidr_el2, x20
	mov	x29, xzr
	mov	x0, xzr
	bl	cpu_set_stacks
	bl	mmu_init
	bl	mmu_enable
	mov	x0, x19
	bl	hyp_main

/* A secondary CPU from PSCI CPU_ON: x0 = its struct cpu, MMU off. */
	.global secondary_entry
secondary_entry:
	mov	x19, x0
	msr	tpidr_el2, x0
	adrp	x0, vectors
	add	x0, x0, :lo12:vectors
	msr	vbar_el2, x0
	bl	mmu_enable
	ldr	x0, [x19, #CPU_STACK_TOP]
	mov	sp, x0
	mov	x29, xzr
	mov	x0, x19
	bl	hyp_main_secondary

	.global park
park:
	wfi
	b	park

mmu_enable:
	mov	x0, #HCR_BOOT
	msr	hcr_el2, x0
	mov	x0, #MAIR_VALUE
	msr	mair_el2, x0
	ldr	x0, =TCR_VALUE
	mrs	x1, id_aa64mmfr0_el1
	and	x1, x1, #0xf		/* PARange has PS's encoding */
	mov	x2, #5			/* 48 bits; more needs 64 KiB pages */
	cmp	x1, x2
	csel	x1, x1, x2, lo
	orr	x0, x0, x1, lsl #TCR_PS_SHIFT
	msr	tcr_el2, x0
	adrp	x0, mmu_root
	add	x0, x0, :lo12:mmu_root
	msr	ttbr0_el2, x0
	dsb	sy
	tlbi	alle2
	ic	iallu
	dsb	sy
	isb
	ldr	x0, =SCTLR_VALUE
	msr	sctlr_el2, x0
	isb
	ret

	.section .stacks, "aw", %nobits
	.space	STACK_STRIDE * MAX_CPUS
