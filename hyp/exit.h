/* SPDX-License-Identifier: BSD-2-Clause */
/* From the guest to EL2 and back. */
#ifndef HYP_EXIT_H
#define HYP_EXIT_H

struct vcpu;

/* Why the guest stopped, for the counters; names in exit_names[]. */
enum exit_cause {
	EXIT_HVC,
	EXIT_SMC,
	EXIT_WFI,
	EXIT_WFE,
	EXIT_SYSREG,
	EXIT_SGI,
	EXIT_MMIO_GIC,
	EXIT_MMIO_UART,
	EXIT_ABORT,
	EXIT_FP,
	EXIT_IRQ_MAINTENANCE,
	EXIT_IRQ_VTIMER,
	EXIT_IRQ_TIMER,
	EXIT_IRQ_KICK,
	EXIT_IRQ_UART,
	EXIT_IRQ_DEVICE, /* of a device that is the guest's */
	EXIT_IRQ_OTHER,
	EXIT_PATCHED, /* a word of the guest's GIC (patch.h) */
	EXIT_EXEC, /* a page to be looked through, or written again */
	EXIT_OTHER,
	NR_EXIT_CAUSES
};

extern const char *const exit_names[NR_EXIT_CAUSES];

/*
 * vectors.S calls these with the registers of the vCPU saved, on the CPU where
 * it is loaded, interrupts masked.  They handle the exit and return the vCPU to
 * run next, loaded and entered: the same one, or another that the scheduler
 * chose.
 *
 * guest_sync() takes synchronous exceptions, guest_irq() interrupts.  Which
 * function takes a vCPU's synchronous exceptions stands in vcpu->sync:
 * guest_sync_patched() is for a guest whose GIC instructions are patched
 * (patch.h), which exits for little else.
 */
struct vcpu *guest_sync(struct vcpu *vcpu);
struct vcpu *guest_sync_patched(struct vcpu *vcpu);
struct vcpu *guest_irq(struct vcpu *vcpu);

/* An SError was taken from the guest: ends the run. */
_Noreturn void guest_serror(struct vcpu *vcpu);

/* This CPU is ready: run vCPUs on it from now on. */
_Noreturn void run_loop(void);

#endif
