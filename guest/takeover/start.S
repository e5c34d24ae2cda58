/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A boot loader at EL2 that leaves the GIC and the timers in a state no
 * hypervisor expects (gic2.c, gic3.c), and starts the hypervisor.  QEMU loads
 * it as a raw kernel at RAM + 0x80000; MMU and caches are off.
 */

/* Where its image goes: hyp/hyp.lds. */
#define HYPERVISOR 0x40200000
#define STACK 0x40080000
#define SECONDARY_STACK (STACK - 0x1000)

	.section .start, "ax"
	.global start
start:
	mov	x19, x0
	ldr	x1, =STACK
	mov	sp, x1
	bl	takeover_leave
	/* Leave the virtual timer on, and expired. */
	msr	cntv_cval_el0, xzr
	mov	x1, #1
	msr	cntv_ctl_el0, x1
	isb
	mov	x0, x19
	ldr	x1, =HYPERVISOR
	br	x1

	/* Another CPU by PSCI CPU_ON. */
	.global takeover_secondary_entry
takeover_secondary_entry:
	ldr	x1, =SECONDARY_STACK
	mov	sp, x1
	bl	takeover_secondary
	b	.
