/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions to EL2, and the way back into the guest.
 *
 * EL2 runs with interrupts masked, from the exception until ERET.  So an
 * exception that is taken from EL2 is an error of the hypervisor; all others
 * come from the guest.  While the guest runs, SP_EL2 is the top of this CPU's
 * stack, and nothing is kept on the stack from one exit to the next.
 */
#include "hyp/asm.h"

	/* A vector: 128 bytes apart, of which one branch is enough for us. */
	.macro	ventry label
	.balign	0x80
	b	\label
	.endm

	/*
	 * Save the guest's general registers in the struct vcpu of the loaded
	 * vCPU; leaves x0 = vCPU, and x29 = 0 to end back traces at the exit.
	 * Two registers are needed to find it: they go below SP, where nothing
	 * can interfere, for no exception is taken here.
	 */
	.macro	save_general
	stp	x0, x1, [sp, #-16]
	mrs	x0, tpidr_el2
	ldr	x0, [x0, #CPU_VCPU]
	stp	x2, x3, [x0, #VCPU_X + 16]
	stp	x4, x5, [x0, #VCPU_X + 32]
	ldp	x2, x3, [sp, #-16]
	stp	x6, x7, [x0, #VCPU_X + 48]
	stp	x8, x9, [x0, #VCPU_X + 64]
	stp	x10, x11, [x0, #VCPU_X + 80]
	stp	x12, x13, [x0, #VCPU_X + 96]
	stp	x14, x15, [x0, #VCPU_X + 112]
	stp	x16, x17, [x0, #VCPU_X + 128]
	stp	x18, x19, [x0, #VCPU_X + 144]
	stp	x20, x21, [x0, #VCPU_X + 160]
	stp	x22, x23, [x0, #VCPU_X + 176]
	stp	x24, x25, [x0, #VCPU_X + 192]
	stp	x26, x27, [x0, #VCPU_X + 208]
	stp	x28, x29, [x0, #VCPU_X + 224]
	str	x30, [x0, #VCPU_X + 240]
	stp	x2, x3, [x0, #VCPU_X]
	mov	x29, xzr
	.endm

	/* And PC and PSTATE: x0 = vCPU. */
	.macro	save_state
	mrs	x1, elr_el2
	mrs	x2, spsr_el2
	str	x1, [x0, #VCPU_PC]
	str	x2, [x0, #VCPU_PSTATE]
	.endm

	.text
	.balign	0x800
	.global	vectors
/*
 * What VBAR_EL2 points to, DDI 0487 D1.3.1: four groups of synchronous, IRQ,
 * FIQ and SError, taken from EL2 on SP_EL0, from EL2 on SP_EL2, from below an
 * AArch64 EL1 and from below an AArch32 EL1.  The guest's EL1 is AArch64
 * (HCR_EL2.RW), so the last group is never used, not even by an AArch32 EL0.
 */
vectors:
	.rept	8
	ventry	el2_fault_entry
	.endr
	ventry	guest_sync_entry
	ventry	guest_irq_entry
	ventry	guest_irq_entry
	ventry	guest_serror_entry
	.rept	4
	ventry	el2_fault_entry
	.endr

/* The short way first: quick.h. */
guest_sync_entry:
	save_general
	ldr	x1, [x0, #VCPU_QUICK]
	blr	x1
	cbnz	x0, resume_quickly
	mrs	x0, tpidr_el2
	ldr	x0, [x0, #CPU_VCPU]
	save_state
	bl	guest_sync
	b	guest_resume

guest_irq_entry:
	save_general
	save_state
	bl	guest_irq
	b	guest_resume

guest_serror_entry:
	save_general
	save_state
	bl	guest_serror
	/* fall through */

/*
 * Into the guest: x0 = the vCPU to run, loaded and entered.  Its registers are
 * all that EL2 leaves to it; ERET takes PC and PSTATE and unmasks what they
 * unmask.
 */
guest_resume:
	ldr	x1, [x0, #VCPU_PC]
	ldr	x2, [x0, #VCPU_PSTATE]
	msr	elr_el2, x1
	msr	spsr_el2, x2
	ldp	x19, x20, [x0, #VCPU_X + 152]
	ldp	x21, x22, [x0, #VCPU_X + 168]
	ldp	x23, x24, [x0, #VCPU_X + 184]
	ldp	x25, x26, [x0, #VCPU_X + 200]
	ldp	x27, x28, [x0, #VCPU_X + 216]
	/* fall through */

/* The same when x19 to x28, PC and PSTATE are in the CPU. */
resume_quickly:
	ldp	x2, x3, [x0, #VCPU_X + 16]
	ldp	x4, x5, [x0, #VCPU_X + 32]
	ldp	x6, x7, [x0, #VCPU_X + 48]
	ldp	x8, x9, [x0, #VCPU_X + 64]
	ldp	x10, x11, [x0, #VCPU_X + 80]
	ldp	x12, x13, [x0, #VCPU_X + 96]
	ldp	x14, x15, [x0, #VCPU_X + 112]
	ldp	x16, x17, [x0, #VCPU_X + 128]
	ldr	x18, [x0, #VCPU_X + 144]
	ldp	x29, x30, [x0, #VCPU_X + 232]
	ldp	x0, x1, [x0, #VCPU_X]
	eret

/* guest_start(vcpu), see vectors.h: drop what is on the stack and go. */
	.global	guest_start
guest_start:
	mrs	x1, tpidr_el2
	ldr	x1, [x1, #CPU_STACK_TOP]
	mov	sp, x1
	b	guest_resume

/*
 * An exception was taken from EL2.  The stack may be what is broken, so the
 * registers go to a second stack, as a struct fault_frame for el2_fault().  Two
 * registers have to be free before that stack is found: TPIDR_EL0 and
 * TPIDRRO_EL0 keep their values, which are the guest's, for no guest runs
 * again.  A second exception, while the first one is being reported, powers the
 * machine off without another word.
 */
el2_fault_entry:
	msr	tpidr_el0, x0
	msr	tpidrro_el0, x1
	mrs	x0, tpidr_el2
	ldr	x1, [x0, #CPU_FAULTING]
	cbnz	x1, 1f
	mov	x1, #1
	str	x1, [x0, #CPU_FAULTING]
	mov	x1, sp
	ldr	x0, [x0, #CPU_FAULT_STACK_TOP]
	sub	sp, x0, #FAULT_SIZE
	str	x1, [sp, #FAULT_SP]
	mrs	x0, tpidr_el0
	mrs	x1, tpidrro_el0
	stp	x0, x1, [sp, #FAULT_X]
	stp	x2, x3, [sp, #FAULT_X + 16]
	stp	x4, x5, [sp, #FAULT_X + 32]
	stp	x6, x7, [sp, #FAULT_X + 48]
	stp	x8, x9, [sp, #FAULT_X + 64]
	stp	x10, x11, [sp, #FAULT_X + 80]
	stp	x12, x13, [sp, #FAULT_X + 96]
	stp	x14, x15, [sp, #FAULT_X + 112]
	stp	x16, x17, [sp, #FAULT_X + 128]
	stp	x18, x19, [sp, #FAULT_X + 144]
	stp	x20, x21, [sp, #FAULT_X + 160]
	stp	x22, x23, [sp, #FAULT_X + 176]
	stp	x24, x25, [sp, #FAULT_X + 192]
	stp	x26, x27, [sp, #FAULT_X + 208]
	stp	x28, x29, [sp, #FAULT_X + 224]
	str	x30, [sp, #FAULT_X + 240]
	mov	x0, sp
	mov	x29, xzr
	bl	el2_fault
1:	ldr	w0, =PSCI_SYSTEM_OFF
	smc	#0
	b	park
