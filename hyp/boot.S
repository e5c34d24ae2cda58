/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the boot loader to C.  The image starts with an arm64 Image header
 * (Linux, Documentation/arch/arm64/booting.rst), so QEMU and boot loaders that
 * take a Linux kernel take it: at EL2, MMU off, the machine's device tree in
 * x0.  Every CPU gets its stack, vectors and MMU here and goes on in main.c.
 */
#include "hyp/asm.h"
#include "hyp/platform.h"

/* MAIR_EL2: attribute 0 Device-nGnRnE, 1 Normal write-back. */
#define MAIR_VALUE 0xff00

/* TCR_EL2 with E2H 0, DDI 0487 D17.2.139 */
#define TCR_RES1 (1 << 31 | 1 << 23)
#define TCR_T0SZ_39_BITS 25	/* 64 - 39: MMU_END */
#define TCR_IRGN0_WB (1 << 8)	/* table walks: write-back, allocate */
#define TCR_ORGN0_WB (1 << 10)
#define TCR_SH0_INNER (3 << 12)
#define TCR_TG0_4K (0 << 14)
#define TCR_PS_SHIFT 16
#define TCR_VALUE (TCR_RES1 | TCR_T0SZ_39_BITS | TCR_IRGN0_WB | \
	TCR_ORGN0_WB | TCR_SH0_INNER | TCR_TG0_4K)

/*
 * SCTLR_EL2: alignment of SP is checked (SA), and what is writable is never
 * executed (WXN), so an error cannot turn data into code.
 */
#define SCTLR_RES1 0x30c50830	/* bits 29, 28, 23, 22, 18, 16, 11, 5, 4 */
#define SCTLR_M (1 << 0)
#define SCTLR_C (1 << 2)
#define SCTLR_SA (1 << 3)
#define SCTLR_I (1 << 12)
#define SCTLR_WXN (1 << 19)
#define SCTLR_VALUE (SCTLR_RES1 | SCTLR_WXN | SCTLR_I | SCTLR_SA | \
	SCTLR_C | SCTLR_M)

/*
 * HCR_EL2 until cpu_init_el2(): RW alone.  E2H and TGE are 0, whatever the
 * boot loader had: all of hyp/ is written for that.
 */
#define HCR_BOOT (1 << 31)

#define CURRENT_EL_EL2 (2 << 2)
#define CTR_DminLine_SHIFT 16	/* log2 of the words of a data cache line */
#define CTR_DminLine_WIDTH 4
#define ID_AA64MMFR0_PARange 0xf
#define PS_48_BITS 5

/* The Image header; its first word is the entry. */
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
/* The boot CPU.  x19 keeps the device tree until hyp_main(). */
primary:
	mov	x19, x0
	mrs	x0, CurrentEL
	cmp	x0, #CURRENT_EL_EL2
	b.ne	park			/* nothing can be said below EL2 */

	/*
	 * With the MMU off, stores go past the caches.  A line that the boot
	 * loader left dirty in them would later overwrite what is stored here,
	 * and a clean one would hide it; so none may be left of our memory.
	 */
	mrs	x0, ctr_el0
	ubfx	x0, x0, #CTR_DminLine_SHIFT, #CTR_DminLine_WIDTH
	mov	x1, #4			/* bytes of a word */
	lsl	x1, x1, x0		/* bytes of a line */
	adrp	x2, __image_start
	adrp	x3, __image_end
1:	dc	civac, x2
	add	x2, x2, x1
	cmp	x2, x3
	b.lo	1b
	dsb	sy

	/* The boot loader fills no .bss; it ends where the stacks begin. */
	adrp	x2, __bss_start
	adrp	x3, __stacks
1:	stp	xzr, xzr, [x2], #16
	cmp	x2, x3
	b.lo	1b

	/* The stack of cpus[0], the first one in .stacks. */
	adrp	x0, __stacks
	add	x0, x0, #GUARD_SIZE + STACK_SIZE
	mov	sp, x0
	adrp	x0, vectors
	add	x0, x0, :lo12:vectors
	msr	vbar_el2, x0
	adrp	x20, cpus
	add	x20, x20, :lo12:cpus
	msr	tpidr_el2, x20
	mov	x29, xzr		/* back traces end here */
	mov	x0, xzr
	bl	cpu_set_stacks
	bl	mmu_init
	bl	mmu_enable
	mov	x0, x19
	bl	hyp_main

/*
 * Another CPU, started by PSCI CPU_ON with the MMU off: x0 = its struct cpu,
 * which start_cpu() has cleaned to memory.  The tables of the boot CPU are
 * complete, so the MMU goes on first: the stack is in memory that the boot CPU
 * has used through its caches.
 */
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

/* The end of a CPU.  WFI may return: nothing says that none is pending. */
	.global park
park:
	wfi
	b	park

/*
 * Turn on MMU and caches with the tables at mmu_root.  What the TLBs and
 * instruction caches hold from before us is thrown away.
 */
mmu_enable:
	mov	x0, #HCR_BOOT
	msr	hcr_el2, x0
	mov	x0, #MAIR_VALUE
	msr	mair_el2, x0
	ldr	x0, =TCR_VALUE
	mrs	x1, id_aa64mmfr0_el1
	and	x1, x1, #ID_AA64MMFR0_PARange	/* PS has the encoding */
	mov	x2, #PS_48_BITS		/* more needs 64 KiB pages */
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

/* Not in .bss: 2 MiB that nobody has to clear.  Layout: asm.h. */
	.section .stacks, "aw", %nobits
	.space	STACK_STRIDE * MAX_CPUS
