/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions to EL2.  Interrupts stay masked while EL2 runs, so whatever
 * comes from EL2 itself is a fault of ours; the rest comes from the guest.
 * SP_EL2 always is the top of this CPU's stack when the guest runs.
 */
#include "hyp/asm.h"

	.macro	ventry label
	.balign	0x80
	b	\label
	.endm

	/* Save the guest's registers; leaves x0 = vCPU. */
	.macro	save_guest
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
	stp	x2, x3, [x0, #VCPU_X]
	mrs	x1, elr_el2
	mrs	x2, spsr_el2
	stp	x30, x1, [x0, #VCPU_X + 240]
	str	x2, [x0, #VCPU_PSTATE]
	mov	x29, xzr
	.endm

	.text
	.balign	0x800
	.global	vectors
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

guest_sync_entry:
	save_guest
	ldr	x1, [x0, #VCPU_SYNC]
	blr	x1
	b	guest_resume

guest_irq_entry:
	save_guest
	bl	guest_irq
	b	guest_resume

guest_serror_entry:
	save_guest
	bl	guest_serror
	/* fall through */

/* x0 = the vCPU to run, loaded and entered. */
guest_resume:
	ldr	x2, [x0, #VCPU_PSTATE]
	ldp	x30, x1, [x0, #VCPU_X + 240]
	msr	elr_el2, x1
	msr	spsr_el2, x2
	ldp	x2, x3, [x0, #VCPU_X + 16]
	ldp	x4, x5, [x0, #VCPU_X + 32]
	ldp	x6, x7, [x0, #VCPU_X + 48]
	ldp	x8, x9, [x0, #VCPU_X + 64]
	ldp	x10, x11, [x0, #VCPU_X + 80]
	ldp	x12, x13, [x0, #VCPU_X + 96]
	ldp	x14, x15, [x0, #VCPU_X + 112]
	ldp	x16, x17, [x0, #VCPU_X + 128]
	ldp	x18, x19, [x0, #VCPU_X + 144]
	ldp	x20, x21, [x0, #VCPU_X + 160]
	ldp	x22, x23, [x0, #VCPU_X + 176]
	ldp	x24, x25, [x0, #VCPU_X + 192]
	ldp	x26, x27, [x0, #VCPU_X + 208]
	ldp	x28, x29, [x0, #VCPU_X + 224]
	ldp	x0, x1, [x0, #VCPU_X]
	eret

/* The first vCPU of this CPU: drop what is on the stack and go. */
	.global	guest_start
guest_start:
	mrs	x1, tpidr_el2
	ldr	x1, [x1, #CPU_STACK_TOP]
	mov	sp, x1
	b	guest_resume

/*
 * The stack may be the very thing that is broken, so registers go to a
 * second stack; guest thread registers serve as scratch, for the guest does
 * not run again.  A fault while reporting a fault ends the machine at once.
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
